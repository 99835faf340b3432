//! One payment through one gateway, told to it as the host tells it.

use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::ids::{ClientId, InvoiceId, PaymentId, RefundId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plugin::{Instance, NextStep, Step};
use tollgate_billing::ports::{GatewayCall, Gateways, Outcome, Payer, RefundOrder};

use crate::stage::Stage;

/// What a payment is for.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    pub minor: i64,
    pub currency: &'a str,
    pub description: &'a str,
    pub payer: &'a str,
}

impl Default for Due<'_> {
    fn default() -> Self {
        Self { minor: 2_500, currency: "EUR", description: "Account credit", payer: "A. Client" }
    }
}

/// A payment under way.
pub struct Attempt<'a> {
    stage: &'a Stage,
    pub call: GatewayCall,
}

impl<'a> Attempt<'a> {
    /// A payment that the gateway was not asked about yet; `number` names it.
    ///
    /// # Errors
    /// Where the amount is none.
    pub fn new(stage: &'a Stage, instance: &Instance, number: u32, due: Due<'_>) -> anyhow::Result<Self> {
        let currency = Currency::from_code(due.currency)?;
        let payment = Payment {
            id: PaymentId::new(format!("01JUDGES{number:018}")),
            invoice: InvoiceId(i64::from(number)),
            client: ClientId(7),
            instance: instance.id.clone(),
            plugin: instance.plugin.clone(),
            reference: format!("INV{number:06}"),
            amount: Money::new(due.minor, currency)?,
            invoice_revision: 1,
            received: Money::zero(currency),
            state: PaymentState::Created,
            note: None,
            provider_reference: None,
            memo: None,
            created: Timestamp(stage.clock.now_ms()),
            checked: None,
            version: 1,
        };
        let payer = Payer {
            id: ClientId(7),
            name: due.payer.to_owned(),
            email: "client@example.com".to_owned(),
            country: Some("DE".to_owned()),
            locale: "de".to_owned(),
        };
        let call = GatewayCall {
            instance: Arc::new(instance.clone()),
            payment: Arc::new(payment),
            payer,
            invoice_number: format!("INV-{number:06}"),
            description: due.description.to_owned(),
        };
        Ok(Self { stage, call })
    }

    /// The payment's state at the host from now on.
    pub fn set(&mut self, change: impl FnOnce(&mut Payment)) {
        change(Arc::make_mut(&mut self.call.payment));
    }

    /// The provider's id of the payment, as the gateway told it.
    ///
    /// # Errors
    /// Where it told none.
    pub fn reference(&self) -> anyhow::Result<&str> {
        self.call.payment.provider_reference.as_deref().context("the gateway named no reference of the provider")
    }

    /// Opens the page.
    ///
    /// # Errors
    /// What the gateway said instead.
    pub async fn pay_now(&mut self) -> anyhow::Result<NextStep> {
        let step = self.stage.gateways.pay_now(&self.call).await?;
        Ok(self.remember(step))
    }

    /// The client posts the gateway's form.
    ///
    /// # Errors
    /// What the gateway said instead.
    pub async fn submit(&mut self, form: &[(&str, &str)]) -> anyhow::Result<Next> {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let form: Vec<_> = form.iter().map(owned).collect();
        let outcome = self.stage.gateways.submit(&self.call, &form).await?;
        Ok(self.heard(outcome))
    }

    /// The client comes back from the provider's page.
    ///
    /// # Errors
    /// What the gateway said instead.
    pub async fn come_back(&mut self) -> anyhow::Result<Next> {
        let outcome = self.stage.gateways.return_from_provider(&self.call, "").await?;
        Ok(self.heard(outcome))
    }

    /// The sweep asks.
    ///
    /// # Errors
    /// What the gateway said instead.
    pub async fn check(&mut self) -> anyhow::Result<Vec<Claim>> {
        let claims = self.stage.gateways.check(&self.call).await?;
        Ok(self.booked(claims))
    }

    /// What an outcome means for the payment.
    pub fn heard(&mut self, outcome: Outcome) -> Next {
        match outcome {
            Outcome::Step(step) => Next::Step(self.remember(step)),
            Outcome::Claims(claims) => Next::Claims(self.booked(claims)),
        }
    }

    fn remember(&mut self, step: Step) -> NextStep {
        self.set(|payment| {
            payment.state = PaymentState::Pending;
            payment.provider_reference = step.provider_reference.or(payment.provider_reference.take());
            payment.memo = step.memo.or(payment.memo.take());
        });
        step.next
    }

    /// A paid claim is booked before the next call, as the host does.
    fn booked(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        if let Some(paid) = claims.iter().find(|claim| claim.state == ClaimState::Paid) {
            let amount = paid.amount;
            self.set(|payment| (payment.state, payment.received) = (PaymentState::Paid, amount));
        }
        claims
    }

    /// A refund of so much of what `transaction` brought.
    ///
    /// # Errors
    /// Where the amount is none.
    pub fn order(&self, number: u32, minor: i64, transaction: &str) -> anyhow::Result<RefundOrder> {
        Ok(RefundOrder {
            id: RefundId::new(format!("01JREFUND{number:017}")),
            amount: Money::new(minor, self.call.payment.amount.currency())?,
            transaction: transaction.to_owned(),
            reason: "Ordered twice".to_owned(),
            provider_reference: None,
        })
    }
}

/// What a call brought.
#[derive(Debug)]
pub enum Next {
    Step(NextStep),
    Claims(Vec<Claim>),
}

impl Next {
    /// The claim that money came.
    ///
    /// # Errors
    /// Where it is another.
    pub fn paid(self) -> anyhow::Result<Claim> {
        match self {
            Self::Claims(claims) => only(claims, "paid"),
            Self::Step(step) => bail!("no claim but {step:?}"),
        }
    }

    /// The step that the client is to take.
    ///
    /// # Errors
    /// Where it is a claim.
    pub fn step(self) -> anyhow::Result<NextStep> {
        match self {
            Self::Step(step) => Ok(step),
            Self::Claims(claims) => bail!("no step but {claims:?}"),
        }
    }
}

/// The one claim, which must be of this state.
///
/// # Errors
/// Where there is another.
pub fn only(claims: Vec<Claim>, state: &str) -> anyhow::Result<Claim> {
    let said = format!("{claims:?}");
    let [claim] = <[Claim; 1]>::try_from(claims).map_err(|_| anyhow::anyhow!("not one claim: {said}"))?;
    ensure!(claim.state.code() == state, "not {state}: {said}");
    Ok(claim)
}

/// That some claim is of this state.
///
/// # Errors
/// Where none is.
pub fn some(claims: &[Claim], state: &str) -> anyhow::Result<()> {
    ensure!(claims.iter().any(|claim| claim.state.code() == state), "none is {state}: {claims:?}");
    Ok(())
}

/// The address that a redirect leads to.
///
/// # Errors
/// Where it is another step.
pub fn address(step: NextStep) -> anyhow::Result<String> {
    match step {
        NextStep::Redirect(redirect) => Ok(redirect.to.url().to_owned()),
        other => bail!("no redirect but {other:?}"),
    }
}

/// The data of the gateway's own page, with its template's name.
///
/// # Errors
/// Where it is another step.
pub fn page(step: NextStep) -> anyhow::Result<(String, serde_json::Value)> {
    let (template, data) = match step {
        NextStep::Page(page) => (page.template, page.data),
        NextStep::Confined(page) => (page.template, page.data),
        other => bail!("no page but {other:?}"),
    };
    Ok((template, serde_json::from_str(&data)?))
}
