//! Mails: what they say, and to whom.

/// Somebody to whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub email: String,
    /// Empty where none is known.
    pub name: String,
    /// BCP 47: the language of the mail.
    pub locale: String,
}

/// What a mail says, before it is put into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailText {
    /// Mail works; sent by the command line.
    Test,
}

/// A mail in words, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub to: Recipient,
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}
