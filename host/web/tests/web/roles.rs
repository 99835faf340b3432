//! Route by role: what every route of the portal and the back office answers to everybody, and what is another client's.

use std::fmt::Write;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request, header};
use tollgate_billing::claim::Claim;
use tollgate_billing::ids::SessionId;
use tollgate_billing::people::Who;
use tollgate_billing::plugin::Environment;
use tollgate_billing::ports::WebhookRefusal;
use tollgate_billing::roles::Role;
use tollgate_web::{Access, Route};

use crate::admin::{hire, log_in};
use crate::admin_attention::{dollars, told};
use crate::browser::{Answer, Browser};
use crate::hooks::{hook, paid, payment};
use crate::house::{ANNA, BERT, House, PAGES, PASSWORD};
use crate::methods::{give, storing, visa};
use crate::plugins::GATEWAY;
use crate::shelf::{NEW, install, offer, version};

/// The reviewed table. `login`: sent to the login; `denied`: told that the role does not include it; `none`: nothing there.
const EXPECTED: &str = include_str!("roles.txt");
/// The one to whom everything in the portal belongs is asked after everybody else, because the client's forms change it.
const WHO: [&str; 7] = ["nobody", "other", "client", "read-only", "support", "billing", "owner"];

/// A house in which there is one of everything: an invoice of Anna's with a payment and a stored method, a webhook that
/// could not be read, and a claim that waits for a decision.
pub struct Full {
    pub house: House,
    /// What stands for the placeholders of routes: something that is there, and something that is not.
    things: Vec<(&'static str, String, &'static str)>,
}

impl Full {
    pub async fn new() -> Self {
        let house = storing().await;
        let method = give(&house, house.anna, visa()).await;
        let id = payment(&house).await;
        let unreadable = || Err(WebhookRefusal::Malformed("not what it should be".to_owned()));
        house.script.verify_answers(unreadable());
        hook(&house, "{}").await;
        told(&house, Claim { amount: dollars(2_000), ..paid(&id, "T1", 0) }).await;
        house.script.verify_answers(unreadable());
        for role in Role::ALL {
            hire(&house, &email_of(role.word()), role).await;
        }
        let own = own_sessions(&house).await;
        install(&house, b"first", version("1.0.0", &[("api.example.com", Environment::Both)])).await;
        let offered = offer(&house, b"second", version("1.1.0", &[("api.example.com", Environment::Both)])).await;
        let invoice = house.invoice.to_string();
        let things = vec![
            ("/billing/invoices/{id}", format!("/billing/invoices/{invoice}"), "/billing/invoices/999999"),
            (
                "/billing/payments/{id}",
                format!("/billing/payments/{id}"),
                "/billing/payments/PAY99999999999999999999999",
            ),
            (
                "/billing/payment-methods/{id}",
                format!("/billing/payment-methods/{method}"),
                "/billing/payment-methods/999999",
            ),
            ("/security/sessions/{id}", format!("/security/sessions/{}", own[0]), "/security/sessions/999999"),
            (
                "/admin/security/sessions/{id}",
                format!("/admin/security/sessions/{}", own[1]),
                "/admin/security/sessions/999999",
            ),
            // Nobody here has a second step, which every login would ask for: `passkeys_set_up` asks for another one's.
            ("/security/second-step/{factor}", "/security/second-step/1".to_owned(), "/security/second-step/app"),
            (
                "/admin/security/second-step/{factor}",
                "/admin/security/second-step/1".to_owned(),
                "/admin/security/second-step/app",
            ),
            ("/admin/gateways/{id}", format!("/admin/gateways/{GATEWAY}"), "/admin/gateways/nothing"),
            ("/admin/invoices/{id}", format!("/admin/invoices/{invoice}"), "/admin/invoices/999999"),
            ("/admin/payments/{id}", format!("/admin/payments/{id}"), "/admin/payments/nothing"),
            ("/admin/webhooks/{id}", "/admin/webhooks/1".to_owned(), "/admin/webhooks/999999"),
            ("/admin/attention/{id}", "/admin/attention/1".to_owned(), "/admin/attention/999999"),
            ("/admin/plugins/{id}", format!("/admin/plugins/{NEW}"), "/admin/plugins/nothing"),
            (
                "/admin/plugin-offers/{sha256}",
                format!("/admin/plugin-offers/{}", offered.component.id),
                "/admin/plugin-offers/nothing",
            ),
            ("/billing/{slug}", "/billing/add-funds".to_owned(), "/billing/nothing"),
            ("/hooks/{instance}", format!("/hooks/{GATEWAY}"), "/hooks/nothing"),
            ("/plugins/{id}", format!("/plugins/{GATEWAY}"), "/plugins/nothing"),
            ("/assets/{*name}", "/assets/tollgate.css".to_owned(), "/assets/nothing"),
            ("/confined/assets/{*name}", "/confined/assets/tollgate.css".to_owned(), "/confined/assets/nothing"),
            ("/confined/scripts/{plugin}/{file}", "/confined/scripts/a/b".to_owned(), "/confined/scripts/a/c"),
            ("/confined/{token}", "/confined/nothing".to_owned(), "/confined/other"),
        ];
        Self { house, things }
    }

