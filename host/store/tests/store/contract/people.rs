use tollgate_billing::ids::{ClientId, StaffId};
use tollgate_billing::people::{ChangedBy, Device, NewStaff, PasswordChange, Session, Who};
use tollgate_billing::ports::{PageOf, RoleSet, StoreError};
use tollgate_billing::roles::Role;

use crate::fixture::{NOW, client, enter, new_client, open};

#[tokio::test]
async fn a_client_is_read_as_it_was_made() {
    let (_directory, store) = open();
    let new = new_client("Anna@Example.org");
    let id = store.create_client(new.clone(), NOW).await.unwrap();
    let read = store.client(id).await.unwrap().unwrap();
    assert_eq!((read.email, read.name, read.company), (new.email, new.name, new.company));
    assert_eq!((read.address, read.country, read.tax_id), (new.address, new.country, new.tax_id));
    assert_eq!((read.currency, read.locale, read.created), (new.currency, new.locale, NOW));
}

#[tokio::test]
async fn an_address_is_found_whatever_its_case() {
    let (_directory, store) = open();
    let id = client(&*store, "Anna@Example.org").await;
    for email in ["Anna@Example.org", "anna@example.org", "ANNA@EXAMPLE.ORG"] {
        assert_eq!(store.client_by_email(email).await.unwrap().unwrap().id, id);
        let login = store.client_login(email).await.unwrap().unwrap();
        assert_eq!((login.who, login.password_hash.as_str()), (Who::Client(id), "$argon2id$hash"));
    }
    for email in ["anna@example.com", "", "anna@example.org ", "' OR 1=1 --"] {
        assert_eq!(store.client_by_email(email).await.unwrap(), None, "{email}");
        assert_eq!(store.client_login(email).await.unwrap(), None, "{email}");
    }
}

#[tokio::test]
async fn an_address_is_taken_once_for_clients_and_once_for_staff() {
    let (_directory, store) = open();
    client(&*store, "anna@example.org").await;
    let again = store.create_client(new_client("ANNA@example.org"), NOW).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    let staff = NewStaff {
        email: "anna@example.org".into(),
        name: "Anna".into(),
        role: Role::Owner,
        password_hash: "hash".into(),
    };
    let id = store.create_staff(staff.clone(), NOW).await.unwrap();
    assert!(matches!(store.create_staff(staff, NOW).await, Err(StoreError::Exists(_))));
    assert_eq!(store.staff_login("Anna@Example.ORG").await.unwrap().unwrap().who, Who::Staff(id));
    assert_eq!(store.staff(id).await.unwrap().unwrap().name, "Anna");
}

#[tokio::test]
async fn a_role_is_kept_and_the_last_owner_stays_one() {
    let (_directory, store) = open();
    let new =
        |email: &str, role| NewStaff { email: email.into(), name: "A".into(), role, password_hash: "hash".into() };
    let first = store.create_staff(new("first@example.org", Role::Owner), NOW).await.unwrap();
    let second = store.create_staff(new("second@example.org", Role::Support), NOW).await.unwrap();
    for role in [Role::ReadOnly, Role::Billing, Role::Support] {
        assert_eq!(store.set_staff_role(first, role, NOW).await, Ok(RoleSet::LastOwner));
        assert_eq!(store.set_staff_role(second, role, NOW).await, Ok(RoleSet::Done));
        assert_eq!(store.staff_by_email("SECOND@example.org").await.unwrap().unwrap().role, role);
    }
    assert_eq!(store.set_staff_role(first, Role::Owner, NOW).await, Ok(RoleSet::Done), "what they are already");
    assert_eq!(store.set_staff_role(StaffId(99), Role::Owner, NOW).await, Ok(RoleSet::Nobody));
    assert_eq!(store.set_staff_role(second, Role::Owner, NOW).await, Ok(RoleSet::Done));
    assert_eq!(store.set_staff_role(first, Role::ReadOnly, NOW).await, Ok(RoleSet::Done), "there is another owner");
    let roles: Vec<Role> = store.staff_list().await.unwrap().iter().map(|staff| staff.role).collect();
    assert_eq!(roles, [Role::ReadOnly, Role::Owner]);
    let noted = store.audit(PageOf::first(100)).await.unwrap().into_iter().filter(|row| row.action == "role-set");
    let noted: Vec<_> = noted.map(|row| (row.subject, row.details[0].1.clone())).collect();
    let (first, second) = ("first@example.org", "second@example.org");
    let expected =
        [(first, "read-only"), (second, "owner"), (second, "support"), (second, "billing"), (second, "read-only")];
    assert_eq!(noted, expected.map(|(whose, role)| (whose.to_owned(), role.to_owned())), "newest first, changes alone");
}

