//! Passkeys through the real binary and a real browser with a device that keeps them: added, used, refused without its owner's
//! finger, removed. Pictures of each page are left in the target folder.

use anyhow::ensure;
use tollgate_tests::browser::Browser;
use tollgate_tests::server::{CLIENT, Installation, STAFF};

/// An installation that is reached by a name, as passkeys need it.
fn by_name() -> anyhow::Result<Installation> {
    let installation = Installation::furnished()?;
    let file = installation.path("tollgate.toml");
    let text = std::fs::read_to_string(&file)?;
    let swap = |text: &str, key: &str, from: &str, to: &str| {
        text.replace(&format!("{key} = \"http://{from}:"), &format!("{key} = \"http://{to}:"))
    };
    let named = swap(&text, "base-url", "127.0.0.1", "localhost");
    let named = swap(&named, "pages-url", "localhost", "127.0.0.1");
    ensure!(named.matches("//localhost:").count() == 1 && named != text, "{named}");
    std::fs::write(&file, named)?;
    Ok(installation)
}

fn at(installation: &Installation, path: &str) -> String {
    installation.url(path).replace("127.0.0.1", "localhost")
}

async fn log_in(browser: &Browser, (email, password): (&str, &str)) -> anyhow::Result<()> {
    browser.reads("E-mail address").await?;
    browser.fill("E-mail address", email).await?;
    browser.fill("Password", password).await?;
    browser.click("Log in").await
}

async fn add(browser: &Browser, password: &str) -> anyhow::Result<()> {
    browser.reads("Two-step sign-in").await?;
    browser.run(&format!("document.getElementById('second-password').value = '{password}'")).await?;
    browser.click("Add a passkey").await?;
    browser.reads("Create passkey").await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_adds_a_passkey_logs_in_with_it_and_removes_it() -> anyhow::Result<()> {
    let installation = by_name()?;
    let _server = installation.serve()?;
    let browser = Browser::open().await?;
    // Whoever comes to the other name of the server is sent to the portal.
    browser.go(&installation.url("/security")).await?;
    log_in(&browser, CLIENT).await?;
    browser.reads("Add a passkey").await?;
    browser.look("passkeys-security-off").await?;
    add(&browser, CLIENT.1).await?;
    browser.look("passkeys-add").await?;

    let device = browser.device().await?;
    browser.verified(&device, false).await?;
    browser.click("Create passkey").await?;
    browser.reads("Nothing came of it").await?;
    browser.look("passkeys-add-refused").await?;
    browser.verified(&device, true).await?;
    browser.fill("Name", "My laptop").await?;
    browser.click("Create passkey").await?;
    browser.reads("Your recovery codes").await?;
    let recovery = browser.text_of(".recovery-codes li:first-child code").await?;
    browser.click("I have kept them").await?;
    browser.reads("My laptop").await?;
    browser.look("passkeys-security-on").await?;
    add(&browser, CLIENT.1).await?;
    browser.click("Create passkey").await?;
    browser.reads("This device keeps a passkey for you already").await?;

    browser.click("Log out").await?;
    log_in(&browser, CLIENT).await?;
    browser.reads("Use a passkey").await?;
    browser.look("passkeys-second-step").await?;
    browser.verified(&device, false).await?;
    browser.click("Use a passkey").await?;
    browser.reads("Nothing came of it").await?;
    browser.look("passkeys-second-step-refused").await?;
    browser.verified(&device, true).await?;
    browser.click("Use a passkey").await?;
    browser.reads("Available Credit").await?;
    browser.click("Log out").await?;
    log_in(&browser, CLIENT).await?;
    browser.reads("Use a passkey").await?;
    browser.fill("Recovery code", &recovery).await?;
    browser.click("Log in").await?;
    browser.reads("Available Credit").await?;

    browser.go(&at(&installation, "/security")).await?;
    browser.reads("Last used on").await?;
    browser.click("Remove My laptop").await?;
    browser.reads("It is your only one").await?;
    browser.look("passkeys-remove").await?;
    browser.run(&format!("document.getElementById('second-password').value = '{}'", CLIENT.1)).await?;
    browser.click("Remove").await?;
    browser.reads("Two-step sign-in is off").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_have_them_too_a_page_without_a_script_says_so_and_the_command_line_is_the_way_back() -> anyhow::Result<()>
{
    let installation = by_name()?;
    let _server = installation.serve()?;
    let browser = Browser::open().await?;
    browser.device().await?;
    browser.go(&at(&installation, "/admin/security")).await?;
    log_in(&browser, STAFF).await?;
    add(&browser, STAFF.1).await?;
    browser.look("passkeys-staff-add").await?;
    browser.click("Create passkey").await?;
    browser.reads("Your recovery codes").await?;
    browser.click("I have kept them").await?;
    browser.reads("You have 10 recovery codes left").await?;
    browser.look("passkeys-staff-security").await?;
    ensure!(installation.done(&["staff", "list"], "")?.contains(" two-step "));
    browser.click("Log out").await?;

    browser.scripts(false).await?;
    log_in(&browser, STAFF).await?;
    browser.reads("Passkeys need JavaScript").await?;
    browser.click("Use a passkey").await?;
    browser.reads("Your browser used no passkey").await?;
    browser.scripts(true).await?;
    browser.go(&at(&installation, "/admin/login/second-step")).await?;
    browser.click("Use a passkey").await?;
    browser.reads("Log out").await?;

    let said = installation.done(&["staff", "second-step-off", STAFF.0], "")?;
    ensure!(said.contains("logs in with the password alone from now on"), "{said}");
    browser.go(&at(&installation, "/admin/security")).await?;
    browser.reads("With a second step, a stolen password is not enough").await?;
    let log = installation.done(&["audit", "list"], "")?;
    ensure!(log.contains("second step off: staff@") && log.contains("second step on: staff@"), "{log}");
    browser.close().await
}
