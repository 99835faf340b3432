//! Opening the pay-now page, however often.

use serde_json::json;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Gateway, Payment, PaymentState};
use tollgate_sdk::http::{Auth, Part, SendError};
use tollgate_sdk::testing::{self, FakeHost};
use tollgate_sdk::{Error, Form, state};

use crate::fixtures::*;

#[test]
fn the_first_time_an_order_is_made_and_the_client_sent_to_it() {
    let host = FakeHost::install();
    host.json(201, &order("PAYER_ACTION_REQUIRED"));
    let step = PayPal::pay_now(&instance(), &payment()).unwrap();
    assert_eq!(redirected(&step), approval());
    assert_eq!(step.provider_reference.as_deref(), Some(ORDER));
    assert_eq!(step.memo, Some(format!("1:1:{ORDER}")));
    assert_eq!(calls(&host), ["POST /v2/checkout/orders"]);
    let request = &host.requests()[0];
    assert_eq!(request.url, "https://api-m.sandbox.paypal.com/v2/checkout/orders");
    assert_eq!(header(request, "paypal-request-id"), Some("01JTESTPAYMENT000000000000-order-1"));
    assert_eq!(header(request, "prefer"), Some("return=representation"));
    let links = payment().links;
    let expected = json!({
        "intent": "CAPTURE",
        "purchase_units": [{
            "reference_id": "RF18539007547034",
            "custom_id": PAYMENT,
            "invoice_id": "RF18539007547034-01JTESTPAYMENT000000000000",
            "amount": { "currency_code": "EUR", "value": "10.50" },
            "description": "Invoice 2026-0001",
        }],
        "payment_source": { "paypal": { "experience_context": {
            "return_url": links.return_url,
            "cancel_url": links.cancel_url,
            "user_action": "PAY_NOW",
            "shipping_preference": "NO_SHIPPING",
            "brand_name": "Example Hosting",
            "locale": "en-US",
        } } },
    });
    assert_eq!(body(request), expected);
}

#[test]
fn the_secret_is_named_and_the_token_left_to_the_host() {
    let host = FakeHost::install();
    for (instance, base) in [
        (live(), "https://api-m.paypal.com"),
        (instance(), "https://api-m.sandbox.paypal.com"),
        (with(&[("test-api", "http://127.0.0.1:8421/")]), "http://127.0.0.1:8421"),
        (live_with(&[("test-api", "http://127.0.0.1:8421")]), "https://api-m.paypal.com"),
    ] {
        assert!(matches!(PayPal::pay_now(&instance, &payment()), Err(Error::Unavailable(_))));
        let requests = host.requests();
        let request = requests.last().unwrap();
        assert_eq!(request.url, format!("{base}/v2/checkout/orders"));
        let Auth::ClientCredentials(auth) = &request.auth else { panic!("{:?}", request.auth) };
        assert_eq!(auth.token_url, format!("{base}/v1/oauth2/token"));
        assert_eq!(auth.id, Part::Text("EXAMPLE-client_id".into()));
        assert_eq!(auth.secret, Part::Secret("client-secret".into()));
    }
}

#[test]
fn opened_again_the_same_order_is_used_while_it_can_be_approved() {
    for status in ["CREATED", "PAYER_ACTION_REQUIRED"] {
        let host = FakeHost::install();
        host.json(200, &order(status));
        let step = PayPal::pay_now(&instance(), &started()).unwrap();
        assert_eq!(redirected(&step), approval());
        assert_eq!((step.provider_reference, step.memo), (None, None), "nothing is new");
        assert_eq!(calls(&host), [format!("GET /v2/checkout/orders/{ORDER}")]);
    }
}

#[test]
fn an_approved_order_is_captured_and_never_said_to_be_paid() {
    let host = FakeHost::install();
    host.json(200, &order("APPROVED"));
    host.json(201, &captured(&capture("COMPLETED")));
    let step = PayPal::pay_now(&instance(), &started()).unwrap();
    assert_eq!(waits(&step), "wait-paypal");
    assert_eq!(calls(&host)[1], format!("POST /v2/checkout/orders/{ORDER}/capture"));
}

