//! A hostile page in a real browser: it runs where no session is, and whatever it tries there it cannot act as the client.

mod no_secrets;
mod stage;

use anyhow::ensure;
use stage::{EMAIL, PASSWORD, Stage};
use tollgate_tests::browser::Browser;

/// Tries everything, then hands what came of it to the gateway, by the button that a payer would press.
const HOSTILE: &str = include_str!("hostile.js");
/// What must come of each try, and the fields of an honest form whose names are those of a form's own functions.
const OUTCOMES: [(&str, &str); 19] = [
    ("cookies", "refused: none"),
    ("fetch", "refused: connect-src"),
    ("blind", "refused: connect-src"),
    ("image", "refused: img-src"),
    ("script", "refused: script-src-elem"),
    ("elsewhere", "refused: script-src-elem"),
    ("eval", "refused: EvalError"),
    ("inline", "refused: script-src-elem"),
    ("form", "refused: form-action"),
    ("frame", "refused: frame-src"),
    ("parent", "refused: SecurityError"),
    ("top", "refused: SecurityError"),
    ("worker", "refused: SecurityError"),
    // Blocked, so that there is no window to look into.
    ("popup", "refused: TypeError"),
    ("wrong-1csrf", "refused: TypeError"),
    ("wrong-1a", "refused: TypeError"),
    ("wrong-21f0", "refused: TypeError"),
    ("requestSubmit", "taken"),
    ("querySelectorAll", "taken"),
];
/// Leaves the frame for the portal, where the client is logged in.
const LEAVES: &str =
    "document.getElementById('pay').onclick = () => { location.href = tollgate.data.portal + '/billing/credit'; };";
/// The frame, once its page has said how tall it is.
const LOADED: &str = "iframe.confined-frame[style]";

/// The client is logged in and looks at the pay page.
async fn at_the_pay_page(stage: &Stage, scripts: bool) -> anyhow::Result<Browser> {
    let browser = Browser::open().await?;
    browser.scripts(scripts).await?;
    browser.go(&format!("{}/login", stage.portal)).await?;
    browser.fill("E-mail address", EMAIL).await?;
    browser.fill("Password", PASSWORD).await?;
    browser.click("Log in").await?;
    browser.reads("INV-").await?;
    browser.go(&format!("{}{}", stage.portal, stage.payment_path)).await?;
    Ok(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_page_cannot_act_as_the_client_and_an_honest_submit_works() -> anyhow::Result<()> {
    let stage = Stage::open(HOSTILE).await?;
    let browser = at_the_pay_page(&stage, true).await?;
    browser.enter_frame(LOADED).await?;
    browser.reads("Pay by card").await?;
    browser.leave_frame().await?;
    browser.picture("confined").await?;
    // Another window's message, word for word right: it is not the frame's.
    browser.run("window.postMessage({ tollgate: 'submit', fields: { forged: 'by another window' } }, '*')").await?;
    browser.enter_frame(LOADED).await?;
    browser.click("Pay by card").await?;
    browser.leave_frame().await?;
    browser.reads("We have noted").await?;
    ensure!(browser.path().await?.starts_with("/billing/invoices/"), "the portal's own form was sent");
    let forms = stage.submitted();
    let [form] = forms.as_slice() else { anyhow::bail!("one form reaches the gateway, and not {forms:?}") };
    for (name, outcome) in OUTCOMES {
        let said = form.get(name).map(String::as_str);
        ensure!(said == Some(outcome), "{name}: {said:?} and not {outcome}");
    }
    ensure!(form.len() == OUTCOMES.len(), "nothing else came: {form:?}");
    browser.go(&format!("{}/billing/credit", stage.portal)).await?;
    browser.reads("A. Client").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_leaves_its_frame_for_the_portal_arrives_nowhere() -> anyhow::Result<()> {
    let stage = Stage::open(LEAVES).await?;
    let browser = at_the_pay_page(&stage, true).await?;
    browser.enter_frame(LOADED).await?;
    browser.click("Pay by card").await?;
    // The browser's own page, which says that the address was refused: not the portal's.
    browser.answers("return location.href", "chrome-error:").await?;
    browser.leave_frame().await?;
    ensure!(browser.path().await? == stage.payment_path, "the page around it stays");
    ensure!(stage.submitted().is_empty(), "and nothing was sent");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_page_says_what_it_needs_and_leads_on() -> anyhow::Result<()> {
    let stage = Stage::open(HOSTILE).await?;
    let browser = at_the_pay_page(&stage, false).await?;
    browser.reads("Its page needs JavaScript").await?;
    browser.click("Choose another gateway").await?;
    browser.reads("Pay Now!").await?;
    browser.close().await
}
