//! The [`Mail`](tollgate_billing::ports::Mail) port over SMTP. The only room that speaks to a mail server, and the only one
//! that knows its password.
#![forbid(unsafe_code)]

mod message;
mod server;
mod smtp;
mod why;

pub use server::{MailServer, Security, Sender, is_loopback};
pub use smtp::Smtp;
