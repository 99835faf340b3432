use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::plugin::{Instance, Setting};

use crate::fixture::{NOW, currency, open};

pub fn instance(id: &str, position: i64) -> Instance {
    let setting = |key: &str, value: &str| Setting { key: key.to_owned(), value: value.to_owned() };
    Instance {
        id: InstanceId::new(id),
        plugin: PluginId::new("bank-transfer"),
        enabled: true,
        position,
        label: "Überweisung \"x\"".to_owned(),
        settings: vec![setting("accounts.0.iban", "DE02"), setting("accounts.0.name", "l'été\n2")],
        currencies: vec![currency("EUR"), currency("JPY")],
        granted_hosts: vec!["api.example.com".to_owned()],
        component: None,
        updated: NOW,
    }
}

#[tokio::test]
async fn an_instance_is_read_as_it_was_saved_and_replaced_by_its_id() {
    let (_directory, store) = open();
    let id = InstanceId::new("bank-transfer");
    assert_eq!(store.instance(&id).await.unwrap(), None);
    store.save_instance(instance("bank-transfer", 1)).await.unwrap();
    assert_eq!(store.instance(&id).await.unwrap(), Some(instance("bank-transfer", 1)));
    let changed = Instance { enabled: false, settings: vec![], currencies: vec![], ..instance("bank-transfer", 7) };
    store.save_instance(changed.clone()).await.unwrap();
    assert_eq!(store.instances().await.unwrap(), vec![changed]);
}

#[tokio::test]
async fn instances_stand_by_position_and_then_by_id() {
    let (_directory, store) = open();
    for (id, position) in [("b", 2), ("a", 2), ("z", -1), ("c", 0)] {
        store.save_instance(instance(id, position)).await.unwrap();
    }
    let ids: Vec<String> = store.instances().await.unwrap().into_iter().map(|found| found.id.to_string()).collect();
    assert_eq!(ids, ["z", "c", "a", "b"]);
}
