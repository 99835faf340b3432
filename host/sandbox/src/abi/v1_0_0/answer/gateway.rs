//! Where a gateway sends the client next.

use tollgate_billing::plugin::{GatewayManifest, NextStep, Reach, Redirect, Step};
use tollgate_billing::ports::Outcome;

use super::claim::{PROVIDER_ID_BYTES_MAX, claims};
use super::confined::confined;
use super::page::page;
use super::text::text;
use crate::abi::v1_0_0::gateway_wit;
use crate::checks::{Breach, Inside, URL_BYTES_MAX, bounded, list, named, optional, optional_id};
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
        provider_reference: optional_id("provider-reference", step.provider_reference, PROVIDER_ID_BYTES_MAX)?,
        memo: optional("memo", step.memo, MEMO_BYTES_MAX)?,
    })
}

pub fn outcome(outcome: gateway_wit::Outcome, manifest: &GatewayManifest, grants: &Grants) -> Result<Outcome, Breach> {
    match outcome {
        gateway_wit::Outcome::Step(next) => Ok(Outcome::Step(step(next, manifest, grants)?)),
        gateway_wit::Outcome::Claims(made) => Ok(Outcome::Claims(claims(made)?)),
    }
}

/// As billing allows it; what is left here is the contract's numbers.
fn redirect(redirect: gateway_wit::Redirect, manifest: &GatewayManifest, grants: &Grants) -> Result<Redirect, Breach> {
    let url = named("url", redirect.url, URL_BYTES_MAX)?;
    let field = |(name, value): (String, String)| {
        Ok((named("name", name, REDIRECT_NAME_BYTES_MAX)?, bounded("value", value, REDIRECT_VALUE_BYTES_MAX)?))
    };
    let reach = Reach { live: !grants.test_mode, granted: &grants.hosts };
    let to = manifest.may_send_to(&url, reach).map_err(|problem| Breach::new("url", problem))?;
    Ok(Redirect { to, fields: list("fields", redirect.fields, REDIRECT_FIELDS_MAX, field)? })
}
