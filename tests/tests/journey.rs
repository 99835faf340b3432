//! The story through the real binary and a real browser: a client adds funds by bank transfer, staff record the payment, and
//! the credit pays another invoice. Pictures of each page are left in the target folder under `journey/`.

use anyhow::{Context, ensure};
use tollgate_tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tollgate_tests::server::{CLIENT, Installation, STAFF};
use tollgate_tests::tools::{pdf_codes, pdf_text};

/// A story told on one screen.
struct Story {
    installation: Installation,
    browser: Browser,
    name: &'static str,
    /// Whether every page is looked at with axe.
    looked_at: bool,
}

impl Story {
    async fn begin(name: &'static str, screen: Screen) -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let line = "Web hosting, one month=12.50@19%";
        installation.done(&["invoice", "create", CLIENT.0, "--line", line, "--gateway", "bank-transfer"], "")?;
        let browser = Browser::open().await?;
        browser.screen(screen).await?;
        Ok(Self { installation, browser, name, looked_at: true })
    }

    /// A new page: it is accessible, and its picture is kept.
    async fn look(&self, page: &str) -> anyhow::Result<()> {
        if self.looked_at {
            self.browser.accessible().await.with_context(|| page.to_owned())?;
            self.browser.picture(&format!("{}-{page}", self.name)).await?;
        }
        Ok(())
    }

