//! Held claims and decisions as rows: nobody changes them, and `tollgate check` tells of a hand that did.

use rusqlite::Connection;
use tollgate_billing::decision::Destination;
use tollgate_billing::plan::plan_refund_declined;
use tollgate_billing::ports::{Ledger, Store};
use tollgate_billing::text::Text;

use crate::contract::decisions::{decided, dollars, held, said, staff};
use crate::contract::held_refunds::{back, ends};
use crate::fixture::{Fresh, client, eur, fresh, invoice, payment, read_payment, service, sound, stranger};

/// One claim that waits, one accepted as credit, one dismissed, one that was to go back and waits again.
async fn office() -> Fresh {
    let fresh = fresh();
    let store: &dyn Store = &*fresh.store;
    let anna = client(store, "anna@example.org").await;
    let bill = invoice(store, anna, "form", vec![service(100)]).await;
    let pay = payment(store, &bill, "P1").await;
    let sam = staff(store, "sam@example.org").await;
    held(store, Some(&pay), said("T1", eur(99))).await;
    let credit = held(store, Some(&pay), said("T2", dollars(70))).await;
    let to = Destination::Credit { client: anna, beside: bill.id };
    store.apply(decided(&credit, Some(&pay), sam, to)).await.expect("a decision");
    let dismissed = held(store, None, said("T3", eur(5))).await;
    store.apply(decided(&dismissed, None, sam, Destination::Nowhere { reason: "no" })).await.expect("a decision");
    let pay = read_payment(store, "P1").await;
    let sent = held(store, Some(&pay), said("T4", eur(40))).await;
    store.apply(decided(&sent, Some(&pay), sam, Destination::Payer(&back("R1")))).await.expect("a decision");
    let declined = ends(store, (&bill, "P1"), |facts, refund| plan_refund_declined(facts, refund, Text::plain("old")));
    store.apply(declined.await).await.expect("it is held again");
    sound(store).await;
    fresh
}

/// Each must be refused with a sentence that holds the word.
const FORBIDDEN: [(&str, &str); 17] = [
    ("UPDATE held_claims SET amount_minor = 1 WHERE seq = 1", "never changed"),
    ("UPDATE held_claims SET claim = '{}' WHERE seq = 1", "never changed"),
    ("UPDATE held_claims SET decided = 0 WHERE seq = 2", "decided about once"),
    ("UPDATE held_claims SET decided = 1 WHERE seq = 2", "decided about once"),
    ("UPDATE held_claims SET decided = 2 WHERE seq = 1", "CHECK"),
    ("DELETE FROM held_claims", "never deleted"),
    ("UPDATE held_decisions SET staff_id = 1", "never changed"),
    ("UPDATE held_decisions SET reason = 'other' WHERE kind = 'dismiss'", "never changed"),
    ("DELETE FROM held_decisions", "never deleted"),
    (
        "INSERT INTO held_decisions SELECT 9, 1, settlement_id, 1, kind, client_id, invoice_id, reason, at
        FROM held_decisions WHERE kind = 'credit'",
        "UNIQUE",
    ),
    (
        "INSERT INTO held_decisions SELECT 9, held_seq, 1, 1, kind, client_id, invoice_id, reason, at
        FROM held_decisions WHERE kind = 'credit'",
        "UNIQUE",
    ),
    ("INSERT INTO held_decisions VALUES (9, 1, 1, 1, 'lost', NULL, NULL, 'x', 1)", "CHECK"),
    ("INSERT INTO held_decisions VALUES (9, 1, 1, 1, 'dismiss', NULL, NULL, '', 1)", "CHECK"),
    ("INSERT INTO held_decisions VALUES (9, 1, 1, 1, 'credit', NULL, 1, '', 1)", "CHECK"),
    ("INSERT INTO held_decisions VALUES (9, 1, 1, 1, 'refund', NULL, 1, '', 1)", "CHECK"),
    ("INSERT INTO held_decisions VALUES (9, 1, 1, 1, 'refund', NULL, NULL, 'x', 1)", "CHECK"),
    ("UPDATE refunds SET held_seq = NULL", "never changed"),
];

#[tokio::test]
async fn no_statement_changes_what_was_held_or_decided() {
    let fresh = office().await;
    let conn: Connection = stranger(&fresh.path);
    conn.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (sql, word) in FORBIDDEN {
        let refused = conn.execute_batch(sql).expect_err(sql).to_string();
        assert!(refused.contains(word), "{sql}: {refused}");
    }
    sound(&*fresh.store).await;
}

/// What a hand did, and a word of the sentence that must tell of it.
const HANDS: [(&str, &str); 10] = [
    ("UPDATE held_claims SET decided = 1 WHERE seq = 1", "held claim 1: is marked as decided, but no decision"),
    (
        "DROP TRIGGER held_claims_decided_once; UPDATE held_claims SET decided = 0 WHERE seq = 2",
        "held claim 2: is marked as open, but a decision",
    ),
    (
        "DROP TRIGGER held_claims_no_update; UPDATE held_claims SET amount_minor = 71 WHERE seq = 2",
        "decision 1: books 70 minor units of credit, the claim says 71",
    ),
    (
        "DROP TRIGGER held_decisions_no_update; UPDATE held_decisions SET kind = 'dismiss', client_id = NULL,
            invoice_id = NULL, reason = 'x' WHERE seq = 1",
        "decision 1: books 70 minor units of dismiss",
    ),
    (
        "DROP TRIGGER settlements_no_update; UPDATE settlements SET key = '1' WHERE scope = 'decision' AND key = '2'",
        "but its settlement is decision 1",
    ),
    (
        "DROP TRIGGER transfers_no_update; UPDATE transfers SET settlement_id = 1",
        "held claim 1: was held, but 3 transfers were booked with it",
    ),
    (
        "DROP TRIGGER refunds_fixed; UPDATE refunds SET transaction_id = 'T1'",
        "decision 3: sends held claim 4 back, but no refund fits it",
    ),
    ("DROP TRIGGER refunds_fixed; UPDATE refunds SET held_seq = 1", "gives held claim 1 back, but nobody decided that"),
    (
        "DROP TRIGGER held_claims_no_update; UPDATE held_claims SET reason = 'amount' WHERE seq = 5",
        "did not give held claim 4 back, and its money waits for nobody",
    ),
    (
        "DROP TRIGGER held_claims_no_delete; DELETE FROM held_claims WHERE seq = 5",
        "did not give held claim 4 back, and its money waits for nobody",
    ),
];

#[tokio::test]
async fn every_hand_among_held_claims_is_told_of() {
    let fresh = office().await;
    for (hand, word) in HANDS {
        let copy = fresh.path.with_extension("copy");
        let _ = std::fs::remove_file(&copy);
        stranger(&fresh.path).execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let conn: Connection = stranger(&copy);
        conn.execute_batch(hand).unwrap();
        conn.close().unwrap();
        let store = tollgate_store::SqliteStore::open_tool(&copy).expect("a database of ours");
        let faults = store.check_ledger().await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.contains(word)), "{hand}: {faults:?}");
    }
}
