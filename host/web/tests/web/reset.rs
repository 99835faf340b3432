//! A forgotten password: who learns what, who gets a link, and what the link can do.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tollgate_billing::billing::Posted;
use tollgate_billing::mail::Letter;
use tollgate_billing::ports::{Mail, MailError, PageOf};
use tollgate_billing::roles::Role;
use tollgate_web::WebConfig;

use crate::admin::hire;
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, BERT, House, PASSWORD, config, theme};

const NEW: &str = "another long password";
const SAM: &str = "sam@example.test";

/// Takes every letter, or answers with the error that it is given.
#[derive(Default)]
struct Postbox {
    letters: Mutex<Vec<(String, Letter)>>,
    error: Mutex<Option<MailError>>,
}

#[async_trait]
impl Mail for Postbox {
    async fn send(&self, id: &str, letter: &Letter) -> Result<String, MailError> {
        if let Some(error) = self.error.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(error);
        }
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).push((id.to_owned(), letter.clone()));
        Ok("250 Taken".to_owned())
    }

    async fn reach(&self) -> Result<(), MailError> {
        Ok(())
    }
}

impl Postbox {
    fn breaks(error: MailError) -> Self {
        Self { error: Mutex::new(Some(error)), ..Self::default() }
    }

    async fn empty(&self, house: &House) -> Posted {
        house.billing.send_mails(Some(self), &house.state).await.expect("the store answers")
    }

    fn taken(&self) -> Vec<Letter> {
        let letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.iter().map(|(_, letter)| letter.clone()).collect()
    }

    /// The code of the newest link.
    fn code(&self) -> String {
        let text = self.taken().last().expect("a letter came").text.clone();
        let link = text.split_whitespace().find(|word| word.contains("new-password#")).expect("it has a link");
        link.split_once('#').expect("it has a code").1.to_owned()
    }
}

async fn ask(browser: &mut Browser, door: &str, email: &str) -> Answer {
    let page = format!("{door}/forgot-password");
    browser.post_from(&page, &page, &[("email", email)]).await
}

async fn set(browser: &mut Browser, door: &str, code: &str, password: &str) -> Answer {
    let page = format!("{door}/new-password");
    browser.post_from(&page, &page, &[("code", code), ("password", password), ("again", password)]).await
}

#[tokio::test]
async fn a_client_who_forgot_the_password_sets_a_new_one_by_a_link() {
    let house = House::new().await;
    let (mut elsewhere, mut browser, postbox) = (house.logged_in(ANNA).await, house.browser(), Postbox::default());
    assert!(browser.get("/login").await.body.contains("href=\"/forgot-password\""));
    let asked = ask(&mut browser, "", "Anna@Example.test").await;
    assert_eq!((asked.status, asked.header("location")), (303, "/login"));
    assert!(browser.get("/login").await.body.contains("If the address is known here"));
    assert_eq!(postbox.empty(&house).await.sent, 1);
    let letter = postbox.taken().remove(0);
    assert_eq!((letter.to.email.as_str(), letter.subject.as_str()), (ANNA, "A new password for Test <Hosting>"));
    let link = format!("http://localhost:8080/new-password#{}", postbox.code());
    assert!(letter.text.contains(&link) && letter.text.contains("within 30 minutes"), "{}", letter.text);
    assert!(letter.html.contains("Anna &lt;script&gt;") && !letter.html.contains("<script"), "{}", letter.html);
    let page = browser.get("/new-password").await;
    assert_eq!(
        (page.status, page.header("referrer-policy"), page.header("cache-control")),
        (200, "same-origin", "no-store"),
        "stricter, and browsers would not say of the form that it came from here"
    );
    let done = set(&mut browser, "", &postbox.code(), NEW).await;
    assert_eq!((done.status, done.header("location")), (303, "/login"));
    assert_eq!(elsewhere.get("/billing/invoices").await.status, 303, "every session has ended");
    assert_eq!(house.browser().log_in(ANNA, PASSWORD).await.status, 422);
    assert_eq!(house.browser().log_in(ANNA, NEW).await.status, 303);
    let again = set(&mut browser, "", &postbox.code(), "a third long password").await;
    assert!(again.status == 422 && again.body.contains("This link was used"), "{}", again.body);
    assert_eq!(postbox.empty(&house).await.sent, 1);
    let told = postbox.taken().remove(1);
    assert!(told.subject.contains("was changed") && told.text.contains("http://localhost:8080/forgot-password"));
    assert!(!told.text.contains('#'), "{}", told.text);
}

