//! The sandbox: what is loaded, and the host's side of it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ComponentId, Instance, Manifest, PluginRow, PluginState, limits_among};
use tollgate_billing::ports::{Clock, Egress, Placed, PluginMemory, Redact, Signing};

use crate::cache::{Cache, ComponentHash};
use crate::caller::Caller;
use crate::engine::{Running, engine_config};
use crate::guest::Services;
use crate::limits::Limits;
use crate::loading::{LoadError, Loaded, load};
use crate::shape;
use crate::shelf::{Folder, Shelf};

/// What the sandbox needs of the host.
pub struct SandboxConfig {
    /// Where compiled code is kept. It is run as it is found there: see [`SandboxError::Cache`] for whose it must be.
    pub cache_dir: PathBuf,
    /// Where clients reach the portal, without a slash at the end; the links of payments start with it.
    pub base_url: String,
    /// True where real money moves. Plugins are told, so that they call the right systems of their provider.
    pub live: bool,
    pub limits: Limits,
    pub memory: Arc<dyn PluginMemory>,
    pub clock: Arc<dyn Clock>,
    /// Sends the requests of gateways; [`crate::NoProviders`] where there are none to send.
    pub egress: Arc<dyn Egress>,
    pub signing: Arc<dyn Signing>,
    /// Blacks secrets out of what plugins log and say to people.
    pub redact: Arc<dyn Redact>,
}

/// Why there is no sandbox. A broken plugin is never a reason; it is a row with its error.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("this machine cannot run plugins: {0}")]
    Engine(String),
    #[error("the cache directory {} must be writable by the account that runs Tollgate, and by no other: {error}", .path.display())]
    Cache { path: PathBuf, error: std::io::Error },
    #[error("the plugins' directory {} cannot be read: {error}", .path.display())]
    Directory { path: PathBuf, error: std::io::Error },
}

/// All plugins of one host. It implements the ports `Plugins`, `Gateways` and `Modules`.
pub struct Sandbox {
    pub(crate) caller: Caller,
    pub(crate) base_url: String,
    pub(crate) live: bool,
    cache: Arc<Cache>,
    vet: Box<Vet>,
    folder: Folder,
    shelf: RwLock<Arc<Shelf>>,
}

/// Looks at what a plugin brings for pages; says what is wrong with it.
type Vet = dyn Fn(&Manifest) -> Result<(), String> + Send + Sync;

impl Sandbox {
    /// Starts the engine; nothing is loaded yet.
    ///
    /// # Errors
    /// [`SandboxError::Engine`], [`SandboxError::Cache`].
    pub fn new(config: SandboxConfig) -> Result<Self, SandboxError> {
        let engine = engine_config(&config.limits);
        Self::with_engine(config, &engine)
    }

    /// With [`engine_config`] changed, for tests that look into the memory of plugins.
    ///
    /// # Errors
    /// As [`Sandbox::new`].
    pub fn with_engine(config: SandboxConfig, engine: &wasmtime::Config) -> Result<Self, SandboxError> {
        let running = Running::start(engine, &config.limits).map_err(SandboxError::Engine)?;
        let cache = Cache::open(&config.cache_dir, &running.engine)
            .map_err(|error| SandboxError::Cache { path: config.cache_dir.clone(), error })?;
        let services = Services {
            memory: config.memory,
            clock: config.clock,
            egress: config.egress,
            signing: config.signing,
            redact: config.redact,
        };
        Ok(Self {
            caller: Caller::new(running, config.limits, services),
            base_url: config.base_url.trim_end_matches('/').to_owned(),
            live: config.live,
            cache: Arc::new(cache),
            vet: Box::new(|_| Ok(())),
            folder: Folder::default(),
            shelf: RwLock::default(),
        })
    }

    /// Has somebody else look at every manifest before its plugin is taken, because templates are not understood here.
    #[must_use]
    pub fn vetted(self, vet: impl Fn(&Manifest) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { vet: Box::new(vet), ..self }
    }

