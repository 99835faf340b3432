//! The one thread that writes. What waits is committed together, because the disk takes as long for one as for many.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;
use tollgate_billing::ports::StoreError;

use crate::fault::Fault;

/// Jobs of one commit, which itself costs as much as some of them. More would hardly make each cheaper, but have the first
/// ones wait, and whoever sent them has nothing new to bring meanwhile.
const GROUP_JOBS_MAX: usize = 10;
/// Jobs that may wait: about a tenth of a second of work. Beyond it callers are better told to come back.
const QUEUE_JOBS_MAX: usize = 1_024;

const BUSY: &str = "the database has more to write than it can keep up with: try again in a moment";
const STOPPED: &str = "the database writer has stopped: restart Tollgate";
const PANICKED: &str = "the store's own code failed and nothing was written; this is a bug, the log says where";
const GIVEN_UP: &str = "the database gave up a transaction: try again";

/// Something to do in a transaction, with somebody who waits for the answer.
trait Job: Send {
    fn run(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError>;
    /// Called once, after the group's commit.
    fn answer(self: Box<Self>, committed: &Result<(), StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    result: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send,
{
    fn run(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        if let Some(work) = self.work.take() {
            // What the closure borrowed mutably is the transaction alone, and its savepoint is rolled back.
            self.result = match catch_unwind(AssertUnwindSafe(|| work(tx))) {
                Ok(result) => result.map_err(StoreError::from),
                Err(_) => Err(StoreError::Corrupt(PANICKED.to_owned())),
            };
        }
        self.result.as_ref().map(drop).map_err(StoreError::clone)
    }

    fn answer(self: Box<Self>, committed: &Result<(), StoreError>) {
        let answer = match committed {
            Ok(()) => self.result,
            Err(error) => Err(error.clone()),
        };
        // Whoever asked may be gone (a closed connection); what was committed stays.
        drop(self.reply.send(answer));
    }
}

/// How much was written since the start, and in how many commits.
#[derive(Default)]
pub(crate) struct Counts {
    pub jobs: AtomicU64,
    pub commits: AtomicU64,
}

pub(crate) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    pub counts: Arc<Counts>,
}

impl Writer {
    pub fn start(conn: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE_JOBS_MAX);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let thread = Builder::new().name("store-writer".to_owned()).spawn(move || serve(conn, &waiting, &counted))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), counts })
    }

    /// Answers once the work is durable, or was not done.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let unavailable = |sentence: &str| StoreError::Unavailable(sentence.to_owned());
        let task = Box::new(Task { work: Some(work), result: Err(unavailable(STOPPED)), reply });
        let sent = self.queue.as_ref().ok_or_else(|| unavailable(STOPPED))?.try_send(task);
        match sent {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(unavailable(STOPPED))),
            Err(TrySendError::Full(_)) => Err(unavailable(BUSY)),
            Err(TrySendError::Disconnected(_)) => Err(unavailable(STOPPED)),
        }
    }
}

impl Drop for Writer {
    /// Everything that was queued is written first.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended with a panic");
        }
    }
}

fn serve(mut conn: Connection, waiting: &Receiver<Box<dyn Job>>, counts: &Counts) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        let committed = commit_group(&mut conn, &mut group, waiting).map_err(StoreError::from);
        match &committed {
            Ok(()) => {
                counts.jobs.fetch_add(group.len() as u64, Ordering::Relaxed);
                counts.commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => tracing::error!(jobs = group.len(), %error, "a group was not committed"),
        }
        for job in group {
            job.answer(&committed);
        }
    }
    if let Err((_, error)) = conn.close() {
        tracing::warn!(%error, "the database was not closed as it should be");
    }
}

/// Takes what waits, also what arrives while it works, runs each job in a savepoint of its own and commits once.
fn commit_group(
    conn: &mut Connection,
    group: &mut Vec<Box<dyn Job>>,
    waiting: &Receiver<Box<dyn Job>>,
) -> Result<(), Fault> {
    let tx = match conn.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(tx) => tx,
        Err(error) => {
            // They have waited as long as the first one: none should wait for the same lock again.
            group.extend(waiting.try_iter().take(GROUP_JOBS_MAX - group.len()));
            return Err(error.into());
        }
    };
    let mut next = 0;
    while let Some(job) = group.get_mut(next) {
        run_in_savepoint(&tx, job.as_mut())?;
        next += 1;
        if next == group.len() && next < GROUP_JOBS_MAX {
            group.extend(waiting.try_recv());
        }
    }
    Ok(tx.commit()?)
}

/// A job that fails is undone alone. An error here is one that took the whole transaction.
fn run_in_savepoint(tx: &Transaction<'_>, job: &mut dyn Job) -> Result<(), Fault> {
    step(tx, "SAVEPOINT job")?;
    let outcome = job.run(tx);
    if tx.is_autocommit() {
        // A full disk or a failed read makes SQLite give the transaction up, and the neighbours are gone with it.
        return Err(outcome.err().unwrap_or_else(|| StoreError::Unavailable(GIVEN_UP.to_owned())).into());
    }
    if outcome.is_err() {
        step(tx, "ROLLBACK TO job")?;
    }
    step(tx, "RELEASE job")
}

fn step(tx: &Transaction<'_>, sql: &str) -> Result<(), Fault> {
    tx.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests;
