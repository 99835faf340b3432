//! What plugins answer, byte by byte: the name of a function, a line break, then the memory in which its answer lies. The
//! sandbox lifts it out of there and converts it, as it does with every answer.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use parking_lot::Mutex;
use tempfile::TempDir;
use tollgate_billing::claim::{Claim, ClaimState, MethodToken, PaymentKey, SavedMethod};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, RefundId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate};
use tollgate_billing::plan::{Facts, Plan, plan};
use tollgate_billing::ports::{
    ConfigDepth, ConfigRefusal, GatewayAnswer, GatewayCall, Gateways, InvoiceFact, MemoryEntry, ModuleEffect,
    ModuleEvent, Modules, Outcome, PluginMemory, Plugins, RefundOrder, StoreError, View, Webhook,
};
use tollgate_guests::guest::{Guest, gateway, module};
use tollgate_guests::value::{Value, text};
use tollgate_hostile::rooms::{NOW, StillClock, call, euro, instance};
use tollgate_sandbox::{Limits, NoProviders, Sandbox, SandboxConfig};

use super::hold;
use crate::work::wait;

/// What the contract allows of an answer.
const CLAIMS_MAX: usize = 50;
const ID_BYTES_MAX: usize = 128;
const GATEWAY: [&str; 12] = [
    "check-config",
    "migrate-config",
    "set-up-webhook",
    "pay-now",
    "submit",
    "return-from-provider",
    "verify",
    "check",
    "refund",
    "check-refund",
    "charge-saved",
    "forget-saved",
];
const MODULE: [&str; 4] = ["tab", "page", "submit", "on-event"];
/// Asks the host for what it remembers, puts it where answers lie, and answers it.
const ANSWERS: &str = "
    (call $get (i32.const 64) (i32.const 1) (i32.const 1024))
    (memory.copy (i32.const 4096) (i32.load (i32.const 1032)) (i32.load (i32.const 1036)))
    (i32.const 4096)";

/// The memory of every plugin: the input.
#[derive(Default)]
struct Fed(Mutex<Vec<u8>>);

#[async_trait]
impl PluginMemory for Fed {
    async fn memory_get(&self, _: &InstanceId, _: &str, _: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.0.lock().clone()))
    }

    async fn memory_put(&self, _: MemoryEntry, _: Timestamp) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn memory_delete(&self, _: &InstanceId, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

struct Border {
    sandbox: Sandbox,
    fed: Arc<Fed>,
    _folder: TempDir,
}

/// A gateway whose answers are what it is fed, and a module.
fn border() -> &'static Border {
    static BORDER: OnceLock<Border> = OnceLock::new();
    BORDER.get_or_init(|| {
        let folder = TempDir::new().expect("a folder");
        let (compiled, plugins) = (folder.path().join("compiled"), folder.path().join("plugins"));
        for place in [&compiled, &plugins] {
            std::fs::create_dir(place).expect("a folder");
        }
        std::fs::write(plugins.join("acme.wasm"), fed_gateway().build()).expect("a file");
        std::fs::write(plugins.join("acme-module.wasm"), fed_module().build()).expect("a file");
        let fed = Arc::new(Fed::default());
        // Never a machine's slowness: an answer that costs much is told by the fuzzer's own watch.
        let limits = Limits { call_deadline_ms: 60_000, describe_deadline_ms: 60_000, ..Limits::default() };
        let mut sandbox = Sandbox::new(SandboxConfig {
            cache_dir: compiled,
            base_url: "http://localhost:8080".to_owned(),
            live: false,
            limits: Limits { calls_max: 4, calls_per_minute_max: u32::MAX, failures_to_rest: u32::MAX, ..limits },
            memory: fed.clone(),
            clock: Arc::new(StillClock),
            egress: Arc::new(NoProviders),
            signing: Arc::new(NoProviders),
            redact: Arc::new(NoProviders),
        })
        .expect("a sandbox");
        wait(sandbox.load_directory(&plugins)).expect("a readable folder");
        assert_eq!(sandbox.rows().len(), 2);
        Border { sandbox, fed, _folder: folder }
    })
}

fn reading(guest: Guest, functions: &[&str]) -> Guest {
    let guest = guest.imports("state", "get", "(param i32 i32 i32)");
    functions.iter().fold(guest, |guest, function| guest.body(function, ANSWERS))
}

