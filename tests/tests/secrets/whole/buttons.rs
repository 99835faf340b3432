//! Whatever can be pressed is pressed, so that what people learn to do later is searched too.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde_json::json;
use tollgate_simulators::stripe::signature_header;
use tollgate_tests::server::{CLIENT, STAFF};
use tollgate_tests::visitor::{Visitor, post_raw};

use super::story::{Story, troubles};
use crate::faults::{self, Trouble};
use crate::stage::WEBHOOK_SECRET;

/// Buttons that would end the day.
const LEFT: [&str; 3] = ["/logout", "/enable", "/move"];
/// Buttons that differ in nothing but an id are pressed for so many of them: both gateways are among the first.
const ALIKE_MAX: usize = 3;
/// What people type where a button wants more than a press. A cent at a time leaves something to refund.
const TYPED: [(&str, &[(&str, &str)]); 2] = [
    ("/refund", &[("amount", "0.01"), ("reason", "asked for"), ("confirm", "yes")]),
    ("/decide", &[("reason", "looked up at the provider")]),
];
/// Requests that only these buttons make; without each of them something was not pressed.
const ASKED: [(&str, &str, &str); 6] = [
    ("Refund, PayPal", "POST /v2/payments/captures/", "/refund"),
    ("Refund, card", "POST /v1/refunds", ""),
    ("Set up webhook, PayPal", "POST /v1/notifications/webhooks", ""),
    ("Set up webhook, card", "POST /v1/webhook_endpoints", ""),
    ("Charge a saved card", "POST /v1/payment_intents", ""),
    ("Remove a saved card", "POST /v1/payment_methods/", "/detach"),
];

impl Story {
    /// Every button on every page: what people can do more than is told elsewhere, they do here.
    pub fn everybody_presses_everything(&mut self) -> anyhow::Result<()> {
        self.hold_a_claim()?;
        let before = self.requests().len();
        let mut pressed = BTreeMap::new();
        for (who, door, login, start) in
            [("back office", "/admin/login", STAFF, "/admin"), ("portal", "/login", CLIENT, "/billing/invoices")]
        {
            let mut visitor = self.visitor();
            visitor.log_in(door, login)?;
            for (path, page) in self.evidence.crawl(who, &mut visitor, start)? {
                let ours = |action: &String| action.starts_with('/') && !LEFT.iter().any(|left| action.ends_with(left));
                for action in page.attributes("action").into_iter().filter(ours) {
                    let alike: &mut Vec<String> = pressed.entry(shape(&action)).or_default();
                    if alike.len() < ALIKE_MAX && !alike.contains(&action) {
                        // Each begins with another trouble: some end what a button is for.
                        let mut troubles = troubles();
                        troubles.rotate_left(alike.len() * 2);
                        alike.push(action.clone());
                        self.press(who, &mut visitor, (&path, &action), troubles)?;
                    }
                }
            }
        }
        let asked = self.requests().split_off(before);
        for (button, begins, ends) in ASKED {
            let was_asked = asked.iter().any(|request| request.starts_with(begins) && request.ends_with(ends));
            ensure!(was_asked, "“{button}” was not pressed, or asked nobody; these were: {pressed:#?}");
        }
        Ok(())
    }

    /// With every trouble where a provider is asked; what asks none of them is pressed once.
    fn press(
        &mut self,
        who: &str,
        visitor: &mut Visitor,
        (path, action): (&str, &str),
        troubles: Vec<Trouble>,
    ) -> anyhow::Result<()> {
        let typed = TYPED.into_iter().find(|(button, _)| action.ends_with(button)).map_or(&[][..], |(_, typed)| typed);
        let before = self.requests().len();
        for trouble in troubles.into_iter().chain([faults::none("all being well")]) {
            self.well();
            let page = visitor.get(path)?;
            if page.form(action).is_err() {
                // What it was for has happened.
                return Ok(());
            }
            self.script(&trouble);
            let answer = visitor.submit(&page, action, typed)?;
            self.look_at(who, action, &answer)?;
            if self.requests().len() == before {
                break;
            }
        }
        self.well();
        Ok(())
    }

    /// Stripe tells of money that nobody asked for, which then waits for a decision.
    fn hold_a_claim(&mut self) -> anyhow::Result<()> {
        let (id, now_s) = self.at_stripe(|books| (books.id("evt"), books.now_s()));
        let intent = json!({
            "id": "pi_OfNobody", "object": "payment_intent", "status": "succeeded", "livemode": false,
            "amount": 700, "amount_received": 700, "currency": "eur", "created": now_s,
            "metadata": { "payment": "01ARZ3NDEKTSV4RRFFQ69G5FAV" },
        });
        let mut event = self.at_stripe(|books| books.events.last().cloned()).unwrap_or_default();
        (event["id"], event["type"]) = (id.into(), "payment_intent.succeeded".into());
        event["data"]["object"] = intent;
        let event = event.to_string();
        let proof = signature_header(&[WEBHOOK_SECRET.to_owned()], &event, now_s);
        let answer = post_raw(&self.hook("card"), &[("stripe-signature".to_owned(), proof)], event.as_bytes())?;
        ensure!(answer.status == 200, "the claim was answered {}", answer.status);
        Ok(())
    }
}

/// Ids have digits, and words of addresses have none.
fn shape(action: &str) -> String {
    let part = |part: &str| if part.contains(|letter: char| letter.is_ascii_digit()) { "…" } else { part }.to_owned();
    action.split('/').map(part).collect::<Vec<_>>().join("/")
}
