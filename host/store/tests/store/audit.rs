//! The audit log: what is written with what, and hands in it.

use rusqlite::Connection;
use tollgate_billing::audit::{Action, Actor, AuditReport, Detail, NewEntry};
use tollgate_billing::ids::{InstanceId, PluginId, StaffId, Timestamp};
use tollgate_billing::people::{Device, NewStaff, Session, Who};
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::{Applied, PageOf, Store};
use tollgate_billing::roles::Role;
use tollgate_billing::settlement::Settlement;

use crate::fixture::{Fresh, NOW, claim_key, client, empty, enter, fresh, open, stranger};

fn entry(number: usize) -> NewEntry {
    NewEntry::new(Actor::Command, NOW, Action::HostsGranted, &format!("gateway {number}"))
        .with(Detail::Hosts, "a.example, „b“")
}

async fn sam(store: &dyn Store) -> StaffId {
    let new = NewStaff {
        email: "sam@example.org".into(),
        name: "Sam".into(),
        role: Role::Owner,
        password_hash: "hash".into(),
    };
    store.create_staff(new, NOW).await.unwrap()
}

async fn actions(store: &dyn Store) -> Vec<String> {
    store.audit(PageOf::first(100)).await.unwrap().into_iter().rev().map(|row| row.action).collect()
}

async fn log_of(entries: usize) -> Fresh {
    let fresh = fresh();
    for number in 1..=entries {
        fresh.store.note(entry(number)).await.unwrap();
    }
    fresh
}

#[tokio::test]
async fn entries_are_read_in_pages_newest_first_with_the_names_of_staff() {
    let (_directory, store) = open();
    let sam = sam(&*store).await;
    let by_sam = NewEntry { by: Actor::Staff(sam), ..entry(1) };
    for entry in [by_sam, entry(2), NewEntry { by: Actor::Host, ..entry(3) }] {
        store.note(entry).await.unwrap();
    }
    let rows = store.audit(PageOf::first(2)).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [4, 3]);
    let rest = store.audit(PageOf { before: Some(3), rows_max: 2 }).await.unwrap();
    let [granted, added] = rest.as_slice() else { panic!("{rest:?}") };
    assert_eq!((granted.by.as_str(), granted.staff.as_deref()), ("staff", Some("Sam")));
    assert_eq!((granted.action.as_str(), granted.subject.as_str()), ("hosts-granted", "gateway 1"));
    assert_eq!(granted.details, [("hosts".to_owned(), "a.example, „b“".to_owned())]);
    assert_eq!((added.by.as_str(), added.staff.as_deref(), added.seq), ("command", None, 1));
}

#[tokio::test]
async fn an_entry_is_written_with_what_it_tells_of_or_not_at_all() {
    let (_directory, store) = open();
    let sam = sam(&*store).await;
    client(&*store, "anna@example.org").await;
    assert!(store.create_client(crate::fixture::new_client("anna@example.org"), NOW).await.is_err());
    let session = |who, token| Session {
        token_sha256: [token; 32],
        who,
        created: NOW,
        expires: NOW.plus_days(1),
        seen: NOW,
        device: Device::default(),
    };
    assert!(enter(&*store, session(Who::Staff(sam), 1)).await.unwrap());
    assert!(enter(&*store, session(Who::Staff(sam), 1)).await.unwrap());
    assert_eq!(enter(&*store, session(Who::Staff(StaffId(404)), 2)).await, Ok(false));
    // The only owner stays one, and who stays what they are is no news.
    for role in [Role::Support, Role::Owner] {
        store.set_staff_role(sam, role, NOW).await.unwrap();
    }
    assert_eq!(actions(&*store).await, ["staff-added", "client-added", "staff-logged-in"]);

    let noted = Settlement { noted: Some(entry(1)), ..empty(claim_key("T")) };
    assert_eq!(store.apply(noted.clone()).await, Ok(Applied::Now));
    assert_eq!(store.apply(noted).await, Ok(Applied::Before), "what was known before is noted once");
    let strange = NewEntry { by: Actor::Staff(StaffId(404)), ..entry(2) };
    let refused = Settlement { noted: Some(strange.clone()), ..empty(claim_key("U")) };
    assert!(store.apply(refused).await.is_err());
    assert!(!store.applied(&claim_key("U")).await.unwrap(), "nothing is booked that could not be noted");
    let instance = Instance {
        id: InstanceId::new("acme"),
        plugin: PluginId::new("acme"),
        enabled: false,
        position: 0,
        label: String::new(),
        settings: Vec::new(),
        currencies: Vec::new(),
        granted_hosts: Vec::new(),
        component: None,
        updated: Timestamp(0),
    };
    assert!(store.change_instances(vec![instance.clone()], vec![strange]).await.is_err());
    assert_eq!(store.instances().await.unwrap(), []);
    store.change_instances(vec![instance], vec![entry(3), entry(4)]).await.unwrap();
    assert_eq!(actions(&*store).await.len(), 6);
    assert_eq!(store.check_audit().await.unwrap().fault, None);
}

