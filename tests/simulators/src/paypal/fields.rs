//! Reads a JSON body strictly: each field is asked for by name and type, and whatever was not asked for is refused.

use serde_json::{Map, Value};

use super::money::{Money, MoneyFault};
use super::refusal::{Contract, Detail, Refusal};

const SYNTAX: &str = "INVALID_PARAMETER_SYNTAX";

/// One JSON object that is being read.
#[derive(Debug)]
pub struct Fields<'a> {
    contract: Contract,
    map: &'a Map<String, Value>,
    /// JSON pointer of the object itself; empty for the body.
    path: String,
    taken: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The body, which must be an object.
    ///
    /// # Errors
    /// 400 where it is something else.
    pub fn body(contract: Contract, value: &'a Value) -> Result<Self, Refusal> {
        Self::object_at(contract, value, String::new())
    }

    fn object_at(contract: Contract, value: &'a Value, path: String) -> Result<Self, Refusal> {
        let map = value.as_object().ok_or_else(|| Refusal::invalid(contract, &Detail::at(SYNTAX, &path)))?;
        Ok(Self { contract, map, path, taken: Vec::new() })
    }

    /// Where a field is, for a refusal.
    #[must_use]
    pub fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    /// 400 about a field.
    #[must_use]
    pub fn wrong(&self, issue: &str, name: &str) -> Refusal {
        Refusal::invalid(self.contract, &Detail::at(issue, &self.pointer(name)))
    }

    /// 422 about a field.
    #[must_use]
    pub fn impossible(&self, issue: &str, name: &str) -> Refusal {
        Refusal::unprocessable(self.contract, &Detail::at(issue, &self.pointer(name)))
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.taken.push(name);
        self.map.get(name)
    }

    /// For a field that the contract demands.
    ///
    /// # Errors
    /// 400 where it is absent.
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Refusal> {
        value.ok_or_else(|| self.wrong("MISSING_REQUIRED_PARAMETER", name))
    }

    /// # Errors
    /// 400 where it is no text, or its characters are fewer or more.
    pub fn text(&mut self, name: &'static str, min: usize, max: usize) -> Result<Option<String>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong(SYNTAX, name))?;
        if !(min..=max).contains(&text.chars().count()) {
            return Err(self.wrong("INVALID_STRING_LENGTH", name));
        }
        Ok(Some(text.to_owned()))
    }

    /// # Errors
    /// 400 where it is none of these.
    pub fn choice(&mut self, name: &'static str, choices: &[&'static str]) -> Result<Option<&'static str>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong(SYNTAX, name))?;
        let chosen = choices.iter().find(|choice| **choice == text).copied();
        chosen.map(Some).ok_or_else(|| self.wrong("INVALID_PARAMETER_VALUE", name))
    }

    /// # Errors
    /// 400 where it is no address of http or https.
    pub fn url(&mut self, name: &'static str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(name, 1, 4000)? else { return Ok(None) };
        match url::Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(text)),
            _ => Err(self.wrong(SYNTAX, name)),
        }
    }

    /// # Errors
    /// 400 where it is no object.
    pub fn object(&mut self, name: &'static str) -> Result<Option<Fields<'a>>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        Self::object_at(self.contract, value, self.pointer(name)).map(Some)
    }

    /// # Errors
    /// 400 where it is no list of objects, or has fewer or more.
    pub fn objects(&mut self, name: &'static str, min: usize, max: usize) -> Result<Option<Vec<Fields<'a>>>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| self.wrong(SYNTAX, name))?;
        if list.len() < min {
            return Err(self.wrong("INVALID_ARRAY_MIN_ITEMS", name));
        }
        if list.len() > max {
            return Err(self.wrong("INVALID_ARRAY_MAX_ITEMS", name));
        }
        let path = self.pointer(name);
        let at = |(index, value)| Self::object_at(self.contract, value, format!("{path}/{index}"));
        list.iter().enumerate().map(at).collect::<Result<_, _>>().map(Some)
    }

    /// An amount object of its own: `{"currency_code", "value"}`.
    ///
    /// # Errors
    /// 400 where it is not written as an amount, 422 where PayPal does not take it. Zero is taken.
    pub fn money(&mut self, name: &'static str) -> Result<Option<Money>, Refusal> {
        let Some(mut amount) = self.object(name)? else { return Ok(None) };
        let money = amount.amount()?;
        amount.finish()?;
        Ok(Some(money))
    }

    /// The two fields of an amount, where the object has others beside them.
    ///
    /// # Errors
    /// As [`Fields::money`].
    pub fn amount(&mut self) -> Result<Money, Refusal> {
        let code = self.text("currency_code", 3, 3)?;
        let code = self.required("currency_code", code)?;
        let value = self.text("value", 1, 32)?;
        let value = self.required("value", value)?;
        let refunding = self.contract == Contract::Refund;
        Money::read(&code, &value).map_err(|fault| match fault {
            MoneyFault::Syntax => self.wrong(SYNTAX, "value"),
            MoneyFault::Currency => self.impossible("INVALID_CURRENCY_CODE", "currency_code"),
            // The list of the orders API has one issue for both.
            MoneyFault::Decimals if refunding => self.impossible("DECIMALS_NOT_SUPPORTED", "value"),
            MoneyFault::Decimals | MoneyFault::Precision => self.impossible("DECIMAL_PRECISION", "value"),
            MoneyFault::Negative => self.impossible("CANNOT_BE_ZERO_OR_NEGATIVE", "value"),
            MoneyFault::TooMuch if refunding => self.impossible("REFUND_AMOUNT_EXCEEDED", "value"),
            MoneyFault::TooMuch => self.impossible("MAX_VALUE_EXCEEDED", "value"),
        })
    }

    /// Fields that PayPal has and this simulator has not.
    ///
    /// # Errors
    /// 400 where one of them is there.
    pub fn unsupported(&mut self, names: &[&'static str]) -> Result<(), Refusal> {
        match names.iter().find(|name| self.map.contains_key(**name)) {
            Some(name) => Err(self.wrong("NOT_SUPPORTED", name)),
            None => Ok(()),
        }
    }

    /// The whole object as it came.
    #[must_use]
    pub fn raw(&self) -> Value {
        Value::Object(self.map.clone())
    }

    /// Call it when everything has been asked for.
    ///
    /// # Errors
    /// 400 for a field that nobody asked for.
    pub fn finish(self) -> Result<(), Refusal> {
        match self.map.keys().find(|key| !self.taken.contains(&key.as_str())) {
            Some(stranger) => Err(self.wrong(SYNTAX, stranger)),
            None => Ok(()),
        }
    }
}
