//! Whatever a call does to its host, it ends as an error with the plugin's name, and nobody else notices.

use std::sync::Arc;
use std::time::Duration;

use tollgate_billing::plugin::{PluginError, PluginState};
use tollgate_billing::ports::Gateways;
use tollgate_sandbox::Limits;

use crate::guest::{Guest, gateway};
use crate::host::{FakeMemory, Host, call, hasty, patient};
use crate::value::{case, plain};

const FOREVER: &str = "(loop $again (br $again)) unreachable";

async fn pay_now_ends(limits: Limits, guest: Guest, expected: &str) {
    let host = Host::of(limits, &guest).await;
    let reason = host.pay_now_broken().await;
    assert!(reason.starts_with("`pay-now` ") && reason.contains(expected), "{reason}");
}

#[tokio::test]
async fn an_endless_loop_is_stopped_at_the_deadline() {
    pay_now_ends(hasty(), gateway().body("pay-now", FOREVER), "did not answer within 60 ms and was stopped").await;
}

#[tokio::test]
async fn an_endless_loop_in_the_start_function_is_a_broken_file() {
    let guest = gateway().outside("(func $spin (loop $again (br $again))) (start $spin)");
    let limits = Limits { describe_deadline_ms: 60, ..Limits::default() };
    let host = Host::with(limits, FakeMemory::default(), &[("acme.wasm", guest.build())]).await;
    assert!(host.broken().contains("did not answer within 60 ms and was stopped"), "{}", host.broken());
}

#[tokio::test]
async fn an_endless_loop_while_the_host_passes_values_in_is_stopped() {
    let guest = gateway().realloc(FOREVER);
    pay_now_ends(hasty(), guest, "did not answer within 60 ms and was stopped").await;
}

#[tokio::test]
async fn memory_that_grows_for_ever_is_stopped_at_the_limit() {
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    pay_now_ends(patient(), gateway().body("pay-now", grow), "needed more than 64 MB of memory").await;
}

#[tokio::test]
async fn one_huge_step_of_memory_is_refused_as_well() {
    let grow = "(drop (memory.grow (i32.const 65535))) unreachable";
    pay_now_ends(patient(), gateway().body("pay-now", grow), "needed more than 64 MB of memory").await;
}

#[tokio::test]
async fn a_module_that_starts_with_too_much_memory_is_a_broken_file() {
    let limits = Limits { memory_bytes_max: 1 << 20, ..patient() };
    let host = Host::with(limits, FakeMemory::default(), &[("acme.wasm", gateway().build())]).await;
    assert!(host.broken().contains("memory"), "{}", host.broken());
}

#[tokio::test]
async fn a_table_that_grows_for_ever_is_stopped_at_the_limit() {
    let grow = "(loop $again (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $again)) unreachable";
    let guest = gateway().outside("(table $t 1 funcref)").body("pay-now", grow);
    pay_now_ends(patient(), guest, "needed a table of more than 20000 entries").await;
}

#[tokio::test]
async fn recursion_without_end_uses_up_its_own_stack_only() {
    let guest = gateway()
        .outside("(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (i64.const 1)))")
        .body("pay-now", "(drop (call $deeper (i64.const 1))) unreachable");
    pay_now_ends(patient(), guest, "used up its stack of 512 kB").await;
}

#[tokio::test]
async fn a_panic_is_an_error_with_the_plugins_name() {
    pay_now_ends(patient(), gateway().body("pay-now", "unreachable"), "gave up in the middle").await;
}

#[tokio::test]
async fn other_traps_are_named() {
    let traps = [
        ("(i32.load (i32.const -1))", "out of bounds memory access"),
        ("(i32.div_u (i32.const 1) (i32.const 0))", "integer divide by zero"),
    ];
    for (body, expected) in traps {
        pay_now_ends(patient(), gateway().body("pay-now", body), expected).await;
    }
}

#[tokio::test]
async fn a_trap_while_the_host_passes_values_in_is_an_error() {
    pay_now_ends(patient(), gateway().realloc("unreachable"), "gave up in the middle").await;
}

#[tokio::test]
async fn room_outside_of_memory_is_refused() {
    for realloc in ["(i32.const -16)", "(i32.const 3)"] {
        pay_now_ends(patient(), gateway().realloc(realloc), "did not keep to the contract").await;
    }
}

#[tokio::test]
async fn answers_outside_of_memory_are_refused() {
    // `check` answers result<list<claim>, error>: the tag at 8, the list's address and length at 12.
    let whole = "(i32.store8 (i32.const 8) (i32.const 0))
        (i32.store (i32.const 12) (i32.const ADDRESS)) (i32.store (i32.const 16) (i32.const LENGTH)) (i32.const 8)";
    for (address, length) in [("65536", "-1"), ("-65536", "1"), ("65536", "10000000"), ("3", "1")] {
        let body = whole.replace("ADDRESS", address).replace("LENGTH", length);
        let host = Host::of(patient(), &gateway().body("check", &body)).await;
        let reason = crate::host::reason(host.sandbox.check(&call("acme")).await);
        assert!(reason.starts_with("`check` "), "{reason}");
    }
}

#[tokio::test]
async fn an_answer_at_a_wrong_address_or_with_a_wrong_case_is_refused() {
    for body in ["(i32.const -8)", "(i32.const 3)", "(i32.store8 (i32.const 8) (i32.const 9)) (i32.const 8)"] {
        pay_now_ends(patient(), gateway().body("pay-now", body), "did not keep to the contract").await;
    }
}

