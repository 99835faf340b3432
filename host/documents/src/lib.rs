//! Invoices as PDF, typeset with typst from a template that providers edit.
//!
//! The same [`Document`](tollgate_billing::ports::Document) makes the same bytes, with the same template and fonts. All
//! text reaches the template as data, so no client, plugin or bank can put markup into it. The template sees nothing
//! but the files beside it: no package, no network, no clock.
//!
//! What is bounded: pages, the time that a request waits, the documents made at once, the stack, the cache and the
//! files. What is not: the memory and the processor time of a template that a provider has written to waste them, since
//! typst offers no way to stop a compilation. Such a template holds up documents, not the portal, and its error says so.
#![forbid(unsafe_code)]

mod cache;
mod code;
mod diagnosis;
mod files;
mod fonts;
mod format;
mod labels;
mod press;
mod text;
mod typesetter;
mod view;
mod world;

pub use typesetter::{Typesetter, TypesetterConfig};
