//! Every route together with who may come by it. There is no way to add one without, and what it says is enforced here,
//! before the route's own code runs.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use tollgate_billing::roles::Right;

use crate::errors::WebError;
use crate::frame::{ClientVisit, StaffVisit};
use crate::state::WebState;

/// Who may come by a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: login pages, the theme's files, providers.
    Anyone,
    /// Clients who are logged in. What belongs to another client is not there for them; billing sees to that.
    Client,
    /// Staff who are logged in and whose role has this right.
    Staff(Right),
}

/// One route, for whoever wants to see or to check them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    /// As it was registered, with its placeholders: `/billing/invoices/{id}`.
    pub path: &'static str,
    pub access: Access,
}

/// Routes that are being put together.
pub(crate) struct Routes {
    state: WebState,
    router: Router<WebState>,
    all: Vec<Route>,
}

impl Routes {
    pub fn new(state: &WebState) -> Self {
        Self { state: state.clone(), router: Router::new(), all: Vec::new() }
    }

    /// A page or a file.
    pub fn get<H: Handler<T, WebState>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.add(Method::GET, path, access, on(MethodFilter::GET, handler))
    }

    /// A form, or what a provider sends.
    pub fn post<H: Handler<T, WebState>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.add(Method::POST, path, access, on(MethodFilter::POST, handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<WebState, Infallible>,
    ) -> Self {
        let admission = Admission { state: self.state.clone(), access };
        self.router = self.router.route(path, handler.route_layer(from_fn_with_state(admission, admit)));
        self.all.push(Route { method, path, access });
        self
    }

    /// Takes more bytes in the bodies of these routes than forms have.
    pub fn body_bytes_max(mut self, bytes: usize) -> Self {
        self.router = self.router.layer(DefaultBodyLimit::max(bytes));
        self
    }

    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.all.extend(other.all);
        self
    }

    pub fn into_router(self) -> Router<WebState> {
        self.router
    }

    pub fn into_list(self) -> Vec<Route> {
        self.all
    }
}

#[derive(Clone)]
struct Admission {
    state: WebState,
    access: Access,
}

/// Lets in who may come by, and tells the route who it is.
async fn admit(State(Admission { state, access }): State<Admission>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let refusal = match access {
        Access::Anyone => None,
        Access::Client => match ClientVisit::enter(&parts, &state).await {
            Ok(visit) => {
                parts.extensions.insert(visit);
                None
            }
            Err(refusal) => Some(refusal),
        },
        Access::Staff(right) => match StaffVisit::enter(&parts, &state).await {
            Ok(visit) if visit.must_set_up && right != Right::OwnAccess => Some(WebError::SecondStepFirst),
            Ok(visit) if visit.staff.role.may(right) => {
                parts.extensions.insert(visit);
                None
            }
            Ok(_) => Some(WebError::Forbidden),
            Err(refusal) => Some(refusal),
        },
    };
    match refusal {
        None => next.run(Request::from_parts(parts, body)).await,
        Some(refusal) => refusal.into_response(),
    }
}

/// Who came in, as [`admit`] found out. A route that asks for somebody whom its access does not name has no answer.
pub(crate) fn admitted<V: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<V, WebError> {
    let found = parts.extensions.get::<V>().cloned();
    found.ok_or_else(|| WebError::failed("a route asks for somebody whom it does not let in"))
}
