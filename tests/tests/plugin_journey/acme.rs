//! A gateway of a few lines that takes money, in as many versions as a story needs.

use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::kept::AT;
use tollgate_guests::value::{Value, bare, case, money, plain, record, some, text};

pub const SHOP: &str = "example-shop";

const PAGE: &str = "<p>{{t \"lead\" version=data.version}}</p>
    {{#form}}<div class=\"actions\"><button class=\"button button-large\">{{t \"pay\"}}</button></div>{{/form}}";
const WORDS: &str = "lead = Version { $version } asks for your consent.\npay = Pay with Acme\n";

/// Claims the payment that the host passes in, as it passes it in: its id lies at 24 of what is passed, its amount at 56.
const CLAIMED: &str = "
    (i32.store offset=4 (global.get $claim) (i32.load offset=24 (local.get 0)))
    (i32.store offset=8 (global.get $claim) (i32.load offset=28 (local.get 0)))
    (i32.store offset=12 (global.get $claim) (i32.load offset=24 (local.get 0)))
    (i32.store offset=16 (global.get $claim) (i32.load offset=28 (local.get 0)))
    (i64.store offset=24 (global.get $claim) (i64.load offset=56 (local.get 0)))
    (i32.store offset=32 (global.get $claim) (i32.load offset=64 (local.get 0)))
    (i32.store offset=36 (global.get $claim) (i32.load offset=68 (local.get 0)))
    (i32.store8 (i32.const 2048) (i32.const 0))
    (i32.store8 (i32.const 2052) (i32.const 1))
    (i32.store (i32.const 2056) (global.get $claim))
    (i32.store (i32.const 2060) (i32.const 1))
    (i32.const 2048)";

/// The plugin's file in this version. Its page says which one drew it; whoever presses the button has paid.
pub fn version(number: &str, hosts: &[(&str, &str)]) -> Vec<u8> {
    acme(number, hosts).build()
}

fn acme(number: &str, hosts: &[(&str, &str)]) -> Guest {
    let host = |(name, purpose): &(&str, &str)| {
        record(&[("host", text(*name)), ("environment", bare("both")), ("purpose", plain(*purpose))])
    };
    let page = record(&[
        ("template", text("pay")),
        ("data", text(format!("{{\"version\":\"{number}\"}}"))),
        ("slip", bare("none")),
    ]);
    let template = record(&[("name", text("pay")), ("source", text(PAGE))]);
    let translation = record(&[("locale", text("en")), ("source", text(WORDS))]);
    let migrated = Value::List(vec![record(&[("key", text("shop")), ("value", text(SHOP))])]);
    gateway()
        .answers("describe", "identity.name", text("Acme Pay"))
        .answers("describe", "identity.version", text(number))
        .answers("describe", "identity.summary", plain("Payments by Acme, on a page of its own."))
        .answers("describe", "help", plain("Pay with your Acme account."))
        .answers("describe", "hosts", Value::List(hosts.iter().map(host).collect()))
        .answers("describe", "capabilities", Value::List(vec![text("check"), text("refund")]))
        .answers("describe", "configuration", Value::List(vec![fields()]))
        .answers("describe", "assets.templates", Value::List(vec![template]))
        .answers("describe", "assets.translations", Value::List(vec![translation]))
        .answers("pay-now", "ok.next", case("page", page))
        .whole("migrate-config", case("ok", migrated))
        .holds("claim", ("gateway", "claim"), claim())
        .body("submit", CLAIMED)
}

fn fields() -> Value {
    let field = |key: &str, label: &str, kind: Value| {
        record(&[
            ("key", text(key)),
            ("label", plain(label)),
            ("help", bare("none")),
            ("kind", kind),
            ("required", Value::Bool(true)),
            ("required-when", bare("none")),
            ("initial", bare("none")),
        ])
    };
    record(&[
        ("key", text("")),
        ("label", plain("Account")),
        ("help", bare("none")),
        ("entries-max", Value::Int(1)),
        (
            "fields",
            Value::List(vec![
                field("shop", "Shop id", case("line", Value::Int(40))),
                field("key", "API key", bare("secret")),
            ]),
        ),
    ])
}

/// Payment, transaction and amount are those of the payment that is claimed.
fn claim() -> Value {
    record(&[
        ("payment", case("payment", text(""))),
        ("transaction", text("")),
        ("amount", money(0, "EUR")),
        ("state", bare("paid")),
        ("fee", some(money(35, "EUR"))),
        ("live", Value::Bool(false)),
        ("merchant", bare("none")),
        ("provider-reference", bare("none")),
        ("at", Value::Int(AT)),
        ("saved", bare("none")),
    ])
}
