//! Publishers of plugins whose signatures staff trust.

use crate::ids::Timestamp;

/// Characters of a publisher's name at most.
pub const NAME_CHARS_MAX: usize = 100;

/// Who signs plugins, by a minisign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The public key, as minisign writes it in one line: 56 characters of base64.
    pub key: String,
    /// What staff call them; no two have the same.
    pub name: String,
    pub added: Timestamp,
}
