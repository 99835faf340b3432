//! The provider's side of the fake host: scripted answers, recorded requests, and the secrets that digests need.

use std::collections::{BTreeMap, VecDeque};

use super::FakeHost;
use crate::Money;
use crate::gateway::{Links, Payer, Payment, PaymentState};
use crate::http::{Request, Response, SendError};

#[derive(Default)]
pub(super) struct FakeProvider {
    pub(super) secrets: BTreeMap<String, Vec<u8>>,
    pub(super) answers: VecDeque<Result<Response, SendError>>,
    pub(super) requests: Vec<Request>,
}

impl FakeHost {
    /// Gives a secret a value, for digests. The plugin cannot read it.
    pub fn set_secret(&self, key: &str, value: &str) {
        self.inner.borrow_mut().provider.secrets.insert(key.into(), value.into());
    }

    /// The answer to the next request that has none yet; answers are given in the order they were scripted.
    pub fn answer(&self, status: u16, body: &str) {
        self.answer_with(Ok(Response {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
        }));
    }

    /// As [`FakeHost::answer`], with headers, or with the way it failed.
    pub fn answer_with(&self, answer: Result<Response, SendError>) {
        self.inner.borrow_mut().provider.answers.push_back(answer);
    }

    /// Every request that was sent.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.inner.borrow().provider.requests.clone()
    }
}

/// A payment that nothing has happened to yet, of so many minor units.
#[must_use]
pub fn payment(amount_minor: i64, currency: &str) -> Payment {
    let address = |last: &str| format!("https://billing.example.com/payments/01JTESTPAYMENT000000000000/{last}");
    Payment {
        id: "01JTESTPAYMENT000000000000".into(),
        reference: "RF18539007547034".into(),
        invoice_number: "2026-0001".into(),
        invoice_revision: 1,
        amount: Money { minor: amount_minor, currency: currency.into() },
        received: Money { minor: 0, currency: currency.into() },
        description: "Invoice 2026-0001".into(),
        state: PaymentState::Created,
        payer: Payer {
            id: "client-1".into(),
            name: "Example Client".into(),
            email: "client@example.com".into(),
            country: Some("DE".into()),
            locale: "en".into(),
        },
        provider_reference: None,
        memo: None,
        created: super::NOW_MS_AT_FIRST,
        links: Links {
            return_url: address("return"),
            cancel_url: address("cancel"),
            webhook_url: "https://billing.example.com/hooks/test-instance".into(),
            invoice_url: "https://billing.example.com/invoices/2026-0001".into(),
        },
    }
}
