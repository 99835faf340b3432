use serde_json::json;
use tollgate_simulators::paypal::capture::{RefundScript, RefundStatus};
use tollgate_simulators::paypal::order::Funding;

use crate::shop::{DAY_MS, Shop, euros, ten};

async fn capture_status(shop: &Shop, id: &str) -> String {
    shop.get(&format!("/v2/payments/captures/{id}")).await.json["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn parts_and_then_the_rest_go_back_and_no_more() {
    let shop = Shop::open().await;
    shop.listen().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    let part = shop.refund(&id, "f1", &json!({ "amount": euros("3.00"), "note_to_payer": "Sorry" })).await;
    assert_eq!(part.said(), (201, "COMPLETED"));
    assert_eq!(part.json["seller_payable_breakdown"]["total_refunded_amount"], euros("3.00"));
    assert_eq!(capture_status(&shop, &id).await, "PARTIALLY_REFUNDED");
    assert_eq!(
        shop.refund(&id, "f2", &json!({ "amount": euros("7.01") })).await.said(),
        (422, "REFUND_AMOUNT_EXCEEDED")
    );
    let rest = shop.refund(&id, "f3", &json!({})).await;
    assert_eq!((&rest.json["amount"], capture_status(&shop, &id).await.as_str()), (&euros("7.00"), "REFUNDED"));
    assert_eq!(
        shop.refund(&id, "f4", &json!({ "amount": euros("0.01") })).await.said(),
        (422, "CAPTURE_FULLY_REFUNDED")
    );
    let got = shop.get(&format!("/v2/payments/refunds/{}", part.id())).await;
    assert_eq!((got.status, got.json), (200, part.json));
    assert_eq!(shop.heard()[2..], ["PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REFUNDED"]);
}

#[tokio::test]
async fn the_same_refund_twice_gives_the_money_once() {
    let shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    let body = json!({ "amount": euros("3.00") });
    let (first, again) = (shop.refund(&id, "f1", &body).await, shop.refund(&id, "f1", &body).await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json, again.json);
    let other = shop.refund(&id, "f1", &json!({ "amount": euros("4.00") })).await;
    assert_eq!(other.said(), (409, "RESOURCE_CONFLICT"));
    // 45 days later the id is forgotten, and the same words are a new refund.
    shop.advance(45 * DAY_MS);
    let mut shop = shop;
    shop.renew().await;
    assert_ne!(shop.refund(&id, "f1", &body).await.id(), first.id());
}

#[tokio::test]
async fn a_refund_is_well_written_or_refused() {
    let shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    let amount = |code: &str, value: &str| json!({ "amount": { "currency_code": code, "value": value } });
    let table = [
        (amount("EUR", "0.00"), (422, "CANNOT_BE_ZERO_OR_NEGATIVE")),
        (amount("EUR", "-1.00"), (422, "CANNOT_BE_ZERO_OR_NEGATIVE")),
        (amount("EUR", "1.001"), (422, "DECIMAL_PRECISION")),
        (amount("JPY", "1.0"), (422, "DECIMALS_NOT_SUPPORTED")),
        (amount("XAU", "1"), (422, "INVALID_CURRENCY_CODE")),
        (amount("USD", "1.00"), (422, "REFUND_CAPTURE_CURRENCY_MISMATCH")),
        (json!({ "amount": { "value": "1.00" } }), (400, "MISSING_REQUIRED_PARAMETER")),
        (json!({ "amount": "1.00" }), (400, "INVALID_PARAMETER_SYNTAX")),
        (json!({ "note_to_payer": "x".repeat(256) }), (400, "INVALID_STRING_LENGTH")),
        (json!({ "reason": "none" }), (400, "INVALID_PARAMETER_SYNTAX")),
    ];
    for (body, expected) in table {
        assert_eq!(shop.refund(&id, "", &body).await.said(), expected, "{body}");
    }
    assert_eq!(shop.refund("NONE", "", &json!({})).await.said(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(capture_status(&shop, &id).await, "COMPLETED");
}

#[tokio::test]
async fn after_180_days_nothing_goes_back() {
    let mut shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    shop.advance(180 * DAY_MS);
    shop.renew().await;
    let body = json!({ "amount": euros("1.00") });
    assert_eq!(shop.refund(&id, "", &body).await.said(), (201, "COMPLETED"));
    shop.advance(1);
    assert_eq!(shop.refund(&id, "", &body).await.said(), (422, "REFUND_TIME_LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn a_pending_refund_holds_its_amount_until_it_ends() {
    let shop = Shop::open().await;
    shop.listen().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    shop.simulator.script_refund(&id, RefundScript::Pending).unwrap();
    let pending = shop.refund(&id, "", &json!({ "amount": euros("6.00") })).await;
    assert_eq!((pending.said(), &pending.json["status_details"]["reason"]), ((201, "PENDING"), &json!("ECHECK")));
    assert_eq!(capture_status(&shop, &id).await, "COMPLETED");
    assert_eq!(shop.refund(&id, "", &json!({ "amount": euros("4.01") })).await.said(), (422, "REFUND_AMOUNT_EXCEEDED"));
    shop.simulator.end_refund(&pending.id(), RefundStatus::Failed).unwrap();
    assert_eq!(shop.refund(&id, "", &json!({})).await.json["amount"], euros("10.00"));
    shop.simulator.end_refund(&pending.id(), RefundStatus::Completed).unwrap();
    assert_eq!(shop.get(&format!("/v2/payments/refunds/{}", pending.id())).await.json["status"], "FAILED");
    assert_eq!(shop.heard()[2..], ["PAYMENT.CAPTURE.REFUNDED"]);
}

#[tokio::test]
async fn a_pending_refund_completes_by_itself_after_three_days() {
    let mut shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    shop.simulator.script_refund(&id, RefundScript::Pending).unwrap();
    shop.refund(&id, "", &json!({})).await;
    shop.advance(3 * DAY_MS);
    shop.renew().await;
    assert_eq!(capture_status(&shop, &id).await, "REFUNDED");
}

#[tokio::test]
async fn a_scripted_refusal_happens_once() {
    let shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    let script = RefundScript::Refuse("REFUND_FAILED_INSUFFICIENT_FUNDS".to_owned());
    shop.simulator.script_refund(&id, script).unwrap();
    assert_eq!(shop.refund(&id, "f", &json!({})).await.said(), (422, "REFUND_FAILED_INSUFFICIENT_FUNDS"));
    assert_eq!(shop.refund(&id, "f", &json!({})).await.said(), (201, "COMPLETED"));
}

#[tokio::test]
async fn an_invoice_id_stands_for_one_refund() {
    let shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Balance).await;
    let body = json!({ "amount": euros("1.00"), "invoice_id": "REFUND-1" });
    assert_eq!(shop.refund(&id, "f1", &body).await.said(), (201, "COMPLETED"));
    assert_eq!(shop.refund(&id, "f1", &body).await.said(), (201, "COMPLETED"));
    assert_eq!(shop.refund(&id, "f2", &body).await.said(), (422, "DUPLICATE_INVOICE_ID"));
}
