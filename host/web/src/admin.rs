//! The back office: what staff see and do. Every page but the login asks for a session of staff.

mod attention;
mod audit;
mod charge;
mod clients;
mod config_errors;
mod config_view;
mod configure;
mod dashboard;
mod decided;
mod draft;
mod gateways;
mod held;
mod held_forms;
mod held_sides;
mod held_wanted;
mod invoice;
mod invoices;
mod login;
mod menu;
mod open_returns;
mod paging;
mod payments;
mod record;
mod refund;
mod returns_view;
mod second_origin;
mod webhook;
mod webhook_setup;
mod webhook_text;
mod webhooks;

use axum::Router;
use axum::routing::{get, post};
use tollgate_billing::audit::Actor;

use crate::frame::StaffVisit;
use crate::state::WebState;

/// What the back office cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 17] = [
    "admin/attention",
    "admin/audit",
    "admin/clients",
    "admin/configure",
    "admin/dashboard",
    "admin/decided",
    "admin/error",
    "admin/gateways",
    "admin/held",
    "admin/held-confirm",
    "admin/invoice",
    "admin/invoices",
    "admin/login",
    "admin/payments",
    "admin/refund",
    "admin/webhook",
    "admin/webhooks",
];

pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route("/admin", get(dashboard::show))
        .route("/admin/login", get(login::form).post(login::log_in))
        .route("/admin/logout", post(login::log_out))
        .route("/admin/gateways", get(gateways::show))
        .route("/admin/gateways/{id}", get(configure::show).post(configure::submit))
        .route("/admin/gateways/{id}/webhook", post(webhook_setup::set_up))
        .route("/admin/gateways/{id}/enable", post(gateways::enable))
        .route("/admin/gateways/{id}/move", post(gateways::reorder))
        .route("/admin/invoices", get(invoices::show))
        .route("/admin/invoices/{id}", get(invoice::show))
        .route("/admin/invoices/{id}/charge", post(charge::charge))
        .route("/admin/invoices/{id}/record", post(invoice::record))
        .route("/admin/payments", get(payments::show))
        .route("/admin/payments/{id}/refund", get(refund::show).post(refund::submit))
        .route("/admin/webhooks", get(webhooks::show))
        .route("/admin/webhooks/{id}", get(webhook::show))
        .route("/admin/webhooks/{id}/process", post(webhook::process))
        .route("/admin/attention", get(attention::show))
        .route("/admin/attention/decided", get(decided::show))
        .route("/admin/attention/{id}", get(held::show))
        .route("/admin/attention/{id}/review", post(held_forms::review))
        .route("/admin/attention/{id}/decide", post(held_forms::decide))
        .route("/admin/clients", get(clients::show))
        .route("/admin/audit", get(audit::show))
}

/// Who the audit log names for what is done in this visit.
fn by(visit: &StaffVisit) -> Actor {
    Actor::Staff(visit.staff.id)
}
