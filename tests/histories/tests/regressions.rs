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
use tollgate_histories::providers::Provider;
use tollgate_histories::tellers::Places;
use tollgate_histories::town::Town;
use tollgate_histories::turns::{Caller, Ended};
use tollgate_simulators::faults::{Fault, Kind};
use tollgate_simulators::stripe::{Card, Details};

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
        let line = Line::new(Chance::of(1));
        line.providers.register().await?;
        let life = Life::begin(&town.files()?, &machine, &line, None).await?;
        let (client, currency) = town.clients[0];
        let net = Money::new(2_500, currency)?;
        let lines = vec![InvoiceLine::new(LineKind::Service, "Hosting".to_owned(), net, TaxRate::NONE)?];
        let gateway = Some(InstanceId::new(provider.instance()));
        let manual = ManualInvoice { client, lines, gateway, form_key: "form".to_owned() };
        let invoice = life.billing.create_invoice(manual).await?.into_inner();
        let payment = life.billing.pay(client, invoice).await?;
        Ok(Self { _town: town, line, life, client, payment })
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
