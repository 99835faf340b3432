//! The wrappers around what crosses the border.

use proptest::prelude::*;
use tollgate_sdk::{ConfigError, Error, FieldErrors, Form, Instance, Page, Slip, SlipRow, Text};

#[test]
fn settings_are_read_by_key_and_by_group() {
    let instance = Instance::with_settings([
        ("holder", " Example Ltd "),
        ("live", "true"),
        ("days", "14"),
        ("accounts.0.iban", "DE02"),
        ("accounts.1.iban", ""),
        ("accounts.10.iban", "left out: the indexes have a gap"),
    ]);
    let settings = instance.settings();
    assert_eq!(
        (settings.text("holder"), settings.flag("live"), settings.whole("days")),
        ("Example Ltd", true, Some(14))
    );
    let accounts = settings.group("accounts");
    assert_eq!(accounts.iter().map(|account| account.text("iban")).collect::<Vec<_>>(), ["DE02", ""]);
    assert_eq!(accounts[1].key("iban"), "accounts.1.iban");
}

#[test]
fn what_is_not_set_is_empty_and_off() {
    let instance = Instance::with_settings([("accounts.0.iban", "DE02"), ("flag", "yes"), ("days", "1.5")]);
    let settings = instance.settings();
    assert_eq!((settings.text("iban"), settings.text("0.iban"), settings.text("")), ("", "", ""));
    assert_eq!((settings.flag("flag"), settings.flag("missing"), settings.whole("days")), (false, false, None));
    assert!(settings.group("account").is_empty(), "a group's name is matched whole");
    assert!(settings.group("accounts")[0].group("nested").is_empty());
}

#[test]
fn a_form_gives_the_first_field_of_a_name() {
    let form = Form::parse("a=1&a=2&b=%zz&c=%ff&d");
    assert_eq!((form.text("a"), form.text("b"), form.text("c"), form.get("d")), ("1", "%zz", "\u{fffd}", Some("")));
    assert_eq!((form.text("A"), form.get("e")), ("", None));
}

#[test]
fn page_data_must_be_an_object_that_has_a_json_form() {
    assert_eq!(Page::new("pay-now", &serde_json::json!({"a": 1})).map(|page| page.data), Ok(r#"{"a":1}"#.into()));
    let tuple_keys = std::collections::BTreeMap::from([((1, 2), 3)]);
    for refused in [Page::new("pay-now", &[1]), Page::new("pay-now", &"text"), Page::new("pay-now", &tuple_keys)] {
        assert!(matches!(refused, Err(Error::Rejected(why)) if why.contains("pay-now")));
    }
}

#[test]
fn a_slip_keeps_its_order() {
    let row = |key| SlipRow::new(key, Text::msg(key), "DE02 1203").copying("DE021203");
    let slip = Slip::empty().row(row("iban")).row(row("bic")).note(Text::msg("next"));
    assert_eq!(slip.rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["iban", "bic"]);
    assert_eq!(slip.rows[0].copy.as_deref(), Some("DE021203"));
}

#[test]
fn errors_are_gathered_up_to_what_an_answer_may_carry() {
    let mut errors = FieldErrors::default();
    assert_eq!(errors.clone().into_result(), Ok(()));
    assert_eq!(errors.keep("iban", Ok::<_, Text>(1)), Some(1));
    for index in 0..FieldErrors::COUNT_MAX + 5 {
        assert_eq!(errors.keep(index.to_string(), Err::<(), _>(Text::msg("wrong"))), None);
    }
    let ConfigError::Fields(fields) = ConfigError::from(errors) else { panic!("fields stay fields") };
    assert_eq!(fields.len(), FieldErrors::COUNT_MAX);
    assert_eq!(fields[0].field, "0");
}

#[test]
fn a_plain_text_takes_no_variables() {
    assert_eq!(Text::plain("Refused").arg("a", 1), Text::plain("Refused"));
    assert_eq!(Text::msg("due").arg("days", 3).value("days").as_deref(), Some("3"));
}

proptest! {
    #[test]
    fn a_form_is_written_as_it_is_read(fields in prop::collection::vec((".{0,8}", ".{0,20}"), 0..6)) {
        let form: Form = fields.into_iter().collect();
        prop_assert_eq!(Form::parse(&form.encode()), form);
    }

    #[test]
    fn any_query_is_read(query in any::<String>()) {
        prop_assert!(Form::parse(&query).iter().count() <= query.len() + 1);
    }
}
