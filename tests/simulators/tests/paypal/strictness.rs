use serde_json::{Value, json};

use crate::shop::{Shop, euros, full, ten};

/// The plain order with one thing changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut order = full();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}"))[name] = value;
    order
}

fn without(pointer: &str) -> Value {
    let mut order = full();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).expect("it was there");
    order
}

const UNIT: &str = "/purchase_units/0";
const CONTEXT: &str = "/payment_source/paypal/experience_context";

type Row<'a> = (Value, u16, &'a str, &'a str);

async fn check(table: &[Row<'_>]) {
    let shop = Shop::open().await;
    for (body, status, issue, field) in table {
        let reply = shop.api("POST", "/v2/checkout/orders", "r", body).await;
        assert_eq!(reply.said(), (*status, *issue), "{body}");
        assert_eq!(reply.json["details"][0]["field"], *field, "{body}");
        assert_eq!(reply.json["details"][0]["location"], "body");
    }
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "r", &full()).await.status, 201);
}

#[tokio::test]
async fn an_order_that_the_contract_does_not_describe_is_refused_with_its_field() {
    let units = "/purchase_units";
    check(&[
        (json!([]), 400, "INVALID_PARAMETER_SYNTAX", ""),
        (without("/intent"), 400, "MISSING_REQUIRED_PARAMETER", "/intent"),
        (with("/intent", json!("SALE")), 400, "INVALID_PARAMETER_VALUE", "/intent"),
        (with("/intent", json!("AUTHORIZE")), 422, "AUTH_CAPTURE_NOT_ENABLED", "/intent"),
        (with("/colour", json!("red")), 400, "INVALID_PARAMETER_SYNTAX", "/colour"),
        (without(units), 400, "MISSING_REQUIRED_PARAMETER", units),
        (with(units, json!([])), 400, "INVALID_ARRAY_MIN_ITEMS", units),
        (with(units, json!(vec![json!({}); 11])), 400, "INVALID_ARRAY_MAX_ITEMS", units),
        (with(units, json!({})), 400, "INVALID_PARAMETER_SYNTAX", units),
        (with("/payment_source", json!({})), 400, "MISSING_REQUIRED_PARAMETER", "/payment_source/paypal"),
        (with("/payment_source", json!({ "card": {} })), 400, "NOT_SUPPORTED", "/payment_source/card"),
    ])
    .await;
}

