//! Requests to providers. What may be sent is decided by the grants of the call and behind the port; what is known to have
//! been sent is written down here.

use tollgate_billing::ports::{
    Auth, ClientCredentials, EgressCaller, EgressRequest, HeaderPart, Kept, Method, SendFailure,
};

use crate::abi::v1_0_0::bindings::tollgate::plugin::http as wit;
use crate::guest::Guest;

/// The contract's number for `request`.
const KEPT_MAX: usize = 4;

impl wit::Host for Guest {
    async fn send(&mut self, request: wit::Request) -> wasmtime::Result<Result<wit::Response, wit::SendError>> {
        let instance = self.instance_of("http.send")?;
        if let Some(why) = self.keeps_too_much(&request.keep) {
            return Ok(Err(wit::SendError::Denied(why)));
        }
        let caller = EgressCaller {
            instance,
            hosts: self.grants.hosts.clone(),
            loopback_http: self.grants.test_mode,
            remaining: self.request_time(),
            requests_left: self.requests_left,
            may_keep: self.grants.may_keep.clone(),
        };
        self.requests_left = self.requests_left.saturating_sub(1);
        let request = translated(request);
        let method = request.method;
        self.sent.hand_over();
        let answer = self.services.egress.send(&caller, request).await;
        self.sent.answered(method, &answer);
        Ok(answer.map_err(failed).map(|answer| wit::Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
        }))
    }
}

impl Guest {
    fn keeps_too_much(&self, keep: &[wit::Kept]) -> Option<String> {
        if !keep.is_empty() && self.grants.may_keep.is_empty() {
            return Some("secrets of an answer are kept while a webhook is set up, and only then".to_owned());
        }
        (keep.len() > KEPT_MAX).then(|| format!("at most {KEPT_MAX} secrets of one answer are kept"))
    }
}

fn translated(request: wit::Request) -> EgressRequest {
    EgressRequest {
        method: match request.method {
            wit::Method::Get => Method::Get,
            wit::Method::Post => Method::Post,
            wit::Method::Put => Method::Put,
            wit::Method::Patch => Method::Patch,
            wit::Method::Delete => Method::Delete,
        },
        url: request.url,
        headers: request.headers,
        body: request.body,
        auth: auth(request.auth),
        keep: request.keep.into_iter().map(|kept| Kept { pointer: kept.pointer, secret: kept.key }).collect(),
    }
}

fn auth(auth: wit::Auth) -> Auth {
    match auth {
        wit::Auth::None => Auth::None,
        wit::Auth::Basic(basic) => Auth::Basic { user: part(basic.user), password: part(basic.password) },
        wit::Auth::Bearer(secret) => Auth::Bearer(secret),
        wit::Auth::Header(header) => {
            Auth::Header { name: header.name, value: header.value.into_iter().map(part).collect() }
        }
        wit::Auth::ClientCredentials(credentials) => Auth::ClientCredentials(ClientCredentials {
            token_url: credentials.token_url,
            id: part(credentials.id),
            secret: part(credentials.secret),
            scope: credentials.scope,
        }),
    }
}

fn part(part: wit::Part) -> HeaderPart {
    match part {
        wit::Part::Text(text) => HeaderPart::Text(text),
        wit::Part::Secret(key) => HeaderPart::Secret(key),
    }
}

fn failed(failure: SendFailure) -> wit::SendError {
    match failure {
        SendFailure::Denied(why) => wit::SendError::Denied(why),
        SendFailure::Unavailable(why) => wit::SendError::Unavailable(why),
        SendFailure::Unknown(why) => wit::SendError::Unknown(why),
    }
}
