//! Core module to component, and what a component may reach for.

use std::collections::BTreeSet;

use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, SourceMap, WorldId, WorldKey};

use crate::error::BuildError;
use crate::memory;

/// The contract, by the file names that its errors mention.
const CONTRACT: [(&str, &str); 5] = [
    ("types.wit", include_str!("../../../plugins/sdk/wit/1.0.0/types.wit")),
    ("host.wit", include_str!("../../../plugins/sdk/wit/1.0.0/host.wit")),
    ("gateway.wit", include_str!("../../../plugins/sdk/wit/1.0.0/gateway.wit")),
    ("module.wit", include_str!("../../../plugins/sdk/wit/1.0.0/module.wit")),
    ("worlds.wit", include_str!("../../../plugins/sdk/wit/1.0.0/worlds.wit")),
];

/// What names of the contract's interfaces begin with.
const CONTRACT_PREFIX: &str = "tollgate:plugin/";

/// What kind of plugin a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    PaymentGateway,
    AddOn,
}

impl World {
    /// Its name in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentGateway => "payment-gateway",
            Self::AddOn => "add-on",
        }
    }

    fn export(self) -> &'static str {
        match self {
            Self::PaymentGateway => "tollgate:plugin/gateway@1.0.0",
            Self::AddOn => "tollgate:plugin/module@1.0.0",
        }
    }
}

/// Encodes the component of a core module that `tollgate-sdk` took part in.
pub(crate) fn encode(module: &[u8]) -> Result<(Vec<u8>, World), BuildError> {
    refuse_foreign_core_imports(module)?;
    let module = memory::prepare(module).map_err(BuildError::NotAComponent)?;
    let encoded = ComponentEncoder::default().module(&module).and_then(|encoder| encoder.validate(true).encode());
    let component = encoded.map_err(|error| not_a_component(&error))?;
    let world = inspect(&component)?;
    Ok((component, world))
}

/// Says which world a component is of, where it keeps to the contract. Reads it only.
///
/// # Errors
/// The first import or export that the contract does not have, by name.
pub fn inspect(component: &[u8]) -> Result<World, BuildError> {
    if !Parser::is_component(component) {
        return Err(BuildError::NotAComponent("it does not begin as one".into()));
    }
    let decoded = wit_component::decode(component).map_err(|error| not_a_component(&error))?;
    let DecodedWasm::Component(resolve, found) = decoded else {
        return Err(BuildError::NotAComponent("it is a package of interfaces, without code".into()));
    };
    let exports = names(&resolve, resolve.worlds[found].exports.keys());
    let imports = names(&resolve, resolve.worlds[found].imports.keys());
    let worlds = [World::PaymentGateway, World::AddOn];
    let world = worlds.into_iter().find(|world| exports.contains(world.export())).ok_or(BuildError::NoWorld)?;
    if let Some(export) = exports.into_iter().find(|export| export != world.export()) {
        return Err(BuildError::ForeignExport { export });
    }
    let (contract, wanted) = contract(world)?;
    let allowed = names(&contract, contract.worlds[wanted].imports.keys());
    if let Some(import) = imports.into_iter().find(|import| !allowed.contains(import)) {
        return Err(BuildError::ForeignImport { import });
    }
    wit_component::targets(&contract, wanted, component)
        .map_err(|error| BuildError::WrongShape { world: world.name(), reason: format!("{error:#}") })?;
    Ok(world)
}

fn names<'a>(resolve: &Resolve, keys: impl Iterator<Item = &'a WorldKey>) -> BTreeSet<String> {
    keys.map(|key| resolve.name_world_key(key)).collect()
}

fn contract(world: World) -> Result<(Resolve, WorldId), BuildError> {
    let broken = |reason: String| BuildError::WrongShape { world: world.name(), reason };
    let mut sources = SourceMap::new();
    for (path, text) in CONTRACT {
        sources.push_str(path, text);
    }
    let group = sources.parse().map_err(|(_, error)| broken(error.to_string()))?;
    let mut resolve = Resolve::default();
    let package = resolve.push_group(group).map_err(|error| broken(error.to_string()))?;
    let world_id = resolve.select_world(&[package], Some(world.name())).map_err(|error| broken(error.to_string()))?;
    Ok((resolve, world_id))
}

/// A core import that no interface of the contract explains would otherwise be told in the encoder's own terms.
fn refuse_foreign_core_imports(module: &[u8]) -> Result<(), BuildError> {
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ImportSection(imports) = payload.map_err(|error| BuildError::NotAComponent(error.to_string()))?
        else {
            continue;
        };
        for import in imports.into_imports() {
            let import = import.map_err(|error| BuildError::NotAComponent(error.to_string()))?;
            if !import.module.starts_with(CONTRACT_PREFIX) {
                return Err(BuildError::ForeignImport { import: format!("{}#{}", import.module, import.name) });
            }
        }
    }
    Ok(())
}

fn not_a_component(error: &impl std::fmt::Display) -> BuildError {
    BuildError::NotAComponent(format!("{error:#}"))
}
