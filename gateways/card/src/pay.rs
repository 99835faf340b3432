//! The client pays: the form, the confirmation, 3-D Secure, and the way back.
//!
//! Nothing is charged on an intent whose id the host has not stored. Opening the page makes the intent and hands its id
//! over; only then can a card be confirmed on it. So no crash, lost answer or second tab leaves money at Stripe that
//! nobody looks for, and none can take it twice: the intent succeeds once.

use tollgate_sdk::gateway::{Outcome, Payment, Step};
use tollgate_sdk::{Amount, Error, Form, Text, log};

use crate::api::{Api, Fault, words};
use crate::claims::About;
use crate::config::Config;
use crate::currency;
use crate::customer;
use crate::declines;
use crate::intent;
use crate::page::{Pages, approvable};
use crate::wire::{Intent, Problem, Status, is_id};

/// Parameters of a confirmation that a client waits for.
const ON_SESSION: (&str, &str) = ("use_stripe_sdk", "true");
/// A page's own mark has 32 hexadecimal digits; somebody else's is not much longer.
const NONCE_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// One payment and what is needed to talk about it.
#[derive(Clone, Copy)]
pub struct Paying<'a> {
    pub config: &'a Config<'a>,
    pub payment: &'a Payment,
}

impl<'a> Paying<'a> {
    fn api(self) -> Api<'a> {
        self.config.api()
    }

    fn pages(self) -> Pages<'a> {
        Pages { config: self.config, payment: self.payment }
    }

    #[must_use]
    pub fn about(self) -> About<'a> {
        About { payment: &self.payment.id, merchant: self.config.merchant }
    }

    /// The page, as Stripe has the payment now.
    ///
    /// # Errors
    /// [`Error::Declined`] for an amount that cannot be charged and for an intent that was cancelled: a new payment
    /// is needed then. As [`Fault::harmless`].
    pub fn pay_now(self) -> Result<Step, Error> {
        if self.payment.received.minor >= self.payment.amount.minor {
            return Ok(Step::wait(Text::msg("nothing-left")));
        }
        currency::chargeable(Amount::try_from(&self.payment.amount)?)?;
        let intent = intent::of_payment(self.api(), self.payment, self.config.live)?;
        let waiting = |id: &str| Ok(Step::wait(Text::msg(id)).provider_reference(&intent.id));
        match intent.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation => self.pages().form(&intent, None),
            Status::RequiresAction => self.pages().authenticate(&intent, true),
            Status::Processing | Status::RequiresCapture => waiting("waiting-processing"),
            Status::Succeeded => waiting("paid-already"),
            Status::Canceled => Err(cancelled()),
            Status::Other => Err(Error::Unavailable("Stripe answered a status that this version does not know".into())),
        }
    }

    /// What the page's script handed over.
    ///
    /// # Errors
    /// What the host must do.
    pub fn submit(self, form: &Form) -> Result<Outcome, Error> {
        let save = self.config.offers_saving && form.text("save") == "1";
        let token = form.get("confirmation_token").filter(|token| is_id("ctoken_", token));
        let Some(id) = self.payment.provider_reference.as_deref() else {
            return self.store_first(token, save);
        };
        if let Some(token) = token {
            return self.confirm_token(id, token, save);
        }
        if form.get("approve").is_some() {
            return self.approve(id, form.text("approve"));
        }
        let again = form.get("authenticated").is_some();
        self.outcome(&intent::retrieve(self.api(), id, self.payment)?, !again)
    }

    /// The client is back. Whatever the query says, Stripe is asked.
    ///
    /// # Errors
    /// As [`Paying::pay_now`].
    pub fn returned(self) -> Result<Outcome, Error> {
        match self.payment.provider_reference.as_deref() {
            Some(id) => self.outcome(&intent::retrieve(self.api(), id, self.payment)?, false),
            None => self.pay_now().map(Outcome::Step),
        }
    }

    /// The host does not know the intent (another change came in between): it is told first, and the page comes again with
    /// the same token.
    fn store_first(self, token: Option<&'a str>, save: bool) -> Result<Outcome, Error> {
        let Some(token) = token else { return self.pay_now().map(Outcome::Step) };
        let intent = intent::of_payment(self.api(), self.payment, self.config.live)?;
        match intent.status {
            Status::RequiresPaymentMethod => self.pages().resend(&intent, token, save).map(Outcome::Step),
            _ => self.outcome(&intent, false),
        }
    }

    /// Charges the card that the token stands for.
    fn confirm_token(self, id: &str, token: &str, save: bool) -> Result<Outcome, Error> {
        if save && let Some(outcome) = self.prepare_saving(id)? {
            return Ok(outcome);
        }
        // Said every time: what an earlier attempt agreed to must not keep a card that this one did not.
        let usage = if save { "off_session" } else { "" };
        let fields = [
            ("confirmation_token", token),
            ("return_url", &self.payment.links.return_url),
            ("setup_future_usage", usage),
            ON_SESSION,
        ];
        let mark = if save { "-save" } else { "" };
        let key = format!("{}-{token}{mark}", self.payment.id);
        self.confirmed(id, intent::confirm(self.api(), id, &fields, &key))
    }

    /// A card is kept for a customer, so the intent gets one. An outcome where the intent cannot be paid any more.
    fn prepare_saving(self, id: &str) -> Result<Option<Outcome>, Error> {
        let (api, payer, live) = (self.api(), &self.payment.payer, self.config.live);
        let customer = customer::of(api, payer, live).map_err(Fault::harmless)?;
        let mut set = intent::set_customer(api, id, &customer);
        if set.as_ref().is_err_and(|fault| fault.is_about("resource_missing", "customer")) {
            customer::forget(payer, live);
            let customer = customer::of(api, payer, live).map_err(Fault::harmless)?;
            set = intent::set_customer(api, id, &customer);
        }
        match set {
            Ok(_) => Ok(None),
            Err(Fault::Refused { problem, .. }) if problem.code() == "payment_intent_unexpected_state" => {
                self.outcome(&intent::retrieve(api, id, self.payment)?, true).map(Some)
            }
            Err(fault) => Err(fault.harmless()),
        }
    }

    /// The client is here and approves the stored card that their bank asked about while they were away. Which card it is
    /// comes from Stripe, not from the form.
    fn approve(self, id: &str, nonce: &str) -> Result<Outcome, Error> {
        let intent = intent::retrieve(self.api(), id, self.payment)?;
        let waits = matches!(intent.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation);
        let last =
            intent.last_payment_error.as_ref().filter(|problem| waits && declines::wants_authentication(problem));
        let Some(method) = last.and_then(Problem::method).and_then(|method| approvable(&intent, method)) else {
            return self.outcome(&intent, true);
        };
        let plain = NONCE_CHARS.contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let nonce = if plain { nonce.to_owned() } else { intent::nonce() };
        let fields =
            [("payment_method", method.id.as_str()), ("return_url", &self.payment.links.return_url), ON_SESSION];
        let key = format!("{}-approve-{nonce}", self.payment.id);
        self.confirmed(id, intent::confirm(self.api(), id, &fields, &key))
    }

    fn confirmed(self, id: &str, answer: Result<Intent, Fault>) -> Result<Outcome, Error> {
        match answer {
            Ok(intent) => self.outcome(&self.ours(intent)?, true),
            Err(Fault::Refused { status, problem }) => self.refused(id, status, &problem),
            Err(Fault::Lost(why)) => self.look_up(id, why),
            Err(fault) => Err(fault.of_money()),
        }
    }

    /// An answer after a charge that is not about this payment decides nothing: it is unknown.
    fn ours(self, intent: Intent) -> Result<Intent, Error> {
        intent::ours(intent, self.payment).map_err(|error| match error {
            Error::Rejected(why) => Error::Unknown(why),
            other => other,
        })
    }

    /// A card that was declined brings the page again. So does a token that was used or is too old, and an intent that
    /// moved on in another tab: what is shown is what Stripe has now.
    fn refused(self, id: &str, status: u16, problem: &Problem) -> Result<Outcome, Error> {
        let about_token = problem.param.as_deref() == Some("confirmation_token");
        let about_state = problem.code() == "payment_intent_unexpected_state" || problem.kind == "idempotency_error";
        if problem.kind != "card_error" && !about_token && !about_state {
            return Err(crate::refusals::of_charge(status, problem));
        }
        log::info!("a card was not charged for payment {}: {}", self.payment.id, words(problem));
        let sent = problem.intent().filter(|intent| intent.id == id);
        let sent = sent.and_then(|intent| intent::ours(intent, self.payment).ok());
        let intent = match sent {
            Some(intent) => intent,
            None => intent::retrieve(self.api(), id, self.payment)?,
        };
        let waits = matches!(intent.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation);
        if !waits {
            return self.outcome(&intent, true);
        }
        let message = if problem.kind == "card_error" { declines::message(problem) } else { "form-again" };
        self.pages().form(&intent, Some(message)).map(Outcome::Step)
    }

    /// The answer to a charge was lost. If Stripe shows what came of it, that is the answer; if it still waits for a card,
    /// the charge may yet arrive, so nothing is known.
    fn look_up(self, id: &str, why: String) -> Result<Outcome, Error> {
        match intent::retrieve(self.api(), id, self.payment) {
            Ok(intent) if decided(intent.status) => self.outcome(&intent, true),
            _ => Err(Error::Unknown(why)),
        }
    }

    /// What comes next for an intent as Stripe has it now.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an answer that makes no sense.
    pub fn outcome(self, intent: &Intent, automatic: bool) -> Result<Outcome, Error> {
        match intent.status {
            Status::RequiresAction => self.pages().authenticate(intent, automatic).map(Outcome::Step),
            Status::RequiresPaymentMethod | Status::RequiresConfirmation => {
                self.pages().form(intent, None).map(Outcome::Step)
            }
            _ => Ok(Outcome::Claims(self.about().intent(intent)?.into_iter().collect())),
        }
    }
}

/// Whether a status shows what came of a charge.
#[must_use]
pub fn decided(status: Status) -> bool {
    !matches!(status, Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::Other)
}

fn cancelled() -> Error {
    Error::declined(Text::msg("cancelled-start-again"), "the payment intent was cancelled at Stripe")
}
