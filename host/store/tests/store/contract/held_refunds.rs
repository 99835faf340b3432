//! Money of held claims that goes back: its refund is one transaction with the decision, and what fails is held again.

use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::decision::{Decision, Destination, HeldClaim, Return};
use tollgate_billing::ids::{HeldId, PaymentId, RefundId, StaffId};
use tollgate_billing::invoice::Invoice;
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plan::{Facts, Placed, Plan, ReturnFacts, plan_refund_claim, plan_refund_declined, refundable};
use tollgate_billing::ports::{Applied, PageOf, Store, StoreError};
use tollgate_billing::refund::{Refund, RefundState};
use tollgate_billing::settlement::{Settlement, SettlementKey};
use tollgate_billing::text::Text;

use crate::contract::decisions::{decided, dollars, held, office, said};
use crate::fixture::{NOW, bank, eur, paid, read_invoice, read_payment, sound};

pub fn back(id: &str) -> Return {
    Return { id: RefundId::new(id), reason: "not ours".to_owned(), next_check: NOW.plus_ms(60_000) }
}

/// What billing decides about a refund from what the store knows now.
pub async fn ends(
    store: &dyn Store,
    (bill, pay): (&Invoice, &str),
    plan: impl FnOnce(ReturnFacts<'_>, &Refund) -> Settlement,
) -> Settlement {
    let (payment, invoice) = (read_payment(store, pay).await, read_invoice(store, bill.id).await);
    let refunds = store.refunds_of(invoice.id).await.unwrap();
    let refund = refunds.last().expect("a refund").clone();
    let origin = store.held_claim(refund.held.expect("a held claim")).await.unwrap().expect("a held claim");
    let claim =
        Facts { payment: &payment, invoice: &invoice, payer_sets_amount: false, live: true, merchant: None, at: NOW };
    let placed = Placed::of(&invoice, &store.moved(invoice.id).await.unwrap()).unwrap();
    let (refunds, held) = (&refunds[..], &[origin][..]);
    plan(ReturnFacts { claim, placed, balance: eur(0), refunds, held, disputes: &[] }, &refund)
}

fn done(facts: ReturnFacts<'_>, refund: &Refund) -> Settlement {
    let payment = PaymentKey::Payment(refund.payment.clone());
    let claim = Claim { payment, state: ClaimState::Refunded(None), ..said("re_1", refund.amount) };
    match plan_refund_claim(facts, refund, &claim).expect("small amounts") {
        Plan::Settle(settlement) => *settlement,
        Plan::Known => panic!("it is news"),
    }
}

fn declined(facts: ReturnFacts<'_>, refund: &Refund) -> Settlement {
    plan_refund_declined(facts, refund, Text::plain("too old"))
}

#[tokio::test]
async fn a_decision_to_send_back_is_written_with_its_refund_and_is_asked_about_until_it_ends() {
    let office = office().await;
    let store = &*office.store;
    let claim = Claim { fee: Some(dollars(4)), ..said("T1", dollars(130)) };
    let held = held(store, Some(&office.pay), claim).await;
    let settlement = decided(&held, Some(&office.pay), office.sam, Destination::Payer(&back("R1")));
    assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Before), "a button pressed twice");
    let row = store.decision(HeldId(held.row.seq)).await.unwrap().expect("it was decided");
    assert_eq!((row.decision, row.invoice), (Decision::Refund("not ours".into()), Some(office.bill.number.clone())));
    let refund = store.refund(&RefundId::new("R1")).await.unwrap().expect("it is written");
    assert_eq!((refund.held, refund.amount, refund.parts.held), (Some(HeldId(1)), dollars(130), dollars(130)));
    assert_eq!((refund.staff, refund.transaction.as_str()), (Some(office.sam), "T1"));
    assert_eq!(store.due_refunds(&bank(), NOW.plus_ms(60_000), 9).await.unwrap().len(), 1);
    let pay = read_payment(store, "P1").await;
    assert_eq!((pay.state, pay.received), (PaymentState::Cancelled, eur(0)));
    assert_eq!(store.credits(office.anna).await, Ok(vec![]));
    sound(store).await;
    let done = ends(store, (&office.bill, "P1"), done).await;
    assert_eq!(store.apply(done).await, Ok(Applied::Now));
    assert_eq!(store.refund(&RefundId::new("R1")).await.unwrap().unwrap().state, RefundState::Done);
    assert_eq!(store.held(PageOf::first(9)).await, Ok(vec![]));
    sound(store).await;
}

