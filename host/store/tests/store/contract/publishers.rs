use tollgate_billing::audit::{Action, Actor, NewEntry};
use tollgate_billing::ports::{PageOf, StoreError};
use tollgate_billing::publisher::Publisher;

use crate::fixture::{NOW, open};

fn publisher(key: char, name: &str) -> Publisher {
    Publisher { key: key.to_string().repeat(56), name: name.to_owned(), added: NOW }
}

fn noted(action: Action, name: &str) -> NewEntry {
    NewEntry::new(Actor::Command, NOW, action, name)
}

#[tokio::test]
async fn publishers_are_trusted_once_by_key_and_by_name_and_noted_with_it() {
    let (_directory, store) = open();
    let trusted = |name: &str| noted(Action::PublisherTrusted, name);
    store.trust_publisher(publisher('b', "Beta"), trusted("Beta")).await.unwrap();
    store.trust_publisher(publisher('a', "Acme"), trusted("Acme")).await.unwrap();
    for again in [publisher('a', "Other"), publisher('c', "Acme")] {
        let refused = store.trust_publisher(again, trusted("again")).await;
        assert!(matches!(refused, Err(StoreError::Exists(_))), "{refused:?}");
    }
    assert_eq!(store.publishers().await.unwrap(), [publisher('a', "Acme"), publisher('b', "Beta")]);
    let gone = noted(Action::PublisherDistrusted, "Acme");
    assert!(store.distrust_publisher(&"a".repeat(56), gone.clone()).await.unwrap());
    assert!(!store.distrust_publisher(&"a".repeat(56), gone).await.unwrap());
    assert_eq!(store.publishers().await.unwrap(), [publisher('b', "Beta")]);
    let entries = store.audit(PageOf::first(10)).await.unwrap();
    let told: Vec<(&str, &str)> = entries.iter().map(|row| (row.action.as_str(), row.subject.as_str())).collect();
    assert_eq!(told, [("publisher-distrusted", "Acme"), ("publisher-trusted", "Acme"), ("publisher-trusted", "Beta")]);
}
