//! What a gateway is: a way to pay. It only ever claims; the host checks every claim and books.

mod manifest;
mod step;

use crate::bindings::gateway::exports::tollgate::plugin::gateway as wire;
use crate::{ConfigDepth, ConfigError, ConfigReport, Error, Form, Instance, Setting};

pub use wire::{
    BrowserUse, Capabilities, Claim, ClaimState, ConfinedPage, CurrencySupport, Environment, Failure, HostRequest,
    Links, Manifest, NextStep, OriginRequest, Outcome, Payer, Payment, PaymentKey, PaymentState, Redirect, RefundOrder,
    SavedMethod, Script, StatementEntry, StatementFile, Step, Verified, Webhook, WebhookRefusal, WebhookSetup,
};

/// One way to pay. Each function is one export of the world `payment-gateway`; the host calls each in a fresh
/// instance, so nothing is remembered between two calls but what [`crate::state`], a step's memo or the payment keeps.
///
/// A default refuses, but for [`Gateway::migrate_config`], which changes nothing. There is no default that looks like success,
/// and none at all for [`Gateway::verify`].
pub trait Gateway {
    /// Called when the file is loaded, with no host import reachable. Must answer the same every time.
    fn describe() -> Manifest;

    /// Called when staff save the configuration ([`ConfigDepth::Values`]: look at the values, call nobody) or press
    /// "Test connection". Must name every wrong field.
    ///
    /// # Errors
    /// Every wrong field by its whole key, or why the provider could not be asked.
    fn check_config(instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError>;

    /// Called when this version takes the place of another one, before anything else is asked of it: `instance` has the
    /// settings as version `before` saved them, which may be older or newer. By default they stay as they are. Secrets stay
    /// under their keys.
    ///
    /// # Errors
    /// What staff must change first, by the keys of this version.
    fn migrate_config(instance: &Instance, before: &str) -> Result<Vec<Setting>, ConfigError> {
        let _ = before;
        Ok(instance.to_settings())
    }

    /// Called when staff press "Set up webhook": registers `url` at the provider, once however often it is called.
    /// Needs [`Capabilities::WEBHOOK_SETUP`].
    ///
    /// # Errors
    /// What the provider refused; by default that this gateway registers no webhooks.
    fn set_up_webhook(instance: &Instance, url: &str) -> Result<WebhookSetup, ConfigError> {
        let _ = (instance, url);
        Err(ConfigError::Failed(Error::rejected("this gateway registers no webhooks")))
    }

    /// Called whenever the client opens the pay-now page of a stored payment, so it may be called often: requests to
    /// the provider carry `payment.id`. Never says "paid".
    ///
    /// # Errors
    /// What the host must do, as [`Error`].
    fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error>;

    /// Called when the client posts the gateway's form. Its fields are the client's word: a claim needs the provider's.
    ///
    /// # Errors
    /// What the host must do; by default that this gateway has no form.
    fn submit(instance: &Instance, payment: &Payment, form: &Form) -> Result<Outcome, Error> {
        let _ = (instance, payment, form);
        Err(Error::rejected("this gateway has no form to submit"))
    }

    /// Called when the client comes back from the provider. The query is the client's word, never proof: ask the provider.
    ///
    /// # Errors
    /// What the host must do; by default that this gateway sends nobody away.
    fn return_from_provider(instance: &Instance, payment: &Payment, query: &Form) -> Result<Outcome, Error> {
        let _ = (instance, payment, query);
        Err(Error::rejected("this gateway sends nobody to a provider, so nobody can come back"))
    }

    /// Called for every webhook of this instance. Must prove the origin before it reads the content, and has no
    /// default: a gateway without webhooks answers [`WebhookRefusal::Forged`] in so many words.
    ///
    /// # Errors
    /// Why it is not believed.
    fn verify(instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal>;

    /// Called by the return page, by "reload" and by the sweep: the claims that the provider makes about a payment now.
    /// Needs [`Capabilities::CHECK`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway cannot look payments up.
    fn check(instance: &Instance, payment: &Payment) -> Result<Vec<Claim>, Error> {
        let _ = (instance, payment);
        Err(Error::rejected("this gateway cannot look payments up"))
    }

    /// Called when staff refund; `order.id` is the idempotency key. Needs [`Capabilities::REFUND`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway does not refund.
    fn refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        let _ = (instance, payment, order);
        Err(Error::rejected("this gateway does not refund"))
    }

    /// Called by the sweep for a refund whose end is not known. Needs [`Capabilities::REFUND`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway does not refund.
    fn check_refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        let _ = (instance, payment, order);
        Err(Error::rejected("this gateway does not refund"))
    }

