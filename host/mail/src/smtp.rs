//! The connection: one for each mail, for mails are few.

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tollgate_billing::mail::Letter;
use tollgate_billing::ports::{Mail, MailError};
use zeroize::Zeroizing;

use crate::message::message;
use crate::server::{MailServer, Security, Sender};
use crate::why::why;

/// For each step of the conversation. A server that takes longer is tried again later.
const STEP_MAX: Duration = Duration::from_secs(20);
/// For the whole of it, so that a server that drips answers holds nothing up.
const ALL_MAX: Duration = Duration::from_mins(1);

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
    password: Option<Zeroizing<String>>,
}

impl Smtp {
    /// Connects to nobody yet.
    ///
    /// # Errors
    /// Where the system has no certificates to trust.
    pub fn new(server: MailServer) -> Result<Self, MailError> {
        let tls = match server.security {
            Security::Plain => Tls::None,
            Security::Starttls => Tls::Required(parameters(&server)?),
            Security::Tls => Tls::Wrapper(parameters(&server)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(STEP_MAX))
            .hello_name(ClientId::Domain(server.hello));
        let password = server.login.map(|(user, password)| {
            let credentials = Credentials::new(user, password.as_str().to_owned());
            let mechanisms = vec![Mechanism::Plain, Mechanism::Login];
            builder = builder.clone().credentials(credentials).authentication(mechanisms);
            password
        });
        Ok(Self { transport: builder.build(), from: server.from, password })
    }

    async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send,
        why: impl Fn(&Error) -> MailError + Send,
    ) -> Result<T, MailError> {
        match tokio::time::timeout(ALL_MAX, work).await {
            Ok(answer) => answer.map_err(|error| why(&error)),
            Err(_) => Err(MailError::Unreachable("it did not answer in time".to_owned())),
        }
    }

    fn why(&self, error: &Error) -> MailError {
        why(error, self.password.as_ref().map(|password| password.as_str()))
    }
}

fn parameters(server: &MailServer) -> Result<TlsParameters, MailError> {
    let unusable = |error: Error| MailError::Unreachable(format!("TLS cannot be used: {error}"));
    let mut builder = TlsParameters::builder(server.host.clone());
    for der in &server.also_trusted {
        builder = builder.add_root_certificate(Certificate::from_der(der.clone()).map_err(unusable)?);
    }
    builder.certificate_store(CertificateStore::Default).build_rustls().map_err(unusable)
}

#[async_trait]
impl Mail for Smtp {
    async fn send(&self, id: &str, letter: &Letter) -> Result<String, MailError> {
        let mail = message(id, &self.from, letter)?;
        let why = |error: &Error| {
            // RFC 6531 is for servers that offer it. It is this address alone that the others cannot be told.
            if error.is_client() && !letter.to.email.is_ascii() {
                return MailError::Never("the mail server takes no addresses with letters beyond ASCII".to_owned());
            }
            self.why(error)
        };
        let response = self.within(self.transport.send(mail), why).await?;
        Ok(said(&response))
    }

    async fn reach(&self) -> Result<(), MailError> {
        if self.within(self.transport.test_connection(), |error| self.why(error)).await? {
            Ok(())
        } else {
            Err(MailError::Unreachable("it does not answer as mail servers do".to_owned()))
        }
    }
}

/// Code and words, in one line.
fn said(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    let line = format!("{} {}", response.code(), words.join(" "));
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
