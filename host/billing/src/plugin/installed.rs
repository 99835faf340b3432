//! Plugins that staff installed: which file runs, which one ran before it, and what they were granted.

use super::grant::Granted;
use crate::ids::{PluginId, Timestamp};

/// A plugin's file, by the SHA-256 of its bytes in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(String);

impl ComponentId {
    #[must_use]
    pub fn new(sha256: impl Into<String>) -> Self {
        Self(sha256.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ComponentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file that the host keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub id: ComponentId,
    pub plugin: PluginId,
    /// The plugin's own version.
    pub version: String,
    /// The public key of the publisher who signed it, trusted when it came.
    pub signed_by: Option<String>,
    pub added: Timestamp,
}

/// A plugin that staff installed, or had installed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub id: PluginId,
    /// What runs; `None` for one that was removed.
    pub current: Option<ComponentId>,
    /// What ran before it, for rolling back.
    pub previous: Option<ComponentId>,
    /// The key that signed the first signed file of this id: no other publisher's file takes its place.
    pub publisher: Option<String>,
    pub granted: Granted,
    /// Counts changes; 0 for what is not stored yet.
    pub revision: i64,
    pub updated: Timestamp,
}

impl Installed {
    /// Of a plugin that was never here.
    #[must_use]
    pub fn never(id: PluginId) -> Self {
        let (granted, updated) = (Granted::new(), Timestamp(0));
        Self { id, current: None, previous: None, publisher: None, granted, revision: 0, updated }
    }
}