#[tokio::test]
async fn an_address_that_nobody_has_is_answered_like_one_that_somebody_has() {
    let house = House::new().await;
    let mut seen = Vec::new();
    for email in [ANNA, "nobody@example.test", BERT] {
        let mut browser = house.browser();
        let answer = ask(&mut browser, "", email).await;
        let page = browser.get("/login").await;
        let body = page.body.replace(&page.hidden("csrf"), "CSRF").replace(&page.hidden("form_key"), "KEY");
        seen.push((answer.status, answer.headers, answer.body, page.status, body));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    let rows = house.billing.store().due_mails(house.billing.now(), 10).await.expect("the store answers");
    assert_eq!(rows.len(), 3, "the same was written for each");
    let postbox = Postbox::default();
    assert_eq!(postbox.empty(&house).await, Posted { sent: 2, ..Posted::default() });
    let left = house.billing.store().due_mails(house.billing.now(), 10).await.expect("the store answers");
    assert!(left.is_empty(), "what nobody has is forgotten");
}

#[tokio::test]
async fn limits_are_the_same_for_every_address() {
    let house = House::new().await;
    for email in [ANNA, "nobody@example.test"] {
        let mut browser = house.browser();
        for _ in 0..3 {
            assert_eq!(ask(&mut browser, "", email).await.status, 303);
        }
        assert_eq!(ask(&mut browser, "", email).await.status, 429, "{email}");
    }
    let mut statuses = Vec::new();
    for number in 0..20 {
        statuses.push(ask(&mut house.browser(), "", &format!("{number}@example.test")).await.status);
    }
    assert_eq!((statuses[0], statuses[19]), (303, 429), "an address on the network has its own limit");
    house.clock.forward_ms(3_600_000);
    assert_eq!(ask(&mut house.browser(), "", ANNA).await.status, 303);
}

#[tokio::test]
async fn a_link_ends_with_its_time_with_a_newer_one_and_at_another_door() {
    let house = House::new().await;
    let (mut browser, postbox) = (house.browser(), Postbox::default());
    ask(&mut browser, "", ANNA).await;
    postbox.empty(&house).await;
    let older = postbox.code();
    ask(&mut browser, "", ANNA).await;
    postbox.empty(&house).await;
    let newer = postbox.code();
    assert_ne!(older, newer);
    assert_eq!(set(&mut browser, "", &older, NEW).await.status, 422, "a newer one ended it");
    assert_eq!(set(&mut browser, "/admin", &newer, NEW).await.status, 422, "it is a client's");
    house.clock.forward_ms(30 * 60_000);
    assert_eq!(set(&mut browser, "", &newer, NEW).await.status, 422, "too late");
    assert_eq!(house.browser().log_in(ANNA, PASSWORD).await.status, 303, "nothing was changed");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_password_is_said_beside_its_field() {
    let house = House::new().await;
    let (mut browser, postbox) = (house.browser(), Postbox::default());
    ask(&mut browser, "", ANNA).await;
    postbox.empty(&house).await;
    let code = postbox.code();
    let long = "x".repeat(1_025);
    for (password, again, id) in [
        ("eleven char", "eleven char", "password-error"),
        (NEW, "other", "again-error"),
        (&long, &long, "password-error"),
    ] {
        let fields = [("code", code.as_str()), ("password", password), ("again", again)];
        let answer = browser.post_from("/new-password", "/new-password", &fields).await;
        assert!(answer.status == 422 && answer.body.contains(id), "{id}: {}", answer.body);
        assert!(
            !answer.body.contains(password) && answer.body.contains(&code),
            "the code stays, the password does not"
        );
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
    for wrong in ["", "abc", &"g".repeat(64), &"A".repeat(64), PASSWORD] {
        let answer = set(&mut browser, "", wrong, NEW).await;
        assert!(
            answer.status == 422 && answer.body.contains("code-error") && !answer.body.contains(PASSWORD),
            "{wrong}"
        );
    }
    let whole = format!("http://localhost:8080/new-password#{code}");
    assert_eq!(set(&mut browser, "", &whole, NEW).await.status, 303, "the whole link holds the code");
}

#[tokio::test]
async fn forms_of_other_sites_and_what_is_no_address_are_refused() {
    let house = House::new().await;
    let mut browser = house.browser();
    for page in ["/forgot-password", "/new-password", "/admin/forgot-password", "/admin/new-password"] {
        assert_eq!(browser.post_raw(page, &[("email", ANNA)], &[]).await.status, 403, "{page}");
    }
    for wrong in
        ["", "anna", "@example.test", "anna@", "a b@example.test", &format!("{}@example.test", "a".repeat(300))]
    {
        let answer = ask(&mut browser, "", wrong).await;
        assert!(answer.status == 422 && answer.body.contains("email-error"), "{wrong}");
    }
    assert!(house.billing.store().due_mails(house.billing.now(), 10).await.expect("the store answers").is_empty());
}

#[tokio::test]
async fn staff_do_the_same_at_their_own_door_and_the_audit_log_says_so() {
    let house = House::new().await;
    hire(&house, SAM, Role::Support).await;
    let (mut browser, postbox) = (house.browser(), Postbox::default());
    ask(&mut browser, "", SAM).await;
    assert_eq!(postbox.empty(&house).await.sent, 0, "no client has this address");
    assert_eq!(ask(&mut browser, "/admin", SAM).await.header("location"), "/admin/login");
    assert_eq!(postbox.empty(&house).await.sent, 1);
    assert!(postbox.taken()[0].text.contains("http://localhost:8080/admin/new-password#"));
    assert_eq!(set(&mut browser, "", &postbox.code(), NEW).await.status, 422, "it is staff's");
    assert_eq!(set(&mut browser, "/admin", &postbox.code(), NEW).await.header("location"), "/admin/login");
    let noted = house.billing.store().audit(PageOf::first(1)).await.expect("the store answers").remove(0);
    assert_eq!((noted.action.as_str(), noted.subject.as_str()), ("password-reset", SAM));
}

#[tokio::test]
async fn mail_that_fails_is_tried_later_and_later_and_given_up_after_a_day() {
    let house = House::new().await;
    hire(&house, SAM, Role::ReadOnly).await;
    ask(&mut house.browser(), "", ANNA).await;
    let broken = Postbox::breaks(MailError::Unreachable("nobody answers <b>".to_owned()));
    let mut tries = 0;
    for _ in 0..25 * 60 {
        let posted = broken.empty(&house).await;
        tries += posted.waiting + posted.given_up;
        house.clock.forward_ms(60_000);
    }
    assert!((10..25).contains(&tries), "{tries} tries in a day");
    let row = house.billing.store().unsent_mails(PageOf::first(10)).await.expect("the store answers").remove(0);
    assert_eq!((row.to.as_str(), row.next_try), (ANNA, None));
    let mut sam = house.browser();
    crate::admin::log_in(&mut sam, SAM, PASSWORD).await;
    let page = sam.get("/admin/mail").await.body;
    assert!(page.contains("Given up after") && page.contains("nobody answers &lt;b&gt;"), "{page}");
    let works = Postbox::default();
    assert_eq!(works.empty(&house).await.sent, 0, "it is not sent any more");
    house.clock.forward_ms(31 * 86_400_000);
    house.billing.forget_mails().await.expect("the store answers");
    assert!(sam_sees_nothing(&house).await);
}

async fn sam_sees_nothing(house: &House) -> bool {
    let mut sam = house.browser();
    crate::admin::log_in(&mut sam, SAM, PASSWORD).await;
    sam.get("/admin/mail").await.body.contains("Every mail was sent.")
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_is_given_up_at_once_and_holds_nobody_up() {
    let house = House::new().await;
    for email in [ANNA, BERT] {
        ask(&mut house.browser(), "", email).await;
    }
    let refuses = Postbox::breaks(MailError::Never("550 no such mailbox".to_owned()));
    assert_eq!(refuses.empty(&house).await.given_up, 2);
    let away = Postbox::breaks(MailError::Unreachable("nobody answers".to_owned()));
    for email in [ANNA, BERT] {
        ask(&mut house.browser(), "", email).await;
    }
    assert_eq!(away.empty(&house).await.waiting, 1, "the server is asked once, not once for each");
    assert_eq!(Postbox::default().empty(&house).await.sent, 1, "the other one kept its turn");
}

#[tokio::test]
async fn without_a_mail_server_the_pages_say_what_to_do() {
    let support = Some("mailto:help@example.test".to_owned());
    let house = House::with_config(WebConfig { mail: false, support, ..config(&theme()) }).await;
    let mut browser = house.browser();
    let page = browser.get("/forgot-password").await;
    assert!(page.body.contains("This portal sends no mail") && page.body.contains("mailto:help@example.test"));
    assert!(!page.body.contains("<form"), "{}", page.body);
    assert!(browser.get("/admin/forgot-password").await.body.contains("Ask whoever runs the server"));
    assert_eq!(browser.post_from("/login", "/forgot-password", &[("email", ANNA)]).await.status, 404);
    hire(&house, SAM, Role::ReadOnly).await;
    crate::admin::log_in(&mut browser, SAM, PASSWORD).await;
    assert!(browser.get("/admin/mail").await.body.contains("No mail server is configured"));
}

#[tokio::test]
async fn a_mail_names_support_by_its_address() {
    let support = Some("mailto:help@example.test".to_owned());
    let house = House::with_config(WebConfig { support, ..config(&theme()) }).await;
    ask(&mut house.browser(), "", ANNA).await;
    let postbox = Postbox::default();
    postbox.empty(&house).await;
    let text = postbox.taken().remove(0).text;
    assert!(text.contains("Help: help@example.test") && !text.contains("mailto:"), "{text}");
}
