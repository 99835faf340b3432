//! Paying at a provider, through the real binary, a real browser and the real component: what the client sees, and what is
//! booked. The provider is simulated; nothing of it is reached but over HTTP.

use anyhow::ensure;
use tollgate_simulators::paypal::order::Funding;
use tollgate_tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tollgate_tests::providers::{PayPal, Stripe};
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

struct Story {
    installation: Installation,
    paypal: PayPal,
    _stripe: Stripe,
    browser: Browser,
    server: Server,
    name: &'static str,
}

impl Story {
    /// A client has an invoice of EUR 25.00 for funds, to be paid in this way.
    async fn begin(name: &'static str, screen: Screen, gateway: &str) -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let (paypal, stripe) = (PayPal::start().await?, Stripe::start().await?);
        paypal.configure(&installation)?;
        stripe.configure(&installation)?;
        let browser = Browser::open().await?;
        browser.screen(screen).await?;
        let server = installation.serve()?;
        let story = Self { installation, paypal, _stripe: stripe, browser, server, name };
        story.open("/").await?;
        story.log_in(CLIENT).await?;
        story.open("/billing/add-funds").await?;
        story.browser.fill("Amount", "25").await?;
        story.browser.choose(gateway).await?;
        story.browser.click("+ Add Funds").await?;
        story.browser.reads("Pay Now!").await?;
        Ok(story)
    }

    async fn open(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&self.installation.url(path)).await
    }

    async fn log_in(&self, (email, password): (&str, &str)) -> anyhow::Result<()> {
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await?;
        self.browser.leaves("/login").await
    }

    async fn look(&self, page: &str) -> anyhow::Result<()> {
        self.browser.accessible().await?;
        self.browser.picture(&format!("{}-{page}", self.name)).await
    }

    async fn credit(&self) -> anyhow::Result<String> {
        self.browser.text_of("[data-test=available-credit]").await
    }

    /// From the portal to PayPal's own page.
    async fn go_to_paypal(&self) -> anyhow::Result<()> {
        self.browser.click("Pay Now!").await?;
        self.browser.reads("Cancel and return to Example Hosting").await
    }

    /// Types a card into Stripe's own fields, which the portal's page cannot reach, and pays.
    async fn pay_by_card(&self, number: &str) -> anyhow::Result<()> {
        self.browser.enter(&[0, 0], "Card number").await?;
        self.browser.fill("Card number", number).await?;
        self.browser.fill("Expiration date", "12/30").await?;
        self.browser.fill("Security code", "123").await?;
        self.browser.enter(&[0], "Pay €25.00").await?;
        self.browser.click("Pay €25.00").await
    }

    /// What staff see, and that the ledger adds up.
    async fn end(self, gateway: &str, credit: &str, state: &str) -> anyhow::Result<()> {
        self.open("/billing/credit").await?;
        ensure!(self.credit().await?.contains(credit), "the header shows {}", self.credit().await?);
        self.open("/admin").await?;
        self.log_in(STAFF).await?;
        self.open("/admin/payments").await?;
        self.browser.reads(gateway).await?;
        self.browser.reads(state).await?;
        self.look("staff-payments").await?;
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

async fn approve(name: &'static str, screen: Screen) -> anyhow::Result<()> {
    let story = Story::begin(name, screen, "PayPal").await?;
    story.go_to_paypal().await?;
    story.browser.click("Pay now").await?;
    story.browser.reads("Paid in full").await?;
    story.look("invoice-paid").await?;
    ensure!(story.credit().await?.contains("25.00"), "the header shows {}", story.credit().await?);
    story.end("PayPal", "25.00", "Received").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_pays_by_paypal_on_a_desktop() -> anyhow::Result<()> {
    approve("paypal-desktop", DESKTOP).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_pays_by_paypal_on_a_phone() -> anyhow::Result<()> {
    approve("paypal-phone", PHONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_who_turns_back_at_paypal_has_paid_nothing_and_may_pay_again() -> anyhow::Result<()> {
    let story = Story::begin("paypal-cancel", DESKTOP, "PayPal").await?;
    story.go_to_paypal().await?;
    story.browser.click("Cancel and return to Example Hosting").await?;
    story.browser.reads("Unpaid").await?;
    story.look("turned-back").await?;
    story.go_to_paypal().await?;
    story.browser.click("Pay now").await?;
    story.browser.reads("Paid in full").await?;
    story.end("PayPal", "25.00", "Received").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_who_never_comes_back_from_paypal_is_found_by_reload() -> anyhow::Result<()> {
    let story = Story::begin("paypal-lost", DESKTOP, "PayPal").await?;
    story.go_to_paypal().await?;
    let order = story.browser.query("token").await?;
    ensure!(matches!(story.paypal.simulator.approve(&order, Funding::Balance), Ok(true)), "PayPal takes the approval");
    story.open("/billing/invoices").await?;
    story.browser.click("INV-000001").await?;
    story.browser.reads("Unpaid").await?;
    story.browser.click("Reload").await?;
    story.browser.reads("Paid in full").await?;
    story.end("PayPal", "25.00", "Received").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_pays_by_card() -> anyhow::Result<()> {
    let story = Story::begin("card", DESKTOP, "Card").await?;
    story.browser.click("Pay Now!").await?;
    story.pay_by_card("4242424242424242").await?;
    story.browser.leave_frames().await?;
    story.browser.reads("Paid in full").await?;
    story.end("Card", "25.00", "Received").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_may_be_followed_by_one_that_the_bank_asks_about() -> anyhow::Result<()> {
    let story = Story::begin("card-3ds", PHONE, "Card").await?;
    story.browser.click("Pay Now!").await?;
    story.pay_by_card("4000000000000002").await?;
    story.browser.enter(&[0], "Your bank did not approve this payment").await?;
    story.pay_by_card("4000002500003155").await?;
    story.browser.enter(&[0, 0], "Complete authentication").await?;
    story.browser.click("Complete authentication").await?;
    story.browser.leave_frames().await?;
    story.browser.reads("Paid in full").await?;
    story.end("Card", "25.00", "Received").await
}
