//! The `Passkeys` port on `WebAuthn`, Level 2: questions to browsers, and what their answers prove.
//!
//! A device verifies its owner each time, by a finger, a face or a PIN: a stolen key alone lets nobody in. Which make a device is
//! of is not asked, so nobody can be told apart by it.
#![forbid(unsafe_code)]

mod waiting;

use parking_lot::Mutex;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::passkey::{NewCredential, Passkey};
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Ceremony, PasskeyError, PasskeyUser, Passkeys};
use tollgate_billing::second_step::Proof;
use url::{Host, Url};
use webauthn_rs::WebauthnBuilder;
use webauthn_rs::prelude::{
    Passkey as Credential, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnError,
};

use waiting::{Question, Waiting};

/// Bytes of what the store keeps of a passkey; the port promises no more.
const CREDENTIAL_BYTES_MAX: usize = 4_096;
/// Bytes of the name that a device gives its passkey, by the standard.
const ID_BYTES_MAX: usize = 1_023;
/// Bytes of an answer. Without attestation it has a tenth of this.
const ANSWER_BYTES_MAX: usize = 32 * 1024;

/// Passkeys of one portal.
pub struct WebAuthn {
    webauthn: Webauthn,
    waiting: Mutex<Waiting>,
}

impl WebAuthn {
    /// For the portal of this name that clients reach at `base_url`. `None` where browsers make no passkeys for that address:
    /// it has to be a name, and `https`, or a name of this machine itself.
    #[must_use]
    pub fn of(base_url: &str, portal: &str) -> Option<Self> {
        let url = Url::parse(base_url).ok()?;
        let Some(Host::Domain(name)) = url.host() else { return None };
        let own_machine = name == "localhost" || name.ends_with(".localhost");
        if url.scheme() != "https" && !(url.scheme() == "http" && own_machine) {
            return None;
        }
        let webauthn = WebauthnBuilder::new(name, &url).ok()?.rp_name(portal).build().ok()?;
        Some(Self { webauthn, waiting: Mutex::new(Waiting::default()) })
    }
}

impl Passkeys for WebAuthn {
    fn ask_for_new(
        &self,
        ceremony: Ceremony,
        user: PasskeyUser<'_>,
        known: &[Passkey],
        now: Timestamp,
    ) -> Result<String, PasskeyError> {
        let ids = known.iter().map(|passkey| Ok(stored(passkey)?.cred_id().clone()));
        let ids = ids.collect::<Result<Vec<_>, PasskeyError>>()?;
        let started = self.webauthn.start_passkey_registration(user_id(ceremony.who), user.login, user.name, Some(ids));
        let (question, state) = started.map_err(|error| failed(&error))?;
        self.waiting.lock().put(ceremony, Question::New(state), now);
        serde_json::to_string(&question.public_key).map_err(|error| PasskeyError::Failed(error.to_string()))
    }

    fn read_new(&self, ceremony: Ceremony, answer: &str, now: Timestamp) -> Result<NewCredential, PasskeyError> {
        let question = self.waiting.lock().take(ceremony, now);
        let Some(Question::New(state)) = question else { return Err(PasskeyError::Over) };
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let made = self.webauthn.finish_passkey_registration(&answer, &state).map_err(|error| refused(&error))?;
        let (credential_id, credential) = (made.cred_id().clone(), written(&made)?);
        if credential_id.len() > ID_BYTES_MAX || credential.len() > CREDENTIAL_BYTES_MAX {
            return Err(PasskeyError::Refused("the passkey is larger than any".to_owned()));
        }
        Ok(NewCredential { credential_id, credential })
    }

    fn ask(&self, ceremony: Ceremony, known: &[Passkey], now: Timestamp) -> Result<String, PasskeyError> {
        let credentials = known.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        let started = self.webauthn.start_passkey_authentication(&credentials);
        let (question, state) = started.map_err(|error| failed(&error))?;
        self.waiting.lock().put(ceremony, Question::Known(state), now);
        serde_json::to_string(&question.public_key).map_err(|error| PasskeyError::Failed(error.to_string()))
    }

    fn prove(
        &self,
        ceremony: Ceremony,
        known: &[Passkey],
        answer: &str,
        now: Timestamp,
    ) -> Result<Proof, PasskeyError> {
        let question = self.waiting.lock().take(ceremony, now);
        let Some(Question::Known(state)) = question else { return Err(PasskeyError::Over) };
        let answer: PublicKeyCredential = read(answer)?;
        let result = self.webauthn.finish_passkey_authentication(&answer, &state).map_err(|error| refused(&error))?;
        for passkey in known {
            let mut credential = stored(passkey)?;
            // `None` where it is another one's answer.
            let Some(changed) = credential.update_credential(&result) else { continue };
            let was = passkey.credential.clone();
            let is = if changed { written(&credential)? } else { was.clone() };
            return Ok(Proof::Passkey { passkey: passkey.id, was, is });
        }
        Err(PasskeyError::Refused("the passkey was removed meanwhile".to_owned()))
    }
}

/// What a device knows the person by: always the same, and it tells nobody who they are.
fn user_id(who: Who) -> Uuid {
    let whose = match who {
        Who::Client(id) => format!("tollgate client {id}"),
        Who::Staff(id) => format!("tollgate staff {id}"),
    };
    let digest: [u8; 32] = Sha256::digest(whose).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

fn read<T: for<'a> Deserialize<'a>>(answer: &str) -> Result<T, PasskeyError> {
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(PasskeyError::Refused(format!("longer than {ANSWER_BYTES_MAX} bytes")));
    }
    // Without serde's own words, in which stands what was sent.
    let refused = |error: serde_json::Error| format!("not what browsers write, from column {}", error.column());
    serde_json::from_str(answer).map_err(|error| PasskeyError::Refused(refused(error)))
}

fn stored(passkey: &Passkey) -> Result<Credential, PasskeyError> {
    let read = serde_json::from_str(&passkey.credential);
    read.map_err(|error| PasskeyError::Failed(format!("passkey {} of the database: {error}", passkey.id)))
}

fn written(credential: &Credential) -> Result<String, PasskeyError> {
    serde_json::to_string(credential).map_err(|error| PasskeyError::Failed(error.to_string()))
}

fn refused(error: &WebauthnError) -> PasskeyError {
    PasskeyError::Refused(error.to_string())
}

fn failed(error: &WebauthnError) -> PasskeyError {
    PasskeyError::Failed(error.to_string())
}
