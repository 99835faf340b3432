//! The decision in the middle: what the host books for a claim. Values in, a value out; no store, no clock.

mod disputes;
mod placed;
mod refunds;

pub use disputes::plan_dispute;
pub use placed::{Placed, ReturnFacts};
pub(crate) use refunds::set_aside;
pub use refunds::{
    NewRefund, RefundRefusal, plan_foreign_refund, plan_refund, plan_refund_claim, plan_refund_declined, refund_of,
    refundable,
};

use crate::claim::{Claim, ClaimState};
use crate::fee::fee_transfer;
use crate::ids::{InstanceId, Timestamp};
use crate::invoice::{Invoice, InvoiceStatus, LineKind};
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Currency, Money, MoneyError};
use crate::payment::{Payment, PaymentState};
use crate::saved::kept_by;
use crate::settlement::{Event, Held, HoldReason, InvoiceChange, PaymentChange, Settlement, SettlementKey};
use crate::text::Text;

/// What the host holds true about a claim's payment, whatever the gateway says.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub payment: &'a Payment,
    pub invoice: &'a Invoice,
    /// Less or more than asked is ordinary for this gateway (the payer types the amount).
    pub payer_sets_amount: bool,
    /// Whether this installation takes real money.
    pub live: bool,
    /// The provider account that must have been paid, where it is configured.
    pub merchant: Option<&'a str>,
    /// When it is booked.
    pub at: Timestamp,
}

/// What to do with a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Apply this; it may book money, change a state, or hold the claim for staff.
    Settle(Box<Settlement>),
    /// The claim says nothing new: only remember that the provider was asked.
    Known,
}

/// Decides what a claim does to its payment and invoice.
///
/// A claim whose currency, amount, environment or merchant is not what the payment froze is held for staff and moves
/// nothing. A state that was reached is never left because of a late claim, but money that came late is booked.
///
/// # Errors
/// [`MoneyError`] only where amounts exceed what an `i64` of minor units is allowed to hold.
pub fn plan(facts: Facts<'_>, claim: &Claim) -> Result<Plan, MoneyError> {
    match &claim.state {
        ClaimState::Paid => match reason_to_hold(facts, claim) {
            Some(reason) => Ok(hold(facts, claim, reason)),
            None => book(facts, claim),
        },
        ClaimState::Pending(note) => Ok(progress(facts, claim, PaymentState::Pending, note.clone())),
        ClaimState::Authorized => Ok(progress(facts, claim, PaymentState::Authorized, None)),
        ClaimState::Failed { client, .. } => Ok(progress(facts, claim, PaymentState::Failed, Some(client.clone()))),
        ClaimState::Cancelled => Ok(progress(facts, claim, PaymentState::Cancelled, None)),
        // Planned with what else is known of them, by the functions beside this one.
        ClaimState::Refunded(_) | ClaimState::Disputed(_) | ClaimState::DisputeWon | ClaimState::DisputeLost => {
            Ok(hold(facts, claim, HoldReason::NeedsDecision))
        }
    }
}

/// A settlement that only keeps a claim for staff; `facts` may be missing because no payment was found.
#[must_use]
pub fn hold_unmatched(instance: InstanceId, claim: &Claim, at: Timestamp) -> Settlement {
    let key = claim_key(instance.clone(), claim);
    let held = Held { payment: None, instance, claim: claim.clone(), reason: HoldReason::NoPayment };
    Settlement { held: Some(held), ..empty(key, at) }
}

fn reason_to_hold(facts: Facts<'_>, claim: &Claim) -> Option<HoldReason> {
    if let Some(reason) = stranger(facts, facts.payment.amount.currency(), claim) {
        return Some(reason);
    }
    if facts.payer_sets_amount {
        return None;
    }
    if facts.payment.state == PaymentState::Paid {
        return Some(HoldReason::AlreadyPaid);
    }
    let expected = facts.payment.amount;
    (claim.amount != expected).then_some(HoldReason::Amount { expected })
}

/// What no claim may differ in, whatever it claims.
fn stranger(facts: Facts<'_>, expected: Currency, claim: &Claim) -> Option<HoldReason> {
    if claim.amount.currency() != expected {
        return Some(HoldReason::Currency { expected: expected.code().to_owned() });
    }
    if !claim.amount.is_positive() {
        return Some(HoldReason::NotPositive);
    }
    if claim.live != facts.live {
        return Some(HoldReason::Environment);
    }
    if let Some(merchant) = facts.merchant
        && claim.merchant.as_deref() != Some(merchant)
    {
        return Some(HoldReason::Merchant { expected: merchant.to_owned() });
    }
    None
}

fn hold(facts: Facts<'_>, claim: &Claim, reason: HoldReason) -> Plan {
    let instance = facts.payment.instance.clone();
    let key = claim_key(instance.clone(), claim);
    let held = Held { payment: Some(facts.payment.id.clone()), instance, claim: claim.clone(), reason };
    Plan::Settle(Box::new(Settlement { held: Some(held), ..empty(key, facts.at) }))
}

/// A claim that moves no money: the payment takes the state where it is still open.
fn progress(facts: Facts<'_>, claim: &Claim, state: PaymentState, note: Option<Text>) -> Plan {
    let payment = facts.payment;
    let partly_paid = payment.received.is_positive();
    if !payment.state.is_open() || partly_paid || (payment.state == state && payment.note == note) {
        return Plan::Known;
    }
    let change = PaymentChange {
        id: payment.id.clone(),
        version: payment.version,
        state,
        received: payment.received,
        note,
        provider_reference: claim.provider_reference.clone(),
        checked: facts.at,
    };
    let key = claim_key(payment.instance.clone(), claim);
    Plan::Settle(Box::new(Settlement { payment: Some(change), ..empty(key, facts.at) }))
}

