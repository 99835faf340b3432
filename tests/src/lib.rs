//! What the tests of the whole share: the house's rules, and a harness around the real binary and a real browser.

pub mod browser;
pub mod house;
pub mod providers;
pub mod server;
pub mod tidy;
pub mod tools;
pub mod visitor;
