//! Pay by bank transfer: tells the payer what to transfer, to which account, and with which reference.

pub mod address;
pub mod bic;
pub mod check_digits;
pub mod countries;
pub mod epc;
pub mod iban;
pub mod reference;
pub mod swiss;
