//! One payment at PayPal: its order is made, approved by the payer, and captured.
//!
//! Only we capture, and only the order that the payment has now, once, after looking at it. Another order is made only
//! when PayPal says that this one is void or does not exist any more, so that there is never a second one to be paid.

use tollgate_sdk::gateway::{Payment, PaymentState};
use tollgate_sdk::{Error, Instance, Text, log, state};

use crate::api::{Api, Fault, Problem, is_id, short};
use crate::order;
use crate::track::Track;
use crate::wire::Order;
use crate::words;

/// An order that is replayed may be gone too; so often another one is made in one call.
const NEW_ORDERS_MAX: usize = 3;
/// PayPal tells of a void order within days; so long it is remembered that another took its place.
const REPLACED_KEPT_S: u64 = 30 * 24 * 3_600;

/// Where an order stands.
#[derive(Debug)]
pub enum Stand {
    /// The payer has to approve it, there.
    Waiting {
        approve: String,
    },
    Approved(Box<Order>),
    /// Captured, whatever became of the captures.
    Captured(Box<Order>),
    /// Void, or PayPal does not know it any more: it cannot be paid.
    Gone {
        known: bool,
    },
    /// A status of PayPal's that this gateway does not know.
    Strange,
}

/// What a capture came to.
pub enum Taken {
    Captured(Box<Order>),
    /// The payer has to go back to PayPal, there.
    ChooseAgain {
        approve: String,
    },
    /// For good, in words for the client and for staff.
    Declined {
        client: Text,
        staff: String,
    },
}

/// One payment and PayPal.
pub struct Checkout<'a> {
    api: Api,
    instance: &'a Instance,
    pub payment: &'a Payment,
}

impl<'a> Checkout<'a> {
    /// # Errors
    /// [`Error::Rejected`] where the configuration is incomplete.
    pub fn of(instance: &'a Instance, payment: &'a Payment) -> Result<Self, Error> {
        Ok(Self { api: Api::of(instance)?, instance, payment })
    }

    /// Real money, or a trial.
    #[must_use]
    pub fn live(&self) -> bool {
        !self.instance.test_mode
    }

