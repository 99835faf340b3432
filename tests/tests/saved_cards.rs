//! Cards that clients agreed to have stored: through the real binary, a real browser, the real component and a simulated
//! Stripe.

use anyhow::{Context, ensure};
use tollgate_tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tollgate_tests::providers::Stripe;
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

/// Asks for 3-D Secure whenever it is charged, stored or not.
const ALWAYS_ASKS: &str = "4000002760003184";

struct Story {
    installation: Installation,
    _stripe: Stripe,
    browser: Browser,
    server: Server,
    name: &'static str,
}

impl Story {
    /// A client who is logged in, with a card gateway.
    async fn begin(name: &'static str, screen: Screen) -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let stripe = Stripe::start().await?;
        stripe.configure(&installation)?;
        let browser = Browser::open().await?;
        browser.screen(screen).await?;
        let server = installation.serve()?;
        let story = Self { installation, _stripe: stripe, browser, server, name };
        story.open("/").await?;
        story.log_in(CLIENT).await?;
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

    /// An invoice of EUR 25.00 for funds; answers its path.
    async fn owe(&self) -> anyhow::Result<String> {
        self.open("/billing/add-funds").await?;
        self.browser.fill("Amount", "25").await?;
        self.browser.choose("Card").await?;
        self.browser.click("+ Add Funds").await?;
        self.browser.reads("Pay Now!").await?;
        self.browser.path().await
    }

    /// Pays by a new card and ticks the box that has it stored.
    async fn pay_and_store(&self, number: &str) -> anyhow::Result<()> {
        self.browser.click("Pay Now!").await?;
        self.browser.enter(&[0, 0], "Card number").await?;
        self.browser.fill("Card number", number).await?;
        self.browser.fill("Expiration date", "12/30").await?;
        self.browser.fill("Security code", "123").await?;
        self.browser.enter(&[0], "Pay €25.00").await?;
        self.browser.choose("Save this card for later payments").await?;
        self.browser.click("Pay €25.00").await
    }

    async fn authenticate(&self) -> anyhow::Result<()> {
        self.browser.enter(&[0, 0], "Complete authentication").await?;
        self.browser.click("Complete authentication").await?;
        self.browser.leave_frames().await
    }

    async fn credit_is(&self, credit: &str) -> anyhow::Result<()> {
        self.open("/billing/credit").await?;
        let shown = self.browser.text_of("[data-test=available-credit]").await?;
        ensure!(shown.contains(credit), "the header shows {shown}");
        Ok(())
    }

    async fn end(self) -> anyhow::Result<()> {
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_stored_pays_the_next_invoice_and_is_removed() -> anyhow::Result<()> {
    let story = Story::begin("saved-card", DESKTOP).await?;
    story.open("/billing/payment-methods").await?;
    story.browser.reads("You have no stored payment methods.").await?;
    story.look("empty").await?;
    story.owe().await?;
    story.pay_and_store("4242424242424242").await?;
    story.browser.leave_frames().await?;
    story.browser.reads("Paid in full").await?;

    story.browser.click("Payment methods").await?;
    story.browser.reads("Visa ending 4242, 12/30").await?;
    story.browser.reads("Expires 12/30").await?;
    story.look("listed").await?;

    let second = story.owe().await?;
    story.look("offered").await?;
    story.browser.click("Pay with Visa ending 4242, 12/30").await?;
    story.browser.reads("€25.00 will be charged to Visa ending 4242, 12/30").await?;
    story.look("confirm").await?;
    story.browser.click("Pay €25.00").await?;
    story.browser.reads("Paid in full").await?;
    ensure!(story.browser.path().await? == second, "the client is back at the invoice");
    story.credit_is("50.00").await?;

    // The command line charges it, too, while the client is away.
    story.owe().await?;
    let charged = story.installation.done(&["invoice", "charge", "INV-000003"], "")?;
    ensure!(charged.contains("is charged to Visa ending 4242"), "{charged}");
    story.credit_is("75.00").await?;

    // Without JavaScript: none of these pages needs it.
    story.browser.scripts(false).await?;
    story.open("/billing/payment-methods").await?;
    story.browser.click("Remove Visa ending 4242, 12/30").await?;
    story.browser.reads("Remove Visa ending 4242, 12/30?").await?;
    story.browser.click("Remove it").await?;
    story.browser.reads("You have no stored payment methods.").await?;
    story.browser.scripts(true).await?;
    story.owe().await?;
    ensure!(!story.browser.text().await?.contains("Pay with Visa"), "what was removed is offered no more");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_bank_asks_while_they_are_away_is_invited_back_and_pays() -> anyhow::Result<()> {
    let story = Story::begin("saved-card-3ds", PHONE).await?;
    story.owe().await?;
    story.pay_and_store(ALWAYS_ASKS).await?;
    story.authenticate().await?;
    story.browser.reads("Paid in full").await?;
    let invoice = story.owe().await?;
    let number = invoice.rsplit('/').next().context("an invoice's path")?.to_owned();

    // Staff charge it while the client is away.
    story.open("/admin").await?;
    story.log_in(STAFF).await?;
    story.open(&format!("/admin/invoices/{number}")).await?;
    story.browser.reads("The client agreed to have these stored").await?;
    story.browser.click("Charge €25.00").await?;
    story.browser.reads("The client's bank wants the client to confirm.").await?;
    story.look("staff").await?;

    story.open(&invoice).await?;
    story.browser.reads("Your bank wants you to confirm this payment").await?;
    story.look("invited").await?;
    story.browser.click("Confirm the payment").await?;
    story.browser.enter(&[0], "Your bank wants you to approve this payment").await?;
    story.browser.click("Approve €25.00").await?;
    story.authenticate().await?;
    story.browser.reads("Paid in full").await?;
    ensure!(!story.browser.text().await?.contains("Your bank wants you"), "the invitation is gone");
    story.credit_is("50.00").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_who_pays_with_a_stored_card_that_always_asks_goes_on_in_the_gateway_s_page() -> anyhow::Result<()> {
    let story = Story::begin("saved-card-asks", DESKTOP).await?;
    story.owe().await?;
    story.pay_and_store(ALWAYS_ASKS).await?;
    story.authenticate().await?;
    story.browser.reads("Paid in full").await?;
    story.owe().await?;
    story.browser.click("Pay with Visa ending 3184, 12/30").await?;
    story.browser.click("Pay €25.00").await?;
    story.browser.enter(&[0], "Approve €25.00").await?;
    story.browser.click("Approve €25.00").await?;
    story.authenticate().await?;
    story.browser.reads("Paid in full").await?;
    story.credit_is("50.00").await?;
    story.end().await
}
