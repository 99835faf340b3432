//! What went wrong, in words of our own: the HTTP client's would quote the URL.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::names::NoAddress;

/// Errors that wrap errors; none is deeper than this.
const DEPTH_MAX: usize = 16;

pub fn words(error: &reqwest::Error) -> String {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    for _ in 0..DEPTH_MAX {
        let Some(cause) = next else { break };
        if let Some(known) = known(cause) {
            return known;
        }
        // An I/O error is transparent: what it wraps is not its source.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    let words = if error.is_timeout() {
        "no connection in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_builder() {
        "this is no request that can be sent"
    } else {
        "the connection broke off, or the answer was no HTTP"
    };
    words.to_owned()
}

fn known(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<NoAddress>() {
        return Some(error.to_string());
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls(error).to_owned());
    }
    let kind = cause.downcast_ref::<io::Error>().filter(|error| error.get_ref().is_none())?.kind();
    let words = match kind {
        io::ErrorKind::ConnectionRefused => "it takes no connections",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            "the connection was cut"
        }
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => "no way leads there",
        io::ErrorKind::TimedOut => "no connection in time",
        _ => return None,
    };
    Some(words.to_owned())
}

fn tls(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet; is this machine's clock right?"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            CertificateError::UnknownIssuer => "its certificate is of nobody whom this machine trusts",
            CertificateError::Revoked => "its certificate was revoked",
            _ => "its certificate cannot be trusted",
        },
        _ => "no secure connection (TLS) could be agreed on",
    }
}
