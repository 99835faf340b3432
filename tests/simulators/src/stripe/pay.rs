//! The way of a payment from its confirmation to its end.

use serde_json::{Value, json};

use super::books::Books;
use super::cards::Behaviour;
use super::intent::{Intent, Status, is_off_session};
use super::method::spent;
use super::params::Params;
use super::problem::Problem;

/// How long a card that is processed takes: a weekend.
pub const PROCESSING_MS: i64 = 3 * 24 * 3600 * 1000;

/// What a request says of how to pay.
#[derive(Debug, Clone, Default)]
pub struct Confirmation {
    pub method: Option<String>,
    token: Option<String>,
    return_url: Option<String>,
    /// Said empty, nothing is kept for later, whatever was said before.
    setup_future_usage: Option<String>,
    use_stripe_sdk: bool,
    off_session: bool,
    error_on_requires_action: bool,
}

impl Confirmation {
    /// Reads it from the parameters; a test card's name becomes a payment method of the account.
    ///
    /// # Errors
    /// A payment method or token that there is not, or a token that was used or is too old.
    pub fn read(books: &mut Books, params: &Params) -> Result<Self, Problem> {
        let mut own = Self {
            method: None,
            token: params.owned("confirmation_token"),
            return_url: params.owned("return_url"),
            setup_future_usage: params.owned("setup_future_usage"),
            use_stripe_sdk: params.flag("use_stripe_sdk"),
            off_session: is_off_session(params),
            error_on_requires_action: params.flag("error_on_requires_action"),
        };
        if let Some(id) = own.token.clone() {
            let Some(token) = books.tokens.get(&id) else {
                return Err(Problem::missing("ConfirmationToken", &id, Some("confirmation_token")));
            };
            if token.intent.is_some() || books.now_s() >= token.expires_s() {
                let message =
                    format!("The ConfirmationToken {id} was used before, or is too old: ask the client again");
                return Err(Problem::parameter("token_already_used", "confirmation_token", message));
            }
            own.return_url = own.return_url.or_else(|| token.return_url.clone());
            own.setup_future_usage = own.setup_future_usage.or_else(|| token.setup_future_usage.clone());
            let details = token.details.clone();
            own.method = Some(books.add_method(details));
        } else if let Some(method) = params.text("payment_method") {
            own.method = Some(books.method_named(method)?);
        }
        Ok(own)
    }
}

impl Books {
    /// What a confirmation must have before anything is done.
    ///
    /// # Errors
    /// No payment method, one of another customer, one that is spent, or no way back from another site.
    pub fn check_confirmation(&self, intent: &Intent, how: &Confirmation) -> Result<(), Problem> {
        let Some(id) = how.method.as_ref().or(intent.method.as_ref()) else {
            let message =
                "A payment method is needed to confirm this PaymentIntent: `payment_method` or `confirmation_token`";
            return Err(Problem::parameter("parameter_missing", "payment_method", message));
        };
        let method =
            self.methods.get(id).ok_or_else(|| Problem::missing("PaymentMethod", id, Some("payment_method")))?;
        if method.is_spent {
            return Err(spent());
        }
        if method.customer.is_some() && method.customer != intent.customer {
            let message = "The PaymentMethod belongs to a Customer: name that customer in the PaymentIntent";
            return Err(Problem { param: Some("payment_method".to_owned()), ..Problem::invalid(message) });
        }
        let may_leave =
            intent.types.is_empty() && intent.allows_redirects && intent.allowed.iter().all(|kind| kind != "card");
        let has_way_back = how.return_url.is_some() || how.use_stripe_sdk || how.off_session;
        if may_leave && !has_way_back {
            let message = "Payment methods of this PaymentIntent may lead to another site: give a `return_url`, or allow cards alone";
            return Err(Problem { param: Some("return_url".to_owned()), ..Problem::invalid(message) });
        }
        Ok(())
    }

    /// Confirms a payment: it ends, waits for the client, or is processed.
    ///
    /// # Errors
    /// Its state does not allow it; what [`Self::check_confirmation`] says; the card was declined (402).
    pub fn confirm(&mut self, id: &str, how: Confirmation) -> Result<Value, Problem> {
        let intent = self.intent(id)?;
        if !intent.status.is_open() {
            return Err(self.unexpected(id, "confirm"));
        }
        self.check_confirmation(intent, &how)?;
        if let Some(token) = how.token.as_ref().and_then(|token| self.tokens.get_mut(token)) {
            token.intent = Some(id.to_owned());
        }
        let intent = self.intent_mut(id)?;
        intent.method = how.method.or_else(|| intent.method.clone());
        intent.setup_future_usage =
            how.setup_future_usage.or_else(|| intent.setup_future_usage.clone()).filter(|usage| !usage.is_empty());
        intent.return_url = how.return_url;
        intent.off_session = how.off_session;
        intent.next_action = None;
        intent.last_error = None;
        let asks = self.asks(id)?;
        if asks && how.off_session {
            let message = "Your card was declined. This transaction requires authentication.";
            return Err(
                self.fail(id, Problem::card("authentication_required", Some("authentication_required"), message))?
            );
        }
        if asks && how.error_on_requires_action {
            let message =
                "This payment required an authentication action to complete, but `error_on_requires_action` was set.";
            return Err(
                self.fail(id, Problem::card("authentication_required", Some("authentication_required"), message))?
            );
        }
        if asks {
            return self.ask(id, how.use_stripe_sdk);
        }
        self.collect(id)
    }

