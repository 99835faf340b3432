//! Words that come back out of the database: a column, a line break, what another hand wrote there.

use std::sync::OnceLock;

use parking_lot::Mutex;
use rusqlite::Connection;
use tollgate_billing::audit::{Action, Actor, NewEntry};
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{HeldId, InstanceId};
use tollgate_billing::plan::hold_unmatched;
use tollgate_billing::ports::{
    Audit as _, Decisions as _, Installs as _, Instances as _, Invoices as _, Ledger as _, PageOf, Payments as _,
    People as _, StoreError, Webhooks as _,
};
use tollgate_hostile::rooms::{NOW, euro};

use super::hold;
use crate::puppet::PUPPET;
use crate::stage::Stage;
use crate::work::wait;

/// Columns that hold more than what the database itself can check.
const COLUMNS: [(&str, &str); 21] = [
    ("payments", "note"),
    ("payments", "currency"),
    ("payments", "state"),
    ("payments", "component"),
    ("held_claims", "claim"),
    ("held_claims", "reason"),
    ("held_claims", "expected"),
    ("held_claims", "state"),
    ("plugins", "granted"),
    ("instances", "settings"),
    ("instances", "currencies"),
    ("instances", "granted_hosts"),
    ("audit_log", "details"),
    ("audit_log", "subject"),
    ("audit_log", "action"),
    ("clients", "address"),
    ("clients", "currency"),
    ("invoices", "currency"),
    ("invoice_lines", "tax_rate"),
    ("invoice_lines", "module"),
    ("staff", "role"),
];

struct Setting {
    stage: Stage,
    hand: Mutex<Connection>,
    held: HeldId,
}

fn setting() -> &'static Setting {
    static SETTING: OnceLock<Setting> = OnceLock::new();
    SETTING.get_or_init(|| {
        let stage = Stage::open();
        let claim = Claim {
            payment: PaymentKey::Reference("NOBODYS".to_owned()),
            transaction: "tx-1".to_owned(),
            amount: euro(2_000),
            state: ClaimState::Paid,
            fee: None,
            live: false,
            merchant: None,
            provider_reference: None,
            at: NOW,
            saved: None,
        };
        wait(stage.store.apply(hold_unmatched(InstanceId::new(PUPPET), &claim, NOW))).expect("a claim is held");
        let entry = NewEntry::new(Actor::Command, NOW, Action::PluginGranted, PUPPET);
        wait(stage.store.note(entry)).expect("an entry");
        let held = HeldId(wait(stage.store.held(PageOf::first(1))).expect("it is there").remove(0).seq);
        let hand = Connection::open(&stage.database).expect("a second connection");
        hand.execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF;
            INSERT INTO plugins (id, granted, revision, updated) VALUES ('puppet', '[]', 1, 0)",
        )
        .expect("another hand in the file");
        let triggers: Vec<String> = {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%UPDATE%'";
            let mut rows = hand.prepare(sql).expect("a schema");
            let names = rows.query_map([], |row| row.get(0)).expect("names");
            names.collect::<Result<_, _>>().expect("names")
        };
        for trigger in triggers {
            hand.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
        }
        Setting { stage, hand: Mutex::new(hand), held }
    })
}

/// # Errors
/// Where a row is read as something that nobody wrote, or is refused without its place.
pub fn run(input: &[u8]) -> Result<String, String> {
    let Setting { stage, hand, held } = setting();
    let text = String::from_utf8_lossy(input);
    let (name, words) = text.split_once('\n').unwrap_or(("payments.note", &text));
    let column = COLUMNS.iter().find(|(table, column)| name.split_once('.') == Some((*table, *column)));
    let Some((table, column)) = column else { return Ok("no column".to_owned()) };
    let hand = hand.lock();
    // Of the audit log the first entry; everything else is there once.
    let place = if *table == "audit_log" { "seq = 1" } else { "1" };
    let before: Option<String> = hand
        .query_row(&format!("SELECT {column} FROM {table} WHERE {place}"), [], |row| row.get(0))
        .map_err(|error| error.to_string())?;
    let write = format!("UPDATE {table} SET {column} = ?1 WHERE {place}");
    if hand.execute(&write, [Some(words)]).is_err() {
        return Ok(format!("{name} is refused by the database"));
    }
    let read = wait(read_all(stage, held));
    let told = wait(stage.store.check_audit());
    hand.execute(&write, [&before]).map_err(|error| error.to_string())?;
    drop(hand);
    let changed = *table == "audit_log" && before.as_deref() != Some(words);
    let unnoticed = changed && told.is_ok_and(|report| report.fault.is_none());
    hold(!unnoticed, || format!("the audit log does not tell that its {column} was changed to {words:?}"))?;
    let mut answers = String::new();
    for (what, error) in read {
        match error {
            StoreError::Corrupt(why) => {
                hold(why.contains("table ") && why.contains("row "), || format!("{what} of {name}: {why}"))?;
                answers.push_str(what);
            }
            other => return Err(format!("{what} of {name}: {other}")),
        }
    }
    Ok(format!("{name} {answers}"))
}

/// Everything that pages and commands read of it; what each could not.
async fn read_all(stage: &Stage, held: &HeldId) -> Vec<(&'static str, StoreError)> {
    let (store, page) = (&stage.store, PageOf::first(10));
    let reads = [
        ("payment ", store.payment(&stage.payment).await.err()),
        ("payments ", store.payments(page).await.err()),
        ("component ", store.component_of(&stage.payment).await.err()),
        ("held ", store.held(page).await.err()),
        ("held-claim ", store.held_claim(*held).await.err()),
        ("installed ", store.installed().await.err()),
        ("instances ", store.instances().await.err()),
        ("audit ", store.audit(page).await.err()),
        ("client ", store.client(stage.client).await.err()),
        ("staff ", store.staff_list().await.err()),
        ("invoice ", store.invoice(stage.invoice).await.err()),
        ("ledger ", store.check_ledger().await.err()),
        ("webhooks ", store.webhooks(page).await.err()),
    ];
    reads.into_iter().filter_map(|(what, error)| Some((what, error?))).collect()
}
