//! Pages with scripts: what they may reach, who may open them, and on which origin.

use axum::body::Body;
use axum::http::{Request, header};
use tollgate_billing::plugin::{
    ConfinedPage, Environment, GatewayManifest, Manifest, NextStep, OriginRequest, Script, Step, Template,
};
use tollgate_billing::ports::Outcome;
use tollgate_billing::text::Text;

use crate::browser::{Answer, Browser};
use crate::house::{ANNA, BERT, House, PAGES, config, theme};
use crate::plugins::{gateway, page};

/// As hostile as a script's text can be for the page that it stands in.
const BREAKS_OUT: &str = "const a = '</script><script>alert(\"out\")</script><!--<script>';";
const PAGE: &str =
    "<h2>{{data.title}}</h2><div id=\"form\">{{payment.amount.text}} {{payment.reference}} {{icon \"wallet\"}}</div>";

fn origin(origin: &str, environment: Environment) -> OriginRequest {
    let (origin, purpose) = (origin.to_owned(), Text::plain("To pay"));
    OriginRequest {
        origin,
        environment,
        script: false,
        frame: false,
        form: false,
        connect: false,
        image: false,
        purpose,
    }
}

fn card(template: &str) -> GatewayManifest {
    let Manifest::Gateway(mut manifest) = gateway("") else { unreachable!("a gateway is scripted") };
    manifest.browser_origins = vec![
        OriginRequest { script: true, frame: true, ..origin("https://js.pay.example", Environment::Both) },
        OriginRequest { connect: true, image: true, ..origin("https://api.pay.example", Environment::Test) },
        OriginRequest { form: true, ..origin("https://bank.pay.example", Environment::Both) },
        OriginRequest { script: true, connect: true, ..origin("https://live.pay.example", Environment::Live) },
    ];
    manifest.scripts = vec![Script { name: "card".to_owned(), source: BREAKS_OUT.to_owned() }];
    manifest.assets.templates = vec![Template { name: "card".to_owned(), source: template.to_owned() }];
    manifest
}

fn confined(data: &str, foreign: &[&str], own: &[&str]) -> ConfinedPage {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    let template = "card".to_owned();
    ConfinedPage { template, data: data.to_owned(), foreign_scripts: texts(foreign), own_scripts: texts(own) }
}

async fn house() -> House {
    let house = House::new().await;
    house.script.bring(Manifest::Gateway(card(PAGE)));
    house.script.pay_now_answers(Ok(NextStep::Confined(confined("{}", &["https://js.pay.example/v3/"], &["card"]))));
    house
}

/// The address that the frame of a pay page opens.
fn framed(answer: &Answer) -> String {
    let rest = answer.body.split_once("data-src=\"").map_or("", |(_, rest)| rest);
    rest.split_once('"').map_or("", |(url, _)| url).replace("&#x3D;", "=")
}

/// Opens an address as a browser does, with every cookie of the portal at hand.
async fn open_at(browser: &mut Browser, host: &str, path: &str) -> Answer {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::builder().uri(path).header(header::HOST, host).header(header::COOKIE, cookies.join("; "));
    browser.send(request.body(Body::empty()).expect("a request")).await
}

fn pages_host() -> &'static str {
    PAGES.split_once("://").expect("an address").1
}

async fn open(browser: &mut Browser, url: &str) -> Answer {
    let path = url.strip_prefix(PAGES).unwrap_or(url).to_owned();
    open_at(browser, pages_host(), &path).await
}

#[tokio::test]
async fn the_pay_page_frames_the_other_origin_and_only_that_page_does() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let shown = anna.get(&house.payment().await).await;
    assert_eq!(shown.status, 200);
    let url = framed(&shown);
    let token = url.strip_prefix(&format!("{PAGES}/confined/")).expect("the pages' own origin");
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    let sandbox =
        "sandbox=\"allow-scripts allow-forms allow-same-origin allow-popups\" referrerpolicy=\"no-referrer\" hidden>";
    assert!(shown.body.contains(sandbox), "{}", shown.body);
    assert!(shown.body.contains("title=\"test-bank &lt;name&gt;: pay here\""), "{}", shown.body);
    assert!(shown.body.contains("Its page needs JavaScript"), "whoever has none is told");
    assert!(shown.header("content-security-policy").ends_with(&format!("form-action 'self'; frame-src {PAGES}")));
    assert!(!anna.get(&house.invoice_url()).await.header("content-security-policy").contains("frame-src"));
}

