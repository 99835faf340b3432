//! What came in: every payment at a provider against what was booked for it, and the other way round.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::{Verdict, payments, rows};
use crate::providers::{Positions, Provider};

/// What came in for a payment, whatever it was put towards. What staff decided about is counted with the held claim.
const BOOKED: &str = "SELECT s.payment_id, t.currency, sum(t.amount_minor)
    FROM transfers t JOIN settlements s ON s.id = t.settlement_id
    WHERE t.debit_account LIKE 'gateway:%' AND t.reason IN ('payment', 'overpayment')
        AND s.id NOT IN (SELECT settlement_id FROM held_decisions)
    GROUP BY s.payment_id, t.currency";
/// A held claim counts with its amount while it waits, and once it is dismissed or goes back; else with what was booked for
/// it. One that could not go back is held anew.
const HELD: &str = "SELECT h.instance_id, h.transaction_id, h.currency,
        CASE WHEN d.kind IN ('credit', 'invoice') THEN
            (SELECT COALESCE(sum(t.amount_minor), 0) FROM transfers t WHERE t.settlement_id = d.settlement_id
                AND t.debit_account = 'gateway:' || h.instance_id
                AND t.reason IN ('payment', 'overpayment', 'accepted'))
        WHEN EXISTS (SELECT 1 FROM refunds r WHERE r.held_seq = h.seq AND r.state = 'failed') THEN 0
        ELSE h.amount_minor END
    FROM held_claims h LEFT JOIN held_decisions d ON d.held_seq = h.seq WHERE h.state = 'paid'";

/// Minor units of a currency, for a payment.
type Booked = BTreeMap<(String, String), i64>;
/// Minor units of a currency that staff decide or decided about, for a transaction of a provider.
type Held = BTreeMap<(Provider, String, String), i64>;

pub fn judge(conn: &Connection, books: &Positions, verdict: &mut Verdict) -> anyhow::Result<()> {
    let payments = payments(conn)?;
    let mut booked = booked(conn)?;
    let held = held(conn)?;
    for ((provider, payment), position) in books {
        let mut captured: BTreeMap<&str, i64> = BTreeMap::new();
        let mut waits: BTreeMap<&str, i64> = BTreeMap::new();
        for (transaction, minor, currency) in &position.captured {
            *captured.entry(currency).or_default() += minor;
            let of_it = held.get(&(*provider, transaction.clone(), currency.clone()));
            *waits.entry(currency).or_default() += of_it.copied().unwrap_or_default();
        }
        for (currency, minor) in captured {
            let has = booked.remove(&(payment.clone(), currency.to_owned())).unwrap_or_default();
            let waits = waits.get(currency).copied().unwrap_or_default();
            let said = format!("{provider:?} has {minor} {currency} for payment {payment}, booked {has}, held {waits}");
            match (has + waits).cmp(&minor) {
                Ordering::Less => verdict.lost.push(said),
                Ordering::Greater => verdict.doubled.push(said),
                Ordering::Equal => {}
            }
        }
        if !payments.iter().any(|row| row.id == *payment && row.provider == *provider) {
            verdict.unsound.push(format!("{provider:?} knows payment {payment}, the host does not"));
        }
    }
    let more = booked.into_iter().filter(|(_, minor)| *minor != 0);
    verdict.doubled.extend(more.map(|((payment, currency), minor)| {
        format!("no provider has money for payment {payment}, booked {minor} {currency}")
    }));
    Ok(())
}

fn booked(conn: &Connection) -> anyhow::Result<Booked> {
    let read = |row: &Row<'_>| Ok(((row.get::<_, Option<String>>(0)?.unwrap_or_default(), row.get(1)?), row.get(2)?));
    Ok(rows(conn, BOOKED, read)?.into_iter().collect())
}

fn held(conn: &Connection) -> anyhow::Result<Held> {
    let mut held = Held::new();
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get::<_, i64>(3)?));
    for (instance, transaction, currency, minor) in rows(conn, HELD, read)? {
        let provider = Provider::BOTH.into_iter().find(|provider| provider.instance() == instance);
        if let Some(provider) = provider {
            *held.entry((provider, transaction, currency)).or_default() += minor;
        }
    }
    Ok(held)
}
