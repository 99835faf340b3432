//! The cookies: one for clients, one for staff, each with another while their second step is missing, and one for visitors who
//! have not logged in.

use axum::http::{HeaderMap, HeaderValue, header};

/// Which of the two doors somebody came in by. A client's cookie never opens the back office, nor the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Client,
    Staff,
}

impl Door {
    /// For keys of limits and for the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff => "staff",
        }
    }
}

/// Names and attributes of the cookies of this installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    /// Served over https: cookies are `Secure` and carry the `__Host-` prefix, so that no other host can set them.
    pub secure: bool,
}

/// Longest value that is read: a token is 64, a message with an amount some 200.
const VALUE_BYTES_MAX: usize = 400;
/// How long a message waits for the page that shows it.
const FLASH_SECONDS: u32 = 60;

impl Cookies {
    /// The session of a door.
    #[must_use]
    pub fn session(self, headers: &HeaderMap, door: Door) -> Option<&str> {
        self.get(headers, session_name(door))
    }

    /// The sign-in of a door whose second step is missing.
    #[must_use]
    pub fn half(self, headers: &HeaderMap, door: Door) -> Option<&str> {
        self.get(headers, half_name(door))
    }

    /// The visitor's secret, which guards the login form before there is a session.
    #[must_use]
    pub fn visitor(self, headers: &HeaderMap) -> Option<&str> {
        self.get(headers, "tollgate-visitor")
    }

    /// The word of a message for the next page.
    #[must_use]
    pub fn flash(self, headers: &HeaderMap) -> Option<&str> {
        self.get(headers, "tollgate-flash")
    }

    #[must_use]
    pub fn set_session(self, door: Door, token: &str, seconds: u32) -> Option<HeaderValue> {
        self.set(session_name(door), token, seconds)
    }

    #[must_use]
    pub fn forget_session(self, door: Door) -> Option<HeaderValue> {
        self.set(session_name(door), "", 0)
    }

    #[must_use]
    pub fn set_half(self, door: Door, token: &str, seconds: u32) -> Option<HeaderValue> {
        self.set(half_name(door), token, seconds)
    }

    #[must_use]
    pub fn forget_half(self, door: Door) -> Option<HeaderValue> {
        self.set(half_name(door), "", 0)
    }

    #[must_use]
    pub fn set_visitor(self, secret: &str, seconds: u32) -> Option<HeaderValue> {
        self.set("tollgate-visitor", secret, seconds)
    }

    #[must_use]
    pub fn set_flash(self, word: &str) -> Option<HeaderValue> {
        self.set("tollgate-flash", word, FLASH_SECONDS)
    }

    #[must_use]
    pub fn forget_flash(self) -> Option<HeaderValue> {
        self.set("tollgate-flash", "", 0)
    }

    fn get<'h>(self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let prefix = self.prefix();
        let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let named = |of: &str| of.strip_prefix(prefix) == Some(name);
        let value = pairs.into_iter().find(|(of, _)| named(of)).map(|(_, value)| value)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        (value.len() <= VALUE_BYTES_MAX && value.bytes().all(plain)).then_some(value)
    }

    fn set(self, name: &str, value: &str, seconds: u32) -> Option<HeaderValue> {
        let (prefix, secure) = (self.prefix(), if self.secure { "; Secure" } else { "" });
        let cookie = format!("{prefix}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&cookie).ok()
    }

    fn prefix(self) -> &'static str {
        if self.secure { "__Host-" } else { "" }
    }
}

fn session_name(door: Door) -> &'static str {
    match door {
        Door::Client => "tollgate-client",
        Door::Staff => "tollgate-staff",
    }
}

fn half_name(door: Door) -> &'static str {
    match door {
        Door::Client => "tollgate-client-half",
        Door::Staff => "tollgate-staff-half",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(secure: bool, line: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(line).expect("a cookie line of the table"));
        Cookies { secure }.session(&headers, Door::Client).map(str::to_owned)
    }

    #[test]
    fn only_the_doors_own_cookie_is_read() {
        let check = |secure: bool, line: &str, expected: Option<&str>| {
            assert_eq!(client(secure, line).as_deref(), expected, "{line}");
        };
        check(false, "tollgate-client=abc", Some("abc"));
        check(true, "a=b; __Host-tollgate-client=abc; c=d", Some("abc"));
        check(true, "tollgate-client=abc", None);
        check(false, "tollgate-staff=abc", None);
        check(false, "tollgate-client-half=abc", None);
        check(false, "xtollgate-client=abc", None);
        check(false, "tollgate-client=a b", None);
        check(false, &format!("tollgate-client={}", "a".repeat(500)), None);
    }

    #[test]
    fn cookies_over_https_are_bound_to_the_host() {
        let line = Cookies { secure: true }.set_session(Door::Client, "abc", 60).expect("a plain value");
        assert_eq!(line, "__Host-tollgate-client=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    }
}
