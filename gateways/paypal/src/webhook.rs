//! Is a webhook PayPal's? PayPal itself is asked, with the event byte for byte as it came: written again, even with the
//! same meaning, its signature would not fit any more.

use tollgate_sdk::gateway::{Verified, Webhook, WebhookRefusal};
use tollgate_sdk::{Error, Instance};

use crate::api::{Api, Fault, short};
use crate::events;
use crate::place::Place;
use crate::wire::{Event, Verification};

/// The event and the headers must fit into a request of 1 MB together.
const BODY_BYTES_MAX: usize = 1_000_000;
const EVENT_ID_BYTES_MAX: usize = 128;

/// The headers that are PayPal's proof, what its verification calls them, and their bounds there.
const PROOF: [(&str, &str, usize); 5] = [
    ("paypal-auth-algo", "auth_algo", 100),
    ("paypal-cert-url", "cert_url", 500),
    ("paypal-transmission-id", "transmission_id", 50),
    ("paypal-transmission-sig", "transmission_sig", 500),
    ("paypal-transmission-time", "transmission_time", 100),
];

/// Proves the origin, then reads the event.
///
/// # Errors
/// Why it is not believed. What PayPal could not be asked about is kept and tried again.
pub fn verify(instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
    let api = Api::of(instance).map_err(not_now)?;
    let question = question(&api.place, instance.settings().text("webhook-id"), webhook)?;
    let answer = api.post_plain::<Verification>("/v1/notifications/verify-webhook-signature", question);
    match answer.map(|answer| answer.verification_status) {
        Ok(status) if status == "SUCCESS" => {}
        Ok(status) if status == "FAILURE" => return forged("PayPal says that the signature does not fit"),
        Ok(status) => return Err(WebhookRefusal::Unproven(format!("PayPal answered “{}”", short(&status)))),
        Err(Fault::Refused(problem)) if matches!(problem.status, 400 | 422) => return forged(&problem.words()),
        Err(fault) => return Err(not_now(fault.into())),
    }
    let event: Event = serde_json::from_slice(&webhook.body)
        .map_err(|error| WebhookRefusal::Malformed(format!("the event cannot be read: {error}")))?;
    if event.id.is_empty() || event.id.len() > EVENT_ID_BYTES_MAX {
        return Err(WebhookRefusal::Malformed("the event has no usable id".into()));
    }
    let claims = events::claims(&api, &event, !instance.test_mode)?;
    Ok(Verified { event: event.id, claims })
}

/// The body of the verification call, with the event in it as it came.
fn question(place: &Place, webhook_id: &str, webhook: &Webhook) -> Result<Vec<u8>, WebhookRefusal> {
    if webhook_id.is_empty() {
        return forged("this gateway has no webhook ID, so that nothing can be proven: set the webhook up");
    }
    if webhook.body.len() > BODY_BYTES_MAX || !is_one_object(&webhook.body) {
        return forged("the body is no JSON object of at most 1 MB, as PayPal's events are");
    }
    let mut fields = vec![format!("\"webhook_id\":{}", quoted(webhook_id))];
    for (header, field, bytes_max) in PROOF {
        let value = only(webhook, header, bytes_max)?;
        if header == "paypal-cert-url" && !place.has_certificate(value) {
            return forged(&format!("the certificate is said to lie at {}, which is not PayPal's", short(value)));
        }
        fields.push(format!("\"{field}\":{}", quoted(value)));
    }
    let before = format!("{{{},\"webhook_event\":", fields.join(","));
    Ok([before.as_bytes(), &webhook.body, b"}"].concat())
}

/// The one header of that name.
fn only<'a>(webhook: &'a Webhook, name: &str, bytes_max: usize) -> Result<&'a str, WebhookRefusal> {
    let mut values = webhook.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
    let (Some(value), None) = (values.next(), values.next()) else {
        return forged(&format!("it has not exactly one header {name}"));
    };
    match std::str::from_utf8(value).map(str::trim) {
        Ok(text) if (1..=bytes_max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(text)
        }
        _ => forged(&format!("its header {name} cannot be read")),
    }
}

/// Whether it is one whole JSON object: anything else could end ours early and put words into our question.
fn is_one_object(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|value| value.is_object())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn forged<T>(why: &str) -> Result<T, WebhookRefusal> {
    Err(WebhookRefusal::Forged(why.to_owned()))
}

/// PayPal could not be asked, for whatever reason: nothing is lost, it is asked again.
pub fn not_now(error: Error) -> WebhookRefusal {
    WebhookRefusal::Unproven(match error {
        Error::Declined(refusal) => refusal.staff,
        Error::Rejected(why) | Error::Unavailable(why) | Error::Unknown(why) => why,
    })
}
