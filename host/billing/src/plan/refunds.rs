//! What is booked when money goes back to the payer: when staff ask for it, and when the provider speaks of it.

use super::placed::ReturnFacts;
use super::{Plan, claim_key, empty, hold, stranger};
use crate::claim::{Claim, ClaimState};
use crate::ids::{RefundId, StaffId, Timestamp};
use crate::invoice::Invoice;
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Money, MoneyError};
use crate::payment::PaymentState;
use crate::refund::{Refund, RefundParts, RefundState};
use crate::settlement::{Held, HoldReason, InvoiceChange, MoneyBack, Settlement, SettlementKey};
use crate::text::Text;

/// A refund that staff ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    pub id: RefundId,
    pub amount: Money,
    pub reason: String,
    pub staff: StaffId,
    /// The provider's id of the paid movement.
    pub transaction: String,
    /// When the sweep first asks about it, should no answer come.
    pub next_check: Timestamp,
    /// The form, so that it counts once.
    pub key: SettlementKey,
}

/// Why a refund is not begun. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    #[error("only a payment that was received can be refunded")]
    NotPaid,
    #[error("the amount must be above zero")]
    NotPositive,
    #[error("the payment is in {expected}")]
    Currency { expected: &'static str },
    #[error("at most {most} is left to be refunded")]
    TooMuch { most: Money },
    #[error("the client has spent the credit; at most {most} can be refunded")]
    CreditSpent { most: Money },
    #[error("what was paid is not delivered yet; try again once it is")]
    NotDelivered,
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The most that staff may refund of a payment now.
///
/// # Errors
/// [`MoneyError`] where amounts are too large together.
pub fn refundable(facts: ReturnFacts<'_>) -> Result<Money, MoneyError> {
    let left = facts.left()?;
    left.checked_sub(facts.parts(left)?.loss)
}

/// Writes a refund down and sets its money aside. The provider is asked after this is durable.
///
/// # Errors
/// [`RefundRefusal`], each with what staff can do.
pub fn plan_refund(facts: ReturnFacts<'_>, new: NewRefund) -> Result<Settlement, RefundRefusal> {
    let (payment, amount) = (facts.claim.payment, new.amount);
    if payment.state != PaymentState::Paid || !payment.received.is_positive() {
        return Err(RefundRefusal::NotPaid);
    }
    if amount.currency() != payment.amount.currency() {
        return Err(RefundRefusal::Currency { expected: payment.amount.currency().code() });
    }
    if !amount.is_positive() {
        return Err(RefundRefusal::NotPositive);
    }
    if amount.minor() > facts.left()?.minor() {
        return Err(RefundRefusal::TooMuch { most: refundable(facts)? });
    }
    let parts = facts.parts(amount)?;
    if parts.loss.is_positive() {
        let undelivered = facts.placed.undelivered.is_positive();
        let most = amount.checked_sub(parts.loss)?;
        return Err(if undelivered { RefundRefusal::NotDelivered } else { RefundRefusal::CreditSpent { most } });
    }
    let NewRefund { id, reason, staff, transaction, next_check, key, .. } = new;
    let refund = Refund { reason, staff: Some(staff), transaction, next_check, ..begun(facts, id, parts)? };
    let mut settlement = about(facts, key);
    set_aside(&mut settlement, &refund);
    settlement.back = Some(MoneyBack::Refund(Box::new(refund)));
    Ok(settlement)
}

/// The refund of the payment that a claim is about: by the provider's id of it, by the host's id that the provider echoes,
/// or, where it echoes none, the oldest one under way of that amount.
#[must_use]
pub fn refund_of<'a>(refunds: &'a [Refund], claim: &Claim) -> Option<&'a Refund> {
    let named = refunds.iter().find(|refund| refund.provider_reference.as_ref() == Some(&claim.transaction));
    let mut nameless = refunds.iter().filter(|refund| refund.provider_reference.is_none());
    named.or_else(|| match &claim.state {
        ClaimState::Refunded(Some(id)) => nameless.find(|refund| refund.id.as_str() == id),
        ClaimState::Refunded(None) => nameless.find(|refund| refund.state.is_open() && refund.amount == claim.amount),
        _ => None,
    })
}

