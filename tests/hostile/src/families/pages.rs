//! Where a plugin would send clients, and what it would run in their browsers. What acts in a real browser is tried in
//! `tests/tests/confined`.

use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, pair, plain, record, text};

use super::{Answer, in_answers};
use crate::attack::Attack;

type Row = (&'static str, &'static str, &'static str, &'static str);

const NO_HTTPS: &str = "`redirect.url` is no https address";
const NOT_NAMED: &str = "leads to an origin that the manifest does not name";

const REDIRECTS: [Row; 9] = [
    (
        "redirect-to-a-stranger",
        "sends the client to an origin that nobody was told of",
        "https://evil.example/",
        NOT_NAMED,
    ),
    ("redirect-beneath", "puts the named origin before its own", "https://pay.example.com.evil.example/", NOT_NAMED),
    ("redirect-to-another-port", "sends the client to another port", "https://pay.example.com:8443/", NOT_NAMED),
    ("redirect-to-a-script", "runs a script by a link", "javascript:alert(1)", NO_HTTPS),
    ("redirect-to-data", "draws a page of its own by a link", "data:text/html,<script>alert(1)</script>", NO_HTTPS),
    (
        "redirect-with-userinfo",
        "puts the named origin before the real one",
        "https://pay.example.com@evil.example/",
        NO_HTTPS,
    ),
    ("redirect-without-tls", "sends the client on without TLS", "http://pay.example.com/", NO_HTTPS),
    (
        "redirect-to-this-machine",
        "sends the client to a service of their own machine",
        "http://127.0.0.1:8421/",
        NO_HTTPS,
    ),
    ("redirect-to-live", "sends a client who tests to the live provider", "https://live.example.com/", NOT_NAMED),
];

const SCRIPTS: [Row; 6] = [
    (
        "script-of-a-stranger",
        "runs a script of an origin that nobody was told of",
        "https://evil.example/a.js",
        "does not name for scripts",
    ),
    (
        "script-of-a-form",
        "runs a script of an origin that is named for forms",
        "https://pay.example.com/a.js",
        "does not name for scripts",
    ),
    (
        "script-in-the-address",
        "runs a script that is its own address",
        "data:text/javascript,alert(1)",
        "is no https address",
    ),
    ("script-without-tls", "runs a script that came without TLS", "http://js.example.com/a.js", "is no https address"),
    (
        "script-with-a-policy",
        "writes a rule of the page's policy into an address",
        "https://js.example.com; script-src *",
        "foreign-scripts[0]",
    ),
    ("script-of-live", "runs a live script in a test", "https://live.example.com/a.js", "does not name for scripts"),
];

fn base() -> Guest {
    let origin = |origin: &str, environment: &str, uses: &[&str]| {
        let uses = Value::List(uses.iter().map(|flag| text(*flag)).collect());
        record(&[
            ("origin", text(origin)),
            ("environment", bare(environment)),
            ("uses", uses),
            ("purpose", plain("pay")),
        ])
    };
    let origins = [
        origin("https://pay.example.com", "both", &["form"]),
        origin("https://js.example.com", "both", &["script"]),
        origin("https://live.example.com", "live", &["script", "form"]),
    ];
    gateway().answers("describe", "browser-origins", Value::List(origins.to_vec()))
}

pub fn attacks() -> Vec<Attack> {
    let template = record(&[("template", text("../portal/layout")), ("data", text("{}")), ("slip", bare("none"))]);
    let mut answers: Vec<Answer> = REDIRECTS.iter().map(|row| answer(*row, redirect(row.2))).collect();
    answers.extend(SCRIPTS.iter().map(|row| answer(*row, confined(&[row.2], &[]))));
    answers.extend([
        Answer {
            name: "script-that-was-not-shown",
            tries: "runs a script of its own that staff never saw",
            next: confined(&[], &["unseen"]),
            words: "is none of the manifest's scripts",
        },
        Answer {
            name: "template-that-is-none",
            tries: "shows a template that was not checked",
            next: case("page", template),
            words: "is none of the manifest's templates",
        },
    ]);
    in_answers("pages", &base(), answers)
}

fn answer((name, tries, _, words): Row, next: Value) -> Answer {
    Answer { name, tries, next, words }
}

fn redirect(url: &str) -> Value {
    case("redirect", record(&[("url", text(url)), ("fields", Value::List(vec![pair("a", "b")]))]))
}

fn confined(foreign: &[&str], own: &[&str]) -> Value {
    let texts = |words: &[&str]| Value::List(words.iter().map(|word| text(*word)).collect());
    let fields = [
        ("template", text("page")),
        ("data", text("{}")),
        ("foreign-scripts", texts(foreign)),
        ("own-scripts", texts(own)),
    ];
    case("confined", record(&fields))
}