#[test]
fn a_captured_payment_never_gets_another_order() {
    for (status, words) in
        [("COMPLETED", "wait-paypal"), ("PENDING", "pending-other"), ("DECLINED", "declined-capture")]
    {
        let host = FakeHost::install();
        host.json(200, &captured(&capture(status)));
        let step = PayPal::pay_now(&instance(), &started()).unwrap();
        assert_eq!(waits(&step), words);
        assert_eq!(host.requests().len(), 1, "{status}");
    }
}

#[test]
fn an_order_that_is_gone_is_replaced_under_a_request_id_of_its_own() {
    for gone in ["void", "unknown"] {
        let host = FakeHost::install();
        if gone == "void" {
            host.json(200, &order("VOIDED"));
        } else {
            host.not_found();
        }
        let mut second = order("PAYER_ACTION_REQUIRED");
        second["id"] = "SECOND".into();
        host.json(201, &second);
        let step = PayPal::pay_now(&instance(), &started()).unwrap();
        assert_eq!(redirected(&step), approval());
        assert_eq!(step.provider_reference, None, "the first one stays");
        assert_eq!(step.memo.as_deref(), Some("2:1:SECOND"));
        let requests = host.requests();
        assert_eq!(header(&requests[1], "paypal-request-id"), Some("01JTESTPAYMENT000000000000-order-2"));
        assert_eq!(
            body(&requests[1])["purchase_units"][0]["invoice_id"],
            "RF18539007547034-01JTESTPAYMENT000000000000",
            "the payment's, so that PayPal takes money for it once"
        );
        assert!(state::get(&format!("replaced-order:{ORDER}")).unwrap().is_some());
    }
}

