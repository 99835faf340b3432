//! Staff send the money of a held claim back: what is offered and said, what the provider is asked, and what becomes of it
//! where the provider refuses, nobody answers, or the host ends in between.

use tollgate_billing::billing::{RefundForm, RefundOffer, Refunded, Resolved, Wanted};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::decision::{Case, Destination, Return, WayBack, plan_decision};
use tollgate_billing::ids::{HeldId, InstanceId, PaymentId, RefundId, StaffId};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::{Manifest, PluginError, Setting};
use tollgate_billing::ports::PageOf;
use tollgate_billing::refund::{Refund, RefundState};
use tollgate_billing::text::Text;

use crate::admin::staff;
use crate::admin_attention::{CLAIM, confirm, credit, decide, dollars, sound, told, waiting};
use crate::browser::Browser;
use crate::hooks::{claim, paid, payment, settled};
use crate::house::{ANNA, House};
use crate::plugins::{GATEWAY, gateway};
use crate::refunding::{Does, provider_id, refunding};

const RIGHT: [(&str, &str); 2] = [("action", "refund"), ("refund_reason", "Paid twice")];
const MINUTE_MS: i64 = 60_000;

/// A gateway that asks for exactly what is due and gives money back.
fn fixed_and_refunding(house: &House) {
    let Manifest::Gateway(mut manifest) = refunding(true) else { panic!("the scripted gateway is one") };
    manifest.capabilities.payer_sets_amount = false;
    house.script.bring(Manifest::Gateway(manifest));
}

/// EUR 15 came where EUR 20 were due.
async fn underpaid() -> (House, PaymentId) {
    let house = House::new().await;
    fixed_and_refunding(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 1_500)).await;
    (house, id)
}

async fn refunds(house: &House) -> Vec<Refund> {
    house.billing.store().refunds_of(house.invoice).await.expect("the store answers")
}

async fn states(house: &House) -> Vec<RefundState> {
    refunds(house).await.iter().map(|refund| refund.state).collect()
}

fn wanted() -> Wanted {
    Wanted::Refund { reason: "Not <ours>".to_owned() }
}

fn declined(words: &str) -> Does {
    Does::Fails(PluginError::Declined { client: Text::plain("no"), staff: words.to_owned() })
}

async fn list(browser: &mut Browser) -> String {
    browser.get("/admin/attention").await.body
}

#[tokio::test]
async fn money_that_does_not_fit_goes_back_the_way_it_came_after_staff_read_what_will_happen() {
    let house = House::new().await;
    fixed_and_refunding(&house);
    let id = payment(&house).await;
    told(&house, Claim { fee: Some(dollars(75)), amount: dollars(2_000), ..paid(&id, "T1", 0) }).await;
    let mut browser = staff(&house).await;
    let page = browser.get(CLAIM).await.body;
    assert!(page.contains("Send back…") && page.contains("is asked to send $20.00 back the way it came"), "{page}");
    let review = browser.post_from(CLAIM, &format!("{CLAIM}/review"), &RIGHT).await;
    assert_eq!((review.status, waiting(&house).await), (200, 1), "{}", review.body);
    for words in [
        "$20.00 goes back to Anna",
        "It is written beside invoice INV-000001",
        "$0.75 is recorded as the provider&#x27;s fee",
        "ends unpaid",
        "Should the provider refuse, the claim waits here again",
        "cannot be called back",
    ] {
        assert!(review.body.contains(words), "{words}: {}", review.body);
    }
    assert!(house.script.refunds.take_asked().is_empty(), "nothing is asked by looking");
    house.script.refunds.answer([Does::Done]);
    assert_eq!(confirm(&mut browser, &review).await.status, 303);
    let shown = list(&mut browser).await;
    assert!(shown.contains("$20.00 is refunded.") && shown.contains("No claim waits for a decision."), "{shown}");
    let asked = house.script.refunds.take_asked();
    assert_eq!((asked.len(), asked[0].export, asked[0].order.transaction.as_str()), (1, "refund", "T1"));
    assert_eq!((asked[0].order.amount, asked[0].order.reason.as_str()), (dollars(2_000), "Paid twice"));
    let refund = refunds(&house).await.remove(0);
    assert_eq!((refund.state, refund.held, refund.staff), (RefundState::Done, Some(HeldId(1)), Some(StaffId(1))));
    assert_eq!((credit(&house, "USD").await, credit(&house, "EUR").await, settled(&house).await), (0, 0, 0));
    for url in [CLAIM, "/admin/attention/decided", &format!("/admin/invoices/{}", house.invoice)] {
        let body = browser.get(url).await.body;
        assert!(body.contains("Paid twice") && body.contains("$20.00"), "{url}");
    }
    let client = house.logged_in(ANNA).await.get(&house.invoice_url()).await.body;
    assert!(client.contains("Refunded $20.00 on 22 November 2026."), "{client}");
    assert_ne!(house.billing.pay(house.anna, house.invoice).await.expect("an open invoice"), id, "and may pay again");
    sound(&house).await;
}

