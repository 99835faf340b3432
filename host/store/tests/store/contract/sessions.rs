use tollgate_billing::ids::{ClientId, StaffId, Timestamp};
use tollgate_billing::people::{NewStaff, Session, Who};
use tollgate_billing::ports::{Store, StoreError};
use tollgate_billing::roles::Role;

use crate::fixture::{NOW, client, open};

fn session(token: u8, who: Who) -> Session {
    Session { token_sha256: [token; 32], who, created: NOW, expires: NOW.plus_ms(1_000) }
}

async fn somebody(store: &dyn Store) -> (ClientId, StaffId) {
    let staff = NewStaff {
        email: "staff@example.org".into(),
        name: "Staff".into(),
        role: Role::Owner,
        password_hash: "hash".into(),
    };
    (client(store, "anna@example.org").await, store.create_staff(staff, NOW).await.unwrap())
}

#[tokio::test]
async fn a_session_is_there_until_the_moment_it_expires() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    for kept in [session(1, Who::Client(client)), session(2, Who::Staff(staff))] {
        store.put_session(kept.clone()).await.unwrap();
        assert_eq!(store.session(kept.token_sha256, NOW).await.unwrap(), Some(kept.clone()));
        assert_eq!(store.session(kept.token_sha256, NOW.plus_ms(999)).await.unwrap(), Some(kept.clone()));
        assert_eq!(store.session(kept.token_sha256, NOW.plus_ms(1_000)).await.unwrap(), None);
    }
    assert_eq!(store.session([3; 32], NOW).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_is_prolonged_by_its_owner_alone() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    store.put_session(session(1, Who::Client(client))).await.unwrap();
    let longer = Session { expires: NOW.plus_ms(9_000), ..session(1, Who::Client(client)) };
    store.put_session(longer.clone()).await.unwrap();
    assert_eq!(store.session([1; 32], NOW.plus_ms(5_000)).await.unwrap(), Some(longer.clone()));
    let stolen = store.put_session(session(1, Who::Staff(staff))).await;
    assert!(matches!(stolen, Err(StoreError::Exists(_))), "{stolen:?}");
    assert_eq!(store.session([1; 32], NOW).await.unwrap(), Some(longer));
}

#[tokio::test]
async fn a_session_of_nobody_is_refused() {
    let (_directory, store) = open();
    assert!(store.put_session(session(1, Who::Client(ClientId(404)))).await.is_err());
    assert!(store.put_session(session(1, Who::Staff(StaffId(404)))).await.is_err());
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_of_somebody() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    for token in 1..=3 {
        store.put_session(session(token, Who::Client(client))).await.unwrap();
    }
    store.put_session(session(9, Who::Staff(staff))).await.unwrap();
    store.delete_session([1; 32]).await.unwrap();
    store.delete_session([77; 32]).await.unwrap();
    assert_eq!(store.session([1; 32], NOW).await.unwrap(), None);
    assert!(store.session([2; 32], NOW).await.unwrap().is_some());
    store.delete_sessions_of(Who::Client(client)).await.unwrap();
    assert_eq!(store.session([2; 32], NOW).await.unwrap(), None);
    assert!(store.session([9; 32], NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn a_sweep_takes_what_expired_and_counts_it() {
    let (_directory, store) = open();
    let (client, _) = somebody(&*store).await;
    for token in 1..=4 {
        let expires = NOW.plus_ms(i64::from(token) * 10);
        store.put_session(Session { expires, ..session(token, Who::Client(client)) }).await.unwrap();
    }
    let sweep = |at: Timestamp| store.sweep_sessions(at);
    assert_eq!(sweep(NOW).await.unwrap(), 0);
    assert_eq!(sweep(NOW.plus_ms(20)).await.unwrap(), 2);
    assert_eq!(sweep(NOW.plus_ms(20)).await.unwrap(), 0);
    assert!(store.session([3; 32], NOW).await.unwrap().is_some());
}
