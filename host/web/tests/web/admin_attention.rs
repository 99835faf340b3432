//! "Needs attention" as staff use it: both sides, what is said before it is booked, and what is refused.

use tollgate_billing::billing::Wanted;
use tollgate_billing::claim::{Claim, ClaimSource, PaymentKey};
use tollgate_billing::ids::{HeldId, InstanceId, PaymentId, StaffId};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::people::NewStaff;
use tollgate_billing::plugin::{Manifest, Setting};
use tollgate_billing::ports::{PageOf, SecretText, Secrets};
use tollgate_billing::roles::Role;
use tollgate_web::hash_password;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::hooks::{event, hook, paid, payment, settled};
use crate::house::{ANNA, BERT, House, PASSWORD};
use crate::plugins::{GATEWAY, gateway};

pub const CLAIM: &str = "/admin/attention/1";

pub fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").expect("a currency")).expect("a small amount")
}

/// As most gateways are: it asks for exactly what is due.
pub fn fixed_amounts(house: &House) {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    manifest.capabilities.payer_sets_amount = false;
    house.script.bring(Manifest::Gateway(manifest));
}

/// The provider tells of it by a webhook.
pub async fn told(house: &House, claim: Claim) {
    let id = format!("E-{}-{}", claim.transaction, claim.state.code());
    house.script.verify_answers(Ok(event(&id, vec![claim])));
    assert_eq!(hook(house, "{}").await.status, 200);
}

pub async fn waiting(house: &House) -> usize {
    house.billing.held(PageOf::first(100)).await.expect("the store answers").len()
}

pub async fn credit(house: &House, currency: &str) -> i64 {
    let currency = Currency::from_code(currency).expect("a currency");
    house.billing.store().credit(house.anna, currency).await.expect("the store answers").minor()
}

pub async fn sound(house: &House) {
    assert_eq!(house.billing.store().check_ledger().await.expect("a report").faults, Vec::<String>::new());
}

/// Presses a button of the claim's page, and then the one of the page that says what will be booked.
pub async fn decide(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let review = browser.post_from(CLAIM, &format!("{CLAIM}/review"), fields).await;
    if review.status != 200 {
        return review;
    }
    confirm(browser, &review).await
}

/// Sends the form of the page that says what will be booked.
pub async fn confirm(browser: &mut Browser, review: &Answer) -> Answer {
    let names = ["csrf", "form_key", "action", "email", "number", "refund_reason", "reason", "mark"];
    let values = names.map(|name| review.hidden(name));
    // The first form of the page is the logout's; the hidden fields of the decision are in the second alone.
    let fields: Vec<(&str, &str)> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
    let origin = [("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")];
    browser.post_raw(&format!("{CLAIM}/decide"), &fields, &origin).await
}

#[tokio::test]
async fn a_payment_that_came_in_another_currency_is_accepted_as_credit_and_the_client_sees_it() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, Claim { fee: Some(dollars(75)), amount: dollars(2_000), ..paid(&id, "T1", 0) }).await;
    let mut browser = staff(&house).await;
    assert!(browser.get("/admin").await.body.contains("A claim could not be booked by itself"));
    let list = browser.get("/admin/attention").await.body;
    assert!(list.contains("Another currency than the payment&#x27;s") && list.contains(CLAIM), "{list}");
    let page = browser.get(CLAIM).await.body;
    for words in ["€20.00", "$20.00", "EUR", "USD", "Differs", "INV-000001", ANNA, "$0.75", "Accept as credit"] {
        assert!(page.contains(words), "the page does not say {words}");
    }
    let review = browser.post_from(CLAIM, &format!("{CLAIM}/review"), &[("action", "credit")]).await;
    assert_eq!((review.status, waiting(&house).await), (200, 1), "nothing is booked by looking");
    for words in
        ["$20.00 becomes Available Credit of Anna", "$0.75 is recorded as the provider&#x27;s fee", "ends unpaid"]
    {
        assert!(review.body.contains(words), "{words}: {}", review.body);
    }
    let done = confirm(&mut browser, &review).await;
    assert_eq!((done.status, done.header("location")), (303, "/admin/attention"), "{}", done.body);
    let list = browser.get("/admin/attention").await.body;
    assert!(list.contains("$20.00 is booked as Available Credit.") && list.contains("No claim waits for a decision."));
    let again = confirm(&mut browser, &review).await;
    assert_eq!(again.status, 303);
    let list = browser.get("/admin/attention").await.body;
    assert!(list.contains("decided about this claim before. Nothing was booked again."), "{list}");
    assert_eq!((credit(&house, "USD").await, credit(&house, "EUR").await, settled(&house).await), (2_000, 0, 0));
    let shown = house.logged_in(ANNA).await.get("/billing/credit").await.body;
    assert!(shown.contains("$20.00"), "the client sees it");
    let fresh = house.billing.pay(house.anna, house.invoice).await.expect("an open invoice");
    assert_ne!(fresh, id, "the client may pay again");
    sound(&house).await;
}

