//! Which amounts become invoices.

use proptest::prelude::*;
use tollgate_sdk::module::{Action, Module};

use super::*;

/// What `typed` comes to for a client of `currency` with an empty balance: minor units, or the refusal's id.
fn outcome(currency: &str, typed: &str) -> Result<i64, String> {
    let fields = [("intent", "add-funds"), ("gateway", "bank"), ("amount", typed)];
    let action = submit(&instance(), &view(currency, 0), &fields);
    match action {
        Action::CreateInvoice(invoice) => {
            assert_eq!((invoice.amount.currency.as_str(), invoice.gateway.as_str()), (currency, "bank"));
            Ok(invoice.amount.minor)
        }
        refused => {
            let errors = refusals(&refused);
            assert_eq!(errors.len(), 1, "{typed} has one thing wrong with it");
            assert_eq!(errors[0].0, "amount");
            Err(errors[0].1.clone())
        }
    }
}

#[test]
fn an_amount_is_read_by_its_currency_s_rules() {
    let table = [
        ("EUR", "5", 500),
        ("EUR", " 10.50 ", 1_050),
        ("EUR", "10.5", 1_050),
        ("EUR", "0005.00", 500),
        ("EUR", "10.500", 1_050),
        ("EUR", "500.00", 50_000),
        ("JPY", "500", 500),
        ("JPY", "1050.0", 1_050),
        ("KWD", "1.5", 1_500),
        ("KWD", "1.501", 1_501),
    ];
    for (currency, typed, minor) in table {
        assert_eq!(outcome(currency, typed), Ok(minor), "{currency} {typed}");
    }
}

#[test]
fn an_amount_that_is_none_is_refused_with_what_to_mend() {
    let digits_40 = "1".repeat(40);
    let zeros_41 = format!("{}5", "0".repeat(40));
    let table = [
        ("EUR", "", "amount-empty"),
        ("EUR", "   ", "amount-empty"),
        ("EUR", "1e9", "amount-not-a-number"),
        ("EUR", "NaN", "amount-not-a-number"),
        ("EUR", "inf", "amount-not-a-number"),
        ("EUR", "0x10", "amount-not-a-number"),
        ("EUR", "１０", "amount-not-a-number"),
        ("EUR", "١٠", "amount-not-a-number"),
        ("EUR", "10 USD", "amount-not-a-number"),
        ("EUR", "$10", "amount-not-a-number"),
        ("EUR", "€10", "amount-not-a-number"),
        ("EUR", "10,50", "amount-not-a-number"),
        ("EUR", "1,000.50", "amount-not-a-number"),
        ("EUR", "1 000", "amount-not-a-number"),
        ("EUR", "1_000", "amount-not-a-number"),
        ("EUR", "1.2.3", "amount-not-a-number"),
        ("EUR", ".5", "amount-not-a-number"),
        ("EUR", "5.", "amount-not-a-number"),
        ("EUR", "+5", "amount-not-a-number"),
        ("EUR", "--5", "amount-not-a-number"),
        ("EUR", "-", "amount-not-a-number"),
        ("EUR", "-5", "amount-negative"),
        ("EUR", "-0.01", "amount-negative"),
        ("EUR", "0", "amount-zero"),
        ("EUR", "0.00", "amount-zero"),
        ("EUR", "10.005", "amount-too-precise"),
        ("EUR", "5.000000001", "amount-too-precise"),
        ("KWD", "1.5001", "amount-too-precise"),
        ("JPY", "10.5", "amount-no-decimals"),
        ("EUR", digits_40.as_str(), "amount-too-large"),
        ("EUR", zeros_41.as_str(), "amount-too-large"),
        ("EUR", "10000000000000.01", "amount-too-large"),
        ("EUR", "4.99", "amount-below-minimum"),
        ("JPY", "499", "amount-below-minimum"),
        ("EUR", "500.01", "amount-above-maximum"),
        ("EUR", "9999999999999", "amount-above-maximum"),
        ("JPY", "50001", "amount-above-maximum"),
    ];
    for (currency, typed, id) in table {
        assert_eq!(outcome(currency, typed), Err(id.to_owned()), "{currency} {typed}");
    }
}

#[test]
fn the_ceiling_counts_the_balance_and_what_is_unpaid_and_says_how_much_may_still_be_added() {
    let two_open = instance_but("open-max", "3");
    let mut client = view("EUR", 60_000);
    client.open_invoices = vec![open_invoice(10_000, "EUR"), open_invoice(5_000, "JPY")];
    let add = |typed| submit(&two_open, &client, &[("gateway", "bank"), ("amount", typed)]);
    assert_eq!(refusals(&add("300")), [], "exactly up to the ceiling; another currency does not count");
    let Action::Refuse(refusal) = add("300.01") else { panic!("over the ceiling") };
    let message = &refusal.errors[0].message;
    assert_eq!((message.id(), message.value("bound").as_deref()), (Some("amount-over-ceiling"), Some("EUR 300.00")));
}

#[test]
fn a_balance_at_or_past_the_ceiling_leaves_no_room() {
    for balance_minor in [99_501, 100_000, 250_000] {
        let action = submit(&instance(), &view("EUR", balance_minor), &[("gateway", "bank"), ("amount", "5")]);
        assert_eq!(refusals(&action), [("amount".into(), "ceiling-reached".into())], "{balance_minor}");
    }
}

