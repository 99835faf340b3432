//! Host imports: what they answer, and where they stop.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::plugin::{NextStep, PluginError};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, Plugins};
use tollgate_billing::text::Text;

use crate::fakes::SECRET;
use crate::guest::{Guest, gateway};
use crate::host::{FakeMemory, Host, NOW, instance, patient};

async fn shown(guest: Guest) -> String {
    shown_by(&Host::of(patient(), &guest).await).await
}

pub async fn shown_by(host: &Host) -> String {
    match host.pay_now().await.expect("it answers").next {
        NextStep::Wait(Text::Plain(words)) => words,
        other => panic!("{other:?}"),
    }
}

/// Fails the call unless `condition` holds.
pub fn sure(condition: &str) -> String {
    format!("(if (i32.eqz {condition}) (then unreachable))")
}

async fn passes(guest: Guest) -> Host {
    let host = Host::of(patient(), &guest).await;
    let answer = host.pay_now().await;
    assert!(answer.is_ok(), "{answer:?}");
    host
}

#[tokio::test]
async fn the_clock_is_the_hosts() {
    let sure = sure(&format!("(i64.eq (call $now) (i64.const {}))", NOW.0));
    passes(gateway().imports("clock", "now", "(result i64)").first("pay-now", &sure)).await;
}

fn random(count: u32) -> Guest {
    let first = format!(
        "(call $bytes (i32.const {count}) (i32.const 8)) {}",
        sure(&format!("(i32.eq (i32.load (i32.const 12)) (i32.const {count}))"))
    );
    gateway().imports("random", "bytes", "(param i32 i32)").first("pay-now", &first)
}

#[tokio::test]
async fn random_bytes_come_in_the_number_asked_for_up_to_the_limit() {
    for count in [0, 1, 1_024] {
        passes(random(count)).await;
    }
    for count in [1_025, u32::MAX] {
        let host = Host::of(patient(), &random(count)).await;
        let reason = host.pay_now_broken().await;
        assert!(reason.contains(&format!("asked for {count} random bytes")), "{reason}");
    }
}

/// Writes one part, `bytes(list)` of the three letters at 96, and the key `secret("key")`.
const PARTS: &str = "(i32.store8 (i32.const 64) (i32.const 0))
    (i32.store (i32.const 68) (i32.const 96)) (i32.store (i32.const 72) (i32.const 3))
    (i32.store8 (i32.const 96) (i32.const 97)) (i32.store8 (i32.const 97) (i32.const 98))
    (i32.store8 (i32.const 98) (i32.const 99))";

/// Shows the bytes that a signing function answered, which are text here.
const SIGNED: &str = "(local.set $at (i32.load (i32.const 516))) (local.set $bytes (i32.load (i32.const 520)))";

#[tokio::test]
async fn digests_and_hmacs_are_made_outside_over_the_parts_in_order() {
    let digest = "(call $digest (i32.const 2) (i32.const 64) (i32.const 1) (i32.const 512))";
    let guest = gateway().imports("signing", "digest", "(param i32 i32 i32 i32)");
    assert_eq!(shown(guest.showing(&format!("{PARTS} {digest} {SIGNED}"))).await, "acme-1 Sha1 abc");

    // A second part, the secret "bc"; the key is the secret "ab".
    let second = "(i32.store8 (i32.const 76) (i32.const 1))
        (i32.store (i32.const 80) (i32.const 97)) (i32.store (i32.const 84) (i32.const 2))";
    let hmac = "(call $hmac (i32.const 1) (i32.const 1) (i32.const 96) (i32.const 2)
        (i32.const 64) (i32.const 2) (i32.const 512))";
    let guest = gateway().imports("signing", "hmac", "(param i32 i32 i32 i32 i32 i32 i32)");
    let shown = shown(guest.showing(&format!("{PARTS} {second} {hmac} {SIGNED}"))).await;
    assert_eq!(shown, "acme-1 Sha512 <ab> abc+<bc>");
}

