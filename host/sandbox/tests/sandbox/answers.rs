//! Whatever a plugin answers past the contract's limits is refused by field and limit. One row each.

use std::sync::Arc;

use tollgate_billing::plugin::{Instance, PluginError};
use tollgate_billing::ports::{GatewayCall, Gateways, Modules, View};
use tollgate_sandbox::inspect;

use crate::guest::{gateway, module};
use crate::host::{FakeMemory, Fakes, Host, REVISION_AT, call, call_of_revision, euro, instance, patient, reason};
use crate::told::{claim, view};
use crate::value::{Value, bare, case, money, pair, plain, record, some, text};

/// Where `view.balance` lies in what a module is passed.
const BALANCE_AT: usize = 32;

fn list(entry: &Value, entries: usize) -> Value {
    Value::List(vec![entry.clone(); entries])
}

fn message(id: &str, args: usize) -> Value {
    translated(id, list(&arg(case("text", text("value"))), args))
}

fn translated(id: &str, args: Value) -> Value {
    case("translated", record(&[("id", text(id)), ("args", args)]))
}

fn arg(value: Value) -> Value {
    record(&[("0", text("name")), ("1", value)])
}

/// A message with one value.
fn saying(value: Value) -> Value {
    case("wait", translated("soon", list(&arg(value), 1)))
}

fn page(template: &str, data: String, slip: Value) -> Value {
    case("page", record(&[("template", text(template)), ("data", text(data)), ("slip", slip)]))
}

fn slip(rows: usize, payload: usize, notes: usize) -> Value {
    let row = record(&[("key", text("iban")), ("label", plain("IBAN")), ("value", text("NL")), ("copy", bare("none"))]);
    let code = record(&[("style", bare("qr")), ("payload", text("x".repeat(payload))), ("label", plain("scan"))]);
    let codes = Value::List(vec![code]);
    some(record(&[("rows", list(&row, rows)), ("codes", codes), ("notes", list(&plain("soon"), notes))]))
}

fn redirect(url: &str) -> Value {
    case("redirect", record(&[("url", text(url)), ("fields", list(&pair("a", "b"), 1))]))
}

fn confined(template: &str, data: &str, foreign: &[&str], own: &[&str]) -> Value {
    let texts = |words: &[&str]| Value::List(words.iter().map(|word| text(*word)).collect());
    let fields = [
        ("template", text(template)),
        ("data", text(data)),
        ("foreign-scripts", texts(foreign)),
        ("own-scripts", texts(own)),
    ];
    case("confined", record(&fields))
}

fn script(name: &str, bytes: usize) -> Value {
    record(&[("name", text(name)), ("source", text("x".repeat(bytes)))])
}

