//! An order: made by the merchant, approved by the buyer, captured by the merchant. Pure: time is an argument.

use super::order_request::Experience;
use super::purchase::Unit;
use super::refusal::{Contract, Detail, Refusal};

/// How long the buyer has to approve.
pub const APPROVE_WITHIN_MS: i64 = 3 * 3_600_000;
/// How long the merchant has to capture what was approved.
pub const CAPTURE_WITHIN_MS: i64 = 72 * 3_600_000;
/// After so many declined captures PayPal takes no more.
const DECLINES_MAX: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Made without a payment source.
    Created,
    /// Made with one: the buyer has to act.
    PayerActionRequired,
    Approved,
    /// Captured, whatever the capture's own status.
    Completed,
    Voided,
}

impl Status {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::PayerActionRequired => "PAYER_ACTION_REQUIRED",
            Self::Approved => "APPROVED",
            Self::Completed => "COMPLETED",
            Self::Voided => "VOIDED",
        }
    }
}

/// Why money waits, as far as the simulator plays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Echeck,
    PendingReview,
    Unilateral,
    InternationalWithdrawal,
    ManualAction,
    AwaitingFunding,
    VerificationRequired,
    Other,
}

const REASONS: [(Reason, &str, i64); 8] = [
    (Reason::Echeck, "ECHECK", 6),
    (Reason::PendingReview, "PENDING_REVIEW", 1),
    (Reason::Unilateral, "UNILATERAL", 30),
    (Reason::InternationalWithdrawal, "INTERNATIONAL_WITHDRAWAL", 30),
    (Reason::ManualAction, "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", 30),
    (Reason::AwaitingFunding, "TRANSACTION_APPROVED_AWAITING_FUNDING", 3),
    (Reason::VerificationRequired, "VERIFICATION_REQUIRED", 30),
    (Reason::Other, "OTHER", 1),
];

impl Reason {
    /// As the contract writes it.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        REASONS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        REASONS.iter().find(|row| row.0 == self).map_or("OTHER", |row| row.1)
    }

    /// When the money comes, or does not, if nobody settles it before.
    #[must_use]
    pub fn settles_after_ms(self) -> i64 {
        REASONS.iter().find(|row| row.0 == self).map_or(1, |row| row.2) * 86_400_000
    }

    /// The merchant has to do something within thirty days; where nobody does, the money goes back.
    #[must_use]
    pub fn needs_merchant(self) -> bool {
        matches!(
            self,
            Self::Unilateral | Self::InternationalWithdrawal | Self::ManualAction | Self::VerificationRequired
        )
    }
}

/// What the buyer chose to pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Funding {
    Balance,
    /// A card whose bank says no when the merchant captures.
    DecliningCard,
    /// Money that comes later.
    Later(Reason),
}

/// What the next capture does, as a test scripts it; else the buyer's funding decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// 422 with this issue, once.
    Refuse(String),
    /// The same at every try.
    RefuseAlways(String),
    Pending(Reason),
    /// 201, and the capture itself is declined.
    Decline,
}

/// What a capture comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Completed,
    Pending(Reason),
    Declined,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub id: String,
    pub status: Status,
    pub unit: Unit,
    pub experience: Experience,
    /// Made with a payment source, which changes its links.
    pub names_source: bool,
    pub merchant_id: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub approved_ms: Option<i64>,
    pub funding: Option<Funding>,
    pub capture_id: Option<String>,
    pub script: Option<Script>,
    pub declines: u32,
}

impl Order {
    /// When time alone ends it: unapproved it is gone, approved it is void. `None` once it has ended.
    #[must_use]
    pub fn expires_ms(&self) -> Option<i64> {
        match self.status {
            Status::Created | Status::PayerActionRequired => Some(self.created_ms + APPROVE_WITHIN_MS),
            Status::Approved => self.approved_ms.map(|approved_ms| approved_ms + CAPTURE_WITHIN_MS),
            Status::Completed | Status::Voided => None,
        }
    }

    /// The buyer approves, or chooses other funding after a decline. `false` where there is nothing to approve.
    pub fn approve(&mut self, funding: Funding, now_ms: i64) -> bool {
        let open = matches!(self.status, Status::Created | Status::PayerActionRequired | Status::Approved);
        let later = matches!(funding, Funding::Later(_));
        if !open || (later && self.experience.immediate_only) {
            return false;
        }
        self.status = Status::Approved;
        self.approved_ms.get_or_insert(now_ms);
        self.funding = Some(funding);
        self.updated_ms = now_ms;
        true
    }

    /// `false` where it had ended before.
    pub fn void(&mut self, now_ms: i64) -> bool {
        if matches!(self.status, Status::Completed | Status::Voided) {
            return false;
        }
        self.status = Status::Voided;
        self.updated_ms = now_ms;
        true
    }

    /// Decides a capture. The order itself changes in [`Order::captured`] alone, but for counted declines.
    ///
    /// # Errors
    /// 404 where the order is void, 422 as the contract lists.
    pub fn capture(&mut self) -> Result<Outcome, Refusal> {
        let refuse = |issue: &str| Refusal::unprocessable(Contract::CaptureOrder, &Detail::of(issue));
        match self.status {
            Status::Approved => {}
            Status::Created | Status::PayerActionRequired => return Err(refuse("ORDER_NOT_APPROVED")),
            Status::Completed => return Err(refuse("ORDER_ALREADY_CAPTURED")),
            // The contract has no issue for a capture of a void order.
            Status::Voided => return Err(Refusal::not_found()),
        }
        match self.script.take() {
            Some(Script::Refuse(issue)) => return Err(refuse(&issue)),
            Some(Script::RefuseAlways(issue)) => {
                let refusal = refuse(&issue);
                self.script = Some(Script::RefuseAlways(issue));
                return Err(refusal);
            }
            Some(Script::Pending(reason)) => return Ok(Outcome::Pending(reason)),
            Some(Script::Decline) => return Ok(Outcome::Declined),
            None => {}
        }
        match self.funding {
            Some(Funding::Balance) => Ok(Outcome::Completed),
            Some(Funding::Later(reason)) => Ok(Outcome::Pending(reason)),
            Some(Funding::DecliningCard) if self.declines >= DECLINES_MAX => {
                Err(refuse("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"))
            }
            Some(Funding::DecliningCard) => {
                self.declines += 1;
                Err(refuse("INSTRUMENT_DECLINED"))
            }
            None => Err(refuse("ORDER_NOT_APPROVED")),
        }
    }

    /// The capture was made.
    pub fn captured(&mut self, capture_id: &str, now_ms: i64) {
        self.status = Status::Completed;
        self.capture_id = Some(capture_id.to_owned());
        self.updated_ms = now_ms;
    }
}
