//! The gateway's manifest, piece by piece.

use super::{BrowserUse, Capabilities, CurrencySupport, Environment, HostRequest, Manifest, OriginRequest, Script};
use crate::{Assets, Field, Group, Identity, Text};

impl Manifest {
    /// `help` is one line for the client beside the choice. It takes every currency, calls nobody and can do nothing
    /// beyond `pay_now` until more is said.
    #[must_use]
    pub fn new(identity: Identity, help: Text) -> Self {
        Self {
            identity,
            help,
            configuration: Vec::new(),
            hosts: Vec::new(),
            browser_origins: Vec::new(),
            currencies: CurrencySupport::Any,
            capabilities: Capabilities::empty(),
            scripts: Vec::new(),
            assets: Assets::empty(),
        }
    }

    /// Adds a group of configuration fields.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.configuration.push(group);
        self
    }

    /// Adds fields that stand outside any group.
    #[must_use]
    pub fn fields(self, label: Text, fields: impl IntoIterator<Item = Field>) -> Self {
        self.group(fields.into_iter().fold(Group::once("", label), Group::field))
    }

    /// Asks for a host that the gateway wants to call. Staff grant it, or not.
    #[must_use]
    pub fn host(mut self, host: &str, environment: Environment, purpose: Text) -> Self {
        self.hosts.push(HostRequest { host: host.into(), environment, purpose });
        self
    }

    /// Asks for an origin that the pay-now page needs in the client's browser.
    #[must_use]
    pub fn browser_origin(mut self, origin: &str, uses: BrowserUse, environment: Environment, purpose: Text) -> Self {
        self.browser_origins.push(OriginRequest { origin: origin.into(), environment, uses, purpose });
        self
    }

    /// Takes only these ISO 4217 currencies.
    #[must_use]
    pub fn only_currencies(mut self, codes: &[&str]) -> Self {
        self.currencies = CurrencySupport::Only(codes.iter().map(|code| (*code).to_owned()).collect());
        self
    }

    /// What it can do: `Capabilities::CHECK | Capabilities::REFUND`.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Adds a script of the plugin's own, for confined pages. `source` is usually an `include_str!`.
    #[must_use]
    pub fn script(mut self, name: &str, source: &str) -> Self {
        self.scripts.push(Script { name: name.into(), source: source.into() });
        self
    }

    /// Templates, translations and the logo.
    #[must_use]
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = assets;
        self
    }
}
