//! What happens to those who share a commit.

use std::sync::mpsc::channel;

use super::*;
use crate::row::{one, run};

/// A writer on a table of its own. The directory lives as long as the test.
fn writer() -> (tempfile::TempDir, Writer) {
    let directory = tempfile::tempdir().unwrap();
    let conn = Connection::open(directory.path().join("jobs.db")).unwrap();
    conn.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    conn.execute_batch("CREATE TABLE notes (words TEXT NOT NULL UNIQUE) STRICT").unwrap();
    (directory, Writer::start(conn).unwrap())
}

fn note(tx: &Transaction<'_>, words: &str) -> Result<usize, Fault> {
    run(tx, "INSERT INTO notes VALUES (?1)", [words])
}

async fn notes(writer: &Writer) -> i64 {
    let count = |tx: &Transaction<'_>| one(tx, "SELECT count(*) FROM notes", [], |row| Ok(row.get(0)?));
    writer.write(count).await.unwrap().unwrap()
}

type Work<T> = Box<dyn FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send>;

/// Runs jobs in one group: they are queued while the writer is held by the first.
async fn together<T: Send + 'static>(writer: &Writer, jobs: Vec<Work<T>>) -> Vec<Result<T, StoreError>> {
    let (release, barrier) = channel::<()>();
    let mut waiting = vec![];
    let mut first = Box::pin(writer.write(move |_| {
        let _ = barrier.recv();
        Ok(())
    }));
    assert!(begun(&mut first).await);
    for job in jobs {
        let mut asked = Box::pin(writer.write(job));
        assert!(begun(&mut asked).await);
        waiting.push(asked);
    }
    drop(release);
    drop(first.await);
    let mut answers = vec![];
    for asked in waiting {
        answers.push(asked.await);
    }
    answers
}

/// Polls once, which queues the job; whether it waits.
async fn begun<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending()))
        .await
}

#[tokio::test]
async fn a_job_that_panics_is_undone_alone_and_the_writer_goes_on() {
    let (_directory, writer) = writer();
    let answers = together(
        &writer,
        vec![
            Box::new(|tx| note(tx, "before")),
            Box::new(|tx| {
                note(tx, "undone")?;
                panic!("a bug")
            }),
            Box::new(|tx| note(tx, "after")),
        ],
    )
    .await;
    assert_eq!((&answers[0], &answers[2]), (&Ok(1), &Ok(1)));
    assert!(matches!(&answers[1], Err(StoreError::Corrupt(sentence)) if sentence.contains("bug")));
    assert_eq!(notes(&writer).await, 2);
    assert_eq!(writer.counts.commits.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_job_that_fails_after_writing_leaves_nothing() {
    let (_directory, writer) = writer();
    let refused = writer
        .write(|tx| {
            note(tx, "undone")?;
            Err::<(), _>(Fault::conflict())
        })
        .await;
    assert_eq!(refused, Err(StoreError::Conflict));
    assert_eq!(notes(&writer).await, 0);
}

#[tokio::test]
async fn a_transaction_that_is_lost_fails_everybody_in_it_and_nobody_after() {
    let (_directory, writer) = writer();
    let lose = |tx: &Transaction<'_>| -> Result<usize, Fault> {
        tx.execute_batch("ROLLBACK")?;
        Ok(1)
    };
    let answers =
        together(&writer, vec![Box::new(|tx| note(tx, "before")), Box::new(lose), Box::new(|tx| note(tx, "after"))])
            .await;
    // The last was not begun with them, so it is in the next group or fails with this one; never half of it.
    assert!(matches!(answers[0], Err(StoreError::Unavailable(_))), "{answers:?}");
    assert!(matches!(answers[1], Err(StoreError::Unavailable(_))), "{answers:?}");
    let kept = i64::from(answers[2].is_ok());
    assert_eq!(notes(&writer).await, kept);
    assert_eq!(writer.write(|tx| note(tx, "next")).await, Ok(1));
    assert_eq!(notes(&writer).await, kept + 1);
}

#[tokio::test]
async fn a_full_disk_is_a_sentence_and_room_mends_it() {
    let (_directory, writer) = writer();
    assert_eq!(writer.write(|tx| note(tx, "small")).await, Ok(1));
    let limit = |pages: i64| {
        move |tx: &Transaction<'_>| Ok(tx.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    };
    writer.write(limit(1)).await.unwrap();
    let large = "x".repeat(100_000);
    let words = large.clone();
    let Err(StoreError::Unavailable(sentence)) = writer.write(move |tx| note(tx, &words)).await else {
        panic!("written on a full disk");
    };
    assert!(sentence.contains("full") && sentence.contains("free some space"), "{sentence}");
    assert_eq!(notes(&writer).await, 1);
    writer.write(limit(1_000_000)).await.unwrap();
    assert_eq!(writer.write(move |tx| note(tx, &large)).await, Ok(1));
    assert_eq!(notes(&writer).await, 2);
}

#[tokio::test]
async fn a_full_disk_never_keeps_half_of_a_group() {
    let (_directory, writer) = writer();
    writer.write(|tx| Ok(tx.pragma_update_and_check(None, "max_page_count", 10, |_| Ok(()))?)).await.unwrap();
    let large = "x".repeat(100_000);
    let answers = together(
        &writer,
        vec![Box::new(|tx| note(tx, "before")), Box::new(move |tx| note(tx, &large)), Box::new(|tx| note(tx, "after"))],
    )
    .await;
    assert!(matches!(answers[1], Err(StoreError::Unavailable(_))), "{answers:?}");
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(notes(&writer).await, i64::try_from(kept).unwrap());
}

#[tokio::test]
async fn a_writer_that_has_stopped_says_so() {
    let (_directory, mut writer) = writer();
    writer.queue = None;
    let Err(StoreError::Unavailable(sentence)) = writer.write(|tx| note(tx, "late")).await else {
        panic!("written by nobody");
    };
    assert!(sentence.contains("restart"), "{sentence}");
}
