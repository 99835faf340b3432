//! "Set up webhook": what the button says, what it registers, and what is said where it cannot.

use tollgate_billing::audit::Actor;
use tollgate_billing::billing::WebhookSetupError;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::{Field, FieldKind, Group, Instance, Manifest, PluginError, Setting};
use tollgate_billing::ports::{ConfigRefusal, SecretText, Secrets, WebhookSetup};
use tollgate_billing::text::{FieldError, Text};

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::{House, config, theme};
use crate::plugins::{GATEWAY, gateway};

const FORM: &str = "/admin/gateways/test-bank";
const BUTTON: &str = "/admin/gateways/test-bank/webhook";
const ADDRESS: &str = "http://localhost:8080/hooks/test-bank";
const PLANTED: &str = "planted-swordfish";

fn field(key: &str, kind: FieldKind) -> Field {
    Field {
        key: key.to_owned(),
        label: Text::plain(format!("Label of {key}")),
        help: None,
        kind,
        required: key == "token",
        required_when: None,
        initial: None,
    }
}

/// A gateway that registers webhooks: a required key, the webhook's id and secret.
fn registrar() -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    manifest.capabilities.webhook_setup = true;
    let line = FieldKind::Line { chars_max: 12 };
    let fields = vec![
        field("token", FieldKind::Secret),
        field("webhook-secret", FieldKind::Secret),
        field("webhook-id", line.clone()),
        field("name", line),
    ];
    let label = Text::plain("Account");
    manifest.configuration = vec![Group { key: String::new(), label, help: None, entries_max: 1, fields }];
    Manifest::Gateway(manifest)
}

fn setup(id: &str) -> WebhookSetup {
    let setting = Setting { key: "webhook-id".to_owned(), value: id.to_owned() };
    WebhookSetup { settings: vec![setting], notes: vec![Text::plain("Registered <at> the bank")] }
}

async fn keep(house: &House, key: &str) {
    let value = SecretText::new(PLANTED.to_owned());
    house.safe.set_secret(&InstanceId::new(GATEWAY), key, value).await.expect("a safe that works");
}

/// The gateway is configured; staff are logged in.
async fn house() -> (House, Browser) {
    let house = House::new().await;
    house.script.bring(registrar());
    keep(&house, "token").await;
    let mut browser = staff(&house).await;
    let saved = [("label", "Bank"), ("enabled", "true"), ("s.name", "A"), ("hosts", "pay.example")];
    assert_eq!(browser.post_from(FORM, FORM, &saved).await.status, 303);
    (house, browser)
}

async fn stored(house: &House) -> Instance {
    let id = InstanceId::new(GATEWAY);
    house.billing.store().instance(&id).await.expect("the store answers").expect("it is there")
}

async fn press(browser: &mut Browser) -> Answer {
    let answer = browser.post_from(FORM, BUTTON, &[]).await;
    assert!(!answer.body.contains(PLANTED), "{}", answer.body);
    answer
}

#[tokio::test]
async fn the_button_says_what_it_registers_and_stands_only_where_the_gateway_can() {
    let (house, mut browser) = house().await;
    let page = browser.get(FORM).await.body;
    assert!(
        page.contains(&format!("action=\"{BUTTON}\"")) && page.contains(&format!("Registers {ADDRESS} at")),
        "{page}"
    );
    let unsaved = browser.get("/admin/gateways/test-bank-2?plugin=test-bank").await;
    assert!(
        unsaved.status == 200 && !unsaved.body.contains("Set up webhook"),
        "what is not saved cannot be registered"
    );
    house.script.bring(gateway("<p></p>"));
    for page in [FORM, "/admin/gateways/add-funds"] {
        assert!(!browser.get(page).await.body.contains("Set up webhook"), "{page}");
        assert_eq!(browser.post_from(page, &format!("{page}/webhook"), &[]).await.status, 400, "{page}");
    }
    assert_eq!(house.script.setups(), []);
}

#[tokio::test]
async fn what_the_gateway_answers_is_saved_and_everything_else_stays() {
    let (house, mut browser) = house().await;
    let before = stored(&house).await;
    house.script.setup_answers(Ok(setup("hook-1")));
    // The provider's secret is in the vault before the answer is here.
    keep(&house, "webhook-secret").await;
    let answer = press(&mut browser).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains(&format!("sends its webhooks to {ADDRESS} from now on")), "{}", answer.body);
    assert!(answer.body.contains("Registered &lt;at&gt; the bank") && answer.body.contains("value=\"hook-1\""));
    let after = stored(&house).await;
    let setting = |key: &str| after.setting(key).unwrap_or_default().to_owned();
    assert_eq!(["webhook-id", "webhook-secret", "token", "name"].map(setting), ["hook-1", "set", "set", "A"]);
    assert_eq!(after.settings.len(), 4);
    let of = |instance: &Instance| (instance.label.clone(), instance.enabled, instance.granted_hosts.clone());
    assert_eq!(of(&after), of(&before));
}

