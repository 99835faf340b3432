//! Payments: one attempt each, with what gateways answered.

use async_trait::async_trait;
use rusqlite::{Connection, Params, Row, Transaction, params};
use tollgate_billing::claim::PaymentKey;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::money::Money;
use tollgate_billing::payment::{NewPayment, Payment, PaymentProgress, PaymentState};
use tollgate_billing::ports::{DueCheck, PageOf, Payments, StoreError};
use tollgate_billing::settlement::PaymentChange;

use crate::SqliteStore;
use crate::fault::Fault;
use crate::invoices;
use crate::row::{PAGE_ROWS_MAX, Place, all, bounds, one, run};
use crate::words::{text_from_json, text_json};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, invoice_id, client_id, instance_id, plugin, reference, amount_minor, currency,
                invoice_revision, received_minor, state, note, provider_reference, memo, created, checked, version, checks
            FROM payments ",
            $rest
        )
    };
}

const BY_ID: &str = select!("WHERE id = ?1");
const OF_INVOICE: &str = select!("WHERE invoice_id = ?1 ORDER BY seq DESC LIMIT ?2");
const ALL: &str = select!("WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
const OF_INSTANCE: &str = select!("WHERE instance_id = ?1 AND id = ?2");
const BY_PROVIDER: &str = select!("WHERE instance_id = ?1 AND provider_reference = ?2");
/// The words are those of `PaymentState::is_open`; a test holds the two together.
const BY_REFERENCE: &str = select!(
    "WHERE instance_id = ?1 AND reference = ?2
    ORDER BY CASE WHEN state IN ('created', 'pending', 'authorized', 'unknown') THEN 0 ELSE 1 END, seq DESC LIMIT 1"
);
const INVOICE: &str = "SELECT version, client_id, currency FROM invoices WHERE id = ?1";
const INSERT: &str = "INSERT INTO payments (id, invoice_id, client_id, instance_id, plugin, reference, amount_minor,
        currency, invoice_revision, received_minor, state, created, version, next_check, component)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 'created', ?10, 1, ?11, (SELECT current FROM plugins WHERE id = ?5))
    ON CONFLICT (id) DO NOTHING";
const PROVIDER_TAKEN: &str =
    "SELECT 1 FROM payments WHERE instance_id = (SELECT instance_id FROM payments WHERE id = ?1)
        AND provider_reference = ?2 AND id <> ?1";
const PROGRESS: &str = "UPDATE payments SET state = ?3, note = ?4,
        provider_reference = COALESCE(provider_reference, ?5), memo = COALESCE(?6, memo),
        checked = COALESCE(?7, checked), version = version + 1
    WHERE id = ?1 AND version = ?2";
const SETTLE: &str = "UPDATE payments SET state = ?3, note = ?4, checked = ?5, received_minor = received_minor + ?6,
        provider_reference = COALESCE(provider_reference, ?9), version = version + 1
    WHERE id = ?1 AND version = ?2 AND received_minor + ?6 = ?7 AND currency = ?8";
/// The words are those of `PaymentState::is_open`, and of the index.
const DUE: &str = select!(
    "WHERE instance_id = ?1 AND next_check <= ?2 AND state IN ('created', 'pending', 'authorized', 'unknown')
    ORDER BY next_check, seq LIMIT ?3"
);
const DUE_LAST_LOOKS: &str =
    select!("WHERE instance_id = ?1 AND next_check <= ?2 AND state = 'failed' ORDER BY next_check, seq LIMIT ?3");
const CHECKED: &str = "UPDATE payments SET next_check = ?2, checks = checks + 1 WHERE id = ?1";
const VERSION: &str = "SELECT version FROM payments WHERE id = ?1";

#[async_trait]
impl Payments for SqliteStore {
    async fn create_payment(&self, new: NewPayment) -> Result<(), StoreError> {
        self.write(move |tx| create(tx, &new)).await
    }

