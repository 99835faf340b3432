//! The door for webhooks: who is heard, what a sender is told, and what is never told.

use axum::body::Body;
use axum::http::{Request, header};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::{PageOf, Verified, WebhookRefusal};
use tollgate_billing::webhook::{WebhookRow, WebhookState};

use crate::browser::Answer;
use crate::house::House;
use crate::plugins::GATEWAY;

pub const ADDRESS: &str = "/hooks/test-bank";

pub fn request(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
    request.body(body.into()).expect("a request")
}

/// Whatever comes of it: short, plain, no cookie, no page.
pub async fn send(house: &House, request: Request<Body>) -> Answer {
    let answer = house.browser().send(request).await;
    assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{:?}", answer.headers);
    assert!(answer.body.len() < 40 && !answer.body.contains('<'), "{}", answer.body);
    answer
}

pub async fn hook(house: &House, body: impl Into<Body>) -> Answer {
    send(house, request("POST", ADDRESS, body)).await
}

/// The id of a new payment of Anna's invoice.
pub async fn payment(house: &House) -> PaymentId {
    house.billing.pay(house.anna, house.invoice).await.expect("an open invoice")
}

pub fn claim(payment: &PaymentId, transaction: &str, minor: i64, state: ClaimState) -> Claim {
    let eur = Currency::from_code("EUR").expect("a currency");
    Claim {
        payment: PaymentKey::Payment(payment.clone()),
        transaction: transaction.to_owned(),
        amount: Money::new(minor, eur).expect("a small amount"),
        state,
        fee: None,
        live: false,
        merchant: None,
        provider_reference: None,
        at: tollgate_billing::ids::Timestamp(1_795_305_600_000),
        saved: None,
    }
}

pub fn paid(payment: &PaymentId, transaction: &str, minor: i64) -> Claim {
    claim(payment, transaction, minor, ClaimState::Paid)
}

pub fn event(id: &str, claims: Vec<Claim>) -> Verified {
    Verified { event: id.to_owned(), claims }
}

pub fn unproven() -> Result<Verified, WebhookRefusal> {
    Err(WebhookRefusal::Unproven("the provider <b> does not answer".to_owned()))
}

pub async fn rows(house: &House) -> Vec<WebhookRow> {
    house.billing.webhooks(PageOf::first(100)).await.expect("the store answers")
}

pub async fn states(house: &House) -> Vec<WebhookState> {
    rows(house).await.into_iter().map(|row| row.state).collect()
}

pub async fn settled(house: &House) -> i64 {
    house.billing.invoice_for_staff(house.invoice).await.expect("the invoice is there").invoice.settled.minor()
}

#[tokio::test]
async fn only_a_post_to_a_gateway_that_is_set_up_is_heard() {
    let house = House::new().await;
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = send(&house, request(method, ADDRESS, "")).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
    let long = format!("/hooks/{}", "x".repeat(4_000));
    for path in ["/hooks/nothing", "/hooks/add-funds", "/hooks/Test-Bank", "/hooks/test-bank%00", "/hooks/%ff", &long] {
        let answer = send(&house, request("POST", path, "{}")).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for path in ["/hooks", "/hooks/", "/hooks/test-bank/"] {
        assert_eq!(house.browser().send(request("POST", path, "{}")).await.status, 404, "{path}");
    }
    assert_eq!((house.script.take_hooks(), rows(&house).await), (vec![], vec![]));
}

#[tokio::test]
async fn the_gateway_gets_what_was_sent_and_nothing_of_the_browsers_logins() {
    let house = House::new().await;
    let body = b"\xff\0{\"a\": 1}".to_vec();
    let mut sent = request("POST", "/hooks/test-bank?a=%3D&b", body.clone());
    for (name, value) in [("X-Signature", "t=1"), ("x-signature", "v1=\u{e9}"), ("Authorization", "Basic eDp5")] {
        sent.headers_mut().append(
            header::HeaderName::from_bytes(name.as_bytes()).expect("a name"),
            header::HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
        );
    }
    sent.headers_mut().append(header::COOKIE, header::HeaderValue::from_static("session=planted"));
    assert_eq!(send(&house, sent).await.status, 400);
    let webhook = house.script.take_hooks().remove(0);
    let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    assert_eq!((webhook.body, webhook.query.as_str(), webhook.received), (body, "a=%3D&b", house.billing.now()));
    let expected = [
        header("host", "localhost:8080"),
        header("x-signature", "t=1"),
        header("x-signature", "v1=\u{e9}"),
        header("authorization", "Basic eDp5"),
    ];
    assert_eq!(webhook.headers, expected);
}

#[tokio::test]
async fn bodies_and_headers_beyond_their_bounds_are_not_even_looked_at() {
    let house = House::new().await;
    assert_eq!(hook(&house, vec![b'x'; 1 << 20]).await.status, 400);
    assert_eq!(house.script.take_hooks().len(), 1, "one megabyte is looked at");
    assert_eq!(hook(&house, vec![b'x'; (1 << 20) + 1]).await.status, 413);
    let mut many = request("POST", ADDRESS, "{}");
    for number in 0..100 {
        let name = header::HeaderName::from_bytes(format!("x-{number}").as_bytes()).expect("a name");
        many.headers_mut().append(name, header::HeaderValue::from_static("v"));
    }
    assert_eq!(send(&house, many).await.status, 431);
    let mut long = request("POST", ADDRESS, "{}");
    let value = header::HeaderValue::from_str(&"v".repeat(70_000)).expect("a value");
    long.headers_mut().append("x-long", value);
    assert_eq!(send(&house, long).await.status, 431);
    assert_eq!(house.script.take_hooks(), []);
}

#[tokio::test]
async fn a_forged_webhook_is_told_nothing_and_leaves_nothing_but_a_count() {
    let house = House::new().await;
    for body in ["", "{}", "<script>", "\0"] {
        let answer = hook(&house, body).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "refused\n"), "{body:?}");
    }
    assert_eq!(rows(&house).await, []);
    let refused = house.billing.refused_webhooks();
    assert_eq!((refused.len(), refused[0].count, refused[0].last), (1, 4, house.billing.now()));
    assert_eq!((refused[0].instance.as_str(), refused[0].reason.as_str()), (GATEWAY, "the signature <b> is wrong"));
}

