use serde_json::{Value, json};
use tollgate_simulators::faults::{Fault, Kind};
use tollgate_simulators::paypal::order::Funding;

use crate::shop::{DAY_MS, Reply, Shop, capture_id, euros, ten};

async fn post(shop: &Shop, path: &str, body: &Value) -> Reply {
    shop.call("POST", &format!("/_simulator{path}"), &[("content-type", "application/json")], &body.to_string()).await
}

#[tokio::test]
async fn a_test_in_another_process_can_do_all_that_a_buyer_and_time_can() {
    let mut shop = Shop::open().await;
    shop.listen().await;
    let id = shop.order(&ten()).await;
    assert_eq!(post(&shop, &format!("/orders/{id}/approve"), &json!({ "funding": "later" })).await.status, 204);
    let capture = capture_id(&shop.capture(&id, "").await);
    assert_eq!(post(&shop, "/clock", &json!({ "advance_ms": 6 * DAY_MS })).await.status, 200);
    assert_eq!(shop.simulator.rig().outbox.all().last().unwrap().kind, "PAYMENT.CAPTURE.COMPLETED");
    let dispute = post(&shop, &format!("/captures/{capture}/dispute"), &json!({ "amount": euros("4.00") })).await;
    let dispute = dispute.json["dispute_id"].as_str().expect("a dispute").to_owned();
    assert_eq!(
        post(&shop, &format!("/disputes/{dispute}/update"), &json!({ "status": "UNDER_REVIEW" })).await.status,
        204
    );
    assert_eq!(post(&shop, &format!("/disputes/{dispute}/resolve"), &json!({ "outcome": "buyer" })).await.status, 204);
    shop.renew().await;
    let taken = shop.get(&format!("/v2/payments/captures/{capture}")).await;
    assert_eq!(taken.json["status"], "PARTIALLY_REFUNDED");
    assert_eq!(post(&shop, &format!("/captures/{capture}/reverse"), &json!({})).await.status, 200);
    assert_eq!(post(&shop, &format!("/captures/{capture}/reverse"), &json!({})).await.status, 409);
    let state = shop.call("GET", "/_simulator/state", &[], "").await;
    let count = |name: &str| state.json[name].as_array().map(Vec::len);
    assert_eq!(
        (count("orders"), count("captures"), count("refunds"), count("disputes")),
        (Some(1), Some(1), Some(2), Some(1))
    );
}

#[tokio::test]
async fn what_paypal_says_can_be_made_false() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    let lies = json!({ "merchant_id": "ANTHERMERCH22", "amount": { "currency_code": "USD", "value": "1.00" } });
    assert_eq!(post(&shop, &format!("/orders/{id}/next-capture"), &lies).await.status, 204);
    let capture = shop.get(&format!("/v2/payments/captures/{}", capture_id(&shop.capture(&id, "").await))).await;
    assert_eq!(
        (&capture.json["payee"]["merchant_id"], &capture.json["amount"]),
        (&json!("ANTHERMERCH22"), &lies["amount"])
    );
}

#[tokio::test]
async fn scripts_are_given_by_path() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    let next = format!("/orders/{id}/next-capture");
    post(&shop, &next, &json!({ "refuse": "COMPLIANCE_VIOLATION" })).await;
    assert_eq!(shop.capture(&id, "").await.said(), (422, "COMPLIANCE_VIOLATION"));
    post(&shop, &next, &json!({ "pending": "UNILATERAL" })).await;
    let capture = capture_id(&shop.capture(&id, "").await);
    assert_eq!(
        post(&shop, &format!("/captures/{capture}/settle"), &json!({ "outcome": "completed" })).await.status,
        204
    );
    post(&shop, &format!("/captures/{capture}/next-refund"), &json!({})).await;
    let refund = shop.refund(&capture, "", &json!({})).await;
    assert_eq!(refund.said(), (201, "PENDING"));
    assert_eq!(
        post(&shop, &format!("/refunds/{}/settle", refund.id()), &json!({ "outcome": "cancelled" })).await.status,
        204
    );
    assert_eq!(shop.get(&format!("/v2/payments/refunds/{}", refund.id())).await.json["status"], "CANCELLED");
}

#[tokio::test]
async fn wrong_orders_to_the_simulator_are_refused() {
    let shop = Shop::open().await;
    let id = shop.order(&ten()).await;
    let table = [
        ("/orders/NONE/void".to_owned(), json!({}), 404),
        ("/captures/NONE/settle".to_owned(), json!({ "outcome": "completed" }), 404),
        ("/captures/NONE/settle".to_owned(), json!({ "outcome": "eaten" }), 422),
        (format!("/orders/{id}/approve"), json!({ "funding": "gold" }), 422),
        (format!("/orders/{id}/approve"), json!({ "funding": "later", "reason": "NO" }), 422),
        (format!("/orders/{id}/next-capture"), json!({ "pending": "NO" }), 422),
        (format!("/orders/{id}/next-capture"), json!({ "colour": "red" }), 422),
        (format!("/orders/{id}/next-capture"), json!({ "refuse": "NO_SUCH_ISSUE" }), 422),
        (format!("/orders/{id}/next-capture"), json!({ "amount": { "currency_code": "EUR", "value": "x" } }), 422),
    ];
    for (path, body, status) in table {
        assert_eq!(post(&shop, &path, &body).await.status, status, "{path} {body}");
    }
    assert_eq!(post(&shop, &format!("/orders/{id}/void"), &json!({})).await.status, 204);
    assert_eq!(post(&shop, &format!("/orders/{id}/approve"), &json!({ "funding": "balance" })).await.status, 409);
}

#[tokio::test]
async fn a_fault_after_processing_leaves_the_money_taken() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    shop.simulator.rig().faults.add(Fault::once("POST", "/v2/checkout/orders/", Kind::ErrorAfter));
    assert_eq!(shop.capture(&id, "c").await.status, 500);
    let again = shop.capture(&id, "c").await;
    assert_eq!(again.said(), (200, "COMPLETED"));
    shop.simulator.rig().faults.add(Fault::once("POST", "/v2/payments/captures/", Kind::ErrorBefore));
    let capture = capture_id(&again);
    assert_eq!(shop.refund(&capture, "f", &json!({})).await.status, 500);
    assert_eq!(shop.get(&format!("/v2/payments/captures/{capture}")).await.json["status"], "COMPLETED");
    let records = shop.simulator.rig().requests.all();
    assert!(records.iter().any(|record| record.path.ends_with("/capture") && record.fault == Some(Kind::ErrorAfter)));
    assert!(records.iter().all(|record| !record.headers.values().any(|value| value.contains(&shop.token))));
}
