//! A payment, as a gateway is told of it.

use tollgate_billing::claim::SavedMethod;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::ports::{RefundOrder, Webhook};
use tollgate_billing::webhook::address as webhook_address;

use super::instance::settings;
use super::{money, timestamp};
use crate::abi::v1_0_0::gateway::PaymentCall;
use crate::abi::v1_0_0::{gateway_wit, wit};

/// The contract's number for `payment.description` and `refund-order.reason`.
const DESCRIPTION_BYTES_MAX: usize = 120;

/// What has to be written for a call, so that the rest of it can be borrowed.
pub struct Told<'a> {
    ask: &'a PaymentCall<'a>,
    settings: Vec<wit::SettingParam<'a>>,
    payer_id: String,
    return_url: String,
    cancel_url: String,
    webhook_url: String,
    invoice_url: String,
}

impl<'a> Told<'a> {
    /// The addresses are permanent: they never change their form.
    pub fn new(ask: &'a PaymentCall<'a>) -> Self {
        let (base, payment) = (ask.gateway.base_url, &ask.call.payment);
        Self {
            ask,
            settings: settings(&ask.call.instance),
            payer_id: ask.call.payer.id.to_string(),
            return_url: format!("{base}/billing/payments/{}/return", payment.id),
            cancel_url: format!("{base}/billing/payments/{}/cancel", payment.id),
            webhook_url: webhook_address(base, &ask.call.instance.id),
            invoice_url: format!("{base}/billing/invoices/{}", payment.invoice),
        }
    }

    pub fn instance(&self) -> wit::Instance<'_> {
        super::instance(&self.ask.call.instance, &self.settings, self.ask.gateway.grants.test_mode)
    }

    pub fn payment(&self) -> gateway_wit::Payment<'_> {
        let payment = &self.ask.call.payment;
        gateway_wit::Payment {
            id: payment.id.as_str(),
            reference: &payment.reference,
            invoice_number: &self.ask.call.invoice_number,
            invoice_revision: payment.invoice_revision,
            amount: money(payment.amount),
            received: money(payment.received),
            description: cut(&self.ask.call.description, DESCRIPTION_BYTES_MAX),
            state: state(payment.state),
            payer: self.payer(),
            provider_reference: payment.provider_reference.as_deref(),
            memo: payment.memo.as_deref(),
            created: timestamp(payment.created),
            links: self.links(),
        }
    }

    fn payer(&self) -> gateway_wit::Payer<'_> {
        let payer = &self.ask.call.payer;
        gateway_wit::Payer {
            id: &self.payer_id,
            name: &payer.name,
            email: &payer.email,
            country: payer.country.as_deref(),
            locale: &payer.locale,
        }
    }

    fn links(&self) -> gateway_wit::Links<'_> {
        gateway_wit::Links {
            return_url: &self.return_url,
            cancel_url: &self.cancel_url,
            webhook_url: &self.webhook_url,
            invoice_url: &self.invoice_url,
        }
    }
}

pub fn refund_order(order: &RefundOrder) -> gateway_wit::RefundOrder<'_> {
    gateway_wit::RefundOrder {
        id: order.id.as_str(),
        amount: money(order.amount),
        transaction: &order.transaction,
        reason: cut(&order.reason, DESCRIPTION_BYTES_MAX),
        provider_reference: order.provider_reference.as_deref(),
    }
}

pub fn saved_method(method: &SavedMethod) -> gateway_wit::SavedMethodParam<'_> {
    gateway_wit::SavedMethodParam {
        token: method.token.expose(),
        label: &method.label,
        expires: method.expires.map(timestamp),
    }
}

/// The headers of a webhook, for [`webhook`] to borrow.
pub fn headers(webhook: &Webhook) -> Vec<(&str, &[u8])> {
    webhook.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

pub fn webhook<'a>(webhook: &'a Webhook, headers: &'a [(&'a str, &'a [u8])]) -> gateway_wit::Webhook<'a> {
    gateway_wit::Webhook { body: &webhook.body, headers, query: &webhook.query, received: timestamp(webhook.received) }
}

fn state(state: PaymentState) -> gateway_wit::PaymentState {
    match state {
        PaymentState::Created => gateway_wit::PaymentState::Created,
        PaymentState::Pending => gateway_wit::PaymentState::Pending,
        PaymentState::Authorized => gateway_wit::PaymentState::Authorized,
        PaymentState::Paid => gateway_wit::PaymentState::Paid,
        PaymentState::Failed => gateway_wit::PaymentState::Failed,
        PaymentState::Cancelled => gateway_wit::PaymentState::Cancelled,
        PaymentState::Unknown => gateway_wit::PaymentState::Unknown,
    }
}

/// The longest start of `text` that is no longer than `bytes_max` and ends between two characters.
fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_cut_text_ends_between_two_characters() {
        for (text, cut_to) in
            [("", ""), ("abc", "abc"), ("abcd", "abcd"), ("abcde", "abcd"), ("abcé", "abc"), ("日本", "日")]
        {
            assert_eq!(cut(text, 4), cut_to);
        }
    }
}
