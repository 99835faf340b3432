//! One history: a client, some invoices, two gateways, and whatever happens.

use std::path::Path;

use tollgate_billing::billing::{Billing, ManualInvoice};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PluginId};
use tollgate_billing::invoice::{Line as InvoiceLine, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money, MoneyError};
use tollgate_billing::ports::Ledger;

use crate::action::Action;
use crate::browser::Browser;
use crate::call::{Call, Reply};
use crate::chance::Chance;
use crate::judge::{self, Verdict};
use crate::letters::{Deed, Letter, sent};
use crate::life::{Files, Life};
use crate::line::Line;
use crate::machine::Machine;
use crate::plant::Plant;
use crate::providers::Provider;
use crate::town::Town;
use crate::turns::{Caller, Ended, Turns};
use crate::weather::Weather;

/// Calls of a hundred beside which another one runs.
const COMPANY_PERCENT: u32 = 35;
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
    pub invoices: Vec<InvoiceId>,
    /// The one that the client looks at.
    pub invoice: InvoiceId,
    pub gateway: Provider,
    pub browser: Browser,
    pub plant: Option<Plant>,
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
    let line = Line::new(Chance::of(chance.number()));
    line.providers.register().await?;
    let files = town.files()?;
    let life = Life::begin(&files, machine, &line, plant).await?;
    let (client, currency) = chance.pick(&town.clients).copied().unwrap_or(town.clients[0]);
    let mut history = History {
        chance,
        client,
        invoices: Vec::new(),
        invoice: InvoiceId(0),
        gateway: Provider::Stripe,
        browser: Browser::default(),
        plant,
        believed: Vec::new(),
        files,
        machine,
        life: Some(life),
        forms: 0,
        line,
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
        let takes_paypal = !matches!(currency.code(), "KWD" | "ISK");
        self.gateway = if takes_paypal && self.chance.percent(55) { Provider::PayPal } else { Provider::Stripe };
        let count = if self.chance.percent(25) { 2 } else { 1 };
        for form in 0..count {
            let manual = self.written(currency, form)?;
            let total = manual.lines.first().map_or(Money::zero(currency), |line| line.net);
            let made = self.life().billing.create_invoice(manual).await?.into_inner();
            let by = self.gateway.instance();
            self.line.diary.write(format!("staff: invoice {made} of {total} and tax, to be paid by {by}"));
            self.invoices.push(made);
        }
        self.invoice = self.invoices[0];
        Ok(())
    }

    fn written(&mut self, currency: Currency, form: u32) -> anyhow::Result<ManualInvoice> {
        let kind = |funds| if funds { LineKind::Module(PluginId::new("add-funds")) } else { LineKind::Service };
        let (is_funds, has_both) = (self.chance.percent(50), self.chance.percent(15));
        let net = self.amount(currency)?;
        let tax = if is_funds { TaxRate::NONE } else { TaxRate::from_percent(19.into()).unwrap_or(TaxRate::NONE) };
        let mut lines = vec![InvoiceLine::new(kind(is_funds), "First".to_owned(), net, tax)?];
        if has_both {
            lines.push(InvoiceLine::new(kind(!is_funds), "Second".to_owned(), net, TaxRate::NONE)?);
        }
        let gateway = Some(InstanceId::new(self.gateway.instance()));
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
        for _ in 0..self.chance.between(3, 16) {
            if self.chance.percent(5) {
                self.invoice = self.chance.pick(&self.invoices).copied().unwrap_or(self.invoice);
            }
            let action = Action::next(&self.browser, &mut self.chance);
            let mut calls = self.begin(action);
            self.add_company(&mut calls);
            self.host(calls).await?;
        }
        Ok(())
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
        let (billing, client) = (self.life().billing.clone(), self.client);
        let turns = self.line.turns.clone();
        let callers = calls.iter().cloned().map(|call| caller(call, &billing, client, &turns)).collect();
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
        };
        case.judge()
    }
}

fn caller<'a>(call: Call, billing: &'a Billing, client: ClientId, turns: &Turns) -> Caller<'a, Reply> {
    let turns = turns.clone();
    Box::pin(async move {
        let reply = call.carry_out(billing, client).await;
        turns.point("the answer").await;
        reply
    })
}
