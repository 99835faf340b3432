//! What stands around every page: who is looking, the layout's data, and the answer that carries the page.

mod flash;
mod layout;
mod page;
mod post;
mod values;
mod visit;

pub use flash::{Flash, FlashKind};
pub use layout::{Layout, NavItem};
pub use page::{Page, redirect};
pub use post::Posted;
pub use values::{FieldMessage, MoneyView, field_id, message_for, moment_of, money_of};
pub(crate) use visit::session_token;
pub use visit::{ClientVisit, Guest, Reader, StaffVisit, Visitor};
