//! Money taken, and money given back. Pure: time is an argument.

use super::money::Money;
use super::order::{Outcome, Reason};
use super::refusal::{Contract, Detail, Refusal};

/// How long after a capture it can be refunded.
pub const REFUND_WITHIN_MS: i64 = 180 * 86_400_000;
/// When a pending refund completes, if nobody settles it before.
pub const REFUND_SETTLES_AFTER_MS: i64 = 3 * 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureStatus {
    Completed,
    Pending(Reason),
    Declined,
    PartiallyRefunded,
    Refunded,
}

impl CaptureStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Pending(_) => "PENDING",
            Self::Declined => "DECLINED",
            Self::PartiallyRefunded => "PARTIALLY_REFUNDED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// The money is, or was, the merchant's.
    #[must_use]
    pub fn was_paid(self) -> bool {
        matches!(self, Self::Completed | Self::PartiallyRefunded | Self::Refunded)
    }
}

/// What the next refund does, as a test scripts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundScript {
    /// 422 with this issue, once.
    Refuse(String),
    Pending,
}

#[derive(Debug, Clone)]
pub struct Capture {
    pub id: String,
    pub order_id: String,
    pub amount: Money,
    pub status: CaptureStatus,
    pub invoice_id: Option<String>,
    pub custom_id: Option<String>,
    pub merchant_id: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    /// Of refunds and reversals that completed.
    pub refunded_minor: i64,
    /// Of refunds that wait: neither refunded nor refundable.
    pub refunding_minor: i64,
    /// The dispute that is open about it.
    pub dispute_id: Option<String>,
    /// The buyer's bank took it back.
    pub reversed: bool,
    pub script: Option<RefundScript>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    Completed,
    Pending,
    Failed,
    Cancelled,
}

impl RefundStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Pending => "PENDING",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub id: String,
    pub capture_id: String,
    pub amount: Money,
    pub status: RefundStatus,
    pub invoice_id: Option<String>,
    pub custom_id: Option<String>,
    pub note_to_payer: Option<String>,
    /// Of the capture, this one included.
    pub total_refunded_minor: i64,
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl Capture {
    #[must_use]
    pub fn refundable_minor(&self) -> i64 {
        self.amount.minor - self.refunded_minor - self.refunding_minor
    }

    /// A pending capture ends. `false` where it had ended before: a terminal state stays.
    pub fn settle(&mut self, outcome: Outcome, now_ms: i64) -> bool {
        let CaptureStatus::Pending(_) = self.status else { return false };
        self.status = match outcome {
            Outcome::Completed => CaptureStatus::Completed,
            Outcome::Declined => CaptureStatus::Declined,
            Outcome::Pending(_) => return false,
        };
        self.updated_ms = now_ms;
        true
    }

    /// Decides a refund of so much, or of all that is left, and reserves it.
    ///
    /// # Errors
    /// 422 as the contract lists.
    pub fn refund(&mut self, asked: Option<Money>, now_ms: i64) -> Result<(Money, RefundStatus), Refusal> {
        let refuse = |issue: &str| Err(Refusal::unprocessable(Contract::Refund, &Detail::of(issue)));
        let refuse_amount = |issue: &str, field: &str| {
            Err(Refusal::unprocessable(Contract::Refund, &Detail::at(issue, &format!("/amount/{field}"))))
        };
        match self.status {
            CaptureStatus::Pending(_) => return refuse("PENDING_CAPTURE"),
            CaptureStatus::Declined => return refuse("REFUND_NOT_ALLOWED"),
            _ if self.reversed => return refuse("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"),
            _ if self.refundable_minor() <= 0 => return refuse("CAPTURE_FULLY_REFUNDED"),
            _ => {}
        }
        if now_ms > self.created_ms + REFUND_WITHIN_MS {
            return refuse("REFUND_TIME_LIMIT_EXCEEDED");
        }
        let amount = asked.unwrap_or_else(|| self.amount.with(self.refundable_minor()));
        if amount.currency != self.amount.currency {
            return refuse_amount("REFUND_CAPTURE_CURRENCY_MISMATCH", "currency_code");
        }
        if amount.minor <= 0 {
            return refuse_amount("CANNOT_BE_ZERO_OR_NEGATIVE", "value");
        }
        if amount.minor > self.refundable_minor() {
            return refuse_amount("REFUND_AMOUNT_EXCEEDED", "value");
        }
        if self.dispute_id.is_some() && amount.minor < self.amount.minor {
            return refuse("TRANSACTION_DISPUTED");
        }
        let status = match self.script.take() {
            Some(RefundScript::Refuse(issue)) => return refuse(&issue),
            Some(RefundScript::Pending) => RefundStatus::Pending,
            None => RefundStatus::Completed,
        };
        self.refunding_minor += amount.minor;
        if status == RefundStatus::Completed {
            self.refund_ended(amount, true, now_ms);
        }
        Ok((amount, status))
    }

    /// A reserved refund completed, or did not.
    pub fn refund_ended(&mut self, amount: Money, completed: bool, now_ms: i64) {
        self.refunding_minor -= amount.minor;
        if completed {
            self.gave_back(amount.minor, now_ms);
        }
    }

    /// The money is taken back without the merchant: a chargeback, or a dispute that the buyer won. Answers how much;
    /// `None` where there is nothing to take.
    pub fn reverse(&mut self, wanted: Option<Money>, now_ms: i64) -> Option<Money> {
        let left = self.refundable_minor();
        let minor = wanted.map_or(left, |money| money.minor.min(left));
        if !self.status.was_paid() || minor <= 0 {
            return None;
        }
        self.reversed = true;
        self.gave_back(minor, now_ms);
        Some(self.amount.with(minor))
    }

    fn gave_back(&mut self, minor: i64, now_ms: i64) {
        self.refunded_minor += minor;
        self.updated_ms = now_ms;
        let all = self.refunded_minor >= self.amount.minor;
        self.status = if all { CaptureStatus::Refunded } else { CaptureStatus::PartiallyRefunded };
    }
}
