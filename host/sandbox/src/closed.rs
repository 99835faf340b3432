//! A host that reaches no provider and knows no secret.

use async_trait::async_trait;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{
    Egress, EgressCaller, EgressRequest, EgressResponse, Redact, SendFailure, Signing, SigningAlgorithm, SigningError,
    SigningPart,
};

/// In the place of egress and vault where nothing leaves the machine: every request is denied, and no secret is set.
#[derive(Debug, Clone, Copy)]
pub struct NoProviders;

#[async_trait]
impl Egress for NoProviders {
    async fn send(&self, caller: &EgressCaller, _: EgressRequest) -> Result<EgressResponse, SendFailure> {
        Err(SendFailure::Denied(format!("this host sends no requests, and so none of {}", caller.instance)))
    }
}

#[async_trait]
impl Signing for NoProviders {
    async fn digest(
        &self,
        _: &InstanceId,
        _: SigningAlgorithm,
        parts: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        Err(no_secret(parts))
    }

    async fn hmac(
        &self,
        _: &InstanceId,
        _: SigningAlgorithm,
        key: &SigningPart,
        _: &[SigningPart],
    ) -> Result<Vec<u8>, SigningError> {
        Err(no_secret(std::slice::from_ref(key)))
    }
}

/// Names the first secret that was asked for.
fn no_secret(parts: &[SigningPart]) -> SigningError {
    let secret = parts.iter().find_map(|part| match part {
        SigningPart::Secret(key) => Some(key.clone()),
        SigningPart::Bytes(_) => None,
    });
    SigningError::NoSecret(secret.unwrap_or_default())
}

impl Redact for NoProviders {
    fn black_out(&self, _: &InstanceId, text: &str) -> String {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tollgate_billing::ports::{Auth, Method};

    use super::*;

    #[tokio::test]
    async fn nothing_is_sent_and_no_secret_is_set() {
        let caller = EgressCaller {
            instance: InstanceId::new("acme"),
            hosts: vec!["api.example.com".to_owned()],
            loopback_http: true,
            remaining: Duration::from_secs(1),
            requests_left: 1,
            may_keep: Vec::new(),
        };
        let request = EgressRequest {
            method: Method::Get,
            url: "https://api.example.com/".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            auth: Auth::None,
            keep: Vec::new(),
        };
        let sent = NoProviders.send(&caller, request).await;
        assert!(matches!(sent, Err(SendFailure::Denied(_))), "{sent:?}");
        let key = SigningPart::Secret("key".to_owned());
        let signed = NoProviders.hmac(&caller.instance, SigningAlgorithm::Sha256, &key, &[]).await;
        assert_eq!(signed, Err(SigningError::NoSecret("key".to_owned())));
    }
}
