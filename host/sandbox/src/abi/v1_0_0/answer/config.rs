//! What a plugin says about its settings.

use tollgate_billing::plugin::{ConfigReport, Group, Setting};
use tollgate_billing::ports::ConfigRefusal;
use tollgate_billing::settings::find_field;

use super::text::{error, field_error, text};
use crate::abi::v1_0_0::wit;
use crate::caller::CallOf;
use crate::checks::{Breach, bounded, currency, list, named, unique};

/// The contract's numbers for `config-report` and `config-error`.
const NOTES_MAX: usize = 10;
const FIELD_ERRORS_MAX: usize = 100;
/// ISO 4217 has fewer codes.
pub const CURRENCIES_MAX: usize = 200;
/// More than any form that people fill in.
const SETTINGS_MAX: usize = 5_000;
/// `group.index.key`, each as long as it may be.
pub const KEY_BYTES_MAX: usize = 100;
/// The longest that a field of the form takes.
pub const VALUE_BYTES_MAX: usize = 10_000;

/// # Errors
/// [`ConfigRefusal`], also where the answer breaks the contract.
pub fn config_report(
    of: &CallOf<'_>,
    answer: Result<wit::ConfigReport, wit::ConfigError>,
) -> Result<ConfigReport, ConfigRefusal> {
    let broken = |breach: Breach| ConfigRefusal::Failed(of.broken(breach));
    match answer {
        Ok(accepted) => report(accepted).map_err(broken),
        Err(refused) => Err(config_refusal(refused).unwrap_or_else(broken)),
    }
}

fn report(report: wit::ConfigReport) -> Result<ConfigReport, Breach> {
    Ok(ConfigReport {
        currencies: list("currencies", report.currencies, CURRENCIES_MAX, |code| currency("", &code))?,
        notes: list("notes", report.notes, NOTES_MAX, |note| text("", note))?,
    })
}

/// Why a configuration was not taken, or a webhook not set up.
pub fn config_refusal(refusal: wit::ConfigError) -> Result<ConfigRefusal, Breach> {
    match refusal {
        wit::ConfigError::Fields(fields) if fields.is_empty() => Err(Breach::new("fields", "is empty")),
        wit::ConfigError::Fields(fields) => {
            Ok(ConfigRefusal::Fields(list("fields", fields, FIELD_ERRORS_MAX, field_error)?))
        }
        wit::ConfigError::Failed(failed) => Ok(ConfigRefusal::Failed(error(failed)?)),
    }
}

/// Settings that one version made of another one's: fields of its own form, each once.
pub fn migrated(settings: Vec<wit::SettingResult>, groups: &[Group]) -> Result<Vec<Setting>, Breach> {
    let settings = list("settings", settings, SETTINGS_MAX, |setting| {
        let key = named("key", setting.key, KEY_BYTES_MAX)?;
        match find_field(groups, &key) {
            None => Err(Breach::new("key", "is none of the manifest's fields")),
            Some(_) => Ok(Setting { key, value: bounded("value", setting.value, VALUE_BYTES_MAX)? }),
        }
    })?;
    unique("settings", settings.iter().map(|setting| setting.key.as_str()))?;
    Ok(settings)
}
