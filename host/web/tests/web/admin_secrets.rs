//! Secrets and hosts in the configuration form: typed once, kept in the vault, never said again; granted one by one.

use tollgate_billing::plugin::{Environment, Field, FieldKind, Group, HostRequest, Instance, Manifest};
use tollgate_billing::ports::{SecretText, Secrets};
use tollgate_billing::text::Text;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::House;
use crate::plugins::{GATEWAY, REFUSED, gateway};

const FORM: &str = "/admin/gateways/test-bank";
const PLANTED: &str = "planted-swordfish";
const RETYPE: &str = "Type it again";
const SET: &str = "Set. Leave this empty to keep it.";

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
    Group { key: key.to_owned(), label: Text::plain("Account"), help: None, entries_max, fields }
}

/// A gateway with a required secret, an optional one, accounts with one each, and hosts of both environments.
fn secretive() -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    let line = || FieldKind::Line { chars_max: 40 };
    let token = Field { required: true, ..field("token", FieldKind::Secret) };
    manifest.configuration = vec![
        group("", 1, vec![field("name", line()), token, field("hook", FieldKind::Secret)]),
        group("accounts", 3, vec![field("id", line()), field("key", FieldKind::Secret)]),
    ];
    let host = |host: &str, environment| HostRequest {
        host: host.to_owned(),
        environment,
        purpose: Text::plain(format!("To reach <{host}>")),
    };
    manifest.hosts = vec![
        host("api.example.com", Environment::Both),
        host("test.example.com:8443", Environment::Test),
        host("live.example.com", Environment::Live),
    ];
    Manifest::Gateway(manifest)
}

pub async fn house() -> (House, Browser) {
    let house = House::new().await;
    house.script.bring(secretive());
    let browser = staff(&house).await;
    (house, browser)
}

/// Posts the form. Whatever comes of it, the planted secret is not in the answer.
async fn send(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    silent(browser.post_from(FORM, FORM, fields).await)
}

fn silent(answer: Answer) -> Answer {
    let said = format!("{:?} {}", answer.headers, answer.body);
    assert!(!said.contains("planted"), "{said}");
    answer
}

async fn stored(house: &House) -> Instance {
    let instances = house.billing.instances().await.expect("the store answers");
    instances.into_iter().find(|instance| instance.id.as_str() == GATEWAY).expect("it is there")
}

async fn setting(house: &House, key: &str) -> Option<String> {
    stored(house).await.setting(key).map(str::to_owned)
}

#[tokio::test]
async fn a_secret_goes_into_the_vault_and_the_instance_says_only_that_it_is_set() {
    let (house, mut browser) = house().await;
    let empty = silent(browser.get(FORM).await);
    assert!(empty.body.contains("name=\"s.token\"") && !empty.body.contains(SET) && !empty.body.contains("forget."));
    let typed = [("s.name", "A"), ("s.token", " planted-swordfish "), ("s.hook", "")];
    assert_eq!(send(&mut browser, &typed).await.status, 303);
    assert_eq!(house.safe.value(GATEWAY, "token").as_deref(), Some(PLANTED));
    assert_eq!(setting(&house, "token").await.as_deref(), Some("set"));
    assert_eq!((house.safe.value(GATEWAY, "hook"), setting(&house, "hook").await), (None, None));
    silent(browser.get("/admin/gateways").await);
    let form = silent(browser.get(FORM).await).body;
    assert_eq!(form.matches(SET).count(), 1);
    assert!(form.contains("name=\"forget.token\"") && !form.contains("name=\"forget.hook\""));
    assert!(!form.contains("type=\"password\" id=\"s-token\" name=\"s.token\" value"), "a password field has no value");
}

