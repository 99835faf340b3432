use serde_json::json;

use crate::shop::{DAY_MS, HOUR_MS, Shop, ten};

#[tokio::test]
async fn a_token_is_given_for_the_apps_own_credentials_alone() {
    let shop = Shop::open().await;
    let good = shop.token_with("Basic c2ltdWxhdGVkLWNsaWVudC1pZDpzaW11bGF0ZWQtY2xpZW50LXNlY3JldA==").await;
    assert_eq!(
        (good.status, &good.json["token_type"], &good.json["expires_in"]),
        (200, &json!("Bearer"), &json!(32400))
    );
    for name in ["scope", "access_token", "app_id", "nonce"] {
        assert!(good.json[name].is_string(), "{name}");
    }
    for bad in ["", "Basic", "Basic !!!", "Basic c2ltdWxhdGVkLWNsaWVudC1pZDp4", "Bearer x"] {
        assert_eq!(shop.token_with(bad).await.said(), (401, "invalid_client"), "{bad}");
    }
}

#[tokio::test]
async fn other_grants_and_unknown_parameters_are_refused() {
    let shop = Shop::open().await;
    let table = [
        ("grant_type=password", (400, "unsupported_grant_type")),
        ("", (400, "unsupported_grant_type")),
        ("grant_type=client_credentials&client=1", (400, "invalid_request")),
    ];
    let basic = ("authorization", "Basic c2ltdWxhdGVkLWNsaWVudC1pZDpzaW11bGF0ZWQtY2xpZW50LXNlY3JldA==");
    for (body, expected) in table {
        let form = [basic, ("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(shop.call("POST", "/v1/oauth2/token", &form, body).await.said(), expected, "{body}");
    }
    let other = shop.call("POST", "/v1/oauth2/token", &[basic, ("content-type", "application/json")], "{}").await;
    assert_eq!(other.said(), (415, "UNSUPPORTED_MEDIA_TYPE"));
}

#[tokio::test]
async fn every_call_wants_a_token_that_has_not_expired() {
    let mut shop = Shop::open().await;
    let paths = [
        ("POST", "/v2/checkout/orders"),
        ("GET", "/v2/checkout/orders/A"),
        ("POST", "/v2/checkout/orders/A/capture"),
        ("GET", "/v2/payments/captures/A"),
        ("POST", "/v2/payments/captures/A/refund"),
        ("GET", "/v2/payments/refunds/A"),
        ("POST", "/v1/notifications/webhooks"),
        ("GET", "/v1/notifications/webhooks"),
        ("GET", "/v1/notifications/webhooks/A"),
        ("PATCH", "/v1/notifications/webhooks/A"),
        ("DELETE", "/v1/notifications/webhooks/A"),
        ("GET", "/v1/notifications/webhooks-event-types"),
        ("POST", "/v1/notifications/verify-webhook-signature"),
        ("GET", "/v1/customer/disputes"),
        ("GET", "/v1/customer/disputes/A"),
    ];
    for (method, path) in paths {
        assert_eq!(shop.call(method, path, &[], "").await.said(), (401, "AUTHENTICATION_FAILURE"), "{method} {path}");
        let strange = shop.call(method, path, &[("authorization", "Bearer A21AAx")], "").await;
        assert_eq!(strange.said(), (401, "invalid_token"), "{method} {path}");
    }
    shop.advance(9 * HOUR_MS - 1);
    assert_eq!(shop.get("/v1/notifications/webhooks").await.status, 200);
    shop.advance(1);
    assert_eq!(shop.get("/v1/notifications/webhooks").await.said(), (401, "invalid_token"));
    shop.renew().await;
    assert_eq!(shop.get("/v1/notifications/webhooks").await.status, 200);
    shop.simulator.revoke_tokens();
    assert_eq!(shop.get("/v1/notifications/webhooks").await.said(), (401, "invalid_token"));
}

#[tokio::test]
async fn a_token_without_the_scope_is_not_enough() {
    let mut shop = Shop::open().await;
    shop.simulator.withhold(&["https://uri.paypal.com/services/payments/refund".to_owned()]);
    shop.renew().await;
    assert_eq!(shop.refund("A", "", &json!({})).await.said(), (403, "PERMISSION_DENIED"));
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "", &ten()).await.status, 201);
    shop.simulator.withhold(&[]);
    shop.renew().await;
    assert_eq!(shop.refund("A", "", &json!({})).await.said(), (404, "INVALID_RESOURCE_ID"));
}

#[tokio::test]
async fn every_answer_has_a_debug_id_and_a_401_says_how() {
    let shop = Shop::open().await;
    let missing = shop.get("/v2/checkout/orders/NONE").await;
    assert_eq!(missing.json["debug_id"], missing.header("paypal-debug-id"));
    assert_eq!(missing.header("paypal-debug-id").len(), 13);
    assert_eq!(missing.json["message"], "The specified resource does not exist.");
    let locked = shop.call("GET", "/v2/checkout/orders/NONE", &[], "").await;
    assert!(locked.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(shop.get("/v3/nothing").await.said(), (404, "INVALID_RESOURCE_ID"));
    shop.advance(DAY_MS);
    assert!(shop.heard().is_empty());
}
