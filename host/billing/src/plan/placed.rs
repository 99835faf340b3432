//! Where the money of a payment went, and so where it can be taken from when it goes back.

use super::Facts;
use crate::claim::Claim;
use crate::decision::HeldClaim;
use crate::dispute::Dispute;
use crate::ids::HeldId;
use crate::invoice::Invoice;
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Money, MoneyError};
use crate::refund::{Refund, RefundParts, RefundState};

/// Where the money that was put towards an invoice lies now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Became the client's credit, and was not taken back; some of it may be spent.
    pub credit: Money,
    /// Sold and not given back, without tax.
    pub sales: Money,
    pub tax: Money,
    /// Waits for its lines to be delivered.
    pub undelivered: Money,
}

impl Placed {
    /// `moved` are the transfers of the invoice, one by one or added up by their accounts and reason.
    ///
    /// # Errors
    /// [`MoneyError`] where amounts are too large together.
    pub fn of(invoice: &Invoice, moved: &[Transfer]) -> Result<Self, MoneyError> {
        let zero = Money::zero(invoice.currency());
        let mut placed = Self { credit: zero, sales: zero, tax: zero, undelivered: zero };
        for transfer in moved.iter().filter(|transfer| transfer.amount.currency() == invoice.currency()) {
            // Credit that the client used is another payment's money.
            let used = transfer.reason == Reason::CreditApplied;
            placed.add(invoice, &transfer.credit, transfer.amount)?;
            if !(used && transfer.debit == Account::Credit(invoice.client)) {
                placed.add(invoice, &transfer.debit, transfer.amount.negated())?;
            }
        }
        Ok(placed)
    }

    fn add(&mut self, invoice: &Invoice, account: &Account, amount: Money) -> Result<(), MoneyError> {
        let place = match account {
            Account::Credit(client) if *client == invoice.client => &mut self.credit,
            Account::Sales | Account::Returns => &mut self.sales,
            Account::Tax => &mut self.tax,
            Account::Invoice(id) if *id == invoice.id => &mut self.undelivered,
            _ => return Ok(()),
        };
        *place = place.checked_add(amount)?;
        Ok(())
    }
}

/// What the host holds true about a payment whose money goes back, whatever the gateway says.
#[derive(Debug, Clone, Copy)]
pub struct ReturnFacts<'a> {
    pub claim: Facts<'a>,
    pub placed: Placed,
    /// The client's credit in the payment's currency.
    pub balance: Money,
    /// Of the payment, oldest first.
    pub refunds: &'a [Refund],
    /// Those whose money these refunds give back.
    pub held: &'a [HeldClaim],
    /// Of the payment.
    pub disputes: &'a [Dispute],
}

impl ReturnFacts<'_> {
    /// What came in for the payment and neither went back nor is on its way back. Money of held claims never came in
    /// for it.
    ///
    /// # Errors
    /// [`MoneyError`] where amounts are too large together.
    pub fn left(&self) -> Result<Money, MoneyError> {
        let own = |refund: &&Refund| refund.held.is_none() && refund.state != RefundState::Failed;
        let refunds = self.refunds.iter().filter(own);
        let gone = refunds.map(|refund| refund.amount).chain(self.disputes.iter().map(Dispute::taken));
        let gone = Money::sum(self.claim.payment.received.currency(), gone)?;
        Ok(at_least_zero(self.claim.payment.received.checked_sub(gone)?))
    }

    /// What of the credit that the payment's invoice made is still there.
    ///
    /// # Errors
    /// Never for facts of one payment, which are of one currency.
    pub fn credit_there(&self) -> Result<Money, MoneyError> {
        Ok(at_least_zero(self.placed.credit.min(self.balance)?))
    }

    /// Where `amount` is taken from: credit first, because it was not used for anything; then what was sold, with its
    /// share of the tax rounded down and the rest of the cent on the sale; what is left over is nowhere.
    pub(super) fn parts(&self, amount: Money) -> Result<RefundParts, MoneyError> {
        let credit = amount.min(self.credit_there()?)?;
        let rest = amount.checked_sub(credit)?;
        let (net, tax) = (at_least_zero(self.placed.sales), at_least_zero(self.placed.tax));
        let sold = net.checked_add(tax)?;
        let from_sold = rest.min(sold)?;
        let tax = share(from_sold, tax, sold)?;
        let held = Money::zero(amount.currency());
        Ok(RefundParts { credit, sales: from_sold.checked_sub(tax)?, tax, loss: rest.checked_sub(from_sold)?, held })
    }

    /// What a provider said when the money came that this refund gives back, where it is of a held claim.
    pub(super) fn origin(&self, refund: &Refund) -> Option<&Claim> {
        let id = refund.held?;
        self.held.iter().find(|held| HeldId(held.row.seq) == id).map(|held| &held.claim)
    }
}

/// `part × of ÷ whole`, rounded down; never more than `of`, because `part` is never more than `whole`.
fn share(part: Money, of: Money, whole: Money) -> Result<Money, MoneyError> {
    if !whole.is_positive() {
        return Ok(Money::zero(whole.currency()));
    }
    let exact = i128::from(part.minor()) * i128::from(of.minor()) / i128::from(whole.minor());
    Money::new(i64::try_from(exact).map_err(|_| MoneyError::TooLarge)?, whole.currency())
}

fn at_least_zero(amount: Money) -> Money {
    if amount.is_negative() { Money::zero(amount.currency()) } else { amount }
}
