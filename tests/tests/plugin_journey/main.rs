//! A gateway of a stranger through the real binary and a real browser: staff upload it, look at what it is and asks for, grant
//! less than that and configure it; a client pays with it. A version that wants a new host asks for that host alone, a payment
//! that began before goes on as it began, and one click brings the version before back. Pictures of each page are left in the
//! target folder under `journey/`.

mod acme;

use std::fs;

use anyhow::{Context, ensure};
use serde_json::json;
use tollgate_tests::browser::Browser;
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};

const API: (&str, &str) = ("api.acme.example", "to take payments");
const STATISTICS: (&str, &str) = ("stats.acme.example", "to count visitors");
const RISK: (&str, &str) = ("risk.acme.example", "to ask what a payment risks");

/// What a person reads of each switch.
const SWITCHES: &str = "return [...document.querySelectorAll('.asks .checkbox')].map((ask) =>
    (ask.querySelector('input').checked ? 'x ' : '- ') + ask.innerText.trim().replaceAll(/\\s+/g, ' '))";
const TICKED: &str = "return [...document.querySelectorAll('.checkbox')].filter((box) =>
    box.querySelector('input').checked).map((box) => box.innerText.trim())";

struct Story {
    installation: Installation,
    browser: Browser,
    server: Server,
    /// Whether every page is looked at with axe, which is a script itself.
    looked_at: bool,
}

impl Story {
    async fn begin(scripts: bool) -> anyhow::Result<Self> {
        let installation = Installation::empty()?;
        installation.add_client(CLIENT, "EUR")?;
        installation.done(&["staff", "add", STAFF.0, "--name", "B. Staff", "--password-stdin"], STAFF.1)?;
        let first = acme::version("1.0.0", &[API, STATISTICS]);
        let second = acme::version("2.0.0", &[API, STATISTICS, RISK]);
        for (name, bytes) in [("acme-1.wasm", first), ("acme-2.wasm", second), ("holiday.wasm", b"no plugin".to_vec())]
        {
            fs::write(installation.path(name), bytes)?;
        }
        let (browser, server) = (Browser::open().await?, installation.serve()?);
        browser.scripts(scripts).await?;
        let story = Self { installation, browser, server, looked_at: scripts };
        story.log_in("/", CLIENT).await?;
        story.log_in("/admin", STAFF).await?;
        Ok(story)
    }

