//! The words of the log: what was done, and the names of its details. The store keeps them and pages translate them.

/// What was done. The subject of each is in its comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An instance's label, settings or secrets were saved.
    GatewayConfigured,
    GatewayEnabled,
    GatewayDisabled,
    /// The place of an instance among all.
    GatewayMoved,
    /// An instance may call more hosts.
    HostsGranted,
    HostsRevoked,
    /// A secret of an instance, by its key.
    SecretSet,
    SecretRemoved,
    /// The key file.
    SecretsKeyRotated,
    /// An instance's webhook at its provider.
    WebhookSetUp,
    /// An invoice's number.
    BankPaymentRecorded,
    /// A payment's reference.
    RefundOrdered,
    /// A held claim's number.
    ClaimDecided,
    /// A payment's id.
    CardCharged,
    /// A publisher's name.
    PublisherTrusted,
    PublisherDistrusted,
    /// A plugin's id.
    PluginInstalled,
    PluginUpgraded,
    PluginRolledBack,
    PluginGranted,
    PluginDisabled,
    PluginRemoved,
    /// An e-mail address.
    StaffAdded,
    RoleSet,
    /// An e-mail address.
    PasswordSet,
    /// An e-mail address.
    SessionsEnded,
    ClientAdded,
    /// Nothing: who did it says all.
    StaffLoggedIn,
    /// An e-mail address: by the link of a mail.
    PasswordReset,
    /// An e-mail address.
    SecondStepOn,
    SecondStepOff,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    /// An e-mail address: one more way of theirs to prove the second step, or one less.
    AppAdded,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
}

impl Action {
    pub const ALL: [Self; 37] = [
        Self::GatewayConfigured,
        Self::GatewayEnabled,
        Self::GatewayDisabled,
        Self::GatewayMoved,
        Self::HostsGranted,
        Self::HostsRevoked,
        Self::SecretSet,
        Self::SecretRemoved,
        Self::SecretsKeyRotated,
        Self::WebhookSetUp,
        Self::BankPaymentRecorded,
        Self::RefundOrdered,
        Self::ClaimDecided,
        Self::CardCharged,
        Self::PublisherTrusted,
        Self::PublisherDistrusted,
        Self::PluginInstalled,
        Self::PluginUpgraded,
        Self::PluginRolledBack,
        Self::PluginGranted,
        Self::PluginDisabled,
        Self::PluginRemoved,
        Self::StaffAdded,
        Self::RoleSet,
        Self::PasswordSet,
        Self::SessionsEnded,
        Self::ClientAdded,
        Self::StaffLoggedIn,
        Self::PasswordReset,
        Self::SecondStepOn,
        Self::SecondStepOff,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed,
        Self::AppAdded,
        Self::AppRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
    ];

    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::GatewayConfigured => "gateway-configured",
            Self::GatewayEnabled => "gateway-enabled",
            Self::GatewayDisabled => "gateway-disabled",
            Self::GatewayMoved => "gateway-moved",
            Self::HostsGranted => "hosts-granted",
            Self::HostsRevoked => "hosts-revoked",
            Self::SecretSet => "secret-set",
            Self::SecretRemoved => "secret-removed",
            Self::SecretsKeyRotated => "secrets-key-rotated",
            Self::WebhookSetUp => "webhook-set-up",
            Self::BankPaymentRecorded => "bank-payment-recorded",
            Self::RefundOrdered => "refund-ordered",
            Self::ClaimDecided => "claim-decided",
            Self::CardCharged => "card-charged",
            Self::PublisherTrusted => "publisher-trusted",
            Self::PublisherDistrusted => "publisher-distrusted",
            Self::PluginInstalled => "plugin-installed",
            Self::PluginUpgraded => "plugin-upgraded",
            Self::PluginRolledBack => "plugin-rolled-back",
            Self::PluginGranted => "plugin-granted",
            Self::PluginDisabled => "plugin-disabled",
            Self::PluginRemoved => "plugin-removed",
            Self::StaffAdded => "staff-added",
            Self::RoleSet => "role-set",
            Self::PasswordSet => "password-set",
            Self::SessionsEnded => "sessions-ended",
            Self::ClientAdded => "client-added",
            Self::StaffLoggedIn => "staff-logged-in",
            Self::PasswordReset => "password-reset",
            Self::SecondStepOn => "second-step-on",
            Self::SecondStepOff => "second-step-off",
            Self::RecoveryCodesMade => "recovery-codes-made",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}

/// The name of a detail, which the store keeps and pages translate. Never is the value of a secret a detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Amount,
    /// The bank's own id of a booking.
    BankId,
    Client,
    Decision,
    Hosts,
    Invoice,
    /// A publisher's public key.
    Key,
    /// What staff let a plugin do, in the words of grants.
    Granted,
    /// What they did not let it do, or no more.
    Denied,
    /// How many.
    Number,
    /// The id of a stored payment method.
    Method,
    Name,
    Plugin,
    Reason,
    /// What a member of staff may do.
    Role,
    /// The key of a secret.
    Secret,
    /// Keys of settings whose values changed.
    Settings,
    /// SHA-256 of a component.
    Sha256,
    /// Who signed a component.
    Signer,
    Url,
    /// A plugin's own version.
    Version,
}

impl Detail {
    pub const ALL: [Self; 21] = [
        Self::Amount,
        Self::BankId,
        Self::Client,
        Self::Decision,
        Self::Granted,
        Self::Denied,
        Self::Hosts,
        Self::Invoice,
        Self::Key,
        Self::Number,
        Self::Method,
        Self::Name,
        Self::Plugin,
        Self::Reason,
        Self::Role,
        Self::Secret,
        Self::Settings,
        Self::Sha256,
        Self::Signer,
        Self::Url,
        Self::Version,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::BankId => "bank-id",
            Self::Client => "client",
            Self::Decision => "decision",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Hosts => "hosts",
            Self::Invoice => "invoice",
            Self::Key => "key",
            Self::Number => "number",
            Self::Method => "method",
            Self::Name => "name",
            Self::Plugin => "plugin",
            Self::Reason => "reason",
            Self::Role => "role",
            Self::Secret => "secret",
            Self::Settings => "settings",
            Self::Sha256 => "sha256",
            Self::Signer => "signer",
            Self::Url => "url",
            Self::Version => "version",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.code() == code)
    }
}
