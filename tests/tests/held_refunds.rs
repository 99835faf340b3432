//! Money that is held because the merchant id was mistyped, through the real binary, a real browser and the PayPal component:
//! staff read why it cannot be sent back, mend the setting, are refused by PayPal once, and send it back.

use anyhow::{Context, ensure};
use tollgate_simulators::paypal::capture::RefundScript;
use tollgate_simulators::paypal::order::Outcome;
use tollgate_tests::browser::{Browser, DESKTOP, PHONE};
use tollgate_tests::providers::PayPal;
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

const RIGHT: &str = "TESTMERCHANT2";
const MISTYPED: &str = "TESTMERCHANT3";
/// The form that sends money back, else the decisions, else the top of the page.
const SHOW: &str = "['[name=refund_reason]', '#decide-title', 'h1'].map((css) => document.querySelector(css))
    .find((element) => element !== null && element.type !== 'hidden').scrollIntoView({ block: 'center' })";

struct Story {
    installation: Installation,
    paypal: PayPal,
    browser: Browser,
    server: Server,
}

impl Story {
    async fn begin() -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let paypal = PayPal::start().await?;
        paypal.configure(&installation)?;
        let browser = Browser::open().await?;
        browser.screen(DESKTOP).await?;
        let server = installation.serve()?;
        Ok(Self { installation, paypal, browser, server })
    }

    async fn open(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&self.installation.url(path)).await
    }

    async fn log_in(&self, door: &str, (email, password): (&str, &str)) -> anyhow::Result<()> {
        self.open(door).await?;
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await?;
        self.browser.leaves("/login").await
    }

    /// On a desktop and on a phone; the decisions are what is looked at.
    async fn look(&self, page: &str) -> anyhow::Result<()> {
        for (screen, name) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
            self.browser.screen(screen).await?;
            self.browser.accessible().await?;
            self.browser.run(SHOW).await?;
            self.browser.picture(&format!("held-refund-{page}-{name}")).await?;
        }
        Ok(())
    }

    /// The client pays EUR 25.00 for funds in a way that takes some days; answers the capture.
    async fn pay(&self) -> anyhow::Result<String> {
        self.log_in("/", CLIENT).await?;
        self.open("/billing/add-funds").await?;
        self.browser.fill("Amount", "25").await?;
        self.browser.choose("PayPal").await?;
        self.browser.click("+ Add Funds").await?;
        self.browser.click("Pay Now!").await?;
        self.browser.reads("Cancel and return to Example Hosting").await?;
        self.browser.choose("Bank account (the money comes in some days)").await?;
        self.browser.click("Pay now").await?;
        self.browser.reads("Unpaid").await?;
        let state = self.paypal.simulator.state();
        Ok(state["captures"][0]["id"].as_str().context("the gateway captured")?.to_owned())
    }

    async fn set_merchant(&self, id: &str) -> anyhow::Result<()> {
        self.open("/admin/gateways/paypal").await?;
        self.browser.fill("Merchant ID", id).await?;
        // The form has one more of the name, out of sight, which the enter key presses.
        self.browser.run("document.querySelector('button[value=save]').click()").await?;
        self.browser.reads("is saved.").await?;
        self.open("/admin/gateways/paypal").await?;
        self.browser.answers("return document.querySelector('[value^=TESTMERCHANT]').value", id).await
    }

    async fn send_back(&self, claim: &str) -> anyhow::Result<()> {
        self.open(claim).await?;
        self.browser.fill("Reason for sending it back", "Not our money").await?;
        self.browser.click("Send back…").await?;
        self.browser.reads("€25.00 goes back to").await?;
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
async fn staff_send_money_that_was_held_back_by_paypal() -> anyhow::Result<()> {
    let story = Story::begin().await?;
    let (browser, simulator) = (&story.browser, &story.paypal.simulator);
    let capture = story.pay().await?;
    story.log_in("/admin", STAFF).await?;
    story.set_merchant(MISTYPED).await?;
    ensure!(simulator.settle(&capture, Outcome::Completed).is_ok(), "the money comes");
    story.open("/billing/invoices/1").await?;
    browser.click("Reload").await?;

    story.open("/admin/attention").await?;
    browser.reads("Paid to another merchant account").await?;
    story.open("/admin/attention/1").await?;
    browser.reads("The money is at another merchant account than the one that is configured.").await?;
    story.look("not-offered").await?;
    story.set_merchant(RIGHT).await?;

    let refused = RefundScript::Refuse("PAYER_ACCOUNT_LOCKED_OR_CLOSED".to_owned());
    ensure!(simulator.script_refund(&capture, refused).is_ok(), "the capture is known");
    story.send_back("/admin/attention/1").await?;
    story.look("confirm").await?;
    browser.click("Send it back").await?;
    browser.reads("€25.00 did not go back, and nothing of it stays booked.").await?;
    browser.reads("Its refund did not go through").await?;
    story.open("/admin/attention/2").await?;
    story.look("again").await?;

    story.send_back("/admin/attention/2").await?;
    browser.click("Send it back").await?;
    browser.reads("€25.00 is refunded.").await?;
    browser.reads("No claim waits for a decision.").await?;
    let refunds = simulator.state()["refunds"].as_array().map_or(0, Vec::len);
    ensure!(refunds == 1, "PayPal made {refunds} refunds");
    for page in ["/admin/attention/2", "/admin/attention/decided", "/admin/invoices/1"] {
        story.open(page).await?;
        browser.reads("Not our money").await?;
        browser.accessible().await?;
    }
    story.open("/billing/invoices/1").await?;
    browser.reads("Refunded €25.00 on").await?;
    browser.reads("Unpaid").await?;
    story.end().await
}
