//! What staff are told when they save: every wrong field, or how the accounts were understood.

use tollgate_bank_transfer::BankTransfer;
use tollgate_sdk::gateway::Gateway;
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, FieldError, Instance};

const EURO: [(&str, &str); 3] = [
    ("accounts.0.currency", "EUR"),
    ("accounts.0.holder", "Example GmbH"),
    ("accounts.0.iban", "DE89370400440532013000"),
];

const FRANCS: [(&str, &str); 6] = [
    ("accounts.0.currency", "CHF"),
    ("accounts.0.holder", "Beispiel AG"),
    ("accounts.0.iban", "CH5604835012345678009"),
    ("accounts.0.postcode", "8001"),
    ("accounts.0.town", "Zürich"),
    ("accounts.0.country", "CH"),
];

fn check(settings: &[(&str, &str)]) -> Result<ConfigReport, Vec<FieldError>> {
    let instance = Instance::with_settings(settings.iter().copied());
    match BankTransfer::check_config(&instance, ConfigDepth::Values) {
        Ok(report) => Ok(report),
        Err(ConfigError::Fields(errors)) => Err(errors),
        Err(ConfigError::Failed(error)) => panic!("nobody is asked, so nothing can fail: {error:?}"),
    }
}

/// `base` with one setting set or replaced, checked: the wrong fields and the ids of their messages.
fn refusals(base: &[(&str, &str)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = base.iter().filter(|(key, _)| changes.iter().all(|(changed, _)| changed != key));
    let settings: Vec<_> = kept.chain(changes).copied().collect();
    let errors = check(&settings).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.message.id().unwrap_or("plain").to_owned())).collect()
}

fn assert_refused(base: &[(&str, &str)], changes: &[(&str, &str)], expected: &[(&str, &str)]) {
    let refused = refusals(base, changes);
    let refused: Vec<_> = refused.iter().map(|(field, id)| (field.as_str(), id.as_str())).collect();
    assert_eq!(refused, expected, "{changes:?}");
}

#[test]
fn accounts_are_reported_with_their_currencies_as_they_were_understood() {
    let settings = [
        ("accounts.0.currency", "EUR"),
        ("accounts.0.holder", "Example GmbH"),
        ("accounts.0.iban", "de89 3704 0044 0532 0130 00"),
        ("accounts.1.currency", "CHF"),
        ("accounts.1.holder", "Beispiel AG"),
        ("accounts.1.iban", "CH4431999123000889012"),
        ("accounts.1.postcode", "8001"),
        ("accounts.1.town", "Zürich"),
        ("accounts.1.country", "CH"),
        ("accounts.2.currency", "GBP"),
        ("accounts.2.holder", "Example Ltd"),
        ("accounts.2.details", "Sort code: 20-00-00\nAccount number: 55779911"),
        ("days-least", "1"),
        ("days-most", "2"),
        ("note", ""),
    ];
    let report = check(&settings).expect("a good configuration");
    assert_eq!(report.currencies, ["EUR", "CHF", "GBP"]);
    let notes: Vec<_> = report.notes.iter().map(|note| (note.id(), note.value("iban"))).collect();
    let expected = [
        (Some("note-account-epc"), Some("DE89 3704 0044 0532 0130 00".to_owned())),
        (Some("note-account-swiss"), Some("CH44 3199 9123 0008 8901 2".to_owned())),
        (Some("note-account-domestic"), None),
    ];
    assert_eq!(notes, expected);
}

#[test]
fn an_iban_is_refused_with_its_reason() {
    let table = [
        ("DE88370400440532013000", "error-iban-check-digits"),
        ("DE8937040044053201300", "error-iban-length"),
        ("DE8937040044053201300X", "error-iban-structure"),
        ("US89370400440532013000", "error-iban-country"),
        ("DE89-3704-0044-0532-0130-00", "error-iban-character"),
        ("370400440532013000", "error-iban-beginning"),
        ("", "error-iban-or-details"),
    ];
    for (iban, id) in table {
        assert_refused(&EURO, &[("accounts.0.iban", iban)], &[("accounts.0.iban", id)]);
    }
}

