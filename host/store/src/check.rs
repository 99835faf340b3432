//! Adds everything up again from the transfers and compares it with every counter.

mod returns;

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use tollgate_billing::ids::ClientId;
use tollgate_billing::ledger::{Account, LedgerReport};

use crate::account::account_of;
use crate::check_held;
use crate::fault::Fault;
use crate::row::{all, one};

/// Sentences about one kind of fault; a broken ledger would otherwise fill the memory with them.
const FAULTS_OF_A_KIND_MAX: usize = 20;

const TRANSFERS: &str = "SELECT count(*) FROM transfers";
const INVOICES: &str = "SELECT count(*) FROM invoices";
/// Both sides of every transfer, added up by account. Credit is counted above zero.
const ACCOUNTS: &str = "SELECT account, currency, sum(minor) FROM (
        SELECT credit_account AS account, currency, amount_minor AS minor FROM transfers
        UNION ALL
        SELECT debit_account AS account, currency, -amount_minor AS minor FROM transfers
    ) AS sides
    WHERE account NOT LIKE 'invoice:%' GROUP BY account, currency";
const SIDES: &str = "SELECT currency, sum(minor) FROM (
        SELECT currency, amount_minor AS minor FROM transfers
            WHERE credit_account LIKE 'invoice:%' AND debit_account NOT LIKE 'invoice:%'
        UNION ALL
        SELECT currency, -amount_minor AS minor FROM transfers
            WHERE debit_account LIKE 'invoice:%' AND credit_account NOT LIKE 'invoice:%'
    ) AS sides GROUP BY currency";
const COUNTERS: &str = "SELECT client_id, currency, balance_minor FROM credits";

