//! Setting a second step up, and what its section of the security page does.

use tollgate_billing::people::{Side, Who};
use tollgate_billing::ports::{MailError, PageOf};

use crate::admin::{SAM, staff};
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, BERT, House, PASSWORD};

/// Both doors: the page, who comes by it, and where the login is.
pub const PAGES: [(&str, &str, &str); 2] = [("/security", ANNA, "/login"), ("/admin/security", SAM, "/admin/login")];

/// A browser that the person of this page is logged in with.
pub async fn at(house: &House, page: &str) -> Browser {
    if page.starts_with("/admin") { staff(house).await } else { house.logged_in(ANNA).await }
}

pub async fn who(house: &House, page: &str) -> Who {
    if page.starts_with("/admin") {
        let sam = house.billing.store().staff_by_email(SAM).await.expect("the store answers");
        return Who::Staff(sam.expect("Sam").id);
    }
    Who::Client(house.anna)
}

pub async fn password(browser: &mut Browser, page: &str, what: &str, typed: &str) -> Answer {
    browser.post_from(page, &format!("{page}/second-step/{what}"), &[("second-password", typed)]).await
}

/// Opens the page on which an app is set up.
async fn begin(browser: &mut Browser, page: &str) -> Answer {
    let answer = password(browser, page, "set-up", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

async fn confirm(browser: &mut Browser, page: &str, shown: &Answer, code: &str) -> Answer {
    let (csrf, word) = (shown.hidden("csrf"), shown.hidden("page"));
    let fields = [("csrf", csrf.as_str()), ("page", word.as_str()), ("code", code)];
    browser.post_raw(&format!("{page}/second-step/confirm"), &fields, &[]).await
}

/// The recovery codes that a page shows.
pub fn codes(answer: &Answer) -> Vec<String> {
    let rest = answer.body.split("<li><code>").skip(1);
    rest.filter_map(|rest| rest.split_once("</code>")).map(|(code, _)| code.to_owned()).collect()
}

/// Sets an app up, whose code of this moment is used by it. Without codes where something else was set up before.
pub async fn set_up(house: &House, browser: &mut Browser, page: &str) -> Vec<String> {
    let shown = begin(browser, page).await;
    let code = house.apps.code(who(house, page).await, house.billing.now()).await;
    let done = confirm(browser, page, &shown, &code).await;
    let codes = codes(&done);
    assert_eq!(done.status, if codes.is_empty() { 303 } else { 200 }, "{}", done.body);
    codes
}

#[tokio::test]
async fn an_app_is_set_up_by_password_and_code_and_recovery_codes_are_shown_once() {
    for (page, email, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let before = own.get(page).await.body;
        assert!(before.contains("Two-step sign-in") && before.contains("Set up") && !before.contains("Turn off"));
        let shown = begin(&mut own, page).await;
        assert_eq!(shown.header("cache-control"), "no-store");
        for part in ["<svg class=\"qr-code\"", "Test &lt;Hosting&gt;", "Code that the app shows"] {
            assert!(shown.body.contains(part) || part.starts_with("Test"), "{part}: {}", shown.body);
        }
        assert!(!shown.body.contains(email) || shown.body.contains("account"), "{email}");
        assert!(own.get(page).await.body.contains("Set up"), "nothing is on before a code came");

        let wrong = confirm(&mut own, page, &shown, "000000").await;
        assert!(wrong.status == 422 && wrong.body.contains("not the code of this key"), "{}", wrong.body);
        assert_eq!(wrong.hidden("page"), shown.hidden("page"), "the same key goes on");
        let empty = confirm(&mut own, page, &wrong, "").await;
        assert!(empty.status == 422 && empty.body.contains("Enter the code"));

        let code = house.apps.code(who(&house, page).await, house.billing.now()).await;
        let done = confirm(&mut own, page, &wrong, &format!(" {} {} ", &code[..3], &code[3..])).await;
        let codes = codes(&done);
        assert_eq!((done.status, codes.len()), (200, 10), "{}", done.body);
        assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");
        let after = own.get(page).await;
        assert_eq!(after.status, 200, "this browser stays in");
        for words in ["Authenticator app", "10 recovery codes left", "Turn off"] {
            assert!(after.body.contains(words), "{words}: {}", after.body);
        }
        assert!(codes.iter().all(|code| !after.body.contains(code)));
        let again = confirm(&mut own, page, &shown, &code).await;
        assert_eq!(again.status, 303, "a page that was used up confirms nothing");
        let second = password(&mut own, page, "set-up", PASSWORD).await;
        assert_eq!((second.status, second.header("location")), (303, page), "one is on already");
    }
}

#[tokio::test]
async fn every_other_session_ends_when_it_is_switched_on() {
    let house = House::new().await;
    let mut other = house.logged_in(ANNA).await;
    let mut bert = house.logged_in(BERT).await;
    let mut own = house.logged_in(ANNA).await;
    set_up(&house, &mut own, "/security").await;
    assert_eq!(own.get("/security").await.status, 200);
    assert_eq!(other.get("/security").await.status, 303);
    assert_eq!(bert.get("/security").await.status, 200);
}

#[tokio::test]
async fn each_step_asks_for_the_password_and_counts_wrong_ones_as_logins() {
    for (page, _, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        for what in ["set-up", "codes", "off"] {
            let empty = password(&mut own, page, what, "").await;
            assert!(empty.status == 422 && empty.body.contains("Enter your current password"), "{what}");
            let wrong = password(&mut own, page, what, "a wrong password").await;
            assert!(wrong.status == 422 && wrong.body.contains("id=\"second-password-error\""), "{what}");
            assert!(!wrong.body.contains("a wrong password"));
        }
        set_up(&house, &mut own, page).await;
        for what in ["codes", "off"] {
            assert_eq!(password(&mut own, page, what, "a wrong password").await.status, 422, "{what}");
        }
        assert!(own.get(page).await.body.contains("Turn off"), "it is still on");
        for _ in 0..8 {
            password(&mut own, page, "off", "a wrong password").await;
        }
        assert_eq!(password(&mut own, page, "off", PASSWORD).await.status, 429);
        assert_eq!(
            own.post_raw(&format!("{page}/second-step/off"), &[], &[]).await.status,
            403,
            "a form without its token"
        );
    }
}

#[tokio::test]
async fn whoever_has_the_session_alone_does_not_see_the_key_that_is_being_set_up() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let shown = begin(&mut own, "/security").await;
    let mut thief = house.browser();
    thief.cookies = own.cookies.clone();
    let csrf = thief.get("/security").await.hidden("csrf");
    for (word, status) in [("0".repeat(64), 303), (String::new(), 400), ("x".repeat(9_000), 400)] {
        let fields = [("csrf", csrf.as_str()), ("page", word.as_str()), ("code", "000000")];
        let answer = thief.post_raw("/security/second-step/confirm", &fields, &[]).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let mut bert = house.logged_in(BERT).await;
    let csrf = bert.get("/security").await.hidden("csrf");
    let word = shown.hidden("page");
    let fields = [("csrf", csrf.as_str()), ("page", word.as_str()), ("code", "000000")];
    assert_eq!(bert.post_raw("/security/second-step/confirm", &fields, &[]).await.status, 303, "it is not Bert's");
}

#[tokio::test]
async fn a_setting_up_that_took_too_long_or_was_begun_anew_confirms_nothing() {
    let house = House::new().await;
    let mut own = house.logged_in(ANNA).await;
    let first = begin(&mut own, "/security").await;
    let old = house.apps.code(Who::Client(house.anna), house.billing.now()).await;
    let second = begin(&mut own, "/security").await;
    assert_eq!(confirm(&mut own, "/security", &first, &old).await.status, 303, "the newer page counts");
    house.clock.forward_ms(15 * 60_000 + 1);
    let code = house.apps.code(Who::Client(house.anna), house.billing.now()).await;
    let late = confirm(&mut own, "/security", &second, &code).await;
    assert_eq!((late.status, late.header("location")), (303, "/security"));
    let shown = own.get("/security").await.body;
    assert!(shown.contains("Nothing was changed") && shown.contains("Set up"), "{shown}");
}

#[tokio::test]
async fn new_codes_replace_those_before_and_turning_off_forgets_all() {
    for (page, _, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        assert_eq!(password(&mut own, page, "codes", PASSWORD).await.status, 303, "there are none to replace");
        let first = set_up(&house, &mut own, page).await;
        let renewed = password(&mut own, page, "codes", PASSWORD).await;
        let second = codes(&renewed);
        assert!(renewed.status == 200 && second.len() == 10 && second.iter().all(|code| !first.contains(code)));
        assert!(renewed.body.contains("replace those that you had before"));
        let off = password(&mut own, page, "off", PASSWORD).await;
        assert_eq!((off.status, off.header("location")), (303, page));
        assert!(own.get(page).await.body.contains("Two-step sign-in is off"));
        let store = house.billing.store();
        let who = who(&house, page).await;
        assert_eq!(store.second_step(who).await, Ok(None));
        assert_eq!(store.recovery_hash(who).await, Ok(None));
    }
}

#[tokio::test]
async fn mails_and_the_audit_log_tell_of_each_change() {
    for (page, email, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        set_up(&house, &mut own, page).await;
        password(&mut own, page, "codes", PASSWORD).await;
        password(&mut own, page, "off", PASSWORD).await;
        let post = Post::default();
        house.billing.send_mails(Some(&post), &house.state).await.expect("the store answers");
        let letters = post.0.into_inner().expect("nobody panicked");
        let subjects: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
        let expected = [
            "Two-step sign-in for Test <Hosting> is on",
            "New recovery codes for Test <Hosting>",
            "Two-step sign-in for Test <Hosting> is off",
        ];
        assert_eq!(subjects, expected);
        let forgot = if page.starts_with("/admin") { "/admin/forgot-password" } else { "/forgot-password" };
        for letter in &letters {
            assert_eq!(letter.to.email, email);
            assert!(letter.text.contains(&format!("http://localhost:8080{forgot}")), "{}", letter.text);
            assert!(letter.html.contains("Test &lt;Hosting&gt;"), "{}", letter.html);
        }
        let rows = house.billing.store().audit(PageOf::first(100)).await.expect("the log");
        let noted: Vec<&str> =
            rows.iter().rev().filter(|row| row.subject == email).map(|row| row.action.as_str()).collect();
        let of_staff = ["staff-added", "second-step-on", "recovery-codes-made", "second-step-off"];
        let expected: &[&str] = if page.starts_with("/admin") { &of_staff } else { &["client-added"] };
        assert_eq!(noted, expected);
    }
}

/// Takes every mail.
#[derive(Default)]
struct Post(std::sync::Mutex<Vec<tollgate_billing::mail::Letter>>);

#[async_trait::async_trait]
impl tollgate_billing::ports::Mail for Post {
    async fn send(&self, _: &str, letter: &tollgate_billing::mail::Letter) -> Result<String, MailError> {
        self.0.lock().expect("nobody panicked").push(letter.clone());
        Ok("taken".to_owned())
    }

    async fn reach(&self) -> Result<(), MailError> {
        Ok(())
    }
}

#[tokio::test]
async fn without_mail_none_is_written_down() {
    let config = tollgate_web::WebConfig { mail: false, ..crate::house::config(&crate::house::theme()) };
    let house = House::with_config(config).await;
    let mut own = house.logged_in(ANNA).await;
    set_up(&house, &mut own, "/security").await;
    password(&mut own, "/security", "off", PASSWORD).await;
    assert_eq!(house.billing.store().due_mails(house.billing.now(), 10).await, Ok(Vec::new()));
    assert_eq!(Side::of(Who::Client(house.anna)), Side::Client);
}
