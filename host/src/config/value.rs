//! Values that can be wrong, each with a sentence that says what is allowed.

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer};

/// Whether real money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Live,
    /// Providers' test systems only. The default, so that nobody takes money by mistake.
    #[default]
    Test,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The name of the level in the log's own language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Which plugins must be signed by a publisher whom staff trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SignatureRule {
    #[default]
    Off,
    /// Those that name a publisher whose key staff trust.
    PerPublisher,
    On,
}

/// Whether staff must have a second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SecondStepRule {
    #[default]
    Optional,
    Required,
}

/// A host that plugins are fetched from: a DNS name, with `:port` where it is not 443.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "String")]
pub struct InstallHost(String);

impl InstallHost {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for InstallHost {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
        let host =
            !text.is_empty() && text.len() <= 253 && text.bytes().all(plain) && !text.starts_with(['.', '-', ':']);
        if host {
            Ok(Self(text))
        } else {
            Err(format!("“{text}” is no host name, such as “plugins.example.com”"))
        }
    }
}

/// How the connection to the mail server is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum MailSecurity {
    #[default]
    Starttls,
    Tls,
    /// Nothing: for a server on this machine.
    None,
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "toml::Value")]
pub struct Whole<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    /// For defaults, which are checked when the crate is compiled.
    pub const fn new(number: u32) -> Self {
        assert!(MIN <= number && number <= MAX, "a default lies outside its own range");
        Self(number)
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<toml::Value> for Whole<MIN, MAX> {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (MIN..=MAX).contains(number));
        number.map(Self).ok_or_else(|| format!("must be a whole number from {MIN} to {MAX}"))
    }
}

/// Where clients reach the server: scheme, host and port, nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "String")]
pub struct BaseUrl(String);

impl BaseUrl {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("“{text}” is not an address such as https://billing.example.com, without a path");
        let url = url::Url::parse(&text).map_err(|_| wrong())?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if plain { Ok(Self(url.as_str().trim_end_matches('/').to_owned())) } else { Err(wrong()) }
    }
}

/// The second origin, written like the first; empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "String")]
pub struct PagesUrl(String);

impl PagesUrl {
    /// `None` where there is none.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }

    /// Why this cannot stand beside `base`; `None` where it can. Browsers send cookies to a host name whatever its port,
    /// so another port is not enough.
    #[must_use]
    pub fn conflict(&self, base: &BaseUrl) -> Option<&'static str> {
        let (own, base) = (url::Url::parse(self.get()?).ok()?, url::Url::parse(base.as_str()).ok()?);
        if own.host_str() == base.host_str() {
            Some("must have another host name than base-url: another port or path does not keep cookies apart")
        } else if own.scheme() != base.scheme() {
            Some("must start like base-url, both with https:// or both with http://")
        } else {
            None
        }
    }
}

impl TryFrom<String> for PagesUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Ok(Self(text)) } else { BaseUrl::try_from(text).map(|url| Self(url.0)) }
    }
}

/// Address and port to listen on.
pub fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = |_| serde::de::Error::custom(format!("“{text}” is not an address with a port, such as 127.0.0.1:8080"));
    text.parse().map_err(wrong)
}

/// Text that must not be empty.
pub fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(serde::de::Error::custom("must not be empty")) } else { Ok(text) }
}

/// A host's name or address, or empty.
pub fn mail_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    let wrong = || {
        serde::de::Error::custom(format!("“{text}” is not a host such as smtp.example.com; the port has its own key"))
    };
    let port = text.matches(':').count() == 1;
    if text.bytes().all(plain) && text.len() <= 253 && !port { Ok(text) } else { Err(wrong()) }
}

/// Who mails come from, or empty.
pub fn sender<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.parse::<tollgate_mail::Sender>() {
        Err(wrong) if !text.is_empty() => Err(serde::de::Error::custom(format!("“{text}” {wrong}"))),
        _ => Ok(text),
    }
}

/// ISO 3166-1 alpha-2, or empty.
pub fn country<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fits = text.is_empty() || (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
    let wrong = || serde::de::Error::custom(format!("“{text}” is not a country's two capital letters, such as DE"));
    if fits { Ok(text) } else { Err(wrong()) }
}

/// Longest prefix: with the sequence it still fits the reference of every bank.
const PREFIX_BYTES_MAX: usize = 10;

/// What stands before the sequence in an invoice's number.
pub fn prefix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let wrong = || format!("“{text}” is not at most {PREFIX_BYTES_MAX} letters, digits and hyphens, such as INV-");
    if text.len() <= PREFIX_BYTES_MAX && text.bytes().all(plain) {
        Ok(text)
    } else {
        Err(serde::de::Error::custom(wrong()))
    }
}