#[tokio::test]
async fn a_secret_that_is_not_set_is_answered_by_its_key() {
    let first = format!(
        "(i32.store8 (i32.const 64) (i32.const 1))
        (i32.store (i32.const 68) (i32.const 3072)) (i32.store (i32.const 72) (i32.const 7))
        (call $digest (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 512))
        {} {}
        (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))",
        sure("(i32.eq (i32.load8_u (i32.const 512)) (i32.const 1))"),
        sure("(i32.eqz (i32.load8_u (i32.const 516)))"),
    );
    let guest = gateway().imports("signing", "digest", "(param i32 i32 i32 i32)");
    assert_eq!(shown(guest.outside("(data (i32.const 3072) \"missing\")").showing(&first)).await, "missing");
}

#[tokio::test]
async fn equal_compares() {
    let same = format!("{PARTS} {}", sure("(call $equal (i32.const 96) (i32.const 3) (i32.const 96) (i32.const 3))"));
    let shorter = sure("(i32.eqz (call $equal (i32.const 96) (i32.const 3) (i32.const 96) (i32.const 2)))");
    let other = sure("(i32.eqz (call $equal (i32.const 96) (i32.const 1) (i32.const 97) (i32.const 1)))");
    let guest = gateway().imports("signing", "equal", "(param i32 i32 i32 i32) (result i32)");
    passes(guest.first("pay-now", &format!("{same} {shorter} {other}"))).await;
}

fn remembering(first: &str) -> Guest {
    gateway()
        .imports("state", "put", "(param i32 i32 i32 i32 i32 i64 i32)")
        .imports("state", "get", "(param i32 i32 i32)")
        .imports("state", "delete", "(param i32 i32 i32)")
        .imports("state", "put-if-absent", "(param i32 i32 i32 i32 i32 i64 i32)")
        .first("pay-now", first)
}

const OK_AT_512: &str = "(i32.eqz (i32.load8_u (i32.const 512)))";

#[tokio::test]
async fn the_memory_keeps_what_is_put_with_its_expiry() {
    let put = format!(
        "{PARTS} (call $put (i32.const 96) (i32.const 2) (i32.const 96) (i32.const 3) (i32.const 1) (i64.const 60) (i32.const 512)) {}",
        sure(OK_AT_512)
    );
    let again = format!(
        "(call $put-if-absent (i32.const 96) (i32.const 2) (i32.const 96) (i32.const 1) (i32.const 0) (i64.const 0) (i32.const 512)) {} {}",
        sure(OK_AT_512),
        sure("(i32.eqz (i32.load8_u (i32.const 516)))")
    );
    let get = format!(
        "(call $get (i32.const 96) (i32.const 2) (i32.const 512)) {} {}",
        sure(OK_AT_512),
        sure("(i32.eq (i32.load (i32.const 524)) (i32.const 3))")
    );
    let host = passes(remembering(&format!("{put} {again} {get}"))).await;
    let entries = host.memory.entries.lock().unwrap();
    let entry = &entries[&(InstanceId::new("acme-1"), "ab".to_owned())];
    assert_eq!((entry.value.as_slice(), entry.expires), (&b"abc"[..], Some(Timestamp(NOW.0 + 60_000))));
}

