//! Signatures of plugins.

use crate::publisher::Publisher;

/// Which plugins must be signed by a publisher whom staff trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RequireSignature {
    /// None; a signature that is there must be right all the same.
    #[default]
    Off,
    /// Those that name a publisher whose key staff trust.
    PerPublisher,
    /// All.
    On,
}

/// Checks signatures.
pub trait Signatures: Send + Sync {
    fn required(&self) -> RequireSignature;

    /// Who of `publishers` signed exactly these bytes.
    ///
    /// # Errors
    /// Why the signature proves nothing: half a sentence about the file, for staff.
    fn signer<'a>(&self, bytes: &[u8], signature: &str, publishers: &'a [Publisher]) -> Result<&'a Publisher, String>;
}

/// Where no signature is known: none is required, and none proves anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSignatures;

impl Signatures for NoSignatures {
    fn required(&self) -> RequireSignature {
        RequireSignature::Off
    }

    fn signer<'a>(&self, _: &[u8], _: &str, _: &'a [Publisher]) -> Result<&'a Publisher, String> {
        Err("signatures are not checked here".to_owned())
    }
}
