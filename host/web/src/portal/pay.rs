//! The pay-now page of a payment: the gateway's answer, framed.

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{Answer, PayNow, Settled, Submitted};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::plugin::{NextStep, Page as PluginAnswer};

use super::confined::Confined;
use super::pay_view::{pay_data, redirect_view};
use super::plugin_page::Region;
use crate::errors::WebError;
use crate::frame::{ClientVisit, Flash, FlashKind, Layout, MoneyView, Page, Posted, money_of, redirect};
use crate::state::WebState;
use crate::texts::Words;

/// Letters and digits of a payment's id.
const ID_BYTES: usize = 26;
/// The longest query that a provider sends a client back with.
const QUERY_BYTES_MAX: usize = 8 * 1024;

/// What a gateway's template may know of the payment.
#[derive(Serialize)]
pub struct GatewayHost {
    payment: PaymentForPlugin,
    invoice: InvoiceForPlugin,
}

#[derive(Serialize)]
struct PaymentForPlugin {
    amount: MoneyView,
    reference: String,
}

#[derive(Serialize)]
struct InvoiceForPlugin {
    number: String,
}

impl GatewayHost {
    pub fn of(words: &Words, shown: &PayNow) -> Self {
        Self {
            payment: PaymentForPlugin {
                amount: money_of(words, shown.payment.amount),
                reference: shown.payment.reference.clone(),
            },
            invoice: InvoiceForPlugin { number: shown.invoice.number.clone() },
        }
    }
}

/// What is no id of ours is a payment that there is not.
fn payment_id(text: &str) -> Result<PaymentId, WebError> {
    let plain = text.len() == ID_BYTES && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(PaymentId::new(text)) } else { Err(WebError::NotFound) }
}

/// What a client does with a payment. Each has a count of its own: who reloads a page too often can still come back to it.
#[derive(Debug, Clone, Copy)]
enum Doing {
    Opening,
    Sending,
    Returning,
}

/// Counts what may ask the provider. Nothing is lost where it was too often: what was paid is found without the client.
fn take_turn(state: &WebState, visit: &ClientVisit, doing: Doing) -> Result<(), WebError> {
    let key = format!("{doing:?} {}", visit.client.id);
    let taken = state.limits().paying.take(&key, state.billing().now());
    taken.map_err(|retry_after_s| WebError::TooMany { retry_after_s })
}

pub async fn show(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    take_turn(&state, &visit, Doing::Opening)?;
    let shown = state.billing().pay_now(visit.client.id, &payment_id(&id)?).await?;
    draw(&state, &visit, &shown, BTreeMap::new()).await
}

pub async fn submit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted<ClientVisit>,
) -> Result<Response, WebError> {
    take_turn(&state, &form.visit, Doing::Sending)?;
    let fields = form.fields.for_plugin();
    let submitted = state.billing().submit_payment(form.visit.client.id, &payment_id(&id)?, &fields).await?;
    let typed = fields.into_iter().collect();
    answer(&state, &form.visit, &id, submitted, typed).await
}

/// The client comes back from the provider. Nothing that they bring is believed: the gateway asks.
pub async fn come_back(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = query.unwrap_or_default();
    if query.len() > QUERY_BYTES_MAX {
        return Err(WebError::BadRequest);
    }
    take_turn(&state, &visit, Doing::Returning)?;
    let submitted = state.billing().return_from_provider(visit.client.id, &payment_id(&id)?, &query).await?;
    answer(&state, &visit, &id, submitted, BTreeMap::new()).await
}

/// The client turned back at the provider. The payment stays as it is: the money may still be under way.
pub async fn cancel(
    State(state): State<WebState>,
    visit: ClientVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let invoice = invoice_of(&state, &visit, &payment_id(&id)?).await?;
    Ok(redirect(&state, &invoice, None))
}

/// The address of the invoice that a client's payment is for.
async fn invoice_of(state: &WebState, visit: &ClientVisit, id: &PaymentId) -> Result<String, WebError> {
    let payment = state.billing().store().payment(id).await?;
    let own = payment.filter(|payment| payment.client == visit.client.id).ok_or(WebError::NotFound)?;
    Ok(format!("/billing/invoices/{}", own.invoice))
}

async fn answer(
    state: &WebState,
    visit: &ClientVisit,
    id: &str,
    submitted: Submitted,
    typed: BTreeMap<String, String>,
) -> Result<Response, WebError> {
    match submitted {
        Submitted::Show(shown) => draw(state, visit, &shown, typed).await,
        Submitted::Settled(settled) => {
            let invoice = invoice_of(state, visit, &payment_id(id)?).await?;
            let booked = settled.iter().any(|one| matches!(one, Settled::Booked { .. }));
            let flash = if booked {
                Flash::new(FlashKind::Success, "payment-received")
            } else {
                Flash::new(FlashKind::Info, "payment-noted")
            };
            Ok(redirect(state, &invoice, Some(flash)))
        }
    }
}

async fn draw(
    state: &WebState,
    visit: &ClientVisit,
    shown: &PayNow,
    typed: BTreeMap<String, String>,
) -> Result<Response, WebError> {
    let layout = Layout::for_client(state, visit).await?;
    let back = format!("/billing/invoices/{}", shown.invoice.id);
    let mut data = pay_data(state, &visit.reader.words, shown);
    match &shown.answer {
        Answer::Next(NextStep::Page(page)) => {
            let content = region(state, visit, shown, page, typed).map_err(|error| error.back_to(&back))?;
            Page::new("portal/pay", layout, data).content(content).render(state, &visit.reader)
        }
        Answer::Next(NextStep::Confined(page)) => {
            Confined { state, visit, shown, page }.draw(layout, data).map_err(|error| error.back_to(&back))
        }
        Answer::Next(NextStep::Redirect(redirect)) => {
            let refresh = redirect.fields.is_empty().then(|| redirect.to.url().to_owned());
            data.redirect = Some(redirect_view(redirect));
            Page::new("portal/pay", layout, data)
                .form_targets(vec![redirect.to.origin()])
                .refresh(refresh)
                .render(state, &visit.reader)
        }
        _ => Page::new("portal/pay", layout, data).render(state, &visit.reader),
    }
}

fn region(
    state: &WebState,
    visit: &ClientVisit,
    shown: &PayNow,
    page: &PluginAnswer,
    typed: BTreeMap<String, String>,
) -> Result<String, WebError> {
    let region = Region {
        plugin: &shown.payment.plugin,
        manifest: shown.manifest.clone(),
        page,
        action: Some(format!("/billing/payments/{}", shown.payment.id)),
        errors: Vec::new(),
        values: typed,
        host: GatewayHost::of(&visit.reader.words, shown),
    };
    region.render(state, &visit.reader)
}
