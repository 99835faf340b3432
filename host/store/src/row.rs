//! Reading rows: the few steps that every table shares.

use std::fmt::Display;

use rusqlite::{Connection, Params, Row};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::ports::PageOf;

use crate::fault::Fault;

/// Rows of one page at most, whatever was asked for.
pub(crate) const PAGE_ROWS_MAX: u32 = 100;

/// Where a value was read, for the sentence that says what is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub table: &'static str,
    pub id: &'a dyn Display,
}

impl Place<'_> {
    pub fn corrupt(self, what: impl Display) -> Fault {
        Fault::corrupt(format!("table {}, row {}: {what}", self.table, self.id))
    }

    /// A word that the code knows, or the row is corrupt.
    pub fn known<T>(self, value: Option<T>, what: &str, word: &str) -> Result<T, Fault> {
        value.ok_or_else(|| self.corrupt(format!("unknown {what} “{word}”")))
    }

    pub fn currency(self, code: &str) -> Result<Currency, Fault> {
        Currency::from_code(code).map_err(|error| self.corrupt(error))
    }

    pub fn money(self, minor: i64, currency: Currency) -> Result<Money, Fault> {
        Money::new(minor, currency).map_err(|error| self.corrupt(error))
    }

    pub fn small(self, number: i64, what: &str) -> Result<u32, Fault> {
        u32::try_from(number).map_err(|_| self.corrupt(format!("{what} is {number}")))
    }
}

/// The only row, if there is one. The statement is run to its end, so that a second row, or a constraint that is
/// checked last, is told of.
pub(crate) fn one<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let value = rows.next()?.map(read).transpose()?;
    match rows.next()? {
        Some(_) => Err(Fault::corrupt(format!("more than one row for: {sql}"))),
        None => Ok(value),
    }
}

/// All rows. The statement has its own bound, or reads a table that people fill by hand.
pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(read(row)?);
    }
    Ok(values)
}

/// Runs a statement that answers no rows; how many it changed.
pub(crate) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize, Fault> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}

/// Runs an `INSERT … ON CONFLICT DO NOTHING` into a table with a numbered `id`; the number, where a row was made.
/// On the way of a settlement it stands for `RETURNING id`, for which SQLite opens a temporary table each time.
pub(crate) fn insert(conn: &Connection, sql: &str, params: impl Params) -> Result<Option<i64>, Fault> {
    let rows = run(conn, sql, params)?;
    Ok((rows > 0).then(|| conn.last_insert_rowid()))
}

/// A page as two numbers for `WHERE key < ?` and `LIMIT ?`.
pub(crate) fn bounds(page: PageOf) -> (i64, u32) {
    (page.before.unwrap_or(i64::MAX), page.rows_max.clamp(1, PAGE_ROWS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        let tables = "PRAGMA foreign_keys = ON;
            CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id)) STRICT;
            INSERT INTO parents VALUES (1)";
        conn.execute_batch(tables).unwrap();
        conn
    }

    #[test]
    fn a_broken_foreign_key_is_told_where_a_row_was_to_be_answered() {
        let conn = family();
        let sql = "INSERT INTO children (parent) VALUES (?1) RETURNING id";
        assert!(one(&conn, sql, [404], |row| Ok(row.get::<_, i64>(0)?)).is_err());
        assert_eq!(one(&conn, sql, [1], |row| Ok(row.get::<_, i64>(0)?)).unwrap(), Some(1));
    }

    #[test]
    fn a_second_row_where_one_was_meant_is_corrupt() {
        let conn = family();
        conn.execute_batch("INSERT INTO parents VALUES (2)").unwrap();
        assert!(one(&conn, "SELECT id FROM parents", [], |_| Ok(())).is_err());
        assert!(one(&conn, "SELECT id FROM parents WHERE id = 3", [], |_| Ok(())).unwrap().is_none());
    }

    #[test]
    fn an_insert_that_met_a_row_gives_no_number() {
        let conn = family();
        let sql = "INSERT INTO parents (id) VALUES (?1) ON CONFLICT (id) DO NOTHING";
        assert_eq!(insert(&conn, sql, [7]).unwrap(), Some(7));
        assert_eq!(insert(&conn, sql, [7]).unwrap(), None);
    }
}
