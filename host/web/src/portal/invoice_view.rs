//! An invoice as its page shows it, to its client and to staff.

use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_billing::billing::{InvoicePage, PaymentFacts, Texts};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate, totals};
use tollgate_billing::ledger::AllocationSource;
use tollgate_billing::money::{Money, MoneyError};
use tollgate_billing::people::Client;
use tollgate_billing::plugin::Manifest;
use tollgate_billing::ports::{GatewayChoice, Party};

use super::returns_view::{ReturnView, returns_of};
use crate::errors::WebError;
use crate::format::Moment;
use crate::frame::{MoneyView, moment_of, money_of};
use crate::state::WebState;
use crate::texts::Words;

#[derive(Debug, Clone, Serialize)]
pub struct InvoiceView {
    pub invoice: InvoiceFacts,
    pub payments: Vec<PaymentView>,
    pub allocations: Vec<AllocationView>,
    pub choices: Vec<ChoiceView>,
    pub credit: MoneyView,
    pub credit_applicable: MoneyView,
    pub can_apply_credit: bool,
    pub can_pay: bool,
    pub can_reload: bool,
    pub watch: Option<WatchView>,
    pub bill_to: PartyView,
    pub bill_from: PartyView,
}

#[derive(Debug, Clone, Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a template asks, one by one
pub struct InvoiceFacts {
    pub id: i64,
    pub number: String,
    pub url: String,
    pub created: Option<Moment>,
    pub due: Option<Moment>,
    pub paid_at: Option<Moment>,
    pub status: &'static str,
    pub revision: u32,
    pub gateway: Option<ChoiceView>,
    pub lines: Vec<LineView>,
    pub has_tax: bool,
    pub taxes: Vec<TaxView>,
    pub net: MoneyView,
    pub tax: MoneyView,
    pub total: MoneyView,
    pub settled: MoneyView,
    pub has_settled: bool,
    pub amount_due: MoneyView,
    pub is_due: bool,
    pub is_topup: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct LineView {
    pub description: String,
    pub net: MoneyView,
    pub tax_rate: Option<String>,
    pub tax: MoneyView,
    pub gross: MoneyView,
}

#[derive(Debug, Clone, Serialize)]
pub struct TaxView {
    pub rate: String,
    pub net: MoneyView,
    pub tax: MoneyView,
}

#[derive(Debug, Clone, Serialize)]
#[allow(clippy::struct_excessive_bools)] // what a template asks, one by one
pub struct PaymentView {
    pub id: String,
    pub url: String,
    pub gateway: String,
    pub state: &'static str,
    pub is_open: bool,
    pub amount: MoneyView,
    pub received: MoneyView,
    pub has_received: bool,
    pub note: Option<String>,
    pub help: Option<String>,
    /// The payer sets the amount: a transfer.
    pub transfer: bool,
    pub reference: String,
    pub created: Option<Moment>,
    pub checked: Option<Moment>,
    pub can_check: bool,
    pub returns: Vec<ReturnView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AllocationView {
    pub at: Option<Moment>,
    pub amount: MoneyView,
    /// The gateway's label; `None` for credit.
    pub source: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChoiceView {
    pub instance: String,
    pub label: String,
    pub help: String,
    pub logo: Option<String>,
    pub selected: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct PartyView {
    pub name: String,
    pub lines: Vec<String>,
    pub country: String,
    pub tax_id: String,
}

/// What the page's script asks for, to see whether something changed.
#[derive(Debug, Clone, Serialize)]
pub struct WatchView {
    pub url: String,
    pub state: String,
}

/// `url` is the invoice's address for this reader.
///
/// # Errors
/// Where amounts of the invoice do not add up, which the store does not let in.
pub fn invoice_view(
    state: &WebState,
    words: &Words,
    page: &InvoicePage,
    client: &Client,
    url: String,
) -> Result<InvoiceView, WebError> {
    let invoice = &page.invoice;
    let state_url = format!("{url}/state");
    let facts = facts(state, words, page, url).map_err(|error| WebError::failed(error.to_string()))?;
    let is_due = facts.is_due;
    let offered = |choice: &GatewayChoice| Some(&choice.instance) == invoice.gateway.as_ref();
    Ok(InvoiceView {
        can_pay: is_due && page.choices.iter().any(offered),
        can_reload: page.payments.iter().any(|payment| payment.can_check),
        watch: is_due.then(|| WatchView { url: state_url, state: state_word(page) }),
        payments: page.payments.iter().map(|payment| payment_view(state, words, page, payment)).collect(),
        allocations: page
            .allocations
            .iter()
            .map(|(allocation, label)| AllocationView {
                at: moment_of(words, allocation.at),
                amount: money_of(words, allocation.amount),
                source: matches!(allocation.source, AllocationSource::Gateway(_)).then(|| label.clone()),
            })
            .collect(),
        choices: choices(
            state,
            words,
            &page.choices,
            invoice.gateway.as_ref().map(tollgate_billing::ids::InstanceId::as_str),
        ),
        credit: money_of(words, page.credit),
        credit_applicable: money_of(words, page.credit_applicable),
        can_apply_credit: page.credit_applicable.is_positive(),
        bill_to: client_party(client),
        bill_from: company_party(&state.billing().policy().company),
        invoice: facts,
    })
}

fn facts(state: &WebState, words: &Words, page: &InvoicePage, url: String) -> Result<InvoiceFacts, MoneyError> {
    let invoice = &page.invoice;
    let sums = totals(invoice.currency(), &invoice.lines)?;
    let due = invoice.amount_due();
    let lines: Result<Vec<LineView>, MoneyError> = invoice.lines.iter().map(|line| line_view(words, line)).collect();
    Ok(InvoiceFacts {
        id: invoice.id.0,
        number: invoice.number.clone(),
        url,
        created: moment_of(words, invoice.created),
        due: moment_of(words, invoice.due),
        paid_at: invoice.paid_at.and_then(|at| moment_of(words, at)),
        status: status_word(invoice, state.billing().now()),
        revision: invoice.revision,
        gateway: chosen(state, words, page),
        lines: lines?,
        has_tax: !sums.tax.is_zero(),
        taxes: taxes(words, invoice)?,
        net: money_of(words, sums.net),
        tax: money_of(words, sums.tax),
        total: money_of(words, invoice.total),
        settled: money_of(words, invoice.settled),
        has_settled: invoice.settled.is_positive(),
        amount_due: money_of(words, due),
        is_due: due.is_positive(),
        is_topup: invoice.lines.iter().any(|line| matches!(line.kind, LineKind::Module(_))),
    })
}

/// `unpaid`, `overdue`, `part-paid`, `paid` or `cancelled`.
pub fn status_word(invoice: &Invoice, now: Timestamp) -> &'static str {
    match invoice.status {
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Cancelled => "cancelled",
        InvoiceStatus::Unpaid if invoice.settled.is_positive() => "part-paid",
        InvoiceStatus::Unpaid if invoice.due < now => "overdue",
        InvoiceStatus::Unpaid => "unpaid",
    }
}

/// Changes with everything that the page shows of the invoice and its payments.
pub fn state_word(page: &InvoicePage) -> String {
    let payments = page.payments.iter().map(|facts| format!(".{}", facts.payment.version));
    format!("{}-{}{}", page.invoice.version, page.payments.len(), payments.collect::<String>())
}

fn line_view(words: &Words, line: &Line) -> Result<LineView, MoneyError> {
    let taxed = line.tax_rate != TaxRate::NONE;
    Ok(LineView {
        description: line.description.clone(),
        net: money_of(words, line.net),
        tax_rate: taxed.then(|| line.tax_rate.percent().to_string()),
        tax: money_of(words, line.tax),
        gross: money_of(words, line.gross()?),
    })
}

/// Net and tax of each rate, highest first.
fn taxes(words: &Words, invoice: &Invoice) -> Result<Vec<TaxView>, MoneyError> {
    let zero = Money::zero(invoice.currency());
    let mut rates: BTreeMap<TaxRate, (Money, Money)> = BTreeMap::new();
    for line in invoice.lines.iter().filter(|line| line.tax_rate != TaxRate::NONE) {
        let (net, tax) = rates.entry(line.tax_rate).or_insert((zero, zero));
        *net = net.checked_add(line.net)?;
        *tax = tax.checked_add(line.tax)?;
    }
    let view = |(rate, (net, tax)): (&TaxRate, &(Money, Money))| TaxView {
        rate: rate.percent().to_string(),
        net: money_of(words, *net),
        tax: money_of(words, *tax),
    };
    Ok(rates.iter().rev().map(view).collect())
}

/// How the client means to pay: shown by name even where the gateway is not offered any more.
fn chosen(state: &WebState, words: &Words, page: &InvoicePage) -> Option<ChoiceView> {
    let id = page.invoice.gateway.as_ref()?;
    let offered = page.choices.iter().find(|choice| choice.instance == *id);
    Some(match offered {
        Some(choice) => choice_view(state, words, choice, true),
        None => ChoiceView {
            instance: id.to_string(),
            label: page
                .payments
                .iter()
                .find(|facts| facts.payment.instance == *id)
                .map_or_else(|| id.to_string(), |facts| facts.gateway.clone()),
            help: String::new(),
            logo: None,
            selected: true,
        },
    })
}

/// The gateways of a list of choices.
pub fn choices(state: &WebState, words: &Words, choices: &[GatewayChoice], selected: Option<&str>) -> Vec<ChoiceView> {
    let view = |choice: &GatewayChoice| choice_view(state, words, choice, selected == Some(choice.instance.as_str()));
    choices.iter().map(view).collect()
}

fn choice_view(state: &WebState, words: &Words, choice: &GatewayChoice, selected: bool) -> ChoiceView {
    ChoiceView {
        instance: choice.instance.to_string(),
        label: choice.label.clone(),
        help: state.plugin_texts().text(&choice.plugin, &choice.help, &words.locale()),
        logo: choice.has_logo.then(|| format!("/plugins/{}/logo", choice.plugin)),
        selected,
    }
}

fn payment_view(state: &WebState, words: &Words, page: &InvoicePage, facts: &PaymentFacts) -> PaymentView {
    let payment = &facts.payment;
    let locale = words.locale();
    let says = |text| state.plugin_texts().text(&payment.plugin, text, &locale);
    let manifest = state.billing().plugins().manifest(&payment.plugin);
    let (help, transfer) = match manifest.as_deref() {
        Some(Manifest::Gateway(gateway)) => (Some(says(&gateway.help)), gateway.capabilities.payer_sets_amount),
        _ => (None, false),
    };
    PaymentView {
        id: payment.id.to_string(),
        url: format!("/billing/payments/{}", payment.id),
        gateway: facts.gateway.clone(),
        state: payment.state.code(),
        is_open: payment.state.is_open(),
        amount: money_of(words, payment.amount),
        received: money_of(words, payment.received),
        has_received: payment.received.is_positive(),
        note: payment.note.as_ref().map(says),
        help,
        transfer,
        reference: payment.reference.clone(),
        created: moment_of(words, payment.created),
        checked: payment.checked.and_then(|at| moment_of(words, at)),
        can_check: facts.can_check,
        returns: returns_of(words, page, &payment.id),
    }
}

fn client_party(client: &Client) -> PartyView {
    let (name, person) = if client.company.is_empty() {
        (client.name.clone(), None)
    } else {
        (client.company.clone(), Some(client.name.clone()))
    };
    PartyView {
        name,
        lines: person.into_iter().chain(client.address.iter().cloned()).collect(),
        country: client.country.clone(),
        tax_id: client.tax_id.clone(),
    }
}

fn company_party(company: &Party) -> PartyView {
    PartyView {
        name: company.name.clone(),
        lines: company.address.clone(),
        country: company.country.clone(),
        tax_id: company.tax_id.clone(),
    }
}
