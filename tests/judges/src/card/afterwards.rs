//! What happens to money after it came: refunds and disputes.

use anyhow::ensure;
use tollgate_billing::ports::{Gateways, RefundOrder};

use super::Card;
use super::paying::paid;
use crate::attempt::{Attempt, some};

/// A refund, and then its check as often as the host knows it by.
async fn refund(card: &Card<'_>, attempt: &Attempt<'_>, order: &RefundOrder, state: &str) -> anyhow::Result<String> {
    let gateways = &card.stage.gateways;
    let claim = gateways.refund(&attempt.call, order).await?;
    ensure!(claim.state.code() == state && claim.amount == order.amount, "{claim:?}");
    gateways.check_refund(&attempt.call, order).await?;
    let known = RefundOrder { provider_reference: Some(claim.transaction.clone()), ..order.clone() };
    gateways.check_refund(&attempt.call, &known).await?;
    Ok(claim.transaction)
}

pub async fn refunds(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = paid(card, 60, "pm_card_visa").await?;
    let intent = attempt.reference()?.to_owned();
    let part = attempt.order(1, 700, &intent)?;
    refund(card, &attempt, &part, "refunded").await?;
    let rest = attempt.order(2, 1_800, &intent)?;
    refund(card, &attempt, &rest, "refunded").await?;
    let beyond = attempt.order(3, 100, &intent)?;
    ensure!(card.stage.gateways.refund(&attempt.call, &beyond).await.is_err(), "nothing is left");
    some(&attempt.check().await?, "refunded")
}

pub async fn refunds_slowly(card: &Card<'_>) -> anyhow::Result<()> {
    for (number, method, first, succeeds) in
        [(61, "pm_card_pendingRefund", "pending", true), (62, "pm_card_refundFail", "refunded", false)]
    {
        let mut attempt = paid(card, number, method).await?;
        let order = attempt.order(number, 2_500, attempt.reference()?)?;
        let id = refund(card, &attempt, &order, first).await?;
        card.act(|books| books.end_refund(&id, succeeds))?;
        attempt.check().await?;
        let claim = card.stage.gateways.check_refund(&attempt.call, &order).await?;
        ensure!(claim.state.code() == if succeeds { "refunded" } else { "failed" }, "{claim:?}");
    }
    Ok(())
}

pub async fn disputes(card: &Card<'_>) -> anyhow::Result<()> {
    for (number, won) in [(63, true), (64, false)] {
        let mut attempt = paid(card, number, "pm_card_visa").await?;
        let intent = attempt.reference()?.to_owned();
        let opened = card.act(|books| books.open_dispute(&intent, "product_not_received", None))?;
        some(&attempt.check().await?, "disputed")?;
        let id = super::text(&opened["id"]).to_owned();
        card.act(|books| books.close_dispute(&id, won))?;
        some(&attempt.check().await?, if won { "dispute-won" } else { "dispute-lost" })?;
    }
    Ok(())
}
