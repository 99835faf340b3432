//! What one call may reach outside: asked for by the manifest and granted by staff.

use tollgate_billing::plugin::{Environment, FieldKind, GatewayManifest, Instance, is_loopback_host};
use tollgate_billing::settings::entry_count;
use url::Url;

use crate::checks::URL_BYTES_MAX;

/// Of one call. The default reaches nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Host names, with their port where it is not the scheme's own.
    pub hosts: Vec<String>,
    /// Where no real money moves.
    pub test_mode: bool,
    /// Secrets that the call may fill from an answer.
    pub may_keep: Vec<String>,
}

impl Grants {
    /// The hosts of the manifest, in this environment, that staff granted. In test mode a granted address of this machine
    /// itself counts too: no manifest can know the port of a developer's simulator.
    pub fn of(manifest: &GatewayManifest, instance: &Instance, live: bool) -> Self {
        let mut grants = Self { hosts: Vec::new(), test_mode: !live, may_keep: Vec::new() };
        let asked = manifest.hosts.iter().filter(|asked| grants.is_here(asked.environment)).map(|asked| &asked.host);
        let hosts: Vec<String> = asked.filter(|host| instance.granted_hosts.contains(host)).cloned().collect();
        let loopback = instance.granted_hosts.iter().filter(|host| !live && is_loopback_host(host)).cloned();
        grants.hosts = hosts.into_iter().chain(loopback).collect();
        grants
    }

    /// The same for a call that registers a webhook: the provider's answer may hold secrets.
    #[must_use]
    pub fn keeping_secrets(self, manifest: &GatewayManifest, instance: &Instance) -> Self {
        Self { may_keep: secret_keys(manifest, instance), ..self }
    }

    pub fn is_here(&self, environment: Environment) -> bool {
        match environment {
            Environment::Both => true,
            Environment::Live => !self.test_mode,
            Environment::Test => self.test_mode,
        }
    }

    /// An address of this machine itself that staff granted, in test mode; `None` for every other.
    pub fn loopback(&self, text: &str) -> Option<Url> {
        if !self.test_mode || text.len() > URL_BYTES_MAX {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let origin = url.origin().ascii_serialization();
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))?;
        let plain = url.username().is_empty() && url.password().is_none();
        let granted = self.hosts.iter().any(|granted| granted == host) && is_loopback_host(host);
        (plain && granted).then_some(url)
    }
}

/// Every secret that the instance has a field for.
fn secret_keys(manifest: &GatewayManifest, instance: &Instance) -> Vec<String> {
    let mut keys = Vec::new();
    for group in &manifest.configuration {
        let prefixes: Vec<String> = match (group.entries_max, group.key.as_str()) {
            (1, "") => vec![String::new()],
            (1, key) => vec![format!("{key}.")],
            (most, key) => {
                let entries = entry_count(group, &instance.settings).min(most);
                (0..entries).map(|index| format!("{key}.{index}.")).collect()
            }
        };
        let secrets = || group.fields.iter().filter(|field| field.kind == FieldKind::Secret);
        for prefix in prefixes {
            keys.extend(secrets().map(|field| format!("{prefix}{}", field.key)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_mode(hosts: &[&str]) -> Grants {
        Grants { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), test_mode: true, may_keep: Vec::new() }
    }

    #[test]
    fn only_exact_addresses_of_this_machine_are_loopback() {
        for good in ["127.0.0.1:8421", "127.1.2.3:8421", "localhost:8421", "[::1]:8421", "127.0.0.1"] {
            assert!(is_loopback_host(good), "{good}");
        }
        for bad in [
            "",
            "api.example.com",
            "10.0.0.1:8421",
            "[::ffff:127.0.0.1]:8421",
            "localhost.example.com",
            "LOCALHOST:8421",
            "127.1:8421",
            "127.0.0.1:80443",
            "127.0.0.1:80",
            "a@127.0.0.1:8421",
            "127.0.0.1:8421/x",
            "http://127.0.0.1:8421",
        ] {
            assert!(!is_loopback_host(bad), "{bad}");
        }
    }

    #[test]
    fn a_loopback_address_is_one_that_staff_granted_in_test_mode() {
        let grants = test_mode(&["127.0.0.1:8421", "api.example.com"]);
        for good in ["http://127.0.0.1:8421/pay?x=1", "https://127.0.0.1:8421/"] {
            assert!(grants.loopback(good).is_some(), "{good}");
        }
        for bad in [
            "http://127.0.0.1:8422/",
            "http://localhost:8421/",
            "http://api.example.com/",
            "http://127.0.0.1:8421@evil.example/",
            "http://a@127.0.0.1:8421/",
            "ftp://127.0.0.1:8421/",
            "",
        ] {
            assert!(grants.loopback(bad).is_none(), "{bad}");
        }
        let live = Grants { test_mode: false, ..grants };
        assert!(live.loopback("http://127.0.0.1:8421/pay").is_none());
    }
}
