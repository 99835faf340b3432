//! Invoices as their readers meet them: made through the port, read back with the tools of poppler and zbar.
#![allow(clippy::assigning_clones, reason = "samples are changed field by field, and read best as assignments")]

mod codes;
mod content;
mod fonts;
mod hostile;
mod pages;
mod sample;
mod stability;
mod template;
mod tools;
