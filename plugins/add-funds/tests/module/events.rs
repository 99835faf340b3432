//! What a paid invoice comes to.

use tollgate_sdk::module::{Effect, Event, InvoiceFact, LineFact, Module};

use super::*;

fn fact(lines: &[(u32, i64)]) -> InvoiceFact {
    let line = |(line, minor): &(u32, i64)| LineFact { line: *line, amount: money(*minor, "EUR") };
    InvoiceFact { invoice: "2026-0007".into(), lines: lines.iter().map(line).collect(), balance: money(99, "EUR") }
}

#[test]
fn each_paid_line_is_credited_at_exactly_its_amount() {
    let effects = AddFunds::on_event(&instance(), &Event::InvoicePaid(fact(&[(0, 1_050), (3, 1)]))).unwrap();
    let credited: Vec<(u32, Money)> = effects
        .into_iter()
        .map(|effect| match effect {
            Effect::CreditPaid(credit) => (credit.line, credit.amount),
            Effect::CreditBonus(_) => panic!("the module gives nothing away"),
        })
        .collect();
    assert_eq!(credited, [(0, money(1_050, "EUR")), (3, money(1, "EUR"))]);
}

#[test]
fn an_invoice_without_lines_of_ours_credits_nothing() {
    assert_eq!(AddFunds::on_event(&instance(), &Event::InvoicePaid(fact(&[]))).unwrap(), []);
}

#[test]
fn a_cancelled_invoice_credits_nothing() {
    assert_eq!(AddFunds::on_event(&instance(), &Event::InvoiceCancelled(fact(&[(0, 1_050)]))).unwrap(), []);
}

#[test]
fn a_line_of_nothing_or_less_is_refused_whole() {
    for minor in [0, -1, i64::MIN] {
        let event = Event::InvoicePaid(fact(&[(0, 1_050), (1, minor)]));
        assert!(AddFunds::on_event(&instance(), &event).is_err(), "{minor}");
    }
}

#[test]
fn a_line_is_credited_whatever_staff_changed_since() {
    let effects = AddFunds::on_event(&Instance::with_settings([]), &Event::InvoicePaid(fact(&[(0, 100_000_000)])));
    assert_eq!(effects.map(|effects| effects.len()), Ok(1));
}
