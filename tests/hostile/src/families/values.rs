//! Answers that are huge, deep, untrue about themselves, or no values at all.

use std::sync::Arc;

use tollgate_billing::ports::Gateways;
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, pair, plain, record, text};

use super::{Answer, Pace, in_answers, in_pay_now, rooms_stand};
use crate::attack::{Attack, broken};
use crate::rooms::Rooms;

/// `check` answers result<list<claim>, error>: the tag at 8, the list's address and length at 12.
const CLAIMS: &str = "(i32.store8 (i32.const 8) (i32.const 0))
    (i32.store (i32.const 12) (i32.const ADDRESS)) (i32.store (i32.const 16) (i32.const LENGTH)) (i32.const 8)";
/// 60,000 claims whose texts are all the same megabyte: gigabytes, were they copied one by one.
const MULTIPLIED: &str = "(local $at i32)
    (drop (memory.grow (i32.const 300)))
    (local.set $at (i32.const 2097152))
    (loop $fill
        (i32.store (local.get $at) (i32.const 1048576))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $fill (i32.lt_u (local.get $at) (i32.const 18000000))))
    (i32.store8 (i32.const 8) (i32.const 0))
    (i32.store (i32.const 12) (i32.const 2097152)) (i32.store (i32.const 16) (i32.const 60000)) (i32.const 8)";

const NO: &str = "did not keep to the contract";

pub fn attacks() -> Vec<Attack> {
    let mut attacks = lies();
    attacks.extend(lies_to_imports());
    attacks.extend(sizes());
    attacks.extend(answers());
    attacks
}

fn ends(name: &'static str, tries: &'static str, guest: fn() -> Guest, words: &'static str) -> Attack {
    in_pay_now("values", (name, tries), Pace::Ends, guest, words)
}

fn lies() -> Vec<Attack> {
    vec![
        ends(
            "answer-outside-of-memory",
            "answers at an address beyond its memory",
            || gateway().body("pay-now", "(i32.const -8)"),
            NO,
        ),
        ends("answer-off-its-place", "answers at an odd address", || gateway().body("pay-now", "(i32.const 3)"), NO),
        ends(
            "case-that-is-none",
            "answers a case that the contract does not have",
            || gateway().body("pay-now", "(i32.store8 (i32.const 8) (i32.const 9)) (i32.const 8)"),
            NO,
        ),
        ends(
            "room-outside-of-memory",
            "gives the host room beyond its memory",
            || gateway().realloc("(i32.const -16)"),
            NO,
        ),
        ends("room-off-its-place", "gives the host room at an odd address", || gateway().realloc("(i32.const 3)"), NO),
        ends("text-of-broken-utf-8", "shows a text that is no UTF-8", || spoilt("0xfeff"), "utf-8"),
        ends("text-of-overlong-utf-8", "hides a zero byte in an overlong form", || spoilt("0x80c0"), "utf-8"),
    ]
}

fn lies_to_imports() -> Vec<Attack> {
    vec![
        ends(
            "import-of-broken-utf-8",
            "logs a text that is no UTF-8",
            || {
                let write = "(i32.store16 (i32.const 64) (i32.const 0xfeff))
                (call $write (i32.const 1) (i32.const 64) (i32.const 2))";
                gateway().imports("log", "write", "(param i32 i32 i32)").first("pay-now", write)
            },
            "utf-8",
        ),
        ends(
            "import-outside-of-memory",
            "has the host log four gigabytes",
            || {
                let write = "(call $write (i32.const 1) (i32.const 16) (i32.const -32))";
                gateway().imports("log", "write", "(param i32 i32 i32)").first("pay-now", write)
            },
            NO,
        ),
        ends(
            "import-of-no-case",
            "logs at a level that there is not",
            || {
                let write = "(call $write (i32.const 77) (i32.const 16) (i32.const 1))";
                gateway().imports("log", "write", "(param i32 i32 i32)").first("pay-now", write)
            },
            NO,
        ),
        ends(
            "host-called-from-realloc",
            "calls the host back while the host passes values in",
            || {
                let back = "(drop (call $now)) (i32.const 262144)";
                gateway().imports("clock", "now", "(result i64)").realloc(back)
            },
            "cannot leave component instance",
        ),
        ends(
            "host-called-after-the-answer",
            "calls the host back while its answer is read",
            || {
                let name = "cabi_post_tollgate:plugin/gateway@1.0.0#pay-now";
                gateway()
                    .imports("clock", "now", "(result i64)")
                    .outside(&format!("(func (export \"{name}\") (param i32) (drop (call $now)))"))
            },
            "cannot leave component instance",
        ),
        lie_in_check("list-longer-than-memory", "answers four billion claims", ("65536", "-1"), ""),
        lie_in_check("list-beyond-memory", "answers claims that lie beyond its memory", ("-65536", "1"), ""),
        lie_in_check("list-of-millions", "answers ten million claims", ("65536", "10000000"), ""),
        lie_in_check("list-off-its-place", "answers claims at an odd address", ("3", "1"), ""),
    ]
}

fn lie_in_check(
    name: &'static str,
    tries: &'static str,
    (address, length): (&'static str, &'static str),
    words: &'static str,
) -> Attack {
    let body = CLAIMS.replace("ADDRESS", address).replace("LENGTH", length);
    in_check(name, tries, body, words)
}

