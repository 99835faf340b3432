//! Invoices as they are read, and how the client means to pay.

use async_trait::async_trait;
use rusqlite::{Connection, Params, Row, Transaction, params};
use rust_decimal::Decimal;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PluginId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, NewInvoice, TaxRate};
use tollgate_billing::ledger::{Account, Allocation, AllocationSource};
use tollgate_billing::money::Currency;
use tollgate_billing::ports::{Invoices, Made, PageOf, StoreError};

use crate::SqliteStore;
use crate::account::{account_of, account_word, status_of, status_word};
use crate::fault::Fault;
use crate::new_invoice;
use crate::row::{Place, all, bounds, one, run};

/// Open invoices that are answered; the count beside them is of all.
const OPEN_ROWS_MAX: u32 = 20;
/// Allocations of one invoice that are read; more than a page and a PDF can show.
const ALLOCATION_ROWS_MAX: u32 = 1_000;

/// The columns of an invoice, in front of any condition.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, client_id, revision, version, status, gateway, created, due, paid_at, currency,
                total_minor, settled_minor, credit_applied_minor FROM invoices ",
            $rest
        )
    };
}

const BY_ID: &str = select!("WHERE id = ?1");
const BY_NUMBER: &str = select!("WHERE number_key = ?1");
const OF_CLIENT: &str = select!("WHERE client_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
const ALL: &str = select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
const OF_STATUS: &str = select!("WHERE status = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
const OPEN: &str = select!(
    "WHERE client_id = ?1 AND status = 'unpaid'
        AND EXISTS (SELECT 1 FROM invoice_lines WHERE invoice_id = invoices.id AND module = ?2)
    ORDER BY id DESC LIMIT ?3"
);
const OPEN_COUNT: &str = "SELECT count(*) FROM invoices WHERE client_id = ?1 AND status = 'unpaid'
    AND EXISTS (SELECT 1 FROM invoice_lines WHERE invoice_id = invoices.id AND module = ?2)";
const BY_FORM_KEY: &str = "SELECT id FROM invoices WHERE client_id = ?1 AND form_key = ?2";
const LINES: &str = "SELECT kind, module, description, net_minor, tax_rate, tax_minor
    FROM invoice_lines WHERE invoice_id = ?1 ORDER BY position";
const SET_GATEWAY: &str = "UPDATE invoices SET gateway = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
const ALLOCATIONS: &str = "SELECT id, at, amount_minor, currency, debit_account FROM transfers
    WHERE invoice_id = ?1 AND credit_account = ?2 ORDER BY id LIMIT ?3";

#[async_trait]
impl Invoices for SqliteStore {
    async fn create_invoice(&self, new: NewInvoice) -> Result<Made<InvoiceId>, StoreError> {
        self.write(move |tx| new_invoice::create(tx, &new)).await
    }

    async fn invoice_by_form_key(&self, client: ClientId, form_key: &str) -> Result<Option<InvoiceId>, StoreError> {
        self.point(|conn| by_form_key(conn, client, form_key))
    }

    async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
        self.snapshot(|conn| by_id(conn, id))
    }

    async fn invoice_by_number(&self, number: &str) -> Result<Option<Invoice>, StoreError> {
        self.snapshot(|conn| single(conn, BY_NUMBER, [number.to_ascii_uppercase()]))
    }

    async fn invoices_of(&self, client: ClientId, page: PageOf) -> Result<Vec<Invoice>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.snapshot(|conn| list(conn, OF_CLIENT, params![client.0, before, rows_max]))
    }

    async fn invoices(&self, status: Option<InvoiceStatus>, page: PageOf) -> Result<Vec<Invoice>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.snapshot(|conn| match status {
            Some(status) => list(conn, OF_STATUS, params![status_word(status), before, rows_max]),
            None => list(conn, ALL, params![before, rows_max]),
        })
    }

    async fn open_invoices(&self, client: ClientId, module: &PluginId) -> Result<(Vec<Invoice>, u32), StoreError> {
        self.snapshot(|conn| {
            let newest = list(conn, OPEN, params![client.0, module.as_str(), OPEN_ROWS_MAX])?;
            Ok((newest, open_count(conn, client, module)?))
        })
    }

    async fn set_gateway(&self, id: InvoiceId, version: i64, gateway: InstanceId) -> Result<(), StoreError> {
        self.write(move |tx| set_gateway(tx, id, version, &gateway)).await
    }

    async fn allocations(&self, id: InvoiceId) -> Result<Vec<Allocation>, StoreError> {
        let account = account_word(&Account::Invoice(id));
        self.point(|conn| all(conn, ALLOCATIONS, params![id.0, account, ALLOCATION_ROWS_MAX], allocation))
    }
}