fn fed_gateway() -> Guest {
    let all = ["check", "refund", "partial-refund", "saved-methods", "webhook-setup"];
    reading(gateway().answers("describe", "capabilities", Value::List(all.map(text).to_vec())), &GATEWAY)
}

fn fed_module() -> Guest {
    reading(module().id("acme-module"), &MODULE)
}

/// # Errors
/// Where the host took what the contract forbids.
pub fn run(input: &[u8]) -> Result<String, String> {
    let split = input.iter().position(|byte| *byte == b'\n');
    let (name, memory) = split.map_or((&b"verify"[..], input), |at| (&input[..at], &input[at + 1..]));
    let border = border();
    *border.fed.0.lock() = memory.to_vec();
    match String::from_utf8_lossy(name).as_ref() {
        "check-config" | "migrate-config" | "set-up-webhook" => wait(settings(&border.sandbox, name)),
        "tab" | "page" | "module-submit" | "on-event" => wait(of_module(&border.sandbox, name)),
        _ => wait(of_gateway(&border.sandbox, name)),
    }
}

async fn settings(sandbox: &Sandbox, name: &[u8]) -> Result<String, String> {
    let instance = instance("acme", Vec::new());
    let refused = match name {
        b"check-config" => sandbox.check_config(&instance, ConfigDepth::Values).await.map(|_| 0),
        b"migrate-config" => sandbox.migrate_config(&instance, "1.0.0").await.map(|settings| settings.len()),
        _ => sandbox.set_up_webhook(&instance).await.map(|setup| setup.settings.len()),
    };
    match refused {
        Ok(settings) => {
            hold(settings == 0, || format!("{settings} settings of a plugin that has no field"))?;
            Ok("taken".to_owned())
        }
        Err(ConfigRefusal::Fields(fields)) => {
            hold(fields.len() <= 100 && !fields.is_empty(), || format!("{} refused fields", fields.len()))?;
            Ok("fields".to_owned())
        }
        Err(ConfigRefusal::Failed(error)) => Ok(words(&error)),
    }
}

async fn of_module(sandbox: &Sandbox, name: &[u8]) -> Result<String, String> {
    let instance = instance("acme-module", Vec::new());
    let view = View {
        currency: euro(0).currency(),
        balance: euro(0),
        gateways: Vec::new(),
        open_invoices: Vec::new(),
        terms_url: "/terms".to_owned(),
        now: NOW,
    };
    let fact = InvoiceFact { invoice_number: "INV-000042".to_owned(), lines: Vec::new(), balance: euro(0) };
    Ok(match name {
        b"tab" => said(&sandbox.tab(&instance).await),
        b"page" => said(&sandbox.page(&instance, &view).await),
        b"module-submit" => said(&Modules::submit(sandbox, &instance, &view, &[]).await),
        _ => {
            let effects = sandbox.on_event(&instance, &ModuleEvent::InvoicePaid(fact)).await;
            for effect in effects.iter().flatten() {
                let (ModuleEffect::CreditPaid { amount, .. } | ModuleEffect::CreditBonus { amount, .. }) = effect;
                hold(!amount.is_negative(), || format!("a module credits {amount}"))?;
            }
            said(&effects)
        }
    })
}

async fn of_gateway(sandbox: &Sandbox, name: &[u8]) -> Result<String, String> {
    let call = call(instance("acme", Vec::new()));
    let order = RefundOrder {
        id: RefundId::new("REF00000000000000000000001"),
        amount: euro(1_000),
        transaction: "tx-1".to_owned(),
        reason: "Ordered twice".to_owned(),
        provider_reference: None,
    };
    let method = SavedMethod { token: MethodToken::new("tok-1".to_owned()), label: "Card".to_owned(), expires: None };
    let one = |claim: GatewayAnswer<Claim>| claim.map(|claim| vec![claim]);
    match name {
        b"pay-now" => Ok(said(&sandbox.pay_now(&call).await)),
        b"forget-saved" => Ok(said(&sandbox.forget_saved(&call.instance, &method).await)),
        b"submit" => outcome(&call, Gateways::submit(sandbox, &call, &[]).await),
        b"return-from-provider" => outcome(&call, sandbox.return_from_provider(&call, "").await),
        b"charge-saved" => outcome(&call, sandbox.charge_saved(&call, &method).await),
        b"check" => claims(&call, sandbox.check(&call).await),
        b"refund" => claims(&call, one(sandbox.refund(&call, &order).await)),
        b"check-refund" => claims(&call, one(sandbox.check_refund(&call, &order).await)),
        _ => {
            let webhook = Webhook { body: Vec::new(), headers: Vec::new(), query: String::new(), received: NOW };
            match sandbox.verify(&call.instance, &webhook).await {
                Ok(verified) => claims(&call, Ok(verified.claims)),
                Err(refusal) => Ok(words(&refusal)),
            }
        }
    }
}

