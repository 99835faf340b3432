//! The client pays at PayPal's page.

use anyhow::{Context, ensure};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::PluginError;
use tollgate_simulators::faults::{Fault, Kind};
use tollgate_simulators::paypal::order::{Funding, Outcome, Reason, Script};

use super::{PayPal, refused as simulator_refused};
use crate::attempt::{Attempt, Due, Next, address, only, page};

const HOUR_MS: i64 = 3_600_000;

/// The order that the client was sent to.
pub async fn open(paypal: &PayPal<'_>, attempt: &mut Attempt<'_>) -> anyhow::Result<String> {
    let url = address(attempt.pay_now().await?)?;
    let (_, order) = url.rsplit_once("token=").with_context(|| format!("{url} names an order"))?;
    let base = &paypal.simulator.rig().base;
    ensure!(url.starts_with(base.as_str()), "{url}");
    Ok(order.to_owned())
}

/// The buyer presses the button there.
pub fn approve(paypal: &PayPal<'_>, order: &str, funding: Funding) -> anyhow::Result<()> {
    ensure!(paypal.simulator.approve(order, funding).map_err(|said| simulator_refused(&said))?, "it can be approved");
    Ok(())
}

pub fn new<'a>(paypal: &PayPal<'a>, number: u32) -> anyhow::Result<Attempt<'a>> {
    Attempt::new(paypal.stage, &paypal.instance, number, Due::default())
}

/// A payment that is paid, and its transaction.
pub async fn paid<'a>(paypal: &PayPal<'a>, number: u32) -> anyhow::Result<(Attempt<'a>, String)> {
    let mut attempt = new(paypal, number)?;
    let order = open(paypal, &mut attempt).await?;
    approve(paypal, &order, Funding::Balance)?;
    let claim = attempt.come_back().await?.paid()?;
    ensure!(claim.amount == attempt.call.payment.amount, "paid {:?}", claim.amount);
    Ok((attempt, claim.transaction))
}

pub async fn pays(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let (mut attempt, _) = paid(paypal, 100).await?;
    let claim = only(attempt.check().await?, "paid")?;
    ensure!(claim.fee.is_some() && claim.merchant.as_deref() == Some("TESTMERCHANT2"), "{claim:?}");
    Ok(())
}

/// Every kind of decimals, and words of every kind.
pub async fn varies(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let long = "Wörter & Zeichen 100% = ünïcödé \u{1f680} ".repeat(40);
    let kinds = [
        Due { minor: 2_500, currency: "JPY", description: "ホスティング料金", payer: "山田 太郎" },
        Due { minor: 500_000, currency: "HUF", description: &long, ..Due::default() },
        Due { minor: 9_999_999, currency: "USD", description: "", payer: "" },
        Due { minor: 1, currency: "CHF", description: "a&b=c[d]\"'<>+%20\\", payer: "O'Neil; DROP --" },
    ];
    for (number, due) in (110..).zip(kinds) {
        let paid = async {
            let mut attempt = Attempt::new(paypal.stage, &paypal.instance, number, due)?;
            let order = open(paypal, &mut attempt).await?;
            approve(paypal, &order, Funding::Balance)?;
            attempt.come_back().await?.paid()
        };
        paid.await.with_context(|| due.currency.to_owned())?;
    }
    Ok(())
}

pub async fn turns_back(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let mut attempt = new(paypal, 120)?;
    let order = open(paypal, &mut attempt).await?;
    let (_, data) = page(attempt.come_back().await?.step()?)?;
    ensure!(data["state"] == "cancelled", "{data}");
    ensure!(open(paypal, &mut attempt).await? == order, "the same order waits");
    only(attempt.check().await?, "pending")?;
    approve(paypal, &order, Funding::Balance)?;
    attempt.come_back().await?.paid().map(drop)
}

pub async fn never_comes_back(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let mut attempt = new(paypal, 121)?;
    let order = open(paypal, &mut attempt).await?;
    approve(paypal, &order, Funding::Balance)?;
    only(attempt.check().await?, "paid").map(drop)
}

