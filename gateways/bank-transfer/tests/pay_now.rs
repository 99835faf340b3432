//! The pay-now page of one payment, as the host gets it.

use tollgate_bank_transfer::BankTransfer;
use tollgate_sdk::gateway::{Gateway, NextStep, Payment, Webhook, WebhookRefusal};
use tollgate_sdk::{CodeStyle, ConfigDepth, Error, Form, Instance, Slip, Text, testing};

type Settings<'a> = &'a [(&'a str, &'a str)];

const EURO: Settings<'_> = &[
    ("accounts.0.currency", "EUR"),
    ("accounts.0.holder", "Example GmbH"),
    ("accounts.0.iban", "DE89 3704 0044 0532 0130 00"),
    ("accounts.0.bic", "cobadeffxxx"),
    ("accounts.0.bank", "Example Bank"),
];

const FRANCS: Settings<'_> = &[
    ("accounts.0.currency", "CHF"),
    ("accounts.0.holder", "Beispiel AG"),
    ("accounts.0.iban", "CH44 3199 9123 0008 8901 2"),
    ("accounts.0.street", "Bahnhofstrasse"),
    ("accounts.0.house-number", "1"),
    ("accounts.0.postcode", "8001"),
    ("accounts.0.town", "Zürich"),
    ("accounts.0.country", "CH"),
];

const YEN: Settings<'_> = &[
    ("accounts.0.currency", "EUR"),
    ("accounts.0.holder", "Example GmbH"),
    ("accounts.0.iban", "DE89370400440532013000"),
    ("accounts.1.currency", "JPY"),
    ("accounts.1.holder", "株式会社サンプル"),
    ("accounts.1.details", "支店名: 本店営業部\n口座種別: 普通\n口座番号: 1234567\n口座名義: カ)サンプル"),
];

fn instance(settings: Settings<'_>) -> Instance {
    Instance::with_settings(settings.iter().copied())
}

fn payment(minor: i64, currency: &str) -> Payment {
    Payment { reference: "INV2026000123".into(), ..testing::payment(minor, currency) }
}

fn slip(settings: Settings<'_>, payment: &Payment) -> Slip {
    match BankTransfer::pay_now(&instance(settings), payment).expect("a step").next {
        NextStep::Page(page) => page.slip.expect("a slip"),
        other => panic!("a page is expected, not {other:?}"),
    }
}

/// Key, value as read, value as copied.
fn rows(slip: &Slip) -> Vec<(&str, &str, &str)> {
    slip.rows
        .iter()
        .map(|row| (row.key.as_str(), row.value.as_str(), row.copy.as_deref().unwrap_or(&row.value)))
        .collect()
}

fn note_ids(slip: &Slip) -> Vec<&str> {
    slip.notes.iter().map(|note| note.id().unwrap_or("plain")).collect()
}