#[tokio::test]
async fn what_is_left_empty_is_kept_and_what_is_to_go_goes() {
    let (house, mut browser) = house().await;
    assert_eq!(send(&mut browser, &[("s.token", PLANTED), ("s.hook", "planted-hook")]).await.status, 303);
    assert_eq!(send(&mut browser, &[("s.name", "B"), ("s.token", "")]).await.status, 303);
    assert_eq!(house.safe.value(GATEWAY, "token").as_deref(), Some(PLANTED));
    assert_eq!(setting(&house, "token").await.as_deref(), Some("set"));
    assert_eq!(send(&mut browser, &[("forget.hook", "true")]).await.status, 303);
    assert_eq!((house.safe.value(GATEWAY, "hook"), setting(&house, "hook").await), (None, None));
    // What is typed wins over the switch beside it.
    assert_eq!(send(&mut browser, &[("s.token", "planted-newer"), ("forget.token", "true")]).await.status, 303);
    assert_eq!(house.safe.value(GATEWAY, "token").as_deref(), Some("planted-newer"));
    let required = send(&mut browser, &[("forget.token", "true")]).await;
    assert_eq!(required.status, 422);
    assert!(required.body.contains("Label of token: Enter a value."));
    assert!(required.body.contains("name=\"forget.token\" value=\"true\" checked"));
    assert_eq!(
        house.safe.value(GATEWAY, "token").as_deref(),
        Some("planted-newer"),
        "a refused removal removes nothing"
    );
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_no_secret_and_asks_for_it_again() {
    let (house, mut browser) = house().await;
    let long = "planted".repeat(600);
    let label = "x".repeat(61);
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[("s.token", "plant")], "Enter at least 6 characters."),
        (&[("s.token", &long)], "Enter at most 4096 bytes."),
        (&[("s.token", "planted\tsecret")], "without line breaks"),
        (&[("s.token", PLANTED), ("s.name", REFUSED)], "The bank says &lt;no&gt;"),
        (&[("s.token", PLANTED), ("label", &label)], "Enter at most 60 characters."),
        (&[("s.token", PLANTED), ("hosts", "evil.example.com")], "does not ask for the host evil.example.com"),
        (&[("s.hook", PLANTED)], "Label of token: Enter a value."),
    ];
    for (fields, words) in cases {
        let answer = send(&mut browser, fields).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.body.contains(words), "{fields:?} does not say {words}");
        assert!(answer.body.contains(RETYPE), "{fields:?} does not ask again");
        assert!(house.billing.secrets_set(&stored(&house).await.id).await.is_empty(), "{fields:?} was kept");
    }
    assert_eq!(stored(&house).await.settings, []);
}

#[tokio::test]
async fn a_planted_secret_is_in_no_answer_however_the_form_is_broken() {
    let (_house, mut browser) = house().await;
    let too_much = "planted".repeat(20_000);
    let cases: [(&[(&str, &str)], u16); 5] = [
        (&[("s.token", PLANTED), ("s.token", PLANTED)], 400),
        (&[("s.token", PLANTED), ("action", "delete")], 400),
        (&[("s.token", PLANTED), ("action", "add:accounts")], 200),
        (&[("s.token", "planted\0secret")], 400),
        (&[("s.token", &too_much)], 413),
    ];
    for (fields, status) in cases {
        assert_eq!(send(&mut browser, fields).await.status, status);
    }
    let forged = silent(browser.post_raw(FORM, &[("s.token", PLANTED), ("csrf", "x")], &[]).await);
    assert!((400..500).contains(&forged.status), "{}", forged.status);
}

#[tokio::test]
async fn a_vault_that_fails_leaves_no_instance_that_says_set_without_a_value() {
    let (house, mut browser) = house().await;
    house.safe.break_at("token");
    let failed = send(&mut browser, &[("s.token", PLANTED), ("s.hook", "planted-hook")]).await;
    assert_eq!(failed.status, 422);
    assert!(failed.body.contains("the disk is full &lt;now&gt;") && failed.body.contains(RETYPE));
    assert_eq!(stored(&house).await.settings, [], "the instance was not saved");
    assert_eq!(send(&mut browser, &[("s.token", PLANTED), ("s.hook", "planted-hook")]).await.status, 303);
    house.safe.break_at("hook");
    assert_eq!(send(&mut browser, &[("forget.hook", "true")]).await.status, 422);
    assert_eq!(setting(&house, "hook").await, None, "it says so no more before the value goes");
    assert_eq!(house.safe.value(GATEWAY, "hook").as_deref(), Some("planted-hook"));
}

#[tokio::test]
async fn the_connection_is_tested_with_the_secrets_that_are_saved() {
    let (house, mut browser) = house().await;
    let typed = send(&mut browser, &[("s.token", PLANTED), ("action", "test")]).await;
    assert_eq!(typed.status, 422);
    assert!(typed.body.contains("Save it first") && typed.body.contains(RETYPE));
    assert_eq!(house.safe.value(GATEWAY, "token"), None);
    assert_eq!(send(&mut browser, &[("action", "test")]).await.status, 422, "the required secret is missing");
    assert_eq!(send(&mut browser, &[("s.token", PLANTED)]).await.status, 303);
    let before = stored(&house).await;
    let tried = send(&mut browser, &[("s.name", "B"), ("hosts", "api.example.com"), ("action", "test")]).await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    assert!(tried.body.contains("The bank answers") && tried.body.contains(SET));
    assert_eq!(stored(&house).await, before, "nothing was saved");
}

