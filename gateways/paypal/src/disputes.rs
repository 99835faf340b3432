//! A payer asks for the money back at PayPal or at the bank. The transaction of a claim is the dispute's id, with that
//! of the payment behind it where one dispute is about several.

use tollgate_sdk::gateway::{Claim, ClaimState, PaymentKey, WebhookRefusal};
use tollgate_sdk::{Amount, Money, log};

use crate::api::{Api, Fault, is_id, short};
use crate::claims::{self, Mark, Unreadable};
use crate::events;
use crate::webhook::not_now;
use crate::wire::{Dispute, Disputed, Disputes, Outcome};
use crate::{value, words};

/// A dispute may be about several payments, and a payment may be disputed again; more than this never was.
const DISPUTES_MAX: usize = 5;

/// How a dispute ended, for the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Won,
    Lost,
}

/// What a dispute claims about each payment that it is about.
///
/// # Errors
/// [`WebhookRefusal::Malformed`] for what cannot be read, [`WebhookRefusal::Unproven`] where PayPal has to be asked
/// whose payment it is, and does not answer now.
pub fn claims(api: &Api, dispute: &Dispute, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    claims::id(&dispute.dispute_id)?;
    if dispute.disputed_transactions.is_empty() {
        return Err(Unreadable::new("a dispute names no transaction").into());
    }
    let mut made = Vec::new();
    let alone = dispute.disputed_transactions.len() == 1;
    for disputed in dispute.disputed_transactions.iter().take(DISPUTES_MAX) {
        let whole = dispute.dispute_amount.as_ref().filter(|_| alone).or(disputed.gross_amount.as_ref());
        let amount = claims::amount(whole.or(dispute.dispute_amount.as_ref()))?;
        let payment = owner(api, disputed)?;
        let transaction = match disputed.seller_transaction_id.as_deref().filter(|id| !alone && is_id(id)) {
            Some(capture) => format!("{}-{capture}", dispute.dispute_id),
            None => dispute.dispute_id.clone(),
        };
        for (state, amount) in states(dispute, &amount, alone)? {
            made.push(Claim {
                payment: payment.clone(),
                transaction: transaction.clone(),
                amount,
                state,
                fee: None,
                live,
                merchant: claims::merchant(disputed.seller.as_ref()),
                provider_reference: None,
                at: claims::at(&dispute.update_time, &dispute.create_time),
                saved: None,
            });
        }
    }
    Ok(made)
}

/// What the disputes of a capture claim; nothing where there is none, or where the account may not ask.
///
/// # Errors
/// As [`claims`].
pub fn claims_of_capture(api: &Api, capture: &str, live: bool) -> Result<Vec<Claim>, WebhookRefusal> {
    let found = match api.get::<Disputes>(&format!("/v1/customer/disputes?disputed_transaction_id={capture}")) {
        Ok(found) => found.items,
        Err(Fault::Refused(problem)) if matches!(problem.status, 403 | 404) => {
            log::warn!("whether capture {capture} is disputed is not known: {}", problem.words());
            Vec::new()
        }
        Err(fault) => return Err(not_now(fault.into())),
    };
    let mut made = Vec::new();
    for id in found.iter().map(|item| item.dispute_id.as_str()).filter(|id| is_id(id)).take(DISPUTES_MAX) {
        let dispute: Dispute =
            api.get(&format!("/v1/customer/disputes/{id}")).map_err(|fault| not_now(fault.into()))?;
        made.extend(claims(api, &dispute, live)?);
    }
    Ok(made)
}

/// Our mark, else the capture that it is about, else the dispute, so that staff see it.
fn owner(api: &Api, disputed: &Disputed) -> Result<PaymentKey, WebhookRefusal> {
    if let Some(mark) = Mark::read(disputed.custom.as_deref()) {
        return Ok(PaymentKey::Payment(mark.payment));
    }
    match disputed.seller_transaction_id.as_deref().filter(|id| is_id(id)) {
        Some(capture) => events::owner_by_id(api, capture),
        None => Err(Unreadable::new("a disputed transaction has no id").into()),
    }
}

/// What happened, from the beginning: the end may arrive before the news that there is a dispute, which then is no news
/// any more. A dispute that is lost in part is won in the other part.
fn states(dispute: &Dispute, amount: &Money, alone: bool) -> Result<Vec<(ClaimState, Money)>, Unreadable> {
    let mut states = vec![(ClaimState::Disputed(words::dispute(&dispute.reason)), amount.clone())];
    match end(dispute) {
        End::Open => {}
        End::Won => states.push((ClaimState::DisputeWon, amount.clone())),
        End::Lost => {
            let back = dispute.dispute_outcome.as_ref().and_then(|outcome| outcome.amount_refunded.as_ref());
            let back = back.filter(|_| alone).map(|back| claims::amount(Some(back))).transpose()?;
            match back.filter(|back| back.currency == amount.currency && (1..amount.minor).contains(&back.minor)) {
                Some(back) => {
                    let kept = Money { minor: amount.minor - back.minor, currency: amount.currency.clone() };
                    states.extend([(ClaimState::DisputeLost, back), (ClaimState::DisputeWon, kept)]);
                }
                None => states.push((ClaimState::DisputeLost, amount.clone())),
            }
        }
    }
    Ok(states)
}

fn end(dispute: &Dispute) -> End {
    let outcome = dispute.dispute_outcome.as_ref();
    if dispute.status != "RESOLVED" {
        return End::Open;
    }
    match outcome.map_or("", |outcome| outcome.outcome_code.as_str()) {
        "RESOLVED_BUYER_FAVOUR" | "ACCEPTED" => End::Lost,
        // Without a decision the money says who has it.
        "NONE" if outcome.is_some_and(gave_back) => End::Lost,
        "RESOLVED_SELLER_FAVOUR" | "RESOLVED_WITH_PAYOUT" | "CANCELED_BY_BUYER" | "DENIED" | "NONE" => End::Won,
        other => {
            log::warn!("dispute {} ended with the unknown outcome “{}”", short(&dispute.dispute_id), short(other));
            End::Open
        }
    }
}

fn gave_back(outcome: &Outcome) -> bool {
    let back = outcome.amount_refunded.as_ref().and_then(|back| value::said(back).ok());
    back.map(Amount::minor).is_some_and(|minor| minor > 0)
}
