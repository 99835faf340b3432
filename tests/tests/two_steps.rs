//! Two-step sign-in through the real binary and a real browser: set up, log in with a code and with a recovery code, turn off;
//! and the command line's way back. Pictures of each page are left in the target folder.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use tollgate_billing::authenticator::code_at;
use tollgate_billing::ids::Timestamp;
use tollgate_tests::browser::Browser;
use tollgate_tests::server::{CLIENT, Installation, STAFF};

const STEP_MS: i64 = 30_000;

/// A base32 key in groups, as the page shows it.
fn key_of(text: &str) -> anyhow::Result<Vec<u8>> {
    let (mut key, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes().filter(|byte| *byte != b' ') {
        let at = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter);
        held = (held << 5) | u32::try_from(at.context("a letter of base32")?)?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            key.push(u8::try_from((held >> bits) & 0xff)?);
        }
    }
    Ok(key)
}

/// What the app shows now, or so many steps later.
fn code(key: &[u8], steps_later: i64) -> anyhow::Result<String> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    Ok(code_at(key, Timestamp(now + steps_later * STEP_MS)))
}

async fn log_in(browser: &Browser, (email, password): (&str, &str)) -> anyhow::Result<()> {
    browser.reads("E-mail address").await?;
    browser.fill("E-mail address", email).await?;
    browser.fill("Password", password).await?;
    browser.click("Log in").await
}

async fn second(browser: &Browser, code: &str) -> anyhow::Result<()> {
    browser.reads("Second step").await?;
    browser.fill("Code", code).await?;
    browser.click("Log in").await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sets_an_app_up_logs_in_with_it_loses_it_and_turns_it_off() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let _server = installation.serve()?;
    let browser = Browser::open().await?;
    browser.go(&installation.url("/security")).await?;
    log_in(&browser, CLIENT).await?;
    browser.reads("Two-step sign-in").await?;
    browser.look("two-steps-security-off").await?;
    browser.run(&format!("document.getElementById('second-password').value = '{}'", CLIENT.1)).await?;
    browser.click("Set up an app").await?;
    browser.reads("Set up two-step sign-in").await?;
    browser.look("two-steps-set-up").await?;
    let key = key_of(&browser.text_of(".secret-key code").await?)?;
    ensure!(key.len() == 20, "a key of 160 bits");
    browser.fill("Code that the app shows", "1").await?;
    browser.click("Turn on").await?;
    browser.reads("That is not the code of this key").await?;
    browser.look("two-steps-set-up-refused").await?;
    browser.fill("Code that the app shows", &code(&key, 0)?).await?;
    browser.click("Turn on").await?;
    browser.reads("Your recovery codes").await?;
    browser.look("two-steps-recovery-codes").await?;
    let recovery = browser.text_of(".recovery-codes li:first-child code").await?;
    browser.click("I have kept them").await?;
    browser.reads("You have 10 recovery codes left").await?;
    browser.look("two-steps-security-on").await?;

    browser.click("Log out").await?;
    log_in(&browser, CLIENT).await?;
    browser.reads("Second step").await?;
    browser.look("two-steps-second-step").await?;
    second(&browser, "000 00").await?;
    browser.reads("That code is not right").await?;
    browser.look("two-steps-second-step-refused").await?;
    // The step of the code that switched it on is used up; the next one is taken a little early.
    second(&browser, &code(&key, 1)?).await?;
    browser.reads("Available Credit").await?;

    browser.click("Log out").await?;
    log_in(&browser, CLIENT).await?;
    second(&browser, &recovery).await?;
    browser.reads("Available Credit").await?;
    browser.go(&installation.url("/security")).await?;
    browser.reads("You have 9 recovery codes left").await?;
    browser.run(&format!("document.getElementById('second-password').value = '{}'", CLIENT.1)).await?;
    browser.click("Turn off").await?;
    browser.reads("Two-step sign-in is off").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_must_set_it_up_where_it_is_required_and_the_command_line_is_the_way_back() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let file = installation.path("tollgate.toml");
    let text = std::fs::read_to_string(&file)?;
    let strict = text.replace("staff-second-step = \"optional\"", "staff-second-step = \"required\"");
    ensure!(strict != text, "the example has the key");
    std::fs::write(&file, strict)?;
    ensure!(installation.done(&["staff", "list"], "")?.contains(" password "));
    let nothing = installation.done(&["staff", "second-step-off", STAFF.0], "")?;
    ensure!(nothing.contains("has no second step; nothing was changed"), "{nothing}");
    let _server = installation.serve()?;
    let browser = Browser::open().await?;
    browser.go(&installation.url("/admin/invoices")).await?;
    log_in(&browser, STAFF).await?;
    browser.reads("Set it up to go on").await?;
    browser.look("two-steps-staff-required").await?;
    browser.run(&format!("document.getElementById('second-password').value = '{}'", STAFF.1)).await?;
    browser.click("Set up an app").await?;
    let shown = browser.text_of(".secret-key code").await?;
    browser.fill("Code that the app shows", &code(&key_of(&shown)?, 0)?).await?;
    browser.click("Turn on").await?;
    browser.reads("Your recovery codes").await?;
    browser.look("two-steps-staff-recovery-codes").await?;
    browser.go(&installation.url("/admin/invoices")).await?;
    browser.reads("Invoices").await?;
    ensure!(browser.path().await? == "/admin/invoices");
    ensure!(installation.done(&["staff", "list"], "")?.contains(" two-step "));

    ensure!(installation.done(&["secrets", "rotate"], "")?.contains("1 secret sealed with it anew"));
    let key = key_of(&shown)?;
    browser.click("Log out").await?;
    log_in(&browser, STAFF).await?;
    browser.look("two-steps-staff-second-step").await?;
    second(&browser, &code(&key, 1)?).await?;
    browser.reads("Log out").await?;

    let said = installation.done(&["staff", "second-step-off", STAFF.0], "")?;
    ensure!(said.contains("logs in with the password alone from now on") && said.contains("is required"), "{said}");
    let log = installation.done(&["audit", "list"], "")?;
    ensure!(log.contains("second step off: staff@") && log.contains("second step on: staff@"), "{log}");
    ensure!(installation.done(&["check"], "")?.contains("audit log"));
    browser.close().await
}
