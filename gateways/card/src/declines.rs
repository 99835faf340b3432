//! Why a card was declined, in words that say what to do. Stripe asks not to tell payers that a card was reported lost
//! or stolen, or that a payment looks fraudulent: for those, as for everything unknown, the bank did not approve it.

use crate::wire::Problem;

/// Id of the message for the payer. Staff get [`crate::api::words`].
#[must_use]
pub fn message(problem: &Problem) -> &'static str {
    let decline_code = problem.decline_code.as_deref().and_then(of_code);
    decline_code.or_else(|| of_code(problem.code())).unwrap_or("decline-bank")
}

fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "insufficient_funds" | "card_velocity_exceeded" | "withdrawal_count_limit_exceeded" => "decline-funds",
        "expired_card" => "decline-expired",
        "incorrect_cvc" | "invalid_cvc" => "decline-cvc",
        "incorrect_number" | "invalid_number" => "decline-number",
        "invalid_expiry_month" | "invalid_expiry_year" => "decline-expiry",
        "incorrect_address" | "incorrect_zip" | "postal_code_invalid" => "decline-address",
        "authentication_required"
        | "authentication_not_handled"
        | "mobile_device_authentication_required"
        | "payment_intent_authentication_failure" => "decline-authentication",
        "card_not_supported"
        | "currency_not_supported"
        | "invalid_account"
        | "new_account_information_available"
        | "service_not_allowed"
        | "transaction_not_allowed" => "decline-not-supported",
        "approve_with_id"
        | "issuer_not_available"
        | "no_action_taken"
        | "processing_error"
        | "reenter_transaction"
        | "try_again_later" => "decline-try-again",
        "duplicate_transaction" => "decline-duplicate",
        "live_mode_test_card" | "testmode_decline" | "test_mode_live_card" => "decline-test-card",
        _ => return None,
    })
}

/// Whether the bank wants the payer to approve the payment.
#[must_use]
pub fn wants_authentication(problem: &Problem) -> bool {
    [problem.code(), problem.decline_code.as_deref().unwrap_or_default()].contains(&"authentication_required")
}
