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
mod mail;
mod menu;
mod open_returns;
mod paging;
mod payments;
mod plugins;
mod record;
mod refund;
mod reset;
mod returns_view;
mod second_origin;
mod second_step;
mod webhook;
mod webhook_setup;
mod webhook_text;
mod webhooks;

use tollgate_billing::audit::Actor;
use tollgate_billing::roles::Right;

use crate::frame::StaffVisit;
use crate::routes::{Access, Routes};
use crate::second_step::{show as show_second_step, submit as submit_second_step};
use crate::security;
use crate::state::WebState;
use second_step::StaffDoor;

pub(crate) use menu::layout;
pub(crate) use reset::PLACE as RESET;

// What the routes below need of a role, as short as a table wants it.
const SEE: Access = Access::Staff(Right::See);
const OWN: Access = Access::Staff(Right::OwnAccess);
const REPROCESS: Access = Access::Staff(Right::Reprocess);
const BOOK: Access = Access::Staff(Right::Book);
const CONFIGURE: Access = Access::Staff(Right::Configure);

/// What the back office cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 29] = [
    "admin/attention",
    "admin/audit",
    "admin/clients",
    "admin/configure",
    "admin/dashboard",
    "admin/decided",
    "admin/error",
    "admin/factor-remove",
    "admin/forgot-password",
    "admin/gateways",
    "admin/held",
    "admin/held-confirm",
    "admin/invoice",
    "admin/invoices",
    "admin/login",
    "admin/mail",
    "admin/new-password",
    "admin/passkey",
    "admin/payments",
    "admin/plugin",
    "admin/plugin-offer",
    "admin/plugin-remove",
    "admin/recovery-codes",
    "admin/refund",
    "admin/second-step",
    "admin/second-step-set-up",
    "admin/security",
    "admin/webhook",
    "admin/webhooks",
];

pub(crate) fn routes(state: &WebState) -> Routes {
    Routes::new(state)
        .get("/admin", SEE, dashboard::show)
        .get("/admin/login", Access::Anyone, login::form)
        .post("/admin/login", Access::Anyone, login::log_in)
        .get("/admin/login/second-step", Access::Anyone, show_second_step::<StaffDoor>)
        .post("/admin/login/second-step", Access::Anyone, submit_second_step::<StaffDoor>)
        .get(RESET.forgot, Access::Anyone, reset::ask)
        .post(RESET.forgot, Access::Anyone, reset::asked)
        .get(RESET.new, Access::Anyone, reset::open)
        .post(RESET.new, Access::Anyone, reset::set)
        .post("/admin/logout", OWN, login::log_out)
        .get("/admin/security", OWN, security::show::<StaffVisit>)
        .post("/admin/security/password", OWN, security::change_password::<StaffVisit>)
        .post("/admin/security/second-step/set-up", OWN, security::begin_second_step::<StaffVisit>)
        .post("/admin/security/second-step/confirm", OWN, security::confirm_second_step::<StaffVisit>)
        .post("/admin/security/second-step/codes", OWN, security::new_recovery_codes::<StaffVisit>)
        .post("/admin/security/second-step/off", OWN, security::end_second_step::<StaffVisit>)
        .post("/admin/security/second-step/passkey", OWN, security::begin_passkey::<StaffVisit>)
        .post("/admin/security/second-step/passkeys", OWN, security::add_passkey::<StaffVisit>)
        .get("/admin/security/second-step/{factor}/remove", OWN, security::ask_to_remove_factor::<StaffVisit>)
        .post("/admin/security/second-step/{factor}/remove", OWN, security::remove_factor::<StaffVisit>)
        .post("/admin/security/sessions/{id}/end", OWN, security::end_session::<StaffVisit>)
        .post("/admin/security/sessions/end-others", OWN, security::end_other_sessions::<StaffVisit>)
        .get("/admin/gateways", SEE, gateways::show)
        .get("/admin/gateways/{id}", SEE, configure::show)
        .post("/admin/gateways/{id}", CONFIGURE, configure::submit)
        .post("/admin/gateways/{id}/webhook", CONFIGURE, webhook_setup::set_up)
        .post("/admin/gateways/{id}/enable", CONFIGURE, gateways::enable)
        .post("/admin/gateways/{id}/move", CONFIGURE, gateways::reorder)
        .get("/admin/invoices", SEE, invoices::show)
        .get("/admin/invoices/{id}", SEE, invoice::show)
        .post("/admin/invoices/{id}/charge", BOOK, charge::charge)
        .post("/admin/invoices/{id}/record", BOOK, invoice::record)
        .get("/admin/payments", SEE, payments::show)
        .get("/admin/payments/{id}/refund", BOOK, refund::show)
        .post("/admin/payments/{id}/refund", BOOK, refund::submit)
        .get("/admin/webhooks", SEE, webhooks::show)
        .get("/admin/webhooks/{id}", SEE, webhook::show)
        .post("/admin/webhooks/{id}/process", REPROCESS, webhook::process)
        .get("/admin/attention", SEE, attention::show)
        .get("/admin/attention/decided", SEE, decided::show)
        .get("/admin/attention/{id}", SEE, held::show)
        .post("/admin/attention/{id}/review", BOOK, held_forms::review)
        .post("/admin/attention/{id}/decide", BOOK, held_forms::decide)
        .get("/admin/clients", SEE, clients::show)
        .get("/admin/mail", SEE, mail::show)
        .get("/admin/audit", SEE, audit::show)
        .merge(plugins::routes(state))
}

/// Who the audit log names for what is done in this visit.
fn by(visit: &StaffVisit) -> Actor {
    Actor::Staff(visit.staff.id)
}
