//! The real binary over https: what it shows, what it says of browsers, and what it says where the files are wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tollgate_tests::server::Installation;

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// An installation that serves https with a certificate of its own, and a client that trusts just that one.
fn installation() -> anyhow::Result<(Installation, TlsConnector)> {
    let own = Installation::empty()?;
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.self_signed(&key)?;
    fs::write(own.path("chain.pem"), pem("CERTIFICATE", certificate.der()))?;
    fs::write(own.path("key.pem"), pem("PRIVATE KEY", &key.serialize_der()))?;
    fs::set_permissions(own.path("key.pem"), fs::Permissions::from_mode(0o600))?;
    let text = fs::read_to_string(own.path("tollgate.toml"))?.replace("\"http://", "\"https://");
    let text = text.replace("tls-certificate = \"\"", "tls-certificate = \"chain.pem\"");
    fs::write(own.path("tollgate.toml"), text.replace("tls-key = \"\"", "tls-key = \"key.pem\""))?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone())?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok((own, TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))))
}

#[tokio::test]
async fn the_portal_is_served_over_https_and_says_so_to_browsers() -> anyhow::Result<()> {
    let (own, client) = installation()?;
    let said = own.done(&["check"], "")?;
    assert!(said.contains("ok    certificate: valid until "), "{said}");
    let server = own.serve()?;
    let url = own.url("");
    let host = url.strip_prefix("http://").context("the harness speaks of plain http")?;
    let mut stream = client.connect(ServerName::try_from("127.0.0.1")?, TcpStream::connect(host).await?).await?;
    let request = format!("GET /login HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000\r\n"), "{answer}");
    let cookies: Vec<&str> = answer.lines().filter(|line| line.starts_with("set-cookie: ")).collect();
    let bound = |line: &&str| line.starts_with("set-cookie: __Host-") && line.contains("; Secure");
    assert!(!cookies.is_empty() && cookies.iter().all(bound), "{cookies:?}");
    assert_eq!(server.stop()?, Some(0));
    Ok(())
}

#[test]
fn a_pair_that_does_not_fit_stops_the_start_and_one_that_all_may_read_is_a_fault_of_the_check() -> anyhow::Result<()> {
    let (own, _) = installation()?;
    fs::set_permissions(own.path("key.pem"), fs::Permissions::from_mode(0o644))?;
    let checked = own.run(&["check"], "")?;
    let said = String::from_utf8(checked.stdout)?;
    assert!(said.contains("FAULT certificate: server.tls-key: everybody on this machine may read"), "{said}");
    fs::write(own.path("key.pem"), pem("PRIVATE KEY", &KeyPair::generate()?.serialize_der()))?;
    let said = own.refused(&["serve"], "")?;
    assert!(said.starts_with("tollgate: server.tls-key: the key in ") && said.lines().count() == 1, "{said}");
    Ok(())
}
