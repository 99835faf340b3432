//! Answers, forms and webhooks of somebody who means harm, or is broken: nothing panics, and nothing becomes paid.

use proptest::prelude::*;
use serde_json::{Value, json};
use tollgate_card::Card;
use tollgate_sdk::Form;
use tollgate_sdk::gateway::{Gateway, Outcome, WebhookRefusal};
use tollgate_sdk::testing::FakeHost;

use super::shapes::{declined, event, intent, list, succeeded, with};
use super::signature::webhook;
use super::{INTENT, answer, fresh_payment, instance, is_paid, payment, sent, submit};

const PAY: &str = "confirmation_token=ctoken_1Qabc&save=1";

/// Whether anything said "paid" when every request gets this answer.
fn claims_paid(status: u16, body: &str) -> bool {
    let host = FakeHost::install();
    for _ in 0..40 {
        host.answer(status, body);
    }
    let (instance, fresh, opened) = (instance(), fresh_payment(), payment());
    let paid = |outcome: &Outcome| matches!(outcome, Outcome::Claims(claims) if claims.iter().any(is_paid));
    let _ = Card::pay_now(&instance, &fresh);
    let _ = Card::pay_now(&instance, &opened);
    let submitted = [PAY, "authenticated=1", "approve=0123456789abcdef", ""].map(|form| submit(&opened, form));
    let back = Card::return_from_provider(&instance, &opened, &Form::parse(""));
    let swept = Card::check(&instance, &opened).is_ok_and(|claims| claims.iter().any(is_paid));
    // A payment that the host knows no intent of has whichever intent Stripe says is its own.
    let _ = submit(&fresh, PAY);
    submitted.iter().chain([&back]).flatten().any(paid) || swept
}

#[test]
fn an_answer_about_anything_but_this_payment_is_never_paid() {
    assert!(claims_paid(200, &succeeded().to_string()), "the table below is worth something");
    for change in [
        json!({"id": "pi_other"}),
        json!({"id": ""}),
        json!({"id": format!("{INTENT}/../x")}),
        json!({"amount": 2_499}),
        json!({"amount": 250_000}),
        json!({"amount": -2_500}),
        json!({"amount": "2500"}),
        json!({"amount": 2500.0}),
        json!({"amount": null}),
        json!({"amount_received": 0}),
        json!({"amount_received": -2_500}),
        json!({"amount_received": 1e30}),
        json!({"currency": "jpy"}),
        json!({"currency": "€"}),
        json!({"currency": null}),
        json!({"livemode": null}),
        json!({"livemode": "false"}),
        json!({"metadata": {}}),
        json!({"metadata": {"payment": "01JANOTHERPAYMENT000000000"}}),
        json!({"metadata": null}),
        json!({"status": "Succeeded"}),
        json!({"status": "paid"}),
        json!({"status": null}),
        json!({"status": {"succeeded": true}}),
    ] {
        let body = with(succeeded(), &change).to_string();
        assert!(!claims_paid(200, &body), "{change}");
    }
    for status in [100, 204, 300, 302, 400, 401, 402, 404, 409, 429, 500, 503] {
        let answers = [succeeded().to_string(), String::new()];
        for body in answers.iter().filter(|body| status != 204 || body.is_empty()) {
            assert!(!claims_paid(status, body), "{status}");
        }
    }
}

#[test]
fn nothing_of_a_form_reaches_an_address_or_another_payment() {
    let host = FakeHost::install();
    for form in [
        "confirmation_token=../../refunds",
        "confirmation_token=pm_card_visa",
        "confirmation_token=ctoken_1%0d%0ax",
        "confirmation_token=",
        "authenticated=1&payment_intent=pi_other&provider_reference=pi_other&amount=1",
    ] {
        answer(&host, 200, &intent());
        submit(&payment(), form).expect("a page");
    }
    for request in sent(&host) {
        assert_eq!(request.path, "/v1/payment_intents/pi_3QabcDEF");
    }
    let mut strange = payment();
    for reference in ["", "../refunds", "pi_", "pi_1/confirm", "pi_1?x", "pi_é", "cs_1"] {
        let before = host.requests().len();
        strange.provider_reference = Some(reference.into());
        assert!(Card::pay_now(&instance(), &strange).is_err(), "{reference}");
        assert!(submit(&strange, PAY).is_err(), "{reference}");
        let asked = host.requests().split_off(before);
        assert!(asked.iter().all(|request| request.url.contains("/v1/customers")), "{asked:?}");
    }
}

#[test]
fn what_staff_read_keeps_the_limits_of_the_contract() {
    let host = FakeHost::install();
    let mut body = json!({"error": {"type": "x".repeat(9_000), "code": "é".repeat(9_000), "message": "ü".repeat(9_000),
        "decline_code": "z".repeat(9_000), "param": "p".repeat(9_000)}});
    answer(&host, 400, &body);
    let Err(tollgate_sdk::Error::Rejected(words)) = submit(&payment(), "confirmation_token=ctoken_1&save=0") else {
        panic!("it is rejected")
    };
    assert!(words.len() <= 1_000, "{}", words.len());
    body["error"]["type"] = json!("card_error");
    answer(&host, 402, &body);
    answer(&host, 200, &intent());
    assert!(submit(&payment(), "confirmation_token=ctoken_1&save=0").is_ok());
}

/// Any JSON, often with a name that is looked for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("succeeded")),
        Just(json!(INTENT)),
        Just(json!("eur")),
    ];
    let names = "id|status|amount|amount_received|currency|livemode|created|metadata|payment|error|type|code|data|object|\\PC{0,6}";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names, inner, 0..8).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_answer_panics_or_is_paid(status in 100_u16..600, body in any_json()) {
        prop_assert!(!claims_paid(status, &body.to_string()));
    }

    /// One member of a good answer is anything.
    #[test]
    fn no_member_of_an_answer_panics(index in 0_usize..40, value in any_json(), status in prop::sample::select(vec![200_u16, 402])) {
        let mut body = if status == 200 { succeeded() } else { declined("card_declined", "x") };
        let object = if status == 200 { &mut body } else { &mut body["error"] };
        let object = object.as_object_mut().expect("an object");
        let name = object.keys().nth(index % object.len()).cloned().expect("a name");
        object.insert(name, value);
        claims_paid(status, &body.to_string());
    }

    #[test]
    fn no_list_panics(items in prop::collection::vec(any_json(), 0..3)) {
        claims_paid(200, &list(&items).to_string());
    }

    #[test]
    fn no_unsigned_webhook_is_believed(header in "\\PC{0,80}|t=[0-9]{1,12},v1=[0-9a-f]{64}", body in any_json()) {
        let host = FakeHost::install();
        host.set_secret("webhook-secret", "whsec_x");
        for body in [body, event("payment_intent.succeeded", &succeeded())] {
            let answer = Card::verify(&instance(), &webhook(&header, &body.to_string()));
            prop_assert!(matches!(answer, Err(WebhookRefusal::Forged(_))));
        }
    }

    #[test]
    fn no_signed_body_panics(kind in prop::sample::select(tollgate_card::webhook::EVENTS.to_vec()), object in any_json()) {
        let host = super::webhook::host();
        answer(&host, 200, &succeeded());
        answer(&host, 200, &list(std::slice::from_ref(&object)));
        let _ = super::webhook::verify(&event(kind, &object));
    }
}
