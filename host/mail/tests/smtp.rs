//! Mails through a real socket to a strict server.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tollgate_billing::mail::{Letter, Recipient};
use tollgate_billing::ports::{Mail, MailError};
use tollgate_mail::{MailServer, Security, Smtp};
use tollgate_simulators::mail::{PostOffice, Security as Line, Step};
use tollgate_simulators::serve::listen;
use zeroize::Zeroizing;

const PASSWORD: &str = "planted-password";

struct Stage {
    office: PostOffice,
    address: SocketAddr,
}

impl Stage {
    async fn new(login: Option<(&str, &str)>, line: Line) -> Self {
        let office = PostOffice::new(login);
        let socket = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(office.clone().serve(socket, line));
        Self { office, address }
    }

    fn server(&self, security: Security, trusted: &[Vec<u8>]) -> MailServer {
        MailServer {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            security,
            login: None,
            from: "Example Hosting <billing@example.com>".parse().unwrap(),
            hello: "portal.example.com".to_owned(),
            also_trusted: trusted.to_vec(),
        }
    }
}

/// A certificate for 127.0.0.1: the server's part of it, and what a client trusts.
fn certificate() -> (Arc<ServerConfig>, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], private)
        .unwrap();
    (Arc::new(config), own.der().to_vec())
}

fn letter() -> Letter {
    let to = Recipient { email: "anna@example.org".into(), name: "Anna Ärmel".into(), locale: "en".into() };
    let text = "Ein Satz.\n.\n.. und Punkte\nhttps://portal.example.com/new-password#0123456789abcdef\n";
    Letter { to, subject: "Passwort für Anna".into(), text: text.into(), html: "<p>Ein Satz.</p>".into() }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let stage = Stage::new(None, Line::Never).await;
    let smtp = Smtp::new(stage.server(Security::Plain, &[])).unwrap();
    smtp.reach().await.unwrap();
    assert!(stage.office.received().is_empty(), "to look is not to send");
    assert_eq!(smtp.send("7-1", &letter()).await.unwrap(), "250 Taken");
    let mails = stage.office.received();
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("billing@example.com", &["anna@example.org".to_owned()][..]));
    assert_eq!(mail.subject(), "Passwort für Anna");
    assert_eq!(mail.text(), letter().text.trim_end());
    assert_eq!(mail.html(), "<p>Ein Satz.</p>");
    assert_eq!(mail.header("To").unwrap(), "Anna Ärmel <anna@example.org>");
    assert_eq!(mail.link("https://portal").unwrap(), "https://portal.example.com/new-password#0123456789abcdef");
}

#[tokio::test]
async fn tls_is_used_where_it_is_asked_for_and_the_password_only_under_it() {
    let (config, trusted) = certificate();
    for (security, line) in
        [(Security::Starttls, Line::Starttls(config.clone())), (Security::Tls, Line::Always(config.clone()))]
    {
        let stage = Stage::new(Some(("user", PASSWORD)), line).await;
        let login = Some(("user".to_owned(), Zeroizing::new(PASSWORD.to_owned())));
        let server = MailServer { login, ..stage.server(security, std::slice::from_ref(&trusted)) };
        Smtp::new(server).unwrap().send("7-1", &letter()).await.unwrap();
        let mail = stage.office.received().remove(0);
        assert_eq!((mail.hidden, mail.user.as_deref()), (true, Some("user")), "{security:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_gets_neither_mail_nor_password() {
    let stage = Stage::new(Some(("user", PASSWORD)), Line::Never).await;
    for security in [Security::Starttls, Security::Tls] {
        let login = Some(("user".to_owned(), Zeroizing::new(PASSWORD.to_owned())));
        let smtp = Smtp::new(MailServer { login, ..stage.server(security, &[]) }).unwrap();
        let refused = tokio::time::timeout(std::time::Duration::from_secs(50), smtp.send("7-1", &letter())).await;
        assert!(matches!(refused.unwrap(), Err(MailError::Unreachable(_))), "{security:?}");
    }
    assert!(stage.office.received().is_empty());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_ends_it() {
    let (config, _) = certificate();
    let (_, of_another) = certificate();
    let stage = Stage::new(None, Line::Starttls(config)).await;
    for trusted in [vec![], vec![of_another]] {
        let smtp = Smtp::new(stage.server(Security::Starttls, &trusted)).unwrap();
        assert!(matches!(smtp.reach().await, Err(MailError::Unreachable(_))));
        assert!(matches!(smtp.send("7-1", &letter()).await, Err(MailError::Unreachable(_))));
    }
    assert!(stage.office.received().is_empty());
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again() {
    let stage = Stage::new(None, Line::Never).await;
    let smtp = Smtp::new(stage.server(Security::Plain, &[])).unwrap();
    let check = async |step, answer: &str, expected: &str| {
        stage.office.refuse(step, answer, 1);
        let (kind, said) = match smtp.send("7-1", &letter()).await.expect_err(answer) {
            MailError::Unreachable(said) => ("unreachable", said),
            MailError::Later(said) => ("later", said),
            MailError::Never(said) => ("never", said),
        };
        assert_eq!(kind, expected, "{answer}: {said}");
        assert!(said.contains(answer.split_once(' ').unwrap().1), "{said}");
    };
    check(Step::Greeting, "421 closing down", "unreachable").await;
    check(Step::Recipient, "550 no such mailbox", "never").await;
    check(Step::Recipient, "450 busy mailbox", "later").await;
    check(Step::Mail, "554 looks like spam", "later").await;
    assert!(stage.office.received().is_empty());
    smtp.send("7-1", &letter()).await.expect("and then it is taken");
}

#[tokio::test]
async fn a_wrong_password_is_told_without_it() {
    let stage = Stage::new(Some(("user", "another one")), Line::Never).await;
    stage.office.refuse(Step::Login, &format!("535 {PASSWORD} is wrong"), 1);
    let login = Some(("user".to_owned(), Zeroizing::new(PASSWORD.to_owned())));
    let smtp = Smtp::new(MailServer { login, ..stage.server(Security::Plain, &[]) }).unwrap();
    for _ in 0..2 {
        let Err(MailError::Unreachable(said)) = smtp.reach().await else { panic!("it does not let us in") };
        assert!(said.contains("535") && !said.contains(PASSWORD), "{said}");
    }
}

#[tokio::test]
async fn nobody_at_the_other_end_is_a_failure_that_passes() {
    let stage = Stage::new(None, Line::Never).await;
    let socket = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    let smtp = Smtp::new(MailServer { port, ..stage.server(Security::Plain, &[]) }).unwrap();
    assert!(matches!(smtp.send("7-1", &letter()).await, Err(MailError::Unreachable(_))));
}

#[tokio::test]
async fn an_address_that_the_server_has_no_letters_for_is_given_up_and_holds_nobody_up() {
    let stage = Stage::new(None, Line::Never).await;
    let smtp = Smtp::new(stage.server(Security::Plain, &[])).unwrap();
    for email in ["änna@example.org", "anna@exämple.org"] {
        let beyond = Letter { to: Recipient { email: email.to_owned(), ..letter().to }, ..letter() };
        let refused = smtp.send("7-1", &beyond).await;
        assert!(matches!(&refused, Err(MailError::Never(why)) if why.contains("beyond ASCII")), "{email}: {refused:?}");
    }
    smtp.send("7-2", &letter()).await.unwrap();
    assert_eq!(stage.office.collect().len(), 1);
    assert!(stage.office.received().is_empty(), "what is collected is gone");
}
