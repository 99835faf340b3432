//! Money for what is paid or cancelled already is never lost: by every way that a claim can take, it becomes credit, or
//! waits for staff and then becomes credit.

use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::Account;
use tollgate_billing::payment::{Payment, PaymentState};

use crate::desk::{Desk, Happened, SAM, Way, said};
use crate::world::{CLIENT, euros};

fn paid(transaction: &str, minor: i64) -> Claim {
    said(transaction, euros(minor), ClaimState::Paid)
}

fn credit(desk: &Desk) -> i64 {
    desk.balance(&Account::Credit(CLIENT), "EUR")
}

/// The client began another payment of the same invoice before.
fn another_payment(desk: &mut Desk) {
    let version = desk.payment.version;
    let (id, state) = (PaymentId::new("P2"), PaymentState::Pending);
    desk.payment = Payment { id, state, received: euros(0), version, ..desk.payment.clone() };
}

#[test]
fn a_paid_invoice_paid_with_another_payment_becomes_credit() {
    for payer_sets_amount in [false, true] {
        let mut desk = Desk::new(payer_sets_amount);
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked);
        another_payment(&mut desk);
        assert_eq!(desk.claim(&paid("t2", 1000)), Happened::Booked);
        assert_eq!((credit(&desk), desk.payment.state), (1000, PaymentState::Paid));
        assert_eq!((desk.own.status, desk.own.settled), (InvoiceStatus::Paid, euros(1000)));
    }
}

#[test]
fn a_cancelled_invoice_that_is_paid_becomes_credit() {
    for payer_sets_amount in [false, true] {
        let mut desk = Desk::new(payer_sets_amount);
        desk.own.status = InvoiceStatus::Cancelled;
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked);
        assert_eq!((credit(&desk), desk.own.settled), (1000, euros(0)));
        assert_eq!(desk.own.status, InvoiceStatus::Cancelled);
    }
}

#[test]
fn a_second_full_payment_of_the_same_transaction_counts_once() {
    for payer_sets_amount in [false, true] {
        let mut desk = Desk::new(payer_sets_amount);
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked);
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Before);
        assert_eq!((credit(&desk), desk.payment.received), (0, euros(1000)));
    }
}

#[test]
fn a_second_full_payment_of_another_transaction_becomes_credit_where_payers_set_the_amount() {
    let mut desk = Desk::new(true);
    assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked);
    assert_eq!(desk.claim(&paid("t2", 1000)), Happened::Booked);
    assert_eq!((credit(&desk), desk.payment.received), (1000, euros(2000)));
}

#[test]
fn a_second_full_payment_of_another_transaction_waits_for_staff_else_and_is_not_lost() {
    for way in [Way::Credit, Way::OwnInvoice] {
        let mut desk = Desk::new(false);
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked);
        assert_eq!(desk.claim(&paid("t2", 1000)), Happened::Held);
        assert_eq!(desk.decide(0, way, SAM), Happened::Booked);
        assert_eq!((credit(&desk), desk.payment.received), (1000, euros(2000)), "{way:?}");
        assert_eq!((desk.own.status, desk.own.settled), (InvoiceStatus::Paid, euros(1000)));
        desk.check();
    }
}

#[test]
fn money_that_comes_after_the_payment_failed_or_was_cancelled_is_booked() {
    for state in [PaymentState::Failed, PaymentState::Cancelled] {
        let mut desk = Desk::new(false);
        desk.payment.state = state;
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked, "{state:?}");
        assert_eq!((desk.own.status, desk.payment.state), (InvoiceStatus::Paid, PaymentState::Paid));

        let mut desk = Desk::new(false);
        (desk.payment.state, desk.own.status) = (state, InvoiceStatus::Cancelled);
        assert_eq!(desk.claim(&paid("t1", 1000)), Happened::Booked, "{state:?}");
        assert_eq!(credit(&desk), 1000);
    }
}

#[test]
fn a_held_claim_of_a_cancelled_invoice_becomes_credit_whichever_way_staff_take() {
    for way in [Way::Credit, Way::OwnInvoice] {
        let mut desk = Desk::new(false);
        desk.own.status = InvoiceStatus::Cancelled;
        assert_eq!(desk.claim(&paid("t1", 700)), Happened::Held);
        assert_eq!(desk.decide(0, way, SAM), Happened::Booked);
        assert_eq!((credit(&desk), desk.own.settled), (700, euros(0)), "{way:?}");
    }
}
