//! Passkeys in the store: whose they are, what comes and goes with them, and one sign-in for each answer.

use tollgate_billing::ids::PasskeyId;
use tollgate_billing::passkey::{NewCredential, NewPasskey, PASSKEYS_MAX};
use tollgate_billing::people::{ChangedBy, Who};
use tollgate_billing::ports::{PageOf, Store};
use tollgate_billing::second_step::{Factor, NewCodes, Proof, RemoveFactor, SecondStep, TurnOff, TurnOn};

use super::second_steps::{begun, gain, half, on, open, people, session, whole};
use crate::fixture::{NOW, enter, halve};

fn codes() -> Vec<String> {
    ["one", "two"].map(str::to_owned).to_vec()
}

fn new(who: Who, device: u8, codes: Vec<String>) -> NewPasskey {
    let made = NewCredential { credential_id: vec![device; 32], credential: format!("key {device}") };
    NewPasskey { gain: gain(who, codes), name: format!("Phone {device}"), made }
}

async fn add(store: &dyn Store, who: Who, device: u8, codes: Vec<String>) -> bool {
    store.add_passkey(new(who, device, codes)).await.expect("the store answers")
}

async fn ids(store: &dyn Store, who: Who) -> Vec<PasskeyId> {
    store.passkeys(who).await.expect("the store answers").iter().map(|passkey| passkey.id).collect()
}

fn remove(who: Who, factor: Factor) -> RemoveFactor {
    RemoveFactor { who, factor, tell: true, at: NOW }
}

fn proof(passkey: PasskeyId, was: &str, is: &str) -> Proof {
    Proof::Passkey { passkey, was: was.to_owned(), is: is.to_owned() }
}

async fn noted(store: &dyn Store) -> Vec<String> {
    let rows = store.audit(PageOf::first(100)).await.expect("the log");
    rows.iter().rev().map(|row| row.action.clone()).collect()
}

#[tokio::test]
async fn the_first_way_brings_codes_and_no_other_does() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for (number, who) in people(store).await.into_iter().enumerate() {
        let device = u8::try_from(number).unwrap() * 10;
        assert!(!add(store, who, device, Vec::new()).await, "the first one without codes");
        assert!(add(store, who, device, codes()).await);
        assert!(!add(store, who, device + 1, codes()).await, "it would replace the codes");
        assert!(!add(store, who, device, Vec::new()).await, "it is there already");
        assert!(add(store, who, device + 1, Vec::new()).await);
        let expected = SecondStep { app: None, passkeys: 2, codes_left: 2 };
        assert_eq!(store.second_step(who).await, Ok(Some(expected)));
        let all = store.passkeys(who).await.unwrap();
        assert_eq!(
            all.iter().map(|row| row.name.clone()).collect::<Vec<_>>(),
            [format!("Phone {device}"), format!("Phone {}", device + 1)]
        );
        assert!(all.iter().all(|row| row.created == NOW && row.last_used.is_none()));

        let key = begun(&sqlite, who, device + 1).await;
        assert_eq!(store.turn_on(on(who, key.id)).await, Ok(false), "the app brings codes and is not the first");
        assert_eq!(store.turn_on(TurnOn { gain: gain(who, Vec::new()), ..on(who, key.id) }).await, Ok(true));
        let expected = SecondStep { app: Some(NOW), ..expected };
        assert_eq!(store.second_step(who).await, Ok(Some(expected)));
    }
    let of_staff = ["second-step-on", "passkey-added", "app-added"];
    assert!(noted(store).await.ends_with(&of_staff.map(str::to_owned)), "clients' own doings are in mails alone");
    assert_eq!(store.due_mails(NOW, 100).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_passkey_is_one_persons_and_they_have_so_many_at_most() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    assert!(add(store, anna, 1, codes()).await);
    assert!(!add(store, sam, 1, codes()).await, "it is Anna's");
    assert_eq!(store.second_step(sam).await, Ok(None));
    for device in 2..=u8::try_from(PASSKEYS_MAX).unwrap() {
        assert!(add(store, anna, device, Vec::new()).await);
    }
    assert!(!add(store, anna, 200, Vec::new()).await, "one too many");
    assert_eq!(ids(store, anna).await.len(), PASSKEYS_MAX as usize);
    let annas = ids(store, anna).await[0];
    assert_eq!(store.remove_factor(remove(sam, Factor::Passkey(annas))).await, Ok(false), "it is Anna's");
    assert_eq!(store.remove_factor(remove(anna, Factor::Passkey(annas))).await, Ok(true));
    assert_eq!(store.remove_factor(remove(anna, Factor::Passkey(annas))).await, Ok(false), "once");
    assert!(add(store, anna, 200, Vec::new()).await);
    assert!(ids(store, anna).await.iter().all(|id| *id > annas), "no number is given again");
}

