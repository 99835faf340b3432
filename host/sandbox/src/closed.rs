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
