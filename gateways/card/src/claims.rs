//! What Stripe's objects claim about a payment. The movement of money that came in is named by the payment intent: an
//! intent succeeds once, its id is the same on the return, in webhooks and in the sweep, and refunds and disputes name
//! it. A refund and a dispute are movements of their own, under their own ids.

use tollgate_sdk::gateway::{Claim, ClaimState, Failure, PaymentKey, SavedMethod};
use tollgate_sdk::{Error, Money, Text};

use crate::api::words;
use crate::currency;
use crate::declines;
use crate::method;
use crate::wire::{BalanceTransaction, Charge, Dispute, Expandable, Intent, Refund, Status, is_id};

/// What every claim about a payment says.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// `payment.id`
    pub payment: &'a str,
    /// The account that the key, or the webhook's secret, belongs to.
    pub merchant: &'a str,
}

impl About<'_> {
    fn claim(&self, transaction: &str, amount: Money, state: ClaimState, live: bool, at_s: u64) -> Claim {
        Claim {
            payment: PaymentKey::Payment(self.payment.to_owned()),
            transaction: transaction.to_owned(),
            amount,
            state,
            fee: None,
            live,
            merchant: Some(self.merchant.to_owned()),
            provider_reference: None,
            at: at_s.saturating_mul(1_000),
            saved: None,
        }
    }

    /// What an intent says. `None` where nothing was tried yet: an intent without a card is nobody's money.
    ///
    /// An intent that was declined can still be paid, so it is pending, never failed: the payer may be at it now.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an intent that contradicts itself.
    pub fn intent(&self, intent: &Intent) -> Result<Option<Claim>, Error> {
        if !is_id("pi_", &intent.id) {
            return Err(odd("an intent has a strange id"));
        }
        let tried = attempt(intent).unwrap_or(&intent.id);
        let state = match intent.status {
            Status::Succeeded => return self.paid(intent).map(Some),
            Status::Processing => ClaimState::Pending(Some(Text::msg("waiting-processing"))),
            Status::RequiresAction => ClaimState::Pending(Some(Text::msg("waiting-authentication"))),
            Status::RequiresCapture => ClaimState::Authorized,
            Status::Canceled => ClaimState::Cancelled,
            Status::RequiresPaymentMethod | Status::RequiresConfirmation => match &intent.last_payment_error {
                Some(problem) => ClaimState::Pending(Some(Text::msg(declines::message(problem)))),
                None => return Ok(None),
            },
            Status::Other => return Err(odd("an intent has a status that this version does not know")),
        };
        let transaction = if matches!(state, ClaimState::Pending(_)) { tried } else { &intent.id };
        let amount = amount(intent.amount, &intent.currency)?;
        let claim = self.claim(transaction, amount, state, intent.livemode, intent.created);
        Ok(Some(Claim { provider_reference: Some(intent.id.clone()), ..claim }))
    }

    fn paid(&self, intent: &Intent) -> Result<Claim, Error> {
        if intent.amount_received <= 0 {
            return Err(odd("an intent succeeded without an amount"));
        }
        let charge = charge(intent);
        let amount = amount(intent.amount_received, &intent.currency)?;
        let at_s = charge.map_or(intent.created, |charge| charge.created);
        let claim = self.claim(&intent.id, amount, ClaimState::Paid, intent.livemode, at_s);
        let provider_reference = Some(intent.id.clone());
        Ok(Claim { fee: fee(charge), saved: saved(intent), provider_reference, ..claim })
    }

    /// That a payment was tried and the payer can try again.
    ///
    /// # Errors
    /// As [`About::intent`].
    pub fn untaken(&self, intent: &Intent) -> Result<Claim, Error> {
        let amount = amount(intent.amount, &intent.currency)?;
        let state = ClaimState::Pending(Some(Text::msg("nothing-taken")));
        let claim = self.claim(&intent.id, amount, state, intent.livemode, intent.created);
        Ok(Claim { provider_reference: Some(intent.id.clone()), ..claim })
    }

    /// That a payment ended before anything of it was at Stripe.
    #[must_use]
    pub fn never_begun(&self, amount: Money, live: bool, now_ms: u64) -> Claim {
        self.claim(self.payment, amount, ClaimState::Cancelled, live, now_ms / 1_000)
    }

    /// What a refund says.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a refund that contradicts itself.
    pub fn refund(&self, refund: &Refund, live: bool) -> Result<Claim, Error> {
        if !(is_id("re_", &refund.id) || is_id("pyr_", &refund.id)) || refund.amount <= 0 {
            return Err(odd("a refund has a strange id or amount"));
        }
        let state = match refund.status.as_deref() {
            Some("succeeded") => ClaimState::Refunded(order_of(refund).map(str::to_owned)),
            Some("pending") | None => ClaimState::Pending(Some(Text::msg("refund-pending"))),
            Some("requires_action") => ClaimState::Pending(Some(Text::msg("refund-requires-action"))),
            Some("failed" | "canceled") => ClaimState::Failed(refund_failure(refund)),
            Some(_) => return Err(odd("a refund has a status that this version does not know")),
        };
        let amount = amount(refund.amount, &refund.currency)?;
        Ok(self.claim(&refund.id, amount, state, live, refund.created))
    }

    /// What a dispute says. `None` for an inquiry, which takes no money back.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a dispute that contradicts itself.
    pub fn dispute(&self, dispute: &Dispute) -> Result<Option<Claim>, Error> {
        if !(is_id("dp_", &dispute.id) || is_id("du_", &dispute.id)) || dispute.amount <= 0 {
            return Err(odd("a dispute has a strange id or amount"));
        }
        let state = match dispute.status.as_str() {
            "needs_response" | "under_review" => ClaimState::Disputed(reason(dispute)),
            "won" => ClaimState::DisputeWon,
            "lost" => ClaimState::DisputeLost,
            _ => return Ok(None),
        };
        let amount = amount(dispute.amount, &dispute.currency)?;
        Ok(Some(self.claim(&dispute.id, amount, state, dispute.livemode, dispute.created)))
    }
}

