//! Limits of one plugin that staff make tighter.

use super::super::Billing;
use super::LifeError;
use super::install::words;
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::ids::PluginId;
use crate::plugin::{CallLimits, Granted, Installed, is_limit, limit_words, limits_among};

impl Billing {
    /// Holds an installed plugin to these limits from its next call on, whichever version of it runs; what is not named is as
    /// for all plugins. Answers what it is held to.
    ///
    /// # Errors
    /// [`LifeError::NotInstalled`]; [`LifeError::Limit`] for what is looser than the limit of all plugins, or too tight for any;
    /// store errors.
    pub async fn limit_plugin(
        &self,
        by: Actor,
        plugin: &PluginId,
        limits: &CallLimits,
    ) -> Result<CallLimits, LifeError> {
        let of_all = self.parts.plugins.limits();
        for (limit, value) in limits {
            let most = of_all.get(limit).copied().unwrap_or(u32::MAX);
            if !(limit.least()..=most).contains(value) {
                return Err(LifeError::Limit { limit: *limit, least: limit.least(), most });
            }
        }
        let (installed, _) = self.installed_now(plugin).await?;
        let before: Granted = installed.granted.iter().filter(|word| is_limit(word)).cloned().collect();
        let after = limit_words(limits);
        if before == after {
            return Ok(limits.clone());
        }
        let noted = NewEntry::new(by, self.now(), Action::PluginGranted, plugin.as_str())
            .with(Detail::Granted, &words(&after.difference(&before).cloned().collect()))
            .with(Detail::Denied, &words(&before.difference(&after).cloned().collect()));
        let granted = installed.granted.difference(&before).chain(&after).cloned().collect();
        let installed = Installed { granted, updated: self.now(), ..installed };
        let held = limits_among(&installed.granted);
        self.change_plugin(installed, Vec::new(), Vec::new(), noted).await?;
        Ok(held)
    }
}