    async fn open(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&self.installation.url(path)).await
    }

    async fn log_in(&self, path: &str, (email, password): (&str, &str)) -> anyhow::Result<()> {
        self.open(path).await?;
        self.browser.reads("E-mail address").await?;
        self.look(if path == "/" { "login" } else { "staff-login" }).await?;
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", "a wrong password").await?;
        self.browser.click("Log in").await?;
        self.browser.reads("The e-mail address or the password is not right.").await?;
        self.look(if path == "/" { "login-refused" } else { "staff-login-refused" }).await?;
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await
    }

    async fn credit(&self) -> anyhow::Result<String> {
        self.browser.text_of("[data-test=available-credit]").await
    }

    /// Steps 1 to 4 of the guide: Billing, Add Funds, amount and gateway, + Add Funds.
    async fn add_funds(&self) -> anyhow::Result<()> {
        self.log_in("/", CLIENT).await?;
        self.browser.reads("INV-").await?;
        self.look("invoices").await?;
        ensure!(self.credit().await?.contains("0.00"), "no credit yet");
        self.browser.click("Add Funds").await?;
        self.browser.reads("Voucher code").await?;
        self.look("add-funds").await?;
        for (amount, refusal) in
            [("1e9", "plain digits"), ("0", "above zero"), ("10.005", "2 decimals"), ("9", "at least")]
        {
            self.browser.fill("Amount", amount).await?;
            self.browser.choose("Bank transfer").await?;
            self.browser.click("+ Add Funds").await?;
            self.browser.reads(refusal).await.with_context(|| format!("the amount {amount}"))?;
        }
        self.look("add-funds-refused").await?;
        self.browser.fill("Amount", "50").await?;
        self.browser.click("+ Add Funds").await?;
        self.browser.reads("Pay Now!").await?;
        self.look("invoice").await
    }

    /// Step 5: the gateway's own page, and the invoice as a document.
    async fn see_how_to_pay(&self) -> anyhow::Result<()> {
        self.browser.click("Pay Now!").await?;
        self.browser.reads("DE89 3704 0044 0532 0130 00").await?;
        self.look("pay").await?;
        self.open_newest_invoice().await?;
        self.browser.click("Download PDF").await?;
        let pdf = self.browser.downloaded("pdf").await?;
        let (text, codes) = (pdf_text(&pdf)?, pdf_codes(&pdf)?);
        for words in ["INV-000002", "Example Hosting", "A. Client", "50.00", "DE89 3704 0044 0532 0130 00"] {
            ensure!(text.contains(words), "the PDF does not say {words}:\n{text}");
        }
        for words in ["BCD\n002", "COBADEFFXXX", "DE89370400440532013000", "EUR50", "RF"] {
            ensure!(codes.contains(words), "the code does not say {words}:\n{codes}");
        }
        Ok(())
    }

    async fn open_newest_invoice(&self) -> anyhow::Result<()> {
        self.open("/billing/invoices").await?;
        self.browser.click("INV-000002").await?;
        self.browser.reads("Download PDF").await
    }

    /// Staff see the transfer on the bank account and record it; a second time it counts no more.
    async fn record_the_transfer(&self) -> anyhow::Result<()> {
        self.log_in("/admin", STAFF).await?;
        self.browser.reads("INV-000002").await?;
        self.look("staff-overview").await?;
        for page in [
            "gateways",
            "gateways/bank-transfer",
            "gateways/add-funds",
            "invoices",
            "payments",
            "clients",
            "attention",
            "security",
        ] {
            self.open(&format!("/admin/{page}")).await?;
            self.look(&format!("staff-{}", page.replace('/', "-"))).await?;
        }
        for said in ["is recorded", "recorded before"] {
            self.open("/admin/invoices").await?;
            self.browser.click("INV-000002").await?;
            self.browser.reads("Record bank payment").await?;
            self.look("staff-invoice").await?;
            self.browser.fill("Amount", "50.00").await?;
            self.browser.fill("Bank's id", "2026-0001").await?;
            self.browser.click("Record payment").await?;
            self.browser.reads(said).await?;
        }
        Ok(())
    }

    /// The credit is there, its history says why, and it pays for hosting.
    async fn use_the_credit(&self) -> anyhow::Result<()> {
        self.open("/billing/credit").await?;
        self.browser.reads("Funds added").await?;
        ensure!(self.credit().await?.contains("50.00"), "the header shows {}", self.credit().await?);
        self.look("credit").await?;
        self.open_newest_invoice().await?;
        self.browser.reads("Paid in full").await?;
        self.look("invoice-paid").await?;
        self.open("/billing/invoices").await?;
        self.browser.click("INV-000001").await?;
        self.browser.click("Use Available Credit").await?;
        self.browser.fill("Amount to use", "10").await?;
        self.look("use-credit").await?;
        self.browser.click("Use this amount").await?;
        self.browser.reads("of your credit was used").await?;
        ensure!(self.credit().await?.contains("40.00"), "the header shows {}", self.credit().await?);
        self.look("invoice-part-paid").await
    }

    /// Nobody's page, and the way out.
    async fn leave(self) -> anyhow::Result<()> {
        self.open("/billing/invoices/999").await?;
        self.look("not-found").await?;
        self.open("/terms").await?;
        self.look("terms").await?;
        self.open("/security").await?;
        self.browser.reads("Where you are signed in").await?;
        self.look("security").await?;
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger"), "{checked}");
        self.browser.close().await
    }
}

async fn tell(name: &'static str, screen: Screen) -> anyhow::Result<()> {
    let story = Story::begin(name, screen).await?;
    let server = story.installation.serve()?;
    story.add_funds().await?;
    story.see_how_to_pay().await?;
    story.record_the_transfer().await?;
    story.use_the_credit().await?;
    story.leave().await?;
    ensure!(server.stop()? == Some(0), "the server ends with 0 when it is told to stop");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_adds_funds_by_bank_transfer_on_a_desktop() -> anyhow::Result<()> {
    tell("desktop", DESKTOP).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_adds_funds_by_bank_transfer_on_a_phone() -> anyhow::Result<()> {
    tell("phone", PHONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_adds_funds_by_bank_transfer_without_scripts() -> anyhow::Result<()> {
    let mut story = Story::begin("plain", DESKTOP).await?;
    // axe is a script itself; the pages are the ones that the other two stories look at.
    story.looked_at = false;
    story.browser.scripts(false).await?;
    let server = story.installation.serve()?;
    story.add_funds().await?;
    story.see_how_to_pay().await?;
    story.record_the_transfer().await?;
    story.use_the_credit().await?;
    story.leave().await?;
    drop(server);
    Ok(())
}
