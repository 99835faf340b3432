//! What staff decide about held claims: where the money goes, what is refused, and that it counts once.

use proptest::prelude::*;
use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::decision::{Booking, Refusal};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::Account;
use tollgate_billing::money::Money;
use tollgate_billing::payment::PaymentState;

use crate::desk::{Desk, Happened, KIM, OTHER, SAM, Way, dollars, said};
use crate::world::{CLIENT, euros};

fn paid(transaction: &str, amount: Money) -> Claim {
    said(transaction, amount, ClaimState::Paid)
}

/// A fixed-amount gateway that claimed this, and was held.
fn held(claim: &Claim) -> Desk {
    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(claim), Happened::Held, "{claim:?}");
    desk.check();
    desk
}

#[test]
fn money_in_another_currency_becomes_credit_in_that_currency_and_the_client_may_pay_again() {
    let mut desk = held(&Claim { fee: Some(dollars(40)), ..paid("t1", dollars(1000)) });
    assert_eq!(desk.decide(0, Way::Credit, SAM), Happened::Booked);
    assert_eq!(desk.balance(&Account::Credit(CLIENT), "USD"), 1000);
    assert_eq!(desk.balance(&Account::Fees(InstanceId::new("bank")), "USD"), -40);
    assert_eq!((desk.own.status, desk.payment.received), (InvoiceStatus::Unpaid, euros(0)));
    assert_eq!(desk.payment.state, PaymentState::Cancelled, "the provider waits for nothing more");
    desk.check();
}

#[test]
fn less_than_asked_becomes_credit_or_pays_a_part_of_the_invoice() {
    let mut desk = held(&paid("t1", euros(800)));
    assert_eq!(desk.decide(0, Way::Credit, SAM), Happened::Booked);
    assert_eq!((desk.balance(&Account::Credit(CLIENT), "EUR"), desk.own.amount_due()), (800, euros(1000)));
    assert_eq!((desk.payment.received, desk.payment.state), (euros(800), PaymentState::Paid));

    let mut desk = held(&paid("t1", euros(800)));
    assert_eq!(desk.decide(0, Way::OwnInvoice, SAM), Happened::Booked);
    assert_eq!((desk.balance(&Account::Credit(CLIENT), "EUR"), desk.own.amount_due()), (0, euros(200)));
    assert_eq!((desk.payment.received, desk.payment.state), (euros(800), PaymentState::Paid));
    desk.check();
}

#[test]
fn another_invoice_takes_what_is_due_and_the_rest_is_its_own_clients_credit() {
    let mut desk = held(&Claim { fee: Some(euros(30)), ..paid("t1", euros(1200)) });
    assert_eq!(desk.decide(0, Way::OtherInvoice, SAM), Happened::Booked);
    assert_eq!((desk.other.status, desk.own.status), (InvoiceStatus::Paid, InvoiceStatus::Unpaid));
    assert_eq!(desk.balance(&Account::Credit(OTHER), "EUR"), 200);
    assert_eq!(desk.balance(&Account::Credit(CLIENT), "EUR"), 0);
    assert_eq!(desk.balance(&Account::Fees(InstanceId::new("bank")), "EUR"), -30);
    assert_eq!((desk.payment.received, desk.payment.state), (euros(0), PaymentState::Cancelled));
    desk.check();
}

#[test]
fn what_a_merchant_id_kept_away_is_booked_once_after_it_was_mended() {
    let claim = Claim { merchant: Some("right".to_owned()), ..paid("t1", euros(1000)) };
    let mut desk = held(&claim);
    desk.merchant = "right";
    assert_eq!(desk.claim(&claim), Happened::Before, "it was held: only a decision books it");
    assert_eq!(desk.own.amount_due(), euros(1000));
    assert_eq!(desk.decide(0, Way::OwnInvoice, SAM), Happened::Booked);
    assert_eq!((desk.own.status, desk.payment.state), (InvoiceStatus::Paid, PaymentState::Paid));
    assert_eq!(desk.claim(&claim), Happened::Before, "and coming again books no second time");
    assert_eq!(desk.decide(0, Way::Credit, KIM), Happened::Before);
    assert_eq!(desk.balance(&Account::Credit(CLIENT), "EUR"), 0);
    desk.check();
}