#[tokio::test]
async fn an_underpaid_claim_is_matched_to_its_own_invoice_and_counts_once_however_often_it_comes() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_500)).await;
    let mut browser = staff(&house).await;
    let done = decide(&mut browser, &[("action", "invoice"), ("number", "inv-000001")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    for fee in [None, Some(paid(&id, "", 31).amount), Some(paid(&id, "", 45).amount)] {
        let mut again = paid(&id, "T1", 1_500);
        again.fee = fee;
        told(&house, again).await;
    }
    assert_eq!((settled(&house).await, credit(&house, "EUR").await, waiting(&house).await), (1_500, 0, 0));
    let shown = house.logged_in(ANNA).await.get(&house.invoice_url()).await.body;
    assert!(shown.contains("€5.00"), "the rest is due");
    let row = house.billing.decisions(PageOf::first(1)).await.expect("the store answers").remove(0);
    assert_eq!((row.by.as_str(), row.invoice.as_deref()), ("Sam <b>Staff</b>", Some("INV-000001")));
    sound(&house).await;
}

#[tokio::test]
async fn a_claim_without_a_payment_is_given_to_the_client_whom_staff_name() {
    let house = House::new().await;
    let stray = Claim { payment: PaymentKey::Reference("RF00".to_owned()), ..paid(&PaymentId::new("x"), "T1", 700) };
    told(&house, stray).await;
    let mut browser = staff(&house).await;
    let page = browser.get(CLAIM).await.body;
    assert!(page.contains("No invoice fits") && page.contains("RF00") && page.contains("Client&#x27;s e-mail address"));
    let cases = [
        ("", "No client has this e-mail address."),
        ("nobody@example.test", "No client has this e-mail address."),
        (BERT, "This client has no invoice yet"),
    ];
    for (email, words) in cases {
        let refused = decide(&mut browser, &[("action", "credit"), ("email", email)]).await;
        assert_eq!(refused.status, 422, "{email}");
        assert!(refused.body.contains("id=\"email-error\"") && refused.body.contains(words), "{email}");
    }
    let done = decide(&mut browser, &[("action", "credit"), ("email", "ANNA@example.test")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!((credit(&house, "EUR").await, waiting(&house).await), (700, 0));
    sound(&house).await;
}

#[tokio::test]
async fn what_cannot_be_booked_says_why_beside_its_field_and_stays() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, Claim { amount: dollars(2_000), ..paid(&id, "T1", 0) }).await;
    let mut browser = staff(&house).await;
    let long = "x".repeat(501);
    let cases = [
        ("review", "invoice", "number", "", "Enter the number of the invoice"),
        ("review", "invoice", "number", "INV-999999", "Enter the number of the invoice"),
        ("review", "invoice", "number", "<b>", "Enter the number of the invoice"),
        ("review", "invoice", "number", "INV-000001", "This invoice is in EUR."),
        ("decide", "invoice", "number", "INV-000001", "This invoice is in EUR."),
        ("decide", "dismiss", "reason", "", "Enter why nothing is booked"),
        ("decide", "dismiss", "reason", "   ", "Enter why nothing is booked"),
        ("decide", "dismiss", "reason", "a\u{7}b", "Enter why nothing is booked"),
        ("decide", "dismiss", "reason", long.as_str(), "Enter why nothing is booked"),
    ];
    for (step, action, field, value, words) in cases {
        let fields = [("action", action), (field, value)];
        let refused = browser.post_from(CLAIM, &format!("{CLAIM}/{step}"), &fields).await;
        assert_eq!(refused.status, 422, "{action} {value}");
        assert!(refused.body.contains(&format!("id=\"{field}-error\"")), "{action} {value} has no error beside it");
        assert!(refused.body.contains(words) && !refused.body.contains("value=\"<b>"), "{action} {value}");
    }
    for action in ["", "refuse", "book"] {
        let refused = browser.post_from(CLAIM, &format!("{CLAIM}/decide"), &[("action", action)]).await;
        assert_eq!(refused.status, 400, "{action}");
    }
    assert_eq!((waiting(&house).await, credit(&house, "USD").await), (1, 0));
}

#[tokio::test]
async fn test_money_and_what_is_no_payment_can_only_be_dismissed() {
    let house = House::new().await;
    let id = payment(&house).await;
    told(&house, Claim { live: true, ..paid(&id, "T1", 2_000) }).await;
    let mut browser = staff(&house).await;
    let page = browser.get(CLAIM).await.body;
    assert!(page.contains("Test money cannot be booked as real") && page.contains("It can only be dismissed."));
    assert!(!page.contains("Accept as credit…") && !page.contains("Match to this invoice…"));
    for action in ["credit", "invoice"] {
        let fields = [("action", action), ("number", "INV-000001"), ("mark", "credit 1 EUR 20.00")];
        let refused = browser.post_from(CLAIM, &format!("{CLAIM}/decide"), &fields).await;
        assert_eq!(refused.status, 422, "{action}");
    }
    let fields = [("action", "dismiss"), ("reason", "A <test> of ours")];
    let done = browser.post_from(CLAIM, &format!("{CLAIM}/decide"), &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let list = browser.get("/admin/attention/decided").await.body;
    for words in ["Sam &lt;b&gt;Staff", "Dismissed, nothing booked", "A &lt;test&gt; of ours", "T1"] {
        assert!(list.contains(words), "the list does not say {words}");
    }
    told(&house, Claim { live: true, ..paid(&id, "T1", 2_000) }).await;
    assert_eq!((waiting(&house).await, settled(&house).await), (0, 0));
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_shown_again_before_it_is_booked() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_500)).await;
    let mut browser = staff(&house).await;
    let fields = [("action", "invoice"), ("number", "INV-000001")];
    let review = browser.post_from(CLAIM, &format!("{CLAIM}/review"), &fields).await;
    assert!(review.body.contains("€15.00 goes towards invoice INV-000001") && review.body.contains("stays due"));
    // Meanwhile the client pays the whole invoice.
    told(&house, paid(&id, "T2", 2_000)).await;
    let changed = confirm(&mut browser, &review).await;
    assert_eq!((changed.status, waiting(&house).await), (422, 1));
    assert!(changed.body.contains("Something changed since this was shown."));
    assert!(changed.body.contains("€15.00 becomes Available Credit of Anna"));
    assert_eq!(confirm(&mut browser, &changed).await.status, 303);
    assert_eq!((settled(&house).await, credit(&house, "EUR").await), (2_000, 1_500));
    sound(&house).await;
}

