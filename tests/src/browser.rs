//! A real browser, driven. Everything waits for a condition, nothing for a time.

mod frames;
mod looks;
mod passkeys;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::free_port;

/// How long a condition may take to become true. Long, because it only costs time where something is broken.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What a person has before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
    pub phone: bool,
}

pub const DESKTOP: Screen = Screen { width: 1280, height: 900, phone: false };
pub const PHONE: Screen = Screen { width: 390, height: 844, phone: true };

/// A browser with a profile and a folder for downloads of its own. Closed with it.
pub struct Browser {
    client: Client,
    driver: Child,
    downloads: TempDir,
    _profile: TempDir,
}

impl Browser {
    /// # Errors
    /// Where chromium or chromedriver does not start.
    pub async fn open() -> anyhow::Result<Self> {
        let (downloads, profile) = (TempDir::new()?, TempDir::new()?);
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = command.spawn().context("chromedriver does not start; install it with: .ci/setup test")?;
        let mut driver = DriverGuard(Some(driver));
        let capabilities = capabilities(&downloads, &profile);
        let client = connect(port, capabilities).await?;
        let driver = driver.0.take().context("the driver runs")?;
        let browser = Self { client, driver, downloads, _profile: profile };
        browser.screen(DESKTOP).await?;
        let folder = browser.downloads.path().to_string_lossy();
        browser.devtools("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder })).await?;
        Ok(browser)
    }

    /// # Errors
    /// Where the browser does not answer.
    pub async fn screen(&self, screen: Screen) -> anyhow::Result<()> {
        let Screen { width, height, phone } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Switches the page's own scripts off, as some people do.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn scripts(&self, on: bool) -> anyhow::Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await.map(drop)
    }

    /// # Errors
    /// Where the page does not load.
    pub async fn go(&self, url: &str) -> anyhow::Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// # Errors
    /// Where the browser does not answer.
    pub async fn path(&self) -> anyhow::Result<String> {
        Ok(self.client.current_url().await?.path().to_owned())
    }

    /// A value of the address's query.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn query(&self, name: &str) -> anyhow::Result<String> {
        let url = self.client.current_url().await?;
        let found = url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        found.with_context(|| format!("{url} has no {name}"))
    }

