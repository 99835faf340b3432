//! The simulator on a socket, with a receiver of its webhooks.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tollgate_simulators::delivery::State;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::stripe::{Account, Stripe, Version, sign};

type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// Answers 500 to the first webhook, 200 to the others.
async fn receiver() -> (String, Heard) {
    let heard: Heard = Arc::default();
    let kept = heard.clone();
    let hear = async move |headers: HeaderMap, body: String| {
        let mut heard = kept.lock();
        heard.push((headers["stripe-signature"].to_str().unwrap().to_owned(), body));
        if heard.len() == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/card", listener.local_addr().unwrap());
    let router = Router::new().route("/hooks/card", post(hear));
    tokio::spawn(serve(listener, router, None));
    (url, heard)
}

#[tokio::test]
async fn webhooks_reach_a_receiver_signed_and_are_kept_until_it_takes_them() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stripe = Stripe::new(Rig::for_test(&base, 1), Account::test());
    tokio::spawn(serve(listener, stripe.router(), None));
    let (url, heard) = receiver().await;
    let client = tollgate_simulators::http_client::builder().build().unwrap();
    let ask = |path: &str, form: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        client
            .post(format!("{base}/v1/{path}"))
            .header("authorization", "Bearer sk_test_simulator")
            .header("stripe-version", Version::NEWEST.name())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let made = ask("webhook_endpoints", &[("url", &url), ("enabled_events[]", "customer.created")]).await.unwrap();
    let made: serde_json::Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    assert_eq!(ask("customers", &[]).await.unwrap().status(), 200);
    let outbox = &stripe.rig().outbox;
    assert_eq!(outbox.deliver(1, None).await, Some(500));
    assert_eq!(outbox.all()[0].state, State::Waiting);
    assert_eq!(outbox.deliver(1, None).await, Some(200));
    assert_eq!(outbox.all()[0].state, State::Delivered);
    assert_eq!(outbox.deliver(1, None).await, Some(200), "and once more: a double");
    let heard = heard.lock();
    let right = sign(made["secret"].as_str().unwrap(), &heard[2].1, stripe.rig().clock.now_s());
    assert!(heard.len() == 3 && heard[2].0.ends_with(&right));
}
