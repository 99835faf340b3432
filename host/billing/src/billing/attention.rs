//! "Needs attention": held claims with both sides, and what staff decide about them.

use super::noted::decided;
use super::refunds::{self, next_look};
use super::{Billing, BillingError, CONFLICT_TRIES_MAX};
use crate::decision::{
    Booking, Case, DecidedRow, Destination, HeldClaim, REASON_CHARS_MAX, Refusal, Return, WayBack, check_money,
    check_refund, plan_decision,
};
use crate::ids::{HeldId, StaffId};
use crate::invoice::Invoice;
use crate::payment::Payment;
use crate::people::Client;
use crate::ports::{Applied, PageOf, StoreError};
use crate::refund::{self, Refund};
use crate::settlement::{MoneyBack, Settlement};

/// A held claim and all that it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPage {
    pub held: HeldClaim,
    /// What its gateway is called in front of clients.
    pub gateway: String,
    pub own: Option<OwnSide>,
    /// Whether this installation takes real money.
    pub live: bool,
    /// The provider account that is configured now; the claim may have been held for another one.
    pub merchant: Option<String>,
    /// Whether its gateway is there and gives money back.
    pub gateway_refunds: bool,
    /// Why its money can only be dismissed, where it can.
    pub refusal: Option<Refusal>,
    /// Why its money cannot be sent back from here.
    pub no_refund: Option<Refusal>,
    pub decided: Option<DecidedRow>,
    /// What became of sending it back, where that was decided.
    pub refund: Option<Refund>,
}

impl HeldPage {
    fn payment(&self) -> Option<&Payment> {
        self.own.as_ref().map(|own| &own.payment)
    }

    fn way_back(&self) -> WayBack<'_> {
        WayBack { gateway_refunds: self.gateway_refunds, merchant: self.merchant.as_deref() }
    }
}

/// What the claim's payment expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSide {
    pub payment: Payment,
    pub invoice: Invoice,
    pub client: Client,
}

/// A decision as staff write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The e-mail address counts only where the claim has no payment; else it is its payment's client.
    Credit {
        email: String,
    },
    Invoice {
        number: String,
    },
    /// The reason is kept with the refund, and the provider may show it to the payer.
    Refund {
        reason: String,
    },
    Dismiss {
        reason: String,
    },
}

/// What a decision would book, in values for a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foretold {
    pub booking: Booking,
    /// What the claim's gateway is called in front of clients.
    pub gateway: String,
    /// Whose credit rises, whose invoice it is, or who paid; nobody where it is dismissed.
    pub client: Option<Client>,
    /// The invoice that the money goes towards, or beside which the credit or the refund is written.
    pub invoice: Option<Invoice>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    Decided(Box<Foretold>),
    /// The money is set aside for this refund; as it stands after its provider was asked.
    Asked(Box<Refund>),
    /// Somebody decided before; nothing changed.
    Before(Box<DecidedRow>),
}

/// Why a decision is not made, one variant for each thing that staff can mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("no client has this e-mail address")]
    NoClient,
    /// Every booking stands beside an invoice.
    #[error("this client has no invoice yet")]
    NoInvoiceOfClient,
    #[error("no invoice has this number")]
    NoInvoice,
    #[error("a reason is needed, at most {REASON_CHARS_MAX} characters")]
    Reason,
    #[error("a reason is needed, at most {} characters", refund::REASON_CHARS_MAX)]
    RefundReason,
    /// What would be booked is not what was shown.
    #[error("something changed since the booking was shown")]
    Changed,
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        Self::Billing(error.into())
    }
}

/// Rows that a destination was read from.
enum Target {
    Credit { client: Box<Client>, beside: Box<Invoice> },
    Invoice { client: Box<Client>, invoice: Box<Invoice> },
    Payer { own: Option<Box<OwnSide>>, back: Return },
    Nowhere { reason: String },
}

impl Target {
    fn destination(&self) -> Destination<'_> {
        match self {
            Self::Credit { client, beside } => Destination::Credit { client: client.id, beside: beside.id },
            Self::Invoice { invoice, .. } => Destination::Invoice(invoice),
            Self::Payer { back, .. } => Destination::Payer(back),
            Self::Nowhere { reason } => Destination::Nowhere { reason },
        }
    }

    fn foretold(self, gateway: &str, settlement: &Settlement) -> Foretold {
        let booking = Booking::of(settlement);
        let (client, invoice) = match self {
            Self::Credit { client, beside: invoice } | Self::Invoice { client, invoice } => {
                (Some(*client), Some(*invoice))
            }
            Self::Payer { own: Some(own), .. } => (Some(own.client), Some(own.invoice)),
            Self::Payer { own: None, .. } | Self::Nowhere { .. } => (None, None),
        };
        Foretold { booking, gateway: gateway.to_owned(), client, invoice }
    }
}

