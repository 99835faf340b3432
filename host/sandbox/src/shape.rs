//! Reads what a file is, before anything of it is compiled: which world it belongs to, and what it wants to import.

use wasmparser::{Chunk, Parser, Payload};

use crate::abi::{self, ContractVersion, World};
use crate::failure::quoted;
use crate::loading::LoadError;

const MAGIC: &[u8] = b"\0asm";
/// The second half of the first eight bytes: a core module of version 1.
const CORE_MODULE: &[u8] = &[1, 0, 0, 0];
/// The same for a component, as every published tool has written it since 2023.
const COMPONENT: &[u8] = &[0x0d, 0, 1, 0];
/// Names of the contract's interfaces start like this, and end with `@` and a version.
const CONTRACT: &str = "tollgate:plugin/";

/// The world that a file's imports and exports say it is of.
///
/// # Errors
/// [`LoadError`] for every file that is no plugin of this host's contract.
pub fn world_of(bytes: &[u8]) -> Result<World, LoadError> {
    header(bytes)?;
    let names = Names::read(bytes)?;
    let worlds = names.worlds()?;
    let world = match worlds.as_slice() {
        [] => return Err(LoadError::WrongWorld),
        [world] => *world,
        _ => return Err(LoadError::TwoWorlds),
    };
    match names.imports.iter().find(|name| !world.may_import(name)) {
        Some(name) => Err(LoadError::ForbiddenImport { name: quoted(name) }),
        None => Ok(world),
    }
}

fn header(bytes: &[u8]) -> Result<(), LoadError> {
    if bytes.is_empty() {
        return Err(LoadError::Empty);
    }
    let magic = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if !MAGIC.starts_with(magic) {
        return Err(LoadError::NotWasm);
    }
    match bytes.get(MAGIC.len()..MAGIC.len() + COMPONENT.len()) {
        None => Err(LoadError::Truncated),
        Some(COMPONENT) => Ok(()),
        Some(CORE_MODULE) => Err(LoadError::CoreModule),
        Some(_) => Err(LoadError::UnknownFormat),
    }
}

/// Names at the border of a component.
#[derive(Default)]
struct Names<'a> {
    imports: Vec<&'a str>,
    exports: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, LoadError> {
        let mut names = Self::default();
        let mut parser = Parser::new(0);
        let mut rest = bytes;
        while !rest.is_empty() {
            match parser.parse(rest, false).map_err(|error| LoadError::Malformed(quoted(&error.to_string())))? {
                Chunk::NeedMoreData(_) => return Err(LoadError::Truncated),
                Chunk::Parsed { consumed, payload } => {
                    let inner_bytes = names.take(payload)?;
                    rest = rest.get(consumed + inner_bytes..).ok_or(LoadError::Truncated)?;
                }
            }
        }
        Ok(names)
    }

    /// Takes the names out of one section, and answers how many bytes of an inner module or component to step over.
    fn take(&mut self, payload: Payload<'a>) -> Result<usize, LoadError> {
        let malformed = |error: wasmparser::BinaryReaderError| LoadError::Malformed(quoted(&error.to_string()));
        match payload {
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                return Ok(unchecked_range.len());
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    self.imports.push(import.map_err(malformed)?.name.name);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.exports.push(export.map_err(malformed)?.name.name);
                }
            }
            Payload::UnknownSection { id, .. } => {
                return Err(LoadError::Malformed(format!("it has a section of the unknown kind {id}")));
            }
            _ => {}
        }
        Ok(0)
    }

    /// The worlds whose interface is exported. Names of another version of the contract are an error of their own,
    /// wherever they stand.
    fn worlds(&self) -> Result<Vec<World>, LoadError> {
        for name in self.exports.iter().chain(&self.imports) {
            if let Some(version) = name.strip_prefix(CONTRACT).and_then(|rest| rest.split_once('@')).map(|(_, v)| v)
                && !abi::VERSIONS.iter().any(|known| known.0 == version)
            {
                return Err(other_contract(version));
            }
        }
        Ok(World::ALL.into_iter().filter(|world| self.exports.contains(&world.export())).collect())
    }
}

fn other_contract(wants: &str) -> LoadError {
    let known: Vec<&str> = abi::VERSIONS.iter().map(|ContractVersion(version)| *version).collect();
    LoadError::OtherContract { wants: quoted(wants), has: known.join(" and ") }
}
