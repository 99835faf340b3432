//! What a claim does to its payment, case by case and over any history.

use crate::world::{Happened, World, euros};
use proptest::prelude::*;
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, PaymentId, Timestamp};
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::Account;
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::settlement::HoldReason;
use tollgate_billing::text::Text;

fn claim(transaction: &str, minor: i64, state: ClaimState) -> Claim {
    Claim {
        payment: PaymentKey::Payment(PaymentId::new("P")),
        transaction: transaction.to_owned(),
        amount: euros(minor),
        state,
        fee: None,
        live: true,
        merchant: Some("M".to_owned()),
        provider_reference: None,
        at: Timestamp(5),
        saved: None,
    }
}

fn paid(transaction: &str, minor: i64) -> Claim {
    claim(transaction, minor, ClaimState::Paid)
}

fn failed() -> ClaimState {
    ClaimState::Failed { client: Text::plain("no"), staff: "51".to_owned() }
}

#[test]
fn a_top_up_that_is_paid_becomes_credit_once_it_is_delivered() {
    let mut world = World::new(2500, 0, false);
    assert_eq!(world.claim(&paid("t1", 2500)), Happened::Booked);
    assert_eq!((world.invoice.status, world.payment.state), (InvoiceStatus::Paid, PaymentState::Paid));
    assert_eq!(world.credit(), euros(0), "not before the module asked for it");
    world.deliver();
    assert_eq!(world.credit(), euros(2500));
    assert_eq!(world.balance(&Account::Invoice(world.invoice.id)), euros(0));
}

#[test]
fn the_same_claim_twice_counts_once() {
    let mut world = World::new(2500, 0, true);
    assert_eq!(world.claim(&paid("t1", 2500)), Happened::Booked);
    assert_eq!(world.claim(&paid("t1", 2500)), Happened::Before);
    world.deliver();
    assert_eq!(world.credit(), euros(2500));
}

#[test]
fn less_than_due_leaves_the_rest_due_and_more_becomes_credit_where_the_payer_sets_the_amount() {
    let mut world = World::new(2500, 0, true);
    world.claim(&paid("t1", 1000));
    assert_eq!(world.invoice.amount_due(), euros(1500));
    assert_eq!((world.invoice.status, world.payment.state), (InvoiceStatus::Unpaid, PaymentState::Pending));
    world.claim(&paid("t2", 2000));
    assert_eq!(world.credit(), euros(500), "what came beyond the invoice");
    world.deliver();
    assert_eq!(world.credit(), euros(3000));
}

#[test]
fn a_claim_that_is_not_what_the_payment_froze_is_held_and_moves_nothing() {
    let dollars = Money::new(2500, Currency::from_code("USD").unwrap()).unwrap();
    let right = || paid("t1", 2500);
    let table = [
        (Claim { amount: dollars, ..right() }, HoldReason::Currency { expected: "EUR".to_owned() }),
        (paid("t1", 2499), HoldReason::Amount { expected: euros(2500) }),
        (paid("t1", 2501), HoldReason::Amount { expected: euros(2500) }),
        (paid("t1", 0), HoldReason::NotPositive),
        (paid("t1", -2500), HoldReason::NotPositive),
        (Claim { live: false, ..right() }, HoldReason::Environment),
        (Claim { merchant: None, ..right() }, HoldReason::Merchant { expected: "M".to_owned() }),
        (Claim { merchant: Some("other".to_owned()), ..right() }, HoldReason::Merchant { expected: "M".to_owned() }),
        (claim("t1", 2500, ClaimState::Refunded(None)), HoldReason::NeedsDecision),
        (claim("t1", 2500, ClaimState::DisputeLost), HoldReason::NeedsDecision),
    ];
    for (claim, reason) in table {
        let mut world = World::new(2500, 0, false);
        assert_eq!(world.claim(&claim), Happened::Held(reason), "{claim:?}");
        assert!(world.transfers.is_empty() && world.payment.state == PaymentState::Pending);
    }
}

#[test]
fn a_second_transaction_for_a_paid_payment_is_held_unless_the_payer_sets_the_amount() {
    let mut world = World::new(2500, 0, false);
    world.claim(&paid("order", 2500));
    assert_eq!(world.claim(&paid("capture", 2500)), Happened::Held(HoldReason::AlreadyPaid));

    let mut world = World::new(2500, 0, true);
    world.claim(&paid("t1", 2500));
    assert_eq!(world.claim(&paid("t2", 2500)), Happened::Booked, "two transfers are twice the money");
    assert_eq!(world.credit(), euros(2500));
}

#[test]
fn late_news_never_undoes_a_payment_but_late_money_is_booked() {
    let mut world = World::new(2500, 0, false);
    world.claim(&paid("t1", 2500));
    for state in [ClaimState::Pending(None), ClaimState::Authorized, failed(), ClaimState::Cancelled] {
        assert_eq!(world.claim(&claim("t1", 2500, state)), Happened::Nothing);
    }
    assert_eq!(world.payment.state, PaymentState::Paid);

    let mut world = World::new(2500, 0, false);
    world.claim(&claim("t1", 2500, failed()));
    assert_eq!(world.payment.state, PaymentState::Failed);
    assert_eq!(world.claim(&paid("t2", 2500)), Happened::Booked);
    assert_eq!(world.invoice.status, InvoiceStatus::Paid);
}

#[test]
fn lesson_14_credit_never_pays_a_top_up() {
    let mut world = World::new(2500, 0, true);
    world.grant(10_000);
    assert_eq!(world.apply_credit(2500, "f1"), Happened::Nothing);

    let mut mixed = World::new(2500, 1000, true);
    mixed.grant(10_000);
    assert_eq!(mixed.apply_credit(10_000, "f1"), Happened::Booked);
    assert_eq!(mixed.invoice.credit_applied, euros(1081), "the service with its tax");
    assert_eq!(mixed.apply_credit(10_000, "f2"), Happened::Nothing);
}

