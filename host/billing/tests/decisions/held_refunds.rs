//! Money of held claims that staff send back: it is nobody's while it is on its way, and waits for staff again where the
//! provider refuses.

use proptest::prelude::*;
use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::decision::{Booking, Refusal};
use tollgate_billing::ids::{HeldId, InstanceId, Timestamp};
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::{Account, Transfer};
use tollgate_billing::money::Money;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plan::{
    Facts, Placed, Plan, ReturnFacts, plan_refund_claim, plan_refund_declined, refund_of, refundable,
};
use tollgate_billing::refund::RefundState;
use tollgate_billing::settlement::HoldReason;
use tollgate_billing::text::Text;

use crate::desk::{Desk, Happened, KIM, SAM, Way, dollars, said};
use crate::world::{CLIENT, euros};

/// What the provider makes of a refund, in the order of how often it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done { echo: bool },
    Failed,
    Cancelled,
    Pending,
    Declined,
}

impl Desk {
    fn back<T>(&self, decide: impl FnOnce(ReturnFacts<'_>) -> T) -> T {
        let claim = Facts {
            payment: &self.payment,
            invoice: &self.own,
            payer_sets_amount: self.payer_sets_amount,
            live: true,
            merchant: Some(self.merchant),
            at: Timestamp(20),
        };
        let moved: Vec<Transfer> = self.transfers().filter(|one| one.invoice == self.own.id).cloned().collect();
        let placed = Placed::of(&self.own, &moved).unwrap();
        let balance = euros(self.balance(&Account::Credit(CLIENT), "EUR"));
        decide(ReturnFacts { claim, placed, balance, refunds: &self.refunds, held: &self.held, disputes: &[] })
    }

    /// The provider says this of the refund of that place. What it calls the refund is stored before a failure is settled.
    fn answer(&mut self, place: usize, answer: Answer) -> Happened {
        let refund = self.refunds[place].clone();
        let state = match answer {
            Answer::Done { echo } => ClaimState::Refunded(echo.then(|| refund.id.to_string())),
            Answer::Failed => ClaimState::Failed { client: Text::plain("no"), staff: "account closed".to_owned() },
            Answer::Cancelled => ClaimState::Cancelled,
            Answer::Pending => ClaimState::Pending(None),
            Answer::Declined if !refund.state.is_open() => return Happened::Nothing,
            Answer::Declined => {
                let declined = self.back(|facts| plan_refund_declined(facts, &refund, Text::plain("too old")));
                return self.apply(declined);
            }
        };
        let named = format!("re-{}", refund.id);
        if !matches!(answer, Answer::Done { .. }) && refund.state.is_open() {
            self.refunds[place].provider_reference = Some(named.clone());
        }
        let claim = Claim { merchant: Some(self.merchant.to_owned()), ..said(&named, refund.amount, state) };
        let plan = self.back(|facts| {
            refund_of(facts.refunds, &claim).map(|refund| plan_refund_claim(facts, refund, &claim).unwrap())
        });
        match plan {
            None | Some(Plan::Known) => Happened::Nothing,
            Some(Plan::Settle(settlement)) => self.apply(*settlement),
        }
    }

    fn state(&self, place: usize) -> RefundState {
        self.refunds[place].state
    }

    fn at_bank(&self, of: fn(InstanceId) -> Account, currency: &str) -> i64 {
        self.balance(&of(InstanceId::new("bank")), currency)
    }
}

fn paid(transaction: &str, amount: Money) -> Claim {
    said(transaction, amount, ClaimState::Paid)
}

/// A fixed-amount gateway that claimed this, was held, and whose money staff send back.
fn sent_back(claim: &Claim) -> Desk {
    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(claim), Happened::Held, "{claim:?}");
    assert_eq!(desk.decide(0, Way::Payer, SAM), Happened::Booked, "{claim:?}");
    desk.check();
    desk
}

