//! Limits that staff make tighter for one plugin than they are for all. They stand among its grants, as words.

use std::collections::BTreeMap;

use super::grant::Granted;

/// Before every word of a limit.
const PREFIX: &str = "limit:";

/// What can be limited for one plugin alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Milliseconds that one call may work.
    DeadlineMs,
    /// MiB of memory of one call.
    MemoryMib,
    /// Calls of each of its instances in a minute, and as many webhooks.
    CallsPerMinute,
}

/// Limits with their values.
pub type CallLimits = BTreeMap<Limit, u32>;

impl Limit {
    pub const ALL: [Self; 3] = [Self::DeadlineMs, Self::MemoryMib, Self::CallsPerMinute];

    /// As the configuration names it; pages translate it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DeadlineMs => "deadline-ms",
            Self::MemoryMib => "memory-mib",
            Self::CallsPerMinute => "calls-per-minute",
        }
    }

    /// Less would stop every honest plugin.
    #[must_use]
    pub fn least(self) -> u32 {
        match self {
            Self::DeadlineMs => 50,
            Self::MemoryMib => 1,
            Self::CallsPerMinute => 10,
        }
    }

    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.code() == code)
    }

    /// The word of a grant: `limit:memory-mib=16`.
    #[must_use]
    pub fn word(self, value: u32) -> String {
        format!("{PREFIX}{}={value}", self.code())
    }
}

/// The limits among what was granted. A word that cannot be read limits nothing; nobody writes one.
#[must_use]
pub fn limits_among(granted: &Granted) -> CallLimits {
    let read = |word: &String| {
        let (code, value) = word.strip_prefix(PREFIX)?.split_once('=')?;
        Some((Limit::of(code)?, value.parse().ok()?))
    };
    granted.iter().filter_map(read).collect()
}

/// Whether a word is that of a limit, and of nothing that a plugin asks for.
#[must_use]
pub fn is_limit(word: &str) -> bool {
    word.starts_with(PREFIX)
}

/// The words of limits.
#[must_use]
pub fn limit_words(limits: &CallLimits) -> Granted {
    limits.iter().map(|(limit, value)| limit.word(*value)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn limits_are_read_back_from_their_words(deadline: Option<u32>, memory: Option<u32>, calls: Option<u32>) {
            let values = Limit::ALL.into_iter().zip([deadline, memory, calls]);
            let limits: CallLimits = values.filter_map(|(limit, value)| Some((limit, value?))).collect();
            let mut granted = limit_words(&limits);
            prop_assert!(granted.iter().all(|word| is_limit(word)));
            granted.insert("refund".to_owned());
            granted.insert("host:api.example.com".to_owned());
            prop_assert_eq!(limits_among(&granted), limits);
        }

        #[test]
        fn no_text_makes_the_reader_panic(word in "(limit:)?[a-z-]{0,12}=?-?[0-9]{0,12}") {
            let read = limits_among(&Granted::from([word.clone()]));
            prop_assert!(read.is_empty() || is_limit(&word));
        }
    }
}
