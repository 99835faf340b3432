//! How many files the process may have open: every connection is one, and systems allow a process few of them at first.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The database and its readers, plugins, templates, requests to providers.
const OTHERS: u64 = 256;

/// Raises what the process may open to what it needs, as far as the system lets it. Where that is not far enough, the log
/// says so; connections beyond it wait.
pub fn make_room(connections: u32) {
    let needed = u64::from(connections) + OTHERS;
    let limits = getrlimit(Resource::Nofile);
    let Some(wanted) = wanted(limits.current, limits.maximum, needed) else { return };
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limits.maximum });
    if raised.is_err() || wanted < needed {
        let allowed = if raised.is_ok() { Some(wanted) } else { limits.current };
        let allowed = allowed.unwrap_or(needed);
        tracing::warn!("{connections} connections may need {needed} open files, and the system allows {allowed}");
    }
}

/// What to ask the system for; `None` where what there is will do. Without a number there is no limit.
fn wanted(current: Option<u64>, maximum: Option<u64>, needed: u64) -> Option<u64> {
    let current = current.filter(|current| *current < needed)?;
    let wanted = maximum.map_or(needed, |maximum| needed.min(maximum));
    Some(wanted.max(current))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_as_far_as_needed_and_allowed_and_never_lowered() {
        let table = [
            (Some(1_024), Some(4_096), 1_256, Some(1_256)),
            (Some(1_024), Some(1_100), 1_256, Some(1_100)),
            (Some(1_024), None, 1_256, Some(1_256)),
            (Some(1_024), Some(1_024), 1_256, Some(1_024)),
            (Some(2_000), Some(4_096), 1_256, None),
            (None, None, 1_256, None),
        ];
        for (current, maximum, needed, expected) in table {
            assert_eq!(wanted(current, maximum, needed), expected, "{current:?} {maximum:?}");
        }
    }
}
