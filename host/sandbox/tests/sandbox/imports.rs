//! Host imports: what they answer, and where they stop.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::plugin::{NextStep, PluginError};
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, Plugins};
use tollgate_billing::text::Text;

use crate::guest::{Guest, gateway};
use crate::host::{FakeMemory, Host, NOW, instance, patient};

/// A gateway that shows the bytes at `$at`, of length `$bytes`, as its waiting text.
fn showing(guest: Guest, first: &str) -> Guest {
    // result<step, error> at 2048: ok(step { next: wait(plain(string)), … none }).
    let body = format!(
        "(local $at i32) (local $bytes i32) {first}
        (i32.store8 (i32.const 2048) (i32.const 0))
        (i32.store8 (i32.const 2052) (i32.const 2))
        (i32.store8 (i32.const 2056) (i32.const 1))
        (i32.store (i32.const 2060) (local.get $at)) (i32.store (i32.const 2064) (local.get $bytes))
        (i32.const 2048)"
    );
    guest.body("pay-now", &body)
}

/// Like `showing`, for a list of bytes that `result` at 512 holds: written as hex digits at 1024.
fn showing_hex(guest: Guest, first: &str) -> Guest {
    let hex = "(local $i i32) (local $byte i32)
        (local.set $bytes (i32.shl (i32.load (i32.const 520)) (i32.const 1)))
        (local.set $at (i32.const 1024))
        (loop $next
            (if (i32.lt_u (local.get $i) (local.get $bytes)) (then
                (local.set $byte (i32.load8_u (i32.add (i32.load (i32.const 516)) (i32.shr_u (local.get $i) (i32.const 1)))))
                (if (i32.eqz (i32.and (local.get $i) (i32.const 1)))
                    (then (local.set $byte (i32.shr_u (local.get $byte) (i32.const 4)))))
                (local.set $byte (i32.and (local.get $byte) (i32.const 15)))
                (i32.store8 (i32.add (i32.const 1024) (local.get $i))
                    (i32.add (local.get $byte) (select (i32.const 87) (i32.const 48) (i32.gt_u (local.get $byte) (i32.const 9)))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br $next))))";
    let (locals, rest) = hex.split_at(hex.find("(local.set").unwrap());
    showing(guest, &format!("{locals} {first} {rest}"))
}

async fn shown(guest: Guest) -> String {
    shown_by(&Host::of(patient(), &guest).await).await
}

async fn shown_by(host: &Host) -> String {
    match host.pay_now().await.expect("it answers").next {
        NextStep::Wait(Text::Plain(words)) => words,
        other => panic!("{other:?}"),
    }
}

/// Fails the call unless `condition` holds.
fn sure(condition: &str) -> String {
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

#[tokio::test]
async fn digests_are_the_published_ones() {
    // Of "abc": FIPS 180-4 and RFC 1321.
    let published = [
        (0, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (2, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (3, "900150983cd24fb0d6963f7d28e17f72"),
    ];
    for (algorithm, expected) in published {
        let first =
            format!("{PARTS} (call $digest (i32.const {algorithm}) (i32.const 64) (i32.const 1) (i32.const 512))");
        let guest = gateway().imports("signing", "digest", "(param i32 i32 i32 i32)");
        assert_eq!(shown(showing_hex(guest, &first)).await, expected);
    }
}

#[tokio::test]
async fn an_hmac_is_the_published_one() {
    // HMAC-SHA-256 with key "abc" over "abc", and with MD5; from an independent implementation.
    let published = [
        (0, "2f02e24ae2e1fe880399f27600afa88364e6062bf9bbe114b32fa8f23d03608a"),
        (3, "f71cda1c893766a115234db7fdd59f63"),
    ];
    for (algorithm, expected) in published {
        let first = format!(
            "{PARTS} (call $hmac (i32.const {algorithm}) (i32.const 0) (i32.const 96) (i32.const 3)
                (i32.const 64) (i32.const 1) (i32.const 512))"
        );
        let guest = gateway().imports("signing", "hmac", "(param i32 i32 i32 i32 i32 i32 i32)");
        assert_eq!(shown(showing_hex(guest, &first)).await, expected);
    }
}

#[tokio::test]
async fn a_part_that_names_a_secret_is_answered_that_there_is_none() {
    let first = format!(
        "{PARTS} (i32.store8 (i32.const 64) (i32.const 1))
        (call $digest (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 512))
        {} {}
        (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))",
        sure("(i32.eq (i32.load8_u (i32.const 512)) (i32.const 1))"),
        sure("(i32.eqz (i32.load8_u (i32.const 516)))"),
    );
    let guest = gateway().imports("signing", "digest", "(param i32 i32 i32 i32)");
    assert_eq!(shown(showing(guest, &first)).await, "abc");
}

#[tokio::test]
async fn equal_compares() {
    let same = format!("{PARTS} {}", sure("(call $equal (i32.const 96) (i32.const 3) (i32.const 96) (i32.const 3))"));
    let shorter = sure("(i32.eqz (call $equal (i32.const 96) (i32.const 3) (i32.const 96) (i32.const 2)))");
    let other = sure("(i32.eqz (call $equal (i32.const 96) (i32.const 1) (i32.const 97) (i32.const 1)))");
    let guest = gateway().imports("signing", "equal", "(param i32 i32 i32 i32) (result i32)");
    passes(guest.first("pay-now", &format!("{same} {shorter} {other}"))).await;
}

/// Asks for an address with http.send and shows the error's text.
fn sends(url: &str) -> Guest {
    // The request is one pointer: method, url, headers, body, auth(none) — all zero but the url.
    let escaped = url.bytes().fold(String::new(), |mut escaped, byte| {
        write!(escaped, "\\{byte:02x}").unwrap();
        escaped
    });
    let first = format!(
        "(i32.store (i32.const 132) (i32.const 3072)) (i32.store (i32.const 136) (i32.const {}))
        (call $send (i32.const 128) (i32.const 512)) {} {}
        (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))",
        url.len(),
        sure("(i32.eq (i32.load8_u (i32.const 512)) (i32.const 1))"),
        sure("(i32.eqz (i32.load8_u (i32.const 516)))"),
    );
    let guest =
        gateway().imports("http", "send", "(param i32 i32)").outside(&format!("(data (i32.const 3072) \"{escaped}\")"));
    showing(guest, &first)
}

#[tokio::test]
async fn a_request_to_a_host_that_nobody_granted_is_denied_by_name() {
    assert_eq!(shown(sends("https://api.example.com/v1/orders?x=1")).await, "api.example.com is not granted to acme-1");
}

#[tokio::test]
async fn an_address_that_is_no_plain_https_is_denied() {
    let bad = [
        "",
        "api.example.com",
        "http://api.example.com/",
        "https://user:pw@api.example.com/",
        "file:///etc/passwd",
        "https://",
    ];
    for url in bad {
        let words = shown(sends(url)).await;
        assert!(words.starts_with("the address is not https"), "{url}: {words}");
    }
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
    let guest = showing(gateway().imports("state", "get", "(param i32 i32 i32)"), &first);
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
