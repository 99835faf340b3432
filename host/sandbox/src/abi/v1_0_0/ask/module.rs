//! What a module sees of a client, and what it hears of invoices.

use tollgate_billing::ports::{GatewayChoice, InvoiceFact, ModuleEvent, OpenInvoice, View};
use tollgate_billing::text::Text;

use super::{money, timestamp};
use crate::abi::v1_0_0::module_wit;

/// A view, with its lists in the contract's form.
pub struct Seen<'a> {
    view: &'a View,
    gateways: Vec<module_wit::GatewayChoice<'a>>,
    open_invoices: Vec<module_wit::OpenInvoice<'a>>,
}

impl<'a> Seen<'a> {
    pub fn new(view: &'a View) -> Self {
        Self {
            view,
            gateways: view.gateways.iter().map(gateway).collect(),
            open_invoices: view.open_invoices.iter().map(open_invoice).collect(),
        }
    }

    pub fn view(&self) -> module_wit::View<'_> {
        module_wit::View {
            currency: self.view.currency.code(),
            balance: money(self.view.balance),
            gateways: &self.gateways,
            open_invoices: &self.open_invoices,
            terms_url: &self.view.terms_url,
            now: timestamp(self.view.now),
        }
    }
}

/// A text of the gateway's own translations stays with the host, which alone can format it.
fn gateway(choice: &GatewayChoice) -> module_wit::GatewayChoice<'_> {
    let help = match &choice.help {
        Text::Plain(words) => words.as_str(),
        Text::Translated(_) => "",
    };
    module_wit::GatewayChoice { instance: choice.instance.as_str(), label: &choice.label, help }
}

fn open_invoice(invoice: &OpenInvoice) -> module_wit::OpenInvoice<'_> {
    module_wit::OpenInvoice {
        number: &invoice.number,
        path: &invoice.path,
        due: money(invoice.due),
        created: timestamp(invoice.created),
    }
}

/// The lines that an event is about.
pub fn lines(event: &ModuleEvent) -> Vec<module_wit::LineFact<'_>> {
    fact(event).lines.iter().map(|line| module_wit::LineFact { line: line.line, amount: money(line.amount) }).collect()
}

pub fn event<'a>(event: &'a ModuleEvent, lines: &'a [module_wit::LineFact<'a>]) -> module_wit::Event<'a> {
    let told = fact(event);
    let fact = module_wit::InvoiceFact { invoice: &told.invoice_number, lines, balance: money(told.balance) };
    match event {
        ModuleEvent::InvoicePaid(_) => module_wit::Event::InvoicePaid(fact),
        ModuleEvent::InvoiceCancelled(_) => module_wit::Event::InvoiceCancelled(fact),
    }
}

fn fact(event: &ModuleEvent) -> &InvoiceFact {
    match event {
        ModuleEvent::InvoicePaid(fact) | ModuleEvent::InvoiceCancelled(fact) => fact,
    }
}
