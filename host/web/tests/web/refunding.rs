//! A scripted gateway that gives money back: what it answers, and what it was asked.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::plugin::{Capabilities, Manifest, PluginError};
use tollgate_billing::ports::{GatewayAnswer, GatewayCall, RefundOrder};
use tollgate_billing::text::Text;

use crate::plugins::gateway;

/// What the provider makes of the next refund.
#[derive(Debug, Clone)]
pub enum Does {
    Done,
    Pending,
    Failed(&'static str),
    Fails(PluginError),
}

/// One call: the export, and what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub export: &'static str,
    pub order: RefundOrder,
}

#[derive(Default)]
pub struct Refunds {
    next: Mutex<VecDeque<Does>>,
    rest: Mutex<Option<Does>>,
    asked: Mutex<Vec<Asked>>,
}

impl Refunds {
    /// What is answered once nothing else is left to answer; without it, that the provider is unavailable.
    pub fn otherwise(&self, answer: Does) {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    /// The answers to the next calls, in their order.
    pub fn answer(&self, answers: impl IntoIterator<Item = Does>) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
    }

    /// What was asked since the last time.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn order(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        self.call("refund", call, order)
    }

    pub fn look(&self, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        self.call("check-refund", call, order)
    }

    fn call(&self, export: &'static str, call: &GatewayCall, order: &RefundOrder) -> GatewayAnswer<Claim> {
        let asked = Asked { export, order: order.clone() };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let state = match next.or(rest).unwrap_or(Does::Fails(PluginError::Unavailable("nothing scripted".to_owned())))
        {
            Does::Done => ClaimState::Refunded(Some(order.id.to_string())),
            Does::Pending => ClaimState::Pending(Some(Text::plain("The bank is slow"))),
            Does::Failed(staff) => ClaimState::Failed { client: Text::plain("no"), staff: staff.to_owned() },
            Does::Fails(error) => return Err(error),
        };
        Ok(claim_of(call, order, state))
    }
}

/// What the provider says of a refund, under its own id for it.
fn claim_of(call: &GatewayCall, order: &RefundOrder, state: ClaimState) -> Claim {
    Claim {
        payment: PaymentKey::Payment(call.payment.id.clone()),
        transaction: provider_id(order.id.as_str()),
        amount: order.amount,
        state,
        fee: None,
        live: false,
        merchant: None,
        at: Timestamp(0),
        saved: None,
    }
}

/// The provider's id of a refund.
pub fn provider_id(refund: &str) -> String {
    format!("re_{refund}")
}

/// The scripted gateway, as one that gives money back.
pub fn refunding(part: bool) -> Manifest {
    match gateway("<p>Pay</p>") {
        Manifest::Gateway(mut manifest) => {
            let refund = Capabilities { refund: true, partial_refund: part, ..Capabilities::default() };
            manifest.capabilities = Capabilities { check: true, payer_sets_amount: true, ..refund };
            Manifest::Gateway(manifest)
        }
        other @ Manifest::Module(_) => other,
    }
}
