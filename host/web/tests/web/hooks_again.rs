//! Webhooks that are kept come home later: by the timer, by the provider's next try, or by staff.

use tollgate_billing::billing::{BillingError, Received, Retried, next_webhook_try};
use tollgate_billing::ids::{InstanceId, Timestamp, WebhookId};
use tollgate_billing::ports::WebhookRefusal;
use tollgate_billing::webhook::WebhookState;

use crate::hooks::{event, hook, paid, payment, rows, settled, states, unproven};
use crate::house::House;
use crate::plugins::GATEWAY;

const DAY_MS: i64 = 24 * 60 * 60_000;

fn gateway() -> InstanceId {
    InstanceId::new(GATEWAY)
}

async fn retry(house: &House) -> Retried {
    house.billing.retry_webhooks(&gateway()).await.expect("the store answers")
}

#[tokio::test]
async fn the_timer_settles_what_was_kept_once_it_can_be_proven() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(unproven());
    assert_eq!(hook(&house, "{}").await.status, 503);
    let first = house.script.take_hooks();
    assert_eq!(house.billing.webhook_retries().await, Ok(vec![]), "not at once");
    assert_eq!(retry(&house).await, Retried::default());

    house.clock.forward_ms(80_000);
    assert_eq!(house.billing.webhook_retries().await, Ok(vec![gateway()]));
    assert_eq!(retry(&house).await, Retried { waiting: 1, ..Retried::default() });
    assert_eq!(house.script.take_hooks(), first, "as it came, with the time when it came");

    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(retry(&house).await, Retried::default(), "each try comes later");
    house.clock.forward_ms(160_000);
    assert_eq!(retry(&house).await, Retried { done: 1, ..Retried::default() });
    assert_eq!((settled(&house).await, states(&house).await), (2_000, vec![WebhookState::Done]));
    assert_eq!(house.billing.webhook_retries().await, Ok(vec![]));
}

#[tokio::test]
async fn what_was_kept_and_came_again_is_one_event() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(hook(&house, "{}").await.status, 200);
    house.clock.forward_ms(80_000);
    assert_eq!(retry(&house).await, Retried { done: 1, ..Retried::default() });
    assert_eq!((settled(&house).await, states(&house).await), (2_000, vec![WebhookState::Done]));
}

#[tokio::test]
async fn what_is_never_proven_is_given_up_after_a_month_and_stays_for_staff() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    let mut tries = 0;
    for _ in 0..40 * 24 {
        house.clock.forward_ms(DAY_MS / 24);
        let retried = retry(&house).await;
        tries += retried.waiting + retried.over;
    }
    assert!((30..50).contains(&tries), "{tries}");
    let row = rows(&house).await.remove(0);
    assert_eq!((row.state, row.next_try), (WebhookState::Unproven, None));
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(retry(&house).await, Retried::default());
    let again = house.billing.process_webhook_again(row.id).await.expect("it is there");
    assert!(matches!(again, Received::Done(_)), "{again:?}");
    assert_eq!(settled(&house).await, 2_000);
}

#[tokio::test]
async fn one_that_turns_out_to_be_forged_is_tried_no_more_and_shown() {
    let house = House::new().await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    house.script.verify_answers(Err(WebhookRefusal::Forged("not ours".to_owned())));
    house.clock.forward_ms(80_000);
    assert_eq!(retry(&house).await, Retried { over: 1, ..Retried::default() });
    let row = rows(&house).await.remove(0);
    assert_eq!((row.state, row.reason.as_str(), row.next_try), (WebhookState::Forged, "not ours", None));
}

#[tokio::test]
async fn staff_may_process_anything_again_and_what_is_done_stays_done() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(Err(WebhookRefusal::Malformed("no amount".to_owned())));
    hook(&house, "{}").await;
    let id = rows(&house).await[0].id;
    let process = async || house.billing.process_webhook_again(id).await.expect("it is there");
    // The plugin was mended in between, but its provider does not answer.
    house.script.verify_answers(unproven());
    assert!(matches!(process().await, Received::Kept(_)));
    assert!(rows(&house).await[0].next_try.is_some(), "from now on by itself");
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert!(matches!(process().await, Received::Done(_)));
    assert_eq!(process().await, Received::Known);
    for refusal in [WebhookRefusal::Forged(String::new()), WebhookRefusal::Malformed(String::new())] {
        house.script.verify_answers(Err(refusal));
        process().await;
    }
    assert_eq!((settled(&house).await, states(&house).await), (2_000, vec![WebhookState::Done]));
    let missing = house.billing.process_webhook_again(WebhookId(99)).await;
    assert_eq!(missing, Err(BillingError::NotFound));
}

#[tokio::test]
async fn what_was_kept_outlives_its_plugin() {
    let house = House::new().await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    house.script.lose(GATEWAY);
    house.clock.forward_ms(80_000);
    assert_eq!(retry(&house).await, Retried { waiting: 1, ..Retried::default() });
    assert!(rows(&house).await[0].reason.contains("the plugin is not loaded"));
}

#[test]
fn tries_come_later_and_later_and_never_all_at_once() {
    let wait = |received: i64, tries: u32| next_webhook_try(&gateway(), Timestamp(received), tries, Timestamp(0)).0;
    for tries in 0..40 {
        assert!((60_000..=DAY_MS * 5 / 4).contains(&wait(0, tries)), "{tries}");
    }
    assert!(wait(0, 0) <= 75_000 && wait(0, 39) >= DAY_MS);
    let together: std::collections::BTreeSet<i64> = (0..100).map(|received| wait(received, 5)).collect();
    assert!(together.len() > 15, "{}", together.len());
}
