//! One history: a client, some invoices, two gateways, and whatever happens.

use std::path::Path;

use tollgate_billing::billing::{Billing, ManualInvoice};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PluginId, StaffId};
use tollgate_billing::invoice::{Line as InvoiceLine, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money, MoneyError};
use tollgate_billing::ports::Ledger;

use crate::action::{Action, Could};
use crate::browser::Browser;
use crate::call::{Call, People, Reply};
use crate::chance::Chance;
use crate::judge::{self, Verdict};
use crate::letters::{Deed, Letter, sent};
use crate::life::{Files, Life};
use crate::line::Line;
use crate::machine::Machine;
use crate::plant::Plant;
use crate::providers::{DisputeEnd, Provider};
use crate::town::Town;
use crate::turns::{Caller, Ended, Turns};
use crate::weather::Weather;

/// Calls of a hundred beside which another one runs.
const COMPANY_PERCENT: u32 = 35;
/// Steps of a hundred at whose beginning requests arrive that the host gave up on.
const LATE_PERCENT: u32 = 50;
/// Invoices of one client.
const INVOICES_MAX: usize = 4;
/// What a history is about, in currencies' minor units: small enough for every maximum.
const MINOR_MAX: i64 = 900_000;

/// What came of a history.
#[derive(Debug, Clone)]
pub struct Told {
    pub number: u64,
    pub verdict: Verdict,
    pub diary: Vec<String>,
}

/// A history while it happens.
pub struct History<'a> {
    pub line: Line,
    pub chance: Chance,
    pub client: ClientId,
    pub currency: Currency,
    pub invoices: Vec<InvoiceId>,
    /// The one that the client looks at.
    pub invoice: InvoiceId,
    pub gateway: Provider,
    pub browser: Browser,
    pub plant: Option<Plant>,
    pub staff: StaffId,
    /// The payer agreed to have a card kept.
    pub kept_card: bool,
    /// Forms by which staff asked for a refund.
    pub refund_forms: u64,
    /// Forged webhooks that the host took for real.
    pub believed: Vec<String>,
    files: Files,
    machine: &'a Machine,
    life: Option<Life>,
    forms: u64,
}

/// Tells one history from its beginning to its judgement.
///
/// # Errors
/// Where the simulation itself fails; what the host does wrong is in the verdict.
pub async fn tell(
    (town, machine): (&Town, &Machine),
    (seed, number): (u64, u64),
    plant: Option<Plant>,
) -> anyhow::Result<Told> {
    let mut chance = Chance::of_history(seed, number);
    let wires = Line::new(Chance::of(chance.number()));
    wires.providers.register().await?;
    let files = town.files()?;
    let life = Life::begin(&files, machine, &wires, plant).await?;
    let (client, currency) = chance.pick(&town.clients).copied().unwrap_or(town.clients[0]);
    let mut history = History {
        chance,
        client,
        currency,
        invoices: Vec::new(),
        invoice: InvoiceId(0),
        gateway: Provider::Stripe,
        browser: Browser::default(),
        plant,
        staff: town.staff,
        kept_card: false,
        refund_forms: 0,
        believed: Vec::new(),
        files,
        machine,
        life: Some(life),
        forms: 0,
        line: wires,
    };
    history.bill(currency).await?;
    history.live().await?;
    history.calm().await?;
    let verdict = history.judged().await?;
    Ok(Told { number, verdict, diary: history.line.diary.lines() })
}

