//! What staff configured: limits for each currency, and how many top-ups may be unpaid at once.

use tollgate_sdk::{Amount, ConfigError, Currency, Error, FieldErrors, Instance, MoneyError, Settings, Text};

use crate::manifest::OPEN_COUNTED_MAX;

/// A configuration without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    limits: Vec<Limits>,
    /// `None` for as many as the client likes.
    pub open_max: Option<usize>,
}

/// How much may be added in one currency: `minimum` ≤ `maximum` ≤ `ceiling`, all more than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub currency: Currency,
    pub minimum: Amount,
    pub maximum: Amount,
    /// What the balance may be after everything unpaid is paid.
    pub ceiling: Option<Amount>,
}

impl Config {
    /// # Errors
    /// Every wrong field by its key.
    pub fn read(settings: &Settings<'_>) -> Result<Self, ConfigError> {
        let mut errors = FieldErrors::default();
        let open_max = errors.keep(settings.key("open-max"), open_max(settings)).flatten();
        let entries = settings.group("limits");
        if entries.is_empty() {
            errors.add(settings.key("limits"), Text::msg("config-limits-empty"));
        }
        let mut limits: Vec<Limits> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for entry in &entries {
            let code = entry.text("currency");
            if !code.is_empty() && seen.contains(&code) {
                errors.add(entry.key("currency"), Text::msg("config-currency-twice").arg("currency", code));
            }
            seen.push(code);
            limits.extend(Limits::read(entry, &mut errors));
        }
        errors.into_result().map_err(ConfigError::Fields)?;
        Ok(Self { limits, open_max })
    }

    /// The configuration that was checked when it was saved.
    ///
    /// # Errors
    /// [`Error::Rejected`] where it is not what was checked: staff have to save it again.
    pub fn saved(instance: &Instance) -> Result<Self, Error> {
        Self::read(&instance.settings()).map_err(|refusal| match refusal {
            ConfigError::Failed(error) => error,
            ConfigError::Fields(errors) => {
                let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
                Error::rejected(format!("Add Funds has to be configured again: {}", fields.join(", ")))
            }
        })
    }

    /// The limits of a currency, `None` where it is not offered.
    #[must_use]
    pub fn limits(&self, currency: &str) -> Option<&Limits> {
        self.limits.iter().find(|limits| limits.currency.code() == currency)
    }
}

impl Limits {
    fn read(entry: &Settings<'_>, errors: &mut FieldErrors) -> Option<Self> {
        let currency = errors.keep(entry.key("currency"), currency(entry.text("currency")))?;
        let mut amount = |key| errors.keep(entry.key(key), positive(entry.text(key), currency));
        let (minimum, maximum) = (amount("minimum"), amount("maximum"));
        let ceiling = if entry.is_set("ceiling") { Some(amount("ceiling")) } else { None };
        let (minimum, maximum) = (minimum?, maximum?);
        if maximum.minor() < minimum.minor() {
            errors.add(entry.key("maximum"), Text::msg("config-maximum-below-minimum"));
            return None;
        }
        let ceiling = match ceiling {
            Some(ceiling) => Some(ceiling?),
            None => None,
        };
        if ceiling.is_some_and(|ceiling| ceiling.minor() < maximum.minor()) {
            errors.add(entry.key("ceiling"), Text::msg("config-ceiling-below-maximum"));
            return None;
        }
        Some(Self { currency, minimum, maximum, ceiling })
    }
}

/// One where staff said nothing: two unpaid top-ups are nearly always one that was forgotten.
fn open_max(settings: &Settings<'_>) -> Result<Option<usize>, Text> {
    if !settings.is_set("open-max") {
        return Ok(Some(1));
    }
    let count = settings.whole("open-max").filter(|count| (0..=OPEN_COUNTED_MAX).contains(count));
    let count = count.and_then(|count| usize::try_from(count).ok());
    match count.ok_or_else(|| Text::msg("config-open-max-wrong").arg("most", OPEN_COUNTED_MAX))? {
        0 => Ok(None),
        count => Ok(Some(count)),
    }
}

fn currency(code: &str) -> Result<Currency, Text> {
    if code.is_empty() {
        return Err(Text::msg("config-currency-empty"));
    }
    Currency::from_code(code).map_err(|_| Text::msg("config-currency-unknown"))
}

fn positive(text: &str, currency: Currency) -> Result<Amount, Text> {
    let amount = Amount::parse(text, currency).map_err(|error| amount_error(&error, currency))?;
    if amount.minor() == 0 { Err(Text::msg("amount-zero")) } else { Ok(amount) }
}

/// What is wrong with an amount that a person typed, in the module's words.
pub fn amount_error(error: &MoneyError, currency: Currency) -> Text {
    let id = match error {
        MoneyError::Empty => "amount-empty",
        MoneyError::Negative => "amount-negative",
        MoneyError::TooPrecise { .. } if currency.exponent() == 0 => "amount-no-decimals",
        MoneyError::TooPrecise { .. } => "amount-too-precise",
        MoneyError::TooLarge => "amount-too-large",
        MoneyError::NotANumber | MoneyError::CurrencyMismatch { .. } | MoneyError::UnknownCurrency(_) => {
            "amount-not-a-number"
        }
    };
    let example = if currency.exponent() == 0 { "1000" } else { "1000.50" };
    Text::msg(id).arg("currency", currency).arg("decimals", currency.exponent()).arg("example", example)
}
