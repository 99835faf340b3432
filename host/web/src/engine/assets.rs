//! Files that pages load: styles, scripts, icons, fonts. Read once, named with their hash, so that browsers keep them for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use sha2::{Digest, Sha256};

use super::source::SourceFile;

/// One file.
pub struct Asset {
    pub bytes: Bytes,
    pub content_type: &'static str,
    /// Of the content, in hex.
    pub hash: String,
}

/// All files below `assets/`, and the path that they are served under.
#[derive(Clone)]
pub struct Assets {
    files: Arc<BTreeMap<String, Asset>>,
    icons: Arc<BTreeSet<String>>,
    path: &'static str,
}

/// Where the portal and the back office find them.
const PATH: &str = "/assets";

/// The sprite that `{{icon}}` points into.
const ICONS_FILE: &str = "icons.svg";
/// Bytes of the hash that name a version: enough that two versions of a file never share it.
const HASH_BYTES: usize = 8;

impl Assets {
    /// `files` are named relative to `assets/`.
    pub fn new(files: Vec<SourceFile>) -> Self {
        let (mut kept, mut icons) = (BTreeMap::new(), BTreeSet::new());
        for file in files {
            let Some(content_type) = content_type(&file.name) else {
                tracing::warn!(file = file.name, "not served: nothing is known about files that end like this");
                continue;
            };
            if file.name == ICONS_FILE {
                icons = symbol_ids(&String::from_utf8_lossy(&file.bytes));
            }
            let hash = hex(&Sha256::digest(&file.bytes)[..HASH_BYTES]);
            kept.insert(file.name, Asset { bytes: file.bytes.into(), content_type, hash });
        }
        Self { files: Arc::new(kept), icons: Arc::new(icons), path: PATH }
    }

    /// The same files, served under another path.
    #[must_use]
    pub fn under(&self, path: &'static str) -> Self {
        Self { path, ..self.clone() }
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }

    /// The address with the version.
    #[must_use]
    pub fn url(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|asset| format!("{}/{name}?v={}", self.path, asset.hash))
    }

    /// Where an icon is drawn from; `None` without such an icon.
    #[must_use]
    pub fn icon(&self, name: &str) -> Option<String> {
        if !self.icons.contains(name) {
            return None;
        }
        self.url(ICONS_FILE).map(|url| format!("{url}#{name}"))
    }
}

fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// The ids of the sprite's symbols.
fn symbol_ids(sprite: &str) -> BTreeSet<String> {
    let after_symbol = sprite.split("<symbol").skip(1);
    after_symbol.filter_map(|rest| rest.split_once("id=\"")?.1.split_once('"')).map(|(id, _)| id.to_owned()).collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
