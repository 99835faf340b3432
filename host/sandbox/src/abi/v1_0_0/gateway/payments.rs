//! Calls about one payment.

use tollgate_billing::claim::{Claim, SavedMethod};
use tollgate_billing::plugin::{PluginError, Step};
use tollgate_billing::ports::{Outcome, RefundOrder};
use wasmtime::component::ComponentExportIndex;

use super::{GatewayProgram, PaymentCall};
use crate::abi::v1_0_0::{answer, answered, ask, gateway_wit, wit};
use crate::caller::{CallOf, Caller};

impl GatewayProgram {
    /// # Errors
    /// [`PluginError`].
    pub async fn pay_now(&self, caller: &Caller, ask: &PaymentCall<'_>) -> Result<Step, PluginError> {
        let of = ask.of("pay-now");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment());
        let answer: Result<gateway_wit::Step, wit::Error> = caller.call(&of, &self.pre, &self.pay_now, params).await?;
        answered((caller, &of), answer, |step| answer::step(step, ask.gateway.manifest, &of.grants))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn submit(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        form: &[(String, String)],
    ) -> Result<Outcome, PluginError> {
        let of = ask.of("submit");
        let told = ask::Told::new(ask);
        let form = ask::form(form);
        let params = (told.instance(), told.payment(), form.as_slice());
        let answer: Result<gateway_wit::Outcome, wit::Error> =
            caller.call(&of, &self.pre, &self.submit, params).await?;
        outcome((caller, &of), answer, ask)
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn return_from_provider(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        query: &str,
    ) -> Result<Outcome, PluginError> {
        let of = ask.of("return-from-provider");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment(), query);
        let answer: Result<gateway_wit::Outcome, wit::Error> =
            caller.call(&of, &self.pre, &self.return_from_provider, params).await?;
        outcome((caller, &of), answer, ask)
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn check(&self, caller: &Caller, ask: &PaymentCall<'_>) -> Result<Vec<Claim>, PluginError> {
        let of = ask.of("check");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment());
        let answer: Result<Vec<gateway_wit::Claim>, wit::Error> =
            caller.call(&of, &self.pre, &self.check, params).await?;
        let claims = answered((caller, &of), answer, answer::claims)?;
        Ok(claims.into_iter().map(|claim| caller.redacted(&of, claim)).collect())
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn refund(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        order: &RefundOrder,
    ) -> Result<Claim, PluginError> {
        self.about_refund(caller, ("refund", &self.refund), ask, order).await
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn check_refund(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        order: &RefundOrder,
    ) -> Result<Claim, PluginError> {
        self.about_refund(caller, ("check-refund", &self.check_refund), ask, order).await
    }

    async fn about_refund(
        &self,
        caller: &Caller,
        (name, export): (&'static str, &ComponentExportIndex),
        ask: &PaymentCall<'_>,
        order: &RefundOrder,
    ) -> Result<Claim, PluginError> {
        let of = ask.of(name);
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment(), ask::refund_order(order));
        let answer: Result<gateway_wit::Claim, wit::Error> = caller.call(&of, &self.pre, export, params).await?;
        let claim = answered((caller, &of), answer, answer::claim)?;
        Ok(caller.redacted(&of, claim))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn charge_saved(
        &self,
        caller: &Caller,
        ask: &PaymentCall<'_>,
        method: &SavedMethod,
    ) -> Result<Outcome, PluginError> {
        let of = ask.of("charge-saved");
        let told = ask::Told::new(ask);
        let params = (told.instance(), told.payment(), ask::saved_method(method));
        let answer: Result<gateway_wit::Outcome, wit::Error> =
            caller.call(&of, &self.pre, &self.charge_saved, params).await?;
        outcome((caller, &of), answer, ask)
    }
}

fn outcome(
    (caller, of): (&Caller, &CallOf<'_>),
    answer: Result<gateway_wit::Outcome, wit::Error>,
    ask: &PaymentCall<'_>,
) -> Result<Outcome, PluginError> {
    let outcome = answered((caller, of), answer, |outcome| answer::outcome(outcome, ask.gateway.manifest, &of.grants))?;
    Ok(match outcome {
        Outcome::Claims(claims) => {
            Outcome::Claims(claims.into_iter().map(|claim| caller.redacted(of, claim)).collect())
        }
        step @ Outcome::Step(_) => step,
    })
}
