use serde_json::json;

use crate::shop::{HOUR_MS, Reply, Shop, full, ten};

async fn decide(shop: &Shop, order: &str, choice: &str) -> Reply {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    shop.call("POST", "/checkoutnow", &form, &format!("token={order}&{choice}")).await
}

async fn show(shop: &Shop, order: &str) -> Reply {
    shop.call("GET", &format!("/checkoutnow?token={order}"), &[], "").await
}

async fn waiting(shop: &Shop) -> String {
    shop.api("POST", "/v2/checkout/orders", "r", &full()).await.id()
}

#[tokio::test]
async fn the_buyer_sees_who_is_paid_and_how_much() {
    let shop = Shop::open().await;
    let page = show(&shop, &waiting(&shop).await).await;
    assert_eq!(page.status, 200);
    for part in [
        "<html lang=\"en\">",
        "Pay Example &lt;Hosting&gt;",
        "10.00 EUR",
        "Invoice 1",
        ">Pay now<",
        "Cancel and return",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(!page.text.contains("<script"));
    let plain = show(&shop, &shop.order(&ten()).await).await;
    assert!(plain.text.contains(">Continue<") && plain.text.contains("Pay Example Hosting"));
}

#[tokio::test]
async fn approving_returns_to_the_merchant_with_token_and_payer() {
    let shop = Shop::open().await;
    let id = waiting(&shop).await;
    let gone = decide(&shop, &id, "action=approve&funding=balance").await;
    let expected = format!("https://portal.example.com/return?a=1&token={id}&PayerID=TESTBUYER2345");
    assert_eq!((gone.status, gone.header("location")), (303, expected.as_str()));
    assert_eq!(shop.capture(&id, "c").await.said(), (201, "COMPLETED"));
}

#[tokio::test]
async fn cancelling_returns_with_the_token_and_leaves_the_order_open() {
    let shop = Shop::open().await;
    let id = waiting(&shop).await;
    let gone = decide(&shop, &id, "action=cancel").await;
    let expected = format!("https://portal.example.com/cancel?token={id}");
    assert_eq!((gone.status, gone.header("location")), (303, expected.as_str()));
    assert_eq!(shop.capture(&id, "c").await.said(), (422, "ORDER_NOT_APPROVED"));
    assert_eq!(decide(&shop, &id, "action=approve&funding=balance").await.status, 303);
}

#[tokio::test]
async fn a_declined_buyer_comes_back_and_chooses_again() {
    let shop = Shop::open().await;
    let id = waiting(&shop).await;
    decide(&shop, &id, "action=approve&funding=card").await;
    assert_eq!(shop.capture(&id, "c").await.said(), (422, "INSTRUMENT_DECLINED"));
    assert!(show(&shop, &id).await.text.contains("role=\"alert\""));
    decide(&shop, &id, "action=approve&funding=later").await;
    let captured = shop.capture(&id, "c").await;
    assert_eq!(captured.json["purchase_units"][0]["payments"]["captures"][0]["status"], "PENDING");
}

#[tokio::test]
async fn a_merchant_who_wants_the_money_now_is_not_paid_later() {
    let shop = Shop::open().await;
    let mut order = full();
    order["payment_source"]["paypal"]["experience_context"]["payment_method_preference"] =
        json!("IMMEDIATE_PAYMENT_REQUIRED");
    let id = shop.api("POST", "/v2/checkout/orders", "r", &order).await.id();
    assert!(!show(&shop, &id).await.text.contains("value=\"later\""));
    assert_eq!(decide(&shop, &id, "action=approve&funding=later").await.status, 422);
    assert_eq!(shop.capture(&id, "c").await.said(), (422, "ORDER_NOT_APPROVED"));
}

#[tokio::test]
async fn nonsense_from_the_form_approves_nothing() {
    let shop = Shop::open().await;
    let id = waiting(&shop).await;
    for choice in ["action=approve", "action=approve&funding=gold", "action=steal&funding=balance"] {
        assert_eq!(decide(&shop, &id, choice).await.status, 422, "{choice}");
    }
    assert_eq!(decide(&shop, "UNKNOWN", "action=approve&funding=balance").await.status, 410);
    assert_eq!(shop.capture(&id, "c").await.said(), (422, "ORDER_NOT_APPROVED"));
}

#[tokio::test]
async fn a_payment_that_was_made_or_has_expired_cannot_be_made_again() {
    let shop = Shop::open().await;
    let id = waiting(&shop).await;
    decide(&shop, &id, "action=approve&funding=balance").await;
    shop.capture(&id, "c").await;
    let paid = show(&shop, &id).await;
    assert!(paid.status == 410 && paid.text.contains("made already"));
    assert_eq!(decide(&shop, &id, "action=approve&funding=balance").await.status, 410);
    let late = shop.order(&ten()).await;
    shop.advance(3 * HOUR_MS);
    let expired = show(&shop, &late).await;
    assert!(expired.status == 410 && expired.text.contains("expired"));
    assert_eq!(show(&shop, "").await.status, 410);
}
