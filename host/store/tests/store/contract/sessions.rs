use tollgate_billing::ids::{ClientId, SessionId, StaffId, Timestamp};
use tollgate_billing::people::{ChangedBy, Device, Ending, NewStaff, Session, Who};
use tollgate_billing::ports::{PageOf, SESSIONS_MAX, Store, StoreError};
use tollgate_billing::roles::Role;

use crate::fixture::{NOW, client, enter, open};

fn session(token: u8, who: Who) -> Session {
    let device = Device { address: "192.0.2.7".to_owned(), browser: "Firefox, Linux".to_owned() };
    Session { token_sha256: [token; 32], who, created: NOW, expires: NOW.plus_ms(1_000), seen: NOW, device }
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
        assert!(enter(&*store, kept.clone()).await.unwrap());
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
    assert!(enter(&*store, session(1, Who::Client(client))).await.unwrap());
    let longer = Session { expires: NOW.plus_ms(9_000), ..session(1, Who::Client(client)) };
    assert!(enter(&*store, longer.clone()).await.unwrap());
    assert_eq!(store.session([1; 32], NOW.plus_ms(5_000)).await.unwrap(), Some(longer.clone()));
    let stolen = enter(&*store, session(1, Who::Staff(staff))).await;
    assert!(matches!(stolen, Err(StoreError::Exists(_))), "{stolen:?}");
    assert_eq!(store.session([1; 32], NOW).await.unwrap(), Some(longer));
}

#[tokio::test]
async fn the_one_left_alone_for_longest_ends_where_somebody_has_too_many() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    assert!(enter(&*store, session(255, Who::Staff(staff))).await.unwrap());
    let most = u8::try_from(SESSIONS_MAX).unwrap();
    for token in 0..most {
        assert!(enter(&*store, session(token, Who::Client(client))).await.unwrap());
    }
    store.session_seen([0; 32], "", NOW.plus_ms(10)).await.unwrap();
    let one_more = Session { seen: NOW.plus_ms(20), ..session(most, Who::Client(client)) };
    assert!(enter(&*store, one_more).await.unwrap());
    let left = store.sessions_of(Who::Client(client), NOW).await.unwrap();
    assert_eq!(left.len(), usize::from(most));
    assert!(!left.iter().any(|own| own.session.token_sha256 == [1; 32]), "the first that was not used since");
    assert_eq!(store.sessions_of(Who::Staff(staff), NOW).await.unwrap().len(), 1, "and nobody else's");
}

