//! Staff refund what was paid at a provider, through the real binary, a real browser and the real component: in part, then the
//! rest; what staff, the client and the invoice's PDF then say, and that the ledger adds up. And what the merchant refunds at
//! the provider comes back by webhook.

use anyhow::{Context, ensure};
use tollgate_simulators::paypal::order::Funding;
use tollgate_tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tollgate_tests::providers::{PayPal, Stripe, deliver};
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};
use tollgate_tests::tools::pdf_text;
use tollgate_tests::visitor::Visitor;

struct Story {
    installation: Installation,
    _paypal: PayPal,
    _stripe: Stripe,
    browser: Browser,
    server: Server,
    name: &'static str,
}

impl Story {
    /// A client is about to pay an invoice of EUR 25.00 for funds in this way.
    async fn begin(name: &'static str, screen: Screen, gateway: &str) -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let (paypal, stripe) = (PayPal::start().await?, Stripe::start().await?);
        paypal.configure(&installation)?;
        stripe.configure(&installation)?;
        let browser = Browser::open().await?;
        browser.screen(screen).await?;
        let server = installation.serve()?;
        let story = Self { installation, _paypal: paypal, _stripe: stripe, browser, server, name };
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

    async fn look(&self, page: &str) -> anyhow::Result<()> {
        self.browser.accessible().await?;
        self.browser.picture(&format!("{}-{page}", self.name)).await
    }

    /// Staff refund a part with a form that has to be mended, then all that is left.
    async fn staff_refund(&self) -> anyhow::Result<()> {
        self.open("/admin").await?;
        self.log_in(STAFF).await?;
        self.open("/admin/invoices/1").await?;
        self.browser.click("Refund…").await?;
        self.browser.reads("What will happen").await?;
        self.look("refund-form").await?;
        self.refund("26").await?;
        self.browser.reads("At most €25.00 is left to refund.").await?;
        self.look("refund-refused").await?;
        self.refund("10").await?;
        self.browser.reads("€10.00 is refunded.").await?;
        self.look("staff-refunded").await?;
        self.browser.click("Refund…").await?;
        self.browser.reads("at most €15.00").await?;
        self.confirm().await?;
        self.browser.reads("€15.00 is refunded.").await?;
        self.browser.reads("There is nothing left to refund.").await
    }

    async fn refund(&self, amount: &str) -> anyhow::Result<()> {
        self.browser.fill("Amount", amount).await?;
        self.confirm().await
    }

    async fn confirm(&self) -> anyhow::Result<()> {
        self.browser.fill("Reason", "Ordered twice").await?;
        self.browser.choose("Yes, send this money back").await?;
        self.browser.click("Refund").await
    }

    /// What the client reads afterwards, on the pages and on paper.
    async fn client_reads(&self) -> anyhow::Result<()> {
        self.open("/billing/invoices/1").await?;
        self.browser.reads("Refunded €10.00 on").await?;
        self.browser.reads("Refunded €15.00 on").await?;
        self.look("client-refunded").await?;
        self.browser.click("Download PDF").await?;
        let text = pdf_text(&self.browser.downloaded("pdf").await?)?;
        for words in ["Refunded", "EUR 10.00", "EUR 15.00"] {
            ensure!(text.contains(words), "the PDF does not say {words}:\n{text}");
        }
        self.open("/billing/credit").await?;
        self.browser.reads("Refund to you").await?;
        let credit = self.browser.text_of("[data-test=available-credit]").await?;
        ensure!(credit.contains("0.00") && !credit.contains("25.00"), "the header shows {credit}");
        self.look("client-credit").await
    }

    async fn end(self) -> anyhow::Result<()> {
        self.browser.reads("Paid in full").await?;
        self.staff_refund().await?;
        self.client_reads().await?;
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_refund_a_paypal_payment_in_part_and_whole() -> anyhow::Result<()> {
    let story = Story::begin("refund-paypal", DESKTOP, "PayPal").await?;
    story.browser.reads("Cancel and return to Example Hosting").await?;
    story.browser.click("Pay now").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_refund_a_card_payment_in_part_and_whole() -> anyhow::Result<()> {
    let story = Story::begin("refund-card", PHONE, "Card").await?;
    story.browser.enter(&[0, 0], "Card number").await?;
    story.browser.fill("Card number", "4242424242424242").await?;
    story.browser.fill("Expiration date", "12/30").await?;
    story.browser.fill("Security code", "123").await?;
    story.browser.enter(&[0], "Pay €25.00").await?;
    story.browser.click("Pay €25.00").await?;
    story.browser.leave_frames().await?;
    story.end().await
}

/// A client pays EUR 25.00 for funds at PayPal, without a browser; answers PayPal's capture.
fn pays_at(paypal: &PayPal, client: &mut Visitor) -> anyhow::Result<String> {
    client.log_in("/login", CLIENT)?;
    let page = client.get("/billing/add-funds")?;
    let made = client.submit(&page, "/billing/add-funds", &[("amount", "25"), ("gateway", "paypal")])?;
    let invoice = made.header("location").context("an invoice is made")?.to_owned();
    let page = client.get(&invoice)?;
    let begun = client.submit(&page, &format!("{invoice}/pay"), &[])?;
    let payment = begun.header("location").context("the payment has a page")?.to_owned();
    client.get(&payment)?;
    let state = paypal.simulator.state();
    let order = state["orders"][0]["id"].as_str().context("PayPal has the order")?;
    ensure!(paypal.simulator.approve(order, Funding::Balance) == Ok(true), "the order can be approved");
    client.get(&format!("{payment}/return"))?;
    ensure!(client.get(&invoice)?.text().contains("Paid in full"), "the invoice is paid");
    let state = paypal.simulator.state();
    Ok(state["captures"][0]["id"].as_str().context("the gateway captured")?.to_owned())
}

/// Nothing of ours stands on such a refund: the gateway asks PayPal whose capture it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_merchant_makes_at_paypal_is_booked_by_its_webhook_alone() -> anyhow::Result<()> {
    let (installation, paypal) = (Installation::furnished()?, PayPal::start().await?);
    paypal.configure(&installation)?;
    installation.done(&["plugin", "set", "paypal", "--set-up-webhook"], "")?;
    let server = installation.serve()?;
    let mut client = Visitor::at(&installation.url(""));
    let capture = pays_at(&paypal, &mut client)?;
    let rig = paypal.simulator.rig();
    deliver(rig).await?;
    rig.requests.clear();

    paypal.merchant_refunds(&capture, "7.00").await?;
    ensure!(deliver(rig).await? == ["PAYMENT.CAPTURE.REFUNDED"]);
    let asked = format!("/v2/payments/captures/{capture}");
    let is_asked = rig.requests.all().iter().any(|request| request.method == "GET" && request.path == asked);
    ensure!(is_asked, "PayPal was not asked whose capture it was");
    let mut staff = Visitor::at(&installation.url(""));
    staff.log_in("/admin/login", STAFF)?;
    let seen = staff.get("/admin/invoices/1")?.text();
    ensure!(seen.contains("Made at the provider.") && seen.contains("€7.00"), "staff read:\n{seen}");
    let seen = client.get("/billing/invoices/1")?.text();
    ensure!(seen.contains("Refunded €7.00 on"), "the client reads:\n{seen}");

    ensure!(server.stop()? == Some(0));
    let checked = installation.done(&["check"], "")?;
    ensure!(checked.contains("ok    ledger"), "{checked}");
    Ok(())
}