#[tokio::test]
async fn a_second_press_of_the_same_or_of_another_of_staff_asks_nobody() {
    let (house, _) = underpaid().await;
    let mut browser = staff(&house).await;
    let review = browser.post_from(CLAIM, &format!("{CLAIM}/review"), &RIGHT).await;
    house.script.refunds.answer([Does::Done, Does::Done, Does::Done]);
    assert_eq!(confirm(&mut browser, &review).await.status, 303);
    assert_eq!(confirm(&mut browser, &review).await.status, 303);
    assert!(list(&mut browser).await.contains("decided about this claim before. Nothing was booked again."));
    let (back, mark) = (wanted(), "payer EUR 15.00; ends");
    let both = tokio::join!(
        house.billing.decide_held(StaffId(1), HeldId(1), &back, mark),
        house.billing.decide_held(StaffId(1), HeldId(1), &back, mark),
    );
    assert!(matches!(both, (Ok(Resolved::Before(_)), Ok(Resolved::Before(_)))), "{both:?}");
    assert_eq!((house.script.refunds.take_asked().len(), refunds(&house).await.len()), (1, 1));
    sound(&house).await;
}

#[tokio::test]
async fn of_two_presses_at_once_one_asks() {
    let (house, _) = underpaid().await;
    staff(&house).await;
    house.script.refunds.answer([Does::Done, Does::Done]);
    let (back, mark) = (wanted(), "payer EUR 15.00; ends");
    let (one, two) = tokio::join!(
        house.billing.decide_held(StaffId(1), HeldId(1), &back, mark),
        house.billing.decide_held(StaffId(1), HeldId(1), &back, mark),
    );
    let asked = [&one, &two].into_iter().filter(|answer| matches!(answer, Ok(Resolved::Asked(_)))).count();
    assert_eq!((asked, house.script.refunds.take_asked().len()), (1, 1), "{one:?} {two:?}");
    sound(&house).await;
}

