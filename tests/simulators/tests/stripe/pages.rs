//! What a browser gets.

use axum::body::Body;
use http::{Request, StatusCode};

use super::support::{Api, id};

#[tokio::test]
async fn the_script_and_its_frames_are_served() {
    let api = Api::new();
    for (path, says) in [
        ("/v3/", "createConfirmationToken"),
        ("/v3/element", "Card number"),
        ("/v3/element.js", "/v1/confirmation_tokens"),
        ("/v3/challenge", "Complete authentication"),
        ("/v3/challenge.js", "/v3/authenticate"),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.to_string().contains(says), "{path}");
    }
}

async fn press(api: &Api, payment: &serde_json::Value, outcome: &str) -> super::support::Answer {
    let secret = payment["client_secret"].as_str().unwrap();
    let form = [("payment_intent", id(payment)), ("client_secret", secret), ("outcome", outcome)];
    api.call("POST", "/v3/authenticate", &form, &[("authorization", "")]).await
}

#[tokio::test]
async fn the_buttons_of_the_challenge_end_it() {
    let api = Api::new();
    for (outcome, status) in [("complete", "succeeded"), ("fail", "requires_payment_method")] {
        let payment = api.pay("pm_card_authenticationRequired", &[]).await.ok();
        assert_eq!(press(&api, &payment, outcome).await.status, 204);
        assert_eq!(api.get(&format!("/v1/payment_intents/{}", id(&payment))).await.ok()["status"], status);
        assert_eq!(press(&api, &payment, outcome).await.status, 409);
    }
    let mut payment = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    payment["client_secret"] = "pi_1_secret_guess".into();
    assert_eq!(press(&api, &payment, "complete").await.status, 404);
}

#[tokio::test]
async fn the_page_of_its_own_leads_back_with_the_outcome() {
    let api = Api::new();
    for (outcome, status) in [("complete", "succeeded"), ("fail", "failed")] {
        let form = [
            ("amount", "1200"),
            ("currency", "eur"),
            ("confirm", "true"),
            ("payment_method", "pm_card_authenticationRequired"),
            ("return_url", "https://example.com/return?payment=1"),
        ];
        let payment = api.post("/v1/payment_intents", &form).await.ok();
        let answer = press(&api, &payment, outcome).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER.as_u16());
        let to = answer.headers["location"].to_str().unwrap();
        assert!(to.starts_with("https://example.com/return?payment=1&payment_intent=pi_"), "{to}");
        assert!(to.ends_with(&format!("redirect_status={status}")), "{to}");
    }
}

#[tokio::test]
async fn a_frame_without_an_origin_may_ask() {
    let api = Api::new();
    let request = Request::options("/v1/confirmation_tokens").body(Body::empty()).unwrap();
    let answer = api.send(request).await;
    assert_eq!((answer.status, answer.headers["access-control-allow-origin"].to_str().unwrap()), (204, "*"));
}