#[tokio::test]
async fn pressed_again_the_gateway_is_told_what_is_known_of_the_first_time() {
    let (house, mut browser) = house().await;
    house.script.setup_answers(Ok(setup("hook-1")));
    keep(&house, "webhook-secret").await;
    for _ in 0..2 {
        assert_eq!(press(&mut browser).await.status, 200);
    }
    let told = house.script.setups();
    assert_eq!(told[0].setting("webhook-secret"), Some("set"), "the vault's word counts, whoever set it");
    assert_eq!((told[0].setting("webhook-id"), told[1].setting("webhook-id")), (Some(""), Some("hook-1")));
    assert_eq!(stored(&house).await.settings.len(), 4, "nothing is there twice");
}

#[tokio::test]
async fn two_that_press_at_once_register_once() {
    let (house, mut browser) = house().await;
    house.script.setup_answers(Ok(setup("hook-1")));
    let id = InstanceId::new(GATEWAY);
    let silent = house.script.hold_provider().await;
    let billing = house.billing.clone();
    let first = tokio::spawn(async move { billing.set_up_webhook(Actor::Command, &InstanceId::new(GATEWAY)).await });
    while house.script.setups().is_empty() {
        tokio::task::yield_now().await;
    }
    let second = press(&mut browser).await;
    assert!(second.status == 422 && second.body.contains("being set up already"), "{}", second.body);
    assert_eq!(house.billing.set_up_webhook(Actor::Command, &id).await, Err(WebhookSetupError::UnderWay));
    // The first one goes away before the provider answers, and holds nobody up.
    first.abort();
    assert!(first.await.expect_err("it was given up").is_cancelled());
    drop(silent);
    assert_eq!(press(&mut browser).await.status, 200);
    assert_eq!(house.script.setups().len(), 2);
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_and_nothing_is_saved() {
    let (house, mut browser) = house().await;
    let before = stored(&house).await;
    let failed = |error| Err(ConfigRefusal::Failed(error));
    let fields = vec![FieldError { field: "name".to_owned(), message: Text::plain("The bank says <no>") }];
    let long = "x".repeat(13);
    for (answer, expected) in [
        (failed(PluginError::Rejected("the bank refuses <this>".to_owned())), "refuses &lt;this&gt;"),
        (failed(PluginError::Unavailable("no host granted".to_owned())), "no host granted"),
        (failed(PluginError::Unknown("cut off".to_owned())), "nothing is registered twice"),
        (Err(ConfigRefusal::Fields(fields)), "Label of name: The bank says &lt;no&gt;"),
        (Ok(setup(&long)), "answered a webhook-id that its own form does not take"),
    ] {
        house.script.setup_answers(answer);
        let said = press(&mut browser).await;
        assert!(said.status == 422 && said.body.contains(expected), "{expected}: {}", said.body);
        assert_eq!(stored(&house).await, before, "{expected}");
    }
}

#[tokio::test]
async fn the_provider_is_not_asked_while_a_required_secret_is_missing() {
    let (house, mut browser) = house().await;
    house.safe.remove_secret(&InstanceId::new(GATEWAY), "token").await.expect("a safe that works");
    let said = press(&mut browser).await;
    assert!(said.status == 422 && said.body.contains("Label of token: Enter a value."), "{}", said.body);
    assert_eq!(house.script.setups(), []);
}

#[tokio::test]
async fn an_address_that_no_provider_reaches_is_not_registered() {
    let mut outside = config(&theme());
    outside.base_url = "http://billing.example.com".to_owned();
    let house = House::with_config(outside).await;
    house.script.bring(registrar());
    keep(&house, "token").await;
    let mut browser = staff(&house).await;
    let page = browser.get(FORM).await.body;
    assert!(page.contains("cannot post to http://billing.example.com/hooks/test-bank"), "{page}");
    assert!(!page.contains(BUTTON), "{page}");
    let id = InstanceId::new(GATEWAY);
    let url = "http://billing.example.com/hooks/test-bank".to_owned();
    assert_eq!(house.billing.set_up_webhook(Actor::Command, &id).await, Err(WebhookSetupError::Unreachable { url }));
    assert_eq!(house.script.setups(), []);
}
