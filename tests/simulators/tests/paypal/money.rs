//! Whatever happens in whatever order: what was taken less what went back stays between nothing and the amount, and
//! what has ended stays as it ended.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use tollgate_simulators::paypal::Complaint;
use tollgate_simulators::paypal::capture::{RefundScript, RefundStatus};
use tollgate_simulators::paypal::dispute::DisputeOutcome;
use tollgate_simulators::paypal::order::{Funding, Outcome, Reason};

use crate::shop::{DAY_MS, HOUR_MS, Shop, ten};

#[derive(Debug, Clone)]
enum Step {
    Approve(u8),
    Capture(u8),
    Settle(bool),
    /// In cents; nothing for all.
    Refund(Option<u16>, u8),
    NextRefund(bool),
    EndRefund(u8, bool),
    Reverse,
    Dispute(u16),
    Resolve(bool),
    Void,
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_u8).prop_map(Step::Approve),
        4 => (0..3_u8).prop_map(Step::Capture),
        2 => any::<bool>().prop_map(Step::Settle),
        6 => (proptest::option::of(0..1200_u16), 0..6_u8).prop_map(|(cents, id)| Step::Refund(cents, id)),
        2 => any::<bool>().prop_map(Step::NextRefund),
        3 => (0..4_u8, any::<bool>()).prop_map(|(index, done)| Step::EndRefund(index, done)),
        1 => Just(Step::Reverse),
        1 => (0..1200_u16).prop_map(Step::Dispute),
        1 => any::<bool>().prop_map(Step::Resolve),
        1 => Just(Step::Void),
        2 => (0..8_u8).prop_map(Step::Wait),
    ]
}

/// Ids of everything of a kind, in the simulator's state.
fn ids(state: &Value, kind: &str, name: &str) -> Vec<String> {
    let all = state[kind].as_array().cloned().unwrap_or_default();
    all.iter().filter_map(|one| one[name].as_str().map(str::to_owned)).collect()
}

async fn take(shop: &mut Shop, order: &str, step: &Step) {
    let state = shop.simulator.state();
    let capture = ids(&state, "captures", "id").into_iter().next().unwrap_or_else(|| "NONE".to_owned());
    let simulator = shop.simulator.clone();
    match step {
        Step::Approve(how) => {
            let funding = [Funding::Balance, Funding::DecliningCard, Funding::Later(Reason::Echeck)][usize::from(*how)];
            drop(simulator.approve(order, funding));
        }
        Step::Capture(id) => drop(shop.capture(order, &format!("c{id}")).await),
        Step::Settle(paid) => {
            drop(simulator.settle(&capture, if *paid { Outcome::Completed } else { Outcome::Declined }));
        }
        Step::Refund(cents, id) => {
            let amount = cents
                .map(|cents| json!({ "currency_code": "EUR", "value": format!("{}.{:02}", cents / 100, cents % 100) }));
            let body = amount.map_or_else(|| json!({}), |amount| json!({ "amount": amount }));
            drop(shop.refund(&capture, &format!("f{id}"), &body).await);
        }
        Step::NextRefund(pending) => {
            let refuse = || RefundScript::Refuse("REFUND_FAILED_INSUFFICIENT_FUNDS".to_owned());
            drop(simulator.script_refund(&capture, if *pending { RefundScript::Pending } else { refuse() }));
        }
        Step::EndRefund(index, done) => {
            if let Some(id) = ids(&state, "refunds", "id").get(usize::from(*index)) {
                drop(simulator.end_refund(id, if *done { RefundStatus::Completed } else { RefundStatus::Failed }));
            }
        }
        Step::Reverse => drop(simulator.reverse(&capture, None)),
        Step::Dispute(cents) => {
            let complaint = Complaint { reason: "OTHER", stage: "INQUIRY", amount_minor: Some(i64::from(*cents)) };
            drop(simulator.dispute(&capture, complaint));
        }
        Step::Resolve(buyer) => {
            let outcome = if *buyer { DisputeOutcome::Buyer } else { DisputeOutcome::Seller };
            for id in ids(&state, "disputes", "dispute_id") {
                simulator.resolve_dispute(&id, outcome).unwrap();
            }
        }
        Step::Void => drop(simulator.void(order)),
        Step::Wait(index) => {
            shop.advance(
                [1, HOUR_MS, 3 * HOUR_MS, DAY_MS, 3 * DAY_MS, 6 * DAY_MS, 46 * DAY_MS, 181 * DAY_MS]
                    [usize::from(*index)],
            );
            shop.renew().await;
        }
    }
}

fn cents(money: &Value) -> i64 {
    money["value"].as_str().expect("a value").replace('.', "").parse().expect("digits")
}

/// `[captured, gone back, on its way back]` in cents.
fn flows(state: &Value) -> [i64; 3] {
    let sum = |kind: &str, wanted: &dyn Fn(&Value) -> bool| {
        let all = state[kind].as_array().expect("a list");
        all.iter().filter(|one| wanted(&one["status"])).map(|one| cents(&one["amount"])).sum()
    };
    let paid = |status: &Value| !matches!(status.as_str(), Some("PENDING" | "DECLINED"));
    [
        sum("captures", &paid),
        sum("refunds", &|status| status == "COMPLETED"),
        sum("refunds", &|status| status == "PENDING"),
    ]
}

/// What may never change again, by id.
fn ended(state: &Value) -> BTreeMap<String, String> {
    let terminal = [
        ("orders", "id", &["COMPLETED", "VOIDED"][..]),
        ("captures", "id", &["DECLINED", "REFUNDED"][..]),
        ("refunds", "id", &["COMPLETED", "FAILED", "CANCELLED"][..]),
        ("disputes", "dispute_id", &["RESOLVED"][..]),
    ];
    let mut found = BTreeMap::new();
    for (kind, name, ends) in terminal {
        for one in state[kind].as_array().expect("a list") {
            let (id, status) = (one[name].as_str().expect("an id"), one["status"].as_str().expect("a status"));
            if ends.contains(&status) {
                found.insert(id.to_owned(), status.to_owned());
            }
        }
    }
    found
}

async fn history(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut shop = Shop::open().await;
    let order = shop.order(&ten()).await;
    let mut before = BTreeMap::new();
    for step in &steps {
        take(&mut shop, &order, step).await;
        let state = shop.simulator.state();
        let [captured, back, on_its_way] = flows(&state);
        prop_assert!(captured == 0 || captured == 1000, "{step:?}: {captured} captured");
        prop_assert!(back >= 0 && back + on_its_way <= captured, "{step:?}: {back} + {on_its_way} of {captured}");
        let after = ended(&state);
        for (id, status) in &before {
            prop_assert_eq!(after.get(id), Some(status), "{:?}", step);
        }
        before = after;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_stays_within_its_bounds_and_ends_stay_ends(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(history(steps))?;
    }
}
