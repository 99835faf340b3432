//! Signatures of plugins: minisign's, by publishers whom staff trust.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use minisign_verify::{Error, PublicKey, Signature};
use tollgate_billing::ports::{RequireSignature, Signatures};
use tollgate_billing::publisher::Publisher;

/// A signature or a public key is some hundred bytes.
const TEXT_BYTES_MAX: u64 = 16 * 1024;
/// As the sandbox bounds a plugin's file.
const PLUGIN_BYTES_MAX: u64 = 128 << 20;

/// What stands beside a file that is signed, where nothing else is named.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".minisig");
    PathBuf::from(name)
}

/// Checks minisign's signatures.
pub struct Minisign {
    pub required: RequireSignature,
}

impl Signatures for Minisign {
    fn required(&self) -> RequireSignature {
        self.required
    }

    fn signer<'a>(&self, bytes: &[u8], signature: &str, publishers: &'a [Publisher]) -> Result<&'a Publisher, String> {
        signer(bytes, signature, publishers).map_err(|problem| problem.to_string())
    }
}

/// Why a signature proves nothing. Each is half a sentence about the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureProblem {
    #[error("its signature is not one that minisign wrote")]
    Unreadable,
    #[error("its signature is of minisign's old form; sign it again with minisign 0.11 or newer, or with -H")]
    OldForm,
    #[error("it is not what {0} signed: the file or the signature was altered")]
    Altered(String),
    #[error("it is signed by a key that nobody here trusts; see tollgate plugin trust --help")]
    Unknown,
}

/// Who of `publishers` signed exactly these bytes.
///
/// # Errors
/// [`SignatureProblem`].
pub fn signer<'a>(
    bytes: &[u8],
    signature: &str,
    publishers: &'a [Publisher],
) -> Result<&'a Publisher, SignatureProblem> {
    let signature = Signature::decode(signature).map_err(|_| SignatureProblem::Unreadable)?;
    let mut problem = SignatureProblem::Unknown;
    for publisher in publishers {
        let Ok(key) = PublicKey::from_base64(&publisher.key) else { continue };
        match key.verify(bytes, &signature, false) {
            Ok(()) => return Ok(publisher),
            // Of another key: its number says so.
            Err(Error::UnexpectedKeyId) => {}
            Err(Error::UnexpectedAlgorithm | Error::UnsupportedLegacyMode) => problem = SignatureProblem::OldForm,
            Err(_) => problem = SignatureProblem::Altered(publisher.name.clone()),
        }
    }
    Err(problem)
}

/// A public key, typed or in a file as minisign writes it; in one line of base64.
///
/// # Errors
/// One sentence.
pub fn public_key(key_or_file: &str) -> anyhow::Result<String> {
    if PublicKey::from_base64(key_or_file).is_ok() {
        return Ok(key_or_file.to_owned());
    }
    let neither =
        || format!("{key_or_file} is neither a minisign public key, which starts with RW, nor a file that holds one");
    let text = read_text(Path::new(key_or_file)).with_context(neither)?.with_context(neither)?;
    let key = text.lines().map(str::trim).find(|line| PublicKey::from_base64(line).is_ok());
    key.map(str::to_owned).with_context(|| format!("{key_or_file} holds no minisign public key"))
}

/// `None` where there is no such file.
pub fn read_text(file: &Path) -> anyhow::Result<Option<String>> {
    let bytes = match read_bounded(file, TEXT_BYTES_MAX) {
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(is_missing) => return Ok(None),
        bytes => bytes?,
    };
    Ok(Some(String::from_utf8(bytes).with_context(|| format!("{} is no text", file.display()))?))
}

fn is_missing(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
}

/// A plugin's whole file.
pub fn read_plugin(file: &Path) -> anyhow::Result<Vec<u8>> {
    read_bounded(file, PLUGIN_BYTES_MAX)
}

