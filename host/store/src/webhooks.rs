//! Webhooks: what waits to be proven, what was settled, what staff look at.

mod row;

use async_trait::async_trait;
use rusqlite::{Transaction, params};
use tollgate_billing::ids::{InstanceId, Timestamp, WebhookId};
use tollgate_billing::ports::{PageOf, StoreError, WebhookRoom, Webhooks};
use tollgate_billing::webhook::{StoredWebhook, WebhookEntry, WebhookRow, WebhookState};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::row::{PAGE_ROWS_MAX, all, bounds, one, run};

/// Characters of a reason that are kept; the port promises this many.
const REASON_CHARS_MAX: usize = 500;

const WRITE: &str = "INSERT INTO webhooks
        (instance_id, event_id, received, state, headers, query, body, reason, tries, next_try, claims)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)
    ON CONFLICT (instance_id, event_id) DO UPDATE SET received = excluded.received, state = excluded.state,
        headers = excluded.headers, query = excluded.query, body = excluded.body, reason = excluded.reason,
        next_try = excluded.next_try, claims = excluded.claims";
/// The row in which it waited goes where the event has another one already.
const MERGE: &str = "DELETE FROM webhooks WHERE seq = ?1
    AND EXISTS (SELECT 1 FROM webhooks WHERE instance_id = ?2 AND event_id = ?3 AND seq <> ?1)";
const REWRITE: &str = "UPDATE webhooks SET event_id = ?2, state = ?3, reason = ?4, next_try = ?5, claims = ?6
    WHERE seq = ?1";
const BY_EVENT: &str = "SELECT seq, state FROM webhooks WHERE instance_id = ?1 AND event_id = ?2";
const WAITING: &str = "SELECT count(*), COALESCE(sum(length(body)), 0) FROM webhooks
    WHERE instance_id = ?1 AND next_try IS NOT NULL";
const FORGET: &str = "DELETE FROM webhooks WHERE instance_id = ?1 AND next_try IS NULL AND state <> 'done'
    AND seq <= (SELECT seq FROM webhooks WHERE instance_id = ?1 AND next_try IS NULL AND state <> 'done'
        ORDER BY seq DESC LIMIT 1 OFFSET ?2)";
const FORGET_DONE: &str = "DELETE FROM webhooks WHERE seq IN
    (SELECT seq FROM webhooks WHERE state = 'done' AND received < ?1 ORDER BY received, seq LIMIT ?2)";
const MARK: &str = "UPDATE webhooks SET state = ?2, reason = ?3, next_try = ?4 WHERE seq = ?1 AND state <> 'done'";
const TRIED: &str = "UPDATE webhooks SET tries = tries + 1, next_try = ?2 WHERE seq = ?1 AND next_try IS NOT NULL";
const DUE: &str = "SELECT seq FROM webhooks WHERE instance_id = ?1 AND next_try <= ?2 ORDER BY next_try, seq LIMIT ?3";
const INSTANCES: &str = "SELECT DISTINCT instance_id FROM webhooks WHERE next_try <= ?1 ORDER BY instance_id";
const PAGE: &str = "SELECT seq, instance_id, event_id, received, state, reason, tries, next_try, claims
    FROM webhooks WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
const ONE: &str = "SELECT seq, instance_id, event_id, received, state, reason, tries, next_try, claims,
        headers, query, body
    FROM webhooks WHERE seq = ?1";

#[async_trait]
impl Webhooks for SqliteStore {
    async fn keep_webhook(&self, entry: WebhookEntry, room: WebhookRoom) -> Result<(), StoreError> {
        self.write(move |tx| keep(tx, &entry, room)).await
    }

    async fn record_webhook(&self, entry: WebhookEntry) -> Result<(), StoreError> {
        self.write(move |tx| write(tx, &entry)).await
    }

    async fn mark_webhook(
        &self,
        id: WebhookId,
        state: WebhookState,
        reason: &str,
        next_try: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let reason = short(reason);
        self.write(move |tx| run(tx, MARK, params![id.0, state.code(), reason, next_try.map(|at| at.0)]).map(drop))
            .await
    }

    async fn webhook_tried(&self, id: WebhookId, next_try: Option<Timestamp>) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, TRIED, params![id.0, next_try.map(|at| at.0)]).map(drop)).await
    }

    async fn due_webhooks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<WebhookId>, StoreError> {
        let values = params![instance.as_str(), now.0, rows_max.clamp(1, PAGE_ROWS_MAX)];
        self.point(|conn| all(conn, DUE, values, |row| Ok(WebhookId(row.get(0)?))))
    }

    async fn forget_webhooks(&self, before: Timestamp, rows_max: u32) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(run(tx, FORGET_DONE, params![before.0, rows_max])? as u64)).await
    }

    async fn webhook_instances(&self, now: Timestamp) -> Result<Vec<InstanceId>, StoreError> {
        self.point(|conn| all(conn, INSTANCES, [now.0], |row| Ok(InstanceId::new(row.get::<_, String>(0)?))))
    }

    async fn webhooks(&self, page: PageOf) -> Result<Vec<WebhookRow>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, PAGE, params![before, rows_max], row::read))
    }

    async fn webhook(&self, id: WebhookId) -> Result<Option<StoredWebhook>, StoreError> {
        self.point(|conn| one(conn, ONE, [id.0], row::read_whole))
    }

    async fn webhook_state(&self, instance: &InstanceId, event: &str) -> Result<Option<WebhookState>, StoreError> {
        self.point(|conn| one(conn, BY_EVENT, [instance.as_str(), event], row::read_state))
    }
}

/// Writes an entry down: the row of its event, else the row in which it waited, else a new one. Part of a settlement.
pub(crate) fn write(tx: &Transaction<'_>, entry: &WebhookEntry) -> Result<(), Fault> {
    let instance = entry.instance.as_str();
    if let Some(kept) = entry.kept
        && run(tx, MERGE, params![kept.0, instance, entry.event])? == 0
    {
        let next_try = entry.next_try.map(|at| at.0);
        let reason = short(&entry.reason);
        let values = params![kept.0, entry.event, entry.state.code(), reason, next_try, entry.claims];
        if run(tx, REWRITE, values)? > 0 {
            return Ok(());
        }
    }
    let values = params![
        instance,
        entry.event,
        entry.webhook.received.0,
        entry.state.code(),
        row::headers_json(&entry.webhook.headers)?,
        entry.webhook.query,
        entry.webhook.body,
        short(&entry.reason),
        entry.next_try.map(|at| at.0),
        entry.claims,
    ];
    run(tx, WRITE, values).map(drop)
}

fn keep(tx: &Transaction<'_>, entry: &WebhookEntry, room: WebhookRoom) -> Result<(), Fault> {
    let instance = entry.instance.as_str();
    if entry.next_try.is_some() && entry.kept.is_none() {
        let waiting = one(tx, WAITING, [instance], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        let (rows, bytes) = waiting.unwrap_or_default();
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(entry.webhook.body.len() as u64);
        if rows >= i64::from(room.rows_max) || bytes > room.bytes_max {
            return Err(StoreError::Insufficient.into());
        }
    }
    write(tx, entry)?;
    run(tx, FORGET, params![instance, room.rows_max]).map(drop)
}

fn short(reason: &str) -> String {
    reason.chars().take(REASON_CHARS_MAX).collect()
}
