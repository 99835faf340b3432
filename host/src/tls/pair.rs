//! A certificate and its key: read, checked against each other, and said in words where they will not do.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, Error, InconsistentKeys, RootCertStore};
use tollgate_billing::ids::Timestamp;

use super::TlsFiles;
use super::files::{is_readable_by_all, read};

/// How long before its end a certificate is spoken of: those of ACME authorities are renewed a month before it.
const SPOKEN_OF_BEFORE_MS: i64 = 14 * 24 * 3_600_000;
/// Later than every certificate ends.
const FAR_FUTURE: Duration = Duration::from_secs(400_000_000_000);

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("server.{key}: cannot read {}: {source}", file.display())]
    Unreadable { key: &'static str, file: PathBuf, source: io::Error },
    #[error("server.{key}: {} is not PEM, which is text with a line such as -----BEGIN {expected}-----", file.display())]
    NotPem { key: &'static str, file: PathBuf, expected: &'static str },
    #[error("server.tls-certificate: {} holds no certificate; name the file with the whole chain", file.display())]
    NoCertificate { file: PathBuf },
    #[error("server.tls-certificate: {} holds a certificate that cannot be read: {why}", file.display())]
    BadCertificate { file: PathBuf, why: String },
    #[error("server.tls-key: {} holds no private key", file.display())]
    NoKey { file: PathBuf },
    #[error("server.tls-key: {} is locked with a password; save it without one, readable by this user only", file.display())]
    LockedKey { file: PathBuf },
    #[error("server.tls-key: {} holds a key of a kind that is not supported; RSA, ECDSA and Ed25519 are", file.display())]
    UnknownKey { file: PathBuf },
    #[error("server.tls-key: the key in {} does not fit the certificate in {}", key.display(), certificate.display())]
    Mismatch { key: PathBuf, certificate: PathBuf },
    #[error("TLS cannot be set up: {0}")]
    Library(Error),
}

/// What the server shows and proves itself with.
#[derive(Debug)]
pub struct Pair {
    pub key: CertifiedKey,
    pub validity: Validity,
}

impl Pair {
    /// # Errors
    /// [`TlsError`]. A certificate whose time is over is none: see [`Validity::fault`].
    pub fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let chain = read_chain(&files.certificate)?;
        let bad = |why: Error| TlsError::BadCertificate { file: files.certificate.clone(), why: why.to_string() };
        let first = chain.first().ok_or_else(|| TlsError::NoCertificate { file: files.certificate.clone() })?;
        let validity = Validity::of(&ParsedCertificate::try_from(first).map_err(bad)?).map_err(bad)?;
        let unknown = |_| TlsError::UnknownKey { file: files.key.clone() };
        let private = ring::sign::any_supported_type(&read_key(&files.key)?).map_err(unknown)?;
        let key = CertifiedKey::new(chain, private);
        match key.keys_match() {
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(Self { key, validity }),
            Err(Error::InconsistentKeys(_)) => {
                Err(TlsError::Mismatch { key: files.key.clone(), certificate: files.certificate.clone() })
            }
            Err(error) => Err(bad(error)),
        }
    }

    /// What somebody should mend, though the pair can be shown.
    pub fn warnings(&self, files: &TlsFiles, now: Timestamp) -> Vec<String> {
        let mut warnings = Vec::new();
        if is_readable_by_all(&files.key) {
            let key = files.key.display();
            warnings.push(format!("server.tls-key: everybody on this machine may read {key}; run: chmod o-rwx {key}"));
        }
        let soon = Timestamp(now.0.saturating_add(SPOKEN_OF_BEFORE_MS));
        if let Some(fault) = self.validity.fault(&files.certificate, now) {
            warnings.push(fault);
        } else if self.validity.fault(&files.certificate, soon).is_some() {
            let (file, until) = (files.certificate.display(), self.validity.until());
            warnings.push(format!("server.tls-certificate: {file} ends soon, at {until}; renew it"));
        }
        warnings
    }
}

fn read_chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let key = "tls-certificate";
    let bytes = read(file).map_err(|source| TlsError::Unreadable { key, file: file.to_owned(), source })?;
    let not_pem = || TlsError::NotPem { key, file: file.to_owned(), expected: "CERTIFICATE" };
    if !has_begin(&bytes) {
        return Err(not_pem());
    }
    CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|_| not_pem())
}

fn read_key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let key = "tls-key";
    let bytes = read(file).map_err(|source| TlsError::Unreadable { key, file: file.to_owned(), source })?;
    let not_pem = || TlsError::NotPem { key, file: file.to_owned(), expected: "PRIVATE KEY" };
    if !has_begin(&bytes) {
        return Err(not_pem());
    }
    if has(&bytes, b"ENCRYPTED") {
        return Err(TlsError::LockedKey { file: file.to_owned() });
    }
    let mut found = PrivateKeyDer::pem_slice_iter(&bytes);
    found.next().ok_or_else(|| TlsError::NoKey { file: file.to_owned() })?.map_err(|_| not_pem())
}

fn has_begin(bytes: &[u8]) -> bool {
    has(bytes, b"-----BEGIN ")
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// From when until when a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Seconds since 1970, like `not_after`.
    not_before: u64,
    not_after: u64,
}

impl Validity {
    /// The library says both times only where it refuses: so it is asked about the first moment and about a late one. The
    /// time is what it looks at first, before anybody who might vouch for the certificate.
    fn of(certificate: &ParsedCertificate<'_>) -> Result<Self, Error> {
        let refusal = |at: Duration| {
            let (nobody, at) = (RootCertStore::empty(), UnixTime::since_unix_epoch(at));
            verify_server_cert_signed_by_trust_anchor(certificate, &nobody, &[], at, &[]).err()
        };
        let not_before = match refusal(Duration::ZERO) {
            Some(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) => not_before,
            // From before 1970 on.
            _ => UnixTime::since_unix_epoch(Duration::ZERO),
        };
        match refusal(FAR_FUTURE) {
            Some(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
                Ok(Self { not_before: not_before.as_secs(), not_after: not_after.as_secs() })
            }
            Some(error) => Err(error),
            None => Ok(Self { not_before: not_before.as_secs(), not_after: FAR_FUTURE.as_secs() }),
        }
    }

    /// In words, where it is not valid at `now`.
    pub fn fault(&self, file: &Path, now: Timestamp) -> Option<String> {
        let (file, now) = (file.display(), u64::try_from(now.0 / 1_000).unwrap_or(0));
        if now > self.not_after {
            Some(format!("server.tls-certificate: {file} expired at {}; browsers refuse it", said(self.not_after)))
        } else if now < self.not_before {
            let from = said(self.not_before);
            Some(format!("server.tls-certificate: {file} is valid from {from} only; look at this machine's clock too"))
        } else {
            None
        }
    }

    /// Its last moment, for people.
    pub fn until(&self) -> String {
        said(self.not_after)
    }
}

/// `2026-11-22T10:00:00Z`.
fn said(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map_or_else(|| "a time far away".to_owned(), |moment| moment.to_string())
}
