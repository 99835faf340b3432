//! Digests over parts. A part that names a secret is answered `no-secret`: this host stores none.

use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::abi::v1_0_0::bindings::tollgate::plugin::signing::{Algorithm, Data, Host, SigningError};
use crate::guest::Guest;

/// The contract's number for all parts together.
const PARTS_BYTES_MAX: usize = 2 << 20;

type Signed = Result<Vec<u8>, SigningError>;

impl Host for Guest {
    fn digest(&mut self, algorithm: Algorithm, parts: Vec<Data>) -> wasmtime::Result<Signed> {
        self.reach("signing.digest")?;
        Ok(open(parts).map(|parts| match algorithm {
            Algorithm::Sha256 => digest::<Sha256>(&parts),
            Algorithm::Sha512 => digest::<Sha512>(&parts),
            Algorithm::Sha1 => digest::<Sha1>(&parts),
            Algorithm::Md5 => digest::<Md5>(&parts),
        }))
    }

    fn hmac(&mut self, algorithm: Algorithm, key: Data, parts: Vec<Data>) -> wasmtime::Result<Signed> {
        self.reach("signing.hmac")?;
        let opened = open(vec![key]).and_then(|key| Ok((key.concat(), open(parts)?)));
        Ok(opened.and_then(|(key, parts)| match algorithm {
            Algorithm::Sha256 => authenticate::<Sha256>(&key, &parts),
            Algorithm::Sha512 => authenticate::<Sha512>(&key, &parts),
            Algorithm::Sha1 => authenticate::<Sha1>(&key, &parts),
            Algorithm::Md5 => authenticate::<Md5>(&key, &parts),
        }))
    }

    fn equal(&mut self, left: Vec<u8>, right: Vec<u8>) -> wasmtime::Result<bool> {
        self.reach("signing.equal")?;
        Ok(bool::from(left.ct_eq(&right)))
    }
}

/// The bytes of all parts, in order and within the contract's bound.
fn open(parts: Vec<Data>) -> Result<Vec<Vec<u8>>, SigningError> {
    let mut opened = Vec::with_capacity(parts.len());
    let mut bytes_left = PARTS_BYTES_MAX;
    for part in parts {
        match part {
            Data::Secret(key) => return Err(SigningError::NoSecret(key)),
            Data::Bytes(bytes) => {
                bytes_left = bytes_left.checked_sub(bytes.len()).ok_or(SigningError::TooLarge)?;
                opened.push(bytes);
            }
        }
    }
    Ok(opened)
}

fn digest<D: Digest>(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

fn authenticate<D: EagerHash>(key: &[u8], parts: &[Vec<u8>]) -> Signed {
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(key).map_err(|_| SigningError::TooLarge)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}
