//! Webhooks on their way to the host: delivered, doubled, forged, dropped, late and out of order.

use serde_json::Value;
use tollgate_simulators::delivery::{Envelope, Forgery, State, Webhook};

use crate::chance::Chance;
use crate::providers::{Provider, Providers};

/// Which webhook, and whether it is the real one.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: Provider,
    /// Its number in the provider's outbox.
    pub number: u64,
    pub event: String,
    pub kind: String,
    pub is_forged: bool,
    /// Nobody asks about what it says, so that it is never lost: providers send such news for days, and again when asked.
    pub is_only_news: bool,
}

impl Letter {
    fn of(from: Provider, webhook: &Webhook) -> Self {
        let (number, event, kind) = (webhook.id, webhook.event.clone(), webhook.kind.clone());
        let is_only_news = is_only_news(&kind, &webhook.body);
        Self { from, number, event, kind, is_forged: false, is_only_news }
    }

    #[must_use]
    pub fn words(&self) -> String {
        let forged = if self.is_forged { "forged " } else { "" };
        format!("{forged}{} {}", self.kind, self.event)
    }
}

/// Of disputes, of refunds that nobody ordered through the host, and of refunds that fail after they were done.
fn is_only_news(kind: &str, body: &str) -> bool {
    let lower = kind.to_ascii_lowercase();
    if !["dispute", "refund", "reversed"].iter().any(|word| lower.contains(word)) {
        return false;
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let paypal = body["resource"]["custom_id"].as_str().is_some_and(|mark| mark.contains('.'));
    let stripe = &body["data"]["object"];
    let is_ordered = paypal || stripe["metadata"]["refund"].is_string();
    let tells_no_more = lower == "charge.refunded";
    !tells_no_more && (!is_ordered || stripe["status"] == "failed")
}

/// What happens to the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Deliver,
    DeliverTwice,
    /// One that was delivered before.
    DeliverOld,
    Drop,
    ForgeBody,
    ForgeSignature,
}

/// Everything that waits, of both providers, oldest first.
#[must_use]
pub fn waiting(providers: &Providers) -> Vec<Letter> {
    let of = |from| providers.outbox(from).waiting().into_iter().map(move |webhook| Letter::of(from, &webhook));
    Provider::BOTH.into_iter().flat_map(of).collect()
}

/// What waits and is due by now.
#[must_use]
pub fn due(providers: &Providers, now_ms: i64) -> Vec<Letter> {
    let of = |from| {
        let waiting = providers.outbox(from).waiting().into_iter();
        waiting.filter(move |webhook| webhook.due_ms <= now_ms).map(move |webhook| Letter::of(from, &webhook))
    };
    Provider::BOTH.into_iter().flat_map(of).collect()
}

/// News that a provider gave up on, and that somebody has it send again.
#[must_use]
pub fn given_up(providers: &Providers) -> Vec<Letter> {
    let of = |from| {
        let dropped = providers.outbox(from).all().into_iter().filter(|webhook| webhook.state == State::Dropped);
        dropped.map(move |webhook| Letter::of(from, &webhook)).filter(|letter| letter.is_only_news)
    };
    Provider::BOTH.into_iter().flat_map(of).collect()
}

/// What a delivery sends now.
#[must_use]
pub fn envelope(providers: &Providers, letter: &Letter, forgery: Option<&Forgery>) -> Option<Envelope> {
    providers.outbox(letter.from).envelope(letter.number, forgery)
}

/// What a deed sends to the host. Any letter may be next, so that they overtake each other.
#[must_use]
pub fn sent(providers: &Providers, deed: Deed, chance: &mut Chance) -> Vec<(Letter, Envelope)> {
    let from = match deed {
        Deed::DeliverOld => delivered(providers),
        Deed::Drop => waiting(providers).into_iter().filter(|letter| !letter.is_only_news).collect(),
        _ => waiting(providers),
    };
    let Some(letter) = chance.pick(&from).cloned() else { return Vec::new() };
    let forgery = match deed {
        Deed::Drop => {
            providers.outbox(letter.from).discard(letter.number);
            return Vec::new();
        }
        Deed::ForgeBody => Some(Forgery::Body(another_body(providers, &letter, chance))),
        Deed::ForgeSignature => Some(Forgery::Signature),
        Deed::Deliver | Deed::DeliverTwice | Deed::DeliverOld => None,
    };
    let Some(envelope) = envelope(providers, &letter, forgery.as_ref()) else { return Vec::new() };
    let letter = Letter { is_forged: forgery.is_some(), ..letter };
    let times = if deed == Deed::DeliverTwice { 2 } else { 1 };
    vec![(letter, envelope); times]
}

/// What the host said of that it has it: a 2xx, once at least.
#[must_use]
pub fn taken(providers: &Providers, from: Provider) -> Vec<Letter> {
    let all = providers.outbox(from).all().into_iter();
    let taken = all.filter(|webhook| webhook.tries.iter().any(|status| (200..300).contains(status)));
    taken.map(|webhook| Letter::of(from, &webhook)).collect()
}

fn delivered(providers: &Providers) -> Vec<Letter> {
    let of = |from| {
        let all = providers.outbox(from).all().into_iter();
        all.filter(|webhook| webhook.state == State::Delivered).map(move |webhook| Letter::of(from, &webhook))
    };
    Provider::BOTH.into_iter().flat_map(of).collect()
}

/// A body that says something better than the real one: a success in place of what it was, or a larger sum.
fn another_body(providers: &Providers, letter: &Letter, chance: &mut Chance) -> String {
    let all = providers.outbox(letter.from).all();
    let real = all.iter().find(|webhook| webhook.id == letter.number).map_or("", |webhook| webhook.body.as_str());
    let changes = [
        ("payment_intent.payment_failed", "payment_intent.succeeded"),
        ("requires_payment_method", "succeeded"),
        ("PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.COMPLETED"),
        ("PENDING", "COMPLETED"),
        ("\"amount\": ", "\"amount\": 9"),
        ("under_review", "won"),
        ("needs_response", "won"),
        ("RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR"),
        ("\"value\":\"", "\"value\":\"9"),
    ];
    let fitting: Vec<_> = changes.iter().filter(|(was, _)| real.contains(was)).collect();
    match chance.pick(&fitting) {
        Some((was, is)) => real.replace(was, is),
        None => format!("{real} "),
    }
}
