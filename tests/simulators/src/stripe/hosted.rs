//! The pages and scripts that a browser gets: the stand-in for Stripe.js, the Payment Element's frame, 3-D Secure.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use http::{StatusCode, header};
use serde::Deserialize;
use url::Url;

use super::Stripe;
use super::problem::Problem;

pub fn routes(stripe: Stripe) -> Router {
    let script = |text: &'static str| get(async move || asset("text/javascript; charset=utf-8", text));
    let page = |text: &'static str| asset("text/html; charset=utf-8", text);
    Router::new()
        .route("/v3", script(include_str!("assets/v3.js")))
        .route("/v3/", script(include_str!("assets/v3.js")))
        .route("/v3/element.js", script(include_str!("assets/element.js")))
        .route("/v3/challenge.js", script(include_str!("assets/challenge.js")))
        .route("/v3/frame.css", get(async || asset("text/css; charset=utf-8", include_str!("assets/frame.css"))))
        .route("/v3/element", get(async move || page(include_str!("assets/element.html"))))
        .route("/v3/challenge", get(async move || page(include_str!("assets/challenge.html"))))
        .route("/v3/authenticate", get(async move || page(include_str!("assets/challenge.html"))).post(authenticate))
        .with_state(stripe)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    // A frame in a page without an origin of its own asks as a stranger.
    let headers =
        [(header::CONTENT_TYPE, kind), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

/// A button of the 3-D Secure page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pressed {
    payment_intent: String,
    client_secret: String,
    outcome: Outcome,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Complete,
    Fail,
}

/// Ends 3-D Secure. Leads back to the merchant where the payment has a return address and the client was sent here;
/// a frame gets 204 and asks for the payment itself.
async fn authenticate(State(stripe): State<Stripe>, Form(pressed): Form<Pressed>) -> Response {
    let back = stripe.with(|books| {
        let intent = books.intents.get(&pressed.payment_intent)?;
        if intent.client_secret != pressed.client_secret {
            return None;
        }
        let leads_back = intent.next_action.as_ref().is_some_and(|action| action["type"] == "redirect_to_url");
        let return_url = intent.return_url.clone().filter(|_| leads_back);
        Some((return_url, books.authenticate(&pressed.payment_intent, pressed.outcome == Outcome::Complete)))
    });
    match back {
        None => (StatusCode::NOT_FOUND, "There is no such payment.").into_response(),
        Some((Some(return_url), result)) => lead_back(&return_url, &pressed, result.is_ok()),
        Some((None, Err(Problem { code: Some("payment_intent_unexpected_state"), .. }))) => {
            (StatusCode::CONFLICT, "This payment does not wait for authentication.").into_response()
        }
        // A refusal is the payment's: the frame finds it there.
        Some((None, _)) => (StatusCode::NO_CONTENT, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]).into_response(),
    }
}

fn lead_back(return_url: &str, pressed: &Pressed, is_paid: bool) -> Response {
    let Ok(mut url) = Url::parse(return_url) else {
        return (StatusCode::BAD_REQUEST, "The payment has no address to return to.").into_response();
    };
    url.query_pairs_mut()
        .append_pair("payment_intent", &pressed.payment_intent)
        .append_pair("payment_intent_client_secret", &pressed.client_secret)
        .append_pair("redirect_status", if is_paid { "succeeded" } else { "failed" });
    Redirect::to(url.as_str()).into_response()
}
