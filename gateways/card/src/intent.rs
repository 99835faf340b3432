//! The payment intent of a payment. There is one for each payment and no other: Stripe lets an intent succeed once, so a
//! payment can be charged once, however often it is submitted, in however many tabs.

use tollgate_sdk::gateway::{Payment, PaymentState};
use tollgate_sdk::{Amount, Error, Text, clock, log, random};

use crate::api::{Answer, Api, Fault, words};
use crate::currency;
use crate::customer;
use crate::hex::hex;
use crate::wire::{Intent, is_id};

/// What is wanted with every intent: the card, and the fee where Stripe knows it.
pub const EXPAND: (&str, &str) = ("expand[]", "latest_charge.balance_transaction");
/// Stripe keeps 500 characters of a value of `metadata`.
const METADATA_CHARS_MAX: usize = 500;
/// How long Stripe is sure to know a key: it says a day, of which some is left for clocks that differ.
const KEY_MS_SURE: u64 = 20 * 60 * 60 * 1_000;
/// How much earlier than the payment its intent may be, by two clocks: five minutes.
const CLOCK_DRIFT_S: u64 = 300;

/// The intent of the payment: the one that the host remembers, or a new one. Nothing is charged by it.
///
/// # Errors
/// As [`Fault::harmless`]; [`Error::Rejected`] where Stripe answers about something else.
pub fn of_payment(api: Api<'_>, payment: &Payment, live: bool) -> Result<Intent, Error> {
    if let Some(id) = &payment.provider_reference {
        return retrieve(api, id, payment);
    }
    match find_lost(api, payment, live)? {
        Some(intent) => Ok(intent),
        None => create(api, payment),
    }
}

/// Makes the intent, without a card. Its parameters are the payment's frozen ones alone, so that however often and from
/// wherever it is made, the payment's id as the key makes it one. Even if two came to be, such as after Stripe forgot the
/// key, only the one that the host has stored is ever confirmed.
///
/// # Errors
/// As [`of_payment`].
pub fn create(api: Api<'_>, payment: &Payment) -> Result<Intent, Error> {
    let fields = Created::of(payment)?;
    let fields = fields.fields();
    let made = match api.post::<Intent>("/v1/payment_intents", &fields, Some(&payment.id)) {
        // Something outside what is frozen has changed, such as a name in the description. An intent without a card is
        // worth nothing, so another may be made.
        Err(Fault::Refused { problem, .. }) if problem.kind == "idempotency_error" => {
            let key = format!("{}-{}", payment.id, nonce());
            api.post::<Intent>("/v1/payment_intents", &fields, Some(&key))
        }
        answer => answer,
    };
    let Answer { body: intent, replayed } = made.map_err(refused_amount)?;
    let intent = ours(intent, payment)?;
    if replayed { retrieve(api, &intent.id, payment) } else { Ok(intent) }
}

/// As Stripe has it now.
///
/// # Errors
/// As [`of_payment`].
pub fn retrieve(api: Api<'_>, id: &str, payment: &Payment) -> Result<Intent, Error> {
    ours(by_id(api, id).map_err(Fault::harmless)?, payment)
}

/// # Errors
/// See [`Fault`].
pub fn by_id(api: Api<'_>, id: &str) -> Result<Intent, Fault> {
    if !is_id("pi_", id) {
        return Err(Fault::Denied("what is stored with the payment is no id of a payment intent".into()));
    }
    api.get(&format!("/v1/payment_intents/{id}"), &[EXPAND]).and_then(|intent| about(id, intent))
}

/// Confirms the intent: the one request here that charges a card. The same key is carried out once.
///
/// # Errors
/// See [`Fault`].
pub fn confirm(api: Api<'_>, intent: &str, fields: &[(&str, &str)], key: &str) -> Result<Intent, Fault> {
    let path = path_of(intent, "/confirm")?;
    let fields: Vec<_> = fields.iter().copied().chain([EXPAND]).collect();
    let Answer { body: confirmed, replayed } = api.post::<Intent>(&path, &fields, Some(key))?;
    if replayed { by_id(api, intent) } else { about(intent, confirmed) }
}

/// An answer about another intent than was asked about answers nothing.
fn about(intent: &str, answered: Intent) -> Result<Intent, Fault> {
    if answered.id == intent {
        Ok(answered)
    } else {
        Err(Fault::Lost("Stripe answered about another payment intent".into()))
    }
}

/// Gives the intent its customer, so that a card can be kept for them or taken from theirs.
///
/// # Errors
/// See [`Fault`].
pub fn set_customer(api: Api<'_>, intent: &str, customer: &str) -> Result<Intent, Fault> {
    let path = path_of(intent, "")?;
    api.post::<Intent>(&path, &[("customer", customer)], None).and_then(|answer| about(intent, answer.body))
}

