//! Templates of plugins: a stranger's, so everything that could break out is refused before it is used.

use std::path::Path;

use tollgate_billing::plugin::{Manifest, Template, Translation};
use tollgate_web::check_templates;

use crate::house::{ANNA, House, theme};
use crate::plugins::{assets, gateway};

fn refusal(source: &str) -> String {
    check_templates(&gateway(source)).err().map_or_else(String::new, |problem| problem.to_string())
}

#[test]
fn what_could_break_out_of_the_region_is_refused_in_one_sentence() {
    let deep = format!("{}x{}", "{{#if a}}".repeat(30), "{{/if}}".repeat(30));
    let endless = "{{#if a}}".repeat(5_000);
    let brackets = format!("{{{{t {}}}}}", "(t ".repeat(3_000));
    let lists = format!("{{{{t {}}}}}", "[".repeat(3_900));
    let nested = format!("{{{{t {} \"a\"{}}}}}", "(t".repeat(20).replace("(t", "(t "), ")".repeat(20));
    let cases: [(&str, &str); 52] = [
        ("a\n{{{data.html}}}", "line 2: “{{{”"),
        ("{{& data.html}}", "“{{{”"),
        ("{{{{raw}}}}<script>{{{{/raw}}}}", "no helper “raw”"),
        ("{{#*inline \"x\"}}a{{/inline}}", "inline"),
        ("{{#> page}}a{{/page}}", "not for plugins"),
        ("{{> portal/layout}}", "no template “portal/layout”"),
        ("{{> ../portal/layout}}", "no template"),
        ("{{> (lookup data \"name\")}}", "named in full"),
        ("{{> pay-now}}", "uses itself"),
        ("{{log data}}", "no helper “log”"),
        ("{{content data}}", "no helper “content”"),
        ("{{#items}}a{{/items}}", "no helper “items”"),
        ("{{t (unknown 1)}}", "no helper “unknown”"),
        ("{{host-step 1}}", "no helper “host-step”"),
        ("{{#if a}}", "does not parse"),
        ("{{/if}}", "does not parse"),
        (&deep, "nests more than"),
        (&endless, "opens more than"),
        (&brackets, "does not parse"),
        (&lists, "does not parse"),
        (&nested, "nests more than"),
        ("<script>alert(1)</script>", "<script> is not for plugins"),
        ("<SCRIPT>alert(1)</SCRIPT>", "small letters"),
        ("<style>*{display:none}</style>", "<style> is not for plugins"),
        ("<iframe src=\"https://evil.example\"></iframe>", "<iframe>"),
        ("<meta http-equiv=\"refresh\">", "<meta>"),
        ("<base href=\"https://evil.example\">", "<base>"),
        ("<form action=\"/logout\"></form>", "<form>"),
        ("<svg onload=\"x\"></svg>", "<svg>"),
        ("<p style=\"x\">a</p>", "attribute “style”"),
        ("<p onclick=\"x\">a</p>", "attribute “onclick”"),
        ("<button formaction=\"/x\">a</button>", "attribute “formaction”"),
        ("<a href={{data.url}}>a</a>", "between the quotes"),
        ("<a href=x>a</a>", "quotes"),
        ("<{{data.tag}}>a", "between the quotes"),
        ("<p {{data.attributes}}>a</p>", "between the quotes"),
        ("<p title=\"{{icon \"check\"}}\">a</p>", "writes tags"),
        ("<p title=\"{{error_attrs \"a\"}}\">a</p>", "writes tags"),
        ("{{error_attrs \"a\"}}", "inside a tag"),
        ("<p title=\"<script>\">a</p>", "“&lt;”"),
        ("<textarea><b title=\"x\"></b></textarea>", "textarea holds text"),
        ("</div>", "was not opened"),
        ("<div>", "<div> is not closed"),
        ("<div></p>", "where <div> is open"),
        ("<p", "ends inside a tag"),
        ("{{#if a}}<div>{{/if}}</div>", "closed within it"),
        ("{{#if a}}<div>{{else}}</div>{{/if}}", "closed"),
        ("<p {{#if a}}title=\"{{/if}}\">a</p>", "closed within it"),
        ("<!-- comment -->", "comments"),
        ("<!DOCTYPE html>", "comments"),
        ("a < b", "“&lt;”"),
        ("<div/>", "without content"),
    ];
    for (source, expected) in cases {
        let shown: String = source.chars().take(60).collect();
        let got = refusal(source);
        assert!(got.contains(expected), "{shown}: {got:?} does not say {expected:?}");
        assert!(
            got.starts_with("test-bank/pay-now") && !got.contains('\n'),
            "{got:?} names the template in one sentence"
        );
    }
}

