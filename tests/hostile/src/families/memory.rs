//! Memory, tables and stacks that grow.

use tollgate_guests::guest::{Guest, gateway};

use super::{Pace, in_pay_now, rooms_stand};
use crate::attack::{Attack, says};
use crate::rooms::{Plan, Rooms};

pub fn attacks() -> Vec<Attack> {
    let mut attacks = growth();
    attacks.extend(stacks());
    attacks
}

fn ends(name: &'static str, tries: &'static str, guest: fn() -> Guest, words: &'static str) -> Attack {
    in_pay_now("memory", (name, tries), Pace::Ends, guest, words)
}

fn growth() -> Vec<Attack> {
    vec![
        ends(
            "memory-for-ever",
            "grows its memory for ever",
            || gateway().body("pay-now", "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable"),
            "needed more than 64 MB of memory",
        ),
        ends(
            "memory-at-once",
            "takes 128 MB in one step, and answers",
            || gateway().first("pay-now", "(drop (memory.grow (i32.const 2000)))"),
            "needed more than 64 MB of memory",
        ),
        ends(
            "memory-in-realloc",
            "takes 128 MB while the host passes values in",
            || gateway().realloc("(drop (memory.grow (i32.const 2000))) (i32.const 262144)"),
            "needed more than 64 MB of memory",
        ),
        ends(
            "table-for-ever",
            "grows a table for ever",
            || {
                gateway().outside("(table $t 1 funcref)").body(
                    "pay-now",
                    "(loop $again (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $again)) unreachable",
                )
            },
            "needed a table of more than 20000 entries",
        ),
        ends(
            "table-at-once",
            "takes a table of a million entries in one step, and answers",
            || {
                let grow = "(drop (table.grow $t (ref.null func) (i32.const 1000000)))";
                gateway().outside("(table $t 1 funcref)").first("pay-now", grow)
            },
            "needed a table of more than 20000 entries",
        ),
    ]
}

fn stacks() -> Vec<Attack> {
    vec![
        ends(
            "stack-of-calls",
            "calls itself for ever",
            || {
                let deeper =
                    "(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (i64.const 1)))";
                gateway().outside(deeper).body("pay-now", "(drop (call $deeper (i64.const 1))) unreachable")
            },
            "used up its stack of 512 kB",
        ),
        ends(
            "stack-of-wide-frames",
            "calls itself with a thousand values in each frame",
            wide_frames,
            "used up its stack",
        ),
        ends(
            "stack-through-a-table",
            "calls itself through a table",
            || {
                let deeper = "(type $f (func)) (table $t 1 funcref) (elem (i32.const 0) $deeper)
                (func $deeper (call_indirect (type $f) (i32.const 0)) (call_indirect (type $f) (i32.const 0)))";
                gateway().outside(deeper).body("pay-now", "(call $deeper) unreachable")
            },
            "used up its stack",
        ),
        ends(
            "stack-in-realloc",
            "calls itself for ever while the host passes values in",
            || {
                let deeper =
                    "(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (i64.const 1)))";
                gateway().outside(deeper).realloc("(drop (call $deeper (i64.const 1))) (i32.const 262144)")
            },
            "used up its stack",
        ),
        file("memory-from-the-start", "is loaded with 128 MB of memory", "memory", || {
            gateway().outside("(func $take (drop (memory.grow (i32.const 2000)))) (start $take)")
        }),
        file("table-from-the-start", "is loaded with a table of ten million entries", "table", || {
            gateway().outside("(table $t 10000000 funcref)")
        }),
        file("tables-by-the-dozen", "is loaded with more tables than a slot has", "table", || {
            gateway().outside(&"(table 1 funcref)".repeat(64))
        }),
    ]
}

fn wide_frames() -> Guest {
    let locals = "(local i64)".repeat(1_000);
    let set = |local: u32| format!("(local.set {local} (i64.add (local.get 0) (i64.const {local})))");
    let sets = (1..1_000).map(set).collect::<Vec<_>>().concat();
    let sum = |local: u32| format!("(local.get {local}) i64.add ");
    let sums = (1..1_000).map(sum).collect::<Vec<_>>().concat();
    let deeper = format!(
        "(func $deeper (param i64) (result i64) {locals} {sets} (call $deeper (i64.add (local.get 0) (i64.const 1))) {sums})"
    );
    gateway().outside(&deeper).body("pay-now", "(drop (call $deeper (i64.const 1))) unreachable")
}

fn file(name: &'static str, tries: &'static str, words: &'static str, guest: fn() -> Guest) -> Attack {
    Attack::new("memory", name, tries, move |ground| async move {
        let rooms = Rooms::open(Plan::of(ground.patient(), &guest())).await;
        let how = says(rooms.refused()?, words)?;
        rooms_stand(&rooms, how).await
    })
}
