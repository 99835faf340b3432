//! Making an invoice: once per form, with the next number, whole.

use rusqlite::{Transaction, params};
use tollgate_billing::ids::{InstanceId, InvoiceId};
use tollgate_billing::invoice::{LINES_MAX, LineKind, NewInvoice, totals};
use tollgate_billing::ports::Made;

use crate::fault::Fault;
use crate::invoices::{by_form_key, open_count};
use crate::row::{one, run};

/// Digits of the sequence at least: `INV-000042`.
const SEQUENCE_DIGITS: usize = 6;
/// Characters of a prefix; a number should fit a bank transfer's reference.
const PREFIX_CHARS_MAX: usize = 16;
/// Bytes of a form key; the forms that the host makes have far fewer.
const FORM_KEY_BYTES_MAX: usize = 200;

const CLIENT: &str = "SELECT 1 FROM clients WHERE id = ?1";
const NEXT_NUMBER: &str = "INSERT INTO invoice_series (prefix, last) VALUES (?1, 1)
    ON CONFLICT (prefix) DO UPDATE SET last = invoice_series.last + 1
    RETURNING last";
const INSERT: &str =
    "INSERT INTO invoices (series, sequence, number, number_key, client_id, form_key, revision, version,
        status, gateway, created, due, paid_at, currency, total_minor, settled_minor, credit_applied_minor)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 1, 'unpaid', ?7, ?8, ?9, NULL, ?10, ?11, 0, 0)
    ON CONFLICT DO NOTHING
    RETURNING id";
const INSERT_LINE: &str = "INSERT INTO invoice_lines
        (invoice_id, position, kind, module, description, net_minor, tax_rate, tax_minor)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(crate) fn create(tx: &Transaction<'_>, new: &NewInvoice) -> Result<Made<InvoiceId>, Fault> {
    check(new)?;
    if let Some(id) = by_form_key(tx, new.client, &new.form_key)? {
        return Ok(Made::Before(id));
    }
    if one(tx, CLIENT, [new.client.0], |_| Ok(()))?.is_none() {
        return Err(Fault::corrupt(format!("an invoice for client {}, who does not exist", new.client)));
    }
    if let Some((module, seen)) = &new.open_seen
        && open_count(tx, new.client, module)? != *seen
    {
        return Err(Fault::conflict());
    }
    let id = insert(tx, new)?;
    insert_lines(tx, id, new)?;
    Ok(Made::Now(id))
}

/// What billing must have guaranteed. A refusal here is a bug there, and better than a wrong invoice.
fn check(new: &NewInvoice) -> Result<(), Fault> {
    let refuse = |why: &str| Err(Fault::corrupt(format!("an invoice to be {why}")));
    if new.lines.is_empty() || new.lines.len() > LINES_MAX {
        return refuse("has no lines, or too many");
    }
    if new.form_key.is_empty() || new.form_key.len() > FORM_KEY_BYTES_MAX {
        return refuse("has a form key that is empty or too long");
    }
    let prefix_fits = new.number_prefix.chars().count() <= PREFIX_CHARS_MAX;
    if !prefix_fits || new.number_prefix.chars().any(char::is_control) {
        return refuse("has a number prefix that is too long or holds control characters");
    }
    match totals(new.total.currency(), &new.lines) {
        Ok(sums) if sums.total == new.total && !new.total.is_negative() => Ok(()),
        _ => refuse("has a total that its lines do not add up to, or below zero"),
    }
}

/// Prefixes that differ in case alone are one series, so that no two numbers differ in case alone.
fn insert(tx: &Transaction<'_>, new: &NewInvoice) -> Result<InvoiceId, Fault> {
    let series = new.number_prefix.to_ascii_uppercase();
    let sequence: i64 = one(tx, NEXT_NUMBER, [&series], |row| Ok(row.get(0)?))?
        .ok_or_else(|| Fault::corrupt("the series of invoice numbers gave no number"))?;
    let number = format!("{}{sequence:0SEQUENCE_DIGITS$}", new.number_prefix);
    let values = params![
        series,
        sequence,
        number,
        number.to_ascii_uppercase(),
        new.client.0,
        new.form_key,
        new.gateway.as_ref().map(InstanceId::as_str),
        new.created.0,
        new.due.0,
        new.total.currency().code(),
        new.total.minor(),
    ];
    let id = one(tx, INSERT, values, |row| Ok(row.get(0)?))?;
    id.map(InvoiceId).ok_or_else(|| Fault::exists("an invoice with this number"))
}

fn insert_lines(tx: &Transaction<'_>, id: InvoiceId, new: &NewInvoice) -> Result<(), Fault> {
    for (position, line) in (0_i64..).zip(&new.lines) {
        let (kind, module) = match &line.kind {
            LineKind::Service => ("service", None),
            LineKind::Module(module) => ("module", Some(module.as_str())),
        };
        let values = params![
            id.0,
            position,
            kind,
            module,
            line.description,
            line.net.minor(),
            line.tax_rate.percent().to_string(),
            line.tax.minor(),
        ];
        run(tx, INSERT_LINE, values)?;
    }
    Ok(())
}
