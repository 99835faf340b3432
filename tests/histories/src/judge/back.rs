//! What went back: refunds, reversals and disputes at the providers against what was booked of them, and what the host's
//! accounts make of it.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::{Verdict, rows};
use crate::providers::{DisputeEnd, Position, Positions};

/// What the host says went back, for each payment: refunds that are done, and what disputes took and did not give back.
const BOOKED: &str = "SELECT payment_id, currency, sum(minor) FROM (
        SELECT payment_id, currency, amount_minor AS minor FROM refunds WHERE state = 'done'
        UNION ALL SELECT payment_id, currency, amount_minor - won_minor FROM disputes) AS back
    GROUP BY payment_id, currency";
/// Claims about money that went back and that staff look into themselves, once for each movement.
const HELD: &str = "SELECT payment_id, currency, max(amount_minor) FROM held_claims
    WHERE payment_id IS NOT NULL AND state IN ('refunded', 'failed', 'disputed', 'dispute-won', 'dispute-lost')
    GROUP BY payment_id, currency, transaction_id";
const HELD_DISPUTES: &str = "SELECT transaction_id FROM held_claims WHERE state LIKE 'dispute%'";
const DISPUTES: &str = "SELECT instance_id, transaction_id, closed IS NULL, lost_minor FROM disputes";
/// What goes back of a held claim is a decision, of which there is one for each.
const ORDERED: &str = "SELECT count(*) FROM refunds WHERE staff_id IS NOT NULL AND held_seq IS NULL";
/// What the accounts hold by the transfers, less what they should hold by the rows. Nobody keeps a counter of them. Money of a
/// held claim that goes back comes in as a refund, and goes out of the books again where that fails.
const ACCOUNTS: [&str; 4] = [
    "SELECT 'what providers hold', sides.currency, sum(sides.minor) FROM (
        SELECT currency, amount_minor AS minor FROM transfers WHERE debit_account LIKE 'gateway:%' AND reason <> 'fee'
        UNION ALL SELECT currency, -amount_minor FROM transfers WHERE credit_account LIKE 'gateway:%' AND reason <> 'fee'
        UNION ALL SELECT currency, -amount_minor FROM transfers
            WHERE debit_account LIKE 'gateway:%' AND reason IN ('payment', 'overpayment', 'accepted', 'refund')
        UNION ALL SELECT currency, amount_minor FROM transfers
            WHERE credit_account LIKE 'gateway:%' AND reason = 'refund-failed'
        UNION ALL SELECT currency, amount_minor FROM refunds WHERE state = 'done'
        UNION ALL SELECT currency, amount_minor - won_minor FROM disputes
    ) AS sides GROUP BY sides.currency",
    "SELECT 'what is set aside for refunds', sides.currency, sum(sides.minor) FROM (
        SELECT currency, -amount_minor AS minor FROM transfers WHERE debit_account LIKE 'refunding:%'
        UNION ALL SELECT currency, amount_minor FROM transfers WHERE credit_account LIKE 'refunding:%'
        UNION ALL SELECT currency, -amount_minor FROM refunds WHERE state NOT IN ('done', 'failed')
    ) AS sides GROUP BY sides.currency",
    "SELECT 'what is at risk in disputes', sides.currency, sum(sides.minor) FROM (
        SELECT currency, amount_minor AS minor FROM transfers WHERE debit_account LIKE 'disputed:%'
        UNION ALL SELECT currency, -amount_minor FROM transfers WHERE credit_account LIKE 'disputed:%'
        UNION ALL SELECT currency, -(amount_minor - lost_minor - won_minor - kept_minor) FROM disputes
    ) AS sides GROUP BY sides.currency",
    "SELECT 'what is lost', sides.currency, sum(sides.minor) FROM (
        SELECT currency, amount_minor AS minor FROM transfers WHERE debit_account LIKE 'losses:%'
        UNION ALL SELECT currency, -amount_minor FROM transfers WHERE credit_account LIKE 'losses:%'
        UNION ALL SELECT currency, -loss_minor FROM refunds WHERE state <> 'failed'
        UNION ALL SELECT currency, -loss_minor FROM disputes
    ) AS sides GROUP BY sides.currency",
];

/// Minor units of a currency, for a payment.
type Minor = BTreeMap<(String, String), i64>;
/// Each of what staff look into.
type Each = BTreeMap<(String, String), Vec<i64>>;

pub fn judge(conn: &Connection, books: &Positions, forms: u64, verdict: &mut Verdict) -> anyhow::Result<()> {
    judge_returned(conn, books, verdict)?;
    judge_disputes(conn, books, verdict)?;
    for position in books.values() {
        judge_twice(position, verdict);
    }
    let ordered: i64 = conn.query_row(ORDERED, [], |row| row.get(0))?;
    if u64::try_from(ordered)? > forms {
        verdict.doubled.push(format!("staff asked for {forms} refunds, {ordered} were begun"));
    }
    for accounts in ACCOUNTS {
        for (name, currency, minor) in
            rows(conn, accounts, |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)))?
        {
            if minor != 0 {
                verdict.unsound.push(format!("{name}: the transfers say {minor} {currency} more than the rows"));
            }
        }
    }
    Ok(())
}

