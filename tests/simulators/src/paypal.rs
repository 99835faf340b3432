//! PayPal's REST API as its published contract describes it: Orders v2, Payments v2, Webhooks v1, Disputes v1, and the
//! page on which the buyer approves. `paypal/README.md` says what it plays and what it leaves out.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use parking_lot::Mutex;

use crate::delivery::Message;
use crate::rig::{Rig, watch};

mod api;
mod auth_api;
pub mod capture;
mod control;
pub mod dispute;
pub mod event;
mod fields;
mod hooks;
mod idempotency;
mod issues;
pub mod money;
pub mod order;
mod order_request;
mod page;
mod paying;
mod payments_api;
mod purchase;
pub mod refusal;
mod returning;
mod script;
mod tokens;
mod views;
mod webhooks_api;
mod world;

pub use paying::Falsified;
pub use returning::Complaint;

use event::{Happening, SigningKey, Transmitter};
use world::World;

/// The merchant's account and the app's credentials.
#[derive(Debug, Clone)]
pub struct Account {
    pub client_id: String,
    pub client_secret: String,
    pub app_id: String,
    /// Thirteen characters of PayPal's own alphabet.
    pub merchant_id: String,
    pub email: String,
    pub name: String,
}

impl Account {
    /// The one that the demo and the tests use.
    #[must_use]
    pub fn example() -> Self {
        Self {
            client_id: "simulated-client-id".to_owned(),
            client_secret: "simulated-client-secret".to_owned(),
            app_id: "APP-80W284485P519543T".to_owned(),
            merchant_id: "TESTMERCHANT2".to_owned(),
            email: "merchant@example.com".to_owned(),
            name: "Example Hosting".to_owned(),
        }
    }
}

/// Who pays.
#[derive(Debug, Clone)]
pub struct Payer {
    pub id: String,
    pub email: String,
    pub given_name: String,
    pub surname: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl Payer {
    fn example() -> Self {
        Self {
            id: "TESTBUYER2345".to_owned(),
            email: "buyer@example.com".to_owned(),
            given_name: "Example".to_owned(),
            surname: "Client".to_owned(),
            country: "DE".to_owned(),
        }
    }
}

/// A PayPal of one merchant. Clones share everything.
#[derive(Clone)]
pub struct Simulator {
    rig: Rig,
    world: Arc<Mutex<World>>,
    key: SigningKey,
}

impl Simulator {
    #[must_use]
    pub fn new(rig: Rig, account: Account) -> Self {
        rig.requests.also_to_environment("paypal");
        let key = SigningKey::new(rig.ids.hex(64));
        let world = World::new(account, rig.base.clone(), rig.ids.clone());
        Self { rig, world: Arc::new(Mutex::new(world)), key }
    }

    /// The API, the buyer's page and the control API.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/v1/oauth2/token", post(auth_api::token))
            .route("/v2/checkout/orders", post(payments_api::create_order))
            .route("/v2/checkout/orders/{id}", get(payments_api::get_order))
            .route("/v2/checkout/orders/{id}/capture", post(payments_api::capture_order))
            .route("/v2/payments/captures/{id}", get(payments_api::get_capture))
            .route("/v2/payments/captures/{id}/refund", post(payments_api::refund_capture))
            .route("/v2/payments/refunds/{id}", get(payments_api::get_refund))
            .route("/v1/notifications/webhooks", get(webhooks_api::list).post(webhooks_api::create))
            .route(
                "/v1/notifications/webhooks/{id}",
                get(webhooks_api::get).patch(webhooks_api::update).delete(webhooks_api::delete),
            )
            .route("/v1/notifications/webhooks-event-types", get(webhooks_api::event_types))
            .route("/v1/notifications/verify-webhook-signature", post(webhooks_api::verify))
            .route("/v1/customer/disputes", get(webhooks_api::list_disputes))
            .route("/v1/customer/disputes/{id}", get(webhooks_api::get_dispute))
            .route("/checkoutnow", get(page::show).post(page::decide))
            .merge(control::routes())
            .fallback(unknown)
            .with_state(self.clone());
        api.merge(crate::control::routes(self.rig.clone()))
            .layer(from_fn_with_state(self.clone(), keep_time))
            .layer(from_fn_with_state(self.rig.clone(), watch))
    }

    #[must_use]
    pub fn rig(&self) -> &Rig {
        &self.rig
    }

    /// Does what the clock made due, and puts its webhooks into the outbox. Every request does so too; call it where a
    /// test moved the clock and looks into the outbox at once.
    pub fn tick(&self) {
        self.act(|_, _| ());
    }

    /// One step of the world, alone in it: what is due first, then the step, then its webhooks.
    fn act<T>(&self, step: impl FnOnce(&mut World, i64) -> T) -> T {
        let mut world = self.world.lock();
        let now_ms = self.rig.clock.now_ms();
        world.tick(now_ms);
        let answer = step(&mut world, now_ms);
        for happening in world.take_happened() {
            self.announce(&world, &happening, now_ms);
        }
        answer
    }

    fn announce(&self, world: &World, happening: &Happening, now_ms: i64) {
        let ids = &self.rig.ids;
        let event_id = format!("WH-{}-{}", ids.upper(17), ids.upper(17));
        let body = event::envelope(&world.base, &event_id, happening, now_ms);
        for hook in world.hooks.listening(happening.kind) {
            let transmitter = Transmitter {
                key: self.key.clone(),
                transmission_id: ids.uuid(),
                webhook_id: hook.id,
                base: world.base.clone(),
            };
            self.rig.outbox.add(Message {
                event: event_id.clone(),
                kind: happening.kind.to_owned(),
                url: hook.url,
                body: body.clone(),
                signer: Arc::new(transmitter),
            });
        }
    }
}

/// After every request, also one that moved the clock.
async fn keep_time(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    simulator.tick();
    answer
}

async fn unknown(State(simulator): State<Simulator>) -> Response {
    simulator.answer(Err(refusal::Refusal::not_found()))
}
