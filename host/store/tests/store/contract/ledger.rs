use tokio::task::JoinSet;
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::{Account, AllocationSource, Reason};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::ports::{Applied, PageOf, StoreError};
use tollgate_billing::settlement::{Held, HoldReason, Settlement};
use tollgate_billing::text::Text;

use crate::fixture::{
    NOW, bank, claim_key, client, credit_applied, currency, empty, eur, give_credit, invoice, open, paid, payment,
    read_invoice, read_payment, service, sound, transfer,
};

#[tokio::test]
async fn a_payment_settles_its_invoice_and_what_is_over_becomes_credit() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let settlement = paid(&pay, &bill, "T1", eur(130));
    assert_eq!(store.applied(&settlement.key).await, Ok(false));
    assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
    assert_eq!(store.applied(&settlement.key).await, Ok(true));

    let bill = read_invoice(&*store, bill.id).await;
    assert_eq!((bill.status, bill.settled, bill.paid_at), (InvoiceStatus::Paid, eur(100), Some(NOW)));
    let pay = read_payment(&*store, "P1").await;
    assert_eq!((pay.state, pay.received, pay.checked), (PaymentState::Paid, eur(130), Some(NOW)));
    assert_eq!(store.credit(anna, currency("EUR")).await, Ok(eur(30)));
    let allocations = store.allocations(bill.id).await.unwrap();
    assert_eq!(allocations.len(), 1);
    assert_eq!((allocations[0].amount, &allocations[0].source), (eur(100), &AllocationSource::Gateway(bank())));
    assert_eq!(sound(&*store).await, 2);
}

#[tokio::test]
async fn the_same_settlement_counts_once() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let settlement = paid(&pay, &bill, "T1", eur(40));
    assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Before));
    // Said again of what is there by now, under the same key.
    let (bill, pay) = (read_invoice(&*store, bill.id).await, read_payment(&*store, "P1").await);
    assert_eq!(store.apply(paid(&pay, &bill, "T1", eur(40))).await, Ok(Applied::Before));
    assert_eq!(read_invoice(&*store, bill.id).await.settled, eur(40));
    assert_eq!(read_payment(&*store, "P1").await, pay);
    // Another transaction of the bank is other money.
    assert_eq!(store.apply(paid(&pay, &bill, "T2", eur(60))).await, Ok(Applied::Now));
    assert_eq!(read_invoice(&*store, bill.id).await.status, InvoiceStatus::Paid);
    assert_eq!(sound(&*store).await, 2);
}

#[tokio::test]
async fn a_settlement_sent_sixteen_times_at_once_is_applied_once() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (store, settlement) = (store.clone(), paid(&pay, &bill, "T1", eur(100)));
        tasks.spawn(async move { store.apply(settlement).await.unwrap() });
    }
    let applied = tasks.join_all().await;
    assert_eq!(applied.iter().filter(|applied| **applied == Applied::Now).count(), 1);
    assert_eq!(sound(&*store).await, 1);
}

#[tokio::test]
async fn of_two_claims_decided_on_the_same_reading_one_must_read_again() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let first = payment(&*store, &bill, "P1").await;
    let second = payment(&*store, &bill, "P2").await;
    assert_eq!(store.apply(paid(&first, &bill, "T1", eur(100))).await, Ok(Applied::Now));
    let late = paid(&second, &bill, "T2", eur(100));
    assert_eq!(store.apply(late.clone()).await, Err(StoreError::Conflict));
    assert_eq!(store.applied(&late.key).await, Ok(false));
    assert_eq!(read_payment(&*store, "P2").await, second);
    let bill = read_invoice(&*store, bill.id).await;
    assert_eq!(store.apply(paid(&second, &bill, "T2", eur(100))).await, Ok(Applied::Now));
    assert_eq!(store.credit(anna, currency("EUR")).await, Ok(eur(100)));
    sound(&*store).await;
}

#[tokio::test]
async fn credit_pays_an_invoice_and_never_more_than_there_is() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    give_credit(&*store, anna, "top-up", 70).await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let too_much = credit_applied(&bill, "use", eur(71));
    assert_eq!(store.apply(too_much.clone()).await, Err(StoreError::Insufficient));
    assert_eq!(store.applied(&too_much.key).await, Ok(false));
    assert_eq!(read_invoice(&*store, bill.id).await, bill);
    assert_eq!(store.apply(credit_applied(&bill, "use", eur(70))).await, Ok(Applied::Now));
    let bill = read_invoice(&*store, bill.id).await;
    assert_eq!((bill.settled, bill.credit_applied, bill.amount_due()), (eur(70), eur(70), eur(30)));
    assert_eq!(store.allocations(bill.id).await.unwrap()[0].source, AllocationSource::Credit);
    assert_eq!(store.apply(credit_applied(&bill, "again", eur(1))).await, Err(StoreError::Insufficient));
    assert_eq!(store.credit(anna, currency("EUR")).await, Ok(eur(0)));
    sound(&*store).await;
}

