//! Whether a webhook is believed. The vectors were made with the official SDK (npm `stripe` 19.3.1,
//! `webhooks.generateTestHeaderString`), which accepts each of them itself.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tollgate_card::signature::prove;
use tollgate_sdk::gateway::Webhook;
use tollgate_sdk::testing::FakeHost;

use super::NOW_S;

pub const SECRET: &str = "whsec_current";

/// Computed here, not by what is tested.
pub fn signed(secret: &str, at_s: u64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(format!("{at_s}.{body}").as_bytes());
    let hex = |text: String, byte: &u8| text + &format!("{byte:02x}");
    mac.finalize().into_bytes().iter().fold(String::new(), hex)
}

pub fn webhook(header: &str, body: &str) -> Webhook {
    Webhook {
        body: body.into(),
        headers: vec![("host".into(), b"x".to_vec()), ("stripe-signature".into(), header.into())],
        query: String::new(),
        received: NOW_S * 1_000,
    }
}

fn host() -> FakeHost {
    let host = FakeHost::install();
    host.set_secret("webhook-secret", SECRET);
    host
}

#[test]
fn what_the_official_sdk_signs_is_believed_and_nothing_changed_is() {
    let vectors = include_str!("vectors/signatures.jsonl");
    let mut count = 0;
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).expect("a vector");
        let text = |key: &str| vector[key].as_str().expect(key);
        let host = FakeHost::install();
        host.set_secret("webhook-secret", text("secret"));
        let mut webhook = webhook(text("header"), text("payload"));
        webhook.received = vector["timestamp"].as_u64().expect("seconds") * 1_000;
        assert_eq!(prove(&webhook), Ok(()), "{line}");
        webhook.body.push(b' ');
        assert!(prove(&webhook).is_err(), "a changed body");
        webhook.body.pop();
        host.set_secret("webhook-secret", "another");
        assert!(prove(&webhook).is_err(), "another secret");
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn several_signatures_and_either_secret_are_looked_at() {
    let (body, other) = ("{}", "whsec_next");
    let (good, next) = (signed(SECRET, NOW_S, body), signed(other, NOW_S, body));
    let bad = "0".repeat(64);
    let both = host();
    both.set_secret("webhook-secret-next", other);
    for header in [
        format!("t={NOW_S},v1={good}"),
        format!("t={NOW_S},v1={bad},v1={good}"),
        format!("t={NOW_S},v1={good},v0={bad}"),
        format!("v1={good}, t={NOW_S}"),
        format!("t={NOW_S},v1={next}"),
    ] {
        assert_eq!(prove(&webhook(&header, body)), Ok(()), "{header}");
    }
    let _one = host();
    assert!(prove(&webhook(&format!("t={NOW_S},v1={next}"), body)).is_err(), "the next secret is not set");
}

#[test]
fn garbage_is_refused() {
    let _host = host();
    let good = signed(SECRET, NOW_S, "{}");
    let many = format!("t={NOW_S}{}", format!(",v1={}", "0".repeat(64)).repeat(9));
    for header in [
        String::new(),
        "t".into(),
        format!("v1={good}"),
        format!("t={NOW_S}"),
        format!("t={NOW_S},v0={good}"),
        format!("t={NOW_S},v1="),
        format!("t={NOW_S},v1={}", good.to_uppercase()),
        format!("t={NOW_S},v1={}", &good[..63]),
        format!("t=+{NOW_S},v1={good}"),
        format!("t=0{NOW_S},v1={good}"),
        format!("t={NOW_S}.0,v1={good}"),
        format!("t=99999999999999999999999,v1={good}"),
        format!("t={NOW_S},t={NOW_S},v1={good}"),
        format!("{many},v1={good}"),
        "x".repeat(5_000),
    ] {
        assert!(prove(&webhook(&header, "{}")).is_err(), "{header}");
    }
    let mut none = webhook("", "{}");
    none.headers.clear();
    assert!(prove(&none).is_err());
    let mut two = webhook(&format!("t={NOW_S},v1={good}"), "{}");
    assert_eq!(prove(&two), Ok(()));
    two.headers.push(two.headers[1].clone());
    assert!(prove(&two).is_err());
    let mut no_text = webhook("", "{}");
    no_text.headers[1].1 = vec![0xff, 0xfe];
    assert!(prove(&no_text).is_err());
}

#[test]
fn a_signature_is_good_for_five_minutes_either_way_of_when_it_came() {
    let host = host();
    for (apart, believed) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
        let at_s = NOW_S.checked_add_signed(apart).expect("a time");
        let header = format!("t={at_s},v1={}", signed(SECRET, at_s, "{}"));
        assert_eq!(prove(&webhook(&header, "{}")).is_ok(), believed, "{apart}");
    }
    // Looked at again a day later, as it was received.
    host.set_now((NOW_S + 86_400) * 1_000);
    assert_eq!(prove(&webhook(&format!("t={NOW_S},v1={}", signed(SECRET, NOW_S, "{}")), "{}")), Ok(()));
}