impl History<'_> {
    /// The host as it is now.
    ///
    /// # Panics
    /// Never: a crash ends with another life.
    #[must_use]
    pub fn life(&self) -> &Life {
        self.life.as_ref().expect("a crash ends with another life of the host")
    }

    #[must_use]
    pub fn database(&self) -> &Path {
        &self.files.database
    }

    /// One or two invoices of services, or for funds.
    async fn bill(&mut self, currency: Currency) -> anyhow::Result<()> {
        self.gateway =
            if takes_paypal(currency) && self.chance.percent(55) { Provider::PayPal } else { Provider::Stripe };
        let count = if self.chance.percent(25) { 2 } else { 1 };
        for _ in 0..count {
            self.bill_one(currency).await?;
        }
        self.invoice = self.invoices[0];
        Ok(())
    }

    /// One more, which the client then looks at.
    ///
    /// # Errors
    /// Where the host does not take it.
    pub async fn bill_another(&mut self) -> anyhow::Result<()> {
        self.bill_one(self.currency).await?;
        self.invoice = self.invoices.last().copied().unwrap_or(self.invoice);
        Ok(())
    }

    async fn bill_one(&mut self, currency: Currency) -> anyhow::Result<()> {
        let manual = self.written(currency, self.invoices.len())?;
        let total = manual.lines.first().map_or(Money::zero(currency), |line| line.net);
        let made = self.life().billing.create_invoice(manual).await?.into_inner();
        let by = self.gateway.instance();
        self.line.diary.write(format!("staff: invoice {made} of {total} and tax, to be paid by {by}"));
        self.invoices.push(made);
        Ok(())
    }

    pub fn any_invoice(&mut self) -> InvoiceId {
        self.chance.pick(&self.invoices).copied().unwrap_or(self.invoice)
    }

    fn written(&mut self, currency: Currency, form: usize) -> anyhow::Result<ManualInvoice> {
        let kind = |funds| if funds { LineKind::Module(PluginId::new("add-funds")) } else { LineKind::Service };
        let (is_funds, has_both) = (self.chance.percent(50), self.chance.percent(15));
        let net = self.amount(currency)?;
        let tax = if is_funds { TaxRate::NONE } else { TaxRate::from_percent(19.into()).unwrap_or(TaxRate::NONE) };
        let mut lines = vec![InvoiceLine::new(kind(is_funds), "First".to_owned(), net, tax)?];
        if has_both {
            lines.push(InvoiceLine::new(kind(!is_funds), "Second".to_owned(), net, TaxRate::NONE)?);
        }
        // The client may have asked for PayPal in vain.
        let gateway = if takes_paypal(currency) { self.gateway } else { Provider::Stripe };
        let gateway = Some(InstanceId::new(gateway.instance()));
        Ok(ManualInvoice { client: self.client, lines, gateway, form_key: format!("form-{form}") })
    }

    /// Mostly amounts that both providers take exactly, and some that neither does.
    fn amount(&mut self, currency: Currency) -> Result<Money, MoneyError> {
        let minor = self.chance.between(1_000, MINOR_MAX);
        let whole = if self.chance.percent(95) { 10_000 } else { 1 };
        Money::new((minor / whole).max(1) * whole, currency)
    }

    async fn live(&mut self) -> anyhow::Result<()> {
        let weather = Weather::of(&mut self.chance);
        *self.line.weather.lock() = weather;
        self.line.diary.write(format!("weather: {weather:?}"));
        for _ in 0..self.chance.between(3, 18) {
            if self.chance.percent(5) {
                self.invoice = self.any_invoice();
            }
            if self.chance.percent(LATE_PERCENT) {
                self.line.arrive_late().await?;
            }
            let could = self.could()?;
            let action = Action::next(&self.browser, could, &mut self.chance);
            let mut calls = self.begin(action).await?;
            self.add_company(&mut calls);
            self.host(calls).await?;
        }
        Ok(())
    }

    fn could(&self) -> anyhow::Result<Could> {
        let books = self.line.providers.books()?;
        let disputes = books.values().flat_map(|position| position.disputes.values());
        Ok(Could {
            paid: books.values().filter(|position| !position.captured.is_empty()).count(),
            open_disputes: disputes.filter(|end| **end == DisputeEnd::Open).count(),
            charge: self.kept_card,
            bill: self.invoices.len() < INVOICES_MAX,
        })
    }

    /// Something else that reaches the host at the same time.
    fn add_company(&mut self, calls: &mut Vec<Call>) {
        if calls.is_empty() || !self.chance.percent(COMPANY_PERCENT) {
            return;
        }
        let sweep = Call::Sweep(self.gateway);
        let sweeps = calls.iter().any(|call| matches!(call, Call::Sweep(_)));
        match self.chance.below(5) {
            0 => calls.push(Call::Reload(self.invoice)),
            1 if !sweeps => calls.push(sweep),
            2 if !matches!(calls[0], Call::Sweep(_) | Call::Retry(_) | Call::Deliver) => calls.push(calls[0].clone()),
            3 => calls.push(Call::Deliver),
            _ => calls.extend(self.letters(Deed::Deliver)),
        }
    }

    pub fn letters(&mut self, deed: Deed) -> Vec<Call> {
        let sent = sent(&self.line.providers, deed, &mut self.chance);
        sent.into_iter().map(|(letter, envelope)| Call::Receive(letter, envelope)).collect()
    }

    /// Another key for each form.
    pub fn form_key(&mut self) -> String {
        self.forms += 1;
        format!("credit-{}", self.forms)
    }

    /// Sends the host these calls at the same time. It may crash on them; then it starts again, and nobody was answered.
    ///
    /// # Errors
    /// Where the host does not start again.
    pub async fn host(&mut self, calls: Vec<Call>) -> anyhow::Result<()> {
        if calls.is_empty() {
            return Ok(());
        }
        for call in &calls {
            self.line.diary.write(call.words());
        }
        if self.plant == Some(Plant::AnswersFirst) {
            self.note_letters(&calls, 200);
        }
        let weather = *self.line.weather.lock();
        let crash_at = weather.crash(&mut self.chance);
        let people = People { client: self.client, staff: self.staff };
        let billing = self.life().billing.clone();
        let turns = self.line.turns.clone();
        let callers = calls.iter().cloned().map(|call| caller(call, &billing, people, &turns)).collect();
        let ended = turns.run(callers, &mut self.chance, crash_at).await;
        drop(billing);
        match ended {
            Ended::All(replies) => {
                for (call, reply) in calls.iter().zip(&replies) {
                    self.hear(call, reply);
                }
            }
            Ended::Crashed { step, before } => {
                self.line.diary.write(format!("    the host crashes before step {step}: {before}; it starts again"));
                if self.plant != Some(Plant::AnswersFirst) {
                    self.note_letters(&calls, 0);
                }
                self.restart().await?;
            }
        }
        Ok(())
    }

    async fn restart(&mut self) -> anyhow::Result<()> {
        if let Some(life) = self.life.take() {
            life.end();
        }
        self.life = Some(Life::begin(&self.files, self.machine, &self.line, self.plant).await?);
        Ok(())
    }

    fn hear(&mut self, call: &Call, reply: &Reply) {
        self.line.diary.write(format!("    {}", reply.words()));
        match (call, reply) {
            (Call::Receive(letter, _), Reply::Status(status)) => self.answered(letter, *status),
            (_, Reply::Shown(shown)) => self.browser.show(shown),
            // The invitation leads to the payment's page, by a link that stays.
            (_, Reply::Invited(payment)) => self.browser.invite(payment),
            (Call::Submit(..) | Call::Return(..), _) => self.browser.page = crate::browser::Page::Invoice,
            _ => {}
        }
    }

    fn answered(&mut self, letter: &Letter, status: u16) {
        if letter.is_forged {
            if status < 300 {
                self.believed.push(letter.words());
            }
        } else if self.plant != Some(Plant::AnswersFirst) {
            self.line.providers.outbox(letter.from).delivered(letter.number, status);
        }
    }

    fn note_letters(&self, calls: &[Call], status: u16) {
        for call in calls {
            if let Call::Receive(letter, _) = call
                && !letter.is_forged
            {
                self.line.providers.outbox(letter.from).delivered(letter.number, status);
            }
        }
    }

    /// Ends the host and judges what it left.
    async fn judged(&mut self) -> anyhow::Result<Verdict> {
        let report = self.life().store.check_ledger().await?;
        if let Some(life) = self.life.take() {
            life.end();
        }
        let case = judge::Case {
            database: &self.files.database,
            providers: &self.line.providers,
            ledger_faults: &report.faults,
            believed: &self.believed,
            refund_forms: self.refund_forms,
        };
        case.judge()
    }
}

fn takes_paypal(currency: Currency) -> bool {
    !matches!(currency.code(), "KWD" | "ISK")
}

fn caller<'a>(call: Call, billing: &'a Billing, people: People, turns: &Turns) -> Caller<'a, Reply> {
    let turns = turns.clone();
    Box::pin(async move {
        let reply = call.carry_out(billing, people).await;
        turns.point("the answer").await;
        reply
    })
}
