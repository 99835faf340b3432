//! What pages show, to whom, and what they never show.

use axum::body::Body;
use axum::http::Request;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{ConfinedPage, Destination, NextStep, Page, PluginError, Redirect};
use tollgate_billing::ports::Outcome;
use tollgate_billing::text::Text;
use tollgate_web::WebConfig;

use crate::house::{ANNA, House, config, theme};
use crate::plugins::{GATEWAY, gateway, page};

#[tokio::test]
async fn what_people_and_plugins_write_is_text_on_every_page() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    house.script.pay_now_answers(Ok(page("{\"note\": \"<script>alert('note')</script>\"}")));
    let invoice = house.invoice_url();
    for path in ["/billing/invoices", invoice.as_str(), "/billing/credit", "/billing/add-funds", payment.as_str()] {
        let answer = anna.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        for raw in ["<script>alert", "<img src=x", "Test <Hosting>", "<transfer>", "Scan <me>", "<name>"] {
            assert!(!answer.body.contains(raw), "{path} shows {raw}");
        }
    }
    let page = anna.get(&payment).await.body;
    assert!(page.contains("Pay by &lt;transfer&gt;") && page.contains("IBAN &amp; more"), "{page}");
    assert!(page.contains("<svg class=\"qr-code\"") && page.contains("data-copy=\"DE89 3704\""));
}

#[tokio::test]
async fn every_answer_says_how_far_it_may_be_trusted() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    let paths = ["/login", "/billing/invoices", &payment, "/no/such/page", "/health", "/plugins/test-bank/logo"];
    for path in paths {
        let answer = anna.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-eval") && !policy.contains("http:"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    }
    let pages = anna.get(&payment).await;
    assert_eq!(pages.header("cache-control"), "no-store");
    assert!(pages.header("content-security-policy").ends_with("form-action 'self'"));
    assert!(anna.get("/plugins/test-bank/logo").await.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn browsers_are_held_to_https_and_cookies_to_the_host_where_the_portal_is_https() {
    let (plain, secure, pages) = ("http://localhost:8080", "https://localhost:8080", Some("https://pages.test:8080"));
    for (base_url, hsts_days, said) in [(secure, 365, "max-age=31536000"), (secure, 0, ""), (plain, 365, "")] {
        let house = House::with_config(WebConfig {
            base_url: base_url.to_owned(),
            pages_url: pages.map(str::to_owned),
            hsts_days,
            ..config(&theme())
        })
        .await;
        let mut browser = house.browser();
        for path in ["/login", "/no/such/page", "/health", "/brand.css"] {
            assert_eq!(browser.get(path).await.header("strict-transport-security"), said, "{base_url} {path}");
        }
        let elsewhere = Request::builder().uri("/no/such/page").header("host", "pages.test:8080");
        let elsewhere = browser.send(elsewhere.body(Body::empty()).expect("a request")).await;
        assert_eq!(elsewhere.header("strict-transport-security"), said, "{base_url}, the pages' origin");
        let shown = house.browser().get("/login").await;
        for line in shown.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let bound = line.starts_with("__Host-") && line.contains("; Secure");
            assert_eq!(bound, base_url == secure, "{base_url}: {line}");
        }
        assert!(shown.headers.contains_key("set-cookie"), "{base_url}: a login form has a token");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_the_address_that_names_them() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = browser.get("/login").await.body;
    let start = page.find("/assets/tollgate.css?v").expect("the stylesheet is linked");
    let url: String = page[start..].chars().take_while(|letter| *letter != '"').collect();
    let answer = browser.get(&url.replace("&#x3D;", "=")).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(browser.get("/assets/tollgate.css?v=old").await.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn a_broken_plugin_breaks_its_page_only_and_tells_the_client_nothing_of_it() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    let secret = "SECRET-REASON";
    let broken = PluginError::Broken { plugin: PluginId::new(GATEWAY), reason: secret.to_owned() };
    let template = |template: &str, data: &str| {
        NextStep::Page(Page { template: template.to_owned(), data: data.to_owned(), slip: None })
    };
    let confined = ConfinedPage {
        template: "pay-now".to_owned(),
        data: "{}".to_owned(),
        foreign_scripts: Vec::new(),
        own_scripts: Vec::new(),
    };
    let answers = [
        Err(broken),
        Err(PluginError::Rejected(secret.to_owned())),
        Ok(template("no-such-template", "{}")),
        Ok(template("pay-now", "not json")),
        Ok(template("pay-now", "[1]")),
        Ok(NextStep::Confined(confined)),
    ];
    for answer in answers {
        let what = format!("{answer:?}");
        house.script.pay_now_answers(answer);
        let shown = anna.get(&payment).await;
        assert_eq!(shown.status, 502, "{what}");
        assert!(shown.body.contains("Reference"), "{what}: staff can find it");
        assert!(!shown.body.contains(secret), "{what}");
        assert_eq!(anna.get(&house.invoice_url()).await.status, 200, "{what}");
    }
}

#[tokio::test]
async fn what_a_gateway_answers_is_told_in_plain_words() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let answers = [
        (Ok(NextStep::Wait(Text::plain("Waiting for <you>"))), "Waiting for &lt;you&gt;"),
        (Err(PluginError::Unavailable("down".to_owned())), "<h2>"),
        (Err(PluginError::Unknown("sent".to_owned())), "<h2>"),
        (Err(PluginError::Declined { client: Text::plain("No <money>"), staff: "51".to_owned() }), "No &lt;money&gt;"),
    ];
    for (answer, expected) in answers {
        house.script.pay_now_answers(answer);
        let shown = anna.get(&url).await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains(expected), "{expected}: {}", shown.body);
    }
    assert_eq!(anna.get(&url).await.status, 200, "a closed payment has a page too");
}

#[tokio::test]
async fn a_client_is_sent_away_by_a_page_whose_policy_names_that_origin_alone() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let to = |fields: Vec<(String, String)>| {
        let to = Destination::read("https://pay.example/checkout?a=1&b=2").expect("an address");
        NextStep::Redirect(Redirect { to, fields })
    };
    house.script.pay_now_answers(Ok(to(Vec::new())));
    let plain = anna.get(&url).await;
    assert_eq!((plain.status, plain.header("refresh")), (200, "0;url=https://pay.example/checkout?a=1&b=2"));
    house.script.pay_now_answers(Ok(to(vec![("token".to_owned(), "\"><script>".to_owned())])));
    let form = anna.get(&url).await;
    assert_eq!(form.header("refresh"), "");
    assert!(form.body.contains("name=\"token\" value=\"&quot;&gt;&lt;script&gt;\""), "{}", form.body);
    assert!(form.header("content-security-policy").ends_with("form-action 'self' https://pay.example"));
}

