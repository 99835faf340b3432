//! Steps and claims of a gateway.

use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::plugin::{GatewayManifest, NextStep, Redirect, Step};
use tollgate_billing::ports::Outcome;

use super::page::page;
use super::text::{optional_text, staff, text};
use crate::abi::v1_0_0::gateway_wit;
use crate::checks::{
    Breach, Inside, URL_BYTES_MAX, bounded, https, list, money_not_negative, named, optional, timestamp,
};

/// The contract's numbers for `step`, `redirect`, `outcome` and `claim`.
const PROVIDER_ID_BYTES_MAX: usize = 128;
const MEMO_BYTES_MAX: usize = 1_000;
const CLAIMS_MAX: usize = 20;
const REDIRECT_FIELDS_MAX: usize = 100;
const REDIRECT_NAME_BYTES_MAX: usize = 255;
const REDIRECT_VALUE_BYTES_MAX: usize = 10_000;
const TOKEN_BYTES_MAX: usize = 255;
const METHOD_LABEL_BYTES_MAX: usize = 60;

pub fn step(step: gateway_wit::Step, manifest: &GatewayManifest) -> Result<Step, Breach> {
    let next = match step.next {
        gateway_wit::NextStep::Page(shown) => NextStep::Page(page(shown, &manifest.assets)?),
        gateway_wit::NextStep::Redirect(away) => NextStep::Redirect(redirect(away, manifest).inside("redirect")?),
        gateway_wit::NextStep::Wait(words) => NextStep::Wait(text("wait", words)?),
    };
    Ok(Step {
        next,
        provider_reference: optional("provider-reference", step.provider_reference, PROVIDER_ID_BYTES_MAX)?,
        memo: optional("memo", step.memo, MEMO_BYTES_MAX)?,
    })
}

pub fn outcome(outcome: gateway_wit::Outcome, manifest: &GatewayManifest) -> Result<Outcome, Breach> {
    match outcome {
        gateway_wit::Outcome::Step(next) => Ok(Outcome::Step(step(next, manifest)?)),
        gateway_wit::Outcome::Claims(made) => Ok(Outcome::Claims(claims(made)?)),
    }
}

pub fn claims(made: Vec<gateway_wit::Claim>) -> Result<Vec<Claim>, Breach> {
    list("claims", made, CLAIMS_MAX, claim)
}

/// Clients are only sent where the manifest says: an origin for forms, or a host that the gateway calls.
fn redirect(redirect: gateway_wit::Redirect, manifest: &GatewayManifest) -> Result<Redirect, Breach> {
    let url = named("url", redirect.url, URL_BYTES_MAX)?;
    let parsed = https(&url).ok_or_else(|| Breach::new("url", "is no https address"))?;
    let origin = parsed.origin().ascii_serialization();
    let named_origin = manifest.browser_origins.iter().any(|asked| asked.form && asked.origin == origin);
    let named_host = || manifest.hosts.iter().any(|asked| origin.strip_prefix("https://") == Some(asked.host.as_str()));
    if !named_origin && !named_host() {
        return Err(Breach::new("url", "leads to an origin that the manifest does not name"));
    }
    let field = |(name, value): (String, String)| {
        Ok((named("name", name, REDIRECT_NAME_BYTES_MAX)?, bounded("value", value, REDIRECT_VALUE_BYTES_MAX)?))
    };
    // As parsed and written again, so that the client's browser reads what was checked here.
    Ok(Redirect { url: parsed.into(), fields: list("fields", redirect.fields, REDIRECT_FIELDS_MAX, field)? })
}

fn claim(claim: gateway_wit::Claim) -> Result<Claim, Breach> {
    if let Some(method) = claim.saved {
        saved_method(method).inside("saved")?;
    }
    Ok(Claim {
        payment: payment_key(claim.payment)?,
        transaction: named("transaction", claim.transaction, PROVIDER_ID_BYTES_MAX)?,
        amount: money_not_negative("amount", claim.amount.minor, &claim.amount.currency)?,
        state: claim_state(claim.state)?,
        fee: claim.fee.map(|fee| money_not_negative("fee", fee.minor, &fee.currency)).transpose()?,
        live: claim.live,
        merchant: optional("merchant", claim.merchant, PROVIDER_ID_BYTES_MAX)?,
        at: timestamp("at", claim.at)?,
    })
}

/// Checked like everything else, though this host does not keep methods.
fn saved_method(method: gateway_wit::SavedMethodResult) -> Result<(), Breach> {
    named("token", method.token, TOKEN_BYTES_MAX)?;
    bounded("label", method.label, METHOD_LABEL_BYTES_MAX)?;
    method.expires.map(|at| timestamp("expires", at)).transpose().map(|_| ())
}

fn payment_key(key: gateway_wit::PaymentKey) -> Result<PaymentKey, Breach> {
    let id = |text| named("payment", text, PROVIDER_ID_BYTES_MAX);
    Ok(match key {
        gateway_wit::PaymentKey::Payment(text) => PaymentKey::Payment(PaymentId::new(id(text)?)),
        gateway_wit::PaymentKey::Provider(text) => PaymentKey::Provider(id(text)?),
        gateway_wit::PaymentKey::Reference(text) => PaymentKey::Reference(id(text)?),
    })
}

fn claim_state(state: gateway_wit::ClaimState) -> Result<ClaimState, Breach> {
    Ok(match state {
        gateway_wit::ClaimState::Pending(why) => ClaimState::Pending(optional_text("pending", why)?),
        gateway_wit::ClaimState::Authorized => ClaimState::Authorized,
        gateway_wit::ClaimState::Paid => ClaimState::Paid,
        gateway_wit::ClaimState::Failed(failure) => ClaimState::Failed {
            client: text("client", failure.client).inside("failed")?,
            staff: staff("staff", failure.staff).inside("failed")?,
        },
        gateway_wit::ClaimState::Cancelled => ClaimState::Cancelled,
        gateway_wit::ClaimState::Refunded(refund) => {
            ClaimState::Refunded(optional("refunded", refund, PROVIDER_ID_BYTES_MAX)?)
        }
        gateway_wit::ClaimState::Disputed(why) => ClaimState::Disputed(text("disputed", why)?),
        gateway_wit::ClaimState::DisputeWon => ClaimState::DisputeWon,
        gateway_wit::ClaimState::DisputeLost => ClaimState::DisputeLost,
    })
}