    /// The addresses of a route: of something that is there, and of something that is not.
    pub fn addresses(&self, path: &str) -> (String, String) {
        if !path.contains('{') {
            return (path.to_owned(), path.to_owned());
        }
        let found = self.things.iter().find_map(|(of, there, not)| Some((there, not, path.strip_prefix(of)?)));
        let (there, not, rest) = found.unwrap_or_else(|| panic!("say in this list what stands for {path}"));
        (format!("{there}{rest}"), format!("{not}{rest}"))
    }

    pub async fn browser(&self, who: &str) -> Browser {
        match who {
            "nobody" => self.house.browser(),
            "client" => self.house.logged_in(ANNA).await,
            "other" => self.house.logged_in(BERT).await,
            role => {
                let mut browser = self.house.browser();
                assert_eq!(log_in(&mut browser, &email_of(role), PASSWORD).await.status, 303);
                browser
            }
        }
    }
}

/// Sessions of Anna's and of the owner's, which stand for the placeholders.
async fn own_sessions(house: &House) -> [SessionId; 2] {
    house.logged_in(ANNA).await;
    let mut owner = house.browser();
    assert_eq!(log_in(&mut owner, &email_of("owner"), PASSWORD).await.status, 303);
    let (store, now) = (house.billing.store(), house.billing.now());
    let staff = store.staff_by_email(&email_of("owner")).await.expect("the store answers").expect("the owner").id;
    let client = store.sessions_of(Who::Client(house.anna), now).await.expect("the store answers");
    let staff = store.sessions_of(Who::Staff(staff), now).await.expect("the store answers");
    [client[0].id, staff[0].id]
}

fn email_of(role: &str) -> String {
    format!("{role}@example.test")
}

/// Asks as a browser does that has a page of ours open.
async fn ask(browser: &mut Browser, who: &str, route: &Route, address: &str) -> Answer {
    if address.starts_with("/confined/") {
        let host = PAGES.trim_start_matches("http://");
        let request = Request::builder().uri(address).header(header::HOST, host).body(Body::empty());
        return browser.send(request.expect("a request")).await;
    }
    if route.method == Method::GET {
        // A charge is confirmed for one stored method: the only one there is.
        return browser.get(&format!("{address}?method=1")).await;
    }
    let page = match who {
        // Its own page is there for nobody who gave no password.
        _ if address.ends_with("/login/second-step") => address.trim_end_matches("/second-step"),
        _ if address.ends_with("/login") || address.ends_with("-password") => address,
        "nobody" => "/login",
        "client" | "other" => "/billing/credit",
        _ => "/admin/clients",
    };
    browser.post_from(page, address, &[]).await
}

fn word(answer: &Answer) -> String {
    let to_login = ["/login", "/admin/login"].iter().any(|login| answer.header("location").starts_with(login));
    let ends_session = answer.headers.contains_key("set-cookie");
    match answer.status {
        303 if to_login && !ends_session => "login".to_owned(),
        403 if answer.body.contains("Your role does not include this") => "denied".to_owned(),
        404 => "none".to_owned(),
        other => other.to_string(),
    }
}

fn line_of(route: &str, words: &[String]) -> String {
    let mut line = format!("{route:<48}");
    for word in words {
        write!(line, " {word:<9}").expect("a text takes what is written");
    }
    line.truncate(line.trim_end().len());
    line + "\n"
}