    /// Loads every `*.wasm` of a directory, in the order of their names, in place of what was loaded before. A file that
    /// is no plugin becomes a broken row; of two files with the same plugin the second is broken.
    ///
    /// # Errors
    /// [`SandboxError::Directory`] where the directory itself cannot be read.
    pub async fn load_directory(&mut self, directory: &Path) -> Result<(), SandboxError> {
        let fail = |error| SandboxError::Directory { path: directory.to_owned(), error };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                paths.push(path);
            }
        }
        paths.sort();
        self.folder = Folder::default();
        let mut hashes = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            let row = self.load_file(index, path, &mut hashes).await;
            if let PluginState::Broken(reason) = &row.state {
                tracing::warn!(file = row.file, reason, "a plugin is not loaded");
            }
            self.folder.rows.push(row);
        }
        *self.shelf.write() = Arc::new(Shelf::of(&self.folder));
        self.cache.sweep(&hashes);
        Ok(())
    }

    /// What is loaded at this moment; it stays whole for whoever holds it.
    pub(crate) fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf.read())
    }

    /// What an instance is for: the file that it names, or else what runs of its plugin.
    pub(crate) fn loaded_for(&self, instance: &Instance) -> Option<Arc<Loaded>> {
        let all = self.shelf();
        let own = |file: &&Arc<Loaded>| file.identity().id == instance.plugin;
        match &instance.component {
            Some(component) => all.file(component).filter(own).cloned(),
            None => all.running(&instance.plugin).cloned(),
        }
    }

    /// Reads a file that is to be installed. A file that was read already is not read again.
    pub(crate) async fn read(&self, bytes: Vec<u8>) -> Result<(ComponentId, Arc<Loaded>), LoadError> {
        let bytes_max = self.caller.limits().file_bytes_max;
        if bytes.len() as u64 > bytes_max {
            return Err(LoadError::TooLarge { bytes_max });
        }
        let hash = ComponentHash::of(&bytes);
        let id = ComponentId::new(hash.hex());
        if let Some(known) = self.shelf().file(&id) {
            return Ok((id, Arc::clone(known)));
        }
        let loaded = Arc::new(self.load_bytes("this file", hash, bytes).await?);
        let mut all = self.shelf.write();
        *all = Arc::new(all.with_file(id.clone(), Arc::clone(&loaded)));
        Ok((id, loaded))
    }

    pub(crate) fn put_in_place(&self, placed: Vec<Placed>, kept: &[ComponentId]) {
        for Placed { plugin, broken, .. } in &placed {
            if let Some(reason) = broken {
                tracing::warn!(%plugin, reason, "an installed plugin is not loaded");
            }
        }
        self.caller.tighten(placed.iter().map(|one| (one.plugin.clone(), limits_among(&one.granted))));
        let mut all = self.shelf.write();
        for component in kept.iter().filter(|id| all.file(id).is_none()) {
            tracing::warn!(%component, "a file that payments began with cannot be read; they go on with what runs now");
        }
        *all = Arc::new(all.placed(&self.folder, placed, kept));
        drop(all);
        // Another file, or another grant, may do what the one before could not.
        self.caller.wake(None);
    }

    async fn load_file(&mut self, index: usize, path: &Path, hashes: &mut Vec<ComponentHash>) -> PluginRow {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let limits = self.caller.limits();
        let read = if index < limits.plugins_max {
            read_bounded(path, limits.file_bytes_max)
        } else {
            Err(LoadError::TooMany(limits.plugins_max))
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) => {
                let state = PluginState::Broken(error.to_string());
                return PluginRow { file, installed: false, sha256: String::new(), state };
            }
        };
        let hash = ComponentHash::of(&bytes);
        hashes.push(hash);
        let state = match self.load_bytes(&file, hash, bytes).await.and_then(|loaded| self.only(loaded)) {
            Ok(loaded) => {
                let identity = loaded.identity().clone();
                self.folder.plugins.insert(identity.id.clone(), Arc::new(loaded));
                PluginState::Loaded(identity)
            }
            Err(error) => PluginState::Broken(error.to_string()),
        };
        PluginRow { file, installed: false, sha256: hash.hex(), state }
    }

    async fn load_bytes(&self, file: &str, hash: ComponentHash, bytes: Vec<u8>) -> Result<Loaded, LoadError> {
        let world = shape::world_of(&bytes)?;
        let cache = Arc::clone(&self.cache);
        let component = tokio::task::spawn_blocking(move || cache.component(hash, &bytes))
            .await
            .map_err(|error| LoadError::Compile(error.to_string()))?
            .map_err(|error| LoadError::Compile(crate::failure::quoted(&format!("{error:#}"))))?;
        let loaded = load(&self.caller, file, world, &component).await?;
        (self.vet)(&loaded.asked).map_err(LoadError::Pages)?;
        Ok(loaded)
    }

    /// Of two files with the same plugin only the first one is taken.
    fn only(&self, loaded: Loaded) -> Result<Loaded, LoadError> {
        let id = &loaded.identity().id;
        match self.first_with(id) {
            Some(first) => Err(LoadError::Duplicate { id: id.clone(), first }),
            None => Ok(loaded),
        }
    }

    /// The file that this plugin was loaded from, where it was.
    fn first_with(&self, id: &PluginId) -> Option<String> {
        let same = |row: &&PluginRow| matches!(&row.state, PluginState::Loaded(identity) if identity.id == *id);
        self.folder.rows.iter().find(same).map(|row| row.file.clone())
    }
}

/// Reads a regular file of at most `bytes_max`; a pipe or a device is no plugin and would hang the start.
fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error: std::io::Error| LoadError::Unreadable(error.to_string());
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if !found.is_file() {
        return Err(LoadError::Unreadable("it is no regular file".to_owned()));
    }
    if found.len() > bytes_max {
        return Err(LoadError::TooLarge { bytes_max });
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        return Err(LoadError::TooLarge { bytes_max });
    }
    Ok(bytes)
}