#[tokio::test]
async fn what_the_provider_refuses_waits_again_with_its_reason_and_is_decided_otherwise() {
    let (house, _) = underpaid().await;
    let mut browser = staff(&house).await;
    house.script.refunds.answer([declined("capture is <too> old")]);
    assert_eq!(decide(&mut browser, &RIGHT).await.status, 303);
    let shown = list(&mut browser).await;
    for words in
        ["€15.00 did not go back", "Its refund did not go through", "capture is &lt;too&gt; old", "attention/2"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(browser.get(CLAIM).await.body.contains("Refund failed"), "the first decision says what became of it");
    assert_eq!(
        (waiting(&house).await, credit(&house, "EUR").await, states(&house).await),
        (1, 0, vec![RefundState::Failed])
    );
    sound(&house).await;
    let client = house.logged_in(ANNA).await.get(&house.invoice_url()).await.body;
    assert!(!client.contains("efund of") && !client.contains("Refunded"), "{client}");
    let foretold =
        house.billing.foretell_decision(StaffId(1), HeldId(2), &Wanted::Credit { email: String::new() }).await;
    let mark = foretold.expect("it can be accepted").booking.mark();
    let otherwise = Wanted::Credit { email: String::new() };
    house.billing.decide_held(StaffId(1), HeldId(2), &otherwise, &mark).await.expect("a decision");
    assert_eq!((waiting(&house).await, credit(&house, "EUR").await), (0, 1_500));
    let ledger = house.logged_in(ANNA).await.get("/billing/credit").await.body;
    assert!(ledger.contains("Payment accepted as credit") && !ledger.contains("Paid more than was due"), "{ledger}");
    sound(&house).await;
}

#[tokio::test]
async fn a_refund_that_fails_days_later_brings_the_claim_back() {
    let (house, id) = underpaid().await;
    let mut browser = staff(&house).await;
    house.script.refunds.answer([Does::Pending]);
    assert_eq!(decide(&mut browser, &RIGHT).await.status, 303);
    assert!(list(&mut browser).await.contains("Its end is not known yet"));
    assert!(browser.get("/admin").await.body.contains("Held claim 1"), "among open refunds");
    let refund = refunds(&house).await.remove(0);
    let failed = ClaimState::Failed { client: Text::plain("no"), staff: "account closed".to_owned() };
    let failed = claim(&id, &provider_id(refund.id.as_str()), 1_500, failed);
    told(&house, failed.clone()).await;
    told(&house, failed).await;
    assert_eq!((waiting(&house).await, states(&house).await), (1, vec![RefundState::Failed]));
    told(&house, paid(&id, "T1", 1_500)).await;
    assert_eq!((waiting(&house).await, settled(&house).await), (1, 0), "the claim itself coming again books nothing");
    house.script.refunds.answer([Does::Done]);
    let fields = [("action", "refund"), ("refund_reason", "once more")];
    let again = "/admin/attention/2";
    let review = browser.post_from(again, &format!("{again}/review"), &fields).await;
    let mark = review.hidden("mark");
    let resolved = house.billing.decide_held(StaffId(1), HeldId(2), &wanted(), &mark).await.expect("a decision");
    assert!(matches!(resolved, Resolved::Asked(refund) if refund.state == RefundState::Done));
    assert_eq!((waiting(&house).await, states(&house).await), (0, vec![RefundState::Failed, RefundState::Done]));
    for url in [again, "/admin/attention/decided", &format!("/admin/invoices/{}", house.invoice)] {
        let body = browser.get(url).await.body;
        assert!(body.contains("Not &lt;ours&gt;") && !body.contains("<ours>"), "{url}");
    }
    sound(&house).await;
}

#[tokio::test]
async fn a_host_that_ends_before_it_asks_leaves_a_refund_that_the_sweep_orders_once() {
    let (house, id) = underpaid().await;
    staff(&house).await;
    let store = house.billing.store();
    let held = store.held_claim(HeldId(1)).await.unwrap().expect("a held claim");
    let own = store.payment(&id).await.unwrap().expect("a payment");
    let at = house.billing.now();
    let back = WayBack { gateway_refunds: true, merchant: None };
    let case =
        Case { held: &held, payment: Some(&own), payer_sets_amount: false, back, live: false, by: StaffId(1), at };
    let to = Return { id: RefundId::new("R1"), reason: "Paid twice".to_owned(), next_check: at.plus_ms(MINUTE_MS) };
    store.apply(plan_decision(case, Destination::Payer(&to)).expect("it can go back")).await.expect("a decision");
    house.clock.forward_ms(2 * MINUTE_MS);
    house.script.refunds.answer([Does::Done]);
    let swept = house.billing.sweep(&InstanceId::new(GATEWAY)).await.expect("a sweep");
    assert_eq!((swept.refunds, states(&house).await), (1, vec![RefundState::Done]));
    let asked = house.script.refunds.take_asked();
    assert_eq!((asked.len(), asked[0].export, asked[0].order.id.as_str()), (1, "refund", "R1"));
    sound(&house).await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_and_its_webhook_settles_it_once() {
    let (house, id) = underpaid().await;
    let mut browser = staff(&house).await;
    house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned()))]);
    assert_eq!(decide(&mut browser, &RIGHT).await.status, 303);
    assert_eq!(states(&house).await, [RefundState::Unknown]);
    let refund = refunds(&house).await.remove(0).id.to_string();
    let done = claim(&id, &provider_id(&refund), 1_500, ClaimState::Refunded(Some(refund)));
    told(&house, done.clone()).await;
    told(&house, done).await;
    assert_eq!((states(&house).await, waiting(&house).await), (vec![RefundState::Done], 0));
    house.clock.forward_ms(2 * MINUTE_MS);
    let swept = house.billing.sweep(&InstanceId::new(GATEWAY)).await.expect("a sweep");
    assert_eq!(swept.refunds, 0, "its webhook has ended it");
    sound(&house).await;
}

