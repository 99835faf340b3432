use serde_json::{Value, json};
use tollgate_simulators::paypal::order::{Funding, Outcome, Reason, Script};
use tollgate_simulators::paypal::{Falsified, order::Status};

use crate::shop::{DAY_MS, HOUR_MS, Shop, capture_id, euros, full, ten};

async fn status(shop: &Shop, id: &str) -> String {
    shop.get(&format!("/v2/checkout/orders/{id}")).await.json["status"].as_str().unwrap_or("gone").to_owned()
}

#[tokio::test]
async fn an_order_is_made_approved_and_captured() {
    let shop = Shop::open().await;
    shop.listen().await;
    let made = shop.api("POST", "/v2/checkout/orders", "r1", &full()).await;
    assert_eq!((made.status, &made.json["status"]), (201, &json!("PAYER_ACTION_REQUIRED")));
    let id = made.id();
    assert_eq!(made.link("payer-action"), Some(format!("http://127.0.0.1:4011/checkoutnow?token={id}").as_str()));
    assert_eq!(made.json["purchase_units"][0]["payee"]["merchant_id"], "TESTMERCHANT2");
    assert_eq!(shop.capture(&id, "c0").await.said(), (422, "ORDER_NOT_APPROVED"));

    assert_eq!(shop.simulator.approve(&id, Funding::Balance), Ok(true));
    let approved = shop.get(&format!("/v2/checkout/orders/{id}")).await;
    assert_eq!(
        (&approved.json["status"], &approved.json["payer"]["payer_id"]),
        (&json!("APPROVED"), &json!("TESTBUYER2345"))
    );

    let captured = shop.capture(&id, "c1").await;
    assert_eq!((captured.status, &captured.json["status"]), (201, &json!("COMPLETED")));
    let capture = &captured.json["purchase_units"][0]["payments"]["captures"][0];
    assert_eq!((&capture["status"], &capture["amount"]), (&json!("COMPLETED"), &euros("10.00")));
    assert_eq!((&capture["invoice_id"], &capture["custom_id"]), (&json!("INV-1"), &json!("payment-1")));
    let breakdown = &capture["seller_receivable_breakdown"];
    assert_eq!((&breakdown["paypal_fee"], &breakdown["net_amount"]), (&euros("0.64"), &euros("9.36")));

    let got = shop.get(&format!("/v2/payments/captures/{}", capture_id(&captured))).await;
    assert_eq!(got.json["supplementary_data"]["related_ids"]["order_id"], id);
    assert_eq!(got.json["payee"]["merchant_id"], "TESTMERCHANT2");
    assert_eq!(shop.heard(), ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED"]);
}

#[tokio::test]
async fn without_a_source_the_order_is_created_and_its_link_is_called_approve() {
    let shop = Shop::open().await;
    let made = shop.api("POST", "/v2/checkout/orders", "", &ten()).await;
    assert_eq!(made.said(), (201, "CREATED"));
    assert!(made.link("approve").is_some() && made.link("payer-action").is_none());
}

#[tokio::test]
async fn the_same_request_id_makes_one_order_and_another_order_under_it_is_refused() {
    let shop = Shop::open().await;
    let first = shop.api("POST", "/v2/checkout/orders", "r1", &full()).await;
    let again = shop.api("POST", "/v2/checkout/orders", "r1", &full()).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json, again.json);
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "r1", &ten()).await.said(), (409, "RESOURCE_CONFLICT"));
    assert_ne!(shop.api("POST", "/v2/checkout/orders", "r2", &full()).await.id(), first.id());
    // Ids are kept for six hours.
    shop.advance(6 * HOUR_MS);
    let later = shop.api("POST", "/v2/checkout/orders", "r1", &ten()).await;
    assert_eq!(later.status, 201);
}

#[tokio::test]
async fn a_refused_order_leaves_its_request_id_free() {
    let shop = Shop::open().await;
    let refused = shop.api("POST", "/v2/checkout/orders", "r1", &json!({ "intent": "CAPTURE" })).await;
    assert_eq!(refused.status, 400);
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "r1", &ten()).await.status, 201);
}

