//! `tollgate check`: one line for each thing that can be wrong.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use tollgate_billing::billing::BillingError;
use tollgate_billing::ids::{ClientId, InvoiceId, PluginId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate, Totals};
use tollgate_billing::money::{Currency, Money, MoneyError};
use tollgate_billing::people::Client;
use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::{
    Audit, Authenticators, Clock, Document, Documents, Ledger, Mail, Plugins, SealedStore, StoreError,
};
use tollgate_web::WebState;

use super::audit::verdict;
use super::secrets::secrets;
use super::serve::web_config;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::mail;
use crate::say::say;
use crate::tls::{Pair, TlsFiles};
use crate::wiring::{Access, Rooms};

/// Says what is right and what is wrong.
#[derive(Default)]
struct Report {
    faults: u32,
}

impl Report {
    fn say(&mut self, what: &str, verdict: Result<String, String>) {
        match verdict {
            Ok(words) => say!("ok    {what}: {words}"),
            Err(words) => {
                self.faults += 1;
                say!("FAULT {what}: {words}");
            }
        }
    }
}

pub fn run(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let mut report = Report::default();
    report.say("configuration", Ok(file.display().to_string()));
    check_tls(&config, &mut report);
    super::block_on(async {
        let rooms = Rooms::open(&config, Access::Tool).await?;
        report.say("database", Ok(config.database().display().to_string()));
        check_secrets(&config, &rooms, &mut report).await?;
        check_plugins(&rooms, &mut report).await?;
        check_pages(&config, &rooms, &mut report).await?;
        let state =
            web_config(&config).and_then(|web| Ok(WebState::new(rooms.billing.clone(), rooms.texts.clone(), web)?));
        report.say("templates", state.map(|_| "all parse".to_owned()).map_err(|error| format!("{error:#}")));
        let sample = Arc::new(sample(&rooms)?);
        let printed = rooms.documents.invoice_pdf(sample).await;
        report.say("invoice.typ", printed.map(|pdf| format!("{} bytes of PDF", pdf.len())).map_err(|e| e.to_string()));
        check_mail(&config, &mut report).await;
        check_ledger(&rooms, &mut report).await?;
        report.say("audit log", verdict(&rooms.store.check_audit().await?));
        Ok(())
    })?;
    match report.faults {
        0 => Ok(()),
        1 => bail!("1 fault; it is named above"),
        faults => bail!("{faults} faults; they are named above"),
    }
}

/// What the server would show, where it is to show anything.
fn check_tls(config: &Config, report: &mut Report) {
    let Some(files) = TlsFiles::of(&config.server) else { return };
    match Pair::read(&files) {
        Ok(pair) => {
            let warnings = pair.warnings(&files, SystemClock.now());
            if warnings.is_empty() {
                report.say("certificate", Ok(format!("valid until {}", pair.validity.until())));
            }
            for warning in warnings {
                report.say("certificate", Err(warning));
            }
        }
        Err(error) => report.say("certificate", Err(error.to_string())),
    }
}

/// The key file could be read, or there were no rooms; but it may be the wrong one.
async fn check_secrets(config: &Config, rooms: &Rooms, report: &mut Report) -> Result<(), StoreError> {
    let (file, rows) = (config.secrets_key(), rooms.store.sealed().await?);
    let mut closed = Vec::new();
    for row in &rows {
        if !rooms.billing.secrets_set(&row.instance).await.contains(&row.key) {
            closed.push(format!("{}/{}", row.instance, row.key));
        }
    }
    let apps = rooms.store.sealed_authenticators().await?;
    for app in &apps {
        // No code is asked about: the key alone has to open.
        if let Err(error) = rooms.vault.step_of(app, "", SystemClock.now()) {
            closed.push(format!("an authenticator app ({error})"));
        }
    }
    let verdict = if closed.is_empty() {
        Ok(format!("{} opens {}", file.display(), secrets(rows.len() + apps.len())))
    } else {
        Err(format!(
            "{} does not open {}; set them again, or put the right file there",
            file.display(),
            closed.join(", ")
        ))
    };
    report.say("secrets", verdict);
    Ok(())
}

