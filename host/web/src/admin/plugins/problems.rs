//! Why nothing became of a plugin, in words that say what to do.

use tollgate_billing::billing::LifeError;
use tollgate_billing::ports::StoreError;

use crate::errors::WebError;
use crate::texts::Words;

/// # Errors
/// What is no fault of what was asked: the store, or a plugin that is gone.
pub(super) fn life_words(words: &Words, error: LifeError) -> Result<String, WebError> {
    Ok(match error {
        LifeError::NotAPlugin(reason) => words.say_with("admin-life-no-plugin", &[("reason", &reason)]),
        LifeError::Signature(reason) => words.say_with("admin-life-signature", &[("reason", &reason)]),
        LifeError::Unsigned { publisher } => words.say_with("admin-life-unsigned", &[("publisher", &publisher)]),
        LifeError::OtherPublisher { plugin, key } => {
            words.say_with("admin-life-other-publisher", &[("plugin", plugin.as_str()), ("key", &key)])
        }
        LifeError::NotAsked { word, .. } => words.say_with("admin-life-not-asked", &[("word", &word)]),
        LifeError::Limit { least, most, .. } => {
            words.say_with("admin-limit-wrong", &[("least", &least.to_string()), ("most", &most.to_string())])
        }
        LifeError::Same => words.say("admin-life-same"),
        LifeError::NotOffered => words.say("admin-life-not-offered"),
        LifeError::NoPrevious => words.say("admin-life-no-previous"),
        LifeError::Settings { instance, .. } => {
            words.say_with("admin-life-settings", &[("instance", instance.as_str())])
        }
        LifeError::OpenPayments(open) => {
            words.say_with("admin-life-open-payments", &[("count", &open.len().to_string())])
        }
        LifeError::Store(StoreError::Conflict) => words.say("admin-life-conflict"),
        LifeError::NotInstalled(_) => return Err(WebError::NotFound),
        LifeError::Store(error) => return Err(error.into()),
    })
}
