//! Charges: each is written down before its provider is asked, and at most one of an invoice is under way.

use rusqlite::{Connection, Row, Transaction, params};
use tollgate_billing::audit::of_charge;
use tollgate_billing::ids::{ChargeId, InvoiceId, MethodId, PaymentId, Timestamp};
use tollgate_billing::ports::Made;
use tollgate_billing::saved::{Charge, ChargeState, ChargedBy, NewCharge};

use crate::audit;
use crate::fault::Fault;
use crate::row::{Place, all, insert, one, run};

/// Characters of a reason that are kept; the port promises this many.
const REASON_CHARS_MAX: usize = 500;
/// Charges of one invoice that are answered; the port promises this many.
const CHARGES_MAX: u32 = 20;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, payment_id, method_id, form_key, state, reason, begun FROM charges ", $rest)
    };
}

const ONE: &str = select!("WHERE id = ?1");
const OF_INVOICE: &str = select!("WHERE invoice_id = ?1 ORDER BY id DESC LIMIT ?2");
const BY_FORM_KEY: &str = "SELECT id FROM charges WHERE invoice_id = ?1 AND form_key = ?2";
/// The host of these ended before it heard an answer, and the sweep has looked their payments up.
const END_STALE: &str = "UPDATE charges SET state = 'lost', ended = ?3
    WHERE invoice_id = ?1 AND state = 'under-way' AND begun < ?2
        AND payment_id NOT IN (SELECT id FROM payments WHERE invoice_id = ?1 AND state = 'unknown')";
/// Money of the invoice that may be on its way already.
const OPEN: &str = "SELECT (SELECT count(*) FROM charges WHERE invoice_id = ?1 AND state = 'under-way')
    + (SELECT count(*) FROM payments WHERE invoice_id = ?1 AND state IN ('unknown', 'authorized'))";
const INVOICE: &str = "SELECT 1 FROM invoices WHERE id = ?1 AND version = ?2 AND status = 'unpaid'";
const TAKE_PAYMENT: &str = "UPDATE payments SET state = 'unknown', next_check = ?4, checks = 0, version = version + 1
    WHERE id = ?1 AND version = ?2 AND invoice_id = ?3 AND state IN ('created', 'pending')";
const USE_METHOD: &str = "UPDATE saved_methods SET last_used = ?2 WHERE id = ?1 AND state = 'kept'
    AND client_id = (SELECT client_id FROM invoices WHERE id = ?3)";
const BEGIN: &str = "INSERT INTO charges
        (payment_id, invoice_id, method_id, charged_by, staff_id, form_key, state, reason, begun)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'under-way', '', ?7)";
const END: &str = "UPDATE charges SET state = ?2, reason = ?3, ended = ?4 WHERE id = ?1 AND state = 'under-way'";

pub(super) fn begin(tx: &Transaction<'_>, new: &NewCharge) -> Result<Made<ChargeId>, Fault> {
    let invoice = new.invoice.0;
    let before: Option<i64> = one(tx, BY_FORM_KEY, params![invoice, new.form_key], |row| Ok(row.get(0)?))?;
    if let Some(id) = before {
        return Ok(Made::Before(ChargeId(id)));
    }
    run(tx, END_STALE, params![invoice, new.stale_before.0, new.begun.0])?;
    let open: Option<i64> = one(tx, OPEN, [invoice], |row| Ok(row.get(0)?))?;
    if open != Some(0) {
        return Err(Fault::exists("a charge of this invoice"));
    }
    let as_read = one(tx, INVOICE, params![invoice, new.invoice_version], |_| Ok(()))?.is_some();
    let payment = params![new.payment.as_str(), new.payment_version, invoice, new.next_check.0];
    let taken = as_read && run(tx, TAKE_PAYMENT, payment)? == 1;
    if !taken || run(tx, USE_METHOD, params![new.method.0, new.begun.0, invoice])? != 1 {
        return Err(Fault::conflict());
    }
    let (by, staff) = match new.by {
        ChargedBy::Client(_) => ("client", None),
        ChargedBy::Staff(staff) => ("staff", Some(staff.0)),
        ChargedBy::Command => ("command", None),
    };
    let values = params![new.payment.as_str(), invoice, new.method.0, by, staff, new.form_key, new.begun.0];
    let id = insert(tx, BEGIN, values)?.ok_or_else(|| Fault::corrupt("a charge was not stored"))?;
    if let Some(entry) = of_charge(new) {
        audit::add(tx, &entry)?;
    }
    Ok(Made::Now(ChargeId(id)))
}

pub(super) fn end(
    tx: &Transaction<'_>,
    id: ChargeId,
    state: ChargeState,
    (reason, at): (&str, Timestamp),
) -> Result<(), Fault> {
    run(tx, END, params![id.0, state.code(), reason, at.0]).map(drop)
}

pub(super) fn short(reason: &str) -> String {
    reason.chars().take(REASON_CHARS_MAX).collect()
}

pub(super) fn one_of(conn: &Connection, id: ChargeId) -> Result<Option<Charge>, Fault> {
    one(conn, ONE, [id.0], charge)
}

pub(super) fn of_invoice(conn: &Connection, invoice: InvoiceId) -> Result<Vec<Charge>, Fault> {
    all(conn, OF_INVOICE, params![invoice.0, CHARGES_MAX], charge)
}

fn charge(row: &Row<'_>) -> Result<Charge, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "charges", id: &id };
    let state: String = row.get("state")?;
    Ok(Charge {
        id: ChargeId(id),
        payment: PaymentId::new(row.get::<_, String>("payment_id")?),
        method: MethodId(row.get("method_id")?),
        form_key: row.get("form_key")?,
        state: place.known(ChargeState::from_code(&state), "state", &state)?,
        reason: row.get("reason")?,
        begun: Timestamp(row.get("begun")?),
    })
}
