//! Second steps of sign-ins, their recovery codes, and sign-ins that wait for one.

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, params};
use tollgate_billing::audit::{Action, of_access};
use tollgate_billing::ids::{AuthenticatorId, ClientId, StaffId, Timestamp};
use tollgate_billing::passkey::{NewPasskey, Passkey};
use tollgate_billing::people::{ChangedBy, Who};
use tollgate_billing::ports::{HALVES_MAX, SecondSteps, StoreError};
use tollgate_billing::second_step::{
    Factor, Gain, HalfSignIn, NewAuthenticator, NewCodes, Proof, RemoveFactor, SealedAuthenticator, SecondSignIn,
    SecondStep, SecondStepChange, TRIES_MAX, TurnOff, TurnOn,
};

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::mails;
use crate::passkeys;
use crate::people;
use crate::row::{Place, all, one, run};
use crate::sessions::{self, columns};

const STATE: &str =
    "SELECT (SELECT since FROM authenticators WHERE client_id IS ?1 AND staff_id IS ?2 AND since IS NOT NULL) AS app,
        (SELECT count(*) FROM passkeys WHERE client_id IS ?1 AND staff_id IS ?2) AS passkeys,
        (SELECT count(*) FROM recovery_codes WHERE client_id IS ?1 AND staff_id IS ?2) AS codes";
const IN_USE: &str = "SELECT id, client_id, staff_id, key_id, sealed FROM authenticators
    WHERE client_id IS ?1 AND staff_id IS ?2 AND since IS NOT NULL";
const BEGUN: &str = "SELECT id, client_id, staff_id, key_id, sealed FROM authenticators
    WHERE client_id IS ?1 AND staff_id IS ?2 AND since IS NULL AND page_sha256 = ?3 AND begun >= ?4";
const EVERY: &str = "SELECT id, client_id, staff_id, key_id, sealed FROM authenticators ORDER BY id";
const UNDO_BEGUN: &str = "DELETE FROM authenticators WHERE client_id IS ?1 AND staff_id IS ?2 AND since IS NULL";
const BEGIN: &str = "INSERT INTO authenticators (client_id, staff_id, key_id, sealed, begun, page_sha256)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
/// Compares the whole key, for the vault seals the same one differently each time.
const SWAP: &str = "UPDATE authenticators SET key_id = ?2, sealed = ?3 WHERE id = ?1 AND key_id = ?4 AND sealed = ?5";
const TURN_ON: &str = "UPDATE authenticators SET since = ?4, last_step = ?5
    WHERE id = ?3 AND client_id IS ?1 AND staff_id IS ?2 AND since IS NULL";
const REMOVE_APP: &str = "DELETE FROM authenticators WHERE client_id IS ?1 AND staff_id IS ?2";
/// Of two who come with one code, one gets in.
const USE_CODE: &str = "UPDATE authenticators SET last_step = ?4
    WHERE id = ?3 AND client_id IS ?1 AND staff_id IS ?2 AND last_step < ?4";
const FORGET_CODES: &str = "DELETE FROM recovery_codes WHERE client_id IS ?1 AND staff_id IS ?2";
const PUT_CODE: &str = "INSERT INTO recovery_codes (client_id, staff_id, hash) VALUES (?1, ?2, ?3)";
const ONE_HASH: &str = "SELECT hash FROM recovery_codes WHERE client_id IS ?1 AND staff_id IS ?2 ORDER BY id LIMIT 1";
const USE_RECOVERY: &str = "DELETE FROM recovery_codes WHERE client_id IS ?1 AND staff_id IS ?2 AND hash = ?3";
const PUT_HALF: &str = "INSERT INTO half_sign_ins (token_sha256, client_id, staff_id, expires, tries)
    VALUES (?1, ?2, ?3, ?4, ?5)";
const CUT_HALVES: &str =
    "DELETE FROM half_sign_ins WHERE client_id IS ?1 AND staff_id IS ?2 AND (expires <= ?3 OR id NOT IN
    (SELECT id FROM half_sign_ins WHERE client_id IS ?1 AND staff_id IS ?2 ORDER BY id DESC LIMIT ?4))";
const HALF: &str = "SELECT token_sha256, client_id, staff_id, expires, tries FROM half_sign_ins
    WHERE token_sha256 = ?1 AND expires > ?2";
const TAKE_TRY: &str = "UPDATE half_sign_ins SET tries = tries + 1
    WHERE token_sha256 = ?1 AND expires > ?2 AND tries < ?3
    RETURNING token_sha256, client_id, staff_id, expires, tries";
