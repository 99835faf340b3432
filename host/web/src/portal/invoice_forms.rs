//! The forms of an invoice's page: pay, use credit, choose another gateway, ask again.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::{Redirect, Response};
use tollgate_billing::billing::BillingError;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::money::Money;
use tollgate_billing::ports::Applied;

use super::invoice::{Refused, draw};
use super::invoice_id;
use crate::errors::{WebError, money_words, refusal_words};
use crate::format;
use crate::frame::{ClientVisit, Flash, FlashKind, Posted, message_for, redirect};
use crate::state::WebState;

/// The longest id of an instance, as the contract says.
const INSTANCE_BYTES_MAX: usize = 60;

/// "Pay Now!": the payment is stored here; its page asks the gateway.
pub async fn pay(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    match state.billing().pay(form.visit.client.id, invoice_id(&id)?).await {
        Ok(payment) => Ok(Redirect::to(&format!("/billing/payments/{payment}")).into_response()),
        Err(error) => refuse(&state, &form.visit, &id, ("gateway", String::new()), error).await,
    }
}

pub async fn change_gateway(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let chosen = form.text("gateway")?;
    let outcome = match chosen {
        "" => Err(BillingError::NoGateway),
        long if long.len() > INSTANCE_BYTES_MAX => Err(BillingError::GatewayNotOffered),
        chosen => {
            let chosen = InstanceId::new(chosen);
            state.billing().change_gateway(form.visit.client.id, invoice_id(&id)?, &chosen).await
        }
    };
    match outcome {
        Ok(()) => {
            let label = label_of(&state, &form.visit, &id, chosen).await?;
            let flash = Flash::new(FlashKind::Success, "gateway-changed").with(label);
            Ok(redirect(&state, &format!("/billing/invoices/{id}"), Some(flash)))
        }
        Err(error) => refuse(&state, &form.visit, &id, ("gateway", String::new()), error).await,
    }
}

async fn label_of(state: &WebState, visit: &ClientVisit, id: &str, instance: &str) -> Result<String, WebError> {
    let page = state.billing().invoice_page(visit.client.id, invoice_id(id)?).await?;
    let choice = page.choices.into_iter().find(|choice| choice.instance.as_str() == instance);
    Ok(choice.map_or_else(|| instance.to_owned(), |choice| choice.label))
}

/// Uses credit: all that is possible, or the amount that was typed.
pub async fn apply_credit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let key = form.form_key()?;
    let typed = form.text("credit_amount")?.to_owned();
    let client = form.visit.client.id;
    let before = state.billing().invoice_page(client, invoice_id(&id)?).await?;
    let amount = match form.text("all")? {
        "yes" => None,
        _ => match Money::parse(&typed, before.invoice.currency()) {
            Ok(amount) if amount.is_positive() => Some(amount),
            Ok(_) => return not_positive(&state, &form.visit, &id, typed).await,
            Err(error) => {
                let errors = vec![message_for("credit_amount", money_words(&form.visit.reader.words, &error))];
                return draw(&state, &form.visit, &id, Refused { errors, credit_amount: typed }).await;
            }
        },
    };
    match state.billing().apply_credit(client, before.invoice.id, amount, key).await {
        Ok(applied) => {
            let used = format::money(&form.visit.reader.words, amount.unwrap_or(before.credit_applicable));
            let flash = match applied {
                Applied::Now => Flash::new(FlashKind::Success, "credit-applied").with(used),
                Applied::Before => Flash::new(FlashKind::Info, "credit-applied-before"),
            };
            Ok(redirect(&state, &format!("/billing/invoices/{id}"), Some(flash)))
        }
        Err(error) => refuse(&state, &form.visit, &id, ("credit_amount", typed), error).await,
    }
}

async fn not_positive(state: &WebState, visit: &ClientVisit, id: &str, typed: String) -> Result<Response, WebError> {
    let message = visit.reader.words.say("error-amount-not-positive");
    let errors = vec![message_for("credit_amount", message)];
    draw(state, visit, id, Refused { errors, credit_amount: typed }).await
}

/// "Reload": really asks, but not more often than the provider could have news.
pub async fn reload(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    let (client, invoice) = (form.visit.client.id, invoice_id(&id)?);
    let page = state.billing().invoice_page(client, invoice).await?;
    let url = format!("/billing/invoices/{id}");
    if !page.payments.iter().any(|payment| payment.can_check) {
        return Ok(redirect(&state, &url, Some(Flash::new(FlashKind::Info, "reload-nothing"))));
    }
    // Asked a moment ago: the page says when, which is all that asking again would tell.
    if state.limits().reloads.take(&invoice.to_string(), state.billing().now()).is_ok() {
        state.billing().reload(client, invoice).await?;
    }
    Ok(redirect(&state, &url, Some(Flash::new(FlashKind::Info, "reloaded"))))
}

/// The invoice's page with what is wrong beside the field, where the form is to blame.
async fn refuse(
    state: &WebState,
    visit: &ClientVisit,
    id: &str,
    (field, typed): (&str, String),
    error: BillingError,
) -> Result<Response, WebError> {
    match refusal_words(&visit.reader.words, &error) {
        Some(message) => {
            let field = if error == BillingError::NothingDue { "" } else { field };
            let errors = vec![message_for(field, message)];
            draw(state, visit, id, Refused { errors, credit_amount: typed }).await
        }
        None => Err(WebError::from(error).back_to(&format!("/billing/invoices/{id}"))),
    }
}
