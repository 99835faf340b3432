//! Stored ways to pay: kept with their settlement, once, bounded, and gone for good when they are removed.

use tollgate_billing::claim::{MethodToken, SavedMethod};
use tollgate_billing::ids::{ClientId, InstanceId, MethodId, PluginId, Timestamp};
use tollgate_billing::ports::{Applied, Store, StoreError};
use tollgate_billing::saved::{METHODS_MAX, NewMethod, StoredMethod};

use crate::fixture::{BANK, NOW, bank, client, eur, invoice, open, paid, payment, read_invoice, service, sound};

pub fn method(client: ClientId, token: &str) -> NewMethod {
    NewMethod {
        client,
        instance: bank(),
        plugin: PluginId::new(BANK),
        live: false,
        method: SavedMethod {
            token: MethodToken::new(token),
            label: format!("Card {token}"),
            expires: Some(Timestamp(9)),
        },
        at: NOW,
    }
}

/// Stores methods as later claims do.
async fn keep(store: &dyn Store, methods: &[NewMethod]) {
    for new in methods {
        store.keep_method(new.clone()).await.expect("it is kept");
    }
}

async fn labels(store: &dyn Store, client: ClientId) -> Vec<String> {
    store.methods_of(client).await.unwrap().into_iter().map(|stored| stored.method.label).collect()
}

async fn only(store: &dyn Store, client: ClientId) -> StoredMethod {
    let [only] = <[StoredMethod; 1]>::try_from(store.methods_of(client).await.unwrap()).expect("one method");
    only
}

#[tokio::test]
async fn a_settlement_brings_its_method_and_one_that_is_refused_brings_none() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    let mut settlement = paid(&pay, &bill, "T1", eur(100));
    settlement.saved = Some(method(anna, "tok"));
    let mut stale = settlement.clone();
    stale.payment.as_mut().unwrap().version -= 1;
    assert_eq!(store.apply(stale).await, Err(StoreError::Conflict));
    assert_eq!(store.methods_of(anna).await.unwrap(), []);
    assert_eq!(store.apply(settlement.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Before));
    let stored = only(&*store, anna).await;
    assert_eq!(store.method(stored.id).await.unwrap().as_ref(), Some(&stored));
    assert_eq!((stored.method.token.expose(), stored.is_default, stored.last_used), ("tok", true, None));
    assert_eq!((stored.created, stored.method.expires), (NOW, Some(Timestamp(9))));
    assert_eq!(sound(&*store).await, 1);
}

#[tokio::test]
async fn the_same_token_is_the_same_method_in_its_newest_words() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let mut newer = method(anna, "tok");
    newer.method.label = "Visa".to_owned();
    newer.method.expires = None;
    keep(&*store, &[method(anna, "tok"), newer]).await;
    let stored = only(&*store, anna).await;
    assert_eq!((stored.method.label.as_str(), stored.method.expires), ("Visa", None));
}

#[tokio::test]
async fn a_token_of_another_client_instance_plugin_or_mode_is_another_method() {
    let (_directory, store) = open();
    let (anna, bert) = (client(&*store, "anna@example.org").await, client(&*store, "bert@example.org").await);
    let elsewhere = [
        NewMethod { instance: InstanceId::new("bank-2"), ..method(anna, "tok") },
        NewMethod { plugin: PluginId::new("other"), ..method(anna, "tok") },
        NewMethod { live: true, ..method(anna, "tok") },
    ];
    keep(&*store, &[method(anna, "tok"), method(bert, "tok")]).await;
    keep(&*store, &elsewhere).await;
    assert_eq!((labels(&*store, anna).await.len(), labels(&*store, bert).await.len()), (4, 1));
    // A default for tests and one for real money.
    let defaults = store.methods_of(anna).await.unwrap().into_iter().filter(|stored| stored.is_default);
    assert_eq!(defaults.map(|stored| stored.live).collect::<Vec<_>>().len(), 2);
}