#[tokio::test]
async fn what_does_not_go_back_is_held_again_in_the_same_transaction() {
    let office = office().await;
    let store = &*office.store;
    let first = held(store, Some(&office.pay), Claim { fee: Some(eur(3)), ..said("T1", eur(130)) }).await;
    let to = Destination::Payer(&back("R1"));
    store.apply(decided(&first, Some(&office.pay), office.sam, to)).await.unwrap();
    let declined = ends(store, (&office.bill, "P1"), declined).await;
    assert_eq!(store.apply(declined.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(declined).await, Ok(Applied::Before));
    let open = store.held(PageOf::first(9)).await.unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!((open[0].reason.as_str(), open[0].expected.as_str()), ("refund-failed", "too old"));
    let again = store.held_claim(HeldId(open[0].seq)).await.unwrap().expect("a held claim");
    assert_eq!(again.claim, Claim { fee: None, ..first.claim });
    sound(store).await;
    let (pay, bill) = (read_payment(store, "P1").await, read_invoice(store, office.bill.id).await);
    let settlement = decided(&again, Some(&pay), office.sam, Destination::Invoice(&bill));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Now), "staff decide otherwise");
    let (pay, bill) = (read_payment(store, "P1").await, read_invoice(store, office.bill.id).await);
    assert_eq!((pay.state, pay.received, bill.amount_due()), (PaymentState::Paid, eur(130), eur(0)));
    sound(store).await;
}

#[tokio::test]
async fn a_held_claim_has_one_refund_and_it_comes_with_a_decision() {
    let office = office().await;
    let store = &*office.store;
    let first = held(store, Some(&office.pay), said("T1", eur(130))).await;
    let second = held(store, Some(&office.pay), said("T2", eur(130))).await;
    let to_payer =
        |held: &HeldClaim, id: &str| decided(held, Some(&office.pay), office.sam, Destination::Payer(&back(id)));
    let of_first = to_payer(&first, "R1").back;
    store.apply(to_payer(&first, "R1")).await.unwrap();
    let key = || SettlementKey::StaffForm { staff: StaffId(1), key: "other".to_owned() };
    let pay = read_payment(store, "P1").await;
    let of_both = decided(&second, Some(&pay), office.sam, Destination::Payer(&back("R2")));
    let table = [
        ("a second decision", Settlement { key: key(), ..to_payer(&first, "R3") }),
        ("the refund of another claim", Settlement { back: of_first, ..of_both.clone() }),
    ];
    for (name, settlement) in table {
        assert_eq!(store.apply(settlement).await, Err(StoreError::Conflict), "{name}");
        sound(store).await;
    }
    assert_eq!(store.apply(of_both).await, Ok(Applied::Now));
    sound(store).await;
}

/// What the store says came in for the payment, by transaction.
async fn came(store: &dyn Store, pay: &Payment) -> Vec<(String, i64)> {
    let rows = store.paid_transactions(&pay.id).await.unwrap();
    rows.into_iter().map(|one| (one.transaction, one.amount.minor())).collect()
}

#[tokio::test]
async fn money_that_came_in_by_a_decision_alone_is_told_with_its_transaction() {
    for accept in [true, false] {
        let office = office().await;
        let store = &*office.store;
        let held = held(store, Some(&office.pay), said("T1", eur(130))).await;
        assert_eq!(came(store, &office.pay).await, vec![]);
        let credit = Destination::Credit { client: office.anna, beside: office.bill.id };
        let to = if accept { credit } else { Destination::Invoice(&office.bill) };
        store.apply(decided(&held, Some(&office.pay), office.sam, to)).await.unwrap();
        assert_eq!(came(store, &office.pay).await, [("T1".to_owned(), 130)], "accepted: {accept}");
        let bill = read_invoice(store, office.bill.id).await;
        if accept {
            let pay = read_payment(store, "P1").await;
            store.apply(paid(&pay, &bill, "T2", eur(100))).await.unwrap();
            assert_eq!(came(store, &pay).await, [("T1".to_owned(), 130), ("T2".to_owned(), 100)]);
        }
        sound(store).await;
    }
}

#[tokio::test]
async fn money_that_was_sent_back_or_went_elsewhere_did_not_come_in_for_the_payment() {
    let office = office().await;
    let store = &*office.store;
    let other = crate::fixture::invoice(store, office.anna, "other", vec![crate::fixture::service(500)]).await;
    let first = held(store, Some(&office.pay), said("T1", eur(130))).await;
    store.apply(decided(&first, Some(&office.pay), office.sam, Destination::Payer(&back("R1")))).await.unwrap();
    let pay = read_payment(store, "P1").await;
    let second = held(store, Some(&pay), said("T2", eur(120))).await;
    store.apply(decided(&second, Some(&pay), office.sam, Destination::Invoice(&other))).await.unwrap();
    assert_eq!(came(store, &pay).await, vec![]);
    assert_eq!(store.paid_transactions(&PaymentId::new("P404")).await, Ok(vec![]));
    let left = ends(store, (&office.bill, "P1"), |facts, refund| {
        assert_eq!(refundable(facts), Ok(eur(0)), "nothing of it can be refunded as the payment's own");
        declined(facts, refund)
    });
    store.apply(left.await).await.unwrap();
    sound(store).await;
}
