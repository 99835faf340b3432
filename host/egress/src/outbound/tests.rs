//! Requests to small servers on this machine, each rule by its name.

mod failures;
mod kept;
mod requests;
mod secrets;
mod server;
mod tls;
mod tokens;

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rustls::RootCertStore;
use tollgate_billing::ports::{Auth, Egress, EgressCaller, EgressRequest, EgressResponse, Method, SendFailure};

use super::Outbound;
use crate::names::{FilteredNames, Lookup};
use crate::testing::{Safe, example};
use crate::trust;
use server::{Act, Seen, Server};

/// What no text may ever show. Long, and with characters that are escaped everywhere.
const PLANTED: &str = "planted/secret+\"value\"&<1>";
/// The same for where only letters fit.
const PLAIN: &str = "plantedSecretValue1";

/// Says the same of every name, and counts how often it was asked.
struct Says(Vec<IpAddr>, Arc<AtomicUsize>);

#[async_trait]
impl Lookup for Says {
    async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(self.0.clone())
    }
}

fn says_here() -> Says {
    Says(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)], Arc::default())
}

/// A vault, a provider, and what sends between them.
struct Rig {
    safe: Safe,
    server: Server,
    outbound: Arc<Outbound>,
}

impl Rig {
    async fn new(answer: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::with(Server::plain(answer).await, FilteredNames::new(Arc::new(says_here()))).await
    }

    async fn with(server: Server, names: FilteredNames) -> Self {
        Self::trusting(server, names, RootCertStore::empty()).await
    }

    async fn trusting(server: Server, names: FilteredNames, roots: RootCertStore) -> Self {
        let safe = Safe::new().await;
        let outbound = Outbound::with(safe.vault.clone(), safe.clock.clone(), names, trust::only(roots));
        Self { safe, server, outbound: Arc::new(outbound.expect("a client")) }
    }

    /// May do everything in test mode.
    fn caller(&self) -> EgressCaller {
        EgressCaller {
            instance: example(),
            hosts: vec![format!("127.0.0.1:{}", self.server.port), format!("pay.example.com:{}", self.server.port)],
            loopback_http: true,
            remaining: Duration::from_secs(20),
            requests_left: 1,
            may_keep: Vec::new(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.server.port)
    }

    fn get(&self, path: &str, auth: Auth) -> EgressRequest {
        let (headers, body, keep) = (Vec::new(), Vec::new(), Vec::new());
        EgressRequest { method: Method::Get, url: self.url(path), headers, body, auth, keep }
    }

    async fn send(&self, request: EgressRequest) -> Result<EgressResponse, SendFailure> {
        self.outbound.send(&self.caller(), request).await
    }
}

fn denied(result: Result<EgressResponse, SendFailure>) -> String {
    let Err(SendFailure::Denied(why)) = result else { panic!("not denied: {result:?}") };
    why
}

fn unavailable(result: Result<EgressResponse, SendFailure>) -> String {
    let Err(SendFailure::Unavailable(why)) = result else { panic!("not unavailable: {result:?}") };
    why
}

fn unknown(result: Result<EgressResponse, SendFailure>) -> String {
    let Err(SendFailure::Unknown(why)) = result else { panic!("not unknown: {result:?}") };
    why
}

fn text(response: &EgressResponse) -> &str {
    std::str::from_utf8(&response.body).expect("text")
}
