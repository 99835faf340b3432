//! `http.send`: what a request may reach, and what the host says of a call that broke off after one.

use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{Instance, PluginError, Step};
use tollgate_billing::ports::{
    Auth, ConfigDepth, ConfigRefusal, EgressCaller, GatewayCall, Gateways, Kept, Method, Plugins, SendFailure,
};

use crate::fakes::{FakeEgress, Fakes, SECRET};
use crate::guest::{Guest, gateway};
use crate::host::{Host, REVISION_AT, call, call_of_revision, hasty, instance, patient};
use crate::imports::{shown_by, sure};
use crate::told::claim;
use crate::value::{Value, bare, case, plain, record, text};

const GET: u32 = 0;
const POST: u32 = 1;
const DELETE: u32 = 4;

/// A gateway that can send: the request lies at 128, all zero but its address, and the answer comes to 512.
fn sender() -> Guest {
    let url = "https://api.example.com/v1";
    gateway().imports("http", "send", "(param i32 i32)").outside(&format!("(data (i32.const 3072) \"{url}\")"))
}

fn send(method: u32) -> String {
    format!(
        "(i32.store8 (i32.const 128) (i32.const {method}))
        (i32.store (i32.const 132) (i32.const 3072)) (i32.store (i32.const 136) (i32.const 26))
        (call $send (i32.const 128) (i32.const 512))"
    )
}

/// Asks for a host in each environment.
fn asking(guest: Guest) -> Guest {
    let host = |(name, environment): (&str, &str)| {
        record(&[("host", text(name)), ("environment", bare(environment)), ("purpose", plain("api"))])
    };
    let hosts = [
        ("api.example.com", "live"),
        ("sandbox.example.com", "test"),
        ("files.example.com", "both"),
        ("refused.example.com", "both"),
    ];
    guest.answers("describe", "hosts", Value::List(hosts.map(host).to_vec()))
}

/// An instance of which staff granted this.
fn granted() -> Instance {
    let hosts = [
        "api.example.com",
        "sandbox.example.com",
        "files.example.com",
        "unasked.example.com",
        "127.0.0.1:8421",
        "10.0.0.1:8421",
    ];
    Instance { granted_hosts: hosts.map(str::to_owned).to_vec(), ..instance("acme") }
}

fn granted_call() -> GatewayCall {
    GatewayCall { instance: granted().into(), ..call("acme") }
}

/// What egress was told by one `pay-now`.
async fn told(live: bool) -> EgressCaller {
    let fakes = Fakes { live, ..Fakes::sending(FakeEgress::answering(Ok(()))) };
    let host = Host::of_among(fakes.clone(), patient(), &asking(sender()).first("pay-now", &send(GET))).await;
    host.sandbox.pay_now(&granted_call()).await.expect("it answers");
    let asked = fakes.egress.asked.lock().unwrap();
    asked[0].0.clone()
}

#[tokio::test]
async fn a_request_may_reach_what_is_asked_for_here_and_granted() {
    let caller = told(true).await;
    assert_eq!(caller.hosts, ["api.example.com", "files.example.com"]);
    assert!(!caller.loopback_http && caller.may_keep.is_empty());
    assert_eq!(caller.instance.as_str(), "acme-1");
}

#[tokio::test]
async fn in_test_mode_a_granted_address_of_this_machine_counts_too() {
    let caller = told(false).await;
    assert_eq!(caller.hosts, ["sandbox.example.com", "files.example.com", "127.0.0.1:8421"]);
    assert!(caller.loopback_http);
}

#[tokio::test]
async fn a_request_leaves_the_call_time_to_answer() {
    let remaining = told(false).await.remaining.as_millis();
    // A minute for the call, and what a call that asks a provider may wait beyond that.
    assert!((60_000..=74_900).contains(&remaining), "{remaining}");
}

