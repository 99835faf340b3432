//! Mails that wait, and the tokens by which a new password is set.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::of_reset;
use tollgate_billing::ids::{ClientId, MailId, StaffId, Timestamp};
use tollgate_billing::mail::{About, UnsentMail, WaitingMail};
use tollgate_billing::people::{Side, Who};
use tollgate_billing::ports::{MAILS_MAX, Mails, PageOf, StoreError};
use tollgate_billing::second_step::SecondStepChange;

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::people::{staff_email, write_password};
use crate::row::{PAGE_ROWS_MAX, Place, all, bounds, one, run};
use crate::sessions::{columns, end_all};

/// Characters of a reason that are kept; the port promises this many.
const ERROR_CHARS_MAX: usize = 500;

/// A reset that waits already is only made due again.
const QUEUE: &str = "INSERT INTO mails
        (kind, side, email_key, client_id, staff_id, attempts, last_error, due, given_up, created)
    VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL, ?6, 0, ?6)
    ON CONFLICT (side, email_key) WHERE kind = 'reset-asked' AND given_up = 0 DO UPDATE SET due = excluded.due";
const WAITING: &str = "SELECT count(*) FROM mails WHERE given_up = 0";
const DUE: &str = "SELECT id, kind, side, email_key, client_id, staff_id, attempts, created FROM mails
    WHERE given_up = 0 AND due <= ?1 ORDER BY due, id LIMIT ?2";
const DONE: &str = "DELETE FROM mails WHERE id = ?1";
const FAILED: &str = "UPDATE mails SET attempts = attempts + 1, last_error = ?2, due = COALESCE(?3, due),
        given_up = (?3 IS NULL)
    WHERE id = ?1 AND given_up = 0";
const UNSENT: &str = "SELECT m.id, m.kind, COALESCE(m.email_key, c.email, s.email, '') AS email, m.attempts,
        m.last_error, m.created, m.due, m.given_up
    FROM mails m LEFT JOIN clients c ON c.id = m.client_id LEFT JOIN staff s ON s.id = m.staff_id
    WHERE m.attempts > 0 AND m.id < ?1 ORDER BY m.id DESC LIMIT ?2";
const FORGET: &str = "DELETE FROM mails WHERE given_up = 1 AND created < ?1";
const FORGET_RESETS: &str = "DELETE FROM password_resets WHERE expires <= ?1";
const END_RESETS: &str = "DELETE FROM password_resets
    WHERE client_id IS NOT DISTINCT FROM ?1 AND staff_id IS NOT DISTINCT FROM ?2";
const PUT_RESET: &str =
    "INSERT INTO password_resets (token_sha256, client_id, staff_id, expires) VALUES (?1, ?2, ?3, ?4)";
/// Found and used up in one step: of two who come with it, one finds it.
const USE_RESET: &str = "DELETE FROM password_resets
    WHERE token_sha256 = ?1 AND expires > ?2 AND (client_id IS NOT NULL) = ?3
    RETURNING client_id, staff_id";

#[async_trait]
impl Mails for SqliteStore {
    async fn queue_mail(&self, about: About, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| queue(tx, &about, at)).await
    }

    async fn due_mails(&self, now: Timestamp, rows_max: u32) -> Result<Vec<WaitingMail>, StoreError> {
        self.point(|conn| all(conn, DUE, params![now.0, rows_max.clamp(1, PAGE_ROWS_MAX)], waiting))
    }

    async fn mail_done(&self, id: MailId) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, DONE, [id.0]).map(drop)).await
    }

    async fn mail_failed(&self, id: MailId, reason: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
        let reason: String = reason.chars().take(ERROR_CHARS_MAX).collect();
        self.write(move |tx| run(tx, FAILED, params![id.0, reason, next.map(|at| at.0)]).map(drop)).await
    }

    async fn unsent_mails(&self, page: PageOf) -> Result<Vec<UnsentMail>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, UNSENT, params![before, rows_max], unsent))
    }

    async fn forget_mails(&self, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok((run(tx, FORGET, [before.0])? + run(tx, FORGET_RESETS, [now.0])?) as u64)).await
    }

    async fn put_reset(&self, who: Who, token_sha256: [u8; 32], expires: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| put_reset(tx, who, token_sha256, expires)).await
    }

    async fn use_reset(
        &self,
        side: Side,
        token_sha256: [u8; 32],
        password_hash: String,
        at: Timestamp,
    ) -> Result<Option<Who>, StoreError> {
        self.write(move |tx| use_reset(tx, side, token_sha256, &password_hash, at)).await
    }
}

