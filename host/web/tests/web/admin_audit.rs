//! The audit log: everything that staff do to trust or money is in it, in words, and no secret is.

use tollgate_billing::audit::{Action, Actor, Detail, NewEntry};
use tollgate_billing::claim::ClaimState;
use tollgate_billing::ports::PageOf;

use crate::admin::staff;
use crate::admin_attention::{decide, fixed_amounts, told};
use crate::admin_secrets;
use crate::hooks::{paid, payment};
use crate::house::House;
use crate::refunds::Paid;

const PAGE: &str = "/admin/audit";

/// What was done, oldest first, with its subject and details.
async fn told_of(house: &House) -> Vec<String> {
    let rows = house.billing.store().audit(PageOf::first(100)).await.expect("the log");
    let words = |row: tollgate_billing::audit::AuditRow| {
        let details = row.details.iter().map(|(name, value)| format!(" {name}={value}"));
        format!("{} {} {}{}", row.by, row.action, row.subject, details.collect::<String>())
    };
    rows.into_iter().rev().map(words).collect()
}

#[tokio::test]
async fn what_staff_change_about_a_gateway_is_written_down_without_any_secret() {
    let (house, mut browser) = admin_secrets::house().await;
    let before = told_of(&house).await.len();
    let form = "/admin/gateways/test-bank";
    let typed = [("s.name", "A"), ("s.token", "planted-swordfish"), ("hosts", "api.example.com"), ("enabled", "true")];
    for fields in [&typed[..], &[("s.name", "A"), ("forget.hook", "true"), ("enabled", "true")]] {
        assert_eq!(browser.post_from(form, form, fields).await.status, 303);
    }
    for (path, field) in [("enable", ("enabled", "false")), ("move", ("direction", "down"))] {
        let sent = browser.post_from("/admin/gateways", &format!("{form}/{path}"), &[field]).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
    }
    assert_eq!(
        told_of(&house).await[before..],
        [
            "staff secret-set test-bank secret=token",
            "staff gateway-configured test-bank settings=name, token",
            "staff hosts-granted test-bank hosts=api.example.com",
            "staff hosts-revoked test-bank hosts=api.example.com",
            "staff gateway-disabled test-bank",
            "staff gateway-moved test-bank number=2",
        ]
    );
    let page = browser.get(PAGE).await.body;
    for words in ["Sam &lt;b&gt;Staff&lt;/b&gt;", "Set a secret of", "api.example.com", "Logged in", "Command line"] {
        assert!(page.contains(words), "the page does not say {words}:\n{page}");
    }
    assert!(!page.contains("planted") && !page.contains("<b>Staff"), "{page}");
    assert_eq!(house.billing.store().check_audit().await.expect("a report").fault, None);
}

#[tokio::test]
async fn money_that_staff_move_is_written_down_with_its_amount() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_500)).await;
    let mut browser = staff(&house).await;
    let before = told_of(&house).await.len();
    let done = decide(&mut browser, &[("action", "dismiss"), ("reason", "Not ours")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(
        told_of(&house).await[before..],
        ["staff claim-decided 1 decision=dismiss amount=EUR 15.00 reason=Not ours"]
    );
    assert!(browser.get(PAGE).await.body.contains("Dismissed"));
}

#[tokio::test]
async fn an_ordered_refund_is_written_down_once_and_one_that_the_provider_made_is_not() {
    let paid = Paid::new().await;
    let before = told_of(&paid.house).await.len();
    for _ in 0..2 {
        let form = paid.form(500, "one form").await;
        paid.house.billing.refund_payment(paid.staff, form).await.expect("a refund");
    }
    paid.settle(paid.claim("made there", 300, ClaimState::Refunded(None))).await;
    let reference =
        paid.house.billing.store().payment(&paid.payment).await.expect("read").expect("it is there").reference;
    assert_eq!(
        told_of(&paid.house).await[before..],
        [format!("staff refund-ordered {reference} amount=EUR 5.00 reason=Ordered twice")]
    );
}

#[tokio::test]
async fn bank_payments_are_written_down_once() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let before = told_of(&house).await.len();
    let url = format!("/admin/invoices/{}", house.invoice);
    let fields = [
        ("instance", "test-bank"),
        ("amount", "20.00"),
        ("currency", "EUR"),
        ("date", "2026-11-20"),
        ("bank_id", "2026/1"),
    ];
    for _ in 0..2 {
        assert_eq!(browser.post_from(&url, &format!("{url}/record"), &fields).await.status, 303);
    }
    assert_eq!(
        told_of(&house).await[before..],
        ["staff bank-payment-recorded INV-000001 amount=EUR 20.00 bank-id=2026/1"]
    );
}

#[tokio::test]
async fn the_log_is_shown_in_pages_and_whatever_stands_in_it_is_escaped() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    for number in 0..30 {
        let entry = NewEntry::new(Actor::Host, house.billing.now(), Action::HostsGranted, &format!("<i>{number}</i>"))
            .with(Detail::Hosts, "<script>");
        house.billing.store().note(entry).await.expect("noted");
    }
    let page = browser.get(PAGE).await.body;
    assert!(page.contains("&lt;i&gt;29&lt;/i&gt;") && page.contains("Tollgate itself") && !page.contains("<script>"));
    assert!(!page.contains("&lt;i&gt;4&lt;") && page.contains("/admin/audit?before"), "{page}");
    let rows = house.billing.store().audit(PageOf::first(25)).await.expect("the log");
    let older = browser.get(&format!("{PAGE}?before={}", rows[24].seq)).await.body;
    assert!(older.contains("&lt;i&gt;4&lt;/i&gt;") && older.contains("href=\"/admin/audit\""), "{older}");
}