#[tokio::test]
async fn a_document_reaches_what_its_manifest_asked_for_here_and_nothing_else() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let scripts = ["https://js.pay.example/v3/", "http://127.0.0.1:8422/v3/"];
    house.script.pay_now_answers(Ok(NextStep::Confined(confined("{}", &scripts, &["card"]))));
    let shown = anna.get(&house.payment().await).await;
    let before = anna.cookies.clone();
    let document = open(&mut anna, &framed(&shown)).await;
    assert_eq!(document.status, 200, "{}", document.body);
    let own = served(&document, "/confined/scripts/");
    let expected = format!(
        "default-src 'none'; script-src {PAGES}/confined/assets/tollgate-confined.js {own} https://js.pay.example \
         http://127.0.0.1:8422; style-src {PAGES}; font-src {PAGES}; \
         img-src {PAGES} https://api.pay.example http://127.0.0.1:8422; \
         connect-src https://api.pay.example http://127.0.0.1:8422; \
         frame-src https://js.pay.example http://127.0.0.1:8422; \
         form-action https://bank.pay.example http://127.0.0.1:8422; worker-src 'none'; base-uri 'none'; \
         frame-ancestors http://localhost:8080; sandbox allow-scripts allow-forms allow-same-origin allow-popups"
    );
    assert_eq!(document.header("content-security-policy"), expected);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", ""),
        ("set-cookie", ""),
    ] {
        assert_eq!(document.header(name), value, "{name}");
    }
    assert_eq!(anna.cookies, before);
}

/// The first address of the document that begins so, as the browser reads it.
fn served(document: &Answer, path: &str) -> String {
    let start = document.body.find(&format!("src=\"{PAGES}{path}")).expect("it is asked for") + 5;
    document.body[start..].chars().take_while(|letter| *letter != '"').collect()
}

#[tokio::test]
async fn the_document_is_made_of_escaped_text_and_addresses() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let data = r#"{"title":"</script><script>alert(1)</script>\" onload=\"x"}"#;
    house.script.pay_now_answers(Ok(NextStep::Confined(confined(data, &["https://js.pay.example/v3/"], &["card"]))));
    let csrf = anna.get("/billing/add-funds").await.hidden("csrf");
    let shown = anna.get(&house.payment().await).await;
    let document = open(&mut anna, &framed(&shown)).await;
    let body = document.body.as_str();
    assert!(body.contains("<h2>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload"), "{body}");
    assert!(body.contains("data-page=\"{&quot;data&quot;:{&quot;title&quot;:&quot;&lt;/script&gt;"), "{body}");
    assert!(body.contains("data-portal=\"http://localhost:8080\"") && body.contains("€20.00 INV"), "{body}");
    assert!(!body.contains("alert(\"out\")") && !body.contains("<script>"), "no script stands in the page");
    assert!(csrf.len() == 64 && !body.contains(&csrf), "the session's token is not in it");
    assert!(body.contains("/confined/assets/icons.svg") && !body.contains("\"/assets/"), "{body}");
    let order = ["tollgate-confined.js", "<h2>", "https://js.pay.example/v3/", "/confined/scripts/"];
    let found: Vec<usize> = order.iter().map(|part| body.find(part).expect(part)).collect();
    assert!(found.is_sorted(), "{body}");
    let script = open(&mut anna, &served(&document, "/confined/scripts/test-bank/card-")).await;
    assert_eq!((script.status, script.body.as_str()), (200, BREAKS_OUT));
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    assert!(script.header("content-security-policy").ends_with("sandbox"));
}

