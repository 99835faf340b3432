//! The gateway against a scripted PayPal, whose answers have the published shapes.

mod amounts;
mod check;
mod come_back;
mod config;
mod disputes;
mod events;
mod fixtures;
mod hostile;
mod lessons;
mod manifest;
mod pay_now;
mod refunds;
mod setup;
mod webhooks;
mod words;
