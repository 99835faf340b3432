//! Scripted faults, the record and the control API, as a test in another process uses them.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::support::{Answer, Api, id};

async fn control(api: &Api, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/_simulator/{path}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    api.send(request).await
}

#[tokio::test]
async fn an_error_before_does_nothing_and_one_after_does_everything() {
    let api = Api::new();
    for (kind, customers) in [("error_before", 0), ("error_after", 1)] {
        let fault = json!({ "method": "POST", "path": "/v1/customers", "kind": kind });
        control(&api, "POST", "faults", &fault).await.ok();
        assert_eq!(api.post("/v1/customers", &[]).await.status, 500);
        assert_eq!(api.stripe.with(|books| books.customers.len()), customers);
    }
    assert_eq!(control(&api, "GET", "faults", &json!({})).await.ok(), json!([]));
    let wrong = json!({ "path": "/v1", "kind": "explode" });
    assert_eq!(control(&api, "POST", "faults", &wrong).await.status, 422);
}

#[tokio::test]
async fn requests_are_recorded_without_their_keys() {
    let api = Api::new();
    api.post("/v1/customers", &[("email", "client@example.com")]).await.ok();
    let lines = control(&api, "GET", "requests", &json!({})).await.body.to_string();
    assert!(lines.contains("email=client%40example.com") && lines.contains("Bearer …"), "{lines}");
    assert!(!lines.contains("sk_test_simulator"), "{lines}");
    let record = &api.stripe.rig().requests.all()[0];
    assert_eq!((record.path.as_str(), record.status), ("/v1/customers", 200));
    assert!(record.answer.contains("\"object\": \"customer\""));
}

#[tokio::test]
async fn banks_cardholders_and_time_are_played_over_the_control_api() {
    let api = Api::new();
    let asked = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    let path = format!("payment_intents/{}/authenticate", id(&asked));
    let paid = control(&api, "POST", &path, &json!({ "succeeded": true })).await.ok();
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(control(&api, "POST", &path, &json!({ "succeeded": true })).await.status, 400);
    let path = format!("payment_intents/{}/dispute", id(&asked));
    let dispute = control(&api, "POST", &path, &json!({ "amount": 700 })).await.ok();
    assert_eq!(dispute["amount"], 700);
    let path = format!("disputes/{}/close", id(&dispute));
    assert_eq!(control(&api, "POST", &path, &json!({ "succeeded": false })).await.ok()["status"], "lost");
    let before = control(&api, "GET", "clock", &json!({})).await.ok()["now_ms"].as_i64().unwrap();
    let after = control(&api, "POST", "clock", &json!({ "advance_ms": 5000 })).await.ok();
    assert_eq!(after["now_ms"], before + 5000);
    assert_eq!(api.events().last().unwrap(), "charge.updated", "what is due happens when the clock moves");
}

#[tokio::test]
async fn webhooks_are_dropped_over_the_control_api() {
    let api = Api::new();
    let form = [("url", "http://127.0.0.1:9/"), ("enabled_events[]", "*")];
    api.post("/v1/webhook_endpoints", &form).await.ok();
    api.post("/v1/customers", &[]).await.ok();
    assert_eq!(control(&api, "POST", "webhooks/1/drop", &json!({})).await.status, 204);
    assert_eq!(control(&api, "POST", "webhooks/2/drop", &json!({})).await.status, 404);
    assert_eq!(control(&api, "GET", "webhooks", &json!({})).await.ok()[0]["state"], "dropped");
}
