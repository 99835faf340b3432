//! Looks at a configuration: every wrong field at once, and with "Test connection" whether PayPal takes it.

use tollgate_sdk::{ConfigDepth, ConfigError, ConfigReport, FieldErrors, Instance, Settings, Text};

use crate::api::{Api, short};
use crate::place::loopback_address;
use crate::setup;
use crate::value::{CURRENCIES, DOMESTIC};

pub const CLIENT_ID_CHARS_MAX: usize = 200;
pub const MERCHANT_CHARS: usize = 13;
pub const BRAND_CHARS_MAX: usize = 127;
pub const WEBHOOK_ID_CHARS_MAX: usize = 50;
pub const CURRENCIES_CHARS_MAX: usize = 200;
pub const TEST_API_CHARS_MAX: usize = 60;

/// Reads everything; with [`ConfigDepth::Connection`] asks PayPal for something that needs the credentials.
///
/// # Errors
/// [`ConfigError::Fields`] with every wrong field, [`ConfigError::Failed`] where PayPal refused or did not answer.
pub fn check(instance: &Instance, depth: ConfigDepth) -> Result<ConfigReport, ConfigError> {
    let settings = instance.settings();
    let mut errors = FieldErrors::default();
    check_client(&settings, &mut errors);
    check_merchant(&settings, &mut errors);
    check_texts(&settings, &mut errors);
    let currencies = currencies(&settings, &mut errors);
    errors.into_result().map_err(ConfigError::Fields)?;
    let mut notes = vec![mode(instance)];
    notes.push(Text::msg("note-currencies").arg("currencies", currencies.join(", ")));
    if depth == ConfigDepth::Connection {
        notes.extend(ask(instance)?);
    } else if !settings.is_set("webhook-id") {
        notes.push(Text::msg("note-no-webhook"));
    }
    Ok(ConfigReport { currencies: currencies.into_iter().map(str::to_owned).collect(), notes })
}

fn check_client(settings: &Settings<'_>, errors: &mut FieldErrors) {
    let client_id = settings.text("client-id");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if client_id.is_empty() {
        errors.add("client-id", Text::msg("error-missing"));
    } else if client_id.len() > CLIENT_ID_CHARS_MAX || !client_id.bytes().all(plain) {
        errors.add("client-id", Text::msg("error-client-id"));
    }
    if !settings.is_set("client-secret") {
        errors.add("client-secret", Text::msg("error-missing"));
    }
}

/// PayPal leaves the digits and letters out that are easily mixed up.
fn check_merchant(settings: &Settings<'_>, errors: &mut FieldErrors) {
    let merchant = settings.text("merchant");
    let clear = |byte: u8| matches!(byte, b'2'..=b'9' | b'A'..=b'H' | b'J'..=b'N' | b'P'..=b'Z');
    if merchant.is_empty() {
        errors.add("merchant", Text::msg("error-missing"));
    } else if merchant.len() != MERCHANT_CHARS || !merchant.bytes().all(clear) {
        errors.add("merchant", Text::msg("error-merchant"));
    }
}

fn check_texts(settings: &Settings<'_>, errors: &mut FieldErrors) {
    let brand = settings.text("brand-name");
    if brand.chars().count() > BRAND_CHARS_MAX {
        errors.add("brand-name", Text::msg("error-too-long").arg("max", BRAND_CHARS_MAX));
    } else if brand.chars().any(char::is_control) {
        errors.add("brand-name", Text::msg("error-one-line"));
    }
    let webhook = settings.text("webhook-id");
    if webhook.len() > WEBHOOK_ID_CHARS_MAX || !webhook.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        errors.add("webhook-id", Text::msg("error-webhook-id"));
    }
    let address = settings.text("test-api");
    if !address.is_empty() && (address.len() > TEST_API_CHARS_MAX || loopback_address(address).is_none()) {
        errors.add("test-api", Text::msg("error-test-api"));
    }
}

/// The ones that staff named, or all but those that are for accounts of one country.
fn currencies(settings: &Settings<'_>, errors: &mut FieldErrors) -> Vec<&'static str> {
    let known = CURRENCIES.map(|(code, _)| code);
    let named = settings.text("currencies");
    if named.is_empty() {
        return known.into_iter().filter(|code| !DOMESTIC.contains(code)).collect();
    }
    let mut chosen = Vec::new();
    for name in named.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|name| !name.is_empty()) {
        match known.into_iter().find(|code| code.eq_ignore_ascii_case(name)) {
            Some(code) if chosen.contains(&code) => {}
            Some(code) => chosen.push(code),
            None => errors.add("currencies", Text::msg("error-currency").arg("currency", short(name))),
        }
    }
    if chosen.is_empty() && errors.is_empty() {
        errors.add("currencies", Text::msg("error-currencies-none"));
    }
    chosen
}

fn mode(instance: &Instance) -> Text {
    let address = instance.settings().text("test-api");
    match (instance.test_mode, address) {
        (false, _) => Text::msg("note-live"),
        (true, "") => Text::msg("note-test"),
        (true, address) => Text::msg("note-loopback").arg("address", address),
    }
}

fn ask(instance: &Instance) -> Result<Vec<Text>, ConfigError> {
    let settings = instance.settings();
    let webhooks = setup::all(&Api::of(instance)?)?;
    let taken = Text::msg("note-connected").arg("merchant", settings.text("merchant"));
    let id = settings.text("webhook-id");
    let webhook = webhooks.iter().find(|webhook| webhook.id == id).filter(|_| !id.is_empty());
    let said = match webhook {
        Some(webhook) if setup::missing(webhook).is_empty() => {
            Text::msg("note-webhook").arg("url", short(&webhook.url))
        }
        Some(webhook) => Text::msg("note-webhook-part").arg("count", setup::missing(webhook).len()),
        None if id.is_empty() => Text::msg("note-no-webhook"),
        None => Text::msg("note-webhook-unknown"),
    };
    Ok(vec![taken, said])
}
