//! Looks at a configuration as a whole: every wrong field at once, or what staff should know of it.

use tollgate_sdk::{ConfigError, ConfigReport, FieldErrors, Settings, Text};

use crate::account::{ACCOUNTS_MAX, Account};
use crate::epc::{self, EpcFault, Transfer};
use crate::faults;
use crate::reference::{REFERENCE_CHARS_MAX, Reference};
use crate::swiss;
use crate::terms::Terms;

/// The host shows this many notes.
const NOTES_MAX: usize = 10;

/// Reads everything.
///
/// # Errors
/// [`ConfigError::Fields`] with every wrong field.
pub fn check(settings: &Settings<'_>) -> Result<ConfigReport, ConfigError> {
    let mut errors = FieldErrors::default();
    Terms::read(settings, &mut errors);
    let entries = settings.group("accounts");
    if entries.is_empty() {
        errors.add("accounts", Text::msg("error-accounts-none"));
    }
    if entries.len() > ACCOUNTS_MAX as usize {
        errors.add("accounts", Text::msg("error-accounts-many").arg("max", ACCOUNTS_MAX));
    }
    let mut accounts = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        refuse_second_account(entry, &entries[..position], &mut errors);
        let Some(account) = Account::read(entry, &mut errors) else { continue };
        check_epc(&account, entry, &mut errors);
        check_swiss(&account, entry, &mut errors);
        accounts.push(account);
    }
    errors.into_result().map_err(ConfigError::Fields)?;
    Ok(ConfigReport {
        currencies: accounts.iter().map(|account| account.currency.code().to_owned()).collect(),
        notes: accounts.iter().take(NOTES_MAX).map(note).collect(),
    })
}

/// Of two accounts for one currency, payers would only ever see the first.
fn refuse_second_account(entry: &Settings<'_>, before: &[Settings<'_>], errors: &mut FieldErrors) {
    let currency = entry.text("currency");
    if !currency.is_empty() && before.iter().any(|earlier| earlier.text("currency") == currency) {
        errors.add(entry.key("currency"), Text::msg("error-currency-twice").arg("currency", currency));
    }
}

/// Draws the largest code there can be, so that no payment finds out later that it does not fit.
fn check_epc(account: &Account<'_>, entry: &Settings<'_>, errors: &mut FieldErrors) {
    let Some(iban) = account.epc_iban() else { return };
    let longest = Reference::creditor(&"9".repeat(REFERENCE_CHARS_MAX));
    let Ok(reference) = longest else { return };
    let made = epc::payload(&Transfer {
        name: account.holder,
        iban,
        bic: account.bic.as_ref(),
        amount_cents: epc::AMOUNT_CENTS_MAX,
        reference: &reference,
    });
    match made {
        Ok(_) => {}
        Err(EpcFault::TooLong(_)) => errors.add(entry.key("holder"), Text::msg("error-holder-bytes")),
        Err(EpcFault::Name) => errors.add(entry.key("holder"), faults::too_long(epc::NAME_CHARS_MAX)),
        Err(EpcFault::BicMissing) => {
            errors.add(entry.key("bic"), faults::bic_missing(iban.country().code, account.currency));
        }
        Err(EpcFault::Amount | EpcFault::OutsideSepa | EpcFault::QrReference) => {
            errors.add(entry.key("codes"), Text::msg("error-codes-epc"));
        }
    }
}

fn check_swiss(account: &Account<'_>, entry: &Settings<'_>, errors: &mut FieldErrors) {
    if account.swiss_iban().is_none() {
        return;
    }
    for fault in swiss::creditor_faults(account.holder, &account.address) {
        let (key, message) = faults::swiss(fault);
        errors.add(entry.key(key), message);
    }
}

/// How the account was understood, for staff to compare with what their bank gave them.
fn note(account: &Account<'_>) -> Text {
    let Some(iban) = &account.iban else {
        return Text::msg("note-account-domestic")
            .arg("currency", account.currency)
            .arg("lines", account.details.len());
    };
    let id = match (account.epc_iban(), account.swiss_iban()) {
        (Some(_), Some(_)) => "note-account-both",
        (Some(_), None) => "note-account-epc",
        (None, Some(_)) => "note-account-swiss",
        (None, None) => "note-account-iban",
    };
    Text::msg(id).arg("currency", account.currency).arg("iban", iban.printed())
}
