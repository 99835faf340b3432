//! One bank account of the configuration: read once, whole or not at all.

use tollgate_sdk::{Currency, FieldErrors, Settings, Text};

use crate::address::{Address, is_country_code};
use crate::bic::Bic;
use crate::countries::{Area, bic_needed};
use crate::details::{self, Detail};
use crate::faults;
use crate::iban::Iban;
use crate::reference::{Reference, ReferenceFault};
use crate::swiss;

/// Staff may add this many accounts, one for each currency.
pub const ACCOUNTS_MAX: u32 = 20;

/// The longest name that a SEPA transfer and a Swiss bill carry.
pub const HOLDER_CHARS_MAX: usize = 70;
pub const BANK_CHARS_MAX: usize = 70;
/// What one row of a slip holds.
const ROW_BYTES_MAX: usize = 500;

/// Which codes the payer can scan, as staff chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeChoice {
    /// Every code that there is for the account.
    Automatic,
    Epc,
    Swiss,
    Nothing,
}

/// An account that can be paid into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account<'a> {
    pub currency: Currency,
    pub holder: &'a str,
    pub address: Address<'a>,
    pub iban: Option<Iban>,
    pub bic: Option<Bic>,
    pub bank: &'a str,
    pub details: Vec<Detail<'a>>,
    pub codes: CodeChoice,
}

/// Why a payment cannot be made to any account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAccount {
    /// None is in the payment's currency.
    Missing,
    /// The one that is cannot be used.
    Wrong(FieldErrors),
}

impl<'a> Account<'a> {
    /// Reads one entry of the group `accounts`. Adds to `errors` everything that is wrong; then there is no account.
    pub fn read(settings: &Settings<'a>, errors: &mut FieldErrors) -> Option<Self> {
        let mut entry = Entry { settings, errors };
        let currency = entry.keep("currency", currency);
        let holder = entry.keep("holder", holder);
        let bank = entry.keep("bank", |text| short(text, BANK_CHARS_MAX));
        let iban = entry.keep("iban", optional(|text| Iban::parse(text).map_err(|fault| faults::iban(&fault))));
        let bic = entry.keep("bic", optional(|text| Bic::parse(text).map_err(|fault| faults::bic(&fault))));
        let details = entry.keep("details", |text| details::read(text).map_err(|fault| faults::details(&fault)));
        let codes = entry.keep("codes", code_choice);
        let address = address(&mut entry);
        let account = Self {
            currency: currency?,
            holder: holder?,
            address: address?,
            iban: iban?,
            bic: bic?,
            bank: bank?,
            details: details?,
            codes: codes?,
        };
        account.fits_together(settings, errors).then_some(account)
    }

    /// The account for payments in `currency`; an ISO 4217 code.
    ///
    /// # Errors
    /// [`NoAccount`]
    pub fn for_currency(settings: &Settings<'a>, currency: &str) -> Result<Self, NoAccount> {
        let entries = settings.group("accounts");
        let entry = entries.iter().find(|entry| entry.text("currency") == currency).ok_or(NoAccount::Missing)?;
        let mut errors = FieldErrors::default();
        Self::read(entry, &mut errors).ok_or(NoAccount::Wrong(errors))
    }

    /// A payment's reference in the form that payers to this account can use.
    ///
    /// # Errors
    /// [`ReferenceFault`]
    pub fn reference(&self, text: &str) -> Result<Reference, ReferenceFault> {
        match &self.iban {
            Some(iban) if iban.is_qr_iban() => Reference::qr(text),
            Some(_) => Reference::creditor(text),
            None => Reference::plain(text),
        }
    }

    /// The account number, where the EPC's code is to be shown.
    #[must_use]
    pub fn epc_iban(&self) -> Option<&Iban> {
        let has_code = |iban: &&Iban| self.is_in("EUR") && iban.country().area != Area::World && !iban.is_qr_iban();
        let wanted = matches!(self.codes, CodeChoice::Automatic | CodeChoice::Epc);
        self.iban.as_ref().filter(has_code).filter(|_| wanted)
    }

    /// The account number, where the Swiss code is to be shown.
    #[must_use]
    pub fn swiss_iban(&self) -> Option<&Iban> {
        let has_code = |iban: &&Iban| swiss::has_code_for(iban, self.currency.code());
        let wanted = matches!(self.codes, CodeChoice::Automatic | CodeChoice::Swiss);
        self.iban.as_ref().filter(has_code).filter(|_| wanted)
    }