#[test]
fn a_bic_is_refused_with_its_reason() {
    let table = [
        ("COBADEF", "error-bic-length"),
        ("COBA-DEF", "error-bic-character"),
        ("COBA12FF", "error-bic-country"),
        ("BNPAFRPP", "error-bic-elsewhere"),
    ];
    for (bic, id) in table {
        assert_refused(&EURO, &[("accounts.0.bic", bic)], &[("accounts.0.bic", id)]);
    }
}

#[test]
fn a_bic_is_asked_for_where_the_iban_alone_does_not_find_the_bank() {
    let table = [
        ("EUR", "GB29NWBK60161331926819", &[("accounts.0.bic", "error-bic-missing")][..]),
        ("USD", "DE89370400440532013000", &[("accounts.0.bic", "error-bic-missing")]),
        ("USD", "AE070331234567890123456", &[("accounts.0.bic", "error-bic-missing")]),
        ("GBP", "GB29NWBK60161331926819", &[]),
        (
            "EUR",
            "LI21088100002324013AA",
            &[
                ("accounts.0.postcode", "error-swiss-missing"),
                ("accounts.0.town", "error-swiss-missing"),
                ("accounts.0.country", "error-swiss-missing"),
            ],
        ),
    ];
    for (currency, iban, expected) in table {
        assert_refused(&EURO, &[("accounts.0.currency", currency), ("accounts.0.iban", iban)], expected);
    }
}

#[test]
fn there_is_one_account_for_each_currency_and_at_least_one() {
    assert_refused(&[], &[], &[("accounts", "error-accounts-none")]);
    let second = [
        ("accounts.1.currency", "EUR"),
        ("accounts.1.holder", "Example GmbH"),
        ("accounts.1.iban", "FR1420041010050500013M02606"),
    ];
    assert_refused(&EURO, &second, &[("accounts.1.currency", "error-currency-twice")]);
    let keys: Vec<_> = (0..21).map(|n| (format!("accounts.{n}.currency"), format!("accounts.{n}.details"))).collect();
    let empty = keys.iter().flat_map(|(currency, details)| [(currency.as_str(), ""), (details.as_str(), "A: 1")]);
    let refused = refusals(&empty.collect::<Vec<_>>(), &[]);
    assert_eq!(refused[0], ("accounts".to_owned(), "error-accounts-many".to_owned()));
    assert_refused(&EURO, &[("accounts.0.currency", "")], &[("accounts.0.currency", "error-currency-missing")]);
    for code in ["EURO", "eur", "XAU", "ZZZ"] {
        assert_refused(&EURO, &[("accounts.0.currency", code)], &[("accounts.0.currency", "error-currency-unknown")]);
    }
}

#[test]
fn the_holder_and_the_bank_are_one_line_each() {
    let long = "x".repeat(71);
    let table = [
        ("accounts.0.holder", "", "error-holder-missing"),
        ("accounts.0.holder", long.as_str(), "error-too-long"),
        ("accounts.0.holder", "Example\nDE89370400440532013000", "error-one-line"),
        ("accounts.0.bank", long.as_str(), "error-too-long"),
        ("accounts.0.bank", "A\tB", "error-one-line"),
    ];
    for (key, value, id) in table {
        assert_refused(&EURO, &[(key, value)], &[(key, id)]);
    }
    let bytes = "𠮷".repeat(70);
    assert_refused(&EURO, &[("accounts.0.holder", &bytes)], &[("accounts.0.holder", "error-holder-bytes")]);
    let without_code = [("accounts.0.holder", bytes.as_str()), ("accounts.0.codes", "none")];
    assert_refused(&EURO, &without_code, &[]);
}

#[test]
fn domestic_details_need_their_labels() {
    let base = [("accounts.0.currency", "GBP"), ("accounts.0.holder", "Example Ltd")];
    let many = "A: 1\n".repeat(11);
    let long = format!("A: {}", "x".repeat(101));
    let table = [
        ("20-00-00", "error-details-label"),
        ("Sort code: 20-00-00\nAccount number:", "error-details-value"),
        (many.as_str(), "error-details-many"),
        (long.as_str(), "error-details-long"),
    ];
    for (details, id) in table {
        assert_refused(&base, &[("accounts.0.details", details)], &[("accounts.0.details", id)]);
    }
    assert_refused(&base, &[("accounts.0.details", "Sort code: 20-00-00")], &[]);
    assert_refused(&base, &[("accounts.0.details", " \n ")], &[("accounts.0.iban", "error-iban-or-details")]);
}

