//! Billing's values as the contract's, for calls. Borrowed wherever they can be: a call copies no text on the host's side.

mod gateway;
mod instance;
mod module;

pub use gateway::{Told, headers, refund_order, saved_method, webhook};
pub use instance::{config_call, depth, form, instance, migrate_call, settings};
pub use module::{Seen, event, lines};

use tollgate_billing::ids::Timestamp;
use tollgate_billing::money::Money;

use super::wit;

fn money(amount: Money) -> wit::MoneyParam<'static> {
    wit::MoneyParam { minor: amount.minor(), currency: amount.currency().code() }
}

/// The contract counts from 1970 on; nothing of billing is older.
fn timestamp(at: Timestamp) -> wit::TimestampMs {
    u64::try_from(at.0).unwrap_or(0)
}
