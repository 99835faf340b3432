//! OAuth 2 client credentials: one token for everybody, renewed in time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use tollgate_billing::ports::{ClientCredentials, HeaderPart, SecretText, Secrets};

use super::server::{answer, ok};
use super::*;

const CALLERS: usize = 20;

/// A provider that gives out `planted-token-1`, `-2` … and takes the newest one alone.
struct Provider {
    given: Arc<AtomicUsize>,
    rig: Rig,
}

async fn provider() -> Provider {
    let given: Arc<AtomicUsize> = Arc::default();
    let count = given.clone();
    let rig = Rig::new(move |seen| {
        if seen.path == "/token" {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            return ok(&format!(
                r#"{{"access_token":"planted-token-{number}","token_type":"Bearer","expires_in":3600}}"#
            ));
        }
        let newest = format!("Bearer planted-token-{}", count.load(Ordering::SeqCst));
        let own = seen.header("authorization").unwrap_or_default();
        if own == newest { ok(&format!("as {own}")) } else { answer(401, &[], "no such token") }
    })
    .await;
    rig.safe.set("secret", PLANTED).await;
    Provider { given, rig }
}

fn auth(rig: &Rig, scope: Option<&str>) -> Auth {
    Auth::ClientCredentials(ClientCredentials {
        token_url: rig.url("/token"),
        id: HeaderPart::Text("client:1".to_owned()),
        secret: HeaderPart::Secret("secret".to_owned()),
        scope: scope.map(str::to_owned),
    })
}

async fn send(rig: &Rig) -> Result<EgressResponse, SendFailure> {
    rig.send(rig.get("/orders", auth(rig, None))).await
}

fn fetches(rig: &Rig) -> usize {
    rig.server.seen().iter().filter(|seen| seen.path == "/token").count()
}

fn orders(rig: &Rig) -> usize {
    rig.server.seen().iter().filter(|seen| seen.path == "/orders").count()
}

/// Sends many at once; each of them must be answered.
async fn crowd(rig: &Rig) {
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (outbound, caller, request) = (rig.outbound.clone(), rig.caller(), rig.get("/orders", auth(rig, None)));
        all.spawn(async move { outbound.send(&caller, request).await });
    }
    for result in all.join_all().await {
        assert_eq!(result.expect("an answer").status, 200);
    }
}

#[tokio::test]
async fn a_token_is_fetched_as_the_standard_says_sent_and_blacked_out() {
    let Provider { rig, .. } = provider().await;
    let scoped = rig.get("/orders", auth(&rig, Some("orders read")));
    let response = rig.send(scoped).await.expect("an answer");
    assert_eq!(text(&response), "as Bearer [secret]");
    let seen = &rig.server.seen()[0];
    let pair = "client%3A1:planted%2Fsecret%2B%22value%22%26%3C1%3E";
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.header("authorization"), Some(format!("Basic {}", STANDARD.encode(pair)).as_str()));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.body, b"grant_type=client_credentials&scope=orders+read");
    assert_eq!(rig.safe.vault.redact(&example(), "planted-token-1"), "[secret]");
}

