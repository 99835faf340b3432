//! What a plugin says of itself. Mirrors `types.wit`, `gateway.wit` and `module.wit`, where each field is documented.

use crate::ids::PluginId;
use crate::money::Currency;
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    Gateway(GatewayManifest),
    Module(ModuleManifest),
}

impl Manifest {
    #[must_use]
    pub fn identity(&self) -> &Identity {
        match self {
            Self::Gateway(manifest) => &manifest.identity,
            Self::Module(manifest) => &manifest.identity,
        }
    }

    /// Whether its pages may run scripts, for which the host needs a second origin.
    #[must_use]
    pub fn runs_scripts(&self) -> bool {
        match self {
            Self::Gateway(manifest) => {
                !manifest.scripts.is_empty() || manifest.browser_origins.iter().any(|origin| origin.script)
            }
            Self::Module(_) => false,
        }
    }

    #[must_use]
    pub fn configuration(&self) -> &[Group] {
        match self {
            Self::Gateway(manifest) => &manifest.configuration,
            Self::Module(manifest) => &manifest.configuration,
        }
    }

    #[must_use]
    pub fn assets(&self) -> &Assets {
        match self {
            Self::Gateway(manifest) => &manifest.assets,
            Self::Module(manifest) => &manifest.assets,
        }
    }

    /// The hosts that it asks for where the installation takes real money, or where it does not. A module asks for none.
    pub fn hosts(&self, live: bool) -> impl Iterator<Item = &HostRequest> {
        let hosts = match self {
            Self::Gateway(manifest) => manifest.hosts.as_slice(),
            Self::Module(_) => &[],
        };
        hosts.iter().filter(move |request| request.environment.is_of(live))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub id: PluginId,
    pub name: String,
    pub version: String,
    pub publisher: String,
    pub licence: String,
    pub summary: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayManifest {
    pub identity: Identity,
    /// One line for the client beside the choice.
    pub help: Text,
    pub configuration: Vec<Group>,
    pub hosts: Vec<HostRequest>,
    pub browser_origins: Vec<OriginRequest>,
    pub currencies: CurrencySupport,
    pub capabilities: Capabilities,
    /// For confined pages.
    pub scripts: Vec<Script>,
    pub assets: Assets,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleManifest {
    pub identity: Identity,
    pub configuration: Vec<Group>,
    pub effects: Effects,
    pub hears_invoice_paid: bool,
    pub hears_invoice_cancelled: bool,
    pub assets: Assets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Test,
    Live,
    Both,
}

impl Environment {
    /// Whether it holds where the installation takes real money, or where it does not.
    #[must_use]
    pub fn is_of(self, live: bool) -> bool {
        match self {
            Self::Both => true,
            Self::Live => live,
            Self::Test => !live,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRequest {
    pub host: String,
    pub environment: Environment,
    pub purpose: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // mirrors the contract's flags
pub struct OriginRequest {
    pub origin: String,
    pub environment: Environment,
    pub script: bool,
    pub frame: bool,
    pub form: bool,
    pub connect: bool,
    pub image: bool,
    pub purpose: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CurrencySupport {
    Any,
    Only(Vec<Currency>),
}

/// What the gateway can do. Each flag is documented in `gateway.wit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // mirrors the contract's flags
pub struct Capabilities {
    pub check: bool,
    pub refund: bool,
    pub partial_refund: bool,
    pub saved_methods: bool,
    pub statements: bool,
    pub payer_sets_amount: bool,
    pub slip: bool,
    pub webhook_setup: bool,
}

/// JavaScript of the plugin's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub name: String,
    pub source: String,
}

/// What a module may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // mirrors the contract's flags
pub struct Effects {
    pub create_invoice: bool,
    pub credit_paid: bool,
    pub credit_bonus: bool,
    pub redeem_voucher: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub key: String,
    pub label: Text,
    pub help: Option<Text>,
    /// 1 for a group that stands once.
    pub entries_max: u32,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub key: String,
    pub label: Text,
    pub help: Option<Text>,
    pub kind: FieldKind,
    pub required: bool,
    pub required_when: Option<Condition>,
    pub initial: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    Line { chars_max: u32 },
    Lines { chars_max: u32 },
    Toggle,
    Choice(Vec<Choice>),
    Whole { min: i64, max: i64 },
    Amount,
    Currency,
    Secret,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub key: String,
    pub equals: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assets {
    pub templates: Vec<Template>,
    pub translations: Vec<Translation>,
    pub logo: Option<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// BCP 47.
    pub locale: String,
    /// Fluent.
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    Svg,
    Png,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    pub kind: ImageKind,
    pub bytes: Vec<u8>,
}

/// A configuration that the plugin accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigReport {
    pub currencies: Vec<Currency>,
    pub notes: Vec<Text>,
}
