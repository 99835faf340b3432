//! The client that simulators and their tests send with: plain HTTP, on this machine.

/// Ready to be built. A build that has TLS in it for somebody else wants to be told who does the cryptography, even where
/// none is used.
pub fn builder() -> reqwest::ClientBuilder {
    // An error says that it was told before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}
