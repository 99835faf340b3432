//! The floor of a plugin call: the same component in nothing but wasmtime, with every setting that makes it quick.

use anyhow::{Result, anyhow};
use wasmtime::component::{Component, Linker};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits,
    StoreLimitsBuilder,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../plugins/sdk/wit/1.0.0",
        world: "tollgate:plugin/payment-gateway",
        exports: { default: async },
    });
}

use bindings::PaymentGatewayPre;
use bindings::exports::tollgate::plugin::gateway::{Links, Payer, Payment, PaymentState};
use bindings::tollgate::plugin::types::{Instance, Money, Setting};

/// The most memory that a call may have, as the host allows.
const MEMORY_BYTES_MAX: usize = 64 << 20;
/// Far beyond what the guest touches, so that nothing is given back between two calls.
const KEPT_BYTES: usize = 1 << 20;

pub struct Bare {
    engine: Engine,
    pre: PaymentGatewayPre<StoreLimits>,
    instance: Instance,
    payment: Payment,
}

/// wasmtime's error is no `std::error::Error`.
#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
fn said(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}

impl Bare {
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let engine = Engine::new(&config()).map_err(said)?;
        let component = Component::new(&engine, bytes).map_err(said)?;
        let mut linker = Linker::new(&engine);
        linker.define_unknown_imports_as_traps(&component).map_err(said)?;
        let pre = linker.instantiate_pre(&component).and_then(PaymentGatewayPre::new).map_err(said)?;
        Ok(Self { engine, pre, instance: instance(), payment: payment() })
    }

    /// A fresh instance, one call, the answer lifted and thrown away.
    pub async fn call(&self) -> Result<()> {
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY_BYTES_MAX).build();
        let mut store = Store::new(&self.engine, limits);
        store.limiter(|limits| limits);
        store.set_epoch_deadline(1);
        let gateway = self.pre.instantiate_async(&mut store).await.map_err(said)?;
        let gateway = gateway.tollgate_plugin_gateway();
        let answer = gateway.call_pay_now(&mut store, &self.instance, &self.payment).await.map_err(said)?;
        answer.map(drop).map_err(|error| anyhow!("{error:?}"))
    }
}

fn config() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(MEMORY_BYTES_MAX);
    pool.linear_memory_keep_resident(KEPT_BYTES);
    pool.table_keep_resident(KEPT_BYTES);
    pool.pagemap_scan(Enabled::Auto);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config.epoch_interruption(true);
    config.concurrency_support(false);
    config
}

fn instance() -> Instance {
    let sample = super::sample::instance();
    let settings = sample.settings.into_iter().map(|s| Setting { key: s.key, value: s.value }).collect();
    Instance { id: sample.id.to_string(), settings, test_mode: true }
}

fn payment() -> Payment {
    let call = super::sample::call();
    let money = |minor| Money { minor, currency: "EUR".to_owned() };
    let link = |end: &str| format!("http://127.0.0.1:8080{end}");
    Payment {
        id: call.payment.id.to_string(),
        reference: call.payment.reference.clone(),
        invoice_number: call.invoice_number,
        invoice_revision: 1,
        amount: money(call.payment.amount.minor()),
        received: money(0),
        description: call.description,
        state: PaymentState::Pending,
        payer: Payer {
            id: "7".to_owned(),
            name: call.payer.name,
            email: call.payer.email,
            country: call.payer.country,
            locale: call.payer.locale,
        },
        provider_reference: None,
        memo: None,
        created: 1_700_000_000_000,
        links: Links {
            return_url: link("/billing/payments/01J00000000000000000000000/return"),
            cancel_url: link("/billing/payments/01J00000000000000000000000/cancel"),
            webhook_url: link("/hooks/bank-transfer"),
            invoice_url: link("/billing/invoices/42"),
        },
    }
}
