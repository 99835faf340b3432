//! Logging in with a passkey as the second step.

use tollgate_billing::passkey::{NewCredential, NewPasskey};
use tollgate_billing::people::Who;
use tollgate_billing::second_step::Gain;
use tollgate_simulators::authenticator::Authenticator;
use tollgate_web::WebConfig;

use crate::admin::SAM;
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, House, PASSWORD, config, theme};
use crate::passkeys_set_up::{ORIGIN, add, question};
use crate::second_step::{halfway, second, start};
use crate::second_step_set_up::{PAGES, at, codes, set_up};

/// A house in which the person of this page has a passkey, the device that keeps it, and the recovery codes.
async fn ready(page: &str) -> (House, Authenticator, Vec<String>) {
    let house = House::new().await;
    let (mut own, mut device) = (at(&house, page).await, Authenticator::default());
    let added = add(&mut own, page, &mut device, "Phone").await;
    (house, device, codes(&added))
}

async fn asked(browser: &mut Browser, login: &str) -> String {
    question(&browser.get(&format!("{login}/second-step")).await)
}

async fn answer(browser: &mut Browser, login: &str, passkey: &str) -> Answer {
    browser.post_from(login, &format!("{login}/second-step"), &[("passkey", passkey), ("next", "")]).await
}

#[tokio::test]
async fn a_passkey_makes_a_sign_in_whole() {
    for (page, email, login) in PAGES {
        let (house, mut phone, _) = ready(page).await;
        let mut browser = halfway(&house, login, email).await;
        assert_eq!(browser.get(page).await.status, 303, "the password alone opens nothing");
        let shown = browser.get(&format!("{login}/second-step")).await;
        assert!(shown.body.contains("Use a passkey") && shown.body.contains("Recovery code"), "{}", shown.body);
        let passkey = phone.get(ORIGIN, &question(&shown)).expect("its own");
        let entered = answer(&mut browser, login, &passkey).await;
        assert_eq!((entered.status, entered.header("location")), (303, start(login)), "{}", entered.body);
        let security = browser.get(page).await;
        assert!(security.status == 200 && security.body.contains("Last used on"), "{}", security.body);

        let mut thief = halfway(&house, login, email).await;
        let refused = answer(&mut thief, login, &passkey).await;
        assert!(refused.status == 422 && refused.body.contains("That passkey did not work"), "{}", refused.body);
    }
}

#[tokio::test]
async fn an_answer_is_for_one_sign_in_and_its_newest_page() {
    let (house, mut phone, _) = ready("/security").await;
    let mut first = halfway(&house, "/login", ANNA).await;
    let mut second = halfway(&house, "/login", ANNA).await;
    let of_first = asked(&mut first, "/login").await;
    let passkey = phone.get(ORIGIN, &of_first).expect("its own");
    asked(&mut second, "/login").await;
    assert_eq!(answer(&mut second, "/login", &passkey).await.status, 422, "it was the first one's question");
    asked(&mut first, "/login").await;
    assert_eq!(answer(&mut first, "/login", &passkey).await.status, 422, "the page was opened anew");
    let newest = asked(&mut first, "/login").await;
    let passkey = phone.get(ORIGIN, &newest).expect("its own");
    assert_eq!(answer(&mut first, "/login", &passkey).await.status, 303);
}

#[tokio::test]
async fn what_is_wrong_asks_anew_and_five_times_end_it() {
    for (page, email, login) in PAGES {
        let (house, mut phone, _) = ready(page).await;
        let mut browser = halfway(&house, login, email).await;
        let empty = answer(&mut browser, login, "").await;
        assert!(empty.status == 422 && empty.body.contains("Passkeys need JavaScript"), "{}", empty.body);
        let mut other = Authenticator::default();
        let asked = asked(&mut browser, login).await;
        let elsewhere = asked.replace("localhost", "evil.test");
        assert!(phone.get("https://evil.test", &elsewhere).is_err(), "the device has none for another site");
        assert!(other.get(ORIGIN, &asked).is_err());
        let mut last = empty;
        for sent in ["{}", "no JSON", "[[[[", "null"] {
            last = answer(&mut browser, login, sent).await;
            assert_eq!(last.status, 422, "{sent}");
        }
        let renewed = phone.get(ORIGIN, &question(&last)).expect("its own");
        assert_ne!(question(&last), asked);
        let fifth = answer(&mut browser, login, &renewed.replace("signature", "other")).await;
        assert_eq!((fifth.status, fifth.header("location")), (303, login));
        assert!(browser.get(login).await.body.contains("wrong too often"));
    }
}

