//! Settlements: what sixteen callers get durable in a second, beside a bare loop that writes the same rows in groups.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use rusqlite::{Connection, params};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, NewInvoice, TaxRate};
use tollgate_billing::payment::NewPayment;
use tollgate_billing::people::NewClient;
use tollgate_billing::plan::{Facts, Plan, plan};
use tollgate_billing::ports::{Applied, Invoices, Ledger, Payments, People};
use tollgate_store::SqliteStore;

use crate::report::{Bar, Report};
use crate::rounds::{ROUNDS, in_turn};
use crate::sample::{eur, euros};

const CALLERS: usize = 16;
/// Settlements of one round: some tenths of a second.
const SETTLEMENTS: usize = 1_600;
/// One more round than is measured warms both up.
const PAYMENTS: usize = SETTLEMENTS * (ROUNDS + 1);
const AT: Timestamp = Timestamp(1_700_000_000_000);

pub fn measure(report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let (ours, bare) = (folder.path().join("ours.db"), folder.path().join("bare.db"));
    let store = Arc::new(SqliteStore::open_server(&ours)?);
    runtime.block_on(fill(&store))?;
    {
        let other = Arc::new(SqliteStore::open_server(&bare)?);
        runtime.block_on(fill(&other))?;
    }
    let mut conn = Connection::open(&bare)?;
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;

    let (mut settled, mut written) = (0, 0);
    let mut host = || {
        settled += SETTLEMENTS;
        runtime.block_on(settle(&store, settled - SETTLEMENTS..settled))
    };
    let mut floor = || {
        written += SETTLEMENTS;
        write_rows(&mut conn, written - SETTLEMENTS..written)
    };
    host()?;
    floor()?;
    let (measured, bare) = in_turn(&mut host, &mut floor)?;
    ensure!(runtime.block_on(store.check_ledger())?.faults.is_empty(), "the ledger does not add up");
    report.against_floor("settlements durable, 16 callers", "settlements/s", (measured, bare), Bar::AtLeast(0.5));
    Ok(())
}

fn payment_id(index: usize) -> PaymentId {
    PaymentId::new(format!("P{index:025}"))
}

/// A client, and an unpaid invoice with an open payment for each settlement to come.
async fn fill(store: &Arc<SqliteStore>) -> Result<()> {
    let client = NewClient {
        email: "client@example.com".to_owned(),
        name: "Example Client".to_owned(),
        company: String::new(),
        address: vec![],
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: eur(),
        locale: "en".to_owned(),
        password_hash: "none".to_owned(),
    };
    let client = store.create_client(client, AT).await?;
    each(PAYMENTS, |index| {
        let store = Arc::clone(store);
        async move { fill_one(&store, client, index).await }
    })
    .await
}

async fn fill_one(store: &SqliteStore, client: ClientId, index: usize) -> Result<()> {
    let line = Line::new(LineKind::Service, "Hosting".to_owned(), euros(2500), TaxRate::NONE)?;
    let new = NewInvoice {
        client,
        gateway: None,
        lines: vec![line],
        total: euros(2500),
        created: AT,
        due: AT,
        number_prefix: "INV-".to_owned(),
        form_key: index.to_string(),
        open_seen: None,
    };
    let id = store.create_invoice(new).await?.into_inner();
    let invoice = store.invoice(id).await?.context("the invoice is there")?;
    let payment = NewPayment {
        id: payment_id(index),
        invoice: id,
        invoice_version: invoice.version,
        client,
        instance: InstanceId::new("bank-transfer"),
        plugin: PluginId::new("bank-transfer"),
        reference: invoice.reference(),
        amount: invoice.total,
        invoice_revision: invoice.revision,
        created: AT,
        next_check: AT,
    };
    Ok(store.create_payment(payment).await?)
}

/// Settlements a second: each reads its payment and invoice, plans, and waits until it is durable.
async fn settle(store: &Arc<SqliteStore>, range: std::ops::Range<usize>) -> Result<f64> {
    let start = Instant::now();
    each(range.len(), |index| {
        let (store, id) = (Arc::clone(store), payment_id(range.start + index));
        async move { settle_one(&store, id).await }
    })
    .await?;
    Ok(per_second(range.len(), start))
}

