//! Floods of the log, of the memory that plugins have, and of requests; and slow drips.

use std::fmt::Write as _;
use std::sync::Arc;

use parking_lot::Mutex;
use tollgate_billing::ids::{InstanceId, Timestamp};
use tollgate_billing::ports::{MemoryEntry, PluginMemory, SendFailure};
use tollgate_guests::guest::{Guest, gateway};
use tollgate_sandbox::Limits;

use super::rooms_stand;
use crate::attack::{Attack, Verdict, says};
use crate::ground::Ground;
use crate::rooms::{NOW, Rooms};
use crate::senders::{request, sender};
use crate::trap::Trap;

/// As the contract says.
const LOG_LINES_MAX: usize = 50;
const REQUESTS_MAX: usize = 8;
const KEYS_MAX: usize = 1_000;
/// What a call waits for a provider that never ends.
const WAIT_MS: u64 = 300;

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::new("floods", "log-flood", "logs five hundred lines of three kilobytes", log_flood),
        Attack::new(
            "floods",
            "log-forgery",
            "writes lines of its own and a terminal's commands into the log",
            log_forgery,
        ),
        Attack::new("floods", "state-flood", "keeps more keys than its memory has", state_flood),
        Attack::new("floods", "state-of-huge-values", "keeps a value of a megabyte", |ground| async move {
            let put =
                "(call $put (i32.const 0) (i32.const 2) (i32.const 0) (i32.const 1000000) (i32.const 0) (i64.const 0)
                (i32.const 512))";
            refused_put(&ground, put).await
        }),
        Attack::new("floods", "state-of-huge-keys", "keeps a value under a key of 700 kB", |ground| async move {
            let put = "(call $put (i32.const 262144) (i32.const 700000) (i32.const 0) (i32.const 2) (i32.const 0) (i64.const 0)
                (i32.const 512))";
            refused_put(&ground, put).await
        }),
        Attack::new("floods", "state-of-a-stranger", "reads what another plugin keeps", stranger),
        Attack::new("floods", "request-flood", "sends a hundred requests in one call", request_flood),
        Attack::new("floods", "slow-drip", "asks a provider that answers a byte now and then, for ever", |ground| {
            waits(ground, "/drip")
        }),
        Attack::new("floods", "silence", "asks a provider that never answers", |ground| waits(ground, "/hang")),
        Attack::new("floods", "answer-flood", "has its provider answer five megabytes", |ground| async move {
            unknown(&ground, "/flood", "more than 4096 kB").await
        }),
        Attack::new("floods", "answer-of-many-headers", "has its provider answer 101 headers", |ground| async move {
            unknown(&ground, "/headers", "no HTTP").await
        }),
        Attack::new(
            "floods",
            "packed-answer",
            "has its provider answer packed, to unpack to any size",
            |ground| async move { unknown(&ground, "/packed", "packed").await },
        ),
    ]
}

fn logging(first: &str) -> Guest {
    gateway().imports("log", "write", "(param i32 i32 i32)").first("pay-now", first)
}

/// What plugins wrote into the log, while one of them is called.
async fn logged(ground: Ground, guest: Guest) -> Result<(Rooms, Vec<String>), String> {
    let rooms = Rooms::around(ground.patient(), &guest).await;
    let lines = Lines::default();
    let rooms = Arc::new(rooms);
    let seen = lines.clone();
    let called = rooms.clone();
    // The collector is this thread's alone; a runtime of its own keeps the call on it.
    let call = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tracing::subscriber::with_default(seen, || runtime.block_on(called.pay_now()))
    };
    let answer = tokio::task::spawn_blocking(call).await.map_err(|error| error.to_string())?;
    answer.map_err(|error| error.to_string())?;
    let lines = lines.0.lock().clone();
    Arc::into_inner(rooms).map(|rooms| (rooms, lines)).ok_or_else(|| "the rooms are still held".to_owned())
}

async fn log_flood(ground: Ground) -> Verdict {
    let flood = "(local $i i32)
        (loop $again
            (call $write (i32.const 1) (i32.const 0) (i32.const 3000))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 500))))";
    let (rooms, lines) = logged(ground, logging(flood)).await?;
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    if lines.len() > LOG_LINES_MAX || longest > 1_200 {
        return Err(format!("{} lines of up to {longest}", lines.len()));
    }
    rooms_stand(&rooms, format!("{} lines of at most {longest} characters were written", lines.len())).await
}

async fn log_forgery(ground: Ground) -> Verdict {
    let guest = logging("(call $write (i32.const 1) (i32.const 3072) (i32.const 38))")
        .outside("(data (i32.const 3072) \"fine\\0a2026 INFO paid \\1b[2J\\0d everything is ok\")");
    let (rooms, lines) = logged(ground, guest).await?;
    match lines.as_slice() {
        [line] if !line.contains(['\n', '\r', '\u{1b}']) && line.contains("plugin=\"acme\"") => {
            rooms_stand(&rooms, format!("one line under its own name: {line}")).await
        }
        other => Err(format!("{other:?}")),
    }
}

fn remembering(first: &str) -> Guest {
    gateway()
        .imports("state", "put", "(param i32 i32 i32 i32 i32 i64 i32)")
        .imports("state", "get", "(param i32 i32 i32)")
        .first("pay-now", first)
}

