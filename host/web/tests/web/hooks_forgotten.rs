//! Webhooks that are done are forgotten after some months, and nothing is ever booked twice for it.

use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::WebhookRefusal;
use tollgate_billing::webhook::WebhookState;

use crate::hooks::{event, hook, paid, payment, rows, settled, states, unproven};
use crate::house::House;

const DAY_MS: i64 = 86_400_000;

async fn forget(house: &House) -> u64 {
    house.billing.forget_webhooks().await.expect("the store answers")
}

#[tokio::test]
async fn what_is_done_is_forgotten_after_ninety_days_and_not_before() {
    let house = House::new().await;
    house.script.verify_answers(Ok(event("E1", vec![])));
    assert_eq!(hook(&house, "{}").await.status, 200);
    house.clock.forward_ms(90 * DAY_MS);
    assert_eq!((forget(&house).await, rows(&house).await.len()), (0, 1));
    house.clock.forward_ms(1);
    assert_eq!((forget(&house).await, rows(&house).await.len()), (1, 0));
}

#[tokio::test]
async fn what_waits_and_what_staff_have_to_look_at_stays() {
    let house = House::new().await;
    house.script.verify_answers(unproven());
    assert_eq!(hook(&house, "waits").await.status, 503);
    house.script.verify_answers(Err(WebhookRefusal::Malformed("no JSON".to_owned())));
    assert_eq!(hook(&house, "unreadable").await.status, 400);
    house.clock.forward_ms(400 * DAY_MS);
    assert_eq!(forget(&house).await, 0);
    assert_eq!(states(&house).await, [WebhookState::Malformed, WebhookState::Unproven]);
}

#[tokio::test]
async fn one_round_forgets_a_bounded_number_the_oldest_first() {
    let house = House::new().await;
    for number in 0..503 {
        house.script.verify_answers(Ok(event(&format!("E{number}"), vec![])));
        assert_eq!(hook(&house, "{}").await.status, 200);
        house.clock.forward_ms(1);
    }
    house.clock.forward_ms(91 * DAY_MS);
    assert_eq!(forget(&house).await, 500);
    let left: Vec<_> = rows(&house).await.into_iter().filter_map(|row| row.event).collect();
    assert_eq!(left, ["E502", "E501", "E500"]);
    assert_eq!((forget(&house).await, forget(&house).await), (3, 0));
}

#[tokio::test]
async fn an_event_that_comes_again_after_it_was_forgotten_books_nothing() {
    let house = House::new().await;
    let payment = payment(&house).await;
    // Two events of the same money, and one of other money: each again and again, forgotten in between or not.
    let events = [("E1", "T1", 500), ("E2", "T1", 500), ("E3", "T2", 700)];
    let mut order: u64 = 0x5DEE_CE66;
    for round in 0..60_u32 {
        order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (id, transaction, minor) = events[usize::try_from(order >> 33).expect("a small number") % events.len()];
        house.script.verify_answers(Ok(event(id, vec![paid(&payment, transaction, minor)])));
        assert_eq!(hook(&house, "{}").await.status, 200);
        if order >> 62 == 0 {
            house.clock.forward_ms(91 * DAY_MS);
            assert!(forget(&house).await > 0, "round {round}");
            assert_eq!(rows(&house).await, []);
        }
    }
    assert_eq!(settled(&house).await, 1_200);
    let report = house.billing.store().check_ledger().await.expect("a report");
    assert_eq!((report.faults, report.transfers), (Vec::new(), 2));
}

#[test]
fn days_are_counted_backwards_as_forwards() {
    assert_eq!(Timestamp(0).plus_days(90).minus_days(90), Timestamp(0));
    assert_eq!(Timestamp(i64::MIN).minus_days(1), Timestamp(i64::MIN));
}
