//! Staff press "Set up webhook" in a real browser, and a payment that the provider takes its time for settles by its webhook
//! alone: nobody reloads, nobody comes back, and the sweep has nothing to do.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tollgate_simulators::paypal::order::Outcome;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe::{Books, Status};
use tollgate_tests::browser::Browser;
use tollgate_tests::providers::{PayPal, Stripe, deliver};
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

/// Long, because it only costs time where something is broken.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The simulator's own card that is processed for days.
const SLOW_CARD: &str = "4000000000011116";

struct Shop {
    installation: Installation,
    browser: Browser,
    server: Server,
}

impl Shop {
    async fn open(installation: Installation) -> anyhow::Result<Self> {
        let browser = Browser::open().await?;
        let server = installation.serve()?;
        Ok(Self { installation, browser, server })
    }

    async fn go(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&self.installation.url(path)).await
    }

    async fn log_in(&self, door: &str, (email, password): (&str, &str)) -> anyhow::Result<()> {
        self.go(door).await?;
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await?;
        self.browser.leaves("/login").await
    }

    /// Staff press the button twice, as people do.
    async fn press(&self, instance: &str, known: &str) -> anyhow::Result<()> {
        let form = format!("/admin/gateways/{instance}");
        let url = self.installation.url(&format!("/hooks/{instance}"));
        self.go(&form).await?;
        self.browser.reads(&format!("Registers {url} at the provider")).await?;
        self.browser.look(&format!("webhook-offered-{instance}")).await?;
        self.browser.click("Set up webhook").await?;
        self.browser.reads(&format!("The provider sends its webhooks to {url} from now on.")).await?;
        self.browser.look(&format!("webhook-setup-{instance}")).await?;
        self.browser.click("Set up webhook").await?;
        self.browser.reads(known).await
    }

    /// The client is at the pay-now page of an invoice of EUR 25.00 for funds; answers the invoice's path.
    async fn begin(&self, gateway: &str) -> anyhow::Result<String> {
        self.log_in("/", CLIENT).await?;
        self.go("/billing/add-funds").await?;
        self.browser.fill("Amount", "25").await?;
        self.browser.choose(gateway).await?;
        self.browser.click("+ Add Funds").await?;
        self.browser.reads("Pay Now!").await?;
        let invoice = self.browser.path().await?;
        self.browser.click("Pay Now!").await?;
        Ok(invoice)
    }

    async fn end(self) -> anyhow::Result<()> {
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

fn registered(rig: &Rig, path: &str) -> usize {
    rig.requests.all().iter().filter(|request| request.method == "POST" && request.path == path).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_paypal_held_settles_by_the_webhook_that_staff_set_up() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let paypal = PayPal::start().await?;
    paypal.configure(&installation)?;
    let shop = Shop::open(installation).await?;
    shop.log_in("/admin", STAFF).await?;
    shop.press("paypal", "PayPal had this webhook already.").await?;
    let rig = paypal.simulator.rig();
    ensure!(registered(rig, "/v1/notifications/webhooks") == 1, "it was registered once");

    let invoice = shop.begin("PayPal").await?;
    shop.browser.reads("Cancel and return to Example Hosting").await?;
    shop.browser.choose("Bank account (the money comes in some days)").await?;
    shop.browser.click("Pay now").await?;
    shop.browser.reads("Unpaid").await?;
    deliver(rig).await?;

    let state = paypal.simulator.state();
    let capture = state["captures"][0]["id"].as_str().context("the gateway captured")?;
    ensure!(paypal.simulator.settle(capture, Outcome::Completed).is_ok(), "the money comes");
    ensure!(deliver(rig).await? == ["PAYMENT.CAPTURE.COMPLETED"]);
    shop.go(&invoice).await?;
    shop.browser.reads("Paid in full").await?;
    shop.end().await
}

/// The id of the payment that the bank takes its time for, once there is one.
async fn processing(stripe: &Stripe) -> anyhow::Result<String> {
    let find = |books: &mut Books| {
        let found = books.intents.values().find(|intent| intent.status == Status::Processing);
        found.map(|intent| intent.id.clone())
    };
    let since = Instant::now();
    loop {
        if let Some(id) = stripe.simulator.with(find) {
            return Ok(id);
        }
        ensure!(since.elapsed() < PATIENCE, "the card was not sent to the bank");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_processed_for_days_settles_by_the_webhook_that_staff_set_up() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let stripe = Stripe::start().await?;
    stripe.configure(&installation)?;
    let shop = Shop::open(installation).await?;
    shop.log_in("/admin", STAFF).await?;
    shop.press("card", "The webhook was registered at Stripe already, and was kept.").await?;
    let rig = stripe.simulator.rig();
    let urls: Vec<String> =
        stripe.simulator.with(|books| books.endpoints.values().map(|endpoint| endpoint.url.clone()).collect());
    ensure!(urls == [shop.installation.url("/hooks/card")], "{urls:?}");

    let invoice = shop.begin("Card").await?;
    shop.browser.enter(&[0, 0], "Card number").await?;
    shop.browser.fill("Card number", SLOW_CARD).await?;
    shop.browser.fill("Expiration date", "12/30").await?;
    shop.browser.fill("Security code", "123").await?;
    shop.browser.enter(&[0], "Pay €25.00").await?;
    shop.browser.click("Pay €25.00").await?;
    let intent = processing(&stripe).await?;
    deliver(rig).await?;
    shop.browser.leave_frames().await?;
    shop.go(&invoice).await?;
    shop.browser.reads("Unpaid").await?;

    let settled = stripe.simulator.with(|books| books.settle(&intent, true).map_err(Box::new));
    ensure!(settled.is_ok(), "the bank says yes");
    let kinds = deliver(rig).await?;
    ensure!(kinds.iter().any(|kind| kind == "payment_intent.succeeded"), "{kinds:?}");
    shop.go(&invoice).await?;
    shop.browser.reads("Paid in full").await?;
    shop.end().await
}
