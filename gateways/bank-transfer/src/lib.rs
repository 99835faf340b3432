//! Pay by bank transfer: tells the payer what to transfer, to which account, and with which reference.
//!
//! It calls nobody and claims nothing. That money has arrived is for staff to record.

pub mod account;
pub mod address;
pub mod amount;
pub mod bic;
pub mod check_digits;
pub mod config;
pub mod countries;
pub mod details;
pub mod epc;
mod faults;
pub mod iban;
mod manifest;
pub mod reference;
mod slip;
pub mod swiss;
pub mod terms;

use std::collections::BTreeMap;

use tollgate_sdk::gateway::{Gateway, Manifest, Payment, Step, Verified, Webhook, WebhookRefusal};
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, FieldErrors, Instance, Page, Settings, Text};

use account::{Account, NoAccount};
use amount::Style;
use reference::ReferenceFault;
use slip::Request;
use terms::Terms;

/// The gateway.
pub struct BankTransfer;

impl Gateway for BankTransfer {
    fn describe() -> Manifest {
        manifest::manifest()
    }

    fn check_config(instance: &Instance, _depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        config::check(&instance.settings())
    }

    fn pay_now(instance: &Instance, payment: &Payment) -> Result<Step, Error> {
        let due = slip::amount_due(payment)?;
        if due.minor() <= 0 {
            return Ok(Step::wait(Text::msg("nothing-left")));
        }
        let settings = instance.settings();
        let account = account_for(&settings, due.currency().code())?;
        let reference = account.reference(&payment.reference).map_err(|fault| bad_reference(payment, fault))?;
        let received = slip::amount(&payment.received)?;
        let request = Request {
            account: &account,
            terms: terms_of(&settings)?,
            reference: &reference,
            due,
            received: (received.minor() > 0).then_some((slip::amount(&payment.amount)?, received)),
            style: Style::of(&payment.payer.locale),
        };
        let data = BTreeMap::from([("part_received", request.received.is_some())]);
        Ok(Step::page(Page::new("pay-now", &data)?.slip(slip::slip(&request))))
    }

    fn verify(_instance: &Instance, _webhook: &Webhook) -> Result<Verified, WebhookRefusal> {
        Err(WebhookRefusal::Forged("bank transfer has no webhooks".into()))
    }
}

fn account_for<'a>(settings: &Settings<'a>, currency: &str) -> Result<Account<'a>, Error> {
    Account::for_currency(settings, currency).map_err(|why| match why {
        NoAccount::Missing => {
            Error::rejected(format!("there is no bank account for {currency}: add one to this gateway"))
        }
        NoAccount::Wrong(errors) => misconfigured(errors),
    })
}

fn terms_of<'a>(settings: &Settings<'a>) -> Result<Terms<'a>, Error> {
    let mut errors = FieldErrors::default();
    Terms::read(settings, &mut errors).ok_or_else(|| misconfigured(errors))
}

/// Settings that `check-config` would refuse: saved before a rule was added, or changed behind its back.
fn misconfigured(errors: FieldErrors) -> Error {
    let fields: Vec<_> = Vec::from(errors).into_iter().map(|error| error.field).collect();
    Error::rejected(format!(
        "save the configuration of this gateway again, these fields are wrong: {}",
        fields.join(", ")
    ))
}

fn bad_reference(payment: &Payment, fault: ReferenceFault) -> Error {
    let why = match fault {
        ReferenceFault::NotAReference => "is not made of 1 to 21 capital letters and digits",
        ReferenceFault::NoDigits => "has no digits but zeros, which the account's QR-IBAN needs",
    };
    Error::rejected(format!("the payment's reference “{}” {why}", payment.reference))
}

tollgate_sdk::export_gateway!(BankTransfer);
