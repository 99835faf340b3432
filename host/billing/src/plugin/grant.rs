//! What a plugin asks for, and what staff let it have. A grant is a set of words; what is not among them is taken out of
//! the manifest, so that nobody behind it sees more than what was granted.

use std::collections::BTreeSet;

use super::manifest::{Capabilities, Effects, Environment, Manifest};
use crate::text::Text;

/// What staff granted one plugin, in the words of [`Ask::word`].
pub type Granted = BTreeSet<String>;

/// What an ask is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskKind {
    /// To call a host.
    Host,
    /// That the client's browser loads from an origin, shows it, or is sent there.
    Origin,
    /// To run scripts of its own on its pages, where no session is.
    Scripts,
    /// To give money back when staff say so.
    Refund,
    /// To store clients' ways to pay and to charge them.
    SavedMethods,
    /// To read bank statements that staff import.
    Statements,
    /// That less or more than what was asked for is booked, because the payer types the amount.
    PayerSetsAmount,
    /// To register webhooks, and to keep the secrets that come back.
    WebhookSetup,
    /// To make invoices with a line of its own kind.
    CreateInvoice,
    /// To credit at most what was paid for a line of its own.
    CreditPaid,
    /// To credit more than was paid.
    CreditBonus,
    /// To redeem vouchers for clients.
    RedeemVoucher,
}

impl AskKind {
    /// The word of a grant, of its first half for hosts and origins; pages translate it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Origin => "origin",
            Self::Scripts => "scripts",
            Self::Refund => "refund",
            Self::SavedMethods => "saved-methods",
            Self::Statements => "statements",
            Self::PayerSetsAmount => "payer-sets-amount",
            Self::WebhookSetup => "webhook-setup",
            Self::CreateInvoice => "create-invoice",
            Self::CreditPaid => "credit-paid",
            Self::CreditBonus => "credit-bonus",
            Self::RedeemVoucher => "redeem-voucher",
        }
    }

    fn of(self, name: &str) -> String {
        format!("{}:{name}", self.code())
    }
}

/// One thing that a plugin asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Names it in grants: `refund`, `host:api.example.com`, `origin:https://js.example.com`.
    pub word: String,
    pub kind: AskKind,
    /// The host or the origin; empty for everything else.
    pub name: String,
    /// Where the installation takes real money, where it does not, or both.
    pub environment: Environment,
    /// What for, in the plugin's own words.
    pub purpose: Option<Text>,
}

impl Ask {
    fn plain(kind: AskKind) -> Self {
        let (word, name) = (kind.code().to_owned(), String::new());
        Self { word, kind, name, environment: Environment::Both, purpose: None }
    }

    fn named(kind: AskKind, name: &str, environment: Environment, purpose: &Text) -> Self {
        Self { word: kind.of(name), kind, name: name.to_owned(), environment, purpose: Some(purpose.clone()) }
    }
}

/// The host that a word of a grant names, where it names one.
#[must_use]
pub fn granted_host(word: &str) -> Option<&str> {
    word.strip_prefix("host:")
}

impl Manifest {
    /// Everything that staff can grant or deny, in the order of its weight; each word once.
    #[must_use]
    pub fn asks(&self) -> Vec<Ask> {
        let mut asks: Vec<Ask> = Vec::new();
        let mut add = |ask: Ask| match asks.iter_mut().find(|known| known.word == ask.word) {
            Some(known) if known.environment != ask.environment => known.environment = Environment::Both,
            Some(_) => {}
            None => asks.push(ask),
        };
        match self {
            Self::Gateway(manifest) => {
                for host in &manifest.hosts {
                    add(Ask::named(AskKind::Host, &host.host, host.environment, &host.purpose));
                }
                for origin in &manifest.browser_origins {
                    add(Ask::named(AskKind::Origin, &origin.origin, origin.environment, &origin.purpose));
                }
                if !manifest.scripts.is_empty() {
                    add(Ask::plain(AskKind::Scripts));
                }
                let can = manifest.capabilities;
                let capabilities = [
                    (can.refund, AskKind::Refund),
                    (can.saved_methods, AskKind::SavedMethods),
                    (can.statements, AskKind::Statements),
                    (can.payer_sets_amount, AskKind::PayerSetsAmount),
                    (can.webhook_setup, AskKind::WebhookSetup),
                ];
                capabilities.into_iter().filter(|(asked, _)| *asked).for_each(|(_, kind)| add(Ask::plain(kind)));
            }
            Self::Module(manifest) => {
                let asked = manifest.effects;
                let effects = [
                    (asked.create_invoice, AskKind::CreateInvoice),
                    (asked.credit_paid, AskKind::CreditPaid),
                    (asked.credit_bonus, AskKind::CreditBonus),
                    (asked.redeem_voucher, AskKind::RedeemVoucher),
                ];
                effects.into_iter().filter(|(asked, _)| *asked).for_each(|(_, kind)| add(Ask::plain(kind)));
            }
        }
        asks
    }

    /// The words of [`Self::asks`].
    #[must_use]
    pub fn asked(&self) -> Granted {
        self.asks().into_iter().map(|ask| ask.word).collect()
    }

    /// The manifest with nothing in it that was not granted.
    #[must_use]
    pub fn narrowed(&self, granted: &Granted) -> Self {
        let may = |kind: AskKind| granted.contains(kind.code());
        match self {
            Self::Gateway(manifest) => {
                let mut narrow = manifest.clone();
                narrow.hosts.retain(|host| granted.contains(&AskKind::Host.of(&host.host)));
                narrow.browser_origins.retain(|origin| granted.contains(&AskKind::Origin.of(&origin.origin)));
                if !may(AskKind::Scripts) {
                    narrow.scripts.clear();
                }
                let can = manifest.capabilities;
                narrow.capabilities = Capabilities {
                    refund: can.refund && may(AskKind::Refund),
                    partial_refund: can.partial_refund && may(AskKind::Refund),
                    saved_methods: can.saved_methods && may(AskKind::SavedMethods),
                    statements: can.statements && may(AskKind::Statements),
                    payer_sets_amount: can.payer_sets_amount && may(AskKind::PayerSetsAmount),
                    webhook_setup: can.webhook_setup && may(AskKind::WebhookSetup),
                    ..can
                };
                Self::Gateway(narrow)
            }
            Self::Module(manifest) => {
                let asked = manifest.effects;
                let effects = Effects {
                    create_invoice: asked.create_invoice && may(AskKind::CreateInvoice),
                    credit_paid: asked.credit_paid && may(AskKind::CreditPaid),
                    credit_bonus: asked.credit_bonus && may(AskKind::CreditBonus),
                    redeem_voucher: asked.redeem_voucher && may(AskKind::RedeemVoucher),
                };
                let mut narrow = manifest.clone();
                narrow.effects = effects;
                Self::Module(narrow)
            }
        }
    }
}