#[tokio::test]
async fn a_client_has_one_default_and_sets_their_own_alone() {
    let (_directory, store) = open();
    let (anna, bert) = (client(&*store, "anna@example.org").await, client(&*store, "bert@example.org").await);
    keep(&*store, &[method(anna, "a"), method(anna, "b"), method(bert, "c")]).await;
    assert_eq!(labels(&*store, anna).await, ["Card a", "Card b"], "the first one is the default");
    let b = store.methods_of(anna).await.unwrap()[1].id;
    store.set_default_method(anna, b).await.unwrap();
    assert_eq!(labels(&*store, anna).await, ["Card b", "Card a"]);
    let berts = only(&*store, bert).await.id;
    for foreign in [berts, MethodId(404)] {
        assert_eq!(store.set_default_method(anna, foreign).await, Err(StoreError::Conflict));
        assert_eq!(store.remove_method(anna, foreign, NOW).await, Err(StoreError::Conflict));
    }
    assert_eq!(labels(&*store, anna).await, ["Card b", "Card a"], "a refusal takes no default away");
    assert!(only(&*store, bert).await.is_default);
}

#[tokio::test]
async fn what_is_removed_is_gone_and_waits_to_be_forgotten() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    keep(&*store, &[method(anna, "a")]).await;
    let id = only(&*store, anna).await.id;
    store.remove_method(anna, id, NOW).await.unwrap();
    assert_eq!(store.remove_method(anna, id, NOW).await, Err(StoreError::Conflict));
    assert_eq!((store.methods_of(anna).await.unwrap(), store.method(id).await.unwrap()), (vec![], None));
    assert_eq!(store.set_default_method(anna, id).await, Err(StoreError::Conflict));
    let due = store.methods_to_forget(NOW, 9).await.unwrap();
    assert_eq!((due.len(), due[0].tries, due[0].method.method.token.expose()), (1, 0, "a"));
    store.forgetting_tried(id, NOW.plus_ms(60)).await.unwrap();
    assert_eq!(store.methods_to_forget(NOW, 9).await.unwrap(), []);
    assert_eq!(store.methods_to_forget(NOW.plus_ms(60), 9).await.unwrap()[0].tries, 1);
    store.method_forgotten(id).await.unwrap();
    assert_eq!(store.methods_to_forget(Timestamp(i64::MAX), 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_late_claim_brings_nothing_back_but_a_new_consent_does() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let pay = payment(&*store, &bill, "P1").await;
    for forgotten in [false, true] {
        keep(&*store, &[method(anna, if forgotten { "b" } else { "a" })]).await;
        let id = only(&*store, anna).await.id;
        store.remove_method(anna, id, NOW).await.unwrap();
        if forgotten {
            store.method_forgotten(id).await.unwrap();
        }
    }
    keep(&*store, &[method(anna, "a"), method(anna, "b")]).await;
    assert_eq!(store.methods_of(anna).await.unwrap(), []);
    let mut settlement = paid(&pay, &read_invoice(&*store, bill.id).await, "T1", eur(100));
    settlement.saved = Some(method(anna, "b"));
    store.apply(settlement).await.unwrap();
    let stored = only(&*store, anna).await;
    assert_eq!((stored.method.label.as_str(), stored.is_default), ("Card b", true));
}

#[tokio::test]
async fn a_gateway_that_stores_a_new_one_every_time_is_bounded_and_told_to_forget() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let all: Vec<NewMethod> = (0..METHODS_MAX + 3).map(|number| method(anna, &format!("tok-{number}"))).collect();
    keep(&*store, &all).await;
    assert_eq!(store.methods_of(anna).await.unwrap().len(), METHODS_MAX as usize);
    assert_eq!(store.methods_to_forget(NOW, 9).await.unwrap().len(), 3);
    // Another instance has room of its own.
    keep(&*store, &[NewMethod { instance: InstanceId::new("bank-2"), ..method(anna, "tok") }]).await;
    assert_eq!(store.methods_of(anna).await.unwrap().len(), METHODS_MAX as usize + 1);
}

#[tokio::test]
async fn methods_beyond_their_bounds_are_refused() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let mut long_label = method(anna, "tok");
    long_label.method.label = "l".repeat(61);
    let refused = [method(anna, ""), method(anna, &"t".repeat(256)), long_label, method(ClientId(404), "tok")];
    for new in refused {
        assert!(matches!(store.keep_method(new.clone()).await, Err(StoreError::Corrupt(_))), "{new:?}");
    }
    assert_eq!(store.methods_of(anna).await.unwrap(), []);
}