#[tokio::test]
async fn a_password_is_set_together_with_the_end_of_every_session() {
    let (_directory, store) = open();
    let anna = Who::Client(client(&*store, "anna@example.org").await);
    let bert = Who::Client(client(&*store, "bert@example.org").await);
    let session = |token, who| Session {
        token_sha256: [token; 32],
        who,
        created: NOW,
        expires: NOW.plus_ms(1_000),
        seen: NOW,
        device: Device::default(),
    };
    for (token, who) in [(1, anna), (2, anna), (3, bert)] {
        assert!(enter(&*store, session(token, who)).await.unwrap());
    }
    let change = |who, hash: &str, was: Option<&str>, new: Option<Session>| PasswordChange {
        who,
        password_hash: hash.to_owned(),
        was: was.map(str::to_owned),
        by: ChangedBy::Themselves,
        session: new,
        at: NOW,
    };
    let is_there = async |token| store.session([token; 32], NOW).await.unwrap().is_some();
    let hash = async || store.client_login("anna@example.org").await.unwrap().unwrap().password_hash;

    let stale = store.set_password(change(anna, "new", Some("other"), None)).await;
    assert_eq!(stale, Err(StoreError::Conflict));
    assert!(store.set_password(change(anna, "new", None, Some(session(9, bert)))).await.is_err(), "not Bert's session");
    assert!(is_there(1).await && is_there(2).await && hash().await == "$argon2id$hash", "nothing was changed");

    let done = store.set_password(change(anna, "new", Some("$argon2id$hash"), Some(session(4, anna)))).await;
    assert_eq!((done, hash().await.as_str()), (Ok(true), "new"));
    assert!(!is_there(1).await && !is_there(2).await && is_there(3).await && is_there(4).await);
    assert_eq!(store.set_password(change(anna, "newer", None, None)).await, Ok(true));
    assert!(!is_there(4).await);
    assert_eq!(store.set_password(change(Who::Staff(StaffId(404)), "new", None, None)).await, Ok(false));
    let by_command = PasswordChange { by: ChangedBy::Command, ..change(anna, "newest", None, None) };
    assert_eq!(store.set_password(by_command).await, Ok(true));
    let noted = store.audit(PageOf::first(100)).await.unwrap().into_iter().filter(|row| row.action == "password-set");
    let noted: Vec<_> = noted.map(|row| (row.by, row.subject)).collect();
    assert_eq!(noted, [("command".to_owned(), "anna@example.org".to_owned())], "a client's own doing is not noted");
}

#[tokio::test]
async fn nobody_is_found_where_nobody_is() {
    let (_directory, store) = open();
    assert_eq!(store.client(ClientId(1)).await.unwrap(), None);
    assert_eq!(store.staff(StaffId(-1)).await.unwrap(), None);
    assert_eq!(store.clients(PageOf::first(10)).await.unwrap(), vec![]);
}

#[tokio::test]
async fn clients_are_read_in_pages_newest_first() {
    let (_directory, store) = open();
    for number in 0..5 {
        client(&*store, &format!("client{number}@example.org")).await;
    }
    let first = store.clients(PageOf::first(2)).await.unwrap();
    let rest = PageOf { before: Some(first[1].id.0), rows_max: 100 };
    let rest = store.clients(rest).await.unwrap();
    let emails: Vec<String> = first.into_iter().chain(rest).map(|client| client.email).collect();
    assert_eq!(emails, (0..5).rev().map(|n| format!("client{n}@example.org")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_has_one_row_at_least_and_a_hundred_at_most() {
    let (_directory, store) = open();
    for number in 0..103 {
        client(&*store, &format!("client{number}@example.org")).await;
    }
    assert_eq!(store.clients(PageOf::first(0)).await.unwrap().len(), 1);
    assert_eq!(store.clients(PageOf::first(u32::MAX)).await.unwrap().len(), 100);
}
