//! https: the certificate that the server shows, and how renewed files take its place while it serves.

mod files;
mod pair;

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;
use tollgate_billing::ids::Timestamp;

use crate::config::Server;
use files::Stamp;
pub use files::{is_readable_by_all, read};
pub use pair::{Pair, TlsError};

/// The one version of HTTP that the server speaks.
const ALPN: &[u8] = b"http/1.1";

/// Where certificate and key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl TlsFiles {
    /// `None` where the server speaks plain http.
    #[must_use]
    pub fn of(server: &Server) -> Option<Self> {
        let (certificate, key) = server.tls()?;
        Some(Self { certificate: certificate.to_owned(), key: key.to_owned() })
    }
}

/// What connections are taken with.
pub struct Tls {
    files: TlsFiles,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
    seen: Mutex<Seen>,
}

/// The certificate of every new connection. Those that are open keep the one that they began with.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().clone())
    }
}

/// What is known of the files.
struct Seen {
    /// Of the pair that is shown.
    stamp: Stamp,
    /// Why the pair that is there now was not taken, so that it is said once and not every minute.
    refused: Option<String>,
}

/// What became of a look at the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    Unchanged,
    Taken,
    /// The old pair stays; in words why.
    Kept(String),
}

impl Tls {
    /// Reads the pair. Blocks on the files. What is not wrong enough to refuse, such as an expired certificate, is logged: a
    /// server that does not start would not even look up payments.
    ///
    /// # Errors
    /// [`TlsError`], in one sentence with the file.
    pub fn open(files: TlsFiles, now: Timestamp) -> Result<Self, TlsError> {
        // Before the files are read: what changes meanwhile is read again.
        let stamp = Stamp::of(&files);
        let pair = Pair::read(&files)?;
        for warning in pair.warnings(&files, now) {
            tracing::warn!("{warning}");
        }
        let shown = Arc::new(Shown(RwLock::new(Arc::new(pair.key))));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Library)?;
        let mut config = config.with_no_client_auth().with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self { files, shown, config: Arc::new(config), seen: Mutex::new(Seen { stamp, refused: None }) })
    }

    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }

    /// Takes a new pair where the files changed, and keeps the old one where the new one is broken, expired or not valid
    /// yet. One that was refused is tried again each time, because a renewal writes one file after the other. Blocks on
    /// the files.
    pub fn look(&self, now: Timestamp) -> Looked {
        let mut seen = self.seen.lock();
        let stamp = Stamp::of(&self.files);
        if stamp == seen.stamp {
            return Looked::Unchanged;
        }
        let taken = Pair::read(&self.files).map_err(|error| error.to_string()).and_then(|pair| {
            let valid = pair.validity.fault(&self.files.certificate, now);
            valid.map_or(Ok(pair), Err)
        });
        match taken {
            Ok(pair) => {
                tracing::info!("a new certificate is shown; it is valid until {}", pair.validity.until());
                for warning in pair.warnings(&self.files, now) {
                    tracing::warn!("{warning}");
                }
                *self.shown.0.write() = Arc::new(pair.key);
                *seen = Seen { stamp, refused: None };
                Looked::Taken
            }
            Err(why) => {
                if seen.refused.as_ref() != Some(&why) {
                    tracing::error!("the new certificate is not taken, and the old one stays: {why}");
                    seen.refused = Some(why.clone());
                }
                Looked::Kept(why)
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
