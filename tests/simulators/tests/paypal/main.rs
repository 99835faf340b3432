//! The PayPal simulator, spoken to as a merchant and as a buyer would, in one process and on a virtual clock.

mod access;
mod control;
mod disputes;
mod money;
mod orders;
mod page;
mod refunds;
mod shop;
mod strictness;
mod webhooks;
