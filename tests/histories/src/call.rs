//! What people, providers and timers ask of the host.

use tollgate_billing::billing::{Answer, Billing, BillingError, PayNow, Received, Submitted};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, StaffId};
use tollgate_billing::ports::Webhook;
use tollgate_simulators::delivery::Envelope;

use crate::desk::{self, WantedCharge, WantedDecision, WantedRefund};
use crate::letters::Letter;
use crate::providers::Provider;

/// One request that the host is sent, or one tick of its timers.
#[derive(Debug, Clone)]
pub enum Call {
    /// "Pay Now!" and the page behind it: two requests of a browser.
    Press(InvoiceId),
    /// The page of a payment again.
    Open(PaymentId),
    /// The page's form.
    Submit(PaymentId, Vec<(String, String)>),
    /// Back from the provider.
    Return(PaymentId, String),
    Reload(InvoiceId),
    /// Another way to pay.
    Switch(InvoiceId, Provider),
    UseCredit(InvoiceId, String),
    Receive(Letter, Envelope),
    Refund(WantedRefund),
    Charge(WantedCharge),
    Decide(WantedDecision),
    /// The timers, one call each, as the server runs them beside each other.
    Deliver,
    Sweep(Provider),
    Retry(Provider),
}

/// Whose story it is, and who works for the host.
#[derive(Debug, Clone, Copy)]
pub struct People {
    pub client: ClientId,
    pub staff: StaffId,
}

/// What came of it, as far as whoever asked can see.
#[derive(Debug, Clone)]
pub enum Reply {
    Shown(Box<PayNow>),
    /// The invoice's page, which shows what was settled.
    Invoice(String),
    /// The client is to open this payment's page.
    Invited(PaymentId),
    /// To the sender of a webhook.
    Status(u16),
    Done(String),
    /// An error page.
    Error(String),
}

impl Call {
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Press(invoice) => format!("client: Pay Now! on invoice {invoice}"),
            Self::Open(payment) => format!("client: opens payment {payment}"),
            Self::Submit(payment, form) => {
                let keys: Vec<&str> = form.iter().map(|(key, _)| key.as_str()).collect();
                format!("client: sends the form of payment {payment} ({})", keys.join(", "))
            }
            Self::Return(payment, query) => format!("client: comes back for payment {payment} (?{query})"),
            Self::Reload(invoice) => format!("client: Reload on invoice {invoice}"),
            Self::Switch(invoice, to) => format!("client: wants to pay invoice {invoice} by {}", to.instance()),
            Self::UseCredit(invoice, _) => format!("client: uses credit for invoice {invoice}"),
            Self::Receive(letter, _) => format!("{:?}: webhook {}", letter.from, letter.words()),
            Self::Refund(wanted) => format!("staff: refund {} % of payment {}", wanted.percent, wanted.payment),
            Self::Charge(wanted) => format!("{:?}: charges a stored card for invoice {}", wanted.by, wanted.invoice),
            Self::Decide(wanted) => format!("staff: a held claim: {:?}", wanted.choice),
            Self::Deliver => "timer: the outbox".to_owned(),
            Self::Sweep(of) => format!("timer: the sweep of {}", of.instance()),
            Self::Retry(of) => format!("timer: waiting webhooks of {}", of.instance()),
        }
    }

    /// Carries it out as the server would.
    pub async fn carry_out(self, billing: &Billing, people: People) -> Reply {
        match self.ask(billing, people).await {
            Ok(reply) => reply,
            Err(error) => Reply::Error(error.to_string()),
        }
    }

    async fn ask(self, billing: &Billing, people: People) -> Result<Reply, BillingError> {
        let People { client, staff } = people;
        Ok(match self {
            Self::Press(invoice) => {
                let payment = billing.pay(client, invoice).await?;
                Reply::Shown(Box::new(billing.pay_now(client, &payment).await?))
            }
            Self::Open(payment) => Reply::Shown(Box::new(billing.pay_now(client, &payment).await?)),
            Self::Submit(payment, form) => submitted(billing.submit_payment(client, &payment, &form).await?),
            Self::Return(payment, query) => submitted(billing.return_from_provider(client, &payment, &query).await?),
            Self::Reload(invoice) => Reply::Invoice(format!("{:?}", billing.reload(client, invoice).await?)),
            Self::Switch(invoice, to) => {
                billing.change_gateway(client, invoice, &InstanceId::new(to.instance())).await?;
                Reply::Done("chosen".to_owned())
            }
            Self::UseCredit(invoice, key) => {
                Reply::Invoice(format!("{:?}", billing.apply_credit(client, invoice, None, &key).await?))
            }
            Self::Receive(letter, envelope) => receive(billing, letter.from, envelope).await,
            Self::Refund(wanted) => desk::refund(billing, staff, wanted).await?,
            Self::Charge(wanted) => desk::charge(billing, (client, staff), wanted).await?,
            Self::Decide(wanted) => desk::decide(billing, staff, wanted).await?,
            Self::Deliver => Reply::Done(format!("{} carried out", billing.deliver().await?)),
            Self::Sweep(of) => {
                let swept = billing.sweep(&InstanceId::new(of.instance())).await?;
                Reply::Done(format!(
                    "{} looked up, {} failed: {:?}",
                    swept.checked + swept.refunds,
                    swept.failed.len() + swept.refunds_failed.len(),
                    swept.settled
                ))
            }
            Self::Retry(of) => {
                let retried = billing.retry_webhooks(&InstanceId::new(of.instance())).await?;
                Reply::Done(format!("{} done, {} waiting, {} over", retried.done, retried.waiting, retried.over))
            }
        })
    }
}