#[tokio::test]
async fn the_same_capture_twice_takes_the_money_once() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    let first = shop.capture(&id, "c1").await;
    let again = shop.capture(&id, "c1").await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json, again.json);
    assert_eq!(shop.capture(&id, "c2").await.said(), (422, "ORDER_ALREADY_CAPTURED"));
    let other = shop.approved(&ten(), Funding::Balance).await;
    assert_eq!(shop.capture(&other, "c1").await.said(), (409, "RESOURCE_CONFLICT"));
}

#[tokio::test]
async fn preferring_little_gives_little() {
    let shop = Shop::open().await;
    let bearer = format!("Bearer {}", shop.token);
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "application/json"), ("paypal-request-id", "r")];
    let made = shop.call("POST", "/v2/checkout/orders", &headers, &full().to_string()).await;
    let names: Vec<&String> = made.json.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 4, "{names:?}");
    shop.simulator.approve(&made.id(), Funding::Balance).unwrap();
    let captured = shop.call("POST", &format!("/v2/checkout/orders/{}/capture", made.id()), &headers, "").await;
    assert_eq!(captured.status, 201);
    assert!(captured.json.get("intent").is_none() && !capture_id(&captured).is_empty());
    let odd = [headers[0], headers[1], ("prefer", "respond-async")];
    assert_eq!(shop.call("POST", "/v2/checkout/orders", &odd, "{}").await.said(), (400, "INVALID_PARAMETER_SYNTAX"));
}

#[tokio::test]
async fn a_declining_card_sends_the_buyer_back_to_choose_again() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::DecliningCard).await;
    let declined = shop.capture(&id, "c1").await;
    assert_eq!(declined.said(), (422, "INSTRUMENT_DECLINED"));
    assert_eq!(declined.link("redirect"), Some(format!("http://127.0.0.1:4011/checkoutnow?token={id}").as_str()));
    assert_eq!(shop.simulator.approve(&id, Funding::Balance), Ok(true));
    assert_eq!(shop.capture(&id, "c1").await.said(), (201, "COMPLETED"));
}

#[tokio::test]
async fn a_card_that_always_declines_is_not_tried_for_ever() {
    let shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::DecliningCard).await;
    for _ in 0..10 {
        assert_eq!(shop.capture(&id, "").await.said(), (422, "INSTRUMENT_DECLINED"));
    }
    assert_eq!(shop.capture(&id, "").await.said(), (422, "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"));
}

#[tokio::test]
async fn an_invoice_id_that_was_paid_is_refused_and_one_that_was_denied_is_free() {
    let shop = Shop::open().await;
    let mut one = full();
    one["payment_source"] = Value::Null;
    one.as_object_mut().unwrap().remove("payment_source");
    let first = shop.paid(&one, Funding::Later(Reason::Echeck)).await;
    let second = shop.approved(&one, Funding::Balance).await;
    assert_eq!(shop.capture(&second, "").await.said(), (422, "DUPLICATE_INVOICE_ID"));
    shop.simulator.settle(&first, Outcome::Declined).unwrap();
    assert_eq!(shop.capture(&second, "").await.said(), (201, "COMPLETED"));
}