#[tokio::test]
async fn a_token_opens_its_page_once_and_for_two_minutes() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    let url = framed(&anna.get(&payment).await);
    assert_eq!(open(&mut anna, &url).await.status, 200);
    let again = open(&mut anna, &url).await;
    assert_eq!(again.status, 404);
    assert!(again.body.contains("opened before"), "{}", again.body);
    let policy = again.header("content-security-policy");
    assert!(
        policy.ends_with("frame-ancestors http://localhost:8080; sandbox") && !policy.contains("script"),
        "{policy}"
    );
    let late = framed(&anna.get(&payment).await);
    house.clock.forward_ms(120_000);
    assert_eq!(open(&mut anna, &late).await.status, 404);
    let wrong = format!("{PAGES}/confined/{}", "0".repeat(64));
    assert_eq!(open(&mut anna, &wrong).await.status, 404);
}

#[tokio::test]
async fn a_document_opens_in_a_frame_by_get_and_not_otherwise() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = framed(&anna.get(&house.payment().await).await);
    let path = url.strip_prefix(PAGES).expect("the pages' own origin");
    for (method, wanted) in [("GET", "document"), ("GET", "empty"), ("HEAD", "iframe"), ("POST", "iframe")] {
        let request = Request::builder().method(method).uri(path).header(header::HOST, pages_host());
        let request = request.header("sec-fetch-dest", wanted).body(Body::empty()).expect("a request");
        assert_eq!(anna.send(request).await.status, 404, "{method} {wanted}");
    }
    let request = Request::builder().uri(path).header(header::HOST, pages_host()).header("sec-fetch-dest", "iframe");
    assert_eq!(anna.send(request.body(Body::empty()).expect("a request")).await.status, 200, "it was not used up");
}

#[tokio::test]
async fn each_origin_has_nothing_of_the_other() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    for path in ["/confined/", "/confined/assets/nothing", "/confined/../login"] {
        let answer = open(&mut anna, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{path}");
        assert_eq!(answer.header("location"), "", "{path}");
    }
    // Whoever mistook one name of the server for the other is sent on, and nothing is told or set.
    for path in [
        "/",
        "/login",
        "/billing/invoices",
        payment.as_str(),
        "/admin",
        "/health",
        "/assets/tollgate.css",
        "/plugins/test-bank/logo",
        "//evil.test/",
    ] {
        let answer = open(&mut anna, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (303, ""), "{path}");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
        assert_eq!(answer.header("location"), format!("http://localhost:8080{path}"));
    }
    let url = framed(&anna.get(&payment).await);
    let document = open(&mut anna, &url).await;
    let script = served(&document, "/confined/scripts/");
    let url = framed(&anna.get(&payment).await);
    for path in [url.as_str(), script.as_str(), "/confined/assets/tollgate.css", "/confined/brand.css"] {
        let path = path.strip_prefix(PAGES).unwrap_or(path);
        assert_eq!(anna.get(path).await.status, 404, "{path} on the portal");
    }
    assert_eq!(open(&mut anna, "/confined/assets/tollgate.css").await.status, 200);
}

#[tokio::test]
async fn a_confused_host_opens_neither_the_page_nor_a_session() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = framed(&anna.get(&house.payment().await).await);
    let path = url.strip_prefix(PAGES).expect("the pages' own origin").to_owned();
    let name = pages_host().split_once(':').expect("a port").0;
    let absolute = |host: &str, path: &str| format!("http://{host}{path}");
    let strange = [
        ("evil".to_owned(), path.clone()),
        (format!("{}.evil.example", pages_host()), path.clone()),
        (name.to_owned(), path.clone()),
        (format!("{name}:9999"), path.clone()),
        (format!("{name}.:8080"), path.clone()),
        ("localhost:8080".to_owned(), absolute(pages_host(), &path)),
        (pages_host().to_owned(), absolute("localhost:8080", &path)),
        (pages_host().to_owned(), absolute("localhost:8080", "/billing/invoices")),
        ("localhost:8080".to_owned(), absolute(pages_host(), "/billing/invoices")),
        (name.to_owned(), "/billing/invoices".to_owned()),
    ];
    for (host, target) in strange {
        let answer = open_at(&mut anna, &host, &target).await;
        assert_eq!(answer.status, 404, "Host: {host}, {target}");
        assert!(!answer.body.contains("INV-"), "Host: {host}, {target}");
    }
    let twice = Request::builder().uri(path.as_str()).header(header::HOST, pages_host()).header(header::HOST, "evil");
    assert_eq!(anna.send(twice.body(Body::empty()).expect("a request")).await.status, 404);
    let answer = open_at(&mut anna, &pages_host().to_ascii_uppercase(), &absolute(pages_host(), &path)).await;
    assert_eq!(answer.status, 200, "case says nothing, and both names agree");
}