async fn settle_one(store: &SqliteStore, id: PaymentId) -> Result<()> {
    let claim = Claim {
        payment: PaymentKey::Payment(id.clone()),
        transaction: format!("bank-{id}"),
        amount: euros(2500),
        state: ClaimState::Paid,
        fee: None,
        live: false,
        merchant: None,
        provider_reference: None,
        at: AT,
        saved: None,
    };
    let payment = store.payment_by_key(&InstanceId::new("bank-transfer"), &claim.payment).await?;
    let payment = payment.context("the payment is there")?;
    let invoice = store.invoice(payment.invoice).await?.context("the invoice is there")?;
    let facts =
        Facts { payment: &payment, invoice: &invoice, payer_sets_amount: true, live: false, merchant: None, at: AT };
    let Plan::Settle(settlement) = plan(facts, &claim)? else {
        return Err(anyhow!("the claim is new"));
    };
    ensure!(store.apply(*settlement).await? == Applied::Now, "the claim is new");
    Ok(())
}

/// Runs `work` for each index, sixteen at a time.
async fn each<F>(count: usize, work: impl Fn(usize) -> F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut batches: Vec<Vec<F>> = (0..CALLERS).map(|_| Vec::new()).collect();
    for index in 0..count {
        batches[index % CALLERS].push(work(index));
    }
    let mut callers = tokio::task::JoinSet::new();
    for batch in batches {
        callers.spawn(async move {
            for one in batch {
                one.await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(())
}

/// The same rows by hand: key, payment, invoice, both transfers; as many in a commit as there are callers.
fn write_rows(conn: &mut Connection, range: std::ops::Range<usize>) -> Result<f64> {
    let start = Instant::now();
    let indexes: Vec<usize> = range.collect();
    for group in indexes.chunks(CALLERS) {
        let tx = conn.transaction()?;
        for index in group {
            write_one(&tx, *index)?;
        }
        tx.commit()?;
    }
    Ok(per_second(indexes.len(), start))
}

fn write_one(tx: &rusqlite::Transaction<'_>, index: usize) -> Result<()> {
    let payment = payment_id(index).to_string();
    let settlement: i64 = tx
        .prepare_cached("INSERT INTO settlements (scope, key, payment_id, at) VALUES (?1, ?2, ?3, ?4) RETURNING id")?
        .query_row(params!["claim:bank-transfer", format!("bank-{payment}/paid"), payment, AT.0], |row| row.get(0))?;
    let invoice: i64 = tx
        .prepare_cached(
            "UPDATE payments SET state = 'paid', received_minor = received_minor + ?2, checked = ?3,
                version = version + 1 WHERE id = ?1 AND version = 1 RETURNING invoice_id",
        )?
        .query_row(params![payment, 2500, AT.0], |row| row.get(0))?;
    let changed = tx
        .prepare_cached(
            "UPDATE invoices SET status = 'paid', paid_at = ?2, settled_minor = settled_minor + ?3,
                version = version + 1 WHERE id = ?1 AND version = 1",
        )?
        .execute(params![invoice, AT.0, 2500])?;
    ensure!(changed == 1, "the floor's invoice was settled before");
    let account = format!("invoice:{}", InvoiceId(invoice));
    for (debit, credit, reason) in
        [("gateway:bank-transfer", account.as_str(), "payment"), (account.as_str(), "sales", "fulfilment")]
    {
        tx.prepare_cached(
            "INSERT INTO transfers (settlement_id, invoice_id, debit_account, credit_account, amount_minor, currency,
                reason, at) VALUES (?1, ?2, ?3, ?4, ?5, 'EUR', ?6, ?7)",
        )?
        .execute(params![settlement, invoice, debit, credit, 2500, reason, AT.0])?;
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // counts of a benchmark
fn per_second(count: usize, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}
