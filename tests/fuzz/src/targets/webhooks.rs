//! Webhooks: header lines, an empty line, the body.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tollgate_card::Card;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{Gateway, Verified, Webhook, WebhookRefusal};
use tollgate_sdk::testing::FakeHost;

use super::answers::{card_instance, paypal_instance};
use super::hold;

/// 2026-01-01T00:00:00Z, where the fake's clock stands.
const NOW_S: u64 = 1_767_225_600;
const SECRET: &str = "whsec_fuzz";
/// In the place of a signature: the right one of whatever the body has become.
const SIGNED: &str = "{signed}";
/// More than an event of either provider can be about.
const CLAIMS_MAX: usize = 1_000;

/// What the provider answers where a webhook makes the gateway ask about its payment.
const INTENT: &str = include_str!("../../corpus/answers-card/succeeded");
const ORDER: &str = include_str!("../../corpus/answers-paypal/captured");

/// # Errors
/// Where an event without the right signature was believed.
pub fn card(input: &[u8]) -> Result<String, String> {
    let host = FakeHost::install();
    host.set_secret("webhook-secret", SECRET);
    for _ in 0..10 {
        host.answer(200, answer_of(INTENT));
    }
    let (webhook, is_signed) = webhook(input);
    let verified = Card::verify(&card_instance(), &webhook);
    hold(is_signed || verified.is_err(), || "an event without the right signature was believed".to_owned())?;
    Ok(said(verified.as_ref()))
}

/// # Errors
/// Where an event was believed that PayPal does not confirm.
pub fn paypal(input: &[u8]) -> Result<String, String> {
    let (webhook, _) = webhook(input);
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"FAILURE"}"#);
    let forged = PayPal::verify(&paypal_instance(), &webhook);
    hold(forged.is_err(), || "an event that PayPal does not know was believed".to_owned())?;
    let host = FakeHost::install();
    host.answer(200, r#"{"verification_status":"SUCCESS"}"#);
    for _ in 0..10 {
        host.answer(200, answer_of(ORDER));
    }
    let verified = PayPal::verify(&paypal_instance(), &webhook);
    if let Ok(verified) = &verified {
        hold(verified.claims.len() <= CLAIMS_MAX, || format!("{} claims", verified.claims.len()))?;
    }
    Ok(said(verified.as_ref()))
}

/// The body of a corpus file of answers, which begins with a line for the status.
fn answer_of(file: &str) -> &str {
    file.split_once('\n').map_or("", |(_, body)| body)
}

/// And whether its signature is the right one.
fn webhook(input: &[u8]) -> (Webhook, bool) {
    let split = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = split.map_or((&[][..], input), |at| (&input[..at], &input[at + 2..]));
    let head = String::from_utf8_lossy(head);
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let headers = lines.map(|(name, value)| {
        let value = value.replace(SIGNED, &signature(body));
        (name.to_ascii_lowercase(), value.into_bytes())
    });
    let webhook =
        Webhook { body: body.to_vec(), headers: headers.collect(), query: String::new(), received: NOW_S * 1_000 };
    (webhook, head.contains(SIGNED))
}

fn signature(body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else { return String::new() };
    mac.update(format!("{NOW_S}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn said(verified: Result<&Verified, &WebhookRefusal>) -> String {
    match verified {
        Ok(verified) => format!("{:?}", verified.claims.iter().map(|claim| &claim.state).collect::<Vec<_>>()),
        Err(refusal) => format!("{refusal:?}"),
    }
}
