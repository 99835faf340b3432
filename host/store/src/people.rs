//! Clients and staff.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::audit::{Action, of_access, of_client, of_role, of_staff};
use tollgate_billing::ids::{ClientId, StaffId, Timestamp};
use tollgate_billing::people::{Client, Login, NewClient, NewStaff, PasswordChange, Staff, Who};
use tollgate_billing::ports::{PageOf, People, RoleSet, STAFF_MAX, StoreError};
use tollgate_billing::roles::Role;

use crate::SqliteStore;
use crate::audit;
use crate::fault::Fault;
use crate::mails;
use crate::row::{Place, all, bounds, one, run};
use crate::sessions;
use crate::words::{from_json, json};

const CLIENT_INSERT: &str = "INSERT INTO clients
        (email, email_key, name, company, address, country, tax_id, currency, locale, password_hash, created)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT (email_key) DO NOTHING
    RETURNING id";
const CLIENT_BY_ID: &str =
    "SELECT id, email, name, company, address, country, tax_id, currency, locale, created FROM clients WHERE id = ?1";
const CLIENT_BY_EMAIL: &str = "SELECT id, email, name, company, address, country, tax_id, currency, locale, created
    FROM clients WHERE email_key = ?1";
const CLIENTS: &str = "SELECT id, email, name, company, address, country, tax_id, currency, locale, created
    FROM clients WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
const CLIENT_LOGIN: &str = "SELECT id, password_hash FROM clients WHERE email_key = ?1";
const STAFF_INSERT: &str = "INSERT INTO staff (email, email_key, name, role, password_hash, created)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (email_key) DO NOTHING
    RETURNING id";
const STAFF_BY_ID: &str = "SELECT id, email, name, role, created FROM staff WHERE id = ?1";
const STAFF_BY_EMAIL: &str = "SELECT id, email, name, role, created FROM staff WHERE email_key = ?1";
const STAFF_LIST: &str = "SELECT id, email, name, role, created FROM staff ORDER BY id LIMIT ?1";
const OWNERS: &str = "SELECT count(*) FROM staff WHERE role = 'owner'";
const SET_ROLE: &str = "UPDATE staff SET role = ?2 WHERE id = ?1";
const SET_CLIENT_PASSWORD: &str = "UPDATE clients SET password_hash = ?2 WHERE id = ?1";
const SET_STAFF_PASSWORD: &str = "UPDATE staff SET password_hash = ?2 WHERE id = ?1";
const STAFF_LOGIN: &str = "SELECT id, password_hash FROM staff WHERE email_key = ?1";
const CLIENT_PASSWORD: &str = "SELECT email, password_hash FROM clients WHERE id = ?1";
const STAFF_PASSWORD: &str = "SELECT email, password_hash FROM staff WHERE id = ?1";

#[async_trait]
impl People for SqliteStore {
    async fn create_client(&self, new: NewClient, at: Timestamp) -> Result<ClientId, StoreError> {
        self.write(move |tx| create_client(tx, &new, at)).await
    }

    async fn client(&self, id: ClientId) -> Result<Option<Client>, StoreError> {
        self.point(|conn| one(conn, CLIENT_BY_ID, [id.0], client))
    }

    async fn clients(&self, page: PageOf) -> Result<Vec<Client>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, CLIENTS, params![before, rows_max], client))
    }

    async fn client_by_email(&self, email: &str) -> Result<Option<Client>, StoreError> {
        self.point(|conn| one(conn, CLIENT_BY_EMAIL, [email_key(email)], client))
    }

    async fn client_login(&self, email: &str) -> Result<Option<Login>, StoreError> {
        self.point(|conn| one(conn, CLIENT_LOGIN, [email_key(email)], |row| login(row, |id| Who::Client(ClientId(id)))))
    }

    async fn create_staff(&self, new: NewStaff, at: Timestamp) -> Result<StaffId, StoreError> {
        self.write(move |tx| create_staff(tx, &new, at)).await
    }

    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        self.point(|conn| one(conn, STAFF_BY_ID, [id.0], staff))
    }

    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>, StoreError> {
        self.point(|conn| one(conn, STAFF_BY_EMAIL, [email_key(email)], staff))
    }

    async fn staff_list(&self) -> Result<Vec<Staff>, StoreError> {
        self.point(|conn| all(conn, STAFF_LIST, [STAFF_MAX], staff))
    }

    async fn set_staff_role(&self, id: StaffId, role: Role, at: Timestamp) -> Result<RoleSet, StoreError> {
        self.write(move |tx| set_role(tx, id, role, at)).await
    }

    async fn staff_login(&self, email: &str) -> Result<Option<Login>, StoreError> {
        self.point(|conn| one(conn, STAFF_LOGIN, [email_key(email)], |row| login(row, |id| Who::Staff(StaffId(id)))))
    }

    async fn set_password(&self, change: PasswordChange) -> Result<bool, StoreError> {
        self.write(move |tx| set_password(tx, &change)).await
    }
}

/// What makes an address unique.
fn email_key(email: &str) -> String {
    email.to_ascii_lowercase()
}