async fn state_flood(ground: Ground) -> Verdict {
    // Each call keeps 900 keys; the number of the key is its own name, and goes on with the invoice's revision.
    let flood = "(local $i i32) (local.set $i (i32.mul (i32.load offset=48 (local.get 0)) (i32.const 900)))
        (i32.store (i32.const 3000) (i32.add (local.get $i) (i32.const 900)))
        (loop $again
            (i32.store8 (i32.const 3072) (i32.add (i32.const 97) (i32.and (local.get $i) (i32.const 15))))
            (i32.store8 (i32.const 3073) (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $i) (i32.const 4)) (i32.const 15))))
            (i32.store8 (i32.const 3074) (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $i) (i32.const 8)) (i32.const 15))))
            (call $put (i32.const 3072) (i32.const 3) (i32.const 0) (i32.const 4) (i32.const 0) (i64.const 0) (i32.const 512))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.load (i32.const 3000)))))";
    let rooms = Rooms::around(ground.patient(), &remembering(flood)).await;
    for revision in 0..3 {
        let mut call = rooms.call();
        Arc::make_mut(&mut call.payment).invoice_revision = revision;
        tollgate_billing::ports::Gateways::pay_now(&*rooms.sandbox, &call).await.map_err(|error| error.to_string())?;
    }
    let mut kept = 0;
    for index in 0..2_700_u32 {
        let letter = |shift: u32| char::from(b'a' + u8::try_from(index >> shift & 15).unwrap_or_default());
        let key: String = [letter(0), letter(4), letter(8)].iter().collect();
        let found = rooms.store.memory_get(&InstanceId::new("acme-1"), &key, NOW).await;
        kept += usize::from(found.map_err(|error| error.to_string())?.is_some());
    }
    if kept > KEYS_MAX {
        return Err(format!("{kept} keys are kept"));
    }
    rooms_stand(&rooms, format!("{kept} of 2700 keys are kept, the rest were refused as full")).await
}

async fn refused_put(ground: &Ground, put: &str) -> Verdict {
    // err(too-large) is 1, then 1; anything else shows that it was kept.
    let sure =
        "(if (i32.eqz (i32.and (i32.load8_u (i32.const 512)) (i32.eq (i32.load8_u (i32.const 516)) (i32.const 1))))
        (then unreachable))";
    let rooms = Rooms::around(ground.patient(), &remembering(&format!("{put} {sure}"))).await;
    rooms.pay_now().await.map_err(|error| format!("it was not told that it is too large: {error}"))?;
    rooms_stand(&rooms, "the plugin was told `too-large`, and nothing was kept".to_owned()).await
}

async fn stranger(ground: Ground) -> Verdict {
    // ok(none) is 0, then 0.
    let get = "(call $get (i32.const 3072) (i32.const 3) (i32.const 512))
        (if (i32.load8_u (i32.const 512)) (then unreachable)) (if (i32.load8_u (i32.const 516)) (then unreachable))";
    let guest = remembering(get).outside("(data (i32.const 3072) \"key\")");
    let rooms = Rooms::around(ground.patient(), &guest).await;
    let entry = MemoryEntry {
        instance: InstanceId::new("honest-1"),
        key: "key".to_owned(),
        value: b"theirs".to_vec(),
        expires: None::<Timestamp>,
        only_if_absent: false,
        keys_max: 1_000,
        bytes_max: 1 << 20,
    };
    rooms.store.memory_put(entry, NOW).await.map_err(|error| error.to_string())?;
    rooms.pay_now().await.map_err(|error| format!("it found something: {error}"))?;
    rooms_stand(&rooms, "the key is not there for it".to_owned()).await
}

async fn request_flood(ground: Ground) -> Verdict {
    let trap = Trap::open().await;
    let send = "(call $send (global.get $request0) (i32.const 512))".repeat(100);
    let guest = sender(request(&format!("http://{}/", trap.host()))).first("pay-now", &send);
    let rooms = Rooms::with_provider(ground.patient(), &guest, &trap).await;
    // What it does with the refusals is its own business.
    let _ = rooms.pay_now().await;
    let arrived = trap.seen().iter().filter(|request| !request.is_empty()).count();
    if arrived > REQUESTS_MAX {
        return Err(format!("{arrived} requests arrived"));
    }
    rooms_stand(&rooms, format!("{arrived} requests arrived, the rest were not sent")).await
}

/// A provider that holds the call: it ends, and says that nothing is known.
async fn waits(ground: Ground, path: &'static str) -> Verdict {
    let trap = Trap::open().await;
    let guest = sender(request(&format!("http://{}{path}", trap.host())));
    let limits = Limits { call_deadline_ms: WAIT_MS, provider_wait_ms: WAIT_MS, ..ground.patient() };
    let rooms = Rooms::with_provider(limits, &guest, &trap).await;
    let shown = rooms.pay_now().await;
    let said = format!("{shown:?}");
    let how = match rooms.egress.outcomes.lock().first() {
        Some(Err(SendFailure::Unknown(why))) => Ok(why.clone()),
        // The call was stopped before egress gave up: then billing hears that nothing is known.
        None => says(said, "a request to the provider may have been sent"),
        Some(other) => Err(format!("{other:?}")),
    }?;
    rooms_stand(&rooms, how).await
}

async fn unknown(ground: &Ground, path: &str, words: &str) -> Verdict {
    let trap = Trap::open().await;
    let rooms =
        Rooms::with_provider(ground.patient(), &sender(request(&format!("http://{}{path}", trap.host()))), &trap).await;
    let shown = rooms.shown().await?;
    match rooms.egress.outcomes.lock().first() {
        Some(Err(SendFailure::Unknown(why))) if why.contains(words) => Ok(why.clone()),
        other => Err(format!("{other:?}, and the plugin shows {shown}")),
    }
}

/// Collects what plugins write into the host's log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "plugin"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Message(String);
        impl tracing::field::Visit for Message {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                // Writing into a string does not fail.
                let _ = write!(self.0, "{}={value:?} ", field.name());
            }
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().push(message.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
