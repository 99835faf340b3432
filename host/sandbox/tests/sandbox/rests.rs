//! A plugin that keeps failing rests, call by call.

use std::sync::Arc;

use tollgate_billing::ids::{ClientId, InstanceId};
use tollgate_billing::plugin::{PluginError, Rest};
use tollgate_billing::ports::{GatewayCall, Gateways, Plugins};
use tollgate_sandbox::Limits;

use crate::guest::{Guest, gateway};
use crate::host::{Host, NOW, call, patient};

const REASON: &str = "`pay-now` gave up in the middle (it panicked, or ran out of memory)";

fn call_for(client: i64) -> GatewayCall {
    let mut asked = call("acme");
    asked.payer.id = ClientId(client);
    asked
}

/// `pay-now` crashes, every other call answers; three failures in a row are too many.
async fn failing() -> Host {
    let guest: Guest = gateway().first("pay-now", "unreachable");
    let host = Host::of(Limits { failures_to_rest: 3, ..patient() }, &guest).await;
    for client in 1..=3 {
        let answer = host.sandbox.pay_now(&call_for(client)).await;
        assert!(matches!(answer, Err(PluginError::Broken { .. })), "{answer:?}");
    }
    host
}

#[tokio::test]
async fn its_call_is_not_made_for_a_while_and_says_why_and_checks_go_on() {
    let host = failing().await;
    let answer = host.sandbox.pay_now(&call_for(4)).await;
    let words = format!("acme-1 failed 3 times in a row and rests for 31 s: {REASON}");
    assert_eq!(answer, Err(PluginError::NotAsked(words)));
    assert!(host.sandbox.check(&call_for(1)).await.is_ok());
    let mut other = call_for(4);
    Arc::make_mut(&mut other.instance).id = InstanceId::new("acme-2");
    assert!(matches!(host.sandbox.pay_now(&other).await, Err(PluginError::Broken { .. })));
    let rest = Rest { export: "pay-now", failures: 3, until: NOW.plus_ms(30_000), reason: REASON.to_owned() };
    assert_eq!(host.sandbox.resting(&InstanceId::new("acme-1")), [rest]);
    assert_eq!(host.sandbox.resting(&InstanceId::new("acme-2")), []);
}

#[tokio::test]
async fn other_settings_or_another_file_wake_it() {
    for wake in
        [|host: &Host| host.sandbox.wake(&InstanceId::new("acme-1")), |host: &Host| host.sandbox.place(vec![], &[])]
    {
        let host = failing().await;
        wake(&host);
        assert_eq!(host.sandbox.resting(&InstanceId::new("acme-1")), []);
        assert!(matches!(host.sandbox.pay_now(&call_for(4)).await, Err(PluginError::Broken { .. })));
    }
}
