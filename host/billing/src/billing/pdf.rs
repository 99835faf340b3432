//! The invoice as a document, with how to pay it while something is due.

use std::sync::Arc;

use super::{Billing, BillingError, CONFLICT_TRIES_MAX, InvoicePage};
use crate::ids::{ClientId, InvoiceId};
use crate::invoice::{Invoice, totals};
use crate::people::Client;
use crate::plugin::{Instance, NextStep, Slip};
use crate::ports::{Document, PrintedCode, PrintedReturn, PrintedSlip, ReturnKind, StoreError};
use crate::refund::{Refund, RefundState};

/// A PDF and what to call its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePdf {
    pub file_name: String,
    pub bytes: Arc<[u8]>,
}

impl Billing {
    /// "Download PDF" of a client's own invoice.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] also for another client's invoice; document and store errors.
    pub async fn invoice_pdf(&self, client: ClientId, invoice: InvoiceId) -> Result<InvoicePdf, BillingError> {
        self.invoice_of(client, invoice).await?;
        self.pdf_of(invoice).await
    }

    /// The same for staff.
    ///
    /// # Errors
    /// As [`Billing::invoice_pdf`].
    pub async fn invoice_pdf_for_staff(&self, invoice: InvoiceId) -> Result<InvoicePdf, BillingError> {
        self.pdf_of(invoice).await
    }

    /// A slip needs a payment; where the invoice changes under it, everything is read again.
    async fn pdf_of(&self, id: InvoiceId) -> Result<InvoicePdf, BillingError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let invoice = self.parts.store.invoice(id).await?.ok_or(BillingError::NotFound)?;
            match self.typeset(invoice).await {
                Err(BillingError::Store(StoreError::Conflict)) => {}
                answer => return answer,
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    async fn typeset(&self, invoice: Invoice) -> Result<InvoicePdf, BillingError> {
        let client = self.client(invoice.client).await?;
        let slip = self.printed_slip(&invoice, &client).await?;
        let instances = self.parts.store.instances().await?;
        let gateway = invoice.gateway.clone().map(|id| (id.clone(), self.label_of(&id, &instances)));
        let page = self.page_of(invoice).await?;
        let returns = printed_returns(&page);
        let InvoicePage { invoice, allocations, .. } = page;
        let file_name = format!("{}.pdf", invoice.number);
        let document = Document {
            company: self.parts.policy.company.clone(),
            totals: totals(invoice.currency(), &invoice.lines)?,
            locale: client.locale.clone(),
            client,
            invoice,
            allocations,
            returns,
            slip,
            gateway,
        };
        let bytes = self.parts.documents.invoice_pdf(Arc::new(document)).await?;
        Ok(InvoicePdf { file_name, bytes })
    }

    /// How to pay, where the chosen gateway has something to print without calling anybody. A gateway that cannot
    /// answer leaves the slip out: the invoice itself is still worth having.
    async fn printed_slip(&self, invoice: &Invoice, client: &Client) -> Result<Option<PrintedSlip>, BillingError> {
        let Some(gateway) = invoice.gateway.as_ref().filter(|_| invoice.amount_due().is_positive()) else {
            return Ok(None);
        };
        let Ok(instance) = self.offered(gateway, invoice.currency()).await else {
            return Ok(None);
        };
        let manifest = self.parts.gateways.gateway(&instance.plugin);
        if !manifest.is_some_and(|manifest| manifest.capabilities.slip) {
            return Ok(None);
        }
        let payment = self.open_payment(invoice, &instance).await?;
        let call = self.gateway_call(payment, invoice, client).await?;
        let Ok(step) = self.parts.gateways.pay_now(&call).await else {
            return Ok(None);
        };
        Ok(match step.next {
            NextStep::Page(page) => page.slip.map(|slip| self.print(&instance, &slip, &client.locale)),
            NextStep::Confined(_) | NextStep::Redirect(_) | NextStep::Wait(_) => None,
        })
    }

    fn print(&self, instance: &Instance, slip: &Slip, locale: &str) -> PrintedSlip {
        let words = |text| self.parts.texts.text(&instance.plugin, text, locale);
        PrintedSlip {
            title: self.label_of(&instance.id, std::slice::from_ref(instance)),
            rows: slip.rows.iter().map(|row| (words(&row.label), row.value.clone())).collect(),
            codes: slip
                .codes
                .iter()
                .map(|code| PrintedCode { style: code.style, payload: code.payload.clone(), label: words(&code.label) })
                .collect(),
            notes: slip.notes.iter().map(words).collect(),
        }
    }
}

/// Refunds that are done, and what disputes took and did not give back, in their order. Money of held claims was never put
/// towards the invoice, so that its paper does not speak of it.
fn printed_returns(page: &InvoicePage) -> Vec<PrintedReturn> {
    let done = |refund: &&Refund| refund.state == RefundState::Done && refund.held.is_none();
    let refunds = page.refunds.iter().filter(done);
    let refunds = refunds.map(|refund| PrintedReturn {
        kind: ReturnKind::Refund,
        amount: refund.amount,
        at: refund.ended.unwrap_or(refund.created),
    });
    let disputes = page.disputes.iter().filter(|dispute| dispute.taken().is_positive());
    let disputes = disputes.map(|dispute| PrintedReturn {
        kind: ReturnKind::Dispute,
        amount: dispute.taken(),
        at: dispute.opened,
    });
    let mut returns: Vec<PrintedReturn> = refunds.chain(disputes).collect();
    returns.sort_by_key(|back| back.at);
    returns
}
