//! Logging in with a second step, and who is kept out.

use tollgate_billing::people::{ChangedBy, PasswordChange, Who};
use tollgate_billing::ports::PageOf;

use crate::admin::{SAM, log_in, staff};
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, House, PASSWORD};
use crate::second_step_set_up::{PAGES, at, set_up, who};

const STEP_MS: i64 = 30_000;

/// A house in which the person of this page has an app, whose latest code was used half an hour ago, and the recovery codes.
async fn ready(page: &str) -> (House, Vec<String>) {
    let house = House::new().await;
    let mut own = at(&house, page).await;
    let codes = set_up(&house, &mut own, page).await;
    house.clock.forward_ms(60 * STEP_MS);
    (house, codes)
}

async fn password(browser: &mut Browser, login: &str, email: &str) -> Answer {
    browser.post_from(login, login, &[("email", email), ("password", PASSWORD)]).await
}

/// A browser that gave the right password.
pub async fn halfway(house: &House, login: &str, email: &str) -> Browser {
    let mut browser = house.browser();
    let answer = password(&mut browser, login, email).await;
    assert_eq!((answer.status, answer.header("location")), (303, format!("{login}/second-step").as_str()));
    browser
}

pub async fn second(browser: &mut Browser, login: &str, code: &str) -> Answer {
    // The token of the login page is the same, and that page is there for everybody.
    browser.post_from(login, &format!("{login}/second-step"), &[("code", code), ("next", "")]).await
}

async fn code(house: &House, page: &str) -> String {
    house.apps.code(who(house, page).await, house.billing.now()).await
}

pub fn start(login: &str) -> &str {
    if login.starts_with("/admin") { "/admin" } else { "/billing/invoices" }
}

/// Not a code of this moment, whatever the app shows.
fn wrong(right: &str) -> String {
    right.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

#[tokio::test]
async fn the_password_alone_opens_nothing_and_a_code_makes_it_whole() {
    for (page, email, login) in PAGES {
        let (house, _) = ready(page).await;
        let mut browser = halfway(&house, login, email).await;
        let session = if page.starts_with("/admin") { "tollgate-staff" } else { "tollgate-client" };
        assert!(!browser.cookies.contains_key(session));
        assert_eq!(browser.get(page).await.status, 303, "there is no session");
        let shown = browser.get(&format!("{login}/second-step")).await;
        assert!(shown.status == 200 && shown.body.contains("Second step"), "{}", shown.body);
        let right = code(&house, page).await;
        let empty = second(&mut browser, login, " ").await;
        assert!(empty.status == 422 && empty.body.contains("Enter the code"));
        let refused = second(&mut browser, login, &wrong(&right)).await;
        assert!(refused.status == 422 && refused.body.contains("id=\"code-error\""), "{}", refused.body);
        let entered = second(&mut browser, login, &right).await;
        assert_eq!((entered.status, entered.header("location")), (303, start(login)), "{}", entered.body);
        assert_eq!(browser.get(page).await.status, 200);
        assert!(browser.cookies.keys().all(|name| !name.contains("half")), "{:?}", browser.cookies);
    }
}

#[tokio::test]
async fn a_code_is_taken_once_and_none_before_it_is_taken_after() {
    for (page, email, login) in PAGES {
        let (house, _) = ready(page).await;
        let earlier = code(&house, page).await;
        house.clock.forward_ms(STEP_MS);
        let right = code(&house, page).await;
        let mut first = halfway(&house, login, email).await;
        assert_eq!(second(&mut first, login, &right).await.header("location"), start(login));
        let mut thief = halfway(&house, login, email).await;
        for used in [&right, &earlier] {
            assert_eq!(second(&mut thief, login, used).await.status, 422, "{used}");
        }
        house.clock.forward_ms(STEP_MS);
        assert_eq!(second(&mut thief, login, &right).await.status, 422, "the next step does not make it new");
        let next = code(&house, page).await;
        assert_eq!(second(&mut thief, login, &next).await.header("location"), start(login));
    }
}

#[tokio::test]
async fn the_code_that_switched_it_on_logs_nobody_in() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    set_up(&house, &mut own, "/security").await;
    let mut browser = halfway(&house, "/login", ANNA).await;
    assert_eq!(second(&mut browser, "/login", &code(&house, "/security").await).await.status, 422);
}

#[tokio::test]
async fn codes_of_the_steps_beside_are_taken_and_of_others_not() {
    for (steps, taken) in [(-2, false), (-1, true), (1, true), (2, false)] {
        let (house, _) = ready("/security").await;
        let at = house.billing.now().plus_ms(steps * STEP_MS);
        let typed = house.apps.code(Who::Client(house.anna), at).await;
        let mut browser = halfway(&house, "/login", ANNA).await;
        assert_eq!(second(&mut browser, "/login", &typed).await.status == 303, taken, "{steps} steps");
    }
}