#[test]
fn dismissed_money_is_never_booked_however_often_it_comes() {
    let claim = Claim { live: false, ..paid("t1", euros(1000)) };
    let mut desk = held(&claim);
    assert_eq!(desk.decide(0, Way::Dismiss, SAM), Happened::Changed);
    assert_eq!(desk.claim(&claim), Happened::Before);
    assert_eq!(desk.decide(0, Way::Credit, KIM), Happened::Refused(Refusal::Environment));
    assert_eq!((desk.transfers().count(), desk.payment.state), (0, PaymentState::Cancelled));
}

#[test]
fn only_real_money_that_came_can_be_booked() {
    let right = || paid("t1", euros(800));
    let table = [
        (Claim { live: false, ..right() }, Refusal::Environment),
        (paid("t1", euros(0)), Refusal::NotPositive),
        (paid("t1", euros(-800)), Refusal::NotPositive),
        (Claim { live: false, ..paid("t1", dollars(800)) }, Refusal::Environment),
        (said("t1", euros(800), ClaimState::Refunded(None)), Refusal::NotPaid),
        (said("t1", euros(800), ClaimState::DisputeWon), Refusal::NotPaid),
    ];
    for (claim, refusal) in table {
        let mut desk = held(&claim);
        for way in [Way::Credit, Way::OwnInvoice, Way::OtherInvoice] {
            assert_eq!(desk.decide(0, way, SAM), Happened::Refused(refusal.clone()), "{claim:?} {way:?}");
        }
        assert_eq!(desk.decide(0, Way::Dismiss, SAM), Happened::Changed, "{claim:?}");
        assert_eq!(desk.transfers().count(), 0);
        desk.check();
    }
    let mut desk = held(&paid("t1", dollars(800)));
    let refused = Happened::Refused(Refusal::Currency { expected: "EUR".to_owned() });
    assert_eq!(desk.decide(0, Way::OtherInvoice, SAM), refused);
}

#[test]
fn a_decision_about_a_refund_or_dispute_leaves_the_payment_as_it_is() {
    let mut desk = held(&said("t1", euros(1000), ClaimState::DisputeLost));
    assert_eq!(desk.decide(0, Way::Dismiss, SAM), Happened::Changed);
    assert_eq!(desk.payment.state, PaymentState::Pending);
}

#[test]
fn a_part_that_the_payer_chose_leaves_the_payment_open_for_the_rest() {
    let mut desk = Desk::new(true);
    let claim = Claim { merchant: None, ..paid("t1", euros(400)) };
    assert_eq!(desk.claim(&claim), Happened::Held);
    assert_eq!(desk.decide(0, Way::OwnInvoice, SAM), Happened::Booked);
    assert_eq!((desk.payment.state, desk.own.amount_due()), (PaymentState::Pending, euros(600)));
    assert_eq!(desk.claim(&paid("t2", euros(600))), Happened::Booked);
    assert_eq!((desk.payment.state, desk.own.status), (PaymentState::Paid, InvoiceStatus::Paid));
    desk.check();
}

#[test]
fn what_is_said_before_is_what_is_booked() {
    let mut desk = held(&Claim { fee: Some(euros(31)), ..paid("t1", euros(1200)) });
    assert_eq!(desk.decide(0, Way::OwnInvoice, SAM), Happened::Booked);
    let booking = Booking::of(desk.books.last().unwrap());
    assert_eq!(booking.to_invoice, Some((desk.own.id, euros(1000))));
    assert_eq!(booking.to_credit, Some((CLIENT, euros(200))));
    assert_eq!((booking.fee, booking.pays_invoice, booking.ends_payment), (Some(euros(31)), true, false));
    assert_eq!(booking.mark(), "invoice 42 EUR 10.00; credit 7 EUR 2.00; fee EUR 0.31; paid");
}

#[test]
fn a_fee_that_is_told_later_is_recorded_once() {
    let fees = |desk: &Desk| -desk.balance(&Account::Fees(InstanceId::new("bank")), "EUR");
    let plain = paid("t1", euros(1000));
    let with_fee = |minor| Claim { fee: Some(euros(minor)), ..plain.clone() };
    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(&plain), Happened::Booked);
    assert_eq!(desk.claim(&plain), Happened::Before);
    assert_eq!(desk.claim(&with_fee(31)), Happened::Before);
    assert_eq!(fees(&desk), 31);
    assert_eq!(desk.claim(&with_fee(45)), Happened::Before);
    assert_eq!(fees(&desk), 31, "once for the transaction");

    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(&with_fee(31)), Happened::Booked);
    assert_eq!(desk.claim(&with_fee(45)), Happened::Before);
    assert_eq!(fees(&desk), 31, "it was told with the money");
    desk.check();
}

