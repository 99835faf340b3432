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

    fn who(&self) -> Who;
    fn email(&self) -> &str;
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

    fn who(&self) -> Who {
        Who::Client(self.client.id)
    }

    fn email(&self) -> &str {
        &self.client.email
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

    fn who(&self) -> Who {
        Who::Staff(self.staff.id)
    }

    fn email(&self) -> &str {
        &self.staff.email
    }

    fn token(&self) -> &SessionToken {
        &self.token
    }

    async fn layout(&self, state: &WebState) -> Result<Layout, WebError> {
        admin::layout(state, self).await
    }
}
