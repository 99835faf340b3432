//! Stored ways to pay: listed, chosen, removed, and forgotten by their providers.

use super::backoff::{MINUTE_MS, next_try};
use super::{Billing, BillingError};
use crate::claim::Claim;
use crate::ids::{ClientId, InstanceId, MethodId};
use crate::invoice::Invoice;
use crate::plan::Facts;
use crate::plugin::{Instance, PluginError};
use crate::ports::StoreError;
use crate::saved::{Forgetting, MethodTrouble, StoredMethod, kept_by};

/// Providers that one turn of the timers asks to forget something.
const FORGET_AT_ONCE_MAX: u32 = 20;
/// The longest time until a provider that could not forget is asked again.
const FORGET_WAIT_MAX_MS: i64 = 24 * 60 * MINUTE_MS;

/// A stored way to pay as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodFacts {
    pub stored: StoredMethod,
    /// What its gateway is called in front of clients.
    pub gateway: String,
    /// Why it cannot be used now.
    pub trouble: Option<MethodTrouble>,
}

/// What came of asking providers to forget.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgot {
    pub done: usize,
    /// What is asked again later, and why, for the log.
    pub failed: Vec<(MethodId, PluginError)>,
}

impl Billing {
    /// Whether a client can get a stored way to pay: one of the gateways that are switched on stores them.
    ///
    /// # Errors
    /// Store errors.
    pub async fn stores_methods(&self) -> Result<bool, BillingError> {
        let instances = self.parts.store.instances().await?;
        Ok(instances.iter().any(|instance| instance.enabled && self.charges_saved(instance)))
    }

    /// A charge whose answer is lost can only be followed by a gateway that can be asked again.
    fn charges_saved(&self, instance: &Instance) -> bool {
        let manifest = self.parts.gateways.gateway(&instance.plugin);
        manifest.is_some_and(|manifest| manifest.capabilities.saved_methods && manifest.capabilities.check)
    }

    /// The client's stored ways to pay, the default first. What cannot be used now is among them, with the reason.
    ///
    /// # Errors
    /// Store errors.
    pub async fn methods(&self, client: ClientId) -> Result<Vec<MethodFacts>, BillingError> {
        let stored = self.parts.store.methods_of(client).await?;
        let instances = self.parts.store.instances().await?;
        Ok(stored.into_iter().map(|method| self.method_facts(method, &instances)).collect())
    }

    /// One of the client's own.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] also for another client's; store errors.
    pub async fn method(&self, client: ClientId, id: MethodId) -> Result<MethodFacts, BillingError> {
        let stored = self.parts.store.method(id).await?.ok_or(BillingError::NotFound)?;
        if stored.client != client {
            return Err(BillingError::NotFound);
        }
        Ok(self.method_facts(stored, &self.parts.store.instances().await?))
    }

    /// What an invoice can be paid with now, of what its client has stored.
    ///
    /// # Errors
    /// Store errors.
    pub async fn methods_for(&self, invoice: &Invoice) -> Result<Vec<MethodFacts>, BillingError> {
        if !invoice.amount_due().is_positive() {
            return Ok(Vec::new());
        }
        let instances = self.parts.store.instances().await?;
        let taken = |id: &InstanceId| instances.iter().any(|i| i.id == *id && self.takes(i, invoice.currency()));
        let mut methods = self.methods(invoice.client).await?;
        methods.retain(|facts| facts.trouble.is_none() && taken(&facts.stored.instance));
        Ok(methods)
    }

    fn method_facts(&self, stored: StoredMethod, instances: &[Instance]) -> MethodFacts {
        let trouble = self.trouble(&stored, instances);
        MethodFacts { gateway: self.label_of(&stored.instance, instances), trouble, stored }
    }

    fn trouble(&self, stored: &StoredMethod, instances: &[Instance]) -> Option<MethodTrouble> {
        if stored.live != self.parts.policy.live {
            return Some(MethodTrouble::OtherMode);
        }
        let own = instances.iter().find(|instance| is_of(stored, instance) && self.charges_saved(instance));
        match own {
            None => Some(MethodTrouble::Missing),
            Some(instance) if !instance.enabled => Some(MethodTrouble::SwitchedOff),
            Some(_) if stored.method.expires.is_some_and(|at| at <= self.now()) => Some(MethodTrouble::Expired),
            Some(_) => None,
        }
    }

