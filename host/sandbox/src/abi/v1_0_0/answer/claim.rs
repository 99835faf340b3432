//! What a gateway says that its provider says.

use tollgate_billing::claim::{Claim, ClaimState, MethodToken, PaymentKey, SavedMethod};
use tollgate_billing::ids::PaymentId;

use super::text::{one_line, optional_text, staff, text};
use crate::abi::v1_0_0::gateway_wit;
use crate::checks::{Breach, Inside, list, money_not_negative, named, optional_id, timestamp};

/// The contract's numbers for `claim` and `saved-method`.
pub const PROVIDER_ID_BYTES_MAX: usize = 128;
const CLAIMS_MAX: usize = 20;
const TOKEN_BYTES_MAX: usize = 255;
const METHOD_LABEL_BYTES_MAX: usize = 60;

pub fn claims(made: Vec<gateway_wit::Claim>) -> Result<Vec<Claim>, Breach> {
    list("claims", made, CLAIMS_MAX, claim)
}

pub fn claim(claim: gateway_wit::Claim) -> Result<Claim, Breach> {
    Ok(Claim {
        payment: payment_key(claim.payment)?,
        transaction: named("transaction", claim.transaction, PROVIDER_ID_BYTES_MAX)?,
        amount: money_not_negative("amount", claim.amount.minor, &claim.amount.currency)?,
        state: claim_state(claim.state)?,
        fee: claim.fee.map(|fee| money_not_negative("fee", fee.minor, &fee.currency)).transpose()?,
        live: claim.live,
        merchant: optional_id("merchant", claim.merchant, PROVIDER_ID_BYTES_MAX)?,
        provider_reference: optional_id("provider-reference", claim.provider_reference, PROVIDER_ID_BYTES_MAX)?,
        at: timestamp("at", claim.at)?,
        saved: claim.saved.map(saved_method).transpose().inside("saved")?,
    })
}

fn saved_method(method: gateway_wit::SavedMethodResult) -> Result<SavedMethod, Breach> {
    Ok(SavedMethod {
        token: MethodToken::new(named("token", method.token, TOKEN_BYTES_MAX)?),
        label: one_line("label", method.label, METHOD_LABEL_BYTES_MAX)?,
        expires: method.expires.map(|at| timestamp("expires", at)).transpose()?,
    })
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
            ClaimState::Refunded(optional_id("refunded", refund, PROVIDER_ID_BYTES_MAX)?)
        }
        gateway_wit::ClaimState::Disputed(why) => ClaimState::Disputed(text("disputed", why)?),
        gateway_wit::ClaimState::DisputeWon => ClaimState::DisputeWon,
        gateway_wit::ClaimState::DisputeLost => ClaimState::DisputeLost,
    })
}