    /// Whether the issuer wants the holder to prove who they are.
    fn asks(&self, id: &str) -> Result<bool, Problem> {
        let intent = self.intent(id)?;
        let Some(method) = intent.method.as_ref().and_then(|method| self.methods.get(method)) else { return Ok(false) };
        Ok(match method.details.card.behaviour {
            Behaviour::AlwaysAsks | Behaviour::AsksThenDeclines => true,
            Behaviour::AsksUnlessSetUp => !(intent.off_session && method.is_set_up),
            _ => false,
        })
    }

    fn ask(&mut self, id: &str, use_stripe_sdk: bool) -> Result<Value, Problem> {
        let base = self.rig.base.clone();
        let source = self.id("payatt");
        let intent = self.intent_mut(id)?;
        intent.status = Status::RequiresAction;
        intent.next_action = Some(match intent.return_url.as_ref().filter(|_| !use_stripe_sdk) {
            Some(return_url) => json!({
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "return_url": return_url,
                    "url": format!("{base}/v3/authenticate?payment_intent={id}&client_secret={}", intent.client_secret),
                },
            }),
            None => json!({
                "type": "use_stripe_sdk",
                "use_stripe_sdk": {
                    "type": "three_d_secure_redirect",
                    "source": source,
                    "stripe_js": format!("{base}/v3/authenticate?payment_intent={id}&client_secret={}", intent.client_secret),
                },
            }),
        });
        let shown = self.shown(id)?;
        self.emit("payment_intent.requires_action", &shown);
        Ok(shown)
    }

    /// The holder passed or failed 3-D Secure on the hosted page.
    ///
    /// # Errors
    /// No such payment, or it does not wait for that; the card was declined afterwards (402).
    pub fn authenticate(&mut self, id: &str, passed: bool) -> Result<Value, Problem> {
        if self.intent(id)?.status != Status::RequiresAction {
            return Err(self.unexpected(id, "authenticate"));
        }
        self.intent_mut(id)?.next_action = None;
        if passed {
            if self.intent(id)?.setup_future_usage.is_some() {
                let method = self.intent(id)?.method.clone();
                if let Some(method) = method.and_then(|method| self.methods.get_mut(&method)) {
                    method.is_set_up = true;
                }
            }
            return self.collect(id);
        }
        let message = "The PaymentMethod failed authentication: choose another one, or try again";
        let code = "payment_intent_authentication_failure";
        Err(self.refuse(id, Problem::state(code, message), None)?)
    }

    /// Takes the money, or what the card does instead.
    fn collect(&mut self, id: &str) -> Result<Value, Problem> {
        let method = self.intent(id)?.method.clone();
        let behaviour = method
            .and_then(|method| self.methods.get(&method))
            .map_or(Behaviour::Pays, |method| method.details.card.behaviour);
        match behaviour {
            Behaviour::Declines(code, decline_code) => {
                Err(self.fail(id, Problem::card(code, decline_code, "Your card was declined."))?)
            }
            Behaviour::AsksThenDeclines => {
                let message = "Your card has insufficient funds.";
                Err(self.fail(id, Problem::card("card_declined", Some("insufficient_funds"), message))?)
            }
            Behaviour::ProcessesThenPays => self.process(id, true),
            Behaviour::ProcessesThenFails => self.process(id, false),
            Behaviour::PaysThenDisputes => {
                self.succeed(id)?;
                self.open_dispute(id, "fraudulent", None)?;
                self.shown(id)
            }
            _ => self.succeed(id),
        }
    }

    fn process(&mut self, id: &str, ends_well: bool) -> Result<Value, Problem> {
        let until_ms = self.now_ms() + PROCESSING_MS;
        let charge = self.charge_pending(id)?;
        let intent = self.intent_mut(id)?;
        intent.status = Status::Processing;
        intent.processing = Some((until_ms, ends_well));
        intent.latest_charge = Some(charge);
        self.unsettled.push(id.to_owned());
        let shown = self.shown(id)?;
        self.emit("payment_intent.processing", &shown);
        Ok(shown)
    }

    /// Ends a payment that is processed.
    ///
    /// # Errors
    /// No such payment, or it is not processed.
    pub fn settle(&mut self, id: &str, ends_well: bool) -> Result<Value, Problem> {
        if self.intent(id)?.status != Status::Processing {
            return Err(self.unexpected(id, "settle"));
        }
        self.intent_mut(id)?.processing = None;
        if ends_well {
            return self.succeed(id);
        }
        // The refusal is the payment's, not of this call.
        self.fail(id, Problem::card("card_declined", Some("generic_decline"), "Your card was declined."))?;
        self.shown(id)
    }

    fn succeed(&mut self, id: &str) -> Result<Value, Problem> {
        let charge = self.charge_paid(id)?;
        let intent = self.intent_mut(id)?;
        let is_held = intent.capture_method == "manual";
        intent.latest_charge = Some(charge);
        intent.status = if is_held { Status::RequiresCapture } else { Status::Succeeded };
        intent.received = if is_held { 0 } else { intent.amount };
        let (method, customer, saves) =
            (intent.method.clone(), intent.customer.clone(), intent.setup_future_usage.is_some());
        let is_attached =
            method.as_ref().and_then(|method| self.methods.get(method)).is_some_and(|own| own.customer.is_some());
        match (method, customer) {
            (Some(method), Some(customer)) if saves && !is_attached => self.attach(&method, &customer),
            (Some(method), _) if !is_attached => self.spend(&method),
            _ => {}
        }
        let shown = self.shown(id)?;
        let kind = if is_held { "payment_intent.amount_capturable_updated" } else { "payment_intent.succeeded" };
        self.emit(kind, &shown);
        Ok(shown)
    }

    fn spend(&mut self, method: &str) {
        if let Some(method) = self.methods.get_mut(method) {
            method.is_spent = true;
        }
    }

    /// The card was declined: a failed charge, and the payment wants another card.
    fn fail(&mut self, id: &str, problem: Problem) -> Result<Problem, Problem> {
        let charge = self.charge_failed(id, &problem)?;
        self.intent_mut(id)?.latest_charge = Some(charge.clone());
        self.refuse(id, problem, Some(charge))
    }

    /// Puts a payment back to the start with an error; answers that error as the caller gets it.
    fn refuse(&mut self, id: &str, problem: Problem, charge: Option<String>) -> Result<Problem, Problem> {
        let method = self.intent_mut(id)?.method.take();
        let shown_method = method.as_ref().and_then(|method| self.object(method));
        if let Some(method) = method.filter(|method| self.methods.get(method).is_some_and(|own| own.customer.is_none()))
        {
            self.spend(&method);
        }
        let problem = Problem { charge, payment_method: shown_method, ..problem };
        let error = problem.error();
        let intent = self.intent_mut(id)?;
        intent.status = Status::RequiresPaymentMethod;
        intent.last_error = Some(error);
        let shown = self.shown(id)?;
        self.emit("payment_intent.payment_failed", &shown);
        Ok(Problem { payment_intent: Some(shown), ..problem })
    }

    /// 400: the payment's state does not allow what was asked.
    #[must_use]
    pub fn unexpected(&self, id: &str, verb: &str) -> Problem {
        let status = self.intents.get(id).map_or("unknown", |intent| intent.status.name());
        let message = format!("You cannot {verb} this PaymentIntent because it has a status of {status}");
        let problem = Problem::state("payment_intent_unexpected_state", message);
        Problem { payment_intent: self.object(id), ..problem }
    }

    /// Lets everything happen that is due by the clock.
    pub fn tick(&mut self) {
        let now_ms = self.now_ms();
        for id in std::mem::take(&mut self.unsettled) {
            if !self.tick_one(&id, now_ms) {
                self.unsettled.push(id);
            }
        }
    }

    /// `true` when time will not change this object again.
    fn tick_one(&mut self, id: &str, now_ms: i64) -> bool {
        if id.starts_with("re_") {
            return self.tick_refund(id, now_ms);
        }
        if id.starts_with("ch_") {
            return self.tick_charge(id, now_ms);
        }
        match self.intents.get(id).and_then(|intent| intent.processing) {
            None => true,
            // Nobody asked for this: there is nobody to tell of a refusal but the webhook.
            Some((until_ms, ends_well)) if until_ms <= now_ms => self.settle(id, ends_well).is_ok(),
            Some(_) => false,
        }
    }
}

