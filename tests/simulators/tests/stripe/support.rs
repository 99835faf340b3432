//! One simulated account, and calls of it in this process.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request};
use serde_json::Value;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe::{Account, Stripe, Version};
use tower::ServiceExt;

pub const SECRET: &str = "sk_test_simulator";
pub const PUBLISHABLE: &str = "pk_test_simulator";

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// The body of an answer that must be good.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{:#}", self.body);
        self.body
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.code()), (status, code), "{:#}", self.body);
        self.body
    }
}

pub struct Api {
    pub stripe: Stripe,
    router: Router,
}

impl Api {
    pub fn new() -> Self {
        let stripe = Stripe::new(Rig::for_test("http://127.0.0.1:4012", 1), Account::test());
        let router = stripe.router();
        Self { stripe, router }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes).into_owned()));
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn call(&self, method: &str, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let (uri, body) = match method {
            "POST" => (path.to_owned(), text),
            _ if text.is_empty() => (path.to_owned(), String::new()),
            _ => (format!("{path}?{text}"), String::new()),
        };
        let mut request = Request::builder().method(method).uri(uri);
        let defaults = [
            ("authorization", "Bearer sk_test_simulator"),
            ("stripe-version", Version::NEWEST.name()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        for (name, value) in defaults.iter().filter(|(name, _)| headers.iter().all(|(own, _)| own != name)) {
            request = request.header(*name, *value);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.call("POST", path, form, &[]).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], &[]).await
    }

    /// Pays 12.00 EUR with a test card's payment method, the client being there.
    pub async fn pay(&self, method: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("amount", "1200"),
            ("currency", "eur"),
            ("allowed_payment_method_types[]", "card"),
            ("payment_method", method),
            ("confirm", "true"),
            ("use_stripe_sdk", "true"),
        ];
        form.extend_from_slice(more);
        self.post("/v1/payment_intents", &form).await
    }

    pub async fn customer(&self) -> String {
        let customer = self.post("/v1/customers", &[("email", "client@example.com")]).await.ok();
        customer["id"].as_str().unwrap().to_owned()
    }

    /// A token as the Payment Element makes it.
    pub async fn token(&self, number: &str) -> Answer {
        let form = [
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", number),
            ("payment_method_data[card][exp_month]", "12"),
            ("payment_method_data[card][exp_year]", "2034"),
            ("payment_method_data[card][cvc]", "123"),
        ];
        self.call("POST", "/v1/confirmation_tokens", &form, &[("authorization", "Bearer pk_test_simulator")]).await
    }

    /// Kinds of all events so far, in order.
    pub fn events(&self) -> Vec<String> {
        self.stripe.with(|books| books.events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect())
    }

    pub fn advance(&self, by_ms: i64) {
        self.stripe.rig().clock.advance(by_ms);
    }
}

pub fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}
