//! What members of staff may do. [`Role::may`] is the only place where it is decided.

/// What a member of staff is there for. Each has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything. There is always at least one.
    Owner,
    /// Everything about money.
    Billing,
    /// Reads, and has what arrived looked at again.
    Support,
    /// Reads, and changes nothing.
    ReadOnly,
}

/// A kind of thing that is done in the back office. Each of its routes needs exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// See lists and pages.
    See,
    /// Look after the own access: log out, and what else concerns nobody but oneself.
    OwnAccess,
    /// Have a webhook processed again: it books what its provider proved, and nothing that staff say.
    Reprocess,
    /// Record bank payments, refund, charge stored methods, decide about held claims.
    Book,
    /// Gateways: settings, secrets, hosts, order, on and off.
    Configure,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Billing, Self::Support, Self::ReadOnly];

    /// As it is written on the command line and in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Billing => "billing",
            Self::Support => "support",
            Self::ReadOnly => "read-only",
        }
    }

    /// `None` for what is no role's word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The table: a line for each right, and the roles that have it.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::See | Right::OwnAccess => true,
            Right::Reprocess => matches!(self, Self::Owner | Self::Billing | Self::Support),
            Right::Book => matches!(self, Self::Owner | Self::Billing),
            Right::Configure => matches!(self, Self::Owner),
        }
    }
}

impl Right {
    pub const ALL: [Self; 5] = [Self::See, Self::OwnAccess, Self::Reprocess, Self::Book, Self::Configure];

    /// As templates ask for it, `layout.may.book`, and as the table of routes prints it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::OwnAccess => "own-access",
            Self::Reprocess => "reprocess",
            Self::Book => "book",
            Self::Configure => "configure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_it_is_there_for() {
        let check = |role: Role, expected: &[Right]| {
            let rights: Vec<Right> = Right::ALL.into_iter().filter(|right| role.may(*right)).collect();
            assert_eq!(rights, expected, "{}", role.word());
        };
        check(Role::ReadOnly, &[Right::See, Right::OwnAccess]);
        check(Role::Support, &[Right::See, Right::OwnAccess, Right::Reprocess]);
        check(Role::Billing, &[Right::See, Right::OwnAccess, Right::Reprocess, Right::Book]);
        check(Role::Owner, &Right::ALL);
    }

    #[test]
    fn a_role_is_read_by_its_own_word_only() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        for wrong in ["", "Owner", "admin", "read only", "owner "] {
            assert_eq!(Role::from_word(wrong), None, "{wrong}");
        }
    }
}
