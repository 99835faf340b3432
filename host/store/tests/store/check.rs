//! Hands in the database are found.

use rusqlite::Connection;
use tollgate_billing::ports::Store;

use crate::fixture::{
    Fresh, client, credit_applied, eur, fresh, give_credit, invoice, paid, payment, read_invoice, service, sound,
    stranger,
};

async fn busy_ledger() -> Fresh {
    let fresh = fresh();
    let store: &dyn Store = &*fresh.store;
    let anna = client(store, "anna@example.org").await;
    give_credit(store, anna, "top-up", 70).await;
    let bill = invoice(store, anna, "form", vec![service(100)]).await;
    let pay = payment(store, &bill, "P1").await;
    store.apply(paid(&pay, &bill, "T1", eur(40))).await.unwrap();
    let bill = read_invoice(store, bill.id).await;
    store.apply(credit_applied(&bill, "use", eur(50))).await.unwrap();
    sound(store).await;
    fresh
}

/// What a hand did, and a word of the sentence that must tell of it.
const TABLE: [(&str, &str); 18] = [
    ("UPDATE credits SET balance_minor = balance_minor + 1", "credit says 21"),
    ("DELETE FROM credits", "credit says nothing"),
    ("INSERT INTO credits VALUES (1, 'JPY', 5)", "no transfer made it"),
    ("UPDATE invoices SET settled_minor = settled_minor - 1 WHERE id = 2", "89 minor units settled"),
    ("UPDATE invoices SET credit_applied_minor = 0 WHERE id = 2", "0 of them from credit"),
    ("UPDATE invoices SET status = 'paid' WHERE id = 2", "is paid, but 10"),
    ("UPDATE invoices SET total_minor = total_minor + 1 WHERE id = 2", "add up to 100"),
    ("UPDATE invoice_lines SET net_minor = 1", "add up to 1 "),
    ("UPDATE payments SET received_minor = received_minor + 1 WHERE id = 'P1'", "payment P1"),
    ("DROP TRIGGER transfers_no_delete; DELETE FROM transfers WHERE id = 1", "make it 0 and 0"),
    ("DROP TRIGGER transfers_no_delete; DELETE FROM transfers WHERE id = 2", "row of transfers that is not there"),
    ("DROP TRIGGER transfers_no_update; UPDATE transfers SET amount_minor = 999 WHERE id = 4", "credit is below zero"),
    ("DROP TRIGGER transfers_no_update; UPDATE transfers SET credit_account = 'hole' WHERE id = 1", "“hole”"),
    ("DROP TRIGGER transfers_no_update; UPDATE transfers SET invoice_id = 1 WHERE id = 3", "moves another one"),
    (
        "DROP TRIGGER credit_entries_no_update; UPDATE credit_entries SET balance_minor = 1 WHERE amount_minor < 0",
        "says a balance of 1 ",
    ),
    ("DROP TRIGGER credit_entries_no_delete; DELETE FROM credit_entries", "no entry tells the client"),
    ("UPDATE invoice_series SET last = last + 1", "3 numbers were given"),
    ("PRAGMA ignore_check_constraints = ON; UPDATE payments SET state = 'stolen'", "CHECK"),
];

#[tokio::test]
async fn every_hand_in_the_database_is_told_of() {
    let fresh = busy_ledger().await;
    for (hand, word) in TABLE {
        // Each on a copy of its own, so that one fault cannot hide another.
        let copy = fresh.path.with_extension("copy");
        let _ = std::fs::remove_file(&copy);
        stranger(&fresh.path).execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let conn: Connection = stranger(&copy);
        conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        conn.execute_batch(hand).unwrap();
        conn.close().unwrap();
        let store = tollgate_store::SqliteStore::open_tool(&copy);
        let faults = match store {
            Ok(store) => tollgate_billing::ports::Ledger::check_ledger(&store).await.unwrap().faults,
            // A constraint that is broken is already seen when the file is opened.
            Err(error) => vec![error.to_string()],
        };
        assert!(faults.iter().any(|fault| fault.contains(word)), "{hand}: {faults:?}");
    }
}

#[tokio::test]
async fn thousands_of_faults_are_a_few_sentences() {
    let fresh = busy_ledger().await;
    let anna = fresh.store.client_by_email("anna@example.org").await.unwrap().unwrap().id;
    for number in 0..30 {
        invoice(&*fresh.store, anna, &format!("more{number}"), vec![service(100)]).await;
    }
    stranger(&fresh.path).execute_batch("UPDATE invoice_lines SET net_minor = 1").unwrap();
    let faults = fresh.store.check_ledger().await.unwrap().faults;
    assert_eq!(faults.len(), 21);
    assert_eq!(faults[20], "and 12 more of this kind");
}