#[tokio::test]
async fn a_text_that_is_not_utf_8_is_refused() {
    // step.next = wait(plain(text)): overwrite the text in place, which starts the answers' memory.
    let guest = gateway().answers("pay-now", "ok.next", case("wait", plain("AA")));
    let spoil = "(local $at i32) (local.set $at (i32.const 4096))
        (loop $find
            (if (i32.ne (i32.load16_u (local.get $at)) (i32.const 0x4141))
                (then (local.set $at (i32.add (local.get $at) (i32.const 1))) (br $find))))
        (i32.store16 (local.get $at) (i32.const 0xfeff))";
    pay_now_ends(patient(), guest.first("pay-now", spoil), "utf-8").await;
}

#[tokio::test]
async fn an_answer_that_names_the_same_memory_a_thousand_times_does_not_multiply_in_the_host() {
    // 60,000 claims whose texts all are the same megabyte would be many gigabytes on the host's side.
    let body = "(local $at i32)
        (drop (memory.grow (i32.const 300)))
        (local.set $at (i32.const 2097152))
        (loop $fill
            (i32.store (local.get $at) (i32.const 1048576))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br_if $fill (i32.lt_u (local.get $at) (i32.const 18000000))))
        (i32.store8 (i32.const 8) (i32.const 0))
        (i32.store (i32.const 12) (i32.const 2097152)) (i32.store (i32.const 16) (i32.const 60000)) (i32.const 8)";
    let host = Host::of(patient(), &gateway().body("check", body)).await;
    let reason = crate::host::reason(host.sandbox.check(&call("acme")).await);
    assert!(reason.contains("handed over more than 4 MB at once"), "{reason}");
}

#[tokio::test]
async fn time_in_the_hosts_own_imports_counts() {
    let memory = FakeMemory { delay: Duration::from_hours(1), ..FakeMemory::default() };
    let guest = gateway()
        .imports("state", "get", "(param i32 i32 i32)")
        .first("pay-now", "(call $get (i32.const 0) (i32.const 1) (i32.const 16))");
    let host = Host::with(hasty(), memory, &[("acme.wasm", guest.build())]).await;
    assert_eq!(host.pay_now_broken().await, "`pay-now` did not answer within 60 ms and was stopped");
}

#[tokio::test]
async fn too_many_calls_of_the_host_are_stopped() {
    let guest = gateway()
        .imports("clock", "now", "(result i64)")
        .body("pay-now", "(loop $again (drop (call $now)) (br $again)) unreachable");
    pay_now_ends(patient(), guest, "called the host too often").await;
}

#[tokio::test]
async fn a_call_leaves_nothing_behind_for_the_next() {
    let guest = gateway().outside("(global $calls (mut i32) (i32.const 0))").first(
        "pay-now",
        "(if (global.get $calls) (then unreachable)) (global.set $calls (i32.const 1))
            (if (i32.load (i32.const 64)) (then unreachable)) (i32.store (i32.const 64) (i32.const 7))",
    );
    let host = Host::of(patient(), &guest).await;
    for _ in 0..3 {
        assert!(host.pay_now().await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_calls_do_not_disturb_honest_ones() {
    let limits = Limits { call_deadline_ms: 1_500, describe_deadline_ms: 60_000, ..Limits::default() };
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    let files = [
        ("acme.wasm", gateway().body("pay-now", FOREVER).build()),
        ("bomb.wasm", gateway().id("bomb").body("pay-now", grow).build()),
        ("honest.wasm", gateway().id("honest").build()),
    ];
    let host = Arc::new(Host::with(limits, FakeMemory::default(), &files).await);
    let spawn = |plugin: &'static str| {
        let host = Arc::clone(&host);
        tokio::spawn(async move { host.sandbox.pay_now(&call(plugin)).await })
    };
    let hostile: Vec<_> = (0..4).flat_map(|_| [spawn("acme"), spawn("bomb")]).collect();
    let honest: Vec<_> = (0..40).map(|_| spawn("honest")).collect();
    for answer in honest {
        assert!(answer.await.unwrap().is_ok());
    }
    for answer in hostile {
        assert!(matches!(answer.await.unwrap(), Err(PluginError::Broken { .. })));
    }
}

#[tokio::test]
async fn a_call_without_a_free_place_is_unavailable_and_the_other_plugins_keep_theirs() {
    let limits = Limits { calls_per_plugin_max: 1, calls_max: 2, call_deadline_ms: 300, ..patient() };
    let memory = FakeMemory { delay: Duration::from_hours(1), ..FakeMemory::default() };
    let waiting = gateway()
        .imports("state", "get", "(param i32 i32 i32)")
        .first("pay-now", "(call $get (i32.const 0) (i32.const 1) (i32.const 16))");
    let files = [("acme.wasm", waiting.build()), ("other.wasm", gateway().id("other").build())];
    let host = Host::with(limits, memory, &files).await;
    assert!(matches!(host.state(1), PluginState::Loaded(_)));
    let (acme, other) = (call("acme"), call("other"));
    let gateways = &host.sandbox;
    let (first, second, other) =
        tokio::join!(gateways.pay_now(&acme), gateways.pay_now(&acme), gateways.pay_now(&other));
    assert!(matches!(first, Err(PluginError::Broken { .. })), "{first:?}");
    assert!(matches!(second, Err(PluginError::NotAsked(_) | PluginError::Broken { .. })), "{second:?}");
    assert!(other.is_ok(), "{other:?}");
}
