//! What the configuration decides about the pages.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::engine::TemplateSource;
use crate::forwarded::Network;

/// How the portal looks and where it stands.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// As browsers reach it, without a slash at the end: `https://pay.example.com`. Over https, cookies are bound to it.
    pub base_url: String,
    /// The second origin, for pages of gateways that run scripts, written in the same way; its host name is another than
    /// that of `base_url`, so that no cookie is ever sent to both. `None`: no such page is drawn.
    pub pages_url: Option<String>,
    pub templates: TemplateSource,
    pub brand: Brand,
    /// How long a login lasts, whatever is done with it.
    pub session_hours: u32,
    /// Minutes without a page after which a session ends before that.
    pub session_idle_minutes: u32,
    /// Whether staff without a second step see nothing but the page on which they set one up.
    pub staff_second_step_required: bool,
    /// How many pages of payments one client opens, sends or comes back to in a minute, each of these counted by itself.
    /// Every one may ask a provider, which limits us in turn.
    pub payment_pages_per_minute: u32,
    /// Where clients get help: `https://…` or `mailto:…`.
    pub support: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed, for the limits on logins and for the log.
    pub trusted_proxies: Vec<Network>,
    /// Days for which browsers that came by https come back by https only; 0 does not tell them so.
    pub hsts_days: u32,
    /// Whether mail is sent: without it nobody is offered a link by mail.
    pub mail: bool,
    /// Of the host, shown at the foot and by `/health`.
    pub version: String,
}

/// Whose portal it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    pub name: String,
    /// A file below `assets/`.
    pub logo: Option<String>,
    /// Where the logo leads.
    pub url: String,
    /// CSS custom properties of the stylesheet, without the dashes: `accent` → `#0a5`. Refused where one is no plain value.
    pub tokens: BTreeMap<String, String>,
}

impl WebConfig {
    /// Whether browsers come by https.
    #[must_use]
    pub fn https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// For how long browsers come back by https only, in seconds; `None` over http, which has nothing to come back to.
    pub(crate) fn hsts_seconds(&self) -> Option<u64> {
        let seconds = u64::from(self.hsts_days) * 86_400;
        (self.https() && seconds > 0).then_some(seconds)
    }
}

impl Brand {
    /// The stylesheet that sets the tokens; empty where there are none.
    ///
    /// # Errors
    /// The token that is no plain value.
    pub(crate) fn stylesheet(&self) -> Result<String, String> {
        let mut sheet = String::new();
        for (name, value) in &self.tokens {
            let plain_name =
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "#%(),. -".contains(letter);
            if name.is_empty() || !plain_name || value.is_empty() || !value.chars().all(plain) {
                return Err(format!("“{name} = {value}” is no colour or length, such as accent = #0a7d5a"));
            }
            let _ = write!(sheet, "--{name}:{value};");
        }
        Ok(if sheet.is_empty() { sheet } else { format!(":root{{{sheet}}}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_values_and_never_rules() {
        let check = |name: &str, value: &str, expected: Result<&str, ()>| {
            let tokens = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            let brand = Brand { name: String::new(), logo: None, url: String::new(), tokens };
            assert_eq!(brand.stylesheet().as_deref().map_err(|_| ()), expected, "{name} {value}");
        };
        check("accent", "#0a7d5a", Ok(":root{--accent:#0a7d5a;}"));
        check("radius", "0.5rem", Ok(":root{--radius:0.5rem;}"));
        check("accent", "rgb(10, 20, 30)", Ok(":root{--accent:rgb(10, 20, 30);}"));
        check("accent", "red;}body{display:none", Err(()));
        check("accent", "url(https://evil.example)", Err(()));
        check("Accent!", "red", Err(()));
        check("", "red", Err(()));
    }
}