#[test]
fn orders_that_are_all_gone_come_to_an_end() {
    let host = FakeHost::install();
    host.not_found();
    for _ in 0..3 {
        host.json(200, &order("VOIDED"));
    }
    assert!(matches!(PayPal::pay_now(&instance(), &started()), Err(Error::Unavailable(_))));
    assert_eq!(host.requests().len(), 4);
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_request_id() {
    let host = FakeHost::install();
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    assert_eq!(PayPal::pay_now(&instance(), &payment()), Err(Error::Unknown("cut off".into())));
    host.json(200, &order("PAYER_ACTION_REQUIRED"));
    let again = Payment { state: PaymentState::Unknown, ..payment() };
    assert_eq!(redirected(&PayPal::pay_now(&instance(), &again).unwrap()), approval());
    let requests = host.requests();
    assert_eq!(header(&requests[0], "paypal-request-id"), header(&requests[1], "paypal-request-id"));
}

#[test]
fn a_repeated_request_may_bring_an_order_that_was_approved_meanwhile() {
    let host = FakeHost::install();
    host.json(200, &json!({ "id": ORDER, "status": "APPROVED" }));
    host.json(200, &order("APPROVED"));
    host.json(201, &captured(&capture("COMPLETED")));
    let step = PayPal::pay_now(&instance(), &payment()).unwrap();
    assert_eq!(waits(&step), "wait-paypal");
}

#[test]
fn what_paypal_does_not_do_tells_the_host_what_to_do() {
    let table = [
        (500, "", "unknown"),
        (503, "{}", "unknown"),
        (409, "{}", "unknown"),
        (302, "", "unknown"),
        (200, "<html>", "unknown"),
        (201, r#"{"id":"../x","status":"CREATED"}"#, "unknown"),
        (429, "", "unavailable"),
        (400, "not json", "rejected"),
        (401, r#"{"error":"invalid_token"}"#, "rejected"),
        (403, "{}", "rejected"),
        (422, &refusal("UNPROCESSABLE_ENTITY", "PAYEE_ACCOUNT_RESTRICTED"), "rejected"),
        (422, &refusal("UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID"), "rejected"),
    ];
    for (status, answer, expected) in table {
        let host = FakeHost::install();
        host.answer(status, answer);
        let error = PayPal::pay_now(&instance(), &payment()).unwrap_err();
        let found = match error {
            Error::Declined(_) => "declined",
            Error::Rejected(_) => "rejected",
            Error::Unavailable(_) => "unavailable",
            Error::Unknown(_) => "unknown",
        };
        assert_eq!(found, expected, "{status} {answer}");
    }
}

#[test]
fn looking_at_an_order_leaves_nothing_open() {
    for answer in [Err(SendError::Unknown("cut off".into())), Err(SendError::Unavailable("no name".into()))] {
        let host = FakeHost::install();
        host.answer_with(answer);
        assert!(matches!(PayPal::pay_now(&instance(), &started()), Err(Error::Unavailable(_))));
    }
    for (status, answer) in [(500, ""), (200, "[]"), (200, r#"{"id":"ANOTHER","status":"APPROVED"}"#)] {
        let host = FakeHost::install();
        host.answer(status, answer);
        assert!(matches!(PayPal::pay_now(&instance(), &started()), Err(Error::Unavailable(_))), "{answer}");
    }
}

#[test]
fn an_amount_that_paypal_cannot_take_exactly_is_declined_before_it_is_asked() {
    let host = FakeHost::install();
    for (minor, currency, words) in
        [(105_050, "HUF", "amount-decimals"), (101, "TWD", "amount-decimals"), (1_050, "KWD", "amount-currency")]
    {
        let answer = PayPal::pay_now(&instance(), &testing::payment(minor, currency));
        let Err(Error::Declined(refusal)) = answer else { panic!("{currency}: {answer:?}") };
        assert_eq!((refusal.client.id(), refusal.client.value("currency").as_deref()), (Some(words), Some(currency)));
    }
    assert!(host.requests().is_empty());
}

#[test]
fn a_closed_payment_asks_nobody() {
    let host = FakeHost::install();
    for (state, words) in [
        (PaymentState::Cancelled, "wait-closed"),
        (PaymentState::Failed, "wait-closed"),
        (PaymentState::Paid, "nothing-left"),
    ] {
        let payment = Payment { state, ..started() };
        assert_eq!(waits(&PayPal::pay_now(&instance(), &payment).unwrap()), words);
        assert_eq!(waits(&step(PayPal::submit(&instance(), &payment, &Form::default()))), words);
    }
    let mut received = started();
    received.received.minor = 1;
    assert_eq!(waits(&PayPal::pay_now(&instance(), &received).unwrap()), "nothing-left");
    assert!(host.requests().is_empty());
}

#[test]
fn a_link_that_leads_away_from_paypal_is_not_followed() {
    let hostile =
        ["https://www.paypal.com.example.com/x", "http://www.sandbox.paypal.com/x", "javascript:alert(1)", ""];
    for link in hostile {
        let host = FakeHost::install();
        let mut made = order("PAYER_ACTION_REQUIRED");
        made["links"][1]["href"] = link.into();
        host.json(201, &made);
        let step = PayPal::pay_now(&instance(), &payment()).unwrap();
        assert_eq!(redirected(&step), approval(), "the address that PayPal always had");
    }
    let host = FakeHost::install();
    let mut made = order("PAYER_ACTION_REQUIRED");
    made["links"][1]["href"] = "http://127.0.0.1:8421/approve?token=1".into();
    host.json(201, &made);
    let trial = with(&[("test-api", "http://127.0.0.1:8421")]);
    assert_eq!(redirected(&PayPal::pay_now(&trial, &payment()).unwrap()), "http://127.0.0.1:8421/approve?token=1");
}

#[test]
fn the_button_of_the_page_does_what_opening_it_does() {
    let host = FakeHost::install();
    host.not_found();
    host.json(201, &order("PAYER_ACTION_REQUIRED"));
    let step = step(PayPal::submit(&instance(), &started(), &Form::parse("intent=pay&paid=yes")));
    assert_eq!(redirected(&step), approval());
}

#[test]
fn an_incomplete_configuration_is_told_to_staff() {
    let host = FakeHost::install();
    for changes in [[("client-id", "")], [("client-secret", "")], [("test-api", "http://example.com")]] {
        assert!(matches!(PayPal::pay_now(&with(&changes), &payment()), Err(Error::Rejected(_))), "{changes:?}");
    }
    assert!(host.requests().is_empty());
}
