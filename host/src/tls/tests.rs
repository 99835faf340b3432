//! Pairs on a disk: good ones, every kind of broken one, and renewals.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, date_time_ymd};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::duplex;
use tokio_rustls::TlsConnector;

use super::*;

const NAME: &str = "billing.example.com";
/// 22 November 2026.
const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// A folder with a certificate of an authority of its own, and the key.
pub(crate) struct Folder {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Folder {
    /// With a pair that is valid from 2020 to 2090.
    pub fn new() -> Self {
        let mut issuer = CertificateParams::new(Vec::new()).expect("no names");
        issuer.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate().expect("a key")).expect("an authority");
        let own = Self { folder: TempDir::new().expect("a folder"), issuer };
        own.renew(2020, 2090);
        own
    }

    /// The only name that the certificate has.
    pub fn name() -> ServerName<'static> {
        ServerName::try_from(NAME).expect("a name")
    }

    /// A client that trusts the authority.
    pub fn client(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the defaults");
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![ALPN.to_vec()];
        TlsConnector::from(Arc::new(config))
    }

    pub fn open(&self) -> Tls {
        Tls::open(self.files(), NOW).expect("a good pair")
    }

    fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.folder.path().join("chain.pem"), key: self.folder.path().join("key.pem") }
    }

    /// The texts of a new pair, valid between the first days of two years.
    fn pair(&self, from: i32, until: i32) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![NAME.to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der()))
    }

    fn renew(&self, from: i32, until: i32) {
        let (certificate, key) = self.pair(from, until);
        Self::write(&self.files().certificate, &certificate);
        Self::write(&self.files().key, &key);
    }

    /// As a renewal does, at another time than the one before, whatever the disk's clock is worth.
    fn write(file: &Path, text: &str) {
        let before = fs::metadata(file).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        fs::write(file, text).expect("written");
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("permitted");
        let opened = fs::File::options().write(true).open(file).expect("it is there");
        opened.set_modified(before + Duration::from_secs(1)).expect("a time");
    }

    /// The certificate that a new connection sees.
    async fn shown(&self, tls: &Tls) -> Vec<u8> {
        let (near, far) = duplex(16_384);
        let (client, server) = tokio::join!(self.client().connect(Self::name(), near), tls.acceptor().accept(far));
        server.expect("a handshake");
        let client = client.expect("a handshake");
        client.get_ref().1.peer_certificates().and_then(|all| all.first()).expect("a certificate").to_vec()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[test]
fn what_is_wrong_with_the_files_is_said_in_a_sentence_with_the_key_of_the_configuration() {
    let folder = Folder::new();
    let (good, key) = folder.pair(2020, 2090);
    let (_, other_key) = folder.pair(2020, 2090);
    let locked = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let cut = good.replace("-----END CERTIFICATE-----", "");
    let nonsense = pem("CERTIFICATE", b"not DER");
    let strange = pem("PRIVATE KEY", b"not DER");
    let large = "#".repeat(2 << 20);
    let table = [
        (None, Some(&key), "server.tls-certificate: cannot read"),
        (Some(&good), None, "server.tls-key: cannot read"),
        (Some(&large), Some(&key), "larger than 1048576 bytes"),
        (
            Some(&"not PEM".to_owned()),
            Some(&key),
            "is not PEM, which is text with a line such as -----BEGIN CERTIFICATE",
        ),
        (Some(&cut), Some(&key), "server.tls-certificate: "),
        (Some(&key), Some(&key), "holds no certificate"),
        (Some(&nonsense), Some(&key), "holds a certificate that cannot be read"),
        (Some(&good), Some(&"not PEM".to_owned()), "server.tls-key: "),
        (Some(&good), Some(&good), "holds no private key"),
        (Some(&good), Some(&locked), "is locked with a password"),
        (Some(&good), Some(&strange), "a kind that is not supported"),
        (Some(&good), Some(&other_key), "does not fit the certificate in"),
    ];
    for (certificate, key, expected) in table {
        for (file, text) in [(folder.files().certificate, certificate), (folder.files().key, key)] {
            let _ = fs::remove_file(&file);
            let written = text.map(|text| Folder::write(&file, text));
            assert_eq!(written.is_some(), file.exists());
        }
        let said = Pair::read(&folder.files()).expect_err(expected).to_string();
        assert!(said.contains(expected) && !said.contains('\n'), "{said:?} is not about {expected:?}");
        assert!(!said.contains("MIG"), "{said:?} quotes a file");
    }
}

#[test]
fn what_is_to_be_mended_but_can_be_shown_is_said() {
    let folder = Folder::new();
    let warnings = |folder: &Folder| Pair::read(&folder.files()).expect("a pair").warnings(&folder.files(), NOW);
    assert_eq!(warnings(&folder), Vec::<String>::new());
    for (from, until, expected) in
        [(2020, 2021, "expired at 2021-01-01T00:00:00Z"), (2030, 2031, "is valid from 2030-01-01T00:00:00Z only")]
    {
        folder.renew(from, until);
        let said = warnings(&folder);
        assert!(matches!(said.as_slice(), [one] if one.contains(expected)), "{said:?}");
    }
    folder.renew(2020, 2027);
    let pair = Pair::read(&folder.files()).expect("a pair");
    assert_eq!(pair.validity.until(), "2027-01-01T00:00:00Z");
    let ten_days_before = Timestamp(1_798_761_600_000 - 10 * 86_400_000);
    let said = pair.warnings(&folder.files(), ten_days_before);
    assert!(matches!(said.as_slice(), [one] if one.contains("ends soon, at 2027-01-01T00:00:00Z")), "{said:?}");
    fs::set_permissions(folder.files().key, fs::Permissions::from_mode(0o644)).expect("permitted");
    let said = warnings(&folder);
    assert!(matches!(said.as_slice(), [one] if one.contains("everybody on this machine may read")), "{said:?}");
}

#[tokio::test]
async fn a_renewed_pair_is_shown_to_new_connections_and_old_ones_go_on() {
    let folder = Folder::new();
    let tls = folder.open();
    let before = folder.shown(&tls).await;
    assert_eq!(tls.look(NOW), Looked::Unchanged);
    folder.renew(2020, 2091);
    assert_eq!(folder.shown(&tls).await, before, "nobody looked");
    assert_eq!(tls.look(NOW), Looked::Taken);
    let after = folder.shown(&tls).await;
    assert_ne!(after, before);
    assert_eq!(tls.look(NOW), Looked::Unchanged);
}

#[tokio::test]
async fn a_broken_new_pair_keeps_the_old_one_until_it_is_whole() {
    let folder = Folder::new();
    let tls = folder.open();
    let before = folder.shown(&tls).await;
    let (certificate, key) = folder.pair(2020, 2091);
    // Looked at between the two files of a renewal.
    Folder::write(&folder.files().certificate, &certificate);
    let Looked::Kept(why) = tls.look(NOW) else { panic!("half a pair was taken") };
    assert!(why.contains("does not fit"), "{why}");
    assert_eq!(folder.shown(&tls).await, before);
    Folder::write(&folder.files().key, "");
    assert!(matches!(tls.look(NOW), Looked::Kept(why) if why.contains("not PEM")));
    fs::remove_file(folder.files().key).expect("it was there");
    assert!(matches!(tls.look(NOW), Looked::Kept(why) if why.contains("cannot read")));
    Folder::write(&folder.files().key, &key);
    assert_eq!(tls.look(NOW), Looked::Taken);
    assert_ne!(folder.shown(&tls).await, before);
    folder.renew(2020, 2021);
    assert!(matches!(tls.look(NOW), Looked::Kept(why) if why.contains("expired at 2021")));
}
