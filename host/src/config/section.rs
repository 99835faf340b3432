//! The tables of the configuration. `example.toml` explains each key; a test holds the two together.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tollgate_web::Network;

use super::value::{BaseUrl, InstallHost, MailSecurity, PagesUrl, SecondStepRule, SignatureRule, Whole};
use super::value::{country, filled, listen, mail_host, prefix, sender};

/// Where the server listens, and where clients find it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Server {
    #[serde(default = "default_listen", deserialize_with = "listen")]
    pub listen: SocketAddr,
    pub base_url: BaseUrl,
    #[serde(default)]
    pub pages_url: PagesUrl,
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// The certificate and those that vouch for it, in PEM; empty for plain http.
    #[serde(default)]
    pub tls_certificate: PathBuf,
    /// The certificate's private key, in PEM; empty for plain http.
    #[serde(default)]
    pub tls_key: PathBuf,
    /// How long browsers come back by https only, where they come by it at all.
    #[serde(default = "default_hsts_days")]
    pub hsts_days: Whole<0, 3_650>,
    /// Connections that are open at the same time; more wait.
    #[serde(default = "default_connections")]
    pub connections: Whole<10, 100_000>,
}

impl Server {
    /// Certificate and key; `None` where the server speaks plain http.
    #[must_use]
    pub fn tls(&self) -> Option<(&Path, &Path)> {
        let named = |path: &PathBuf| !path.as_os_str().is_empty();
        (named(&self.tls_certificate) && named(&self.tls_key)).then_some((&self.tls_certificate, &self.tls_key))
    }

    /// The key at which to say it, and why the keys of TLS do not go together; `None` where they do.
    pub(super) fn tls_conflict(&self) -> Option<(&'static str, &'static str)> {
        match (self.tls_certificate.as_os_str().is_empty(), self.tls_key.as_os_str().is_empty()) {
            (false, true) => Some(("tls-certificate", "needs its private key: name that file as tls-key, or neither")),
            (true, false) => Some(("tls-key", "needs its certificate: name that file as tls-certificate, or neither")),
            (false, false) if !self.base_url.is_https() => Some((
                "base-url",
                "must start with https:// where tls-certificate is set, because nothing else answers",
            )),
            _ => None,
        }
    }

    pub(super) fn start_from(&mut self, folder: &Path) {
        for own in [&mut self.tls_certificate, &mut self.tls_key] {
            if !own.as_os_str().is_empty() {
                *own = folder.join(&own);
            }
        }
    }
}

/// A year.
fn default_hsts_days() -> Whole<0, 3_650> {
    Whole::new(365)
}

/// Some 150 visitors at a time, with the six connections that a browser opens.
fn default_connections() -> Whole<10, 100_000> {
    Whole::new(1_000)
}

/// Loopback: a server that nobody configured must not be reachable from outside.
fn default_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Paths {
    pub data: PathBuf,
    /// Empty for [`COMPILED`] in the data folder.
    pub compiled: PathBuf,
    pub plugins: PathBuf,
    /// Empty for the host's own.
    pub templates: PathBuf,
    /// Empty for [`SECRETS_KEY`] beside the database.
    pub secrets_key: PathBuf,
}

/// The key file, where the configuration names no other.
pub const SECRETS_KEY: &str = "secrets.key";
/// The folder of compiled plugins, where the configuration names no other.
pub const COMPILED: &str = "compiled";

impl Default for Paths {
    fn default() -> Self {
        let none = PathBuf::new;
        Self {
            data: "data".into(),
            compiled: none(),
            plugins: "plugins".into(),
            templates: none(),
            secrets_key: none(),
        }
    }
}

impl Paths {
    pub(super) fn start_from(&mut self, folder: &Path) {
        self.data = folder.join(&self.data);
        self.plugins = folder.join(&self.plugins);
        for own in [&mut self.compiled, &mut self.templates, &mut self.secrets_key] {
            if !own.as_os_str().is_empty() {
                *own = folder.join(&own);
            }
        }
    }
}

