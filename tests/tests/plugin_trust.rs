//! Whose plugins are installed: signatures of trusted publishers, what policy demands, an id that stays its publisher's, and
//! files that come from a host.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use anyhow::ensure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b512, Digest};
use ring::signature::{Ed25519KeyPair, KeyPair};
use tollgate_guests::guest::gateway;
use tollgate_guests::value::text;
use tollgate_tests::server::Installation;

/// A publisher who signs as minisign does: <https://jedisct1.github.io/minisign/>.
struct Publisher {
    number: [u8; 8],
    pair: Ed25519KeyPair,
}

impl Publisher {
    fn new(number: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[number; 32]).expect("a seed of 32 bytes");
        Self { number: [number; 8], pair }
    }

    fn key(&self) -> String {
        STANDARD.encode([b"Ed".as_slice(), &self.number, self.pair.public_key().as_ref()].concat())
    }

    /// The file beside the signed one: the signature is over the hash of the bytes, and a second one covers the comment.
    fn sign(&self, bytes: &[u8]) -> String {
        let (signature, comment) = (self.pair.sign(&Blake2b512::digest(bytes)), "a plugin");
        let whole = self.pair.sign(&[signature.as_ref(), comment.as_bytes()].concat());
        let line = STANDARD.encode([b"ED".as_slice(), &self.number, signature.as_ref()].concat());
        format!("untrusted comment: -\n{line}\ntrusted comment: {comment}\n{}\n", STANDARD.encode(whole.as_ref()))
    }
}

fn component(version: &str) -> Vec<u8> {
    gateway().answers("describe", "identity.version", text(version)).build()
}

struct House {
    own: Installation,
}

impl House {
    fn new(rule: &str) -> anyhow::Result<Self> {
        let own = Installation::empty()?;
        let house = Self { own };
        house.configure("require-signature = \"off\"", &format!("require-signature = \"{rule}\""))?;
        Ok(house)
    }

    fn configure(&self, before: &str, after: &str) -> anyhow::Result<()> {
        let file = self.own.path("tollgate.toml");
        let text = fs::read_to_string(&file)?;
        ensure!(text.contains(before), "the configuration has no {before}");
        Ok(fs::write(&file, text.replace(before, after))?)
    }

    /// Writes a plugin, and its signature where there is one.
    fn file(&self, name: &str, bytes: &[u8], signature: Option<String>) -> anyhow::Result<String> {
        let path = self.own.path(name);
        fs::write(&path, bytes)?;
        if let Some(signature) = signature {
            fs::write(self.own.path(&format!("{name}.minisig")), signature)?;
        }
        Ok(path.to_string_lossy().into_owned())
    }

    fn trust(&self, publisher: &Publisher, name: &str) -> anyhow::Result<()> {
        self.own.done(&["plugin", "trust", &publisher.key(), "--name", name], "").map(drop)
    }

    fn install(&self, file: &str) -> anyhow::Result<String> {
        self.own.done(&["plugin", "install", file, "--grant-all"], "")
    }

    fn refused(&self, file: &str, why: &str) -> anyhow::Result<()> {
        let said = self.own.refused(&["plugin", "install", file, "--grant-all"], "")?;
        ensure!(said.contains(why), "{why:?} is not in {said}");
        Ok(())
    }
}

#[test]
fn what_must_be_signed_is_installed_only_with_a_trusted_publishers_signature_over_these_bytes() -> anyhow::Result<()> {
    let house = House::new("on")?;
    let (known, stranger, bytes) = (Publisher::new(1), Publisher::new(2), component("1.0.0"));
    house.trust(&known, "Known Publisher")?;
    house.refused(&house.file("bare.wasm", &bytes, None)?, "it is not signed")?;
    house.refused(&house.file("other.wasm", &bytes, Some(stranger.sign(&bytes)))?, "a key that nobody here trusts")?;
    let mut changed = bytes.clone();
    changed.push(0);
    house.refused(&house.file("changed.wasm", &changed, Some(known.sign(&bytes)))?, "was altered")?;
    house.refused(&house.file("torn.wasm", &bytes, Some("untrusted".to_owned()))?, "is not one that minisign wrote")?;
    let signed = house.file("signed.wasm", &bytes, Some(known.sign(&bytes)))?;
    let info = house.own.done(&["plugin", "info", &signed], "")?;
    ensure!(info.contains(&format!("signed by Known Publisher with {}", known.key())), "{info}");
    house.install(&signed)?;
    let log = house.own.done(&["audit", "list"], "")?;
    ensure!(log.contains("signer: Known Publisher"), "{log}");
    house.own.done(&["plugin", "distrust", "Known Publisher"], "")?;
    let info = house.own.done(&["plugin", "info", "acme"], "")?;
    ensure!(info.contains("which is trusted no more"), "{info}");
    Ok(())
}

