//! Adding a passkey and removing one, and who may not.

use tollgate_billing::ports::PageOf;
use tollgate_billing::second_step::SecondStep;
use tollgate_simulators::authenticator::{Authenticator, Refused};
use tollgate_web::WebConfig;

use crate::browser::{Answer, Browser};
use crate::house::{ANNA, House, PASSWORD, config, theme};
use crate::second_step_set_up::{PAGES, at, codes, password, set_up, who};

/// Where the portal of tests is.
pub const ORIGIN: &str = "http://localhost:8080";

/// What the page asks a browser.
pub fn question(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("data-question=\"").expect("a question");
    let (question, _) = rest.split_once('"').expect("an end");
    question.replace("&quot;", "\"").replace("&#x3D;", "=").replace("&#x27;", "'").replace("&amp;", "&")
}

/// The page on which a passkey is made.
async fn begin(browser: &mut Browser, page: &str) -> Answer {
    let answer = password(browser, page, "passkey", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

async fn keep(browser: &mut Browser, page: &str, shown: &Answer, (name, passkey): (&str, &str)) -> Answer {
    let (csrf, word) = (shown.hidden("csrf"), shown.hidden("page"));
    let fields = [("csrf", csrf.as_str()), ("page", word.as_str()), ("name", name), ("passkey", passkey)];
    browser.post_raw(&format!("{page}/second-step/passkeys"), &fields, &[]).await
}

/// Adds a passkey of this device.
pub async fn add(browser: &mut Browser, page: &str, device: &mut Authenticator, name: &str) -> Answer {
    let shown = begin(browser, page).await;
    let passkey = device.create(ORIGIN, &question(&shown)).expect("a right question");
    keep(browser, page, &shown, (name, &passkey)).await
}

/// The address at which the newest passkey is removed.
fn removal(answer: &Answer) -> String {
    let rest = answer.body.rsplit_once("/remove\"").expect("a link").0;
    let (_, path) = rest.rsplit_once("href=\"").expect("its address");
    format!("{path}/remove")
}

async fn remove(browser: &mut Browser, path: &str, typed: &str) -> Answer {
    browser.post_from(path, path, &[("second-password", typed)]).await
}

#[tokio::test]
async fn the_first_passkey_brings_recovery_codes_and_the_next_one_does_not() {
    for (page, email, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let before = own.get(page).await;
        assert!(before.body.contains("Add a passkey") && before.body.contains("Set up an app"), "{}", before.body);
        let mut phone = Authenticator::default();
        let shown = begin(&mut own, page).await;
        assert!(question(&shown).contains(email), "the device says for whom");
        let passkey = phone.create(ORIGIN, &question(&shown)).expect("a right question");
        let first = keep(&mut own, page, &shown, ("My <phone>", &passkey)).await;
        assert_eq!((first.status, codes(&first).len()), (200, 10), "{}", first.body);
        let security = own.get(page).await.body;
        assert!(security.contains("My &lt;phone&gt;") && security.contains("Not used yet"), "{security}");
        assert!(security.contains("You have 10 recovery codes left"));

        let mut key = Authenticator::default();
        let second = add(&mut own, page, &mut key, " ").await;
        assert_eq!((second.status, second.header("location")), (303, page), "{}", second.body);
        assert!(own.get(page).await.body.contains("The passkey was added"));
        let state = house.billing.store().second_step(who(&house, page).await).await;
        assert_eq!(state, Ok(Some(SecondStep { app: None, passkeys: 2, codes_left: 10 })));
        let shown = begin(&mut own, page).await;
        assert_eq!(phone.create(ORIGIN, &question(&shown)), Err(Refused::InvalidState), "it has one already");
        set_up(&house, &mut own, page).await;
        assert!(own.get(page).await.body.contains("Authenticator app"));
    }
}

#[tokio::test]
async fn a_passkey_asks_for_the_password_first() {
    for (page, _, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        for (typed, said) in [("", "Enter your current password"), ("not my password", "id=\"second-password-error\"")]
        {
            let refused = password(&mut own, page, "passkey", typed).await;
            assert_eq!(refused.status, 422);
            assert!(refused.body.contains(said) && !refused.body.contains("data-question"), "{}", refused.body);
        }
    }
}

#[tokio::test]
async fn what_no_device_made_for_this_page_is_not_kept() {
    for (page, _, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let mut phone = Authenticator::default();
        let shown = begin(&mut own, page).await;
        let right = phone.create(ORIGIN, &question(&shown)).expect("a right question");
        let elsewhere = question(&shown).replace("localhost", "evil.test");
        let foreign = phone.create("https://evil.test", &elsewhere).expect("a page of theirs");
        for (sent, said) in [
            ("", "Your browser created no passkey"),
            (foreign.as_str(), "The passkey was not added"),
            // The question was answered.
            (right.as_str(), "Nothing was changed"),
            ("{", "Nothing was changed"),
        ] {
            let answer = keep(&mut own, page, &shown, ("Phone", sent)).await;
            assert_eq!((answer.status, answer.header("location")), (303, page), "{sent}");
            let told = own.get(page).await.body;
            assert!(told.contains(said), "{said}: {told}");
        }
        assert_eq!(house.billing.store().passkeys(who(&house, page).await).await, Ok(Vec::new()));

        // The word of somebody else's page.
        let shown = begin(&mut own, page).await;
        let right = phone.create(ORIGIN, &question(&shown)).expect("a right question");
        let mut bert = house.logged_in(crate::house::BERT).await;
        let theirs = begin(&mut bert, "/security").await;
        let stolen = Answer { body: shown.body.replace(&shown.hidden("csrf"), &theirs.hidden("csrf")), ..theirs };
        let answer = keep(&mut bert, "/security", &stolen, ("Phone", &right)).await;
        assert_eq!(answer.status, 303);
        assert!(bert.get("/security").await.body.contains("Nothing was changed"));
        assert_eq!(keep(&mut own, page, &shown, ("Phone", &right)).await.status, 200, "and it is right for its own");
    }
}

#[tokio::test]
async fn one_passkey_is_removed_and_the_last_one_switches_it_off() {
    for (page, email, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let (mut phone, mut key) = (Authenticator::default(), Authenticator::default());
        add(&mut own, page, &mut phone, "Phone").await;
        add(&mut own, page, &mut key, "Key").await;
        let of_key = removal(&own.get(page).await);
        let asked = own.get(&of_key).await;
        assert!(asked.status == 200 && asked.body.contains("Remove the passkey “Key”?"), "{}", asked.body);
        assert!(asked.body.contains("What else you have stays"));
        assert_eq!(remove(&mut own, &of_key, "not my password").await.status, 422);
        assert_eq!(remove(&mut own, &of_key, PASSWORD).await.header("location"), page);
        let security = own.get(page).await;
        assert!(security.body.contains("The passkey was removed") && !security.body.contains("Key"));
        assert_eq!(own.get(&of_key).await.status, 404);

        let of_phone = removal(&security);
        assert!(own.get(&of_phone).await.body.contains("It is your only one"));
        remove(&mut own, &of_phone, PASSWORD).await;
        assert!(own.get(page).await.body.contains("Two-step sign-in is off"));
        assert_eq!(house.billing.store().second_step(who(&house, page).await).await, Ok(None));

        let rows = house.billing.store().audit(PageOf::first(100)).await.expect("the log");
        let noted: Vec<&str> =
            rows.iter().rev().filter(|row| row.subject == email).map(|row| row.action.as_str()).collect();
        let of_staff = ["staff-added", "second-step-on", "passkey-added", "passkey-removed", "second-step-off"];
        let expected: &[&str] = if page.starts_with("/admin") { &of_staff } else { &["client-added"] };
        assert_eq!(noted, expected);
    }
}

#[tokio::test]
async fn the_app_is_removed_alone_and_anothers_passkey_is_nothing_that_there_is() {
    for (page, _, _) in PAGES {
        let house = House::new().await;
        let mut own = at(&house, page).await;
        let app = format!("{page}/second-step/app/remove");
        assert_eq!(own.get(&app).await.status, 404, "there is none");
        let mut phone = Authenticator::default();
        add(&mut own, page, &mut phone, "Phone").await;
        let of_phone = removal(&own.get(page).await);
        set_up(&house, &mut own, page).await;
        assert!(own.get(&app).await.body.contains("Remove the authenticator app?"));
        assert_eq!(remove(&mut own, &app, PASSWORD).await.header("location"), page);
        assert!(own.get(page).await.body.contains("The authenticator app was removed"));

        let mut bert = house.logged_in(crate::house::BERT).await;
        let theirs = of_phone.replace("/admin", "");
        assert_eq!(bert.get(&theirs).await.status, 404, "nothing is on");
        add(&mut bert, "/security", &mut Authenticator::default(), "Bert's").await;
        assert_eq!(bert.get(&theirs).await.status, 404, "not Bert's");
        let own_page = removal(&bert.get("/security").await);
        let csrf = bert.get(&own_page).await.hidden("csrf");
        let answer = bert.post_raw(&theirs, &[("csrf", &csrf), ("second-password", PASSWORD)], &[]).await;
        assert_eq!(answer.status, 404);
        assert_eq!(bert.get("/security/second-step/9223372036854775808/remove").await.status, 404);
        let state = house.billing.store().second_step(who(&house, page).await).await;
        assert_eq!(state, Ok(Some(SecondStep { app: None, passkeys: 1, codes_left: 10 })));
    }
}

#[tokio::test]
async fn where_browsers_make_none_nobody_is_offered_one() {
    let config = WebConfig { base_url: "http://127.0.0.1:8080".to_owned(), ..config(&theme()) };
    for (page, _, _) in PAGES {
        let house = House::with_config(config.clone()).await;
        let mut own = at(&house, page).await;
        let shown = own.get(page).await.body;
        assert!(!shown.contains("Add a passkey") && shown.contains("Set up an app"), "{shown}");
        assert_eq!(shown.contains("server.base-url"), page.starts_with("/admin"), "staff can change it");
        assert_eq!(password(&mut own, page, "passkey", PASSWORD).await.status, 404);
        let csrf = own.get(page).await.hidden("csrf");
        let fields = [("csrf", csrf.as_str()), ("page", &"a".repeat(64)), ("passkey", "{}")];
        assert_eq!(own.post_raw(&format!("{page}/second-step/passkeys"), &fields, &[]).await.status, 404);
    }
}

#[tokio::test]
async fn adding_one_ends_other_sessions_and_keeps_this_one() {
    let house = House::new().await;
    let (mut own, mut elsewhere) = (house.logged_in(ANNA).await, house.logged_in(ANNA).await);
    add(&mut own, "/security", &mut Authenticator::default(), "Phone").await;
    assert_eq!(own.get("/security").await.status, 200);
    assert_eq!(elsewhere.get("/security").await.status, 303);
}