#[test]
fn the_fee_of_a_second_paid_claim_is_recorded_when_staff_book_it() {
    let fees = |desk: &Desk| -desk.balance(&Account::Fees(InstanceId::new("bank")), "EUR");
    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(&Claim { fee: Some(euros(31)), ..paid("t1", euros(1000)) }), Happened::Booked);
    let second = Claim { fee: Some(euros(29)), ..paid("t2", euros(1000)) };
    assert_eq!(desk.claim(&second), Happened::Held);
    assert_eq!(fees(&desk), 31);
    assert_eq!(desk.decide(0, Way::Credit, SAM), Happened::Booked);
    assert_eq!((fees(&desk), desk.balance(&Account::Credit(CLIENT), "EUR")), (60, 1000));
    desk.claim(&second);
    assert_eq!(fees(&desk), 60);
    desk.check();
}

#[derive(Debug, Clone)]
enum Step {
    Claim(Box<Claim>),
    /// A claim that came before comes again.
    Again(usize),
    Decide(usize, Way, bool),
    Mend(bool),
}

fn any_claim() -> impl Strategy<Value = Claim> {
    let state = prop_oneof![
        6 => Just(ClaimState::Paid),
        1 => Just(ClaimState::Pending(None)),
        1 => Just(ClaimState::Cancelled),
        1 => Just(ClaimState::Refunded(None)),
    ];
    let amount = prop_oneof![2 => Just(1000), 1 => -10..2500_i64];
    let ours = prop::bool::weighted(0.7);
    (0..8_u8, amount, prop::bool::weighted(0.8), state, prop::bool::weighted(0.9), ours, 0..60_i64).prop_map(
        |(transaction, minor, euro, state, live, ours, fee)| {
            let money = |minor| if euro { euros(minor) } else { dollars(minor) };
            Claim {
                live,
                merchant: Some(if ours { "M" } else { "right" }.to_owned()),
                fee: (fee > 30).then(|| money(fee)),
                ..said(&format!("t{transaction}"), money(minor), state)
            }
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    let way = prop_oneof![Just(Way::Credit), Just(Way::OwnInvoice), Just(Way::OtherInvoice), Just(Way::Dismiss)];
    prop_oneof![
        4 => any_claim().prop_map(|claim| Step::Claim(Box::new(claim))),
        3 => (0..100_usize).prop_map(Step::Again),
        4 => (0..100_usize, way, any::<bool>()).prop_map(|(place, way, sam)| Step::Decide(place, way, sam)),
        1 => any::<bool>().prop_map(Step::Mend),
    ]
}

proptest! {
    #[test]
    fn any_history_of_holds_decisions_and_redeliveries_books_nothing_twice(
        steps in prop::collection::vec(any_step(), 0..60),
        payer_sets_amount in any::<bool>(),
    ) {
        let mut desk = Desk::new(payer_sets_amount);
        let mut came: Vec<Claim> = Vec::new();
        for step in steps {
            match step {
                Step::Claim(claim) => {
                    desk.claim(&claim);
                    came.push(*claim);
                }
                Step::Again(place) if !came.is_empty() => {
                    let claim = came[place % came.len()].clone();
                    let happened = desk.claim(&claim);
                    let paid = claim.state == ClaimState::Paid;
                    prop_assert!(!paid || happened == Happened::Before, "{claim:?} {happened:?}");
                }
                Step::Decide(place, way, sam) if !desk.held.is_empty() => {
                    let place = place % desk.held.len();
                    let before = desk.decided.len();
                    let happened = desk.decide(place, way, if sam { SAM } else { KIM });
                    let decided = matches!(happened, Happened::Booked | Happened::Changed);
                    prop_assert_eq!(desk.decided.len(), before + usize::from(decided));
                }
                Step::Mend(mended) => desk.merchant = if mended { "right" } else { "M" },
                Step::Again(_) | Step::Decide(..) => {}
            }
            desk.check();
        }
    }
}