#[test]
fn a_code_is_refused_where_the_account_has_none() {
    let qr_iban = ("accounts.0.iban", "CH4431999123000889012");
    let bic = ("accounts.0.bic", "POFICHBEXXX");
    let epc = ("accounts.0.codes", "epc");
    assert_refused(&FRANCS, &[epc], &[("accounts.0.codes", "error-codes-epc")]);
    assert_refused(
        &FRANCS,
        &[("accounts.0.currency", "EUR"), qr_iban, bic, epc],
        &[("accounts.0.codes", "error-codes-epc")],
    );
    assert_refused(&EURO, &[("accounts.0.codes", "swiss")], &[("accounts.0.codes", "error-codes-swiss")]);
    assert_refused(&EURO, &[("accounts.0.codes", "barcode")], &[("accounts.0.codes", "error-codes-unknown")]);
    let dollars = [("accounts.0.currency", "USD"), ("accounts.0.bic", "CRESCHZZ80A")];
    assert_refused(
        &FRANCS,
        &[dollars[0], dollars[1], ("accounts.0.codes", "swiss")],
        &[("accounts.0.codes", "error-codes-swiss")],
    );
}

#[test]
fn the_swiss_code_needs_an_address_that_it_can_hold() {
    let long = "x".repeat(71);
    let table = [
        ("accounts.0.holder", "株式会社", "error-swiss-character"),
        ("accounts.0.street", long.as_str(), "error-too-long"),
        ("accounts.0.house-number", &long[..17], "error-too-long"),
        ("accounts.0.postcode", "", "error-swiss-missing"),
        ("accounts.0.town", "Α", "error-swiss-character"),
        ("accounts.0.country", "Schweiz", "error-country"),
        ("accounts.0.country", "", "error-swiss-missing"),
    ];
    for (key, value, id) in table {
        assert_refused(&FRANCS, &[(key, value)], &[(key, id)]);
    }
    for key in ["accounts.0.postcode", "accounts.0.town", "accounts.0.country"] {
        assert_refused(&FRANCS, &[(key, ""), ("accounts.0.codes", "none")], &[]);
    }
}

#[test]
fn an_address_that_cannot_be_shown_is_refused_whatever_codes_there_are() {
    let long = "x".repeat(71);
    let table = [
        ("accounts.0.street", long.as_str(), "error-too-long"),
        ("accounts.0.house-number", &long[..17], "error-too-long"),
        ("accounts.0.postcode", &long[..17], "error-too-long"),
        ("accounts.0.town", &long[..36], "error-too-long"),
        ("accounts.0.town", "A\nB", "error-one-line"),
        ("accounts.0.country", "UK", "error-country"),
    ];
    for (key, value, id) in table {
        assert_refused(&EURO, &[(key, value)], &[(key, id)]);
    }
    let (four_bytes, sixteen) = ("𠮷".repeat(70), "𠮷".repeat(16));
    let town = "𠮷".repeat(35);
    let address = [
        ("accounts.0.street", four_bytes.as_str()),
        ("accounts.0.house-number", sixteen.as_str()),
        ("accounts.0.postcode", sixteen.as_str()),
        ("accounts.0.town", town.as_str()),
    ];
    assert_refused(&EURO, &address, &[("accounts.0.street", "error-address-long")]);
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let settings = [
        ("accounts.0.currency", "EURO"),
        ("accounts.0.holder", ""),
        ("accounts.0.iban", "DE"),
        ("accounts.0.bic", "X"),
        ("accounts.0.details", "no label"),
        ("accounts.1.currency", ""),
        ("days-most", "99"),
    ];
    let expected = [
        ("days-most", "error-days"),
        ("accounts.0.currency", "error-currency-unknown"),
        ("accounts.0.holder", "error-holder-missing"),
        ("accounts.0.iban", "error-iban-beginning"),
        ("accounts.0.bic", "error-bic-length"),
        ("accounts.0.details", "error-details-label"),
        ("accounts.1.currency", "error-currency-missing"),
        ("accounts.1.holder", "error-holder-missing"),
    ];
    assert_refused(&settings, &[], &expected);
}