    async fn payment(&self, id: &PaymentId) -> Result<Option<Payment>, StoreError> {
        self.point(|conn| single(conn, BY_ID, [id.as_str()]))
    }

    async fn payments_of(&self, invoice: InvoiceId) -> Result<Vec<Payment>, StoreError> {
        let rows = self.point(|conn| all(conn, OF_INVOICE, params![invoice.0, PAGE_ROWS_MAX], numbered))?;
        Ok(rows.into_iter().map(|(_, payment)| payment).collect())
    }

    async fn payments(&self, page: PageOf) -> Result<Vec<(i64, Payment)>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, ALL, params![before, rows_max], numbered))
    }

    async fn payment_by_key(&self, instance: &InstanceId, key: &PaymentKey) -> Result<Option<Payment>, StoreError> {
        self.point(|conn| by_key(conn, instance, key))
    }

    async fn claimed(&self, instance: &InstanceId, key: &PaymentKey) -> Result<Option<(Payment, Invoice)>, StoreError> {
        self.snapshot(|conn| {
            let Some(payment) = by_key(conn, instance, key)? else { return Ok(None) };
            let place = Place { table: "payments", id: &payment.id };
            let invoice = invoices::by_id(conn, payment.invoice)?;
            let invoice = invoice.ok_or_else(|| place.corrupt("its invoice does not exist"))?;
            Ok(Some((payment, invoice)))
        })
    }

    async fn due_checks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError> {
        let rows_max = rows_max.min(PAGE_ROWS_MAX);
        self.point(|conn| all(conn, DUE, params![instance.as_str(), now.0, rows_max], due_check))
    }

    async fn due_last_looks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError> {
        let rows_max = rows_max.min(PAGE_ROWS_MAX);
        self.point(|conn| all(conn, DUE_LAST_LOOKS, params![instance.as_str(), now.0, rows_max], due_check))
    }

    async fn checked(&self, id: &PaymentId, next: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(move |tx| run(tx, CHECKED, params![id.as_str(), next.0]).map(drop)).await
    }

    async fn progress(&self, progress: PaymentProgress) -> Result<(), StoreError> {
        self.write(move |tx| store_progress(tx, &progress)).await
    }
}

fn create(tx: &Transaction<'_>, new: &NewPayment) -> Result<(), Fault> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let Some((version, client, currency)): Option<(i64, i64, String)> = one(tx, INVOICE, [new.invoice.0], read)? else {
        return Err(Fault::corrupt(format!("a payment for invoice {}, which does not exist", new.invoice)));
    };
    if version != new.invoice_version {
        return Err(Fault::conflict());
    }
    if client != new.client.0 || currency != new.amount.currency().code() || !new.amount.is_positive() {
        return Err(Fault::corrupt(format!("payment {} does not fit invoice {}", new.id, new.invoice)));
    }
    let values = params![
        new.id.as_str(),
        new.invoice.0,
        new.client.0,
        new.instance.as_str(),
        new.plugin.as_str(),
        new.reference,
        new.amount.minor(),
        new.amount.currency().code(),
        new.invoice_revision,
        new.created.0,
        new.next_check.0,
    ];
    match run(tx, INSERT, values)? {
        0 => Err(Fault::exists("a payment with this id")),
        _ => Ok(()),
    }
}

fn store_progress(tx: &Transaction<'_>, progress: &PaymentProgress) -> Result<(), Fault> {
    if is_taken(tx, &progress.id, progress.provider_reference.as_deref())? {
        return Err(Fault::exists("a payment with this provider reference"));
    }
    let values = params![
        progress.id.as_str(),
        progress.version,
        progress.state.code(),
        text_json(progress.note.as_ref())?,
        progress.provider_reference,
        progress.memo,
        progress.checked.map(|at| at.0),
    ];
    match run(tx, PROGRESS, values)? {
        0 => Err(Fault::conflict()),
        _ => Ok(()),
    }
}