fn in_check(name: &'static str, tries: &'static str, body: String, words: &'static str) -> Attack {
    let body: Arc<str> = body.into();
    Attack::new("values", name, tries, move |ground| {
        let body = body.clone();
        async move {
            let rooms = Rooms::around(ground.patient(), &gateway().body("check", &body)).await;
            let how = broken(rooms.sandbox.check(&rooms.call()).await, words)?;
            rooms_stand(&rooms, how).await
        }
    })
}

/// Overwrites a text in place, which lies behind the answers' beginning.
fn spoilt(with: &str) -> Guest {
    let spoil = format!(
        "(local $at i32) (local.set $at (i32.const 4096))
        (loop $find
            (if (i32.ne (i32.load16_u (local.get $at)) (i32.const 0x4141))
                (then (local.set $at (i32.add (local.get $at) (i32.const 1))) (br $find))))
        (i32.store16 (local.get $at) (i32.const {with}))"
    );
    gateway().answers("pay-now", "ok.next", waiting(plain("AA"))).first("pay-now", &spoil)
}

fn sizes() -> Vec<Attack> {
    const FIVE_MEGABYTES: &str = "(drop (memory.grow (i32.const 100))) (local.set $bytes (i32.const 5242880))";
    vec![
        in_check(
            "memory-multiplied",
            "names the same megabyte in 60,000 claims",
            MULTIPLIED.to_owned(),
            "handed over more than 4 MB at once",
        ),
        ends(
            "text-of-five-megabytes",
            "shows a text of five megabytes",
            || gateway().showing(FIVE_MEGABYTES),
            "handed over more than 4 MB at once",
        ),
        ends(
            "error-over-its-limit",
            "fails with a novel",
            || gateway().whole("pay-now", case("err", case("rejected", text("x".repeat(100_000))))),
            "is longer than 1000 bytes",
        ),
    ]
}

/// Attacks that are nothing but an answer.
fn answers() -> Vec<Attack> {
    const DATA: &str = "`page.data` is no JSON object";
    let mut answers = sized();
    let rows = [
        ("json-of-no-number", "gives its page a number beyond all numbers", "{\"a\":1e999999}".to_owned(), DATA),
        ("json-of-nan", "gives its page a NaN", "{\"a\":NaN}".to_owned(), DATA),
        ("json-of-half-a-letter", "gives its page half of a surrogate pair", "{\"a\":\"\\ud800\"}".to_owned(), DATA),
        ("json-cut-off", "gives its page half of an object", "{\"a\":".to_owned(), DATA),
        (
            "json-of-17-levels",
            "nests its page's data one level too deep",
            format!("{}1{}", "{\"a\":".repeat(17), "}".repeat(17)),
            "nested too deeply",
        ),
        (
            "json-of-20000-levels",
            "nests its page's data 20,000 levels deep",
            format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)),
            "`page.data`",
        ),
        (
            "json-over-its-limit",
            "gives its page more than 64 kB",
            format!("{{\"a\":\"{}\"}}", "x".repeat(65_536)),
            "is longer than 64 kB",
        ),
    ];
    answers.extend(rows.map(|(name, tries, data, words)| Answer { name, tries, next: page(&data), words }));
    let origin = record(&[
        ("origin", text("https://pay.example.com")),
        ("environment", bare("both")),
        ("uses", Value::List(vec![text("form")])),
        ("purpose", plain("pay")),
    ]);
    in_answers("values", &gateway().answers("describe", "browser-origins", Value::List(vec![origin])), answers)
}

fn sized() -> Vec<Answer> {
    let bits = |number: f64| Value::Int(number.to_bits().cast_signed());
    let money = record(&[("minor", bits(f64::INFINITY)), ("currency", text("EUR"))]);
    let fields = Value::List(vec![pair("a", "b"); 10_000]);
    vec![
        Answer {
            name: "text-over-its-limit",
            tries: "shows one byte more than a text has",
            next: waiting(plain("x".repeat(1_001))),
            words: "is longer than 1000 bytes",
        },
        Answer {
            name: "arguments-over-their-limit",
            tries: "shows a message of ten thousand values",
            next: message(vec![("name", case("text", text("x"))); 10_000]),
            words: "at most 16",
        },
        Answer {
            name: "fields-over-their-limit",
            tries: "posts a form of ten thousand fields",
            next: case("redirect", record(&[("url", text("https://pay.example.com/")), ("fields", fields)])),
            words: "at most 100",
        },
        Answer {
            name: "number-made-of-nan",
            tries: "counts a time in the bits of a NaN",
            next: message(vec![("n", case("time", bits(f64::NAN)))]),
            words: "is later than the year 9999",
        },
        Answer {
            name: "amount-made-of-infinity",
            tries: "shows an amount in the bits of infinity",
            next: message(vec![("n", case("money", money))]),
            words: "is no amount",
        },
    ]
}

fn waiting(said: Value) -> Value {
    case("wait", said)
}

/// A translated message with these values in it.
fn message(args: Vec<(&str, Value)>) -> Value {
    let args = args.into_iter().map(|(name, value)| record(&[("0", text(name)), ("1", value)])).collect();
    waiting(case("translated", record(&[("id", text("a")), ("args", Value::List(args))])))
}

fn page(data: &str) -> Value {
    case("page", record(&[("template", text("page")), ("data", text(data)), ("slip", bare("none"))]))
}
