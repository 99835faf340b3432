//! Webhooks of the card gateway, over HTTP into the real server: how soon credit is durable, and what sixteen senders get
//! settled in a second, beside a bare loop that writes the same rows. Signature check and plugin calls are included.

mod event;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use rusqlite::{Connection as Database, Transaction, params};
use tollgate_billing::ids::PluginId;
use tollgate_billing::invoice::LineKind;
use tollgate_store::SqliteStore;

use crate::load::Connection;
use crate::open_payments::{AMOUNT_MINOR, AT, Open, fill};
use crate::report::{Bar, Report};
use crate::rounds::{ROUNDS, in_turn, median};
use crate::rows;
use crate::server::Server;
use crate::settlements::per_second;
use event::{Event, MERCHANT, SECRET};

const INSTANCE: &str = "card";
const SENDERS: usize = 16;
/// Webhooks of one round, all senders together: some tenths of a second.
const SETTLED: usize = 1_600;
/// Webhooks of one round that come one after the other.
const CREDITED: usize = 100;
/// One more round than is measured warms both up.
const ALL_CREDITED: usize = CREDITED * (ROUNDS + 1);
const ALL_SETTLED: usize = SETTLED * (ROUNDS + 1);
/// Those that become credit come first, then those of ordinary lines.
const OPEN: Open = Open { instance: INSTANCE, kind, count: ALL_CREDITED + ALL_SETTLED };

fn kind(index: usize) -> LineKind {
    if index < ALL_CREDITED { LineKind::Module(PluginId::new("add-funds")) } else { LineKind::Service }
}

pub fn measure(report: &mut Report) -> Result<()> {
    let server = prepare()?;
    let database = server.path().join("data/tollgate.sqlite");
    let mut bare = copy(&database, &server.path().join("bare.sqlite"))?;
    let (running, _) = server.start()?;
    let reader = Database::open(&database)?;
    credits(&server.host, &reader, &mut bare, report)?;
    settlements(&server.host, &mut bare, report)?;
    drop(running);
    all_came(&reader)?;
    server.run(&["check"], "")
}

/// An installation with all payments open.
fn prepare() -> Result<Server> {
    let server = Server::with(&["add-funds", "card"])?;
    // Without it `tollgate check` says that nobody can pay by card.
    let pages = format!("pages-url = \"http://{}\"", server.host.replace("127.0.0.1", "localhost"));
    let config = server.path().join("tollgate.toml");
    std::fs::write(&config, std::fs::read_to_string(&config)?.replace("pages-url = \"\"", &pages))?;
    server.offer_add_funds()?;
    let key = server.path().join("key");
    std::fs::write(&key, "sk_test_benchmark")?;
    let key = format!("secret-key={}", key.display());
    let merchant = format!("merchant={MERCHANT}");
    // The fee would be asked of the provider; a benchmark has none.
    let settings = ["publishable-key=pk_test_benchmark", &merchant, "ask-fee=false", "save-cards=false"];
    let set = ["plugin", "set", INSTANCE, "--enable", "--secret", &key, "--secret", "webhook-secret=-"];
    server.run(&[&set[..], &settings].concat(), SECRET)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let store = Arc::new(SqliteStore::open_server(&server.path().join("data/tollgate.sqlite"))?);
    runtime.block_on(fill(&store, OPEN))?;
    Ok(server)
}

/// The floor begins with the very same database.
fn copy(database: &Path, bare: &Path) -> Result<Database> {
    let bare = bare.to_str().context("the folder of temporary files is text")?;
    Database::open(database)?.execute("VACUUM INTO ?1", [bare])?;
    let copy = Database::open(bare)?;
    copy.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    Ok(copy)
}

/// One webhook after the other, each a client's top-up: the middle of how long each takes.
fn credits(host: &str, reader: &Database, bare: &mut Database, report: &mut Report) -> Result<()> {
    let (mut sent, mut written) = (0, 0);
    let mut connection = Connection::open(host)?;
    let mut ours = || {
        sent += CREDITED;
        one_by_one(sent - CREDITED..sent, |event| {
            let request = event.request(host);
            let start = Instant::now();
            deliver(&mut connection, &request)?;
            let ms = milliseconds(start);
            is_credited(reader, event.index)?;
            Ok(ms)
        })
    };
    let mut floor = || {
        written += CREDITED;
        one_by_one(written - CREDITED..written, |event| {
            let start = Instant::now();
            let tx = bare.transaction()?;
            rows::credit(&tx, rows::pay(&tx, INSTANCE, event.index)?)?;
            write_webhook(&tx, event)?;
            tx.commit()?;
            Ok(milliseconds(start))
        })
    };
    ours()?;
    floor()?;
    let (ours, floor) = in_turn(&mut ours, &mut floor)?;
    report.against_floor("webhook to durable credit, one sender", "ms", (ours, floor), Bar::AtMost(6.0));
    Ok(())
}

