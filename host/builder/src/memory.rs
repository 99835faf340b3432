//! A module that does not have to grow its memory.
//!
//! Rust's allocator asks for its first page with `memory.grow`, in every fresh instance. For the host that is a system
//! call or two, which is more than the whole rest of a short call costs. So the module starts with room for its heap,
//! and its `memory.grow` becomes a function that hands that room out before it really grows; nothing else changes.

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, CustomSection, Function, FunctionSection, GlobalSection, GlobalType,
    Instruction, MemoryType, Module, TypeSection, ValType,
};
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// Pages of 64 kB that a module starts with beyond its own: more than a page or a webhook takes. What is not touched
/// costs no memory.
const HEAP_PAGES: u64 = 16;

/// The most pages that a 32-bit memory can have.
const PAGES_MAX: i32 = 65_536;

/// Custom sections that the component's encoder reads. Others (names, producers, features) say how a module was made
/// and are left out.
const KEPT_SECTIONS: &str = "component-type";

/// Gives the module room for its heap, and leaves out what only says how it was made.
pub fn prepare(module: &[u8]) -> Result<Vec<u8>, String> {
    let counted = Counted::read(module).map_err(|error| error.to_string())?;
    let mut prepared = Module::new();
    let done = match counted.room() {
        Some(mut room) => {
            room.parse_core_module(&mut prepared, Parser::new(0), module).map_err(|error| error.to_string())
        }
        None => Plain.parse_core_module(&mut prepared, Parser::new(0), module).map_err(|error| error.to_string()),
    };
    done.map(|()| prepared.finish())
}

/// How many of everything there are, so that what is added comes last and moves no index.
#[derive(Default)]
struct Counted {
    types: u32,
    functions: u32,
    globals: u32,
    bodies: u32,
    own_globals: u32,
    /// Minimum pages of the memories that are ordinary: the module's own, 32-bit, not shared, without a maximum.
    ordinary_memories: Vec<u64>,
    other_memories: u32,
}

impl Counted {
    fn read(module: &[u8]) -> Result<Self, wasmparser::BinaryReaderError> {
        let mut counted = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types {
                        counted.types += u32::try_from(group?.types().len()).unwrap_or(u32::MAX);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        counted.import(import?.ty);
                    }
                }
                Payload::FunctionSection(functions) => counted.functions += functions.count(),
                Payload::GlobalSection(globals) => {
                    counted.own_globals = globals.count();
                    counted.globals += globals.count();
                }
                Payload::CodeSectionStart { count, .. } => counted.bodies = count,
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        counted.memory(memory?);
                    }
                }
                _ => {}
            }
        }
        Ok(counted)
    }

    fn import(&mut self, kind: TypeRef) {
        match kind {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => self.functions += 1,
            TypeRef::Global(_) => self.globals += 1,
            TypeRef::Memory(_) => self.other_memories += 1,
            TypeRef::Table(_) | TypeRef::Tag(_) => {}
        }
    }

    fn memory(&mut self, memory: wasmparser::MemoryType) {
        let ordinary =
            !memory.memory64 && !memory.shared && memory.maximum.is_none() && memory.page_size_log2.is_none();
        if ordinary {
            self.ordinary_memories.push(memory.initial);
        } else {
            self.other_memories += 1;
        }
    }

    /// `None` where the module is not of the shape that Rust's compiler makes: it is left as it is.
    fn room(&self) -> Option<Room> {
        let &[pages] = self.ordinary_memories.as_slice() else { return None };
        let whole = self.other_memories == 0 && self.types > 0 && self.bodies > 0 && self.own_globals > 0;
        let used_pages = i32::try_from(pages).ok().filter(|pages| *pages <= PAGES_MAX / 2)?;
        whole.then_some(Room { grow_type: self.types, grow: self.functions, used: self.globals, used_pages })
    }
}

/// Leaves sections out, and nothing more.
struct Plain;

impl Reencode for Plain {
    type Error = std::convert::Infallible;

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        keep_section(module, &section);
        Ok(())
    }
}

/// Adds the function and the global that hand the room out, and sends every `memory.grow` there.
struct Room {
    grow_type: u32,
    grow: u32,
    /// The global with the pages that the module knows of.
    used: u32,
    used_pages: i32,
}

impl Room {
    /// `memory.grow` as the module sees it: the pages before, or -1.
    fn grow_body(&self) -> Function {
        // Local 0 is how many pages are asked for, local 1 how many there were.
        let mut body = Function::new([(1, ValType::I32)]);
        let refuse = |body: &mut Function| {
            body.instruction(&Instruction::If(BlockType::Empty));
            body.instruction(&Instruction::I32Const(-1));
            body.instruction(&Instruction::Return);
            body.instruction(&Instruction::End);
        };
        // More than any memory holds: refused before the sums below could wrap.
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::I32Const(PAGES_MAX));
        body.instruction(&Instruction::I32GtU);
        refuse(&mut body);
        // Pages that are lacking: used + asked - there. Grow by them, if there are any.
        body.instruction(&Instruction::GlobalGet(self.used));
        body.instruction(&Instruction::LocalTee(1));
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::I32Add);
        body.instruction(&Instruction::MemorySize(0));
        body.instruction(&Instruction::I32GtS);
        body.instruction(&Instruction::If(BlockType::Empty));
        body.instruction(&Instruction::LocalGet(1));
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::I32Add);
        body.instruction(&Instruction::MemorySize(0));
        body.instruction(&Instruction::I32Sub);
        body.instruction(&Instruction::MemoryGrow(0));
        body.instruction(&Instruction::I32Const(-1));
        body.instruction(&Instruction::I32Eq);
        refuse(&mut body);
        body.instruction(&Instruction::End);
        body.instruction(&Instruction::LocalGet(1));
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::I32Add);
        body.instruction(&Instruction::GlobalSet(self.used));
        body.instruction(&Instruction::LocalGet(1));
        body.instruction(&Instruction::End);
        body
    }
}

impl Reencode for Room {
    type Error = std::convert::Infallible;

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        keep_section(module, &section);
        Ok(())
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_function_section(self, functions, section)?;
        functions.function(self.grow_type);
        Ok(())
    }

    fn memory_type(&mut self, memory: wasmparser::MemoryType) -> Result<MemoryType, reencode::Error<Self::Error>> {
        let memory = reencode::utils::memory_type(self, memory);
        Ok(MemoryType { minimum: memory.minimum + HEAP_PAGES, ..memory })
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_global_section(self, globals, section)?;
        let counter = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(counter, &ConstExpr::i32_const(self.used_pages));
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        reencode::utils::parse_code_section(self, code, section)?;
        code.function(&self.grow_body());
        Ok(())
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, reencode::Error<Self::Error>> {
        match operator {
            Operator::MemoryGrow { .. } => Ok(Instruction::Call(self.grow)),
            Operator::MemorySize { .. } => Ok(Instruction::GlobalGet(self.used)),
            other => reencode::utils::instruction(self, other),
        }
    }
}

fn keep_section(module: &mut Module, section: &wasmparser::CustomSectionReader<'_>) {
    if section.name().starts_with(KEPT_SECTIONS) {
        module.section(&CustomSection { name: section.name().into(), data: section.data().into() });
    }
}

#[cfg(test)]
mod tests;