/// What a claim about a refund does to it, whether it came as the answer of a call, by webhook or by the sweep.
///
/// # Errors
/// [`MoneyError`] where amounts are too large together.
pub fn plan_refund_claim(facts: ReturnFacts<'_>, refund: &Refund, claim: &Claim) -> Result<Plan, MoneyError> {
    match (&claim.state, refund.state) {
        (ClaimState::Refunded(_), RefundState::Done)
        | (ClaimState::Failed { .. } | ClaimState::Cancelled, RefundState::Failed)
        | (ClaimState::Pending(_) | ClaimState::Authorized, _) => return Ok(Plan::Known),
        // Said to have failed and then to have gone through: only a person can tell.
        (ClaimState::Refunded(_), RefundState::Failed) => {
            return Ok(hold(facts.claim, claim, HoldReason::NeedsDecision));
        }
        _ => {}
    }
    // Money of a held claim may be of another currency than its payment.
    if let Some(reason) = stranger(facts.claim, refund.amount.currency(), claim) {
        return Ok(hold(facts.claim, claim, reason));
    }
    if claim.amount != refund.amount {
        return Ok(hold(facts.claim, claim, HoldReason::Amount { expected: refund.amount }));
    }
    let key = claim_key(refund.instance.clone(), claim);
    let mut settlement = about(facts, key);
    let mut changed = match &claim.state {
        ClaimState::Refunded(_) => {
            pay_out(&mut settlement, refund);
            refund.changed(RefundState::Done, None)
        }
        ClaimState::Failed { staff, .. } => {
            put_back(&mut settlement, refund);
            hold_again(&mut settlement, (facts, refund), staff);
            refund.changed(RefundState::Failed, Some(Text::plain(staff.clone())))
        }
        ClaimState::Cancelled => {
            put_back(&mut settlement, refund);
            hold_again(&mut settlement, (facts, refund), "");
            refund.changed(RefundState::Failed, None)
        }
        _ => return Ok(hold(facts.claim, claim, HoldReason::NeedsDecision)),
    };
    changed.provider_reference = Some(claim.transaction.clone());
    changed.ended = Some(facts.claim.at);
    fee(&mut settlement, refund, claim.fee);
    settlement.back = Some(MoneyBack::Refund(Box::new(changed)));
    Ok(Plan::Settle(Box::new(settlement)))
}

/// The provider, or our own request, says that this refund will never be: its money is put back.
#[must_use]
pub fn plan_refund_declined(facts: ReturnFacts<'_>, refund: &Refund, why: Text) -> Settlement {
    let mut settlement = about(facts, SettlementKey::Declined(refund.id.clone()));
    put_back(&mut settlement, refund);
    let said = match &why {
        Text::Plain(words) => words,
        Text::Translated(message) => &message.id,
    };
    hold_again(&mut settlement, (facts, refund), said);
    let mut changed = refund.changed(RefundState::Failed, Some(why));
    changed.ended = Some(facts.claim.at);
    settlement.back = Some(MoneyBack::Refund(Box::new(changed)));
    settlement
}

/// Money went back without the host: on the provider's dashboard. It is gone, so it is booked, also where the client has
/// spent the credit: what then is nowhere is a loss. More than came in is held.
///
/// # Errors
/// [`MoneyError`] where amounts are too large together.
pub fn plan_foreign_refund(facts: ReturnFacts<'_>, id: RefundId, claim: &Claim) -> Result<Plan, MoneyError> {
    if let Some(reason) = stranger(facts.claim, facts.claim.payment.amount.currency(), claim) {
        return Ok(hold(facts.claim, claim, reason));
    }
    let left = facts.left()?;
    if claim.amount.minor() > left.minor() {
        return Ok(hold(facts.claim, claim, HoldReason::Amount { expected: left }));
    }
    let mut refund = begun(facts, id, facts.parts(claim.amount)?)?;
    refund.state = RefundState::Done;
    refund.provider_reference = Some(claim.transaction.clone());
    refund.ended = Some(facts.claim.at);
    let mut settlement = about(facts, claim_key(refund.instance.clone(), claim));
    set_aside(&mut settlement, &refund);
    pay_out(&mut settlement, &refund);
    fee(&mut settlement, &refund, claim.fee);
    settlement.back = Some(MoneyBack::Refund(Box::new(refund)));
    Ok(Plan::Settle(Box::new(settlement)))
}

