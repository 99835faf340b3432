//! A purchase unit: what is bought, for how much, and whether its parts add up.

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

impl Unit {
    /// # Errors
    /// 400 or 422, as the contract says for the field.
    pub fn read(mut unit: Fields, account: &Account) -> Result<Self, Refusal> {
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
        let read = Self {
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
