//! Where a gateway sends the client next.

use tollgate_billing::plugin::{GatewayManifest, NextStep, Redirect, Step};
use tollgate_billing::ports::Outcome;

use super::claim::{PROVIDER_ID_BYTES_MAX, claims};
use super::confined::confined;
use super::page::page;
use super::text::text;
use crate::abi::v1_0_0::gateway_wit;
use crate::checks::{Breach, Inside, URL_BYTES_MAX, bounded, https, list, named, optional};
use crate::grants::Grants;

/// The contract's numbers for `step`, `redirect` and `outcome`.
const MEMO_BYTES_MAX: usize = 1_000;
const REDIRECT_FIELDS_MAX: usize = 100;
const REDIRECT_NAME_BYTES_MAX: usize = 255;
const REDIRECT_VALUE_BYTES_MAX: usize = 10_000;

pub fn step(step: gateway_wit::Step, manifest: &GatewayManifest, grants: &Grants) -> Result<Step, Breach> {
    let next = match step.next {
        gateway_wit::NextStep::Page(shown) => NextStep::Page(page(shown, &manifest.assets)?),
        gateway_wit::NextStep::Confined(shown) => {
            NextStep::Confined(confined(shown, manifest, grants).inside("confined")?)
        }
        gateway_wit::NextStep::Redirect(away) => {
            NextStep::Redirect(redirect(away, manifest, grants).inside("redirect")?)
        }
        gateway_wit::NextStep::Wait(words) => NextStep::Wait(text("wait", words)?),
    };
    Ok(Step {
        next,
        provider_reference: optional("provider-reference", step.provider_reference, PROVIDER_ID_BYTES_MAX)?,
        memo: optional("memo", step.memo, MEMO_BYTES_MAX)?,
    })
}

pub fn outcome(outcome: gateway_wit::Outcome, manifest: &GatewayManifest, grants: &Grants) -> Result<Outcome, Breach> {
    match outcome {
        gateway_wit::Outcome::Step(next) => Ok(Outcome::Step(step(next, manifest, grants)?)),
        gateway_wit::Outcome::Claims(made) => Ok(Outcome::Claims(claims(made)?)),
    }
}

/// Clients are only sent where the manifest says: an origin for forms, or a host that the gateway calls; in test mode also
/// to a granted address of this machine itself.
fn redirect(redirect: gateway_wit::Redirect, manifest: &GatewayManifest, grants: &Grants) -> Result<Redirect, Breach> {
    let url = named("url", redirect.url, URL_BYTES_MAX)?;
    let field = |(name, value): (String, String)| {
        Ok((named("name", name, REDIRECT_NAME_BYTES_MAX)?, bounded("value", value, REDIRECT_VALUE_BYTES_MAX)?))
    };
    let destination = match grants.loopback(&url) {
        Some(simulator) => simulator,
        None => provider(&url, manifest, grants)?,
    };
    // As parsed and written again, so that the client's browser reads what was checked here.
    Ok(Redirect { url: destination.into(), fields: list("fields", redirect.fields, REDIRECT_FIELDS_MAX, field)? })
}

fn provider(url: &str, manifest: &GatewayManifest, grants: &Grants) -> Result<url::Url, Breach> {
    let parsed = https(url).ok_or_else(|| Breach::new("url", "is no https address"))?;
    let origin = parsed.origin().ascii_serialization();
    let mut origins = manifest.browser_origins.iter().filter(|asked| asked.form && grants.is_here(asked.environment));
    let mut hosts = manifest.hosts.iter().filter(|asked| grants.is_here(asked.environment));
    let host = origin.strip_prefix("https://").unwrap_or_default();
    if origins.any(|asked| asked.origin == origin) || hosts.any(|asked| asked.host == host) {
        Ok(parsed)
    } else {
        Err(Breach::new("url", "leads to an origin that the manifest does not name"))
    }
}
