//! https: who is trusted, and that nothing leaves before.

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::server::ok;
use super::*;

/// An authority, and a server with a certificate of it for that name.
async fn rig(name: &str, expired: bool, trusted: bool) -> Rig {
    let issuer_key = KeyPair::generate().expect("a key");
    let mut issuer = CertificateParams::new(Vec::new()).expect("no names");
    issuer.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(issuer, issuer_key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    if expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    }
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the defaults")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("a server");
    let server = Server::tls(TlsAcceptor::from(Arc::new(config)), |_| ok("{\"ok\":true}")).await;
    let mut roots = RootCertStore::empty();
    if trusted {
        roots.add(issuer.der().clone()).expect("a root");
    }
    // This machine stands in for the internet.
    Rig::trusting(server, FilteredNames::with_filter(Arc::new(says_here()), |address| address.is_loopback()), roots)
        .await
}

async fn send(rig: &Rig) -> Result<EgressResponse, SendFailure> {
    let url = format!("https://pay.example.com:{}/v1", rig.server.port);
    rig.safe.set("token", PLAIN).await;
    let request = EgressRequest { url, ..rig.get("/", Auth::Bearer("token".to_owned())) };
    // Not even in test mode does https need plain http's door.
    rig.outbound.send(&EgressCaller { loopback_http: false, ..rig.caller() }, request).await
}

#[tokio::test]
async fn a_trusted_certificate_of_the_right_name_is_talked_to() {
    let rig = rig("pay.example.com", false, true).await;
    assert_eq!(text(&send(&rig).await.expect("an answer")), "{\"ok\":true}");
    let seen = &rig.server.seen()[0];
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {PLAIN}").as_str()));
    assert_eq!(seen.header("host"), Some(format!("pay.example.com:{}", rig.server.port).as_str()));
}

#[tokio::test]
async fn no_other_certificate_gets_a_byte_of_the_request() {
    let table = [
        ("pay.example.com", false, false, "nobody whom this machine trusts"),
        ("other.example.com", false, true, "for another name"),
        ("pay.example.com", true, true, "has expired"),
    ];
    for (name, expired, trusted, expected) in table {
        let rig = rig(name, expired, trusted).await;
        let why = unavailable(send(&rig).await);
        assert!(why.contains(expected), "{why}");
        assert_eq!((rig.server.connections(), rig.server.seen().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut server = Server::plain(|_| ok("")).await;
    server.port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.expect("words");
    });
    let rig = Rig::with(server, FilteredNames::with_filter(Arc::new(says_here()), |_| true)).await;
    assert!(unavailable(send(&rig).await).contains("TLS"));
}

#[tokio::test]
async fn the_systems_trust_can_be_had() {
    assert!(trust::system().is_ok());
    let safe = Safe::new().await;
    assert!(Outbound::new(safe.vault.clone(), safe.clock.clone()).is_ok());
}
