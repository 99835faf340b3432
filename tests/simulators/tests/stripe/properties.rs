//! Whatever is asked in whatever order: a payment that ended stays ended, and money keeps its bounds.

use proptest::prelude::*;
use tokio::runtime::Builder;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe::{Account, Books, Status, Stripe};

use super::support::Api;

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    Confirm(&'static str),
    Authenticate(bool),
    Settle(bool),
    Cancel,
    Capture(i64),
    Refund(i64),
    EndRefunds(bool),
    Dispute(i64),
    Close(bool),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let card = prop::sample::select(vec![
        "pm_card_visa",
        "pm_card_authenticationRequired",
        "pm_card_chargeDeclined",
        "pm_card_createDispute",
        "pm_card_pendingRefund",
        "pm_card_refundFail",
        "4000000000011116",
        "4000000000022220",
    ]);
    prop_oneof![
        4 => card.prop_map(Step::Confirm),
        2 => any::<bool>().prop_map(Step::Authenticate),
        1 => any::<bool>().prop_map(Step::Settle),
        1 => Just(Step::Cancel),
        2 => (1..1500_i64).prop_map(Step::Capture),
        4 => (1..1500_i64).prop_map(Step::Refund),
        1 => any::<bool>().prop_map(Step::EndRefunds),
        1 => (1..1500_i64).prop_map(Step::Dispute),
        1 => any::<bool>().prop_map(Step::Close),
        1 => (0..5 * 24 * 3600 * 1000_i64).prop_map(Step::Wait),
    ]
}

async fn act(api: &Api, payment: &str, step: &Step) {
    let path = |verb: &str| format!("/v1/payment_intents/{payment}/{verb}");
    match step {
        Step::Confirm(card) if card.starts_with("pm_") => {
            drop(api.post(&path("confirm"), &[("payment_method", card)]).await);
        }
        Step::Confirm(number) => {
            let token = api.token(number).await.ok();
            let form = [("confirmation_token", token["id"].as_str().unwrap())];
            api.post(&path("confirm"), &form).await;
        }
        Step::Authenticate(passed) => drop(api.stripe.with(|books| books.authenticate(payment, *passed))),
        Step::Settle(well) => drop(api.stripe.with(|books| books.settle(payment, *well))),
        Step::Cancel => drop(api.post(&path("cancel"), &[]).await),
        Step::Capture(amount) => drop(api.post(&path("capture"), &[("amount_to_capture", &amount.to_string())]).await),
        Step::Refund(amount) => {
            api.post("/v1/refunds", &[("payment_intent", payment), ("amount", &amount.to_string())]).await;
        }
        Step::EndRefunds(well) => api.stripe.with(|books| {
            for id in books.refunds.keys().cloned().collect::<Vec<_>>() {
                drop(books.end_refund(&id, *well));
            }
        }),
        Step::Dispute(amount) => {
            drop(api.stripe.with(|books| books.open_dispute(payment, "fraudulent", Some(*amount))));
        }
        Step::Close(won) => api.stripe.with(|books| {
            for id in books.disputes.keys().cloned().collect::<Vec<_>>() {
                drop(books.close_dispute(&id, *won));
            }
        }),
        Step::Wait(ms) => api.advance(*ms),
    }
}

/// Captures that succeeded, refunds that did not fail.
fn money(books: &Books) -> (i64, i64) {
    use tollgate_simulators::stripe::RefundStatus;
    let captured = books.charges.values().map(|charge| charge.captured).sum();
    let refunds = books.refunds.values().filter(|refund| refund.status != RefundStatus::Failed);
    (captured, refunds.map(|refund| refund.amount).sum())
}

fn check(books: &Books, payment: &str, before: Status) -> Status {
    let intent = &books.intents[payment];
    let (captured, refunded) = money(books);
    assert!(!before.is_terminal() || intent.status == before, "{before:?} was left for {:?}", intent.status);
    assert!((0..=intent.amount).contains(&captured), "took {captured} of {}", intent.amount);
    assert!((0..=captured).contains(&refunded), "gave {refunded} back of {captured}");
    assert_eq!(intent.received, captured);
    assert_eq!(intent.status == Status::Succeeded, captured > 0);
    let shown: i64 = books.charges.values().map(|charge| charge.refunded).sum();
    assert_eq!(shown, refunded);
    intent.status
}

async fn live(capture_method: &str, steps: &[Step]) {
    let api = Api::new();
    let form = [
        ("amount", "1200"),
        ("currency", "eur"),
        ("allowed_payment_method_types[]", "card"),
        ("capture_method", capture_method),
    ];
    let payment = api.post("/v1/payment_intents", &form).await.ok()["id"].as_str().unwrap().to_owned();
    let mut status = Status::RequiresPaymentMethod;
    for step in steps {
        act(&api, &payment, step).await;
        status = api.stripe.with(|books| check(books, &payment, status));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_ended_stays_ended_and_no_more_is_taken_or_given_back_than_there_is(
        steps in prop::collection::vec(step(), 1..25),
        capture in prop::sample::select(vec!["automatic", "automatic_async", "manual"]),
    ) {
        Builder::new_current_thread().build().unwrap().block_on(live(capture, &steps));
    }
}

#[test]
fn the_same_seed_gives_the_same_account() {
    let made = || {
        let stripe = Stripe::new(Rig::for_test("http://127.0.0.1:1", 9), Account::test());
        stripe.with(|books| books.id("pi"))
    };
    assert_eq!(made(), made());
}
