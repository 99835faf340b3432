//! Refunds, case by case.

use crate::returns::{bank, claim, failed, refunded};
use crate::world::{Happened, World, euros};
use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::ledger::Account;
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::plan::RefundRefusal;
use tollgate_billing::refund::RefundState;
use tollgate_billing::settlement::HoldReason;

#[test]
fn what_became_credit_is_reserved_when_staff_ask_and_leaves_when_the_provider_did_it() {
    let mut world = World::paid(2500, 0);
    assert_eq!(world.ask("r1", 1000, "f"), Ok(Happened::Booked));
    assert_eq!(world.credit(), euros(1500), "before the provider is asked");
    assert_eq!(world.balance(&bank(Account::Refunding)), euros(1000));
    assert_eq!(world.back(&refunded("re1", 1000, Some("r1"))), Happened::Booked);
    assert_eq!(world.refund("r1").state, RefundState::Done);
    assert_eq!(world.balance(&bank(Account::Refunding)), euros(0));
    assert_eq!(world.balance(&bank(Account::Gateway)), euros(-1500));
}

#[test]
fn a_sale_goes_back_against_returns_with_its_share_of_the_tax() {
    let mut world = World::paid(0, 1000);
    world.ask("r1", 500, "f").unwrap();
    // 500 × 81 ÷ 1081 is 37.46: rounded down, the rest of the cent is on the sale.
    assert_eq!(world.balance(&Account::Returns), euros(-463));
    assert_eq!(world.balance(&Account::Tax), euros(81 - 37));
    assert_eq!(world.balance(&Account::Sales), euros(1000), "what was sold stays told");
}

#[test]
fn credit_is_used_up_before_a_sale_is_taken_back() {
    let mut world = World::paid(2500, 1000);
    world.ask("r1", 3000, "f").unwrap();
    let parts = world.refund("r1").parts;
    assert_eq!((parts.credit, parts.sales, parts.tax), (euros(2500), euros(463), euros(37)));
}

#[test]
fn what_cannot_be_refunded_is_refused_with_what_can() {
    let dollars = Money::new(100, Currency::from_code("USD").unwrap()).unwrap();
    let foreign = World::paid(2500, 0).ask_for("r1", dollars, "f");
    assert_eq!(foreign, Err(RefundRefusal::Currency { expected: "EUR" }));
    let unpaid = World::new(2500, 0, false).ask("r1", 100, "f");
    assert_eq!(unpaid, Err(RefundRefusal::NotPaid));
    let table = [
        (0, RefundRefusal::NotPositive),
        (-1, RefundRefusal::NotPositive),
        (2501, RefundRefusal::TooMuch { most: euros(2500) }),
    ];
    for (minor, refusal) in table {
        let mut world = World::paid(2500, 0);
        assert_eq!(world.ask("r1", minor, "f"), Err(refusal), "{minor}");
        assert!(world.refunds.is_empty());
    }
    let mut spent = World::paid(2500, 0);
    spent.spend(2000);
    assert_eq!(spent.ask("r1", 501, "f"), Err(RefundRefusal::CreditSpent { most: euros(500) }));
    assert_eq!(spent.ask("r1", 500, "f"), Ok(Happened::Booked));
    let mut undelivered = World::new(2500, 0, false);
    undelivered.claim(&claim("capture", 2500, ClaimState::Paid));
    assert_eq!(undelivered.ask("r1", 100, "f"), Err(RefundRefusal::NotDelivered));
}

#[test]
fn what_is_on_its_way_back_cannot_be_refunded_again() {
    let mut world = World::paid(0, 1000);
    world.ask("r1", 1000, "f1").unwrap();
    assert_eq!(world.ask("r2", 82, "f2"), Err(RefundRefusal::TooMuch { most: euros(81) }));
    assert_eq!(world.decline("r1"), Happened::Booked);
    assert_eq!(world.ask("r2", 1081, "f2"), Ok(Happened::Booked), "a refund that failed is no refund");
}

#[test]
fn a_refund_that_fails_puts_everything_back_where_it_was() {
    for module in [0, 2500] {
        let mut world = World::paid(module, 1000);
        let before = world.balances();
        world.ask("r1", 700, "f").unwrap();
        world.decline("r1");
        let after = world.balances();
        let there = |account| world.balance(account);
        assert!(before.iter().all(|(account, amount)| there(account) == *amount), "{before:?} {after:?}");
        assert_eq!(world.refund("r1").state, RefundState::Failed);
        assert_eq!(world.decline("r1"), Happened::Before);
    }
}

