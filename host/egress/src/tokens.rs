//! Access tokens of OAuth 2: fetched once for however many callers, kept until shortly before they expire.

mod answer;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::watch;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{ClientCredentials, SecretText, SendFailure};

pub use answer::read;

/// Different credentials, addresses and scopes of one instance; an honest gateway has one.
const SLOTS_PER_INSTANCE_MAX: usize = 32;

/// Whose token it is, and where from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    pub instance: InstanceId,
    pub credentials: ClientCredentials,
}

/// A token that may be sent.
#[derive(Clone)]
pub struct Token {
    pub value: SecretText,
    /// Not used from then on; shortly before it expires at the provider.
    pub until: Timestamp,
}

pub type Fetched = Result<Token, SendFailure>;

/// What a caller gets.
pub struct Got {
    pub token: Token,
    /// Fetched for this call: renewing it at once would bring no better one.
    pub fresh: bool,
}

struct Slot {
    /// Of the instance's secrets when it was fetched: with others it is not used.
    generation: u64,
    state: State,
}

enum State {
    Ready(Token),
    Fetching { flight: u64, done: watch::Receiver<Option<Fetched>> },
}

/// What is asked for.
pub struct Wanted<'a> {
    pub key: TokenKey,
    pub generation: u64,
    pub now: Timestamp,
    /// A token that the provider has just refused.
    pub refused: Option<&'a SecretText>,
}

#[derive(Default)]
pub struct Tokens {
    slots: Mutex<HashMap<TokenKey, Slot>>,
    flights: AtomicU64,
}

enum Next {
    Use(Token),
    Wait(watch::Receiver<Option<Fetched>>),
    Fetch(u64, watch::Sender<Option<Fetched>>, watch::Receiver<Option<Fetched>>),
}

impl Tokens {
    /// A token that is kept, or the one that somebody is fetching, or a new one by `fetch`, which goes on even where its
    /// first caller goes away.
    ///
    /// # Errors
    /// As `fetch` answered; every caller who waited for it gets the same.
    pub async fn get<F>(self: &Arc<Self>, wanted: Wanted<'_>, fetch: F) -> Result<Got, SendFailure>
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        let key = wanted.key.clone();
        let mut done = match self.next(wanted)? {
            Next::Use(token) => return Ok(Got { token, fresh: false }),
            Next::Wait(done) => done,
            Next::Fetch(flight, sender, done) => {
                let tokens = self.clone();
                tokio::spawn(async move {
                    let fetched = fetch.await;
                    tokens.landed(&key, flight, &fetched);
                    // Nobody is left who waits: the token is kept all the same.
                    let _ = sender.send(Some(fetched));
                });
                done
            }
        };
        let broken = || SendFailure::Unavailable("fetching an access token was broken off".to_owned());
        let fetched = done.wait_for(Option::is_some).await.map_err(|_| broken())?.clone();
        Ok(Got { token: fetched.ok_or_else(broken)??, fresh: true })
    }

    fn next(&self, wanted: Wanted<'_>) -> Result<Next, SendFailure> {
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.get(&wanted.key).filter(|slot| slot.generation == wanted.generation) {
            match &slot.state {
                State::Ready(token) if wanted.now < token.until && wanted.refused != Some(&token.value) => {
                    return Ok(Next::Use(token.clone()));
                }
                // A fetch that broke off has let go of its end.
                State::Fetching { done, .. } if done.has_changed().is_ok() => return Ok(Next::Wait(done.clone())),
                State::Ready(_) | State::Fetching { .. } => {}
            }
        }
        make_room(&mut slots, &wanted)?;
        let flight = self.flights.fetch_add(1, Ordering::Relaxed);
        let (sender, done) = watch::channel(None);
        let state = State::Fetching { flight, done: done.clone() };
        slots.insert(wanted.key, Slot { generation: wanted.generation, state });
        Ok(Next::Fetch(flight, sender, done))
    }

    /// Keeps what was fetched, unless somebody began anew meanwhile.
    fn landed(&self, key: &TokenKey, flight: u64, fetched: &Fetched) {
        let mut slots = self.slots.lock();
        let Some(slot) = slots.get_mut(key) else { return };
        if !matches!(slot.state, State::Fetching { flight: own, .. } if own == flight) {
            return;
        }
        match fetched {
            Ok(token) => slot.state = State::Ready(token.clone()),
            Err(_) => {
                slots.remove(key);
            }
        }
    }
}

/// Forgets what is of no use any more; past the bound, everything of the instance that is not under way.
fn make_room(slots: &mut HashMap<TokenKey, Slot>, wanted: &Wanted<'_>) -> Result<(), SendFailure> {
    let own = |key: &TokenKey| key.instance == wanted.key.instance;
    let count = |slots: &HashMap<TokenKey, Slot>| slots.keys().filter(|key| own(key)).count();
    slots.retain(|key, slot| {
        let useful = match &slot.state {
            State::Ready(token) => slot.generation == wanted.generation && wanted.now < token.until,
            State::Fetching { done, .. } => done.has_changed().is_ok(),
        };
        !own(key) || useful
    });
    if count(slots) >= SLOTS_PER_INSTANCE_MAX {
        slots.retain(|key, slot| !own(key) || matches!(slot.state, State::Fetching { .. }));
    }
    if count(slots) >= SLOTS_PER_INSTANCE_MAX {
        return Err(SendFailure::Unavailable("too many access tokens are being fetched at once".to_owned()));
    }
    Ok(())
}
