//! Digests and HMACs over parts, of which some are secrets.

use async_trait::async_trait;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SecretText, Signing, SigningAlgorithm, SigningError, SigningPart};

use crate::vault::{Known, Vault};

/// The contract's number for all parts together.
const PARTS_BYTES_MAX: usize = 2 << 20;

type Signed = Result<Vec<u8>, SigningError>;

#[async_trait]
impl Signing for Vault {
    async fn digest(&self, instance: &InstanceId, algorithm: SigningAlgorithm, parts: &[SigningPart]) -> Signed {
        let known = self.fresh(instance).await;
        let parts = opened(&known, parts)?;
        Ok(match algorithm {
            SigningAlgorithm::Sha256 => digest::<Sha256>(&parts),
            SigningAlgorithm::Sha512 => digest::<Sha512>(&parts),
            SigningAlgorithm::Sha1 => digest::<Sha1>(&parts),
            SigningAlgorithm::Md5 => digest::<Md5>(&parts),
        })
    }

    async fn hmac(
        &self,
        instance: &InstanceId,
        algorithm: SigningAlgorithm,
        key: &SigningPart,
        parts: &[SigningPart],
    ) -> Signed {
        let known = self.fresh(instance).await;
        let key = opened(&known, std::slice::from_ref(key))?.concat();
        let key = zeroize::Zeroizing::new(key);
        let parts = opened(&known, parts)?;
        match algorithm {
            SigningAlgorithm::Sha256 => authenticate::<Sha256>(&key, &parts),
            SigningAlgorithm::Sha512 => authenticate::<Sha512>(&key, &parts),
            SigningAlgorithm::Sha1 => authenticate::<Sha1>(&key, &parts),
            SigningAlgorithm::Md5 => authenticate::<Md5>(&key, &parts),
        }
    }
}

/// The bytes of all parts in order, within the contract's bound.
fn opened<'a>(known: &'a Known, parts: &'a [SigningPart]) -> Result<Vec<&'a [u8]>, SigningError> {
    let mut bytes_left = PARTS_BYTES_MAX;
    let open = |part: &'a SigningPart| {
        let bytes = match part {
            SigningPart::Bytes(bytes) => bytes.as_slice(),
            SigningPart::Secret(key) => {
                known.value(key).map(SecretText::expose).ok_or_else(|| SigningError::NoSecret(key.clone()))?.as_bytes()
            }
        };
        bytes_left = bytes_left.checked_sub(bytes.len()).ok_or(SigningError::TooLarge)?;
        Ok(bytes)
    };
    parts.iter().map(open).collect()
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

fn authenticate<D: EagerHash>(key: &[u8], parts: &[&[u8]]) -> Signed {
    // HMAC takes a key of any length.
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(key).map_err(|_| SigningError::TooLarge)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Safe, example};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    fn bytes(text: &str) -> SigningPart {
        SigningPart::Bytes(text.as_bytes().to_vec())
    }

    fn secret(key: &str) -> SigningPart {
        SigningPart::Secret(key.to_owned())
    }

    #[tokio::test]
    async fn published_vectors_come_out() {
        let safe = Safe::new().await;
        // RFC 4231 and RFC 2202, test case 2; then RFC 1321's and FIPS 180's alphabet, as a secret.
        let parts = [bytes("what do ya want "), bytes("for nothing?")];
        let table = [
            (SigningAlgorithm::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (SigningAlgorithm::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (SigningAlgorithm::Md5, "750c783e6ab0b503eaa86e310a5db738"),
            (
                SigningAlgorithm::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        for (algorithm, expected) in table {
            let signed = safe.vault.hmac(&example(), algorithm, &bytes("Jefe"), &parts).await.expect("signed");
            assert_eq!(hex(&signed), expected);
        }
        safe.set("word", "abcdefghijklmnopqrstuvwxyz").await;
        let table = [
            (SigningAlgorithm::Md5, "c3fcd3d76192e4007dfb496cca67e13b"),
            (SigningAlgorithm::Sha1, "32d10c7b8cf96570ca04ce37f2a19d84240d3a89"),
            (SigningAlgorithm::Sha256, "71c480df93d6ae2f1efad1447c66c9525e316218cf51fc8d9ed832f2daf18b73"),
        ];
        for (algorithm, expected) in table {
            let signed = safe.vault.digest(&example(), algorithm, &[secret("word")]).await.expect("signed");
            assert_eq!(hex(&signed), expected);
        }
    }

    #[tokio::test]
    async fn a_secret_as_key_or_part_signs_as_its_bytes_would() {
        let safe = Safe::new().await;
        safe.set("word", "planted-secret").await;
        let parts = [bytes("amount=10;"), secret("word")];
        let open = [bytes("amount=10;"), bytes("planted-secret")];
        for algorithm in
            [SigningAlgorithm::Sha256, SigningAlgorithm::Sha512, SigningAlgorithm::Sha1, SigningAlgorithm::Md5]
        {
            let sealed = safe.vault.hmac(&example(), algorithm, &secret("word"), &parts).await;
            let plain = safe.vault.hmac(&example(), algorithm, &bytes("planted-secret"), &open).await;
            assert_eq!(sealed, plain);
            assert!(sealed.is_ok());
        }
    }

    #[tokio::test]
    async fn a_secret_that_is_not_set_or_another_instances_signs_nothing() {
        let safe = Safe::new().await;
        safe.set("word", "planted-secret").await;
        let vault = &safe.vault;
        let no_secret = |key: &str| Err(SigningError::NoSecret(key.to_owned()));
        let algorithm = SigningAlgorithm::Sha256;
        assert_eq!(vault.digest(&example(), algorithm, &[secret("other")]).await, no_secret("other"));
        assert_eq!(vault.hmac(&example(), algorithm, &secret("other"), &[]).await, no_secret("other"));
        assert_eq!(vault.digest(&InstanceId::new("stranger"), algorithm, &[secret("word")]).await, no_secret("word"));
    }

    #[tokio::test]
    async fn two_megabytes_are_signed_and_one_byte_more_is_not() {
        let safe = Safe::new().await;
        safe.set("word", "planted").await;
        let fitting = SigningPart::Bytes(vec![0; PARTS_BYTES_MAX - "planted".len()]);
        let algorithm = SigningAlgorithm::Sha256;
        let parts = [fitting, secret("word")];
        assert!(safe.vault.digest(&example(), algorithm, &parts).await.is_ok());
        let parts = [parts[0].clone(), parts[1].clone(), bytes("x")];
        assert_eq!(safe.vault.digest(&example(), algorithm, &parts).await, Err(SigningError::TooLarge));
        assert_eq!(safe.vault.hmac(&example(), algorithm, &secret("word"), &parts).await, Err(SigningError::TooLarge));
    }
}
