//! `tollgate audit list` and `tollgate audit check`.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use tollgate_billing::audit::{AuditReport, AuditRow, Detail};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::{Audit, PageOf};

use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, open_store};

/// Entries that are read at once: as many as the store gives.
const PAGE_ROWS: u32 = 100;

#[derive(Debug, Args)]
pub struct List {
    /// How many entries, the newest first
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl List {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, _) = open_store(&config, Access::Tool)?;
            let (mut left, mut before) = (self.limit, None);
            loop {
                let rows = store.audit(PageOf { before, rows_max: left.min(PAGE_ROWS) }).await?;
                for row in &rows {
                    say!("{}", line(row));
                }
                before = rows.last().map(|row| row.seq);
                left -= u32::try_from(rows.len()).unwrap_or(left).min(left);
                if left == 0 || before.is_none() {
                    return Ok(());
                }
            }
        })
    }
}

pub fn check(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    super::block_on(async {
        let (store, _) = open_store(&config, Access::Tool)?;
        match verdict(&store.check_audit().await?) {
            Ok(words) => {
                say!("{words}");
                Ok(())
            }
            Err(words) => bail!(words),
        }
    })
}

/// For `tollgate check` too.
pub fn verdict(report: &AuditReport) -> Result<String, String> {
    match &report.fault {
        None if report.sound == 0 => Ok("there are no entries yet".to_owned()),
        None => Ok(format!("entries 1 to {} fit together; the last hash is {}", report.sound, report.last_hash)),
        Some((seq, why)) => Err(format!(
            "entry {seq} of the audit log {why}; somebody was at the database file. Compare with a backup from before"
        )),
    }
}

/// `7  2026-01-31 12:00:00Z  Command line  hosts granted: card (hosts: api.example.com)`. An entry is one line and holds
/// nothing that a terminal would obey, whoever wrote it.
fn line(row: &AuditRow) -> String {
    let who = match (&row.staff, row.by.as_str()) {
        (Some(name), _) => name.as_str(),
        (None, "command") => "Command line",
        (None, "host") => "Tollgate",
        (None, other) => other,
    };
    let details: Vec<String> = row.details.iter().map(|(name, value)| format!("{}: {value}", named(name))).collect();
    let subject = if row.subject.is_empty() { String::new() } else { format!(": {}", row.subject) };
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
    let words = row.action.replace('-', " ");
    let text = format!("{}  {}  {who}  {words}{subject}{details}", row.seq, when(row.at));
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// In English, as the whole command line.
fn named(detail: &str) -> &str {
    match Detail::from_code(detail) {
        Some(Detail::BankId) => "bank's id",
        Some(Detail::Method) => "payment method",
        _ => detail,
    }
}

/// By the clock of UTC, to the second.
fn when(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| format!("{} ms", at.0), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        AuditRow {
            seq: 7,
            at: Timestamp(1_780_000_000_000),
            by: "command".to_owned(),
            staff: None,
            action: "hosts-granted".to_owned(),
            subject: "card".to_owned(),
            details: vec![("hosts".to_owned(), "a.example".to_owned()), ("bank-id".to_owned(), "B1".to_owned())],
        }
    }

    #[test]
    fn an_entry_is_one_line_in_words() {
        let expected = "7  2026-05-28 20:26:40Z  Command line  hosts granted: card (hosts: a.example; bank's id: B1)";
        assert_eq!(line(&row()), expected);
        let staff = AuditRow { staff: Some("Sam".into()), subject: String::new(), details: Vec::new(), ..row() };
        assert_eq!(line(&staff), "7  2026-05-28 20:26:40Z  Sam  hosts granted");
        let hostile = AuditRow { at: Timestamp(i64::MAX), subject: "\u{1b}[2J\n8".into(), ..row() };
        assert!(!line(&hostile).contains(char::is_control));
    }

    #[test]
    fn a_log_that_does_not_fit_is_told_by_the_row() {
        let report = AuditReport { sound: 2, last_hash: "ab".to_owned(), fault: None };
        assert_eq!(verdict(&report).expect("sound"), "entries 1 to 2 fit together; the last hash is ab");
        let fault = AuditReport { fault: Some((3, "is wrong".to_owned())), ..report };
        assert!(verdict(&fault).expect_err("a fault").starts_with("entry 3 of the audit log is wrong"));
    }
}
