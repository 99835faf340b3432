use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;
use tollgate_billing::ids::{AuthenticatorId, StaffId};
use tollgate_billing::people::{ChangedBy, Device, Ending, NewStaff, PasswordChange, Session, Who};
use tollgate_billing::ports::{HALVES_MAX, SealedStore, Store, StoreError};
use tollgate_billing::roles::Role;
use tollgate_billing::second_step::{
    Gain, HalfSignIn, NewAuthenticator, NewCodes, Proof, SealedAuthenticator, SecondSignIn, TRIES_MAX, TurnOff, TurnOn,
};
use tollgate_store::SqliteStore;

use crate::fixture::{NOW, client, enter, halve, place};

pub fn open() -> (TempDir, Arc<SqliteStore>) {
    let (directory, path) = place();
    (directory, Arc::new(SqliteStore::open_server(&path).expect("a new database")))
}

/// A client and somebody of staff, in this order.
pub async fn people(store: &dyn Store) -> [Who; 2] {
    let (email, name) = ("staff@example.org".to_owned(), "Staff".to_owned());
    let new = NewStaff { email, name, role: Role::Owner, password_hash: "hash".to_owned() };
    let staff = store.create_staff(new, NOW).await.unwrap();
    [Who::Client(client(store, "anna@example.org").await), Who::Staff(staff)]
}

fn new_key(who: Who, page: u8) -> NewAuthenticator {
    NewAuthenticator {
        who,
        key_id: "0123456789abcdef".to_owned(),
        sealed: vec![page; 60],
        page_sha256: [page; 32],
        at: NOW,
    }
}

pub async fn begun(store: &SqliteStore, who: Who, page: u8) -> SealedAuthenticator {
    use tollgate_billing::ports::SecondSteps;
    assert_eq!(store.put_authenticator(new_key(who, page)).await, Ok(true));
    store.begun_authenticator(who, [page; 32], NOW).await.unwrap().expect("just begun")
}

pub fn gain(who: Who, codes: Vec<String>) -> Gain {
    Gain { who, codes, session: [9; 32], tell: true, at: NOW }
}

pub fn on(who: Who, authenticator: AuthenticatorId) -> TurnOn {
    let codes = ["one", "two", "three"].map(str::to_owned).to_vec();
    TurnOn { gain: gain(who, codes), authenticator, step: 100 }
}

async fn switched_on(store: &SqliteStore, who: Who) -> AuthenticatorId {
    let id = begun(store, who, 1).await.id;
    assert_eq!((store as &dyn Store).turn_on(on(who, id)).await, Ok(true));
    id
}

pub fn session(token: u8, who: Who) -> Session {
    let device = Device::default();
    Session { token_sha256: [token; 32], who, created: NOW, expires: NOW.plus_ms(9_000), seen: NOW, device }
}

pub fn half(token: u8, who: Who) -> HalfSignIn {
    HalfSignIn { token_sha256: [token; 32], who, expires: NOW.plus_ms(1_000), tries: 0 }
}

pub fn whole(token: u8, proof: Proof, who: Who) -> SecondSignIn {
    let session = session(token + 100, who);
    SecondSignIn { token_sha256: [token; 32], proof, session, replaces: None, tell: true }
}

fn code(authenticator: AuthenticatorId, step: i64) -> Proof {
    Proof::Code { authenticator, step }
}