/// Money came in: towards the invoice as far as it is due, the rest becomes the client's credit.
fn book(facts: Facts<'_>, claim: &Claim) -> Result<Plan, MoneyError> {
    let (payment, invoice) = (facts.payment, facts.invoice);
    let received = payment.received.checked_add(claim.amount)?;
    let complete = received.minor() >= payment.amount.minor();
    let change = PaymentChange {
        id: payment.id.clone(),
        version: payment.version,
        state: if complete { PaymentState::Paid } else { PaymentState::Pending },
        received,
        note: None,
        provider_reference: claim.provider_reference.clone(),
        checked: facts.at,
    };
    let mut settlement = Settlement {
        payment: Some(change),
        saved: kept_by(facts, claim),
        ..empty(claim_key(payment.instance.clone(), claim), facts.at)
    };
    take_in(&mut settlement, &payment.instance, claim, invoice)?;
    Ok(Plan::Settle(Box::new(settlement)))
}

/// What came goes towards the invoice as far as it is due, the rest to its client's credit; the fee is recorded.
pub(crate) fn take_in(
    settlement: &mut Settlement,
    instance: &InstanceId,
    claim: &Claim,
    invoice: &Invoice,
) -> Result<(), MoneyError> {
    let to_invoice = claim.amount.min(invoice.amount_due())?;
    let to_credit = claim.amount.checked_sub(to_invoice)?;
    let mut push = |credit: Account, amount: Money, reason| {
        if amount.is_positive() {
            let debit = Account::Gateway(instance.clone());
            settlement.transfers.push(Transfer { debit, credit, amount, reason, invoice: invoice.id });
        }
    };
    push(Account::Invoice(invoice.id), to_invoice, Reason::Payment);
    push(Account::Credit(invoice.client), to_credit, Reason::Overpayment);
    settlement.transfers.extend(fee_transfer(instance, claim, invoice.id));
    if to_invoice.is_positive() {
        allocate(settlement, invoice, to_invoice, Money::zero(invoice.currency()))?;
    }
    Ok(())
}

/// The client's credit pays `amount` of an invoice. The caller has asked [`Invoice::credit_applicable`].
///
/// # Errors
/// [`MoneyError`] where currencies differ.
pub fn plan_credit(
    invoice: &Invoice,
    amount: Money,
    key: SettlementKey,
    at: Timestamp,
) -> Result<Settlement, MoneyError> {
    let transfer = Transfer {
        debit: Account::Credit(invoice.client),
        credit: Account::Invoice(invoice.id),
        amount,
        reason: Reason::CreditApplied,
        invoice: invoice.id,
    };
    let mut settlement = Settlement { transfers: vec![transfer], ..empty(key, at) };
    allocate(&mut settlement, invoice, amount, amount)?;
    Ok(settlement)
}

/// Adds to a settlement that `amount` was put towards the invoice; once nothing is due, its lines are fulfilled.
fn allocate(
    settlement: &mut Settlement,
    invoice: &Invoice,
    amount: Money,
    from_credit: Money,
) -> Result<(), MoneyError> {
    let settled = invoice.settled.checked_add(amount)?;
    let paid = settled == invoice.total;
    settlement.invoice = Some(InvoiceChange {
        id: invoice.id,
        version: invoice.version,
        status: if paid { InvoiceStatus::Paid } else { invoice.status },
        settled,
        credit_applied: invoice.credit_applied.checked_add(from_credit)?,
        paid_at: paid.then_some(settlement.at),
    });
    if !paid {
        return Ok(());
    }
    fulfil_services(settlement, invoice)?;
    if invoice.lines.iter().any(|line| matches!(line.kind, LineKind::Module(_))) {
        settlement.outbox.push(Event::InvoicePaid(invoice.id));
    }
    Ok(())
}

/// Ordinary lines are earned the moment the invoice is paid. A module's lines wait for their module.
fn fulfil_services(settlement: &mut Settlement, invoice: &Invoice) -> Result<(), MoneyError> {
    let services = || invoice.lines.iter().filter(|line| line.kind == LineKind::Service);
    let net = Money::sum(invoice.currency(), services().map(|line| line.net))?;
    let tax = Money::sum(invoice.currency(), services().map(|line| line.tax))?;
    for (credit, amount) in [(Account::Sales, net), (Account::Tax, tax)] {
        if amount.is_positive() {
            let debit = Account::Invoice(invoice.id);
            settlement.transfers.push(Transfer {
                debit,
                credit,
                amount,
                reason: Reason::Fulfilment,
                invoice: invoice.id,
            });
        }
    }
    Ok(())
}

/// The key under which a claim counts once.
#[must_use]
pub fn claim_key(instance: InstanceId, claim: &Claim) -> SettlementKey {
    SettlementKey::Claim { instance, transaction: claim.transaction.clone(), state: claim.state.code() }
}

/// A settlement that does nothing yet.
#[must_use]
pub fn empty(key: SettlementKey, at: Timestamp) -> Settlement {
    Settlement {
        key,
        at,
        payment: None,
        invoice: None,
        transfers: vec![],
        outbox: vec![],
        held: None,
        done: None,
        webhook: None,
        saved: None,
        decided: None,
        back: None,
        noted: None,
    }
}
