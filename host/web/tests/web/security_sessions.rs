//! Where somebody is signed in, and the end of it.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, header};
use tollgate_billing::people::{ChangedBy, Ending, Who};
use tollgate_web::WebConfig;

use crate::admin::{SAM, log_in, staff};
use crate::browser::Browser;
use crate::house::{ANNA, BERT, House, PASSWORD, config, theme};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The addresses at which the page ends one session each, the latest seen first.
fn ends(body: &str) -> Vec<String> {
    let forms = body.split("method=\"post\" action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    forms.filter(|action| action.ends_with("/end")).map(str::to_owned).collect()
}

/// Logs in as Firefox from this address.
async fn firefox(house: &House, email: &str, address: [u8; 4]) -> Browser {
    let mut browser = house.browser();
    browser.from = Some((SocketAddr::from((address, 4_711)), "203.0.113.9"));
    let csrf = browser.get("/login").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("email", email), ("password", PASSWORD)];
    let answer = browser.post_raw("/login", &fields, &[("user-agent", FIREFOX)]).await;
    assert_eq!(answer.status, 303);
    browser
}

#[tokio::test]
async fn the_page_lists_the_own_sessions_and_says_which_is_this_one() {
    let house = House::new().await;
    let mut first = firefox(&house, ANNA, [192, 0, 2, 7]).await;
    house.clock.forward_ms(60_000);
    firefox(&house, BERT, [198, 51, 100, 8]).await;
    let strange = "<script>alert(1)</script>";
    let csrf = first.get("/login").await.hidden("csrf");
    let mut other = house.browser();
    other.cookies = first.cookies.clone();
    other.cookies.remove("tollgate-client");
    let fields = [("csrf", csrf.as_str()), ("email", ANNA), ("password", PASSWORD)];
    assert_eq!(other.post_raw("/login", &fields, &[("user-agent", strange)]).await.status, 303);
    let shown = first.get("/security").await.body;
    for words in ["Firefox, Linux", "192.0.2.7", "This one", "Unknown browser", "Sign out everywhere else"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("198.51.100.8"), "Bert's is not Anna's to see");
    assert!(!shown.contains("alert(1)</script>"), "what a browser says of itself is no markup");
    assert_eq!(ends(&shown).len(), 1, "this one ends by logging out");
    assert_eq!(shown.matches("This one").count(), 1);
}

#[tokio::test]
async fn one_session_is_ended_or_all_others() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        house.clock.forward_ms(1_000);
        others.push(house.logged_in(ANNA).await);
    }
    let mut bert = house.logged_in(BERT).await;
    let listed = ends(&own.get("/security").await.body);
    assert_eq!(listed.len(), 3);
    let ended = own.post_from("/security", &listed[0], &[]).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/security"));
    assert!(own.get("/security").await.body.contains("That browser is signed out"));
    assert_eq!(others[2].get("/security").await.status, 303, "the latest");
    assert_eq!(others[1].get("/security").await.status, 200);
    assert_eq!(own.post_from("/security", &listed[0], &[]).await.status, 404, "it is not there any more");

    assert_eq!(own.post_from("/security", "/security/sessions/end-others", &[]).await.status, 303);
    let shown = own.get("/security").await.body;
    assert!(shown.contains("signed in nowhere else") && !shown.contains("end-others"), "{shown}");
    for other in &mut others {
        assert_eq!(other.get("/security").await.status, 303);
    }
    assert_eq!(bert.get("/security").await.status, 200, "nobody else was signed out");
}

#[tokio::test]
async fn nobody_ends_anothers_session_by_its_number() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let mut bert = house.logged_in(BERT).await;
    let mut sam = staff(&house).await;
    let store = house.billing.store();
    let id = async |who| store.sessions_of(who, house.billing.now()).await.expect("the store answers")[0].id;
    let sams = store.staff_by_email(SAM).await.expect("the store answers").expect("Sam").id;
    let (annas, sams) = (id(Who::Client(house.anna)).await, id(Who::Staff(sams)).await);
    let (annas, sams) = (annas.to_string(), sams.to_string());
    let foreign = [(&mut anna, "/security", &sams), (&mut sam, "/admin/security", &annas)];
    for (browser, page, id) in foreign {
        assert_eq!(browser.post_from(page, &format!("{page}/sessions/{id}/end"), &[]).await.status, 404, "{page} {id}");
    }
    for id in [&annas, "0", "-1", "99999999999999999999", "1%20OR%201=1"] {
        let answer = bert.post_from("/security", &format!("/security/sessions/{id}/end"), &[]).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    let end = "/security/sessions/end-others";
    assert_eq!(bert.post_from("/security", end, &[]).await.status, 303);
    assert_eq!(anna.get("/security").await.status, 200);
    assert_eq!(sam.get("/admin/security").await.status, 200);
    assert_eq!(bert.post_raw(end, &[], &[]).await.status, 403, "a form without its token");
}

#[tokio::test]
async fn staff_end_their_own_and_the_audit_log_says_so() {
    let house = House::new().await;
    let mut own = staff(&house).await;
    house.clock.forward_ms(1_000);
    let mut other = house.browser();
    assert_eq!(log_in(&mut other, SAM, PASSWORD).await.status, 303);
    let listed = ends(&own.get("/admin/security").await.body);
    assert_eq!(own.post_from("/admin/security", &listed[0], &[]).await.header("location"), "/admin/security");
    assert_eq!(other.get("/admin").await.status, 303);
    let log = own.get("/admin/audit").await.body;
    assert!(log.contains("Signed out") && log.contains(SAM), "{log}");
}

#[tokio::test]
async fn a_session_that_is_left_alone_ends_and_one_that_is_used_goes_on() {
    let house = House::with_config(WebConfig { session_idle_minutes: 60, ..config(&theme()) }).await;
    let (mut used, mut left) = (house.logged_in(ANNA).await, house.logged_in(ANNA).await);
    for _ in 0..3 {
        house.clock.forward_ms(25 * 60_000);
        assert_eq!(used.get("/billing/invoices").await.status, 200);
    }
    let answer = left.get("/billing/invoices").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login?next=/billing/invoices&expired=yes"));
    let left = house.billing.store().sessions_of(Who::Client(house.anna), house.billing.now()).await;
    assert_eq!(left.expect("the store answers").len(), 1, "and is kept nowhere");
}

#[tokio::test]
async fn a_session_is_noted_as_seen_now_and_then_and_not_at_every_request() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let who = Who::Client(house.anna);
    let store = house.billing.store();
    let seen = async || {
        let sessions = store.sessions_of(who, house.billing.now()).await.expect("the store answers");
        (sessions[0].session.seen, sessions[0].session.device.address.clone())
    };
    let start = seen().await;
    house.clock.forward_ms(9 * 60_000);
    anna.from = Some((SocketAddr::from(([192, 0, 2, 7], 1)), ""));
    anna.get("/billing/invoices").await;
    assert_eq!(seen().await, start, "to some minutes");
    house.clock.forward_ms(60_000);
    anna.get("/billing/invoices").await;
    assert_eq!(seen().await, (house.billing.now(), "192.0.2.7".to_owned()));
    let all = store.end_sessions(who, Ending::All, ChangedBy::Command, house.billing.now());
    assert_eq!(all.await.expect("the store answers"), 1);
    let request = Request::builder().uri("/security").header(header::COOKIE, "tollgate-client=x");
    assert_eq!(anna.send(request.body(Body::empty()).expect("a request")).await.status, 303);
}
