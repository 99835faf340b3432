//! Calls that never end, each in another place.

use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{ConfigDepth, ConfigRefusal, Gateways, Plugins, Webhook, WebhookRefusal};
use tollgate_guests::guest::{Guest, gateway};
use tollgate_sandbox::Limits;

use super::{Pace, in_pay_now, rooms_stand};
use crate::attack::{Attack, broken, says};
use crate::rooms::{NOW, Plan, Rooms};

pub const FOREVER: &str = "(loop $again (br $again)) unreachable";
const STOPPED: &str = "and was stopped";
/// For files that never say what they are; the honest one beside them says so by then.
const DESCRIBE_MS: u64 = 1_500;

pub fn attacks() -> Vec<Attack> {
    let endless = |name, tries, guest: fn() -> Guest| in_pay_now("loops", (name, tries), Pace::Endless, guest, STOPPED);
    vec![
        endless("plain-loop", "spins in pay-now", || gateway().body("pay-now", FOREVER)),
        endless("loop-in-realloc", "spins while the host passes values in", || gateway().realloc(FOREVER)),
        endless("loop-after-the-answer", "answers, and spins in what runs after the answer was read", || {
            let name = "cabi_post_tollgate:plugin/gateway@1.0.0#pay-now";
            gateway().outside(&format!("(func (export \"{name}\") (param i32) (loop $again (br $again)))"))
        }),
        endless("loop-of-bulk-copies", "copies megabytes of its memory in one instruction, again and again", || {
            let copy = "(drop (memory.grow (i32.const 500)))
                (loop $again (memory.copy (i32.const 65536) (i32.const 131072) (i32.const 30000000)) (br $again)) unreachable";
            gateway().body("pay-now", copy)
        }),
        endless("loop-of-calls", "spins through an indirect call of itself", || {
            let tail = "(type $f (func)) (table $t 1 funcref) (elem (i32.const 0) $hop)
                (func $hop) (func $spin (loop $again (call_indirect (type $f) (i32.const 0)) (br $again)))";
            gateway().outside(tail).body("pay-now", "(call $spin) unreachable")
        }),
        file("loop-in-the-start-function", "spins when its file is loaded", || {
            gateway().outside("(func $spin (loop $again (br $again))) (start $spin)")
        }),
        file("loop-in-describe", "spins when asked what it is", || gateway().body("describe", FOREVER)),
        in_pay_now(
            "loops",
            ("loop-through-the-clock", "asks the host for the time for ever"),
            Pace::Ends,
            || {
                gateway()
                    .imports("clock", "now", "(result i64)")
                    .body("pay-now", "(loop $again (drop (call $now)) (br $again)) unreachable")
            },
            "called the host too often",
        ),
        in_pay_now(
            "loops",
            ("loop-through-random", "drains the system's random numbers"),
            Pace::Ends,
            || {
                let drain = "(loop $again (global.set $heap (i32.const 262144))
                    (call $bytes (i32.const 1024) (i32.const 8)) (br $again)) unreachable";
                gateway().imports("random", "bytes", "(param i32 i32)").body("pay-now", drain)
            },
            "called the host too often",
        ),
        in_a_webhook(),
        in_the_form(),
    ]
}

fn file(name: &'static str, tries: &'static str, guest: fn() -> Guest) -> Attack {
    Attack::new("loops", name, tries, move |ground| async move {
        let limits = Limits { describe_deadline_ms: DESCRIBE_MS, ..ground.patient() };
        let rooms = Rooms::open(Plan::of(limits, &guest())).await;
        let how = says(rooms.refused()?, STOPPED)?;
        rooms_stand(&rooms, how).await
    })
}

fn in_a_webhook() -> Attack {
    Attack::new("loops", "loop-in-verify", "spins on a webhook that anybody can send", |ground| async move {
        let rooms = Rooms::around(ground.hasty(), &gateway().body("verify", FOREVER)).await;
        let webhook = Webhook { body: b"{}".to_vec(), headers: Vec::new(), query: String::new(), received: NOW };
        match rooms.sandbox.verify(&rooms.instance(), &webhook).await {
            Err(WebhookRefusal::Failed(error)) => rooms_stand(&rooms, broken::<()>(Err(error), STOPPED)?).await,
            other => Err(format!("{other:?}")),
        }
    })
}

fn in_the_form() -> Attack {
    Attack::new("loops", "loop-in-check-config", "spins when staff save its form", |ground| async move {
        let rooms = Rooms::around(ground.hasty(), &gateway().body("check-config", FOREVER)).await;
        let instance: Instance = rooms.instance();
        match rooms.sandbox.check_config(&instance, ConfigDepth::Values).await {
            Err(ConfigRefusal::Failed(error)) => rooms_stand(&rooms, broken::<()>(Err(error), STOPPED)?).await,
            other => Err(format!("{other:?}")),
        }
    })
}
