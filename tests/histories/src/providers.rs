//! Both simulated providers in this process, without a socket, on the history's own clock; and their books.

mod books;
mod dashboard;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tollgate_simulators::clock::Clock;
use tollgate_simulators::delivery::Outbox;
use tollgate_simulators::faults::{Fault, Mark};
use tollgate_simulators::ids::Ids;
use tollgate_simulators::paypal;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe;
use tower::ServiceExt;

use crate::machine::PORTAL;

pub use books::{DisputeEnd, Position, Positions, Return};
pub use dashboard::{Taken, paypal_value};

/// Ids at the providers are the same in every history, so that one configuration of the host fits all of them.
const IDS_SEED: u64 = 1;
/// Larger answers than these are none of the simulators'.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// What the card gateway speaks, and has its webhooks written in.
const STRIPE_VERSION: stripe::Version = stripe::Version::Clover;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provider {
    PayPal,
    Stripe,
}

impl Provider {
    pub const BOTH: [Self; 2] = [Self::PayPal, Self::Stripe];

    /// The host's instance that speaks to it.
    #[must_use]
    pub fn instance(self) -> &'static str {
        match self {
            Self::PayPal => "paypal",
            Self::Stripe => "card",
        }
    }

    /// Where its API is, as the host's configuration has it.
    #[must_use]
    pub fn host(self) -> &'static str {
        match self {
            Self::PayPal => "127.0.0.1:8421",
            Self::Stripe => "127.0.0.1:8422",
        }
    }

    fn base(self) -> String {
        format!("http://{}", self.host())
    }

    /// Where it sends its webhooks.
    #[must_use]
    pub fn hook(self) -> String {
        format!("{PORTAL}/hooks/{}", self.instance())
    }
}

/// A request on its way to a provider.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: &'static str,
    /// With its query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What came back, and what the wire did to it.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub mark: Option<Mark>,
}

/// The two of them.
pub struct Providers {
    pub paypal: paypal::Simulator,
    pub stripe: stripe::Stripe,
    routers: [Router; 2],
}

/// What the host has to know of its webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    pub paypal_id: String,
    pub stripe_secret: String,
}

impl Providers {
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        let rig = |provider: Provider| Rig::new(&provider.base(), clock.clone(), Ids::seeded(IDS_SEED));
        let paypal = paypal::Simulator::new(rig(Provider::PayPal), paypal::Account::example());
        let stripe = stripe::Stripe::new(rig(Provider::Stripe), stripe::Account::test());
        let routers = [paypal.router(), stripe.router()];
        Self { paypal, stripe, routers }
    }

    /// Sends one request, with the fault that it shall meet.
    ///
    /// # Errors
    /// Where it is no request.
    pub async fn send(&self, to: Provider, asked: Asked, fault: Option<Fault>) -> anyhow::Result<Answered> {
        if let Some(fault) = fault {
            self.rig(to).faults.add(fault);
        }
        let mut request = Request::builder().method(asked.method).uri(&asked.path);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        let router = match to {
            Provider::PayPal => &self.routers[0],
            Provider::Stripe => &self.routers[1],
        };
        let answer = router.clone().oneshot(request.body(Body::from(asked.body))?).await?;
        let (parts, body) = answer.into_parts();
        let mark = parts.extensions.get::<Mark>().copied();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await?.to_vec();
        Ok(Answered { status: parts.status.as_u16(), headers: parts.headers, body, mark })
    }

    fn rig(&self, of: Provider) -> &Rig {
        match of {
            Provider::PayPal => self.paypal.rig(),
            Provider::Stripe => self.stripe.rig(),
        }
    }

    #[must_use]
    pub fn outbox(&self, of: Provider) -> &Outbox {
        &self.rig(of).outbox
    }

    /// Lets everything happen that is due by the clock.
    pub fn tick(&self) {
        self.paypal.tick();
        self.stripe.tick();
    }

    /// Registers the host's addresses, as staff do in the providers' dashboards.
    ///
    /// # Errors
    /// What a simulator did not take.
    pub async fn register(&self) -> anyhow::Result<Hooks> {
        Ok(Hooks { paypal_id: self.register_paypal().await?, stripe_secret: self.register_stripe().await? })
    }

    async fn register_paypal(&self) -> anyhow::Result<String> {
        let hook = json!({ "url": Provider::PayPal.hook(), "event_types": [{ "name": "*" }] });
        let asked = self.of_paypal("POST", "/v1/notifications/webhooks".to_owned(), &hook).await?;
        text_at(&self.send(Provider::PayPal, asked, None).await?.body, "id")
    }

    async fn register_stripe(&self) -> anyhow::Result<String> {
        let fields = [
            ("url", Provider::Stripe.hook()),
            ("enabled_events[]", "*".to_owned()),
            ("api_version", STRIPE_VERSION.name().to_owned()),
        ];
        let asked = dashboard::of_stripe("/v1/webhook_endpoints", &fields);
        text_at(&self.send(Provider::Stripe, asked, None).await?.body, "secret")
    }
}

pub const PAYPAL_ID: &str = "simulated-client-id";
pub const PAYPAL_SECRET: &str = "simulated-client-secret";
pub const STRIPE_SECRET: &str = "sk_test_simulator";

/// The request for an access token.
#[must_use]
pub fn token_request(id: &str, secret: &str) -> Asked {
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let form = ("content-type", "application/x-www-form-urlencoded");
    Asked {
        method: "POST",
        path: "/v1/oauth2/token".to_owned(),
        headers: headers(&[("authorization", &basic), ("accept", "application/json"), form]),
        body: b"grant_type=client_credentials".to_vec(),
    }
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn text_at(body: &[u8], field: &str) -> anyhow::Result<String> {
    let answer: Value = serde_json::from_slice(body)?;
    let text = answer[field].as_str().with_context(|| format!("no {field} in {answer}"))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_providers_are_the_same_in_every_history() {
        let clock = Clock::standing_at(0);
        let hooks = Providers::new(&clock).register().await.unwrap();
        assert_eq!(Providers::new(&clock).register().await.unwrap(), hooks);
        assert!(hooks.stripe_secret.starts_with("whsec_"), "{hooks:?}");
    }
}
