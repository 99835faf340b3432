//! Who may come in, and how: passwords, sessions, forms, headers, limits.

mod body;
mod cookies;
mod csrf;
mod device;
mod files;
mod headers;
mod known;
mod passwords;
mod patience;
mod rate;
mod recovery;
mod sessions;
mod tokens;

pub use body::{FORM_BYTES_MAX, FormFields, FormRefusal};
pub use cookies::{Cookies, Door};
pub use csrf::{Forged, check_csrf, csrf_token, same_origin};
pub(crate) use device::browser_name;
pub(crate) use files::{FileField, FilesRefusal, files_bytes_max, read_files};
pub(crate) use headers::{Framed, clear_browser, page_policy, secure, secure_confined};
pub(crate) use known::{AccountAt, KNOWN_SECONDS, KnownBrowsers};
pub use passwords::{PasswordError, hash_password};
pub(crate) use passwords::{Passwords, Verdict};
pub use patience::ReadWithin;
pub(crate) use patience::TooSlow;
pub(crate) use rate::RateLimit;
pub(crate) use recovery::RecoveryCodes;
pub(crate) use sessions::{SessionToken, end_session, find_session, log_entry, new_session, start_session};
pub use tokens::random_token;
pub(crate) use tokens::{SECRET_CHARS, random_secret};