#[test]
fn euros_go_to_the_iban_with_an_rf_reference_and_an_epc_code() {
    let slip = slip(EURO, &payment(123_450, "EUR"));
    let expected = [
        ("amount", "EUR\u{a0}1,234.50", "1234.50"),
        ("holder", "Example GmbH", "Example GmbH"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("bic", "COBADEFFXXX", "COBADEFFXXX"),
        ("bank", "Example Bank", "Example Bank"),
        ("reference", "RF98 INV2 0260 0012 3", "RF98INV2026000123"),
    ];
    assert_eq!(rows(&slip), expected);
    let [code] = slip.codes.as_slice() else { panic!("one code is expected, not {:?}", slip.codes) };
    assert_eq!(code.style, CodeStyle::Qr);
    assert_eq!(
        code.payload,
        "BCD\n002\n1\nSCT\nCOBADEFFXXX\nExample GmbH\nDE89370400440532013000\nEUR1234.50\n\nRF98INV2026000123"
    );
    assert_eq!(note_ids(&slip), ["note-reference-only", "note-days-between", "note-what-next"]);
}

#[test]
fn francs_go_to_the_qr_iban_with_a_qr_reference_and_a_swiss_code() {
    let slip = slip(FRANCS, &payment(5_000, "CHF"));
    let expected = [
        ("amount", "CHF\u{a0}50.00", "50.00"),
        ("holder", "Beispiel AG", "Beispiel AG"),
        ("iban", "CH44 3199 9123 0008 8901 2", "CH4431999123000889012"),
        ("reference", "00 00000 00000 00002 02600 01237", "000000000000000020260001237"),
        ("address", "Bahnhofstrasse 1, 8001 Zürich, CH", "Bahnhofstrasse 1, 8001 Zürich, CH"),
    ];
    assert_eq!(rows(&slip), expected);
    let [code] = slip.codes.as_slice() else { panic!("one code is expected, not {:?}", slip.codes) };
    assert_eq!(code.style, CodeStyle::SwissQr);
    assert!(code.payload.starts_with("SPC\n0200\n1\nCH4431999123000889012\nS\nBeispiel AG\nBahnhofstrasse\n1\n8001\n"));
    assert!(code.payload.ends_with("\nQRR\n000000000000000020260001237\n\nEPD"));
}

#[test]
fn yen_go_to_the_domestic_details_with_the_reference_as_it_is() {
    let slip = slip(YEN, &payment(105_000, "JPY"));
    let expected = [
        ("amount", "JPY\u{a0}105,000", "105000"),
        ("holder", "株式会社サンプル", "株式会社サンプル"),
        ("detail-0", "本店営業部", "本店営業部"),
        ("detail-1", "普通", "普通"),
        ("detail-2", "1234567", "1234567"),
        ("detail-3", "カ)サンプル", "カ)サンプル"),
        ("reference", "INV2026000123", "INV2026000123"),
    ];
    assert_eq!(rows(&slip), expected);
    assert_eq!(slip.rows[2].label, Text::plain("支店名"));
    assert!(slip.codes.is_empty());
}

#[test]
fn euros_to_switzerland_can_be_scanned_by_either_standard() {
    let mut settings = FRANCS.to_vec();
    settings[0].1 = "EUR";
    settings[2].1 = "CH5604835012345678009";
    settings.push(("accounts.0.bic", "CRESCHZZ80A"));
    let styles = |settings: Settings<'_>| -> Vec<CodeStyle> {
        slip(settings, &payment(1, "EUR")).codes.iter().map(|code| code.style).collect()
    };
    assert_eq!(styles(&settings), [CodeStyle::Qr, CodeStyle::SwissQr]);
    for (choice, expected) in [("epc", &[CodeStyle::Qr][..]), ("swiss", &[CodeStyle::SwissQr]), ("none", &[])] {
        let chosen = [settings.as_slice(), &[("accounts.0.codes", choice)]].concat();
        assert_eq!(styles(&chosen), expected, "{choice}");
    }
}

#[test]
fn what_was_received_is_taken_off_the_amount_in_rows_and_codes() {
    let mut payment = payment(10_000, "EUR");
    payment.received.minor = 4_000;
    let slip = slip(EURO, &payment);
    assert_eq!(rows(&slip)[0], ("amount", "EUR\u{a0}60.00", "60.00"));
    assert_eq!(slip.rows[0].label.id(), Some("row-amount-left"));
    assert!(slip.codes[0].payload.contains("\nEUR60.00\n"));
    let part = slip.notes.iter().find(|note| note.id() == Some("note-part-received")).expect("a note of it");
    assert_eq!(
        [part.value("received"), part.value("asked")],
        ["EUR\u{a0}40.00", "EUR\u{a0}100.00"].map(|amount| Some(amount.to_owned()))
    );
}

#[test]
fn when_all_was_received_nothing_is_asked_for() {
    for received in [10_000, 10_001] {
        let mut payment = payment(10_000, "EUR");
        payment.received.minor = received;
        let step = BankTransfer::pay_now(&instance(EURO), &payment).expect("a step");
        assert_eq!(step.next, NextStep::Wait(Text::msg("nothing-left")));
    }
}