pub(crate) fn by_id(conn: &Connection, id: InvoiceId) -> Result<Option<Invoice>, Fault> {
    single(conn, BY_ID, [id.0])
}

pub(crate) fn by_form_key(conn: &Connection, client: ClientId, form_key: &str) -> Result<Option<InvoiceId>, Fault> {
    one(conn, BY_FORM_KEY, params![client.0, form_key], |row| Ok(InvoiceId(row.get(0)?)))
}

/// Unpaid invoices of a client with a line of that module.
pub(crate) fn open_count(conn: &Connection, client: ClientId, module: &PluginId) -> Result<u32, Fault> {
    let place = Place { table: "invoices", id: &"count" };
    let count = one(conn, OPEN_COUNT, params![client.0, module.as_str()], |row| Ok(row.get(0)?))?;
    place.small(count.unwrap_or(0), "count")
}

fn set_gateway(tx: &Transaction<'_>, id: InvoiceId, version: i64, gateway: &InstanceId) -> Result<(), Fault> {
    match run(tx, SET_GATEWAY, params![id.0, version, gateway.as_str()])? {
        0 => Err(Fault::conflict()),
        _ => Ok(()),
    }
}

fn single(conn: &Connection, sql: &str, params: impl Params) -> Result<Option<Invoice>, Fault> {
    let found = one(conn, sql, params, head)?;
    found.map(|invoice| with_lines(conn, invoice)).transpose()
}

fn list(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<Invoice>, Fault> {
    let found = all(conn, sql, params, head)?;
    found.into_iter().map(|invoice| with_lines(conn, invoice)).collect()
}

/// The invoice without its lines.
fn head(row: &Row<'_>) -> Result<Invoice, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "invoices", id: &id };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let status: String = row.get("status")?;
    Ok(Invoice {
        id: InvoiceId(id),
        number: row.get("number")?,
        client: ClientId(row.get("client_id")?),
        revision: place.small(row.get("revision")?, "revision")?,
        version: row.get("version")?,
        status: place.known(status_of(&status), "status", &status)?,
        gateway: row.get::<_, Option<String>>("gateway")?.map(InstanceId::new),
        created: Timestamp(row.get("created")?),
        due: Timestamp(row.get("due")?),
        paid_at: row.get::<_, Option<i64>>("paid_at")?.map(Timestamp),
        lines: Vec::new(),
        total: place.money(row.get("total_minor")?, currency)?,
        settled: place.money(row.get("settled_minor")?, currency)?,
        credit_applied: place.money(row.get("credit_applied_minor")?, currency)?,
    })
}

fn with_lines(conn: &Connection, invoice: Invoice) -> Result<Invoice, Fault> {
    let currency = invoice.currency();
    let place = Place { table: "invoice_lines", id: &invoice.id };
    let lines = all(conn, LINES, [invoice.id.0], |row| line(place, currency, row))?;
    Ok(Invoice { lines, ..invoice })
}

fn line(place: Place<'_>, currency: Currency, row: &Row<'_>) -> Result<Line, Fault> {
    let kind: String = row.get("kind")?;
    let module: Option<String> = row.get("module")?;
    let kind = match (kind.as_str(), module) {
        ("service", None) => LineKind::Service,
        ("module", Some(module)) => LineKind::Module(PluginId::new(module)),
        _ => return Err(place.corrupt(format!("unknown kind “{kind}”"))),
    };
    let rate: String = row.get("tax_rate")?;
    let tax_rate = Decimal::from_str_exact(&rate).ok().and_then(TaxRate::from_percent);
    Ok(Line {
        kind,
        description: row.get("description")?,
        net: place.money(row.get("net_minor")?, currency)?,
        tax_rate: place.known(tax_rate, "tax rate", &rate)?,
        tax: place.money(row.get("tax_minor")?, currency)?,
    })
}

fn allocation(row: &Row<'_>) -> Result<Allocation, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "transfers", id: &id };
    let debit: String = row.get("debit_account")?;
    let source = match account_of(&debit) {
        Some(Account::Gateway(instance)) => AllocationSource::Gateway(instance),
        Some(Account::Credit(_)) => AllocationSource::Credit,
        _ => return Err(place.corrupt(format!("an invoice was paid out of “{debit}”"))),
    };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    Ok(Allocation { at: Timestamp(row.get("at")?), amount: place.money(row.get("amount_minor")?, currency)?, source })
}
