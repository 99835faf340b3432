//! What a plugin is and asks for, in lines of text, and what of it is granted.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Args;
use tollgate_billing::billing::{AskState, Offer};
use tollgate_billing::plugin::{AskKind, CallLimits, Environment, FieldKind, Granted, Manifest};
use tollgate_web::PluginTexts;

/// The language of the command line.
const LOCALE: &str = "en";

/// What is granted and denied on the command line.
#[derive(Debug, Args)]
pub struct Decisions {
    /// Let it do this, by the word that `plugin info` shows; may be given more than once
    #[arg(long = "grant", value_name = "WORD")]
    granted: Vec<String>,
    /// Do not let it do this
    #[arg(long = "deny", value_name = "WORD")]
    denied: Vec<String>,
    /// Let it do everything that is new and not denied
    #[arg(long, conflicts_with = "deny_rest")]
    grant_all: bool,
    /// Deny everything that is new and not granted
    #[arg(long)]
    deny_rest: bool,
}

impl Decisions {
    /// All that it may do from now on: what it was granted before, and what is decided now.
    ///
    /// # Errors
    /// What is asked for and not decided about, or decided twice.
    pub fn of(&self, offer: &Offer) -> anyhow::Result<Granted> {
        if let Some(both) = self.granted.iter().find(|word| self.denied.contains(word)) {
            bail!("{both} cannot be granted and denied at once");
        }
        let asked = offer.manifest.asked();
        if let Some(strange) = self.granted.iter().chain(&self.denied).find(|word| !asked.contains(*word)) {
            let words = asked.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            bail!("{} does not ask for {strange}; it asks for: {words}", offer.component.plugin);
        }
        let new = offer.words(AskState::New);
        let mut granted = offer.words(AskState::Granted);
        if self.grant_all {
            granted.extend(new.iter().cloned());
        }
        granted.extend(self.granted.iter().cloned());
        granted.retain(|word| !self.denied.contains(word));
        let open: Vec<&str> = new
            .iter()
            .filter(|word| !self.deny_rest && !granted.contains(*word) && !self.denied.contains(word))
            .map(String::as_str)
            .collect();
        if !open.is_empty() {
            let many = if open.len() == 1 { "one thing" } else { "things" };
            bail!(
                "nothing was installed, because it asks for {many} that nothing was said about: {}\n\
                 say --grant WORD or --deny WORD for each, or --grant-all, or --deny-rest",
                open.join(", ")
            );
        }
        Ok(granted)
    }
}

/// The offer as staff read it.
pub fn told(offer: &Offer) -> String {
    let manifest = &offer.manifest;
    let identity = manifest.identity();
    let says = |text| PluginTexts::offered(manifest, text, LOCALE);
    let mut lines = String::new();
    // Writing into a string does not fail.
    let _ = writeln!(lines, "{} {} by {} ({})", identity.id, identity.version, identity.publisher, identity.licence);
    let _ = writeln!(lines, "  {}: {}", identity.name, says(&identity.summary));
    let _ = writeln!(lines, "  contract {}, SHA-256 {}", offer.contract, offer.component.id);
    let signed = match (&offer.signer, &offer.component.signed_by) {
        (Some(signer), _) => format!("signed by {} with {}", signer.name, signer.key),
        (None, Some(key)) => format!("signed with {key}, which is trusted no more"),
        (None, None) => "not signed".to_owned(),
    };
    let _ = writeln!(lines, "  {signed}");
    if let Some(before) = &offer.before {
        let _ = writeln!(lines, "  {} runs now", before.version);
    }
    let _ = writeln!(lines, "{}", if offer.asks.is_empty() { "It asks for nothing." } else { "It asks for:" });
    for asked in &offer.asks {
        let state = match asked.state {
            AskState::New => "new",
            AskState::Granted => "granted",
            AskState::Denied => "denied",
        };
        let purpose = asked.ask.purpose.as_ref().map_or_else(|| meaning(asked.ask.kind).to_owned(), says);
        let place = match asked.ask.environment {
            Environment::Both => "",
            Environment::Live => " (live)",
            Environment::Test => " (test)",
        };
        let _ = writeln!(lines, "  {state:<8} {}{place}: {purpose}", asked.ask.word);
    }
    let secrets = secrets(manifest).iter().map(|label| says(label)).collect::<Vec<_>>();
    if !secrets.is_empty() {
        let _ = writeln!(lines, "It will ask staff for these secrets, and never see them: {}", secrets.join(", "));
    }
    lines
}

/// What it is held to, where that is tighter than for all.
pub fn told_limits(limits: &CallLimits) -> String {
    let each: Vec<String> = limits.iter().map(|(limit, value)| format!("{}={value}", limit.code())).collect();
    if each.is_empty() { String::new() } else { format!("It is held to less than all plugins: {}\n", each.join(", ")) }
}

fn secrets(manifest: &Manifest) -> Vec<&tollgate_billing::text::Text> {
    let fields = manifest.configuration().iter().flat_map(|group| &group.fields);
    fields.filter(|field| field.kind == FieldKind::Secret).map(|field| &field.label).collect()
}

fn meaning(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Host => "call this host",
        AskKind::Origin => "use this origin in the payer's browser",
        AskKind::Scripts => "run scripts of its own on its pages, where no session is",
        AskKind::Refund => "give money back when staff say so",
        AskKind::SavedMethods => "store clients' payment methods and charge them",
        AskKind::Statements => "read bank statements that staff import",
        AskKind::PayerSetsAmount => "have less or more booked than was asked for, because the payer types the amount",
        AskKind::WebhookSetup => "register webhooks at its provider and keep the secrets that come back",
        AskKind::CreateInvoice => "make invoices for clients who use its page",
        AskKind::CreditPaid => "credit at most what was paid for a line of its own",
        AskKind::CreditBonus => "credit more than was paid",
        AskKind::RedeemVoucher => "redeem vouchers for clients",
    }
}
