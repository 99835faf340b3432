//! Mail that waits is sent, tried again later and later, and given up after a day.

use super::backoff::{MINUTE_MS, next_try};
use super::{Billing, BillingError};
use crate::ids::Timestamp;
use crate::mail::{About, MailText, Recipient, WaitingMail};
use crate::people::{Client, Side, Staff, Who};
use crate::ports::{Letters, Mail, MailError};

/// Mails of one round; the next one is seconds away.
const MAILS_OF_A_ROUND: u32 = 20;
/// How long a mail may fail. Whoever still waits has asked again, or asked somebody.
const TRY_FOR_MS: i64 = 24 * 60 * MINUTE_MS;
/// The longest wait between two tries.
const WAIT_MAX_MS: i64 = 2 * 60 * MINUTE_MS;
/// How long the way to a new password is open.
const RESET_MINUTES: u32 = 30;
/// How long staff see a mail that was given up.
const UNSENT_DAYS: u32 = 30;
/// The language of the back office.
const STAFF_LOCALE: &str = "en";

/// What a round of mail came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posted {
    pub sent: u32,
    /// Kept for another try.
    pub waiting: u32,
    pub given_up: u32,
    /// Why the last one that was not sent was not; for the log.
    pub reason: Option<String>,
}

/// Whether a new password was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPassword {
    Set,
    /// The token was used, replaced by a newer one, or is too old; or there never was such a one.
    NoToken,
}

impl Billing {
    /// Somebody forgot a password and typed this address. Does the same whoever's it is, and if it is nobody's: who that is
    /// is looked up when mail is sent.
    ///
    /// # Errors
    /// Store errors.
    pub async fn ask_reset(&self, side: Side, email: &str) -> Result<(), BillingError> {
        let about = About::ResetAsked { side, email: email.to_ascii_lowercase() };
        Ok(self.parts.store.queue_mail(about, self.now()).await?)
    }

    /// Sets a new password by the token of a mail, at the side for which it was sent.
    ///
    /// # Errors
    /// Store errors.
    pub async fn set_password_by_token(
        &self,
        side: Side,
        token_sha256: [u8; 32],
        password_hash: String,
    ) -> Result<NewPassword, BillingError> {
        let who = self.parts.store.use_reset(side, token_sha256, password_hash, self.now()).await?;
        Ok(if who.is_some() { NewPassword::Set } else { NewPassword::NoToken })
    }

    /// Sends what is due. `mail` is `None` where no server is configured: then mail waits, and is given up in the end.
    ///
    /// # Errors
    /// Store errors; a mail that cannot be sent is none.
    pub async fn send_mails(&self, mail: Option<&dyn Mail>, letters: &dyn Letters) -> Result<Posted, BillingError> {
        let mut posted = Posted::default();
        for waiting in self.parts.store.due_mails(self.now(), MAILS_OF_A_ROUND).await? {
            match self.send_one(mail, letters, &waiting).await? {
                None => self.parts.store.mail_done(waiting.id).await?,
                Some(Ok(())) => {
                    self.parts.store.mail_done(waiting.id).await?;
                    posted.sent += 1;
                }
                Some(Err(error)) => {
                    self.failed(&waiting, &error, &mut posted).await?;
                    // What holds this one up holds the others up too; they keep their turn.
                    if matches!(error, MailError::Unreachable(_)) {
                        break;
                    }
                }
            }
        }
        Ok(posted)
    }

    /// Mails that were given up long ago, and tokens that expired, are forgotten.
    ///
    /// # Errors
    /// Store errors.
    pub async fn forget_mails(&self) -> Result<u64, BillingError> {
        let now = self.now();
        Ok(self.parts.store.forget_mails(now.minus_days(UNSENT_DAYS), now).await?)
    }

    /// `None` where the mail is to nobody.
    async fn send_one(
        &self,
        mail: Option<&dyn Mail>,
        letters: &dyn Letters,
        waiting: &WaitingMail,
    ) -> Result<Option<Result<(), MailError>>, BillingError> {
        let Some((who, to)) = self.recipient(&waiting.about).await? else { return Ok(None) };
        let Some(mail) = mail else {
            return Ok(Some(Err(MailError::Unreachable("no mail server is configured".to_owned()))));
        };
        let text = match &waiting.about {
            About::PasswordChanged(who) => MailText::PasswordChanged { side: Side::of(*who), at: waiting.created },
            About::SecondStep { who, change } => {
                MailText::SecondStep { side: Side::of(*who), change: *change, at: waiting.created }
            }
            About::ResetAsked { side, .. } => match letters.token() {
                Ok(token) => {
                    let expires = self.now().plus_ms(i64::from(RESET_MINUTES) * MINUTE_MS);
                    self.parts.store.put_reset(who, token.sha256, expires).await?;
                    MailText::Reset { side: *side, token: token.text, minutes: RESET_MINUTES }
                }
                Err(why) => return Ok(Some(Err(MailError::Later(why)))),
            },
        };
        // The time beside the number, which a later mail may have again.
        let id = format!("{}-{}", waiting.id, waiting.created.0);
        Ok(Some(match letters.write(&text, to) {
            Ok(letter) => mail.send(&id, &letter).await.map(drop),
            Err(why) => Err(MailError::Later(why)),
        }))
    }

    async fn failed(&self, waiting: &WaitingMail, error: &MailError, posted: &mut Posted) -> Result<(), BillingError> {
        let next = next_try(&waiting.id.to_string(), waiting.attempts, self.now(), WAIT_MAX_MS);
        let in_time = next < waiting.created.plus_ms(TRY_FOR_MS) && !matches!(error, MailError::Never(_));
        let next: Option<Timestamp> = in_time.then_some(next);
        let counted = if next.is_some() { &mut posted.waiting } else { &mut posted.given_up };
        *counted += 1;
        posted.reason = Some(error.to_string());
        Ok(self.parts.store.mail_failed(waiting.id, &error.to_string(), next).await?)
    }

    async fn recipient(&self, about: &About) -> Result<Option<(Who, Recipient)>, BillingError> {
        let store = &self.parts.store;
        Ok(match about {
            About::ResetAsked { side: Side::Client, email } => store.client_by_email(email).await?.map(client),
            About::ResetAsked { side: Side::Staff, email } => store.staff_by_email(email).await?.map(staff),
            About::PasswordChanged(who) | About::SecondStep { who, .. } => match who {
                Who::Client(id) => store.client(*id).await?.map(client),
                Who::Staff(id) => store.staff(*id).await?.map(staff),
            },
        })
    }
}

fn client(client: Client) -> (Who, Recipient) {
    (Who::Client(client.id), Recipient { email: client.email, name: client.name, locale: client.locale })
}

fn staff(staff: Staff) -> (Who, Recipient) {
    (Who::Staff(staff.id), Recipient { email: staff.email, name: staff.name, locale: STAFF_LOCALE.to_owned() })
}
