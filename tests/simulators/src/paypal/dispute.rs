//! A buyer who wants the money back. Pure: time is an argument.

use super::capture::Capture;
use super::money::Money;

pub const REASONS: [&str; 10] = [
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
    "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
    "UNAUTHORISED",
    "CREDIT_NOT_PROCESSED",
    "DUPLICATE_TRANSACTION",
    "INCORRECT_AMOUNT",
    "PAYMENT_BY_OTHER_MEANS",
    "CANCELED_RECURRING_BILLING",
    "PROBLEM_WITH_REMITTANCE",
    "OTHER",
];
pub const STAGES: [&str; 4] = ["INQUIRY", "CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    Open,
    WaitingForSeller,
    WaitingForBuyer,
    UnderReview,
    Resolved,
}

const STATUSES: [(DisputeStatus, &str); 5] = [
    (DisputeStatus::Open, "OPEN"),
    (DisputeStatus::WaitingForSeller, "WAITING_FOR_SELLER_RESPONSE"),
    (DisputeStatus::WaitingForBuyer, "WAITING_FOR_BUYER_RESPONSE"),
    (DisputeStatus::UnderReview, "UNDER_REVIEW"),
    (DisputeStatus::Resolved, "RESOLVED"),
];

impl DisputeStatus {
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        STATUSES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        STATUSES.iter().find(|row| row.0 == self).map_or("OTHER", |row| row.1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeOutcome {
    Buyer,
    Seller,
    CanceledByBuyer,
}

impl DisputeOutcome {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Buyer => "RESOLVED_BUYER_FAVOUR",
            Self::Seller => "RESOLVED_SELLER_FAVOUR",
            Self::CanceledByBuyer => "CANCELED_BY_BUYER",
        }
    }

    #[must_use]
    pub fn buyer_has_it(self) -> bool {
        self == Self::Buyer
    }
}

#[derive(Debug, Clone)]
pub struct Dispute {
    /// `PP-R-ABC-10012345`
    pub id: String,
    pub capture_id: String,
    /// One of [`REASONS`].
    pub reason: &'static str,
    /// One of [`STAGES`].
    pub stage: &'static str,
    pub status: DisputeStatus,
    pub amount: Money,
    pub outcome: Option<DisputeOutcome>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl Dispute {
    /// `false` where it was resolved before: that stays.
    pub fn update(&mut self, status: DisputeStatus, now_ms: i64) -> bool {
        if self.status == DisputeStatus::Resolved || status == DisputeStatus::Resolved {
            return false;
        }
        self.status = status;
        self.updated_ms = now_ms;
        true
    }

    /// `false` where it was resolved before: that stays.
    pub fn resolve(&mut self, outcome: DisputeOutcome, now_ms: i64) -> bool {
        if self.status == DisputeStatus::Resolved {
            return false;
        }
        self.status = DisputeStatus::Resolved;
        self.outcome = Some(outcome);
        self.updated_ms = now_ms;
        true
    }

    /// The contract's word for the disputed payment.
    #[must_use]
    pub fn transaction_status(&self, capture: &Capture) -> &'static str {
        match capture.status.name() {
            "DECLINED" => "DENIED",
            "REFUNDED" if self.outcome.is_some_and(DisputeOutcome::buyer_has_it) => "REVERSED",
            same => same,
        }
    }
}