fn outcome(call: &GatewayCall, answer: GatewayAnswer<Outcome>) -> Result<String, String> {
    match answer {
        Ok(Outcome::Step(step)) => Ok(words(&step.next)),
        Ok(Outcome::Claims(said)) => claims(call, Ok(said)),
        Err(error) => Ok(words(&error)),
    }
}

/// Every claim that comes through is a possible one, and books nothing but what was asked for.
fn claims(call: &GatewayCall, answer: GatewayAnswer<Vec<Claim>>) -> Result<String, String> {
    let said = match answer {
        Ok(claims) => claims,
        Err(error) => return Ok(words(&error)),
    };
    hold(said.len() <= CLAIMS_MAX, || format!("{} claims", said.len()))?;
    for claim in &said {
        hold(is_possible(claim), || format!("the host takes {claim:?}"))?;
        let moved = booked(call, claim)?;
        let fits = claim.amount == call.payment.amount && claim.state == ClaimState::Paid && !claim.live;
        hold(!moved || fits, || format!("{} is booked for {claim:?}", call.payment.amount))?;
    }
    Ok(said.iter().take(4).map(|claim| words(&claim.state)).collect())
}

fn is_possible(claim: &Claim) -> bool {
    let id = |text: &str| !text.is_empty() && text.len() <= ID_BYTES_MAX;
    let key = match &claim.payment {
        PaymentKey::Payment(payment) => id(payment.as_str()),
        PaymentKey::Provider(text) | PaymentKey::Reference(text) => id(text),
    };
    let others = [&claim.merchant, &claim.provider_reference];
    let amounts = !claim.amount.is_negative() && claim.fee.is_none_or(|fee| !fee.is_negative());
    let saved = claim.saved.as_ref().is_none_or(|method| !method.label.is_empty() && method.label.len() <= 60);
    key && amounts
        && saved
        && id(&claim.transaction)
        && claim.at.0 >= 0
        && others.into_iter().flatten().all(|text| id(text))
}

/// Whether money would move.
fn booked(call: &GatewayCall, claim: &Claim) -> Result<bool, String> {
    let invoice = invoice();
    let facts = Facts {
        payment: &call.payment,
        invoice: &invoice,
        payer_sets_amount: false,
        live: false,
        merchant: None,
        at: NOW,
    };
    match plan(facts, claim).map_err(|error| format!("{claim:?} cannot be planned: {error}"))? {
        Plan::Settle(settlement) => Ok(!settlement.transfers.is_empty()),
        Plan::Known => Ok(false),
    }
}

/// Of EUR 20, unpaid.
fn invoice() -> Invoice {
    let line = Line::new(LineKind::Service, "Hosting".to_owned(), euro(2_000), TaxRate::NONE).expect("a small line");
    Invoice {
        id: InvoiceId(42),
        number: "INV-000042".to_owned(),
        client: ClientId(7),
        revision: 3,
        version: 1,
        status: InvoiceStatus::Unpaid,
        gateway: None,
        created: NOW,
        due: NOW,
        paid_at: None,
        lines: vec![line],
        total: euro(2_000),
        settled: euro(0),
        credit_applied: euro(0),
    }
}

fn said<T>(answer: &GatewayAnswer<T>) -> String {
    match answer {
        Ok(_) => "taken".to_owned(),
        Err(error) => words(error),
    }
}

/// The words that tell one answer from another; what the input says itself stands between quotation marks.
fn words(of: &impl Debug) -> String {
    let text = format!("{of:?}");
    let own = if text.contains("Broken") { text.clone() } else { text.split('"').step_by(2).collect() };
    own.chars().filter(char::is_ascii_alphabetic).take(90).collect()
}