fn create_client(tx: &Transaction<'_>, new: &NewClient, at: Timestamp) -> Result<ClientId, Fault> {
    let values = params![
        new.email,
        email_key(&new.email),
        new.name,
        new.company,
        json(&new.address)?,
        new.country,
        new.tax_id,
        new.currency.code(),
        new.locale,
        new.password_hash,
        at.0,
    ];
    let id = one(tx, CLIENT_INSERT, values, |row| Ok(row.get(0)?))?;
    let id = id.map(ClientId).ok_or_else(|| Fault::exists("a client with this e-mail address"))?;
    audit::add(tx, &of_client(new, at))?;
    Ok(id)
}

fn create_staff(tx: &Transaction<'_>, new: &NewStaff, at: Timestamp) -> Result<StaffId, Fault> {
    let values = params![new.email, email_key(&new.email), new.name, new.role.word(), new.password_hash, at.0];
    let id = one(tx, STAFF_INSERT, values, |row| Ok(row.get(0)?))?;
    let id = id.map(StaffId).ok_or_else(|| Fault::exists("a member of staff with this e-mail address"))?;
    audit::add(tx, &of_staff(new, at))?;
    Ok(id)
}

/// Part of what lets them set it. Their sessions are another step.
pub(crate) fn write_password(tx: &Transaction<'_>, who: Who, password_hash: &str) -> Result<(), Fault> {
    let (sql, id) = match who {
        Who::Client(id) => (SET_CLIENT_PASSWORD, id.0),
        Who::Staff(id) => (SET_STAFF_PASSWORD, id.0),
    };
    if run(tx, sql, params![id, password_hash])? == 1 { Ok(()) } else { Err(Fault::conflict()) }
}

/// Whether this is the hash of their password, as whoever proved it read it before.
pub(crate) fn has_password(tx: &Transaction<'_>, who: Who, hash: &str) -> Result<bool, Fault> {
    Ok(email_and_password(tx, who)?.is_some_and(|(_, stored)| stored == hash))
}

fn email_and_password(tx: &Transaction<'_>, who: Who) -> Result<Option<(String, String)>, Fault> {
    let (read, id) = match who {
        Who::Client(id) => (CLIENT_PASSWORD, id.0),
        Who::Staff(id) => (STAFF_PASSWORD, id.0),
    };
    one(tx, read, [id], |row| Ok((row.get("email")?, row.get("password_hash")?)))
}

pub(crate) fn staff_email(tx: &Transaction<'_>, id: StaffId) -> Result<Option<String>, Fault> {
    Ok(one(tx, STAFF_BY_ID, [id.0], staff)?.map(|staff| staff.email))
}

fn client(row: &Row<'_>) -> Result<Client, Fault> {
    let id: i64 = row.get("id")?;
    let place = Place { table: "clients", id: &id };
    Ok(Client {
        id: ClientId(id),
        email: row.get("email")?,
        name: row.get("name")?,
        company: row.get("company")?,
        address: from_json(place, row.get_ref("address")?.as_str().map_err(rusqlite::Error::from)?)?,
        country: row.get("country")?,
        tax_id: row.get("tax_id")?,
        currency: place.currency(&row.get::<_, String>("currency")?)?,
        locale: row.get("locale")?,
        created: Timestamp(row.get("created")?),
    })
}

/// Counts the owners in the same transaction, so that two changes at once cannot take the role from both.
fn set_role(tx: &Transaction<'_>, id: StaffId, role: Role, at: Timestamp) -> Result<RoleSet, Fault> {
    let Some(known) = one(tx, STAFF_BY_ID, [id.0], staff)? else {
        return Ok(RoleSet::Nobody);
    };
    let owners: i64 = one(tx, OWNERS, [], |row| Ok(row.get(0)?))?.unwrap_or_default();
    if known.role == Role::Owner && role != Role::Owner && owners <= 1 {
        return Ok(RoleSet::LastOwner);
    }
    if known.role != role {
        run(tx, SET_ROLE, params![id.0, role.word()])?;
        audit::add(tx, &of_role(&known, role, at))?;
    }
    Ok(RoleSet::Done)
}

fn set_password(tx: &Transaction<'_>, change: &PasswordChange) -> Result<bool, Fault> {
    let Some((email, hash)) = email_and_password(tx, change.who)? else {
        return Ok(false);
    };
    if change.was.as_ref().is_some_and(|was| *was != hash) {
        return Err(Fault::conflict());
    }
    write_password(tx, change.who, &change.password_hash)?;
    // A link that was asked for before would take the new password away again.
    mails::end_resets(tx, change.who)?;
    sessions::end_all(tx, change.who)?;
    if let Some(session) = &change.session {
        sessions::begin(tx, session, change.who)?;
    }
    match of_access(Action::PasswordSet, change.who, &email, change.by, change.at) {
        Some(entry) => audit::add(tx, &entry).map(|()| true),
        None => Ok(true),
    }
}

fn staff(row: &Row<'_>) -> Result<Staff, Fault> {
    let id: i64 = row.get("id")?;
    let word: String = row.get("role")?;
    Ok(Staff {
        id: StaffId(id),
        email: row.get("email")?,
        name: row.get("name")?,
        role: Place { table: "staff", id: &id }.known(Role::from_word(&word), "role", &word)?,
        created: Timestamp(row.get("created")?),
    })
}

fn login(row: &Row<'_>, who: impl FnOnce(i64) -> Who) -> Result<Login, Fault> {
    Ok(Login { who: who(row.get("id")?), password_hash: row.get("password_hash")? })
}
