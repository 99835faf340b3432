//! A payment is disputed at its provider, through the real binary, a real browser and the real component: what is taken, what
//! staff risk and the client is told while nobody has decided, and how it ends, lost and won.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tollgate_simulators::rig::Rig;
use tollgate_tests::browser::Browser;
use tollgate_tests::providers::{PayPal, Stripe, deliver, post};
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};
use tollgate_tests::tools::pdf_text;

/// The invoice for hosting comes before the one for funds, whose payment is disputed.
const FUNDS: &str = "/billing/invoices/2";
const FUNDS_FOR_STAFF: &str = "/admin/invoices/2";

struct Story {
    installation: Installation,
    browser: Browser,
    server: Server,
    /// The provider's.
    rig: Rig,
    name: &'static str,
}

impl Story {
    /// A client, who owes something for hosting too, is about to pay EUR 25.00 for funds in this way.
    async fn begin(name: &'static str, installation: Installation, rig: &Rig, gateway: &str) -> anyhow::Result<Self> {
        let line = "Web hosting, one month=12.50@19%";
        installation.done(&["invoice", "create", CLIENT.0, "--line", line, "--gateway", "bank-transfer"], "")?;
        installation.done(&["plugin", "set", &gateway.to_lowercase(), "--set-up-webhook"], "")?;
        let browser = Browser::open().await?;
        let server = installation.serve()?;
        let story = Self { installation, browser, server, rig: rig.clone(), name };
        story.open("/").await?;
        story.log_in(CLIENT).await?;
        story.open("/billing/add-funds").await?;
        story.browser.fill("Amount", "25").await?;
        story.browser.choose(gateway).await?;
        story.browser.click("+ Add Funds").await?;
        story.browser.click("Pay Now!").await?;
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

    /// The page says all of that; it is kept as a picture.
    async fn reads(&self, page: &str, words: &[&str]) -> anyhow::Result<()> {
        for words in words {
            self.browser.reads(words).await.with_context(|| page.to_owned())?;
        }
        self.browser.look(&format!("{}-{page}", self.name)).await
    }

    async fn credit_is(&self, credit: &str) -> anyhow::Result<()> {
        let shown = self.browser.text_of("[data-test=available-credit]").await?;
        ensure!(shown.split_whitespace().last() == Some(credit), "the header shows {shown} and not {credit}");
        Ok(())
    }

    /// The funds have come, and EUR 10.00 of them pays for hosting.
    async fn spend(&self) -> anyhow::Result<()> {
        self.browser.reads("Paid in full").await?;
        self.open("/billing/invoices/1").await?;
        self.browser.click("Use Available Credit").await?;
        self.browser.fill("Amount to use", "10").await?;
        self.browser.click("Use this amount").await?;
        self.browser.reads("of your credit was used").await?;
        self.credit_is("€15.00").await
    }

    /// Something happens at the provider, and its webhooks arrive, each twice; answers what the provider says of it.
    async fn at_provider(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/_simulator/{path}", self.rig.base);
        let answer = post(&url, &[("content-type", "application/json")], &body.to_string()).await?;
        let sent = self.rig.outbox.waiting();
        ensure!(!sent.is_empty(), "{path} sent no webhook");
        deliver(&self.rig).await?;
        for webhook in sent {
            let again = self.rig.outbox.deliver(webhook.id, None).await;
            ensure!(again == Some(200), "{} was answered {again:?} when it came again", webhook.kind);
        }
        Ok(answer)
    }

    /// All of the client's credit is set aside, and staff see what it does not cover; the client is told.
    async fn all_see_the_dispute(&self) -> anyhow::Result<()> {
        let covered = ["Disputed", "€15.00 of the client's credit is set aside", "€10.00 is not covered"];
        self.open("/admin").await?;
        self.log_in(STAFF).await?;
        self.browser.reads("Open disputes and refunds").await?;
        self.reads("open-overview", &covered).await?;
        self.browser.click("To the invoice").await?;
        ensure!(self.browser.path().await? == FUNDS_FOR_STAFF, "the overview leads to the invoice");
        self.reads("open-staff", &[&covered[..], &["There is nothing left to refund."]].concat()).await?;
        self.open(FUNDS).await?;
        self.credit_is("€0.00").await?;
        self.reads("open-client", &["took €25.00 back", "It is not decided yet who keeps it."]).await?;
        self.open("/billing/credit").await?;
        self.reads("open-credit", &["Taken back by your bank or payment provider", "€15.00"]).await
    }

    /// Nothing is open any more.
    async fn staff_see_the_end(&self, words: &[&str]) -> anyhow::Result<()> {
        self.open("/admin").await?;
        self.browser.reads("Overview").await?;
        let overview = self.browser.text().await?;
        ensure!(!overview.contains("Open disputes and refunds"), "it is decided:\n{overview}");
        self.open(FUNDS_FOR_STAFF).await?;
        self.reads("end-staff", words).await
    }

    async fn client_sees_the_end(&self, words: &str, credit: &str) -> anyhow::Result<String> {
        self.open("/billing/credit").await?;
        self.credit_is(credit).await?;
        self.browser.look(&format!("{}-end-credit", self.name)).await?;
        self.open(FUNDS).await?;
        self.reads("end-client", &[words]).await?;
        self.browser.click("Download PDF").await?;
        pdf_text(&self.browser.downloaded("pdf").await?)
    }

    async fn end(self) -> anyhow::Result<()> {
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_at_paypal_that_is_lost_takes_the_clients_credit_and_the_rest_from_the_host() -> anyhow::Result<()> {
    let (installation, paypal) = (Installation::furnished()?, PayPal::start().await?);
    paypal.configure(&installation)?;
    let story = Story::begin("dispute-lost", installation, paypal.simulator.rig(), "PayPal").await?;
    story.browser.reads("Cancel and return to Example Hosting").await?;
    story.browser.click("Pay now").await?;
    story.spend().await?;
    deliver(&story.rig).await?;

    let state = paypal.simulator.state();
    let capture = state["captures"][0]["id"].as_str().context("the gateway captured")?;
    let opened = story.at_provider(&format!("captures/{capture}/dispute"), &json!({})).await?;
    story.all_see_the_dispute().await?;

    let dispute = opened["dispute_id"].as_str().context("a dispute was opened")?;
    story.at_provider(&format!("disputes/{dispute}/resolve"), &json!({ "outcome": "buyer" })).await?;
    let lost = ["Dispute lost", "€25.00 is gone for good.", "€10.00 of it was not covered", dispute];
    story.staff_see_the_end(&lost).await?;
    let pdf = story.client_sees_the_end("took €25.00 back for good", "€0.00").await?;
    for words in ["INV-000002", "Taken back by bank or provider", "EUR 25.00"] {
        ensure!(pdf.contains(words), "the PDF does not say {words}:\n{pdf}");
    }
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_of_a_card_payment_that_is_won_gives_the_client_the_credit_back() -> anyhow::Result<()> {
    let (installation, stripe) = (Installation::furnished()?, Stripe::start().await?);
    stripe.configure(&installation)?;
    let story = Story::begin("dispute-won", installation, stripe.simulator.rig(), "Card").await?;
    story.browser.enter(&[0, 0], "Card number").await?;
    story.browser.fill("Card number", "4242424242424242").await?;
    story.browser.fill("Expiration date", "12/30").await?;
    story.browser.fill("Security code", "123").await?;
    story.browser.enter(&[0], "Pay €25.00").await?;
    story.browser.click("Pay €25.00").await?;
    story.browser.leave_frames().await?;
    story.spend().await?;
    deliver(&story.rig).await?;

    let intent = stripe.simulator.with(|books| books.intents.keys().next().cloned()).context("a payment was made")?;
    let opened = story.at_provider(&format!("payment_intents/{intent}/dispute"), &json!({})).await?;
    story.all_see_the_dispute().await?;

    let dispute = opened["id"].as_str().context("a dispute was opened")?;
    story.at_provider(&format!("disputes/{dispute}/close"), &json!({ "succeeded": true })).await?;
    story.staff_see_the_end(&["Dispute won", "€25.00 came back.", dispute]).await?;
    let pdf = story.client_sees_the_end("the payment stands", "€15.00").await?;
    ensure!(pdf.contains("INV-000002") && !pdf.contains("Taken back"), "the PDF says that the money went:\n{pdf}");
    story.end().await
}