#[tokio::test]
async fn what_cannot_be_sent_back_from_here_says_why_and_is_refused_when_it_is_tried() {
    let stray = |id: &PaymentId| Claim { payment: PaymentKey::Reference("RF00".to_owned()), ..paid(id, "T1", 700) };
    let merchant = |id: &PaymentId| Claim { merchant: Some("other".to_owned()), ..paid(id, "T1", 2_000) };
    let test = |id: &PaymentId| Claim { live: true, ..paid(id, "T1", 2_000) };
    let short = |id: &PaymentId| paid(id, "T1", 1_500);
    let table: [(fn(&PaymentId) -> Claim, bool, &str); 4] = [
        (stray, true, "No payment fits this claim"),
        (merchant, true, "at another merchant account"),
        (test, true, "Test money cannot be booked as real"),
        (short, false, "This gateway cannot send money back."),
    ];
    for (came, gives_back, words) in table {
        let house = House::new().await;
        fixed_and_refunding(&house);
        let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
        instance.settings = vec![Setting { key: "merchant".to_owned(), value: "ours".to_owned() }];
        house.billing.store().save_instance(instance).await.expect("a change");
        let id = payment(&house).await;
        told(&house, came(&id)).await;
        if !gives_back {
            house.script.bring(gateway("<p>Pay</p>"));
            unset_merchant(&house).await;
        }
        let mut browser = staff(&house).await;
        let page = browser.get(CLAIM).await.body;
        assert!(page.contains(words) && !page.contains("Send back…"), "{words}: {page}");
        for step in ["review", "decide"] {
            let mut fields = RIGHT.to_vec();
            fields.push(("mark", "payer EUR 20.00; ends"));
            let refused = browser.post_from(CLAIM, &format!("{CLAIM}/{step}"), &fields).await;
            assert!(refused.status == 422 && refused.body.contains(words), "{step} {words}: {}", refused.body);
        }
        assert_eq!((waiting(&house).await, house.script.refunds.take_asked().len()), (1, 0), "{words}");
    }
}

async fn unset_merchant(house: &House) {
    let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
    instance.settings.clear();
    house.billing.store().save_instance(instance).await.expect("a change");
}

#[tokio::test]
async fn a_reason_is_needed_and_named_beside_its_own_field() {
    let (house, _) = underpaid().await;
    let mut browser = staff(&house).await;
    let long = "x".repeat(121);
    for reason in ["", "   ", "a\nb", "a\u{7}b", long.as_str()] {
        for step in ["review", "decide"] {
            let fields = [("action", "refund"), ("refund_reason", reason), ("mark", "payer EUR 15.00; ends")];
            let refused = browser.post_from(CLAIM, &format!("{CLAIM}/{step}"), &fields).await;
            assert_eq!(refused.status, 422, "{step} {reason}");
            assert!(refused.body.contains("id=\"refund_reason-error\""), "{step} {reason}: {}", refused.body);
            assert!(
                refused.body.contains("Enter a reason of at most 120") && !refused.body.contains("id=\"reason-error")
            );
        }
    }
    assert_eq!((waiting(&house).await, house.script.refunds.take_asked().len()), (1, 0));
}