#[tokio::test]
async fn app_passkey_and_recovery_code_stand_in_for_each_other() {
    for (page, email, login) in PAGES {
        let (house, mut phone, codes) = ready(page).await;
        let mut own = at_with_passkey(&house, page, email, login, &mut phone).await;
        set_up(&house, &mut own, page).await;
        house.clock.forward_ms(60_000);
        let who = crate::second_step_set_up::who(&house, page).await;
        let mut browser = halfway(&house, login, email).await;
        let shown = browser.get(&format!("{login}/second-step")).await.body;
        assert!(shown.contains("Use a passkey") && shown.contains("<label for=\"code\">Code</label>"), "{shown}");
        let code = house.apps.code(who, house.billing.now()).await;
        assert_eq!(second(&mut browser, login, &code).await.status, 303);
        let mut browser = halfway(&house, login, email).await;
        assert_eq!(second(&mut browser, login, &codes[0]).await.status, 303);
        at_with_passkey(&house, page, email, login, &mut phone).await;
    }
}

/// A browser that logged in with a passkey.
async fn at_with_passkey(house: &House, page: &str, email: &str, login: &str, phone: &mut Authenticator) -> Browser {
    let mut browser = halfway(house, login, email).await;
    let asked = asked(&mut browser, login).await;
    let passkey = phone.get(ORIGIN, &asked).expect("its own");
    assert_eq!(answer(&mut browser, login, &passkey).await.status, 303);
    assert_eq!(browser.get(page).await.status, 200);
    browser
}

#[tokio::test]
async fn a_removed_passkey_and_anothers_let_nobody_in() {
    let (house, mut phone, _) = ready("/security").await;
    let mut own = at_with_passkey(&house, "/security", ANNA, "/login", &mut phone).await;
    let mut key = Authenticator::default();
    add(&mut own, "/security", &mut key, "Key").await;
    let mut browser = halfway(&house, "/login", ANNA).await;
    let asked_before = asked(&mut browser, "/login").await;
    let passkey = key.get(ORIGIN, &asked_before).expect("its own");
    let all = house.billing.store().passkeys(Who::Client(house.anna)).await;
    let newest = all.expect("the store answers").pop().expect("two").id;
    let path = format!("/security/second-step/{newest}/remove");
    assert_eq!(own.post_from(&path, &path, &[("second-password", PASSWORD)]).await.status, 303);
    let late = answer(&mut browser, "/login", &passkey).await;
    assert_eq!(late.status, 422, "it was removed between question and answer");

    let mut sam = at(&house, "/admin/security").await;
    let mut sams = Authenticator::default();
    add(&mut sam, "/admin/security", &mut sams, "Sam's").await;
    let mut half = halfway(&house, "/admin/login", SAM).await;
    let asked = asked(&mut half, "/admin/login").await;
    assert!(phone.get(ORIGIN, &asked).is_err(), "Anna's is not asked for");
    let any = asked.replace("\"allowCredentials\":[", "\"ignored\":[");
    let annas = phone.get(ORIGIN, &any).expect("a passkey of this site");
    assert_eq!(answer(&mut half, "/admin/login", &annas).await.status, 422);
}

#[tokio::test]
async fn where_the_portal_moved_to_an_address_or_a_passkey_cannot_be_read_a_recovery_code_is_the_way() {
    for base_url in ["http://127.0.0.1:8080", "http://localhost:8080"] {
        let house = House::with_config(WebConfig { base_url: base_url.to_owned(), ..config(&theme()) }).await;
        let who = Who::Client(house.anna);
        let made = NewCredential { credential_id: vec![1; 32], credential: "{}".to_owned() };
        let (name, codes, at) = ("Phone".to_owned(), vec!["a hash".to_owned()], house.billing.now());
        let gain = Gain { who, codes, session: [0; 32], tell: false, at };
        let new = NewPasskey { gain, name, made };
        assert_eq!(house.billing.store().add_passkey(new).await, Ok(true));
        let mut browser = halfway(&house, "/login", ANNA).await;
        let shown = browser.get("/login/second-step").await.body;
        assert!(!shown.contains("Use a passkey") && shown.contains("enter one of your recovery codes"), "{shown}");
        assert_eq!(answer(&mut browser, "/login", "{}").await.status, 422);
    }
}

#[tokio::test]
async fn a_passkey_is_enough_where_staff_need_a_second_step() {
    let config = WebConfig { staff_second_step_required: true, ..config(&theme()) };
    let house = House::with_config(config).await;
    let mut own = at(&house, "/admin/security").await;
    assert_eq!(own.get("/admin").await.header("location"), "/admin/security");
    assert!(own.get("/admin/security").await.body.contains("Set it up to go on"));
    let added = add(&mut own, "/admin/security", &mut Authenticator::default(), "Key").await;
    assert_eq!(codes(&added).len(), 10, "{}", added.body);
    assert_eq!(own.get("/admin").await.status, 200);
}
