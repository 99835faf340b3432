//! The client is there and pays by card.

use anyhow::{Context, ensure};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::ports::GatewayCall;
use tollgate_simulators::faults::{Fault, Kind};

use super::{Call, Card, text};
use crate::attempt::{Attempt, Due, Next, only, page, some};

const DAY_MS: i64 = 86_400_000;
const CONFIRM: &str = "/v1/payment_intents/";

/// A payment whose page is open.
pub async fn open<'a>(card: &Card<'a>, number: u32, due: Due<'_>) -> anyhow::Result<Attempt<'a>> {
    let mut attempt = Attempt::new(card.stage, &card.instance, number, due)?;
    let (template, _) = page(attempt.pay_now().await?)?;
    ensure!(template == "card", "the page is {template}");
    Ok(attempt)
}

/// The client types a card and presses the button.
pub async fn press(card: &Card<'_>, attempt: &mut Attempt<'_>, method: &str) -> anyhow::Result<Next> {
    let token = card.token(method).await?;
    attempt.submit(&[("confirmation_token", &token)]).await
}

/// A payment that is paid.
pub async fn paid<'a>(card: &Card<'a>, number: u32, method: &str) -> anyhow::Result<Attempt<'a>> {
    let mut attempt = open(card, number, Due::default()).await?;
    let claim = press(card, &mut attempt, method).await?.paid()?;
    ensure!(claim.amount == attempt.call.payment.amount, "paid {:?}", claim.amount);
    Ok(attempt)
}

pub async fn pays(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = paid(card, 1, "pm_card_visa").await?;
    let claim = only(attempt.check().await?, "paid")?;
    ensure!(claim.fee.is_some() && claim.merchant.as_deref() == Some("acct_1SimulatedStripe"), "{claim:?}");
    // Opening the page once more asks Stripe first.
    attempt.set(|payment| payment.state = PaymentState::Pending);
    attempt.pay_now().await.map(drop)
}

/// Amounts without decimals, with three, and words of every kind.
pub async fn varies(card: &Card<'_>) -> anyhow::Result<()> {
    let long = "Wörter & Zeichen 100% = ünïcödé \u{1f680} ".repeat(40);
    let kinds = [
        Due { minor: 2_500, currency: "JPY", description: "ホスティング料金", payer: "山田 太郎" },
        Due { minor: 12_340, currency: "KWD", ..Due::default() },
        Due { minor: 500_000, currency: "HUF", description: &long, ..Due::default() },
        Due { minor: 99_999_999, currency: "USD", description: "", payer: "" },
        Due { minor: 50, currency: "EUR", description: "a&b=c[d]\"'<>+%20", payer: "O'Neil; DROP --" },
    ];
    for (number, due) in (10..).zip(kinds) {
        let mut attempt = open(card, number, due).await.with_context(|| due.currency.to_owned())?;
        press(card, &mut attempt, "pm_card_mastercard").await?.paid().with_context(|| due.currency.to_owned())?;
    }
    Ok(())
}

/// The bank asks, and the client is at its page.
async fn asked<'a>(card: &Card<'a>, number: u32) -> anyhow::Result<Attempt<'a>> {
    let mut attempt = open(card, number, Due::default()).await?;
    let step = press(card, &mut attempt, "pm_card_authenticationRequired").await?.step()?;
    let (template, data) = page(step)?;
    ensure!(template == "authenticate" && text(&data["client_secret"]).starts_with("pi_"), "{template}");
    only(attempt.check().await?, "pending")?;
    Ok(attempt)
}

pub async fn authenticates(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = asked(card, 20).await?;
    attempt.pay_now().await?;
    card.act(|books| books.authenticate(attempt.reference().unwrap_or_default(), true))?;
    attempt.submit(&[("authenticated", "1")]).await?.paid()?;
    let mut other = asked(card, 21).await?;
    card.act(|books| books.authenticate(other.reference().unwrap_or_default(), true))?;
    other.come_back().await?.paid().map(drop)
}

pub async fn fails_authentication(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = asked(card, 22).await?;
    let failed = card.act(|books| books.authenticate(attempt.reference().unwrap_or_default(), false));
    ensure!(failed.is_err(), "the bank says no");
    let (template, data) = page(attempt.come_back().await?.step()?)?;
    ensure!(template == "card" && data["problem"].is_string(), "{template} {data}");
    press(card, &mut attempt, "pm_card_visa").await?.paid().map(drop)
}

