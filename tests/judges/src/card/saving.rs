//! Cards that clients keep: charged while they are away, approved when their bank asks, forgotten.

use anyhow::{Context, ensure};
use tollgate_billing::claim::{MethodToken, SavedMethod};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::Gateways;
use tollgate_simulators::faults::{Fault, Kind};

use super::paying::open;
use super::{Card, text};
use crate::attempt::{Attempt, Due, Next, only, page};

/// A card that a client agreed to have kept.
async fn kept(card: &Card<'_>, number: u32, method: &str) -> anyhow::Result<SavedMethod> {
    let mut attempt = open(card, number, Due::default()).await?;
    let token = card.token(method).await?;
    let next = attempt.submit(&[("confirmation_token", &token), ("save", "1")]).await?;
    let claim = match next {
        Next::Claims(claims) => only(claims, "paid")?,
        Next::Step(_) => {
            card.act(|books| books.authenticate(attempt.reference().unwrap_or_default(), true))?;
            attempt.come_back().await?.paid()?
        }
    };
    claim.saved.context("the card was to be kept")
}

/// A payment that a kept card is charged for.
async fn charge<'a>(
    card: &Card<'a>,
    number: u32,
    method: &SavedMethod,
) -> anyhow::Result<(Attempt<'a>, Result<Next, PluginError>)> {
    let mut attempt = Attempt::new(card.stage, &card.instance, number, Due::default())?;
    let outcome = card.stage.gateways.charge_saved(&attempt.call, method).await;
    let next = outcome.map(|outcome| attempt.heard(outcome));
    Ok((attempt, next))
}

pub async fn keeps(card: &Card<'_>) -> anyhow::Result<()> {
    let method = kept(card, 40, "pm_card_visa").await?;
    ensure!(method.label.starts_with("Visa ending 4242"), "{}", method.label);
    charge(card, 41, &method).await?.1?.paid()?;
    // Once as it should be, once where it is gone already.
    for _ in 0..2 {
        card.stage.gateways.forget_saved(&card.instance, &method).await?;
    }
    let (_, refused) = charge(card, 42, &method).await?;
    ensure!(refused.is_err(), "a card that was forgotten is charged no more");
    Ok(())
}

pub async fn approves(card: &Card<'_>) -> anyhow::Result<()> {
    let method = kept(card, 43, "pm_card_authenticationRequired").await?;
    let (mut attempt, next) = charge(card, 44, &method).await?;
    let (template, data) = page(next?.step()?)?;
    ensure!(template == "card" && data["approve"].is_string(), "{template} {data}");
    let nonce = text(&data["nonce"]).to_owned();
    let (template, _) = page(attempt.submit(&[("approve", &nonce)]).await?.step()?)?;
    ensure!(template == "authenticate", "{template}");
    card.act(|books| books.authenticate(attempt.reference().unwrap_or_default(), true))?;
    attempt.come_back().await?.paid().map(drop)
}

pub async fn declined(card: &Card<'_>) -> anyhow::Result<()> {
    let customer = kept(card, 45, "pm_card_mastercard").await?;
    let customer = customer.token.expose().split('/').next().unwrap_or_default().to_owned();
    let path = "/v1/payment_methods/pm_card_chargeCustomerFail/attach";
    let attached = card.post(path, &[("customer", &customer)]).await?;
    let method = SavedMethod {
        token: MethodToken::new(format!("{customer}/{}", text(&attached["id"]))),
        label: "Visa ending 0341".to_owned(),
        expires: None,
    };
    let (_, refused) = charge(card, 46, &method).await?;
    ensure!(matches!(refused, Err(PluginError::Declined { .. })), "{refused:?}");
    Ok(())
}

/// The charge went through, its answer was lost, and the host never stored the intent.
pub async fn finds_lost(card: &Card<'_>) -> anyhow::Result<()> {
    let method = kept(card, 47, "pm_card_visa").await?;
    let faults = &card.stripe.rig().faults;
    faults.add(Fault::once("POST", "/v1/payment_intents/pi_", Kind::DropAfter));
    faults.add(Fault::once("POST", "/v1/payment_intents/pi_", Kind::DropAfter));
    let (mut attempt, lost) = charge(card, 48, &method).await?;
    faults.clear();
    if let Err(error) = &lost {
        ensure!(!matches!(error, PluginError::Declined { .. }), "{error}");
        attempt.set(|payment| payment.state = PaymentState::Unknown);
    }
    let outcome = card.stage.gateways.charge_saved(&attempt.call, &method).await?;
    attempt.heard(outcome).paid()?;
    attempt.set(|payment| (payment.state, payment.provider_reference) = (PaymentState::Unknown, None));
    only(attempt.check().await?, "paid").map(drop)
}
