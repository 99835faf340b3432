//! The client's browser: what is open in it. It outlives every crash of the host, and knows nothing that no page told it.

use serde_json::Value;
use tollgate_billing::billing::{Answer, PayNow};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::plugin::NextStep;
use url::Url;

/// What the client sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// The invoice, an error, or nothing.
    Invoice,
    /// PayPal's own page about this order.
    PayPal { payment: PaymentId, order: String },
    /// A page of the gateway with one button.
    Button { payment: PaymentId },
    /// The form for a card.
    Card {
        payment: PaymentId,
        /// It asks to approve the stored card that the bank asked about.
        asks_approval: bool,
    },
    /// 3-D Secure of this intent.
    Challenge { payment: PaymentId, intent: String },
    /// A page that sends the same token again by itself.
    Resend { payment: PaymentId, token: String, save: bool },
}

/// One client's browser.
#[derive(Debug)]
pub struct Browser {
    pub page: Page,
    /// Payments whose address the browser has seen, the newest last.
    pub seen: Vec<PaymentId>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { page: Page::Invoice, seen: Vec::new() }
    }
}

impl Browser {
    /// A link to a payment came.
    pub fn invite(&mut self, payment: &PaymentId) {
        if !self.seen.contains(payment) {
            self.seen.push(payment.clone());
        }
    }

    /// The host's answer is shown.
    pub fn show(&mut self, shown: &PayNow) {
        let payment = &shown.payment.id;
        self.invite(payment);
        self.page = match &shown.answer {
            Answer::Next(next) => page(payment, next).unwrap_or(Page::Invoice),
            _ => Page::Invoice,
        };
    }
}

fn page(payment: &PaymentId, next: &NextStep) -> Option<Page> {
    let payment = payment.clone();
    match next {
        NextStep::Redirect(redirect) => {
            let url = Url::parse(redirect.to.url()).ok()?;
            let (_, order) = url.query_pairs().find(|(key, _)| key == "token")?;
            Some(Page::PayPal { payment, order: order.into_owned() })
        }
        NextStep::Page(_) => Some(Page::Button { payment }),
        NextStep::Wait(_) => None,
        NextStep::Confined(page) => {
            let data: Value = serde_json::from_str(&page.data).ok()?;
            let text = |key: &str| data[key].as_str().map(str::to_owned);
            match data["step"].as_str()? {
                "pay" => Some(Page::Card { payment, asks_approval: data["approve"].is_string() }),
                "authenticate" => {
                    let secret = text("client_secret")?;
                    let (intent, _) = secret.split_once("_secret_")?;
                    Some(Page::Challenge { payment, intent: intent.to_owned() })
                }
                "resend" => {
                    let save = data["save"] == true;
                    Some(Page::Resend { payment, token: text("confirmation_token")?, save })
                }
                _ => None,
            }
        }
    }
}