#[tokio::test]
async fn a_key_counts_once_it_was_proved_and_the_newest_that_was_begun_is_the_one() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for who in people(store).await {
        let first = begun(&sqlite, who, 1).await;
        let second = begun(&sqlite, who, 2).await;
        assert_ne!(first.id, second.id);
        assert_eq!(store.begun_authenticator(who, [1; 32], NOW).await, Ok(None));
        assert_eq!(store.begun_authenticator(who, [2; 32], NOW.plus_ms(1)).await, Ok(None), "too long ago");
        assert_eq!((store.second_step(who).await, store.authenticator(who).await), (Ok(None), Ok(None)));
        assert_eq!(store.turn_on(on(who, first.id)).await, Ok(false));
        assert_eq!(store.turn_on(on(who, second.id)).await, Ok(true));
        assert_eq!(store.turn_on(on(who, second.id)).await, Ok(false), "once");
        let state = store.second_step(who).await.unwrap().expect("it is on");
        assert_eq!((state.app, state.passkeys, state.codes_left), (Some(NOW), 0, 3));
        assert_eq!(store.authenticator(who).await, Ok(Some(second)));
        assert_eq!(sqlite.put_authenticator(new_key(who, 3)).await, Ok(false), "one is in use");
    }
    assert_eq!(sqlite.sealed_authenticators().await.unwrap().len(), 2);
    assert!(sqlite.put_authenticator(new_key(Who::Staff(StaffId(404)), 4)).await.is_err(), "nobody's");
}

#[tokio::test]
async fn switching_on_ends_other_sessions_of_theirs_and_of_nobody_else() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    for (token, who) in [(8, anna), (9, anna), (7, sam)] {
        assert!(enter(store, session(token, who)).await.unwrap());
    }
    switched_on(&sqlite, anna).await;
    let there = async |token: u8| store.session([token; 32], NOW).await.unwrap().is_some();
    assert_eq!((there(8).await, there(9).await, there(7).await), (false, true, true));
}