fn read_bounded(file: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("{} cannot be read", file.display());
    // A pipe or a device has no end.
    if !std::fs::metadata(file).with_context(unreadable)?.is_file() {
        bail!("{} is no regular file", file.display());
    }
    let mut bytes = Vec::new();
    File::open(file).and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes)).with_context(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        bail!("{} is larger than {bytes_max} bytes", file.display());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use tollgate_billing::ids::Timestamp;

    use super::*;

    /// Two keys, and what minisign 0.11 made of the bytes `a plugin` with the first one.
    const KEY: &str = "RWTsdce8sAGVKqGuKukIjZ2pSaLF8olOQmM7XkxzPWdeab2pwgSe+7qp";
    const OTHER_KEY: &str = "RWTQk1NH/qm1UE+/o8uqnhjmW7KQi4R9WnTRDDycPkxyBGTw3FoQCWP4";
    const SIGNATURE: &str = "untrusted comment: signature of a plugin\n\
        RUTsdce8sAGVKraiLguxljLXtWGYUfg8uq40GnFHhQCrVHbFBrRNWbeAEOUCo7XQywlOza3unN3UkwlNY1P8F7eyDVNaoE4yTAA=\n\
        trusted comment: v1\n\
        /ykWULKPN7j4kmesexFseXUFkGCB/SOElnZ5XcgPopNE5HiZALV4thPJk3jvJD28ZnUhIl+Ef7AEV0tsTCBJDA==\n";
    /// The same with `-l`.
    const OLD_FORM: &str = "untrusted comment: signature of a plugin\n\
        RWTsdce8sAGVKu+U50dYbSkUAGGiyKKqWoyd3peKP4N7LRPis9Nz+KL1sgpdM5bQfsySmzQk05LiavOxC3Jl0WyG6TptLh+M0QE=\n\
        trusted comment: v1\n\
        Bfv6mAbuz5xk4MTK1rLGTJUKCjTsSHke+4qHHxnrDSjIHbDvEhornvQ0MQ0uFqZK3qnJ9/lNB3gs2beA0kuFCA==\n";

    fn publisher(key: &str, name: &str) -> Publisher {
        Publisher { key: key.to_owned(), name: name.to_owned(), added: Timestamp(0) }
    }

    #[test]
    fn only_the_trusted_key_over_the_very_same_bytes_counts() {
        let all = [publisher(OTHER_KEY, "Other"), publisher(KEY, "Acme")];
        let name = |bytes: &[u8], signature: &str, all: &[Publisher]| {
            signer(bytes, signature, all).map(|found| found.name.clone())
        };
        assert_eq!(name(b"a plugin", SIGNATURE, &all).as_deref(), Ok("Acme"));
        assert_eq!(name(b"a plugin", &SIGNATURE.replace('\n', "\r\n"), &all).as_deref(), Ok("Acme"));
        for changed in [&b"A plugin"[..], b"a plugin!", b""] {
            assert_eq!(name(changed, SIGNATURE, &all), Err(SignatureProblem::Altered("Acme".to_owned())));
        }
        assert_eq!(name(b"a plugin", SIGNATURE, &all[..1]), Err(SignatureProblem::Unknown));
        assert_eq!(name(b"a plugin", SIGNATURE, &[]), Err(SignatureProblem::Unknown));
        assert_eq!(name(b"a plugin", OLD_FORM, &all), Err(SignatureProblem::OldForm));
        let comment = SIGNATURE.replace("trusted comment: v1", "trusted comment: v2");
        assert_eq!(name(b"a plugin", &comment, &all), Err(SignatureProblem::Altered("Acme".to_owned())));
        for broken in ["", "RWxx", "a\nb\nc\nd", &SIGNATURE[..SIGNATURE.len() / 2]] {
            assert_eq!(name(b"a plugin", broken, &all), Err(SignatureProblem::Unreadable), "{broken}");
        }
    }

    #[test]
    fn a_key_is_typed_or_stands_in_the_file_that_minisign_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("minisign.pub");
        std::fs::write(&file, format!("untrusted comment: minisign public key\n{KEY}\n")).expect("written");
        assert_eq!(KEY.len(), 56);
        assert_eq!(public_key(KEY).expect("typed"), KEY);
        assert_eq!(public_key(&file.to_string_lossy()).expect("in a file"), KEY);
        std::fs::write(&file, "nothing\n").expect("written");
        for wrong in [&*file.to_string_lossy(), &KEY[1..], "nowhere", ""] {
            assert!(public_key(wrong).is_err(), "{wrong}");
        }
    }
}
