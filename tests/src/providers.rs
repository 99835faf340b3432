//! Simulated providers beside an installation, reached over loopback as real ones are over the internet.

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tollgate_simulators::paypal::{Account, Simulator};
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};

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
        let settings = installation.path("paypal.toml");
        let text = std::fs::read_to_string(crate::house::top().join("tests/demo/paypal.toml"))?;
        let port = self.host.rsplit(':').next().context("a port")?;
        std::fs::write(&settings, text.replace("@PAYPAL@", port))?;
        let settings = settings.to_string_lossy();
        let set = ["plugin", "set", "paypal", "--enable", "--from", &settings, "--secret", "client-secret=-"];
        let grant = ["--grant-host", &self.host];
        installation.done(&[&set[..], &grant[..]].concat(), "simulated-client-secret").map(drop)
    }
}

impl Drop for PayPal {
    fn drop(&mut self) {
        self.server.abort();
    }
}
