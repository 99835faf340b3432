//! Staff charge a stored way to pay of the invoice's client, who agreed to that when it was stored.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{BillingError, ChargeOrder, Charged, InvoicePage};
use tollgate_billing::saved::{Charge, ChargedBy};

use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{Flash, FlashKind, Posted, StaffVisit, moment_of, redirect};
use crate::portal::{MethodView, invoice_id, method_id, method_view};
use crate::state::WebState;
use crate::texts::Words;

/// What staff see of charges on an invoice's page.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ChargeView {
    /// What can be charged now, the default first.
    methods: Vec<MethodView>,
    last: Option<LastCharge>,
    /// The address to give to the client whose bank wants them.
    invitation: Option<String>,
}

#[derive(Debug, Serialize)]
struct LastCharge {
    state: &'static str,
    begun: Option<Moment>,
    reason: String,
}

/// # Errors
/// Where the store cannot answer.
pub(crate) async fn charge_view(state: &WebState, words: &Words, page: &InvoicePage) -> Result<ChargeView, WebError> {
    let billing = state.billing();
    let methods = billing.methods_for(&page.invoice).await?;
    let invitation = billing.invitation(page).await?;
    let last = billing.charges_of(page.invoice.id).await?.into_iter().next();
    let base = state.config().base_url.trim_end_matches('/');
    Ok(ChargeView {
        methods: methods.iter().map(|facts| method_view(words, facts, billing.now())).collect(),
        last: last.map(|charge| last_view(words, charge)),
        invitation: invitation.map(|payment| format!("{base}/billing/payments/{payment}")),
    })
}

fn last_view(words: &Words, charge: Charge) -> LastCharge {
    LastCharge { state: charge.state.code(), begun: moment_of(words, charge.begun), reason: charge.reason }
}

pub(crate) async fn charge(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let order = ChargeOrder {
        invoice: invoice_id(&id)?,
        method: method_id(posted.text("method")?)?,
        by: ChargedBy::Staff(posted.visit.staff.id),
        form_key: posted.form_key()?.to_owned(),
    };
    let (kind, word) = match state.billing().charge(&order).await {
        Ok(Charged::Paid) => (FlashKind::Success, "admin-charge-paid"),
        Ok(Charged::Waits) => (FlashKind::Info, "admin-charge-waits"),
        Ok(Charged::AsksClient(_)) => (FlashKind::Info, "admin-charge-asks-client"),
        Ok(Charged::Declined(_)) => (FlashKind::Error, "admin-charge-declined"),
        // The reason stands with the charge.
        Ok(Charged::Unavailable) | Err(BillingError::Plugin(_)) => (FlashKind::Error, "admin-charge-not-sent"),
        Ok(Charged::Unknown) => (FlashKind::Info, "admin-charge-unknown"),
        Err(BillingError::ChargeUnderWay) => (FlashKind::Error, "admin-charge-under-way"),
        Err(BillingError::MethodNotUsable | BillingError::GatewayNotOffered) => {
            (FlashKind::Error, "admin-charge-not-usable")
        }
        Err(BillingError::NothingDue) => (FlashKind::Info, "admin-charge-nothing-due"),
        Err(error) => return Err(error.into()),
    };
    Ok(redirect(&state, &format!("/admin/invoices/{}", order.invoice), Some(Flash::new(kind, word))))
}