#[tokio::test]
async fn each_recovery_code_lets_in_once_and_is_told_of() {
    for (page, email, login) in PAGES {
        let (house, codes) = ready(page).await;
        let mut browser = halfway(&house, login, email).await;
        let typed = codes[4].to_uppercase().replace('-', " ");
        assert_eq!(second(&mut browser, login, &typed).await.header("location"), start(login));
        assert!(browser.get(page).await.body.contains("9 recovery codes left"));
        let mut again = halfway(&house, login, email).await;
        assert_eq!(second(&mut again, login, &codes[4]).await.status, 422, "it is used up");
        assert_eq!(second(&mut again, login, "0000-0000-0000-0000").await.status, 422);
        assert_eq!(second(&mut again, login, &codes[5]).await.status, 303);
        let mails = house.billing.store().due_mails(house.billing.now(), 10).await.expect("the store answers");
        assert_eq!(mails.len(), 3, "switched on, and two codes used: {mails:?}");
        let log = house.billing.store().audit(PageOf::first(100)).await.expect("the log");
        let used = log.iter().filter(|row| row.action == "recovery-code-used" && row.subject == email).count();
        assert_eq!(used, if page.starts_with("/admin") { 2 } else { 0 });
    }
}

#[tokio::test]
async fn five_wrong_codes_end_it_and_the_password_is_asked_for_again() {
    for (page, email, login) in PAGES {
        let (house, _) = ready(page).await;
        let mut browser = halfway(&house, login, email).await;
        let held = browser.cookies.clone();
        let right = code(&house, page).await;
        for _ in 0..4 {
            assert_eq!(second(&mut browser, login, &wrong(&right)).await.status, 422);
        }
        let fifth = second(&mut browser, login, "not a code at all").await;
        assert_eq!((fifth.status, fifth.header("location")), (303, login));
        assert!(browser.get(login).await.body.contains("wrong too often"));
        browser.cookies = held;
        assert_eq!(second(&mut browser, login, &right).await.header("location"), login, "its cookie is worth nothing");
        let mut again = halfway(&house, login, email).await;
        assert_eq!(second(&mut again, login, &right).await.header("location"), start(login));
    }
}

#[tokio::test]
async fn wrong_codes_count_for_the_person_but_not_for_browsers_that_got_in_before() {
    let (house, _) = ready("/security").await;
    let mut known = halfway(&house, "/login", ANNA).await;
    let first = code(&house, "/security").await;
    assert_eq!(second(&mut known, "/login", &first).await.status, 303);
    house.clock.forward_ms(STEP_MS);
    let right = code(&house, "/security").await;
    for _ in 0..2 {
        let mut thief = halfway(&house, "/login", ANNA).await;
        for _ in 0..5 {
            second(&mut thief, "/login", &wrong(&right)).await;
        }
    }
    let mut thief = halfway(&house, "/login", ANNA).await;
    assert_eq!(second(&mut thief, "/login", &right).await.status, 429, "whoever guesses has to wait");
    let answer = password(&mut known, "/login", ANNA).await;
    assert_eq!(answer.header("location"), "/login/second-step");
    assert_eq!(second(&mut known, "/login", &right).await.status, 303, "the known browser has its own tries");
    let mut bert = house.browser();
    assert_eq!(bert.log_in(crate::house::BERT, PASSWORD).await.header("location"), "/billing/invoices");
}

#[tokio::test]
async fn a_half_sign_in_ends_after_ten_minutes_and_with_another_password() {
    for (page, email, login) in PAGES {
        let (house, _) = ready(page).await;
        let mut slow = halfway(&house, login, email).await;
        house.clock.forward_ms(10 * 60_000);
        let typed = code(&house, page).await;
        assert_eq!(second(&mut slow, login, &typed).await.header("location"), login);
        assert!(slow.get(login).await.body.contains("took too long"));

        let mut waiting = halfway(&house, login, email).await;
        let (who, at) = (who(&house, page).await, house.billing.now());
        let password_hash = tollgate_web::hash_password(email, "another long password").expect("a long password");
        let by = ChangedBy::Command;
        let change = PasswordChange { who, password_hash, was: None, by, session: None, at };
        assert_eq!(house.billing.store().set_password(change).await, Ok(true));
        let typed = code(&house, page).await;
        assert_eq!(second(&mut waiting, login, &typed).await.header("location"), login);
        assert_eq!(waiting.get(page).await.status, 303);
    }
}

