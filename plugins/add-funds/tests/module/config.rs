//! Which configurations are refused, field by field.

use proptest::prelude::*;
use tollgate_sdk::module::Module;
use tollgate_sdk::{ConfigDepth, ConfigError};

use super::*;

/// The field and the message's id of each error.
fn refused(instance: &Instance) -> Vec<(String, String)> {
    match AddFunds::check_config(instance, ConfigDepth::Values) {
        Ok(_) => Vec::new(),
        Err(ConfigError::Fields(errors)) => {
            errors.into_iter().map(|error| (error.field, error.message.id().unwrap_or_default().to_owned())).collect()
        }
        Err(ConfigError::Failed(error)) => panic!("nothing is called: {error}"),
    }
}

#[test]
fn whole_limits_are_accepted() {
    assert_eq!(refused(&instance()), []);
    for (key, value) in [("open-max", "0"), ("open-max", "20"), ("open-max", ""), ("limits.0.maximum", "5.00")] {
        assert_eq!(refused(&instance_but(key, value)), [], "{key} = {value}");
    }
}

#[test]
fn a_wrong_value_is_refused_under_its_own_key() {
    let table = [
        ("open-max", "-1", "config-open-max-wrong"),
        ("open-max", "21", "config-open-max-wrong"),
        ("open-max", "1.5", "config-open-max-wrong"),
        ("open-max", "many", "config-open-max-wrong"),
        ("limits.0.currency", "", "config-currency-empty"),
        ("limits.0.currency", "EURO", "config-currency-unknown"),
        ("limits.0.currency", "eur", "config-currency-unknown"),
        ("limits.0.currency", "XAU", "config-currency-unknown"),
        ("limits.1.currency", "EUR", "config-currency-twice"),
        ("limits.0.minimum", "", "amount-empty"),
        ("limits.0.minimum", "0", "amount-zero"),
        ("limits.0.minimum", "-5", "amount-negative"),
        ("limits.0.minimum", "5.001", "amount-too-precise"),
        ("limits.0.minimum", "1e2", "amount-not-a-number"),
        ("limits.0.maximum", "", "amount-empty"),
        ("limits.0.maximum", "4.99", "config-maximum-below-minimum"),
        ("limits.0.maximum", "99999999999999999999", "amount-too-large"),
        ("limits.0.ceiling", "499.99", "config-ceiling-below-maximum"),
        ("limits.0.ceiling", "1,000", "amount-not-a-number"),
        ("limits.1.minimum", "500.5", "amount-no-decimals"),
        ("limits.1.ceiling", "49999", "config-ceiling-below-maximum"),
    ];
    for (key, value, id) in table {
        assert_eq!(refused(&instance_but(key, value)), [(key.into(), id.into())], "{key} = {value}");
    }
}

#[test]
fn no_currency_at_all_is_refused() {
    assert_eq!(refused(&Instance::with_settings([])), [("limits".into(), "config-limits-empty".into())]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let settings =
        [("open-max", "x"), ("limits.0.currency", "EUR"), ("limits.1.currency", "JPY"), ("limits.1.minimum", "1")];
    let fields: Vec<String> = refused(&Instance::with_settings(settings)).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["open-max", "limits.0.minimum", "limits.0.maximum", "limits.1.maximum"]);
}

#[test]
fn a_broken_configuration_stops_the_tab_and_names_the_field() {
    let error = AddFunds::page(&instance_but("limits.0.minimum", "x"), &view("EUR", 0)).unwrap_err();
    assert!(error.to_string().contains("limits.0.minimum"), "{error}");
}

proptest! {
    #[test]
    fn any_settings_get_an_answer(
        settings in prop::collection::vec(
            ("(open-max|limits\\.[0-3]\\.(currency|minimum|maximum|ceiling))", prop_oneof![any::<String>(), "(EUR|JPY|[0-9.]{1,6})"]),
            0..16,
        ),
    ) {
        let pairs = settings.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let instance = Instance::with_settings(pairs);
        let accepted = refused(&instance).is_empty();
        prop_assert_eq!(AddFunds::page(&instance, &view("EUR", 0)).is_ok(), accepted);
    }
}