/// Each row: where in the answer of `pay-now`, what, and what the refusal says; empty where it is within the limits.
fn steps() -> Vec<(&'static str, Value, &'static str)> {
    let none = || bare("none");
    let deep = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    let next = "ok.next";
    vec![
        ("ok.memo", some(text("x".repeat(1_000))), ""),
        ("ok.memo", some(text("x".repeat(1_001))), "`memo` is longer than 1000 bytes"),
        ("ok.provider-reference", some(text("x".repeat(129))), "`provider-reference` is longer than 128 bytes"),
        (next, case("wait", plain("x".repeat(1_001))), "`wait` is longer than 1000 bytes"),
        (next, case("wait", message("", 0)), "`wait.id` is empty"),
        (next, case("wait", message(&"x".repeat(81), 0)), "`wait.id` is longer than 80 bytes"),
        (next, case("wait", message("soon", 16)), ""),
        (next, case("wait", message("soon", 17)), "`wait.args` has 17 entries; at most 16"),
        (next, saying(case("text", text("x".repeat(1_000)))), ""),
        (next, saying(case("text", text("x".repeat(1_001)))), "`wait.args[0].value` is longer than 1000 bytes"),
        (next, saying(case("money", money(-1, "EUR"))), ""),
        (next, saying(case("money", money(1, "eur"))), "`wait.args[0].value` is no currency"),
        (next, saying(case("money", money(i64::MAX, "EUR"))), "`wait.args[0].value` is no amount"),
        (next, saying(case("time", Value::Int(-1))), "`wait.args[0].value` is later than the year 9999"),
        (next, page("page", "{}".to_owned(), slip(20, 997, 5)), ""),
        (next, page("other", "{}".to_owned(), none()), "`page.template` is none of the manifest's templates"),
        (next, page("page", "[]".to_owned(), none()), "`page.data` is no JSON object"),
        (next, page("page", deep(16), none()), ""),
        (next, page("page", deep(17), none()), "`page.data` is no JSON object of 16 levels: nested too deeply"),
        (next, page("page", deep(5_000), none()), "nested too deeply"),
        (next, page("page", format!("{{\"a\":\"{}\"}}", "x".repeat(65_536)), none()), "is longer than 64 kB"),
        (next, page("page", "{}".to_owned(), slip(21, 1, 0)), "`page.slip.rows` has 21 entries; at most 20"),
        (next, page("page", "{}".to_owned(), slip(0, 998, 0)), "`page.slip.codes[0].payload` is longer than 997 bytes"),
        (next, page("page", "{}".to_owned(), slip(0, 1, 6)), "`page.slip.notes` has 6 entries; at most 5"),
        (next, redirect("https://pay.example.com/go?x=1"), ""),
        (next, redirect("https://api.example.com/go"), ""),
        (next, redirect("https://frame.example.com/"), "leads to an origin that the manifest does not name"),
        (next, redirect("https://pay.example.com.evil.example/"), "leads to an origin that the manifest does not name"),
        (next, redirect("https://pay.example.com:8443/"), "leads to an origin that the manifest does not name"),
        (next, redirect("https://pay.example.com@evil.example/"), "`redirect.url` is no https address"),
        (next, redirect("http://pay.example.com/"), "`redirect.url` is no https address"),
        (next, redirect("javascript:alert(1)"), "`redirect.url` is no https address"),
        (next, redirect("http://127.0.0.1:8421/pay?x=1"), ""),
        (next, redirect("http://127.0.0.1:8422/pay"), "`redirect.url` is no https address"),
        (next, redirect("http://localhost:8421/pay"), "`redirect.url` is no https address"),
        (next, redirect("https://live.example.com/"), "leads to an origin that the manifest does not name"),
        (next, confined("page", "{}", &["https://js.example.com/v3/", "http://127.0.0.1:8421/js"], &["pay"]), ""),
        (next, confined("other", "{}", &[], &[]), "`confined.template` is none of the manifest's templates"),
        (next, confined("page", "[]", &[], &[]), "`confined.data` is no JSON object"),
        (
            next,
            confined("page", "{}", &["https://js.example.com/"; 5], &[]),
            "`confined.foreign-scripts` has 5 entries",
        ),
        (next, confined("page", "{}", &["http://js.example.com/"], &[]), "foreign-scripts[0]` is no https address"),
        (
            next,
            confined("page", "{}", &["https://pay.example.com/"], &[]),
            "that the manifest does not name for scripts",
        ),
        (
            next,
            confined("page", "{}", &["https://live.example.com/"], &[]),
            "that the manifest does not name for scripts",
        ),
        (next, confined("page", "{}", &["http://127.0.0.1:8422/"], &[]), "foreign-scripts[0]` is no https address"),
        (next, confined("page", "{}", &[], &["gone"]), "`confined.own-scripts[0]` is none of the manifest's scripts"),
        (next, confined("page", "{}", &[], &["pay", "pay"]), "`confined.own-scripts` names `pay` twice"),
        (next, confined("page", "{}", &[], &["pay"; 9]), "`confined.own-scripts` has 9 entries; at most 8"),
    ]
}

#[tokio::test]
async fn a_step_keeps_to_the_contracts_limits() {
    let origin = |origin: &str, environment: &str, uses: &[&str]| {
        let uses = Value::List(uses.iter().map(|flag| text(*flag)).collect());
        let fields =
            [("origin", text(origin)), ("environment", bare(environment)), ("uses", uses), ("purpose", plain("pay"))];
        record(&fields)
    };
    let origins = [
        origin("https://pay.example.com", "both", &["form"]),
        origin("https://frame.example.com", "test", &["frame"]),
        origin("https://js.example.com", "test", &["script"]),
        origin("https://live.example.com", "live", &["script", "form"]),
    ];
    let host = record(&[("host", text("api.example.com")), ("environment", bare("both")), ("purpose", plain("api"))]);
    let base = gateway()
        .answers("describe", "browser-origins", Value::List(origins.to_vec()))
        .answers("describe", "scripts", list(&script("pay", 10), 1))
        .answers("describe", "hosts", Value::List(vec![host]));
    let rows = steps();
    let answers = rows.iter().map(|(path, value, _)| base.answer_with("pay-now", path, value.clone())).collect();
    let host = Host::of(patient(), &base.chosen("pay-now", REVISION_AT, answers)).await;
    let granted = Instance { granted_hosts: vec!["127.0.0.1:8421".to_owned()], ..instance("acme") };
    for (index, (_, _, expected)) in rows.iter().enumerate() {
        let call = GatewayCall { instance: Arc::new(granted.clone()), ..call_of_revision("acme", index) };
        check(host.sandbox.pay_now(&call).await, expected);
    }
}

