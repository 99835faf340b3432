//! Stored cards.

use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_card::method::{expires, label};
use tollgate_card::wire;
use tollgate_sdk::gateway::{ClaimState, Gateway, Outcome, PaymentState, SavedMethod};
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Text};

use super::shapes::{
    card_error, declined, declined_intent, intent, intent_with, list, refusal, requires_action, succeeded, with,
};
use super::{INTENT, answer, claims_of, fresh_payment, instance, lose, page_of, paths, payment, sent, submit};

fn method() -> SavedMethod {
    SavedMethod { token: "cus_Kept/pm_1Card".into(), label: "Visa ending 4242, 12/28".into(), expires: None }
}

fn charge_saved(payment: &tollgate_sdk::gateway::Payment) -> Result<Outcome, Error> {
    Card::charge_saved(&instance(), payment, &method())
}

fn with_customer(base: Value) -> Value {
    with(base, &json!({"customer": "cus_Kept"}))
}

fn wants_authentication() -> Value {
    let card = json!({"id": "pm_1Card", "customer": "cus_Kept", "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2028}});
    let error =
        with(card_error("authentication_required", "authentication_required"), &json!({"payment_method": card}));
    with_customer(declined_intent(&error))
}

#[test]
fn a_stored_card_is_charged_on_the_payment_s_one_intent() {
    let host = FakeHost::install();
    answer(&host, 200, &list(&[]));
    answer(&host, 200, &intent());
    answer(&host, 200, &with_customer(intent()));
    answer(&host, 200, &with_customer(succeeded()));
    let claims = claims_of(charge_saved(&fresh_payment()));
    assert_eq!((claims[0].state.clone(), claims[0].transaction.as_str()), (ClaimState::Paid, INTENT));
    let requests = sent(&host);
    let keys: Vec<_> = requests.iter().map(|request| request.key.as_deref()).collect();
    let id = fresh_payment().id;
    assert_eq!(keys, [None, Some(id.as_str()), None, Some(format!("{id}-off-session-pm_1Card").as_str())]);
    assert_eq!(requests[0].fields.text("customer"), "cus_Kept");
    let fields: Vec<_> = requests[3].fields.iter().take(2).collect();
    assert_eq!(fields, [("payment_method", "pm_1Card"), ("off_session", "true")]);
}

#[test]
fn when_the_bank_asks_the_client_is_invited_to_approve_the_same_intent() {
    let host = FakeHost::install();
    answer(&host, 200, &with_customer(intent()));
    answer(&host, 402, &declined("authentication_required", "authentication_required"));
    answer(&host, 200, &wants_authentication());
    let (template, data) = page_of(&charge_saved(&payment()));
    assert_eq!((template.as_str(), &data["approve"]), ("card", &json!("Visa ending 4242, 12/28")));
    assert!(data["problem"].is_null());
    let nonce = data["nonce"].as_str().expect("a mark").to_owned();

    // The client comes by the link, hours later, and finds the same page; then approves.
    answer(&host, 200, &wants_authentication());
    let step = Card::pay_now(&instance(), &payment()).expect("a page");
    assert_eq!(super::confined(&step).1["approve"], json!("Visa ending 4242, 12/28"));
    answer(&host, 200, &wants_authentication());
    answer(&host, 200, &with_customer(requires_action()));
    assert_eq!(page_of(&submit(&payment(), &format!("approve={nonce}"))).0, "authenticate");
    answer(&host, 200, &with_customer(succeeded()));
    assert_eq!(claims_of(submit(&payment(), "authenticated=1"))[0].state, ClaimState::Paid);

    let requests = sent(&host);
    let confirm = &requests[5];
    assert_eq!(confirm.path, "/v1/payment_intents/pi_3QabcDEF/confirm");
    assert_eq!((confirm.fields.text("payment_method"), confirm.fields.get("off_session")), ("pm_1Card", None));
    assert_eq!(confirm.key, Some(format!("{}-approve-{nonce}", payment().id)));
}

#[test]
fn only_a_card_of_the_intent_s_own_customer_can_be_approved() {
    let host = FakeHost::install();
    let mut of_another = wants_authentication();
    of_another["last_payment_error"]["payment_method"]["customer"] = json!("cus_Other");
    for intent in [intent(), succeeded(), of_another] {
        answer(&host, 200, &intent);
        let outcome = submit(&payment(), "approve=0123456789abcdef");
        assert!(outcome.is_ok(), "{outcome:?}");
    }
    assert!(paths(&host).iter().all(|path| !path.contains("confirm")));
}

#[test]
fn a_declined_stored_card_ends_the_intent() {
    let host = FakeHost::install();
    answer(&host, 200, &with_customer(intent()));
    answer(&host, 402, &declined("card_declined", "insufficient_funds"));
    answer(&host, 200, &intent_with(&json!({"status": "canceled"})));
    let Err(Error::Declined(said)) = charge_saved(&payment()) else { panic!("it is declined") };
    assert_eq!(said.client, Text::msg("decline-funds"));
    assert!(said.staff.contains("insufficient_funds"), "{}", said.staff);
    assert_eq!(paths(&host)[2], "Post /v1/payment_intents/pi_3QabcDEF/cancel");

    answer(&host, 200, &with_customer(intent()));
    answer(&host, 400, &refusal("invalid_request_error", "resource_missing", Some("payment_method")));
    answer(&host, 200, &intent_with(&json!({"status": "canceled"})));
    assert!(matches!(charge_saved(&payment()), Err(Error::Declined(_))));
}

fn refusal_of(kind: &str) -> Value {
    refusal(kind, "", None)
}

#[test]
fn a_lost_charge_is_found_among_the_customer_s_intents() {
    let host = FakeHost::install();
    answer(&host, 200, &list(&[]));
    answer(&host, 200, &intent());
    answer(&host, 200, &with_customer(intent()));
    lose(&host);
    lose(&host);
    assert!(matches!(charge_saved(&fresh_payment()), Err(Error::Unknown(_))));

    // The host knows no intent. Charging again finds it, and charges nothing.
    let mut unknown = fresh_payment();
    unknown.state = PaymentState::Unknown;
    let stranger = intent_with(&json!({"id": "pi_other", "metadata": {}}));
    answer(&host, 200, &list(&[stranger, with_customer(succeeded())]));
    answer(&host, 200, &with_customer(succeeded()));
    assert_eq!(claims_of(charge_saved(&unknown))[0].state, ClaimState::Paid);

    // So does the sweep, and the page.
    let customers = list(&[json!({"id": "cus_Kept", "metadata": {"payer": "client-1"}})]);
    answer(&host, 200, &customers);
    answer(&host, 200, &list(&[with_customer(succeeded())]));
    answer(&host, 200, &with_customer(succeeded()));
    let claims = Card::check(&instance(), &unknown).expect("claims");
    assert_eq!(claims[0].state, ClaimState::Paid);
    let confirms = paths(&host).iter().filter(|path| path.contains("confirm")).count();
    assert_eq!(confirms, 1);
}

#[test]
fn a_token_that_this_gateway_never_gave_out_is_rejected() {
    let host = FakeHost::install();
    for token in ["", "pm_1", "cus_1", "cus_1/pm_1/x", "cus_1/../v1", "pm_1/cus_1", "cus_/pm_1"] {
        let method = SavedMethod { token: token.into(), ..method() };
        assert!(matches!(Card::charge_saved(&instance(), &payment(), &method), Err(Error::Rejected(_))), "{token}");
        assert!(matches!(Card::forget_saved(&instance(), &method), Err(Error::Rejected(_))), "{token}");
    }
    assert!(host.requests().is_empty());
}

#[test]
fn a_card_that_is_gone_already_is_forgotten() {
    let forget = |answers: &[(u16, Value)]| {
        let host = FakeHost::install();
        for (status, body) in answers {
            answer(&host, *status, body);
        }
        let answer = Card::forget_saved(&instance(), &method());
        assert_eq!(paths(&host)[0], "Post /v1/payment_methods/pm_1Card/detach");
        answer
    };
    let detached = json!({"id": "pm_1Card", "customer": null});
    assert_eq!(forget(&[(200, detached.clone())]), Ok(()));
    assert_eq!(forget(&[(404, refusal_of("invalid_request_error"))]), Ok(()));
    assert_eq!(forget(&[(400, refusal_of("invalid_request_error")), (200, detached)]), Ok(()));
    let kept = json!({"id": "pm_1Card", "customer": "cus_Kept"});
    assert!(forget(&[(400, refusal_of("invalid_request_error")), (200, kept)]).is_err());
    assert!(matches!(forget(&[]), Err(Error::Unavailable(_))));
}

#[test]
fn a_card_is_called_by_its_brand_its_end_and_its_month() {
    let card = |brand: &str, last4: &str, exp_month, exp_year| wire::Card {
        brand: Some(brand.into()),
        last4: Some(last4.into()),
        exp_month,
        exp_year,
    };
    let table = [
        (card("amex", "0005", Some(2), Some(2028)), "American Express ending 0005, 02/28", Some(1_835_481_600_000)),
        (card("x<script>", "4242", Some(12), Some(2028)), "Card ending 4242, 12/28", Some(1_861_920_000_000)),
        (card("visa", "42", Some(13), Some(2028)), "Visa", None),
        (card("visa", "٤٢٤٢", None, Some(u32::MAX)), "Visa", None),
    ];
    for (card, expected, until) in table {
        assert_eq!((label(&card).as_str(), expires(&card)), (expected, until));
    }
}
