//! One client, one invoice, one payment by bank transfer, the same for every figure.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use async_trait::async_trait;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{Instance, Setting};
use tollgate_billing::ports::{Clock, GatewayCall, MemoryEntry, Payer, PluginMemory, StoreError};
use tollgate_tests::house;

/// The bank account of the settings: the example IBAN of the registry.
pub const SETTINGS: [(&str, &str); 3] = [
    ("accounts.0.currency", "EUR"),
    ("accounts.0.holder", "Example Hosting"),
    ("accounts.0.iban", "DE89370400440532013000"),
];

pub fn euros(minor: i64) -> Money {
    Money::new(minor, eur()).expect("a small amount")
}

pub fn eur() -> Currency {
    Currency::from_code("EUR").expect("a known code")
}

/// The component that `make` built.
pub fn component() -> Result<Vec<u8>> {
    let path = house::component("bank-transfer");
    std::fs::read(&path).with_context(|| path.display().to_string())
}

/// The folder of all components.
pub fn components() -> PathBuf {
    house::component("bank-transfer").with_file_name("")
}

pub fn instance() -> Instance {
    let setting = |(key, value): (&str, &str)| Setting { key: key.to_owned(), value: value.to_owned() };
    Instance {
        id: InstanceId::new("bank-transfer"),
        plugin: PluginId::new("bank-transfer"),
        enabled: true,
        position: 0,
        label: String::new(),
        settings: SETTINGS.map(setting).to_vec(),
        currencies: vec![eur()],
        granted_hosts: vec![],
        component: None,
        updated: Timestamp(0),
    }
}

pub fn call() -> GatewayCall {
    let payment = Payment {
        id: PaymentId::new("01J00000000000000000000000"),
        invoice: InvoiceId(42),
        client: ClientId(7),
        instance: InstanceId::new("bank-transfer"),
        plugin: PluginId::new("bank-transfer"),
        reference: "INV000042".to_owned(),
        amount: euros(2500),
        invoice_revision: 1,
        received: euros(0),
        state: PaymentState::Pending,
        note: None,
        provider_reference: None,
        memo: None,
        created: Timestamp(1_700_000_000_000),
        checked: None,
        version: 1,
    };
    GatewayCall {
        instance: Arc::new(instance()),
        payment: Arc::new(payment),
        payer: Payer {
            id: ClientId(7),
            name: "Example Client".to_owned(),
            email: "client@example.com".to_owned(),
            country: Some("DE".to_owned()),
            locale: "en".to_owned(),
        },
        invoice_number: "INV-000042".to_owned(),
        description: "Account credit".to_owned(),
    }
}

/// A clock for benchmarks: the time is not what is measured.
pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000)
    }
}

/// Bank transfer remembers nothing; a call that asked would be an error of the benchmark.
pub struct NoMemory;

#[async_trait]
impl PluginMemory for NoMemory {
    async fn memory_get(&self, _: &InstanceId, _: &str, _: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Unavailable("not part of this benchmark".to_owned()))
    }

    async fn memory_put(&self, _: MemoryEntry, _: Timestamp) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("not part of this benchmark".to_owned()))
    }

    async fn memory_delete(&self, _: &InstanceId, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Unavailable("not part of this benchmark".to_owned()))
    }
}