#[tokio::test]
async fn pending_money_says_why_and_comes_or_does_not() {
    let table = [
        (Reason::Echeck, "ECHECK", 6, "COMPLETED"),
        (Reason::PendingReview, "PENDING_REVIEW", 1, "COMPLETED"),
        (Reason::Unilateral, "UNILATERAL", 30, "DECLINED"),
    ];
    for (reason, name, days, end) in table {
        let shop = Shop::open().await;
        shop.listen().await;
        let id = shop.paid(&ten(), Funding::Later(reason)).await;
        let path = format!("/v2/payments/captures/{id}");
        let pending = shop.get(&path).await;
        assert_eq!(
            (&pending.json["status"], &pending.json["status_details"]["reason"]),
            (&json!("PENDING"), &json!(name))
        );
        assert!(pending.json.get("seller_receivable_breakdown").is_none());
        assert_eq!(shop.refund(&id, "", &json!({})).await.said(), (422, "PENDING_CAPTURE"));
        shop.advance(days * DAY_MS - 1);
        assert_eq!(shop.heard().len(), 2);
        shop.advance(1);
        let told = if end == "COMPLETED" { "PAYMENT.CAPTURE.COMPLETED" } else { "PAYMENT.CAPTURE.DENIED" };
        assert_eq!(shop.heard()[1..], ["PAYMENT.CAPTURE.PENDING", told]);
        let mut shop = shop;
        shop.renew().await;
        assert_eq!(shop.get(&path).await.json["status"], end);
    }
}

#[tokio::test]
async fn a_settled_capture_stays_settled() {
    let shop = Shop::open().await;
    let id = shop.paid(&ten(), Funding::Later(Reason::Echeck)).await;
    shop.simulator.settle(&id, Outcome::Declined).unwrap();
    shop.simulator.settle(&id, Outcome::Completed).unwrap();
    assert_eq!(shop.get(&format!("/v2/payments/captures/{id}")).await.json["status"], "DECLINED");
    assert_eq!(shop.refund(&id, "", &json!({})).await.said(), (422, "REFUND_NOT_ALLOWED"));
}

#[tokio::test]
async fn a_capture_can_be_declined_outright_or_refused_as_scripted() {
    let shop = Shop::open().await;
    shop.listen().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    let refuse = Script::Refuse("PAYER_CANNOT_PAY".to_owned());
    shop.simulator.script_capture(&id, Some(refuse), Falsified::default()).unwrap();
    assert_eq!(shop.capture(&id, "").await.said(), (422, "PAYER_CANNOT_PAY"));
    shop.simulator.script_capture(&id, Some(Script::Decline), Falsified::default()).unwrap();
    let declined = shop.capture(&id, "").await;
    assert_eq!(declined.json["purchase_units"][0]["payments"]["captures"][0]["status"], "DECLINED");
    assert_eq!(shop.heard().last().unwrap(), "PAYMENT.CAPTURE.DECLINED");
}

#[tokio::test]
async fn an_order_that_nobody_approves_is_gone_after_three_hours() {
    let shop = Shop::open().await;
    let id = shop.order(&ten()).await;
    shop.advance(3 * HOUR_MS - 1);
    assert_eq!(status(&shop, &id).await, "CREATED");
    shop.advance(1);
    assert_eq!(shop.get(&format!("/v2/checkout/orders/{id}")).await.said(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(shop.capture(&id, "").await.said(), (404, "INVALID_RESOURCE_ID"));
    assert!(shop.simulator.approve(&id, Funding::Balance).is_err());
}

#[tokio::test]
async fn an_approved_order_is_void_after_three_days() {
    let mut shop = Shop::open().await;
    shop.listen().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    shop.advance(3 * DAY_MS - 1);
    shop.renew().await;
    assert_eq!(status(&shop, &id).await, Status::Approved.name());
    shop.advance(1);
    assert_eq!(status(&shop, &id).await, "VOIDED");
    assert_eq!(shop.capture(&id, "").await.said(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(shop.simulator.approve(&id, Funding::Balance), Ok(false));
    assert_eq!(shop.heard(), ["CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.VOIDED"]);
}

#[tokio::test]
async fn a_captured_order_does_not_expire() {
    let mut shop = Shop::open().await;
    let id = shop.approved(&ten(), Funding::Balance).await;
    shop.capture(&id, "").await;
    shop.advance(400 * DAY_MS);
    shop.renew().await;
    assert_eq!(status(&shop, &id).await, "COMPLETED");
    shop.simulator.void(&id).unwrap();
    assert_eq!(status(&shop, &id).await, "COMPLETED");
}