#[tokio::test]
async fn a_session_of_nobody_is_refused() {
    let (_directory, store) = open();
    for nobody in [Who::Client(ClientId(404)), Who::Staff(StaffId(404))] {
        assert_eq!(enter(&*store, session(1, nobody)).await, Ok(false));
        assert_eq!(store.session([1; 32], NOW).await, Ok(None));
    }
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_of_somebody() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    for token in 1..=3 {
        assert!(enter(&*store, session(token, Who::Client(client))).await.unwrap());
    }
    assert!(enter(&*store, session(9, Who::Staff(staff))).await.unwrap());
    store.delete_session([1; 32]).await.unwrap();
    store.delete_session([77; 32]).await.unwrap();
    assert_eq!(store.session([1; 32], NOW).await.unwrap(), None);
    assert!(store.session([2; 32], NOW).await.unwrap().is_some());
    store.delete_sessions_of(Who::Client(client)).await.unwrap();
    assert_eq!(store.session([2; 32], NOW).await.unwrap(), None);
    assert!(store.session([9; 32], NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn somebody_sees_their_own_sessions_the_latest_seen_first() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    for (token, who) in [(1, Who::Client(client)), (2, Who::Staff(staff)), (3, Who::Client(client))] {
        assert!(enter(&*store, session(token, who)).await.unwrap());
    }
    store.session_seen([1; 32], "198.51.100.9", NOW.plus_ms(5)).await.unwrap();
    store.session_seen([1; 32], "203.0.113.1", NOW.plus_ms(4)).await.unwrap();
    store.session_seen([77; 32], "203.0.113.1", NOW.plus_ms(6)).await.unwrap();
    let seen = async |who, now| store.sessions_of(who, now).await.unwrap();
    let own = seen(Who::Client(client), NOW).await;
    assert_eq!(own.iter().map(|own| own.id).collect::<Vec<_>>(), [SessionId(1), SessionId(3)]);
    let first = &own[0].session;
    assert_eq!(
        (first.token_sha256, first.seen, first.device.address.as_str()),
        ([1; 32], NOW.plus_ms(5), "198.51.100.9")
    );
    assert_eq!(own[1].session, session(3, Who::Client(client)));
    assert_eq!(seen(Who::Staff(staff), NOW).await.len(), 1);
    assert_eq!(seen(Who::Client(client), NOW.plus_ms(1_000)).await, [], "expired");
    assert_eq!(seen(Who::Client(ClientId(staff.0 + 7)), NOW).await, []);
}

#[tokio::test]
async fn somebody_ends_their_own_sessions_and_nobody_elses() {
    let (_directory, store) = open();
    let (client, staff) = somebody(&*store).await;
    let (anna, sam) = (Who::Client(client), Who::Staff(staff));
    for (token, who) in [(1, anna), (2, anna), (3, anna), (4, sam), (5, sam), (6, sam)] {
        assert!(enter(&*store, session(token, who)).await.unwrap());
    }
    let end = async |who, which, by| store.end_sessions(who, which, by, NOW).await.unwrap();
    let own = ChangedBy::Themselves;
    for foreign in [Ending::One(SessionId(4)), Ending::One(SessionId(404))] {
        assert_eq!(end(anna, foreign, own).await, 0);
    }
    assert_eq!(end(sam, Ending::One(SessionId(1)), own).await, 0);
    assert_eq!(end(anna, Ending::One(SessionId(2)), own).await, 1);
    assert_eq!(end(anna, Ending::AllBut([3; 32]), own).await, 1);
    assert_eq!(end(sam, Ending::AllBut([5; 32]), own).await, 2);
    assert!(
        store.session([3; 32], NOW).await.unwrap().is_some() && store.session([5; 32], NOW).await.unwrap().is_some()
    );
    assert_eq!(end(anna, Ending::All, ChangedBy::Command).await, 1);
    assert_eq!(end(sam, Ending::All, ChangedBy::Command).await, 1);
    assert_eq!(end(sam, Ending::All, ChangedBy::Command).await, 0, "which is no news");
    assert!(enter(&*store, session(9, anna)).await.unwrap());
    assert_eq!(store.sessions_of(anna, NOW).await.unwrap()[0].id, SessionId(7), "a number is given once");
    let rows = store.audit(PageOf::first(100)).await.unwrap().into_iter().filter(|row| row.action == "sessions-ended");
    let noted: Vec<_> = rows.map(|row| format!("{} {} {}", row.by, row.subject, row.details[0].1)).collect();
    let expected = ["command staff@example.org 1", "command anna@example.org 1", "staff staff@example.org 2"];
    assert_eq!(noted, expected, "a client's own doing is not noted");
}

#[tokio::test]
async fn a_sweep_takes_what_expired_and_counts_it() {
    let (_directory, store) = open();
    let (client, _) = somebody(&*store).await;
    for token in 1..=4 {
        let expires = NOW.plus_ms(i64::from(token) * 10);
        assert!(enter(&*store, Session { expires, ..session(token, Who::Client(client)) }).await.unwrap());
    }
    let sweep = |at: Timestamp| store.sweep_sessions(at);
    assert_eq!(sweep(NOW).await.unwrap(), 0);
    assert_eq!(sweep(NOW.plus_ms(20)).await.unwrap(), 2);
    assert_eq!(sweep(NOW.plus_ms(20)).await.unwrap(), 0);
    assert!(store.session([3; 32], NOW).await.unwrap().is_some());
}
