//! A client or somebody of staff, as far as their own access goes.

use axum::extract::FromRequestParts;
use tollgate_billing::people::Who;

use crate::admin;
use crate::errors::WebError;
use crate::frame::{ClientVisit, Guest, Layout, StaffVisit};
use crate::guard::{Door, SessionToken};
use crate::state::WebState;

/// Somebody who is logged in and looks after their own access.
pub(crate) trait Person: Guest + FromRequestParts<WebState, Rejection = WebError> + Sync + 'static {
    const DOOR: Door;
    /// Where their page is.
    const PAGE: &'static str;
    /// The template of it.
    const TEMPLATE: &'static str;
    /// The template of the page on which an authenticator app is set up.
    const SET_UP: &'static str;
    /// The template of the page that shows recovery codes.
    const CODES: &'static str;
    /// The template of the page on which a passkey is made.
    const PASSKEY: &'static str;
    /// The template of the page on which one way to prove the second step is removed.
    const REMOVE: &'static str;

    fn who(&self) -> Who;
    fn email(&self) -> &str;
    fn name(&self) -> &str;
    /// Of the session that they came with.
    fn token(&self) -> &SessionToken;
    fn layout(&self, state: &WebState) -> impl Future<Output = Result<Layout, WebError>> + Send;
}

impl Person for ClientVisit {
    const DOOR: Door = Door::Client;
    const PAGE: &'static str = "/security";
    const TEMPLATE: &'static str = "portal/security";
    const SET_UP: &'static str = "portal/second-step-set-up";
    const CODES: &'static str = "portal/recovery-codes";
    const PASSKEY: &'static str = "portal/passkey";
    const REMOVE: &'static str = "portal/factor-remove";

    fn who(&self) -> Who {
        Who::Client(self.client.id)
    }

    fn email(&self) -> &str {
        &self.client.email
    }

    fn name(&self) -> &str {
        &self.client.name
    }

    fn token(&self) -> &SessionToken {
        &self.token
    }

    async fn layout(&self, state: &WebState) -> Result<Layout, WebError> {
        Layout::for_client(state, self).await
    }
}

impl Person for StaffVisit {
    const DOOR: Door = Door::Staff;
    const PAGE: &'static str = "/admin/security";
    const TEMPLATE: &'static str = "admin/security";
    const SET_UP: &'static str = "admin/second-step-set-up";
    const CODES: &'static str = "admin/recovery-codes";
    const PASSKEY: &'static str = "admin/passkey";
    const REMOVE: &'static str = "admin/factor-remove";

    fn who(&self) -> Who {
        Who::Staff(self.staff.id)
    }

    fn email(&self) -> &str {
        &self.staff.email
    }

    fn name(&self) -> &str {
        &self.staff.name
    }

    fn token(&self) -> &SessionToken {
        &self.token
    }

    async fn layout(&self, state: &WebState) -> Result<Layout, WebError> {
        admin::layout(state, self).await
    }
}