#[test]
fn money_for_a_cancelled_invoice_becomes_credit() {
    let mut world = World::new(0, 1000, true);
    world.invoice.status = InvoiceStatus::Cancelled;
    assert_eq!(world.claim(&paid("t1", 1081)), Happened::Booked);
    assert_eq!((world.credit(), world.invoice.status), (euros(1081), InvoiceStatus::Cancelled));
}

#[test]
fn the_providers_fee_is_taken_from_what_it_holds() {
    let mut world = World::new(0, 1000, false);
    world.claim(&Claim { fee: Some(euros(31)), ..paid("t1", 1081) });
    assert_eq!(world.balance(&Account::Gateway(InstanceId::new("bank"))), euros(-1050));
    assert_eq!(world.balance(&Account::Fees(InstanceId::new("bank"))), euros(-31));
    assert_eq!((world.balance(&Account::Sales), world.balance(&Account::Tax)), (euros(1000), euros(81)));
}

#[derive(Debug, Clone)]
enum Step {
    Claim(Box<Claim>),
    Credit(i64, u8),
    Deliver,
}

fn any_claim() -> impl Strategy<Value = Claim> {
    let state = prop_oneof![
        4 => Just(ClaimState::Paid),
        1 => Just(ClaimState::Pending(None)),
        1 => Just(ClaimState::Authorized),
        1 => Just(failed()),
        1 => Just(ClaimState::Cancelled),
        1 => Just(ClaimState::Refunded(None)),
    ];
    let amount = prop_oneof![3 => Just(3581), 1 => -10..6000_i64];
    (0..6_u8, amount, state, prop::bool::weighted(0.9), prop::bool::weighted(0.9), 0..200_i64).prop_map(
        |(transaction, minor, state, live, ours, fee)| Claim {
            live,
            merchant: ours.then(|| "M".to_owned()),
            provider_reference: None,
            fee: (fee > 100).then(|| euros(fee - 100)),
            ..claim(&format!("t{transaction}"), minor, state)
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any_claim().prop_map(|claim| Step::Claim(Box::new(claim))),
        2 => (1..5000_i64, 0..3_u8).prop_map(|(minor, key)| Step::Credit(minor, key)),
        1 => Just(Step::Deliver),
    ]
}

fn check_invariants(world: &World, booked: i64) {
    let balances = world.balances();
    assert_eq!(
        Money::sum(crate::world::eur(), balances.values().copied()).unwrap(),
        euros(0),
        "the currency sums to zero"
    );
    assert!(world.transfers.iter().all(|transfer| transfer.amount.is_positive()));
    assert!(!world.credit().is_negative(), "credit is never below zero");
    let (invoice, payment) = (&world.invoice, &world.payment);
    assert!(invoice.settled.minor() <= invoice.total.minor());
    assert_eq!(invoice.status == InvoiceStatus::Paid, invoice.settled == invoice.total);
    assert!(invoice.credit_applied.minor() <= 1081, "credit only ever paid the service line");
    assert!(!world.balance(&Account::Invoice(invoice.id)).is_negative());
    assert_eq!(payment.received.minor(), booked, "each paid transaction is booked once and whole");
    let held = |account: &Account| world.balance(account).negated().minor();
    let instance = InstanceId::new("bank");
    assert_eq!(held(&Account::Gateway(instance.clone())) + held(&Account::Fees(instance)), booked);
}

proptest! {
    #[test]
    fn any_history_keeps_the_invariants(
        steps in prop::collection::vec(any_step(), 0..40),
        payer_sets_amount in any::<bool>(),
        granted in 0..3000_i64,
    ) {
        let mut world = World::new(2500, 1000, payer_sets_amount);
        if granted > 0 {
            world.grant(granted);
        }
        let mut booked = 0;
        for step in steps {
            match step {
                Step::Claim(claim) => {
                    if world.claim(&claim) == Happened::Booked {
                        booked += claim.amount.minor();
                    }
                }
                Step::Credit(minor, key) => {
                    world.apply_credit(minor, &format!("f{key}"));
                }
                Step::Deliver => world.deliver(),
            }
            check_invariants(&world, booked);
        }
        world.deliver();
        check_invariants(&world, booked);
        if world.invoice.status == InvoiceStatus::Paid {
            prop_assert_eq!(world.balance(&Account::Invoice(world.invoice.id)), euros(0), "a paid invoice is fulfilled whole");
            let owed = world.credit().minor();
            let earned = world.balance(&Account::Sales).minor() + world.balance(&Account::Tax).minor();
            prop_assert_eq!(owed + earned, booked + granted, "every cent that came in is owed or earned");
        }
    }

    #[test]
    fn the_order_of_claims_does_not_change_what_is_owed(
        transactions in prop::collection::vec(1..4000_i64, 1..8),
        seed in any::<u64>(),
    ) {
        let claims: Vec<_> = transactions.iter().enumerate().map(|(i, minor)| paid(&format!("t{i}"), *minor)).collect();
        let owed = |order: &[Claim]| {
            let mut world = World::new(2500, 1000, true);
            for claim in order {
                world.claim(claim);
                world.claim(claim);
            }
            world.deliver();
            (world.credit(), world.invoice.settled, world.payment.received)
        };
        let mut shuffled = claims.clone();
        let mut state = seed;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(state >> 33).unwrap() % (index + 1);
            shuffled.swap(index, other);
        }
        prop_assert_eq!(owed(&claims), owed(&shuffled));
    }
}
