//! Calls about a configured gateway, without a payment.

use tollgate_billing::claim::SavedMethod;
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::{ConfigRefusal, Verified, Webhook, WebhookRefusal, WebhookSetup};
use tollgate_billing::webhook;

use super::{GatewayAsk, GatewayProgram};
use crate::abi::v1_0_0::{answer, answered, ask, broken, gateway_wit, wit};
use crate::caller::Caller;

impl GatewayProgram {
    /// # Errors
    /// [`WebhookRefusal`].
    pub async fn verify(
        &self,
        caller: &Caller,
        ask: &GatewayAsk<'_>,
        webhook: &Webhook,
    ) -> Result<Verified, WebhookRefusal> {
        let of = ask.of("verify");
        let (settings, headers) = (ask::settings(ask.instance), ask::headers(webhook));
        let told = ask::instance(ask.instance, &settings, of.grants.test_mode);
        let params = (told, ask::webhook(webhook, &headers));
        let answer: Result<gateway_wit::Verified, gateway_wit::WebhookRefusal> =
            caller.call(&of, &self.pre, &self.verify, params).await?;
        let translated = match answer {
            Ok(verified) => answer::verified(verified).map(Ok),
            Err(refusal) => answer::webhook_refusal(refusal).map(Err),
        };
        let answer = translated.unwrap_or_else(|breach| Err(WebhookRefusal::Failed(broken(&of, &breach))));
        let mut verified = answer.map_err(|refusal| caller.redacted(&of, refusal))?;
        verified.claims = verified.claims.into_iter().map(|claim| caller.redacted(&of, claim)).collect();
        Ok(verified)
    }

    /// # Errors
    /// [`ConfigRefusal`].
    pub async fn set_up_webhook(&self, caller: &Caller, ask: &GatewayAsk<'_>) -> Result<WebhookSetup, ConfigRefusal> {
        let mut of = ask.of("set-up-webhook");
        of.grants = of.grants.keeping_secrets(ask.manifest, ask.instance);
        let settings = ask::settings(ask.instance);
        let url = webhook::address(ask.base_url, &ask.instance.id);
        let params = (ask::instance(ask.instance, &settings, of.grants.test_mode), url.as_str());
        let answer: Result<gateway_wit::WebhookSetup, wit::ConfigError> =
            caller.call(&of, &self.pre, &self.set_up_webhook, params).await.map_err(ConfigRefusal::Failed)?;
        let translated = match answer {
            Ok(setup) => answer::webhook_setup(setup, ask.manifest).map(Ok),
            Err(refusal) => answer::config_refusal(refusal).map(Err),
        };
        let answer = translated.unwrap_or_else(|breach| Err(ConfigRefusal::Failed(broken(&of, &breach))));
        answer.map_err(|refusal| caller.redacted(&of, refusal))
    }

    /// # Errors
    /// [`PluginError`].
    pub async fn forget_saved(
        &self,
        caller: &Caller,
        ask: &GatewayAsk<'_>,
        method: &SavedMethod,
    ) -> Result<(), PluginError> {
        let of = ask.of("forget-saved");
        let settings = ask::settings(ask.instance);
        let params = (ask::instance(ask.instance, &settings, of.grants.test_mode), ask::saved_method(method));
        let answer: Result<(), wit::Error> = caller.call(&of, &self.pre, &self.forget_saved, params).await?;
        answered((caller, &of), answer, Ok)
    }
}
