//! Pay by card through Stripe. Card data goes from the client's browser to Stripe and is never here; what is here asks
//! Stripe what came of it, and claims that.

pub mod api;
pub mod check;
pub mod claims;
pub mod config;
mod connection;
pub mod currency;
mod customer;
pub mod declines;
mod hex;
pub mod intent;
mod manifest;
pub mod method;
pub mod page;
mod pay;
mod refund;
mod refusals;
mod saved;
mod setup;
pub mod signature;
pub mod webhook;
pub mod wire;

use tollgate_sdk::gateway::{
    Claim, Gateway, Manifest, Outcome, Payment, RefundOrder, SavedMethod, Step, Verified, Webhook, WebhookRefusal,
    WebhookSetup,
};
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Form, Instance};

use config::Config;
use pay::Paying;

/// The gateway.
pub struct Card;

impl Gateway for Card {
    fn describe() -> Manifest {
        manifest::manifest()
    }

    fn check_config(instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        match depth {
            ConfigDepth::Values => config::check_values(instance),
            ConfigDepth::Connection => connection::check(instance),
        }
    }

    fn set_up_webhook(instance: &Instance, url: &str) -> Result<WebhookSetup, ConfigError> {
        setup::set_up(instance, url)
    }

    fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error> {
        let config = Config::read(instance)?;
        Paying { config: &config, payment }.pay_now()
    }

    fn submit(instance: &Instance, payment: &Payment, form: &Form) -> Result<Outcome, Error> {
        let config = Config::read(instance)?;
        Paying { config: &config, payment }.submit(form)
    }

    fn return_from_provider(instance: &Instance, payment: &Payment, _query: &Form) -> Result<Outcome, Error> {
        let config = Config::read(instance)?;
        Paying { config: &config, payment }.returned()
    }

    fn verify(instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        webhook::verify(instance, webhook)
    }

    fn check(instance: &Instance, payment: &Payment) -> Result<Vec<Claim>, Error> {
        check::check(&Config::read(instance)?, payment)
    }

    fn refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        refund::order(&Config::read(instance)?, payment, order)
    }

    fn check_refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        refund::check(&Config::read(instance)?, payment, order)
    }

    fn charge_saved(instance: &Instance, payment: &Payment, method: &SavedMethod) -> Result<Outcome, Error> {
        saved::charge(&Config::read(instance)?, payment, method)
    }

    fn forget_saved(instance: &Instance, method: &SavedMethod) -> Result<(), Error> {
        saved::forget(&Config::read(instance)?, method)
    }
}

tollgate_sdk::export_gateway!(Card);
