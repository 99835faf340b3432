//! The decisions of billing, value in and value out.

mod desk;
mod disputes;
mod fulfilment;
mod held;
mod held_refunds;
mod lessons;
mod paid_again;
mod plan;
mod progress;
mod refunds;
mod returns;
mod saved;
mod world;