/// Money for one provider reference must never find two payments.
fn is_taken(tx: &Transaction<'_>, id: &PaymentId, reference: Option<&str>) -> Result<bool, Fault> {
    let Some(reference) = reference else { return Ok(false) };
    Ok(one(tx, PROVIDER_TAKEN, params![id.as_str(), reference], |_| Ok(()))?.is_some())
}

/// Part of a settlement. `booked_minor` is what its transfers take in; the payment must come out as billing said.
pub(crate) fn settle(tx: &Transaction<'_>, change: &PaymentChange, booked_minor: i64) -> Result<(), Fault> {
    // A reference of another payment is left out: it must not keep money that is proven from being booked.
    let told = change.provider_reference.as_deref();
    let reference = if is_taken(tx, &change.id, told)? { None } else { told };
    let values = params![
        change.id.as_str(),
        change.version,
        change.state.code(),
        text_json(change.note.as_ref())?,
        change.checked.0,
        booked_minor,
        change.received.minor(),
        change.received.currency().code(),
        reference,
    ];
    if run(tx, SETTLE, values)? > 0 {
        return Ok(());
    }
    let version: Option<i64> = one(tx, VERSION, [change.id.as_str()], |row| Ok(row.get(0)?))?;
    if version != Some(change.version) {
        return Err(Fault::conflict());
    }
    Err(Fault::corrupt(format!(
        "payment {}: the settlement says {} received, which is not what its transfers make it",
        change.id, change.received
    )))
}

fn by_key(conn: &Connection, instance: &InstanceId, key: &PaymentKey) -> Result<Option<Payment>, Fault> {
    let (sql, key) = match key {
        PaymentKey::Payment(id) => (OF_INSTANCE, id.as_str()),
        PaymentKey::Provider(id) => (BY_PROVIDER, id.as_str()),
        PaymentKey::Reference(words) => (BY_REFERENCE, words.as_str()),
    };
    single(conn, sql, [instance.as_str(), key])
}

fn single(conn: &Connection, sql: &str, params: impl Params) -> Result<Option<Payment>, Fault> {
    Ok(one(conn, sql, params, numbered)?.map(|(_, payment)| payment))
}

fn due_check(row: &Row<'_>) -> Result<DueCheck, Fault> {
    let (_, payment) = numbered(row)?;
    let place = Place { table: "payments", id: &payment.id };
    let checks = place.small(row.get("checks")?, "count of checks")?;
    Ok(DueCheck { payment, checks })
}

fn numbered(row: &Row<'_>) -> Result<(i64, Payment), Fault> {
    let id: String = row.get("id")?;
    let place = Place { table: "payments", id: &id };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let amount = |column: &str| -> Result<Money, Fault> { place.money(row.get(column)?, currency) };
    let state: String = row.get("state")?;
    let payment = Payment {
        invoice: InvoiceId(row.get("invoice_id")?),
        client: ClientId(row.get("client_id")?),
        instance: InstanceId::new(row.get::<_, String>("instance_id")?),
        plugin: PluginId::new(row.get::<_, String>("plugin")?),
        reference: row.get("reference")?,
        amount: amount("amount_minor")?,
        invoice_revision: place.small(row.get("invoice_revision")?, "invoice revision")?,
        received: amount("received_minor")?,
        state: place.known(PaymentState::from_code(&state), "state", &state)?,
        note: text_from_json(place, row.get::<_, Option<String>>("note")?.as_deref())?,
        provider_reference: row.get("provider_reference")?,
        memo: row.get("memo")?,
        created: Timestamp(row.get("created")?),
        checked: row.get::<_, Option<i64>>("checked")?.map(Timestamp),
        version: row.get("version")?,
        id: PaymentId::new(id.clone()),
    };
    Ok((row.get("seq")?, payment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_by_reference_names_exactly_the_open_states() {
        for state in PaymentState::ALL {
            let named = BY_REFERENCE.contains(&format!("'{}'", state.code()));
            assert_eq!(named, state.is_open(), "{}", state.code());
        }
    }
}
