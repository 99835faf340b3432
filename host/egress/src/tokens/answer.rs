//! What a token endpoint says: RFC 6749, 5.1 and 5.2.

use serde_json::Value;
use tollgate_billing::ports::SecretText;

use crate::vault::{SECRET_BYTES_MAX, SECRET_BYTES_MIN};

/// For endpoints that do not say: long enough for the requests of one page.
const LIFETIME_S_UNSAID: u64 = 60;
/// Longer ones are fetched anew all the same.
const LIFETIME_S_MAX: u64 = 24 * 60 * 60;
/// A token is not used in its last minute, or in the last tenth of a short life: it must still hold when it arrives.
const MARGIN_S_MAX: u64 = 60;
const MARGIN_PART: u64 = 10;
const CODE_CHARS_MAX: usize = 40;

/// A token, and for how long to use it.
#[derive(Debug)]
pub struct Granted {
    pub value: SecretText,
    pub use_for_s: u64,
}

/// # Errors
/// Says why there is no token. Quotes nothing but the provider's short code, such as `invalid_client`.
pub fn read(status: u16, body: &[u8]) -> Result<Granted, String> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let text = |key: &str| answer.as_ref()?.get(key)?.as_str();
    if status != 200 {
        let code = text("error").filter(|code| is_code(code)).unwrap_or("no reason");
        return Err(format!("it answered {status} ({code})"));
    }
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("it gave a token that is no bearer token".to_owned());
    }
    let value = text("access_token").filter(|value| is_token(value)).ok_or("it gave no token that can be used")?;
    let seconds = answer.as_ref().and_then(|answer| lifetime_s(answer.get("expires_in")?));
    let lifetime_s = seconds.unwrap_or(LIFETIME_S_UNSAID).min(LIFETIME_S_MAX);
    let margin_s = (lifetime_s / MARGIN_PART).min(MARGIN_S_MAX);
    Ok(Granted { value: SecretText::new(value.to_owned()), use_for_s: lifetime_s - margin_s })
}

/// Some send the number as text.
fn lifetime_s(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn is_token(value: &str) -> bool {
    (SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_code(code: &str) -> bool {
    code.len() <= CODE_CHARS_MAX && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_shortly_before_it_expires() {
        let table = [
            (r#","expires_in":32400"#, 32_340),
            (r#","expires_in":"3600""#, 3_540),
            (r#","expires_in":100"#, 90),
            (r#","expires_in":0"#, 0),
            ("", 54),
            (r#","expires_in":-5"#, 54),
            (r#","expires_in":99999999999"#, 86_340),
        ];
        for (expires, use_for_s) in table {
            let body = format!(r#"{{"access_token":"planted-token","token_type":"Bearer"{expires}}}"#);
            let granted = read(200, body.as_bytes()).expect("a token");
            assert_eq!((granted.value.expose(), granted.use_for_s), ("planted-token", use_for_s), "{expires}");
            assert!(!format!("{granted:?}").contains("planted"));
        }
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_quoted() {
        let long = format!(r#"{{"access_token":"{}"}}"#, "planted".repeat(1_000));
        let table = [
            (401, r#"{"error":"invalid_client","error_description":"planted"}"#, "401 (invalid_client)"),
            (400, r#"{"error":"planted secret"}"#, "400 (no reason)"),
            (302, "", "302"),
            (500, "<html>planted</html>", "500"),
            (201, r#"{"access_token":"planted-token"}"#, "201"),
            (200, "", "no token"),
            (200, "planted", "no token"),
            (200, r#"{"access_token":7}"#, "no token"),
            (200, r#"{"access_token":"plant"}"#, "no token"),
            (200, r#"{"access_token":"planted\r\ntoken"}"#, "no token"),
            (200, r#"{"access_token":"planted token"}"#, "no token"),
            (200, long.as_str(), "no token"),
            (200, r#"{"access_token":"planted-token","token_type":"mac"}"#, "no bearer"),
        ];
        for (status, body, why) in table {
            let error = read(status, body.as_bytes()).expect_err("no token");
            assert!(error.contains(why) && !error.contains("planted"), "{error}");
        }
    }
}
