//! The configuration form: drawn from the manifest, read back exactly, refused field by field.

use tollgate_billing::plugin::{Choice, Condition, Field, FieldKind, Group, Manifest, Rest};
use tollgate_billing::text::Text;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::House;
use crate::plugins::{GATEWAY, REFUSED, gateway};

const FORM: &str = "/admin/gateways/test-bank";

fn field(key: &str, kind: FieldKind) -> Field {
    Field {
        key: key.to_owned(),
        label: Text::plain(format!("Label of {key}")),
        help: None,
        kind,
        required: false,
        required_when: None,
        initial: None,
    }
}

fn group(key: &str, entries_max: u32, fields: Vec<Field>) -> Group {
    Group { key: key.to_owned(), label: Text::plain("Account <1>"), help: None, entries_max, fields }
}

/// A gateway with a field of every kind, and accounts of which there may be two.
fn configurable() -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    let choice = |value: &str| Choice { value: value.to_owned(), label: Text::plain(value) };
    let required = |field: Field| Field { required: true, ..field };
    let when = Condition { key: "scheme".to_owned(), equals: "iban".to_owned() };
    manifest.configuration = vec![
        group(
            "",
            1,
            vec![
                required(Field {
                    initial: Some("2".to_owned()),
                    ..field("days", FieldKind::Whole { min: 0, max: 30 })
                }),
                field("note", FieldKind::Lines { chars_max: 20 }),
                field("key", FieldKind::Secret),
            ],
        ),
        group(
            "accounts",
            2,
            vec![
                field("currency", FieldKind::Currency),
                field("scheme", FieldKind::Choice(vec![choice("iban"), choice("domestic")])),
                Field { required_when: Some(when), ..field("iban", FieldKind::Line { chars_max: 34 }) },
                field("instant", FieldKind::Toggle),
            ],
        ),
    ];
    Manifest::Gateway(manifest)
}

async fn house() -> (House, Browser) {
    let house = House::new().await;
    house.script.bring(configurable());
    let browser = staff(&house).await;
    (house, browser)
}

async fn send(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    browser.post_from(FORM, FORM, fields).await
}

async fn stored(house: &House) -> Vec<(String, String)> {
    let instances = house.billing.instances().await.expect("the store answers");
    let instance = instances.into_iter().find(|instance| instance.id.as_str() == GATEWAY).expect("it is there");
    instance.settings.into_iter().map(|setting| (setting.key, setting.value)).collect()
}