#[tokio::test]
async fn where_money_is_real_no_client_is_sent_to_this_machine() {
    let fakes = Fakes { live: true, ..Fakes::default() };
    let guest = gateway().answers("pay-now", "ok.next", redirect("http://127.0.0.1:8421/pay"));
    let host = Host::of_among(fakes, patient(), &guest).await;
    let granted = Instance { granted_hosts: vec!["127.0.0.1:8421".to_owned()], ..instance("acme") };
    let call = GatewayCall { instance: Arc::new(granted), ..call("acme") };
    assert!(reason(host.sandbox.pay_now(&call).await).contains("`redirect.url` is no https address"));
}

/// `expected` is part of the reason, or empty where the answer is within the limits.
fn check<T: std::fmt::Debug>(answer: Result<T, PluginError>, expected: &str) {
    match answer {
        Ok(_) => assert_eq!(expected, ""),
        refused => {
            let reason = reason(refused);
            assert!(!expected.is_empty() && reason.contains(expected), "{expected}: {reason}");
        }
    }
}

#[tokio::test]
async fn claims_keep_to_the_contracts_limits() {
    let rows: [(&str, Value, &str); 10] = [
        ("transaction", text(""), "`claims[0].transaction` is empty"),
        ("transaction", text("x".repeat(129)), "`claims[0].transaction` is longer than 128 bytes"),
        ("amount.minor", Value::Int(-1), "`claims[0].amount` is negative"),
        ("amount.minor", Value::Int(i64::MAX), "`claims[0].amount` is no amount"),
        ("amount.currency", text("eur"), "`claims[0].amount` is no currency"),
        ("amount.currency", text("XAU"), "`claims[0].amount` is no currency"),
        ("fee.some.minor", Value::Int(-1), "`claims[0].fee` is negative"),
        ("at", Value::Int(-1), "`claims[0].at` is later than the year 9999"),
        ("merchant.some", text("x".repeat(129)), "`claims[0].merchant` is longer than 128 bytes"),
        ("payment.reference", text(""), "`claims[0].payment` is empty"),
    ];
    let made = rows.iter().map(|(path, value, _)| list(&claim().with(path, value.clone()), 1));
    let made: Vec<Value> =
        made.chain([list(&claim(), 20), list(&claim(), 21)]).map(|claims| case("ok", claims)).collect();
    let host = Host::of(patient(), &gateway().chosen("check", REVISION_AT, made)).await;
    let expected = rows.iter().map(|(_, _, expected)| *expected).chain(["", "`claims` has 21 entries; at most 20"]);
    for (index, expected) in expected.enumerate() {
        check(host.sandbox.check(&call_of_revision("acme", index)).await, expected);
    }
}

#[tokio::test]
async fn an_errors_words_are_bounded_too() {
    let host =
        Host::of(patient(), &gateway().whole("pay-now", case("err", case("rejected", text("x".repeat(1_001)))))).await;
    assert!(host.pay_now_broken().await.contains("`error` is longer than 1000 bytes"));
}

fn field(key: &str, kind: Value) -> Value {
    record(&[
        ("key", text(key)),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("kind", kind),
        ("required", Value::Bool(false)),
        ("required-when", bare("none")),
        ("initial", bare("none")),
    ])
}

fn group(key: &str, entries_max: i64, fields: Vec<Value>) -> Value {
    let group = record(&[
        ("key", text(key)),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("entries-max", Value::Int(entries_max)),
        ("fields", Value::List(fields)),
    ]);
    Value::List(vec![group])
}