#[test]
fn what_staff_say_is_said_to_the_payer() {
    let settings = [EURO, &[("days-least", "0"), ("days-most", "0"), ("note", "Büro bis 17 Uhr")]].concat();
    let slip = slip(&settings, &payment(100, "EUR"));
    assert_eq!(note_ids(&slip), ["note-reference-only", "note-same-day", "note-what-next", "plain"]);
    assert_eq!(slip.notes[3], Text::plain("Büro bis 17 Uhr"));
}

#[test]
fn a_slip_never_passes_the_limits_of_the_contract() {
    let details = "Label: value\n".repeat(10);
    let settings = [EURO, FRANCS]
        .concat()
        .into_iter()
        .filter(|(key, _)| !matches!(*key, "accounts.0.currency" | "accounts.0.holder" | "accounts.0.iban"))
        .chain([
            ("accounts.0.currency", "EUR"),
            ("accounts.0.holder", "Beispiel AG"),
            ("accounts.0.iban", "DE89370400440532013000"),
            ("accounts.0.details", details.as_str()),
            ("note", "A note"),
        ])
        .collect::<Vec<_>>();
    let mut payment = payment(10_000, "EUR");
    payment.received.minor = 1;
    let slip = slip(&settings, &payment);
    assert_eq!((slip.rows.len(), slip.notes.len()), (17, 5));
    let mut keys: Vec<_> = slip.rows.iter().map(|row| row.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 17);
}

#[test]
fn an_amount_beyond_the_code_is_still_shown_in_rows() {
    let slip = slip(EURO, &payment(100_000_000_000, "EUR"));
    assert_eq!(rows(&slip)[0].2, "1000000000.00");
    assert!(slip.codes.is_empty());
}

#[test]
fn what_staff_must_mend_is_told_to_staff() {
    let broken_iban = [EURO, &[]].concat().into_iter().map(|(key, value)| match key {
        "accounts.0.iban" => (key, "DE88370400440532013000"),
        _ => (key, value),
    });
    let broken_iban: Vec<_> = broken_iban.collect();
    let broken_days = [EURO, &[("days-most", "soon")]].concat();
    let bad_reference = Payment { reference: "INV-1".into(), ..payment(100, "EUR") };
    let no_digits = Payment { reference: "INV".into(), ..payment(100, "CHF") };
    let unknown_currency = payment(100, "XYZ");
    let mut two_currencies = payment(100, "EUR");
    two_currencies.received.currency = "JPY".into();
    let table = [
        (EURO, payment(100, "USD"), "there is no bank account for USD"),
        (&[], payment(100, "EUR"), "there is no bank account for EUR"),
        (&broken_iban, payment(100, "EUR"), "accounts.0.iban"),
        (&broken_days, payment(100, "EUR"), "days-most"),
        (EURO, bad_reference, "INV-1"),
        (FRANCS, no_digits, "QR-IBAN"),
        (EURO, unknown_currency, "XYZ"),
        (EURO, two_currencies, "different currencies"),
    ];
    for (settings, payment, words) in table {
        let answer = BankTransfer::pay_now(&instance(settings), &payment);
        assert!(matches!(&answer, Err(Error::Rejected(staff)) if staff.contains(words)), "{words}: {answer:?}");
    }
}

#[test]
fn it_believes_nobody_who_says_that_money_has_come() {
    let (instance, payment) = (instance(EURO), payment(100, "EUR"));
    let webhook = Webhook { body: b"{\"paid\":true}".to_vec(), headers: Vec::new(), query: String::new(), received: 0 };
    assert!(matches!(BankTransfer::verify(&instance, &webhook), Err(WebhookRefusal::Forged(_))));
    let form = Form::parse("paid=yes");
    assert!(matches!(BankTransfer::submit(&instance, &payment, &form), Err(Error::Rejected(_))));
    assert!(matches!(BankTransfer::return_from_provider(&instance, &payment, &form), Err(Error::Rejected(_))));
    assert!(matches!(BankTransfer::check(&instance, &payment), Err(Error::Rejected(_))));
}

#[test]
fn every_configuration_here_is_one_that_staff_can_save() {
    for settings in [EURO, FRANCS, YEN] {
        assert!(BankTransfer::check_config(&instance(settings), ConfigDepth::Values).is_ok());
    }
}
