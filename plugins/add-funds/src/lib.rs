//! The Add Funds module: the tab where a client asks for an invoice that, once paid, becomes Available Credit.
//!
//! It decides how much may be added and when; the host makes the invoice, takes the money and moves the credit.

mod config;
mod manifest;
mod page;
mod policy;
mod submit;

use tollgate_sdk::module::{Credit, Effect, Event, InvoiceFact, Manifest, Module, Place, PortalTab, View};
use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, Error, Form, Instance, Page, Text, export_module};

use config::Config;
use page::Typed;

/// The module.
pub struct AddFunds;

export_module!(AddFunds);

impl Module for AddFunds {
    fn describe() -> Manifest {
        manifest::manifest()
    }

    fn check_config(instance: &Instance, _: ConfigDepth) -> Result<ConfigReport, ConfigError> {
        Config::read(&instance.settings())?;
        Ok(ConfigReport { currencies: Vec::new(), notes: Vec::new() })
    }

    fn tab(_: &Instance) -> PortalTab {
        PortalTab { place: Place::Billing, slug: manifest::ID.into(), label: Text::msg("tab") }
    }

    fn page(instance: &Instance, view: &View) -> Result<Page, Error> {
        page::page(&Config::saved(instance)?, view, Typed::first(view))
    }

    fn submit(instance: &Instance, view: &View, form: &Form) -> Result<tollgate_sdk::module::Action, Error> {
        submit::submit(&Config::saved(instance)?, view, form)
    }

    fn on_event(_: &Instance, event: &Event) -> Result<Vec<Effect>, Error> {
        match event {
            Event::InvoicePaid(invoice) => credits(invoice),
            Event::InvoiceCancelled(_) => Ok(Vec::new()),
        }
    }
}

/// Exactly what each line says: neither the invoice's tax nor an overpayment is the module's to give.
fn credits(invoice: &InvoiceFact) -> Result<Vec<Effect>, Error> {
    let credit = |line: &tollgate_sdk::module::LineFact| {
        if line.amount.minor <= 0 {
            return Err(Error::rejected(format!("line {} of invoice {} has no amount", line.line, invoice.invoice)));
        }
        let description = Text::msg("credit-description").arg("invoice", &invoice.invoice);
        Ok(Effect::CreditPaid(Credit { line: line.line, amount: line.amount.clone(), description }))
    };
    invoice.lines.iter().map(credit).collect()
}
