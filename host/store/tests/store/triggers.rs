//! Rows that nobody may change, whoever holds the connection.

use rusqlite::Connection;

use crate::fixture::{claim_key, client, empty, fresh, give_credit, sound, stranger};
use tollgate_billing::settlement::{Event, Settlement};

/// Each must be refused with a sentence that holds the word.
const TABLE: [(&str, &str); 25] = [
    ("UPDATE transfers SET amount_minor = 1", "never changed"),
    ("UPDATE transfers SET reason = 'fee' WHERE id = 1", "never changed"),
    ("DELETE FROM transfers", "never deleted"),
    ("UPDATE settlements SET key = 'x'", "never changed"),
    ("DELETE FROM settlements", "never deleted"),
    ("UPDATE credit_entries SET balance_minor = 0", "never changed"),
    ("DELETE FROM credit_entries", "never deleted"),
    ("DELETE FROM invoices", "never deleted"),
    ("UPDATE invoices SET number = 'INV-000009'", "keeps its number"),
    ("UPDATE invoices SET client_id = 1", "keeps its number"),
    ("UPDATE audit_log SET subject = 'x'", "never changed"),
    ("DELETE FROM audit_log", "never shortened"),
    ("REPLACE INTO audit_log SELECT * FROM audit_log WHERE seq = 1", "behind the last one"),
    ("DELETE FROM outbox", "marked done"),
    ("UPDATE credits SET balance_minor = -1", "CHECK"),
    ("UPDATE invoices SET settled_minor = total_minor + 1", "CHECK"),
    ("UPDATE invoices SET settled_minor = -1", "CHECK"),
    ("UPDATE invoices SET status = 'lost'", "CHECK"),
    ("UPDATE payments SET state = 'lost'", "CHECK"),
    ("UPDATE payments SET amount_minor = 0", "CHECK"),
    ("UPDATE payments SET received_minor = 'much'", "cannot store TEXT"),
    ("INSERT INTO settlements SELECT id + 100, scope, key, payment_id, at FROM settlements LIMIT 1", "UNIQUE"),
    (
        "INSERT INTO transfers SELECT id + 100, settlement_id, invoice_id, debit_account, credit_account, 0, currency,
            at, reason FROM transfers LIMIT 1",
        "CHECK",
    ),
    (
        "INSERT INTO transfers SELECT id + 100, settlement_id, invoice_id, debit_account, debit_account, 1, currency,
            at, reason FROM transfers LIMIT 1",
        "CHECK",
    ),
    (
        "INSERT INTO transfers SELECT id + 100, settlement_id, 404, debit_account, credit_account, 1, currency,
            at, reason FROM transfers LIMIT 1",
        "FOREIGN KEY",
    ),
];

#[tokio::test]
async fn no_statement_changes_what_was_booked() {
    let fresh = fresh();
    let anna = client(&*fresh.store, "anna@example.org").await;
    let invoice = give_credit(&*fresh.store, anna, "top-up", 70).await;
    let event = Settlement { outbox: vec![Event::InvoicePaid(invoice.id)], ..empty(claim_key("event")) };
    fresh.store.apply(event).await.unwrap();
    let conn: Connection = stranger(&fresh.path);
    conn.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (sql, word) in TABLE {
        let refused = conn.execute_batch(sql).expect_err(sql).to_string();
        assert!(refused.contains(word), "{sql}: {refused}");
    }
    sound(&*fresh.store).await;
}
