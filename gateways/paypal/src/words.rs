//! What PayPal's codes mean, in the words of the translations.

use tollgate_sdk::Text;

use crate::value::ValueFault;

/// Why a capture waits, for the client.
#[must_use]
pub fn pending(reason: Option<&str>) -> Text {
    Text::msg(match reason.unwrap_or_default() {
        "BUYER_COMPLAINT" => "pending-buyer-complaint",
        "CHARGEBACK" => "pending-chargeback",
        "ECHECK" => "pending-echeck",
        "INTERNATIONAL_WITHDRAWAL" => "pending-international-withdrawal",
        "PENDING_REVIEW" => "pending-review",
        "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION" => "pending-manual-action",
        "REFUNDED" => "pending-refunded",
        "TRANSACTION_APPROVED_AWAITING_FUNDING" => "pending-awaiting-funding",
        "UNILATERAL" => "pending-unilateral",
        "VERIFICATION_REQUIRED" => "pending-verification",
        _ => "pending-other",
    })
}

/// Refusals of a capture that are about the payer: what to tell them. Every other refusal is for staff to mend.
pub const CAPTURE_DECLINES: [(&str, &str); 12] = [
    ("PAYER_CANNOT_PAY", "declined-payer"),
    ("PAYER_ACCOUNT_LOCKED_OR_CLOSED", "declined-account"),
    ("PAYER_ACCOUNT_RESTRICTED", "declined-account"),
    ("TRANSACTION_LIMIT_EXCEEDED", "declined-limit"),
    ("TRANSACTION_RECEIVING_LIMIT_EXCEEDED", "declined-other"),
    ("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "declined-attempts"),
    ("DOMESTIC_TRANSACTION_REQUIRED", "declined-domestic"),
    ("COMPLIANCE_VIOLATION", "declined-other"),
    ("TRANSACTION_REFUSED", "declined-other"),
    ("TRANSACTION_BLOCKED_BY_PAYEE", "declined-other"),
    ("PAYEE_BLOCKED_TRANSACTION", "declined-other"),
    ("DECLINED_DUE_TO_RELATED_TXN", "declined-other"),
];

/// Refusals of a capture after which the payer may choose another way to pay at PayPal.
pub const CHOOSE_AGAIN: [&str; 4] =
    ["INSTRUMENT_DECLINED", "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "PAYER_ACTION_REQUIRED", "ORDER_NOT_APPROVED"];

/// Refusals of a refund, and what they mean.
pub const REFUND_DECLINES: [(&str, &str); 16] = [
    ("CAPTURE_FULLY_REFUNDED", "refund-done-before"),
    ("REFUND_TIME_LIMIT_EXCEEDED", "refund-too-late"),
    ("REFUND_AMOUNT_EXCEEDED", "refund-too-much"),
    ("REFUND_AMOUNT_TOO_LOW", "refund-too-little"),
    ("REFUND_FAILED_INSUFFICIENT_FUNDS", "refund-no-funds"),
    ("PARTIAL_REFUND_NOT_ALLOWED", "refund-whole-only"),
    ("MAX_NUMBER_OF_REFUNDS_EXCEEDED", "refund-too-many"),
    ("PENDING_CAPTURE", "refund-not-yet"),
    ("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", "refund-disputed"),
    ("TRANSACTION_DISPUTED", "refund-disputed"),
    ("PAYEE_ACCOUNT_LOCKED_OR_CLOSED", "refund-own-account"),
    ("PAYEE_ACCOUNT_RESTRICTED", "refund-own-account"),
    ("PAYER_ACCOUNT_LOCKED_OR_CLOSED", "refund-payer-account"),
    ("REFUND_CAPTURE_CURRENCY_MISMATCH", "refund-currency"),
    ("CURRENCY_MISMATCH", "refund-currency"),
    ("REFUND_NOT_ALLOWED", "refund-not-allowed"),
];

/// Why the payer disputes.
#[must_use]
pub fn dispute(reason: &str) -> Text {
    Text::msg(match reason {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => "dispute-not-received",
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => "dispute-not-as-described",
        "UNAUTHORISED" => "dispute-unauthorised",
        "CREDIT_NOT_PROCESSED" => "dispute-credit",
        "DUPLICATE_TRANSACTION" => "dispute-duplicate",
        "INCORRECT_AMOUNT" => "dispute-amount",
        "PAYMENT_BY_OTHER_MEANS" => "dispute-paid-otherwise",
        "CANCELED_RECURRING_BILLING" => "dispute-recurring",
        "PROBLEM_WITH_REMITTANCE" => "dispute-remittance",
        _ => "dispute-other",
    })
}

/// Why PayPal cannot be asked for an amount, for the client.
#[must_use]
pub fn value(fault: ValueFault) -> Text {
    match fault {
        ValueFault::Currency(currency) => Text::msg("amount-currency").arg("currency", currency),
        ValueFault::Decimals(currency) => Text::msg("amount-decimals").arg("currency", currency),
        ValueFault::NotPositive => Text::msg("nothing-left"),
    }
}
