//! Money that went back, as staff read it: each received payment of an invoice with its refunds and disputes.

use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_billing::billing::{InvoicePage, PaymentFacts, RefundOffer};
use tollgate_billing::dispute::{Dispute, DisputeState};
use tollgate_billing::ids::{PluginId, StaffId};
use tollgate_billing::payment::Payment;
use tollgate_billing::refund::Refund;
use tollgate_billing::text::Text;

use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{MoneyView, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

/// A payment that money came in for, or went back of.
#[derive(Serialize)]
pub(crate) struct ReceivedView {
    id: String,
    gateway: String,
    received: MoneyView,
    /// Where the form is; `None` where nothing can be refunded.
    refund_url: Option<String>,
    /// Why nothing can be refunded: the end of the text's id, `admin-refund-not-<why>`.
    why: Option<&'static str>,
    refunds: Vec<RefundView>,
    disputes: Vec<DisputeView>,
}

#[derive(Serialize)]
pub(crate) struct RefundView {
    id: String,
    state: &'static str,
    amount: MoneyView,
    created: Option<Moment>,
    ended: Option<Moment>,
    reason: String,
    /// Who asked for it; `None` where it was made at the provider.
    staff: Option<String>,
    note: Option<String>,
    reference: Option<String>,
    from_credit: Option<MoneyView>,
    loss: Option<MoneyView>,
    invoice_url: String,
    /// The held claim whose money it is.
    held: Option<i64>,
}

#[derive(Serialize)]
pub(crate) struct DisputeView {
    id: String,
    state: &'static str,
    is_open: bool,
    amount: MoneyView,
    opened: Option<Moment>,
    closed: Option<Moment>,
    reason: Option<String>,
    lost: Option<MoneyView>,
    won: Option<MoneyView>,
    kept: Option<MoneyView>,
    /// What the host would lose; while it is open.
    exposure: Option<MoneyView>,
    /// What the host has lost; once it is decided.
    loss: Option<MoneyView>,
    invoice_url: String,
}

/// The payments of an invoice that money came in for, or went back of.
pub(crate) async fn received(
    state: &WebState,
    words: &Words,
    page: &InvoicePage,
) -> Result<Vec<ReceivedView>, WebError> {
    let names = staff_names(state, &page.refunds).await?;
    let mut views = Vec::new();
    let refunded = |payment: &Payment| page.refunds.iter().any(|refund| refund.payment == payment.id);
    let moved = |facts: &&PaymentFacts| facts.payment.received.is_positive() || refunded(&facts.payment);
    for facts in page.payments.iter().filter(moved) {
        let offer = state.billing().refund_offer(&facts.payment.id).await?;
        views.push(received_view(state, words, page, facts, offer, &names));
    }
    Ok(views)
}

fn received_view(
    state: &WebState,
    words: &Words,
    page: &InvoicePage,
    facts: &PaymentFacts,
    offer: RefundOffer,
    names: &BTreeMap<StaffId, String>,
) -> ReceivedView {
    let payment = &facts.payment;
    let refunds = page.refunds.iter().filter(|refund| refund.payment == payment.id);
    let disputes = page.disputes.iter().filter(|dispute| dispute.payment == payment.id);
    let why = why_not(offer);
    ReceivedView {
        id: payment.id.to_string(),
        gateway: facts.gateway.clone(),
        received: money_of(words, payment.received),
        refund_url: why.is_none().then(|| format!("/admin/payments/{}/refund", payment.id)),
        why,
        refunds: refunds.map(|refund| refund_view(state, words, refund, &payment.plugin, names)).collect(),
        disputes: disputes.map(|dispute| dispute_view(state, words, dispute, &payment.plugin)).collect(),
    }
}

/// The end of the text's id, `admin-refund-not-<why>`; `None` where it can be refunded.
pub(crate) fn why_not(offer: RefundOffer) -> Option<&'static str> {
    match offer {
        RefundOffer::Offered { .. } => None,
        RefundOffer::NotByGateway => Some("gateway"),
        RefundOffer::NothingLeft => Some("left"),
        RefundOffer::CreditSpent => Some("spent"),
        RefundOffer::NotDelivered => Some("delivered"),
        RefundOffer::OnlyWhole => Some("whole"),
    }
}

/// Names of those who asked for refunds.
async fn staff_names(state: &WebState, refunds: &[Refund]) -> Result<BTreeMap<StaffId, String>, WebError> {
    let mut names = BTreeMap::new();
    for id in refunds.iter().filter_map(|refund| refund.staff) {
        if !names.contains_key(&id)
            && let Some(staff) = state.billing().store().staff(id).await?
        {
            names.insert(id, staff.name);
        }
    }
    Ok(names)
}

pub(crate) fn refund_view(
    state: &WebState,
    words: &Words,
    refund: &Refund,
    plugin: &PluginId,
    names: &BTreeMap<StaffId, String>,
) -> RefundView {
    let some = |amount: tollgate_billing::money::Money| amount.is_positive().then(|| money_of(words, amount));
    RefundView {
        id: refund.id.to_string(),
        state: refund.state.code(),
        amount: money_of(words, refund.amount),
        created: moment_of(words, refund.created),
        ended: refund.ended.and_then(|at| moment_of(words, at)),
        reason: refund.reason.clone(),
        staff: refund.staff.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())),
        note: refund.note.as_ref().map(|note| said(state, words, plugin, note)),
        reference: refund.provider_reference.clone(),
        from_credit: some(refund.parts.credit),
        loss: some(refund.parts.loss),
        held: refund.held.map(|held| held.0),
        invoice_url: format!("/admin/invoices/{}", refund.invoice),
    }
}

pub(crate) fn dispute_view(state: &WebState, words: &Words, dispute: &Dispute, plugin: &PluginId) -> DisputeView {
    let some = |amount: tollgate_billing::money::Money| amount.is_positive().then(|| money_of(words, amount));
    let is_open = dispute.state() == DisputeState::Open;
    DisputeView {
        id: dispute.transaction.clone(),
        state: dispute.state().code(),
        is_open,
        amount: money_of(words, dispute.amount),
        opened: moment_of(words, dispute.opened),
        closed: dispute.closed.and_then(|at| moment_of(words, at)),
        reason: dispute.reason.as_ref().map(|reason| said(state, words, plugin, reason)),
        lost: some(dispute.lost),
        won: some(dispute.won),
        kept: some(dispute.kept),
        exposure: some(dispute.exposure()).filter(|_| is_open),
        loss: some(dispute.loss).filter(|_| !is_open),
        invoice_url: format!("/admin/invoices/{}", dispute.invoice),
    }
}

fn said(state: &WebState, words: &Words, plugin: &PluginId, text: &Text) -> String {
    tollgate_billing::billing::Texts::text(state.plugin_texts(), plugin, text, &words.locale())
}
