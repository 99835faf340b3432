//! Answers that say no, in PayPal's shapes. Issues and their words are those that the contract lists for the call.

use serde_json::{Value, json};

/// Which call's list of issues applies: the lists differ in words and in what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    CreateOrder,
    CaptureOrder,
    Refund,
    /// Calls whose errors are free in form: webhooks, disputes.
    Plain,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    pub issue: String,
    /// JSON pointer into the body, or a name in the path or the query.
    pub field: Option<String>,
    pub value: Option<String>,
    pub location: Option<&'static str>,
}

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub body: Value,
}

impl Detail {
    #[must_use]
    pub fn of(issue: &str) -> Self {
        Self { issue: issue.to_owned(), field: None, value: None, location: None }
    }

    /// About a field of the body.
    #[must_use]
    pub fn at(issue: &str, pointer: &str) -> Self {
        Self { field: Some(pointer.to_owned()), location: Some("body"), ..Self::of(issue) }
    }

    #[must_use]
    pub fn value(self, value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..self }
    }

    fn json(&self, contract: Contract) -> Value {
        let mut json = json!({ "issue": self.issue, "description": description(contract, &self.issue) });
        let optional =
            [("field", self.field.as_deref()), ("value", self.value.as_deref()), ("location", self.location)];
        for (name, value) in optional {
            if let Some(value) = value {
                json[name] = value.into();
            }
        }
        json
    }
}

impl Refusal {
    /// 400: the body is not what the contract describes.
    #[must_use]
    pub fn invalid(contract: Contract, detail: &Detail) -> Self {
        let message = "Request is not well-formed, syntactically incorrect, or violates schema.";
        Self::error(400, "INVALID_REQUEST", message).detail(contract, detail)
    }

    /// 422: well written, and yet it cannot be done.
    #[must_use]
    pub fn unprocessable(contract: Contract, detail: &Detail) -> Self {
        let message =
            "The requested action could not be performed, semantically incorrect, or failed business validation.";
        Self::error(422, "UNPROCESSABLE_ENTITY", message).detail(contract, detail)
    }