impl Billing {
    /// A held claim with both sides, decided about or not.
    ///
    /// # Errors
    /// [`BillingError::NotFound`], store errors.
    pub async fn held_claim(&self, id: HeldId) -> Result<HeldPage, BillingError> {
        let held = self.parts.store.held_claim(id).await?.ok_or(BillingError::NotFound)?;
        let own = match &held.row.payment {
            Some(payment) => {
                let payment = self.parts.store.payment(payment).await?.ok_or(BillingError::NotFound)?;
                let invoice = self.parts.store.invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
                Some(OwnSide { client: self.client(payment.client).await?, payment, invoice })
            }
            None => None,
        };
        let instances = self.parts.store.instances().await?;
        let instance = instances.iter().find(|instance| instance.id == held.row.instance);
        let live = self.parts.policy.live;
        let mut page = HeldPage {
            gateway: self.label_of(&held.row.instance, &instances),
            own,
            live,
            merchant: instance.and_then(|instance| instance.setting("merchant")).map(str::to_owned),
            gateway_refunds: instance.is_some_and(|instance| self.refunds(instance)),
            refusal: check_money(&held.claim, live).err(),
            no_refund: None,
            decided: self.parts.store.decision(id).await?,
            refund: None,
            held,
        };
        page.no_refund = check_refund(&page.held.claim, live, page.payment(), page.way_back()).err();
        if let Some(own) = page.own.as_ref().filter(|_| page.decided.is_some()) {
            let refunds = self.parts.store.refunds_of(own.invoice.id).await?;
            page.refund = refunds.into_iter().find(|refund| refund.held == Some(id));
        }
        Ok(page)
    }

    /// What a decision would book now. Nothing changes.
    ///
    /// # Errors
    /// [`DecideError`], one variant for each field.
    pub async fn foretell_decision(
        &self,
        staff: StaffId,
        id: HeldId,
        wanted: &Wanted,
    ) -> Result<Foretold, DecideError> {
        let page = self.held_claim(id).await?;
        let target = self.target(&page, wanted).await?;
        let settlement = plan_decision(self.case(&page, staff), target.destination())?;
        Ok(target.foretold(&page.gateway, &settlement))
    }

    /// Decides, once for ever. `mark` is [`Booking::mark`] of what staff were shown.
    ///
    /// # Errors
    /// [`DecideError`]; [`DecideError::Changed`] where it would book something else by now.
    pub async fn decide_held(
        &self,
        staff: StaffId,
        id: HeldId,
        wanted: &Wanted,
        mark: &str,
    ) -> Result<Resolved, DecideError> {
        for _ in 0..CONFLICT_TRIES_MAX {
            let page = self.held_claim(id).await?;
            if let Some(before) = page.decided {
                return Ok(Resolved::Before(Box::new(before)));
            }
            let target = self.target(&page, wanted).await?;
            let mut settlement = plan_decision(self.case(&page, staff), target.destination())?;
            let foretold = target.foretold(&page.gateway, &settlement);
            if foretold.booking.mark() != mark {
                return Err(DecideError::Changed);
            }
            settlement.noted = decided(&page, &settlement);
            let back = settlement.back.clone();
            match self.parts.store.apply(settlement).await {
                Ok(Applied::Now) => {
                    if let Some(MoneyBack::Refund(refund)) = back {
                        return Ok(Resolved::Asked(Box::new(self.begin(*refund).await)));
                    }
                    // What is booked is durable: whatever fails here is in the outbox, and carried out by the timer.
                    let _ = self.deliver().await;
                    return Ok(Resolved::Decided(Box::new(foretold)));
                }
                // Somebody was faster, or a row changed: read and decide again.
                Ok(Applied::Before) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// What was decided, newest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn decisions(&self, page: PageOf) -> Result<Vec<DecidedRow>, BillingError> {
        Ok(self.parts.store.decisions(page).await?)
    }

    fn case<'a>(&self, page: &'a HeldPage, by: StaffId) -> Case<'a> {
        let payment = page.payment();
        let manifest = payment.and_then(|payment| self.parts.gateways.gateway(&payment.plugin));
        Case {
            held: &page.held,
            payment,
            payer_sets_amount: manifest.is_some_and(|manifest| manifest.capabilities.payer_sets_amount),
            back: page.way_back(),
            live: page.live,
            by,
            at: self.now(),
        }
    }

    async fn target(&self, page: &HeldPage, wanted: &Wanted) -> Result<Target, DecideError> {
        match wanted {
            Wanted::Credit { email } => self.credit_of(page, email).await,
            Wanted::Invoice { number } => {
                let invoice = self.parts.store.invoice_by_number(number.trim()).await?.ok_or(DecideError::NoInvoice)?;
                let client = Box::new(self.client(invoice.client).await?);
                Ok(Target::Invoice { client, invoice: Box::new(invoice) })
            }
            Wanted::Refund { reason } => {
                let reason = refunds::checked_reason(reason).ok_or(DecideError::RefundReason)?;
                let id = self.parts.ids.refund();
                let back = Return { next_check: next_look(&id, 0, self.now()), id, reason };
                Ok(Target::Payer { own: page.own.clone().map(Box::new), back })
            }
            Wanted::Dismiss { reason } => Ok(Target::Nowhere { reason: checked_reason(reason)? }),
        }
    }

    async fn credit_of(&self, page: &HeldPage, email: &str) -> Result<Target, DecideError> {
        if let Some(own) = &page.own {
            let (client, beside) = (Box::new(own.client.clone()), Box::new(own.invoice.clone()));
            return Ok(Target::Credit { client, beside });
        }
        let client = self.parts.store.client_by_email(email.trim()).await?.ok_or(DecideError::NoClient)?;
        let newest = self.parts.store.invoices_of(client.id, PageOf::first(1)).await?.pop();
        let beside = newest.ok_or(DecideError::NoInvoiceOfClient)?;
        Ok(Target::Credit { client: Box::new(client), beside: Box::new(beside) })
    }
}

fn checked_reason(reason: &str) -> Result<String, DecideError> {
    let reason = reason.trim();
    let fits = (1..=REASON_CHARS_MAX).contains(&reason.chars().count());
    let plain = !reason.chars().any(|character| character.is_control() && character != '\n' && character != '\r');
    if fits && plain { Ok(reason.to_owned()) } else { Err(DecideError::Reason) }
}