/// `POST /v1/payment_intents/{id}/confirm`
///
/// # Errors
/// See [`Books::confirm`].
pub fn confirm(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    if !books.intent(id)?.status.is_open() {
        return Err(books.unexpected(id, "confirm"));
    }
    let how = Confirmation::read(books, params)?;
    books.confirm(id, how)
}

/// `POST /v1/payment_intents/{id}/capture`
///
/// # Errors
/// No such payment, nothing is held for it, or more was asked for than is held.
pub fn capture(books: &mut Books, id: &str, params: &Params) -> Result<Value, Problem> {
    let intent = books.intent(id)?;
    if intent.status != Status::RequiresCapture {
        return Err(books.unexpected(id, "capture"));
    }
    let amount = params.integer("amount_to_capture").unwrap_or(intent.amount);
    if !(1..=intent.amount).contains(&amount) {
        let problem =
            Problem::parameter("amount_too_large", "amount_to_capture", "More than is held cannot be captured");
        return Err(problem);
    }
    if let Some(charge) = intent.latest_charge.clone() {
        books.charge_captured(&charge, amount);
    }
    let intent = books.intent_mut(id)?;
    intent.status = Status::Succeeded;
    intent.received = amount;
    let shown = books.shown(id)?;
    books.emit("payment_intent.succeeded", &shown);
    Ok(shown)
}
