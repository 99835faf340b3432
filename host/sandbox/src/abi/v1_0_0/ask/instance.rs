//! The configured plugin that a call is for.

use tokio::sync::Semaphore;
use tollgate_billing::plugin::Instance;
use tollgate_billing::ports::ConfigDepth;

use crate::abi::v1_0_0::wit;
use crate::breaker::Watch;
use crate::caller::CallOf;
use crate::grants::Grants;
use crate::guest::Reach;
use crate::lanes::Work;
use crate::sent::Sent;

pub fn settings(instance: &Instance) -> Vec<wit::SettingParam<'_>> {
    instance.settings.iter().map(|setting| wit::SettingParam { key: &setting.key, value: &setting.value }).collect()
}

pub fn instance<'a>(
    instance: &'a Instance,
    settings: &'a [wit::SettingParam<'a>],
    test_mode: bool,
) -> wit::Instance<'a> {
    wit::Instance { id: instance.id.as_str(), settings, test_mode }
}

pub fn depth(depth: ConfigDepth) -> wit::ConfigDepth {
    match depth {
        ConfigDepth::Values => wit::ConfigDepth::Values,
        ConfigDepth::Connection => wit::ConfigDepth::Connection,
    }
}

/// A call of `check-config`, which reaches the log only unless staff want the provider to be asked.
pub fn config_call<'a>(
    instance: &'a Instance,
    grants: Grants,
    depth: ConfigDepth,
    places: &'a Semaphore,
) -> CallOf<'a> {
    let reach = match depth {
        ConfigDepth::Values => Reach::LogOnly,
        ConfigDepth::Connection => Reach::Contract,
    };
    CallOf {
        plugin: &instance.plugin,
        instance: Some(&instance.id),
        file: instance.component.as_ref(),
        client: None,
        export: "check-config",
        reach,
        places,
        grants,
        sent: Sent::default(),
        work: Work::default(),
        watch: Watch::default(),
    }
}

/// A call of `migrate-config`, which reaches the log only.
pub fn migrate_call<'a>(instance: &'a Instance, grants: Grants, places: &'a Semaphore) -> CallOf<'a> {
    CallOf { export: "migrate-config", ..config_call(instance, grants, ConfigDepth::Values, places) }
}

/// The fields of a form, as the client sent them.
pub fn form(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
