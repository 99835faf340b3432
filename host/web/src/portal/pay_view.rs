//! What the frame around a gateway's page shows.

use serde::Serialize;
use tollgate_billing::billing::{Answer, PayNow, Texts};
use tollgate_billing::plugin::{NextStep, Redirect};

use super::invoice_view::WatchView;
use crate::frame::{FieldMessage, MoneyView, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Serialize)]
pub struct PayData {
    pub invoice: PayInvoice,
    pub payment: PayPayment,
    pub answer: &'static str,
    pub message: Option<String>,
    pub redirect: Option<RedirectView>,
    pub confined: Option<ConfinedView>,
    pub watch: Option<WatchView>,
    pub errors: Vec<FieldMessage>,
}

#[derive(Serialize)]
pub struct PayInvoice {
    pub number: String,
    pub url: String,
    pub amount_due: MoneyView,
}

#[derive(Serialize)]
pub struct PayPayment {
    pub id: String,
    pub url: String,
    pub amount: MoneyView,
    pub reference: String,
    pub gateway: String,
}

/// The frame of a page that runs scripts.
#[derive(Serialize)]
pub struct ConfinedView {
    /// Opens once.
    pub url: String,
    pub sandbox: &'static str,
}

#[derive(Serialize)]
pub struct RedirectView {
    pub url: String,
    /// Shown, so that the client knows where they go.
    pub host: String,
    pub fields: Vec<RedirectField>,
}

#[derive(Serialize)]
pub struct RedirectField {
    pub name: String,
    pub value: String,
}

/// To where the gateway may send clients: the sandbox has asked billing for it.
pub fn redirect_view(redirect: &Redirect) -> RedirectView {
    let field = |(name, value): &(String, String)| RedirectField { name: name.clone(), value: value.clone() };
    RedirectView {
        url: redirect.to.url().to_owned(),
        host: redirect.to.host().to_owned(),
        fields: redirect.fields.iter().map(field).collect(),
    }
}

pub fn pay_data(state: &WebState, words: &Words, shown: &PayNow) -> PayData {
    let locale = words.locale();
    let says = |text| state.plugin_texts().text(&shown.payment.plugin, text, &locale);
    let (answer, message) = match &shown.answer {
        Answer::Next(NextStep::Page(_)) => ("page", None),
        Answer::Next(NextStep::Confined(_)) => ("confined", None),
        Answer::Next(NextStep::Redirect(_)) => ("redirect", None),
        Answer::Next(NextStep::Wait(text)) => ("wait", Some(says(text))),
        Answer::Declined(text) => ("declined", Some(says(text))),
        Answer::Unavailable => ("unavailable", None),
        Answer::Unknown => ("unknown", None),
        Answer::Closed => ("closed", None),
    };
    PayData {
        invoice: PayInvoice {
            number: shown.invoice.number.clone(),
            url: format!("/billing/invoices/{}", shown.invoice.id),
            amount_due: money_of(words, shown.invoice.amount_due()),
        },
        payment: PayPayment {
            id: shown.payment.id.to_string(),
            url: format!("/billing/payments/{}", shown.payment.id),
            amount: money_of(words, shown.payment.amount),
            reference: shown.payment.reference.clone(),
            gateway: shown.gateway.clone(),
        },
        answer,
        message,
        redirect: None,
        confined: None,
        watch: None,
        errors: Vec::new(),
    }
}
