//! Requests to providers. Denied unless granted, and this host has nothing to grant hosts with: a request is looked at,
//! answered with the grant that it lacks, and never sent.

use crate::abi::v1_0_0::bindings::tollgate::plugin::http::{Host, Request, Response, SendError};
use crate::checks::https;
use crate::guest::Guest;

/// The contract's numbers for `request`.
const HEADERS_MAX: usize = 50;
const BODY_BYTES_MAX: usize = 1 << 20;

impl Host for Guest {
    fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, SendError>> {
        self.reach("http.send")?;
        Ok(Err(SendError::Denied(self.denial(&request))))
    }
}

impl Guest {
    fn denial(&self, request: &Request) -> String {
        if request.headers.len() > HEADERS_MAX {
            return format!("a request has at most {HEADERS_MAX} headers");
        }
        if request.body.len() > BODY_BYTES_MAX {
            return format!("a request's body has at most {} MB", BODY_BYTES_MAX >> 20);
        }
        let url = https(&request.url);
        match url.as_ref().and_then(|url| url.host_str()) {
            Some(host) => format!("{host} is not granted to {}", self.name()),
            None => "the address is not https, or has user information, or is no address".to_owned(),
        }
    }
}
