//! The fake host keeps to the contract, so that a plugin that passes its tests meets no surprise.

use tollgate_sdk::http::{Auth, Request, Response, SendError};
use tollgate_sdk::log::Level;
use tollgate_sdk::signing::{self, Algorithm, Data, SigningError};
use tollgate_sdk::state::{self, StateError};
use tollgate_sdk::testing::FakeHost;
use tollgate_sdk::{Error, Form, clock, http, log, random};

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[test]
fn answers_come_in_order_and_requests_are_kept() {
    let host = FakeHost::install();
    host.answer(201, r#"{"id":"P-1"}"#);
    host.answer_with(Err(SendError::Unknown("cut off".into())));
    let request = Request::post("https://api.example.com/orders").bearer("api-key").form(&Form::parse("a=1"));
    let answer = http::send(&request).unwrap();
    assert!(answer.is_success());
    assert_eq!(answer.json::<serde_json::Value>().unwrap()["id"], "P-1");
    assert_eq!(Error::from(http::send(&request).unwrap_err()), Error::Unknown("cut off".into()));
    assert!(matches!(http::send(&request), Err(SendError::Unavailable(_))), "nothing is scripted any more");
    assert_eq!(host.requests().len(), 3);
    assert_eq!(
        (&host.requests()[0].auth, &host.requests()[0].body[..]),
        (&Auth::Bearer("api-key".into()), &b"a=1"[..])
    );
}

#[test]
fn an_answer_that_cannot_be_read_leaves_the_end_unknown() {
    let broken = Response { status: 200, headers: Vec::new(), body: b"<html>".to_vec() };
    assert!(matches!(broken.json::<serde_json::Value>(), Err(Error::Unknown(_))));
}

#[test]
fn digests_are_the_published_ones_and_secrets_stay_named() {
    let host = FakeHost::install();
    host.set_secret("webhook", "key");
    let text = [Data::bytes("The quick brown fox "), Data::bytes("jumps over the lazy dog")];
    let table = [
        (Algorithm::Md5, "80070713463e7749b90c2dc24911e275"),
        (Algorithm::Sha1, "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"),
        (Algorithm::Sha256, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
    ];
    for (algorithm, expected) in table {
        let mac = signing::hmac(algorithm, &Data::secret("webhook"), &text).unwrap();
        assert_eq!(hex(&mac), expected, "{algorithm:?}");
    }
    assert_eq!(hex(&signing::digest(Algorithm::Md5, &text).unwrap()), "9e107d9d372bb6826bd81d3542a419d6");
    assert_eq!(signing::digest(Algorithm::Sha512, &[]).unwrap().len(), 64);
    assert!(signing::equal(b"a", b"a") && !signing::equal(b"a", b"b") && !signing::equal(b"a", b"aa"));
}

#[test]
fn a_secret_that_is_not_set_signs_nothing() {
    let host = FakeHost::install();
    host.set_secret("empty", "");
    for key in ["missing", "empty"] {
        let refused = signing::hmac(Algorithm::Sha256, &Data::secret(key), &[]);
        assert_eq!(refused, Err(SigningError::NoSecret(key.into())));
        assert_eq!(signing::digest(Algorithm::Sha256, &[Data::secret(key)]), Err(SigningError::NoSecret(key.into())));
    }
    let too_large = [Data::bytes(vec![0; 2 * 1_024 * 1_024 + 1])];
    assert_eq!(signing::digest(Algorithm::Sha256, &too_large), Err(SigningError::TooLarge));
}

#[test]
fn state_expires_and_is_bounded() {
    let host = FakeHost::install();
    host.set_now(1_000);
    assert_eq!(state::put_if_absent("event-1", b"seen", Some(60)), Ok(true));
    assert_eq!(state::put_if_absent("event-1", b"again", Some(60)), Ok(false));
    assert_eq!(state::get("event-1"), Ok(Some(b"seen".to_vec())));
    host.set_now(61_000);
    assert_eq!(state::get("event-1"), Ok(None));
    assert_eq!(state::put_if_absent("event-1", b"again", None), Ok(true));
    state::delete("event-1").unwrap();
    assert_eq!(state::get("event-1"), Ok(None));
    assert_eq!(state::put(&"k".repeat(129), b"", None), Err(StateError::TooLarge));
    assert_eq!(state::put("k", &[0; 4_097], None), Err(StateError::TooLarge));
    for index in 0..1_000 {
        state::put(&index.to_string(), b"", None).unwrap();
    }
    assert_eq!(state::put("one more", b"", None), Err(StateError::Full));
    assert_eq!(state::put("7", b"known", None), Ok(()));
}

#[test]
fn each_test_has_a_host_of_its_own() {
    let first = FakeHost::install();
    first.set_now(5);
    log::warn!("status {}", 500);
    assert_eq!(first.logged(), [(Level::Warn, "status 500".into())]);
    assert_eq!((random::bytes(3), random::bytes(1), random::bytes(5_000).len()), (vec![0, 1, 2], vec![3], 1_024));
    let second = FakeHost::install();
    assert_eq!((second.logged(), random::bytes(1), clock::now() == 5), (vec![], vec![0], false));
}
