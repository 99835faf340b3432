//! What the provider keeps of a payment.

use crate::claim::Claim;
use crate::ids::{InstanceId, InvoiceId, Timestamp};
use crate::ledger::{Account, Reason, Transfer};
use crate::plan::empty;
use crate::settlement::{Settlement, SettlementKey};

/// The fee of a claim, where it tells one.
pub(crate) fn fee_transfer(instance: &InstanceId, claim: &Claim, invoice: InvoiceId) -> Option<Transfer> {
    let amount = claim.fee.filter(|fee| fee.is_positive())?;
    let (debit, credit) = (Account::Fees(instance.clone()), Account::Gateway(instance.clone()));
    Some(Transfer { debit, credit, amount, reason: Reason::Fee, invoice })
}

/// Some providers know their fee only after they said "paid". `invoice` is the one beside which the claim was booked,
/// without any fee; the caller asks the store for it. Counts once for the transaction, whatever fee is told later.
#[must_use]
pub fn plan_late_fee(instance: &InstanceId, claim: &Claim, invoice: InvoiceId, at: Timestamp) -> Option<Settlement> {
    let transfer = fee_transfer(instance, claim, invoice)?;
    let key = SettlementKey::Fee { instance: instance.clone(), transaction: claim.transaction.clone() };
    Some(Settlement { transfers: vec![transfer], ..empty(key, at) })
}
