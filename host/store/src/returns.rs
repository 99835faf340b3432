//! Refunds and disputes: money that goes back.

mod row;

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::dispute::Dispute;
use tollgate_billing::ids::{InstanceId, InvoiceId, PaymentId, RefundId, Timestamp};
use tollgate_billing::ledger::Transfer;
use tollgate_billing::ports::{DueRefund, PageOf, PaidTransaction, Returns, StoreError};
use tollgate_billing::refund::Refund;
use tollgate_billing::settlement::MoneyBack;

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{PAGE_ROWS_MAX, Place, all, bounds, one, run};
use crate::words::text_json;

macro_rules! refunds {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, payment_id, invoice_id, client_id, instance_id, amount_minor, currency, from_credit_minor,
                from_sales_minor, from_tax_minor, loss_minor, from_held_minor, held_seq, transaction_id, reason, staff_id,
                state, note, provider_reference, created, ended, version, next_check, checks
            FROM refunds ",
            $rest
        )
    };
}

macro_rules! disputes {
    ($rest:literal) => {
        concat!(
            "SELECT seq, instance_id, transaction_id, payment_id, invoice_id, client_id, amount_minor, currency,
                kept_minor, lost_minor, won_minor, loss_minor, reason, opened, closed, version
            FROM disputes ",
            $rest
        )
    };
}

const REFUND: &str = refunds!("WHERE id = ?1");
const REFUNDS_OF: &str = refunds!("WHERE invoice_id = ?1 ORDER BY seq");
/// The words are those of `RefundState::is_open`, and of the indexes; a test holds them together.
const OPEN_REFUNDS: &str =
    refunds!("WHERE seq < ?1 AND state IN ('requested', 'pending', 'unknown') ORDER BY seq DESC LIMIT ?2");
const DUE: &str = refunds!(
    "WHERE instance_id = ?1 AND next_check <= ?2 AND state IN ('requested', 'pending', 'unknown')
    ORDER BY next_check, seq LIMIT ?3"
);
const CHECKED: &str = "UPDATE refunds SET next_check = ?2, checks = checks + 1 WHERE id = ?1";
const INSERT_REFUND: &str =
    "INSERT INTO refunds (id, payment_id, invoice_id, client_id, instance_id, amount_minor, currency,
        from_credit_minor, from_sales_minor, from_tax_minor, loss_minor, from_held_minor, held_seq, transaction_id, reason,
        staff_id, state, note, provider_reference, created, ended, version, next_check, checks)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, 1, ?22, 0)
    ON CONFLICT DO NOTHING";
const CHANGE_REFUND: &str = "UPDATE refunds SET state = ?3, note = ?4,
        provider_reference = COALESCE(provider_reference, ?5), ended = ?6, version = version + 1
    WHERE id = ?1 AND version = ?2 - 1 AND amount_minor = ?7 AND currency = ?8";
const REFUND_TAKEN: &str = "SELECT 1 FROM refunds WHERE instance_id = ?1 AND provider_reference = ?2 AND id <> ?3";
const DISPUTE: &str = disputes!("WHERE instance_id = ?1 AND transaction_id = ?2");
const DISPUTES_OF: &str = disputes!("WHERE invoice_id = ?1 ORDER BY seq");
const OPEN_DISPUTES: &str = disputes!("WHERE seq < ?1 AND closed IS NULL ORDER BY seq DESC LIMIT ?2");
const INSERT_DISPUTE: &str = "INSERT INTO disputes (instance_id, transaction_id, payment_id, invoice_id, client_id,
        amount_minor, currency, kept_minor, lost_minor, won_minor, loss_minor, reason, opened, closed, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)
    ON CONFLICT (instance_id, transaction_id) DO NOTHING";
const CHANGE_DISPUTE: &str = "UPDATE disputes SET kept_minor = ?4, lost_minor = ?5, won_minor = ?6, loss_minor = ?7,
        closed = ?8, version = version + 1
    WHERE instance_id = ?1 AND transaction_id = ?2 AND version = ?3 - 1 AND amount_minor = ?9 AND currency = ?10";
