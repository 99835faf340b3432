//! Invoices that staff make.

use super::{Billing, BillingError};
use crate::ids::{ClientId, InstanceId, InvoiceId};
use crate::invoice::{DESCRIPTION_CHARS_MAX, LINES_MAX, Line, NewInvoice, totals};
use crate::ports::Made;

/// An invoice as staff write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualInvoice {
    pub client: ClientId,
    pub lines: Vec<Line>,
    pub gateway: Option<InstanceId>,
    /// Makes it once.
    pub form_key: String,
}

impl Billing {
    /// Makes an invoice; the same form key answers the one it made before.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] without such a client, [`BillingError::BadInvoice`], store errors.
    pub async fn create_invoice(&self, manual: ManualInvoice) -> Result<Made<InvoiceId>, BillingError> {
        let client = self.parts.store.client(manual.client).await?.ok_or(BillingError::NotFound)?;
        check_lines(&manual.lines)?;
        let currency = client.currency;
        let total = totals(currency, &manual.lines)?.total;
        if !total.is_positive() {
            return Err(BillingError::BadInvoice("an invoice needs a total above zero".to_owned()));
        }
        if let Some(gateway) = &manual.gateway {
            self.offered(gateway, currency).await?;
        }
        let created = self.now();
        let new = NewInvoice {
            client: manual.client,
            gateway: manual.gateway,
            lines: manual.lines,
            total,
            created,
            due: created.plus_days(self.parts.policy.due_days),
            number_prefix: self.parts.policy.invoice_prefix.clone(),
            form_key: manual.form_key,
            open_seen: None,
        };
        Ok(self.parts.store.create_invoice(new).await?)
    }
}

pub(super) fn check_lines(lines: &[Line]) -> Result<(), BillingError> {
    let bad = |why: String| Err(BillingError::BadInvoice(why));
    if lines.is_empty() || lines.len() > LINES_MAX {
        return bad(format!("an invoice has 1 to {LINES_MAX} lines"));
    }
    for (index, line) in lines.iter().enumerate() {
        let length = line.description.trim().chars().count();
        if length == 0 || length > DESCRIPTION_CHARS_MAX {
            return bad(format!("line {}: the description needs 1 to {DESCRIPTION_CHARS_MAX} characters", index + 1));
        }
        if line.net.is_negative() || line.tax.is_negative() {
            return bad(format!("line {}: the amount must not be below zero", index + 1));
        }
    }
    Ok(())
}
