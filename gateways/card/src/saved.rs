//! Stored cards: charged while the client is away, and forgotten.

use tollgate_sdk::gateway::{Outcome, Payment, SavedMethod, Step};
use tollgate_sdk::{Amount, Error, Text, log};

use crate::api::{Api, Fault, words};
use crate::config::Config;
use crate::currency;
use crate::declines;
use crate::intent;
use crate::method::Token;
use crate::page::Pages;
use crate::pay::{Paying, decided};
use crate::refusals;
use crate::wire::{Expandable, Intent, Named, Problem};

/// Charges a stored card.
///
/// # Errors
/// [`Error::Declined`] where the bank said no: the intent is ended then, so that nothing can be taken on it later.
/// [`Error::Unknown`] where the answer was lost.
pub fn charge(config: &Config<'_>, payment: &Payment, method: &SavedMethod) -> Result<Outcome, Error> {
    let token = Token::read(&method.token)?;
    currency::chargeable(Amount::try_from(&payment.amount)?)?;
    let charging = Charging { paying: Paying { config, payment }, api: config.api(), payment, token };
    let intent = charging.intent()?;
    if decided(intent.status) {
        return charging.paying.outcome(&intent, true);
    }
    charging.confirm(&intent)
}

/// Removes a stored card from its customer; that it is gone already is as good.
///
/// # Errors
/// As [`Fault::harmless`].
pub fn forget(config: &Config<'_>, method: &SavedMethod) -> Result<(), Error> {
    let (api, token) = (config.api(), Token::read(&method.token)?);
    let path = format!("/v1/payment_methods/{}", token.method);
    match api.post::<serde_json::Value>(&format!("{path}/detach"), &[], None) {
        Ok(_) | Err(Fault::Refused { status: 404, .. }) => Ok(()),
        Err(refused @ Fault::Refused { status: 400, .. }) => match api.get::<Kept>(&path, &[]) {
            Ok(Kept { customer: None }) | Err(Fault::Refused { status: 404, .. }) => Ok(()),
            _ => Err(refused.harmless()),
        },
        Err(fault) => Err(fault.harmless()),
    }
}

/// A payment method, of which only its customer matters.
#[derive(serde::Deserialize)]
struct Kept {
    customer: Option<Expandable<Named>>,
}

struct Charging<'a> {
    paying: Paying<'a>,
    api: Api<'a>,
    payment: &'a Payment,
    token: Token<'a>,
}

impl Charging<'_> {
    /// The payment's one intent, with the card's customer. Where the host knows none, an earlier call may have made and
    /// charged it, and its answer was lost: the customer's list has it.
    fn intent(&self) -> Result<Intent, Error> {
        let (api, payment, customer) = (self.api, self.payment, self.token.customer);
        let known = match &payment.provider_reference {
            Some(id) => Some(intent::retrieve(api, id, payment)?),
            None => intent::find(api, payment, customer)?,
        };
        let intent = match known {
            Some(intent) => intent,
            None => intent::create(api, payment)?,
        };
        if decided(intent.status) || intent.customer.as_ref().is_some_and(|of| of.id() == customer) {
            return Ok(intent);
        }
        match intent::set_customer(api, &intent.id, customer) {
            Ok(changed) => intent::ours(changed, payment),
            Err(Fault::Refused { problem, .. }) if problem.code() == "payment_intent_unexpected_state" => {
                intent::retrieve(api, &intent.id, payment)
            }
            Err(Fault::Refused { problem, .. }) if problem.code() == "resource_missing" => Err(gone(&problem)),
            Err(fault) => Err(fault.harmless()),
        }
    }

    fn confirm(&self, intent: &Intent) -> Result<Outcome, Error> {
        let mut fields = vec![("payment_method", self.token.method), ("off_session", "true")];
        if intent.setup_future_usage.is_some() {
            fields.push(("setup_future_usage", ""));
        }
        let key = format!("{}-off-session-{}", self.payment.id, self.token.method);
        match intent::confirm(self.api, &intent.id, &fields, &key) {
            Ok(confirmed) => self.outcome(&confirmed),
            Err(Fault::Refused { status, problem }) => self.refused(intent, status, &problem),
            Err(Fault::Lost(why)) => match intent::retrieve(self.api, &intent.id, self.payment) {
                Ok(found) if decided(found.status) => self.outcome(&found),
                _ => Err(Error::Unknown(why)),
            },
            Err(fault) => Err(fault.of_money()),
        }
    }

    fn outcome(&self, intent: &Intent) -> Result<Outcome, Error> {
        let ours = intent::ours(intent.clone(), self.payment)
            .map_err(|_| Error::Unknown("Stripe answered a charge with another payment".into()))?;
        self.paying.outcome(&ours, true)
    }

    fn refused(&self, intent: &Intent, status: u16, problem: &Problem) -> Result<Outcome, Error> {
        if problem.code() == "payment_intent_unexpected_state" {
            return self.outcome(&intent::retrieve(self.api, &intent.id, self.payment)?);
        }
        if problem.code() == "resource_missing" {
            self.end(intent);
            return Err(gone(problem));
        }
        if problem.kind != "card_error" {
            return Err(refusals::of_charge(status, problem));
        }
        if declines::wants_authentication(problem) {
            return self.invite(intent).map(Outcome::Step);
        }
        self.end(intent);
        Err(Error::declined(Text::msg(declines::message(problem)), words(problem)))
    }

    /// The bank wants the client to approve: the page of the same intent asks them when they come.
    fn invite(&self, intent: &Intent) -> Result<Step, Error> {
        let now = intent::retrieve(self.api, &intent.id, self.payment)?;
        Pages { config: self.paying.config, payment: self.payment }.form(&now, None)
    }

    /// Stripe would keep the intent open for ever. That this fails is no harm: nobody confirms it again.
    fn end(&self, intent: &Intent) {
        if let Err(fault) = intent::cancel(self.api, &intent.id) {
            log::warn!("the payment intent of a declined charge stays open at Stripe: {fault:?}");
        }
    }
}

/// The card was removed at Stripe.
fn gone(problem: &Problem) -> Error {
    Error::declined(Text::msg("saved-card-gone"), words(problem))
}
