//! The form that refunds a payment, as staff fill it in, and what staff and the client then read.

use tollgate_billing::claim::ClaimState;
use tollgate_billing::plugin::PluginError;
use tollgate_billing::text::Text;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::ANNA;
use crate::refunding::Does;
use crate::refunds::Paid;

/// A refund that is right.
const RIGHT: [(&str, &str); 3] = [("amount", "5.00"), ("reason", "Ordered <twice>"), ("confirm", "yes")];

fn form_url(paid: &Paid) -> String {
    format!("/admin/payments/{}/refund", paid.payment)
}

fn invoice_url(paid: &Paid) -> String {
    format!("/admin/invoices/{}", paid.house.invoice)
}

async fn send(paid: &Paid, browser: &mut Browser, changed: &[(&str, &str)]) -> Answer {
    let url = form_url(paid);
    let seen = browser.get(&url).await.hidden("seen");
    let value = |name: &str, usual| changed.iter().find(|(of, _)| *of == name).map_or(usual, |(_, value)| *value);
    let mut fields = vec![("seen", value("seen", seen.as_str()))];
    fields.extend(RIGHT.map(|(name, usual)| (name, value(name, usual))));
    browser.post_from(&url, &url, &fields).await
}

#[tokio::test]
async fn the_form_offers_what_can_be_refunded_and_says_what_will_happen() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    let invoice = browser.get(&invoice_url(&paid)).await.body;
    assert!(invoice.contains(&form_url(&paid)) && invoice.contains("€20.00 received"), "{invoice}");
    let form = browser.get(&form_url(&paid)).await;
    assert_eq!(form.status, 200);
    for words in ["value=\"20.00\"", "What will happen", "against your sales", "Yes, send this money back"] {
        assert!(form.body.contains(words), "{words}: {}", form.body);
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_begun() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    let long = "x".repeat(121);
    let cases = [
        ("amount", "", "Enter an amount."),
        ("amount", "0", "Enter an amount above zero."),
        ("amount", "-5", "Enter an amount above zero."),
        ("amount", "1e1", "in plain digits"),
        ("amount", "5.005", "at most 2 decimals for EUR"),
        ("amount", "20.01", "At most €20.00 is left"),
        ("reason", "", "Enter a reason"),
        ("reason", "   ", "Enter a reason"),
        ("reason", long.as_str(), "Enter a reason"),
        ("confirm", "", "Confirm that the money"),
        ("confirm", "no", "Confirm that the money"),
    ];
    for (field, value, words) in cases {
        let answer = send(&paid, &mut browser, &[(field, value)]).await;
        assert_eq!(answer.status, 422, "{field} {value}");
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{field} {value} has no error beside it");
        assert!(answer.body.contains(words), "{field} {value} does not say {words}: {}", answer.body);
    }
    let stale = send(&paid, &mut browser, &[("seen", "1")]).await;
    assert!(stale.status == 422 && stale.body.contains("Somebody else changed this payment"), "{}", stale.body);
    assert_eq!(send(&paid, &mut browser, &[("seen", "x")]).await.status, 400);
    assert!(paid.refunds().await.is_empty() && paid.house.script.refunds.take_asked().is_empty());
}

#[tokio::test]
async fn what_is_refunded_is_what_staff_and_the_client_read() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    paid.house.script.refunds.answer([Does::Done, Does::Pending]);
    let first = send(&paid, &mut browser, &[]).await;
    assert_eq!((first.status, first.header("location")), (303, invoice_url(&paid).as_str()), "{}", first.body);
    let shown = browser.get(&invoice_url(&paid)).await.body;
    assert!(shown.contains("€5.00 is refunded.") && shown.contains("Asked for by"), "{shown}");
    assert!(shown.contains("Ordered &lt;twice&gt;") && !shown.contains("<twice>"));
    assert_eq!(send(&paid, &mut browser, &[("amount", "3")]).await.status, 303);
    let shown = browser.get(&invoice_url(&paid)).await.body;
    assert!(shown.contains("On its way") && shown.contains("The bank is slow"), "{shown}");
    assert!(browser.get("/admin").await.body.contains("Open disputes and refunds"));
    let client = paid.house.logged_in(ANNA).await.get(&paid.house.invoice_url()).await.body;
    assert!(client.contains("Refunded €5.00 on 22 November 2026."), "{client}");
    assert!(client.contains("A refund of €3.00 is on its way"), "{client}");
    assert!(!client.contains("Ordered &lt;twice&gt;") && !client.contains("The bank is slow"), "staff's own");
}