/// Each query finds rows that are wrong, as one sentence a row.
const RULES: [&str; 10] = [
    "SELECT 'client ' || client_id || ': the entry of transfer ' || transfer_id || ' says a balance of '
            || balance_minor || ' minor units of ' || currency || ', the entries make it ' || running
        FROM (SELECT client_id, transfer_id, currency, balance_minor,
                sum(amount_minor) OVER (PARTITION BY client_id, currency ORDER BY transfer_id) AS running
            FROM credit_entries) AS entries
        WHERE balance_minor <> running",
    "SELECT 'transfer ' || t.id || ': the entry of client ' || e.client_id || ' does not match it'
        FROM credit_entries e JOIN transfers t ON t.id = e.transfer_id
        WHERE t.currency <> e.currency OR NOT
            ((t.credit_account = 'credit:' || e.client_id AND t.amount_minor = e.amount_minor)
            OR (t.debit_account = 'credit:' || e.client_id AND t.amount_minor = -e.amount_minor))",
    "SELECT 'transfer ' || t.id || ': moves credit, but no entry tells the client'
        FROM transfers t
        WHERE (CASE WHEN t.credit_account LIKE 'credit:%' THEN 1 ELSE 0 END)
            + (CASE WHEN t.debit_account LIKE 'credit:%' THEN 1 ELSE 0 END)
            <> (SELECT count(*) FROM credit_entries e JOIN clients c ON c.id = e.client_id
                WHERE e.transfer_id = t.id AND (t.credit_account = 'credit:' || c.id OR t.debit_account = 'credit:' || c.id))
            AND (t.credit_account LIKE 'credit:%' OR t.debit_account LIKE 'credit:%')",
    "SELECT 'invoice ' || number || ': says ' || settled_minor || ' minor units settled and ' || credit_applied_minor
            || ' of them from credit, its transfers make it ' || settled || ' and ' || from_credit
        FROM (SELECT i.number, i.settled_minor, i.credit_applied_minor,
                COALESCE(sum(t.amount_minor), 0) AS settled,
                COALESCE(sum(CASE WHEN t.debit_account LIKE 'credit:%' THEN t.amount_minor ELSE 0 END), 0) AS from_credit
            FROM invoices i LEFT JOIN transfers t
                ON t.invoice_id = i.id AND t.credit_account = 'invoice:' || i.id AND t.currency = i.currency
            GROUP BY i.id, i.number, i.settled_minor, i.credit_applied_minor) AS sums
        WHERE settled_minor <> settled OR credit_applied_minor <> from_credit",
    "SELECT 'invoice ' || number || ': ' || given || ' minor units were given out of ' || settled_minor || ' put in'
        FROM (SELECT i.number, i.settled_minor, sum(t.amount_minor) AS given
            FROM invoices i JOIN transfers t ON t.invoice_id = i.id AND t.debit_account = 'invoice:' || i.id
            GROUP BY i.id, i.number, i.settled_minor) AS sums
        WHERE given > settled_minor",
    "SELECT 'invoice ' || number || ': is paid, but ' || (total_minor - settled_minor) || ' minor units are due'
        FROM invoices WHERE status = 'paid' AND settled_minor < total_minor",
    "SELECT 'invoice ' || number || ': its lines add up to ' || lines || ' minor units, its total is ' || total_minor
        FROM (SELECT i.number, i.total_minor, COALESCE(sum(l.net_minor + l.tax_minor), 0) AS lines
            FROM invoices i LEFT JOIN invoice_lines l ON l.invoice_id = i.id
            GROUP BY i.id, i.number, i.total_minor) AS sums
        WHERE lines <> total_minor",
    "SELECT 'transfer ' || t.id || ': belongs to invoice ' || i.number || ', but moves another one'
        FROM transfers t JOIN invoices i ON i.id = t.invoice_id
        WHERE (t.credit_account LIKE 'invoice:%' AND t.credit_account <> 'invoice:' || i.id)
            OR (t.debit_account LIKE 'invoice:%' AND t.debit_account <> 'invoice:' || i.id)
            OR ((t.credit_account LIKE 'invoice:%' OR t.debit_account LIKE 'invoice:%') AND t.currency <> i.currency)",
    "SELECT 'payment ' || id || ': says ' || received_minor || ' minor units received, its claims make it ' || booked
        FROM (SELECT p.id, p.received_minor, COALESCE(sum(t.amount_minor), 0) AS booked
            FROM payments p LEFT JOIN settlements s ON s.payment_id = p.id
                LEFT JOIN transfers t ON t.settlement_id = s.id AND t.debit_account LIKE 'gateway:%'
            GROUP BY p.id, p.received_minor) AS sums
        WHERE received_minor <> booked",
    "SELECT 'series ' || prefix || ': ' || last || ' numbers were given, ' || found || ' invoices have one, the last '
            || COALESCE(highest, 0)
        FROM (SELECT n.prefix, n.last, count(i.id) AS found, max(i.sequence) AS highest
            FROM invoice_series n LEFT JOIN invoices i ON i.series = n.prefix GROUP BY n.prefix, n.last) AS sums
        WHERE last <> found OR last <> highest",
];

/// Called in a snapshot, so that settlements may go on meanwhile.
pub(crate) fn ledger(conn: &Connection) -> Result<LedgerReport, Fault> {
    let mut faults = Vec::new();
    sound_file(conn, &mut faults)?;
    let sums = account_sums(conn)?;
    zero_by_currency(conn, &sums, &mut faults)?;
    credits_match(conn, &sums, &mut faults)?;
    for rule in RULES.iter().chain(&check_held::RULES).chain(&returns::RULES) {
        note_rows(conn, rule, &mut faults)?;
    }
    Ok(LedgerReport { transfers: count(conn, TRANSFERS)?, invoices: count(conn, INVOICES)?, faults })
}

fn count(conn: &Connection, sql: &str) -> Result<u64, Fault> {
    let rows: i64 = one(conn, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0);
    Ok(rows.unsigned_abs())
}

fn note(faults: &mut Vec<String>, found: Vec<String>) {
    let more = found.len().saturating_sub(FAULTS_OF_A_KIND_MAX);
    faults.extend(found.into_iter().take(FAULTS_OF_A_KIND_MAX));
    if more > 0 {
        faults.push(format!("and {more} more of this kind"));
    }
}