#[tokio::test]
async fn claims_lead_back_to_the_invoice_which_says_so() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    house.script.submit_answers(Ok(Outcome::Claims(Vec::new())));
    let submitted = anna.post_from(&url, &url, &[("code", "1")]).await;
    assert_eq!((submitted.status, submitted.header("location")), (303, house.invoice_url().as_str()));
    let back = anna.get(&format!("{url}/return?PayerID=%3Cx%3E")).await;
    assert_eq!((back.status, back.header("location")), (303, house.invoice_url().as_str()));
    assert!(anna.get(&house.invoice_url()).await.body.contains("We have noted"));
    let endless = format!("{url}/return?{}", "x".repeat(9_000));
    assert_eq!(anna.get(&endless).await.status, 400);
}

#[tokio::test]
async fn what_was_typed_into_a_gateways_form_comes_back_as_text() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let shown = anna.post_from(&url, &url, &[("code", "\"><script>alert(1)</script>")]).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""), "{}", shown.body);
}

#[tokio::test]
async fn the_token_is_out_of_a_plugins_reach() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.payment().await;
    let everything =
        "{{#each this}}{{@key}}={{this}};{{#each this}}{{@key}}={{this}};{{/each}}{{/each}}{{csrf}}{{layout.csrf}}";
    house.script.bring(gateway(everything));
    let shown = anna.get(&url).await;
    let token = anna.get("/billing/add-funds").await.hidden("csrf");
    assert_eq!((shown.status, token.len()), (200, 64));
    let region = shown.body.split_once("card plugin").expect("the plugin's region").1;
    let region = region.split_once("</main>").expect("its end").0;
    assert!(!region.contains(&token), "{region}");
}

#[tokio::test]
async fn asking_again_is_told_and_limited() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.invoice_url();
    let reload = format!("{url}/reload");
    assert!(anna.post_from(&url, &reload, &[]).await.status == 303);
    assert!(anna.get(&url).await.body.contains("nothing to ask about"), "no payment is open yet");
    house.payment().await;
    anna.post_from(&url, &reload, &[]).await;
    let checked = house.billing.invoice_page(house.anna, house.invoice).await.expect("the invoice").payments;
    let first = checked[0].payment.checked.expect("it was asked");
    house.clock.forward_ms(2_000);
    anna.post_from(&url, &reload, &[]).await;
    let again = house.billing.invoice_page(house.anna, house.invoice).await.expect("the invoice").payments;
    assert_eq!(again[0].payment.checked, Some(first), "asked a moment ago");
    house.clock.forward_ms(10_000);
    anna.post_from(&url, &reload, &[]).await;
    let later = house.billing.invoice_page(house.anna, house.invoice).await.expect("the invoice").payments;
    assert!(later[0].payment.checked > Some(first));
}