    /// 404.
    #[must_use]
    pub fn not_found() -> Self {
        Self::error(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.")
            .detail(Contract::Plain, &Detail::of("INVALID_RESOURCE_ID"))
    }

    /// 403: the token's scope does not cover the call.
    #[must_use]
    pub fn not_authorized() -> Self {
        Self::error(403, "NOT_AUTHORIZED", "Authorization failed due to insufficient permissions.")
            .detail(Contract::Plain, &Detail::of("PERMISSION_DENIED"))
    }

    /// 409: the request id belongs to another request. The contract lists no issue for it.
    #[must_use]
    pub fn conflict() -> Self {
        Self::error(409, "RESOURCE_CONFLICT", "The server has detected a conflict while processing this request.")
    }

    /// 415.
    #[must_use]
    pub fn media_type() -> Self {
        let message = "The server does not support the request payload's media type.";
        Self::error(415, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    /// 401 without any credentials.
    #[must_use]
    pub fn unauthenticated() -> Self {
        let message =
            "Authentication failed due to missing authorization header, or invalid authentication credentials.";
        Self::error(401, "AUTHENTICATION_FAILURE", message)
    }

    /// 401 as the token endpoint, and every call with a bad token, says it.
    #[must_use]
    pub fn oauth(status: u16, error: &str, description: &str) -> Self {
        Self { status, body: json!({ "error": error, "error_description": description }) }
    }

    /// The older shape of the webhooks API, which names the error instead of the class of error.
    #[must_use]
    pub fn error(status: u16, name: &str, message: &str) -> Self {
        Self { status, body: json!({ "name": name, "message": message, "debug_id": "", "links": [] }) }
    }

    #[must_use]
    pub fn detail(mut self, contract: Contract, detail: &Detail) -> Self {
        self.body["details"] = json!([detail.json(contract)]);
        self
    }

    #[must_use]
    pub fn link(mut self, rel: &str, href: &str) -> Self {
        if let Some(links) = self.body["links"].as_array_mut() {
            links.push(json!({ "href": href, "rel": rel, "method": "GET" }));
        }
        self
    }

    /// The first issue, for tests and logs.
    #[must_use]
    pub fn issue(&self) -> &str {
        self.body["details"][0]["issue"].as_str().or_else(|| self.body["name"].as_str()).unwrap_or_default()
    }
}

/// The words that the contract gives an issue. The same issue has other words elsewhere in it.
fn description(contract: Contract, issue: &str) -> &'static str {
    match (contract, issue) {
        (Contract::CreateOrder, "MISSING_REQUIRED_PARAMETER") => "A required parameter is missing.",
        (Contract::CaptureOrder, "MISSING_REQUIRED_PARAMETER") => "A required field / parameter is missing",
        (_, "MISSING_REQUIRED_PARAMETER") => "A required field / parameter is missing.",
        (Contract::CreateOrder | Contract::CaptureOrder, "INVALID_STRING_LENGTH") => {
            "The value of a field is either too short or too long"
        }
        (_, "INVALID_STRING_LENGTH") => "The value of a field is either too short or too long.",
        (Contract::CreateOrder | Contract::CaptureOrder, "INVALID_PARAMETER_VALUE") => {
            "A parameter value is not valid."
        }
        (_, "INVALID_PARAMETER_VALUE") => "The value of a field is invalid.",
        (_, issue) => {
            WORDS.iter().find(|(name, _)| *name == issue).map_or("The request was refused.", |(_, words)| words)
        }
    }
}

const WORDS: [(&str, &str); 37] = [
    (
        "AMOUNT_MISMATCH",
        "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.",
    ),
    (
        "AUTH_CAPTURE_NOT_ENABLED",
        "Authorization and Capture feature is not enabled for the merchant. Make sure that the recipient of the funds is \
         a verified business account.",
    ),
    (
        "CANNOT_BE_ZERO_OR_NEGATIVE",
        "Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.",
    ),
    ("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded"),
    ("COMPLIANCE_VIOLATION", "Transaction is declined due to compliance violation."),
    ("DECIMALS_NOT_SUPPORTED", "Currency does not support decimals."),
    ("DECIMAL_PRECISION", "If the currency supports decimals, only two decimal place precision is supported."),
    (
        "DUPLICATE_INVOICE_ID",
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that \
         Invoice Id be unique for each transaction.",
    ),
    (
        "INSTRUMENT_DECLINED",
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
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
        "If item details are specified (items.unit_amount and items.quantity) corresponding amount.breakdown.item_total \
         is required.",
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
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url returned \
         as part of the HATEOAS links within the Create Order call.",
    ),
    (
        "PAYEE_ACCOUNT_INVALID",
        "Payee account specified is invalid. Please check the `payee.email_address` or `payee.merchant_id` specified and \
         try again. Ensure that either  `payee.merchant_id` or `payee.email_address` is specified.",
    ),
    ("PAYER_ACCOUNT_RESTRICTED", "PAYER_ACCOUNT_RESTRICTED"),
    (
        "PAYER_CANNOT_PAY",
        "Payer cannot pay for this transaction. Please contact the payer to find other ways to pay for this transaction.",
    ),
    (
        "PAYPAL_REQUEST_ID_REQUIRED",
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a \
         PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
    ),
    (
        "PENDING_CAPTURE",
        "Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded the \
         transaction using e-check/bank funded.",
    ),
    ("PERMISSION_DENIED", "You do not have permission to access or perform operations on this resource."),
    (
        "REFUND_AMOUNT_EXCEEDED",
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded.",
    ),
    ("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture"),
    (
        "REFUND_FAILED_INSUFFICIENT_FUNDS",
        "Capture could not be refunded due to insufficient funds. Please check to see if you have sufficient funds in \
         your PayPal account or if the bank account linked to your PayPal account is verified and has sufficient funds.",
    ),
    ("REFUND_NOT_ALLOWED", "Capture cannot be refunded."),
    ("REFUND_TIME_LIMIT_EXCEEDED", "You are over the time limit to perform a refund on this capture"),
    (
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
        "Refunds are not allowed on this capture due to a chargeback on the card or bank. Please contact the payee to \
         resolve the chargeback.",
    ),
    (
        "TRANSACTION_DISPUTED",
        "Partial refunds cannot be offered at this time because there is an open case on this transaction. Visit the \
         PayPal Resolution Center to review this case.",
    ),
    ("TRANSACTION_REFUSED", "The request was refused."),
];
