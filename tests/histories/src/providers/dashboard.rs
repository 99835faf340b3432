//! What the merchant's people do on the providers' own sites, behind the host's back.

use serde_json::{Value, json};

use super::{Asked, PAYPAL_ID, PAYPAL_SECRET, Provider, Providers, STRIPE_SECRET, STRIPE_VERSION};
use super::{headers, text_at, token_request};

/// Money that came, of which some is to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub provider: Provider,
    /// A capture of PayPal's, or an intent of Stripe's.
    pub transaction: String,
    pub minor: i64,
    pub currency: String,
}

impl Providers {
    /// Refunds `minor` of it. Answers the provider's status: it may refuse.
    ///
    /// # Errors
    /// Where it is no request.
    pub async fn refund_by_hand(&self, taken: &Taken, minor: i64) -> anyhow::Result<u16> {
        let asked = match taken.provider {
            Provider::PayPal => {
                let amount = json!({ "currency_code": taken.currency, "value": paypal_value(minor, &taken.currency) });
                let path = format!("/v2/payments/captures/{}/refund", taken.transaction);
                self.of_paypal("POST", path, &json!({ "amount": amount })).await?
            }
            Provider::Stripe => {
                let units = if taken.currency == "ISK" { minor * 100 } else { minor };
                let fields = [("payment_intent", taken.transaction.clone()), ("amount", units.to_string())];
                of_stripe("/v1/refunds", &fields)
            }
        };
        Ok(self.send(taken.provider, asked, None).await?.status)
    }

    /// A request of the merchant's own app, with a token of its own.
    pub(super) async fn of_paypal(&self, method: &'static str, path: String, body: &Value) -> anyhow::Result<Asked> {
        let token = self.send(Provider::PayPal, token_request(PAYPAL_ID, PAYPAL_SECRET), None).await?;
        let bearer = format!("Bearer {}", text_at(&token.body, "access_token")?);
        let headers = headers(&[("authorization", &bearer), ("content-type", "application/json")]);
        Ok(Asked { method, path, headers, body: body.to_string().into_bytes() })
    }
}

pub(super) fn of_stripe(path: &str, fields: &[(&str, String)]) -> Asked {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = headers(&[
        ("authorization", &format!("Bearer {STRIPE_SECRET}")),
        ("content-type", "application/x-www-form-urlencoded"),
        ("stripe-version", STRIPE_VERSION.name()),
    ]);
    Asked { method: "POST", path: path.to_owned(), headers, body: form.into_bytes() }
}

/// PayPal gives yen, forint and Taiwan dollars no places; the others of the histories have two.
#[must_use]
pub fn paypal_value(minor: i64, currency: &str) -> String {
    match currency {
        "JPY" => minor.to_string(),
        "HUF" | "TWD" => (minor / 100).to_string(),
        _ => format!("{}.{:02}", minor / 100, minor % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_paypal_has_them() {
        let table =
            [(1_050, "EUR", "10.50"), (1_005, "USD", "10.05"), (1_050, "JPY", "1050"), (105_000, "HUF", "1050")];
        for (minor, currency, expected) in table {
            assert_eq!(paypal_value(minor, currency), expected);
        }
    }
}
