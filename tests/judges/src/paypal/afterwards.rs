//! What happens to money after it came: refunds, disputes, reversals.

use anyhow::{Context, ensure};
use serde_json::json;
use tollgate_billing::claim::{ClaimState, PaymentKey};
use tollgate_billing::ports::{Gateways, RefundOrder};
use tollgate_simulators::paypal::Complaint;
use tollgate_simulators::paypal::capture::{RefundScript, RefundStatus};
use tollgate_simulators::paypal::dispute::{DisputeOutcome, DisputeStatus};

use super::paying::paid;
use super::{PayPal, refused};
use crate::attempt::{Attempt, only};

/// A refund, and then its check as often as the host knows it by; answers PayPal's id.
async fn refund(
    paypal: &PayPal<'_>,
    attempt: &Attempt<'_>,
    order: &RefundOrder,
    state: &str,
) -> anyhow::Result<String> {
    let gateways = &paypal.stage.gateways;
    let claim = gateways.refund(&attempt.call, order).await?;
    ensure!(claim.state.code() == state && claim.amount == order.amount, "{claim:?}");
    gateways.check_refund(&attempt.call, order).await?;
    let known = RefundOrder { provider_reference: Some(claim.transaction.clone()), ..order.clone() };
    gateways.check_refund(&attempt.call, &known).await?;
    Ok(claim.transaction)
}

pub async fn refunds(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let (attempt, capture) = paid(paypal, 200).await?;
    let part = attempt.order(200, 700, &capture)?;
    refund(paypal, &attempt, &part, "refunded").await?;
    let rest = RefundOrder { reason: String::new(), ..attempt.order(201, 1_800, &capture)? };
    refund(paypal, &attempt, &rest, "refunded").await?;
    let beyond = attempt.order(202, 100, &capture)?;
    ensure!(paypal.stage.gateways.refund(&attempt.call, &beyond).await.is_err(), "nothing is left");
    // Never begun, and asked about: it is begun then.
    let (attempt, capture) = paid(paypal, 203).await?;
    let long = RefundOrder { reason: "Zurück 😀 ".repeat(8), ..attempt.order(203, 2_500, &capture)? };
    let claim = paypal.stage.gateways.check_refund(&attempt.call, &long).await?;
    ensure!(claim.state.code() == "refunded", "{claim:?}");
    Ok(())
}

pub async fn refunds_slowly(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    for (number, end) in (210..).zip([RefundStatus::Completed, RefundStatus::Failed, RefundStatus::Cancelled]) {
        let (attempt, capture) = paid(paypal, number).await?;
        paypal.simulator.script_refund(&capture, RefundScript::Pending).map_err(|said| refused(&said))?;
        let order = attempt.order(number, 2_500, &capture)?;
        let id = refund(paypal, &attempt, &order, "pending").await?;
        paypal.simulator.end_refund(&id, end).map_err(|said| refused(&said))?;
        let known = RefundOrder { provider_reference: Some(id), ..order };
        let claim = paypal.stage.gateways.check_refund(&attempt.call, &known).await?;
        let expected = if end == RefundStatus::Completed { "refunded" } else { "failed" };
        ensure!(claim.state.code() == expected, "{claim:?}");
    }
    let (attempt, capture) = paid(paypal, 213).await?;
    let refusal = RefundScript::Refuse("REFUND_FAILED_INSUFFICIENT_FUNDS".to_owned());
    paypal.simulator.script_refund(&capture, refusal).map_err(|said| refused(&said))?;
    let order = attempt.order(213, 2_500, &capture)?;
    ensure!(paypal.stage.gateways.refund(&attempt.call, &order).await.is_err(), "it was refused");
    Ok(())
}

/// The merchant gives money back on PayPal's own pages: nothing of ours stands on that refund, and the gateway asks PayPal
/// whose capture it was.
pub async fn refunds_at_paypal(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let (attempt, capture) = paid(paypal, 214).await?;
    let part = json!({ "amount": { "currency_code": "EUR", "value": "7.00" } });
    paypal.send("POST", &format!("/v2/payments/captures/{capture}/refund"), &part).await?;
    let outbox = &paypal.simulator.rig().outbox;
    let last = outbox.all().last().map(|webhook| webhook.id).context("a webhook was sent")?;
    let verified = paypal.verify(&outbox.envelope(last, None).context("it is in the outbox")?).await;
    let claim = only(verified.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?.claims, "refunded")?;
    let is_ours = claim.payment == PaymentKey::Payment(attempt.call.payment.id.clone());
    ensure!(is_ours && claim.state == ClaimState::Refunded(None) && claim.amount.minor() == 700, "{claim:?}");
    Ok(())
}

/// Their webhooks are asked about at the end, with all others.
pub async fn disputes(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    for (number, outcome) in
        (220..).zip([DisputeOutcome::Seller, DisputeOutcome::Buyer, DisputeOutcome::CanceledByBuyer])
    {
        let (mut attempt, capture) = paid(paypal, number).await?;
        let complaint = Complaint { reason: "UNAUTHORISED", stage: "CHARGEBACK", amount_minor: None };
        let dispute = paypal.simulator.dispute(&capture, complaint).map_err(|said| refused(&said))?;
        let dispute = dispute.context("a paid capture can be disputed")?;
        paypal.simulator.update_dispute(&dispute, DisputeStatus::UnderReview).map_err(|said| refused(&said))?;
        attempt.check().await?;
        paypal.simulator.resolve_dispute(&dispute, outcome).map_err(|said| refused(&said))?;
        attempt.check().await?;
    }
    let (mut attempt, capture) = paid(paypal, 223).await?;
    paypal
        .simulator
        .reverse(&capture, None)
        .map_err(|said| refused(&said))?
        .context("a paid capture can be reversed")?;
    attempt.check().await.map(drop)
}