/// Part of what causes the mail, in its transaction.
fn queue(tx: &Transaction<'_>, about: &About, at: Timestamp) -> Result<(), Fault> {
    if !has_room(tx)? {
        return Err(StoreError::Insufficient.into());
    }
    match about {
        About::ResetAsked { side, email } => {
            let (none, key) = (None::<i64>, email.to_ascii_lowercase());
            run(tx, QUEUE, params!["reset-asked", side.word(), key, none, none, at.0]).map(drop)
        }
        About::PasswordChanged(who) => queue_for(tx, "password-changed", *who, at),
        About::SecondStep { who, change } => queue_for(tx, change.word(), *who, at),
    }
}

fn queue_for(tx: &Transaction<'_>, kind: &str, who: Who, at: Timestamp) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    run(tx, QUEUE, params![kind, None::<&str>, None::<&str>, client, staff, at.0]).map(drop)
}

fn has_room(tx: &Transaction<'_>) -> Result<bool, Fault> {
    let waiting: u32 = one(tx, WAITING, [], |row| Ok(row.get(0)?))?.unwrap_or_default();
    Ok(waiting < MAILS_MAX)
}

/// Part of what it tells of. A flood of mails that wait keeps nobody from signing in: then there is none.
pub(crate) fn tell_of_second_step(
    tx: &Transaction<'_>,
    who: Who,
    change: SecondStepChange,
    at: Timestamp,
) -> Result<(), Fault> {
    if has_room(tx)? { queue_for(tx, change.word(), who, at) } else { Ok(()) }
}

fn put_reset(tx: &Transaction<'_>, who: Who, token_sha256: [u8; 32], expires: Timestamp) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    end_resets(tx, who)?;
    run(tx, PUT_RESET, params![token_sha256, client, staff, expires.0]).map(drop)
}

/// Part of whatever transaction makes links for a new password worthless.
pub(crate) fn end_resets(tx: &Transaction<'_>, who: Who) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    run(tx, END_RESETS, params![client, staff]).map(drop)
}

fn use_reset(
    tx: &Transaction<'_>,
    side: Side,
    token_sha256: [u8; 32],
    password_hash: &str,
    at: Timestamp,
) -> Result<Option<Who>, Fault> {
    let Some(who) = one(tx, USE_RESET, params![token_sha256, at.0, side == Side::Client], owner)? else {
        return Ok(None);
    };
    write_password(tx, who, password_hash)?;
    end_all(tx, who)?;
    queue(tx, &About::PasswordChanged(who), at)?;
    if let Who::Staff(id) = who {
        let email = staff_email(tx, id)?.unwrap_or_default();
        audit::add(tx, &of_reset(id, &email, at))?;
    }
    Ok(Some(who))
}

fn owner(row: &Row<'_>) -> Result<Who, Fault> {
    match (row.get("client_id")?, row.get("staff_id")?) {
        (Some(id), None) => Ok(Who::Client(ClientId(id))),
        (None, Some(id)) => Ok(Who::Staff(StaffId(id))),
        _ => Err(Fault::corrupt("a row that is of nobody, or of two")),
    }
}

fn waiting(row: &Row<'_>) -> Result<WaitingMail, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "mails", id: &id };
    let kind: String = row.get("kind")?;
    let about = match kind.as_str() {
        "reset-asked" => {
            let side: String = row.get("side")?;
            About::ResetAsked {
                side: place.known(Side::from_word(&side), "side", &side)?,
                email: row.get("email_key")?,
            }
        }
        "password-changed" => About::PasswordChanged(owner(row)?),
        other => {
            let change = place.known(SecondStepChange::from_word(other), "kind", other)?;
            About::SecondStep { who: owner(row)?, change }
        }
    };
    Ok(WaitingMail {
        id: MailId(id),
        about,
        attempts: place.small(row.get("attempts")?, "attempts")?,
        created: Timestamp(row.get("created")?),
    })
}

fn unsent(row: &Row<'_>) -> Result<UnsentMail, Fault> {
    let id: i64 = row.get("id")?;
    let given_up: bool = row.get("given_up")?;
    let due: i64 = row.get("due")?;
    Ok(UnsentMail {
        id: MailId(id),
        kind: row.get("kind")?,
        to: row.get("email")?,
        attempts: Place { table: "mails", id: &id }.small(row.get("attempts")?, "attempts")?,
        reason: row.get::<_, Option<String>>("last_error")?.unwrap_or_default(),
        created: Timestamp(row.get("created")?),
        next_try: (!given_up).then_some(Timestamp(due)),
    })
}