/// Who bills.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Company {
    #[serde(deserialize_with = "filled")]
    pub name: String,
    #[serde(default)]
    pub address: Vec<String>,
    #[serde(default, deserialize_with = "country")]
    pub country: String,
    #[serde(default)]
    pub tax_id: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub website: String,
    #[serde(default)]
    pub footer: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Invoices {
    #[serde(deserialize_with = "prefix")]
    pub prefix: String,
    pub due_days: Whole<0, 365>,
}

impl Default for Invoices {
    fn default() -> Self {
        Self { prefix: "INV-".to_owned(), due_days: Whole::new(14) }
    }
}

/// How the portal looks and what it links to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Brand {
    /// Empty for the company's name.
    pub name: String,
    /// A file below `assets/` of the templates; empty for the name in letters.
    pub logo: String,
    /// Empty for the company's website.
    pub url: String,
    pub support_url: String,
    pub terms_url: String,
    pub tokens: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Sessions {
    pub hours: Whole<1, 720>,
    /// Without a page, before that.
    pub idle_minutes: Whole<5, 43_200>,
    pub staff_second_step: SecondStepRule,
    pub payment_pages_per_minute: Whole<1, 1_000_000>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            hours: Whole::new(12),
            idle_minutes: Whole::new(60),
            staff_second_step: SecondStepRule::default(),
            payment_pages_per_minute: Whole::new(30),
        }
    }
}

/// The server that takes mail. Without it no mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Mail {
    /// A name or an address; empty for none.
    #[serde(deserialize_with = "mail_host")]
    pub server: String,
    pub port: Whole<1, 65_535>,
    pub security: MailSecurity,
    /// Empty for a server that asks for no login.
    pub username: String,
    /// Holds the password and nothing else; empty without a login.
    pub password_file: PathBuf,
    /// Who mails come from; needed where there is a server.
    #[serde(deserialize_with = "sender")]
    pub from: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            server: String::new(),
            port: Whole::new(587),
            security: MailSecurity::default(),
            username: String::new(),
            password_file: PathBuf::new(),
            from: String::new(),
        }
    }
}

impl Mail {
    /// Whether mail is sent at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.server.is_empty()
    }

    /// The key at which to say it, and why the keys do not go together; `None` where they do.
    pub(super) fn conflict(&self) -> Option<(&'static str, &'static str)> {
        if !self.is_on() {
            return None;
        }
        match (self.username.is_empty(), self.password_file.as_os_str().is_empty()) {
            (false, true) => return Some(("username", "needs its password: name its file as password-file")),
            (true, false) => return Some(("password-file", "needs whose password it is: set username")),
            _ => {}
        }
        if self.from.is_empty() {
            return Some(("server", "needs who mails come from: set from"));
        }
        let open = self.security == MailSecurity::None && !tollgate_mail::is_loopback(&self.server);
        open.then_some(("security", "must be starttls or tls: only a server on this machine is spoken to in the open"))
    }

    pub(super) fn start_from(&mut self, folder: &Path) {
        if !self.password_file.as_os_str().is_empty() {
            self.password_file = folder.join(&self.password_file);
        }
    }
}

/// How much of the host one plugin may use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PluginLimits {
    pub deadline_ms: Whole<50, 30_000>,
    pub provider_wait_ms: Whole<1_000, 60_000>,
    pub memory_mib: Whole<1, 512>,
    pub calls_at_once: Whole<2, 256>,
    pub calls_per_minute: Whole<10, 1_000_000>,
    pub state_kib: Whole<16, 8_192>,
    /// Failures of one kind of call in a row, after which it is not made for a while.
    pub failures_to_rest: Whole<1, 1_000>,
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            deadline_ms: Whole::new(2_000),
            provider_wait_ms: Whole::new(15_000),
            memory_mib: Whole::new(64),
            calls_at_once: Whole::new(32),
            calls_per_minute: Whole::new(120_000),
            state_kib: Whole::new(1_024),
            failures_to_rest: Whole::new(5),
        }
    }
}

/// Which plugins may be installed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Install {
    pub require_signature: SignatureRule,
    pub hosts: Vec<InstallHost>,
}

/// Fonts of invoices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Fonts {
    pub folders: Vec<PathBuf>,
}

impl Fonts {
    pub(super) fn start_from(&mut self, folder: &Path) {
        for own in &mut self.folders {
            *own = folder.join(&own);
        }
    }
}
