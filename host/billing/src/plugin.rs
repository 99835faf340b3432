//! What the host knows of plugins: manifests, instances, pages. Values only; the sandbox fills them.

mod destination;
mod grant;
mod installed;
mod limit;
mod manifest;
mod page;

pub use destination::{Destination, DestinationProblem, Reach};
pub use grant::{Ask, AskKind, Granted, granted_host};
pub use installed::{Component, ComponentId, Installed};
pub use limit::{CallLimits, Limit, is_limit, limit_words, limits_among};
pub use manifest::{
    Assets, Capabilities, Choice, Condition, ConfigReport, CurrencySupport, Effects, Environment, Field, FieldKind,
    GatewayManifest, Group, HostRequest, Identity, Image, ImageKind, Manifest, ModuleManifest, OriginRequest, Script,
    Template, Translation,
};
pub use page::{Code, CodeStyle, ConfinedPage, NextStep, Page, Redirect, Slip, SlipRow, Step};

use crate::ids::{InstanceId, PluginId, Timestamp};
use crate::money::Currency;
use crate::text::Text;

/// A configured plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    pub id: InstanceId,
    pub plugin: PluginId,
    pub enabled: bool,
    /// Order among the choices, smallest first.
    pub position: i64,
    /// What staff call it in front of clients; empty for the plugin's own name.
    pub label: String,
    /// Flat: `accounts.0.iban`. As the plugin's `check-config` accepted them.
    pub settings: Vec<Setting>,
    /// What it takes with these settings; empty for whatever the manifest says.
    pub currencies: Vec<Currency>,
    /// Hosts of the manifest that staff let it call.
    pub granted_hosts: Vec<String>,
    /// The file that it is meant for, where that is not the one that runs: of a payment that began with an older one, or of
    /// one that is to be tried. Not stored.
    pub component: Option<ComponentId>,
    pub updated: Timestamp,
}

impl Instance {
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|setting| setting.key == key).map(|setting| setting.value.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    pub value: String,
}

/// A file of the plugins' directory, as staff see it. A broken one is a row with its error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRow {
    /// The file's name, without its directory; of an installed one, its plugin's id.
    pub file: String,
    /// Whether staff installed it, or somebody put it into the plugins' directory.
    pub installed: bool,
    /// SHA-256 of the file in lower-case hex; empty where it could not be read.
    pub sha256: String,
    pub state: PluginState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginState {
    Loaded(Identity),
    Broken(String),
}

/// A call of a configured plugin that is not made for a while, because it kept failing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// As the contract has it: `pay-now`.
    pub export: &'static str,
    /// One after the other.
    pub failures: u32,
    /// When it is tried again; now, where that is under way.
    pub until: Timestamp,
    /// Of the last failure, for staff.
    pub reason: String,
}

/// Why a call of a plugin gave no answer. Says what the host must do, never more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PluginError {
    /// Tell the client.
    #[error("declined: {staff}")]
    Declined { client: Text, staff: String },
    /// Our request or configuration was wrong: tell staff.
    #[error("rejected: {0}")]
    Rejected(String),
    /// Surely not sent: may be tried again.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Not called at all, and nothing was sent: it rests, or has its share of calls already. The same may be tried again later.
    #[error("not asked: {0}")]
    NotAsked(String),
    /// May have reached the provider: check later.
    #[error("unknown: {0}")]
    Unknown(String),
    /// Trapped, too slow, too big, or answered what the contract forbids. For staff.
    #[error("the plugin {plugin} is broken: {reason}")]
    Broken { plugin: PluginId, reason: String },
    /// No such plugin is loaded.
    #[error("the plugin {0} is not loaded")]
    Missing(PluginId),
}

/// Whether a host is this machine itself, named exactly as in a URL: `127.0.0.1:8421`, `[::1]:8421`, `localhost:8421`. In
/// test mode staff may grant one that no manifest names: it cannot know the port of a developer's simulator.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let exact = |port: &str| port.parse::<u16>().is_ok_and(|number| number != 80 && number.to_string() == port);
    let byte = |text: &str| text.parse::<u8>().is_ok_and(|number| number.to_string() == text);
    let parts: Vec<&str> = name.split('.').collect();
    let v4 = parts.len() == 4 && parts[0] == "127" && parts.iter().all(|part| byte(part));
    (v4 || name == "localhost" || name == "[::1]") && port.is_none_or(exact)
}
