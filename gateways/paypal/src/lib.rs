//! Pay with PayPal: Orders v2, Payments v2 and Webhooks v1 of its REST API.
//!
//! The client approves an order on PayPal's page; it is captured here and claimed. What PayPal says counts, never what
//! the client's browser brings.

pub mod api;
mod checkout;
pub mod claims;
mod config;
mod disputes;
pub mod events;
mod manifest;
mod order;
mod pay;
pub mod place;
mod refunds;
mod setup;
pub mod time;
pub mod track;
pub mod value;
mod webhook;
pub mod wire;
mod words;

use tollgate_sdk::gateway::{
    Claim, Gateway, Manifest, Outcome, Payment, RefundOrder, Step, Verified, Webhook, WebhookRefusal, WebhookSetup,
};
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Form, Instance};

/// The gateway.
pub struct PayPal;

impl Gateway for PayPal {
    fn describe() -> Manifest {
        manifest::manifest()
    }

    fn check_config(instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        config::check(instance, depth)
    }

    fn set_up_webhook(instance: &Instance, url: &str) -> Result<WebhookSetup, ConfigError> {
        setup::set_up(instance, url)
    }

    fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error> {
        pay::pay_now(instance, payment)
    }

    /// The form is one button, "Pay with PayPal", and says nothing else.
    fn submit(instance: &Instance, payment: &Payment, _form: &Form) -> Result<Outcome, Error> {
        pay::start(instance, payment)
    }

    /// What PayPal appends to the address is not read: the payment knows its order.
    fn return_from_provider(instance: &Instance, payment: &Payment, _query: &Form) -> Result<Outcome, Error> {
        pay::come_back(instance, payment)
    }

    fn verify(instance: &Instance, webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        webhook::verify(instance, webhook)
    }

    fn check(instance: &Instance, payment: &Payment) -> Result<Vec<Claim>, Error> {
        pay::check(instance, payment)
    }

    fn refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        refunds::refund(instance, payment, order)
    }

    fn check_refund(instance: &Instance, payment: &Payment, order: &RefundOrder) -> Result<Claim, Error> {
        refunds::check(instance, payment, order)
    }
}

tollgate_sdk::export_gateway!(PayPal);