/// Two groups without a key, one field each.
fn headings(first: &str, second: &str) -> Value {
    let groups = [first, second].map(|key| group("", 1, vec![field(key, bare("toggle"))]));
    Value::List(
        groups
            .into_iter()
            .flat_map(|group| if let Value::List(groups) = group { groups } else { Vec::new() })
            .collect(),
    )
}

fn forms() -> Vec<(Value, &'static str)> {
    let whole = |min, max| {
        let range = record(&[("0", Value::Int(min)), ("1", Value::Int(max))]);
        field("days", case("whole", range))
    };
    let choices = |choices: usize| {
        let choice = |index: usize| record(&[("value", text(index.to_string())), ("label", plain("x"))]);
        field("style", case("choice", Value::List((0..choices).map(choice).collect())))
    };
    let condition = some(record(&[("key", text("gone")), ("equals", text("x"))]));
    let line = |chars| field("name", case("line", Value::Int(chars)));
    vec![
        (group("", 1, vec![line(1_000), choices(200), whole(1, 30)]), ""),
        (group("", 1, vec![line(1_001)]), "kind.line` is not from 1 to 1000"),
        (group("", 1, vec![line(0)]), "kind.line` is not from 1 to 1000"),
        (group("", 1, vec![choices(201)]), "kind.choice` has 201 entries; at most 200"),
        (group("", 1, vec![whole(2, 1)]), "kind.whole` has a least number above the greatest"),
        (group("", 1, vec![line(1), line(2)]), "`configuration[0].fields` names `name` twice"),
        (group("", 1, vec![field("Näme", bare("toggle"))]), "fields[0].key` has other characters"),
        (group("", 1, vec![line(1).with("required-when", condition)]), "names a field that is not in the same group"),
        (group("", 2, vec![line(1)]), "entries-max` is not from 1 to 50"),
        (group("accounts", 50, vec![line(1)]), ""),
        (group("accounts", 51, vec![line(1)]), "entries-max` is not from 1 to 50"),
        (headings("name", "style"), ""),
        (headings("name", "name"), "`configuration` names `name` twice"),
        (group("accounts", 0, vec![line(1)]), "entries-max` is not from 1 to 50"),
    ]
}

async fn describe(path: &str, value: Value, expected: &str) {
    match inspect(&gateway().answers("describe", path, value).build()).await {
        Ok(_) => assert_eq!(expected, "", "{path}"),
        Err(error) => {
            let sentence = error.to_string();
            assert!(!expected.is_empty() && sentence.contains(expected), "{expected}: {sentence}");
        }
    }
}

#[tokio::test]
async fn a_configuration_form_keeps_to_the_contracts_limits() {
    for (groups, expected) in forms() {
        describe("configuration", groups, expected).await;
    }
}

