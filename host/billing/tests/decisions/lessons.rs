//! What went wrong in other systems and is decided in `plan`: the numbers are those of the table in `tests/README.md`.

use tollgate_billing::claim::ClaimState;
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::Account;
use tollgate_billing::settlement::HoldReason;

use crate::desk::{Desk, Happened, said};
use crate::world::{self, CLIENT, World, euros};

/// The invoice is edited while its payment is under way at the provider.
fn edited(total_minor: i64) -> Desk {
    let mut desk = Desk::new(false);
    desk.own.total = euros(total_minor);
    desk.own.lines[0].net = euros(total_minor);
    desk.own.revision += 1;
    desk.own.version += 1;
    desk
}

#[test]
fn lesson_03_an_invoice_that_was_raised_meanwhile_is_not_paid_by_the_old_amount() {
    let mut desk = edited(5000);
    assert_eq!(desk.claim(&said("t1", euros(1000), ClaimState::Paid)), Happened::Booked);
    assert_eq!((desk.own.status, desk.own.amount_due()), (InvoiceStatus::Unpaid, euros(4000)));
}

#[test]
fn lesson_03_what_is_beyond_an_invoice_that_was_lowered_meanwhile_is_credit() {
    let mut desk = edited(600);
    assert_eq!(desk.claim(&said("t1", euros(1000), ClaimState::Paid)), Happened::Booked);
    assert_eq!((desk.own.status, desk.balance(&Account::Credit(CLIENT), "EUR")), (InvoiceStatus::Paid, 400));
}

#[test]
fn lesson_03_a_payment_expects_the_amount_that_it_froze_and_no_other() {
    let mut desk = edited(5000);
    assert_eq!(desk.claim(&said("t1", euros(5000), ClaimState::Paid)), Happened::Held);
    assert_eq!(desk.own.amount_due(), euros(5000));

    let mut world = World::new(0, 1000, false);
    let frozen = world.payment.amount;
    world.invoice.total = euros(5000);
    let claim = said("t1", euros(5000), ClaimState::Paid);
    assert_eq!(world.claim(&claim), world::Happened::Held(HoldReason::Amount { expected: frozen }));
}
