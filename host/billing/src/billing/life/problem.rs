//! Why nothing became of a plugin.

use super::super::ConfigureError;
use crate::ids::{InstanceId, PluginId};
use crate::plugin::Limit;
use crate::ports::{OpenPayment, StoreError};

/// Nothing was changed in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifeError {
    /// In the sandbox's words.
    #[error("{0}")]
    NotAPlugin(String),
    /// Half a sentence about the file.
    #[error("{0}")]
    Signature(String),
    #[error("it is not signed, and plugins of {publisher} must be signed by a publisher whom staff trust")]
    Unsigned { publisher: String },
    /// The id belongs to another publisher's key.
    #[error("{plugin} belongs to the publisher who signed it with {key}, and this file is not signed by that key")]
    OtherPublisher { plugin: PluginId, key: String },
    #[error("{plugin} does not ask for {word}, so that it cannot be granted")]
    NotAsked { plugin: PluginId, word: String },
    /// Out of the range in which it can be tighter than for all plugins.
    #[error("{} can be {least} to {most} for one plugin; {most} is the limit of all", .limit.code())]
    Limit { limit: Limit, least: u32, most: u32 },
    #[error("this very file is installed already")]
    Same,
    #[error("no plugin {0} is installed")]
    NotInstalled(PluginId),
    /// Another upload took its place, or it was never there.
    #[error("the file is not kept any more; bring it again")]
    NotOffered,
    #[error("there is no version before this one to go back to")]
    NoPrevious,
    /// What the new version does not take of an instance that is switched on.
    #[error("the settings of {instance} do not fit this version: {error}")]
    Settings { instance: InstanceId, error: Box<ConfigureError> },
    /// The newest ones.
    #[error("payments of it are open")]
    OpenPayments(Vec<OpenPayment>),
    #[error(transparent)]
    Store(#[from] StoreError),
}
