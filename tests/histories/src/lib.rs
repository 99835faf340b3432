//! Payment histories: thousands of seeded stories of clients, providers, faults and crashes, told to the real use cases,
//! the real store and the real components, and judged by the providers' own books.
//!
//! README.md says what is real, what is played, and how to read a failure.

pub mod action;
pub mod browser;
pub mod call;
mod calm;
pub mod chance;
mod deeds;
pub mod desk;
pub mod diary;
pub mod history;
pub mod internet;
pub mod judge;
pub mod letters;
pub mod life;
pub mod line;
pub mod machine;
pub mod plant;
pub mod providers;
mod returns;
pub mod stepped;
pub mod tellers;
pub mod town;
pub mod turns;
pub mod weather;
