//! What browsers answer when they are asked for a passkey. The first line says which: `new` with an attestation object, `known`
//! with the authenticator's data (37 bytes) and a signature, or `json` with the whole answer. What the browser says of the page
//! is right in the first two, so that what follows is read.

use std::sync::OnceLock;

use serde_json::{Value, json};
use tollgate_billing::ids::{ClientId, PasskeyId, Timestamp};
use tollgate_billing::passkey::Passkey;
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Ceremony, PasskeyError, PasskeyUser, Passkeys};
use tollgate_passkeys::WebAuthn;
use tollgate_simulators::authenticator::{Authenticator, text};

use super::hold;

const ORIGIN: &str = "http://localhost:8080";
const NOW: Timestamp = Timestamp(1_795_305_600_000);
const CEREMONY: Ceremony = Ceremony { who: Who::Client(ClientId(1)), token_sha256: [7; 32] };
/// Bytes of an authenticator's data at a login.
const HEAD_BYTES: usize = 37;

pub fn run(input: &[u8]) -> Result<String, String> {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (kind, rest) = (&input[..at], input.get(at + 1..).unwrap_or_default());
    match kind {
        b"new" => new(rest),
        b"known" => known(rest),
        _ => whole(&String::from_utf8_lossy(rest)),
    }
}

/// What is kept fits into the store and can be asked for again.
fn new(object: &[u8]) -> Result<String, String> {
    let (portal, _) = portal();
    let client = client_data("webauthn.create", &question(portal)?);
    let answer = answer(b"id", &json!({ "clientDataJSON": client, "attestationObject": text(object) }));
    let made = match portal.read_new(CEREMONY, &answer, NOW) {
        Ok(made) => made,
        Err(error) => return refused(error),
    };
    hold((1..=1_023).contains(&made.credential_id.len()), || format!("an id of {}", made.credential_id.len()))?;
    hold(made.credential.len() <= 4_096, || format!("a passkey of {} bytes", made.credential.len()))?;
    portal.ask(CEREMONY, &[stored(made.credential)], NOW).map_err(|error| format!("it is not read again: {error}"))?;
    Ok("made".to_owned())
}

/// Nobody here has the key.
fn known(data: &[u8]) -> Result<String, String> {
    let (portal, passkey) = portal();
    let (head, signature) = data.split_at(HEAD_BYTES.min(data.len()));
    let asked = portal.ask(CEREMONY, std::slice::from_ref(passkey), NOW).map_err(|error| error.to_string())?;
    let asked: Value = serde_json::from_str(&asked).map_err(|error| error.to_string())?;
    let response = json!({
        "clientDataJSON": client_data("webauthn.get", &asked),
        "authenticatorData": text(head),
        "signature": text(signature),
    });
    let mut answer: Value = serde_json::from_str(&answer(b"", &response)).map_err(|error| error.to_string())?;
    let id = asked["allowCredentials"][0]["id"].clone();
    answer["id"] = id.clone();
    answer["rawId"] = id;
    proves_nothing(&answer.to_string())
}

fn whole(answer: &str) -> Result<String, String> {
    let (portal, passkey) = portal();
    question(portal)?;
    let read = portal.read_new(CEREMONY, answer, NOW);
    hold(read.is_err(), || "it does not answer this question".to_owned())?;
    portal.ask(CEREMONY, std::slice::from_ref(passkey), NOW).map_err(|error| error.to_string())?;
    proves_nothing(answer)
}

fn proves_nothing(answer: &str) -> Result<String, String> {
    let (portal, passkey) = portal();
    match portal.prove(CEREMONY, std::slice::from_ref(passkey), answer, NOW) {
        Ok(proof) => Err(format!("it proves {proof:?}")),
        Err(error) => refused(error),
    }
}

/// In words that say the way, without what was sent.
fn refused(error: PasskeyError) -> Result<String, String> {
    match error {
        PasskeyError::Refused(why) => Ok(why.chars().take_while(|c| !c.is_ascii_digit() && *c != '`').collect()),
        other => Err(format!("{other}: it was just asked")),
    }
}

fn question(portal: &WebAuthn) -> Result<Value, String> {
    let user = PasskeyUser { login: "anna@example.test", name: "Anna" };
    let asked = portal.ask_for_new(CEREMONY, user, &[], NOW).map_err(|error| error.to_string())?;
    serde_json::from_str(&asked).map_err(|error| error.to_string())
}

fn client_data(kind: &str, asked: &Value) -> String {
    text(json!({ "type": kind, "challenge": asked["challenge"], "origin": ORIGIN }).to_string().as_bytes())
}

fn answer(id: &[u8], response: &Value) -> String {
    json!({ "id": text(id), "rawId": text(id), "type": "public-key", "response": response }).to_string()
}

/// A portal, and a passkey of a device that is gone.
fn portal() -> &'static (WebAuthn, Passkey) {
    static PORTAL: OnceLock<(WebAuthn, Passkey)> = OnceLock::new();
    PORTAL.get_or_init(|| {
        let portal = WebAuthn::of(ORIGIN, "Test Hosting").expect("a name of this machine");
        let asked = question(&portal).expect("randomness").to_string();
        let made = Authenticator::default().create(ORIGIN, &asked).expect("a right question");
        let made = portal.read_new(CEREMONY, &made, NOW).expect("a right answer");
        (portal, stored(made.credential))
    })
}

fn stored(credential: String) -> Passkey {
    Passkey { id: PasskeyId(1), name: "Phone".to_owned(), credential, created: NOW, last_used: None }
}
