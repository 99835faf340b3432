//! The page on which the buyer approves, as PayPal has it: a form, no script.

use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::Simulator;
use super::order::{Funding, Order, Reason, Status};

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

/// What the buyer can choose; the last one only where the merchant takes payments that come later.
const CHOICES: [(&str, &str); 3] = [
    ("balance", "PayPal balance"),
    ("card", "Visa ending in 0002 (the bank will decline it)"),
    ("later", "Bank account (the money comes in some days)"),
];

pub(super) async fn show(State(simulator): State<Simulator>, Query(asked): Query<Token>) -> Response {
    simulator.act(|world, _| match world.orders.get(&asked.token) {
        Some(order) if is_open(order) => Html(form(order, &world.account.name)).into_response(),
        Some(order) => ended(Some(order)),
        None => ended(None),
    })
}

#[derive(Deserialize)]
pub(super) struct Decision {
    token: String,
    action: String,
    #[serde(default)]
    funding: String,
}

pub(super) async fn decide(State(simulator): State<Simulator>, Form(decision): Form<Decision>) -> Response {
    simulator.act(|world, now_ms| {
        let Some(order) = world.orders.get(&decision.token).filter(|order| is_open(order)).cloned() else {
            return ended(world.orders.get(&decision.token));
        };
        if decision.action == "cancel" {
            return back(order.experience.cancel_url.as_deref(), &[("token", &order.id)]);
        }
        let funding = match decision.funding.as_str() {
            "balance" => Funding::Balance,
            "card" => Funding::DecliningCard,
            "later" => Funding::Later(Reason::Echeck),
            _ => return (StatusCode::UNPROCESSABLE_ENTITY, Html(form(&order, &world.account.name))).into_response(),
        };
        if decision.action != "approve" || world.approve(&order.id, funding, now_ms) != Ok(true) {
            return (StatusCode::UNPROCESSABLE_ENTITY, Html(form(&order, &world.account.name))).into_response();
        }
        back(order.experience.return_url.as_deref(), &[("token", &order.id), ("PayerID", &world.payer.id)])
    })
}

fn is_open(order: &Order) -> bool {
    !matches!(order.status, Status::Completed | Status::Voided)
}

/// Sends the buyer to the merchant, with these added to whatever the address had.
fn back(url: Option<&str>, added: &[(&str, &str)]) -> Response {
    let Some(mut url) = url.and_then(|text| Url::parse(text).ok()) else {
        return Html(page("Done", "<p>You can close this window.</p>")).into_response();
    };
    url.query_pairs_mut().extend_pairs(added);
    Redirect::to(url.as_str()).into_response()
}

fn ended(order: Option<&Order>) -> Response {
    let text = match order.map(|order| order.status) {
        Some(Status::Completed) => "This payment was made already.",
        _ => "This payment has expired or was cancelled. Go back to the merchant and start again.",
    };
    let link = order.and_then(|order| order.experience.cancel_url.as_deref());
    let link = link.map(|url| format!("<p><a href=\"{}\">Return to the merchant</a></p>", escaped(url)));
    let body = format!("<p>{text}</p>{}", link.unwrap_or_default());
    (StatusCode::GONE, Html(page("Nothing to pay", &body))).into_response()
}

fn form(order: &Order, merchant: &str) -> String {
    let brand = escaped(order.experience.brand_name.as_deref().unwrap_or(merchant));
    let amount = format!("{} {}", order.unit.amount.value(), order.unit.amount.currency.code);
    let bought = order.unit.description.as_deref().map(|text| format!("<p>{}</p>", escaped(text)));
    let choices = CHOICES.iter().filter(|(value, _)| *value != "later" || !order.experience.immediate_only);
    let choices: Vec<String> = choices
        .enumerate()
        .map(|(index, (value, label))| {
            let checked = if index == 0 { " checked" } else { "" };
            format!("<label><input type=\"radio\" name=\"funding\" value=\"{value}\"{checked}> {label}</label>")
        })
        .collect();
    let declined = if order.declines > 0 {
        "<p role=\"alert\">Your bank declined the last payment. Choose another way to pay.</p>"
    } else {
        ""
    };
    let button = if order.experience.pay_now { "Pay now" } else { "Continue" };
    let body = format!(
        "{declined}<p class=\"amount\">{amount}</p>{bought}<form method=\"post\" action=\"/checkoutnow\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\
         <fieldset><legend>Pay with</legend>{choices}</fieldset>\
         <button name=\"action\" value=\"approve\">{button}</button>\
         <button name=\"action\" value=\"cancel\" class=\"plain\">Cancel and return to {brand}</button></form>",
        bought = bought.unwrap_or_default(),
        choices = choices.concat(),
        token = escaped(&order.id),
    );
    page(&format!("Pay {brand}"), &body)
}

/// `title` and `body` are HTML.
fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – PayPal simulator</title>\
         <style>{STYLE}</style></head><body><header>PayPal simulator: no real money</header>\
         <main><h1>{title}</h1>{body}</main></body></html>"
    )
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#111;background:#f5f7fa}\
    header{background:#003087;color:#fff;padding:.75rem 1rem}\
    main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}\
    h1{font-size:1.25rem;margin:0}.amount{font-size:1.75rem;font-weight:600;margin:.5rem 0}\
    fieldset{border:1px solid #6b7280;border-radius:.5rem;margin:1rem 0}label{display:block;padding:.4rem 0}\
    button{display:block;width:100%;padding:.75rem;margin-top:.75rem;border:1px solid #003087;border-radius:2rem;\
    background:#003087;color:#fff;font:inherit}button.plain{background:#fff;color:#003087}";

fn escaped(text: &str) -> String {
    let entity = |character: char| match character {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(entity).collect()
}