#[tokio::test]
async fn two_of_staff_at_once_make_one_decision() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_500)).await;
    let mut browser = staff(&house).await;
    let kim = NewStaff {
        email: "kim@example.test".to_owned(),
        name: "Kim".to_owned(),
        role: Role::Owner,
        password_hash: hash_password("kim@example.test", PASSWORD).expect("a long password"),
    };
    house.billing.store().create_staff(kim, house.billing.now()).await.expect("somebody new");
    let mut other = house.browser();
    let login = [("email", "kim@example.test"), ("password", PASSWORD)];
    assert_eq!(other.post_from("/admin/login", "/admin/login", &login).await.status, 303);
    let credit_form = [("action", "credit")];
    let first = browser.post_from(CLAIM, &format!("{CLAIM}/review"), &credit_form).await;
    let second = other.post_from(CLAIM, &format!("{CLAIM}/review"), &credit_form).await;
    let (one, two) = tokio::join!(confirm(&mut browser, &first), confirm(&mut other, &second));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(
        (credit(&house, "EUR").await, house.billing.decisions(PageOf::first(9)).await.unwrap().len()),
        (1_500, 1)
    );
    sound(&house).await;
}

#[tokio::test]
async fn a_merchant_id_that_was_wrong_is_mended_and_the_money_is_booked_once() {
    let house = House::new().await;
    fixed_amounts(&house);
    let set = async |value: &str| {
        let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
        instance.settings = vec![Setting { key: "merchant".to_owned(), value: value.to_owned() }];
        house.billing.store().save_instance(instance).await.expect("a change");
    };
    set("wrong").await;
    let id = payment(&house).await;
    let money = || Claim { merchant: Some("right".to_owned()), ..paid(&id, "T1", 2_000) };
    told(&house, money()).await;
    let mut browser = staff(&house).await;
    let page = browser.get(CLAIM).await.body;
    assert!(page.contains("Paid to another merchant account") && page.contains("wrong") && page.contains("Differs"));
    set("right").await;
    told(&house, money()).await;
    assert_eq!((settled(&house).await, waiting(&house).await), (0, 1), "it waits for its decision");
    assert!(!browser.get(CLAIM).await.body.contains("Differs"), "both sides fit now");
    let done = decide(&mut browser, &[("action", "invoice"), ("number", "INV-000001")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    told(&house, money()).await;
    assert_eq!((settled(&house).await, credit(&house, "EUR").await, waiting(&house).await), (2_000, 0, 0));
    sound(&house).await;
}

#[tokio::test]
async fn a_fee_that_the_provider_tells_later_is_recorded_once() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    let money = |fee: Option<i64>| Claim { fee: fee.map(|fee| paid(&id, "", fee).amount), ..paid(&id, "T1", 2_000) };
    for fee in [None, None, Some(58), Some(58), Some(90)] {
        house
            .billing
            .settle(&InstanceId::new(GATEWAY), &[money(fee)], &ClaimSource::Gateway)
            .await
            .expect("it is settled");
    }
    let report = house.billing.store().check_ledger().await.expect("a report");
    assert_eq!((report.faults, report.transfers), (vec![], 3), "the payment, its service line, one fee");
    assert_eq!(settled(&house).await, 2_000);
}

#[tokio::test]
async fn the_list_names_the_invoice_and_its_amounts_as_every_page_does() {
    let house = House::new().await;
    fixed_amounts(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_000)).await;
    let list = staff(&house).await.get("/admin/attention").await.body;
    for words in [">INV-000001</a>", "€20.00", "€10.00"] {
        assert!(list.contains(words), "the list does not say {words}: {list}");
    }
    assert!(!list.contains("EUR 20.00") && !list.contains(">INV000001<"), "{list}");
}

