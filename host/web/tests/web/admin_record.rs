//! "Record bank payment": read exactly, refused field by field, booked once.

use tollgate_billing::invoice::InvoiceStatus;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, House};

/// A payment that is right.
const RIGHT: [(&str, &str); 5] = [
    ("instance", "test-bank"),
    ("amount", "20.00"),
    ("currency", "EUR"),
    ("date", "2026-11-20"),
    ("bank_id", "2026-11-20/0001"),
];

async fn record(house: &House, browser: &mut Browser, changed: &[(&str, &str)]) -> Answer {
    let url = format!("/admin/invoices/{}", house.invoice);
    let value = |name: &str, usual| changed.iter().find(|(of, _)| *of == name).map_or(usual, |(_, value)| *value);
    let fields = RIGHT.map(|(name, usual)| (name, value(name, usual)));
    browser.post_from(&url, &format!("{url}/record"), &fields).await
}

async fn settled(house: &House) -> i64 {
    let page = house.billing.invoice_for_staff(house.invoice).await.expect("the invoice is there");
    page.invoice.settled.minor()
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_booked() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let long = "x".repeat(129);
    let digits = "1".repeat(40);
    let cases = [
        ("instance", "", "Choose the bank account"),
        ("instance", "no-such-gateway", "Choose the bank account"),
        ("instance", "add-funds", "Choose the bank account"),
        ("amount", "", "Enter an amount."),
        ("amount", "0", "Enter an amount above zero."),
        ("amount", "-5", "Enter an amount above zero."),
        ("amount", "1e9", "in plain digits"),
        ("amount", "NaN", "in plain digits"),
        ("amount", "1,000.00", "in plain digits"),
        ("amount", "２０", "in plain digits"),
        ("amount", "10.005", "at most 2 decimals for EUR"),
        ("amount", digits.as_str(), "The amount is too large."),
        ("currency", "", "This invoice is in EUR."),
        ("currency", "USD", "This invoice is in EUR."),
        ("currency", "eur", "This invoice is in EUR."),
        ("date", "", "Enter the booking date"),
        ("date", "2026-02-30", "Enter the booking date"),
        ("date", "20.11.2026", "Enter the booking date"),
        ("date", "2027-11-20", "lies too far ahead"),
        ("bank_id", "", "Enter the bank&#x27;s id"),
        ("bank_id", "   ", "Enter the bank&#x27;s id"),
        ("bank_id", "a\tb", "Enter the bank&#x27;s id"),
        ("bank_id", long.as_str(), "Enter the bank&#x27;s id"),
    ];
    for (field, value, words) in cases {
        let answer = record(&house, &mut browser, &[(field, value)]).await;
        assert_eq!(answer.status, 422, "{field} {value}");
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{field} {value} has no error beside it");
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{field} {value} is not in the summary");
        assert!(answer.body.contains(words), "{field} {value} does not say {words}");
        assert!(answer.body.contains("<title>Error: "), "{field} {value}");
    }
    assert_eq!(settled(&house).await, 0);
}

#[tokio::test]
async fn several_wrong_fields_are_named_at_once_and_what_was_typed_stays() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let answer = record(&house, &mut browser, &[("amount", "<b>"), ("date", "soon"), ("bank_id", "")]).await;
    for field in ["amount", "date", "bank_id"] {
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(answer.body.contains("value=\"&lt;b&gt;\""));
}

#[tokio::test]
async fn a_payment_is_booked_once_however_often_it_is_recorded() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let url = format!("/admin/invoices/{}", house.invoice);
    let first = record(&house, &mut browser, &[("amount", "5")]).await;
    assert_eq!((first.status, first.header("location")), (303, url.as_str()), "{}", first.body);
    let shown = browser.get(&url).await.body;
    assert!(shown.contains("The payment of €5.00 is recorded.") && shown.contains("Part paid"));
    let second = record(&house, &mut browser, &[("amount", "5")]).await;
    assert_eq!(second.status, 303);
    assert!(browser.get(&url).await.body.contains("was recorded before. Nothing was booked again."));
    assert_eq!(settled(&house).await, 500);
}

#[tokio::test]
async fn what_is_recorded_is_what_the_client_sees() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    assert_eq!(record(&house, &mut browser, &[("amount", "25.00")]).await.status, 303);
    let page = house.billing.invoice_for_staff(house.invoice).await.expect("the invoice is there");
    assert_eq!(page.invoice.status, InvoiceStatus::Paid);
    let shown = house.logged_in(ANNA).await.get(&house.invoice_url()).await.body;
    assert!(shown.contains("Paid in full.") && shown.contains("€5.00"), "the five euros too much are credit");
}
