//! The contract's versions that this host speaks, each in a folder of its own. WIT types stay below here.

pub mod v1_0_0;

/// A published version of the package `tollgate:plugin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractVersion(pub &'static str);

/// Every version whose plugins run here, oldest first.
pub const VERSIONS: [ContractVersion; 1] = [ContractVersion("1.0.0")];

/// What kind of plugin a component is, in which version of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    PaymentGatewayV1_0_0,
    AddOnV1_0_0,
}

impl World {
    pub const ALL: [Self; 2] = [Self::PaymentGatewayV1_0_0, Self::AddOnV1_0_0];

    pub fn contract(self) -> ContractVersion {
        match self {
            Self::PaymentGatewayV1_0_0 | Self::AddOnV1_0_0 => ContractVersion("1.0.0"),
        }
    }

    /// The interface whose export makes a component one of this world.
    pub fn export(self) -> &'static str {
        match self {
            Self::PaymentGatewayV1_0_0 => "tollgate:plugin/gateway@1.0.0",
            Self::AddOnV1_0_0 => "tollgate:plugin/module@1.0.0",
        }
    }

    /// Whether the world names this import. Types have no code and are everybody's.
    pub fn may_import(self, name: &str) -> bool {
        let shared = [
            "tollgate:plugin/types@1.0.0",
            "tollgate:plugin/state@1.0.0",
            "tollgate:plugin/clock@1.0.0",
            "tollgate:plugin/random@1.0.0",
            "tollgate:plugin/log@1.0.0",
        ];
        let gateways = ["tollgate:plugin/http@1.0.0", "tollgate:plugin/signing@1.0.0"];
        shared.contains(&name) || (self == Self::PaymentGatewayV1_0_0 && gateways.contains(&name))
    }
}
