//! The issues of the contract that the simulator can name, and their words.

use super::refusal::Contract;

/// The words that the contract gives an issue. The same issue has other words elsewhere in it.
#[must_use]
pub fn words(contract: Contract, issue: &str) -> Option<&'static str> {
    let own = OWN_WORDS.iter().find(|(known, name, _)| *known == contract && *name == issue).map(|row| row.2);
    own.or_else(|| WORDS.iter().find(|(name, _)| *name == issue).map(|row| row.1))
}

/// Where a call's list has other words than the rest.
const OWN_WORDS: [(Contract, &str, &str); 8] = [
    (Contract::CreateOrder, "MISSING_REQUIRED_PARAMETER", "A required parameter is missing."),
    (Contract::CaptureOrder, "MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing"),
    (Contract::CreateOrder, "INVALID_STRING_LENGTH", "The value of a field is either too short or too long"),
    (Contract::CaptureOrder, "INVALID_STRING_LENGTH", "The value of a field is either too short or too long"),
    (Contract::CreateOrder, "INVALID_PARAMETER_VALUE", "A parameter value is not valid."),
    (Contract::CaptureOrder, "INVALID_PARAMETER_VALUE", "A parameter value is not valid."),
    (Contract::Refund, "DUPLICATE_INVOICE_ID", "Invoice ID was previously used to refund a capture."),
    (Contract::Refund, "PAYEE_ACCOUNT_RESTRICTED", "Payee account is restricted."),
];

const WORDS: [(&str, &str); 50] = [
    (
        "AMOUNT_MISMATCH",
        "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.",
    ),
    (
        "AUTH_CAPTURE_NOT_ENABLED",
        "Authorization and Capture feature is not enabled for the merchant. Make sure that the recipient of the \
         funds is a verified business account.",
    ),
    (
        "CANNOT_BE_ZERO_OR_NEGATIVE",
        "Must be greater than zero. If the currency supports decimals, only two decimal place precision is \
         supported.",
    ),
    ("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded"),
    ("COMPLIANCE_VIOLATION", "Transaction is declined due to compliance violation."),
    ("DECIMALS_NOT_SUPPORTED", "Currency does not support decimals."),
    ("DECIMAL_PRECISION", "If the currency supports decimals, only two decimal place precision is supported."),
    (
        "DUPLICATE_INVOICE_ID",
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires \
         that Invoice Id be unique for each transaction.",
    ),
    (
        "INSTRUMENT_DECLINED",
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this \
         payment.",
    ),
    ("INVALID_ARRAY_MAX_ITEMS", "The number of items in an array parameter is too large."),
    ("INVALID_ARRAY_MIN_ITEMS", "The number of items in an array parameter is too small."),
    (
        "INVALID_CURRENCY_CODE",
        "Currency code is invalid or is not currently supported. Please refer \
         https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes.",
    ),
    ("INVALID_PARAMETER_SYNTAX", "The value of a field does not conform to the expected format."),
    ("INVALID_RESOURCE_ID", "Specified resource ID does not exist. Please check the resource ID and try again."),
    ("ITEM_TOTAL_MISMATCH", "Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit."),
    (
        "ITEM_TOTAL_REQUIRED",
        "If item details are specified (items.unit_amount and items.quantity) corresponding \
         amount.breakdown.item_total is required.",
    ),
    ("MALFORMED_REQUEST_JSON", "The request JSON is not well formed."),
    ("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "You have exceeded the maximum number of payment attempts."),
    ("MAX_VALUE_EXCEEDED", "Should be less than or equal to 999999999999999.99."),
    (
        "MULTI_CURRENCY_ORDER",
        "Multiple differing values of currency_code are not supported. Entire Order request must have the same \
         currency_code.",
    ),
    ("NOT_SUPPORTED", "This field is not currently supported."),
    ("ORDER_ALREADY_CAPTURED", "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed."),
    (
        "ORDER_NOT_APPROVED",
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url \
         returned as part of the HATEOAS links within the Create Order call or provide a valid `payment_source` in \
         the request.",
    ),
    (
        "PAYEE_ACCOUNT_INVALID",
        "Payee account specified is invalid. Please check the `payee.email_address` or `payee.merchant_id` \
         specified and try again. Ensure that either  `payee.merchant_id` or `payee.email_address` is specified.",
    ),
    ("PAYER_ACCOUNT_RESTRICTED", "PAYER_ACCOUNT_RESTRICTED"),
    (
        "PAYER_CANNOT_PAY",
        "Payer cannot pay for this transaction. Please contact the payer to find other ways to pay for this \
         transaction.",
    ),
    (
        "PAYPAL_REQUEST_ID_REQUIRED",
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a \
         PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
    ),
    (
        "PENDING_CAPTURE",
        "Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded \
         the transaction using e-check/bank funded.",
    ),
    ("PERMISSION_DENIED", "You do not have permission to access or perform operations on this resource."),
    (
        "REFUND_AMOUNT_EXCEEDED",
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded.",
    ),
    ("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture"),
    (
        "REFUND_FAILED_INSUFFICIENT_FUNDS",
        "Capture could not be refunded due to insufficient funds. Please check to see if you have sufficient funds \
         in your PayPal account or if the bank account linked to your PayPal account is verified and has sufficient \
         funds.",
    ),
    ("REFUND_NOT_ALLOWED", "Capture cannot be refunded."),
    ("REFUND_TIME_LIMIT_EXCEEDED", "You are over the time limit to perform a refund on this capture"),
    (
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
        "Refunds are not allowed on this capture due to a chargeback on the card or bank. Please contact the payee \
         to resolve the chargeback.",
    ),
    (
        "TRANSACTION_DISPUTED",
        "Partial refunds cannot be offered at this time because there is an open case on this transaction. Visit \
         the PayPal Resolution Center to review this case.",
    ),
    ("TRANSACTION_REFUSED", "The request was refused."),
    ("INVALID_PARAMETER_VALUE", "The value of a field is invalid."),
    ("INVALID_STRING_LENGTH", "The value of a field is either too short or too long."),
    ("MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing."),
    ("PARTIAL_REFUND_NOT_ALLOWED", "You cannot do a refund less than the original capture amount."),
    ("PAYEE_BLOCKED_TRANSACTION", "The Fraud settings for this seller are such that this payment cannot be executed."),
    ("PAYER_ACCOUNT_LOCKED_OR_CLOSED", "The payer account cannot be used for this transaction."),
    ("PAYER_ACTION_REQUIRED", "Transaction cannot complete successfully, instruct the buyer to return to PayPal."),
    (
        "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING",
        "Transaction failed. Redirect the payer to select another funding source.",
    ),
    ("MAX_NUMBER_OF_REFUNDS_EXCEEDED", "You have exceeded the maximum number of refund attempts for this capture."),
    ("TRANSACTION_BLOCKED_BY_PAYEE", "Transaction blocked by Payee’s Fraud Protection settings."),
    ("TRANSACTION_LIMIT_EXCEEDED", "Total payment amount exceeded transaction limit."),
    ("TRANSACTION_RECEIVING_LIMIT_EXCEEDED", "The transaction exceeds the receiver's receiving limit."),
    ("PAYEE_ACCOUNT_LOCKED_OR_CLOSED", "Transaction could not complete because payee account is locked or closed."),
];
