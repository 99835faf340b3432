//! Lines for staff: `tollgate_sdk::log::info!("answered {status}")`. The host blacks out the secrets that it knows,
//! cuts a line at 1,000 bytes and takes 50 lines a call.

pub use crate::bindings::shared::tollgate::plugin::log::Level;
pub use crate::{log_debug as debug, log_error as error, log_info as info, log_warn as warn};

/// Writes one line. The macros of this module read better.
pub fn write(level: Level, message: &str) {
    #[cfg(target_arch = "wasm32")]
    crate::bindings::shared::tollgate::plugin::log::write(level, message);
    #[cfg(not(target_arch = "wasm32"))]
    crate::testing::fake::log_write(level, message);
}

/// For whoever looks for a fault.
#[doc(hidden)]
#[macro_export]
macro_rules! log_debug {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Debug, &format!($($message)+)) };
}

/// What happened.
#[doc(hidden)]
#[macro_export]
macro_rules! log_info {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Info, &format!($($message)+)) };
}

/// What staff should look at when they have time.
#[doc(hidden)]
#[macro_export]
macro_rules! log_warn {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Warn, &format!($($message)+)) };
}

/// What staff must look at.
#[doc(hidden)]
#[macro_export]
macro_rules! log_error {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Error, &format!($($message)+)) };
}
