//! Secret fields: what may become of one, and what the settings say of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tollgate_billing::plugin::{Field, FieldKind, Group, Setting};
use tollgate_billing::settings::{
    SECRET_BYTES_MAX, SECRET_SET, SettingProblem, check_secrets, check_settings, is_secret, mark_secrets,
};
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

fn group(key: &str, entries_max: u32, fields: Vec<Field>) -> Group {
    Group { key: key.to_owned(), label: Text::plain(key), help: None, entries_max, fields }
}

/// `token` stands alone and is required; `accounts` repeats, three times at most.
fn groups() -> Vec<Group> {
    let line = || FieldKind::Line { chars_max: 20 };
    vec![
        group("", 1, vec![field("name", line(), false), field("token", FieldKind::Secret, true)]),
        group("web", 1, vec![field("hook", FieldKind::Secret, false)]),
        group("accounts", 3, vec![field("id", line(), false), field("key", FieldKind::Secret, false)]),
    ]
}

fn settings(pairs: &[(&str, &str)]) -> Vec<Setting> {
    pairs.iter().map(|(key, value)| Setting { key: (*key).to_owned(), value: (*value).to_owned() }).collect()
}

fn held(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn only_secret_fields_take_secrets_and_only_what_can_be_one() {
    let long = "p".repeat(SECRET_BYTES_MAX + 1);
    let table = [
        ("token", "hush-hush", None),
        ("web.hook", "hush-hush", None),
        ("accounts.2.key", "hush-hush", None),
        ("accounts.3.key", "hush-hush", Some(SettingProblem::TooManyEntries { entries_max: 3 })),
        ("accounts.02.key", "hush-hush", Some(SettingProblem::NotASecret)),
        ("accounts.key", "hush-hush", Some(SettingProblem::NotASecret)),
        ("name", "hush-hush", Some(SettingProblem::NotASecret)),
        ("nothing", "hush-hush", Some(SettingProblem::NotASecret)),
        ("", "hush-hush", Some(SettingProblem::NotASecret)),
        ("token", "", Some(SettingProblem::SecretTooShort { bytes_min: 6 })),
        ("token", "hush!", Some(SettingProblem::SecretTooShort { bytes_min: 6 })),
        ("token", &long, Some(SettingProblem::SecretTooLong { bytes_max: SECRET_BYTES_MAX })),
        ("token", &long[1..], None),
        ("token", "hush-hush ", Some(SettingProblem::SecretCharacters)),
        ("token", "hush\nhush", Some(SettingProblem::SecretCharacters)),
        ("token", "hush\u{85}hush", Some(SettingProblem::SecretCharacters)),
    ];
    for (key, value, problem) in table {
        let expected: Vec<_> = problem.map(|problem| (key.to_owned(), problem)).into_iter().collect();
        assert_eq!(check_secrets(&groups(), [(key, Some(value))].into_iter()), expected, "{key}");
    }
    assert_eq!(check_secrets(&groups(), [("token", None)].into_iter()), []);
    let unknown = check_secrets(&groups(), [("name", None)].into_iter());
    assert_eq!(unknown, [("name".to_owned(), SettingProblem::NotASecret)]);
}

#[test]
fn a_setting_says_set_exactly_where_the_vault_holds_a_value() {
    let typed = settings(&[("name", "A"), ("token", "set"), ("accounts.0.id", "1"), ("accounts.1.key", "")]);
    let marked = mark_secrets(&groups(), &typed, &held(&["web.hook", "accounts.1.key", "accounts.2.key", "gone"]));
    let expected = [("name", "A"), ("accounts.0.id", "1"), ("web.hook", SECRET_SET), ("accounts.1.key", SECRET_SET)];
    assert_eq!(marked, settings(&expected), "the third account is not there, so its secret is not spoken of");
    let missing = check_settings(&groups(), &marked);
    assert_eq!(missing, [("token".to_owned(), SettingProblem::Required)]);
}

#[test]
fn a_value_among_the_settings_is_refused_and_never_taken_for_a_mark() {
    let marked = mark_secrets(&groups(), &settings(&[("token", "hush-hush")]), &held(&["token"]));
    assert_eq!(check_settings(&groups(), &marked), [("token".to_owned(), SettingProblem::SecretAmongSettings)]);
}

const KEYS: [&str; 8] =
    ["name", "token", "web.hook", "accounts.0.id", "accounts.0.key", "accounts.1.key", "accounts.9.key", "x"];

const MARKS: [&str; 2] = ["", SECRET_SET];

fn any_key() -> impl Strategy<Value = String> {
    proptest::sample::select(KEYS.as_slice()).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn marks_are_settled_and_hold_no_more_than_the_vault(
        typed in proptest::collection::vec((any_key(), proptest::sample::select(MARKS.as_slice())), 0..8),
        held in proptest::collection::btree_set(any_key(), 0..6),
    ) {
        let typed: Vec<Setting> =
            typed.into_iter().map(|(key, value)| Setting { key, value: value.to_owned() }).collect();
        let marked = mark_secrets(&groups(), &typed, &held);
        prop_assert_eq!(&mark_secrets(&groups(), &marked, &held), &marked, "marking twice changes nothing");
        for setting in marked.iter().filter(|setting| is_secret(&groups(), &setting.key)) {
            prop_assert!(setting.value == SECRET_SET && held.contains(&setting.key));
        }
        for key in ["token", "web.hook"] {
            let says_set = marked.iter().filter(|setting| setting.key == key).count();
            prop_assert_eq!(says_set, usize::from(held.contains(key)));
        }
        let others = |all: &[Setting]| {
            all.iter().filter(|setting| !is_secret(&groups(), &setting.key)).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(others(&marked), others(&typed), "nothing else is touched");
    }
}
