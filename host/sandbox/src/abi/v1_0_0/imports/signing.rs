//! Digests over parts, of which some are secrets. They are made behind the port, where secrets have values.

use subtle::ConstantTimeEq;
use tollgate_billing::ports::{SigningAlgorithm, SigningError, SigningPart};

use crate::abi::v1_0_0::bindings::tollgate::plugin::signing as wit;
use crate::guest::Guest;

type Signed = Result<Vec<u8>, wit::SigningError>;

impl wit::Host for Guest {
    async fn digest(&mut self, how: wit::Algorithm, parts: Vec<wit::Data>) -> wasmtime::Result<Signed> {
        let instance = self.instance_of("signing.digest")?;
        let parts: Vec<SigningPart> = parts.into_iter().map(part).collect();
        Ok(self.services.signing.digest(&instance, algorithm(how), &parts).await.map_err(failed))
    }

    async fn hmac(&mut self, how: wit::Algorithm, key: wit::Data, parts: Vec<wit::Data>) -> wasmtime::Result<Signed> {
        let instance = self.instance_of("signing.hmac")?;
        let parts: Vec<SigningPart> = parts.into_iter().map(part).collect();
        Ok(self.services.signing.hmac(&instance, algorithm(how), &part(key), &parts).await.map_err(failed))
    }

    async fn equal(&mut self, left: Vec<u8>, right: Vec<u8>) -> wasmtime::Result<bool> {
        self.reach("signing.equal")?;
        Ok(bool::from(left.ct_eq(&right)))
    }
}

fn algorithm(algorithm: wit::Algorithm) -> SigningAlgorithm {
    match algorithm {
        wit::Algorithm::Sha256 => SigningAlgorithm::Sha256,
        wit::Algorithm::Sha512 => SigningAlgorithm::Sha512,
        wit::Algorithm::Sha1 => SigningAlgorithm::Sha1,
        wit::Algorithm::Md5 => SigningAlgorithm::Md5,
    }
}

fn part(data: wit::Data) -> SigningPart {
    match data {
        wit::Data::Bytes(bytes) => SigningPart::Bytes(bytes),
        wit::Data::Secret(key) => SigningPart::Secret(key),
    }
}

fn failed(error: SigningError) -> wit::SigningError {
    match error {
        SigningError::NoSecret(key) => wit::SigningError::NoSecret(key),
        SigningError::TooLarge => wit::SigningError::TooLarge,
    }
}
