//! PayPal's REST API as its published contract describes it.

use axum::Router;

use crate::rig::Rig;

/// The simulator's routes.
pub fn router(rig: Rig) -> Router {
    crate::control::routes(rig)
}