#[test]
fn what_people_write_is_taken() {
    let fine = [
        "",
        "Plain words & nothing else",
        "<p class=\"lead\" title=\"{{data.a}} and {{t \"b\"}}\">{{money data.amount}}</p>",
        "<input type=\"text\" name=\"a\"{{#if (has_error \"a\")}} aria-invalid=\"true\"{{/if}}>",
        "<input name=\"a\"{{#if a}} checked{{/if}}{{error_attrs \"a\" hint=\"b\"}}>",
        "{{#each slip.rows as |row|}}<dl><dt>{{row.label}}</dt><dd>{{row.value}}<br/></dd></dl>{{else}}<p>none</p>{{/each}}",
        "{{#form}}<button class=\"button{{#if a}} button-secondary{{/if}}\">{{icon \"check\"}}</button>{{/form}}",
        "{{! a comment with <script> }}<p>{{#if a}}<b>x</b>{{else if c}}<i>y</i>{{else}}z{{/if}}</p>",
    ];
    for source in fine {
        assert_eq!(refusal(source), "", "{source}");
    }
}

fn brings(templates: &[(&str, &str)]) -> Manifest {
    let mut manifest = gateway("");
    if let Manifest::Gateway(gateway) = &mut manifest {
        let template =
            |(name, source): &(&str, &str)| Template { name: (*name).to_owned(), source: (*source).to_owned() };
        gateway.assets.templates = templates.iter().map(template).collect();
    }
    manifest
}

#[test]
fn templates_are_bounded_together_too() {
    let check = |templates: &[(&str, &str)], expected: &str| {
        let got = check_templates(&brings(templates)).err().map_or_else(String::new, |problem| problem.to_string());
        assert!(got.contains(expected), "{got:?} does not say {expected:?}");
    };
    check(&[("a", "{{> b}}"), ("b", "{{> c}}"), ("c", "{{> a}}")], "uses itself");
    let doubling: Vec<(String, String)> =
        (0..15).map(|n| (format!("t{n}"), format!("{{{{> t{0}}}}}{{{{> t{0}}}}}", n + 1))).collect();
    let mut doubling: Vec<(&str, &str)> =
        doubling.iter().map(|(name, source)| (name.as_str(), source.as_str())).collect();
    doubling.push(("t15", "x"));
    check(&doubling, "more than 64 templates");
    check(&[("a", ""); 2], "same name");
    check(&[("../a", "")], "lower-case letters");
    let many: Vec<String> = (0..17).map(|n| format!("t{n}")).collect();
    check(&many.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>(), "more than 16");
    check(&[("a", &"x".repeat(70_000))], "larger than");
    check(&[("a", "{{> b}}"), ("b", "fine")], "");
}

#[test]
fn broken_translations_are_refused() {
    let mut manifest = gateway("");
    if let Manifest::Gateway(gateway) = &mut manifest {
        gateway.assets.translations.push(Translation { locale: "de".to_owned(), source: "a = {".to_owned() });
    }
    let problem = check_templates(&manifest).expect_err("a broken translation").to_string();
    assert!(problem.starts_with("test-bank/de.ftl, line 1"), "{problem}");
}

#[tokio::test]
async fn a_template_that_runs_away_ends_with_its_page_only() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let list = format!("{{\"l\": [{}]}}", vec!["1"; 3_000].join(","));
    let text = format!("{{\"l\": [{}], \"t\": \"{}\"}}", vec!["1"; 400].join(","), "x".repeat(1_000));
    let cases = [
        ("turns", "{{#each data.l}}{{#each ../data.l}}{{/each}}{{/each}}", list.as_str()),
        ("output", "{{#each data.l}}{{../data.t}}{{/each}}", text.as_str()),
        ("codes", "{{#each data.l}}{{qr \"payload\"}}{{/each}}", text.as_str()),
        ("payload", "{{qr data.t}}{{qr data.t}}", text.as_str()),
        ("money", "{{money data.t \"EUR\"}}", text.as_str()),
        ("index", "{{data.l.x}}", text.as_str()),
        ("a form with files", "{{#form files=true}}{{/form}}", "{}"),
        ("script", "<a href=\"javascript:alert(1)\">a</a>", "{}"),
        ("script by data", "<a href=\"{{data.x}}\">a</a>", "{\"x\": \"javascript:alert(1)\"}"),
    ];
    for (what, template, data) in cases {
        house.script.bring(gateway(template));
        house.script.pay_now_answers(Ok(crate::plugins::page(data)));
        assert_eq!(anna.get(&url).await.status, 502, "{what}");
    }
    house.script.bring(gateway("<p>fine</p>"));
    assert_eq!(anna.get(&url).await.status, 200);
}

#[test]
fn the_plugins_of_this_repository_are_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, name) in
        [("gateways/bank-transfer/templates/pay-now.hbs", "pay-now"), ("plugins/add-funds/templates/page.hbs", "page")]
    {
        let source = std::fs::read_to_string(root.join(file)).expect("a template of this repository");
        let mut manifest = gateway("");
        if let Manifest::Gateway(gateway) = &mut manifest {
            gateway.assets = assets(name, &source);
        }
        assert_eq!(check_templates(&manifest), Ok(()), "{file}");
    }
    assert!(theme().join("portal/layout.hbs").exists());
}
