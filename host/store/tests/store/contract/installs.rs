use tollgate_billing::audit::{Action, Actor, NewEntry};
use tollgate_billing::ids::{InstanceId, PluginId, Timestamp};
use tollgate_billing::payment::{PaymentProgress, PaymentState};
use tollgate_billing::plugin::{Component, ComponentId, Granted, Installed, Instance};
use tollgate_billing::ports::{InstallChange, PageOf, Store, StoreError};

use super::instances::instance;
use crate::fixture::{NOW, client, invoice, open, payment, service};

/// The plugin of `fixture::payment`.
const PLUGIN: &str = "bank-transfer";

fn id(letter: char) -> ComponentId {
    ComponentId::new(letter.to_string().repeat(64))
}

fn component(letter: char, version: &str) -> (Component, Vec<u8>) {
    let (plugin, version) = (PluginId::new(PLUGIN), version.to_owned());
    let component = Component { id: id(letter), plugin, version, signed_by: None, added: NOW };
    (component, vec![letter as u8; 3])
}

fn change(plugin: Installed) -> InstallChange {
    let noted = vec![NewEntry::new(Actor::Command, NOW, Action::PluginInstalled, PLUGIN)];
    let (component, instances, kept) = (None, Vec::new(), Vec::new());
    InstallChange { plugin, component, instances, kept, without_payments: false, noted }
}

fn running(letter: char, previous: Option<char>, revision: i64) -> Installed {
    Installed {
        current: Some(id(letter)),
        previous: previous.map(id),
        publisher: Some("k".repeat(56)),
        granted: Granted::from(["refund".to_owned(), "host:api.example.com".to_owned()]),
        revision,
        updated: NOW,
        id: PluginId::new(PLUGIN),
    }
}

async fn kept(store: &dyn Store) -> String {
    let all = store.components().await.unwrap();
    all.iter().map(|one| one.id.as_str().chars().next().unwrap()).collect()
}

/// Installs the files in this order, each in the place of the one before.
async fn install(store: &dyn Store, letters: &str) {
    let mut before = None;
    for (revision, letter) in (0..).zip(letters.chars()) {
        let (component, bytes) = component(letter, "1.0.0");
        let mut install = change(running(letter, before, revision));
        install.component = Some((component, bytes));
        store.change_installed(install).await.unwrap();
        before = Some(letter);
    }
}

#[tokio::test]
async fn an_installed_plugin_is_read_as_it_was_written_and_counts_its_changes() {
    let (_directory, store) = open();
    let plugin = PluginId::new(PLUGIN);
    assert_eq!(store.installed_plugin(&plugin).await.unwrap(), None);
    assert_eq!(store.installs_revision().await.unwrap(), 0);
    install(&*store, "ab").await;
    assert_eq!(store.installed_plugin(&plugin).await.unwrap(), Some(running('b', Some('a'), 2)));
    assert_eq!(store.installed().await.unwrap(), [running('b', Some('a'), 2)]);
    assert_eq!(store.installs_revision().await.unwrap(), 2);
    let (found, bytes) = store.component(&id('b')).await.unwrap().unwrap();
    assert_eq!((found, bytes), component('b', "1.0.0"));
    assert_eq!(store.audit(PageOf::first(10)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn who_decided_by_an_older_state_changes_nothing() {
    let (_directory, store) = open();
    install(&*store, "ab").await;
    for stale in [0, 1, 3] {
        let mut refused = change(running('a', Some('b'), stale));
        refused.instances.push(instance("bank-transfer", 1));
        assert_eq!(store.change_installed(refused).await, Err(StoreError::Conflict), "{stale}");
    }
    assert_eq!(store.instances().await.unwrap(), []);
    assert_eq!(store.audit(PageOf::first(10)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn files_that_nothing_needs_go_with_the_next_change() {
    let (_directory, store) = open();
    let (waiting, bytes) = component('w', "9.0.0");
    store.put_component(waiting, bytes).await.unwrap();
    let (later, bytes) = component('x', "9.0.1");
    store.put_component(later, bytes).await.unwrap();
    assert_eq!(kept(&*store).await, "x", "of one plugin the last one waits");
    install(&*store, "abc").await;
    assert_eq!(kept(&*store).await, "bc");
}

#[tokio::test]
async fn a_payment_keeps_the_file_that_it_began_with_until_it_has_ended() {
    let (_directory, store) = open();
    install(&*store, "a").await;
    let client = client(&*store, "a@example.org").await;
    let invoice = invoice(&*store, client, "form", vec![service(1000)]).await;
    let first = payment(&*store, &invoice, "payment").await;
    assert_eq!(store.component_of(&first.id).await.unwrap(), Some(id('a')));
    for (letter, before, revision) in [('b', 'a', 1), ('c', 'b', 2), ('d', 'c', 3)] {
        let mut next = change(running(letter, Some(before), revision));
        next.component = Some(component(letter, "2.0.0"));
        store.change_installed(next).await.unwrap();
    }
    assert_eq!(kept(&*store).await, "acd");
    assert_eq!(store.components_in_use().await.unwrap(), [id('a')]);
    let open = store.open_payments_of(&PluginId::new(PLUGIN), 10).await.unwrap();
    assert_eq!(open.iter().map(|one| &one.id).collect::<Vec<_>>(), [&first.id]);
    let mut removed = change(Installed { current: None, previous: None, ..running('d', None, 4) });
    removed.without_payments = true;
    assert_eq!(store.change_installed(removed.clone()).await, Err(StoreError::Conflict));

    let found = store.payment(&first.id).await.unwrap().unwrap();
    let ended = PaymentProgress { state: PaymentState::Cancelled, ..PaymentProgress::unchanged(&found) };
    store.progress(ended).await.unwrap();
    assert_eq!(store.components_in_use().await.unwrap(), []);
    store.change_installed(removed).await.unwrap();
    assert_eq!(kept(&*store).await, "");
}

#[tokio::test]
async fn an_instance_is_kept_as_a_file_had_it_for_as_long_as_the_file_is() {
    let (_directory, store) = open();
    install(&*store, "ab").await;
    let was = instance("bank-transfer", 1);
    let is = Instance { settings: Vec::new(), granted_hosts: Vec::new(), label: "New".to_owned(), ..was.clone() };
    store.save_instance(was.clone()).await.unwrap();
    let mut next = change(running('c', Some('b'), 2));
    next.component = Some(component('c', "3.0.0"));
    next.instances = vec![is.clone()];
    next.kept = vec![(id('b'), was.clone())];
    store.change_installed(next).await.unwrap();
    let name = InstanceId::new("bank-transfer");
    assert_eq!(store.instance(&name).await.unwrap(), Some(is.clone()));
    // Its settings of then, under its name of now.
    let then = Instance { label: "New".to_owned(), ..was };
    assert_eq!(store.kept_instance(&name, &id('b')).await.unwrap(), Some(then));
    assert_eq!(store.kept_instance(&name, &id('c')).await.unwrap(), None);
    let mut last = change(Installed { updated: Timestamp(NOW.0 + 1), ..running('c', None, 3) });
    last.noted.clear();
    store.change_installed(last).await.unwrap();
    assert_eq!(store.kept_instance(&name, &id('b')).await.unwrap(), None);
}
