//! Passkeys, made and used by an authenticator that does what `WebAuthn` says, and by people who do not.

use proptest::prelude::*;
use serde_json::Value;
use tollgate_billing::ids::{ClientId, PasskeyId, StaffId, Timestamp};
use tollgate_billing::passkey::{NewCredential, Passkey};
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Ceremony, PasskeyError, PasskeyUser, Passkeys};
use tollgate_billing::second_step::Proof;
use tollgate_passkeys::WebAuthn;
use tollgate_simulators::authenticator::{Authenticator, Refused};

const ORIGIN: &str = "https://billing.example.test";
const NOW: Timestamp = Timestamp(1_795_305_600_000);
const ANNA: Who = Who::Client(ClientId(5));

fn portal() -> WebAuthn {
    WebAuthn::of(ORIGIN, "Test Hosting").expect("a name over https")
}

fn of(who: Who, token: u8) -> Ceremony {
    Ceremony { who, token_sha256: [token; 32] }
}

fn question(portal: &WebAuthn, token: u8, known: &[Passkey]) -> String {
    let user = PasskeyUser { login: "anna@example.test", name: "Anna" };
    portal.ask_for_new(of(ANNA, token), user, known, NOW).expect("randomness")
}

fn made(portal: &WebAuthn, device: &mut Authenticator) -> NewCredential {
    let answer = device.create(ORIGIN, &question(portal, 1, &[])).expect("a right question");
    portal.read_new(of(ANNA, 1), &answer, NOW).expect("a right answer")
}

fn stored(id: i64, made: NewCredential) -> Passkey {
    let name = "Phone".to_owned();
    Passkey { id: PasskeyId(id), name, credential: made.credential, created: NOW, last_used: None }
}

/// A portal, a device, and the passkey that it made.
fn ready() -> (WebAuthn, Authenticator, Passkey) {
    let (portal, mut device) = (portal(), Authenticator::default());
    let passkey = stored(7, made(&portal, &mut device));
    (portal, device, passkey)
}

