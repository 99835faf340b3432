//! What one instance may use, however many calls it gets.

use std::sync::Arc;
use std::time::Duration;

use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{Limit, PluginError};
use tollgate_billing::ports::{GatewayCall, Gateways, Placed, Plugins, Webhook, WebhookRefusal};
use tollgate_sandbox::Limits;

use crate::guest::{Guest, gateway};
use crate::host::{FakeMemory, Host, NOW, call, patient, reason};

fn call_of(instance: &str) -> GatewayCall {
    let mut asked = call("acme");
    Arc::make_mut(&mut asked.instance).id = InstanceId::new(instance);
    asked
}

fn webhook() -> Webhook {
    Webhook { body: b"{}".to_vec(), headers: Vec::new(), query: String::new(), received: NOW }
}

fn words<T: std::fmt::Debug>(answer: Result<T, PluginError>) -> String {
    match answer {
        Err(PluginError::NotAsked(words)) => words,
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn calls_past_those_of_a_minute_are_not_made_and_say_when_they_may_be() {
    let limits = Limits { calls_per_minute_max: 2, ..patient() };
    let host = Host::of(limits, &gateway()).await;
    let (first, second) = (call_of("acme-1"), call_of("acme-2"));
    for _ in 0..2 {
        assert!(host.sandbox.pay_now(&first).await.is_ok());
    }
    let refused = words(host.sandbox.check(&first).await);
    assert_eq!(refused, "acme-1 had its 2 calls of a minute; it may be asked again in 31 s");
    assert!(host.sandbox.pay_now(&second).await.is_ok());
}

#[tokio::test]
async fn webhooks_that_anybody_can_send_use_up_no_calls_of_clients() {
    let limits = Limits { calls_per_minute_max: 2, ..patient() };
    let host = Host::of(limits, &gateway()).await;
    let first = call_of("acme-1");
    let mut refused = 0;
    for _ in 0..5 {
        if let Err(WebhookRefusal::Failed(PluginError::NotAsked(_))) =
            host.sandbox.verify(&first.instance, &webhook()).await
        {
            refused += 1;
        }
    }
    assert_eq!(refused, 3);
    assert!(host.sandbox.pay_now(&first).await.is_ok());
}

#[tokio::test]
async fn an_instance_that_hangs_leaves_places_to_the_others_of_its_plugin() {
    let limits = Limits { calls_per_instance_max: 1, calls_per_plugin_max: 2, call_deadline_ms: 300, ..patient() };
    let memory = FakeMemory { delay: Duration::from_hours(1), ..FakeMemory::default() };
    let waiting = gateway()
        .imports("state", "get", "(param i32 i32 i32)")
        .first("pay-now", "(call $get (i32.const 0) (i32.const 1) (i32.const 16))");
    let host = Host::with(limits, memory, &[("acme.wasm", waiting.build())]).await;
    let (first, other) = (call_of("acme-1"), call_of("acme-2"));
    let gateways = &host.sandbox;
    // Both of the plugin's places would be taken by the first instance.
    let (hangs, _, other) = tokio::join!(gateways.pay_now(&first), gateways.pay_now(&first), gateways.check(&other));
    assert!(matches!(hangs, Err(PluginError::Broken { .. })), "{hangs:?}");
    assert!(other.is_ok(), "{other:?}");
}

#[tokio::test]
async fn a_plugin_is_held_to_limits_of_its_own_until_they_are_taken_back() {
    let grow = "(drop (memory.grow (i32.const 100)))";
    let (acme, other) = (gateway().first("pay-now", grow), gateway().id("other").first("pay-now", grow));
    let host = Host::with(patient(), FakeMemory::default(), &[("other.wasm", other.build())]).await;
    hold(&host, &acme, &[Limit::MemoryMib.word(4)]).await;
    assert!(reason(host.pay_now().await).contains("needed more than 4 MB of memory"));
    assert!(host.sandbox.pay_now(&call("other")).await.is_ok());
    hold(&host, &acme, &[]).await;
    assert!(host.pay_now().await.is_ok());
}

#[tokio::test]
async fn a_plugin_may_be_given_less_time_and_fewer_calls() {
    let guest = gateway().body("pay-now", "(loop $again (br $again)) unreachable");
    let host = Host::with(patient(), FakeMemory::default(), &[]).await;
    hold(&host, &guest, &[Limit::DeadlineMs.word(60), Limit::CallsPerMinute.word(1)]).await;
    assert_eq!(host.pay_now_broken().await, "`pay-now` did not answer within 60 ms and was stopped");
    assert!(words(host.pay_now().await).contains("acme-1 had its 1 calls of a minute"));
}

/// Installs it with all that it asks for, held to these limits.
async fn hold(host: &Host, guest: &Guest, limits: &[String]) {
    let read = host.sandbox.read_component(guest.build()).await.expect("it is a plugin");
    let granted = read.manifest.asked().into_iter().chain(limits.iter().cloned()).collect();
    let placed = Placed { plugin: PluginId::new("acme"), component: read.id, granted, broken: None };
    host.sandbox.place(vec![placed], &[]);
}
