//! What is sent, and what never is.

use std::process::Command;

use super::server::{answer, ok};
use super::*;

#[tokio::test]
async fn a_request_arrives_as_written_and_its_answer_comes_back() {
    let rig = Rig::new(|_| answer(422, &[("X-Request-Id", "r-1")], "{\"a\":1}")).await;
    let request = EgressRequest {
        method: Method::Post,
        headers: vec![("Idempotency-Key".to_owned(), "k-1".to_owned())],
        body: b"amount=10".to_vec(),
        ..rig.get("/v1/orders?expand=a#part", Auth::None)
    };
    let response = rig.send(request).await.expect("an answer");
    assert_eq!((response.status, text(&response)), (422, "{\"a\":1}"));
    assert_eq!(response.headers, [("x-request-id".to_owned(), "r-1".to_owned())]);
    let seen = &rig.server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/orders?expand=a"));
    assert_eq!(seen.body, b"amount=10");
    assert_eq!(seen.header("idempotency-key"), Some("k-1"));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert_eq!(seen.header("host"), Some(format!("127.0.0.1:{}", rig.server.port).as_str()));
    assert!(seen.header("user-agent").is_some_and(|agent| agent.starts_with("Tollgate/")));
}

#[tokio::test]
async fn every_method_of_the_contract_is_sent() {
    let rig = Rig::new(|_| ok("")).await;
    let methods = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    for method in methods {
        rig.send(EgressRequest { method, ..rig.get("/", Auth::None) }).await.expect("an answer");
    }
    let seen: Vec<String> = rig.server.seen().into_iter().map(|seen| seen.method).collect();
    assert_eq!(seen, ["GET", "POST", "PUT", "PATCH", "DELETE"]);
}

#[tokio::test]
async fn localhost_is_reached_by_its_name_in_test_mode() {
    let rig = Rig::new(|_| ok("here")).await;
    let host = format!("localhost:{}", rig.server.port);
    let caller = EgressCaller { hosts: vec![host.clone()], ..rig.caller() };
    let request = EgressRequest { url: format!("http://{host}/"), ..rig.get("/", Auth::None) };
    assert_eq!(text(&rig.outbound.send(&caller, request).await.expect("an answer")), "here");
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let rig = Rig::new(move |_| answer(status, &[("location", "/elsewhere")], "")).await;
        let response = rig.send(rig.get("/", Auth::None)).await.expect("an answer");
        assert_eq!(response.status, status);
        assert_eq!(response.headers, [("location".to_owned(), "/elsewhere".to_owned())]);
        assert_eq!(rig.server.seen().len(), 1);
    }
}

#[tokio::test]
async fn cookies_are_not_kept_and_no_connection_is_used_twice() {
    let rig = Rig::new(|_| answer(200, &[("set-cookie", "session=1")], "")).await;
    for _ in 0..3 {
        rig.send(rig.get("/", Auth::None)).await.expect("an answer");
    }
    assert_eq!(rig.server.connections(), 3);
    assert!(rig.server.seen().iter().all(|seen| seen.header("cookie").is_none()));
}

/// Runs a test above once more, in a process whose environment names proxies where nobody listens.
#[test]
fn proxies_of_the_environment_are_ignored() {
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args(["--exact", "outbound::tests::requests::a_request_arrives_as_written_and_its_answer_comes_back"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, "http://127.0.0.1:9");
    }
    let done = again.output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 passed"));
}

#[tokio::test]
async fn what_is_not_granted_is_denied_by_its_name_and_never_sent() {
    let rig = Rig::new(|_| ok("")).await;
    let caller = EgressCaller { hosts: vec!["api.example.com".to_owned()], ..rig.caller() };
    let result = rig.outbound.send(&caller, rig.get("/path?key=hidden", Auth::None)).await;
    assert_eq!(denied(result), format!("127.0.0.1:{} is not granted to example", rig.server.port));
    let live = EgressCaller { loopback_http: false, ..rig.caller() };
    assert_eq!(denied(rig.outbound.send(&live, rig.get("/", Auth::None)).await), "the address is not https");
    assert_eq!(rig.server.connections(), 0);
}

#[tokio::test]
async fn a_megabyte_is_sent_and_one_byte_more_is_denied() {
    let rig = Rig::new(|_| ok("")).await;
    let request = |bytes| EgressRequest { body: vec![b'a'; bytes], method: Method::Post, ..rig.get("/", Auth::None) };
    rig.send(request(1 << 20)).await.expect("an answer");
    assert_eq!(rig.server.seen()[0].body.len(), 1 << 20);
    assert!(denied(rig.send(request((1 << 20) + 1)).await).contains("at most 1 MB"));
    assert_eq!(rig.server.connections(), 1);
}

#[tokio::test]
async fn headers_of_the_host_are_denied_and_never_sent() {
    let rig = Rig::new(|_| ok("")).await;
    for (name, value) in [("Host", "evil.example"), ("Content-Length", "5"), ("X-A", "b\r\nHost: evil.example")] {
        let headers = vec![(name.to_owned(), value.to_owned())];
        denied(rig.send(EgressRequest { headers, ..rig.get("/", Auth::None) }).await);
    }
    let template = Auth::Header { name: "Proxy-Authorization".to_owned(), value: Vec::new() };
    denied(rig.send(rig.get("/", template)).await);
    assert_eq!(rig.server.connections(), 0);
}

#[tokio::test]
async fn a_call_without_requests_or_time_left_sends_nothing() {
    let rig = Rig::new(|_| ok("")).await;
    let spent = EgressCaller { requests_left: 0, ..rig.caller() };
    assert!(unavailable(rig.outbound.send(&spent, rig.get("/", Auth::None)).await).contains("no request left"));
    let late = EgressCaller { remaining: Duration::ZERO, ..rig.caller() };
    assert!(unavailable(rig.outbound.send(&late, rig.get("/", Auth::None)).await).contains("no time left"));
    assert_eq!(rig.server.connections(), 0);
}
