//! "Set up webhook": the gateway registers the instance's permanent address at its provider.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::{Billing, ConfigureError};
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::ids::InstanceId;
use crate::plugin::{Destination, Instance, PluginError, Setting};
use crate::ports::ConfigDepth;
use crate::settings::check_settings;
use crate::text::Text;
use crate::webhook;

/// What is registered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookReady {
    /// With the settings that the gateway answered.
    pub instance: Instance,
    /// Where the provider posts from now on.
    pub url: String,
    /// What the gateway says of it.
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookSetupError {
    #[error("this plugin does not register webhooks by itself")]
    NotOffered,
    /// The installation's own address is none that a provider can post to.
    #[error(
        "a provider cannot post to {url}; webhooks need a public https address, in test mode one of this machine itself \
         will do for a simulated provider"
    )]
    Unreachable { url: String },
    /// Somebody else pressed the button a moment ago.
    #[error("it is being set up already; look again in a moment")]
    UnderWay,
    /// Neither the settings nor the provider allow it. Pressed again it registers nothing twice, also where this is
    /// [`PluginError::Unknown`].
    #[error(transparent)]
    Config(#[from] ConfigureError),
}

/// Instances whose webhook is being set up: two that begin at once would both find nothing there and register twice.
#[derive(Default)]
pub(super) struct Setups(Mutex<BTreeSet<InstanceId>>);

/// Ends with the setup, also where its request was given up.
struct Turn<'a> {
    setups: &'a Setups,
    instance: &'a InstanceId,
}

impl Setups {
    fn begin<'a>(&'a self, instance: &'a InstanceId) -> Option<Turn<'a>> {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(instance.clone());
        // Made only where it is had: a turn that is dropped ends the one that is under way.
        begun.then(|| Turn { setups: self, instance })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.setups.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.instance);
    }
}

impl Billing {
    /// The address that would be registered.
    ///
    /// # Errors
    /// [`WebhookSetupError::NotOffered`], [`WebhookSetupError::Unreachable`].
    pub fn webhook_address(&self, instance: &Instance) -> Result<String, WebhookSetupError> {
        let manifest = self.parts.gateways.gateway(&instance.plugin);
        if !manifest.is_some_and(|manifest| manifest.capabilities.webhook_setup) {
            return Err(WebhookSetupError::NotOffered);
        }
        let url = webhook::address(&self.parts.policy.base_url, &instance.id);
        if is_reachable(&url, self.parts.policy.live) { Ok(url) } else { Err(WebhookSetupError::Unreachable { url }) }
    }

    /// Registers the webhook with the settings that are saved, switched on or not, and saves what the gateway answers. The
    /// vault holds the provider's secret by then: a crash in between leaves a webhook that the next press finds.
    ///
    /// # Errors
    /// [`WebhookSetupError`]. What the provider said is in [`ConfigureError::Plugin`].
    pub async fn set_up_webhook(&self, by: Actor, id: &InstanceId) -> Result<WebhookReady, WebhookSetupError> {
        let _turn = self.setups.begin(id).ok_or(WebhookSetupError::UnderWay)?;
        let mut instance = self.parts.store.instance(id).await.map_err(ConfigureError::from)?;
        let instance = instance.as_mut().ok_or(ConfigureError::NotFound)?;
        let url = self.webhook_address(instance)?;
        // What the vault holds counts, also where a setup before this one ended too early to say so.
        instance.settings = self.marked(instance).await?;
        self.ask_config(instance, ConfigDepth::Values, Vec::new()).await?;
        let setup = self.parts.gateways.set_up_webhook(instance).await.map_err(ConfigureError::from)?;
        let instance = self.save_setup(by, id, &url, setup.settings).await?;
        Ok(WebhookReady { instance, url, notes: setup.notes })
    }

    /// Into the instance as it is by now: somebody may have saved another setting meanwhile.
    async fn save_setup(
        &self,
        by: Actor,
        id: &InstanceId,
        url: &str,
        answered: Vec<Setting>,
    ) -> Result<Instance, ConfigureError> {
        let mut instance = self.parts.store.instance(id).await?.ok_or(ConfigureError::NotFound)?;
        instance.settings.retain(|setting| answered.iter().all(|answer| answer.key != setting.key));
        instance.settings.extend(answered.into_iter().filter(|answer| !answer.value.is_empty()));
        instance.settings = self.marked(&instance).await?;
        let manifest = self.manifest_of(&instance.plugin)?;
        if let Some((key, _)) = check_settings(manifest.configuration(), &instance.settings).first() {
            let reason = format!("it set up its webhook, and answered a {key} that its own form does not take");
            return Err(PluginError::Broken { plugin: instance.plugin, reason }.into());
        }
        instance.updated = self.now();
        let entry = NewEntry::new(by, instance.updated, Action::WebhookSetUp, id.as_str()).with(Detail::Url, url);
        self.parts.store.change_instances(vec![instance.clone()], vec![entry]).await?;
        Ok(instance)
    }
}

/// Whether a provider may be told to post there: to a public https address, or in test mode to this machine itself, where a
/// simulated provider is.
fn is_reachable(url: &str, live: bool) -> bool {
    Destination::read(url).is_some_and(|to| if to.is_loopback() { !live } else { to.is_https() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_post_to_https_and_simulators_to_this_machine() {
        let check = |url: &str, in_test: bool, in_live: bool| {
            assert_eq!((is_reachable(url, false), is_reachable(url, true)), (in_test, in_live), "{url}");
        };
        check("https://pay.example.com/hooks/card", true, true);
        check("https://pay.example.com:8443/hooks/card", true, true);
        check("http://pay.example.com/hooks/card", false, false);
        check("http://10.0.0.1/hooks/card", false, false);
        check("http://127.0.0.1:8080/hooks/card", true, false);
        check("https://localhost:8080/hooks/card", true, false);
        check("ftp://pay.example.com/hooks/card", false, false);
        check("/hooks/card", false, false);
    }

    #[test]
    fn a_turn_ends_with_whoever_took_it() {
        let (setups, card, paypal) = (Setups::default(), InstanceId::new("card"), InstanceId::new("paypal"));
        let turn = setups.begin(&card).expect("nobody else is at it");
        for _ in 0..2 {
            assert!(setups.begin(&card).is_none(), "whoever is refused takes nobody's turn away");
        }
        assert!(setups.begin(&paypal).is_some());
        drop(turn);
        assert!(setups.begin(&card).is_some());
    }
}