    /// Called to pay with a stored method: the client confirmed it on a page of the host, or is away. The payment is
    /// `unknown`, because the host may end before it hears the answer; [`Gateway::check`] must find what came of it.
    /// "Authentication needed" is a [`Step`], not an error. Needs [`Capabilities::SAVED_METHODS`] and
    /// [`Capabilities::CHECK`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway stores no methods.
    fn charge_saved(instance: &Instance, payment: &Payment, method: &SavedMethod) -> Result<Outcome, Error> {
        let _ = (instance, payment, method);
        Err(Error::rejected("this gateway stores no payment methods"))
    }

    /// Called when the client has removed a stored method, and again until it succeeds: that it is gone already is a
    /// success. Needs [`Capabilities::SAVED_METHODS`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway stores no methods.
    fn forget_saved(instance: &Instance, method: &SavedMethod) -> Result<(), Error> {
        let _ = (instance, method);
        Err(Error::rejected("this gateway stores no payment methods"))
    }

    /// Called when staff import a bank statement. Needs [`Capabilities::STATEMENTS`].
    ///
    /// # Errors
    /// What the host must do; by default that this gateway reads no statements.
    fn read_statement(instance: &Instance, file: &StatementFile) -> Result<Vec<StatementEntry>, Error> {
        let _ = (instance, file);
        Err(Error::rejected("this gateway reads no bank statements"))
    }
}

/// Puts a [`Gateway`] behind the generated export trait. Only [`crate::export_gateway!`] names it.
#[doc(hidden)]
pub struct Exported<G>(std::marker::PhantomData<G>);

impl<G: Gateway> wire::Guest for Exported<G> {
    fn describe() -> Manifest {
        G::describe()
    }

    fn check_config(instance: wire::Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        G::check_config(&instance.into(), depth)
    }

    fn migrate_config(instance: wire::Instance, before: String) -> Result<Vec<Setting>, ConfigError> {
        G::migrate_config(&instance.into(), &before)
    }

    fn set_up_webhook(instance: wire::Instance, url: String) -> Result<WebhookSetup, ConfigError> {
        G::set_up_webhook(&instance.into(), &url)
    }

    fn pay_now(instance: wire::Instance, payment: Payment) -> Result<Step, Error> {
        G::pay_now(&instance.into(), &payment)
    }

    fn submit(instance: wire::Instance, payment: Payment, form: Vec<(String, String)>) -> Result<Outcome, Error> {
        G::submit(&instance.into(), &payment, &form.into())
    }

    fn return_from_provider(instance: wire::Instance, payment: Payment, query: String) -> Result<Outcome, Error> {
        G::return_from_provider(&instance.into(), &payment, &Form::parse(&query))
    }

    fn verify(instance: wire::Instance, webhook: Webhook) -> Result<Verified, WebhookRefusal> {
        G::verify(&instance.into(), &webhook)
    }

    fn check(instance: wire::Instance, payment: Payment) -> Result<Vec<Claim>, Error> {
        G::check(&instance.into(), &payment)
    }

    fn refund(instance: wire::Instance, payment: Payment, order: RefundOrder) -> Result<Claim, Error> {
        G::refund(&instance.into(), &payment, &order)
    }

    fn check_refund(instance: wire::Instance, payment: Payment, order: RefundOrder) -> Result<Claim, Error> {
        G::check_refund(&instance.into(), &payment, &order)
    }

    fn charge_saved(instance: wire::Instance, payment: Payment, method: SavedMethod) -> Result<Outcome, Error> {
        G::charge_saved(&instance.into(), &payment, &method)
    }

    fn forget_saved(instance: wire::Instance, method: SavedMethod) -> Result<(), Error> {
        G::forget_saved(&instance.into(), &method)
    }

    fn read_statement(instance: wire::Instance, file: StatementFile) -> Result<Vec<StatementEntry>, Error> {
        G::read_statement(&instance.into(), &file)
    }
}

/// Makes the crate a gateway component: `export_gateway!(MyGateway);` once, at the root of the crate.
/// Natively it only checks that the type is a [`Gateway`].
#[macro_export]
macro_rules! export_gateway {
    ($gateway:ty) => {
        const _: () = {
            #[allow(dead_code)] // used by the component only
            type Exported = $crate::gateway::Exported<$gateway>;
            const fn is_a_gateway<G: $crate::gateway::Gateway>() {}
            is_a_gateway::<$gateway>();
            #[cfg(target_arch = "wasm32")]
    $crate::bindings::gateway::export_payment_gateway!(Exported with_types_in $crate::bindings::gateway);
        };
    };
}