#[tokio::test]
async fn a_code_is_used_up_with_every_one_before_it() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for who in people(store).await {
        let id = switched_on(&sqlite, who).await;
        for (token, step, taken) in
            [(1, 100, false), (2, 99, false), (3, 102, true), (4, 102, false), (5, 101, false), (6, 103, true)]
        {
            assert!(halve(store, half(token, who)).await.unwrap());
            assert_eq!(store.sign_in(whole(token, code(id, step), who)).await, Ok(taken), "step {step}");
            assert_eq!(store.session([token + 100; 32], NOW).await.unwrap().is_some(), taken);
            assert_eq!(store.half([token; 32], NOW).await.unwrap().is_none(), taken, "the half one ends with it");
            store.end_half([token; 32]).await.unwrap();
            store.delete_session([token + 100; 32]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_proof_counts_for_its_owner_and_its_own_key_alone() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    let (annas, sams) = (switched_on(&sqlite, anna).await, switched_on(&sqlite, sam).await);
    assert!(halve(store, half(1, anna)).await.unwrap());
    let recovery = |hash: &str| Proof::Recovery { hash: hash.to_owned() };
    for proof in [code(sams, 200), code(AuthenticatorId(404), 200), recovery("four"), recovery("")] {
        assert_eq!(store.sign_in(whole(1, proof.clone(), anna)).await, Ok(false), "{proof:?}");
    }
    assert_eq!(store.sign_in(whole(1, code(sams, 200), sam)).await, Ok(false), "the half one is Anna's");
    assert_eq!(store.sign_in(whole(2, code(annas, 200), anna)).await, Ok(false), "there is no such half one");
    let late = SecondSignIn {
        session: Session { created: NOW.plus_ms(1_000), ..session(101, anna) },
        ..whole(1, code(annas, 200), anna)
    };
    assert_eq!(store.sign_in(late).await, Ok(false), "too late");
    assert_eq!(store.sign_in(whole(1, recovery("two"), anna)).await, Ok(true));
    assert!(halve(store, half(3, anna)).await.unwrap());
    assert_eq!(store.sign_in(whole(3, recovery("two"), anna)).await, Ok(false), "it is used up");
    let left = async |who| store.second_step(who).await.unwrap().map(|state| state.codes_left);
    assert_eq!((left(anna).await, left(sam).await), (Some(2), Some(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_come_with_one_code_at_once_one_gets_in() {
    let (_directory, sqlite) = open();
    let [anna, _] = people(&*sqlite).await;
    let id = switched_on(&sqlite, anna).await;
    for (proof, round) in [(code(id, 200), 0_u8), (Proof::Recovery { hash: "one".to_owned() }, 20)] {
        let mut racing = Vec::new();
        for token in 1..=8 {
            let (store, proof): (Arc<dyn Store>, _) = (sqlite.clone(), proof.clone());
            assert!(halve(&*store, half(round + token, anna)).await.unwrap());
            racing.push(tokio::spawn(async move { store.sign_in(whole(round + token, proof, anna)).await }));
        }
        let mut entered = 0;
        for one in racing {
            entered += usize::from(one.await.unwrap().unwrap());
        }
        assert_eq!(entered, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_tries_are_given_however_many_come_at_once() {
    let (_directory, sqlite) = open();
    let [anna, _] = people(&*sqlite).await;
    let store: Arc<dyn Store> = sqlite;
    assert!(halve(&*store, half(1, anna)).await.unwrap());
    let mut racing = Vec::new();
    for _ in 0..20 {
        let store = store.clone();
        racing.push(tokio::spawn(async move { store.take_try([1; 32], NOW).await.unwrap() }));
    }
    let mut counted = Vec::new();
    for one in racing {
        counted.extend(one.await.unwrap().map(|half| half.tries));
    }
    counted.sort_unstable();
    assert_eq!(counted, (1..=TRIES_MAX).collect::<Vec<_>>());
    assert_eq!(store.take_try([1; 32], NOW).await, Ok(None));
}

#[tokio::test]
async fn half_sign_ins_end_with_their_time_a_new_password_signing_out_and_the_second_step() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for who in people(store).await {
        let renew = async || {
            store.end_half([1; 32]).await.unwrap();
            assert!(halve(store, half(1, who)).await.unwrap());
            assert!(store.half([1; 32], NOW).await.unwrap().is_some());
        };
        let there = async || store.half([1; 32], NOW).await.unwrap().is_some();
        switched_on(&sqlite, who).await;
        renew().await;
        assert_eq!(store.half([1; 32], NOW.plus_ms(1_000)).await, Ok(None));
        assert_eq!(store.take_try([1; 32], NOW.plus_ms(1_000)).await, Ok(None));
        let by = ChangedBy::Command;
        let change = PasswordChange { who, password_hash: "new".into(), was: None, by, session: None, at: NOW };
        assert_eq!(store.set_password(change).await, Ok(true));
        assert!(!there().await, "a new password");
        renew().await;
        store.put_reset(who, [5; 32], NOW.plus_ms(1)).await.unwrap();
        let side = tollgate_billing::people::Side::of(who);
        assert_eq!(store.use_reset(side, [5; 32], "newer".into(), NOW).await, Ok(Some(who)));
        assert!(!there().await, "a new password by mail");
        renew().await;
        store.end_sessions(who, Ending::All, by, NOW).await.unwrap();
        assert!(!there().await, "signed out everywhere");
        renew().await;
        assert_eq!(store.turn_off(TurnOff { who, by, tell: true, at: NOW }).await, Ok(true));
        assert!(!there().await, "nothing to wait for");
        renew().await;
        store.sweep_sessions(NOW.plus_ms(1_000)).await.unwrap();
        assert!(!there().await, "swept");
    }
}

#[tokio::test]
async fn a_password_that_is_no_longer_right_or_enough_begins_nothing() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for who in people(store).await {
        let proved = if matches!(who, Who::Client(_)) { "$argon2id$hash" } else { "hash" };
        assert_eq!(store.put_session(session(1, who), proved).await, Ok(true));
        assert_eq!(store.put_half(half(1, who), proved, NOW).await, Ok(true));
        let by = ChangedBy::Themselves;
        let change = PasswordChange { who, password_hash: "new".into(), was: None, by, session: None, at: NOW };
        assert_eq!(store.set_password(change).await, Ok(true));
        // Whoever proved the old one comes a moment later.
        assert_eq!(store.put_session(session(2, who), proved).await, Ok(false));
        assert_eq!(store.put_half(half(2, who), proved, NOW).await, Ok(false));
        switched_on(&sqlite, who).await;
        assert_eq!(store.put_session(session(3, who), "new").await, Ok(false), "it is not enough any more");
        assert_eq!(store.put_half(half(3, who), "new", NOW).await, Ok(true));
        for token in 1..=3 {
            assert_eq!(store.session([token; 32], NOW).await, Ok(None));
            assert_eq!(store.half([token; 32], NOW).await.unwrap().is_some(), token == 3);
        }
        store.end_half([3; 32]).await.unwrap();
    }
}

#[tokio::test]
async fn half_sign_ins_of_one_person_are_bounded_and_the_oldest_go() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    assert!(halve(store, half(200, sam)).await.unwrap());
    let most = u8::try_from(HALVES_MAX).unwrap();
    for token in 0..=most {
        assert!(halve(store, half(token, anna)).await.unwrap());
    }
    let there = async |token: u8| store.half([token; 32], NOW).await.unwrap().is_some();
    assert_eq!((there(0).await, there(1).await, there(most).await, there(200).await), (false, true, true, true));
}

#[tokio::test]
async fn new_codes_replace_the_old_ones_and_turning_off_leaves_nothing() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for who in people(store).await {
        let codes = NewCodes { who, codes: vec!["new".to_owned()], tell: true, at: NOW };
        assert_eq!(store.new_codes(codes.clone()).await, Ok(false), "nothing is on");
        assert_eq!(store.turn_off(TurnOff { who, by: ChangedBy::Command, tell: true, at: NOW }).await, Ok(false));
        switched_on(&sqlite, who).await;
        assert_eq!(store.recovery_hash(who).await.unwrap().as_deref(), Some("one"));
        assert_eq!(store.new_codes(codes).await, Ok(true));
        assert_eq!(store.recovery_hash(who).await.unwrap().as_deref(), Some("new"));
        assert_eq!(store.turn_off(TurnOff { who, by: ChangedBy::Command, tell: false, at: NOW }).await, Ok(true));
        assert_eq!((store.second_step(who).await, store.recovery_hash(who).await), (Ok(None), Ok(None)));
    }
    assert_eq!(sqlite.sealed_authenticators().await, Ok(Vec::new()));
    assert_eq!(store.due_mails(NOW, 10).await.unwrap().len(), 4, "on and new codes, for both");
}

#[tokio::test]
async fn a_swap_of_a_key_replaces_exactly_what_was_read() {
    let (_directory, sqlite) = open();
    let [anna, _] = people(&*sqlite).await;
    let was = begun(&sqlite, anna, 1).await;
    let new = SealedAuthenticator { key_id: "fedcba9876543210".to_owned(), sealed: vec![2; 60], ..was.clone() };
    assert_eq!(sqlite.swap_authenticator(&was, new.clone()).await, Ok(()));
    assert_eq!(sqlite.swap_authenticator(&was, new.clone()).await, Err(StoreError::Conflict));
    assert_eq!(sqlite.sealed_authenticators().await, Ok(vec![new]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_steps_come_each_that_is_taken_is_above_all_before_it(steps in prop::collection::vec(95_i64..115, 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (_directory, sqlite) = open();
            let store: &dyn Store = &*sqlite;
            let [anna, _] = people(store).await;
            let (id, mut highest) = (switched_on(&sqlite, anna).await, 100);
            for (token, step) in (1_u8..).zip(steps) {
                assert!(halve(store, half(token, anna)).await.unwrap());
                let taken = store.sign_in(whole(token, code(id, step), anna)).await.unwrap();
                assert_eq!(taken, step > highest);
                highest = highest.max(step);
            }
        });
    }
}
