//! The second origin: pages of gateways that run scripts. It knows no session, reads no cookie and sets none.
//!
//! The portal shows such a page in a frame. What leads to it is a token that opens it once; what comes back is a message
//! that the portal's own script puts into the portal's own form.

mod origins;
mod policy;
mod serve;
mod waiting;

pub use origins::{Pages, divide};
pub use policy::{Reach, policy};
pub use serve::{ASSETS_PATH, brand_path, routes, script_path};
pub use waiting::{ConfinedDocument, Waiting};

/// What the frame may do at all, told to the browser twice: by the frame, and by the document's own policy, which holds
/// wherever else the document is opened. Not among it: to navigate the page around it, to leave the sandbox by a popup.
pub const SANDBOX: &str = "allow-scripts allow-forms allow-same-origin allow-popups";
/// The host's own script of the document: it makes `window.tollgate`.
pub const BRIDGE: &str = "tollgate-confined.js";
