//! TLS: rustls with ring, which builds without cmake and OpenSSL, and whom it trusts.
//!
//! Trusted is what the operating system trusts, so that a certificate authority that is thrown out is thrown out here with
//! the system's next update, not with the next Tollgate.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// # Errors
/// Where rustls refuses its own defaults.
pub fn system() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    match builder.clone().with_platform_verifier() {
        Ok(builder) => Ok(builder.with_no_client_auth()),
        Err(error) => {
            // A portal that takes bank transfers alone runs without; requests to providers fail, and say why.
            tracing::warn!(%error, "the system has no certificates to trust (Debian: apt install ca-certificates)");
            Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
    }
}

/// Trusts these alone.
#[cfg(test)]
pub fn only(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the defaults")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
