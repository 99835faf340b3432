//! Who may take up a processor: calls that answer soon at once, long ones by turns.
//!
//! A call that the clock found at work more than once goes on in a lane, of which there are half as many as processors, so that
//! the other half always answers honest calls at once, however many plugins spin. A lane is given back whenever the call
//! waits, and at every tick while others wait for one; plugins get it in turns, whatever number of calls each of them has. A
//! plugin whose last calls broke off or took long begins in a lane, because many short bad calls are one long one.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tollgate_billing::ids::PluginId;

/// Ticks at which a call may be found at work before it needs a lane: it has run for one whole tick by then, and most honest
/// calls have answered.
const FREE_TICKS: u32 = 2;
/// A call that was found at work more often than this was a long one.
const LONG_TICKS: u32 = 10;
/// Good short calls after which a plugin begins without a lane again.
const GOOD_CALLS_TO_TRUST: u8 = 16;

/// What is known of the work of one call. It outlives the guest, which is dropped at the deadline.
#[derive(Debug, Clone, Default)]
pub struct Work(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    begun: AtomicBool,
    ticks: AtomicU32,
}

impl Work {
    /// The clock found the call at work once more.
    pub fn tick(&self) {
        self.0.ticks.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the plugin was asked at all, or waited for its turn only.
    pub fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Relaxed)
    }

    fn ticks(&self) -> u32 {
        self.0.ticks.load(Ordering::Relaxed)
    }
}

/// All lanes of one host.
#[derive(Clone)]
pub struct Lanes(Arc<Mutex<Waiting>>);

struct Waiting {
    free: usize,
    /// Plugins with calls that wait, the next one first; none is empty.
    turns: VecDeque<(PluginId, VecDeque<oneshot::Sender<Lane>>)>,
    /// Good calls that each of these still owes.
    mistrusted: HashMap<PluginId, u8>,
}

/// The right to take up a processor. Gives itself back.
struct Lane(Option<Lanes>);

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(lanes) = self.0.take() {
            lanes.give_back();
        }
    }
}

enum Turn {
    Now(Lane),
    Later(oneshot::Receiver<Lane>),
}

impl Turn {
    fn later(self) -> Option<oneshot::Receiver<Lane>> {
        match self {
            Self::Now(_) => None,
            Self::Later(later) => Some(later),
        }
    }
}

impl Lanes {
    pub fn new(lanes: usize) -> Self {
        let waiting = Waiting { free: lanes.max(1), turns: VecDeque::new(), mistrusted: HashMap::new() };
        Self(Arc::new(Mutex::new(waiting)))
    }

    /// Runs a call, in a lane where it needs one.
    pub async fn run<T>(&self, plugin: &PluginId, work: &Work, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        let begins_in_lane = self.0.lock().mistrusted.contains_key(plugin);
        let mut turn = None;
        poll_fn(|context| {
            let lane = if begins_in_lane || work.ticks() >= FREE_TICKS {
                Some(ready!(self.poll_lane(plugin, &mut turn, context)))
            } else {
                None
            };
            work.0.begun.store(true, Ordering::Relaxed);
            let ticks = work.ticks();
            let polled = call.as_mut().poll(context);
            if lane.is_some() && polled.is_pending() && work.ticks() > ticks {
                // It goes on as soon as it may, so it waits for its turn already, behind those that wait now.
                turn = self.ask(plugin).later();
            }
            drop(lane);
            polled
        })
        .await
    }

    /// Remembers how a call ended, for the plugin's next one.
    pub fn ended(&self, plugin: &PluginId, work: &Work, well: bool) {
        if !work.has_begun() {
            return;
        }
        let mut waiting = self.0.lock();
        if !well || work.ticks() > LONG_TICKS {
            waiting.mistrusted.insert(plugin.clone(), GOOD_CALLS_TO_TRUST);
        } else if let Some(owed) = waiting.mistrusted.get_mut(plugin) {
            *owed = owed.saturating_sub(1);
            if *owed == 0 {
                waiting.mistrusted.remove(plugin);
            }
        }
    }

    fn poll_lane(
        &self,
        plugin: &PluginId,
        turn: &mut Option<oneshot::Receiver<Lane>>,
        context: &mut Context<'_>,
    ) -> Poll<Lane> {
        loop {
            if let Some(later) = turn {
                let came = ready!(Pin::new(later).poll(context));
                *turn = None;
                if let Ok(lane) = came {
                    return Poll::Ready(lane);
                }
            }
            match self.ask(plugin) {
                Turn::Now(lane) => return Poll::Ready(lane),
                Turn::Later(later) => *turn = Some(later),
            }
        }
    }

    fn ask(&self, plugin: &PluginId) -> Turn {
        let mut waiting = self.0.lock();
        if waiting.free > 0 {
            waiting.free -= 1;
            return Turn::Now(Lane(Some(self.clone())));
        }
        let (sender, receiver) = oneshot::channel();
        match waiting.turns.iter_mut().find(|(name, _)| name == plugin) {
            Some((_, calls)) => calls.push_back(sender),
            None => waiting.turns.push_back((plugin.clone(), VecDeque::from([sender]))),
        }
        Turn::Later(receiver)
    }

    /// To the first call of the plugin whose turn it is; that plugin is the last then.
    fn give_back(&self) {
        let mut waiting = self.0.lock();
        while let Some((plugin, mut calls)) = waiting.turns.pop_front() {
            let Some(next) = calls.pop_front() else { continue };
            if !calls.is_empty() {
                waiting.turns.push_back((plugin, calls));
            }
            match next.send(Lane(Some(self.clone()))) {
                Ok(()) => return,
                // The call is gone. Its lane must not give itself back here, where the queue is locked.
                Err(mut lane) => drop(lane.0.take()),
            }
        }
        waiting.free += 1;
    }
}

#[cfg(test)]
mod tests;