#[tokio::test]
async fn many_callers_share_one_fetch() {
    let Provider { rig, .. } = provider().await;
    crowd(&rig).await;
    assert_eq!((fetches(&rig), orders(&rig)), (1, CALLERS));
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    let Provider { rig, .. } = provider().await;
    send(&rig).await.expect("an answer");
    rig.safe.clock.forward(3_539_999);
    send(&rig).await.expect("an answer");
    assert_eq!(fetches(&rig), 1);
    rig.safe.clock.forward(1);
    send(&rig).await.expect("an answer");
    assert_eq!(fetches(&rig), 2);
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_renewed_once() {
    let Provider { rig, given } = provider().await;
    send(&rig).await.expect("an answer");
    // The provider forgets what it gave.
    given.fetch_add(1, Ordering::SeqCst);
    let response = send(&rig).await.expect("an answer");
    assert_eq!(text(&response), "as Bearer [secret]");
    assert_eq!((fetches(&rig), orders(&rig)), (2, 3));
    given.fetch_add(1, Ordering::SeqCst);
    crowd(&rig).await;
    assert_eq!(fetches(&rig), 3, "and once for a crowd too");
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_not_renewed() {
    let rig = Rig::new(|seen| match seen.path.as_str() {
        "/token" => ok(r#"{"access_token":"planted-token","expires_in":3600}"#),
        _ => answer(401, &[], "never"),
    })
    .await;
    rig.safe.set("secret", PLANTED).await;
    assert_eq!(send(&rig).await.expect("an answer").status, 401);
    assert_eq!((fetches(&rig), orders(&rig)), (1, 1));
    assert_eq!(send(&rig).await.expect("an answer").status, 401);
    assert_eq!((fetches(&rig), orders(&rig)), (2, 3), "a kept one is, once");
}

#[tokio::test]
async fn another_secret_scope_or_instance_gets_another_token() {
    let Provider { rig, given } = provider().await;
    send(&rig).await.expect("an answer");
    rig.safe.set("secret", "planted-other-secret").await;
    send(&rig).await.expect("an answer");
    assert_eq!(fetches(&rig), 2, "another secret");
    rig.send(rig.get("/orders", auth(&rig, Some("read")))).await.expect("an answer");
    assert_eq!(fetches(&rig), 3, "another scope");
    let stranger = tollgate_billing::ids::InstanceId::new("stranger");
    let value = SecretText::new("planted-stranger".to_owned());
    rig.safe.vault.set_secret(&stranger, "secret", value).await.expect("set");
    let caller = EgressCaller { instance: stranger, ..rig.caller() };
    rig.outbound.send(&caller, rig.get("/orders", auth(&rig, None))).await.expect("an answer");
    assert_eq!((fetches(&rig), given.load(Ordering::SeqCst)), (4, 4), "another instance");
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_granted_gets_nothing() {
    let Provider { rig, .. } = provider().await;
    for token_url in ["https://login.example.com/token", "http://127.0.0.1:1/token", "nonsense"] {
        let Auth::ClientCredentials(mut credentials) = auth(&rig, None) else { panic!("credentials") };
        credentials.token_url = token_url.to_owned();
        denied(rig.send(rig.get("/orders", Auth::ClientCredentials(credentials))).await);
    }
    let Auth::ClientCredentials(mut credentials) = auth(&rig, None) else { panic!("credentials") };
    credentials.secret = HeaderPart::Secret("other".to_owned());
    assert!(denied(rig.send(rig.get("/orders", Auth::ClientCredentials(credentials))).await).contains("not set"));
    assert_eq!(rig.server.connections(), 0);
}

#[tokio::test]
async fn where_no_token_comes_the_request_is_not_sent_and_may_be_tried_again() {
    let wrong: [fn() -> Vec<Act>; 5] = [
        Vec::new,
        || vec![Act::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec())],
        || answer(401, &[], r#"{"error":"invalid_client","error_description":"planted"}"#),
        || answer(302, &[("location", "/elsewhere")], ""),
        || ok(&format!("{{\"access_token\":\"{}\"}}", "a".repeat(70_000))),
    ];
    for answers in wrong {
        let healed = Arc::new(Mutex::new(false));
        let state = healed.clone();
        let rig = Rig::new(move |seen| match (seen.path.as_str(), *state.lock()) {
            ("/token", false) => answers(),
            ("/token", true) => ok(r#"{"access_token":"planted-token","expires_in":3600}"#),
            _ => ok("done"),
        })
        .await;
        rig.safe.set("secret", PLANTED).await;
        let why = unavailable(send(&rig).await);
        assert!(why.contains("no access token") && !why.contains("planted") && !why.contains("/token"), "{why}");
        assert_eq!(orders(&rig), 0);
        *healed.lock() = true;
        send(&rig).await.expect("a failure is not kept");
    }
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_leaves_the_request_unsent() {
    let rig = Rig::new(|_| vec![Act::Hang]).await;
    rig.safe.set("secret", PLANTED).await;
    let caller = EgressCaller { remaining: Duration::from_secs(2), ..rig.caller() };
    let why = unavailable(rig.outbound.send(&caller, rig.get("/orders", auth(&rig, None))).await);
    assert!(why.contains("no access token"), "{why}");
    assert_eq!((fetches(&rig), orders(&rig)), (1, 0));
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_the_fetch_to_the_others() {
    let Provider { rig, .. } = provider().await;
    {
        let leaving = send(&rig);
        tokio::pin!(leaving);
        // Runs until the fetch has been begun, and is dropped.
        while fetches(&rig) == 0 {
            tokio::select! {
                biased;
                _ = &mut leaving => break,
                () = tokio::task::yield_now() => {}
            }
        }
    }
    send(&rig).await.expect("an answer");
    assert_eq!(fetches(&rig), 1);
}
