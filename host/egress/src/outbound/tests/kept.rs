//! Secrets that a provider hands out: stored, and never seen.

use tollgate_billing::ports::{Kept, Secrets};

use super::server::answer;
use super::*;

fn keep(pointer: &str) -> Vec<Kept> {
    vec![Kept { pointer: pointer.to_owned(), secret: "webhook-secret".to_owned() }]
}

/// Registers a webhook at a provider that answers this.
async fn registered(status: u16, body: &'static str, pointer: &str) -> (Result<EgressResponse, SendFailure>, Rig) {
    let rig = Rig::new(move |_| answer(status, &[], body)).await;
    (register(&rig, pointer).await, rig)
}

async fn register(rig: &Rig, pointer: &str) -> Result<EgressResponse, SendFailure> {
    let caller = EgressCaller { may_keep: vec!["webhook-secret".to_owned()], ..rig.caller() };
    rig.outbound.send(&caller, EgressRequest { keep: keep(pointer), ..rig.get("/", Auth::None) }).await
}

async fn stored(rig: &Rig) -> Option<String> {
    rig.safe.vault.fresh(&example()).await.value("webhook-secret").map(|value| value.expose().to_owned())
}

#[tokio::test]
async fn a_secret_in_an_answer_is_stored_and_blacked_out() {
    let body = r#"{"id":"w-1","data":[{"secret":"planted-secret"}],"again":"planted%2Dsecret","amount":10.10}"#;
    let (result, rig) = registered(201, body, "/data/0/secret").await;
    let response = result.expect("an answer");
    let expected = r#"{"id":"w-1","data":[{"secret":"[secret]"}],"again":"[secret]","amount":10.10}"#;
    assert_eq!((response.status, text(&response)), (201, expected));
    assert_eq!(stored(&rig).await.as_deref(), Some("planted-secret"));
    assert_eq!(rig.safe.vault.redact(&example(), "planted-secret"), "[secret]");
    assert!(rig.safe.other().await.set_keys(&example()).await.contains("webhook-secret"), "it survives a restart");
}

#[tokio::test]
async fn a_secret_in_strange_escapes_is_hidden_too() {
    let (result, rig) = registered(200, r#"{"secret":"\u0070lanted\/\u0073ecret"}"#, "/secret").await;
    assert_eq!(text(&result.expect("an answer")), r#"{"secret":"[secret]"}"#);
    assert_eq!(stored(&rig).await.as_deref(), Some("planted/secret"));
}

#[tokio::test]
async fn what_the_call_may_not_keep_is_denied_and_not_sent() {
    let (_, rig) = registered(200, "{}", "/secret").await;
    let before = rig.server.connections();
    let request = EgressRequest { keep: keep("/secret"), ..rig.get("/", Auth::None) };
    assert!(denied(rig.send(request).await).contains("may not set the secret webhook-secret"));
    let caller = EgressCaller { may_keep: vec!["webhook-secret".to_owned()], ..rig.caller() };
    for wrong in [keep("secret"), keep(""), keep(&format!("/{}", "a".repeat(200))), vec![keep("/a").remove(0); 11]] {
        denied(rig.outbound.send(&caller, EgressRequest { keep: wrong, ..rig.get("/", Auth::None) }).await);
    }
    assert_eq!(rig.server.connections(), before);
}

#[tokio::test]
async fn an_answer_without_the_secret_is_unknown_and_shows_nothing() {
    let table = [
        ("{}", "no text at /secret"),
        (r#"{"secret":7}"#, "no text at /secret"),
        ("planted text", "no JSON"),
        (r#"{"secret":"plan"}"#, "at least 6"),
        (r#"{"secret":"planted\nsecret"}"#, "control characters"),
    ];
    for (body, expected) in table {
        let (result, rig) = registered(200, body, "/secret").await;
        let why = unknown(result);
        assert!(why.contains(expected) && !why.contains("planted"), "{why}");
        assert_eq!(stored(&rig).await, None);
    }
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_an_answer_and_keeps_nothing() {
    let (result, rig) = registered(422, r#"{"error":"too many"}"#, "/secret").await;
    assert_eq!(result.expect("an answer").status, 422);
    assert_eq!(stored(&rig).await, None);
}

#[tokio::test]
async fn where_it_cannot_be_stored_the_answer_is_not_shown() {
    let rig = Rig::new(|_| answer(200, &[], r#"{"secret":"planted-secret"}"#)).await;
    rig.safe.store.fail_after(0);
    let why = unknown(register(&rig, "/secret").await);
    assert!(why.contains("could not be kept") && !why.contains("planted"), "{why}");
}
