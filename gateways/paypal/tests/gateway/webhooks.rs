//! Is a webhook PayPal's?

use serde_json::{Value, json};
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Gateway, Verified, Webhook, WebhookRefusal};
use tollgate_sdk::http::SendError;
use tollgate_sdk::testing::FakeHost;

use crate::fixtures::*;

fn completed() -> Value {
    let mut capture = capture("COMPLETED");
    capture["payee"] = json!({ "merchant_id": MERCHANT });
    event("PAYMENT.CAPTURE.COMPLETED", "capture", &capture)
}

fn verify(webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
    PayPal::verify(&instance(), webhook)
}

fn is_forged(webhook: &Webhook) -> bool {
    matches!(verify(webhook), Err(WebhookRefusal::Forged(_)))
}

#[test]
fn paypal_is_asked_with_the_event_byte_for_byte() {
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let mut webhook = webhook(&completed());
    let odd =
        String::from_utf8(webhook.body).unwrap().replacen('{', "{ \n\t\"zzz\" : 1.50e1, \"\\u00e9\": \"\\/\",", 1);
    webhook.body = odd.clone().into_bytes();
    let verified = verify(&webhook).unwrap();
    assert_eq!(
        (verified.event.as_str(), states(&verified.claims)),
        ("WH-2WR32451HC0233532-67976317FL4543714", vec!["paid"])
    );
    let request = &host.requests()[0];
    assert_eq!(calls(&host), ["POST /v1/notifications/verify-webhook-signature"]);
    let sent = String::from_utf8(request.body.clone()).unwrap();
    assert!(sent.ends_with(&format!("\"webhook_event\":{odd}}}")), "{sent}");
    let sent = body(request);
    assert_eq!(sent["webhook_id"], "1JE4291016473214C");
    assert_eq!(sent["auth_algo"], "SHA256withRSA");
    assert_eq!(sent["transmission_id"], "69cd13f0-d67a-11e5-baa3-778b53f4ae55");
    assert_eq!(sent["transmission_time"], "2026-01-01T00:06:00Z");
    assert!(sent["transmission_sig"].as_str().unwrap().ends_with("0w=="));
    assert!(sent["cert_url"].as_str().unwrap().starts_with("https://api.sandbox.paypal.com/"));
    assert_eq!(sent.as_object().unwrap().len(), 7);
}

#[test]
fn what_paypal_does_not_confirm_is_forged() {
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"FAILURE"}"#);
    assert!(is_forged(&webhook(&completed())));
    host.answer(400, &refusal("VALIDATION_ERROR", "INVALID_PARAMETER_SYNTAX"));
    assert!(is_forged(&webhook(&completed())));
}

#[test]
fn what_paypal_cannot_be_asked_now_is_kept() {
    let host = FakeHost::install();
    for answer in [
        Err(SendError::Unavailable("no name".into())),
        Err(SendError::Unknown("cut off".into())),
        Err(SendError::Denied("not granted".into())),
    ] {
        host.answer_with(answer);
        assert!(matches!(verify(&webhook(&completed())), Err(WebhookRefusal::Unproven(_))));
    }
    for (status, answer) in [
        (500, ""),
        (429, ""),
        (401, "{}"),
        (403, "{}"),
        (404, "{}"),
        (200, "<html>"),
        (200, r#"{"verification_status":"success"}"#),
        (200, r#"{"verification_status":true}"#),
        (200, "{}"),
    ] {
        host.answer(status, answer);
        assert!(matches!(verify(&webhook(&completed())), Err(WebhookRefusal::Unproven(_))), "{status} {answer}");
    }
}

#[test]
fn every_header_is_needed_and_once() {
    let host = FakeHost::install();
    let names: Vec<String> = webhook(&completed()).headers.into_iter().map(|(name, _)| name).collect();
    for name in &names {
        let mut without = webhook(&completed());
        without.headers.retain(|(known, _)| known != name);
        assert!(is_forged(&without), "{name}");
        let mut twice = webhook(&completed());
        twice.headers.push((name.clone(), b"x".to_vec()));
        assert!(is_forged(&twice), "{name}");
        for value in [&b""[..], b"a b", b"\xff", b"a\"b\nc", &[b'x'; 501]] {
            let mut wrong = webhook(&completed());
            wrong.headers.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.to_vec();
            assert!(is_forged(&wrong), "{name}: {value:?}");
        }
    }
    assert!(host.requests().is_empty(), "nobody is asked");
}

#[test]
fn a_certificate_of_somebody_else_is_forged() {
    let host = FakeHost::install();
    for url in [
        "https://example.com/cert",
        "http://api.sandbox.paypal.com/cert",
        "https://api.paypal.com/cert",
        "http://127.0.0.1:1/",
    ] {
        let mut webhook = webhook(&completed());
        webhook.headers[1].1 = url.into();
        assert!(is_forged(&webhook), "{url}");
    }
    assert!(host.requests().is_empty());
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let mut webhook = webhook(&completed());
    webhook.headers[1].1 = b"http://127.0.0.1:8421/cert".to_vec();
    assert!(PayPal::verify(&with(&[("test-api", "http://127.0.0.1:8421")]), &webhook).is_ok());
}

#[test]
fn a_body_cannot_put_words_into_our_question() {
    let host = FakeHost::install();
    for body in [
        &b""[..],
        b"null",
        b"[]",
        b"{",
        b"{}}",
        b"{} {}",
        br#"{},"webhook_id":"OTHER""#,
        b"{\"a\":\xff}",
        b"\xef\xbb\xbf{}",
    ] {
        let mut webhook = webhook(&completed());
        webhook.body = body.to_vec();
        assert!(is_forged(&webhook), "{body:?}");
    }
    let mut large = webhook(&completed());
    large.body = format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000)).into_bytes();
    assert!(is_forged(&large));
    let mut deep = webhook(&completed());
    deep.body = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    assert!(is_forged(&deep));
    assert!(host.requests().is_empty());
}

#[test]
fn a_proven_event_that_cannot_be_read_is_malformed() {
    let host = FakeHost::install();
    let long = "x".repeat(129);
    let mut no_amount = capture("COMPLETED");
    no_amount.as_object_mut().unwrap().remove("amount");
    for event in [
        json!({}),
        json!({ "id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED" }),
        json!({ "id": "", "event_type": "OTHER", "resource": {} }),
        json!({ "id": long, "event_type": "OTHER", "resource": {} }),
        json!({ "id": 7, "event_type": "OTHER", "resource": {} }),
        json!({ "id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": [] }),
        event("PAYMENT.CAPTURE.COMPLETED", "capture", &no_amount),
        event("CHECKOUT.ORDER.APPROVED", "checkout-order", &json!({ "id": ORDER })),
        event("CUSTOMER.DISPUTE.CREATED", "dispute", &json!({ "dispute_id": "PP-D-1" })),
    ] {
        host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
        let answer = verify(&webhook(&event));
        assert!(matches!(answer, Err(WebhookRefusal::Malformed(_))), "{event}: {answer:?}");
    }
}

#[test]
fn an_event_about_something_else_says_nothing() {
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    let event = event("BILLING.SUBSCRIPTION.CREATED", "subscription", &json!({ "id": "I-1" }));
    assert_eq!(verify(&webhook(&event)).unwrap().claims, []);
}
