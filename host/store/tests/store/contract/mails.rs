use tollgate_billing::ids::{StaffId, Timestamp};
use tollgate_billing::mail::About;
use tollgate_billing::people::{Device, NewStaff, Session, Side, Who};
use tollgate_billing::ports::{MAILS_MAX, PageOf, Store, StoreError};
use tollgate_billing::roles::Role;

use crate::fixture::{NOW, client, enter, open};

fn asked(email: &str) -> About {
    About::ResetAsked { side: Side::Client, email: email.to_owned() }
}

async fn staff(store: &dyn Store) -> StaffId {
    let new = NewStaff {
        email: "Staff@example.org".into(),
        name: "Staff".into(),
        role: Role::Owner,
        password_hash: "old".into(),
    };
    store.create_staff(new, NOW).await.unwrap()
}

#[tokio::test]
async fn a_mail_waits_until_it_is_sent_or_given_up() {
    let (_directory, store) = open();
    let anna = Who::Client(client(&*store, "anna@example.org").await);
    store.queue_mail(asked("anna@example.org"), NOW).await.unwrap();
    store.queue_mail(About::PasswordChanged(anna), NOW.plus_ms(1)).await.unwrap();
    assert_eq!(store.due_mails(NOW.plus_ms(-1), 10).await.unwrap(), vec![]);
    let due = store.due_mails(NOW.plus_ms(1), 10).await.unwrap();
    let about: Vec<&About> = due.iter().map(|mail| &mail.about).collect();
    assert_eq!(about, [&asked("anna@example.org"), &About::PasswordChanged(anna)]);
    assert_eq!(store.unsent_mails(PageOf::first(10)).await.unwrap(), vec![], "none failed yet");
    store.mail_failed(due[0].id, &"x".repeat(900), Some(NOW.plus_ms(60_000))).await.unwrap();
    store.mail_failed(due[1].id, "no such mailbox", None).await.unwrap();
    assert_eq!(store.due_mails(NOW.plus_ms(1), 10).await.unwrap(), vec![]);
    let unsent = store.unsent_mails(PageOf::first(10)).await.unwrap();
    let seen: Vec<_> =
        unsent.iter().map(|mail| (mail.kind.as_str(), mail.to.as_str(), mail.attempts, mail.next_try)).collect();
    let expected = [
        ("password-changed", "anna@example.org", 1, None),
        ("reset-asked", "anna@example.org", 1, Some(NOW.plus_ms(60_000))),
    ];
    assert_eq!(seen, expected);
    assert_eq!(unsent[1].reason.len(), 500);
    let again = store.due_mails(NOW.plus_ms(60_000), 10).await.unwrap();
    assert_eq!((again.len(), again[0].attempts), (1, 1));
    store.mail_done(again[0].id).await.unwrap();
    assert_eq!(store.forget_mails(NOW, NOW).await.unwrap(), 0, "not that old");
    assert_eq!(store.forget_mails(NOW.plus_ms(2), NOW).await.unwrap(), 1);
    assert_eq!(store.unsent_mails(PageOf::first(10)).await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_reset_that_waits_is_not_written_twice_and_all_of_them_are_bounded() {
    let (_directory, store) = open();
    for at in 0..3 {
        store.queue_mail(asked("Anna@example.org"), NOW.plus_ms(at)).await.unwrap();
    }
    let staff = About::ResetAsked { side: Side::Staff, email: "anna@example.org".into() };
    store.queue_mail(staff, NOW).await.unwrap();
    assert_eq!(store.due_mails(NOW.plus_ms(9), 10).await.unwrap().len(), 2, "one for each side");
    // Many at once, which are committed together; no more than the writer lets wait.
    let numbers: Vec<u32> = (2..MAILS_MAX).collect();
    for some in numbers.chunks(500) {
        let mut tasks = tokio::task::JoinSet::new();
        for number in some {
            let (store, about) = (store.clone(), asked(&format!("{number}@example.org")));
            tasks.spawn(async move { store.queue_mail(about, NOW).await });
        }
        assert!(tasks.join_all().await.iter().all(Result::is_ok));
    }
    assert_eq!(store.queue_mail(asked("one@more.example"), NOW).await, Err(StoreError::Insufficient));
}

#[tokio::test]
async fn a_token_sets_one_password_once_and_ends_every_session() {
    let (_directory, store) = open();
    let (anna, bert) = (client(&*store, "anna@example.org").await, client(&*store, "bert@example.org").await);
    for (token, who) in [(1, anna), (2, anna), (3, bert)] {
        let expires = NOW.plus_days(1);
        let (created, seen, device) = (NOW, NOW, Device::default());
        let session = Session { token_sha256: [token; 32], who: Who::Client(who), created, expires, seen, device };
        assert!(enter(&*store, session).await.unwrap());
    }
    store.put_reset(Who::Client(anna), [7; 32], NOW.plus_ms(10)).await.unwrap();
    let set = |token: [u8; 32], side, at: Timestamp| store.use_reset(side, token, "new".to_owned(), at);
    assert_eq!(set([8; 32], Side::Client, NOW).await, Ok(None), "another one");
    assert_eq!(set([7; 32], Side::Staff, NOW).await, Ok(None), "at another door");
    assert_eq!(set([7; 32], Side::Client, NOW.plus_ms(10)).await, Ok(None), "too late");
    let (first, second) = tokio::join!(set([7; 32], Side::Client, NOW), set([7; 32], Side::Client, NOW));
    let mut both = [first.unwrap(), second.unwrap()];
    both.sort_by_key(Option::is_some);
    assert_eq!(both, [None, Some(Who::Client(anna))], "one of two who come at once");
    assert_eq!(store.client_login("anna@example.org").await.unwrap().unwrap().password_hash, "new");
    assert_ne!(store.client_login("bert@example.org").await.unwrap().unwrap().password_hash, "new");
    for (token, there) in [(1, false), (2, false), (3, true)] {
        assert_eq!(store.session([token; 32], NOW).await.unwrap().is_some(), there, "{token}");
    }
    let due = store.due_mails(NOW, 10).await.unwrap();
    assert_eq!(
        due.iter().map(|mail| mail.about.clone()).collect::<Vec<_>>(),
        [About::PasswordChanged(Who::Client(anna))]
    );
}

#[tokio::test]
async fn a_newer_token_ends_the_older_and_staff_are_noted() {
    let (_directory, store) = open();
    let staff = staff(&*store).await;
    store.put_reset(Who::Staff(staff), [1; 32], NOW.plus_ms(10)).await.unwrap();
    store.put_reset(Who::Staff(staff), [2; 32], NOW.plus_ms(10)).await.unwrap();
    assert_eq!(store.use_reset(Side::Staff, [1; 32], "new".into(), NOW).await, Ok(None));
    assert_eq!(store.use_reset(Side::Staff, [2; 32], "new".into(), NOW).await, Ok(Some(Who::Staff(staff))));
    let noted = store.audit(PageOf::first(1)).await.unwrap().remove(0);
    assert_eq!(
        (noted.action.as_str(), noted.subject.as_str(), noted.staff.as_deref()),
        ("password-reset", "Staff@example.org", Some("Staff"))
    );
    store.put_reset(Who::Staff(staff), [3; 32], NOW.plus_ms(10)).await.unwrap();
    assert_eq!(store.forget_mails(NOW, NOW.plus_ms(9)).await.unwrap(), 0);
    assert_eq!(store.forget_mails(NOW, NOW.plus_ms(10)).await.unwrap(), 1, "what expired is forgotten");
}