#[test]
fn a_refunds_own_webhook_and_the_calls_answer_settle_it_once_whichever_comes_first() {
    let answer = refunded("re1", 1000, Some("r1"));
    let webhooks = [answer.clone(), refunded("re1", 1000, None)];
    for webhook in webhooks {
        for order in [[&webhook, &answer], [&answer, &webhook]] {
            let mut world = World::paid(2500, 0);
            world.ask("r1", 1000, "f").unwrap();
            assert_eq!(world.back(order[0]), Happened::Booked);
            assert_eq!(world.back(order[1]), Happened::Nothing);
            assert_eq!(world.back(order[0]), Happened::Nothing);
            assert_eq!((world.credit(), world.refunds.len()), (euros(1500), 1));
            assert_eq!(world.balance(&bank(Account::Gateway)), euros(-1500));
        }
    }
}

#[test]
fn a_refund_made_at_the_provider_is_booked_whole_or_in_part_and_counts_once() {
    let mut world = World::paid(2500, 0);
    assert_eq!(world.back(&refunded("re1", 1000, None)), Happened::Booked);
    assert_eq!(world.back(&refunded("re1", 1000, None)), Happened::Nothing);
    assert_eq!(world.back(&refunded("re2", 1500, None)), Happened::Booked);
    assert_eq!((world.credit(), world.refunds.len()), (euros(0), 2));
    assert!(world.refunds.iter().all(|refund| refund.staff.is_none() && refund.state == RefundState::Done));
    assert_eq!(
        world.back(&refunded("re3", 1, None)),
        Happened::Held(HoldReason::Amount { expected: euros(0) }),
        "more than came in"
    );
}

#[test]
fn what_the_provider_gave_back_although_it_was_spent_is_a_loss() {
    let mut world = World::paid(2500, 0);
    world.spend(2000);
    assert_eq!(world.back(&refunded("re1", 2500, None)), Happened::Booked);
    assert_eq!((world.credit(), world.balance(&bank(Account::Losses))), (euros(0), euros(-2000)));
}

#[test]
fn a_second_refund_of_the_same_amount_is_not_taken_for_the_first() {
    let mut world = World::paid(2500, 0);
    world.ask("r1", 1000, "f").unwrap();
    // One made at the provider is told first, then the host's own.
    world.back(&refunded("dashboard", 1000, None));
    world.back(&refunded("re1", 1000, Some("r1")));
    assert_eq!((world.credit(), world.refunds.len()), (euros(500), 2));
    assert_eq!(world.balance(&bank(Account::Gateway)), euros(-500));
}

#[test]
fn a_refund_that_was_done_and_comes_back_is_put_back() {
    let mut world = World::paid(2500, 0);
    world.ask("r1", 1000, "f").unwrap();
    world.back(&refunded("re1", 1000, Some("r1")));
    assert_eq!(world.back(&failed("re1", 1000)), Happened::Booked);
    assert_eq!((world.credit(), world.refund("r1").state), (euros(2500), RefundState::Failed));
    assert_eq!(world.balance(&bank(Account::Gateway)), euros(-2500));
    assert_eq!(world.back(&failed("re1", 1000)), Happened::Nothing);
}

#[test]
fn a_claim_that_is_not_what_was_ordered_is_held_and_moves_nothing() {
    let right = || refunded("re1", 1000, Some("r1"));
    let dollars = Money::new(1000, Currency::from_code("USD").unwrap()).unwrap();
    let table = [
        (Claim { amount: dollars, ..right() }, HoldReason::Currency { expected: "EUR".to_owned() }),
        (refunded("re1", 999, Some("r1")), HoldReason::Amount { expected: euros(1000) }),
        (refunded("re1", 0, Some("r1")), HoldReason::NotPositive),
        (Claim { live: false, ..right() }, HoldReason::Environment),
        (Claim { merchant: None, ..right() }, HoldReason::Merchant { expected: "M".to_owned() }),
        (Claim { live: false, ..refunded("other", 100, None) }, HoldReason::Environment),
    ];
    for (claim, reason) in table {
        let mut world = World::paid(2500, 0);
        world.ask("r1", 1000, "f").unwrap();
        let before = world.transfers.len();
        assert_eq!(world.back(&claim), Happened::Held(reason), "{claim:?}");
        assert_eq!((world.transfers.len(), world.refund("r1").state), (before, RefundState::Requested));
    }
}

#[test]
fn a_refund_said_to_have_failed_and_then_done_is_held_for_a_person() {
    let mut world = World::paid(2500, 0);
    world.ask("r1", 1000, "f").unwrap();
    world.decline("r1");
    let late = refunded("re1", 1000, Some("r1"));
    assert_eq!(world.back(&late), Happened::Held(HoldReason::NeedsDecision));
    assert_eq!(world.credit(), euros(2500));
}
