//! One plugin that holds the requests of many attacks: each attack has it send its own. Compiling a plugin for each of them would
//! take longer than all that they do.

use std::fmt::Write as _;
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};
use tollgate_billing::ports::{EgressResponse, SendFailure};
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, plain, record, text};

use crate::attack::Verdict;
use crate::families::REVISION_AT;
use crate::ground::Ground;
use crate::rooms::{Plan, Rooms};
use crate::trap::Trap;

/// What the hostile plugin asks for, and staff grant where they grant anything.
pub const GRANTED: &str = "api.example.com";

/// A request without anything but its address.
pub fn request(url: &str) -> Value {
    record(&[
        ("method", bare("get")),
        ("url", text(url)),
        ("headers", Value::List(Vec::new())),
        ("body", Value::List(Vec::new())),
        ("auth", bare("none")),
        ("keep", Value::List(Vec::new())),
    ])
}

/// A gateway that sends the request, and shows what came of it: the answer's body, or why there is none.
pub fn sender(request: Value) -> Guest {
    sending(vec![request])
}

/// The same with many requests; the payment's invoice revision says which one is sent.
fn sending(requests: Vec<Value>) -> Guest {
    let host = record(&[("host", text(GRANTED)), ("environment", bare("both")), ("purpose", plain("api"))]);
    let mut guest =
        gateway().answers("describe", "hosts", Value::List(vec![host])).imports("http", "send", "(param i32 i32)");
    let mut choose = "(local $request i32) (local.set $request (global.get $request0))".to_owned();
    for (number, request) in requests.into_iter().enumerate() {
        guest = guest.holds(&format!("request{number}"), ("http", "request"), request);
        let is_it = format!("(i32.eq (i32.load offset={REVISION_AT} (local.get 0)) (i32.const {number}))");
        // Writing into a string does not fail.
        let _ = write!(choose, "(if {is_it} (then (local.set $request (global.get $request{number}))))");
    }
    guest.showing(&format!(
        "{choose}
        (call $send (local.get $request) (i32.const 512))
        (if (i32.load8_u (i32.const 512))
            (then
                (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524))))
            (else
                (local.set $at (i32.load (i32.const 528))) (local.set $bytes (i32.load (i32.const 532)))))"
    ))
}

/// The plugin with its rooms, and the server that it wants to reach or that works with it.
pub struct Senders {
    pub rooms: Rooms,
    pub trap: Trap,
    turn: Mutex<()>,
}

/// What came of a request.
pub struct Sent<'a> {
    pub shown: String,
    pub outcome: Option<Result<EgressResponse, SendFailure>>,
    /// What the server saw meanwhile, an empty text for each connection.
    pub seen: Vec<String>,
    pub rooms: &'a Rooms,
    _turn: MutexGuard<'a, ()>,
}

impl Senders {
    /// With these requests, which may name the server, where money is not real.
    pub async fn of(ground: &Ground, requests: impl FnOnce(&Trap) -> Vec<Value>) -> Self {
        Self::with(ground, requests, false).await
    }

    /// With these requests, where money may be real.
    pub async fn with(ground: &Ground, requests: impl FnOnce(&Trap) -> Vec<Value>, live: bool) -> Self {
        let trap = Trap::open().await;
        let plan = Plan { live, ..Plan::of(ground.patient(), &sending(requests(&trap))) };
        Self { rooms: Rooms::open(plan).await, trap, turn: Mutex::default() }
    }

    /// Has the plugin send one of its requests, alone, with these hosts granted.
    ///
    /// # Errors
    /// Where the plugin shows nothing of it.
    pub async fn send(&self, number: usize, granted: Vec<String>) -> Result<Sent<'_>, String> {
        let turn = self.turn.lock().await;
        self.rooms.egress.outcomes.lock().clear();
        let before = self.trap.seen().len();
        let mut call = self.rooms.call();
        Arc::make_mut(&mut call.instance).granted_hosts = granted;
        Arc::make_mut(&mut call.payment).invoice_revision = number.try_into().unwrap_or_default();
        let shown = self.rooms.shown_by(&call).await?;
        let outcome = self.rooms.egress.outcomes.lock().first().cloned();
        let seen = self.trap.seen().split_off(before);
        Ok(Sent { shown, outcome, seen, rooms: &self.rooms, _turn: turn })
    }
}

impl Sent<'_> {
    /// The plugin is told no in these words, and nobody was connected to.
    pub fn denied(&self, words: &str) -> Verdict {
        let Self { shown, outcome, seen, .. } = self;
        if !seen.is_empty() {
            return Err(format!("it was connected to, and the plugin shows {shown}"));
        }
        match outcome {
            Some(Err(SendFailure::Denied(why))) if why.contains(words) && shown == why => Ok(format!("denied: {why}")),
            other => Err(format!("{other:?}, and the plugin shows {shown}")),
        }
    }
}
