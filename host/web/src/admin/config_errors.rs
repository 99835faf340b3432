//! What is wrong with a configuration, said beside its fields and in the summary above the form.

use tollgate_billing::billing::ConfigureError;
use tollgate_billing::plugin::Group;
use tollgate_billing::settings::SettingProblem;

use super::config_view::{Place, Say, place_of};
use super::draft::{Draft, NAME_PREFIX};
use crate::errors::WebError;
use crate::frame::{FieldMessage, message_for};
use crate::texts::Words;

/// What the messages are made with.
pub(crate) struct Speaker<'a> {
    pub(crate) groups: &'a [Group],
    pub(crate) draft: &'a Draft,
    pub(crate) words: &'a Words,
    pub(crate) say: &'a Say<'a>,
}

impl Speaker<'_> {
    /// One message for each wrong field.
    ///
    /// # Errors
    /// What is no fault of the form: the store, or an instance that is gone.
    pub(crate) fn messages(&self, error: ConfigureError) -> Result<Vec<FieldMessage>, WebError> {
        match error {
            ConfigureError::Problems(problems) => {
                let message = |(key, problem): &(String, SettingProblem)| self.message(key, &self.problem(problem));
                Ok(problems.iter().map(message).collect())
            }
            ConfigureError::Refused(errors) => {
                Ok(errors.iter().map(|error| self.message(&error.field, &(self.say)(&error.message))).collect())
            }
            ConfigureError::Plugin(error) => {
                let reason = error.to_string();
                Ok(vec![self.message("", &self.words.say_with("admin-error-plugin", &[("reason", &reason)]))])
            }
            ConfigureError::Secret { key, error } => {
                let reason = error.to_string();
                Ok(vec![self.message(&key, &self.words.say_with("admin-error-secret", &[("reason", &reason)]))])
            }
            ConfigureError::Store(error) => Err(error.into()),
            ConfigureError::NotFound => Err(WebError::NotFound),
        }
    }

    /// The same word for every secret that was typed just now.
    pub(crate) fn of_typed(&self, word: &str) -> Vec<FieldMessage> {
        let problem = self.words.say(word);
        self.draft.secrets.keys().map(|key| self.message(key, &problem)).collect()
    }

    /// An error of a field that is not on the form stands for the form as a whole.
    fn message(&self, key: &str, problem: &str) -> FieldMessage {
        let Some(place) = place_of(self.groups, self.draft, key, self.say) else {
            return message_for("", problem);
        };
        message_for(&format!("{NAME_PREFIX}{key}"), self.placed(&place, problem))
    }

    fn placed(&self, place: &Place, problem: &str) -> String {
        let label = place.label.as_str();
        match &place.group {
            None => self.words.say_with("admin-error-label", &[("label", label), ("problem", problem)]),
            Some((group, number)) => {
                let number = number.to_string();
                let args = [("group", group.as_str()), ("number", &number), ("label", label), ("problem", problem)];
                self.words.say_with("admin-error-entry", &args)
            }
        }
    }

    fn problem(&self, problem: &SettingProblem) -> String {
        let most = |id: &str, max: u32| self.words.say_with(id, &[("max", &max.to_string())]);
        match problem {
            SettingProblem::Required => self.words.say("admin-error-required"),
            SettingProblem::TooLong { chars_max } => most("admin-error-too-long", *chars_max),
            SettingProblem::NotAChoice => self.words.say("admin-error-not-a-choice"),
            SettingProblem::NotAFlag => self.words.say("admin-error-not-a-flag"),
            SettingProblem::NotWhole { min, max } => {
                self.words.say_with("admin-error-not-whole", &[("min", &min.to_string()), ("max", &max.to_string())])
            }
            SettingProblem::NotACurrency => self.words.say("admin-error-not-a-currency"),
            SettingProblem::TooManyEntries { entries_max } => most("admin-error-too-many-entries", *entries_max),
            SettingProblem::Unknown => self.words.say("admin-error-unknown"),
            SettingProblem::SecretAmongSettings | SettingProblem::NotASecret => {
                self.words.say("admin-error-not-a-secret")
            }
            SettingProblem::SecretTooShort { bytes_min } => {
                self.words.say_with("admin-error-secret-short", &[("min", &bytes_min.to_string())])
            }
            SettingProblem::SecretTooLong { bytes_max } => {
                self.words.say_with("admin-error-secret-long", &[("max", &bytes_max.to_string())])
            }
            SettingProblem::SecretCharacters => self.words.say("admin-error-secret-characters"),
            SettingProblem::HostNotAsked { host } => self.words.say_with("admin-error-host", &[("host", host)]),
        }
    }
}
