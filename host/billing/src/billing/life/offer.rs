//! What a file is and what it asks for, before anything of it is installed.

use std::sync::Arc;

use super::super::Billing;
use super::LifeError;
use crate::ids::PluginId;
use crate::plugin::{Ask, Component, ComponentId, Granted, Manifest};
use crate::ports::{ReadComponent, RequireSignature};
use crate::publisher::Publisher;

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginFile {
    pub bytes: Vec<u8>,
    /// What stands in the signature's file beside it.
    pub signature: Option<String>,
}

/// How an ask stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskState {
    /// What runs does not ask for it: staff have not been asked yet.
    New,
    Granted,
    Denied,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub ask: Ask,
    pub state: AskState,
}

/// A plugin's file as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub component: Component,
    pub contract: &'static str,
    /// As it asks.
    pub manifest: Arc<Manifest>,
    /// Who signed it, where staff still trust that key.
    pub signer: Option<Publisher>,
    pub asks: Vec<Asked>,
    /// The version that runs, where another file of the plugin does.
    pub before: Option<Component>,
}

impl Offer {
    /// The words of what stands like this.
    #[must_use]
    pub fn words(&self, state: AskState) -> Granted {
        self.asks.iter().filter(|one| one.state == state).map(|one| one.ask.word.clone()).collect()
    }
}

impl Billing {
    /// Looks at a file and keeps it for [`Billing::install_plugin`]: checks its signature, reads it without running anything of it
    /// but `describe`, and says what it asks for.
    ///
    /// # Errors
    /// [`LifeError`]: no plugin, a signature that is wrong or missing, another publisher's id.
    pub async fn offer_plugin(&self, file: PluginFile) -> Result<Offer, LifeError> {
        let publishers = self.parts.store.publishers().await?;
        let signer = match &file.signature {
            Some(signature) => {
                let signer = self.parts.signatures.signer(&file.bytes, signature, &publishers);
                Some(signer.map_err(LifeError::Signature)?.clone())
            }
            None => None,
        };
        let read = self.parts.plugins.read_component(file.bytes.clone()).await.map_err(LifeError::NotAPlugin)?;
        let identity = read.manifest.identity();
        let key = signer.map(|publisher| publisher.key);
        if key.is_none() && self.must_be_signed(&identity.publisher, &publishers) {
            return Err(LifeError::Unsigned { publisher: identity.publisher.clone() });
        }
        self.is_its_publisher(&identity.id, key.as_deref()).await?;
        let component = Component {
            id: read.id.clone(),
            plugin: identity.id.clone(),
            version: identity.version.clone(),
            signed_by: key,
            added: self.now(),
        };
        self.parts.store.put_component(component.clone(), file.bytes).await?;
        self.offer_of(component, read).await
    }

    /// A file that is kept, looked at again.
    ///
    /// # Errors
    /// [`LifeError::NotOffered`], [`LifeError::NotAPlugin`].
    pub async fn offered_plugin(&self, component: &ComponentId) -> Result<Offer, LifeError> {
        let (component, bytes) = self.parts.store.component(component).await?.ok_or(LifeError::NotOffered)?;
        let read = self.parts.plugins.read_component(bytes).await.map_err(LifeError::NotAPlugin)?;
        self.offer_of(component, read).await
    }

    pub(super) fn must_be_signed(&self, publisher: &str, publishers: &[Publisher]) -> bool {
        match self.parts.signatures.required() {
            RequireSignature::Off => false,
            RequireSignature::On => true,
            RequireSignature::PerPublisher => {
                publishers.iter().any(|known| known.name.to_lowercase() == publisher.trim().to_lowercase())
            }
        }
    }

    /// Refuses a file under an id that another publisher's key signed first.
    pub(super) async fn is_its_publisher(&self, plugin: &PluginId, key: Option<&str>) -> Result<(), LifeError> {
        let installed = self.parts.store.installed_plugin(plugin).await?;
        match installed.and_then(|installed| installed.publisher) {
            Some(first) if key != Some(first.as_str()) => {
                Err(LifeError::OtherPublisher { plugin: plugin.clone(), key: first })
            }
            _ => Ok(()),
        }
    }

    async fn offer_of(&self, component: Component, read: ReadComponent) -> Result<Offer, LifeError> {
        let installed = self.parts.store.installed_plugin(&component.plugin).await?;
        let granted = installed.as_ref().map(|installed| installed.granted.clone()).unwrap_or_default();
        let current = installed.and_then(|installed| installed.current);
        let (before, known) = match &current {
            Some(current) if *current == component.id => (None, read.manifest.asked()),
            Some(current) => {
                let before = self.parts.store.component(current).await?.map(|(before, _)| before);
                // What cannot be read any more asked for what was granted, at the least.
                self.read_kept(current).await?.ok();
                let asked = self.parts.plugins.asked(current).map(|manifest| manifest.asked());
                (before, asked.unwrap_or_else(|| granted.clone()))
            }
            None => (None, Granted::new()),
        };
        let state = |ask: &Ask| match (known.contains(&ask.word), granted.contains(&ask.word)) {
            (false, _) => AskState::New,
            (true, true) => AskState::Granted,
            (true, false) => AskState::Denied,
        };
        let asks = read.manifest.asks().into_iter().map(|ask| Asked { state: state(&ask), ask }).collect();
        let publishers = self.parts.store.publishers().await?;
        let signer = publishers.into_iter().find(|one| Some(&one.key) == component.signed_by.as_ref());
        Ok(Offer { contract: read.contract, manifest: read.manifest, component, signer, asks, before })
    }
}