    async fn open(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&self.installation.url(path)).await
    }

    async fn look(&self, page: &str) -> anyhow::Result<()> {
        if self.looked_at {
            self.browser.look(&format!("plugin-{page}")).await?;
        }
        Ok(())
    }

    async fn log_in(&self, door: &str, (email, password): (&str, &str)) -> anyhow::Result<()> {
        self.open(door).await?;
        self.browser.fill("E-mail address", email).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await?;
        self.browser.reads("Log out").await
    }

    /// The page says each of these.
    async fn says(&self, words: &[&str]) -> anyhow::Result<()> {
        for words in words {
            self.browser.reads(words).await?;
        }
        Ok(())
    }

    /// The switches of the page in their order, `x` before one that is on.
    async fn switches_are(&self, expected: &[&str]) -> anyhow::Result<()> {
        let shown = self.browser.run(SWITCHES).await?;
        ensure!(shown == json!(expected), "the switches are {shown} and not {expected:?}");
        Ok(())
    }

    /// These boxes of the page are ticked and no other.
    async fn ticked(&self, expected: &[&str]) -> anyhow::Result<()> {
        let ticked = self.browser.run(TICKED).await?;
        ensure!(ticked == json!(expected), "ticked are {ticked} and not {expected:?}");
        Ok(())
    }

    async fn upload(&self, file: &str) -> anyhow::Result<()> {
        self.open("/admin/gateways").await?;
        let path = self.installation.path(file);
        self.browser.fill("Plugin", &path.to_string_lossy()).await?;
        self.browser.click("Look at it").await
    }

    /// An invoice of EUR 20 to pay through the gateway; answers its number.
    fn owe(&self) -> anyhow::Result<String> {
        let create = ["invoice", "create", CLIENT.0, "--line", "Hosting=20", "--gateway", "acme"];
        let said = self.installation.done(&create, "")?;
        let number = said.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ':');
        number.into_iter().find(|word| word.starts_with("INV-")).map(str::to_owned).context("an invoice's number")
    }

    async fn open_invoice(&self, number: &str) -> anyhow::Result<()> {
        self.open("/billing/invoices").await?;
        self.browser.click(number).await?;
        self.browser.reads("Download PDF").await
    }

    /// The page on which the client pays, which says the version that drew it.
    async fn begin_to_pay(&self, number: &str, version: &str) -> anyhow::Result<()> {
        self.open_invoice(number).await?;
        self.browser.click("Pay Now!").await?;
        self.browser.reads(&format!("Version {version} asks for your consent.")).await
    }

    async fn consent(&self) -> anyhow::Result<()> {
        self.browser.click("Pay with Acme").await?;
        self.browser.reads("Paid in full").await
    }

    /// Nothing is installed of no file, nor of one that is no plugin.
    async fn choose_wrong_files(&self) -> anyhow::Result<()> {
        self.open("/admin/gateways").await?;
        self.says(&["There is no plugin yet. Install one below.", "Install a plugin"]).await?;
        self.look("none").await?;
        self.browser.click("Look at it").await?;
        self.browser.reads("Choose the plugin's file.").await?;
        self.upload("holiday.wasm").await?;
        self.browser.reads("This file cannot be installed").await?;
        self.look("refused").await
    }

    /// What it is and asks for is shown before anything is granted, and less than that is granted.
    async fn install(&self) -> anyhow::Result<()> {
        self.upload("acme-1.wasm").await?;
        self.says(&["Install Acme Pay", "Payments by Acme, on a page of its own.", "1.0.0 · Gateway · contract 1.0.0"])
            .await?;
        self.says(&["Acme Ltd · MIT", "Not signed", "Secrets its form asks for\nAPI key"]).await?;
        self.says(&["The plugin says: “to take payments”", "sends money back from your account"]).await?;
        self.switches_are(&["- Call api.acme.example", "- Call stats.acme.example", "- Refund payments"]).await?;
        self.look("offer").await?;
        self.browser.choose("Call api.acme.example").await?;
        self.browser.click("Install").await?;
        self.browser.reads("acme 1.0.0 is installed. Set it up next.").await?;
        self.switches_are(&[
            "x Call api.acme.example Granted",
            "- Call stats.acme.example Denied",
            "- Refund payments Denied",
        ])
        .await?;
        self.look("installed").await
    }

    /// The form knows the host that was granted and no other, and is on as soon as it is saved.
    async fn configure(&self) -> anyhow::Result<()> {
        self.browser.click("Set up").await?;
        self.says(&["Configure Acme Pay", "Hosts it may call", "api.acme.example"]).await?;
        ensure!(!self.browser.text().await?.contains("stats.acme.example"), "a denied host is offered");
        self.ticked(&["On: clients can use it", "api.acme.example"]).await?;
        self.browser.fill("Shop id", acme::SHOP).await?;
        self.browser.click("Save").await?;
        self.browser.reads("API key: Enter a value.").await?;
        self.ticked(&["On: clients can use it", "api.acme.example"]).await?;
        self.look("configure-refused").await?;
        self.browser.fill("API key", "a long key of the shop").await?;
        self.browser.click("Save").await?;
        self.browser.reads("The configuration of Acme Pay is saved.").await?;
        self.look("configured").await
    }

    /// What was not granted is not offered: no refund of what was paid.
    async fn pay(&self, number: &str) -> anyhow::Result<()> {
        self.begin_to_pay(number, "1.0.0").await?;
        self.look("pay").await?;
        self.consent().await?;
        self.open("/admin/invoices").await?;
        self.browser.click(number).await?;
        self.browser.reads("Acme Pay").await?;
        ensure!(!self.browser.text().await?.contains("Refund…"), "a refund is offered that was not granted");
        self.look("paid").await
    }

    /// It asks for the new host alone; what was decided stands.
    async fn upgrade(&self) -> anyhow::Result<()> {
        self.upload("acme-2.wasm").await?;
        self.says(&["Upgrade Acme Pay", "New in this version", "Payments that are open finish on 1.0.0."]).await?;
        let (new, known) = ("- Call risk.acme.example New", "x Call api.acme.example Granted");
        self.switches_are(&[new, known, "- Call stats.acme.example Denied", "- Refund payments Denied"]).await?;
        let asked = self.browser.text_of("[aria-labelledby=new-title]").await?;
        ensure!(asked.contains("risk.acme.example") && !asked.contains("api.acme.example"), "asked anew: {asked}");
        self.look("upgrade").await?;
        self.browser.choose("Call risk.acme.example").await?;
        self.browser.click("Upgrade from 1.0.0 to 2.0.0").await?;
        self.browser.reads("acme 2.0.0 runs now. Open payments go on as they began.").await?;
        self.says(&["Versions still in use", "Roll back to 1.0.0"]).await?;
        self.switches_are(&[
            known,
            "- Call stats.acme.example Denied",
            "x Call risk.acme.example Granted",
            "- Refund payments Denied",
        ])
        .await?;
        self.look("upgraded").await
    }

    async fn roll_back(&self) -> anyhow::Result<()> {
        self.open("/admin/gateways").await?;
        self.browser.click("Acme Pay").await?;
        self.browser.click("Version and grants").await?;
        self.browser.click("Roll back to 1.0.0").await?;
        self.says(&["1.0.0 runs again.", "Roll back to 2.0.0"]).await?;
        self.look("rolled-back").await
    }

    /// The whole of it stands in the audit log, and the books add up.
    async fn end(self) -> anyhow::Result<()> {
        self.open("/admin/audit").await?;
        for deed in ["Installed the plugin", "Upgraded the plugin", "Rolled back the plugin"] {
            self.browser.reads(deed).await?;
        }
        self.says(&["host:api.acme.example", "host:stats.acme.example, refund"]).await?;
        self.look("audit").await?;
        ensure!(self.server.stop()? == Some(0));
        let checked = self.installation.done(&["check"], "")?;
        ensure!(checked.contains("ok    ledger") && checked.contains("ok    audit log"), "{checked}");
        self.browser.close().await
    }
}

async fn tell(scripts: bool) -> anyhow::Result<()> {
    let story = Story::begin(scripts).await?;
    story.choose_wrong_files().await?;
    story.install().await?;
    story.configure().await?;
    let (paid, begun) = (story.owe()?, story.owe()?);
    story.pay(&paid).await?;
    story.begin_to_pay(&begun, "1.0.0").await?;
    story.upgrade().await?;

    // A payment that began before goes on with the version that it began with; the next one begins with the new one.
    story.begin_to_pay(&begun, "1.0.0").await?;
    story.consent().await?;
    let (with_second, with_first) = (story.owe()?, story.owe()?);
    story.begin_to_pay(&with_second, "2.0.0").await?;

    story.roll_back().await?;
    story.begin_to_pay(&with_second, "2.0.0").await?;
    story.consent().await?;
    story.begin_to_pay(&with_first, "1.0.0").await?;
    story.consent().await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_installed_granted_less_paid_with_upgraded_and_rolled_back() -> anyhow::Result<()> {
    tell(true).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_without_scripts() -> anyhow::Result<()> {
    tell(false).await
}
