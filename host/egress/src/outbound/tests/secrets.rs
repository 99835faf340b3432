//! Secrets go out and never come back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate_billing::ports::{HeaderPart, Secrets};

use super::server::{answer, ok};
use super::*;

fn secret(key: &str) -> HeaderPart {
    HeaderPart::Secret(key.to_owned())
}

fn words(text: &str) -> HeaderPart {
    HeaderPart::Text(text.to_owned())
}

fn template(name: &str, value: Vec<HeaderPart>) -> Auth {
    Auth::Header { name: name.to_owned(), value }
}

/// Every way to prove who sends, with the header that arrives.
fn ways() -> Vec<(Auth, &'static str, String)> {
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    vec![
        (Auth::Bearer("token".to_owned()), "authorization", format!("Bearer {PLANTED}")),
        (
            Auth::Basic { user: words("client"), password: secret("token") },
            "authorization",
            basic(&format!("client:{PLANTED}")),
        ),
        (Auth::Basic { user: secret("token"), password: words("") }, "authorization", basic(&format!("{PLANTED}:"))),
        (
            template("X-Api-Key", vec![words("v1 key="), secret("token"), words(", end")]),
            "x-api-key",
            format!("v1 key={PLANTED}, end"),
        ),
    ]
}

#[tokio::test]
async fn secrets_arrive_where_they_belong_and_are_blacked_out_of_what_is_echoed() {
    // Echoes what it was sent, as debugging endpoints and error pages do.
    let rig = Rig::new(|seen| {
        let all = serde_json::to_string(&seen.headers).expect("JSON");
        let first = seen.header("authorization").or(seen.header("x-api-key")).unwrap_or_default();
        let escaped: String = url::form_urlencoded::byte_serialize(first.as_bytes()).collect();
        answer(400, &[("x-echo", first), ("x-escaped", &escaped)], &format!("{all}\n{first}\n{escaped}"))
    })
    .await;
    rig.safe.set("token", PLANTED).await;
    for (auth, name, value) in ways() {
        let response = rig.send(rig.get("/", auth)).await.expect("an answer");
        assert_eq!(rig.server.seen().last().and_then(|seen| seen.header(name)), Some(value.as_str()));
        let shown = format!("{response:?} {}", text(&response));
        assert!(shown.matches("[secret]").count() >= 5, "{shown}");
        for part in ["planted", "secret+", "cGxhbnRlZ", "BsYW50ZW", "wbGFudGVk"] {
            assert!(!shown.contains(part), "{part} is in {shown}");
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_not_set_sends_nothing_and_says_which() {
    let rig = Rig::new(|_| ok("")).await;
    rig.safe.set("other", PLANTED).await;
    for (auth, _, _) in ways() {
        assert_eq!(denied(rig.send(rig.get("/", auth)).await), "the secret token is not set");
    }
    assert_eq!(rig.server.connections(), 0);
}

#[tokio::test]
async fn a_secret_of_another_instance_is_not_set() {
    let rig = Rig::new(|_| ok("")).await;
    rig.safe.set("token", PLANTED).await;
    let caller = EgressCaller { instance: tollgate_billing::ids::InstanceId::new("stranger"), ..rig.caller() };
    denied(rig.outbound.send(&caller, rig.get("/", Auth::Bearer("token".to_owned()))).await);
}

#[tokio::test]
async fn a_replaced_secret_is_used_at_once_and_the_old_one_stays_black() {
    let rig = Rig::new(|seen| ok(&format!("{} was {PLAIN}", seen.header("authorization").unwrap_or_default()))).await;
    rig.safe.set("token", PLAIN).await;
    rig.safe.set("token", PLANTED).await;
    let response = rig.send(rig.get("/", Auth::Bearer("token".to_owned()))).await.expect("an answer");
    assert_eq!(rig.server.seen()[0].header("authorization"), Some(format!("Bearer {PLANTED}").as_str()));
    assert_eq!(text(&response), "Bearer [secret] was [secret]");
}

#[tokio::test]
async fn what_no_header_can_carry_is_denied_without_being_shown() {
    let rig = Rig::new(|_| ok("")).await;
    rig.safe.set("token", "plantéd-secret").await;
    rig.safe.set("colon", "planted:secret").await;
    let all = [
        Auth::Bearer("token".to_owned()),
        Auth::Basic { user: secret("colon"), password: words("x") },
        template("x-a", vec![words("a\r\nb: c"), secret("colon")]),
        template("x-a", vec![words("a"); 21]),
        template("x a", vec![words("a")]),
    ];
    for auth in all {
        let why = denied(rig.send(rig.get("/", auth)).await);
        assert!(!why.contains("plant"), "{why}");
    }
    assert_eq!(rig.server.connections(), 0);
}

#[tokio::test]
async fn what_auth_fills_is_not_filled_by_the_guest_as_well() {
    let rig = Rig::new(|_| ok("")).await;
    rig.safe.set("token", PLANTED).await;
    let headers = vec![("AUTHORIZATION".to_owned(), "Bearer mine".to_owned())];
    let request = EgressRequest { headers, ..rig.get("/", Auth::Bearer("token".to_owned())) };
    assert!(denied(rig.send(request).await).contains("filled by `auth`"));
}

#[tokio::test]
async fn a_planted_secret_is_in_no_error_whatever_goes_wrong() {
    let wrong: [fn(&Seen) -> Vec<Act>; 6] = [
        |_| Vec::new(),
        |_| vec![Act::Write(b"nonsense".to_vec())],
        |seen| vec![Act::Write(format!("HTTP/1.1 200 {}", seen.header("authorization").unwrap_or("x")).into_bytes())],
        |_| answer(200, &[("content-encoding", "gzip")], PLAIN),
        |_| vec![Act::Write(format!("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{PLAIN}").into_bytes())],
        |_| vec![Act::Write(format!("HTTP/1.1 200 OK\r\n{PLAIN}\r\n\r\n").into_bytes())],
    ];
    for answers in wrong {
        let rig = Rig::new(answers).await;
        rig.safe.set("token", PLAIN).await;
        let failure = rig.send(rig.get("/", Auth::Bearer("token".to_owned()))).await.expect_err("it goes wrong");
        assert!(!format!("{failure} {failure:?}").contains("planted"), "{failure:?}");
    }
    // What the guest wrote itself and happens to be the secret is not shown either.
    let rig = Rig::new(|_| ok("")).await;
    rig.safe.set("token", "planted.example.com").await;
    let url = "https://planted.example.com/".to_owned();
    let failure = rig.send(EgressRequest { url, ..rig.get("/", Auth::None) }).await.expect_err("not granted");
    assert!(!format!("{failure:?} {:?}", rig.safe.vault).contains("planted"), "{failure:?}");
    assert_eq!(rig.safe.vault.redact(&example(), "log: planted.example.com"), "log: [secret]");
}
