//! Simulated providers beside an installation, reached over loopback as real ones are over the internet.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tollgate_simulators::clock::Clock;
use tollgate_simulators::ids::Ids;
use tollgate_simulators::paypal::{Account, Simulator};
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::stripe;

use crate::server::Installation;
use crate::visitor::post_raw;

/// The simulated merchant's id and secret.
const MERCHANT: &str = "Basic c2ltdWxhdGVkLWNsaWVudC1pZDpzaW11bGF0ZWQtY2xpZW50LXNlY3JldA==";

/// A simulated PayPal; it ends when dropped.
pub struct PayPal {
    pub simulator: Simulator,
    host: String,
    server: JoinHandle<()>,
}

impl PayPal {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// Where there is no port.
    pub async fn start() -> anyhow::Result<Self> {
        let socket = listen("127.0.0.1:0".parse()?).await?;
        let host = socket.local_addr()?.to_string();
        let simulator = Simulator::new(Rig::for_test(&format!("http://{host}"), 1), Account::example());
        let server = Handle::current().spawn(serve(socket, simulator.router(), None));
        Ok(Self { simulator, host, server })
    }

    /// The merchant gives money back on PayPal's own pages, where nobody writes our marks on it.
    ///
    /// # Errors
    /// PayPal's refusal.
    pub async fn merchant_refunds(&self, capture: &str, euros: &str) -> anyhow::Result<()> {
        let base = &self.simulator.rig().base;
        let login = [("authorization", MERCHANT), ("content-type", "application/x-www-form-urlencoded")];
        let token = post(&format!("{base}/v1/oauth2/token"), &login, "grant_type=client_credentials").await?;
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
        let body = json!({ "amount": { "currency_code": "EUR", "value": euros } }).to_string();
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        post(&format!("{base}/v2/payments/captures/{capture}/refund"), &headers, &body).await.map(drop)
    }

    /// Configures the installation's gateway to pay here, as staff would on the command line.
    ///
    /// # Errors
    /// What the binary said.
    pub fn configure(&self, installation: &Installation) -> anyhow::Result<()> {
        set(installation, "paypal", &self.host, ("client-secret", "simulated-client-secret"))
    }
}

/// A simulated Stripe; it ends when dropped.
pub struct Stripe {
    pub simulator: stripe::Stripe,
    host: String,
    server: JoinHandle<()>,
}

impl Stripe {
    /// Starts it on a free port. Its clock is the machine's: a webhook's signature says when it was made.
    ///
    /// # Errors
    /// Where there is no port.
    pub async fn start() -> anyhow::Result<Self> {
        let socket = listen("127.0.0.1:0".parse()?).await?;
        let host = socket.local_addr()?.to_string();
        let rig = Rig::new(&format!("http://{host}"), Clock::real(), Ids::seeded(1));
        let simulator = stripe::Stripe::new(rig, stripe::Account::test());
        let server = Handle::current().spawn(serve(socket, simulator.router(), None));
        Ok(Self { simulator, host, server })
    }

    /// Configures the installation's gateway to pay here, as staff would on the command line.
    ///
    /// # Errors
    /// What the binary said.
    pub fn configure(&self, installation: &Installation) -> anyhow::Result<()> {
        set(installation, "card", &self.host, ("secret-key", "sk_test_simulator"))
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Every webhook that waits at the provider is taken by the portal; answers their kinds.
///
/// # Errors
/// Where one is answered with anything but 200.
pub async fn deliver(rig: &Rig) -> anyhow::Result<Vec<String>> {
    let mut kinds = Vec::new();
    for webhook in rig.outbox.waiting() {
        let status = rig.outbox.deliver(webhook.id, None).await;
        ensure!(status == Some(200), "{} was answered {status:?}", webhook.kind);
        kinds.push(webhook.kind);
    }
    Ok(kinds)
}

/// What somebody else does at the provider, over HTTP: the simulator's control API, or the merchant's own programs.
///
/// # Errors
/// Where it is refused, with the refusal.
pub async fn post(url: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<Value> {
    let (url, body) = (url.to_owned(), body.to_owned());
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let posted = tokio::task::spawn_blocking(move || (post_raw(&url, &headers, body.as_bytes()), url));
    let (answer, url) = posted.await?;
    let answer = answer?;
    ensure!((200..300).contains(&answer.status), "{url} answered {}: {}", answer.status, answer.text());
    Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
}

/// `tollgate plugin set` with the demo's settings, this host and this secret.
fn set(installation: &Installation, name: &str, host: &str, (key, secret): (&str, &str)) -> anyhow::Result<()> {
    installation.install(name)?;
    let settings = installation.path(&format!("{name}.toml"));
    let text = std::fs::read_to_string(crate::house::top().join(format!("tests/demo/{name}.toml")))?;
    let port = host.rsplit(':').next().context("a port")?;
    std::fs::write(&settings, text.replace("@PAYPAL@", port).replace("@STRIPE@", port))?;
    let (settings, from_input) = (settings.to_string_lossy(), format!("{key}=-"));
    let words = ["plugin", "set", name, "--enable", "--from", &settings, "--secret", &from_input, "--grant-host", host];
    installation.done(&words, secret).map(drop)
}

impl Drop for PayPal {
    fn drop(&mut self) {
        self.server.abort();
    }
}