#[tokio::test]
async fn a_manifest_keeps_to_the_contracts_limits() {
    let template = |name: &str, bytes: usize| record(&[("name", text(name)), ("source", text("x".repeat(bytes)))]);
    let translation = |locale: &str| record(&[("locale", text(locale)), ("source", text(""))]);
    let many = |templates: usize| Value::List((0..templates).map(|index| template(&format!("t{index}"), 1)).collect());
    let logo = |bytes: usize| some(record(&[("kind", bare("svg")), ("bytes", list(&Value::Int(60), bytes))]));
    let host = |host: &str| {
        Value::List(vec![record(&[("host", text(host)), ("environment", bare("live")), ("purpose", plain("x"))])])
    };
    let origin = |origin: &str| {
        let fields = [
            ("origin", text(origin)),
            ("environment", bare("live")),
            ("uses", list(&text("script"), 1)),
            ("purpose", plain("x")),
        ];
        Value::List(vec![record(&fields)])
    };
    let rows = [
        ("identity.id", text("a"), "`identity.id` is shorter than 2"),
        ("identity.id", text("1a"), "does not start with a letter"),
        ("identity.id", text("../../x"), "`identity.id` has other characters"),
        ("identity.id", text("a".repeat(41)), "`identity.id` is longer than 40 bytes"),
        ("identity.name", text("x".repeat(61)), "`identity.name` is longer than 60 bytes"),
        ("identity.name", text("a\u{1b}[2J"), "`identity.name` has control characters"),
        ("identity.version", text(""), "`identity.version` is empty"),
        ("currencies", case("only", list(&text("EURO"), 1)), "`currencies[0]` is no currency"),
        ("hosts", host("*.example.com"), "`hosts[0].host` is no host name"),
        ("hosts", host("https://api.example.com"), "`hosts[0].host` is no host name"),
        ("browser-origins", origin("https://js.example.com; script-src *"), "`browser-origins[0].origin` is no origin"),
        ("browser-origins", origin("https://js.example.com"), ""),
        ("assets.templates", many(16), ""),
        ("assets.templates", many(17), "`assets.templates` has 17 entries; at most 16"),
        ("assets.templates", list(&template("page", 1), 2), "`assets.templates` names `page` twice"),
        (
            "assets.templates",
            list(&template("page", 65_537), 1),
            "`assets.templates[0].source` is longer than 65536 bytes",
        ),
        ("assets.translations", list(&translation("de"), 1), "`assets.translations` has no `en`"),
        ("assets.translations", list(&translation("../en"), 1), "`assets.translations[0].locale` is no language tag"),
        ("assets.logo", logo(32 << 10), ""),
        ("scripts", list(&script("pay", 64 << 10), 1), ""),
        ("scripts", list(&script("pay", (64 << 10) + 1), 1), "`scripts[0].source` is longer than 65536 bytes"),
        ("scripts", list(&script("pay", 1), 2), "`scripts` names `pay` twice"),
        ("scripts", list(&script("pay.js", 1), 1), "`scripts[0].name` has other characters"),
        ("scripts", list(&script("pay", 1), 9), "`scripts` has 9 entries; at most 8"),
        ("assets.logo", logo((32 << 10) + 1), "`assets.logo` is larger than 32 kB"),
    ];
    for (path, value, expected) in rows {
        describe(path, value, expected).await;
    }
}

#[tokio::test]
async fn a_module_keeps_to_the_contracts_limits() {
    let error = record(&[("field", text("amount")), ("message", plain("too small"))]);
    let page = record(&[("template", text("page")), ("data", text("{}")), ("slip", bare("none"))]);
    let refuse = |errors| case("refuse", record(&[("page", page.clone()), ("errors", list(&error, errors))]));
    let invoice = |description: usize, currency: &str| {
        let amount = record(&[("minor", Value::Int(1)), ("currency", text(currency))]);
        let fields = [("description", plain("x".repeat(description))), ("amount", amount), ("gateway", text("acme-1"))];
        case("create-invoice", record(&fields))
    };
    let rows = [
        (refuse(20), ""),
        (refuse(0), "`errors` is empty"),
        (refuse(21), "`errors` has 21 entries; at most 20"),
        (case("redeem-voucher", text("x".repeat(64))), ""),
        (case("redeem-voucher", text("x".repeat(65))), "`redeem-voucher` is longer than 64 bytes"),
        (invoice(120, "EUR"), ""),
        (invoice(121, "EUR"), "`create-invoice.description` is longer than 120 bytes"),
        (invoice(1, "EUX"), "`create-invoice.amount` is no currency"),
    ];
    let answers = rows.iter().map(|(action, _)| case("ok", action.clone())).collect();
    let host = Host::of(patient(), &module().chosen("submit", BALANCE_AT, answers)).await;
    for (index, (_, expected)) in (0_i64..).zip(&rows) {
        let view = View { balance: euro(index), ..view() };
        check(Modules::submit(&host.sandbox, &instance("acme"), &view, &[]).await, expected);
    }
}

#[tokio::test]
async fn a_tab_has_the_address_of_its_module() {
    let host = Host::of(patient(), &module().answers("tab", "slug", text("invoices"))).await;
    assert!(reason(host.sandbox.tab(&instance("acme")).await).contains("`slug` is not the plugin's id"));
}

#[tokio::test]
async fn only_the_plugin_that_broke_the_contract_is_broken() {
    let files = [
        ("acme.wasm", gateway().answers("pay-now", "ok.memo", some(text("x".repeat(1_001)))).build()),
        ("honest.wasm", gateway().id("honest").build()),
    ];
    let host = Host::with(patient(), FakeMemory::default(), &files).await;
    assert!(matches!(host.pay_now().await, Err(PluginError::Broken { .. })));
    assert!(host.sandbox.pay_now(&call("honest")).await.is_ok());
}
