//! What a plugin is, who says so, and who vouches for its file.

use serde::Serialize;
use tollgate_billing::billing::Offer;
use tollgate_billing::plugin::{Component, FieldKind, Manifest};
use tollgate_billing::publisher::Publisher;

use crate::texts::OfferedTexts;

#[derive(Serialize)]
pub(super) struct Facts {
    id: String,
    pub(super) name: String,
    pub(super) version: String,
    /// As the plugin says itself; proven by nothing.
    publisher: String,
    licence: String,
    contract: &'static str,
    sha256: String,
    summary: String,
    kind: &'static str,
    signer: SignerView,
}

/// Who signed a file.
#[derive(Default, Serialize)]
pub(in crate::admin) struct SignerView {
    /// `trusted`, `distrusted` or `none`: the end of the text's id.
    state: &'static str,
    /// What staff call the publisher; empty for a key that they trust no more.
    name: String,
    key: String,
}

impl Facts {
    pub(super) fn of(offer: &Offer, texts: &OfferedTexts) -> Self {
        let identity = offer.manifest.identity();
        Self {
            id: identity.id.to_string(),
            name: identity.name.clone(),
            version: identity.version.clone(),
            publisher: identity.publisher.clone(),
            licence: identity.licence.clone(),
            contract: offer.contract,
            sha256: offer.component.id.to_string(),
            summary: texts.say(&identity.summary),
            kind: match *offer.manifest {
                Manifest::Gateway(_) => "gateway",
                Manifest::Module(_) => "module",
            },
            signer: signer_view(&offer.component, offer.signer.as_ref()),
        }
    }
}

/// `signer` is the trusted publisher whose key signed the file.
pub(super) fn signer_view(component: &Component, signer: Option<&Publisher>) -> SignerView {
    match (&component.signed_by, signer) {
        (Some(key), Some(publisher)) => SignerView { state: "trusted", name: publisher.name.clone(), key: key.clone() },
        (Some(key), None) => SignerView { state: "distrusted", name: String::new(), key: key.clone() },
        (None, _) => SignerView { state: "none", ..SignerView::default() },
    }
}

/// Labels of the secrets that its form will ask for.
pub(super) fn secret_labels(manifest: &Manifest, texts: &OfferedTexts) -> Vec<String> {
    let fields = manifest.configuration().iter().flat_map(|group| &group.fields);
    fields.filter(|field| field.kind == FieldKind::Secret).map(|field| texts.say(&field.label)).collect()
}