pub async fn waits(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let reasons = [Reason::Echeck, Reason::PendingReview, Reason::Unilateral, Reason::AwaitingFunding, Reason::Other];
    for (number, reason) in (130..).zip(reasons) {
        let mut attempt = new(paypal, number)?;
        let order = open(paypal, &mut attempt).await?;
        approve(paypal, &order, Funding::Later(reason))?;
        let Next::Claims(claims) = attempt.come_back().await? else { anyhow::bail!("money that waits is a claim") };
        let capture = only(claims, "pending")?.transaction;
        let (outcome, state) =
            if number % 2 == 0 { (Outcome::Completed, "paid") } else { (Outcome::Declined, "failed") };
        paypal.simulator.settle(&capture, outcome).map_err(|said| simulator_refused(&said))?;
        only(attempt.check().await?, state)?;
    }
    Ok(())
}

pub async fn chooses_again(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let mut attempt = new(paypal, 140)?;
    let order = open(paypal, &mut attempt).await?;
    approve(paypal, &order, Funding::DecliningCard)?;
    let back = address(attempt.come_back().await?.step()?)?;
    ensure!(back.contains(&order), "{back}");
    approve(paypal, &order, Funding::Balance)?;
    attempt.come_back().await?.paid().map(drop)
}

pub async fn refused(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let scripts = [Script::Refuse("PAYER_CANNOT_PAY".to_owned()), Script::Refuse("TRANSACTION_REFUSED".to_owned())];
    for (number, script) in (141..).zip(scripts) {
        let mut attempt = new(paypal, number)?;
        let order = open(paypal, &mut attempt).await?;
        approve(paypal, &order, Funding::Balance)?;
        let none = tollgate_simulators::paypal::Falsified::default();
        paypal.simulator.script_capture(&order, Some(script), none).map_err(|said| simulator_refused(&said))?;
        let said = attempt.come_back().await;
        let declined = said.as_ref().err().and_then(|error| error.downcast_ref::<PluginError>());
        ensure!(matches!(declined, Some(PluginError::Declined { .. })), "{said:?}");
    }
    Ok(())
}

pub async fn orders_again(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let mut attempt = new(paypal, 150)?;
    let first = open(paypal, &mut attempt).await?;
    paypal.simulator.void(&first).map_err(|said| simulator_refused(&said))?;
    let (_, data) = page(attempt.come_back().await?.step()?)?;
    ensure!(data["state"] == "expired", "{data}");
    let second = open(paypal, &mut attempt).await?;
    // Forgotten, because nobody approved it in time.
    paypal.stage.clock.advance(4 * HOUR_MS);
    let third = open(paypal, &mut attempt).await?;
    ensure!(first != second && second != third, "{first} {second} {third}");
    approve(paypal, &third, Funding::Balance)?;
    attempt.come_back().await?.paid().map(drop)
}

pub async fn loses_answers(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    let faults = &paypal.simulator.rig().faults;
    for (number, kind) in (160..).zip([Kind::DropAfter, Kind::ErrorAfter, Kind::ErrorBefore]) {
        let mut attempt = new(paypal, number)?;
        faults.add(Fault::once("POST", "/v2/checkout/orders", kind));
        ensure!(attempt.pay_now().await.is_err(), "nothing is known");
        let order = open(paypal, &mut attempt).await?;
        approve(paypal, &order, Funding::Balance)?;
        faults.add(Fault::once("POST", "/v2/checkout/orders", kind));
        ensure!(attempt.come_back().await.is_err(), "nothing is known");
        attempt.set(|payment| payment.state = PaymentState::Unknown);
        only(attempt.check().await?, "paid")?;
    }
    Ok(())
}

pub async fn renews_token(paypal: &PayPal<'_>) -> anyhow::Result<()> {
    paypal.simulator.revoke_tokens();
    paid(paypal, 170).await.map(drop)
}