fn submitted(answer: Submitted) -> Reply {
    match answer {
        Submitted::Show(shown) => Reply::Shown(shown),
        Submitted::Settled(settled) => Reply::Invoice(format!("{settled:?}")),
    }
}

/// The statuses are those of the web room's `POST /hooks/{instance}`.
async fn receive(billing: &Billing, from: Provider, envelope: Envelope) -> Reply {
    let webhook = Webhook {
        body: envelope.body.into_bytes(),
        headers: envelope.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value.into())).collect(),
        query: String::new(),
        received: billing.now(),
    };
    Reply::Status(match billing.receive_webhook(&InstanceId::new(from.instance()), webhook).await {
        Ok(Received::Done(_) | Received::Known) => 200,
        Ok(Received::Refused(_) | Received::Malformed(_)) => 400,
        Err(BillingError::NotFound) => 404,
        Ok(Received::Kept(_) | Received::NoRoom) | Err(_) => 503,
    })
}

impl Reply {
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Shown(shown) => format!("payment {}: {}", shown.payment.id, answer_words(&shown.answer)),
            Self::Invoice(words) => format!("the invoice: {words}"),
            Self::Invited(payment) => format!("the bank wants the client, on the page of payment {payment}"),
            Self::Status(status) => format!("status {status}"),
            Self::Done(words) => words.clone(),
            Self::Error(words) => format!("an error page: {words}"),
        }
    }
}

fn answer_words(answer: &Answer) -> String {
    use tollgate_billing::plugin::NextStep;
    match answer {
        Answer::Next(NextStep::Page(page)) => format!("page {}", page.data),
        Answer::Next(NextStep::Confined(page)) => format!("confined page {}", page.template),
        Answer::Next(NextStep::Redirect(redirect)) => format!("redirect to {}", redirect.to.url()),
        Answer::Next(NextStep::Wait(_)) => "please wait".to_owned(),
        Answer::Declined(_) => "declined".to_owned(),
        Answer::Unavailable => "not available now".to_owned(),
        Answer::Unknown => "not known yet".to_owned(),
        Answer::Closed => "nothing is left to pay".to_owned(),
    }
}
