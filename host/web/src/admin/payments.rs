//! Every payment, newest first.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::payment::Payment;

use super::attention::gateway_names;
use super::menu;
use super::paging::{Asked, Paging, cut};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{FieldMessage, MoneyView, Page, StaffVisit, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    payments: Vec<PaymentView>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize)]
struct PaymentView {
    reference: String,
    invoice_url: String,
    gateway: String,
    state: &'static str,
    created: Option<Moment>,
    checked: Option<Moment>,
    amount: MoneyView,
    received: MoneyView,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let mut rows = state.billing().payments(asked.page()?).await?;
    let paging = cut(&mut rows, |(row, _)| *row, &asked, "/admin/payments?");
    let names = gateway_names(&state).await?;
    let words = &visit.reader.words;
    let view = |payment: Payment| {
        let name = names.get(&payment.instance).cloned();
        view_of(words, payment, name)
    };
    let data =
        View { errors: Vec::new(), payments: rows.into_iter().map(|(_, payment)| view(payment)).collect(), paging };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/payments", layout, data).render(&state, &visit.reader)
}

fn view_of(words: &Words, payment: Payment, gateway: Option<String>) -> PaymentView {
    PaymentView {
        invoice_url: format!("/admin/invoices/{}", payment.invoice),
        gateway: gateway.unwrap_or_else(|| payment.instance.to_string()),
        state: payment.state.code(),
        created: moment_of(words, payment.created),
        checked: payment.checked.and_then(|at| moment_of(words, at)),
        amount: money_of(words, payment.amount),
        received: money_of(words, payment.received),
        reference: payment.reference,
    }
}
