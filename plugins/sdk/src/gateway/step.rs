//! Where the client goes next.

use super::{NextStep, Outcome, Redirect, Step};
use crate::{Page, Text};

impl Step {
    /// Shows a page of the gateway.
    #[must_use]
    pub fn page(page: Page) -> Self {
        Self::to(NextStep::Page(page))
    }

    /// Sends the client to an https address, of an origin that the manifest asks for.
    #[must_use]
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::to(NextStep::Redirect(Redirect { url: url.into(), fields: Vec::new() }))
    }

    /// Sends the client there with a form of these fields.
    #[must_use]
    pub fn post(url: impl Into<String>, fields: Vec<(String, String)>) -> Self {
        Self::to(NextStep::Redirect(Redirect { url: url.into(), fields }))
    }

    /// Nothing to do for the client; `what_for` says what is being waited for.
    #[must_use]
    pub fn wait(what_for: Text) -> Self {
        Self::to(NextStep::Wait(what_for))
    }

    /// The provider's own id of this payment; stored once and never overwritten by another.
    #[must_use]
    pub fn provider_reference(mut self, reference: impl Into<String>) -> Self {
        self.provider_reference = Some(reference.into());
        self
    }

    /// What to remember with the payment; replaces the last memo.
    #[must_use]
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = Some(memo.into());
        self
    }

    fn to(next: NextStep) -> Self {
        Self { next, provider_reference: None, memo: None }
    }
}

impl From<Step> for Outcome {
    fn from(step: Step) -> Self {
        Self::Step(step)
    }
}
