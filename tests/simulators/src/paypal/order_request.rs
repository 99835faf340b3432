//! What a merchant asks for with `POST /v2/checkout/orders`.

use serde_json::Value;

use super::Account;
use super::fields::Fields;
use super::money::Money;
use super::refusal::{Contract, Detail, Refusal};

/// What is bought. PayPal takes ten of them; the simulator takes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub reference_id: String,
    pub amount: Money,
    pub breakdown: Option<Value>,
    pub items: Option<Value>,
    pub description: Option<String>,
    pub custom_id: Option<String>,
    pub invoice_id: Option<String>,
    pub soft_descriptor: Option<String>,
}

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
        let unit = units.next().map(|unit| read_unit(unit, account)).transpose()?;
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

fn read_unit(mut unit: Fields, account: &Account) -> Result<Unit, Refusal> {
    let (amount, breakdown) = read_amount(&mut unit)?;
    let items = unit.objects("items", 0, 1000)?;
    let items = items.map(|items| read_items(items, amount, breakdown.as_ref())).transpose()?;
    if let Some(mut payee) = unit.object("payee")? {
        let merchant = payee.text("merchant_id", 13, 13)?;
        let email = payee.text("email_address", 3, 254)?;
        let ours =
            merchant.is_none_or(|id| id == account.merchant_id) && email.is_none_or(|email| email == account.email);
        if !ours {
            return Err(payee.impossible("PAYEE_ACCOUNT_INVALID", "merchant_id"));
        }
        payee.finish()?;
    }
    let read = Unit {
        reference_id: unit.text("reference_id", 1, 256)?.unwrap_or_else(|| "default".to_owned()),
        amount,
        breakdown,
        items,
        description: unit.text("description", 1, 127)?,
        custom_id: unit.text("custom_id", 1, 127)?,
        invoice_id: unit.text("invoice_id", 1, 127)?,
        soft_descriptor: unit.text("soft_descriptor", 1, 22)?,
    };
    unit.unsupported(&["payment_instruction", "shipping", "supplementary_data"])?;
    unit.finish()?;
    Ok(read)
}

fn read_amount(unit: &mut Fields) -> Result<(Money, Option<Value>), Refusal> {
    let object = unit.object("amount")?;
    let mut object = unit.required("amount", object)?;
    let amount = object.amount()?;
    if amount.minor == 0 {
        return Err(object.impossible("CANNOT_BE_ZERO_OR_NEGATIVE", "value"));
    }
    let breakdown = object.object("breakdown")?.map(|breakdown| read_breakdown(breakdown, amount)).transpose()?;
    object.finish()?;
    Ok((amount, breakdown))
}

fn read_breakdown(mut breakdown: Fields, amount: Money) -> Result<Value, Refusal> {
    let mut total = 0_i128;
    let parts = ["item_total", "tax_total", "shipping", "handling", "insurance", "shipping_discount", "discount"];
    for part in parts {
        let Some(money) = breakdown.money(part)? else { continue };
        same_currency(&breakdown, part, money, amount)?;
        total += if part.ends_with("discount") { -i128::from(money.minor) } else { i128::from(money.minor) };
    }
    if total != i128::from(amount.minor) {
        let pointer = breakdown.pointer("item_total");
        return Err(Refusal::unprocessable(Contract::CreateOrder, &Detail::at("AMOUNT_MISMATCH", &pointer)));
    }
    let raw = breakdown.raw();
    breakdown.finish()?;
    Ok(raw)
}

fn read_items(items: Vec<Fields>, amount: Money, breakdown: Option<&Value>) -> Result<Value, Refusal> {
    let mut total = 0_i128;
    let mut raw = Vec::new();
    for mut item in items {
        let name = item.text("name", 1, 127)?;
        item.required("name", name)?;
        let quantity = item.text("quantity", 1, 10)?;
        let quantity = item.required("quantity", quantity)?;
        let count = quantity.parse::<u64>().ok().filter(|count| *count > 0 && !quantity.starts_with(['0', '+']));
        let count = count.ok_or_else(|| item.wrong("INVALID_PARAMETER_SYNTAX", "quantity"))?;
        let each = item.money("unit_amount")?;
        let each = item.required("unit_amount", each)?;
        same_currency(&item, "unit_amount", each, amount)?;
        total += i128::from(each.minor) * i128::from(count);
        item.text("description", 0, 127)?;
        item.text("sku", 0, 127)?;
        item.choice("category", &["DIGITAL_GOODS", "PHYSICAL_GOODS", "DONATION"])?;
        item.unsupported(&["tax"])?;
        raw.push(item.raw());
        item.finish()?;
    }
    let told = breakdown.and_then(|breakdown| breakdown.get("item_total")?.get("value")?.as_str());
    let told = told.and_then(|value| Money::read(amount.currency.code, value).ok());
    let issue = match told {
        _ if raw.is_empty() => None,
        None => Some("ITEM_TOTAL_REQUIRED"),
        Some(told) if i128::from(told.minor) != total => Some("ITEM_TOTAL_MISMATCH"),
        Some(_) => None,
    };
    match issue {
        Some(issue) => {
            let pointer = "/purchase_units/0/amount/breakdown/item_total";
            Err(Refusal::unprocessable(Contract::CreateOrder, &Detail::at(issue, pointer)))
        }
        None => Ok(Value::Array(raw)),
    }
}

fn same_currency(fields: &Fields, name: &str, money: Money, amount: Money) -> Result<(), Refusal> {
    if money.currency == amount.currency {
        return Ok(());
    }
    Err(fields.impossible("MULTI_CURRENCY_ORDER", &format!("{name}/currency_code")))
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
    context.unsupported(&["stored_payment_source"])?;
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
