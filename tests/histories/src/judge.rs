//! Was any money lost or doubled, does anything hang? The providers' books are held against the rows of the host's
//! database, in SQL of this file's own: nothing here asks the host.

mod back;
mod money;

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

use crate::letters;
use crate::providers::{Positions, Provider, Providers};

/// What is wrong with a history; empty where all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The provider has money, or told of it, and the host neither booked it nor holds it for staff.
    pub lost: Vec<String>,
    /// The host booked more than the provider has.
    pub doubled: Vec<String>,
    /// Something is open that nothing will ever close.
    pub stuck: Vec<String>,
    /// The host's own books do not add up, or it believed what was forged.
    pub unsound: Vec<String>,
}

impl Verdict {
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.stuck.is_empty() && self.unsound.is_empty()
    }

    /// One line for each thing.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let kinds =
            [("lost", &self.lost), ("doubled", &self.doubled), ("stuck", &self.stuck), ("unsound", &self.unsound)];
        kinds.into_iter().flat_map(|(kind, all)| all.iter().map(move |words| format!("{kind}: {words}"))).collect()
    }
}

/// What is judged.
pub struct Case<'a> {
    pub database: &'a Path,
    pub providers: &'a Providers,
    /// What `tollgate check` would say.
    pub ledger_faults: &'a [String],
    pub believed: &'a [String],
    /// Forms by which staff asked for a refund.
    pub refund_forms: u64,
}

const PAYMENTS: &str = "SELECT id, instance_id, state, amount_minor, currency, client_id FROM payments ORDER BY seq";
const SUMS: &str = "SELECT currency, sum(minor) FROM (
        SELECT currency, amount_minor AS minor FROM transfers
        UNION ALL SELECT currency, -amount_minor FROM transfers) AS sides GROUP BY currency HAVING sum(minor) <> 0";
/// Client by client: what came in, what was put towards invoices, what of it became credit, what of that went back with
/// refunds and disputes, and the counter.
const CREDIT: &str = "SELECT c.id, c.currency,
        (SELECT COALESCE(sum(t.amount_minor), 0) FROM transfers t JOIN invoices i ON i.id = t.invoice_id
            WHERE i.client_id = c.id AND t.debit_account LIKE 'gateway:%'
                AND t.reason IN ('payment', 'overpayment', 'accepted')),
        (SELECT COALESCE(sum(i.settled_minor), 0) FROM invoices i WHERE i.client_id = c.id),
        (SELECT COALESCE(sum(l.net_minor + l.tax_minor), 0) FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
            WHERE i.client_id = c.id AND i.status = 'paid' AND l.kind = 'module'),
        (SELECT COALESCE(sum(b.from_credit_minor), 0) FROM refunds b WHERE b.client_id = c.id AND b.state <> 'failed'),
        (SELECT COALESCE(sum(d.kept_minor + d.lost_minor - d.loss_minor), 0) FROM disputes d WHERE d.client_id = c.id),
        (SELECT COALESCE(sum(r.balance_minor), 0) FROM credits r WHERE r.client_id = c.id),
        (SELECT COALESCE(sum(e.amount_minor), 0) FROM credit_entries e WHERE e.client_id = c.id)
    FROM clients c";
const UNEVEN: &str = "SELECT number, status, settled_minor, total_minor FROM invoices
    WHERE (status = 'paid') <> (settled_minor = total_minor)";
/// What says that it is paid has been paid: its money is booked in the same transaction.
const EMPTY: &str = "SELECT id FROM payments WHERE state = 'paid' AND received_minor = 0";
const UNFULFILLED: &str = "SELECT i.number, sum(CASE WHEN t.credit_account = 'invoice:' || i.id THEN t.amount_minor ELSE 0 END)
        - sum(CASE WHEN t.debit_account = 'invoice:' || i.id THEN t.amount_minor ELSE 0 END) AS left_minor
    FROM invoices i JOIN transfers t ON t.invoice_id = i.id WHERE i.status = 'paid' GROUP BY i.id HAVING left_minor <> 0";
const REFUNDS: &str =
    "SELECT id, state, COALESCE(note, '') FROM refunds WHERE state IN ('requested', 'pending', 'unknown')";
const OUTBOX: &str = "SELECT id, kind, COALESCE(last_error, '') FROM outbox WHERE done = 0";
const WEBHOOKS: &str =
    "SELECT instance_id, COALESCE(event_id, ''), state, reason FROM webhooks WHERE next_try IS NOT NULL";
const EVENTS: &str = "SELECT instance_id || ' ' || event_id FROM webhooks WHERE state = 'done'";

struct Payment {
    id: String,
    provider: Provider,
    state: String,
    client: i64,
}

