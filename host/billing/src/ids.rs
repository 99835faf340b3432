//! Ids as types, so that one cannot stand for another.

use std::fmt;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number_id!(
    /// A client of the hosting provider.
    ClientId
);
number_id!(
    /// Somebody who works for the hosting provider.
    StaffId
);
number_id!(
    /// An invoice; its number for people is `Invoice::number`.
    InvoiceId
);
number_id!(
    /// A login, for its owner to name it. Tells nothing of its token.
    SessionId
);
number_id!(
    /// The key that an authenticator app shares with us; another one at each setting up.
    AuthenticatorId
);
number_id!(
    /// A passkey of somebody.
    PasskeyId
);
number_id!(
    /// A row of the outbox.
    OutboxId
);
number_id!(
    /// A webhook that was written down.
    WebhookId
);
number_id!(
    /// A claim that was held for staff.
    HeldId
);
number_id!(
    /// A stored way to pay.
    MethodId
);
number_id!(
    /// One attempt to charge a stored way to pay.
    ChargeId
);
number_id!(
    /// A mail that waits, or was never sent.
    MailId
);
text_id!(
    /// One attempt to pay: 26 characters, unique for ever, the idempotency key at the provider.
    PaymentId
);
text_id!(
    /// One attempt to give money back: as [`PaymentId`].
    RefundId
);
text_id!(
    /// A plugin, by the manifest's stable id.
    PluginId
);
text_id!(
    /// A configured plugin. The first instance of a plugin has the plugin's id.
    InstanceId
);

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.plus_ms(i64::from(days) * DAY_MS)
    }

    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        self.plus_ms(-i64::from(days) * DAY_MS)
    }
}
