//! Pages that run scripts: only those that the manifest brings or asks for.

use tollgate_billing::plugin::{ConfinedPage, GatewayManifest};

use super::page::template;
use crate::abi::v1_0_0::gateway_wit;
use crate::checks::{Breach, URL_BYTES_MAX, https, list, named, unique};
use crate::grants::Grants;
use crate::json;

/// The contract's numbers for `confined-page`.
const FOREIGN_SCRIPTS_MAX: usize = 4;
const OWN_SCRIPTS_MAX: usize = 8;

pub fn confined(
    page: gateway_wit::ConfinedPage,
    manifest: &GatewayManifest,
    grants: &Grants,
) -> Result<ConfinedPage, Breach> {
    let foreign = |url: String| foreign_script(url, manifest, grants);
    let own = |name: String| own_script(name, manifest);
    let page = ConfinedPage {
        template: template("template", page.template, &manifest.assets)?,
        data: json::data("data", page.data)?,
        foreign_scripts: list("foreign-scripts", page.foreign_scripts, FOREIGN_SCRIPTS_MAX, foreign)?,
        own_scripts: list("own-scripts", page.own_scripts, OWN_SCRIPTS_MAX, own)?,
    };
    unique("own-scripts", page.own_scripts.iter().map(String::as_str))?;
    Ok(page)
}

/// Of an origin that the manifest asks for with `script` in this environment; in test mode also of a granted address of this
/// machine itself. Written as it was parsed, so that the browser reads what was checked here.
fn foreign_script(url: String, manifest: &GatewayManifest, grants: &Grants) -> Result<String, Breach> {
    let url = named("", url, URL_BYTES_MAX)?;
    if let Some(simulator) = grants.loopback(&url) {
        return Ok(simulator.into());
    }
    let parsed = https(&url).ok_or_else(|| Breach::new("", "is no https address"))?;
    let origin = parsed.origin().ascii_serialization();
    let mut origins = manifest.browser_origins.iter().filter(|asked| asked.script && grants.is_here(asked.environment));
    if origins.any(|asked| asked.origin == origin) {
        Ok(parsed.into())
    } else {
        Err(Breach::new("", "is of an origin that the manifest does not name for scripts"))
    }
}

fn own_script(name: String, manifest: &GatewayManifest) -> Result<String, Breach> {
    if manifest.scripts.iter().any(|script| script.name == name) {
        Ok(name)
    } else {
        Err(Breach::new("", "is none of the manifest's scripts"))
    }
}
