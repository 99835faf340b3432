//! Claims that do not fit are held, and staff decide about them: through the real binary, a real browser and the real component,
//! from the overview to what was decided, and what the client sees of it.

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};
use tollgate_tests::browser::Browser;
use tollgate_tests::providers::{Stripe, deliver};
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

/// Well-formed, and no payment of this installation.
const NOBODYS: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

struct Story {
    installation: Installation,
    stripe: Stripe,
    browser: Browser,
    server: Server,
}

impl Story {
    async fn begin() -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let stripe = Stripe::start().await?;
        stripe.configure(&installation)?;
        installation.done(&["plugin", "set", "card", "--set-up-webhook"], "")?;
        let browser = Browser::open().await?;
        let server = installation.serve()?;
        Ok(Self { installation, stripe, browser, server })
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

    /// The page says all of that; it is kept as a picture.
    async fn reads(&self, page: &str, words: &[&str]) -> anyhow::Result<()> {
        for words in words {
            self.browser.reads(words).await.with_context(|| page.to_owned())?;
        }
        self.browser.look(&format!("attention-{page}")).await
    }

    /// The client is about to pay an invoice of EUR 25.00; answers the payment's id.
    async fn client_begins(&self) -> anyhow::Result<String> {
        self.log_in("/", CLIENT).await?;
        self.open("/billing/add-funds").await?;
        self.browser.fill("Amount", "25").await?;
        self.browser.choose("Card").await?;
        self.browser.click("+ Add Funds").await?;
        self.browser.click("Pay Now!").await?;
        self.browser.reads("INV-000001").await?;
        let path = self.browser.path().await?;
        Ok(path.strip_prefix("/billing/payments/").context("the payment has a page")?.to_owned())
    }

    /// The provider says that so many cents came for a payment.
    async fn told(&self, payment: &str, cents: i64) -> anyhow::Result<()> {
        self.stripe.simulator.with(|books| {
            let intent = json!({
                "id": books.id("pi"), "object": "payment_intent", "status": "succeeded", "livemode": false,
                "amount": cents, "amount_received": cents, "currency": "eur", "created": books.now_s(),
                "metadata": { "payment": payment },
            });
            books.emit_with("payment_intent.succeeded", &intent, Map::<String, Value>::new());
        });
        ensure!(deliver(self.stripe.simulator.rig()).await? == ["payment_intent.succeeded"]);
        Ok(())
    }

    /// Both sides, then what would be booked, then it is booked.
    async fn staff_match_it(&self) -> anyhow::Result<()> {
        self.open("/admin/attention/1").await?;
        let sides = ["€25.00", "€15.00", "Differs", "Match to an invoice", "Dismiss, book nothing"];
        self.reads("held", &sides).await?;
        self.browser.fill("Invoice number", "INV-000009").await?;
        self.browser.click("Match to this invoice…").await?;
        self.reads("held-refused", &["Enter the number of the invoice, such as INV-000042."]).await?;
        self.browser.fill("Invoice number", "INV-000001").await?;
        self.browser.click("Match to this invoice…").await?;
        let foretold = ["Book this?", "€15.00 goes towards invoice INV-000001", "The rest of it stays due."];
        self.reads("confirm", &foretold).await?;
        self.browser.click("Book it").await?;
        self.browser.reads("€15.00 is booked for the invoice.").await
    }

    async fn staff_dismiss_it(&self) -> anyhow::Result<()> {
        self.open("/admin/attention/2").await?;
        self.reads("held-stray", &["No payment fits this claim", NOBODYS, "Client's e-mail address"]).await?;
        self.browser.click("Dismiss, book nothing").await?;
        self.reads("dismiss-refused", &["Enter why nothing is booked"]).await?;
        self.browser.fill("Reason", "Sold by hand, outside of the portal").await?;
        self.browser.click("Dismiss, book nothing").await?;
        self.browser.reads("The claim is dismissed. Nothing was booked.").await
    }

    async fn end(self) -> anyhow::Result<()> {
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_match_one_held_claim_to_its_invoice_and_dismiss_another() -> anyhow::Result<()> {
    let story = Story::begin().await?;
    let payment = story.client_begins().await?;
    story.told(&payment, 1_500).await?;
    story.told(NOBODYS, 700).await?;

    story.log_in("/admin", STAFF).await?;
    story.reads("overview", &["2 claims could not be booked by themselves"]).await?;
    story.open("/admin/attention").await?;
    story
        .reads("list", &["Another amount than the payment's", "No payment fits this claim", "€15.00", "€7.00"])
        .await?;
    story.staff_match_it().await?;
    story.staff_dismiss_it().await?;
    story.open("/admin/attention/decided").await?;
    story.reads("decided", &["€15.00 for invoice INV-000001", "Dismissed, nothing booked", "B. Staff"]).await?;
    story.open("/admin/attention/1").await?;
    story.reads("decided-one", &["Decided by B. Staff"]).await?;

    story.open("/billing/invoices/1").await?;
    story.reads("client", &["€10.00", "Pay Now!"]).await?;
    story.end().await
}
