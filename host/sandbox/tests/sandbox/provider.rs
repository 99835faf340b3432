//! Refunds, stored methods and webhooks: what gateways are told, what they may answer, and what they are not asked.

use tollgate_billing::claim::{Claim, MethodToken, SavedMethod};
use tollgate_billing::ids::{PluginId, RefundId, Timestamp};
use tollgate_billing::plugin::{PluginError, Setting};
use tollgate_billing::ports::{
    ConfigRefusal, GatewayCall, Gateways, Outcome, RefundOrder, Webhook, WebhookRefusal, WebhookSetup,
};
use tollgate_billing::text::Text;

use crate::fakes::{NOW, SECRET};
use crate::guest::{Guest, gateway};
use crate::host::{FakeMemory, Host, REVISION_AT, call, call_of_revision, euro, instance, patient, reason};
use crate::told::claim;
use crate::value::{Value, bare, case, plain, record, some, text};

const ALL: [&str; 4] = ["check", "refund", "saved-methods", "webhook-setup"];

fn able() -> Guest {
    gateway().answers("describe", "capabilities", Value::List(ALL.map(text).to_vec()))
}

pub async fn host(guest: &Guest) -> Host {
    Host::of(patient(), guest).await
}

fn order() -> RefundOrder {
    RefundOrder {
        id: RefundId::new("01REFUND"),
        amount: euro(500),
        transaction: "tx-1".to_owned(),
        reason: "x".repeat(200),
        provider_reference: Some("re-1".to_owned()),
    }
}

fn method() -> SavedMethod {
    SavedMethod { token: MethodToken::new("tok-1"), label: "Visa 4242".to_owned(), expires: Some(Timestamp(5)) }
}

fn webhook() -> Webhook {
    Webhook {
        body: b"{\"id\":1}".to_vec(),
        headers: vec![("signature".to_owned(), b"v1=ab".to_vec())],
        query: "a=b".to_owned(),
        received: NOW,
    }
}

/// Answers `rejected` with the text that lies where the invoice's revision says in what it is passed.
fn echo(function: &str, payload_at: u32) -> Guest {
    let body = format!(
        "(i32.store8 (i32.const 2048) (i32.const 1))
        (i32.store8 (i32.const {}) (i32.const 1))
        (i64.store align=4 (i32.const {})
            (i64.load align=4 (i32.add (local.get 0) (i32.load offset={REVISION_AT} (local.get 0)))))
        (i32.const 2048)",
        2048 + payload_at,
        2052 + payload_at,
    );
    able().body(function, &body)
}