fn refused<T: std::fmt::Debug>(result: Result<T, PasskeyError>) -> String {
    match result {
        Err(PasskeyError::Refused(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_passkey_is_made_and_proves_its_owner() {
    let (portal, mut device, passkey) = ready();
    let known = [passkey];
    let ask = portal.ask(of(ANNA, 2), &known, NOW).expect("a question");
    let answer = device.get(ORIGIN, &ask).expect("its own passkey");
    let Ok(Proof::Passkey { passkey, was, is }) = portal.prove(of(ANNA, 2), &known, &answer, NOW) else {
        panic!("a right answer")
    };
    assert_eq!((passkey, &was), (PasskeyId(7), &known[0].credential));
    assert_ne!(was, is, "the device counts its uses");
    assert_eq!(portal.prove(of(ANNA, 2), &known, &answer, NOW), Err(PasskeyError::Over), "once");
}

#[test]
fn a_device_that_has_one_makes_no_other() {
    let (portal, mut device, passkey) = ready();
    assert_eq!(device.create(ORIGIN, &question(&portal, 2, &[passkey])), Err(Refused::InvalidState));
}

#[test]
fn devices_know_a_person_by_the_same_word_and_nobody_else_by_it() {
    let portal = portal();
    let user = |who| {
        let user = PasskeyUser { login: "anna@example.test", name: "Anna" };
        let asked = portal.ask_for_new(of(who, 1), user, &[], NOW).expect("randomness");
        serde_json::from_str::<Value>(&asked).expect("JSON")["user"]["id"].as_str().expect("an id").to_owned()
    };
    assert_eq!(user(ANNA), user(ANNA));
    assert_ne!(user(ANNA), user(Who::Client(ClientId(6))));
    assert_ne!(user(ANNA), user(Who::Staff(StaffId(5))));
}

#[test]
fn a_question_is_answered_by_whom_it_was_asked_of_in_time_and_once() {
    let (portal, mut device, _) = ready();
    let answer = device.create(ORIGIN, &question(&portal, 3, &[])).expect("a right question");
    for (ceremony, at) in [
        (of(ANNA, 4), NOW),
        (of(Who::Client(ClientId(6)), 3), NOW),
        (of(Who::Staff(StaffId(5)), 3), NOW),
        (of(ANNA, 3), NOW.plus_ms(600_000)),
        (of(ANNA, 3), NOW),
    ] {
        assert_eq!(portal.read_new(ceremony, &answer, at), Err(PasskeyError::Over), "{ceremony:?} {at:?}");
    }
    let newer = question(&portal, 5, &[]);
    question(&portal, 5, &[]);
    let stale = device.create(ORIGIN, &newer).expect("a right question");
    assert!(refused(portal.read_new(of(ANNA, 5), &stale, NOW)).contains("challenge"), "the newer one counts");
}

#[test]
fn an_answer_for_another_site_or_without_its_owner_counts_for_nothing() {
    let (portal, mut device, passkey) = ready();
    let asked = question(&portal, 2, &[]);
    for other in ["https://evil.test", "http://billing.example.test", "https://example.test"] {
        assert_eq!(device.create(other, &asked), Err(Refused::Security), "{other}: no browser does this");
    }
    let elsewhere = asked.replace("billing.example.test", "evil.test");
    let answer = device.create("https://evil.test", &elsewhere).expect("the other site's own question");
    refused(portal.read_new(of(ANNA, 2), &answer, NOW));
    let below = device.create("https://pay.billing.example.test", &question(&portal, 3, &[])).expect("a browser may");
    refused(portal.read_new(of(ANNA, 3), &below, NOW));

    device.verifies = false;
    let asked = question(&portal, 4, &[]);
    assert_eq!(device.create(ORIGIN, &asked), Err(Refused::NotAllowed));
    let weaker = asked.replace("\"required\"", "\"preferred\"");
    let answer = device.create(ORIGIN, &weaker).expect("a thief changed the question");
    refused(portal.read_new(of(ANNA, 4), &answer, NOW));
    let ask = portal.ask(of(ANNA, 5), std::slice::from_ref(&passkey), NOW).expect("a question");
    let answer = device.get(ORIGIN, &ask.replace("\"required\"", "\"preferred\"")).expect("a thief has the phone");
    refused(portal.prove(of(ANNA, 5), &[passkey], &answer, NOW));
}

#[test]
fn another_passkey_a_removed_one_and_a_copy_prove_nothing() {
    let (portal, mut device, passkey) = ready();
    let mut other = Authenticator::default();
    made(&portal, &mut other);
    let known = [passkey];
    let ask = |token| portal.ask(of(ANNA, token), &known, NOW).expect("a question");
    let open = |text: &str| text.replace(r#""allowCredentials":["#, r#""ignored":["#);
    let answer = other.get(ORIGIN, &open(&ask(2))).expect("a passkey of this site");
    refused(portal.prove(of(ANNA, 2), &known, &answer, NOW));

    let answer = device.get(ORIGIN, &ask(3)).expect("its own passkey");
    assert!(refused(portal.prove(of(ANNA, 3), &[], &answer, NOW)).contains("removed"));

    let answer = device.get(ORIGIN, &ask(4)).expect("its own passkey");
    let Ok(Proof::Passkey { is, .. }) = portal.prove(of(ANNA, 4), &known, &answer, NOW) else {
        panic!("a right answer")
    };
    let known = [Passkey { credential: is, ..known[0].clone() }];
    device.forget_uses();
    let ask = portal.ask(of(ANNA, 5), &known, NOW).expect("a question");
    let answer = device.get(ORIGIN, &ask).expect("a copy signs as well");
    refused(portal.prove(of(ANNA, 5), &known, &answer, NOW));
}

#[test]
fn asking_often_takes_away_nobody_elses_question() {
    let (portal, mut device, _) = ready();
    let first = question(&portal, 0, &[]);
    let (patient, user) = (Who::Staff(StaffId(1)), PasskeyUser { login: "sam@example.test", name: "Sam" });
    let asked = portal.ask_for_new(of(patient, 1), user, &[], NOW).expect("randomness");
    for token in 100..140 {
        question(&portal, token, &[]);
    }
    let own = device.create(ORIGIN, &first).expect("a right question");
    assert_eq!(portal.read_new(of(ANNA, 0), &own, NOW), Err(PasskeyError::Over), "Anna's own first one is lost");
    let answer = device.create(ORIGIN, &asked).expect("a right question");
    assert!(portal.read_new(of(patient, 1), &answer, NOW).is_ok());
}

#[test]
fn passkeys_need_a_name_over_https_or_this_machine() {
    let table = [
        ("https://billing.example.test", true),
        ("https://billing.example.test:8443/portal", true),
        ("http://localhost:8080", true),
        ("http://portal.localhost", true),
        ("http://billing.example.test", false),
        ("http://127.0.0.1:8080", false),
        ("https://192.0.2.7", false),
        ("https://[2001:db8::1]", false),
        ("not a URL", false),
        ("", false),
    ];
    for (base_url, usable) in table {
        assert_eq!(WebAuthn::of(base_url, "Test").is_some(), usable, "{base_url}");
    }
}

#[test]
fn what_the_store_cannot_have_written_is_said_and_used_for_nothing() {
    let (portal, _, passkey) = ready();
    let broken = Passkey { credential: "{}".to_owned(), ..passkey };
    let result = portal.ask(of(ANNA, 2), &[broken], NOW);
    assert!(matches!(&result, Err(PasskeyError::Failed(why)) if why.contains("passkey 7")), "{result:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One letter of what a device answers is another: nothing is made or proved by it.
    #[test]
    fn an_answer_that_was_touched_counts_for_nothing(at in any::<prop::sample::Index>(), with in 1_u8..) {
        let (portal, mut device, passkey) = ready();
        let known = [passkey];
        for part in ["clientDataJSON", "authenticatorData", "signature"] {
            let ask = portal.ask(of(ANNA, 2), &known, NOW).expect("a question");
            let mut touched: Value = serde_json::from_str(&device.get(ORIGIN, &ask).expect("its own")).expect("JSON");
            let mut bytes = touched["response"][part].as_str().expect("text").as_bytes().to_vec();
            // Not the last letter, some of whose bits say nothing.
            let place = at.index(bytes.len() - 1);
            bytes[place] = other_letter(bytes[place], with);
            touched["response"][part] = String::from_utf8(bytes).expect("letters").into();
            prop_assert!(portal.prove(of(ANNA, 2), &known, &touched.to_string(), NOW).is_err(), "{}", part);
        }
    }

    #[test]
    fn whatever_is_sent_is_read_without_a_panic_and_not_repeated(sent in "§.*") {
        let (portal, _, passkey) = ready();
        question(&portal, 2, &[]);
        let why = refused(portal.read_new(of(ANNA, 2), &sent, NOW));
        prop_assert!(!why.contains(&sent), "{}", why);
        question(&portal, 2, &[]);
        let nested = serde_json::json!({ "id": "AA", "rawId": [sent] }).to_string();
        let why = refused(portal.read_new(of(ANNA, 2), &nested, NOW));
        prop_assert!(!why.contains(&sent), "{}", why);
        portal.ask(of(ANNA, 3), std::slice::from_ref(&passkey), NOW).expect("a question");
        prop_assert!(portal.prove(of(ANNA, 3), &[passkey], &sent, NOW).is_err());
    }
}

/// Another letter of base64url.
fn other_letter(was: u8, with: u8) -> u8 {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = LETTERS.iter().position(|letter| *letter == was).unwrap_or_default();
    LETTERS[(at + 1 + usize::from(with) % 63) % 64]
}
