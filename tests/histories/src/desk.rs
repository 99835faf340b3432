//! What staff do in the back office, as its pages would have them do it: they read what is offered, then they decide.

use tollgate_billing::billing::{Billing, BillingError, Charged, RefundForm, RefundOffer, Refunded, Resolved, Wanted};
use tollgate_billing::billing::{ChargeOrder, DecideError};
use tollgate_billing::ids::{ClientId, HeldId, InvoiceId, PaymentId, StaffId};
use tollgate_billing::money::Money;
use tollgate_billing::ports::PageOf;
use tollgate_billing::saved::ChargedBy;

use crate::action::{Charger, Choice};
use crate::call::Reply;

/// Cents of amounts that staff type: whole ones, as far as there is one.
const ROUND_MINOR: i64 = 100;
/// Held claims of which staff pick one.
const HELD_MAX: u32 = 20;

/// A refund that staff want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedRefund {
    pub payment: PaymentId,
    /// Of the most that is offered.
    pub percent: u8,
    pub form_key: String,
}

/// A stored card that is to be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedCharge {
    pub invoice: InvoiceId,
    pub by: Charger,
    /// Which of the client's cards, counted round.
    pub nth: usize,
    pub form_key: String,
}

/// A held claim that is to be decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedDecision {
    /// Which of those that wait, counted round.
    pub nth: usize,
    pub choice: Choice,
    /// Where the money goes, should it go towards an invoice.
    pub invoice: InvoiceId,
}

/// The page of the invoice, and its form.
pub async fn refund(billing: &Billing, staff: StaffId, wanted: WantedRefund) -> Result<Reply, BillingError> {
    let (most, part) = match billing.refund_offer(&wanted.payment).await? {
        RefundOffer::Offered { most, part, .. } => (most, part),
        other => return Ok(Reply::Done(format!("no refund is offered: {other:?}"))),
    };
    let amount = if part { share(most, wanted.percent)? } else { most };
    let payment = billing.store().payment(&wanted.payment).await?.ok_or(BillingError::NotFound)?;
    let invoice = billing.store().invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
    let form = RefundForm {
        payment: payment.id,
        amount,
        reason: "asked for".to_owned(),
        seen: invoice.version,
        form_key: wanted.form_key,
    };
    Ok(match billing.refund_payment(staff, form).await {
        Ok(Refunded::Now(refund)) => {
            Reply::Done(format!("refund {} of {}: {:?}", refund.id, refund.amount, refund.state))
        }
        Ok(Refunded::Before) => Reply::Done("the same form came before".to_owned()),
        Err(error) => Reply::Error(error.to_string()),
    })
}

/// So many percent of an amount, never nothing, and in whole hundreds where it has any.
pub fn share(of: Money, percent: u8) -> Result<Money, BillingError> {
    Ok(Money::new(share_minor(of.minor(), percent), of.currency())?)
}

/// As [`share`], in minor units.
#[must_use]
pub fn share_minor(of: i64, percent: u8) -> i64 {
    let exact = of / 100 * i64::from(percent) + of % 100 * i64::from(percent) / 100;
    let round = exact / ROUND_MINOR * ROUND_MINOR;
    if percent >= 100 || of < ROUND_MINOR { of } else { round.max(ROUND_MINOR) }
}

/// One confirmation of the client, a button of staff, or the command.
pub async fn charge(
    billing: &Billing,
    (client, staff): (ClientId, StaffId),
    wanted: WantedCharge,
) -> Result<Reply, BillingError> {
    let methods = billing.methods(client).await?;
    let Some(method) = methods.get(wanted.nth % methods.len().max(1)) else {
        return Ok(Reply::Done("no card is stored".to_owned()));
    };
    let by = match wanted.by {
        Charger::Client => ChargedBy::Client(client),
        Charger::Staff => ChargedBy::Staff(staff),
        Charger::Command => ChargedBy::Command,
    };
    let order = ChargeOrder { invoice: wanted.invoice, method: method.stored.id, by, form_key: wanted.form_key };
    Ok(match billing.charge(&order).await? {
        Charged::AsksClient(payment) => Reply::Invited(payment),
        other => Reply::Done(format!("charged: {other:?}")),
    })
}

/// "Needs attention": what would be booked is read first, and then decided with its mark.
pub async fn decide(billing: &Billing, staff: StaffId, wanted: WantedDecision) -> Result<Reply, BillingError> {
    let held = billing.store().held(PageOf::first(HELD_MAX)).await?;
    let Some(row) = held.get(wanted.nth % held.len().max(1)) else {
        return Ok(Reply::Done("nothing needs attention".to_owned()));
    };
    let id = HeldId(row.seq);
    let how = match wanted.choice {
        Choice::Credit => Wanted::Credit { email: String::new() },
        Choice::Invoice => {
            let invoice = billing.store().invoice(wanted.invoice).await?.ok_or(BillingError::NotFound)?;
            Wanted::Invoice { number: invoice.number }
        }
        Choice::Refund => Wanted::Refund { reason: "sent back".to_owned() },
        Choice::Dismiss => Wanted::Dismiss { reason: "settled at the provider".to_owned() },
    };
    let mark = match billing.foretell_decision(staff, id, &how).await {
        Ok(foretold) => foretold.booking.mark(),
        Err(error) => return refused(error),
    };
    match billing.decide_held(staff, id, &how, &mark).await {
        Ok(Resolved::Decided(_) | Resolved::Asked(_)) => {
            Ok(Reply::Done(format!("held claim {id}: {:?}, {mark}", wanted.choice)))
        }
        Ok(Resolved::Before(_)) => Ok(Reply::Done(format!("held claim {id} was decided before"))),
        Err(error) => refused(error),
    }
}

fn refused(error: DecideError) -> Result<Reply, BillingError> {
    match error {
        DecideError::Billing(error) => Err(error),
        other => Ok(Reply::Error(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_nothing_and_never_more_than_there_is() {
        let table =
            [(10_000, 50, 5_000), (10_010, 50, 5_000), (10_010, 100, 10_010), (150, 1, 100), (99, 50, 99), (1, 1, 1)];
        for (of, percent, expected) in table {
            assert_eq!(share_minor(of, percent), expected, "{percent} % of {of}");
        }
    }
}