    /// Whether money may still be taken for the payment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let open = matches!(self.payment.state, PaymentState::Created | PaymentState::Pending | PaymentState::Unknown);
        open && self.payment.received.minor == 0
    }

    /// The order of the payment now: the one that is known, or one that is made.
    ///
    /// # Errors
    /// What PayPal refused or left open.
    pub fn order(&self, track: &Track) -> Result<(Track, Stand), Error> {
        match &track.order {
            Some(id) => Ok((track.clone(), self.look(id)?)),
            None => self.make(track),
        }
    }

    /// As [`Checkout::order`]; where the known order is gone, another one takes its place.
    ///
    /// # Errors
    /// As [`Checkout::order`].
    pub fn living_order(&self, track: &Track) -> Result<(Track, Stand), Error> {
        let mut track = track.clone();
        for _ in 0..=NEW_ORDERS_MAX {
            let (known, stand) = self.order(&track)?;
            if !matches!(stand, Stand::Gone { .. }) {
                return Ok((known, stand));
            }
            if let Some(order) = &known.order {
                remember_replaced(order);
            }
            track =
                known.next_order().ok_or_else(|| Error::rejected("PayPal made too many orders for this payment"))?;
        }
        Err(Error::Unavailable("PayPal makes no order that can be paid".into()))
    }

    /// Asks PayPal how an order stands; changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] for no usable answer, [`Error::Rejected`] where PayPal does not let us ask.
    pub fn look(&self, id: &str) -> Result<Stand, Error> {
        match self.get(id)? {
            Some(order) => Ok(self.stand(order)),
            None => Ok(Stand::Gone { known: false }),
        }
    }

    /// The order as it is now; `None` where PayPal does not know it.
    ///
    /// # Errors
    /// As [`Checkout::look`].
    pub fn get(&self, id: &str) -> Result<Option<Order>, Error> {
        match self.api.get::<Order>(&format!("/v2/checkout/orders/{id}")) {
            Ok(order) if order.id == id => Ok(Some(order)),
            Ok(order) => {
                let why = format!("PayPal was asked for order {id} and answered “{}”", short(&order.id));
                Err(Error::Unavailable(why))
            }
            Err(Fault::Refused(problem)) if problem.status == 404 => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    fn make(&self, track: &Track) -> Result<(Track, Stand), Error> {
        let body = order::request(self.payment, &self.instance.settings())?;
        let made: Order = self.api.post("/v2/checkout/orders", &track.order_request_id(self.payment), body)?;
        if !is_id(&made.id) {
            return Err(Error::Unknown(format!("PayPal made an order with the id “{}”", short(&made.id))));
        }
        let track = Track { order: Some(made.id.clone()), ..track.clone() };
        let stand = match self.stand(made) {
            // The answer to a repeated request may be shorter than the order: before money moves it is asked for whole.
            Stand::Approved(order) | Stand::Captured(order) => self.look(&order.id)?,
            stand => stand,
        };
        Ok((track, stand))
    }

    fn stand(&self, order: Order) -> Stand {
        match order.status.as_str() {
            "CREATED" | "SAVED" | "PAYER_ACTION_REQUIRED" => Stand::Waiting { approve: self.approval(&order) },
            "APPROVED" => Stand::Approved(Box::new(order)),
            "COMPLETED" => Stand::Captured(Box::new(order)),
            "VOIDED" => Stand::Gone { known: true },
            other => {
                log::warn!("order {} has the unknown status “{}”", short(&order.id), short(other));
                Stand::Strange
            }
        }
    }

    /// PayPal's link, where it leads to PayPal; else the address that PayPal's links have had since the API began.
    fn approval(&self, order: &Order) -> String {
        let links = ["payer-action", "approve"].into_iter();
        let mut links = links.filter_map(|rel| order.links.iter().find(|link| link.rel == rel));
        let link = links.find(|link| self.api.place.has_page(&link.href));
        link.map_or_else(|| self.api.place.approval(&order.id), |link| link.href.clone())
    }

    /// Takes the money of an approved order, once however often it is called.
    ///
    /// # Errors
    /// [`Error::Unknown`] where PayPal may have taken it, [`Error::Rejected`] for what staff have to mend.
    pub fn capture(&self, approved: &Order, track: &Track) -> Result<Taken, Error> {
        order::must_be_of(approved, self.payment, self.instance.settings().text("merchant"))?;
        let path = format!("/v2/checkout/orders/{}/capture", approved.id);
        match self.api.post::<Order>(&path, &track.capture_request_id(&approved.id), b"{}".to_vec()) {
            Ok(order) if is_whole(&order, &approved.id) => Ok(Taken::Captured(Box::new(order))),
            Ok(_) => self.captured(&approved.id),
            Err(Fault::Refused(problem)) if problem.is("ORDER_ALREADY_CAPTURED") => self.captured(&approved.id),
            Err(Fault::Refused(problem)) => self.refused(approved, &problem),
            Err(Fault::Failed(error)) => Err(error),
        }
    }

    /// That this request was refused does not say that nothing was taken: another one for the same order, of a second tab
    /// or one whose answer was lost, may have been faster. The order says.
    fn refused(&self, approved: &Order, problem: &Problem) -> Result<Taken, Error> {
        match self.get(&approved.id) {
            Ok(Some(order)) if order.status == "COMPLETED" => Ok(Taken::Captured(Box::new(order))),
            Ok(_) => self.declined(approved, problem),
            // The payment stays open, so that it is looked up again.
            Err(_) if chooses_again(problem) => self.declined(approved, problem),
            Err(_) => {
                let (id, why) = (&approved.id, problem.words());
                Err(Error::Unknown(format!(
                    "PayPal did not say how order {id} stands after it refused to capture it: {why}"
                )))
            }
        }
    }

    /// PayPal has taken the money and did not say all about it: asked once more.
    fn captured(&self, id: &str) -> Result<Taken, Error> {
        let left_open = || Error::Unknown(format!("order {id} is captured, and PayPal did not say what came of it"));
        match self.get(id) {
            Ok(Some(order)) if order.status == "COMPLETED" => Ok(Taken::Captured(Box::new(order))),
            Ok(_) | Err(Error::Unavailable(_)) => Err(left_open()),
            Err(error) => Err(error),
        }
    }

    fn declined(&self, order: &Order, problem: &Problem) -> Result<Taken, Error> {
        if chooses_again(problem) {
            log::info!("order {}: {}", order.id, problem.words());
            let mut links =
                problem.links.iter().filter(|link| matches!(link.rel.as_str(), "redirect" | "payer-action"));
            let link = links.find(|link| self.api.place.has_page(&link.href));
            let approve = link.map_or_else(|| self.api.place.approval(&order.id), |link| link.href.clone());
            return Ok(Taken::ChooseAgain { approve });
        }
        match problem.first_of(&words::CAPTURE_DECLINES) {
            Some(client) => Ok(Taken::Declined { client: Text::msg(client), staff: problem.words() }),
            None => Err(Error::rejected(problem.words())),
        }
    }
}

/// Whether the payer may choose another way to pay at PayPal.
fn chooses_again(problem: &Problem) -> bool {
    words::CHOOSE_AGAIN.iter().any(|issue| problem.is(issue))
}

/// Whether an answer says all that a claim needs: which merchant was paid, and by which captures.
fn is_whole(order: &Order, id: &str) -> bool {
    let whole = |unit: &crate::wire::Unit| {
        let captures = unit.payments.as_ref().map_or(&[][..], |payments| &payments.captures);
        let named = |capture: &crate::wire::Capture| {
            capture.payee.as_ref().or(unit.payee.as_ref()).is_some_and(|payee| payee.merchant_id.is_some())
        };
        !captures.is_empty() && captures.iter().all(named)
    };
    order.id == id && !order.purchase_units.is_empty() && order.purchase_units.iter().all(whole)
}

/// So that news of the old order is not taken for news of the payment. Without it the payment closes too early, and
/// what is paid after that is still booked: no reason to send nobody to PayPal.
fn remember_replaced(order: &str) {
    if let Err(error) = state::put(&replaced_key(order), b"", Some(REPLACED_KEPT_S)) {
        log::warn!("that order {order} was replaced is not remembered: {error:?}");
    }
}

/// Whether another order took this one's place.
///
/// # Errors
/// Where the host's memory does not answer.
pub fn was_replaced(order: &str) -> Result<bool, state::StateError> {
    Ok(state::get(&replaced_key(order))?.is_some())
}

fn replaced_key(order: &str) -> String {
    format!("replaced-order:{order}")
}
