//! From a file to a plugin that can be called: what it is, compiled code, its manifest.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{GatewayManifest, Identity, Manifest, ModuleManifest};
use wasmtime::component::Component;

use crate::abi::v1_0_0::{GatewayProgram, ModuleProgram};
use crate::abi::{ContractVersion, World};
use crate::caller::Caller;
use crate::failure::{megabytes, quoted};

/// Why a file is no plugin. Each is a sentence for staff about one file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("the file is larger than {}; plugins are smaller", megabytes(usize::try_from(*.bytes_max).unwrap_or(usize::MAX)))]
    TooLarge { bytes_max: u64 },
    #[error("{0} files are loaded at most; remove some from the directory")]
    TooMany(usize),
    #[error("the file is empty")]
    Empty,
    #[error("the file is not WebAssembly")]
    NotWasm,
    #[error("the file is a core WebAssembly module, not a component; build it with `tollgate plugin build`")]
    CoreModule,
    #[error("the file is WebAssembly of a format that this host does not know")]
    UnknownFormat,
    #[error("the file ends too early; copy it again")]
    Truncated,
    #[error("the file is damaged: {0}")]
    Malformed(String),
    #[error("the component is no plugin: it exports neither `gateway` nor `module` of tollgate:plugin")]
    WrongWorld,
    #[error("the component exports both `gateway` and `module`; a plugin is one of them")]
    TwoWorlds,
    #[error("the plugin is made for contract {wants}; this host has {has}")]
    OtherContract { wants: String, has: String },
    #[error("the plugin imports `{name}`, which the contract does not give it{}", wasi_note(.name))]
    ForbiddenImport { name: String },
    #[error("the component cannot be compiled: {0}")]
    Compile(String),
    #[error("the plugin does not fit the contract: {0}")]
    Mismatch(String),
    #[error("the plugin cannot say what it is: {0}")]
    Describe(String),
    #[error("{0}")]
    Pages(String),
    #[error("the plugin {id} is loaded from {first} already; keep one of the two files")]
    Duplicate { id: PluginId, first: String },
}

fn wasi_note(name: &str) -> &'static str {
    if name.starts_with("wasi:") { "; no plugin is given WASI (files, sockets, environment)" } else { "" }
}

/// A plugin that can be called.
pub struct Loaded {
    /// As it asks.
    pub asked: Arc<Manifest>,
    /// As it was granted.
    pub manifest: Arc<Manifest>,
    pub program: Program,
    /// How many of its calls may still start.
    pub places: Arc<Semaphore>,
    /// The contract that it was built for.
    pub contract: ContractVersion,
}

pub enum Program {
    Gateway(Arc<GatewayProgram>, Arc<GatewayManifest>),
    Module(Arc<ModuleProgram>, Arc<ModuleManifest>),
}

impl Loaded {
    /// Granted all that it asks for.
    fn new(program: Program, manifest: Manifest, places: Semaphore, contract: ContractVersion) -> Self {
        let manifest = Arc::new(manifest);
        Self { asked: Arc::clone(&manifest), manifest, program, places: Arc::new(places), contract }
    }

    pub fn identity(&self) -> &Identity {
        self.manifest.identity()
    }

    /// The same code with another manifest, which is of the same kind.
    pub fn with_manifest(&self, manifest: Manifest) -> Self {
        let program = match (&self.program, &manifest) {
            (Program::Gateway(program, _), Manifest::Gateway(own)) => {
                Program::Gateway(Arc::clone(program), Arc::new(own.clone()))
            }
            (Program::Module(program, _), Manifest::Module(own)) => {
                Program::Module(Arc::clone(program), Arc::new(own.clone()))
            }
            (Program::Gateway(program, own), Manifest::Module(_)) => {
                Program::Gateway(Arc::clone(program), Arc::clone(own))
            }
            (Program::Module(program, own), Manifest::Gateway(_)) => {
                Program::Module(Arc::clone(program), Arc::clone(own))
            }
        };
        let (asked, places) = (Arc::clone(&self.asked), Arc::clone(&self.places));
        Self { asked, manifest: Arc::new(manifest), program, places, contract: self.contract }
    }

    /// The same in the places of another file of its plugin.
    #[must_use]
    pub fn sharing(self, other: &Self) -> Self {
        Self { places: Arc::clone(&other.places), ..self }
    }
}

/// Links compiled code to the host and asks it what it is.
///
/// # Errors
/// [`LoadError::Mismatch`], [`LoadError::Describe`].
pub async fn load(caller: &Caller, file: &str, world: World, component: &Component) -> Result<Loaded, LoadError> {
    let mismatch = |error: wasmtime::Error| LoadError::Mismatch(quoted(&format!("{error:#}")));
    let places = caller.plugin_places();
    // Until it has said its id, the plugin goes by its file's name.
    let name = PluginId::new(file);
    match world {
        World::PaymentGatewayV1_0_0 => {
            let program = GatewayProgram::link(caller.engine(), component).map_err(mismatch)?;
            let manifest = program.describe(caller, &name, &places).await.map_err(LoadError::Describe)?;
            let own = Arc::new(manifest.clone());
            let program = Program::Gateway(Arc::new(program), own);
            Ok(Loaded::new(program, Manifest::Gateway(manifest), places, world.contract()))
        }
        World::AddOnV1_0_0 => {
            let program = ModuleProgram::link(caller.engine(), component).map_err(mismatch)?;
            let manifest = program.describe(caller, &name, &places).await.map_err(LoadError::Describe)?;
            let own = Arc::new(manifest.clone());
            let program = Program::Module(Arc::new(program), own);
            Ok(Loaded::new(program, Manifest::Module(manifest), places, world.contract()))
        }
    }
}
