//! What clients see: login, invoices, paying, credit, the modules' tabs.

mod charge;
mod confined;
mod credit;
mod invoice;
mod invoice_forms;
mod invoice_view;
mod invoices;
mod login;
mod method_view;
mod methods;
mod pay;
mod pay_view;
mod plugin_page;
mod returns_view;
mod tab;
mod terms;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::state::WebState;

pub(crate) use invoice_view::{InvoiceView, invoice_view, status_word};
pub(crate) use login::local_path;
pub(crate) use method_view::{METHODS, MethodView, method_view};
pub(crate) use methods::method_id;

/// What the portal cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 13] = [
    "portal/charge",
    "portal/confined",
    "portal/confined-gone",
    "portal/credit",
    "portal/error",
    "portal/invoice",
    "portal/invoices",
    "portal/login",
    "portal/method-remove",
    "portal/methods",
    "portal/pay",
    "portal/tab",
    "portal/terms",
];

/// Rows of one piece of a list.
const ROWS: u32 = 25;

pub(crate) fn routes() -> Router<WebState> {
    let start = || async { Redirect::to("/billing/invoices") };
    Router::new()
        .route("/", get(start))
        .route("/billing", get(start))
        .route("/login", get(login::form).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/terms", get(terms::show))
        .route("/billing/terms", get(terms::show))
        .route("/billing/invoices", get(invoices::list))
        .route("/billing/invoices/{id}", get(invoice::show))
        .route("/billing/invoices/{id}/pdf", get(invoice::pdf))
        .route("/billing/invoices/{id}/state", get(invoice::state_of))
        .route("/billing/invoices/{id}/pay", post(invoice_forms::pay))
        .route("/billing/invoices/{id}/credit", post(invoice_forms::apply_credit))
        .route("/billing/invoices/{id}/gateway", post(invoice_forms::change_gateway))
        .route("/billing/invoices/{id}/reload", post(invoice_forms::reload))
        .route("/billing/invoices/{id}/charge", get(charge::confirm).post(charge::charge))
        .route("/billing/payments/{id}", get(pay::show).post(pay::submit))
        .route("/billing/payments/{id}/return", get(pay::come_back))
        .route("/billing/payments/{id}/cancel", get(pay::cancel))
        .route("/billing/credit", get(credit::show))
        .route(METHODS, get(methods::list))
        .route("/billing/payment-methods/{id}/default", post(methods::make_default))
        .route("/billing/payment-methods/{id}/remove", get(methods::confirm_removal).post(methods::remove))
        .route("/billing/{slug}", get(tab::show).post(tab::submit))
}

/// An id out of a path; what is no id is nothing that there is.
pub(crate) fn invoice_id(text: &str) -> Result<tollgate_billing::ids::InvoiceId, crate::errors::WebError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| plain);
    number.map(tollgate_billing::ids::InvoiceId).ok_or(crate::errors::WebError::NotFound)
}
