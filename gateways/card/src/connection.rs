//! "Test connection": whether the key works, is of the right mode, and belongs to the account that is configured.

use tollgate_sdk::{ConfigError, ConfigReport, FieldErrors, Instance, Text};

use crate::api::{Api, Fault, SECRET_KEY};
use crate::config::{self, Config};
use crate::wire::{Account, Balance};

/// Looks at the values, then asks Stripe.
///
/// # Errors
/// [`ConfigError::Fields`] where a field is wrong by its value or by what Stripe says, [`ConfigError::Failed`] where
/// Stripe could not be asked.
pub fn check(instance: &Instance) -> Result<ConfigReport, ConfigError> {
    let mut report = match config::check_values(instance) {
        Err(ConfigError::Fields(errors)) if errors.iter().all(|error| error.field == "merchant") => {
            return Err(name_the_merchant(instance, ConfigError::Fields(errors)));
        }
        other => other?,
    };
    let config = Config::read(instance)?;
    let account = account(config.api())?;
    if account.id != config.merchant {
        let message = Text::msg("error-merchant-other").arg("found", shown(&account.id));
        return Err(refuse("merchant", message));
    }
    let balance: Balance = config.api().get("/v1/balance", &[]).map_err(refused)?;
    if balance.livemode != config.live {
        let id = if config.live { "error-key-of-test" } else { "error-key-of-live" };
        return Err(refuse(SECRET_KEY, Text::msg(id)));
    }
    report.notes.insert(0, Text::msg("note-account").arg("account", shown(&account.id)));
    if !account.charges_enabled {
        report.notes.push(Text::msg("note-charges-disabled"));
    }
    Ok(report)
}

/// The key knows the account: staff need not look for its id.
fn name_the_merchant(instance: &Instance, otherwise: ConfigError) -> ConfigError {
    let Some(api) = config::api_of(instance) else { return otherwise };
    match account(api) {
        Ok(account) => refuse("merchant", Text::msg("error-merchant-found").arg("found", shown(&account.id))),
        Err(error) => error,
    }
}

fn account(api: Api<'_>) -> Result<Account, ConfigError> {
    api.get("/v1/account", &[]).map_err(refused)
}

fn refused(fault: Fault) -> ConfigError {
    match fault {
        Fault::Refused { status: 401, .. } => refuse(SECRET_KEY, Text::msg("error-secret-key-refused")),
        Fault::Refused { status: 403, .. } => refuse(SECRET_KEY, Text::msg("error-secret-key-permission")),
        other => ConfigError::Failed(other.harmless()),
    }
}

fn refuse(field: &str, message: Text) -> ConfigError {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors.into()
}

fn shown(id: &str) -> String {
    id.chars().take(64).collect()
}
