//! The decisions of billing, value in and value out.

mod desk;
mod fulfilment;
mod held;
mod lessons;
mod paid_again;
mod plan;
mod progress;
mod world;
