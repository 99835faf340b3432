//! What an action does outside the host, and what it then asks of the host.

use std::sync::atomic::Ordering;

use tollgate_billing::ids::PaymentId;
use tollgate_simulators::paypal::Falsified;
use tollgate_simulators::paypal::order::{Funding, Outcome, Script};
use tollgate_simulators::stripe::{Card, Details, Status};

use crate::action::{Action, Bend, CARDS};
use crate::browser::Page;
use crate::call::Call;
use crate::desk::{WantedCharge, WantedDecision};
use crate::history::History;
use crate::providers::Provider;

/// A merchant id that is nobody's here.
const OTHER_MERCHANT: &str = "TESTMERCHANT9";

impl History<'_> {
    /// Does what happens elsewhere; answers what reaches the host.
    ///
    /// # Errors
    /// Where the simulation fails.
    pub async fn begin(&mut self, action: Action) -> anyhow::Result<Vec<Call>> {
        match action {
            Action::Refund { percent, twice } => return self.refund_one(percent, twice),
            Action::GiveBack { percent } => self.give_back(percent).await?,
            Action::BendRefund { refused } => self.bend_refund(refused)?,
            Action::Dispute { percent } => self.dispute_one(percent)?,
            Action::EndDispute { won } => self.end_dispute(won),
            Action::Bill => self.bill_another().await?,
            Action::Race { issue, at_once } => return self.race(issue, at_once).await,
            other => return Ok(self.pay(other)),
        }
        Ok(Vec::new())
    }

    /// What the client, the post, staff and time do about paying.
    fn pay(&mut self, action: Action) -> Vec<Call> {
        match action {
            Action::Press => vec![Call::Press(self.invoice)],
            Action::PressTwice => vec![Call::Press(self.invoice), Call::Press(self.invoice)],
            Action::Switch => {
                self.gateway = if self.gateway == Provider::PayPal { Provider::Stripe } else { Provider::PayPal };
                vec![Call::Switch(self.invoice, self.gateway)]
            }
            Action::Reload => vec![Call::Reload(self.invoice)],
            Action::UseCredit => vec![Call::UseCredit(self.invoice, self.form_key())],
            Action::OpenOld => self.old_payment().map(Call::Open).into_iter().collect(),
            Action::ComeBack { twice } => {
                let back = self.old_payment().map(|payment| Call::Return(payment, String::new()));
                back.map_or_else(Vec::new, |call| vec![call; if twice { 2 } else { 1 }])
            }
            Action::CloseBrowser => {
                self.browser.page = Page::Invoice;
                self.line.diary.write("client: closes the page");
                Vec::new()
            }
            Action::Post(deed) => self.letters(deed),
            Action::Charge { by } => vec![Call::Charge(WantedCharge {
                invoice: self.any_invoice(),
                by,
                nth: self.chance.below(CARDS.len()),
                form_key: self.form_key(),
            })],
            Action::Decide(choice) => {
                let (nth, invoice) = (self.chance.below(CARDS.len()), self.any_invoice());
                vec![Call::Decide(WantedDecision { nth, choice, invoice })]
            }
            Action::Timers => self.timers(),
            Action::Wait { ms } => {
                self.line.clock.advance(ms);
                self.line.providers.tick();
                self.line.diary.write("some time passes");
                Vec::new()
            }
            Action::RevokeTokens => {
                self.line.providers.paypal.revoke_tokens();
                Vec::new()
            }
            Action::Settle { well } => self.settle_something(well),
            Action::Approve { .. } | Action::CancelAtPayPal | Action::Bend(_) | Action::Void => self.at_paypal(action),
            _ => self.at_page(action),
        }
    }

    /// What the server's timers do, all at once.
    pub fn timers(&self) -> Vec<Call> {
        let each = |call: fn(Provider) -> Call| Provider::BOTH.into_iter().map(call);
        [Call::Deliver].into_iter().chain(each(Call::Sweep)).chain(each(Call::Retry)).collect()
    }

    fn old_payment(&mut self) -> Option<PaymentId> {
        self.chance.pick(&self.browser.seen).cloned()
    }

    fn at_paypal(&mut self, action: Action) -> Vec<Call> {
        let Page::PayPal { payment, order } = self.browser.page.clone() else { return Vec::new() };
        match action {
            Action::Approve { funding, returns } => {
                let taken = self.line.providers.paypal.approve(&order, funding) == Ok(true);
                let how = if taken { funding_words(funding) } else { "cannot be approved any more" };
                self.line.diary.write(format!("PayPal: order {order}: {how}"));
                self.browser.page = Page::Invoice;
                let back = Call::Return(payment, format!("token={order}&PayerID=TESTBUYER2345"));
                if returns { vec![back] } else { Vec::new() }
            }
            Action::CancelAtPayPal => {
                self.browser.page = Page::Invoice;
                vec![Call::Return(payment, format!("token={order}"))]
            }
            Action::Bend(bend) => {
                self.bend(&order, bend);
                Vec::new()
            }
            Action::Void => {
                // It may be captured by now, and is not void then.
                let _ = self.line.providers.paypal.void(&order);
                self.line.diary.write(format!("PayPal: takes order {order} back"));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Two tabs are back. What the one asked for is still on its way when the other is refused.
    async fn race(&mut self, issue: &'static str, at_once: bool) -> anyhow::Result<Vec<Call>> {
        let Page::PayPal { payment, order } = self.browser.page.clone() else { return Ok(Vec::new()) };
        self.bend(&order, Bend::RefuseOnce(issue));
        let taken = self.line.providers.paypal.approve(&order, Funding::Balance) == Ok(true);
        self.line.captures_late.store(taken, Ordering::SeqCst);
        self.line.diary.write(format!("PayPal: order {order}: approved, the next capture will be late: {taken}"));
        self.browser.page = Page::Invoice;
        let back = Call::Return(payment, format!("token={order}"));
        if at_once {
            return Ok(vec![back; 2]);
        }
        self.host(vec![back.clone()]).await?;
        Ok(vec![back])
    }

    fn bend(&mut self, order: &str, bend: Bend) {
        let mut falsified = Falsified::default();
        let script = match bend {
            // One request is refused for good, and another one for the same order is done.
            Bend::RefuseOnce(issue) => Some(Script::Refuse(issue.to_owned())),
            Bend::Refuse(issue) => Some(Script::RefuseAlways(issue.to_owned())),
            Bend::Decline => Some(Script::Decline),
            Bend::Pending(reason) => Some(Script::Pending(reason)),
            Bend::OtherMerchant => {
                falsified.merchant_id = Some(OTHER_MERCHANT.to_owned());
                None
            }
            Bend::OtherAmount => {
                falsified.amount = tollgate_simulators::paypal::money::Money::read("EUR", "1.00").ok();
                None
            }
        };
        // An order that is gone is captured by nobody.
        let _ = self.line.providers.paypal.script_capture(order, script, falsified);
        self.line.diary.write(format!("PayPal: the capture of order {order} will come to {bend:?}"));
    }

    fn at_page(&mut self, action: Action) -> Vec<Call> {
        let form = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
            fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        match (action, self.browser.page.clone()) {
            (Action::Card { number, twice, saves }, Page::Card { payment, .. }) => {
                let Some(token) = self.token(number, saves) else { return Vec::new() };
                let save = if saves { "1" } else { "0" };
                let call = Call::Submit(payment, form(&[("confirmation_token", &token), ("save", save)]));
                if twice { vec![call.clone(), call] } else { vec![call] }
            }
            (Action::Challenge { passes, returns }, Page::Challenge { payment, intent }) => {
                // It may have been passed in another tab.
                let answer = self.line.providers.stripe.with(|books| books.authenticate(&intent, passes).is_ok());
                self.line.diary.write(format!("Stripe: 3-D Secure of {intent}, passes: {passes}, paid: {answer}"));
                self.browser.page = Page::Invoice;
                let call = Call::Submit(payment, form(&[("authenticated", "1")]));
                if returns { vec![call] } else { Vec::new() }
            }
            (Action::ApproveCard, Page::Card { payment, asks_approval: true }) => {
                let nonce = format!("{:032x}", self.chance.number());
                vec![Call::Submit(payment, form(&[("approve", &nonce)]))]
            }
            (Action::Resend, Page::Resend { payment, token, save }) => {
                let save = if save { "1" } else { "0" };
                vec![Call::Submit(payment, form(&[("confirmation_token", &token), ("save", save)]))]
            }
            (Action::Button, Page::Button { payment }) => vec![Call::Submit(payment, Vec::new())],
            _ => Vec::new(),
        }
    }

    /// What Stripe's own frame makes of a card.
    fn token(&mut self, number: usize, saves: bool) -> Option<String> {
        let card = Card::numbered(CARDS.get(number)?).ok()?;
        self.kept_card |= saves;
        let usage = saves.then(|| "off_session".to_owned());
        let token = self.line.providers.stripe.with(|books| books.add_token(Details::of(card), None, usage));
        let kept = if saves { ", to be kept" } else { "" };
        self.line.diary.write(format!("client: types card {} ({:?}{kept})", card.number, card.behaviour));
        Some(token)
    }

    /// Of money that waits at a provider, some comes, or does not.
    fn settle_something(&mut self, well: bool) -> Vec<Call> {
        let captures = self.line.providers.waiting_captures();
        let intents = self.line.providers.stripe.with(|books| {
            let waits = books.intents.values().filter(|intent| intent.status == Status::Processing);
            waits.map(|intent| intent.id.clone()).collect::<Vec<_>>()
        });
        if let Some(capture) = self.chance.pick(&captures) {
            let outcome = if well { Outcome::Completed } else { Outcome::Declined };
            let _ = self.line.providers.paypal.settle(capture, outcome);
            self.line.diary.write(format!("PayPal: capture {capture} that waited is {outcome:?}"));
        } else if let Some(intent) = self.chance.pick(&intents) {
            let _ = self.line.providers.stripe.with(|books| books.settle(intent, well).map(drop));
            self.line.diary.write(format!("Stripe: {intent} that was processed is paid: {well}"));
        }
        Vec::new()
    }
}

fn funding_words(funding: Funding) -> &'static str {
    match funding {
        Funding::Balance => "approved, the money is there",
        Funding::DecliningCard => "approved with a card that will be declined",
        Funding::Later(_) => "approved, the money comes later",
    }
}
