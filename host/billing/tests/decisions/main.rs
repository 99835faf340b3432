//! The decisions of billing, value in and value out.

mod disputes;
mod fulfilment;
mod plan;
mod refunds;
mod returns;
mod world;
