//! The audit log: who changed what is trusted, or decided where money goes, and when. Entries are only ever added.

mod words;

use crate::ids::{StaffId, Timestamp};
use crate::people::{ChangedBy, NewClient, NewStaff, Session, Staff, Who};
use crate::roles::Role;
use crate::saved::{ChargedBy, NewCharge};

pub use words::{Action, Detail};

/// Characters of a subject or of one detail that are kept.
const TEXT_CHARS_MAX: usize = 500;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Staff(StaffId),
    /// The command line: whoever may log in to the machine.
    Command,
    /// The host by itself.
    Host,
}

impl Actor {
    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Command => "command",
            Self::Host => "host",
        }
    }

    #[must_use]
    pub fn staff(self) -> Option<StaffId> {
        match self {
            Self::Staff(id) => Some(id),
            Self::Command | Self::Host => None,
        }
    }
}

/// An entry to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    pub by: Actor,
    pub at: Timestamp,
    pub action: Action,
    /// What it was done to; each [`Action`] says what that is. At most 500 characters, of one line.
    pub subject: String,
    pub details: Vec<(Detail, String)>,
}

impl NewEntry {
    #[must_use]
    pub fn new(by: Actor, at: Timestamp, action: Action, subject: &str) -> Self {
        Self { by, at, action, subject: line(subject), details: Vec::new() }
    }

    /// With one detail more; an empty value is none. Cut after 500 characters, control characters made spaces.
    #[must_use]
    pub fn with(mut self, detail: Detail, value: &str) -> Self {
        if !value.is_empty() {
            self.details.push((detail, line(value)));
        }
        self
    }
}

fn line(text: &str) -> String {
    let mut kept: String = text.chars().take(TEXT_CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(TEXT_CHARS_MAX).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

/// An entry as it stands in the log. Its words are as they lie there, so that a log that somebody changed can be read too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    /// As [`Actor::code`].
    pub by: String,
    /// The name of the member of staff, where it was one.
    pub staff: Option<String>,
    /// As [`Action::code`].
    pub action: String,
    pub subject: String,
    /// Names as [`Detail::code`], with their values.
    pub details: Vec<(String, String)>,
}

/// What a look at the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries fit, from the first on.
    pub sound: u64,
    /// The hash of the last one that fits, in hexadecimal. Kept elsewhere, it tells later whether the end was cut off.
    pub last_hash: String,
    /// The first entry that does not fit: its number, and why.
    pub fault: Option<(i64, String)>,
}

/// The entry of somebody of staff who is let in; none for clients.
#[must_use]
pub fn of_session(session: &Session) -> Option<NewEntry> {
    match session.who {
        Who::Staff(id) => Some(NewEntry::new(Actor::Staff(id), session.created, Action::StaffLoggedIn, "")),
        Who::Client(_) => None,
    }
}

/// The entry of somebody of staff who set a new password by the link of a mail.
#[must_use]
pub fn of_reset(staff: StaffId, email: &str, at: Timestamp) -> NewEntry {
    NewEntry::new(Actor::Staff(staff), at, Action::PasswordReset, email)
}

/// The entry of a charge that somebody else than the client ordered.
#[must_use]
pub fn of_charge(new: &NewCharge) -> Option<NewEntry> {
    let by = match new.by {
        ChargedBy::Staff(id) => Actor::Staff(id),
        ChargedBy::Command => Actor::Command,
        ChargedBy::Client(_) => return None,
    };
    let entry = NewEntry::new(by, new.begun, Action::CardCharged, new.payment.as_str());
    Some(entry.with(Detail::Invoice, &new.invoice.to_string()).with(Detail::Method, &new.method.to_string()))
}

/// The entry of a new client. People are added at the command line alone.
#[must_use]
pub fn of_client(new: &NewClient, at: Timestamp) -> NewEntry {
    NewEntry::new(Actor::Command, at, Action::ClientAdded, &new.email).with(Detail::Name, &new.name)
}

/// The entry of a new member of staff; as [`of_client`].
#[must_use]
pub fn of_staff(new: &NewStaff, at: Timestamp) -> NewEntry {
    let entry = NewEntry::new(Actor::Command, at, Action::StaffAdded, &new.email);
    entry.with(Detail::Name, &new.name).with(Detail::Role, new.role.word())
}

/// The entry of what becomes of somebody's access, by their address; none for what clients do with their own.
#[must_use]
pub fn of_access(action: Action, who: Who, email: &str, by: ChangedBy, at: Timestamp) -> Option<NewEntry> {
    let by = match (by, who) {
        (ChangedBy::Command, _) => Actor::Command,
        (ChangedBy::Themselves, Who::Staff(id)) => Actor::Staff(id),
        (ChangedBy::Themselves, Who::Client(_)) => return None,
    };
    Some(NewEntry::new(by, at, action, email))
}

/// The entry of another role; as [`of_client`].
#[must_use]
pub fn of_role(staff: &Staff, role: Role, at: Timestamp) -> NewEntry {
    NewEntry::new(Actor::Command, at, Action::RoleSet, &staff.email).with(Detail::Role, role.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Device;

    #[test]
    fn every_word_is_read_back_as_what_it_was() {
        for action in Action::ALL {
            assert_eq!(Action::from_code(action.code()), Some(action));
        }
        for detail in Detail::ALL {
            assert_eq!(Detail::from_code(detail.code()), Some(detail));
        }
    }

    #[test]
    fn a_detail_is_one_line_of_bounded_length() {
        let entry = NewEntry::new(Actor::Host, Timestamp(0), Action::HostsGranted, "a\nb")
            .with(Detail::Hosts, &"é".repeat(501))
            .with(Detail::Reason, "");
        assert_eq!(entry.subject, "a b");
        let [(Detail::Hosts, hosts)] = entry.details.as_slice() else { panic!("{entry:?}") };
        assert_eq!((hosts.chars().count(), hosts.ends_with("é…")), (500, true));
        let whole = NewEntry::new(Actor::Host, Timestamp(0), Action::HostsGranted, &"x".repeat(500));
        assert_eq!(whole.subject, "x".repeat(500));
    }

    #[test]
    fn only_staff_who_come_in_are_noted() {
        let (created, expires, device) = (Timestamp(5), Timestamp(9), Device::default());
        let session =
            |who| Session { token_sha256: [0; 32], who, created, expires, seen: created, device: device.clone() };
        assert_eq!(of_session(&session(Who::Client(crate::ids::ClientId(1)))), None);
        let noted = of_session(&session(Who::Staff(StaffId(2)))).expect("an entry");
        assert_eq!((noted.by, noted.at), (Actor::Staff(StaffId(2)), Timestamp(5)));
    }
}
