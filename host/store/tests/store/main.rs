//! The store's tests. `contract` knows only billing's `Store`, so that every store can be held to it; the rest is
//! about SQLite: files, locks, commits, rows.
#![allow(clippy::doc_markdown)] // SQLite is a name here, not code.

mod audit;
mod check;
mod contract;
mod crashes;
mod faults;
mod fixture;
mod groups;
mod held_rows;
mod histories;
mod triggers;
