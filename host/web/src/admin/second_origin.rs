//! Gateways that cannot be paid with because their pages run scripts and the server has no second address to draw them on.

use super::gateways::label_of;
use crate::errors::WebError;
use crate::state::WebState;

/// What those that are switched on are called, joined by commas; `None` where there are none.
pub(crate) async fn undrawable(state: &WebState) -> Result<Option<String>, WebError> {
    if state.config().pages_url.is_some() {
        return Ok(None);
    }
    let instances = state.billing().instances().await?;
    let mut names = Vec::new();
    for instance in instances.iter().filter(|instance| instance.enabled) {
        let manifest = state.billing().plugins().manifest(&instance.plugin);
        if let Some(manifest) = manifest.filter(|manifest| manifest.runs_scripts()) {
            names.push(label_of(instance, Some(&manifest)));
        }
    }
    Ok((!names.is_empty()).then(|| names.join(", ")))
}
