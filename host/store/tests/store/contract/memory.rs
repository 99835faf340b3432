use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{MemoryEntry, StoreError};

use crate::fixture::{NOW, bank, open};

fn entry(key: &str, value: &[u8]) -> MemoryEntry {
    MemoryEntry {
        instance: bank(),
        key: key.to_owned(),
        value: value.to_vec(),
        expires: None,
        only_if_absent: false,
        keys_max: 3,
        bytes_max: 1_000,
    }
}

#[tokio::test]
async fn a_key_holds_the_last_value_of_its_own_instance() {
    let (_directory, store) = open();
    assert!(store.memory_put(entry("a", b"1"), NOW).await.unwrap());
    assert!(store.memory_put(entry("a", b"\0\xff"), NOW).await.unwrap());
    assert_eq!(store.memory_get(&bank(), "a", NOW).await.unwrap(), Some(b"\0\xff".to_vec()));
    assert_eq!(store.memory_get(&InstanceId::new("other"), "a", NOW).await.unwrap(), None);
    store.memory_delete(&InstanceId::new("other"), "a").await.unwrap();
    assert!(store.memory_get(&bank(), "a", NOW).await.unwrap().is_some());
    store.memory_delete(&bank(), "a").await.unwrap();
    assert_eq!(store.memory_get(&bank(), "a", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn only_if_absent_puts_once_until_it_expires() {
    let (_directory, store) = open();
    let once = MemoryEntry { only_if_absent: true, expires: Some(NOW.plus_ms(10)), ..entry("event", b"first") };
    let second = MemoryEntry { value: b"second".to_vec(), ..once.clone() };
    assert!(store.memory_put(once, NOW).await.unwrap());
    assert!(!store.memory_put(second.clone(), NOW.plus_ms(9)).await.unwrap());
    assert_eq!(store.memory_get(&bank(), "event", NOW.plus_ms(9)).await.unwrap(), Some(b"first".to_vec()));
    assert_eq!(store.memory_get(&bank(), "event", NOW.plus_ms(10)).await.unwrap(), None);
    let later = MemoryEntry { expires: Some(NOW.plus_ms(30)), ..second };
    assert!(store.memory_put(later, NOW.plus_ms(10)).await.unwrap());
    assert_eq!(store.memory_get(&bank(), "event", NOW.plus_ms(11)).await.unwrap(), Some(b"second".to_vec()));
}

#[tokio::test]
async fn keys_and_values_of_one_instance_together_have_a_bound() {
    let (_directory, store) = open();
    let put = |key: &'static str, bytes: usize, at| {
        let store = &store;
        async move { store.memory_put(entry(key, &vec![0; bytes]), at).await }
    };
    assert!(put("a", 499, NOW).await.unwrap());
    assert!(put("b", 499, NOW).await.unwrap());
    assert_eq!(put("é", 0, NOW).await, Err(StoreError::Insufficient));
    assert_eq!(put("b", 500, NOW).await, Err(StoreError::Insufficient));
    assert_eq!(store.memory_get(&bank(), "b", NOW).await.unwrap().map(|value| value.len()), Some(499));
    // What is replaced makes room, what has expired too, and another instance has its own.
    assert!(put("b", 400, NOW).await.unwrap());
    let short = MemoryEntry { expires: Some(NOW.plus_ms(5)), ..entry("c", &[0; 98]) };
    assert!(store.memory_put(short, NOW).await.unwrap());
    assert_eq!(put("b", 499, NOW).await, Err(StoreError::Insufficient));
    assert!(put("b", 499, NOW.plus_ms(5)).await.unwrap());
    let other = MemoryEntry { instance: InstanceId::new("other"), ..entry("a", &[0; 999]) };
    assert!(store.memory_put(other, NOW).await.unwrap());
}

#[tokio::test]
async fn a_full_memory_takes_no_new_key_but_replaces_old_ones() {
    let (_directory, store) = open();
    for key in ["a", "b"] {
        assert!(store.memory_put(entry(key, b"1"), NOW).await.unwrap());
    }
    let short = MemoryEntry { expires: Some(NOW.plus_ms(5)), ..entry("c", b"1") };
    assert!(store.memory_put(short, NOW).await.unwrap());
    assert_eq!(store.memory_put(entry("d", b"1"), NOW).await, Err(StoreError::Insufficient));
    assert!(store.memory_put(entry("a", b"2"), NOW).await.unwrap());
    // Another instance has room of its own, and what expired makes room.
    let other = MemoryEntry { instance: InstanceId::new("other"), ..entry("d", b"1") };
    assert!(store.memory_put(other, NOW).await.unwrap());
    assert!(store.memory_put(entry("d", b"1"), NOW.plus_ms(5)).await.unwrap());
}