#[tokio::test]
async fn keys_and_values_past_the_limits_are_too_large() {
    // err(too-large) is 1, then 1.
    let refused = sure("(i32.and (i32.load8_u (i32.const 512)) (i32.eq (i32.load8_u (i32.const 516)) (i32.const 1)))");
    let calls = [
        "(call $put (i32.const 0) (i32.const 129) (i32.const 0) (i32.const 1) (i32.const 0) (i64.const 0) (i32.const 512))",
        "(call $put (i32.const 0) (i32.const 128) (i32.const 0) (i32.const 4097) (i32.const 0) (i64.const 0) (i32.const 512))",
        "(call $put-if-absent (i32.const 0) (i32.const 129) (i32.const 0) (i32.const 1) (i32.const 0) (i64.const 0) (i32.const 512))",
        "(call $get (i32.const 0) (i32.const 129) (i32.const 512))",
        "(call $delete (i32.const 0) (i32.const 129) (i32.const 512))",
    ];
    for call in calls {
        let host = passes(remembering(&format!("{call} {refused}"))).await;
        assert!(host.memory.entries.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_broken_store_is_unavailable_and_says_nothing_of_itself() {
    let first = format!(
        "(call $get (i32.const 0) (i32.const 1) (i32.const 512)) {} {}
        (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))",
        sure("(i32.load8_u (i32.const 512))"),
        sure("(i32.eq (i32.load8_u (i32.const 516)) (i32.const 2))"),
    );
    let guest = gateway().imports("state", "get", "(param i32 i32 i32)").showing(&first);
    let memory = FakeMemory { broken: true, ..FakeMemory::default() };
    let host = Host::with(patient(), memory, &[("acme.wasm", guest.build())]).await;
    assert_eq!(shown_by(&host).await, "the host's memory cannot be used now");
}

/// Collects what the host writes into its log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "plugin"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Message(String);
        impl tracing::field::Visit for Message {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                write!(self.0, "{}={value:?} ", field.name()).unwrap();
            }
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap().push(message.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut_to_the_limit_and_each_names_its_plugin() {
    let flood = "(local $i i32)
        (i32.store8 (i32.const 5) (i32.const 10))
        (loop $again
            (call $write (i32.const 1) (i32.const 0) (i32.const 3000))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 500))))";
    let guest = gateway().imports("log", "write", "(param i32 i32 i32)").first("pay-now", flood);
    let host = Host::of(patient(), &guest).await;
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.clone());
    assert!(host.pay_now().await.is_ok());
    drop(guard);
    let lines = lines.0.lock().unwrap();
    assert_eq!(lines.len(), 50);
    for line in lines.iter() {
        assert!(line.contains("plugin=\"acme\"") && line.contains("instance=\"acme-1\""), "{line}");
        assert!(!line.contains('\n') && line.chars().count() < 1_100, "{}", line.len());
    }
}

#[tokio::test]
async fn a_secret_in_a_log_line_is_blacked_out_before_the_line_is_cut() {
    // The secret begins within the line's length and ends past it.
    let line = format!("{}{SECRET} and more", "x".repeat(995));
    let guest = gateway()
        .imports("log", "write", "(param i32 i32 i32)")
        .outside(&format!("(data (i32.const 2048) \"{line}\")"))
        .first("pay-now", &format!("(call $write (i32.const 1) (i32.const 2048) (i32.const {}))", line.len()));
    let host = Host::of(patient(), &guest).await;
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.clone());
    assert!(host.pay_now().await.is_ok());
    drop(guard);
    let lines = lines.0.lock().unwrap();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(line.contains("xxx[secr") && !line.contains("hush"), "{line}");
}

fn checking(import: Guest, first: &str) -> Guest {
    import.first("check-config", first)
}

#[tokio::test]
async fn looking_at_values_reaches_the_log_only() {
    let logs = checking(
        gateway().imports("log", "write", "(param i32 i32 i32)"),
        "(call $write (i32.const 0) (i32.const 0) (i32.const 1))",
    );
    let host = Host::of(patient(), &logs).await;
    assert!(host.sandbox.check_config(&instance("acme"), ConfigDepth::Values).await.is_ok());

    let asks = checking(gateway().imports("clock", "now", "(result i64)"), "(drop (call $now))");
    let host = Host::of(patient(), &asks).await;
    let refused = host.sandbox.check_config(&instance("acme"), ConfigDepth::Values).await;
    let Err(ConfigRefusal::Failed(PluginError::Broken { reason, .. })) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("called clock.now"), "{reason}");
    assert!(host.sandbox.check_config(&instance("acme"), ConfigDepth::Connection).await.is_ok());
}