#[tokio::test]
async fn no_page_about_a_claim_shows_a_secret() {
    let house = House::new().await;
    let secret = SecretText::new("swordfish".to_owned());
    let instance = InstanceId::new(GATEWAY);
    house.safe.set_secret(&instance, "key", secret).await.expect("a safe that works");
    let leak = Claim {
        payment: PaymentKey::Reference("ref-swordfish".to_owned()),
        merchant: Some("swordfish".to_owned()),
        ..paid(&PaymentId::new("x"), "T-swordfish", 700)
    };
    told(&house, leak).await;
    let mut browser = staff(&house).await;
    for page in ["/admin/attention", CLAIM] {
        let body = browser.get(page).await.body;
        assert!(body.contains("claim") && !body.contains("swordfish"), "{page}");
    }
    let fields = [("action", "dismiss"), ("reason", "said swordfish")];
    assert_eq!(browser.post_from(CLAIM, &format!("{CLAIM}/decide"), &fields).await.status, 303);
    for page in ["/admin/attention/decided", CLAIM] {
        assert!(!browser.get(page).await.body.contains("swordfish"), "{page}");
    }
}

#[tokio::test]
async fn both_lists_say_when_they_are_empty_and_have_pages() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    assert!(browser.get("/admin/attention").await.body.contains("No claim waits for a decision."));
    assert!(browser.get("/admin/attention/decided").await.body.contains("Nothing was decided yet."));
    let sam = StaffId(1);
    for number in 0..27 {
        let key = PaymentKey::Reference("RF00".to_owned());
        told(&house, Claim { payment: key, ..paid(&PaymentId::new("x"), &format!("T{number}"), 700) }).await;
    }
    let page = browser.get("/admin/attention").await.body;
    assert!(page.contains("/admin/attention?before"), "{page}");
    assert!(browser.get("/admin").await.body.contains("27 claims could not be booked by themselves"));
    let wanted = Wanted::Dismiss { reason: "no".to_owned() };
    for number in 1..=27 {
        house.billing.decide_held(sam, HeldId(number), &wanted, "").await.expect("a decision");
    }
    let decided = browser.get("/admin/attention/decided").await.body;
    assert!(decided.contains("/admin/attention/decided?before") && decided.contains("T26") && !decided.contains("T0<"));
    let older = browser.get("/admin/attention/decided?before=3").await.body;
    assert!(older.contains("T1<") && older.contains("T0<"), "{older}");
}
