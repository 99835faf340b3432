//! Disputes, case by case.

use crate::returns::{bank, claim, disputed, refunded};
use crate::world::{Happened, World, euros};
use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::dispute::DisputeState;
use tollgate_billing::ledger::Account;
use tollgate_billing::settlement::HoldReason;

fn opened(minor: i64) -> Claim {
    claim("d1", minor, disputed())
}

fn won(minor: i64) -> Claim {
    claim("d1", minor, ClaimState::DisputeWon)
}

fn lost(minor: i64) -> Claim {
    claim("d1", minor, ClaimState::DisputeLost)
}

#[test]
fn disputed_credit_cannot_be_spent_and_comes_back_when_it_is_won() {
    let mut world = World::paid(2500, 0);
    assert_eq!(world.back(&opened(2500)), Happened::Booked);
    assert_eq!(world.credit(), euros(0));
    assert_eq!(world.balance(&bank(Account::Gateway)), euros(0), "the provider took it");
    assert_eq!(world.disputes[0].exposure(), euros(0));
    assert_eq!(world.back(&won(2500)), Happened::Booked);
    assert_eq!((world.credit(), world.balance(&bank(Account::Gateway))), (euros(2500), euros(-2500)));
    assert_eq!(world.disputes[0].state(), DisputeState::Won);
}

#[test]
fn what_was_spent_before_is_the_hosts_exposure_and_its_loss_when_it_is_lost() {
    let mut world = World::paid(2500, 0);
    world.spend(1800);
    world.back(&opened(2500));
    assert_eq!((world.credit(), world.disputes[0].exposure()), (euros(0), euros(1800)));
    assert_eq!(world.balance(&bank(Account::Disputed)), euros(-1800));
    assert_eq!(world.back(&lost(2500)), Happened::Booked);
    assert_eq!(world.balance(&bank(Account::Disputed)), euros(0));
    assert_eq!(world.balance(&bank(Account::Losses)), euros(-1800));
    assert_eq!((world.disputes[0].state(), world.disputes[0].exposure()), (DisputeState::Lost, euros(1800)));
}

#[test]
fn other_credit_of_the_client_is_left_alone() {
    let mut world = World::paid(0, 1000);
    world.grant(5000);
    world.back(&opened(1081));
    assert_eq!(world.credit(), euros(5000), "it was paid for by other money");
    assert_eq!(world.disputes[0].exposure(), euros(1081));
}

#[test]
fn every_piece_of_news_counts_once() {
    let mut world = World::paid(2500, 0);
    for _ in 0..3 {
        world.back(&opened(2500));
    }
    let transfers = world.transfers.len();
    assert_eq!(world.back(&opened(2500)), Happened::Nothing);
    assert_eq!(world.back(&lost(2500)), Happened::Changed, "the credit that is set aside covers it");
    let after = world.transfers.len();
    assert_eq!(world.back(&lost(2500)), Happened::Nothing);
    assert_eq!(world.back(&opened(2500)), Happened::Nothing, "it is over");
    assert!(world.transfers.len() == after && after >= transfers && world.disputes.len() == 1);
}

#[test]
fn an_end_that_comes_before_the_beginning_is_booked_at_once_and_the_beginning_is_no_news() {
    let mut world = World::paid(2500, 0);
    assert_eq!(world.back(&lost(2500)), Happened::Booked);
    assert_eq!((world.credit(), world.balance(&bank(Account::Gateway))), (euros(0), euros(0)));
    assert_eq!(world.back(&opened(2500)), Happened::Nothing);

    let mut world = World::paid(2500, 0);
    world.back(&won(2500));
    assert_eq!(world.back(&opened(2500)), Happened::Nothing);
    assert_eq!((world.credit(), world.balance(&bank(Account::Gateway))), (euros(2500), euros(-2500)));
}

#[test]
fn an_end_that_contradicts_another_is_held() {
    for (first, second) in [(lost(2500), won(2500)), (won(2500), lost(2500))] {
        let mut world = World::paid(2500, 0);
        world.back(&opened(2500));
        world.back(&first);
        let before = world.balances();
        assert_eq!(world.back(&second), Happened::Held(HoldReason::NeedsDecision));
        assert_eq!(world.balances(), before);
    }
}

#[test]
fn a_dispute_of_more_than_is_left_is_held() {
    let mut world = World::paid(2500, 0);
    assert_eq!(world.back(&opened(2501)), Happened::Held(HoldReason::Amount { expected: euros(2500) }));
    let mut world = World::paid(2500, 0);
    world.ask("r1", 1000, "f").unwrap();
    world.back(&refunded("re1", 1000, Some("r1")));
    assert_eq!(world.back(&opened(2500)), Happened::Held(HoldReason::Amount { expected: euros(1500) }));
    let mut world = World::paid(2500, 0);
    world.back(&opened(2000));
    assert_eq!(world.back(&lost(2001)), Happened::Held(HoldReason::Amount { expected: euros(2000) }));
}

#[test]
fn another_environment_merchant_or_nothing_is_held() {
    let table = [
        (Claim { live: false, ..opened(2500) }, HoldReason::Environment),
        (Claim { merchant: Some("N".to_owned()), ..opened(2500) }, HoldReason::Merchant { expected: "M".to_owned() }),
        (opened(0), HoldReason::NotPositive),
    ];
    for (claim, reason) in table {
        let mut world = World::paid(2500, 0);
        assert_eq!(world.back(&claim), Happened::Held(reason));
        assert!(world.disputes.is_empty());
    }
}

#[test]
fn the_providers_fee_for_a_dispute_is_booked_with_the_news_that_names_it() {
    let mut world = World::paid(2500, 0);
    world.back(&Claim { fee: Some(euros(1500)), ..opened(2500) });
    assert_eq!(world.balance(&bank(Account::Fees)), euros(-1500));
    assert_eq!(world.balance(&bank(Account::Gateway)), euros(1500));
}