fn value<'a>(settings: &'a [(String, String)], key: &str) -> Option<&'a str> {
    settings.iter().find(|(of, _)| of == key).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn what_is_typed_is_stored_and_comes_back() {
    let (house, mut browser) = house().await;
    let fields = [
        ("label", "  Our <bank> "),
        ("enabled", "true"),
        ("s.days", "3"),
        ("s.note", "two\r\nlines"),
        ("entries.accounts", "1"),
        ("s.accounts.0.currency", "EUR"),
        ("s.accounts.0.scheme", "iban"),
        ("s.accounts.0.iban", " DE89370400440532013000 "),
        ("s.accounts.0.instant", "true"),
        ("s.nothing", "is left alone"),
    ];
    let answer = send(&mut browser, &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/gateways"), "{}", answer.body);
    assert!(browser.get("/admin/gateways").await.body.contains("The configuration of Our &lt;bank&gt; is saved."));
    let settings = stored(&house).await;
    assert_eq!(value(&settings, "days"), Some("3"));
    assert_eq!(value(&settings, "note"), Some("two\nlines"));
    assert_eq!(value(&settings, "accounts.0.iban"), Some("DE89370400440532013000"));
    assert_eq!(value(&settings, "accounts.0.instant"), Some("true"));
    assert_eq!(value(&settings, "nothing"), None);
    let form = browser.get(FORM).await.body;
    assert!(form.contains("value=\"DE89370400440532013000\"") && form.contains("value=\"Our &lt;bank&gt;\""));
}

#[tokio::test]
async fn every_wrong_setting_is_named_beside_its_field() {
    let (house, mut browser) = house().await;
    let long = "x".repeat(61);
    let account = |key: &str| format!("s.accounts.0.{key}");
    let (currency, scheme, iban) = (account("currency"), account("scheme"), account("iban"));
    let cases = [
        ("s.days", "", "Label of days: Enter a value."),
        ("s.days", "31", "Enter a whole number from 0 to 30."),
        ("s.days", "1.5", "Enter a whole number from 0 to 30."),
        ("s.note", "longer than twenty characters", "Enter at most 20 characters."),
        ("s.key", "short", "Label of key: Enter at least 6 characters."),
        (currency.as_str(), "euro", "Account &lt;1&gt; 1, Label of currency: Enter an ISO 4217"),
        (scheme.as_str(), "cash", "Choose one of the list."),
        (scheme.as_str(), "iban", "Account &lt;1&gt; 1, Label of iban: Enter a value."),
        (iban.as_str(), REFUSED, "Label of iban: The bank says &lt;no&gt;"),
        ("label", long.as_str(), "Enter at most 60 characters."),
    ];
    for (name, typed, words) in cases {
        let mut fields = vec![("entries.accounts", "1")];
        if name != "s.days" {
            fields.push(("s.days", "2"));
        }
        fields.push((name, typed));
        let answer = send(&mut browser, &fields).await;
        assert_eq!(answer.status, 422, "{name} {typed}");
        assert!(answer.body.contains(words), "{name} {typed} does not say {words}");
        assert!(answer.body.contains("class=\"error-message\""), "{name} {typed} has no error beside it");
    }
    assert_eq!(stored(&house).await, [], "nothing was saved");
}

#[tokio::test]
async fn entries_are_added_and_removed_without_a_script_and_nothing_typed_is_lost() {
    let (house, mut browser) = house().await;
    let one = [("s.days", "7"), ("entries.accounts", "1"), ("s.accounts.0.iban", "FIRST")];
    let added = send(&mut browser, &[&one[..], &[("action", "add:accounts")]].concat()).await;
    assert_eq!(added.status, 200);
    assert!(added.body.contains("name=\"s.accounts.1.currency\" autofocus"), "the new entry has the focus");
    assert!(added.body.contains("value=\"FIRST\"") && added.body.contains("name=\"entries.accounts\" value=\"2\""));
    assert!(!added.body.contains("value=\"add:accounts\""), "there is no room for a third");

    let two = [&one[..], &[("s.accounts.1.iban", "SECOND")]].concat();
    let two: Vec<_> =
        two.into_iter().map(|(name, value)| (name, if name == "entries.accounts" { "2" } else { value })).collect();
    let removed = send(&mut browser, &[&two[..], &[("action", "remove:accounts.0")]].concat()).await;
    assert!(!removed.body.contains("FIRST") && removed.body.contains("name=\"s.accounts.0.iban\""));
    assert!(removed.body.contains("value=\"SECOND\"") && removed.body.contains("value=\"7\""));
    assert_eq!(stored(&house).await, [], "nothing is saved by adding and removing");
}

#[tokio::test]
async fn trying_the_settings_saves_nothing() {
    let (house, mut browser) = house().await;
    let tried = send(&mut browser, &[("s.days", "9"), ("action", "test")]).await;
    assert_eq!(tried.status, 200);
    assert!(tried.body.contains("The plugin accepts these settings.") && tried.body.contains("The bank answers"));
    let refused = send(&mut browser, &[("s.days", "99"), ("action", "test")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(stored(&house).await, []);
}

#[tokio::test]
async fn buttons_that_no_page_has_are_refused() {
    let (_house, mut browser) = house().await;
    for action in ["delete", "add:nothing", "add:", "remove:accounts", "remove:accounts.x", "remove:.0"] {
        let answer = send(&mut browser, &[("s.days", "2"), ("action", action)]).await;
        assert_eq!(answer.status, 400, "{action}");
    }
    let twice = send(&mut browser, &[("s.days", "2"), ("s.days", "3")]).await;
    assert_eq!(twice.status, 400);
}

#[tokio::test]
async fn more_entries_than_there_may_be_are_not_kept() {
    let (house, mut browser) = house().await;
    let fields = [("s.days", "2"), ("entries.accounts", "4000000000"), ("s.accounts.7.iban", "EIGHTH")];
    assert_eq!(send(&mut browser, &fields).await.status, 303);
    assert!(stored(&house).await.iter().all(|(key, value)| !key.contains(".7.") && value != "EIGHTH"));
}

#[tokio::test]
async fn a_second_instance_is_set_up_beside_the_first() {
    let (house, mut browser) = house().await;
    let url = "/admin/gateways/test-bank-2?plugin=test-bank";
    assert!(browser.get("/admin/gateways").await.body.contains("test-bank-2?plugin"));
    let form = browser.get(url).await;
    assert!(form.body.contains("name=\"s.days\"") && form.body.contains("value=\"2\""), "it starts with what is usual");
    assert_eq!(browser.post_from(url, url, &[("s.days", "1"), ("enabled", "true")]).await.status, 303);
    let ids: Vec<String> =
        house.billing.instances().await.expect("the store answers").iter().map(|i| i.id.to_string()).collect();
    assert_eq!(ids, ["test-bank", "add-funds", "test-bank-2"]);
}

#[tokio::test]
async fn instances_are_switched_and_moved() {
    let (house, mut browser) = house().await;
    let list = "/admin/gateways";
    let off = browser.post_from(list, "/admin/gateways/test-bank/enable", &[("enabled", "false")]).await;
    assert_eq!(off.status, 303);
    assert!(browser.get(list).await.body.contains("test-bank &lt;name&gt; is off."));
    assert!(browser.get("/admin").await.body.contains("No gateway is on"));
    let on = browser.post_from(list, "/admin/gateways/test-bank/enable", &[("enabled", "true")]).await;
    assert_eq!(on.status, 422, "days are required and not set");
    assert!(on.body.contains("id=\"s-days-error\""));
    assert_eq!(browser.post_from(list, "/admin/gateways/add-funds/move", &[("direction", "up")]).await.status, 303);
    let instances = house.billing.instances().await.expect("the store answers");
    assert_eq!(instances[0].id.as_str(), "add-funds");
    assert!(instances.iter().all(|instance| instance.id.as_str() != GATEWAY || !instance.enabled));
}

#[tokio::test]
async fn what_rests_says_until_when_and_why_and_saved_settings_wake_it() {
    let (house, mut browser) = house().await;
    let until = house.billing.now().plus_ms(60_000);
    let rest = |export| Rest { export, failures: 5, until, reason: "it crashed <b>hard</b>".to_owned() };
    house.script.rests(GATEWAY, vec![rest("pay-now")]);
    let list = browser.get("/admin/gateways").await.body;
    assert!(list.contains("Its “pay-now” rests until") && list.contains("5 times in a row: it crashed &lt;b&gt;hard"));
    assert_eq!(send(&mut browser, &[("s.days", "3"), ("enabled", "true")]).await.status, 303);
    assert!(!browser.get("/admin/gateways").await.body.contains("rests until"));
}