pub async fn declined(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = open(card, 23, Due::default()).await?;
    for method in ["pm_card_visa_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"] {
        let (template, data) = page(press(card, &mut attempt, method).await?.step()?)?;
        ensure!(template == "card" && data["problem"].is_string(), "{template} {data}");
    }
    only(attempt.check().await?, "pending")?;
    let token = card.token("pm_card_visa").await?;
    let form = [("confirmation_token", token.as_str())];
    attempt.submit(&form).await?.paid()?;
    // Pressed twice: the same token again.
    attempt.set(|payment| payment.state = PaymentState::Pending);
    attempt.submit(&form).await?.paid().map(drop)
}

/// The two cards that are processed for days have no published name: they are typed.
async fn typed(card: &Card<'_>, number: &str) -> anyhow::Result<String> {
    let details = [
        ("payment_method_data[type]", "card"),
        ("payment_method_data[card][number]", number),
        ("payment_method_data[card][exp_month]", "12"),
        ("payment_method_data[card][exp_year]", "2030"),
        ("payment_method_data[card][cvc]", "123"),
    ];
    let call = Call { key: "pk_test_simulator", method: "POST", path: "/v1/confirmation_tokens" };
    let made = card.send(call, &details).await?;
    Ok(text(&made["id"]).to_owned())
}

pub async fn processes(card: &Card<'_>) -> anyhow::Result<()> {
    for (number, digits, ends_well) in [(24, "4000000000011116", true), (25, "4000000000022220", false)] {
        let mut attempt = open(card, number, Due::default()).await?;
        let token = typed(card, digits).await?;
        let Next::Claims(claims) = attempt.submit(&[("confirmation_token", &token)]).await? else {
            anyhow::bail!("a charge that is processed is a claim");
        };
        only(claims, "pending")?;
        attempt.pay_now().await?;
        card.act(|books| books.settle(attempt.reference().unwrap_or_default(), ends_well))?;
        only(attempt.check().await?, if ends_well { "paid" } else { "pending" })?;
    }
    Ok(())
}

/// The host did not hear of the intent: it is told first, and the page sends the token again.
pub async fn stores_first(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = open(card, 26, Due::default()).await?;
    attempt.set(|payment| (payment.provider_reference, payment.state) = (None, PaymentState::Created));
    let token = card.token("pm_card_visa").await?;
    let (template, data) = page(attempt.submit(&[("confirmation_token", &token)]).await?.step()?)?;
    ensure!(template == "resend" && text(&data["confirmation_token"]) == token, "{template} {data}");
    attempt.submit(&[("confirmation_token", &token)]).await?.paid().map(drop)
}

pub async fn loses_answers(card: &Card<'_>) -> anyhow::Result<()> {
    let faults = &card.stripe.rig().faults;
    for (number, kind) in (30..).zip([Kind::DropAfter, Kind::ErrorAfter]) {
        let mut attempt = open(card, number, Due::default()).await?;
        let token = card.token("pm_card_visa").await?;
        faults.add(Fault::once("POST", CONFIRM, kind));
        attempt.submit(&[("confirmation_token", &token)]).await?.paid()?;
    }
    let mut attempt = open(card, 32, Due::default()).await?;
    let token = card.token("pm_card_visa").await?;
    faults.add(Fault::once("POST", CONFIRM, Kind::ErrorBefore));
    ensure!(attempt.submit(&[("confirmation_token", &token)]).await.is_err(), "nothing is known");
    attempt.set(|payment| payment.state = PaymentState::Unknown);
    only(attempt.check().await?, "pending")?;
    attempt.submit(&[("confirmation_token", &token)]).await?.paid()?;
    // The answer to the making is lost, and the words have changed when it is made again.
    let mut attempt = Attempt::new(card.stage, &card.instance, 33, Due::default())?;
    faults.add(Fault::once("POST", "/v1/payment_intents", Kind::DropAfter));
    ensure!(attempt.pay_now().await.is_err(), "nothing is known");
    attempt.call = GatewayCall { description: "Other words".to_owned(), ..attempt.call };
    attempt.pay_now().await?;
    press(card, &mut attempt, "pm_card_visa").await?.paid().map(drop)
}

pub async fn abandons(card: &Card<'_>) -> anyhow::Result<()> {
    let mut attempt = open(card, 34, Due::default()).await?;
    card.stage.clock.advance(8 * DAY_MS);
    some(&attempt.check().await?, "cancelled")
}
