//! The one door through which balances change, and what is read of them.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::ids::{ClientId, InvoiceId, Timestamp};
use tollgate_billing::ledger::{Account, CreditEntry, LedgerReport, Reason, Transfer};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::ports::{Applied, Ledger, PageOf, StoreError};
use tollgate_billing::settlement::{HeldRow, InvoiceChange, Settlement, SettlementKey};

use crate::SqliteStore;
use crate::account::{account_word, key_words, status_word};
use crate::audit;
use crate::check;
use crate::decisions;
use crate::fault::Fault;
use crate::held;
use crate::outbox;
use crate::payments;
use crate::returns;
use crate::row::{Place, all, bounds, insert, one, run};
use crate::saved;
use crate::webhooks;

const INSERT_KEY: &str = "INSERT INTO settlements (scope, key, payment_id, at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (scope, key) DO NOTHING";
const SETTLE_INVOICE: &str = "UPDATE invoices SET status = ?3, paid_at = ?4, settled_minor = settled_minor + ?5,
        credit_applied_minor = credit_applied_minor + ?6, version = version + 1
    WHERE id = ?1 AND version = ?2 AND settled_minor + ?5 = ?7 AND credit_applied_minor + ?6 = ?8 AND currency = ?9";
const INVOICE_VERSION: &str = "SELECT version FROM invoices WHERE id = ?1";
const INSERT_TRANSFER: &str = "INSERT INTO transfers
        (settlement_id, invoice_id, debit_account, credit_account, amount_minor, currency, reason, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const OPEN_CREDIT: &str = "INSERT INTO credits (client_id, currency, balance_minor) VALUES (?1, ?2, 0)
    ON CONFLICT (client_id, currency) DO NOTHING";
const MOVE_CREDIT: &str = "UPDATE credits SET balance_minor = balance_minor + ?3
    WHERE client_id = ?1 AND currency = ?2 AND balance_minor + ?3 >= 0";
const INSERT_ENTRY: &str = "INSERT INTO credit_entries (client_id, transfer_id, amount_minor, currency, balance_minor)
    VALUES (?1, ?2, ?3, ?4, ?5)";
const BY_KEY: &str = "SELECT 1 FROM settlements WHERE scope = ?1 AND key = ?2";
const CREDIT: &str = "SELECT balance_minor, currency FROM credits WHERE client_id = ?1 AND currency = ?2";
const CREDITS: &str = "SELECT balance_minor, currency FROM credits WHERE client_id = ?1 ORDER BY currency";
const HISTORY: &str = "SELECT e.transfer_id, e.amount_minor, e.currency, e.balance_minor, t.at, t.reason, t.invoice_id,
        i.number
    FROM credit_entries e JOIN transfers t ON t.id = e.transfer_id JOIN invoices i ON i.id = t.invoice_id
    WHERE e.client_id = ?1 AND e.transfer_id < ?2 ORDER BY e.transfer_id DESC LIMIT ?3";
#[async_trait]
impl Ledger for SqliteStore {
    async fn apply(&self, settlement: Settlement) -> Result<Applied, StoreError> {
        self.write(move |tx| apply(tx, &settlement)).await
    }

    async fn applied(&self, key: &SettlementKey) -> Result<bool, StoreError> {
        let (scope, key) = key_words(key);
        self.point(|conn| Ok(one(conn, BY_KEY, [scope, key], |_| Ok(()))?.is_some()))
    }

    async fn credit(&self, client: ClientId, currency: Currency) -> Result<Money, StoreError> {
        let found =
            self.point(|conn| one(conn, CREDIT, params![client.0, currency.code()], |row| balance(client, row)))?;
        Ok(found.unwrap_or(Money::zero(currency)))
    }

    async fn credits(&self, client: ClientId) -> Result<Vec<Money>, StoreError> {
        self.point(|conn| all(conn, CREDITS, [client.0], |row| balance(client, row)))
    }

    async fn credit_history(&self, client: ClientId, page: PageOf) -> Result<Vec<CreditEntry>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, HISTORY, params![client.0, before, rows_max], entry))
    }

    async fn held(&self, page: PageOf) -> Result<Vec<HeldRow>, StoreError> {
        self.point(|conn| held::open_rows(conn, page))
    }

    async fn check_ledger(&self) -> Result<LedgerReport, StoreError> {
        self.aside(check::ledger).await
    }
}

/// What the transfers of a settlement do to its payment and its invoice, in minor units.
#[derive(Default)]
struct Sums {
    received: i64,
    settled: i64,
    from_credit: i64,
}

fn apply(tx: &Transaction<'_>, settlement: &Settlement) -> Result<Applied, Fault> {
    let (scope, key) = key_words(&settlement.key);
    let payment = settlement.payment.as_ref().map(|change| change.id.as_str());
    let inserted = insert(tx, INSERT_KEY, params![scope, key, payment, settlement.at.0])?;
    let Some(id) = inserted else { return Ok(Applied::Before) };
    let sums = sums(settlement)?;
    if let Some(change) = &settlement.payment {
        payments::settle(tx, change, sums.received)?;
    }
    if let Some(change) = &settlement.invoice {
        settle_invoice(tx, change, &sums)?;
    }
    for transfer in &settlement.transfers {
        book(tx, id, settlement.at, transfer)?;
    }
    for event in &settlement.outbox {
        outbox::queue(tx, event, settlement.at)?;
    }
    if let Some(held) = &settlement.held {
        held::hold(tx, id, settlement.at, held)?;
    }
    if let Some(row) = settlement.done {
        outbox::finish(tx, row)?;
    }
    if let Some(back) = &settlement.back {
        returns::write(tx, back)?;
    }
    if let Some(entry) = &settlement.webhook {
        webhooks::write(tx, entry)?;
    }
    if let Some(method) = &settlement.saved {
        saved::keep(tx, method, saved::Word::Fresh)?;
    }
    if let Some(resolution) = &settlement.decided {
        decisions::write(tx, id, settlement, resolution)?;
    }
    if let Some(entry) = &settlement.noted {
        audit::add(tx, entry)?;
    }
    Ok(Applied::Now)
}

