//! Claims that were held: written with their settlement, read for whoever has to decide.

use rusqlite::{Connection, Row, Transaction, params};
use tollgate_billing::decision::HeldClaim;
use tollgate_billing::ids::{HeldId, InstanceId, PaymentId, Timestamp};
use tollgate_billing::ports::PageOf;
use tollgate_billing::settlement::{Held, HeldRow};

use crate::fault::Fault;
use crate::row::{Place, all, bounds, one, run};
use crate::words::{claim_from_json, claim_json, hold_words};

const HOLD: &str = "INSERT INTO held_claims (settlement_id, payment_id, instance_id, transaction_id, amount_minor,
        currency, state, reason, expected, claim, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const OPEN: &str =
    "SELECT seq, at, payment_id, instance_id, transaction_id, amount_minor, currency, state, reason, expected
    FROM held_claims WHERE decided = 0 AND seq < ?1 ORDER BY seq DESC LIMIT ?2";
const WHOLE: &str =
    "SELECT seq, at, payment_id, instance_id, transaction_id, amount_minor, currency, state, reason, expected, claim
    FROM held_claims WHERE seq = ?1";

/// Part of a settlement.
pub(crate) fn hold(tx: &Transaction<'_>, settlement: i64, at: Timestamp, held: &Held) -> Result<(), Fault> {
    let (reason, expected) = hold_words(&held.reason);
    let values = params![
        settlement,
        held.payment.as_ref().map(PaymentId::as_str),
        held.instance.as_str(),
        held.claim.transaction,
        held.claim.amount.minor(),
        held.claim.amount.currency().code(),
        held.claim.state.code(),
        reason,
        expected,
        claim_json(&held.claim)?,
        at.0,
    ];
    run(tx, HOLD, values).map(drop)
}

/// Those that wait for a decision.
pub(crate) fn open_rows(conn: &Connection, page: PageOf) -> Result<Vec<HeldRow>, Fault> {
    let (before, rows_max) = bounds(page);
    all(conn, OPEN, params![before, rows_max], read)
}

pub(crate) fn whole(conn: &Connection, id: HeldId) -> Result<Option<HeldClaim>, Fault> {
    one(conn, WHOLE, [id.0], |row| {
        let held = read(row)?;
        let place = Place { table: "held_claims", id: &held.seq };
        let claim = claim_from_json(place, row.get_ref("claim")?.as_str().map_err(rusqlite::Error::from)?)?;
        Ok(HeldClaim { row: held, claim })
    })
}

/// The columns of a held claim, also where they stand beside those of its decision.
pub(crate) fn read(row: &Row<'_>) -> Result<HeldRow, Fault> {
    let seq: i64 = row.get("seq")?;
    let place = Place { table: "held_claims", id: &seq };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    Ok(HeldRow {
        seq,
        at: Timestamp(row.get("at")?),
        payment: row.get::<_, Option<String>>("payment_id")?.map(PaymentId::new),
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        transaction: row.get("transaction_id")?,
        amount: place.money(row.get("amount_minor")?, currency)?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        expected: row.get("expected")?,
    })
}