/// One line for each route of the real list: a new route is missing in the table until somebody has thought about it. Written
/// beside what was compiled, so that it can be shown.
#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let full = Full::new().await;
    let mut browsers = Vec::new();
    for who in WHO {
        browsers.push(full.browser(who).await);
    }
    let mut got = line_of("route", &WHO.map(str::to_owned));
    for route in &full.house.routes {
        let address = full.addresses(route.path).0;
        let mut words = vec![String::new(); WHO.len()];
        for at in [0, 1, 3, 4, 5, 6, 2] {
            let answer = ask(&mut browsers[at], WHO[at], route, &address).await;
            words[at] = word(&answer);
            if route.path.ends_with("/logout") && words[at] == "303" {
                browsers[at] = full.browser(WHO[at]).await;
            }
        }
        got.push_str(&line_of(&format!("{} {}", route.method, route.path), &words));
    }
    let shown = Path::new(env!("CARGO_TARGET_TMPDIR")).join("routes-by-role.txt");
    std::fs::write(&shown, &got).expect("the folder of the build can be written");
    assert!(got == EXPECTED, "is every change meant? Then this is the new tests/web/roles.txt:\n{got}");
}

/// The table again, but by the rule and not by looking: who lacks the right is refused, whoever has it is not.
#[tokio::test]
async fn only_who_has_the_right_of_a_route_is_let_in() {
    let house = House::new().await;
    assert_eq!(house.routes.len() + 1, EXPECTED.lines().count(), "a line for each route");
    for (route, line) in house.routes.iter().zip(EXPECTED.lines().skip(1)) {
        let words: Vec<&str> = line.split_whitespace().skip(2).collect();
        assert_eq!(words.len(), WHO.len(), "{line}");
        for (who, word) in WHO.into_iter().zip(words) {
            let let_in = !["login", "denied"].contains(&word);
            let expected = match (route.access, Role::from_word(who)) {
                // Anybody who gave the right password before: see `second_step`.
                (Access::Anyone, _) if route.path.ends_with("/login/second-step") => word == "login",
                (Access::Anyone, _) => let_in,
                (Access::Client, _) if matches!(who, "client" | "other") => let_in,
                (Access::Staff(right), Some(role)) if role.may(right) => let_in,
                (Access::Staff(_), Some(_)) => word == "denied",
                (Access::Client, _) | (Access::Staff(_), None) => word == "login",
            };
            assert!(expected, "{} {} for {who}: {word}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn what_is_another_clients_is_answered_like_what_is_not_there() {
    let full = Full::new().await;
    let mut bert = full.browser("other").await;
    let mut seen = 0;
    for route in full.house.routes.iter().filter(|route| route.access == Access::Client && route.path.contains("{id}"))
    {
        let (annas, missing) = full.addresses(route.path);
        let (annas, missing) =
            (ask(&mut bert, "other", route, &annas).await, ask(&mut bert, "other", route, &missing).await);
        assert_eq!((annas.status, missing.status), (404, 404), "{} {}", route.method, route.path);
        assert_eq!((annas.body, annas.headers), (missing.body, missing.headers), "{} {}", route.method, route.path);
        seen += 1;
    }
    assert!(seen >= 10, "there are routes with ids: {seen}");
    let untouched = full.house.billing.methods(full.house.anna).await.expect("the store answers");
    assert_eq!(untouched.len(), 1, "Bert removed nothing");
}

#[tokio::test]
async fn who_may_not_is_told_so_in_words_and_nothing_changes() {
    let full = Full::new().await;
    let mut browser = full.browser("read-only").await;
    let address = format!("/admin/gateways/{GATEWAY}/enable");
    let refused = browser.post_from("/admin/clients", &address, &[("enabled", "false")]).await;
    assert_eq!(refused.status, 403);
    for words in ["Your role does not include this", "Nothing was changed", "href=\"/admin\""] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let instances = full.house.billing.instances().await.expect("the store answers");
    assert!(instances.iter().all(|instance| instance.enabled));
}

#[tokio::test]
async fn another_role_holds_from_the_next_page_on() {
    let full = Full::new().await;
    let mut browser = full.browser("support").await;
    let process = "/admin/webhooks/1/process";
    assert_eq!(browser.post_from("/admin/webhooks/1", process, &[]).await.status, 303);
    let store = full.house.billing.store();
    let support = store.staff_by_email(&email_of("support")).await.expect("the store answers").expect("somebody");
    let now = full.house.billing.now();
    store.set_staff_role(support.id, Role::ReadOnly, now).await.expect("the store answers");
    assert_eq!(browser.post_from("/admin/clients", process, &[]).await.status, 403);
}
