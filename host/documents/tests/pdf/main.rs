//! Invoices as their readers meet them: made through the port, read back with the tools of poppler and zbar.

mod codes;
mod content;
mod fonts;
mod hostile;
mod pages;
mod sample;
mod stability;
mod template;
mod tools;