/// Sixteen senders at once, each webhook an ordinary invoice paid.
fn settlements(host: &str, bare: &mut Database, report: &mut Report) -> Result<()> {
    let (mut sent, mut written) = (ALL_CREDITED, ALL_CREDITED);
    let mut ours = || {
        sent += SETTLED;
        send_all(host, sent - SETTLED..sent)
    };
    let mut floor = || {
        written += SETTLED;
        write_all(bare, written - SETTLED..written)
    };
    ours()?;
    floor()?;
    let (ours, floor) = in_turn(&mut ours, &mut floor)?;
    report.against_floor("webhooks settled, 16 senders", "webhooks/s", (ours, floor), Bar::AtLeast(0.4));
    Ok(())
}

fn one_by_one(range: std::ops::Range<usize>, mut ms: impl FnMut(&Event) -> Result<f64>) -> Result<f64> {
    Ok(median(range.map(|index| ms(&Event::new(index))).collect::<Result<_>>()?))
}

/// What was answered is durable: another connection finds it.
fn is_credited(reader: &Database, index: usize) -> Result<()> {
    let sql = "SELECT balance_minor FROM credits WHERE client_id = 1 AND currency = 'EUR'";
    let balance: i64 = reader.query_row(sql, [], |row| row.get(0))?;
    let expected = AMOUNT_MINOR * i64::try_from(index + 1)?;
    ensure!(balance == expected, "webhook {index} was answered while the credit was {balance} and not {expected}");
    Ok(())
}

fn deliver(connection: &mut Connection, request: &str) -> Result<()> {
    let answer = connection.send(request)?;
    ensure!(answer.status == 200, "a webhook was answered with {}: {}", answer.status, answer.body);
    Ok(())
}

/// Webhooks a second. They are signed before the clock starts: that is the provider's work.
fn send_all(host: &str, range: std::ops::Range<usize>) -> Result<f64> {
    let requests: Vec<String> = range.map(|index| Event::new(index).request(host)).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        let send = |share: &'_ [String]| {
            let mut connection = Connection::open(host)?;
            share.iter().try_for_each(|request| deliver(&mut connection, request))
        };
        let shares = requests.chunks(requests.len().div_ceil(SENDERS));
        let senders: Vec<_> = shares.map(|share| scope.spawn(move || send(share))).collect();
        let panicked = |_| anyhow!("a sender of the benchmark panicked");
        senders.into_iter().try_for_each(|sender| sender.join().map_err(panicked)?)
    })?;
    Ok(per_second(requests.len(), start))
}

/// The same rows by hand, as many in a commit as there are senders.
fn write_all(bare: &mut Database, range: std::ops::Range<usize>) -> Result<f64> {
    let events: Vec<Event> = range.map(Event::new).collect();
    let start = Instant::now();
    for group in events.chunks(SENDERS) {
        let tx = bare.transaction()?;
        for event in group {
            rows::earn(&tx, rows::pay(&tx, INSTANCE, event.index)?)?;
            write_webhook(&tx, event)?;
        }
        tx.commit()?;
    }
    Ok(per_second(events.len(), start))
}

fn write_webhook(tx: &Transaction<'_>, event: &Event) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO webhooks (instance_id, event_id, received, state, headers, query, body, reason, tries, next_try,
            claims) VALUES (?1, ?2, ?3, 'done', ?4, '', ?5, '', 0, NULL, 1)",
    )?;
    insert.execute(params![INSTANCE, event.id(), AT.0, event.stored_headers(), event.body.as_bytes()])?;
    Ok(())
}

/// Nothing was lost, and nothing was counted that did not happen.
fn all_came(reader: &Database) -> Result<()> {
    let count = |sql: &str| Ok::<_, anyhow::Error>(reader.query_row(sql, [], |row| row.get::<_, i64>(0))?);
    let expected = i64::try_from(OPEN.count)?;
    let webhooks = count("SELECT count(*) FROM webhooks WHERE state = 'done' AND claims = 1")?;
    let paid = count("SELECT count(*) FROM payments WHERE state = 'paid'")?;
    ensure!((webhooks, paid) == (expected, expected), "of {expected} webhooks {webhooks} are done, {paid} paid");
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
