//! In and out, and who is kept out.

use std::net::SocketAddr;

use tollgate_web::WebConfig;

use crate::house::{ANNA, BERT, House, PASSWORD, config, theme};

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let house = House::new().await;
    let mut pages = Vec::new();
    for (email, password) in [(ANNA, "wrong password"), ("nobody@example.test", "wrong password"), (ANNA, "x")] {
        let mut browser = house.browser();
        let answer = browser.log_in(email, password).await;
        assert_eq!(answer.status, 422);
        assert!(browser.cookies.keys().all(|name| name != "tollgate-client"), "nobody is let in");
        let key = answer.hidden("form_key");
        let page = answer.body.replace(email, "EMAIL").replace(&key, "KEY").replace(&answer.hidden("csrf"), "CSRF");
        pages.push(page);
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn an_empty_field_is_named() {
    let house = House::new().await;
    for (email, password, id) in [("", PASSWORD, "email-error"), (ANNA, "", "password-error")] {
        let answer = house.browser().log_in(email, password).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(id), "{id}");
    }
}

#[tokio::test]
async fn too_many_tries_have_to_wait() {
    let house = House::new().await;
    let mut browser = house.browser();
    for _ in 0..10 {
        assert_eq!(browser.log_in(ANNA, "wrong").await.status, 422);
    }
    let refused = browser.log_in(ANNA, PASSWORD).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "901"));
    assert!(refused.body.contains("901 seconds"), "the page says how long: {}", refused.body);
    house.clock.forward_ms(901_000);
    assert_eq!(browser.log_in(ANNA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn nobody_locks_out_a_browser_that_was_there_before() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let mut guesser = house.browser();
    for _ in 0..10 {
        assert_eq!(guesser.log_in(ANNA, "wrong").await.status, 422);
    }
    assert_eq!(guesser.log_in(ANNA, PASSWORD).await.status, 429, "whoever guesses has to wait");
    own.cookies.remove("tollgate-client");
    assert_eq!(own.log_in(ANNA, PASSWORD).await.status, 303, "from the same address, and let in");
    own.cookies.remove("tollgate-client");
    for _ in 0..10 {
        assert_eq!(own.log_in(ANNA, "wrong").await.status, 422);
    }
    assert_eq!(own.log_in(ANNA, PASSWORD).await.status, 429, "a browser that is known is limited too");
    assert_eq!(own.log_in(BERT, PASSWORD).await.status, 303, "and known for one account alone");
}

#[tokio::test]
async fn the_tries_of_an_address_run_out_for_strangers_only() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let mut guesser = house.browser();
    let mut refused = 0;
    for number in 0..101 {
        let answer = guesser.log_in(&format!("nobody{number}@example.test"), "wrong").await;
        refused += u32::from(answer.status == 429);
    }
    assert!(refused > 0, "the address has used its tries up");
    own.cookies.remove("tollgate-client");
    assert_eq!(own.log_in(ANNA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_login_leads_only_to_this_host() {
    let house = House::new().await;
    let check = async |next: &str, expected: &str| {
        let mut browser = house.browser();
        let fields = [("email", ANNA), ("password", PASSWORD), ("next", next)];
        let answer = browser.post_from("/login", "/login", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, expected), "{next}");
    };
    check("/billing/credit?before=5", "/billing/credit?before=5").await;
    check("", "/billing/invoices").await;
    check("https://evil.example/", "/billing/invoices").await;
    check("//evil.example", "/billing/invoices").await;
    check("/\\evil.example", "/billing/invoices").await;
    let mut browser = house.browser();
    let page = browser.get("/login?next=//evil.example").await;
    assert!(!page.body.contains("evil.example"));
    let asked = browser.get("/billing/invoices/7?x=%22%3E").await;
    assert_eq!(asked.header("location"), "/login?next=/billing/invoices/7%3Fx%3D%2522%253E");
}

#[tokio::test]
async fn a_login_makes_a_new_session_and_ends_the_old_one() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.cookies.insert("tollgate-client".to_owned(), "a".repeat(64));
    browser.log_in(ANNA, PASSWORD).await;
    let first = browser.cookies["tollgate-client"].clone();
    assert_ne!(first, "a".repeat(64), "a planted session is not taken over");
    browser.log_in(ANNA, PASSWORD).await;
    assert_ne!(browser.cookies["tollgate-client"], first);
    let mut thief = house.browser();
    thief.cookies.insert("tollgate-client".to_owned(), first);
    assert_eq!(thief.get("/billing/invoices").await.status, 303);
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over_or_its_client_leaves() {
    let house = House::new().await;
    let mut browser = house.logged_in(ANNA).await;
    let kept = browser.cookies.clone();
    assert_eq!(browser.post_from("/billing/invoices", "/logout", &[]).await.header("location"), "/login");
    let mut thief = house.browser();
    thief.cookies = kept;
    assert_eq!(thief.get("/billing/invoices").await.status, 303, "the session is gone, not only its cookie");

    let mut late = house.logged_in(ANNA).await;
    house.clock.forward_ms(12 * 3_600_000);
    let answer = late.get("/billing/credit").await;
    assert_eq!(answer.header("location"), "/login?next=/billing/credit&expired=yes");
    let page = late.get(answer.header("location")).await;
    assert!(page.body.contains("expired"), "the page says why");
}

#[tokio::test]
async fn the_doors_of_clients_and_staff_are_apart() {
    let house = House::new().await;
    let mut browser = house.logged_in(ANNA).await;
    let token = browser.cookies.remove("tollgate-client").expect("a session");
    browser.cookies.insert("tollgate-staff".to_owned(), token);
    assert_eq!(browser.get("/billing/invoices").await.status, 303);
}

#[tokio::test]
async fn the_sessions_cookie_is_out_of_reach_of_scripts() {
    let house = House::new().await;
    let answer = house.browser().log_in(ANNA, PASSWORD).await;
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
}

#[tokio::test]
async fn only_a_trusted_proxy_says_whose_logins_are_counted() {
    let trusted_proxies = vec!["192.0.2.0/30".parse().expect("a network")];
    let house = House::with_config(WebConfig { trusted_proxies, ..config(&theme()) }).await;
    let mut browser = house.browser();
    let (proxy, nobody) = (SocketAddr::from(([192, 0, 2, 1], 4_711)), SocketAddr::from(([198, 51, 100, 7], 4_711)));
    // Ten are counted; of the eleventh it matters who it is from.
    for (peer, first, then, expected) in [
        (proxy, "203.0.113.9", "203.0.113.10", 422),
        (proxy, "203.0.113.11", "203.0.113.99, 203.0.113.11", 429),
        (nobody, "203.0.113.12", "203.0.113.13", 429),
    ] {
        browser.from = Some((peer, first));
        for _ in 0..10 {
            assert_eq!(browser.log_in(BERT, "a wrong password").await.status, 422, "{peer} {first}");
        }
        browser.from = Some((peer, then));
        assert_eq!(browser.log_in(BERT, "a wrong password").await.status, expected, "{peer} {first}, then {then}");
    }
}
