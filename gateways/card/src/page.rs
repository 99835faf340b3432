//! The confined pages: the form with Stripe's Payment Element, and 3-D Secure. Card data goes from the client's browser to
//! Stripe; all that comes back here is a token, and whatever it says is asked of Stripe again.

use serde::Serialize;
use tollgate_sdk::gateway::{ConfinedPage, Payment, Step};
use tollgate_sdk::{Amount, Error};

use crate::config::Config;
use crate::currency;
use crate::declines;
use crate::intent::nonce;
use crate::method;
use crate::wire::{Intent, Method, is_id};

/// Languages of Stripe.js by their first part; it finds out the others by itself.
const LOCALES: [&str; 38] = [
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fil", "fr", "he", "hr", "hu", "id", "it", "ja", "ko",
    "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "en-GB",
    "zh-TW",
];

#[derive(Serialize)]
struct Due<'a> {
    minor: i64,
    currency: &'a str,
}

/// `data` of the template, and `tollgate.data` of the script. Whoever pays can read it.
#[derive(Serialize)]
struct Data<'a> {
    step: &'static str,
    publishable_key: &'a str,
    locale: &'a str,
    due: Due<'a>,
    /// In Stripe's units, for the Payment Element.
    amount: i64,
    currency: String,
    /// Id of the message that says why the last attempt failed.
    problem: Option<&'static str>,
    offers_saving: bool,
    /// The stored card that the bank wants approved: "Visa ending 4242, 12/28".
    approve: Option<String>,
    /// Names this page's approval, so that pressing twice is once.
    nonce: String,
    client_secret: Option<&'a str>,
    /// 3-D Secure begins by itself; once only, so that a page never goes round by itself.
    automatic: bool,
    confirmation_token: Option<&'a str>,
    save: bool,
}

/// The pages of one payment.
#[derive(Clone, Copy)]
pub struct Pages<'a> {
    pub config: &'a Config<'a>,
    pub payment: &'a Payment,
}

impl<'a> Pages<'a> {
    /// The form, with why the last attempt failed.
    ///
    /// # Errors
    /// [`Error::Declined`] for an amount that cannot be charged.
    pub fn form(self, intent: &Intent, problem: Option<&'static str>) -> Result<Step, Error> {
        let last = intent.last_payment_error.as_ref();
        let approve = last.filter(|problem| declines::wants_authentication(problem)).and_then(|problem| {
            let method = approvable(intent, problem.method()?)?;
            Some(method.card.as_ref().map_or_else(|| "Card".into(), method::label))
        });
        // What the page asks to be approved needs no other reason beside it.
        let problem = if approve.is_some() { None } else { problem.or_else(|| last.map(declines::message)) };
        let data = Data { problem, approve, ..self.data("pay")? };
        self.step("card", &data, &intent.id)
    }

    /// 3-D Secure.
    ///
    /// # Errors
    /// [`Error::Unknown`] where Stripe left out what it needs.
    pub fn authenticate(self, intent: &Intent, automatic: bool) -> Result<Step, Error> {
        let secret = intent.client_secret.as_deref();
        let secret =
            secret.ok_or_else(|| Error::Unknown("Stripe wants 3-D Secure and says nothing to do it with".into()))?;
        let data = Data { client_secret: Some(secret), automatic, ..self.data("authenticate")? };
        self.step("authenticate", &data, &intent.id)
    }

    /// Sends the same token again by itself, once the host has stored the intent's id.
    ///
    /// # Errors
    /// [`Error::Declined`] for an amount that cannot be charged.
    pub fn resend(self, intent: &Intent, token: &'a str, save: bool) -> Result<Step, Error> {
        let data = Data { confirmation_token: Some(token), save, ..self.data("resend")? };
        self.step("resend", &data, &intent.id)
    }

    fn data(self, step: &'static str) -> Result<Data<'a>, Error> {
        let amount = Amount::try_from(&self.payment.amount)?;
        Ok(Data {
            step,
            publishable_key: self.config.publishable_key,
            locale: locale(&self.payment.payer.locale),
            due: Due { minor: amount.minor(), currency: &self.payment.amount.currency },
            amount: currency::chargeable(amount)?,
            currency: amount.currency().code().to_ascii_lowercase(),
            problem: None,
            offers_saving: self.config.offers_saving,
            approve: None,
            nonce: nonce(),
            client_secret: None,
            automatic: false,
            confirmation_token: None,
            save: false,
        })
    }

    fn step(self, template: &str, data: &Data<'_>, intent: &str) -> Result<Step, Error> {
        let page = ConfinedPage::new(template, data)?.foreign_script(&self.config.stripe_js()).own_script("card");
        Ok(Step::confined(page).provider_reference(intent))
    }
}

/// The stored card, where it is the very customer's whom the intent is for.
#[must_use]
pub fn approvable(intent: &Intent, method: Method) -> Option<Method> {
    let customer = intent.customer.as_ref()?.id();
    let same = method.customer.as_ref().is_none_or(|owner| owner.id() == customer);
    (same && is_id("cus_", customer) && method::is_method(&method.id)).then_some(method)
}

/// A language as Stripe.js names it.
#[must_use]
pub fn locale(tag: &str) -> &'static str {
    let parts: Vec<_> = tag.split('-').collect();
    let has = |wanted: &str| parts.iter().any(|part| part.eq_ignore_ascii_case(wanted));
    let first = parts.first().copied().unwrap_or_default();
    let name = match first {
        "zh" if has("Hant") || has("TW") || has("HK") => "zh-TW",
        "en" if has("GB") => "en-GB",
        other => other,
    };
    LOCALES.iter().find(|known| **known == name).copied().unwrap_or("auto")
}
