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
mod reset;
mod returns_view;
mod second_step;
mod tab;
mod terms;

use axum::response::Redirect;

use crate::frame::ClientVisit;
use crate::routes::{Access, Routes};
use crate::second_step::{show as show_second_step, submit as submit_second_step};
use crate::security;
use crate::state::WebState;
use second_step::ClientDoor;

pub(crate) use invoice_view::{InvoiceView, invoice_view, status_word};
pub(crate) use login::local_path;
pub(crate) use method_view::{METHODS, MethodView, method_view};
pub(crate) use methods::method_id;
pub(crate) use reset::PLACE as RESET;

/// What the portal cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 21] = [
    "portal/charge",
    "portal/confined",
    "portal/confined-gone",
    "portal/credit",
    "portal/error",
    "portal/factor-remove",
    "portal/forgot-password",
    "portal/invoice",
    "portal/invoices",
    "portal/login",
    "portal/method-remove",
    "portal/methods",
    "portal/new-password",
    "portal/passkey",
    "portal/pay",
    "portal/recovery-codes",
    "portal/second-step",
    "portal/second-step-set-up",
    "portal/security",
    "portal/tab",
    "portal/terms",
];

/// Rows of one piece of a list.
const ROWS: u32 = 25;

pub(crate) fn routes(state: &WebState) -> Routes {
    let start = || async { Redirect::to("/billing/invoices") };
    Routes::new(state)
        .get("/", Access::Anyone, start)
        .get("/billing", Access::Anyone, start)
        .get("/login", Access::Anyone, login::form)
        .post("/login", Access::Anyone, login::log_in)
        .get("/login/second-step", Access::Anyone, show_second_step::<ClientDoor>)
        .post("/login/second-step", Access::Anyone, submit_second_step::<ClientDoor>)
        .get(RESET.forgot, Access::Anyone, reset::ask)
        .post(RESET.forgot, Access::Anyone, reset::asked)
        .get(RESET.new, Access::Anyone, reset::open)
        .post(RESET.new, Access::Anyone, reset::set)
        .post("/logout", Access::Client, login::log_out)
        .get("/security", Access::Client, security::show::<ClientVisit>)
        .post("/security/password", Access::Client, security::change_password::<ClientVisit>)
        .post("/security/second-step/set-up", Access::Client, security::begin_second_step::<ClientVisit>)
        .post("/security/second-step/confirm", Access::Client, security::confirm_second_step::<ClientVisit>)
        .post("/security/second-step/codes", Access::Client, security::new_recovery_codes::<ClientVisit>)
        .post("/security/second-step/off", Access::Client, security::end_second_step::<ClientVisit>)
        .post("/security/second-step/passkey", Access::Client, security::begin_passkey::<ClientVisit>)
        .post("/security/second-step/passkeys", Access::Client, security::add_passkey::<ClientVisit>)
        .get("/security/second-step/{factor}/remove", Access::Client, security::ask_to_remove_factor::<ClientVisit>)
        .post("/security/second-step/{factor}/remove", Access::Client, security::remove_factor::<ClientVisit>)
        .post("/security/sessions/{id}/end", Access::Client, security::end_session::<ClientVisit>)
        .post("/security/sessions/end-others", Access::Client, security::end_other_sessions::<ClientVisit>)
        .get("/terms", Access::Client, terms::show)
        .get("/billing/terms", Access::Client, terms::show)
        .get("/billing/invoices", Access::Client, invoices::list)
        .get("/billing/invoices/{id}", Access::Client, invoice::show)
        .get("/billing/invoices/{id}/pdf", Access::Client, invoice::pdf)
        .get("/billing/invoices/{id}/state", Access::Client, invoice::state_of)
        .post("/billing/invoices/{id}/pay", Access::Client, invoice_forms::pay)
        .post("/billing/invoices/{id}/credit", Access::Client, invoice_forms::apply_credit)
        .post("/billing/invoices/{id}/gateway", Access::Client, invoice_forms::change_gateway)
        .post("/billing/invoices/{id}/reload", Access::Client, invoice_forms::reload)
        .get("/billing/invoices/{id}/charge", Access::Client, charge::confirm)
        .post("/billing/invoices/{id}/charge", Access::Client, charge::charge)
        .get("/billing/payments/{id}", Access::Client, pay::show)
        .post("/billing/payments/{id}", Access::Client, pay::submit)
        .get("/billing/payments/{id}/return", Access::Client, pay::come_back)
        .get("/billing/payments/{id}/cancel", Access::Client, pay::cancel)
        .get("/billing/credit", Access::Client, credit::show)
        .get(METHODS, Access::Client, methods::list)
        .post("/billing/payment-methods/{id}/default", Access::Client, methods::make_default)
        .get("/billing/payment-methods/{id}/remove", Access::Client, methods::confirm_removal)
        .post("/billing/payment-methods/{id}/remove", Access::Client, methods::remove)
        .get("/billing/{slug}", Access::Client, tab::show)
        .post("/billing/{slug}", Access::Client, tab::submit)
}

/// An id out of a path; what is no id is nothing that there is.
pub(crate) fn invoice_id(text: &str) -> Result<tollgate_billing::ids::InvoiceId, crate::errors::WebError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| plain);
    number.map(tollgate_billing::ids::InvoiceId).ok_or(crate::errors::WebError::NotFound)
}