/// A claim's key is its state's word and its transaction; what staff decided about a held claim has the claim's. Only what came
/// in has a debit of the gateway for a payment.
const PAID: &str = "SELECT COALESCE(h.transaction_id, substr(s.key, 6)) AS transaction_id, t.currency,
        sum(t.amount_minor) AS minor
    FROM payments p JOIN transfers t ON t.invoice_id = p.invoice_id JOIN settlements s ON s.id = t.settlement_id
        LEFT JOIN held_decisions d ON d.settlement_id = s.id LEFT JOIN held_claims h ON h.seq = d.held_seq
    WHERE p.id = ?1 AND s.payment_id = p.id AND t.debit_account = 'gateway:' || p.instance_id
        AND (h.seq IS NOT NULL OR s.scope = 'claim:' || p.instance_id AND s.key LIKE 'paid:%')
    GROUP BY s.id, s.key, h.transaction_id, t.currency ORDER BY s.id LIMIT ?2";
const MOVED: &str = "SELECT debit_account, credit_account, currency, reason, sum(amount_minor) AS minor
    FROM transfers WHERE invoice_id = ?1 GROUP BY debit_account, credit_account, currency, reason";

#[async_trait]
impl Returns for SqliteStore {
    async fn refund(&self, id: &RefundId) -> Result<Option<Refund>, StoreError> {
        self.point(|conn| one(conn, REFUND, [id.as_str()], row::refund))
    }

    async fn refunds_of(&self, invoice: InvoiceId) -> Result<Vec<Refund>, StoreError> {
        self.point(|conn| all(conn, REFUNDS_OF, [invoice.0], row::refund))
    }

    async fn disputes_of(&self, invoice: InvoiceId) -> Result<Vec<Dispute>, StoreError> {
        self.point(|conn| all(conn, DISPUTES_OF, [invoice.0], row::dispute))
    }

    async fn dispute(&self, instance: &InstanceId, transaction: &str) -> Result<Option<Dispute>, StoreError> {
        self.point(|conn| one(conn, DISPUTE, [instance.as_str(), transaction], row::dispute))
    }

    async fn open_disputes(&self, page: PageOf) -> Result<Vec<(i64, Dispute)>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, OPEN_DISPUTES, params![before, rows_max], |row| numbered(row, row::dispute)))
    }

    async fn open_refunds(&self, page: PageOf) -> Result<Vec<(i64, Refund)>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, OPEN_REFUNDS, params![before, rows_max], |row| numbered(row, row::refund)))
    }

    async fn paid_transactions(&self, payment: &PaymentId) -> Result<Vec<PaidTransaction>, StoreError> {
        self.point(|conn| all(conn, PAID, params![payment.as_str(), PAGE_ROWS_MAX], |row| paid(payment, row)))
    }

    async fn moved(&self, invoice: InvoiceId) -> Result<Vec<Transfer>, StoreError> {
        self.point(|conn| all(conn, MOVED, [invoice.0], |row| row::moved(invoice, row)))
    }

    async fn refund_progress(&self, refund: Refund) -> Result<(), StoreError> {
        if !refund.state.is_open() {
            return Err(StoreError::Corrupt(format!("refund {} may end only with what it books", refund.id)));
        }
        self.write(move |tx| write_refund(tx, &refund)).await
    }

    async fn due_refunds(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueRefund>, StoreError> {
        let values = params![instance.as_str(), now.0, rows_max.clamp(1, PAGE_ROWS_MAX)];
        self.point(|conn| all(conn, DUE, values, row::due_refund))
    }

    async fn refund_checked(&self, id: &RefundId, next: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(move |tx| run(tx, CHECKED, params![id.as_str(), next.0]).map(drop)).await
    }
}

/// Part of a settlement.
pub(crate) fn write(tx: &Transaction<'_>, back: &MoneyBack) -> Result<(), Fault> {
    match back {
        MoneyBack::Refund(refund) => write_refund(tx, refund),
        MoneyBack::Dispute(dispute) => write_dispute(tx, dispute),
    }
}