const END_HALF: &str = "DELETE FROM half_sign_ins WHERE token_sha256 = ?1";
const END_HALVES: &str = "DELETE FROM half_sign_ins WHERE client_id IS ?1 AND staff_id IS ?2";
const SWEEP: &str = "DELETE FROM half_sign_ins WHERE expires <= ?1";

#[async_trait]
impl SecondSteps for SqliteStore {
    async fn second_step(&self, who: Who) -> Result<Option<SecondStep>, StoreError> {
        self.point(|conn| state(conn, who))
    }

    async fn passkeys(&self, who: Who) -> Result<Vec<Passkey>, StoreError> {
        passkeys::all_of(self, who)
    }

    async fn add_passkey(&self, new: NewPasskey) -> Result<bool, StoreError> {
        self.write(move |tx| passkeys::add(tx, &new)).await
    }

    async fn remove_factor(&self, removal: RemoveFactor) -> Result<bool, StoreError> {
        self.write(move |tx| remove_factor(tx, &removal)).await
    }

    async fn authenticator(&self, who: Who) -> Result<Option<SealedAuthenticator>, StoreError> {
        let (client, staff) = columns(who);
        self.point(|conn| one(conn, IN_USE, params![client, staff], authenticator))
    }

    async fn begun_authenticator(
        &self,
        who: Who,
        page_sha256: [u8; 32],
        since: Timestamp,
    ) -> Result<Option<SealedAuthenticator>, StoreError> {
        let (client, staff) = columns(who);
        self.point(|conn| one(conn, BEGUN, params![client, staff, page_sha256, since.0], authenticator))
    }

    async fn turn_on(&self, change: TurnOn) -> Result<bool, StoreError> {
        self.write(move |tx| turn_on(tx, &change)).await
    }

    async fn new_codes(&self, change: NewCodes) -> Result<bool, StoreError> {
        self.write(move |tx| new_codes(tx, &change)).await
    }

    async fn turn_off(&self, change: TurnOff) -> Result<bool, StoreError> {
        self.write(move |tx| turn_off(tx, &change)).await
    }

    async fn recovery_hash(&self, who: Who) -> Result<Option<String>, StoreError> {
        let (client, staff) = columns(who);
        self.point(|conn| one(conn, ONE_HASH, params![client, staff], |row| Ok(row.get("hash")?)))
    }

    async fn put_half(&self, half: HalfSignIn, proved: &str, at: Timestamp) -> Result<bool, StoreError> {
        let proved = proved.to_owned();
        self.write(move |tx| {
            let right = people::has_password(tx, half.who, &proved)?;
            if right { put_half(tx, &half, at).map(|()| true) } else { Ok(false) }
        })
        .await
    }

