//! Proves that a webhook is Stripe's: `Stripe-Signature: t=…,v1=…,v1=…` over the time, a point and the raw body.

use tollgate_sdk::gateway::Webhook;
use tollgate_sdk::signing::{self, Algorithm, Data, SigningError};

use crate::config::{WEBHOOK_SECRET, WEBHOOK_SECRET_NEXT};
use crate::hex::hex;

/// How far Stripe's clock and the host's may be apart, either way.
const TOLERANCE_S: u64 = 300;
/// Stripe signs with two secrets while one is replaced; more than these are somebody's attempts.
const SIGNATURES_MAX: usize = 8;
/// Seconds since 1970 have ten digits until the year 2286.
const TIME_DIGITS_MAX: usize = 11;
const HEADER_BYTES_MAX: usize = 2_048;

/// `t` as it was written, and every `v1`. Older schemes such as `v0` prove nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Header<'a> {
    pub time: &'a str,
    pub at_s: u64,
    pub signatures: Vec<&'a str>,
}

/// Whether one of the instance's secrets signed the webhook, and when it came that was just before. It is measured against
/// the time of arrival, so that a webhook that is looked at again later is judged as it was then.
///
/// # Errors
/// Why it is not believed, for staff.
pub fn prove(webhook: &Webhook) -> Result<(), String> {
    let header = read(the_header(webhook)?)?;
    let apart_s = header.at_s.abs_diff(webhook.received / 1_000);
    if apart_s > TOLERANCE_S {
        return Err(format!("it was signed {apart_s} seconds from when it came; {TOLERANCE_S} are allowed"));
    }
    let mut secrets = 0;
    for key in [WEBHOOK_SECRET, WEBHOOK_SECRET_NEXT] {
        let Some(expected) = sign(key, header.time, &webhook.body)? else { continue };
        secrets += 1;
        if header.signatures.iter().any(|signature| signing::equal(expected.as_bytes(), signature.as_bytes())) {
            return Ok(());
        }
    }
    Err(match secrets {
        0 => "no webhook secret is set, so nothing can be believed: set up the webhook".into(),
        _ => "no v1 signature is of a webhook secret that is set".into(),
    })
}

/// In lower-case hexadecimal, as Stripe writes it. `None` where the secret is not set.
fn sign(key: &str, time: &str, body: &[u8]) -> Result<Option<String>, String> {
    let parts = [Data::bytes(time), Data::bytes("."), Data::bytes(body)];
    match signing::hmac(Algorithm::Sha256, &Data::secret(key), &parts) {
        Ok(mac) => Ok(Some(hex(&mac))),
        Err(SigningError::NoSecret(_)) => Ok(None),
        Err(SigningError::TooLarge) => Err("it is too large to be signed".into()),
    }
}

fn the_header(webhook: &Webhook) -> Result<&str, String> {
    let mut found = webhook.headers.iter().filter(|(name, _)| name == "stripe-signature");
    let (Some((_, value)), None) = (found.next(), found.next()) else {
        return Err("there is not one Stripe-Signature header".into());
    };
    match std::str::from_utf8(value) {
        Ok(text) if text.len() <= HEADER_BYTES_MAX => Ok(text),
        _ => Err("the Stripe-Signature header is too long or no text".into()),
    }
}

/// Reads `t=1767225600,v1=…,v0=…`.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Header<'_>, String> {
    let pairs = text.split(',').filter_map(|part| part.trim().split_once('='));
    let (mut times, mut signatures) = (Vec::new(), Vec::new());
    for (name, value) in pairs {
        match name {
            "t" => times.push(value),
            "v1" => signatures.push(value),
            _ => {}
        }
    }
    let [time] = times.as_slice() else {
        return Err("the Stripe-Signature header does not say one time".into());
    };
    let plain = time.len() <= TIME_DIGITS_MAX && time.bytes().all(|byte| byte.is_ascii_digit());
    let at_s = time.parse().ok().filter(|_| plain).ok_or("the time in the Stripe-Signature header is no number")?;
    if signatures.is_empty() {
        return Err("the Stripe-Signature header has no v1 signature".into());
    }
    if signatures.len() > SIGNATURES_MAX {
        return Err("the Stripe-Signature header has too many signatures".into());
    }
    Ok(Header { time, at_s, signatures })
}