async fn check_plugins(rooms: &Rooms, report: &mut Report) -> anyhow::Result<()> {
    for row in rooms.plugins.rows() {
        match row.state {
            PluginState::Loaded(identity) => {
                report.say("plugin", Ok(format!("{} {} ({})", identity.id, identity.version, row.file)));
            }
            PluginState::Broken(reason) => report.say("plugin", Err(format!("{}: {reason}", row.file))),
        }
    }
    for instance in rooms.billing.instances().await? {
        if instance.enabled && rooms.plugins.manifest(&instance.plugin).is_none() {
            let words = format!("{} is enabled, and its plugin {} is not loaded", instance.id, instance.plugin);
            report.say("instance", Err(words));
        }
    }
    for stuck in rooms.billing.stuck().await? {
        let words = format!("a paid invoice waits for its module: {}", stuck.last_error.unwrap_or_default());
        report.say("outbox", Err(words));
    }
    Ok(())
}

/// Gateways whose pages run scripts need the second origin; one that nobody switched on only says so.
async fn check_pages(config: &Config, rooms: &Rooms, report: &mut Report) -> anyhow::Result<()> {
    if config.server.pages_url.get().is_some() {
        return Ok(());
    }
    let identities = rooms.plugins.rows().into_iter().filter_map(|row| match row.state {
        PluginState::Loaded(identity) => Some(identity.id),
        PluginState::Broken(_) => None,
    });
    let runs_scripts = |id: &PluginId| rooms.plugins.manifest(id).is_some_and(|manifest| manifest.runs_scripts());
    let needing: Vec<PluginId> = identities.filter(runs_scripts).collect();
    if needing.is_empty() {
        return Ok(());
    }
    let names = needing.iter().map(PluginId::as_str).collect::<Vec<_>>().join(", ");
    let words = format!("{names} cannot be paid with until server.pages-url names a second address of this server");
    let in_use = rooms.billing.instances().await?.iter().any(|one| one.enabled && needing.contains(&one.plugin));
    report.say("pages", if in_use { Err(words) } else { Ok(words) });
    Ok(())
}

/// Connects as for a mail, and sends none.
async fn check_mail(config: &Config, report: &mut Report) {
    let verdict = match mail::open(config) {
        Err(error) => Err(format!("{error:#}")),
        Ok(None) => Ok("no server is configured, so none is sent: whoever forgot a password asks you".to_owned()),
        Ok(Some(server)) => match server.reach().await {
            Ok(()) => Ok(format!("{} answers, port {}", config.mail.server, config.mail.port.get())),
            Err(error) => Err(format!("{} cannot be used: {error}", config.mail.server)),
        },
    };
    report.say("mail", verdict);
    if let Some(warning) = mail::warning(config) {
        report.say("mail", Err(warning));
    }
}

async fn check_ledger(rooms: &Rooms, report: &mut Report) -> Result<(), BillingError> {
    let ledger = rooms.store.check_ledger().await?;
    if ledger.faults.is_empty() {
        let words = format!("{} transfers and {} invoices add up", ledger.transfers, ledger.invoices);
        report.say("ledger", Ok(words));
    }
    for fault in ledger.faults {
        report.say("ledger", Err(fault));
    }
    Ok(())
}

/// An invoice that nobody owes, to see whether the template prints.
fn sample(rooms: &Rooms) -> Result<Document, MoneyError> {
    let currency = Currency::from_code("EUR")?;
    let percent = TaxRate::from_percent(rust_decimal::Decimal::TEN).unwrap_or(TaxRate::NONE);
    let line = Line::new(LineKind::Service, "Sample".to_owned(), Money::new(10_000, currency)?, percent)?;
    let totals = Totals { net: line.net, tax: line.tax, total: line.gross()? };
    let client = Client {
        id: ClientId(0),
        email: "client@example.com".to_owned(),
        name: "A. Client".to_owned(),
        company: String::new(),
        address: vec!["1 Example Street".to_owned()],
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency,
        locale: "en".to_owned(),
        created: Timestamp(0),
    };
    let invoice = Invoice {
        id: InvoiceId(0),
        number: "SAMPLE-1".to_owned(),
        client: client.id,
        revision: 1,
        version: 1,
        status: InvoiceStatus::Unpaid,
        gateway: None,
        created: Timestamp(0),
        due: Timestamp(0),
        paid_at: None,
        lines: vec![line],
        total: totals.total,
        settled: Money::zero(currency),
        credit_applied: Money::zero(currency),
    };
    Ok(Document {
        company: rooms.billing.policy().company.clone(),
        client,
        invoice,
        totals,
        allocations: Vec::new(),
        returns: Vec::new(),
        slip: None,
        gateway: None,
        locale: "en".to_owned(),
    })
}
