//! What is booked when a payer's bank, or the provider, takes money back.

use super::placed::ReturnFacts;
use super::refunds::about;
use super::{Plan, claim_key, hold, stranger};
use crate::claim::{Claim, ClaimState};
use crate::dispute::Dispute;
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Money, MoneyError};
use crate::settlement::{HoldReason, MoneyBack, Settlement};

/// What a claim about a dispute does. `known` is the dispute of that transaction, where there is one already.
///
/// A dispute is opened once. Its end may come before the news that there is one, which then is no news any more; an end that
/// contradicts another is held for staff.
///
/// # Errors
/// [`MoneyError`] where amounts are too large together.
pub fn plan_dispute(facts: ReturnFacts<'_>, known: Option<&Dispute>, claim: &Claim) -> Result<Plan, MoneyError> {
    if let Some(reason) = stranger(facts.claim, facts.claim.payment.amount.currency(), claim) {
        return Ok(hold(facts.claim, claim, reason));
    }
    let contradiction = || hold(facts.claim, claim, HoldReason::NeedsDecision);
    if known.is_some_and(|dispute| dispute.payment != facts.claim.payment.id) {
        return Ok(contradiction());
    }
    match (&claim.state, known) {
        (ClaimState::Disputed(_), Some(_)) => Ok(Plan::Known),
        (ClaimState::Disputed(_) | ClaimState::DisputeLost, None) => {
            let left = facts.left()?;
            if claim.amount.minor() > left.minor() {
                return Ok(hold(facts.claim, claim, HoldReason::Amount { expected: left }));
            }
            let mut books = Books::begin(facts, new(facts, claim), claim);
            books.open(facts.credit_there()?)?;
            if claim.state == ClaimState::DisputeLost {
                books.lose(claim.amount)?;
            }
            Ok(books.close(claim))
        }
        (ClaimState::DisputeWon, None) => {
            let mut books = Books::begin(facts, new(facts, claim), claim);
            // It was taken and came back, and neither was heard of here in time.
            books.dispute.won = claim.amount;
            Ok(books.close(claim))
        }
        (ClaimState::DisputeLost, Some(dispute)) if claim.amount.minor() <= dispute.open().minor() => {
            let mut books = Books::begin(facts, next(dispute), claim);
            books.lose(claim.amount)?;
            Ok(books.close(claim))
        }
        (ClaimState::DisputeWon, Some(dispute)) if claim.amount.minor() <= dispute.open().minor() => {
            let mut books = Books::begin(facts, next(dispute), claim);
            books.win(claim.amount)?;
            Ok(books.close(claim))
        }
        (ClaimState::DisputeLost, Some(dispute)) if dispute.lost == claim.amount => Ok(Plan::Known),
        (ClaimState::DisputeWon, Some(dispute)) if dispute.won == claim.amount => Ok(Plan::Known),
        (ClaimState::DisputeLost | ClaimState::DisputeWon, Some(dispute)) if dispute.open().is_positive() => {
            Ok(hold(facts.claim, claim, HoldReason::Amount { expected: dispute.open() }))
        }
        _ => Ok(contradiction()),
    }
}

fn new(facts: ReturnFacts<'_>, claim: &Claim) -> Dispute {
    let payment = facts.claim.payment;
    let zero = Money::zero(claim.amount.currency());
    let reason = match &claim.state {
        ClaimState::Disputed(why) => Some(why.clone()),
        _ => None,
    };
    Dispute {
        instance: payment.instance.clone(),
        transaction: claim.transaction.clone(),
        payment: payment.id.clone(),
        invoice: payment.invoice,
        client: payment.client,
        amount: claim.amount,
        kept: zero,
        lost: zero,
        won: zero,
        loss: zero,
        reason,
        opened: facts.claim.at,
        closed: None,
        version: 1,
    }
}

fn next(dispute: &Dispute) -> Dispute {
    Dispute { version: dispute.version + 1, ..dispute.clone() }
}

/// A dispute while it is changed, with what that books.
struct Books {
    dispute: Dispute,
    settlement: Settlement,
}

impl Books {
    fn begin(facts: ReturnFacts<'_>, dispute: Dispute, claim: &Claim) -> Self {
        let settlement = about(facts, claim_key(dispute.instance.clone(), claim));
        Self { dispute, settlement }
    }

    /// The provider took all of it. As much of the client's credit as is there is set aside, so that it cannot be spent.
    fn open(&mut self, credit_there: Money) -> Result<(), MoneyError> {
        let amount = self.dispute.amount;
        self.dispute.kept = amount.min(credit_there)?;
        self.push((self.disputed(), self.gateway()), (amount, Reason::Dispute));
        self.push((self.credit(), self.disputed()), (self.dispute.kept, Reason::Dispute));
        Ok(())
    }

    /// Lost for good: first what was set aside of the client's credit, the rest is the host's.
    fn lose(&mut self, amount: Money) -> Result<(), MoneyError> {
        let covered = amount.min(self.dispute.kept)?;
        let loss = amount.checked_sub(covered)?;
        self.dispute.kept = self.dispute.kept.checked_sub(covered)?;
        self.dispute.lost = self.dispute.lost.checked_add(amount)?;
        self.dispute.loss = self.dispute.loss.checked_add(loss)?;
        let losses = Account::Losses(self.dispute.instance.clone());
        self.push((losses, self.disputed()), (loss, Reason::DisputeLost));
        Ok(())
    }

    /// The provider gave it back. The client has again what is not needed for the part that is still open.
    fn win(&mut self, amount: Money) -> Result<(), MoneyError> {
        self.dispute.won = self.dispute.won.checked_add(amount)?;
        let still_kept = self.dispute.kept.min(self.dispute.open())?;
        let freed = self.dispute.kept.checked_sub(still_kept)?;
        self.dispute.kept = still_kept;
        self.push((self.gateway(), self.disputed()), (amount, Reason::DisputeWon));
        self.push((self.disputed(), self.credit()), (freed, Reason::DisputeWon));
        Ok(())
    }

    fn close(mut self, claim: &Claim) -> Plan {
        if !self.dispute.open().is_positive() {
            self.dispute.closed = Some(self.settlement.at);
        }
        if let Some(fee) = claim.fee {
            self.push((Account::Fees(self.dispute.instance.clone()), self.gateway()), (fee, Reason::Fee));
        }
        self.settlement.back = Some(MoneyBack::Dispute(Box::new(self.dispute)));
        Plan::Settle(Box::new(self.settlement))
    }

    fn push(&mut self, (debit, credit): (Account, Account), (amount, reason): (Money, Reason)) {
        if amount.is_positive() {
            let invoice = self.dispute.invoice;
            self.settlement.transfers.push(Transfer { debit, credit, amount, reason, invoice });
        }
    }

    fn gateway(&self) -> Account {
        Account::Gateway(self.dispute.instance.clone())
    }

    fn disputed(&self) -> Account {
        Account::Disputed(self.dispute.instance.clone())
    }

    fn credit(&self) -> Account {
        Account::Credit(self.dispute.client)
    }
}
