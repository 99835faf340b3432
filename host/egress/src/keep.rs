//! Secrets in an answer, which are stored and blacked out before the guest sees it.

use serde_json::Value;
use tollgate_billing::ports::{EgressCaller, Kept, SecretText};

use crate::auth::shown;
use crate::stage::Denied;

/// More than any provider hands out at once.
const KEPT_MAX: usize = 10;
const POINTER_BYTES_MAX: usize = 200;

/// # Errors
/// Where the caller may not keep what the request asks to, or the place is none.
pub fn check(keep: &[Kept], caller: &EgressCaller) -> Result<(), Denied> {
    if keep.len() > KEPT_MAX {
        return Err(Denied::new(format!("at most {KEPT_MAX} secrets are kept of one answer")));
    }
    for kept in keep {
        if !caller.may_keep.contains(&kept.secret) {
            return Err(Denied::new(format!("this call may not set the secret {}", shown(&kept.secret))));
        }
        if !kept.pointer.starts_with('/') || kept.pointer.len() > POINTER_BYTES_MAX {
            return Err(Denied::new("the place of a secret to be kept is no JSON pointer"));
        }
    }
    Ok(())
}

/// The values, in the order of `keep`.
///
/// # Errors
/// Where the answer is no JSON, or has no text there. Says which place.
pub fn find(body: &[u8], keep: &[Kept]) -> Result<Vec<SecretText>, String> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| "the answer is no JSON".to_owned())?;
    let text = |kept: &Kept| {
        let value = answer.pointer(&kept.pointer).and_then(Value::as_str);
        let value = value.ok_or_else(|| format!("the answer has no text at {}", shown(&kept.pointer)))?;
        Ok(SecretText::new(value.to_owned()))
    };
    keep.iter().map(text).collect()
}

/// Whether the answer, blacked out, shows none of the values where they stood.
pub fn is_hidden(body: &[u8], keep: &[Kept], values: &[SecretText]) -> bool {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return false };
    let shows = |(kept, value): (&Kept, &SecretText)| {
        answer.pointer(&kept.pointer).and_then(Value::as_str).is_some_and(|text| text.contains(value.expose()))
    };
    !keep.iter().zip(values).any(shows)
}
