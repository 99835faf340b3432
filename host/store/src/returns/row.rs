//! Rows of refunds and disputes, read.

use rusqlite::Row;
use tollgate_billing::dispute::Dispute;
use tollgate_billing::ids::{ClientId, HeldId, InstanceId, InvoiceId, PaymentId, RefundId, StaffId, Timestamp};
use tollgate_billing::ledger::{Reason, Transfer};
use tollgate_billing::money::Money;
use tollgate_billing::ports::DueRefund;
use tollgate_billing::refund::{Refund, RefundParts, RefundState};

use crate::account::account_of;
use crate::fault::Fault;
use crate::row::Place;
use crate::words::text_from_json;

pub(super) fn refund(row: &Row<'_>) -> Result<Refund, Fault> {
    let id: String = row.get("id")?;
    let place = Place { table: "refunds", id: &id };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let amount = |column: &str| -> Result<Money, Fault> { place.money(row.get(column)?, currency) };
    let state: String = row.get("state")?;
    Ok(Refund {
        payment: PaymentId::new(row.get::<_, String>("payment_id")?),
        invoice: InvoiceId(row.get("invoice_id")?),
        client: ClientId(row.get("client_id")?),
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        amount: amount("amount_minor")?,
        parts: RefundParts {
            credit: amount("from_credit_minor")?,
            sales: amount("from_sales_minor")?,
            tax: amount("from_tax_minor")?,
            loss: amount("loss_minor")?,
            held: amount("from_held_minor")?,
        },
        held: row.get::<_, Option<i64>>("held_seq")?.map(HeldId),
        transaction: row.get("transaction_id")?,
        reason: row.get("reason")?,
        staff: row.get::<_, Option<i64>>("staff_id")?.map(StaffId),
        state: place.known(RefundState::from_code(&state), "state", &state)?,
        note: text_from_json(place, row.get::<_, Option<String>>("note")?.as_deref())?,
        provider_reference: row.get("provider_reference")?,
        created: Timestamp(row.get("created")?),
        next_check: Timestamp(row.get("next_check")?),
        ended: row.get::<_, Option<i64>>("ended")?.map(Timestamp),
        version: row.get("version")?,
        id: RefundId::new(id.clone()),
    })
}

pub(super) fn due_refund(row: &Row<'_>) -> Result<DueRefund, Fault> {
    let refund = refund(row)?;
    let place = Place { table: "refunds", id: &refund.id };
    let checks = place.small(row.get("checks")?, "count of checks")?;
    Ok(DueRefund { refund, checks })
}

pub(super) fn dispute(row: &Row<'_>) -> Result<Dispute, Fault> {
    let transaction: String = row.get("transaction_id")?;
    let place = Place { table: "disputes", id: &transaction };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let amount = |column: &str| -> Result<Money, Fault> { place.money(row.get(column)?, currency) };
    Ok(Dispute {
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        payment: PaymentId::new(row.get::<_, String>("payment_id")?),
        invoice: InvoiceId(row.get("invoice_id")?),
        client: ClientId(row.get("client_id")?),
        amount: amount("amount_minor")?,
        kept: amount("kept_minor")?,
        lost: amount("lost_minor")?,
        won: amount("won_minor")?,
        loss: amount("loss_minor")?,
        reason: text_from_json(place, row.get::<_, Option<String>>("reason")?.as_deref())?,
        opened: Timestamp(row.get("opened")?),
        closed: row.get::<_, Option<i64>>("closed")?.map(Timestamp),
        version: row.get("version")?,
        transaction: transaction.clone(),
    })
}

/// Transfers of one invoice, added up.
pub(super) fn moved(invoice: InvoiceId, row: &Row<'_>) -> Result<Transfer, Fault> {
    let place = Place { table: "transfers", id: &invoice };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let (debit, credit): (String, String) = (row.get("debit_account")?, row.get("credit_account")?);
    let reason: String = row.get("reason")?;
    Ok(Transfer {
        debit: place.known(account_of(&debit), "account", &debit)?,
        credit: place.known(account_of(&credit), "account", &credit)?,
        amount: place.money(row.get("minor")?, currency)?,
        reason: place.known(Reason::from_code(&reason), "reason", &reason)?,
        invoice,
    })
}
