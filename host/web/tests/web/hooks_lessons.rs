//! What went wrong in other systems, as tests: the numbers are those of the plugin contract's lessons.

use tokio::task::JoinSet;
use tollgate_billing::audit::Actor;
use tollgate_billing::claim::ClaimState;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::{Field, FieldKind, Group, Manifest};
use tollgate_billing::ports::{Outcome, SecretText, Secrets};
use tollgate_billing::text::Text;
use tollgate_billing::webhook::WebhookState;

use crate::hooks::{claim, event, hook, paid, payment, rows, settled, states};
use crate::house::{ANNA, House};
use crate::plugins::{GATEWAY, gateway};

async fn state_of(house: &House, payment: &tollgate_billing::ids::PaymentId) -> PaymentState {
    house.billing.store().payment(payment).await.expect("the store answers").expect("it is there").state
}

#[tokio::test]
async fn lesson_04_the_same_body_and_event_id_with_another_state_is_another_event() {
    let house = House::new().await;
    let payment = payment(&house).await;
    // A provider that sends an id alone: the body is the same whatever happened.
    house.script.verify_answers(Ok(event("tr_1", vec![claim(&payment, "tr_1", 2_000, ClaimState::Pending(None))])));
    assert_eq!(hook(&house, "id=tr_1").await.status, 200);
    assert_eq!(settled(&house).await, 0);
    house.script.verify_answers(Ok(event("tr_1", vec![paid(&payment, "tr_1", 2_000)])));
    assert_eq!(hook(&house, "id=tr_1").await.status, 200);
    assert_eq!((settled(&house).await, states(&house).await), (2_000, vec![WebhookState::Done]));
}

#[tokio::test]
async fn lesson_04_the_same_transaction_of_two_events_counts_once() {
    let house = House::new().await;
    let payment = payment(&house).await;
    for id in ["E1", "E2"] {
        house.script.verify_answers(Ok(event(id, vec![paid(&payment, "T1", 500)])));
        assert_eq!(hook(&house, "{}").await.status, 200);
    }
    assert_eq!((settled(&house).await, rows(&house).await.len()), (500, 2));
}

#[tokio::test]
async fn lesson_04_the_same_event_id_of_another_instance_is_another_event() {
    let house = House::new().await;
    let mut other = house.billing.instances().await.expect("the store answers").remove(0);
    other.id = InstanceId::new("test-bank-2");
    house.billing.store().save_instance(other).await.expect("a new instance");
    house.script.verify_answers(Ok(event("E1", vec![])));
    for path in ["/hooks/test-bank", "/hooks/test-bank-2"] {
        let answer = crate::hooks::send(&house, crate::hooks::request("POST", path, "{}")).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    assert_eq!(rows(&house).await.len(), 2);
}

#[tokio::test]
async fn lesson_05_the_redirect_and_the_webhook_count_the_same_money_once() {
    let house = House::new().await;
    let page = house.payment().await;
    let payment = payment(&house).await;
    assert!(page.ends_with(payment.as_str()), "one open payment of one invoice");
    let money = vec![paid(&payment, "T1", 500)];
    house.script.submit_answers(Ok(Outcome::Claims(money.clone())));
    house.script.verify_answers(Ok(event("E1", money)));
    let mut anna = house.logged_in(ANNA).await;
    anna.get(&format!("{page}/return?token=x")).await;
    assert_eq!(settled(&house).await, 500, "the redirect came first");
    assert_eq!(hook(&house, "{}").await.status, 200);
    anna.get(&format!("{page}/return?token=x")).await;
    assert_eq!((settled(&house).await, states(&house).await), (500, vec![WebhookState::Done]));
}

#[tokio::test]
async fn lesson_05_a_late_event_changes_no_final_state() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(hook(&house, "{}").await.status, 200);
    let failed = ClaimState::Failed { client: Text::plain("No"), staff: "no".to_owned() };
    let late = [ClaimState::Pending(None), ClaimState::Authorized, failed, ClaimState::Cancelled];
    for (number, state) in late.into_iter().enumerate() {
        house.script.verify_answers(Ok(event(&format!("late-{number}"), vec![claim(&payment, "T1", 2_000, state)])));
        assert_eq!(hook(&house, "{}").await.status, 200);
        assert_eq!((state_of(&house, &payment).await, settled(&house).await), (PaymentState::Paid, 2_000));
    }
    assert_eq!(states(&house).await, [WebhookState::Done; 5]);
}