#[tokio::test]
async fn a_request_and_its_answer_cross_as_they_are() {
    // POST with one header, a body, and a bearer token by the secret's name.
    let request = "(i32.store (i32.const 140) (i32.const 3136)) (i32.store (i32.const 144) (i32.const 1))
        (i32.store (i32.const 3136) (i32.const 3200)) (i32.store (i32.const 3140) (i32.const 1))
        (i32.store (i32.const 3144) (i32.const 3201)) (i32.store (i32.const 3148) (i32.const 1))
        (i32.store (i32.const 148) (i32.const 3202)) (i32.store (i32.const 152) (i32.const 2))
        (i32.store8 (i32.const 156) (i32.const 2))
        (i32.store (i32.const 160) (i32.const 3204)) (i32.store (i32.const 164) (i32.const 3))";
    let first = format!(
        "{request} {} {} {} {}
        (local.set $at (i32.load (i32.const 528))) (local.set $bytes (i32.load (i32.const 532)))",
        send(POST),
        sure("(i32.eqz (i32.load8_u (i32.const 512)))"),
        sure("(i32.eq (i32.load16_u (i32.const 516)) (i32.const 201))"),
        sure("(i32.eq (i32.load (i32.const 524)) (i32.const 1))"),
    );
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let guest = sender().outside("(data (i32.const 3200) \"nv{}key\")").showing(&first);
    let host = Host::of_among(fakes.clone(), patient(), &guest).await;
    assert_eq!(shown_by(&host).await, "{\"id\":\"o-1\"}");
    let asked = fakes.egress.asked.lock().unwrap();
    let request = &asked[0].1;
    assert_eq!((request.method, request.url.as_str()), (Method::Post, "https://api.example.com/v1"));
    assert_eq!(request.headers, [("n".to_owned(), "v".to_owned())]);
    assert_eq!((request.body.as_slice(), &request.auth), (&b"{}"[..], &Auth::Bearer("key".to_owned())));
}

#[tokio::test]
async fn each_failure_of_a_request_is_told_as_what_it_is() {
    let failures: [fn(String) -> SendFailure; 3] =
        [SendFailure::Denied, SendFailure::Unavailable, SendFailure::Unknown];
    for (case, failure) in failures.into_iter().enumerate() {
        let first = format!(
            "{} {} {}
            (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))",
            send(GET),
            sure("(i32.load8_u (i32.const 512))"),
            sure(&format!("(i32.eq (i32.load8_u (i32.const 516)) (i32.const {case}))")),
        );
        let fakes = Fakes::sending(FakeEgress::answering(Err(failure("why".to_owned()))));
        assert_eq!(shown_by(&Host::of_among(fakes, patient(), &sender().showing(&first)).await).await, "why");
    }
}

