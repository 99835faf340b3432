//! A browser with an authenticator, as far as `WebAuthn` (Level 2) goes: makes passkeys and signs with them, each for the site that
//! it was made for, and refuses what browsers refuse.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;
/// ES256, the algorithm that every site takes.
const ES256: i64 = -7;

/// A browser, its user, and the passkeys that they have.
pub struct Authenticator {
    keys: Vec<Key>,
    /// Whether the user shows their finger or types their PIN.
    pub verifies: bool,
    random: SystemRandom,
}

struct Key {
    id: Vec<u8>,
    site: String,
    user: Value,
    pair: EcdsaKeyPair,
    used: u32,
}

/// `DOMException`, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The site is not the page's own.
    Security,
    /// A passkey of this site and account is here already.
    InvalidState,
    /// No passkey of the site, or the user did not prove who they are.
    NotAllowed,
    /// No algorithm that it knows.
    NotSupported,
    /// The options are none.
    Type,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self { keys: Vec::new(), verifies: true, random: SystemRandom::new() }
    }
}

impl Authenticator {
    /// `navigator.credentials.create({ publicKey: options })` on a page of this origin.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// # Panics
    /// Where the system gives no randomness.
    pub fn create(&mut self, origin: &str, options: &str) -> Result<String, Refused> {
        let options: Value = serde_json::from_str(options).map_err(|_| Refused::Type)?;
        let site = site_of(origin, options.pointer("/rp/id"))?;
        let known = options["pubKeyCredParams"].as_array().ok_or(Refused::Type)?;
        if !known.iter().any(|kind| kind["alg"] == ES256 && kind["type"] == "public-key") {
            return Err(Refused::NotSupported);
        }
        let excluded = ids(&options["excludeCredentials"])?;
        if self.keys.iter().any(|key| key.site == site && excluded.contains(&key.id)) {
            return Err(Refused::InvalidState);
        }
        let flags = self.flags(&options["authenticatorSelection"]["userVerification"])?;
        let pair = self.pair();
        let key = Key { id: self.random_id(), site, user: options["user"]["id"].clone(), pair, used: 0 };
        let mut data = head(&key, flags | WITH_KEY);
        // No make is told.
        data.extend([0; 16]);
        data.extend(u16::try_from(key.id.len()).expect("a short id").to_be_bytes());
        data.extend(&key.id);
        data.extend(cose(key.pair.public_key().as_ref()));
        let client = client_data("webauthn.create", origin, &options)?;
        let answer = answer(
            &key.id,
            &json!({
                "clientDataJSON": text(&client),
                "attestationObject": text(&attestation(&data)),
            }),
        );
        self.keys.push(key);
        Ok(answer)
    }

    /// `navigator.credentials.get({ publicKey: options })` on a page of this origin.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// # Panics
    /// Where the system gives no randomness.
    pub fn get(&mut self, origin: &str, options: &str) -> Result<String, Refused> {
        let options: Value = serde_json::from_str(options).map_err(|_| Refused::Type)?;
        let site = site_of(origin, options.get("rpId"))?;
        let allowed = ids(&options["allowCredentials"])?;
        let flags = self.flags(&options["userVerification"])?;
        let fits = |key: &&mut Key| key.site == site && (allowed.is_empty() || allowed.contains(&key.id));
        let key = self.keys.iter_mut().find(fits).ok_or(Refused::NotAllowed)?;
        key.used += 1;
        let data = head(key, flags);
        let client = client_data("webauthn.get", origin, &options)?;
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature = key.pair.sign(&self.random, &signed).expect("the system gives randomness");
        Ok(answer(
            &key.id,
            &json!({
                "clientDataJSON": text(&client),
                "authenticatorData": text(&data),
                "signature": text(signature.as_ref()),
                "userHandle": key.user,
            }),
        ))
    }

    /// Sets the count of the newest passkey back, as a copy of it would show.
    pub fn forget_uses(&mut self) {
        if let Some(key) = self.keys.last_mut() {
            key.used = 0;
        }
    }

    fn flags(&self, wanted: &Value) -> Result<u8, Refused> {
        match (wanted.as_str().unwrap_or("preferred"), self.verifies) {
            ("required", false) => Err(Refused::NotAllowed),
            ("discouraged", _) | ("preferred", false) => Ok(USER_PRESENT),
            (_, _) => Ok(USER_PRESENT | USER_VERIFIED),
        }
    }

    fn pair(&self) -> EcdsaKeyPair {
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(kind, &self.random).expect("the system gives randomness");
        EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &self.random).expect("a key that was just made")
    }

    fn random_id(&self) -> Vec<u8> {
        ring::rand::generate::<[u8; 32]>(&self.random).expect("the system gives randomness").expose().to_vec()
    }
}

/// The site whose passkey is asked for: a name that the page's own is or ends with. No address is one.
fn site_of(origin: &str, asked: Option<&Value>) -> Result<String, Refused> {
    let url = Url::parse(origin).map_err(|_| Refused::Security)?;
    let name = url.domain().ok_or(Refused::Security)?;
    let safe = url.scheme() == "https" || name == "localhost";
    let asked = asked.and_then(Value::as_str).unwrap_or(name);
    let own = name == asked || name.ends_with(&format!(".{asked}"));
    if safe && own { Ok(asked.to_owned()) } else { Err(Refused::Security) }
}

fn ids(list: &Value) -> Result<Vec<Vec<u8>>, Refused> {
    let id = |row: &Value| bytes(&row["id"]).ok_or(Refused::Type);
    list.as_array().into_iter().flatten().map(id).collect()
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(value.as_str()?).ok()
}

/// Bytes as `WebAuthn` writes them: base64url without padding.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The beginning of what an authenticator signs.
fn head(key: &Key, flags: u8) -> Vec<u8> {
    let mut data = Sha256::digest(&key.site).to_vec();
    data.push(flags);
    data.extend(key.used.to_be_bytes());
    data
}

fn client_data(kind: &str, origin: &str, options: &Value) -> Result<Vec<u8>, Refused> {
    let challenge = bytes(&options["challenge"]).ok_or(Refused::Type)?;
    let data = json!({ "type": kind, "challenge": text(&challenge), "origin": origin, "crossOrigin": false });
    Ok(data.to_string().into_bytes())
}

fn answer(id: &[u8], response: &Value) -> String {
    json!({ "id": text(id), "rawId": text(id), "type": "public-key", "response": response }).to_string()
}

/// A public key in CBOR: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`.
fn cose(point: &[u8]) -> Vec<u8> {
    let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    key.extend(&point[1..33]);
    key.extend([0x22, 0x58, 0x20]);
    key.extend(&point[33..65]);
    key
}

/// In CBOR: `{"fmt": "none", "attStmt": {}, "authData": data}`.
fn attestation(data: &[u8]) -> Vec<u8> {
    let mut object = vec![0xa3];
    object.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x59");
    object.extend(u16::try_from(data.len()).expect("a short one").to_be_bytes());
    object.extend(data);
    object
}
