//! Who of several callers of the host goes on next, and where the host crashes. Every port of billing stops at a point
//! before it does anything, so that one caller at a time takes one step at a time, and a crash falls between two steps.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;

use crate::chance::Chance;

/// Shared by everything that stops at points. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Points stop somebody; else they are passed.
    on: bool,
    /// Where the caller that was polled last stopped.
    stopped: Option<&'static str>,
}

/// A caller of the host that is under way.
pub type Caller<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How a run of callers ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended<T> {
    /// All of them were answered, in the order in which they were given.
    All(Vec<T>),
    /// The host crashed before this step, the so-many-th. Nobody was answered any more.
    Crashed { step: u32, before: &'static str },
}

impl Turns {
    /// To be awaited before a step that others can see.
    #[must_use]
    pub fn point(&self, before: &'static str) -> Point {
        Point { turns: self.clone(), before, waited: false }
    }

    fn stop(&self, before: &'static str) -> bool {
        let mut state = self.0.lock();
        if state.on {
            state.stopped = Some(before);
        }
        state.on
    }

    fn stopped(&self) -> Option<&'static str> {
        self.0.lock().stopped.take()
    }

    fn switch(&self, on: bool) {
        *self.0.lock() = State { on, stopped: None };
    }

    /// Lets all callers go on, one step of one of them at a time as chance has it. `crash_at` is the step, counted from 1
    /// over all of them, that is not taken any more.
    pub async fn run<T>(&self, callers: Vec<Caller<'_, T>>, chance: &mut Chance, crash_at: Option<u32>) -> Ended<T> {
        self.switch(true);
        let ended = self.take_turns(callers, chance, crash_at).await;
        self.switch(false);
        ended
    }

    async fn take_turns<T>(
        &self,
        mut callers: Vec<Caller<'_, T>>,
        chance: &mut Chance,
        crash_at: Option<u32>,
    ) -> Ended<T> {
        let mut answers: Vec<Option<T>> = callers.iter().map(|_| None).collect();
        let mut step = 0;
        loop {
            let waiting: Vec<usize> = (0..answers.len()).filter(|at| answers[*at].is_none()).collect();
            let Some(at) = chance.pick(&waiting).copied() else { break };
            match self.one_step(callers[at].as_mut()).await {
                Ok(answer) => answers[at] = Some(answer),
                Err(before) => {
                    step += 1;
                    if crash_at == Some(step) {
                        return Ended::Crashed { step, before };
                    }
                }
            }
        }
        Ended::All(answers.into_iter().flatten().collect())
    }

    /// Polls one caller alone until it is answered or stops at its next point.
    async fn one_step<T>(&self, mut caller: Pin<&mut (dyn Future<Output = T> + Send + '_)>) -> Result<T, &'static str> {
        poll_fn(|context| match caller.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Ok(answer)),
            // Without a stop it waits for the store's own thread, which wakes it.
            Poll::Pending => self.stopped().map_or(Poll::Pending, |before| Poll::Ready(Err(before))),
        })
        .await
    }
}

/// See [`Turns::point`].
#[derive(Debug)]
pub struct Point {
    turns: Turns,
    before: &'static str,
    waited: bool,
}

impl Future for Point {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if !self.waited && self.turns.stop(self.before) {
            self.waited = true;
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller<'a>(turns: &Turns, name: char, told: &'a Mutex<String>) -> Caller<'a, char> {
        let turns = turns.clone();
        Box::pin(async move {
            for _ in 0..3 {
                turns.point("a letter").await;
                told.lock().push(name);
            }
            name
        })
    }

    async fn told(seed: u64, crash_at: Option<u32>) -> (String, Ended<char>) {
        let (turns, told) = (Turns::default(), Mutex::new(String::new()));
        let callers = vec![caller(&turns, 'a', &told), caller(&turns, 'b', &told)];
        let ended = turns.run(callers, &mut Chance::of(seed), crash_at).await;
        (told.into_inner(), ended)
    }

    #[tokio::test]
    async fn callers_take_turns_as_the_seed_has_it() {
        let (story, ended) = told(1, None).await;
        assert_eq!(ended, Ended::All(vec!['a', 'b']));
        assert_eq!(told(1, None).await.0, story);
        let mut stories = std::collections::BTreeSet::new();
        for seed in 0..50 {
            stories.insert(told(seed, None).await.0);
        }
        assert!(stories.len() > 10, "{stories:?}");
    }

    #[tokio::test]
    async fn a_crash_falls_before_its_step() {
        for step in 1..=6 {
            let (story, ended) = told(3, Some(step)).await;
            assert_eq!(ended, Ended::Crashed { step, before: "a letter" });
            assert!(story.len() < step as usize);
        }
        assert_eq!(told(3, Some(7)).await.1, Ended::All(vec!['a', 'b']));
    }
}