    /// Makes it the one that is charged unless another is named.
    ///
    /// # Errors
    /// As [`Billing::method`].
    pub async fn set_default_method(&self, client: ClientId, id: MethodId) -> Result<MethodFacts, BillingError> {
        let facts = self.method(client, id).await?;
        gone_in_between(self.parts.store.set_default_method(client, id).await)?;
        Ok(facts)
    }

    /// Removes it here at once, then has its provider forget it. A provider that cannot now is asked again by the timers:
    /// that is no error.
    ///
    /// # Errors
    /// As [`Billing::method`].
    pub async fn remove_method(&self, client: ClientId, id: MethodId) -> Result<MethodFacts, BillingError> {
        let facts = self.method(client, id).await?;
        gone_in_between(self.parts.store.remove_method(client, id, self.now()).await)?;
        // Should the host end here, the provider is asked by the timers.
        let _ = self.forget(&Forgetting { method: facts.stored.clone(), tries: 0 }).await?;
        Ok(facts)
    }

    /// Asks providers to forget what was removed and is due.
    ///
    /// # Errors
    /// Store errors; what was forgotten before stays forgotten.
    pub async fn forget_methods(&self) -> Result<Forgot, BillingError> {
        let mut forgot = Forgot::default();
        for due in self.parts.store.methods_to_forget(self.now(), FORGET_AT_ONCE_MAX).await? {
            match self.forget(&due).await? {
                Ok(()) => forgot.done += 1,
                Err(error) => forgot.failed.push((due.method.id, error)),
            }
        }
        Ok(forgot)
    }

    async fn forget(&self, due: &Forgetting) -> Result<Result<(), PluginError>, BillingError> {
        let stored = &due.method;
        // First the next time, so that a method that ends the host does not do so at every start.
        let seed = format!("method-{}", stored.id);
        let next = next_try(&seed, due.tries, self.now(), FORGET_WAIT_MAX_MS);
        self.parts.store.forgetting_tried(stored.id, next).await?;
        let instance = self.parts.store.instance(&stored.instance).await?.filter(|own| is_of(stored, own));
        let Some(instance) = instance else { return Ok(Err(PluginError::Missing(stored.plugin.clone()))) };
        let answer = self.parts.gateways.forget_saved(&instance, &stored.method).await;
        if answer.is_ok() {
            self.parts.store.method_forgotten(stored.id).await?;
        }
        Ok(answer)
    }

    /// A way to pay that is told of by a later claim of money which counted before: the first one did not know it, such as a
    /// webhook that has ids alone. What was removed since is not brought back.
    pub(super) async fn keep_late(&self, instance: &InstanceId, claim: &Claim) -> Result<(), BillingError> {
        if claim.saved.is_none() {
            return Ok(());
        }
        let Some(payment) = self.parts.store.payment_by_key(instance, &claim.payment).await? else { return Ok(()) };
        let invoice = self.parts.store.invoice(payment.invoice).await?.ok_or(BillingError::NotFound)?;
        let configured = self.parts.store.instance(instance).await?;
        let facts = Facts {
            payment: &payment,
            invoice: &invoice,
            payer_sets_amount: false,
            live: self.parts.policy.live,
            merchant: configured.as_ref().and_then(|instance| instance.setting("merchant")),
            at: self.now(),
        };
        match kept_by(facts, claim) {
            Some(new) if payment.received.is_positive() => Ok(self.parts.store.keep_method(new).await?),
            _ => Ok(()),
        }
    }
}

/// Whether an instance is still the one that stored it, of the same plugin.
fn is_of(stored: &StoredMethod, instance: &Instance) -> bool {
    instance.id == stored.instance && instance.plugin == stored.plugin
}

fn gone_in_between(answer: Result<(), StoreError>) -> Result<(), BillingError> {
    match answer {
        Err(StoreError::Conflict) => Err(BillingError::NotFound),
        answer => Ok(answer?),
    }
}