#[tokio::test]
async fn without_a_second_origin_the_client_is_told_kindly_and_nothing_is_served() {
    let bare = tollgate_web::WebConfig { pages_url: None, ..config(&theme()) };
    let house = House::with_config(bare).await;
    house.script.bring(Manifest::Gateway(card(PAGE)));
    house.script.pay_now_answers(Ok(NextStep::Confined(confined("{}", &[], &["card"]))));
    let mut anna = house.logged_in(ANNA).await;
    let shown = anna.get(&house.payment().await).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("not available at the moment") && !shown.body.contains("<iframe"), "{}", shown.body);
    assert_eq!(open(&mut anna, "/confined/assets/tollgate.css").await.status, 404);
}

#[tokio::test]
async fn a_page_that_is_not_right_is_broken_and_opens_nothing() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let pages = [
        confined("{}", &["https://evil.example/a.js"], &[]),
        confined("{}", &["https://live.pay.example/a.js"], &[]),
        confined("{}", &["https://api.pay.example/a.js"], &[]),
        confined("{}", &["http://js.pay.example/a.js"], &[]),
        confined("{}", &["http://10.0.0.1/a.js"], &[]),
        confined("{}", &["//js.pay.example/a.js"], &[]),
        confined("{}", &[], &["no-such-script"]),
        confined("[1]", &[], &["card"]),
        confined("not json", &[], &["card"]),
        ConfinedPage { template: "no-such-template".to_owned(), ..confined("{}", &[], &[]) },
    ];
    for wrong in pages {
        let what = format!("{wrong:?}");
        house.script.pay_now_answers(Ok(NextStep::Confined(wrong)));
        let shown = anna.get(&url).await;
        assert_eq!(shown.status, 502, "{what}");
        assert!(!shown.body.contains("data-src=\"http"), "{what}");
    }
    house.script.pay_now_answers(Ok(NextStep::Confined(confined("{}", &[], &["card"]))));
    house.script.bring(Manifest::Gateway(card("{{#form}}<input name=\"code\">{{/form}}")));
    assert_eq!(anna.get(&url).await.status, 502, "a form would carry the session's token");
    let mut manifest = card(PAGE);
    manifest
        .browser_origins
        .push(OriginRequest { frame: true, ..origin("https://a.example; script-src *", Environment::Both) });
    house.script.bring(Manifest::Gateway(manifest));
    assert_eq!(anna.get(&url).await.status, 502, "an origin is no policy");
}

#[tokio::test]
async fn what_the_page_hands_out_comes_back_through_the_portals_own_form() {
    let house = house().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let again = NextStep::Confined(confined(r#"{"title":"Again"}"#, &[], &["card"]));
    let step = Step { next: again, provider_reference: None, memo: None };
    house.script.submit_answers(Ok(Outcome::Step(step)));
    let first = framed(&anna.get(&url).await);
    let submitted = anna.post_from(&url, &url, &[("confirmation_token", "ctoken_1")]).await;
    assert_eq!(submitted.status, 200);
    let second = framed(&submitted);
    assert_ne!(first, second);
    assert!(open(&mut anna, &second).await.body.contains("<h2>Again</h2>"));
    // The page's own origin is no origin of ours for forms, whatever it knows.
    let csrf = anna.get(&url).await.hidden("csrf");
    for sender in [("origin", PAGES), ("sec-fetch-site", "same-site"), ("sec-fetch-site", "cross-site")] {
        let answer = anna.post_raw(&url, &[("csrf", csrf.as_str()), ("form_key", "k")], &[sender]).await;
        assert_eq!(answer.status, 403, "{sender:?}");
    }
    let mut bert = house.logged_in(BERT).await;
    assert_eq!(bert.get(&url).await.status, 404, "a payment shows its page to its own client");
    house.script.pay_now_answers(Ok(page("{}")));
    assert!(!anna.get(&url).await.body.contains("<iframe"));
}
