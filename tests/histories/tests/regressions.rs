//! What the simulation found in the host, told once more without chance.

use tollgate_billing::billing::{Answer, ManualInvoice, Submitted};
use tollgate_billing::ids::{ClientId, InstanceId, PaymentId};
use tollgate_billing::invoice::{Line as InvoiceLine, LineKind, TaxRate};
use tollgate_billing::money::Money;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::NextStep;
use tollgate_billing::ports::Payments;
use tollgate_histories::chance::Chance;
use tollgate_histories::life::Life;
use tollgate_histories::line::Line;
use tollgate_histories::machine::Machine;
use tollgate_histories::providers::{Asked, PAYPAL_ID, PAYPAL_SECRET, Provider, token_request};
use tollgate_histories::tellers::Places;
use tollgate_histories::town::Town;
use tollgate_histories::turns::{Caller, Ended};
use tollgate_simulators::faults::{Fault, Kind};
use tollgate_simulators::paypal::Falsified;
use tollgate_simulators::paypal::order::{Funding, Script};
use tollgate_simulators::stripe::{Card, Details};

const DAY_MS: i64 = 24 * 3_600_000;

/// A host that runs, and a client with an open payment.
struct Story {
    _town: Town,
    line: Line,
    life: Life,
    client: ClientId,
    payment: PaymentId,
}

impl Story {
    async fn begin(provider: Provider) -> anyhow::Result<Self> {
        let places = Places::of_this_program()?;
        let machine = Machine::start(&places.components, &places.compiled).await?;
        let town = Town::build(&machine).await?;
        let wires = Line::new(Chance::of(1));
        wires.providers.register().await?;
        let life = Life::begin(&town.files()?, &machine, &wires, None).await?;
        let (client, currency) = town.clients[0];
        let net = Money::new(2_500, currency)?;
        let lines = vec![InvoiceLine::new(LineKind::Service, "Hosting".to_owned(), net, TaxRate::NONE)?];
        let gateway = Some(InstanceId::new(provider.instance()));
        let manual = ManualInvoice { client, lines, gateway, form_key: "form".to_owned() };
        let invoice = life.billing.create_invoice(manual).await?.into_inner();
        let payment = life.billing.pay(client, invoice).await?;
        Ok(Self { _town: town, line: wires, life, client, payment })
    }

    /// The form of the card's page, with a card that pays.
    async fn submit(&self) -> anyhow::Result<Submitted> {
        let card = Card::numbered("4242424242424242").map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        let token = self.line.providers.stripe.with(|books| books.add_token(Details::of(card), None, None));
        let form = [("confirmation_token".to_owned(), token), ("save".to_owned(), "0".to_owned())];
        Ok(self.life.billing.submit_payment(self.client, &self.payment, &form).await?)
    }

    async fn state(&self) -> anyhow::Result<PaymentState> {
        let payment = self.life.store.payment(&self.payment).await?;
        Ok(payment.ok_or_else(|| anyhow::anyhow!("the payment is there"))?.state)
    }
}

#[tokio::test]
async fn a_paid_payment_stays_paid_though_a_second_tab_hears_nothing_of_stripe() -> anyhow::Result<()> {
    let story = Story::begin(Provider::Stripe).await?;
    story.life.billing.pay_now(story.client, &story.payment).await?;
    story.submit().await?;
    assert_eq!(story.state().await?, PaymentState::Paid);
    for method in ["POST", "GET"] {
        story.line.providers.stripe.rig().faults.add(Fault::once(method, "/v1/payment_intents", Kind::DropAfter));
    }
    let Submitted::Show(shown) = story.submit().await? else { anyhow::bail!("nothing is settled a second time") };
    assert_eq!(shown.answer, Answer::Unknown);
    assert_eq!(story.state().await?, PaymentState::Paid);
    Ok(())
}

/// Both tabs read the payment before either of them wrote. The one that hears nothing of PayPal writes first.
#[tokio::test]
async fn the_order_that_one_tab_was_sent_to_is_kept_though_another_tab_heard_nothing_of_paypal() -> anyhow::Result<()> {
    for seed in 0..30 {
        let story = Story::begin(Provider::PayPal).await?;
        story.line.providers.paypal.rig().faults.add(Fault::once("POST", "/v2/checkout/orders", Kind::ErrorAfter));
        let tab = || -> Caller<'_, Option<String>> {
            Box::pin(async {
                let shown = story.life.billing.pay_now(story.client, &story.payment).await;
                match shown.map(|shown| shown.answer) {
                    Ok(Answer::Next(NextStep::Redirect(redirect))) => Some(redirect.to.url().to_owned()),
                    _ => None,
                }
            })
        };
        let Ended::All(shown) = story.line.turns.run(vec![tab(), tab()], &mut Chance::of(seed), None).await else {
            anyhow::bail!("nothing crashes here");
        };
        let redirect =
            shown.into_iter().flatten().next().ok_or_else(|| anyhow::anyhow!("one tab is sent to PayPal"))?;
        let payment = story.life.store.payment(&story.payment).await?;
        let order = payment.and_then(|payment| payment.provider_reference).unwrap_or_default();
        assert!(!order.is_empty() && redirect.ends_with(&order), "seed {seed}: {redirect}, {order}");
    }
    Ok(())
}

/// A capture of the order that the host gave up on and that is still on its way, as it was sent.
async fn on_its_way(story: &Story, order: &str) -> anyhow::Result<Asked> {
    let token = story.line.providers.send(Provider::PayPal, token_request(PAYPAL_ID, PAYPAL_SECRET), None).await?;
    let token: serde_json::Value = serde_json::from_slice(&token.body)?;
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    let headers = vec![
        header("authorization", &bearer),
        header("content-type", "application/json"),
        header("paypal-request-id", &format!("{order}-capture-1")),
    ];
    let path = format!("/v2/checkout/orders/{order}/capture");
    Ok(Asked { method: "POST", path, headers, body: b"{}".to_vec() })
}

/// The first request is late, a second one is refused for good, and then the first one arrives and is done. No webhook
/// ever comes.
#[tokio::test]
async fn money_that_a_late_request_took_after_paypal_refused_another_is_found_by_the_last_look() -> anyhow::Result<()> {
    let story = Story::begin(Provider::PayPal).await?;
    story.life.billing.pay_now(story.client, &story.payment).await?;
    let payment = story.life.store.payment(&story.payment).await?;
    let order = payment.and_then(|payment| payment.provider_reference).unwrap_or_default();
    let paypal = &story.line.providers.paypal;
    assert_eq!(paypal.approve(&order, Funding::Balance), Ok(true));
    let refusal = Script::Refuse("TRANSACTION_REFUSED".to_owned());
    paypal.script_capture(&order, Some(refusal), Falsified::default()).map_err(|why| anyhow::anyhow!("{why:?}"))?;
    let late = on_its_way(&story, &order).await?;
    story.life.billing.return_from_provider(story.client, &story.payment, "").await?;
    assert_eq!(story.state().await?, PaymentState::Failed);
    assert_eq!(story.line.providers.send(Provider::PayPal, late, None).await?.status, 201);
    for _ in 0..3 {
        story.line.clock.advance(DAY_MS);
        story.life.billing.sweep(&InstanceId::new("paypal")).await?;
    }
    assert_eq!(story.state().await?, PaymentState::Paid);
    Ok(())
}
