//! Settlements: what sixteen callers get durable in a second, beside a bare loop that writes the same rows in groups.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use rusqlite::Connection;
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, PaymentId};
use tollgate_billing::invoice::LineKind;
use tollgate_billing::plan::{Facts, Plan, plan};
use tollgate_billing::ports::{Applied, Invoices, Ledger, Payments};
use tollgate_store::SqliteStore;

use crate::open_payments::{AMOUNT_MINOR, AT, CALLERS, Open, each, fill, payment_id};
use crate::report::{Bar, Report};
use crate::rounds::{ROUNDS, in_turn};
use crate::rows;
use crate::sample::euros;

const INSTANCE: &str = "bank-transfer";
/// Settlements of one round: some tenths of a second.
const SETTLEMENTS: usize = 1_600;
/// One more round than is measured warms both up.
const OPEN: Open = Open { instance: INSTANCE, kind: |_| LineKind::Service, count: SETTLEMENTS * (ROUNDS + 1) };

pub fn measure(report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let (ours, bare) = (folder.path().join("ours.db"), folder.path().join("bare.db"));
    let store = Arc::new(SqliteStore::open_server(&ours)?);
    runtime.block_on(fill(&store, OPEN))?;
    {
        let other = Arc::new(SqliteStore::open_server(&bare)?);
        runtime.block_on(fill(&other, OPEN))?;
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
        amount: euros(AMOUNT_MINOR),
        state: ClaimState::Paid,
        fee: None,
        live: false,
        merchant: None,
        at: AT,
        saved: None,
    };
    let payment = store.payment_by_key(&InstanceId::new(INSTANCE), &claim.payment).await?;
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

/// The same rows by hand: key, payment, invoice, both transfers; as many in a commit as there are callers.
fn write_rows(conn: &mut Connection, range: std::ops::Range<usize>) -> Result<f64> {
    let start = Instant::now();
    let indexes: Vec<usize> = range.collect();
    for group in indexes.chunks(CALLERS) {
        let tx = conn.transaction()?;
        for index in group {
            rows::earn(&tx, rows::pay(&tx, INSTANCE, *index)?)?;
        }
        tx.commit()?;
    }
    Ok(per_second(indexes.len(), start))
}

#[allow(clippy::cast_precision_loss)] // counts of a benchmark
pub fn per_second(count: usize, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}