/// Adds the transfers up, and refuses those that cannot be part of this settlement.
fn sums(settlement: &Settlement) -> Result<Sums, Fault> {
    let mut sums = Sums::default();
    for transfer in &settlement.transfers {
        let refuse = |why: &str| Err(Fault::corrupt(format!("a transfer for invoice {} {why}", transfer.invoice)));
        if !transfer.amount.is_positive() {
            return refuse("is not above zero");
        }
        let foreign = |account: &Account| matches!(account, Account::Invoice(id) if *id != transfer.invoice);
        if foreign(&transfer.debit) || foreign(&transfer.credit) || transfer.debit == transfer.credit {
            return refuse("names another invoice, or the same account twice");
        }
        let amount = transfer.amount.minor();
        if matches!(transfer.debit, Account::Gateway(_)) && settlement.payment.is_some() {
            let currency = settlement.payment.as_ref().map(|change| change.received.currency());
            if currency != Some(transfer.amount.currency()) {
                return refuse("is in another currency than its payment");
            }
            sums.received = add(sums.received, amount)?;
        }
        if matches!(transfer.credit, Account::Invoice(_)) {
            let change = settlement.invoice.as_ref().filter(|change| change.id == transfer.invoice);
            if change.map(|change| change.settled.currency()) != Some(transfer.amount.currency()) {
                return refuse("is put towards it, but the settlement does not change that invoice in that currency");
            }
            sums.settled = add(sums.settled, amount)?;
            if matches!(transfer.debit, Account::Credit(_)) {
                sums.from_credit = add(sums.from_credit, amount)?;
            }
        }
    }
    Ok(sums)
}

fn add(sum: i64, amount: i64) -> Result<i64, Fault> {
    sum.checked_add(amount).ok_or_else(|| Fault::corrupt("the transfers of a settlement are too large together"))
}

/// The row is moved by what the transfers say; what billing expected is compared with what came out.
fn settle_invoice(tx: &Transaction<'_>, change: &InvoiceChange, sums: &Sums) -> Result<(), Fault> {
    let values = params![
        change.id.0,
        change.version,
        status_word(change.status),
        change.paid_at.map(|at| at.0),
        sums.settled,
        sums.from_credit,
        change.settled.minor(),
        change.credit_applied.minor(),
        change.settled.currency().code(),
    ];
    if run(tx, SETTLE_INVOICE, values)? > 0 {
        return Ok(());
    }
    let version: Option<i64> = one(tx, INVOICE_VERSION, [change.id.0], |row| Ok(row.get(0)?))?;
    if version != Some(change.version) {
        return Err(Fault::conflict());
    }
    Err(Fault::corrupt(format!(
        "invoice {}: the settlement says {} settled and {} of it from credit, which is not what its transfers make it",
        change.id, change.settled, change.credit_applied
    )))
}

fn book(tx: &Transaction<'_>, settlement: i64, at: Timestamp, transfer: &Transfer) -> Result<(), Fault> {
    let values = params![
        settlement,
        transfer.invoice.0,
        account_word(&transfer.debit),
        account_word(&transfer.credit),
        transfer.amount.minor(),
        transfer.amount.currency().code(),
        transfer.reason.code(),
        at.0,
    ];
    let id = insert(tx, INSERT_TRANSFER, values)?.ok_or_else(|| Fault::corrupt("a transfer was not stored"))?;
    if let Account::Credit(client) = transfer.debit {
        move_credit(tx, id, client, transfer.amount.negated())?;
    }
    if let Account::Credit(client) = transfer.credit {
        move_credit(tx, id, client, transfer.amount)?;
    }
    Ok(())
}

fn move_credit(tx: &Transaction<'_>, transfer: i64, client: ClientId, amount: Money) -> Result<(), Fault> {
    let (minor, currency) = (amount.minor(), amount.currency().code());
    let moved = run(tx, MOVE_CREDIT, params![client.0, currency, minor])?;
    if moved == 0 {
        if amount.is_negative() {
            return Err(StoreError::Insufficient.into());
        }
        run(tx, OPEN_CREDIT, params![client.0, currency])?;
        run(tx, MOVE_CREDIT, params![client.0, currency, minor])?;
    }
    let balance: Option<i64> = one(tx, CREDIT, params![client.0, currency], |row| Ok(row.get("balance_minor")?))?;
    run(tx, INSERT_ENTRY, params![client.0, transfer, minor, currency, balance]).map(drop)
}

fn balance(client: ClientId, row: &Row<'_>) -> Result<Money, Fault> {
    let place = Place { table: "credits", id: &client };
    place.money(row.get("balance_minor")?, place.currency(&row.get::<_, String>("currency")?)?)
}

fn entry(row: &Row<'_>) -> Result<CreditEntry, Fault> {
    let seq: i64 = row.get("transfer_id")?;
    let place = Place { table: "credit_entries", id: &seq };
    let currency = place.currency(&row.get::<_, String>("currency")?)?;
    let reason: String = row.get("reason")?;
    Ok(CreditEntry {
        seq,
        at: Timestamp(row.get("at")?),
        amount: place.money(row.get("amount_minor")?, currency)?,
        balance: place.money(row.get("balance_minor")?, currency)?,
        reason: place.known(Reason::from_code(&reason), "reason", &reason)?,
        invoice: InvoiceId(row.get("invoice_id")?),
        invoice_number: row.get("number")?,
    })
}
