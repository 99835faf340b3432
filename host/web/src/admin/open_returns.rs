//! Disputes that nobody has decided and refunds whose end is not known, of all invoices: for the overview.

use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_billing::ids::{PaymentId, PluginId};
use tollgate_billing::ports::PageOf;

use super::returns_view::{DisputeView, RefundView, dispute_view, refund_view};
use crate::errors::WebError;
use crate::frame::StaffVisit;
use crate::state::WebState;

/// Rows of each kind that the overview shows.
const ROWS: u32 = 20;

#[derive(Serialize)]
pub(crate) struct OpenReturns {
    disputes: Vec<DisputeView>,
    refunds: Vec<RefundView>,
}

impl OpenReturns {
    pub(crate) async fn read(state: &WebState, visit: &StaffVisit) -> Result<Self, WebError> {
        let words = &visit.reader.words;
        let (mut disputes, mut refunds) = (Vec::new(), Vec::new());
        for (_, dispute) in state.billing().open_disputes(PageOf::first(ROWS)).await? {
            let plugin = plugin_of(state, &dispute.payment).await?;
            disputes.push(dispute_view(state, words, &dispute, &plugin));
        }
        for (_, refund) in state.billing().open_refunds(PageOf::first(ROWS)).await? {
            let plugin = plugin_of(state, &refund.payment).await?;
            refunds.push(refund_view(state, words, &refund, &plugin, &BTreeMap::new()));
        }
        Ok(Self { disputes, refunds })
    }
}

/// Whose words a payment's notes are.
async fn plugin_of(state: &WebState, payment: &PaymentId) -> Result<PluginId, WebError> {
    let payment = state.billing().store().payment(payment).await?;
    Ok(payment.ok_or(WebError::NotFound)?.plugin)
}