#[test]
fn money_of_a_held_claim_is_set_aside_and_leaves_when_the_provider_did_it() {
    let mut desk = sent_back(&Claim { fee: Some(euros(31)), ..paid("t1", euros(800)) });
    assert_eq!((desk.at_bank(Account::Refunding, "EUR"), desk.at_bank(Account::Gateway, "EUR")), (800, -769));
    assert_eq!((desk.payment.received, desk.payment.state), (euros(0), PaymentState::Cancelled));
    assert_eq!(desk.own.status, InvoiceStatus::Unpaid, "the client may pay again");
    let refund = &desk.refunds[0];
    assert_eq!((refund.transaction.as_str(), refund.held, refund.staff), ("t1", Some(HeldId(1)), Some(SAM)));
    assert_eq!(desk.answer(0, Answer::Done { echo: true }), Happened::Booked);
    assert_eq!((desk.at_bank(Account::Refunding, "EUR"), desk.at_bank(Account::Gateway, "EUR")), (0, 31));
    assert_eq!(desk.balance(&Account::Credit(CLIENT), "EUR"), 0);
    desk.check();
}

#[test]
fn money_in_another_currency_than_the_payments_goes_back_in_its_own() {
    let mut desk = sent_back(&paid("t1", dollars(1000)));
    assert_eq!((desk.at_bank(Account::Refunding, "USD"), desk.at_bank(Account::Refunding, "EUR")), (1000, 0));
    assert_eq!(desk.answer(0, Answer::Done { echo: false }), Happened::Booked);
    assert_eq!((desk.state(0), desk.at_bank(Account::Gateway, "USD")), (RefundState::Done, 0));
    desk.check();
}

#[test]
fn what_the_provider_refuses_waits_for_staff_again_and_is_then_booked_once() {
    for answer in [Answer::Declined, Answer::Failed, Answer::Cancelled] {
        let claim = Claim { fee: Some(euros(31)), ..paid("t1", euros(800)) };
        let mut desk = sent_back(&claim);
        assert_eq!(desk.answer(0, answer), Happened::Held, "{answer:?}");
        desk.check();
        let again = desk.held.last().unwrap();
        assert_eq!((desk.held.len(), again.claim.amount, again.claim.fee), (2, euros(800), None), "{answer:?}");
        assert_eq!((desk.at_bank(Account::Refunding, "EUR"), desk.at_bank(Account::Gateway, "EUR")), (0, 31));
        assert_eq!(desk.claim(&claim), Happened::Before, "it was held");
        assert_eq!(desk.decide(0, Way::Credit, KIM), Happened::Before, "that decision stays");
        assert_eq!(desk.decide(1, Way::Credit, KIM), Happened::Booked);
        assert_eq!(desk.balance(&Account::Credit(CLIENT), "EUR"), 800);
        assert_eq!(desk.at_bank(Account::Fees, "EUR"), -31, "the fee is booked once");
        desk.check();
    }
}

#[test]
fn what_was_said_of_a_refund_that_failed_is_kept_for_staff() {
    let table = [(Answer::Declined, "too old"), (Answer::Failed, "account closed"), (Answer::Cancelled, "")];
    for (answer, words) in table {
        let mut desk = sent_back(&paid("t1", euros(800)));
        desk.answer(0, answer);
        let held = desk.books.last().and_then(|settlement| settlement.held.as_ref()).unwrap();
        assert_eq!(held.reason, HoldReason::RefundFailed { said: words.to_owned() }, "{answer:?}");
    }
}

#[test]
fn a_refund_that_came_back_after_it_was_done_waits_for_staff_too() {
    let mut desk = sent_back(&paid("t1", euros(800)));
    assert_eq!(desk.answer(0, Answer::Done { echo: true }), Happened::Booked);
    assert_eq!(desk.answer(0, Answer::Failed), Happened::Held);
    assert_eq!((desk.state(0), desk.held.len()), (RefundState::Failed, 2));
    assert_eq!((desk.at_bank(Account::Refunding, "EUR"), desk.at_bank(Account::Gateway, "EUR")), (0, 0));
    assert_eq!(desk.decide(1, Way::Payer, KIM), Happened::Booked, "and may be sent once more");
    assert_eq!(desk.answer(1, Answer::Done { echo: true }), Happened::Booked);
    desk.check();
}

#[test]
fn sending_money_of_a_held_claim_back_takes_nothing_of_what_the_payment_received() {
    let mut desk = Desk::new(false);
    assert_eq!(desk.claim(&paid("t1", euros(1000))), Happened::Booked);
    assert_eq!(desk.claim(&paid("t2", euros(1000))), Happened::Held);
    assert_eq!(desk.decide(0, Way::Payer, SAM), Happened::Booked);
    assert_eq!(desk.back(|facts| (facts.left(), refundable(facts))), (Ok(euros(1000)), Ok(euros(1000))));
    assert_eq!(desk.answer(0, Answer::Done { echo: true }), Happened::Booked);
    assert_eq!(desk.back(|facts| facts.left()), Ok(euros(1000)));
    assert_eq!((desk.payment.received, desk.own.status), (euros(1000), InvoiceStatus::Paid));
    desk.check();
}