/// The host's id of a refund that it ordered; a refund made in Stripe's dashboard has none.
#[must_use]
pub fn order_of(refund: &Refund) -> Option<&str> {
    let id = refund.metadata.get("refund")?;
    let plain = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then_some(id)
}

/// The charge, where it was expanded.
#[must_use]
pub fn charge(intent: &Intent) -> Option<&Charge> {
    intent.latest_charge.as_ref().and_then(Expandable::object)
}

/// What names one attempt to pay, so that a second decline is told like the first.
fn attempt(intent: &Intent) -> Option<&str> {
    let id = match intent.latest_charge.as_ref()? {
        Expandable::Id(id) => id,
        Expandable::Object(charge) => &charge.id,
    };
    (is_id("ch_", id) || is_id("py_", id)).then_some(id)
}

/// What Stripe kept, in the currency that it settles in.
fn fee(charge: Option<&Charge>) -> Option<Money> {
    let BalanceTransaction { fee, currency } = charge?.balance_transaction.as_ref()?.object()?;
    if *fee < 0 {
        return None;
    }
    currency::money(*fee, currency).ok()
}

/// The card, where the payer agreed to keep it.
fn saved(intent: &Intent) -> Option<SavedMethod> {
    if intent.setup_future_usage.as_deref() != Some("off_session") {
        return None;
    }
    let (customer, kept) = (intent.customer.as_ref()?.id(), intent.payment_method.as_ref()?.id());
    let card = charge(intent)?.payment_method_details.as_ref()?.card.as_ref()?;
    method::saved(customer, kept, card)
}

fn amount(units: i64, currency: &str) -> Result<Money, Error> {
    let money = currency::money(units, currency).map_err(|why| odd(&why))?;
    if money.minor < 0 { Err(odd("an amount is negative")) } else { Ok(money) }
}

fn refund_failure(refund: &Refund) -> Failure {
    let why = refund.failure_reason.as_deref().unwrap_or("no reason given");
    let status = refund.status.as_deref().unwrap_or_default();
    Failure {
        client: Text::msg("refund-failed"),
        staff: format!("Stripe says of the refund: {status}, {}", why.chars().take(200).collect::<String>()),
    }
}

/// Stripe's reason in words; the one that accuses the payer in the milder word that Stripe has for it, too.
fn reason(dispute: &Dispute) -> Text {
    let code = if dispute.reason == "fraudulent" { "unrecognized" } else { &dispute.reason };
    let plain = |letter: &char| letter.is_ascii_lowercase() || *letter == ' ';
    let words: String = code.replace('_', " ").chars().filter(plain).take(60).collect();
    Text::msg("disputed").arg("reason", if words.is_empty() { "general".into() } else { words })
}

fn odd(what: &str) -> Error {
    Error::Unknown(format!("Stripe's answer makes no sense: {what:.300}"))
}

/// Why an attempt failed, for staff.
#[must_use]
pub fn staff_reason(intent: &Intent) -> String {
    intent.last_payment_error.as_ref().map_or_else(|| "no reason was given".into(), words)
}