#[tokio::test]
async fn a_call_has_eight_requests() {
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let guest = sender().first("pay-now", &send(GET).repeat(10));
    Host::of_among(fakes.clone(), patient(), &guest).await.pay_now().await.expect("it answers");
    let left: Vec<u32> = fakes.egress.asked.lock().unwrap().iter().map(|(caller, _)| caller.requests_left).collect();
    assert_eq!(left, [8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
}

#[tokio::test]
async fn looking_at_values_sends_nothing_and_testing_the_connection_does() {
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let host = Host::of_among(fakes.clone(), patient(), &asking(sender()).first("check-config", &send(GET))).await;
    let refused = host.sandbox.check_config(&granted(), ConfigDepth::Values).await;
    let Err(ConfigRefusal::Failed(PluginError::Broken { reason, .. })) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("called http.send"), "{reason}");
    assert!(fakes.egress.asked.lock().unwrap().is_empty());
    assert!(host.sandbox.check_config(&granted(), ConfigDepth::Connection).await.is_ok());
    let asked = fakes.egress.asked.lock().unwrap();
    assert_eq!(asked[0].0.hosts, ["sandbox.example.com", "files.example.com", "127.0.0.1:8421"]);
}

/// Asks to keep `/s` of the answer as the secret `key`, `times` times.
fn keeping(times: u32) -> String {
    let kept = |index: u32| {
        let at = 3300 + 16 * index;
        format!(
            "(i32.store (i32.const {at}) (i32.const 3200)) (i32.store (i32.const {}) (i32.const 2))
            (i32.store (i32.const {}) (i32.const 3202)) (i32.store (i32.const {}) (i32.const 3))",
            at + 4,
            at + 8,
            at + 12
        )
    };
    let all: String = (0..times).map(kept).collect();
    format!("{all} (i32.store (i32.const 204) (i32.const 3300)) (i32.store (i32.const 208) (i32.const {times}))")
}

fn keeper(function: &str, times: u32, denied: bool) -> Guest {
    let expected = u8::from(denied);
    let code = format!(
        "{} {} {}",
        keeping(times),
        send(POST),
        sure(&format!("(i32.eq (i32.load8_u (i32.const 512)) (i32.const {expected}))"))
    );
    let secret = |key: &str| {
        record(&[
            ("key", text(key)),
            ("label", plain("Label")),
            ("help", bare("none")),
            ("kind", bare("secret")),
            ("required", Value::Bool(false)),
            ("required-when", bare("none")),
            ("initial", bare("none")),
        ])
    };
    let group = |key: &str, fields: Vec<Value>| {
        record(&[
            ("key", text(key)),
            ("label", plain("Label")),
            ("help", bare("none")),
            ("entries-max", Value::Int(1)),
            ("fields", Value::List(fields)),
        ])
    };
    let open = secret("name").with("kind", bare("toggle"));
    let groups = vec![group("", vec![secret("key"), open]), group("webhook", vec![secret("secret")])];
    sender()
        .outside("(data (i32.const 3200) \"/skey\")")
        .answers("describe", "configuration", Value::List(groups))
        .answers("describe", "capabilities", Value::List(vec![text("webhook-setup")]))
        .first(function, &code)
}

#[tokio::test]
async fn a_secret_is_kept_while_a_webhook_is_set_up() {
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let host = Host::of_among(fakes.clone(), patient(), &keeper("set-up-webhook", 4, false)).await;
    let setup = host.sandbox.set_up_webhook(&instance("acme")).await;
    assert!(setup.is_ok(), "{setup:?}");
    let asked = fakes.egress.asked.lock().unwrap();
    let (caller, request) = &asked[0];
    assert_eq!(caller.may_keep, ["key", "webhook.secret"]);
    assert_eq!(request.keep[0], Kept { pointer: "/s".to_owned(), secret: "key".to_owned() });
}

#[tokio::test]
async fn a_request_that_keeps_a_secret_is_denied_anywhere_else_and_past_four() {
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let host = Host::of_among(fakes.clone(), patient(), &keeper("pay-now", 1, true)).await;
    assert!(host.pay_now().await.is_ok());
    let host = Host::of_among(fakes.clone(), patient(), &keeper("set-up-webhook", 5, true)).await;
    assert!(host.sandbox.set_up_webhook(&instance("acme")).await.is_ok());
    assert!(fakes.egress.asked.lock().unwrap().is_empty());
}

fn unknown(answer: Result<Step, PluginError>) -> String {
    match answer {
        Err(PluginError::Unknown(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_deadline_that_ends_while_a_request_is_under_way_leaves_the_payment_unknown() {
    for method in [GET, POST] {
        let fakes = Fakes::sending(FakeEgress::default());
        let host = Host::of_among(fakes, hasty(), &sender().first("pay-now", &send(method))).await;
        let words = unknown(host.pay_now().await);
        assert!(words.contains("the plugin acme is broken: `pay-now` did not answer within 60 ms"), "{words}");
    }
}

#[tokio::test]
async fn a_plugin_that_breaks_off_after_a_change_was_sent_leaves_the_payment_unknown() {
    let ok = || Ok(());
    let unknown_end = || Err(SendFailure::Unknown(String::new()));
    let unsent = || Err(SendFailure::Unavailable(String::new()));
    let table = [
        (POST, ok(), true),
        (DELETE, ok(), true),
        (POST, unknown_end(), true),
        (POST, unsent(), false),
        (POST, Err(SendFailure::Denied(String::new())), false),
        (GET, ok(), false),
    ];
    for (method, answer, is_unknown) in table {
        let guest = sender().body("pay-now", &format!("{} unreachable", send(method)));
        let fakes = Fakes::sending(FakeEgress::answering(answer.clone()));
        match Host::of_among(fakes, patient(), &guest).await.pay_now().await {
            Err(PluginError::Unknown(words)) => {
                assert!(is_unknown && words.contains("gave up in the middle"), "{method} {answer:?}: {words}");
            }
            Err(PluginError::Broken { plugin, .. }) => {
                assert!(!is_unknown && plugin == PluginId::new("acme"), "{method} {answer:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_after_a_change_was_sent_is_unknown() {
    let guest = |function: &str, path: &str| {
        sender().answers(function, path, case("wait", plain("x".repeat(1_001)))).first(function, &send(POST))
    };
    let fakes = Fakes::sending(FakeEgress::answering(Ok(())));
    let host = Host::of_among(fakes.clone(), patient(), &guest("pay-now", "ok.next")).await;
    assert!(unknown(host.pay_now().await).contains("`wait` is longer than 1000 bytes"));
    // Asking moves no money: there the plugin is simply broken.
    let asks = sender().body("check", &format!("{} unreachable", send(POST)));
    let host = Host::of_among(fakes, patient(), &asks).await;
    assert!(matches!(host.sandbox.check(&call("acme")).await, Err(PluginError::Broken { .. })));
}

#[tokio::test]
async fn no_plugin_can_say_that_nothing_was_sent_where_something_may_have_been() {
    let guest =
        sender().whole("pay-now", case("err", case("unavailable", text("try again")))).first("pay-now", &send(POST));
    let lost = Fakes::sending(FakeEgress::answering(Err(SendFailure::Unknown("cut off".to_owned()))));
    assert_eq!(unknown(Host::of_among(lost, patient(), &guest).await.pay_now().await), "try again");
    let answered = Fakes::sending(FakeEgress::answering(Ok(())));
    let answer = Host::of_among(answered, patient(), &guest).await.pay_now().await;
    assert_eq!(answer, Err(PluginError::Unavailable("try again".to_owned())));
}

#[tokio::test]
async fn a_secret_in_an_error_is_blacked_out() {
    let words = || text(format!("key {SECRET} refused"));
    let refusal = record(&[("client", plain(format!("no {SECRET}"))), ("staff", words())]);
    for error in [case("rejected", words()), case("unavailable", words()), case("declined", refusal)] {
        let host = Host::of(patient(), &gateway().whole("pay-now", case("err", error))).await;
        let said = format!("{:?}", host.pay_now().await);
        assert!(said.contains("key [secret] refused") && !said.contains(SECRET), "{said}");
    }
}

#[tokio::test]
async fn a_secret_in_the_words_of_a_claim_is_blacked_out() {
    let words = || plain(format!("key {SECRET} refused"));
    let failed = record(&[("client", words()), ("staff", text(format!("key {SECRET} refused")))]);
    let states = [case("pending", case("some", words())), case("failed", failed), case("disputed", words())];
    let answers = states.iter().map(|state| case("ok", Value::List(vec![claim().with("state", state.clone())])));
    let host = Host::of(patient(), &gateway().chosen("check", REVISION_AT, answers.collect())).await;
    for index in 0..states.len() {
        let said = format!("{:?}", host.sandbox.check(&call_of_revision("acme", index)).await);
        assert!(said.contains("key [secret] refused") && !said.contains(SECRET), "{said}");
    }
}