impl Case<'_> {
    /// # Errors
    /// Books that cannot be read.
    pub fn judge(&self) -> anyhow::Result<Verdict> {
        let conn = Connection::open_with_flags(self.database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let books = self.providers.books()?;
        let mut verdict = Verdict::default();
        verdict.unsound.extend(self.ledger_faults.iter().cloned());
        verdict.unsound.extend(self.believed.iter().map(|letter| format!("it believed a {letter}")));
        money::judge(&conn, &books, &mut verdict)?;
        back::judge(&conn, &books, self.refund_forms, &mut verdict)?;
        judge_open(&conn, &books, &mut verdict)?;
        judge_sums(&conn, &mut verdict)?;
        self.judge_letters(&conn, &mut verdict)?;
        Ok(verdict)
    }

    /// What the host answered with 2xx, it has: nobody sends it again.
    fn judge_letters(&self, conn: &Connection, verdict: &mut Verdict) -> anyhow::Result<()> {
        let known = rows(conn, EVENTS, |row| row.get::<_, String>(0))?;
        for provider in Provider::BOTH {
            for letter in letters::taken(self.providers, provider) {
                let key = format!("{} {}", provider.instance(), letter.event);
                if !known.contains(&key) {
                    verdict.lost.push(format!("the webhook {} was answered 200 and is nowhere", letter.words()));
                }
            }
        }
        Ok(())
    }
}

fn judge_open(conn: &Connection, books: &Positions, verdict: &mut Verdict) -> anyhow::Result<()> {
    for payment in payments(conn)? {
        let position = books.get(&(payment.provider, payment.id.clone()));
        let may_change = position.is_some_and(|position| position.is_open);
        if matches!(payment.state.as_str(), "created" | "pending" | "authorized" | "unknown") && !may_change {
            let at = position.map_or("knows nothing of it", |_| "is done with it");
            let Payment { id, provider, state, client } = &payment;
            verdict.stuck.push(format!("payment {id} of client {client} is {state}, and {provider:?} {at}"));
        }
    }
    let outbox = rows(conn, OUTBOX, |row| {
        let (id, kind, why): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("row {id} of the outbox ({kind}) waits: {why}"))
    })?;
    let webhooks = rows(conn, WEBHOOKS, |row| {
        let words: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        Ok(format!("a webhook waits: {}", words.join(" ")))
    })?;
    let refunds = rows(conn, REFUNDS, |row| {
        let words: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        Ok(format!("a refund is open: {}", words.join(" ")))
    })?;
    let unfulfilled = rows(conn, UNFULFILLED, |row| {
        let (number, minor): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(format!("invoice {number} is paid, and {minor} minor units of it are not fulfilled"))
    })?;
    verdict.stuck.extend(outbox.into_iter().chain(webhooks).chain(refunds).chain(unfulfilled));
    Ok(())
}

fn judge_sums(conn: &Connection, verdict: &mut Verdict) -> anyhow::Result<()> {
    let sums = rows(conn, SUMS, |row| {
        let (currency, minor): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(format!("{currency} sums to {minor}"))
    })?;
    let uneven = rows(conn, UNEVEN, |row| {
        let (number, status): (String, String) = (row.get(0)?, row.get(1)?);
        let (settled, total): (i64, i64) = (row.get(2)?, row.get(3)?);
        Ok(format!("invoice {number} is {status} with {settled} of {total}"))
    })?;
    verdict.unsound.extend(sums.into_iter().chain(uneven));
    let empty = rows(conn, EMPTY, |row| row.get::<_, String>(0))?;
    verdict.lost.extend(empty.into_iter().map(|id| format!("payment {id} is paid, and nothing was received for it")));
    for client in rows(conn, CREDIT, credit)? {
        let expected = client.came - client.settled + client.funds - client.refunded - client.disputed;
        let said = format!("{client:?}, expected {expected}");
        if client.entries != client.balance {
            verdict.unsound.push(said);
        } else if client.balance < expected {
            verdict.lost.push(said);
        } else if client.balance > expected {
            verdict.doubled.push(said);
        }
    }
    Ok(())
}

/// A client's credit, and what it should come to: what came in and was needed by no invoice, and what paid invoices gave.
/// What credit paid for invoices is in `settled` and stands on both sides.
#[derive(Debug)]
#[allow(dead_code)] // The names of client and currency are for people to read.
struct Credit {
    client: i64,
    currency: String,
    came: i64,
    settled: i64,
    funds: i64,
    refunded: i64,
    disputed: i64,
    balance: i64,
    entries: i64,
}

fn credit(row: &Row<'_>) -> rusqlite::Result<Credit> {
    Ok(Credit {
        client: row.get(0)?,
        currency: row.get(1)?,
        came: row.get(2)?,
        settled: row.get(3)?,
        funds: row.get(4)?,
        refunded: row.get(5)?,
        disputed: row.get(6)?,
        balance: row.get(7)?,
        entries: row.get(8)?,
    })
}

fn payments(conn: &Connection) -> anyhow::Result<Vec<Payment>> {
    rows(conn, PAYMENTS, |row| {
        let instance: String = row.get(1)?;
        let provider = if instance == Provider::PayPal.instance() { Provider::PayPal } else { Provider::Stripe };
        Ok(Payment { id: row.get(0)?, provider, state: row.get(2)?, client: row.get(5)? })
    })
}

fn rows<T>(conn: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> anyhow::Result<Vec<T>> {
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<T>>>()?;
    Ok(rows)
}
