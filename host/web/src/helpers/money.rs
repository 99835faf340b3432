//! `{{money amount}}`: an amount as the reader's language writes it.

use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};
use serde_json::Value;
use tollgate_billing::money::{Currency, Money};

use super::text_of;
use crate::engine::scope::{current, refuse};
use crate::format;

pub struct MoneyText;

impl HelperDef for MoneyText {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let first = helper.param(0).map_or(&Value::Null, |param| param.value());
        if first.is_null() {
            return Ok(ScopedJson::Derived(Value::String(String::new())));
        }
        let (minor, currency) = match first {
            Value::Object(amount) => (amount.get("minor"), amount.get("currency").map(text_of)),
            _ => (Some(first), super::text_param(helper, 1, "currency")),
        };
        let money = money(minor, currency).ok_or_else(|| refuse("“money” needs whole minor units and a currency"))?;
        let signed = helper.hash_get("sign").is_some_and(|sign| sign.value() == &Value::Bool(true));
        let words = &current()?.words;
        let text = if signed { format::signed_money(words, money) } else { format::money(words, money) };
        Ok(ScopedJson::Derived(Value::String(text)))
    }
}

fn money(minor: Option<&Value>, currency: Option<String>) -> Option<Money> {
    let currency = Currency::from_code(&currency?).ok()?;
    Money::new(minor?.as_i64()?, currency).ok()
}