#[test]
fn only_real_money_that_is_with_our_own_account_at_a_gateway_that_refunds_goes_back() {
    let right = || paid("t1", euros(800));
    let table: [(Claim, &'static str, bool, Refusal); 6] = [
        (right(), "M", false, Refusal::GatewayKeeps),
        (right(), "other", true, Refusal::Merchant),
        (Claim { merchant: None, ..right() }, "M", true, Refusal::Merchant),
        (Claim { live: false, ..right() }, "M", true, Refusal::Environment),
        (paid("t1", euros(0)), "M", true, Refusal::NotPositive),
        (said("t1", euros(800), ClaimState::DisputeWon), "M", true, Refusal::NotPaid),
    ];
    for (claim, merchant, refunds, refusal) in table {
        let mut desk = Desk::new(false);
        desk.claim(&claim);
        (desk.merchant, desk.gateway_refunds) = (merchant, refunds);
        assert_eq!(desk.decide(0, Way::Payer, SAM), Happened::Refused(refusal), "{claim:?}");
        assert_eq!((desk.transfers().count(), desk.refunds.len()), (0, 0), "{claim:?}");
        desk.check();
    }
}

#[test]
fn what_is_said_before_it_is_sent_back_is_what_is_booked() {
    let desk = sent_back(&Claim { fee: Some(euros(31)), ..paid("t1", euros(800)) });
    let booking = Booking::of(desk.books.last().unwrap());
    assert_eq!((booking.to_payer, booking.to_credit, booking.to_invoice), (Some(euros(800)), None, None));
    assert_eq!(booking.mark(), "payer EUR 8.00; fee EUR 0.31; ends");
}

#[derive(Debug, Clone)]
enum Step {
    Claim { transaction: u8, minor: i64, euro: bool, fee: bool },
    Decide { place: usize, way: Way },
    Answer { place: usize, answer: Answer },
}

fn any_step() -> impl Strategy<Value = Step> {
    let minor = prop_oneof![Just(1000_i64), Just(800), Just(1200)];
    let claims = (0..4_u8, minor, prop::bool::weighted(0.8), any::<bool>());
    let way = prop_oneof![
        4 => Just(Way::Payer),
        1 => Just(Way::Credit),
        1 => Just(Way::OwnInvoice),
        1 => Just(Way::OtherInvoice),
        1 => Just(Way::Dismiss),
    ];
    let answer = prop_oneof![
        Just(Answer::Done { echo: true }),
        Just(Answer::Done { echo: false }),
        Just(Answer::Failed),
        Just(Answer::Cancelled),
        Just(Answer::Pending),
        Just(Answer::Declined),
    ];
    prop_oneof![
        3 => claims.prop_map(|(transaction, minor, euro, fee)| Step::Claim { transaction, minor, euro, fee }),
        3 => (0..100_usize, way).prop_map(|(place, way)| Step::Decide { place, way }),
        4 => (0..100_usize, answer).prop_map(|(place, answer)| Step::Answer { place, answer }),
    ]
}

fn take(desk: &mut Desk, step: Step) {
    match step {
        Step::Claim { transaction, minor, euro, fee } => {
            let money = |minor| if euro { euros(minor) } else { dollars(minor) };
            let claim = paid(&format!("t{transaction}"), money(minor));
            desk.claim(&Claim { fee: fee.then(|| money(30)), ..claim });
        }
        Step::Decide { place, way } if !desk.held.is_empty() => {
            let place = place % desk.held.len();
            desk.decide(place, way, SAM);
        }
        Step::Answer { place, answer } if !desk.refunds.is_empty() => {
            let place = place % desk.refunds.len();
            desk.answer(place, answer);
        }
        Step::Decide { .. } | Step::Answer { .. } => {}
    }
}

proptest! {
    #[test]
    fn any_order_of_claims_decisions_and_answers_books_nothing_twice_and_loses_nothing(
        steps in prop::collection::vec(any_step(), 0..60),
        payer_sets_amount in any::<bool>(),
    ) {
        let mut desk = Desk::new(payer_sets_amount);
        for step in steps {
            take(&mut desk, step);
            desk.check();
        }
    }
}