fn write_refund(tx: &Transaction<'_>, refund: &Refund) -> Result<(), Fault> {
    // Money of one provider reference must never find two refunds.
    if let Some(reference) = &refund.provider_reference
        && one(tx, REFUND_TAKEN, params![refund.instance.as_str(), reference, refund.id.as_str()], |_| Ok(()))?
            .is_some()
    {
        return Err(Fault::exists("a refund with this provider reference"));
    }
    let rows = if refund.version == 1 { insert_refund(tx, refund)? } else { change_refund(tx, refund)? };
    if rows == 0 { Err(Fault::conflict()) } else { Ok(()) }
}

fn insert_refund(tx: &Transaction<'_>, refund: &Refund) -> Result<usize, Fault> {
    let values = params![
        refund.id.as_str(),
        refund.payment.as_str(),
        refund.invoice.0,
        refund.client.0,
        refund.instance.as_str(),
        refund.amount.minor(),
        refund.amount.currency().code(),
        refund.parts.credit.minor(),
        refund.parts.sales.minor(),
        refund.parts.tax.minor(),
        refund.parts.loss.minor(),
        refund.parts.held.minor(),
        refund.held.map(|held| held.0),
        refund.transaction,
        refund.reason,
        refund.staff.map(|staff| staff.0),
        refund.state.code(),
        text_json(refund.note.as_ref())?,
        refund.provider_reference,
        refund.created.0,
        refund.ended.map(|at| at.0),
        refund.next_check.0,
    ];
    run(tx, INSERT_REFUND, values)
}

fn change_refund(tx: &Transaction<'_>, refund: &Refund) -> Result<usize, Fault> {
    let values = params![
        refund.id.as_str(),
        refund.version,
        refund.state.code(),
        text_json(refund.note.as_ref())?,
        refund.provider_reference,
        refund.ended.map(|at| at.0),
        refund.amount.minor(),
        refund.amount.currency().code(),
    ];
    run(tx, CHANGE_REFUND, values)
}

fn write_dispute(tx: &Transaction<'_>, dispute: &Dispute) -> Result<(), Fault> {
    let rows = if dispute.version == 1 { insert_dispute(tx, dispute)? } else { change_dispute(tx, dispute)? };
    if rows == 0 { Err(Fault::conflict()) } else { Ok(()) }
}

fn insert_dispute(tx: &Transaction<'_>, dispute: &Dispute) -> Result<usize, Fault> {
    let values = params![
        dispute.instance.as_str(),
        dispute.transaction,
        dispute.payment.as_str(),
        dispute.invoice.0,
        dispute.client.0,
        dispute.amount.minor(),
        dispute.amount.currency().code(),
        dispute.kept.minor(),
        dispute.lost.minor(),
        dispute.won.minor(),
        dispute.loss.minor(),
        text_json(dispute.reason.as_ref())?,
        dispute.opened.0,
        dispute.closed.map(|at| at.0),
    ];
    run(tx, INSERT_DISPUTE, values)
}

fn change_dispute(tx: &Transaction<'_>, dispute: &Dispute) -> Result<usize, Fault> {
    let values = params![
        dispute.instance.as_str(),
        dispute.transaction,
        dispute.version,
        dispute.kept.minor(),
        dispute.lost.minor(),
        dispute.won.minor(),
        dispute.loss.minor(),
        dispute.closed.map(|at| at.0),
        dispute.amount.minor(),
        dispute.amount.currency().code(),
    ];
    run(tx, CHANGE_DISPUTE, values)
}

fn numbered<T>(row: &Row<'_>, read: impl FnOnce(&Row<'_>) -> Result<T, Fault>) -> Result<(i64, T), Fault> {
    Ok((row.get("seq")?, read(row)?))
}

fn paid(payment: &PaymentId, row: &Row<'_>) -> Result<PaidTransaction, Fault> {
    let place = Place { table: "payments", id: payment };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    Ok(PaidTransaction { transaction: row.get("transaction_id")?, amount: place.money(row.get("minor")?, currency)? })
}

#[cfg(test)]
mod tests {
    use tollgate_billing::refund::RefundState;

    use super::*;

    #[test]
    fn the_queries_for_open_refunds_name_exactly_the_open_states() {
        for state in RefundState::ALL {
            for sql in [OPEN_REFUNDS, DUE] {
                assert_eq!(sql.contains(&format!("'{}'", state.code())), state.is_open(), "{}", state.code());
            }
        }
    }
}
