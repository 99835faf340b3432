//! What a merchant asks for with `POST /v2/checkout/orders`.

use serde_json::Value;

use super::Account;
use super::fields::Fields;
use super::purchase::Unit;
use super::refusal::{Contract, Refusal};

/// What the buyer sees, and where the buyer is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Experience {
    pub brand_name: Option<String>,
    pub locale: Option<String>,
    pub return_url: Option<String>,
    pub cancel_url: Option<String>,
    /// The button says "Pay now"; else "Continue".
    pub pay_now: bool,
    /// No payment that comes later.
    pub immediate_only: bool,
}

/// A well-written order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRequest {
    pub unit: Unit,
    pub experience: Experience,
    /// A `payment_source` was given, so that the buyer has to act and a request id is demanded.
    pub names_source: bool,
}

const SOURCES: [&str; 17] = [
    "card",
    "token",
    "bancontact",
    "blik",
    "eps",
    "giropay",
    "ideal",
    "mybank",
    "p24",
    "sofort",
    "trustly",
    "apple_pay",
    "google_pay",
    "venmo",
    "pay_upon_invoice",
    "bank",
    "multibanco",
];

impl OrderRequest {
    /// # Errors
    /// 400 or 422, as the contract says for the field.
    pub fn read(body: &Value, account: &Account) -> Result<Self, Refusal> {
        let mut order = Fields::body(Contract::CreateOrder, body)?;
        let intent = order.choice("intent", &["CAPTURE", "AUTHORIZE"])?;
        if order.required("intent", intent)? == "AUTHORIZE" {
            return Err(order.impossible("AUTH_CAPTURE_NOT_ENABLED", "intent"));
        }
        let units = order.objects("purchase_units", 1, 10)?;
        let mut units = order.required("purchase_units", units)?.into_iter();
        let unit = units.next().map(|unit| Unit::read(unit, account)).transpose()?;
        let unit = order.required("purchase_units", unit)?;
        if units.next().is_some() {
            return Err(order.wrong("NOT_SUPPORTED", "purchase_units/1"));
        }
        if let Some(payer) = order.object("payer")? {
            read_person(payer)?;
        }
        let old = order.object("application_context")?.map(|old| read_context(old, Dialect::Old)).transpose()?;
        let source = order.object("payment_source")?;
        let names_source = source.is_some();
        let new = source.map(read_source).transpose()?;
        order.unsupported(&["processing_instruction"])?;
        order.finish()?;
        Ok(Self { unit, experience: new.flatten().or(old).unwrap_or_default(), names_source })
    }
}

fn read_person(mut person: Fields) -> Result<(), Refusal> {
    person.text("email_address", 3, 254)?;
    if let Some(mut name) = person.object("name")? {
        name.text("given_name", 0, 140)?;
        name.text("surname", 0, 140)?;
        name.finish()?;
    }
    person.unsupported(&["payer_id", "phone", "birth_date", "tax_info", "address"])?;
    person.finish()
}

/// `None` for a PayPal source without a context.
fn read_source(mut source: Fields) -> Result<Option<Experience>, Refusal> {
    source.unsupported(&SOURCES)?;
    let wallet = source.object("paypal")?;
    let mut wallet = source.required("paypal", wallet)?;
    source.finish()?;
    wallet.text("email_address", 3, 254)?;
    let experience = wallet.object("experience_context")?.map(|new| read_context(new, Dialect::New)).transpose()?;
    let others =
        ["vault_id", "name", "phone", "birth_date", "tax_info", "address", "attributes", "billing_agreement_id"];
    wallet.unsupported(&others)?;
    wallet.finish()?;
    Ok(experience)
}

/// The context of a PayPal source (new), or of the whole order (old): they differ in some names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    New,
    Old,
}

fn read_context(mut context: Fields, dialect: Dialect) -> Result<Experience, Refusal> {
    let locale = context.text("locale", 2, 10)?;
    if locale.as_deref().is_some_and(|locale| !is_language(locale)) {
        return Err(context.wrong("INVALID_PARAMETER_SYNTAX", "locale"));
    }
    context.choice("shipping_preference", &["GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"])?;
    if dialect == Dialect::New {
        // Not in the published description, but PayPal's own clients send it with every order.
        context.choice("contact_preference", &["NO_CONTACT_INFO", "RETAIN_CONTACT_INFO", "UPDATE_CONTACT_INFO"])?;
    }
    let landing = if dialect == Dialect::Old { "BILLING" } else { "GUEST_CHECKOUT" };
    context.choice("landing_page", &["LOGIN", landing, "NO_PREFERENCE"])?;
    let preferred = read_preference(&mut context, dialect)?;
    let read = Experience {
        brand_name: context.text("brand_name", 1, 127)?,
        locale,
        return_url: context.url("return_url")?,
        cancel_url: context.url("cancel_url")?,
        pay_now: context.choice("user_action", &["CONTINUE", "PAY_NOW"])? == Some("PAY_NOW"),
        immediate_only: preferred == Some("IMMEDIATE_PAYMENT_REQUIRED"),
    };
    context.unsupported(&["stored_payment_source", "app_switch_context", "order_update_callback_config"])?;
    context.finish()?;
    Ok(read)
}

fn read_preference(context: &mut Fields, dialect: Dialect) -> Result<Option<&'static str>, Refusal> {
    let preferences = ["UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"];
    if dialect == Dialect::New {
        return context.choice("payment_method_preference", &preferences);
    }
    let Some(mut method) = context.object("payment_method")? else { return Ok(None) };
    let preferred = method.choice("payee_preferred", &preferences)?;
    method.finish()?;
    Ok(preferred)
}

/// `de`, `de-DE`, `zh-Hant-TW`: `^[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$` in the contract.
fn is_language(tag: &str) -> bool {
    if !tag.is_ascii() {
        return false;
    }
    let mut parts = tag.split('-');
    let is = |part: &str, test: fn(&u8) -> bool| part.as_bytes().iter().all(test);
    let language = parts.next().is_some_and(|part| part.len() == 2 && is(part, u8::is_ascii_lowercase));
    let rest: Vec<&str> = parts.collect();
    let script = |part: &str| {
        part.len() == 4 && is(&part[..1], u8::is_ascii_uppercase) && is(&part[1..], u8::is_ascii_lowercase)
    };
    let region = |part: &str| {
        (part.len() == 2 && is(part, u8::is_ascii_uppercase)) || (part.len() == 3 && is(part, u8::is_ascii_digit))
    };
    let fits = match rest.as_slice() {
        [] => true,
        [one] => script(one) || region(one),
        [one, two] => script(one) && region(two),
        _ => false,
    };
    language && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_written_as_the_contract_writes_them() {
        for tag in ["de", "de-DE", "zh-Hant-TW", "es-419"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["de_DE", "DE", "de-de", "deu", "", "de-", "de-DE-AT", "é-DE", "de-aé1"] {
            assert!(!is_language(tag), "{tag}");
        }
    }
}