    fn is_in(&self, currency: &str) -> bool {
        self.currency.code() == currency
    }

    /// What only several fields together can get wrong.
    fn fits_together(&self, settings: &Settings<'_>, errors: &mut FieldErrors) -> bool {
        let mut fits = true;
        let mut refuse = |key: &str, message: Text| {
            errors.add(settings.key(key), message);
            fits = false;
        };
        match (&self.iban, &self.bic) {
            (None, _) if self.details.is_empty() => refuse("iban", Text::msg("error-iban-or-details")),
            (Some(iban), None) if bic_needed(iban.country(), self.currency.code()) => {
                refuse("bic", faults::bic_missing(iban.country().code, self.currency));
            }
            (Some(iban), Some(bic)) if !bic.belongs_to(iban.country()) => {
                refuse("bic", faults::bic_elsewhere(bic.country_code(), iban.country().code));
            }
            _ => {}
        }
        match self.codes {
            CodeChoice::Epc if self.epc_iban().is_none() => refuse("codes", Text::msg("error-codes-epc")),
            CodeChoice::Swiss if self.swiss_iban().is_none() => refuse("codes", Text::msg("error-codes-swiss")),
            _ => {}
        }
        fits
    }
}

/// An entry of the group while it is read.
struct Entry<'s, 'a, 'e> {
    settings: &'s Settings<'a>,
    errors: &'e mut FieldErrors,
}

impl<'a> Entry<'_, 'a, '_> {
    /// What `read` makes of a field's text, or notes beside the field what is wrong with it.
    fn keep<T>(&mut self, key: &str, read: impl FnOnce(&'a str) -> Result<T, Text>) -> Option<T> {
        read(self.settings.text(key)).map_err(|message| self.refuse(key, message)).ok()
    }

    fn refuse(&mut self, key: &str, message: Text) {
        self.errors.add(self.settings.key(key), message);
    }
}

/// The address is optional but for the Swiss code, and every part of it but the country is free text.
fn address<'a>(entry: &mut Entry<'_, 'a, '_>) -> Option<Address<'a>> {
    let street = entry.keep("street", |text| short(text, swiss::STREET_CHARS_MAX));
    let house_number = entry.keep("house-number", |text| short(text, swiss::HOUSE_NUMBER_CHARS_MAX));
    let postcode = entry.keep("postcode", |text| short(text, swiss::POSTCODE_CHARS_MAX));
    let town = entry.keep("town", |text| short(text, swiss::TOWN_CHARS_MAX));
    let country = entry.keep("country", country);
    let address =
        Address { street: street?, house_number: house_number?, postcode: postcode?, town: town?, country: country? };
    if address.printed().len() > ROW_BYTES_MAX {
        entry.refuse("street", Text::msg("error-address-long"));
        return None;
    }
    Some(address)
}

fn country(code: &str) -> Result<&str, Text> {
    if code.is_empty() || is_country_code(code) { Ok(code) } else { Err(Text::msg("error-country")) }
}

/// `None` where nothing is written, else what `parse` makes of it.
fn optional<'a, T>(parse: impl FnOnce(&'a str) -> Result<T, Text>) -> impl FnOnce(&'a str) -> Result<Option<T>, Text> {
    |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn currency(code: &str) -> Result<Currency, Text> {
    if code.is_empty() {
        return Err(Text::msg("error-currency-missing"));
    }
    Currency::from_code(code).map_err(|_| Text::msg("error-currency-unknown"))
}

fn holder(text: &str) -> Result<&str, Text> {
    if text.is_empty() { Err(Text::msg("error-holder-missing")) } else { short(text, HOLDER_CHARS_MAX) }
}

/// One line of at most `chars_max` characters.
fn short(text: &str, chars_max: usize) -> Result<&str, Text> {
    if text.contains(char::is_control) {
        return Err(Text::msg("error-one-line"));
    }
    if text.chars().count() > chars_max { Err(faults::too_long(chars_max)) } else { Ok(text) }
}

fn code_choice(text: &str) -> Result<CodeChoice, Text> {
    match text {
        "" | "automatic" => Ok(CodeChoice::Automatic),
        "epc" => Ok(CodeChoice::Epc),
        "swiss" => Ok(CodeChoice::Swiss),
        "none" => Ok(CodeChoice::Nothing),
        _ => Err(Text::msg("error-codes-unknown")),
    }
}
