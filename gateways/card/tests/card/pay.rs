//! From the page to what came of it.

use serde_json::json;
use tollgate_card::Card;
use tollgate_sdk::gateway::{ClaimState, Gateway, NextStep, Outcome, Payment, PaymentKey};
use tollgate_sdk::http::{Response, SendError};
use tollgate_sdk::testing::{self, FakeHost};
use tollgate_sdk::{Error, Form, Money, Text};

use super::shapes::{
    card_error, declined, declined_intent, intent, intent_with, list, refusal, requires_action, succeeded,
    succeeded_and_kept, with,
};
use super::{
    INTENT, MERCHANT, NOW_S, PAYMENT, answer, claims_of, confined, fresh_payment, instance, instance_with, lose,
    page_of, paths, payment, sent, submit,
};

const PAY: &str = "confirmation_token=ctoken_1Qabc&save=0";
const CONFIRM: &str = "Post /v1/payment_intents/pi_3QabcDEF/confirm";
const LOOK: &str = "Get /v1/payment_intents/pi_3QabcDEF";

#[test]
fn opening_the_page_makes_the_intent_and_charges_nothing() {
    let host = FakeHost::install();
    answer(&host, 200, &intent());
    let step = Card::pay_now(&instance(), &fresh_payment()).expect("a page");
    assert_eq!(step.provider_reference.as_deref(), Some(INTENT));
    let (page, data) = confined(&step);
    assert_eq!((page.template.as_str(), page.own_scripts.as_slice()), ("card", &["card".to_owned()][..]));
    assert_eq!(page.foreign_scripts, ["https://js.stripe.com/clover/stripe.js"]);
    let shown = ["step", "publishable_key", "locale", "currency"].map(|key| data[key].as_str().expect("text"));
    assert_eq!(shown, ["pay", "pk_test_51Qexample", "en", "eur"]);
    assert_eq!((&data["amount"], &data["due"]), (&json!(2500), &json!({"minor": 2500, "currency": "EUR"})));
    assert!(data["client_secret"].is_null() && data["problem"].is_null() && data["approve"].is_null());

    let [request] = &sent(&host)[..] else { panic!("one request") };
    assert_eq!((request.path.as_str(), request.key.as_deref()), ("/v1/payment_intents", Some(PAYMENT)));
    let fields: Vec<_> = request.fields.iter().collect();
    let expected = [
        ("amount", "2500"),
        ("currency", "eur"),
        ("payment_method_types[]", "card"),
        ("capture_method", "automatic"),
        ("metadata[payment]", PAYMENT),
        ("metadata[reference]", "RF18539007547034"),
        ("metadata[invoice]", "2026-0001"),
        ("description", "Invoice 2026-0001"),
        ("expand[]", "latest_charge.balance_transaction"),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_card_that_is_charged_is_claimed_with_its_fee() {
    let host = FakeHost::install();
    answer(&host, 200, &succeeded());
    let claims = claims_of(submit(&payment(), PAY));
    let [claim] = &claims[..] else { panic!("one claim, not {claims:?}") };
    assert_eq!(claim.state, ClaimState::Paid);
    assert_eq!((claim.transaction.as_str(), &claim.payment), (INTENT, &PaymentKey::Payment(PAYMENT.into())));
    assert_eq!(claim.amount, Money { minor: 2_500, currency: "EUR".into() });
    assert_eq!(claim.fee, Some(Money { minor: 63, currency: "EUR".into() }));
    assert_eq!((claim.live, claim.merchant.as_deref()), (false, Some(MERCHANT)));
    assert_eq!((claim.at, &claim.saved), ((NOW_S + 60) * 1_000, &None));

    let [request] = &sent(&host)[..] else { panic!("one request") };
    assert_eq!(format!("Post {}", request.path), CONFIRM);
    assert_eq!(request.key.as_deref(), Some("01JTESTPAYMENT000000000000-ctoken_1Qabc"));
    let fields: Vec<_> = request.fields.iter().collect();
    let expected = [
        ("confirmation_token", "ctoken_1Qabc"),
        ("return_url", "https://billing.example.com/payments/01JTESTPAYMENT000000000000/return"),
        ("setup_future_usage", ""),
        ("use_stripe_sdk", "true"),
        ("expand[]", "latest_charge.balance_transaction"),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn three_d_secure_is_a_page_and_stripe_says_how_it_ended() {
    let host = FakeHost::install();
    answer(&host, 200, &requires_action());
    let (template, data) = page_of(&submit(&payment(), PAY));
    assert_eq!((template.as_str(), &data["step"]), ("authenticate", &json!("authenticate")));
    assert_eq!((&data["client_secret"], &data["automatic"]), (&json!("pi_3QabcDEF_secret_Xyz"), &json!(true)));

    answer(&host, 200, &succeeded());
    let claims = claims_of(submit(&payment(), "authenticated=1"));
    assert_eq!(claims[0].state, ClaimState::Paid);

    answer(&host, 200, &declined_intent(&card_error("payment_intent_authentication_failure", "")));
    let (template, data) = page_of(&submit(&payment(), "authenticated=1"));
    assert_eq!((template.as_str(), &data["problem"]), ("card", &json!("decline-authentication")));

    // Closed without an end: the page does not go round by itself.
    answer(&host, 200, &requires_action());
    let (template, data) = page_of(&submit(&payment(), "authenticated=1"));
    assert_eq!((template.as_str(), &data["automatic"]), ("authenticate", &json!(false)));
    assert_eq!(paths(&host), [CONFIRM, LOOK, LOOK, LOOK]);
}

#[test]
fn a_decline_brings_the_page_again_with_what_to_do() {
    let table = [
        ("card_declined", "insufficient_funds", "decline-funds"),
        ("expired_card", "expired_card", "decline-expired"),
        ("incorrect_cvc", "incorrect_cvc", "decline-cvc"),
        ("incorrect_number", "", "decline-number"),
        ("card_declined", "generic_decline", "decline-bank"),
        ("card_declined", "stolen_card", "decline-bank"),
        ("card_declined", "lost_card", "decline-bank"),
        ("card_declined", "fraudulent", "decline-bank"),
        ("card_declined", "never_heard_of", "decline-bank"),
        ("processing_error", "processing_error", "decline-try-again"),
        ("card_declined", "card_not_supported", "decline-not-supported"),
    ];
    for (code, decline_code, message) in table {
        let host = FakeHost::install();
        answer(&host, 402, &declined(code, decline_code));
        let (template, data) = page_of(&submit(&payment(), PAY));
        assert_eq!((template.as_str(), &data["problem"]), ("card", &json!(message)), "{decline_code}");
        let hidden = ["stolen", "lost_card", "fraud"];
        assert!(hidden.iter().all(|word| !data.to_string().contains(word)), "{data}");
        let logged = format!("{:?}", host.logged());
        assert!(logged.contains(code) && logged.contains(decline_code), "staff see all of it: {logged}");
    }
}

#[test]
fn processing_waits_and_a_cancelled_intent_is_closed() {
    let host = FakeHost::install();
    answer(&host, 200, &intent_with(&json!({"status": "processing"})));
    let claims = claims_of(submit(&payment(), PAY));
    assert_eq!(claims[0].state, ClaimState::Pending(Some(Text::msg("waiting-processing"))));
    answer(&host, 200, &intent_with(&json!({"status": "canceled"})));
    assert_eq!(claims_of(submit(&payment(), "authenticated=1"))[0].state, ClaimState::Cancelled);
    answer(&host, 200, &intent_with(&json!({"status": "canceled"})));
    assert!(matches!(Card::pay_now(&instance(), &payment()), Err(Error::Declined(_))));
    answer(&host, 200, &intent_with(&json!({"status": "requires_capture"})));
    assert_eq!(claims_of(submit(&payment(), "x=y"))[0].state, ClaimState::Authorized);
}

#[test]
fn the_page_of_an_intent_that_succeeded_meanwhile_takes_no_card() {
    let host = FakeHost::install();
    for (intent, words) in
        [(succeeded(), "paid-already"), (intent_with(&json!({"status": "processing"})), "waiting-processing")]
    {
        answer(&host, 200, &intent);
        let step = Card::pay_now(&instance(), &payment()).expect("a step");
        assert_eq!(step.next, NextStep::Wait(Text::msg(words)));
    }
    let refused = refusal("invalid_request_error", "payment_intent_unexpected_state", None);
    answer(&host, 400, &with(refused, &json!({})));
    answer(&host, 200, &succeeded());
    assert_eq!(claims_of(submit(&payment(), PAY))[0].state, ClaimState::Paid);
}

#[test]
fn a_lost_answer_is_looked_up_and_unknown_where_stripe_still_waits() {
    for lost in [0, 1, 2] {
        let table = [(succeeded(), true), (intent(), false), (intent_with(&json!({"status": "brand_new"})), false)];
        for (found, known) in table {
            let host = FakeHost::install();
            match lost {
                0 => lose(&host),
                1 => answer(&host, 500, &json!({"error": {"type": "api_error"}})),
                _ => host.answer(200, "<html>half an ans"),
            }
            answer(&host, 200, &found);
            match submit(&payment(), PAY) {
                Ok(Outcome::Claims(claims)) if known => assert_eq!(claims[0].state, ClaimState::Paid),
                Err(Error::Unknown(_)) if !known => {}
                other => panic!("{lost}: {other:?}"),
            }
            assert_eq!(paths(&host), [CONFIRM, LOOK]);
        }
    }
    let host = FakeHost::install();
    lose(&host);
    lose(&host);
    assert!(matches!(submit(&payment(), PAY), Err(Error::Unknown(_))));
    // What was surely not sent, or turned away, is no riddle.
    let host = FakeHost::install();
    host.answer_with(Err(SendError::Unavailable("no connection".into())));
    assert!(matches!(submit(&payment(), PAY), Err(Error::Unavailable(_))));
    answer(&host, 429, &refusal("invalid_request_error", "rate_limit", None));
    assert!(matches!(submit(&payment(), PAY), Err(Error::Unavailable(_))));
}

#[test]
fn a_token_that_was_used_or_is_too_old_brings_the_page_again() {
    let table = [
        refusal("invalid_request_error", "resource_missing", Some("confirmation_token")),
        refusal("idempotency_error", "", None),
        refusal("invalid_request_error", "payment_intent_unexpected_state", None),
    ];
    for body in table {
        let host = FakeHost::install();
        answer(&host, 400, &body);
        answer(&host, 200, &intent());
        assert_eq!(page_of(&submit(&payment(), PAY)).1["problem"], json!("form-again"), "{body}");
    }
}

#[test]
fn what_staff_must_mend_is_told_to_staff() {
    let table = [
        (401, refusal("invalid_request_error", "", None)),
        (403, refusal("invalid_request_error", "", None)),
        (400, refusal("invalid_request_error", "parameter_unknown", Some("use_stripe_sdk"))),
        (404, refusal("invalid_request_error", "resource_missing", Some("intent"))),
    ];
    for (status, body) in table {
        let host = FakeHost::install();
        answer(&host, status, &body);
        assert!(matches!(submit(&payment(), PAY), Err(Error::Rejected(_))), "{status} {body}");
    }
    let host = FakeHost::install();
    answer(&host, 400, &refusal("invalid_request_error", "amount_too_small", Some("amount")));
    assert!(matches!(submit(&payment(), PAY), Err(Error::Declined(_))));
    assert_eq!(host.requests().len(), 1);
    let broken = instance_with(&[("publishable-key", "pk_live_1")]);
    assert!(matches!(Card::pay_now(&broken, &payment()), Err(Error::Rejected(why)) if why.contains("publishable-key")));
}

#[test]
fn an_amount_that_cards_do_not_take_is_declined_without_asking() {
    let host = FakeHost::install();
    let table = [
        (49, "EUR", "amount-too-small", "EUR 0.50"),
        (100_000_000, "EUR", "amount-too-large", "EUR 999999.99"),
        (5_124, "KWD", "amount-too-exact", "KWD 0.010"),
    ];
    for (minor, currency, id, bound) in table {
        let Err(Error::Declined(refusal)) = Card::pay_now(&instance(), &testing::payment(minor, currency)) else {
            panic!("{minor} {currency} is declined")
        };
        let bounds = ["minimum", "maximum", "step"].map(|name| refusal.client.value(name));
        assert_eq!((refusal.client.id(), bounds.into_iter().flatten().next()), (Some(id), Some(bound.to_owned())));
    }
    assert!(host.requests().is_empty());
}

#[test]
fn a_host_that_has_not_stored_the_intent_is_told_first_and_the_token_comes_again() {
    let host = FakeHost::install();
    answer(&host, 200, &intent());
    let (template, data) = page_of(&submit(&fresh_payment(), "confirmation_token=ctoken_1Qabc&save=1"));
    assert_eq!((template.as_str(), &data["step"]), ("resend", &json!("resend")));
    assert_eq!((&data["confirmation_token"], &data["save"]), (&json!("ctoken_1Qabc"), &json!(true)));
    assert_eq!(paths(&host), ["Post /v1/payment_intents"]);
}

#[test]
fn a_replayed_intent_is_looked_up_because_it_may_have_been_paid() {
    let host = FakeHost::install();
    let replayed = Response {
        status: 200,
        headers: vec![("idempotent-replayed".into(), "true".into())],
        body: intent().to_string().into_bytes(),
    };
    host.answer_with(Ok(replayed));
    answer(&host, 200, &succeeded());
    let step = Card::pay_now(&instance(), &fresh_payment()).expect("a step");
    assert_eq!(step.next, NextStep::Wait(Text::msg("paid-already")));
    assert_eq!(step.provider_reference.as_deref(), Some(INTENT));
}

#[test]
fn consent_keeps_the_card_for_a_customer_made_once() {
    let host = FakeHost::install();
    answer(&host, 200, &list(&[]));
    answer(&host, 200, &json!({"id": "cus_Kept", "object": "customer", "metadata": {"payer": "client-1"}}));
    answer(&host, 200, &intent_with(&json!({"customer": "cus_Kept"})));
    answer(&host, 200, &succeeded_and_kept());
    let claims = claims_of(submit(&payment(), "confirmation_token=ctoken_1Qabc&save=1"));
    let saved = claims[0].saved.as_ref().expect("a card");
    assert_eq!((saved.token.as_str(), saved.label.as_str()), ("cus_Kept/pm_1Card", "Visa ending 4242, 12/28"));
    assert_eq!(saved.expires, Some(1_861_920_000_000), "2029-01-01T00:00:00Z");
    let requests = sent(&host);
    assert_eq!(requests[1].path, "/v1/customers");
    assert_eq!(requests[1].fields.text("metadata[payer]"), "client-1");
    assert!(requests[1].key.as_deref().is_some_and(|key| key.starts_with("customer-")));
    assert_eq!(requests[2].fields.text("customer"), "cus_Kept");
    assert_eq!(requests[3].fields.text("setup_future_usage"), "off_session");

    // The second time the customer is remembered; one that is gone at Stripe is made anew.
    answer(&host, 400, &refusal("invalid_request_error", "resource_missing", Some("customer")));
    answer(&host, 200, &list(&[json!({"id": "cus_New", "metadata": {"payer": "client-1"}})]));
    answer(&host, 200, &intent_with(&json!({"customer": "cus_New"})));
    answer(&host, 200, &succeeded());
    claims_of(submit(&payment(), "confirmation_token=ctoken_2&save=1"));
    let requests = sent(&host);
    assert_eq!(requests[4].fields.text("customer"), "cus_Kept");
    assert_eq!(requests[6].fields.text("customer"), "cus_New");
}

#[test]
fn without_consent_no_card_is_kept_even_if_an_earlier_attempt_agreed() {
    let host = FakeHost::install();
    let kept_before = with(succeeded(), &json!({"customer": "cus_Kept", "setup_future_usage": null}));
    answer(&host, 200, &kept_before);
    assert_eq!(claims_of(submit(&payment(), PAY))[0].saved, None);
    assert_eq!(sent(&host)[0].fields.get("setup_future_usage"), Some(""));
    let off = instance_with(&[("save-cards", "false")]);
    answer(&host, 200, &succeeded());
    let form = Form::parse("confirmation_token=ctoken_1&save=1");
    claims_of(Card::submit(&off, &payment(), &form));
    assert_eq!(sent(&host)[1].fields.get("setup_future_usage"), Some(""));
}

#[test]
fn whatever_the_query_says_stripe_is_asked_on_the_way_back() {
    let host = FakeHost::install();
    let query = Form::parse("payment_intent=pi_other&redirect_status=succeeded");
    answer(&host, 200, &intent());
    let outcome = Card::return_from_provider(&instance(), &payment(), &query);
    assert_eq!(page_of(&outcome).0, "card");
    answer(&host, 200, &succeeded());
    assert_eq!(claims_of(Card::return_from_provider(&instance(), &payment(), &query))[0].state, ClaimState::Paid);
    assert_eq!(paths(&host), [LOOK, LOOK]);
}

#[test]
fn a_trial_without_an_account_goes_to_loopback() {
    let host = FakeHost::install();
    let trial = instance_with(&[("test-api", "http://127.0.0.1:8422/")]);
    answer(&host, 200, &intent());
    let step = Card::pay_now(&trial, &payment()).expect("a page");
    assert_eq!(confined(&step).0.foreign_scripts, ["http://127.0.0.1:8422/v3/"]);
    assert!(host.requests()[0].url.starts_with("http://127.0.0.1:8422/v1/payment_intents/"));
}

#[test]
fn stripe_s_form_is_in_the_payer_s_language_where_it_can_be() {
    let table = [
        ("de-CH", "de"),
        ("ja", "ja"),
        ("zh-Hans", "zh"),
        ("zh-Hant", "zh-TW"),
        ("en-GB", "en-GB"),
        ("tlh", "auto"),
        ("", "auto"),
    ];
    for (tag, expected) in table {
        assert_eq!(tollgate_card::page::locale(tag), expected, "{tag}");
    }
}

#[test]
fn a_payment_that_is_complete_asks_for_nothing() {
    let host = FakeHost::install();
    let mut done: Payment = payment();
    done.received.minor = 2_500;
    let step = Card::pay_now(&instance(), &done).expect("a step");
    assert_eq!(step.next, NextStep::Wait(Text::msg("nothing-left")));
    assert!(host.requests().is_empty());
}
