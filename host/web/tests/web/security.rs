//! The page of the own access: the password.

use tollgate_billing::ports::PageOf;

use crate::admin::{SAM, log_in, staff};
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, BERT, House, PASSWORD};

const NEW: &str = "another long password";
/// Both doors: the page, and who comes by it.
const PAGES: [(&str, &str); 2] = [("/security", ANNA), ("/admin/security", SAM)];

/// A browser that the person of this page is logged in with.
async fn at(house: &House, page: &str) -> Browser {
    if page.starts_with("/admin") { staff(house).await } else { house.logged_in(ANNA).await }
}

/// Another browser of the same person.
async fn again(house: &House, page: &str, password: &str) -> (Browser, Answer) {
    let mut browser = house.browser();
    let is_staff = page.starts_with("/admin");
    let answer =
        if is_staff { log_in(&mut browser, SAM, password).await } else { browser.log_in(ANNA, password).await };
    (browser, answer)
}

async fn change(browser: &mut Browser, page: &str, current: &str, new: &str, again: &str) -> Answer {
    let fields = [("current", current), ("new", new), ("again", again)];
    browser.post_from(page, &format!("{page}/password"), &fields).await
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_this_one_goes_on_with_a_new_token() {
    for (page, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let (mut other, _) = again(&house, page, PASSWORD).await;
        let mut bert = house.logged_in(BERT).await;
        let old = own.cookies.clone();
        let changed = change(&mut own, page, PASSWORD, NEW, NEW).await;
        assert_eq!((changed.status, changed.header("location")), (303, page), "{}", changed.body);
        let shown = own.get(page).await;
        assert!(shown.status == 200 && shown.body.contains("Your password is changed"), "{}", shown.body);
        assert_eq!(other.get(page).await.status, 303, "signed out");
        assert_eq!(bert.get("/security").await.status, 200, "somebody else is not");
        let mut thief = house.browser();
        thief.cookies = old;
        assert_eq!(thief.get(page).await.status, 303, "the old token opens nothing");
        assert_eq!(again(&house, page, PASSWORD).await.1.status, 422);
        assert_eq!(again(&house, page, NEW).await.1.status, 303);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_changes() {
    let long = "x".repeat(1_025);
    let table = [
        ("", NEW, NEW, "current", "Enter your current password"),
        ("not the password", NEW, NEW, "current", "not right"),
        (PASSWORD, "", "", "new", "Enter a new password"),
        (PASSWORD, NEW, "another long passwort", "again", "differ"),
        (PASSWORD, "elevenchars", "elevenchars", "new", "at least 12"),
        (PASSWORD, &long, &long, "new", "too long"),
        (PASSWORD, "a bell \u{7} in the middle", "a bell \u{7} in the middle", "new", "control character"),
    ];
    for (page, email) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let (mut other, _) = again(&house, page, PASSWORD).await;
        let capitals = email.to_uppercase();
        for (current, new, repeated, field, words) in
            table.into_iter().chain([(PASSWORD, capitals.as_str(), capitals.as_str(), "new", "your e-mail address")])
        {
            let refused = change(&mut own, page, current, new, repeated).await;
            assert_eq!(refused.status, 422, "{words}");
            let marked = refused.body.contains(&format!("id=\"{field}-error\"")) && refused.body.contains(words);
            assert!(marked, "{field} {words}: {}", refused.body);
            for typed in [current, new, repeated].into_iter().filter(|typed| !typed.is_empty() && *typed != capitals) {
                assert!(!refused.body.contains(typed), "a password is shown: {typed}");
            }
        }
        assert_eq!(other.get(page).await.status, 200, "nobody was signed out");
        assert_eq!(again(&house, page, PASSWORD).await.1.status, 303, "the old password holds");
    }
}

#[tokio::test]
async fn wrong_current_passwords_count_as_wrong_logins() {
    for (page, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let mut stolen = house.browser();
        let session = own.cookies.iter().find(|(name, _)| !name.contains("visitor")).expect("a session");
        stolen.cookies.insert(session.0.clone(), session.1.clone());
        for _ in 0..10 {
            assert_eq!(change(&mut stolen, page, "a wrong password", NEW, NEW).await.status, 422);
        }
        assert_eq!(change(&mut stolen, page, PASSWORD, NEW, NEW).await.status, 429, "whoever guesses has to wait");
        assert_eq!(again(&house, page, PASSWORD).await.1.status, 429, "at the login too");
        assert_eq!(change(&mut own, page, PASSWORD, NEW, NEW).await.status, 303, "the known browser has its own tries");
    }
}

#[tokio::test]
async fn forms_of_another_site_change_no_password() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let fields = [("current", PASSWORD), ("new", NEW), ("again", NEW)];
    let forged = own.post_raw("/security/password", &fields, &[("origin", "https://evil.example")]).await;
    assert_eq!(forged.status, 403);
    assert_eq!(again(&house, "/security", PASSWORD).await.1.status, 303);
}

#[tokio::test]
async fn the_audit_log_tells_of_staff_and_not_of_clients() {
    for (page, expected) in [("/security", None), ("/admin/security", Some(("staff", SAM)))] {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        assert_eq!(change(&mut own, page, PASSWORD, NEW, NEW).await.status, 303);
        let rows = house.billing.store().audit(PageOf::first(100)).await.expect("the log");
        let noted = rows.iter().find(|row| row.action == "password-set");
        assert_eq!(noted.map(|row| (row.by.as_str(), row.subject.as_str())), expected);
        assert!(rows.iter().all(|row| !format!("{row:?}").contains(NEW)));
        let logins = rows.iter().filter(|row| row.action == "staff-logged-in").count();
        assert_eq!(logins, usize::from(expected.is_some()), "a session that goes on is no login");
    }
}
