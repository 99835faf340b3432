//! The rows of a settlement, written by hand: what the floors of settlements and webhooks do.

use anyhow::{Result, ensure};
use rusqlite::{Transaction, params};
use tollgate_billing::ids::InvoiceId;

use crate::open_payments::{AMOUNT_MINOR, AT, payment_id};

/// A settlement that was begun, and the invoice that it is for.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    pub settlement: i64,
    pub invoice: i64,
}

impl Begun {
    /// The invoice's account.
    pub fn account(self) -> String {
        format!("invoice:{}", InvoiceId(self.invoice))
    }
}

/// Key, payment, invoice, and the transfer to the invoice.
pub fn pay(tx: &Transaction<'_>, instance: &str, index: usize) -> Result<Begun> {
    let payment = payment_id(index).to_string();
    let (scope, key) = (format!("claim:{instance}"), format!("{payment}/paid"));
    let settlement = begin(tx, (&scope, &key), Some(&payment))?;
    let invoice: i64 = tx
        .prepare_cached(
            "UPDATE payments SET state = 'paid', received_minor = received_minor + ?2, checked = ?3,
                version = version + 1 WHERE id = ?1 AND version = 1 RETURNING invoice_id",
        )?
        .query_row(params![payment, AMOUNT_MINOR, AT.0], |row| row.get(0))?;
    let changed = tx
        .prepare_cached(
            "UPDATE invoices SET status = 'paid', paid_at = ?2, settled_minor = settled_minor + ?3,
                version = version + 1 WHERE id = ?1 AND version = 1",
        )?
        .execute(params![invoice, AT.0, AMOUNT_MINOR])?;
    ensure!(changed == 1, "the floor's invoice was settled before");
    let begun = Begun { settlement, invoice };
    transfer(tx, begun, (&format!("gateway:{instance}"), &begun.account()), "payment")?;
    Ok(begun)
}

/// The invoice's service line is earned.
pub fn earn(tx: &Transaction<'_>, begun: Begun) -> Result<()> {
    transfer(tx, begun, (&begun.account(), "sales"), "fulfilment").map(drop)
}

/// The invoice's module line becomes credit of the first client, in a settlement of its own, by way of the outbox.
pub fn credit(tx: &Transaction<'_>, paid: Begun) -> Result<()> {
    let event: i64 = tx
        .prepare_cached(
            "INSERT INTO outbox (kind, invoice_id, attempts, last_error, due, done, created)
                VALUES ('invoice-paid', ?1, 0, NULL, ?2, 0, ?2) RETURNING id",
        )?
        .query_row(params![paid.invoice, AT.0], |row| row.get(0))?;
    let begun = Begun { settlement: begin(tx, ("outbox", &event.to_string()), None)?, ..paid };
    let moved = transfer(tx, begun, (&begun.account(), "credit:1"), "fulfilment")?;
    let balance: i64 = tx
        .prepare_cached(
            "INSERT INTO credits (client_id, currency, balance_minor) VALUES (1, 'EUR', ?1)
                ON CONFLICT (client_id, currency) DO UPDATE SET balance_minor = balance_minor + excluded.balance_minor
                RETURNING balance_minor",
        )?
        .query_row(params![AMOUNT_MINOR], |row| row.get(0))?;
    tx.prepare_cached(
        "INSERT INTO credit_entries (client_id, transfer_id, amount_minor, currency, balance_minor)
            VALUES (1, ?1, ?2, 'EUR', ?3)",
    )?
    .execute(params![moved, AMOUNT_MINOR, balance])?;
    tx.prepare_cached("UPDATE outbox SET done = 1 WHERE id = ?1")?.execute([event])?;
    Ok(())
}

fn begin(tx: &Transaction<'_>, (scope, key): (&str, &str), payment: Option<&str>) -> Result<i64> {
    let mut insert =
        tx.prepare_cached("INSERT INTO settlements (scope, key, payment_id, at) VALUES (?1, ?2, ?3, ?4) RETURNING id")?;
    Ok(insert.query_row(params![scope, key, payment, AT.0], |row| row.get(0))?)
}

fn transfer(tx: &Transaction<'_>, of: Begun, (debit, credit): (&str, &str), reason: &str) -> Result<i64> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO transfers (settlement_id, invoice_id, debit_account, credit_account, amount_minor, currency,
            reason, at) VALUES (?1, ?2, ?3, ?4, ?5, 'EUR', ?6, ?7) RETURNING id",
    )?;
    let values = params![of.settlement, of.invoice, debit, credit, AMOUNT_MINOR, reason, AT.0];
    Ok(insert.query_row(values, |row| row.get(0))?)
}