#[tokio::test]
async fn a_secret_never_moves_to_another_entry() {
    let (house, mut browser) = house().await;
    let three = [
        ("s.token", PLANTED),
        ("entries.accounts", "3"),
        ("s.accounts.0.key", "planted-zero"),
        ("s.accounts.2.key", "planted-two"),
    ];
    assert_eq!(send(&mut browser, &three).await.status, 303);
    assert_eq!(setting(&house, "accounts.2.key").await.as_deref(), Some("set"));
    let form = browser.get(FORM).await.body;
    assert!(form.contains("remove:accounts.2") && !form.contains("remove:accounts.0"));
    assert!(form.contains("Only the last one can be removed"));
    let middle = [("entries.accounts", "3"), ("action", "remove:accounts.0")];
    assert_eq!(send(&mut browser, &middle).await.status, 400);

    // An entry that takes the number of one that was removed does not take its secret.
    let again = send(&mut browser, &[("entries.accounts", "2"), ("action", "add:accounts")]).await;
    assert!(again.body.contains("name=\"forget.accounts.2.key\" value=\"true\" checked"));
    assert_eq!(send(&mut browser, &[("entries.accounts", "2")]).await.status, 303);
    assert_eq!(house.safe.value(GATEWAY, "accounts.2.key"), None, "it went with its entry");
    assert_eq!(house.safe.value(GATEWAY, "accounts.0.key").as_deref(), Some("planted-zero"));
}

#[tokio::test]
async fn hosts_are_granted_one_by_one_and_only_those_that_are_asked_for_here() {
    let (house, mut browser) = house().await;
    let form = browser.get(FORM).await.body;
    assert!(form.contains("Hosts it may call") && form.contains("To reach &lt;api.example.com&gt;"));
    assert!(form.contains("value=\"test.example.com:8443\"") && !form.contains("live.example.com"));
    assert!(!form.contains("name=\"hosts\" value=\"api.example.com\" checked"), "nothing is granted by itself");
    let both = [("s.token", PLANTED), ("hosts", "test.example.com:8443"), ("hosts", "api.example.com")];
    assert_eq!(send(&mut browser, &both).await.status, 303);
    assert_eq!(stored(&house).await.granted_hosts, ["api.example.com", "test.example.com:8443"]);
    assert!(browser.get(FORM).await.body.contains("name=\"hosts\" value=\"api.example.com\" checked"));
    for strange in ["live.example.com", "API.example.com", "evil.example.com", "", "<b>"] {
        assert_eq!(send(&mut browser, &[("hosts", strange)]).await.status, 422, "{strange:?}");
    }
    assert_eq!(stored(&house).await.granted_hosts.len(), 2, "nothing was saved");
    assert_eq!(send(&mut browser, &[("hosts", "api.example.com")]).await.status, 303);
    assert_eq!(stored(&house).await.granted_hosts, ["api.example.com"]);
}

#[tokio::test]
async fn a_gateway_is_not_switched_on_without_its_secret() {
    let (house, mut browser) = house().await;
    assert_eq!(send(&mut browser, &[("s.token", PLANTED)]).await.status, 303);
    let instance = stored(&house).await;
    assert!(!instance.enabled);
    let list = "/admin/gateways";
    let url = "/admin/gateways/test-bank/enable";
    house.safe.remove_secret(&instance.id, "token").await.expect("it is there");
    let refused = silent(browser.post_from(list, url, &[("enabled", "true")]).await);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"s-token-error\"") && !stored(&house).await.enabled);
    let value = SecretText::new(PLANTED.to_owned());
    house.safe.set_secret(&instance.id, "token", value).await.expect("a safe that works");
    assert_eq!(silent(browser.post_from(list, url, &[("enabled", "true")]).await).status, 303);
    assert!(stored(&house).await.enabled);
}

#[tokio::test]
async fn a_secret_that_a_plugin_filled_is_marked_too() {
    let (house, mut browser) = house().await;
    assert_eq!(send(&mut browser, &[("s.token", PLANTED)]).await.status, 303);
    let id = stored(&house).await.id;
    let value = SecretText::new("planted-hook".to_owned());
    house.safe.set_secret(&id, "hook", value).await.expect("a safe that works");
    house.billing.mark_secrets_set(&id).await.expect("an instance");
    assert_eq!(setting(&house, "hook").await.as_deref(), Some("set"));
}
