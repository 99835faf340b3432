//! What a gateway says about webhooks.

use tollgate_billing::plugin::{FieldKind, GatewayManifest, Group, Setting};
use tollgate_billing::ports::{Verified, WebhookRefusal, WebhookSetup};
use tollgate_billing::settings::find_field;

use super::claim::{PROVIDER_ID_BYTES_MAX, claim};
use super::config::{KEY_BYTES_MAX, VALUE_BYTES_MAX};
use super::text::{staff, text};
use crate::abi::v1_0_0::{gateway_wit, wit};
use crate::checks::{Breach, bounded, list, named, unique};

/// The contract's numbers for `verified` and `webhook-setup`.
const CLAIMS_MAX: usize = 50;
const SETTINGS_MAX: usize = 10;
const NOTES_MAX: usize = 5;

pub fn verified(verified: gateway_wit::Verified) -> Result<Verified, Breach> {
    Ok(Verified {
        event: named("event", verified.event, PROVIDER_ID_BYTES_MAX)?,
        claims: list("claims", verified.claims, CLAIMS_MAX, claim)?,
    })
}

pub fn webhook_refusal(refusal: gateway_wit::WebhookRefusal) -> Result<WebhookRefusal, Breach> {
    Ok(match refusal {
        gateway_wit::WebhookRefusal::Forged(why) => WebhookRefusal::Forged(staff("forged", why)?),
        gateway_wit::WebhookRefusal::Malformed(why) => WebhookRefusal::Malformed(staff("malformed", why)?),
        gateway_wit::WebhookRefusal::Unproven(why) => WebhookRefusal::Unproven(staff("unproven", why)?),
    })
}

pub fn webhook_setup(setup: gateway_wit::WebhookSetup, manifest: &GatewayManifest) -> Result<WebhookSetup, Breach> {
    let settings =
        list("settings", setup.settings, SETTINGS_MAX, |setting| own_setting(setting, &manifest.configuration))?;
    unique("settings", settings.iter().map(|setting| setting.key.as_str()))?;
    Ok(WebhookSetup { settings, notes: list("notes", setup.notes, NOTES_MAX, |note| text("", note))? })
}

/// A setting of the plugin's own form. Secrets go another way: they are kept out of a provider's answer.
fn own_setting(setting: wit::SettingResult, groups: &[Group]) -> Result<Setting, Breach> {
    let key = named("key", setting.key, KEY_BYTES_MAX)?;
    match find_field(groups, &key).map(|field| &field.kind) {
        None => Err(Breach::new("key", "is none of the manifest's fields")),
        Some(FieldKind::Secret) => Err(Breach::new("key", "is a secret, which no answer may set")),
        Some(_) => Ok(Setting { key, value: bounded("value", setting.value, VALUE_BYTES_MAX)? }),
    }
}