#[tokio::test]
async fn a_flood_of_forged_webhooks_holds_up_no_proven_one() {
    let house = House::new().await;
    let payment = payment(&house).await;
    for _ in 0..30 {
        assert_eq!(hook(&house, "x").await.status, 400);
    }
    let flooded = hook(&house, "x").await;
    assert_eq!((flooded.status, flooded.header("retry-after")), (429, "61"));
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(hook(&house, "{}").await.status, 200);
    assert_eq!(settled(&house).await, 2_000);
    house.clock.forward_ms(60_000);
    house.script.verify_answers(Err(WebhookRefusal::Forged(String::new())));
    assert_eq!(hook(&house, "x").await.status, 400);
}

#[tokio::test]
async fn a_proven_webhook_is_booked_once_however_often_it_comes() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 500)])));
    for _ in 0..3 {
        let answer = hook(&house, "{}").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
        house.clock.forward_ms(1_000);
    }
    assert_eq!(settled(&house).await, 500);
    let row = rows(&house).await.remove(0);
    assert_eq!((row.event.as_deref(), row.state, row.claims), (Some("E1"), WebhookState::Done, 1));
    assert_eq!(rows(&house).await.len(), 1);
}

#[tokio::test]
async fn an_event_that_says_nothing_about_money_is_written_down_once() {
    let house = House::new().await;
    house.script.verify_answers(Ok(event("ping", vec![])));
    for _ in 0..2 {
        assert_eq!(hook(&house, "{}").await.status, 200);
    }
    assert_eq!(states(&house).await, [WebhookState::Done]);
}

#[tokio::test]
async fn an_event_of_several_claims_is_done_with_the_last_of_them() {
    let house = House::new().await;
    let first = payment(&house).await;
    let unknown = PaymentId::new("PAY99999999999999999999999");
    let claims = vec![paid(&first, "T1", 500), paid(&unknown, "T2", 100), paid(&first, "T3", 300)];
    house.script.verify_answers(Ok(event("E1", claims)));
    assert_eq!(hook(&house, "{}").await.status, 200);
    assert_eq!((settled(&house).await, states(&house).await), (800, vec![WebhookState::Done]));
    let held = house.billing.held(PageOf::first(10)).await.expect("the store answers");
    assert_eq!((held.len(), held[0].transaction.as_str()), (1, "T2"), "what fits no payment waits for staff");
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_for_staff_and_told_to_nobody() {
    let house = House::new().await;
    house.script.verify_answers(Err(WebhookRefusal::Malformed("no amount in it".to_owned())));
    let answer = hook(&house, "{\"amount\":null}").await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "refused\n"));
    let row = rows(&house).await.remove(0);
    assert_eq!((row.state, row.reason.as_str(), row.next_try), (WebhookState::Malformed, "no amount in it", None));
}

#[tokio::test]
async fn what_cannot_be_proven_now_is_kept_and_asked_for_again() {
    let house = House::new().await;
    let broken = PluginError::Unavailable("too many calls".to_owned());
    for answer in [unproven(), Err(WebhookRefusal::Failed(broken))] {
        house.script.verify_answers(answer);
        let answer = hook(&house, "{}").await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "60"));
    }
    let rows = rows(&house).await;
    let minute = house.billing.now().plus_ms(60_000);
    assert!(rows.iter().all(|row| row.state == WebhookState::Unproven && row.next_try >= Some(minute)), "{rows:?}");
    assert_eq!(rows[0].reason, "unavailable: too many calls");
}

#[tokio::test]
async fn where_too_much_waits_the_sender_keeps_it() {
    let house = House::new().await;
    house.script.verify_answers(unproven());
    let mut kept = 0;
    while rows(&house).await.len() == kept {
        let answer = hook(&house, vec![b'x'; 1 << 20]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "60"));
        kept += 1;
        if kept > 64 {
            break;
        }
    }
    assert_eq!(rows(&house).await.len(), 64, "64 MB wait, and no more");
    house.script.verify_answers(Ok(event("E", vec![])));
    assert_eq!(hook(&house, "{}").await.status, 200, "what is proven needs no room");
}