    /// Clicks the link or button that reads so.
    ///
    /// # Errors
    /// Where there is none in time.
    pub async fn click(&self, words: &str) -> anyhow::Result<()> {
        let quoted = quoted(words);
        // What Enter presses in a form is hidden from people.
        let seen = format!("[normalize-space()={quoted} and not(@aria-hidden='true')]");
        let path = ["a", "button", "summary"].map(|tag| format!("//{tag}{seen}")).join(" | ");
        let since = Instant::now();
        loop {
            for element in self.client.find_all(Locator::XPath(&path)).await? {
                // The same words stand in the menu of a phone and in the sidebar of a desktop.
                if element.is_displayed().await.unwrap_or_default() {
                    return Ok(element.click().await?);
                }
            }
            if since.elapsed() > PATIENCE {
                bail!("nothing to click reads “{words}”; the page says:\n{}", self.text().await?);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Fills the field that is labelled so.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn fill(&self, label: &str, value: &str) -> anyhow::Result<()> {
        let element = self.field(label).await?;
        if element.tag_name().await? == "select" {
            return Ok(element.select_by_label(value).await?);
        }
        if element.attr("type").await?.as_deref() == Some("date") {
            // What keys a date field takes depends on the browser's language; its value does not.
            let set = "arguments[0].value = arguments[1]";
            let argument = serde_json::to_value(&element)?;
            self.client.execute(set, vec![argument, json!(value)]).await?;
            return Ok(());
        }
        element.clear().await?;
        Ok(element.send_keys(value).await?)
    }

    async fn field(&self, label: &str) -> anyhow::Result<fantoccini::elements::Element> {
        let path = format!("//*[@id = //label[starts-with(normalize-space(), {})]/@for]", quoted(label));
        let found = self.client.wait().at_most(PATIENCE).every(LOOK_EVERY).for_element(Locator::XPath(&path)).await;
        found.with_context(|| format!("there is no field “{label}”"))
    }

    /// Chooses the radio button or ticks the box that is labelled so.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn choose(&self, label: &str) -> anyhow::Result<()> {
        let path = format!("//label[contains(normalize-space(), {})]", quoted(label));
        let wait = self.client.wait().at_most(PATIENCE).every(LOOK_EVERY);
        let label_element = wait.for_element(Locator::XPath(&path)).await;
        Ok(label_element.with_context(|| format!("there is no choice “{label}”"))?.click().await?)
    }

    /// What a person reads on the page.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn text(&self) -> anyhow::Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Looks into the frame that a selector finds, until [`Browser::leave_frame`].
    ///
    /// # Errors
    /// Where there is none in time.
    pub async fn enter_frame(&self, css: &str) -> anyhow::Result<()> {
        let wait = self.client.wait().at_most(PATIENCE).every(LOOK_EVERY);
        let frame = wait.for_element(Locator::Css(css)).await.with_context(|| format!("there is no frame {css}"))?;
        Ok(frame.enter_frame().await?)
    }

    /// Looks at the page again.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn leave_frame(&self) -> anyhow::Result<()> {
        Ok(self.client.enter_parent_frame().await?)
    }

    /// Runs a script in what is looked at.
    ///
    /// # Errors
    /// What it threw.
    pub async fn run(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Waits until a script answers a text that begins so.
    ///
    /// # Errors
    /// Where it does not in time, with what it answers instead.
    pub async fn answers(&self, script: &str, expected: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            // While a page is being replaced nothing runs in it.
            let answer = self.run(script).await.unwrap_or_default();
            if answer.as_str().is_some_and(|text| text.starts_with(expected)) {
                return Ok(());
            }
            ensure!(since.elapsed() < PATIENCE, "{script} does not answer “{expected}” but {answer}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The text of the first element that a selector finds.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn text_of(&self, css: &str) -> anyhow::Result<String> {
        Ok(self.client.find(Locator::Css(css)).await?.text().await?)
    }

    /// Waits until the page says so.
    ///
    /// # Errors
    /// Where it does not in time, with what it says instead.
    pub async fn reads(&self, words: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            // While a page is being replaced there is none to read.
            let text = self.text().await.unwrap_or_default();
            if text.contains(words) {
                return Ok(());
            }
            ensure!(since.elapsed() < PATIENCE, "the page does not say “{words}” but:\n{text}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until the browser is at another page: whoever goes on before a login was answered goes without its session.
    ///
    /// # Errors
    /// Where it stays there.
    pub async fn leaves(&self, path_end: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let path = self.path().await.unwrap_or_default();
            if !path.is_empty() && !path.ends_with(path_end) {
                return Ok(());
            }
            ensure!(since.elapsed() < PATIENCE, "the browser is at {path} still");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits for a download to be whole.
    ///
    /// # Errors
    /// Where none is there in time.
    pub async fn downloaded(&self, extension: &str) -> anyhow::Result<PathBuf> {
        let since = Instant::now();
        loop {
            let files = fs::read_dir(self.downloads.path())?.collect::<Result<Vec<_>, _>>()?;
            let whole =
                files.iter().map(fs::DirEntry::path).find(|path| path.extension().is_some_and(|own| own == extension));
            if let Some(path) = whole {
                return Ok(path);
            }
            ensure!(since.elapsed() < PATIENCE, "no .{extension} was downloaded");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn devtools(&self, cmd: &str, params: Value) -> anyhow::Result<Value> {
        self.client.issue_cmd(DevTools { cmd: cmd.to_owned(), params }).await.with_context(|| cmd.to_owned())
    }

    /// Ends the browser in order; dropping it ends it as well.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end_driver(&mut self.driver);
    }
}

struct DriverGuard(Option<Child>);

impl Drop for DriverGuard {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            end_driver(driver);
        }
    }
}

/// Asks first, because a driver that is asked ends its browser too.
fn end_driver(driver: &mut Child) {
    let asked = Command::new("kill").arg(driver.id().to_string()).status();
    if !asked.is_ok_and(|status| status.success()) {
        let _ = driver.kill();
    }
    let _ = driver.wait();
}

async fn connect(port: u16, capabilities: serde_json::Map<String, Value>) -> anyhow::Result<Client> {
    let since = Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(&format!("http://127.0.0.1:{port}")).await {
            Ok(client) => return Ok(client),
            Err(error) => ensure!(since.elapsed() < PATIENCE, "chromedriver starts no browser: {error}"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn capabilities(downloads: &TempDir, profile: &TempDir) -> serde_json::Map<String, Value> {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--lang=en",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    let options = json!({
        "args": arguments,
        "prefs": {
            "download.default_directory": downloads.path(),
            "download.prompt_for_download": false,
            "plugins.always_open_pdf_externally": true,
            "intl.accept_languages": "en",
        },
    });
    serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)])
}

/// `words` as a string of `XPath`.
fn quoted(words: &str) -> String {
    if words.contains('"') { format!("'{words}'") } else { format!("\"{words}\"") }
}

/// Chromium's own commands, through its driver.
#[derive(Debug)]
struct DevTools {
    cmd: String,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.cmd, "params": self.params }).to_string()))
    }
}
