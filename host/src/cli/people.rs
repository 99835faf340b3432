//! `tollgate client add`, and what is typed of any person.

use std::path::Path;

use anyhow::anyhow;
use clap::Args;
use tollgate_billing::money::Currency;
use tollgate_billing::people::NewClient;
use tollgate_billing::ports::{People, StoreError};

use super::password;
use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, open_store};

#[derive(Debug, Args)]
pub struct AddClient {
    /// E-mail address, which is the login too
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
    /// Full name
    #[arg(long, value_parser = short)]
    name: String,
    /// What the client is billed in, such as EUR
    #[arg(long, value_name = "CODE")]
    currency: Currency,
    /// Company; none for a private person
    #[arg(long, default_value = "", value_parser = short, hide_default_value = true)]
    company: String,
    /// A line of the address. May be given several times
    #[arg(long, value_name = "LINE", value_parser = short)]
    address: Vec<String>,
    /// Country: two capital letters, such as DE
    #[arg(long, default_value = "", value_parser = country, hide_default_value = true)]
    country: String,
    /// VAT or tax number
    #[arg(long, default_value = "", value_parser = short, hide_default_value = true)]
    tax_id: String,
    /// Language of pages and invoices, such as en or ja
    #[arg(long, default_value = "en", value_parser = locale)]
    locale: String,
    #[command(flatten)]
    password: password::Source,
}

impl AddClient {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let new = NewClient {
            email: self.email.clone(),
            name: self.name.clone(),
            company: self.company.clone(),
            address: self.address.clone(),
            country: self.country.clone(),
            tax_id: self.tax_id.clone(),
            currency: self.currency,
            locale: self.locale.clone(),
            password_hash: self.password.hash(&self.email)?,
        };
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let id = store.create_client(new, clock.now()).await.map_err(|error| taken(error, &self.email))?;
            say!("client {id}: {}", self.email);
            Ok(())
        })
    }
}

pub(super) fn taken(error: StoreError, email: &str) -> anyhow::Error {
    match error {
        StoreError::Exists(_) => anyhow!("there is somebody with the address {email} already; nothing was changed"),
        other => other.into(),
    }
}

/// Longest text of one field: what still fits a line of an invoice.
const CHARS_MAX: usize = 200;
/// As the mail standards bound an address.
const EMAIL_BYTES_MAX: usize = 254;

pub(super) fn short(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().count() > CHARS_MAX {
        return Err(format!("has more than {CHARS_MAX} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("has a line break or another control character".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn email(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (name, domain) = text.rsplit_once('@').unwrap_or_default();
    let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | '"'));
    let fits = !name.is_empty() && domain.len() > 1 && !domain.starts_with('.') && !domain.ends_with('.');
    if plain && fits && text.len() <= EMAIL_BYTES_MAX {
        Ok(text.to_owned())
    } else {
        Err("is not an e-mail address such as client@example.com".to_owned())
    }
}

fn country(text: &str) -> Result<String, String> {
    let fits = text.is_empty() || (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
    if fits { Ok(text.to_owned()) } else { Err("is not a country's two capital letters, such as DE".to_owned()) }
}

fn locale(text: &str) -> Result<String, String> {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = text.split('-').next().is_some_and(|first| (2..=3).contains(&first.len()));
    if language && text.split('-').all(part) && text.len() <= 35 {
        Ok(text.to_owned())
    } else {
        Err("is not a language tag such as en, ja or zh-Hans".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(parse: fn(&str) -> Result<String, String>, table: &[(&str, bool)]) {
        for (text, fits) in table {
            assert_eq!(parse(text).is_ok(), *fits, "{text:?}");
        }
    }

    #[test]
    fn addresses_are_refused_where_no_mail_could_arrive() {
        let long = format!("{}@example.com", "a".repeat(250));
        let table = [
            ("client@example.com", true),
            (" client+x@example.co.jp ", true),
            ("a@localhost", true),
            ("", false),
            ("client", false),
            ("@example.com", false),
            ("client@", false),
            ("client@.com", false),
            ("a b@example.com", false),
            ("Name <a@example.com>", false),
            ("a@example.com\nBcc: b@example.com", false),
            (long.as_str(), false),
        ];
        verdicts(email, &table);
    }

    #[test]
    fn countries_and_languages_are_codes() {
        verdicts(country, &[("DE", true), ("", true), ("de", false), ("Germany", false), ("D1", false)]);
        let table = [
            ("en", true),
            ("zh-Hans", true),
            ("de-CH", true),
            ("", false),
            ("e", false),
            ("en_US", false),
            ("-", false),
        ];
        verdicts(locale, &table);
    }

    #[test]
    fn fields_are_one_line() {
        verdicts(short, &[("A. Client", true), ("東京", true), ("a\nb", false)]);
        assert!(short(&"x".repeat(CHARS_MAX + 1)).is_err());
    }
}