#[tokio::test]
async fn credit_spent_twice_at_once_is_spent_once() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    give_credit(&*store, anna, "top-up", 100).await;
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let bill = invoice(&*store, anna, &format!("form{number}"), vec![service(100)]).await;
        let store = store.clone();
        tasks.spawn(async move { store.apply(credit_applied(&bill, &format!("use{number}"), eur(100))).await });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(Applied::Now)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(StoreError::Insufficient)).count(), 7);
    sound(&*store).await;
}

#[tokio::test]
async fn the_history_of_credit_reads_like_a_bank_statement() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bert = client(&*store, "bert@example.org").await;
    let top_up = give_credit(&*store, anna, "first", 70).await;
    give_credit(&*store, bert, "other", 5).await;
    give_credit(&*store, anna, "second", 30).await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    store.apply(credit_applied(&bill, "use", eur(45))).await.unwrap();
    let history = store.credit_history(anna, PageOf::first(10)).await.unwrap();
    let amounts: Vec<_> = history.iter().map(|entry| (entry.amount, entry.balance)).collect();
    assert_eq!(amounts, [(eur(-45), eur(55)), (eur(30), eur(100)), (eur(70), eur(70))]);
    let reasons: Vec<_> = history.iter().map(|entry| entry.reason).collect();
    assert_eq!(reasons, [Reason::CreditApplied, Reason::Fulfilment, Reason::Fulfilment]);
    assert_eq!((history[2].invoice, &history[2].invoice_number), (top_up.id, &top_up.number));
    let page = PageOf { before: Some(history[0].seq), rows_max: 1 };
    assert_eq!(store.credit_history(anna, page).await.unwrap(), history[1..2]);
}

#[tokio::test]
async fn credit_is_kept_by_currency() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    assert_eq!(store.credit(anna, currency("JPY")).await.unwrap().minor(), 0);
    assert_eq!(store.credits(anna).await.unwrap(), vec![]);
    let top_up = give_credit(&*store, anna, "first", 70).await;
    // An overpayment in another currency, as staff may book it later.
    let yen = tollgate_billing::money::Money::new(500, currency("JPY")).unwrap();
    let (gateway, credit) = (Account::Gateway(bank()), Account::Credit(anna));
    let moved = transfer(top_up.id, gateway, credit, yen, Reason::Overpayment);
    store.apply(Settlement { transfers: vec![moved], ..empty(claim_key("T-yen")) }).await.unwrap();
    assert_eq!(store.credits(anna).await.unwrap(), vec![eur(70), yen]);
    assert_eq!(store.credit(anna, currency("JPY")).await.unwrap(), yen);
    sound(&*store).await;
}

#[tokio::test]
async fn a_held_claim_moves_nothing_and_waits_for_staff_with_both_sides() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    payment(&*store, &bill, "P1").await;
    let states = [
        ClaimState::Pending(Some(Text::plain("soon"))),
        ClaimState::Authorized,
        ClaimState::Paid,
        ClaimState::Failed { client: Text::plain("no"), staff: "51".into() },
        ClaimState::Cancelled,
        ClaimState::Refunded(Some("R1".into())),
        ClaimState::Disputed(Text::plain("why")),
        ClaimState::DisputeWon,
        ClaimState::DisputeLost,
    ];
    let reasons = [
        (HoldReason::NoPayment, "no-payment", String::new()),
        (HoldReason::Currency { expected: "EUR".into() }, "currency", "EUR".to_owned()),
        (HoldReason::Amount { expected: eur(100) }, "amount", "EUR 1.00".to_owned()),
        (HoldReason::Environment, "environment", String::new()),
        (HoldReason::Merchant { expected: "M1".into() }, "merchant", "M1".to_owned()),
        (HoldReason::AlreadyPaid, "already-paid", String::new()),
        (HoldReason::NeedsDecision, "needs-decision", String::new()),
        (HoldReason::NotPositive, "not-positive", String::new()),
        (HoldReason::RefundFailed { said: "too old".into() }, "refund-failed", "too old".to_owned()),
    ];
    for (number, (state, (reason, word, expected))) in states.into_iter().zip(reasons).enumerate() {
        let claim = Claim {
            payment: PaymentKey::Reference("INV000001".into()),
            transaction: format!("T{number}"),
            amount: eur(-99),
            state,
            fee: Some(eur(1)),
            live: true,
            merchant: Some("M2".into()),
            provider_reference: None,
            at: NOW,
            saved: None,
        };
        let code = claim.state.code();
        let payment = (number > 0).then(|| PaymentId::new("P1"));
        let held = Held { payment: payment.clone(), instance: bank(), claim, reason };
        let settlement = Settlement { held: Some(held), ..empty(claim_key(&format!("T{number}"))) };
        assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
        assert_eq!(store.apply(settlement).await, Ok(Applied::Before));
        let newest = store.held(PageOf::first(1)).await.unwrap().remove(0);
        assert_eq!((newest.state.as_str(), newest.reason.as_str(), newest.expected), (code, word, expected));
        assert_eq!((newest.payment, newest.amount, newest.transaction), (payment, eur(-99), format!("T{number}")));
    }
    assert_eq!(store.held(PageOf::first(100)).await.unwrap().len(), 9);
    assert_eq!(sound(&*store).await, 0);
}
