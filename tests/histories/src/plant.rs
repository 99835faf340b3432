//! Bugs that a host could have, planted into what stands around it: the simulation must find each, or it finds nothing.

use tollgate_billing::ids::ClientId;
use tollgate_billing::invoice::Invoice;
use tollgate_billing::ledger::{Account, Reason};
use tollgate_billing::money::{Money, MoneyError};
use tollgate_billing::payment::{Payment, PaymentProgress};
use tollgate_billing::refund::Refund;
use tollgate_billing::settlement::{MoneyBack, Settlement, SettlementKey};

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
    /// A payment that failed is never looked at again, though the provider refused one request and did another.
    NeverLooksBack,
    /// The store compares neither a refund's form, nor its row, nor its invoice: a refund that is reserved already is
    /// reserved again, and one that is booked is booked again.
    RefundsTwice,
}

impl Plant {
    pub const ALL: [Self; 6] = [
        Self::BooksTwice,
        Self::HalfSettles,
        Self::AnswersFirst,
        Self::NeverSweeps,
        Self::NeverLooksBack,
        Self::RefundsTwice,
    ];

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
            Self::NeverLooksBack => "never-looks-back",
            Self::RefundsTwice => "refunds-twice",
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
    if settlement.back.is_some() {
        return Ok(settlement);
    }
    make_another(&mut settlement.key, turn);
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

/// What a store that compares nothing of a refund would make of a settlement about one. `refund` and `invoice` are the rows
/// as they are now.
#[must_use]
pub fn refunded_again(
    mut settlement: Settlement,
    refund: Option<&Refund>,
    invoice: Option<&Invoice>,
    turn: u64,
) -> Settlement {
    make_another(&mut settlement.key, turn);
    if let (Some(MoneyBack::Refund(own)), Some(now)) = (&mut settlement.back, refund) {
        own.version = now.version + 1;
    }
    if let (Some(change), Some(now)) = (&mut settlement.invoice, invoice) {
        change.version = now.version;
    }
    settlement
}

fn make_another(key: &mut SettlementKey, turn: u64) {
    match key {
        SettlementKey::Claim { transaction, .. } => *transaction = format!("{transaction}#{turn}"),
        SettlementKey::StaffForm { key, .. } => *key = format!("{key}#{turn}"),
        _ => {}
    }
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