    async fn half(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<HalfSignIn>, StoreError> {
        self.point(|conn| one(conn, HALF, params![token_sha256, now.0], half))
    }

    async fn take_try(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<HalfSignIn>, StoreError> {
        self.write(move |tx| one(tx, TAKE_TRY, params![token_sha256, now.0, TRIES_MAX], half)).await
    }

    async fn sign_in(&self, second: SecondSignIn) -> Result<bool, StoreError> {
        self.write(move |tx| sign_in(tx, &second)).await
    }

    async fn end_half(&self, token_sha256: [u8; 32]) -> Result<(), StoreError> {
        self.write(move |tx| run(tx, END_HALF, [token_sha256]).map(drop)).await
    }
}

fn turn_on(tx: &Transaction<'_>, change: &TurnOn) -> Result<bool, Fault> {
    let TurnOn { gain, authenticator, step } = change;
    let (client, staff) = columns(gain.who);
    let keep = || run(tx, TURN_ON, params![client, staff, authenticator.0, gain.at.0, step]);
    gain_by(tx, gain, (Action::AppAdded, SecondStepChange::AppAdded), keep)
}

/// Keeps one more way of somebody to prove the second step, and all that goes with it. `false` where `keep` kept no row, and where
/// codes come with a way that is not the first, or none with the first.
pub(crate) fn gain_by(
    tx: &Transaction<'_>,
    gain: &Gain,
    further: (Action, SecondStepChange),
    keep: impl FnOnce() -> Result<usize, Fault>,
) -> Result<bool, Fault> {
    let Gain { who, codes, session, tell, at } = gain;
    let first = state(tx, *who)?.is_none();
    if first == codes.is_empty() || keep()? == 0 {
        return Ok(false);
    }
    if first {
        put_codes(tx, *who, codes)?;
    }
    sessions::end_others(tx, *who, *session)?;
    let (action, change) = if first { (Action::SecondStepOn, SecondStepChange::On) } else { further };
    note(tx, action, *who, ChangedBy::Themselves, *at)?;
    tell_of(tx, *tell, *who, change, *at)?;
    Ok(true)
}

fn remove_factor(tx: &Transaction<'_>, removal: &RemoveFactor) -> Result<bool, Fault> {
    let RemoveFactor { who, factor, tell, at } = *removal;
    let (client, staff) = columns(who);
    let Some(before) = state(tx, who)? else { return Ok(false) };
    let removed = match factor {
        Factor::App if before.app.is_some() => run(tx, REMOVE_APP, params![client, staff])?,
        Factor::App => 0,
        Factor::Passkey(id) => passkeys::remove(tx, who, id)?,
    };
    if removed == 0 {
        return Ok(false);
    }
    if state(tx, who)?.is_none() {
        switch_off(tx, &TurnOff { who, by: ChangedBy::Themselves, tell, at })?;
        return Ok(true);
    }
    let (action, change) = match factor {
        Factor::App => (Action::AppRemoved, SecondStepChange::AppRemoved),
        Factor::Passkey(_) => (Action::PasskeyRemoved, SecondStepChange::PasskeyRemoved),
    };
    note(tx, action, who, ChangedBy::Themselves, at)?;
    tell_of(tx, tell, who, change, at)?;
    Ok(true)
}

fn new_codes(tx: &Transaction<'_>, change: &NewCodes) -> Result<bool, Fault> {
    if state(tx, change.who)?.is_none() {
        return Ok(false);
    }
    put_codes(tx, change.who, &change.codes)?;
    note(tx, Action::RecoveryCodesMade, change.who, ChangedBy::Themselves, change.at)?;
    tell_of(tx, change.tell, change.who, SecondStepChange::NewCodes, change.at)?;
    Ok(true)
}

fn turn_off(tx: &Transaction<'_>, change: &TurnOff) -> Result<bool, Fault> {
    let was_on = state(tx, change.who)?.is_some();
    if was_on {
        switch_off(tx, change)?;
    }
    Ok(was_on)
}

/// Forgets whatever there is of it.
fn switch_off(tx: &Transaction<'_>, change: &TurnOff) -> Result<(), Fault> {
    let (client, staff) = columns(change.who);
    for what in [REMOVE_APP, passkeys::REMOVE_ALL, FORGET_CODES, END_HALVES] {
        run(tx, what, params![client, staff])?;
    }
    note(tx, Action::SecondStepOff, change.who, change.by, change.at)?;
    tell_of(tx, change.tell, change.who, SecondStepChange::Off, change.at)
}

/// Those before are worth nothing any more.
fn put_codes(tx: &Transaction<'_>, who: Who, codes: &[String]) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    run(tx, FORGET_CODES, params![client, staff])?;
    for hash in codes {
        run(tx, PUT_CODE, params![client, staff, hash])?;
    }
    Ok(())
}

fn put_half(tx: &Transaction<'_>, half: &HalfSignIn, at: Timestamp) -> Result<(), Fault> {
    let (client, staff) = columns(half.who);
    let values = params![half.token_sha256, client, staff, half.expires.0, half.tries];
    run(tx, PUT_HALF, values)?;
    run(tx, CUT_HALVES, params![client, staff, at.0, HALVES_MAX]).map(drop)
}

/// The proof is used up first: what was used before changes nothing.
fn sign_in(tx: &Transaction<'_>, second: &SecondSignIn) -> Result<bool, Fault> {
    let (session, at) = (&second.session, second.session.created);
    let waiting = one(tx, HALF, params![second.token_sha256, at.0], half)?;
    if waiting.is_none_or(|half| half.who != session.who) {
        return Ok(false);
    }
    let (client, staff) = columns(session.who);
    let used = match &second.proof {
        Proof::Code { authenticator, step } => run(tx, USE_CODE, params![client, staff, authenticator.0, step])?,
        Proof::Recovery { hash } => run(tx, USE_RECOVERY, params![client, staff, hash])?,
        Proof::Passkey { passkey, was, is } => passkeys::used(tx, session.who, (*passkey, was, is), at)?,
    };
    if used == 0 {
        return Ok(false);
    }
    run(tx, END_HALF, [second.token_sha256])?;
    if let Some(before) = second.replaces {
        sessions::end_one(tx, before)?;
    }
    sessions::put(tx, session)?;
    if matches!(second.proof, Proof::Recovery { .. }) {
        note(tx, Action::RecoveryCodeUsed, session.who, ChangedBy::Themselves, at)?;
        tell_of(tx, second.tell, session.who, SecondStepChange::CodeUsed, at)?;
    }
    Ok(true)
}

/// Part of whatever transaction ends what was begun with a password.
pub(crate) fn end_halves(tx: &Transaction<'_>, who: Who) -> Result<(), Fault> {
    let (client, staff) = columns(who);
    run(tx, END_HALVES, params![client, staff]).map(drop)
}

pub(crate) fn sweep(tx: &Transaction<'_>, now: Timestamp) -> Result<(), Fault> {
    run(tx, SWEEP, [now.0]).map(drop)
}

/// For the vault: `false` where one is in use.
pub(crate) fn begin(tx: &Transaction<'_>, new: &NewAuthenticator) -> Result<bool, Fault> {
    let (client, staff) = columns(new.who);
    if one(tx, IN_USE, params![client, staff], authenticator)?.is_some() {
        return Ok(false);
    }
    run(tx, UNDO_BEGUN, params![client, staff])?;
    let values = params![client, staff, new.key_id, new.sealed, new.at.0, new.page_sha256];
    run(tx, BEGIN, values).map(|_| true)
}

pub(crate) fn every(store: &SqliteStore) -> Result<Vec<SealedAuthenticator>, StoreError> {
    store.point(|conn| all(conn, EVERY, [], authenticator))
}

pub(crate) fn swap(tx: &Transaction<'_>, was: &SealedAuthenticator, row: &SealedAuthenticator) -> Result<(), Fault> {
    let values = params![was.id.0, row.key_id, row.sealed, was.key_id, was.sealed];
    if run(tx, SWAP, values)? == 1 { Ok(()) } else { Err(Fault::conflict()) }
}

fn note(tx: &Transaction<'_>, action: Action, who: Who, by: ChangedBy, at: Timestamp) -> Result<(), Fault> {
    let email = sessions::email(tx, who)?.unwrap_or_default();
    match of_access(action, who, &email, by, at) {
        Some(entry) => audit::add(tx, &entry),
        None => Ok(()),
    }
}

fn tell_of(tx: &Transaction<'_>, wanted: bool, who: Who, change: SecondStepChange, at: Timestamp) -> Result<(), Fault> {
    if wanted { mails::tell_of_second_step(tx, who, change, at) } else { Ok(()) }
}

fn owner(row: &Row<'_>) -> Result<Who, Fault> {
    match (row.get("client_id")?, row.get("staff_id")?) {
        (Some(id), None) => Ok(Who::Client(ClientId(id))),
        (None, Some(id)) => Ok(Who::Staff(StaffId(id))),
        _ => Err(Fault::corrupt("a second step of nobody, or of two")),
    }
}

/// Whether more than the password is asked of them.
pub(crate) fn is_on(tx: &Transaction<'_>, who: Who) -> Result<bool, Fault> {
    Ok(state(tx, who)?.is_some())
}

/// `None` where they have no way to prove a second step.
fn state(conn: &Connection, who: Who) -> Result<Option<SecondStep>, Fault> {
    let (client, staff) = columns(who);
    let found = one(conn, STATE, params![client, staff], second_step)?;
    Ok(found.filter(|step| step.app.is_some() || step.passkeys > 0))
}

fn second_step(row: &Row<'_>) -> Result<SecondStep, Fault> {
    let place = Place { table: "authenticators", id: &"of a person" };
    Ok(SecondStep {
        app: row.get::<_, Option<i64>>("app")?.map(Timestamp),
        passkeys: place.small(row.get("passkeys")?, "passkeys")?,
        codes_left: place.small(row.get("codes")?, "codes")?,
    })
}

fn authenticator(row: &Row<'_>) -> Result<SealedAuthenticator, Fault> {
    Ok(SealedAuthenticator {
        id: AuthenticatorId(row.get("id")?),
        who: owner(row)?,
        key_id: row.get("key_id")?,
        sealed: row.get("sealed")?,
    })
}

fn half(row: &Row<'_>) -> Result<HalfSignIn, Fault> {
    let place = Place { table: "half_sign_ins", id: &"of a token" };
    Ok(HalfSignIn {
        token_sha256: row.get("token_sha256")?,
        who: owner(row)?,
        expires: Timestamp(row.get("expires")?),
        tries: place.small(row.get("tries")?, "tries")?,
    })
}