#[tokio::test]
async fn nobody_but_staff_with_a_page_of_ours_sends_money_back() {
    let (house, _) = underpaid().await;
    let mut browser = staff(&house).await;
    let csrf = browser.get(CLAIM).await.hidden("csrf");
    let here = ("origin", "http://localhost:8080");
    let fields = |token: &'static str| [("action", "refund"), ("refund_reason", "x"), ("mark", token)];
    let url = format!("{CLAIM}/decide");
    let mark = "payer EUR 15.00; ends";
    assert_eq!(browser.post_raw(&url, &fields(mark), &[here]).await.status, 403, "no token");
    let mut forged = fields(mark).to_vec();
    forged.push(("csrf", csrf.as_str()));
    assert_eq!(browser.post_raw(&url, &forged, &[("origin", "https://evil.example")]).await.status, 403);
    for mut other in [house.browser(), house.logged_in(ANNA).await] {
        let answer = other.post_raw(&url, &forged, &[here]).await;
        assert!(answer.status == 303 && answer.header("location").starts_with("/admin/login"), "{}", answer.body);
    }
    assert_eq!((waiting(&house).await, house.script.refunds.take_asked().len()), (1, 0));
}

#[tokio::test]
async fn money_that_was_booked_by_a_decision_alone_can_be_refunded_afterwards() {
    let to_invoice = [("action", "invoice"), ("number", "INV-000001")];
    for (fields, came) in [(&[("action", "credit")][..], 1_500), (&to_invoice[..], 2_500)] {
        let house = House::new().await;
        fixed_and_refunding(&house);
        let id = payment(&house).await;
        told(&house, paid(&id, "T1", came)).await;
        let mut browser = staff(&house).await;
        assert_eq!(decide(&mut browser, fields).await.status, 303);
        let store = house.billing.store();
        assert_eq!(store.payment(&id).await.unwrap().expect("a payment").state, PaymentState::Paid);
        let offer = house.billing.refund_offer(&id).await.expect("an offer");
        let RefundOffer::Offered { most, .. } = offer else { panic!("{offer:?}") };
        assert_eq!(most.minor(), came);
        house.script.refunds.answer([Does::Done]);
        let seen = store.invoice(house.invoice).await.unwrap().expect("an invoice").version;
        let form = RefundForm {
            payment: id.clone(),
            amount: most,
            reason: "Not wanted".to_owned(),
            seen,
            form_key: "f1".to_owned(),
        };
        let refunded = house.billing.refund_payment(StaffId(1), form).await.expect("it is offered");
        assert!(matches!(refunded, Refunded::Now(refund) if refund.state == RefundState::Done));
        assert_eq!(house.script.refunds.take_asked()[0].order.transaction, "T1");
        assert_eq!(house.billing.refund_offer(&id).await, Ok(RefundOffer::NothingLeft));
        sound(&house).await;
    }
}

#[tokio::test]
async fn a_second_capture_of_a_paid_payment_goes_back_and_the_first_can_still_be_refunded() {
    let house = House::new().await;
    fixed_and_refunding(&house);
    let id = payment(&house).await;
    told(&house, paid(&id, "T1", 2_000)).await;
    told(&house, paid(&id, "T2", 2_000)).await;
    let mut browser = staff(&house).await;
    house.script.refunds.answer([Does::Done]);
    assert_eq!(decide(&mut browser, &RIGHT).await.status, 303);
    assert_eq!(house.script.refunds.take_asked()[0].order.transaction, "T2");
    let offer = house.billing.refund_offer(&id).await.expect("an offer");
    assert!(matches!(offer, RefundOffer::Offered { most, .. } if most.minor() == 2_000), "{offer:?}");
    assert_eq!((settled(&house).await, credit(&house, "EUR").await), (2_000, 0));
    assert_eq!(house.billing.decisions(PageOf::first(9)).await.unwrap().len(), 1);
    sound(&house).await;
}
