//! Simulated providers beside an installation, reached over loopback as real ones are over the internet.

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tollgate_simulators::clock::Clock;
use tollgate_simulators::ids::Ids;
use tollgate_simulators::paypal::{Account, Simulator};
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::stripe;

use crate::server::Installation;

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