#[tokio::test]
async fn adding_one_ends_other_sessions_of_theirs_and_of_nobody_else() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    for (token, who) in [(8, anna), (9, anna), (7, sam)] {
        assert!(enter(store, session(token, who)).await.unwrap());
    }
    assert!(add(store, anna, 1, codes()).await);
    let there = async |token: u8| store.session([token; 32], NOW).await.unwrap().is_some();
    assert_eq!((there(8).await, there(9).await, there(7).await), (false, true, true));
}

#[tokio::test]
async fn the_last_way_that_goes_switches_it_off() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    for (number, who) in people(store).await.into_iter().enumerate() {
        let device = u8::try_from(number).unwrap() * 10;
        assert_eq!(store.remove_factor(remove(who, Factor::App)).await, Ok(false));
        assert!(add(store, who, device, codes()).await);
        begun(&sqlite, who, device + 1).await;
        assert_eq!(store.remove_factor(remove(who, Factor::App)).await, Ok(false), "it was only begun with");
        let key = begun(&sqlite, who, device + 2).await;
        assert_eq!(store.turn_on(TurnOn { gain: gain(who, Vec::new()), ..on(who, key.id) }).await, Ok(true));
        let passkey = ids(store, who).await[0];
        assert_eq!(store.remove_factor(remove(who, Factor::Passkey(passkey))).await, Ok(true));
        assert!(store.second_step(who).await.unwrap().is_some(), "the app is left");
        assert!(halve(store, half(1, who)).await.unwrap());
        assert_eq!(store.remove_factor(remove(who, Factor::App)).await, Ok(true));
        assert_eq!(store.second_step(who).await, Ok(None));
        assert_eq!(store.recovery_hash(who).await, Ok(None), "codes go with it");
        assert_eq!(store.half([1; 32], NOW).await, Ok(None), "and sign-ins that wait");
        assert_eq!(store.new_codes(NewCodes { who, codes: codes(), tell: true, at: NOW }).await, Ok(false));
    }
    let of_staff = ["second-step-on", "app-added", "passkey-removed", "second-step-off"];
    assert!(noted(store).await.ends_with(&of_staff.map(str::to_owned)));
}

#[tokio::test]
async fn turning_off_forgets_passkeys_and_app_alike() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    for (who, device) in [(anna, 1), (sam, 2)] {
        assert!(add(store, who, device, codes()).await);
    }
    let off = TurnOff { who: anna, by: ChangedBy::Command, tell: true, at: NOW };
    assert_eq!(store.turn_off(off).await, Ok(true));
    assert_eq!(store.turn_off(off).await, Ok(false));
    assert_eq!((ids(store, anna).await.len(), ids(store, sam).await.len()), (0, 1));
    assert!(add(store, anna, 1, codes()).await, "the device may be added anew");
}

#[tokio::test]
async fn an_answer_lets_its_owner_in_once() {
    let (_directory, sqlite) = open();
    let store: &dyn Store = &*sqlite;
    let [anna, sam] = people(store).await;
    for (who, device) in [(anna, 1), (sam, 2)] {
        assert!(add(store, who, device, codes()).await);
    }
    let (annas, sams) = (ids(store, anna).await[0], ids(store, sam).await[0]);
    for token in 1..=4 {
        assert!(halve(store, half(token, anna)).await.unwrap());
    }
    let sign_in = async |token, proof| store.sign_in(whole(token, proof, anna)).await.unwrap();
    assert!(!sign_in(1, proof(sams, "key 2", "key 2, used")).await, "Sam's passkey");
    assert!(!sign_in(1, proof(PasskeyId(404), "key 1", "key 1")).await);
    assert!(!sign_in(1, proof(annas, "key 2", "key 1, used")).await, "not what is stored");
    assert!(store.session([101; 32], NOW).await.unwrap().is_none());
    assert!(sign_in(1, proof(annas, "key 1", "key 1, used")).await);
    assert!(store.session([101; 32], NOW).await.unwrap().is_some());
    assert!(!sign_in(2, proof(annas, "key 1", "key 1, used")).await, "what it proves was used up");
    assert!(sign_in(2, proof(annas, "key 1, used", "key 1, used")).await, "one that counts nothing may come again");
    let row = store.passkeys(anna).await.unwrap().remove(0);
    assert_eq!((row.credential.as_str(), row.last_used), ("key 1, used", Some(NOW)));
    assert_eq!(store.remove_factor(remove(anna, Factor::Passkey(annas))).await, Ok(true));
    assert!(!sign_in(3, proof(annas, "key 1, used", "key 1, used")).await, "it was removed");
}
