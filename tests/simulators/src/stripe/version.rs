//! The API versions that the simulator speaks. Each request must name one of them.

use serde_json::Value;

/// A pinned version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Takes `payment_method_types` where a payment is made.
    Clover,
    /// Takes `allowed_payment_method_types` in its place. The official libraries of autumn 2026 send it.
    Endive,
}

impl Version {
    pub const NEWEST: Self = Self::Endive;

    /// `None` for a version that the simulator does not speak.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Clover, Self::Endive].into_iter().find(|version| version.name() == name)
    }

    /// What the header `Stripe-Version` says.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clover => "2025-09-30.clover",
            Self::Endive => "2026-10-28.endive",
        }
    }

    /// Makes an object of the newest version into one of this version.
    #[must_use]
    pub fn adapted(self, mut object: Value) -> Value {
        if self == Self::Clover {
            forget(&mut object, "allowed_payment_method_types");
        }
        object
    }
}

fn forget(value: &mut Value, field: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(field);
            fields.values_mut().for_each(|inner| forget(inner, field));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| forget(inner, field)),
        _ => {}
    }
}
