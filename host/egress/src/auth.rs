//! Puts secrets into the header that proves who sends a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use tollgate_billing::ports::{Auth, ClientCredentials, HeaderPart, SecretText};
use zeroize::Zeroizing;

use crate::headers::{header_name, secret_value};
use crate::stage::Denied;
use crate::vault::Known;

/// Past this it is no template.
const PARTS_MAX: usize = 20;

/// The header that `auth` fills; `None` for none. Client credentials fill theirs with a token, once there is one.
///
/// # Errors
/// Where the header is the host's.
pub fn filled(auth: &Auth) -> Result<Option<HeaderName>, Denied> {
    match auth {
        Auth::None => Ok(None),
        Auth::Basic { .. } | Auth::Bearer(_) | Auth::ClientCredentials(_) => Ok(Some(AUTHORIZATION)),
        Auth::Header { name, .. } => header_name(name).map(Some),
    }
}

/// The value of [`filled`] for everything that needs no token.
///
/// # Errors
/// Where a secret is not set, or cannot stand in a header.
pub fn value(auth: &Auth, known: &Known) -> Result<Option<HeaderValue>, Denied> {
    let Some(name) = filled(auth)? else { return Ok(None) };
    let text = match auth {
        Auth::None | Auth::ClientCredentials(_) => return Ok(None),
        Auth::Basic { user, password } => basic(part(user, known)?, part(password, known)?)?,
        Auth::Bearer(key) => Zeroizing::new(format!("Bearer {}", secret(key, known)?)),
        Auth::Header { value, .. } if value.len() > PARTS_MAX => {
            return Err(Denied::new(format!("a header is put together of at most {PARTS_MAX} parts")));
        }
        Auth::Header { value, .. } => {
            let mut text = Zeroizing::new(String::new());
            for piece in value {
                text.push_str(part(piece, known)?);
            }
            text
        }
    };
    secret_value(&name, &text).map(Some)
}

/// # Errors
/// Where the token cannot stand in a header.
pub fn bearer(token: &SecretText) -> Result<HeaderValue, Denied> {
    secret_value(&AUTHORIZATION, &Zeroizing::new(format!("Bearer {}", token.expose())))
}

/// How the client proves itself to the token endpoint: RFC 6749, 2.3.1, by its first choice.
///
/// # Errors
/// Where a secret is not set.
pub fn client(credentials: &ClientCredentials, known: &Known) -> Result<HeaderValue, Denied> {
    let encoded =
        |text: &str| Zeroizing::new(url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
    let id = encoded(part(&credentials.id, known)?);
    let secret = encoded(part(&credentials.secret, known)?);
    secret_value(&AUTHORIZATION, &basic(&id, &secret)?)
}

fn basic(user: &str, password: &str) -> Result<Zeroizing<String>, Denied> {
    if user.contains(':') {
        return Err(Denied::new("the user of basic authentication has a colon in it"));
    }
    let pair = Zeroizing::new(format!("{user}:{password}"));
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Ok(Zeroizing::new(format!("Basic {}", *encoded)))
}

fn part<'a>(part: &'a HeaderPart, known: &'a Known) -> Result<&'a str, Denied> {
    match part {
        HeaderPart::Text(text) => Ok(text),
        HeaderPart::Secret(key) => secret(key, known),
    }
}

fn secret<'a>(key: &str, known: &'a Known) -> Result<&'a str, Denied> {
    let value = known.value(key).ok_or_else(|| Denied::new(format!("the secret {} is not set", shown(key))))?;
    Ok(value.expose())
}

/// Keys come from guests; what staff read is short and plain.
pub fn shown(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