fn rejected<T: std::fmt::Debug>(answer: Result<T, PluginError>) -> String {
    match answer {
        Err(PluginError::Rejected(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_gateway_is_told_the_refund() {
    // The payment ends at 208; a claim's numbers put the error at 8.
    let reason = "x".repeat(120);
    let told = [(208, "01REFUND"), (224, "EUR"), (232, "tx-1"), (240, reason.as_str()), (252, "re-1")];
    let (refunds, checks) = (host(&echo("refund", 8)).await, host(&echo("check-refund", 8)).await);
    for (offset, expected) in told {
        let call = call_of_revision("acme", offset);
        assert_eq!(rejected(refunds.sandbox.refund(&call, &order()).await), expected, "at {offset}");
        assert_eq!(rejected(checks.sandbox.check_refund(&call, &order()).await), expected, "at {offset}");
    }
}

#[tokio::test]
async fn a_gateway_is_told_the_stored_method() {
    let host = host(&echo("charge-saved", 4)).await;
    for (offset, expected) in [(208, "tok-1"), (216, "Visa 4242")] {
        let call = call_of_revision("acme", offset);
        assert_eq!(rejected(host.sandbox.charge_saved(&call, &method()).await), expected);
    }
}

#[tokio::test]
async fn a_refund_is_claimed_as_it_was_made() {
    let refunded = claim().with("state", case("refunded", some(text("01REFUND"))));
    let host =
        host(&able().whole("refund", case("ok", refunded.clone())).whole("check-refund", case("ok", refunded))).await;
    for answer in
        [host.sandbox.refund(&call("acme"), &order()).await, host.sandbox.check_refund(&call("acme"), &order()).await]
    {
        let claim: Claim = answer.expect("a claim");
        assert_eq!((claim.amount, claim.state.code(), claim.saved), (euro(1_050), "refunded", None));
    }
}

#[tokio::test]
async fn a_claim_brings_the_method_that_was_stored_within_the_contracts_limits() {
    let saved = |token: usize, label: usize, expires: i64| {
        let fields = [
            ("token", text("t".repeat(token))),
            ("label", text("l".repeat(label))),
            ("expires", some(Value::Int(expires))),
        ];
        claim().with("saved", some(record(&fields)))
    };
    let rows = [
        (saved(255, 60, 5), ""),
        (saved(256, 1, 5), "saved.token` is longer than 255 bytes"),
        (saved(0, 1, 5), "saved.token` is empty"),
        (saved(1, 61, 5), "saved.label` is longer than 60 bytes"),
        (saved(1, 0, 5), "saved.label` is empty"),
        (saved(1, 1, i64::MAX), "saved.expires` is later than the year 9999"),
    ];
    let answers = rows.iter().map(|(claim, _)| case("ok", case("claims", Value::List(vec![claim.clone()])))).collect();
    let host = host(&able().chosen("charge-saved", REVISION_AT, answers)).await;
    for (index, (_, expected)) in rows.iter().enumerate() {
        match host.sandbox.charge_saved(&call_of_revision("acme", index), &method()).await {
            Ok(Outcome::Claims(claims)) => {
                let stored = SavedMethod {
                    token: MethodToken::new("t".repeat(255)),
                    label: "l".repeat(60),
                    expires: Some(Timestamp(5)),
                };
                assert_eq!((claims[0].saved.as_ref(), *expected), (Some(&stored), ""));
            }
            refused => assert!(reason(refused).contains(expected) && !expected.is_empty(), "{expected}"),
        }
    }
}

#[tokio::test]
async fn a_stored_method_is_forgotten_or_the_error_says_why_not() {
    assert_eq!(host(&able()).await.sandbox.forget_saved(&instance("acme"), &method()).await, Ok(()));
    let refusing = able().whole("forget-saved", case("err", case("unavailable", text("later"))));
    let answer = host(&refusing).await.sandbox.forget_saved(&instance("acme"), &method()).await;
    assert_eq!(answer, Err(PluginError::Unavailable("later".to_owned())));
}

#[tokio::test]
async fn who_stores_methods_must_be_able_to_look_a_lost_charge_up() {
    let guest = gateway().answers("describe", "capabilities", Value::List(vec![text("saved-methods")]));
    let host = Host::with(patient(), FakeMemory::default(), &[("acme.wasm", guest.build())]).await;
    let broken = host.broken();
    assert!(broken.contains("`capabilities` has saved-methods without check"), "{broken}");
}

#[tokio::test]
async fn what_the_manifest_does_not_offer_is_not_asked() {
    let mut guest = gateway().answers("describe", "capabilities", Value::List(Vec::new()));
    for function in ["refund", "check-refund", "charge-saved", "forget-saved", "set-up-webhook"] {
        guest = guest.body(function, "unreachable");
    }
    let host = host(&guest).await;
    let (call, instance): (GatewayCall, _) = (call("acme"), instance("acme"));
    assert_eq!(rejected(host.sandbox.refund(&call, &order()).await), "the gateway acme cannot refund");
    assert_eq!(rejected(host.sandbox.check_refund(&call, &order()).await), "the gateway acme cannot refund");
    let stores_none = "the gateway acme stores no ways to pay";
    assert_eq!(rejected(host.sandbox.charge_saved(&call, &method()).await), stores_none);
    assert_eq!(rejected(host.sandbox.forget_saved(&instance, &method()).await), stores_none);
    let setup = host.sandbox.set_up_webhook(&instance).await;
    let refused = PluginError::Rejected("the gateway acme registers no webhooks".to_owned());
    assert_eq!(setup, Err(ConfigRefusal::Failed(refused)));
}

#[tokio::test]
async fn a_gateway_is_told_the_webhook_as_it_came() {
    // Parameters: instance 0 to 4, body 5 and 6, headers 7 and 8, query 9 and 10.
    let told = [
        ("(local.get 5)", "(local.get 6)", "{\"id\":1}"),
        ("(local.get 9)", "(local.get 10)", "a=b"),
        ("(i32.load (local.get 7))", "(i32.load offset=4 (local.get 7))", "signature"),
        ("(i32.load offset=8 (local.get 7))", "(i32.load offset=12 (local.get 7))", "v1=ab"),
    ];
    for (at, bytes, expected) in told {
        let body = format!(
            "(i32.store8 (i32.const 2048) (i32.const 1)) (i32.store8 (i32.const 2052) (i32.const 0))
            (i32.store (i32.const 2056) {at}) (i32.store (i32.const 2060) {bytes}) (i32.const 2048)"
        );
        let answer = host(&able().body("verify", &body)).await.sandbox.verify(&instance("acme"), &webhook()).await;
        assert_eq!(answer, Err(WebhookRefusal::Forged(expected.to_owned())));
    }
}

#[tokio::test]
async fn a_proven_webhook_brings_its_event_and_claims() {
    let guest =
        able().answers("verify", "ok.event", text("evt-1")).answers("verify", "ok.claims", Value::List(vec![claim()]));
    let verified = host(&guest).await.sandbox.verify(&instance("acme"), &webhook()).await.expect("it is proven");
    assert_eq!((verified.event.as_str(), verified.claims.len()), ("evt-1", 1));
    assert_eq!(verified.claims[0].transaction, "tx-1");
}

#[tokio::test]
async fn a_webhook_that_is_not_proven_is_refused_as_the_gateway_says() {
    let words = format!("signature of {SECRET} differs");
    let clean = "signature of [secret] differs".to_owned();
    let table = [
        ("forged", WebhookRefusal::Forged(clean.clone())),
        ("malformed", WebhookRefusal::Malformed(clean.clone())),
        ("unproven", WebhookRefusal::Unproven(clean)),
    ];
    for (refusal, expected) in table {
        let guest = able().whole("verify", case("err", case(refusal, text(words.clone()))));
        assert_eq!(host(&guest).await.sandbox.verify(&instance("acme"), &webhook()).await, Err(expected));
    }
}

#[tokio::test]
async fn a_gateway_that_breaks_says_nothing_of_the_webhook() {
    let event = |event: &str, claims: usize| {
        case("ok", record(&[("event", text(event)), ("claims", Value::List(vec![claim(); claims]))]))
    };
    let rows = [
        (able().whole("verify", event("", 0)), "`event` is empty"),
        (able().whole("verify", event(&"x".repeat(129), 0)), "`event` is longer than 128 bytes"),
        (able().whole("verify", event("evt-1", 51)), "`claims` has 51 entries; at most 50"),
        (able().whole("verify", case("err", case("forged", text("x".repeat(1_001))))), "`forged` is longer than 1000"),
        (able().body("verify", "unreachable"), "gave up in the middle"),
    ];
    for (guest, expected) in rows {
        match host(&guest).await.sandbox.verify(&instance("acme"), &webhook()).await {
            Err(WebhookRefusal::Failed(error)) => {
                let words = reason(Err::<(), _>(error));
                assert!(words.contains(expected), "{expected}: {words}");
            }
            other => panic!("{other:?}"),
        }
    }
    let missing = host(&able()).await.sandbox.verify(&instance("nobody"), &webhook()).await;
    assert_eq!(missing, Err(WebhookRefusal::Failed(PluginError::Missing(PluginId::new("nobody")))));
}

#[tokio::test]
async fn a_webhook_past_the_contracts_size_is_not_shown_to_the_gateway() {
    let host = host(&able().body("verify", "unreachable")).await;
    let header = ("a".to_owned(), Vec::new());
    let large = Webhook { body: vec![0; (1 << 20) + 1], ..webhook() };
    let many = Webhook { headers: vec![header; 101], ..webhook() };
    for webhook in [large, many] {
        let answer = host.sandbox.verify(&instance("acme"), &webhook).await;
        assert!(matches!(answer, Err(WebhookRefusal::Malformed(_))), "{answer:?}");
    }
}

pub fn configured() -> Guest {
    let field = |key: &str, kind: &str| {
        record(&[
            ("key", text(key)),
            ("label", plain("Label")),
            ("help", bare("none")),
            ("kind", bare(kind)),
            ("required", Value::Bool(false)),
            ("required-when", bare("none")),
            ("initial", bare("none")),
        ])
    };
    let group = record(&[
        ("key", text("")),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("entries-max", Value::Int(1)),
        ("fields", Value::List(vec![field("webhook-id", "amount"), field("webhook-secret", "secret")])),
    ]);
    able().answers("describe", "configuration", Value::List(vec![group]))
}

fn setup(settings: &[(&str, &str)], notes: usize) -> Value {
    let setting = |(key, value): &(&str, &str)| record(&[("key", text(*key)), ("value", text(*value))]);
    let settings = Value::List(settings.iter().map(setting).collect());
    case("ok", record(&[("settings", settings), ("notes", Value::List(vec![plain("registered"); notes]))]))
}

#[tokio::test]
async fn a_gateway_registers_the_instances_permanent_address() {
    // err(failed(rejected(url))): the address comes after the instance's five parameters.
    let body = "(i32.store8 (i32.const 2048) (i32.const 1)) (i32.store8 (i32.const 2052) (i32.const 1))
        (i32.store8 (i32.const 2056) (i32.const 1))
        (i32.store (i32.const 2060) (local.get 5)) (i32.store (i32.const 2064) (local.get 6)) (i32.const 2048)";
    let answer = host(&able().body("set-up-webhook", body)).await.sandbox.set_up_webhook(&instance("acme")).await;
    let told = PluginError::Rejected("https://portal.example/hooks/acme-1".to_owned());
    assert_eq!(answer, Err(ConfigRefusal::Failed(told)));
}

#[tokio::test]
async fn a_registered_webhook_brings_settings_of_the_plugins_own() {
    let guest = configured().whole("set-up-webhook", setup(&[("webhook-id", "wh-1")], 5));
    let answer = host(&guest).await.sandbox.set_up_webhook(&instance("acme")).await;
    let settings = vec![Setting { key: "webhook-id".to_owned(), value: "wh-1".to_owned() }];
    assert_eq!(answer, Ok(WebhookSetup { settings, notes: vec![Text::plain("registered"); 5] }));
}

#[tokio::test]
async fn a_webhooks_settings_keep_to_the_contracts_limits() {
    let many = [("webhook-id", "x"); 11];
    let long = "x".repeat(10_001);
    let rows = [
        (setup(&[("webhook-secret", "x")], 0), "`settings[0].key` is a secret, which no answer may set"),
        (setup(&[("other", "x")], 0), "`settings[0].key` is none of the manifest's fields"),
        (setup(&[("webhook-id", "x"), ("webhook-id", "y")], 0), "`settings` names `webhook-id` twice"),
        (setup(&[("webhook-id", &long)], 0), "`settings[0].value` is longer than 10000 bytes"),
        (setup(&many, 0), "`settings` has 11 entries; at most 10"),
        (setup(&[], 6), "`notes` has 6 entries; at most 5"),
    ];
    for (answer, expected) in rows {
        let guest = configured().whole("set-up-webhook", answer);
        match host(&guest).await.sandbox.set_up_webhook(&instance("acme")).await {
            Err(ConfigRefusal::Failed(error)) => {
                let words = reason(Err::<(), _>(error));
                assert!(words.contains(expected), "{expected}: {words}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_told_field_by_field() {
    let error = record(&[("field", text("webhook-id")), ("message", plain(format!("{SECRET} is no id")))]);
    let guest = configured().whole("set-up-webhook", case("err", case("fields", Value::List(vec![error]))));
    match host(&guest).await.sandbox.set_up_webhook(&instance("acme")).await {
        Err(ConfigRefusal::Fields(fields)) => {
            assert_eq!(
                (fields[0].field.as_str(), &fields[0].message),
                ("webhook-id", &Text::plain("[secret] is no id"))
            );
        }
        other => panic!("{other:?}"),
    }
}