/// A refund of the facts' payment, as the first row of it.
fn begun(facts: ReturnFacts<'_>, id: RefundId, parts: RefundParts) -> Result<Refund, MoneyError> {
    let payment = facts.claim.payment;
    Ok(Refund {
        id,
        payment: payment.id.clone(),
        invoice: payment.invoice,
        client: payment.client,
        instance: payment.instance.clone(),
        amount: parts.total()?,
        parts,
        held: None,
        transaction: String::new(),
        reason: String::new(),
        staff: None,
        state: RefundState::Requested,
        note: None,
        provider_reference: None,
        created: facts.claim.at,
        next_check: facts.claim.at,
        ended: None,
        version: 1,
    })
}

/// A settlement that takes its turn at the invoice: whatever else takes money of the same invoice back meanwhile decides again.
pub(super) fn about(facts: ReturnFacts<'_>, key: SettlementKey) -> Settlement {
    Settlement { invoice: Some(turn(facts.claim.invoice)), ..empty(key, facts.claim.at) }
}

/// The invoice stays as it is; only its version is compared and counted.
fn turn(invoice: &Invoice) -> InvoiceChange {
    InvoiceChange {
        id: invoice.id,
        version: invoice.version,
        status: invoice.status,
        settled: invoice.settled,
        credit_applied: invoice.credit_applied,
        paid_at: invoice.paid_at,
    }
}

/// The accounts that a refund's parts were taken from.
fn sources(refund: &Refund) -> [(Account, Money); 5] {
    [
        (Account::Credit(refund.client), refund.parts.credit),
        (Account::Returns, refund.parts.sales),
        (Account::Tax, refund.parts.tax),
        (Account::Losses(refund.instance.clone()), refund.parts.loss),
        // Money of a held claim comes in and is set aside at once, and a refund that fails unbooks it again.
        (Account::Gateway(refund.instance.clone()), refund.parts.held),
    ]
}

pub(crate) fn set_aside(settlement: &mut Settlement, refund: &Refund) {
    for (source, amount) in sources(refund) {
        push(settlement, refund, (source, Account::Refunding(refund.instance.clone())), (amount, Reason::Refund));
    }
}

/// What was set aside left the provider's account.
fn pay_out(settlement: &mut Settlement, refund: &Refund) {
    let accounts = (Account::Refunding(refund.instance.clone()), Account::Gateway(refund.instance.clone()));
    push(settlement, refund, accounts, (refund.amount, Reason::Refund));
}

/// The other way round; of one that was done, the provider has the money again.
fn put_back(settlement: &mut Settlement, refund: &Refund) {
    let aside = || Account::Refunding(refund.instance.clone());
    if refund.state == RefundState::Done {
        let gateway = Account::Gateway(refund.instance.clone());
        push(settlement, refund, (gateway, aside()), (refund.amount, Reason::RefundFailed));
    }
    for (source, amount) in sources(refund) {
        push(settlement, refund, (aside(), source), (amount, Reason::RefundFailed));
    }
}

/// Money of a held claim that did not go back is booked for nobody again: the claim waits for staff once more, as a new
/// one, because a decision stays. Its fee was booked with the refund.
fn hold_again(settlement: &mut Settlement, (facts, refund): (ReturnFacts<'_>, &Refund), said: &str) {
    let Some(origin) = facts.origin(refund) else { return };
    let reason = HoldReason::RefundFailed { said: said.to_owned() };
    let claim = Claim { fee: None, ..origin.clone() };
    let (payment, instance) = (Some(refund.payment.clone()), refund.instance.clone());
    settlement.held = Some(Held { payment, instance, claim, reason });
}

fn fee(settlement: &mut Settlement, refund: &Refund, fee: Option<Money>) {
    let accounts = (Account::Fees(refund.instance.clone()), Account::Gateway(refund.instance.clone()));
    if let Some(fee) = fee {
        push(settlement, refund, accounts, (fee, Reason::Fee));
    }
}

fn push(
    settlement: &mut Settlement,
    refund: &Refund,
    (debit, credit): (Account, Account),
    (amount, reason): (Money, Reason),
) {
    if amount.is_positive() {
        settlement.transfers.push(Transfer { debit, credit, amount, reason, invoice: refund.invoice });
    }
}