#[tokio::test]
async fn a_new_password_by_mail_does_not_get_around_it() {
    let (house, _) = ready("/security").await;
    let (store, now) = (house.billing.store(), house.billing.now());
    let token = "ab".repeat(32);
    let sha256 = <sha2::Sha256 as sha2::Digest>::digest(token.as_bytes()).into();
    store.put_reset(Who::Client(house.anna), sha256, now.plus_ms(60_000)).await.expect("the store answers");
    let mut waiting = halfway(&house, "/login", ANNA).await;
    let mut thief = house.browser();
    let fields = [("code", token.as_str()), ("password", "another long password"), ("again", "another long password")];
    assert_eq!(thief.post_from("/new-password", "/new-password", &fields).await.header("location"), "/login");
    let answer = thief.log_in(ANNA, "another long password").await;
    assert_eq!(answer.header("location"), "/login/second-step");
    assert_eq!(thief.get("/security").await.status, 303);
    let typed = code(&house, "/security").await;
    assert_eq!(second(&mut waiting, "/login", &typed).await.header("location"), "/login", "half sign-ins end with it");
}

#[tokio::test]
async fn nobody_learns_of_a_second_step_without_the_right_password() {
    let (house, _) = ready("/security").await;
    let mut pages = Vec::new();
    for email in [ANNA, crate::house::BERT, "nobody@example.test"] {
        let mut browser = house.browser();
        let answer = browser.log_in(email, "a wrong password").await;
        assert!(browser.cookies.keys().all(|name| !name.contains("half")));
        let (key, csrf) = (answer.hidden("form_key"), answer.hidden("csrf"));
        pages.push((answer.status, answer.body.replace(email, "EMAIL").replace(&key, "KEY").replace(&csrf, "CSRF")));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    for login in ["/login", "/admin/login"] {
        let page = format!("{login}/second-step");
        let mut nobody = house.browser();
        assert_eq!(nobody.get(&page).await.header("location"), login);
        let answer = nobody.post_from(login, &page, &[("code", "123456"), ("next", "")]).await;
        assert_eq!((answer.status, answer.header("location")), (303, login));
        assert!(!nobody.cookies.contains_key("tollgate-flash"), "whoever gave no password is told nothing");
    }
}

#[tokio::test]
async fn a_clients_half_sign_in_is_none_of_staff() {
    let (house, _) = ready("/security").await;
    let mut browser = halfway(&house, "/login", ANNA).await;
    let half = browser.cookies["tollgate-client-half"].clone();
    browser.cookies.insert("tollgate-staff-half".to_owned(), half.clone());
    browser.cookies.insert("tollgate-client".to_owned(), half.clone());
    browser.cookies.insert("tollgate-staff".to_owned(), half);
    let typed = code(&house, "/security").await;
    assert_eq!(second(&mut browser, "/admin/login", &typed).await.header("location"), "/admin/login");
    assert_eq!(browser.get("/admin").await.status, 303);
    assert_eq!(browser.get("/security").await.status, 303);
}

#[tokio::test]
async fn the_login_leads_back_to_where_it_was_asked_for_and_nowhere_else() {
    for (page, email, login) in PAGES {
        for (next, expected) in
            [(page, page), ("https://evil.example/", start(login)), ("//evil.example", start(login))]
        {
            let (house, _) = ready(page).await;
            let mut browser = house.browser();
            let fields = [("email", email), ("password", PASSWORD), ("next", next)];
            let answer = browser.post_from(login, login, &fields).await;
            let to = answer.header("location").to_owned();
            let shown = browser.get(&to).await;
            let kept = shown.hidden("next");
            assert_eq!(kept, if next == page { page } else { "" });
            let typed = code(&house, page).await;
            let second = format!("{login}/second-step");
            let direct = browser.post_from(&to, &second, &[("code", &typed), ("next", next)]).await;
            assert_eq!(direct.header("location"), expected);
        }
    }
}

#[tokio::test]
async fn a_session_that_was_there_is_replaced_and_forged_forms_do_nothing() {
    let (house, _) = ready("/security").await;
    let mut own = halfway(&house, "/login", ANNA).await;
    let typed = code(&house, "/security").await;
    assert_eq!(second(&mut own, "/login", &typed).await.status, 303);
    let before = own.cookies.clone();
    house.clock.forward_ms(2 * STEP_MS);
    assert_eq!(password(&mut own, "/login", ANNA).await.status, 303);
    assert_eq!(own.get("/security").await.status, 200, "the old one goes on until the new one is whole");
    let typed = code(&house, "/security").await;
    let forged = own.post_raw("/login/second-step", &[("code", &typed), ("next", "")], &[]).await;
    assert_eq!(forged.status, 403);
    assert_eq!(second(&mut own, "/login", &typed).await.status, 303);
    assert_ne!(own.cookies["tollgate-client"], before["tollgate-client"]);
    let mut thief = house.browser();
    thief.cookies = before;
    assert_eq!(thief.get("/security").await.status, 303, "the session before is over");
}

#[tokio::test]
async fn whoever_has_no_second_step_is_asked_for_none() {
    let house = House::new().await;
    staff(&house).await;
    let mut browser = house.browser();
    assert_eq!(log_in(&mut browser, SAM, PASSWORD).await.header("location"), "/admin");
    assert_eq!(browser.get("/admin/login/second-step").await.header("location"), "/admin/login");
}