#[tokio::test]
async fn lesson_05_an_event_sent_by_sixteen_senders_at_once_counts_once() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 500), paid(&payment, "T2", 300)])));
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let mut sender = house.browser();
        let sent = crate::hooks::request("POST", crate::hooks::ADDRESS, "{}");
        senders.spawn(async move { sender.send(sent).await.status });
    }
    let told = senders.join_all().await;
    // One that met too many others keeps it, and is settled by the timer.
    assert!(told.iter().all(|status| matches!(status, 200 | 503)), "{told:?}");
    house.clock.forward_ms(80_000);
    house.billing.retry_webhooks(&InstanceId::new(GATEWAY)).await.expect("the store answers");
    assert_eq!((settled(&house).await, states(&house).await), (800, vec![WebhookState::Done]));
    assert_eq!(house.billing.store().check_ledger().await.expect("a report").faults, Vec::<String>::new());
}

/// The scripted gateway with one setting and one secret that it cannot do without.
fn demanding() -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    let field = |key: &str, kind| Field {
        key: key.to_owned(),
        label: Text::plain(key),
        help: None,
        kind,
        required: true,
        required_when: None,
        initial: None,
    };
    let fields = vec![field("account", FieldKind::Line { chars_max: 40 }), field("webhook-secret", FieldKind::Secret)];
    let label = Text::plain("Account");
    manifest.configuration = vec![Group { key: String::new(), label, help: None, entries_max: 1, fields }];
    Manifest::Gateway(manifest)
}

#[tokio::test]
async fn lesson_08_without_its_required_settings_and_secrets_an_instance_has_no_webhook_address() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.script.bring(demanding());
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 500)])));
    let gateway = InstanceId::new(GATEWAY);
    let set =
        |key: &str, value: &str| tollgate_billing::plugin::Setting { key: key.to_owned(), value: value.to_owned() };
    let check = async |settings: Vec<tollgate_billing::plugin::Setting>, expected: u16, what: &str| {
        let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
        instance.settings = settings;
        house.billing.store().save_instance(instance).await.expect("a change");
        assert_eq!(hook(&house, "{}").await.status, expected, "{what}");
    };
    let both = || vec![set("account", "A"), set("webhook-secret", "set")];
    check(vec![], 404, "nothing is set").await;
    check(both(), 404, "the instance says that the secret is set, and the vault has none").await;
    let secret = SecretText::new("swordfish".to_owned());
    house.safe.set_secret(&gateway, "webhook-secret", secret).await.expect("a safe that works");
    check(vec![set("webhook-secret", "set")], 404, "the account is missing").await;
    assert_eq!((house.script.take_hooks(), settled(&house).await), (vec![], 0), "the gateway was not even asked");
    check(both(), 200, "nothing is missing").await;
    assert_eq!(settled(&house).await, 500);
    // An older setting that the plugin has no more harms nothing: its payments are under way.
    check([both(), vec![set("gone", "x")]].concat(), 200, "an upgraded plugin").await;
    house.script.lose(GATEWAY);
    assert_eq!(hook(&house, "{}").await.status, 404, "the plugin is gone");
}

#[tokio::test]
async fn lesson_17_an_instance_that_is_switched_off_still_hears_of_its_payments() {
    let house = House::new().await;
    let payment = payment(&house).await;
    house.billing.enable(Actor::Command, &InstanceId::new(GATEWAY), false).await.expect("switched off");
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    assert_eq!(hook(&house, "{}").await.status, 200);
    assert_eq!(settled(&house).await, 2_000);
}