#[tokio::test]
async fn an_empty_log_and_a_whole_one_are_sound() {
    let report = log_of(0).await.store.check_audit().await.unwrap();
    assert_eq!(report, AuditReport { sound: 0, last_hash: String::new(), fault: None });
    let fresh = log_of(3).await;
    let report = fresh.store.check_audit().await.unwrap();
    assert_eq!((report.sound, report.fault, report.last_hash.len()), (3, None, 64));
    fresh.store.note(entry(4)).await.unwrap();
    assert_ne!(fresh.store.check_audit().await.unwrap().last_hash, report.last_hash);
}

/// What a hand did once the triggers were gone, and the first row that is told of; each log has five rows.
const TABLE: [(&str, i64, &str); 12] = [
    ("UPDATE audit_log SET subject = 'gateway 9' WHERE seq = 3", 3, "its hash"),
    ("UPDATE audit_log SET details = '[]' WHERE seq = 5", 5, "its hash"),
    ("UPDATE audit_log SET at = at + 1 WHERE seq = 1", 1, "its hash"),
    ("UPDATE audit_log SET actor = 'host' WHERE seq = 2", 2, "its hash"),
    ("UPDATE audit_log SET action = 'hosts-revoked' WHERE seq = 2", 2, "its hash"),
    ("UPDATE audit_log SET hash = zeroblob(32) WHERE seq = 4", 4, "its hash"),
    ("DELETE FROM audit_log WHERE seq = 2", 3, "stands where number 2 belongs"),
    ("DELETE FROM audit_log WHERE seq = 1", 2, "stands where number 1 belongs"),
    ("DELETE FROM audit_log WHERE seq = 2; UPDATE audit_log SET seq = seq - 1 WHERE seq > 2", 2, "its hash"),
    ("UPDATE audit_log SET seq = 0 WHERE seq = 1", 0, "stands where number 1 belongs"),
    ("UPDATE audit_log SET subject = subject || action, action = 'x' WHERE seq = 4", 4, "its hash"),
    (
        "INSERT INTO audit_log SELECT 6, at, actor, staff_id, action, subject, details, hash FROM audit_log WHERE seq = 5",
        6,
        "its hash",
    ),
];

#[tokio::test]
async fn a_hand_in_the_log_is_told_by_the_number_of_its_row() {
    let fresh = log_of(5).await;
    for (hand, row, word) in TABLE {
        let copy = fresh.path.with_extension("copy");
        let _ = std::fs::remove_file(&copy);
        stranger(&fresh.path).execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let conn: Connection = stranger(&copy);
        let triggers = ["no_update", "no_delete", "in_order"].map(|name| format!("DROP TRIGGER audit_log_{name};"));
        conn.execute_batch(&(triggers.concat() + hand)).expect(hand);
        conn.close().unwrap();
        let store = tollgate_store::SqliteStore::open_tool(&copy).unwrap();
        let report = tollgate_billing::ports::Audit::check_audit(&store).await.unwrap();
        let (told, why) = report.fault.expect(hand);
        assert_eq!(told, row, "{hand}: {why}");
        assert!(why.contains(word), "{hand}: {why}");
        assert!(tollgate_billing::ports::Audit::audit(&store, PageOf::first(10)).await.is_ok(), "{hand}");
    }
}
