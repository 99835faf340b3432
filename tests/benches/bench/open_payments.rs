//! Unpaid invoices of one client, each with an open payment, written through the store as billing does.

use std::sync::Arc;

use anyhow::{Context, Result};
use tollgate_billing::ids::{ClientId, InstanceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, NewInvoice, TaxRate};
use tollgate_billing::payment::NewPayment;
use tollgate_billing::people::NewClient;
use tollgate_billing::ports::{Invoices, Payments, People};
use tollgate_store::SqliteStore;

use crate::sample::{eur, euros};

/// Each is of this much, in minor units.
pub const AMOUNT_MINOR: i64 = 2_500;
pub const AT: Timestamp = Timestamp(1_700_000_000_000);
/// No sweep of a benchmark comes so late.
const NEVER: Timestamp = Timestamp(i64::MAX);
pub const CALLERS: usize = 16;

/// What is to be paid, and at which gateway.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    pub instance: &'static str,
    /// Of what kind the line of each invoice is, by its index.
    pub kind: fn(usize) -> LineKind,
    pub count: usize,
}

pub fn payment_id(index: usize) -> PaymentId {
    PaymentId::new(format!("P{index:025}"))
}

/// One client, who is the first of the store, and everything open of them.
pub async fn fill(store: &Arc<SqliteStore>, open: Open) -> Result<()> {
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
    each(open.count, |index| {
        let store = Arc::clone(store);
        async move { fill_one(&store, client, open, index).await }
    })
    .await
}

async fn fill_one(store: &SqliteStore, client: ClientId, open: Open, index: usize) -> Result<()> {
    let line = Line::new((open.kind)(index), "Hosting".to_owned(), euros(AMOUNT_MINOR), TaxRate::NONE)?;
    let new = NewInvoice {
        client,
        gateway: None,
        lines: vec![line],
        total: euros(AMOUNT_MINOR),
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
        instance: InstanceId::new(open.instance),
        plugin: PluginId::new(open.instance),
        reference: invoice.reference(),
        amount: invoice.total,
        invoice_revision: invoice.revision,
        created: AT,
        next_check: NEVER,
    };
    Ok(store.create_payment(payment).await?)
}

/// Runs `work` for each index, sixteen at a time.
pub async fn each<F>(count: usize, work: impl Fn(usize) -> F) -> Result<()>
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
