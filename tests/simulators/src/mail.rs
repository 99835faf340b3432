//! A mail server that keeps what it is sent, for tests and the demo to read: as strict as RFC 5321 and 5322 allow, so that
//! what it takes, others take too.

mod conversation;
mod decode;
mod page;
mod received;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use axum::Router;
use parking_lot::Mutex;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub use conversation::Step;
pub use received::Received;

/// Mails that are kept; the oldest go first.
const MAILS_MAX: usize = 1_000;
/// A test that waits this long for a mail waits in vain.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// When the line between client and server is hidden.
#[derive(Debug, Clone)]
pub enum Security {
    Never,
    /// After `STARTTLS`, before which nothing else is done.
    Starttls(Arc<ServerConfig>),
    /// From the first byte.
    Always(Arc<ServerConfig>),
}

/// What the server refuses next, whatever it thinks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    step: Step,
    /// The whole answer, such as `451 try again later`.
    answer: String,
    times: u32,
}

/// The server. Clones share everything.
#[derive(Debug, Clone)]
pub struct PostOffice(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Who may send; everybody where there is none.
    login: Option<(String, String)>,
    mails: Mutex<Vec<Received>>,
    refusals: Mutex<Vec<Refusal>>,
    arrived: Notify,
}

impl PostOffice {
    /// Takes mail of everybody, or only of who logs in so.
    #[must_use]
    pub fn new(login: Option<(&str, &str)>) -> Self {
        let login = login.map(|(user, password)| (user.to_owned(), password.to_owned()));
        let empty = || Mutex::new(Vec::new());
        Self(Arc::new(Inner { login, mails: empty(), refusals: Mutex::new(Vec::new()), arrived: Notify::new() }))
    }

    /// Every mail that was taken, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.0.mails.lock().clone()
    }

    /// The same, and keeps none of them.
    #[must_use]
    pub fn collect(&self) -> Vec<Received> {
        std::mem::take(&mut *self.0.mails.lock())
    }

    /// As [`Self::received`], once there are so many.
    ///
    /// # Errors
    /// They do not come within a minute.
    pub async fn wait_for(&self, mails: usize) -> anyhow::Result<Vec<Received>> {
        let came = async {
            loop {
                // Asked to be told before looking, so that none comes in between.
                let arrived = self.0.arrived.notified();
                let received = self.received();
                if received.len() >= mails {
                    return received;
                }
                arrived.await;
            }
        };
        match tokio::time::timeout(WAIT_MAX, came).await {
            Ok(received) => Ok(received),
            Err(_) => bail!("{} mails came, and not {mails}", self.received().len()),
        }
    }

    /// The next `times` clients that come to this step are answered so: `451 try again later`.
    pub fn refuse(&self, step: Step, answer: &str, times: u32) {
        self.0.refusals.lock().push(Refusal { step, answer: answer.to_owned(), times });
    }

    /// The pages that show what was taken.
    pub fn router(&self) -> Router {
        page::router(self.clone())
    }

    /// Serves until the future is dropped.
    pub async fn serve(self, listener: TcpListener, security: Security) {
        let mut tasks = JoinSet::new();
        loop {
            while tasks.try_join_next().is_some() {}
            match listener.accept().await {
                Ok((stream, _)) => drop(tasks.spawn(wire::talk(self.clone(), stream, security.clone()))),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn take(&self, mail: Received) {
        let mut mails = self.0.mails.lock();
        if mails.len() >= MAILS_MAX {
            mails.remove(0);
        }
        mails.push(mail);
        drop(mails);
        self.0.arrived.notify_waiters();
    }

    /// What a test wants to be answered at this step, once.
    fn scripted(&self, step: Step) -> Option<String> {
        let mut refusals = self.0.refusals.lock();
        let at = refusals.iter().position(|refusal| refusal.step == step && refusal.times > 0)?;
        refusals[at].times -= 1;
        Some(refusals[at].answer.clone())
    }
}
