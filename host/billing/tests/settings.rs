//! Settings are held against the plugin's own manifest before the plugin sees them.

use tollgate_billing::plugin::{Choice, Condition, Field, FieldKind, Group, Setting};
use tollgate_billing::settings::{SettingProblem, check_settings, entry_count};
use tollgate_billing::text::Text;

fn field(key: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        key: key.to_owned(),
        label: Text::plain(key),
        help: None,
        kind,
        required,
        required_when: None,
        initial: None,
    }
}

fn groups() -> Vec<Group> {
    let bic = Field {
        required_when: Some(Condition { key: "currency".to_owned(), equals: "USD".to_owned() }),
        ..field("bic", FieldKind::Line { chars_max: 11 }, false)
    };
    let group = |key: &str, entries_max, fields| Group {
        key: key.to_owned(),
        label: Text::plain(key),
        help: None,
        entries_max,
        fields,
    };
    let slow = Choice { value: "slow".to_owned(), label: Text::plain("slow") };
    vec![
        group(
            "",
            1,
            vec![
                field("note", FieldKind::Lines { chars_max: 5 }, false),
                field("days", FieldKind::Whole { min: 0, max: 9 }, true),
                field("speed", FieldKind::Choice(vec![slow]), false),
                field("on", FieldKind::Toggle, false),
                field("key", FieldKind::Secret, false),
            ],
        ),
        group("", 1, vec![field("beside", FieldKind::Toggle, false)]),
        group("accounts", 2, vec![field("currency", FieldKind::Currency, true), bic]),
    ]
}

fn problems(settings: &[(&str, &str)]) -> Vec<(String, SettingProblem)> {
    let settings: Vec<_> =
        settings.iter().map(|(key, value)| Setting { key: (*key).to_owned(), value: (*value).to_owned() }).collect();
    check_settings(&groups(), &settings)
}

#[test]
fn settings_that_fit_have_no_problem() {
    let settings = [
        ("note", "hello"),
        ("days", "3"),
        ("speed", "slow"),
        ("on", "true"),
        ("beside", "true"),
        ("accounts.0.currency", "EUR"),
        ("accounts.1.currency", "USD"),
        ("accounts.1.bic", "ABCDUS33"),
    ];
    assert_eq!(problems(&settings), vec![]);
    assert_eq!(problems(&[("days", "0")]), vec![], "no entry is needed where the group does not say so");
}

#[test]
fn each_setting_that_does_not_fit_is_named_with_what_is_wrong() {
    let table = [
        ("note", "hello!", SettingProblem::TooLong { chars_max: 5 }),
        ("days", "10", SettingProblem::NotWhole { min: 0, max: 9 }),
        ("days", "3.0", SettingProblem::NotWhole { min: 0, max: 9 }),
        ("speed", "fast", SettingProblem::NotAChoice),
        ("on", "yes", SettingProblem::NotAFlag),
        ("key", "hush", SettingProblem::SecretAmongSettings),
        ("key", "SET", SettingProblem::SecretAmongSettings),
        ("accounts.0.currency", "eur", SettingProblem::NotACurrency),
        ("other", "1", SettingProblem::Unknown),
        ("accounts.currency", "EUR", SettingProblem::Unknown),
        ("accounts.x.currency", "EUR", SettingProblem::Unknown),
        ("accounts.00.currency", "EUR", SettingProblem::Unknown),
        ("accounts.+0.currency", "EUR", SettingProblem::Unknown),
        ("accounts.0.iban", "1", SettingProblem::Unknown),
        ("", "1", SettingProblem::Unknown),
    ];
    for (key, value, problem) in table {
        let found = problems(&[("days", "1"), (key, value)]);
        assert!(found.contains(&(key.to_owned(), problem)), "{key}={value}: {found:?}");
    }
}

#[test]
fn what_is_required_is_asked_for_in_every_entry() {
    assert_eq!(problems(&[]), vec![("days".to_owned(), SettingProblem::Required)]);
    assert_eq!(problems(&[("days", " ")]).last(), Some(&("days".to_owned(), SettingProblem::Required)));
    let usd = [("days", "1"), ("accounts.0.currency", "USD"), ("accounts.1.bic", "ABCDUS33")];
    assert_eq!(
        problems(&usd),
        vec![
            ("accounts.0.bic".to_owned(), SettingProblem::Required),
            ("accounts.1.currency".to_owned(), SettingProblem::Required),
        ]
    );
}

#[test]
fn a_list_has_an_end_however_high_its_index() {
    let settings = [("days", "1"), ("accounts.4294967295.currency", "EUR")];
    assert!(problems(&settings).contains(&("accounts".to_owned(), SettingProblem::TooManyEntries { entries_max: 2 })));
    assert_eq!(entry_count(&groups()[2], &[]), 0);
}
