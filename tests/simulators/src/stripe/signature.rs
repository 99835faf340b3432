//! The header `Stripe-Signature`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `t=…,v1=…` with one `v1` for each secret: several while a secret is being rolled.
#[must_use]
pub fn header(secrets: &[String], body: &str, now_s: i64) -> String {
    let signatures = secrets.iter().map(|secret| format!(",v1={}", sign(secret, body, now_s)));
    format!("t={now_s}{}", signatures.collect::<String>())
}

/// HMAC-SHA256 of `time.body` under the whole secret, its `whsec_` included, in lower-case hex.
#[must_use]
pub fn sign(secret: &str, body: &str, now_s: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{now_s}.{body}").as_bytes());
    let mut hex = String::new();
    for byte in mac.finalize().into_bytes() {
        hex.extend([byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)])));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret`
    const VECTOR: &str = "248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a";

    #[test]
    fn a_signature_is_what_another_tool_computes() {
        assert_eq!(sign("whsec_test_secret", "{\"id\":\"evt_1\"}", 1_700_000_000), VECTOR);
    }

    #[test]
    fn a_rolled_secret_gives_two_signatures() {
        let secrets = ["whsec_new".to_owned(), "whsec_test_secret".to_owned()];
        let header = header(&secrets, "{\"id\":\"evt_1\"}", 1_700_000_000);
        let parts: Vec<&str> = header.split(',').collect();
        assert_eq!((parts[0], parts.len()), ("t=1700000000", 3));
        assert_eq!(parts[2], format!("v1={VECTOR}"));
        assert_ne!(parts[1], parts[2]);
    }
}