#[tokio::test]
async fn a_refund_that_failed_shows_staff_the_reason_and_the_client_nothing() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    let declined = PluginError::Declined { client: Text::plain("no"), staff: "capture is <too> old".to_owned() };
    paid.house.script.refunds.answer([Does::Fails(declined)]);
    assert_eq!(send(&paid, &mut browser, &[]).await.status, 303);
    let shown = browser.get(&invoice_url(&paid)).await.body;
    assert!(shown.contains("failed, and everything is put back") && shown.contains("capture is &lt;too&gt; old"));
    let client = paid.house.logged_in(ANNA).await.get(&paid.house.invoice_url()).await.body;
    assert!(!client.contains("efund of") && !client.contains("Refunded"), "{client}");
}

#[tokio::test]
async fn where_nothing_can_be_refunded_a_sentence_says_why() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    paid.house.script.bring(crate::plugins::gateway("<p>Pay</p>"));
    for url in [invoice_url(&paid), form_url(&paid)] {
        let shown = browser.get(&url).await.body;
        assert!(shown.contains("This gateway cannot send money back."), "{url}: {shown}");
        assert!(!shown.contains("name=\"confirm\""), "{url}");
    }
    let answer = browser.get("/admin/payments/nothing/refund").await;
    assert_eq!(answer.status, 404);
    let mut client = paid.house.logged_in(ANNA).await;
    assert_eq!(client.get(&form_url(&paid)).await.status, 303, "a client is sent to staff's door");
}

#[tokio::test]
async fn a_dispute_stands_on_the_overview_the_invoice_and_before_the_client() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    paid.settle(paid.claim("dp_1", 2_000, ClaimState::Disputed(Text::plain("Not <recognized>")))).await;
    for url in ["/admin".to_owned(), invoice_url(&paid)] {
        let shown = browser.get(&url).await.body;
        assert!(shown.contains("Disputed") && shown.contains("Not &lt;recognized&gt;"), "{url}: {shown}");
        assert!(shown.contains("€20.00 is not covered"), "{url}");
    }
    let client = paid.house.logged_in(ANNA).await.get(&paid.house.invoice_url()).await.body;
    assert!(client.contains("took €20.00 back on 22 November 2026"), "{client}");
    paid.settle(paid.claim("dp_1", 2_000, ClaimState::DisputeWon)).await;
    assert!(!browser.get("/admin").await.body.contains("Open disputes"));
    assert!(browser.get(&invoice_url(&paid)).await.body.contains("Dispute won"));
}

#[tokio::test]
async fn a_dispute_that_is_lost_in_part_says_what_is_gone_and_what_came_back() {
    let paid = Paid::new().await;
    let mut browser = staff(&paid.house).await;
    paid.settle(paid.claim("dp_1", 2_000, ClaimState::Disputed(Text::plain("unrecognized")))).await;
    paid.settle(paid.claim("dp_1", 1_500, ClaimState::DisputeLost)).await;
    let shown = browser.get(&invoice_url(&paid)).await.body;
    assert!(shown.contains("until it is decided") && shown.contains("€15.00 is gone for good."), "{shown}");
    paid.settle(paid.claim("dp_1", 500, ClaimState::DisputeWon)).await;
    let shown = browser.get(&invoice_url(&paid)).await.body;
    for words in ["Dispute lost", "€15.00 is gone for good. €5.00 came back. €15.00 of it was not covered"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("until it is decided"), "{shown}");
}
