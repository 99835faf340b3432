//! What can be called: plugins of the directory, installed ones in their place, and other files of theirs that open payments
//! began with or that staff look at. It is replaced as a whole, so that nobody ever sees half of a change.

use std::collections::HashMap;
use std::sync::Arc;

use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ComponentId, Granted, Manifest, PluginRow, PluginState};
use tollgate_billing::ports::Placed;

use crate::loading::Loaded;

#[derive(Default, Clone)]
pub struct Shelf {
    pub rows: Vec<PluginRow>,
    /// What runs of each plugin.
    running: HashMap<PluginId, Arc<Loaded>>,
    /// Every installed file that was read, the running ones too.
    files: HashMap<ComponentId, Arc<Loaded>>,
}

/// What the plugins' directory has.
#[derive(Default)]
pub struct Folder {
    pub rows: Vec<PluginRow>,
    pub plugins: HashMap<PluginId, Arc<Loaded>>,
}

impl Shelf {
    /// The directory alone.
    pub fn of(folder: &Folder) -> Self {
        Self { rows: folder.rows.clone(), running: folder.plugins.clone(), files: HashMap::new() }
    }

    pub fn running(&self, plugin: &PluginId) -> Option<&Arc<Loaded>> {
        self.running.get(plugin)
    }

    pub fn manifests(&self, plugin: &PluginId) -> Vec<Arc<Manifest>> {
        let running = self.running(plugin);
        let older = self.files.values().filter(|file| file.asked.identity().id == *plugin);
        let older = older.filter(|file| running.is_none_or(|running| !Arc::ptr_eq(running, file)));
        running.into_iter().chain(older).map(|file| Arc::clone(&file.manifest)).collect()
    }

    pub fn component_running(&self, plugin: &PluginId) -> Option<ComponentId> {
        let row = self.rows.iter().find(|row| row.installed && row.file == plugin.as_str())?;
        self.running.contains_key(plugin).then(|| ComponentId::new(row.sha256.clone()))
    }

    pub fn file(&self, component: &ComponentId) -> Option<&Arc<Loaded>> {
        self.files.get(component)
    }

    /// With one file more, that nothing runs of yet.
    pub fn with_file(&self, component: ComponentId, loaded: Arc<Loaded>) -> Self {
        let mut next = self.clone();
        next.files.insert(component, loaded);
        next
    }

    /// With these instead of all that was installed before. Calls of one plugin share their places, whatever its file.
    pub fn placed(&self, folder: &Folder, placed: Vec<Placed>, kept: &[ComponentId]) -> Self {
        let mut next = Self::default();
        for Placed { plugin, component, granted, broken } in placed {
            let file = self.files.get(&component).filter(|_| broken.is_none());
            next.rows.push(PluginRow {
                file: plugin.to_string(),
                installed: true,
                sha256: component.to_string(),
                state: match (&file, broken) {
                    (Some(file), _) => PluginState::Loaded(file.asked.identity().clone()),
                    (None, reason) => PluginState::Broken(reason.unwrap_or_else(|| "its file was not read".to_owned())),
                },
            });
            let running = file.map(|file| Arc::new(file.narrowed(&granted)));
            for (id, older) in self.files_of(&plugin, kept) {
                let older = older.narrowed(&granted);
                let older = if let Some(running) = &running { older.sharing(running) } else { older };
                next.files.insert(id.clone(), Arc::new(older));
            }
            if let Some(running) = running {
                next.files.insert(component, Arc::clone(&running));
                next.running.insert(plugin, running);
            }
        }
        for row in &folder.rows {
            next.rows.push(next.hidden(row));
        }
        for (plugin, loaded) in &folder.plugins {
            // A plugin that is installed and cannot be read is broken, not another file of the same name.
            if !next.rows.iter().any(|row| row.installed && row.file == plugin.as_str()) {
                next.running.insert(plugin.clone(), Arc::clone(loaded));
            }
        }
        next
    }

    fn files_of<'a>(
        &'a self,
        plugin: &'a PluginId,
        kept: &'a [ComponentId],
    ) -> impl Iterator<Item = (&'a ComponentId, &'a Arc<Loaded>)> {
        let named = kept.iter().filter_map(|id| self.files.get_key_value(id));
        named.filter(move |(_, file)| file.asked.identity().id == *plugin)
    }

    /// A row of the directory, as it is while the same plugin is installed.
    fn hidden(&self, row: &PluginRow) -> PluginRow {
        let PluginState::Loaded(identity) = &row.state else { return row.clone() };
        let installed = |other: &&PluginRow| other.installed && other.file == identity.id.as_str();
        if !self.rows.iter().any(|other| installed(&other)) {
            return row.clone();
        }
        let id = &identity.id;
        let why = format!("not used: {id} is installed; remove this file, or `tollgate plugin remove {id}`");
        PluginRow { state: PluginState::Broken(why), ..row.clone() }
    }
}

impl Loaded {
    /// The same with nothing in its manifest that was not granted.
    pub fn narrowed(&self, granted: &Granted) -> Self {
        self.with_manifest(self.asked.narrowed(granted))
    }
}
