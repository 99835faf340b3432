//! Money of a payment that went back, as its client reads it.

use serde::Serialize;
use tollgate_billing::billing::InvoicePage;
use tollgate_billing::dispute::{Dispute, DisputeState};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::refund::{Refund, RefundState};

use crate::format::Moment;
use crate::frame::{MoneyView, moment_of, money_of};
use crate::texts::Words;

/// One refund or dispute; `word` is the end of the text's id, `return-<word>`.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnView {
    pub word: &'static str,
    pub amount: MoneyView,
    pub at: Option<Moment>,
}

/// Of one payment: its refunds, then its disputes, each oldest first. A refund that failed never left us, and is staff's.
pub fn returns_of(words: &Words, page: &InvoicePage, payment: &PaymentId) -> Vec<ReturnView> {
    let refunds = page.refunds.iter().filter(|refund| refund.payment == *payment);
    let disputes = page.disputes.iter().filter(|dispute| dispute.payment == *payment);
    refunds
        .filter_map(|refund| refund_view(words, refund))
        .chain(disputes.map(|dispute| dispute_view(words, dispute)))
        .collect()
}

fn refund_view(words: &Words, refund: &Refund) -> Option<ReturnView> {
    let (word, at) = match refund.state {
        RefundState::Done => ("refund-done", refund.ended.unwrap_or(refund.created)),
        RefundState::Requested | RefundState::Pending | RefundState::Unknown => ("refund-open", refund.created),
        RefundState::Failed => return None,
    };
    Some(ReturnView { word, amount: money_of(words, refund.amount), at: moment_of(words, at) })
}

fn dispute_view(words: &Words, dispute: &Dispute) -> ReturnView {
    let (word, amount, at) = match dispute.state() {
        DisputeState::Open => ("dispute-open", dispute.taken(), dispute.opened),
        DisputeState::Won => ("dispute-won", dispute.amount, dispute.closed.unwrap_or(dispute.opened)),
        DisputeState::Lost => ("dispute-lost", dispute.lost, dispute.closed.unwrap_or(dispute.opened)),
    };
    ReturnView { word, amount: money_of(words, amount), at: moment_of(words, at) }
}