/// A sentence for each row, read one by one: of a broken ledger there may be millions.
fn note_rows(conn: &Connection, rule: &str, faults: &mut Vec<String>) -> Result<(), Fault> {
    let (mut kept, mut more) = (0, 0_u64);
    all(conn, rule, [], |row| {
        if kept < FAULTS_OF_A_KIND_MAX {
            kept += 1;
            faults.push(row.get(0)?);
        } else {
            more += 1;
        }
        Ok(())
    })?;
    if more > 0 {
        faults.push(format!("and {more} more of this kind"));
    }
    Ok(())
}

/// SQLite's own checks: the file, NOT NULL and CHECK of every row, foreign keys.
fn sound_file(conn: &Connection, faults: &mut Vec<String>) -> Result<(), Fault> {
    let verdicts = all(conn, "PRAGMA quick_check(20)", [], |row| Ok(row.get::<_, String>(0)?))?;
    note(faults, verdicts.into_iter().filter(|verdict| verdict != "ok").collect());
    let broken_key = |row: &Row<'_>| -> Result<String, Fault> {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = id.map_or_else(|| "of unknown number".to_owned(), |id| id.to_string());
        Ok(format!("table {table}, row {id}: points at a row of {parent} that is not there"))
    };
    note(faults, all(conn, "PRAGMA foreign_key_check", [], broken_key)?);
    Ok(())
}

type AccountSums = BTreeMap<(String, String), i64>;

/// Every account but those of invoices, of which there are too many for the memory.
fn account_sums(conn: &Connection) -> Result<AccountSums, Fault> {
    let rows = all(conn, ACCOUNTS, [], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.into_iter().collect())
}

/// What is in every currency's accounts is as much as is in its invoices' accounts, the other way round.
fn zero_by_currency(conn: &Connection, sums: &AccountSums, faults: &mut Vec<String>) -> Result<(), Fault> {
    let invoices: Vec<(String, i64)> = all(conn, SIDES, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut totals: BTreeMap<&str, i128> = BTreeMap::new();
    for ((_, currency), minor) in sums {
        *totals.entry(currency).or_default() += i128::from(*minor);
    }
    for (currency, minor) in &invoices {
        *totals.entry(currency).or_default() += i128::from(*minor);
    }
    let wrong = totals.into_iter().filter(|(_, total)| *total != 0);
    note(faults, wrong.map(|(currency, total)| format!("{currency}: accounts sum to {total}, not to zero")).collect());
    Ok(())
}

fn credits_match(conn: &Connection, sums: &AccountSums, faults: &mut Vec<String>) -> Result<(), Fault> {
    let mut counters: BTreeMap<(ClientId, String), i64> = BTreeMap::new();
    for (client, currency, minor) in all(conn, COUNTERS, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
        counters.insert((ClientId(client), currency), minor);
    }
    let mut found = Vec::new();
    for ((word, currency), sum) in sums {
        match account_of(word) {
            Some(Account::Credit(client)) => {
                let counter = counters.remove(&(client, currency.clone()));
                if counter != Some(*sum) {
                    let counter = counter.map_or_else(|| "nothing".to_owned(), |minor| minor.to_string());
                    found.push(format!(
                        "client {client}: credit says {counter} {currency} minor units, transfers {sum}"
                    ));
                }
                if *sum < 0 {
                    found.push(format!("client {client}: credit is below zero, {sum} {currency} minor units"));
                }
            }
            Some(_) => {}
            None => found.push(format!("an account is called “{word}”, which is none")),
        }
    }
    let untold = counters.into_iter().filter(|(_, minor)| *minor != 0);
    found.extend(untold.map(|((client, currency), minor)| {
        format!("client {client}: credit says {minor} {currency} minor units, but no transfer made it")
    }));
    note(faults, found);
    Ok(())
}
