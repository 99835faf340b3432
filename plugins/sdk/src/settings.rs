//! The configuration of the instance that a call is for, as staff saved it.

use crate::bindings::shared::tollgate::plugin::types;

/// The configured plugin that a call is for. One plugin may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Stable for ever.
    pub id: String,
    /// True where the host runs against the providers' test systems.
    pub test_mode: bool,
    settings: Vec<types::Setting>,
}

impl Instance {
    /// An instance for a plugin's own tests: not in test mode, and with these settings, keyed as in [`Settings::key`].
    #[must_use]
    pub fn with_settings<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let setting = |(key, value): (&str, &str)| types::Setting { key: key.into(), value: value.into() };
        Self { id: "test-instance".into(), test_mode: false, settings: settings.into_iter().map(setting).collect() }
    }

    /// A copy of all settings, for an answer that is made of them: see [`crate::gateway::Gateway::migrate_config`].
    #[must_use]
    pub fn to_settings(&self) -> Vec<types::Setting> {
        self.settings.clone()
    }

    /// All settings.
    #[must_use]
    pub fn settings(&self) -> Settings<'_> {
        Settings { all: &self.settings, prefix: String::new() }
    }
}

impl From<types::Instance> for Instance {
    fn from(wire: types::Instance) -> Self {
        Self { id: wire.id, test_mode: wire.test_mode, settings: wire.settings }
    }
}

/// The settings of the instance, or of one entry of a repeating group. Keys are the manifest's.
///
/// ```
/// use tollgate_sdk::Instance;
///
/// let instance = Instance::with_settings([("holder", "Example Ltd"), ("accounts.0.iban", "DE02120300000000202051")]);
/// assert_eq!(instance.settings().text("holder"), "Example Ltd");
/// let accounts = instance.settings().group("accounts");
/// assert_eq!(accounts[0].text("iban"), "DE02120300000000202051");
/// assert_eq!(accounts[0].key("iban"), "accounts.0.iban");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings<'a> {
    all: &'a [types::Setting],
    prefix: String,
}

impl<'a> Settings<'a> {
    /// The value without surrounding spaces; empty where it is not set. For a secret this is never its value:
    /// see [`Settings::is_set`].
    #[must_use]
    pub fn text(&self, key: &str) -> &'a str {
        let mine =
            |setting: &&types::Setting| setting.key.strip_prefix(self.prefix.as_str()).is_some_and(|rest| rest == key);
        self.all.iter().find(mine).map_or("", |setting| setting.value.trim())
    }

    /// Whether there is a value. The only thing that a plugin may know of a secret.
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        !self.text(key).is_empty()
    }

    /// A toggle; off where it is not set.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// A whole number; `None` where it is not set or not a number.
    #[must_use]
    pub fn whole(&self, key: &str) -> Option<i64> {
        self.text(key).parse().ok()
    }

    /// The entries of a repeating group, in the order that staff gave them.
    #[must_use]
    pub fn group(&self, group: &str) -> Vec<Settings<'a>> {
        let entry = |index: usize| Settings { all: self.all, prefix: format!("{}{group}.{index}.", self.prefix) };
        (0..self.all.len()).map(entry).take_while(Settings::has_any).collect()
    }

    /// The whole key of one of these settings, which is what an error must name.
    #[must_use]
    pub fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn has_any(&self) -> bool {
        self.all.iter().any(|setting| setting.key.starts_with(&self.prefix))
    }
}