/// Payment by payment. What staff look into explains a difference, and nothing else does.
fn judge_returned(conn: &Connection, books: &Positions, verdict: &mut Verdict) -> anyhow::Result<()> {
    let (mut booked, held) = (booked(conn)?, held(conn)?);
    for ((provider, payment), position) in books {
        let mut returned: BTreeMap<&str, i64> = BTreeMap::new();
        for one in &position.returned {
            *returned.entry(&one.currency).or_default() += one.minor;
        }
        // What came in may be booked as gone although nothing is.
        for (_, _, currency) in &position.captured {
            returned.entry(currency).or_default();
        }
        for (currency, minor) in returned {
            let key = (payment.clone(), currency.to_owned());
            let has = booked.remove(&key).unwrap_or_default();
            let held = held.get(&key).map_or(&[][..], Vec::as_slice);
            if explains(held, minor - has) {
                continue;
            }
            let said =
                format!("{provider:?} gave back {minor} {currency} of payment {payment}, booked {has}, held {held:?}");
            if has < minor { verdict.lost.push(said) } else { verdict.doubled.push(said) }
        }
    }
    let more = booked.into_iter().filter(|(_, minor)| *minor != 0);
    verdict.doubled.extend(more.map(|((payment, currency), minor)| {
        format!("no provider gave anything back of payment {payment}, booked {minor} {currency}")
    }));
    Ok(())
}

/// Whether some of the held movements, counted as gone or as come back, make up the difference.
fn explains(held: &[i64], difference: i64) -> bool {
    match held.split_first() {
        _ if difference == 0 => true,
        None => false,
        Some((first, rest)) => [0, *first, -first].into_iter().any(|part| explains(rest, difference - part)),
    }
}

/// Each dispute at a provider stands at the host as it stands there, or staff were told.
fn judge_disputes(conn: &Connection, books: &Positions, verdict: &mut Verdict) -> anyhow::Result<()> {
    let held = rows(conn, HELD_DISPUTES, |row| row.get::<_, String>(0))?;
    let read = |row: &Row<'_>| {
        let (is_open, lost): (bool, i64) = (row.get(2)?, row.get(3)?);
        let end = match (is_open, lost) {
            (true, _) => DisputeEnd::Open,
            (false, 0) => DisputeEnd::Won,
            (false, _) => DisputeEnd::Lost,
        };
        Ok(((row.get::<_, String>(0)?, row.get::<_, String>(1)?), end))
    };
    let known: BTreeMap<_, _> = rows(conn, DISPUTES, read)?.into_iter().collect();
    for ((provider, payment), position) in books {
        for (id, end) in &position.disputes {
            let ours = known.get(&(provider.instance().to_owned(), id.clone()));
            if ours != Some(end) && !held.contains(id) {
                let ours = ours.map_or("nothing of it".to_owned(), |end| format!("{end:?}"));
                verdict.lost.push(format!("{provider:?}: dispute {id} of payment {payment} is {end:?}, here {ours}"));
            }
        }
    }
    Ok(())
}

/// What the host ordered once, a provider did once.
fn judge_twice(position: &Position, verdict: &mut Verdict) {
    let mut made: BTreeMap<&str, u32> = BTreeMap::new();
    for id in position.returned.iter().filter_map(|one| one.ordered.as_deref()) {
        *made.entry(id).or_default() += 1;
    }
    let twice = made.into_iter().filter(|(_, times)| *times > 1);
    verdict.doubled.extend(twice.map(|(id, times)| format!("refund {id} was made {times} times")));
}

fn booked(conn: &Connection) -> anyhow::Result<Minor> {
    let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
    Ok(rows(conn, BOOKED, read)?.into_iter().collect())
}

fn held(conn: &Connection) -> anyhow::Result<Each> {
    let mut held = Each::new();
    let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?));
    for (key, minor) in rows(conn, HELD, read)? {
        held.entry(key).or_default().push(minor);
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_staff_look_into_explains_a_difference() {
        let table: [(&[i64], i64, bool); 7] = [
            (&[], 0, true),
            (&[], 5, false),
            (&[5], 5, true),
            (&[5], -5, true),
            (&[5, 3], 8, true),
            (&[5, 3], 2, true),
            (&[5, 3], 4, false),
        ];
        for (held, difference, expected) in table {
            assert_eq!(explains(held, difference), expected, "{held:?} and {difference}");
        }
    }
}