#[tokio::test]
async fn so_is_a_purchase_unit() {
    let at = |name: &str| format!("{UNIT}/{name}");
    let long = json!("x".repeat(128));
    check(&[
        (without(&at("amount")), 400, "MISSING_REQUIRED_PARAMETER", &at("amount")),
        (with(&at("amount/value"), json!(10)), 400, "INVALID_PARAMETER_SYNTAX", &at("amount/value")),
        (with(&at("amount/vat"), json!("1")), 400, "INVALID_PARAMETER_SYNTAX", &at("amount/vat")),
        (with(&at("colour"), json!("red")), 400, "INVALID_PARAMETER_SYNTAX", &at("colour")),
        (with(&at("shipping"), json!({})), 400, "NOT_SUPPORTED", &at("shipping")),
        (with(&at("invoice_id"), json!("")), 400, "INVALID_STRING_LENGTH", &at("invoice_id")),
        (with(&at("custom_id"), long), 400, "INVALID_STRING_LENGTH", &at("custom_id")),
        (with(&at("custom_id"), Value::Null), 400, "INVALID_PARAMETER_SYNTAX", &at("custom_id")),
        (
            with(&at("payee"), json!({ "merchant_id": "TESTMERCHANT3" })),
            422,
            "PAYEE_ACCOUNT_INVALID",
            &at("payee/merchant_id"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn so_is_what_the_buyer_shall_see() {
    let at = |name: &str| format!("{CONTEXT}/{name}");
    let script = json!("javascript:alert(1)");
    check(&[
        (with(&at("locale"), json!("de_DE")), 400, "INVALID_PARAMETER_SYNTAX", &at("locale")),
        (with(&at("user_action"), json!("BUY")), 400, "INVALID_PARAMETER_VALUE", &at("user_action")),
        (with(&at("return_url"), json!("/return")), 400, "INVALID_PARAMETER_SYNTAX", &at("return_url")),
        (with(&at("return_url"), script), 400, "INVALID_PARAMETER_SYNTAX", &at("return_url")),
        (with(&at("landing_page"), json!("BILLING")), 400, "INVALID_PARAMETER_VALUE", &at("landing_page")),
        (with(&at("brand_name"), json!("")), 400, "INVALID_STRING_LENGTH", &at("brand_name")),
    ])
    .await;
}

#[tokio::test]
async fn a_source_demands_a_request_id() {
    let shop = Shop::open().await;
    let reply = shop.api("POST", "/v2/checkout/orders", "", &full()).await;
    assert_eq!(reply.said(), (400, "PAYPAL_REQUEST_ID_REQUIRED"));
    let long = shop.api("POST", "/v2/checkout/orders", &"x".repeat(109), &full()).await;
    assert_eq!(long.said(), (400, "INVALID_STRING_LENGTH"));
}

#[tokio::test]
async fn amounts_have_the_decimals_that_paypal_gives_the_currency() {
    let shop = Shop::open().await;
    let table = [
        ("EUR", "0.01", 201, "CREATED"),
        ("EUR", "10", 201, "CREATED"),
        ("EUR", "10.001", 422, "DECIMAL_PRECISION"),
        ("HUF", "1000", 201, "CREATED"),
        ("HUF", "1000.00", 422, "DECIMAL_PRECISION"),
        ("JPY", "1000", 201, "CREATED"),
        ("JPY", "1000.5", 422, "DECIMAL_PRECISION"),
        ("TWD", "1000", 201, "CREATED"),
        ("TWD", "1000.0", 422, "DECIMAL_PRECISION"),
        ("KWD", "1.000", 422, "INVALID_CURRENCY_CODE"),
        ("EU", "1.00", 400, "INVALID_STRING_LENGTH"),
        ("EUR", "0.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("EUR", "-1.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("EUR", "1,00", 400, "INVALID_PARAMETER_SYNTAX"),
        ("EUR", "1000000000000000.00", 422, "MAX_VALUE_EXCEEDED"),
    ];
    for (code, value, status, word) in table {
        let mut order = ten();
        order["purchase_units"][0]["amount"] = json!({ "currency_code": code, "value": value });
        let reply = shop.api("POST", "/v2/checkout/orders", "", &order).await;
        assert_eq!(reply.said(), (status, word), "{code} {value}");
    }
}

#[tokio::test]
async fn items_and_their_breakdown_add_up() {
    let shop = Shop::open().await;
    let order = |total: &str, item_total: Option<&str>, each: &str, quantity: &str| {
        let mut order = ten();
        order["purchase_units"][0]["amount"] = euros(total);
        if let Some(item_total) = item_total {
            order["purchase_units"][0]["amount"]["breakdown"] = json!({ "item_total": euros(item_total) });
        }
        let item = json!({ "name": "Hosting", "quantity": quantity, "unit_amount": euros(each) });
        order["purchase_units"][0]["items"] = json!([item]);
        order
    };
    let table = [
        (order("10.00", Some("10.00"), "5.00", "2"), (201, "CREATED")),
        (order("10.00", Some("9.00"), "4.50", "2"), (422, "AMOUNT_MISMATCH")),
        (order("10.00", Some("10.00"), "5.00", "3"), (422, "ITEM_TOTAL_MISMATCH")),
        (order("10.00", None, "5.00", "2"), (422, "ITEM_TOTAL_REQUIRED")),
        (order("10.00", Some("10.00"), "10.00", "0"), (400, "INVALID_PARAMETER_SYNTAX")),
        (order("10.00", Some("10.00"), "10.00", "1.5"), (400, "INVALID_PARAMETER_SYNTAX")),
    ];
    for (body, expected) in table {
        assert_eq!(shop.api("POST", "/v2/checkout/orders", "", &body).await.said(), expected, "{body}");
    }
    let mut mixed = order("10.00", Some("10.00"), "10.00", "1");
    mixed["purchase_units"][0]["amount"]["breakdown"]["item_total"]["currency_code"] = json!("USD");
    let reply = shop.api("POST", "/v2/checkout/orders", "", &mixed).await;
    assert_eq!(reply.said(), (422, "MULTI_CURRENCY_ORDER"));
}

#[tokio::test]
async fn bodies_are_json_and_say_so() {
    let shop = Shop::open().await;
    let bearer = format!("Bearer {}", shop.token);
    let authorized = ("authorization", bearer.as_str());
    for path in ["/v2/checkout/orders", "/v2/checkout/orders/A/capture", "/v2/payments/captures/A/refund"] {
        assert_eq!(
            shop.call("POST", path, &[authorized], "{}").await.said(),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "{path}"
        );
        let form = [authorized, ("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(shop.call("POST", path, &form, "a=1").await.status, 415, "{path}");
        let broken = shop.api_text("POST", path, "", "{\"a\":").await;
        assert_eq!(broken.status, 400, "{path}");
        let queried = shop.api("POST", &format!("{path}?a=1"), "", &json!({})).await;
        assert_eq!(queried.said(), (400, "INVALID_PARAMETER_SYNTAX"), "{path}");
    }
    assert_eq!(shop.api_text("POST", "/v2/checkout/orders", "", "{").await.said(), (400, "MALFORMED_REQUEST_JSON"));
}

#[tokio::test]
async fn a_capture_takes_no_other_source_than_the_buyers() {
    let shop = Shop::open().await;
    let body = json!({ "payment_source": { "token": { "id": "1", "type": "BILLING_AGREEMENT" } } });
    let reply = shop.api("POST", "/v2/checkout/orders/A/capture", "", &body).await;
    assert_eq!(reply.said(), (400, "INVALID_PARAMETER_SYNTAX"));
}

#[tokio::test]
async fn the_older_context_works_without_a_request_id() {
    let shop = Shop::open().await;
    let mut order = ten();
    order["application_context"] = json!({
        "return_url": "https://portal.example.com/return", "landing_page": "BILLING",
        "payment_method": { "payee_preferred": "IMMEDIATE_PAYMENT_REQUIRED" },
    });
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "", &order).await.said(), (201, "CREATED"));
    order["application_context"]["payment_method_preference"] = json!("UNRESTRICTED");
    let reply = shop.api("POST", "/v2/checkout/orders", "", &order).await;
    assert_eq!(reply.said(), (400, "INVALID_PARAMETER_SYNTAX"));
}

#[tokio::test]
async fn what_paypals_own_clients_send_beside_the_description_is_taken() {
    let shop = Shop::open().await;
    let pointer = format!("{CONTEXT}/contact_preference");
    let order = with(&pointer, json!("NO_CONTACT_INFO"));
    assert_eq!(shop.api("POST", "/v2/checkout/orders", "r", &order).await.status, 201);
    let wrong = shop.api("POST", "/v2/checkout/orders", "q", &with(&pointer, json!("CALL_ME"))).await;
    assert_eq!(wrong.said(), (400, "INVALID_PARAMETER_VALUE"));
}
