//! Where the client goes next.

use serde::Serialize;

use super::{ConfinedPage, NextStep, Outcome, Redirect, Step};
use crate::{Error, Page, Text};

impl Step {
    /// Shows a page of the gateway.
    #[must_use]
    pub fn page(page: Page) -> Self {
        Self::to(NextStep::Page(page))
    }

    /// Shows a page that may run scripts, in a frame that holds no session.
    #[must_use]
    pub fn confined(page: ConfinedPage) -> Self {
        Self::to(NextStep::Confined(page))
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

impl ConfinedPage {
    /// `data` becomes the template's `data` and `tollgate.data` of its scripts; it must be a JSON object.
    ///
    /// # Errors
    /// [`Error::Rejected`] where `data` has no JSON form or is no object.
    pub fn new(template: &str, data: &impl Serialize) -> Result<Self, Error> {
        let Page { template, data, slip: _ } = Page::new(template, data)?;
        Ok(Self { template, data, foreign_scripts: Vec::new(), own_scripts: Vec::new() })
    }

    /// Adds a script of an origin that the manifest asks for with `script`.
    #[must_use]
    pub fn foreign_script(mut self, url: &str) -> Self {
        self.foreign_scripts.push(url.into());
        self
    }

    /// Adds one of the manifest's own scripts; it runs after the foreign ones.
    #[must_use]
    pub fn own_script(mut self, name: &str) -> Self {
        self.own_scripts.push(name.into());
        self
    }
}

impl From<Step> for Outcome {
    fn from(step: Step) -> Self {
        Self::Step(step)
    }
}
