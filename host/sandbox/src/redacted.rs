//! Texts for people, with the instance's secrets blacked out. A plugin holds none; a provider may have echoed one.

use tollgate_billing::claim::{Claim, ClaimState};
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::{ConfigRefusal, WebhookRefusal};
use tollgate_billing::text::{Argument, Text};

/// Something with words in it that a plugin wrote.
pub trait Redacted: Sized {
    /// The same, with `clean` done to every text.
    #[must_use]
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self;
}

impl Redacted for Text {
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Plain(words) => Self::Plain(clean(&words)),
            Self::Translated(mut message) => {
                for (_, value) in &mut message.args {
                    if let Argument::Text(words) = value {
                        *words = clean(words);
                    }
                }
                Self::Translated(message)
            }
        }
    }
}

impl Redacted for PluginError {
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Declined { client, staff } => Self::Declined { client: client.redacted(clean), staff: clean(&staff) },
            Self::Rejected(words) => Self::Rejected(clean(&words)),
            Self::Unavailable(words) => Self::Unavailable(clean(&words)),
            Self::NotAsked(words) => Self::NotAsked(clean(&words)),
            Self::Unknown(words) => Self::Unknown(clean(&words)),
            Self::Broken { plugin, reason } => Self::Broken { plugin, reason: clean(&reason) },
            Self::Missing(plugin) => Self::Missing(plugin),
        }
    }
}

impl Redacted for ConfigRefusal {
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Fields(mut fields) => {
                for error in &mut fields {
                    error.message = error.message.clone().redacted(clean);
                }
                Self::Fields(fields)
            }
            Self::Failed(error) => Self::Failed(error.redacted(clean)),
        }
    }
}

impl Redacted for WebhookRefusal {
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Forged(words) => Self::Forged(clean(&words)),
            Self::Malformed(words) => Self::Malformed(clean(&words)),
            Self::Unproven(words) => Self::Unproven(clean(&words)),
            Self::Failed(error) => Self::Failed(error.redacted(clean)),
        }
    }
}

impl Redacted for Claim {
    fn redacted(self, clean: &dyn Fn(&str) -> String) -> Self {
        let state = match self.state {
            ClaimState::Pending(reason) => ClaimState::Pending(reason.map(|reason| reason.redacted(clean))),
            ClaimState::Failed { client, staff } => {
                ClaimState::Failed { client: client.redacted(clean), staff: clean(&staff) }
            }
            ClaimState::Disputed(reason) => ClaimState::Disputed(reason.redacted(clean)),
            wordless @ (ClaimState::Authorized
            | ClaimState::Paid
            | ClaimState::Cancelled
            | ClaimState::Refunded(_)
            | ClaimState::DisputeWon
            | ClaimState::DisputeLost) => wordless,
        };
        Self { state, ..self }
    }
}