#[test]
fn a_debt_leaves_more_room_but_the_maximum_stays() {
    let action = submit(&instance(), &view("EUR", -20_000), &[("gateway", "bank"), ("amount", "500.01")]);
    assert_eq!(refusals(&action), [("amount".into(), "amount-above-maximum".into())]);
}

#[test]
fn a_gateway_must_be_chosen_among_those_offered() {
    for (typed, id) in [("", "gateway-empty"), ("paypal", "gateway-not-offered"), ("BANK", "gateway-not-offered")] {
        let action = submit(&instance(), &view("EUR", 0), &[("amount", "10"), ("gateway", typed)]);
        assert_eq!(refusals(&action), [("gateway".into(), id.into())], "{typed}");
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let action = submit(&instance(), &view("EUR", 0), &[("intent", "add-funds")]);
    let expected = [("amount".into(), "amount-empty".into()), ("gateway".into(), "gateway-empty".into())];
    assert_eq!(refusals(&action), expected);
}

#[test]
fn a_currency_without_limits_is_not_offered() {
    let action = submit(&instance(), &view("USD", 0), &[("amount", "10"), ("gateway", "bank")]);
    assert_eq!(refusals(&action), [(String::new(), "currency-not-offered".into())]);
}

#[test]
fn an_unpaid_top_up_stands_in_the_way_of_the_next() {
    let mut client = view("EUR", 0);
    client.open_invoices = vec![open_invoice(1_000, "EUR")];
    let fields = [("amount", "10"), ("gateway", "bank")];
    let Action::Refuse(refusal) = submit(&instance(), &client, &fields) else { panic!("one is open") };
    let message = &refusal.errors[0].message;
    assert_eq!((message.id(), message.value("number").as_deref()), (Some("open-exists"), Some("2026-0007")));
    let table = [("1", 1, false), ("2", 1, true), ("2", 2, false), ("0", 19, true), ("", 1, false), ("", 0, true)];
    for (open_max, open, let_through) in table {
        client.open_invoices = vec![open_invoice(10, "EUR"); open];
        let action = submit(&instance_but("open-max", open_max), &client, &fields);
        assert_eq!(refusals(&action).is_empty(), let_through, "{open} open, {open_max:?} allowed");
    }
}

#[test]
fn the_other_button_redeems_a_voucher_whatever_stands_in_the_amount() {
    let mut client = view("USD", 0);
    client.open_invoices = vec![open_invoice(10, "USD")];
    let redeem =
        |code| submit(&instance(), &client, &[("intent", "redeem-voucher"), ("amount", "x"), ("voucher", code)]);
    assert_eq!(redeem(" WELCOME-10 "), Action::RedeemVoucher("WELCOME-10".into()));
    let long = "X".repeat(65);
    for (code, id) in [("", "voucher-empty"), ("  ", "voucher-empty"), (long.as_str(), "voucher-too-long")] {
        assert_eq!(refusals(&redeem(code)), [("voucher".into(), id.into())], "{code}");
    }
}

#[test]
fn a_button_that_the_page_does_not_have_does_nothing() {
    let action = submit(&instance(), &view("EUR", 0), &[("intent", "pay"), ("amount", "10"), ("gateway", "bank")]);
    assert_eq!(refusals(&action), [(String::new(), "intent-unknown".into())]);
}

#[test]
fn what_the_host_says_wrongly_is_an_error_and_no_invoice() {
    let mut client = view("EUR", 0);
    client.balance = money(0, "JPY");
    let posted = form(&[("amount", "10"), ("gateway", "bank")]);
    assert!(AddFunds::submit(&instance(), &client, &posted).is_err(), "a balance in another currency");
    client.balance = money(i64::MIN, "EUR");
    assert!(AddFunds::submit(&instance(), &client, &posted).is_err(), "a balance past all bounds");
}

proptest! {
    #[test]
    fn whatever_is_typed_an_invoice_keeps_to_the_limits(
        typed in prop_oneof![any::<String>(), "[0-9]{1,5}(\\.[0-9]{1,3})?", "-?[0-9.,e ]{1,45}"],
        balance_minor in -10_000_i64..200_000,
        due_minor in 0_i64..60_000,
    ) {
        let mut client = view("EUR", balance_minor);
        client.open_invoices = vec![open_invoice(due_minor, "EUR")];
        let action = submit(&instance_but("open-max", "0"), &client, &[("amount", &typed), ("gateway", "card")]);
        if let Action::CreateInvoice(invoice) = action {
            prop_assert!((500..=50_000).contains(&invoice.amount.minor));
            prop_assert!(balance_minor + due_minor + invoice.amount.minor <= 100_000);
        }
    }

    #[test]
    fn whatever_is_posted_gets_an_answer_that_the_host_can_carry_out(
        fields in prop::collection::vec(
            (prop_oneof![Just("amount"), Just("gateway"), Just("voucher"), Just("intent")], any::<String>()), 0..8),
    ) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match submit(&instance(), &view("KWD", 0), &fields) {
            Action::Refuse(refusal) => {
                prop_assert!((1..=20).contains(&refusal.errors.len()));
                prop_assert!(refusal.page.data.len() < 64 * 1_024);
            }
            Action::RedeemVoucher(code) => prop_assert!((1..=64).contains(&code.len())),
            Action::CreateInvoice(invoice) => prop_assert!(invoice.amount.minor > 0),
        }
    }
}