/// Ends an intent that nobody will pay any more. Stripe decides between this and a payment that comes in between.
///
/// # Errors
/// See [`Fault`].
pub fn cancel(api: Api<'_>, intent: &str) -> Result<Intent, Fault> {
    let path = path_of(intent, "/cancel")?;
    let fields = [("cancellation_reason", "abandoned")];
    api.post::<Intent>(&path, &fields, None).and_then(|answer| about(intent, answer.body))
}

/// The intent of a payment whose first answer was lost before the host could store its id. Only a stored card is ever
/// charged on such an intent, so it is among the intents of the payer's customer.
///
/// # Errors
/// As [`Fault::harmless`].
pub fn find(api: Api<'_>, payment: &Payment, customer: &str) -> Result<Option<Intent>, Error> {
    let since = (payment.created / 1_000).saturating_sub(CLOCK_DRIFT_S).to_string();
    let query = [("customer", customer), ("created[gte]", since.as_str())];
    let same = |intent: Intent| (payment_of(&intent) == Some(&payment.id)).then_some(intent.id);
    let found = api.find("/v1/payment_intents", &query, |intent: &Intent| &intent.id, same);
    match found.map_err(Fault::harmless)? {
        Some(id) => retrieve(api, &id, payment).map(Some),
        None => Ok(None),
    }
}

/// [`find`], where a stored card may have been charged without the host knowing the intent. Within a day of the payment
/// that needs no look: the payment's id as the key brings the same intent again.
///
/// # Errors
/// As [`Fault::harmless`].
pub fn find_lost(api: Api<'_>, payment: &Payment, live: bool) -> Result<Option<Intent>, Error> {
    let is_fresh = clock::now().saturating_sub(payment.created) < KEY_MS_SURE;
    if payment.state == PaymentState::Created && is_fresh {
        return Ok(None);
    }
    match customer::known(api, &payment.payer, live).map_err(Fault::harmless)? {
        Some(customer) => find(api, payment, &customer),
        None => Ok(None),
    }
}

/// Our payment that an intent is for; `None` for an intent of somebody else's on the same account.
#[must_use]
pub fn payment_of(intent: &Intent) -> Option<&String> {
    let plain = |id: &&String| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    intent.metadata.get("payment").filter(plain)
}

/// An unguessable part of a key.
#[must_use]
pub fn nonce() -> String {
    hex(&random::bytes(16))
}

/// Refuses an intent that is not the payment's, whatever Stripe says of it.
///
/// # Errors
/// [`Error::Rejected`].
pub fn ours(intent: Intent, payment: &Payment) -> Result<Intent, Error> {
    let amount = Amount::try_from(&payment.amount)?;
    let units = currency::units(amount)?;
    let same = intent.amount == units && intent.currency.eq_ignore_ascii_case(amount.currency().code());
    if is_id("pi_", &intent.id) && payment_of(&intent) == Some(&payment.id) && same {
        Ok(intent)
    } else {
        Err(strange(&intent))
    }
}

fn strange(intent: &Intent) -> Error {
    log::error!("Stripe answered about another payment: {:.40}", intent.id);
    Error::rejected("Stripe answered about another payment, amount or currency; look at this payment in its dashboard")
}

fn path_of(intent: &str, rest: &str) -> Result<String, Fault> {
    if is_id("pi_", intent) {
        Ok(format!("/v1/payment_intents/{intent}{rest}"))
    } else {
        Err(Fault::Denied("what is stored with the payment is no id of a payment intent".into()))
    }
}

/// An amount that only Stripe knows to be too small or too large, because it is converted, is no fault of staff.
fn refused_amount(fault: Fault) -> Error {
    let Fault::Refused { problem, .. } = &fault else { return fault.harmless() };
    match problem.code() {
        "amount_too_small" => Error::declined(Text::msg("amount-below-minimum"), words(problem)),
        "amount_too_large" => Error::declined(Text::msg("amount-above-maximum"), words(problem)),
        _ => fault.harmless(),
    }
}

/// What an intent is made of.
struct Created<'a> {
    amount: String,
    currency: String,
    payment: &'a Payment,
    description: String,
}

impl<'a> Created<'a> {
    fn of(payment: &'a Payment) -> Result<Self, Error> {
        let amount = Amount::try_from(&payment.amount)?;
        Ok(Self {
            amount: currency::chargeable(amount)?.to_string(),
            currency: amount.currency().code().to_ascii_lowercase(),
            payment,
            description: payment.description.chars().take(METADATA_CHARS_MAX).collect(),
        })
    }

    fn fields(&self) -> Vec<(&str, &str)> {
        let mut fields = vec![
            ("amount", self.amount.as_str()),
            ("currency", self.currency.as_str()),
            ("payment_method_types[]", "card"),
            // Not "automatic_async", the default: with it the fee is not known when the card has been charged.
            ("capture_method", "automatic"),
            ("metadata[payment]", self.payment.id.as_str()),
            ("metadata[reference]", self.payment.reference.as_str()),
            ("metadata[invoice]", self.payment.invoice_number.as_str()),
        ];
        if !self.description.is_empty() {
            fields.push(("description", self.description.as_str()));
        }
        fields.push(EXPAND);
        fields
    }
}
