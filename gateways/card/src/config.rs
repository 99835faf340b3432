//! The configuration as staff saved it: every wrong field at once, or a [`Config`] to work with.

use tollgate_sdk::{ConfigError, ConfigReport, Error, FieldErrors, Instance, Settings, Text};

use crate::api::{Api, SECRET_KEY};
use crate::wire::is_id;

/// Stripe's API.
const API: &str = "https://api.stripe.com";
/// Stripe.js of the release that belongs to the pinned version of the API.
const STRIPE_JS: &str = "https://js.stripe.com/clover/stripe.js";
/// Where a trial serves its stand-in for Stripe.js.
const TEST_STRIPE_JS: &str = "/v3/";
/// Stripe's publishable keys have about 110 characters.
const KEY_BYTES_MAX: usize = 255;
/// The secret that webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "webhook-secret";
/// The secret that they are signed with next, or were until now.
pub const WEBHOOK_SECRET_NEXT: &str = "webhook-secret-next";

/// A configuration that can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config<'a> {
    pub publishable_key: &'a str,
    /// Stripe's id of the account that is paid.
    pub merchant: &'a str,
    /// True for real money.
    pub live: bool,
    /// Clients may keep a card for later payments.
    pub offers_saving: bool,
    /// Stripe is asked for its fee when a webhook says that a payment succeeded.
    pub asks_for_fee: bool,
    /// Address of a stand-in for Stripe, without a slash at its end.
    test_api: Option<&'a str>,
}

impl<'a> Config<'a> {
    /// # Errors
    /// [`Error::Rejected`] with the wrong fields: saved before a rule was added, or changed behind its back.
    pub fn read(instance: &'a Instance) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        Self::check(instance, &mut errors).ok_or_else(|| {
            let fields: Vec<_> = Vec::from(errors).into_iter().map(|error| error.field).collect();
            let fields = fields.join(", ");
            Error::rejected(format!("save the configuration of this gateway again, these fields are wrong: {fields}"))
        })
    }

    /// Reads every field, and notes each one that is wrong.
    pub fn check(instance: &'a Instance, errors: &mut FieldErrors) -> Option<Self> {
        let settings = instance.settings();
        let live = !instance.test_mode;
        let publishable_key = errors.keep("publishable-key", publishable_key(&settings, live));
        if !settings.is_set(SECRET_KEY) {
            errors.add(SECRET_KEY, Text::msg("error-secret-key-missing"));
        }
        let merchant = errors.keep("merchant", merchant(&settings));
        let test_api = errors.keep("test-api", test_api(&settings, live));
        if settings.is_set(WEBHOOK_SECRET_NEXT) && !settings.is_set(WEBHOOK_SECRET) {
            errors.add(WEBHOOK_SECRET, Text::msg("error-webhook-secret-first"));
        }
        if !errors.is_empty() {
            return None;
        }
        Some(Self {
            publishable_key: publishable_key?,
            merchant: merchant?,
            live,
            offers_saving: settings.flag("save-cards"),
            asks_for_fee: settings.flag("ask-fee"),
            test_api: test_api?,
        })
    }

    /// Where requests go.
    #[must_use]
    pub fn api(&self) -> Api<'a> {
        Api::new(self.test_api.unwrap_or(API))
    }

    /// Where the client's browser loads Stripe.js from.
    #[must_use]
    pub fn stripe_js(&self) -> String {
        self.test_api.map_or_else(|| STRIPE_JS.to_owned(), |base| format!("{base}{TEST_STRIPE_JS}"))
    }
}

/// Where requests go while other fields may still be wrong.
#[must_use]
pub fn api_of(instance: &Instance) -> Option<Api<'_>> {
    let test_api = test_api(&instance.settings(), !instance.test_mode).ok()?;
    Some(Api::new(test_api.unwrap_or(API)))
}

/// Looks at the values only.
///
/// # Errors
/// [`ConfigError::Fields`] with every wrong field.
pub fn check_values(instance: &Instance) -> Result<ConfigReport, ConfigError> {
    let mut errors = FieldErrors::default();
    let config = Config::check(instance, &mut errors);
    errors.into_result().map_err(ConfigError::Fields)?;
    let mut notes = Vec::new();
    if let Some(Config { test_api: Some(address), .. }) = config {
        notes.push(Text::msg("note-test-api").arg("address", address));
    }
    if !instance.settings().is_set(WEBHOOK_SECRET) {
        notes.push(Text::msg("note-no-webhook"));
    }
    Ok(ConfigReport { currencies: Vec::new(), notes })
}

fn publishable_key<'a>(settings: &Settings<'a>, live: bool) -> Result<&'a str, Text> {
    let key = settings.text("publishable-key");
    let (wanted, other) = if live { ("pk_live_", "pk_test_") } else { ("pk_test_", "pk_live_") };
    let plain = key.len() <= KEY_BYTES_MAX && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if key.is_empty() {
        Err(Text::msg("error-publishable-key-missing"))
    } else if key.starts_with("sk_") || key.starts_with("rk_") {
        Err(Text::msg("error-publishable-key-is-secret"))
    } else if key.starts_with(other) {
        Err(Text::msg(if live { "error-key-of-test" } else { "error-key-of-live" }))
    } else if !plain || !key.starts_with(wanted) || key == wanted {
        Err(Text::msg("error-publishable-key").arg("beginning", wanted))
    } else {
        Ok(key)
    }
}

fn merchant<'a>(settings: &Settings<'a>) -> Result<&'a str, Text> {
    match settings.text("merchant") {
        "" => Err(Text::msg("error-merchant-missing")),
        id if is_id("acct_", id) => Ok(id),
        _ => Err(Text::msg("error-merchant")),
    }
}

/// `http://127.0.0.1:8422`, in test mode only: whoever answers there says what was paid.
fn test_api<'a>(settings: &Settings<'a>, live: bool) -> Result<Option<&'a str>, Text> {
    let address = settings.text("test-api");
    let address = address.strip_suffix('/').unwrap_or(address);
    if address.is_empty() {
        return Ok(None);
    }
    if live {
        return Err(Text::msg("error-test-api-live"));
    }
    let hosts = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let rest = hosts.iter().find_map(|host| address.strip_prefix(host));
    let port = rest.and_then(|rest| rest.strip_prefix(':'));
    let is_port = port.is_some_and(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    if is_port { Ok(Some(address)) } else { Err(Text::msg("error-test-api")) }
}
