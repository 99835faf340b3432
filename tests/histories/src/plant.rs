//! Bugs that a host could have, planted into what stands around it: the simulation must find each, or it finds nothing.

use tollgate_billing::ids::ClientId;
use tollgate_billing::invoice::Invoice;
use tollgate_billing::ledger::{Account, Reason};
use tollgate_billing::money::{Money, MoneyError};
use tollgate_billing::payment::{Payment, PaymentProgress};
use tollgate_billing::settlement::{Settlement, SettlementKey};

/// One bug. None of them is in the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// The store compares neither the payment, nor the invoice, nor the settlement's key: what two callers decided is
    /// booked twice.
    BooksTwice,
    /// A payment is marked first and its money is booked in a second transaction.
    HalfSettles,
    /// A webhook is answered before it is written down.
    AnswersFirst,
    /// The sweep finds nothing to look up.
    NeverSweeps,
}

impl Plant {
    pub const ALL: [Self; 4] = [Self::BooksTwice, Self::HalfSettles, Self::AnswersFirst, Self::NeverSweeps];

    /// By its name on the command line.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plant| plant.name() == name)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BooksTwice => "books-twice",
            Self::HalfSettles => "half-settles",
            Self::AnswersFirst => "answers-first",
            Self::NeverSweeps => "never-sweeps",
        }
    }
}

/// What a store without any compare-and-set would make of a settlement: it is made to fit whatever the rows are by now.
/// `turn` makes the key another one every time.
///
/// # Errors
/// Amounts that cannot be.
pub fn forced(
    mut settlement: Settlement,
    payment: Option<&Payment>,
    invoice: Option<&Invoice>,
    turn: u64,
) -> Result<Settlement, MoneyError> {
    if let SettlementKey::Claim { transaction, .. } = &mut settlement.key {
        transaction.push_str(&format!("#{turn}"));
    }
    if let (Some(change), Some(now)) = (&mut settlement.payment, payment) {
        let came = settlement.transfers.iter().filter(|moved| matches!(moved.debit, Account::Gateway(_)));
        let came = Money::sum(change.received.currency(), came.map(|moved| moved.amount))?;
        change.version = now.version;
        change.received = now.received.checked_add(came)?;
    }
    let Some(now) = invoice else { return Ok(settlement) };
    if settlement.invoice.as_ref().is_some_and(|change| change.version != now.version) {
        to_credit(&mut settlement, now.client);
    }
    Ok(settlement)
}

/// What the invoice does not need any more goes to the client.
fn to_credit(settlement: &mut Settlement, client: ClientId) {
    settlement.invoice = None;
    settlement.outbox.clear();
    settlement.transfers.retain(|moved| moved.reason != Reason::Fulfilment);
    for moved in settlement.transfers.iter_mut().filter(|moved| moved.reason == Reason::Payment) {
        moved.credit = Account::Credit(client);
        moved.reason = Reason::Overpayment;
    }
}

/// The first of two transactions: the payment's new state, and nothing of its money.
#[must_use]
pub fn half(settlement: &Settlement, payment: &Payment) -> Option<PaymentProgress> {
    let change = settlement.payment.as_ref().filter(|_| !settlement.transfers.is_empty())?;
    Some(PaymentProgress { version: change.version, state: change.state, ..PaymentProgress::unchanged(payment) })
}