#[test]
fn per_publisher_those_whose_key_is_known_must_sign() -> anyhow::Result<()> {
    let house = House::new("per-publisher")?;
    let bytes = component("1.0.0");
    let bare = house.file("bare.wasm", &bytes, None)?;
    let acme = Publisher::new(1);
    house.trust(&acme, "acme ltd")?;
    house.refused(&bare, "plugins of Acme Ltd must be signed")?;
    house.own.done(&["plugin", "distrust", "acme ltd"], "")?;
    house.install(&bare)?;
    Ok(())
}

#[test]
fn an_id_stays_its_publishers() -> anyhow::Result<()> {
    let house = House::new("off")?;
    let (first, other) = (Publisher::new(1), Publisher::new(2));
    house.trust(&first, "First")?;
    house.trust(&other, "Other")?;
    let (one, two) = (component("1.0.0"), component("2.0.0"));
    house.install(&house.file("one.wasm", &one, Some(first.sign(&one)))?)?;
    let theirs = house.file("theirs.wasm", &two, Some(other.sign(&two)))?;
    let bare = house.file("bare.wasm", &two, None)?;
    for file in [&theirs, &bare] {
        let said = house.own.refused(&["plugin", "upgrade", file], "")?;
        ensure!(
            said.contains("belongs to the publisher who signed it with") && said.contains("--forget-publisher"),
            "{said}"
        );
    }
    // It stays theirs when the plugin is removed, until staff say otherwise.
    house.own.done(&["plugin", "remove", "acme"], "")?;
    house.refused(&theirs, "belongs to the publisher")?;
    house.own.done(&["plugin", "remove", "acme", "--forget-publisher"], "")?;
    house.install(&theirs)?;
    Ok(())
}

/// Answers each path with its bytes until dropped.
fn serve(files: Vec<(String, Vec<u8>)>) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let place = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match files.iter().find(|(name, _)| name == path) {
                Some((_, body)) => ("200 OK", body.as_slice()),
                None if path == "/moved.wasm" => ("302 Found", b"".as_slice()),
                None => ("404 Not Found", b"".as_slice()),
            };
            let lines = format!(
                "HTTP/1.1 {status}\r\nlocation: /a.wasm\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(lines.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    Ok(place)
}

#[test]
fn a_plugin_is_fetched_only_from_a_host_that_the_configuration_names() -> anyhow::Result<()> {
    let house = House::new("on")?;
    let (publisher, bytes) = (Publisher::new(1), component("1.0.0"));
    house.trust(&publisher, "Publisher")?;
    let files = vec![
        ("/a.wasm".to_owned(), bytes.clone()),
        ("/a.wasm.minisig".to_owned(), publisher.sign(&bytes).into_bytes()),
    ];
    let place = serve(files)?;
    let address = format!("http://{place}/a.wasm");
    house.refused(&address, "it names none")?;
    house.configure("hosts = []", "hosts = [\"plugins.example.com\"]")?;
    house.refused(&address, "was not fetched")?;
    house.configure("\"plugins.example.com\"", &format!("\"{place}\""))?;
    house.refused(&format!("http://{place}/b.wasm"), "there is no such file")?;
    house.refused(&format!("http://{place}/moved.wasm"), "leads elsewhere")?;
    let done = house.install(&address)?;
    ensure!(done.contains("acme 1.0.0: installed"), "{done}");
    Ok(())
}
