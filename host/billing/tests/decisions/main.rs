//! The decisions of billing, value in and value out.

mod fulfilment;
mod plan;
mod saved;
mod world;
