//! Builds plugins out of a few lines: every export answers something ordinary unless a test says otherwise.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, PackageId, Resolve, Type, WorldId, WorldItem};

use crate::value::{Memory, Value, bare, case, nothing, plain, text};

/// Where a guest's answers lie; below it is room for what a test's own code writes.
pub const ANSWERS_AT: usize = 4096;
const PAGE_BYTES: usize = 65_536;
/// Room for what the host passes in.
const HEAP_PAGES: usize = 16;

/// A plugin to be.
#[derive(Clone)]
pub struct Guest {
    wit: PathBuf,
    world: &'static str,
    interface: &'static str,
    version: String,
    values: BTreeMap<String, Vec<(String, Value)>>,
    bodies: BTreeMap<String, String>,
    before: BTreeMap<String, String>,
    choices: BTreeMap<String, (usize, Vec<Value>)>,
    holds: Vec<(String, (String, String), Value)>,
    outside: String,
    realloc: String,
}

#[must_use]
pub fn contract() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/sdk/wit/1.0.0")
}

#[must_use]
pub fn gateway() -> Guest {
    Guest::new("payment-gateway", "gateway")
}

#[must_use]
pub fn module() -> Guest {
    Guest::new("add-on", "module")
}

impl Guest {
    fn new(world: &'static str, interface: &'static str) -> Self {
        let realloc = "(local $at i32)
            (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
            (global.set $heap (i32.add (local.get $at) (local.get $size)))
            (local.get $at)";
        let guest = Self {
            wit: contract(),
            world,
            interface,
            version: "1.0.0".to_owned(),
            values: BTreeMap::new(),
            bodies: BTreeMap::new(),
            before: BTreeMap::new(),
            choices: BTreeMap::new(),
            holds: Vec::new(),
            outside: String::new(),
            realloc: realloc.to_owned(),
        };
        guest.ordinary()
    }

    fn ordinary(self) -> Self {
        let record = |fields: &[(&str, &str)]| {
            Value::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect())
        };
        let template = record(&[("name", "page"), ("source", "<p></p>")]);
        let translation = record(&[("locale", "en"), ("source", "")]);
        let guest = self
            .id("acme")
            .answers("describe", "identity.name", text("Acme"))
            .answers("describe", "identity.version", text("1.2.3"))
            .answers("describe", "identity.publisher", text("Acme Ltd"))
            .answers("describe", "identity.licence", text("MIT"))
            .answers("describe", "assets.templates", Value::List(vec![template]))
            .answers("describe", "assets.translations", Value::List(vec![translation]));
        if guest.interface == "gateway" {
            return guest
                .answers("describe", "currencies", bare("any"))
                .answers("describe", "capabilities", Value::List(vec![text("check")]))
                .answers("pay-now", "ok.next", case("wait", plain("waiting")));
        }
        guest.answers("page", "ok.template", text("page")).answers("page", "ok.data", text("{}"))
    }

    /// The plugin's id.
    #[must_use]
    pub fn id(self, id: &str) -> Self {
        let guest = self.answers("describe", "identity.id", text(id));
        if guest.interface == "module" { guest.answers("tab", "slug", text(id)) } else { guest }
    }

    /// What a function answers, at one place of its answer.
    #[must_use]
    pub fn answers(mut self, function: &str, path: &str, value: Value) -> Self {
        self.values.entry(function.to_owned()).or_default().push((path.to_owned(), value));
        self
    }

    /// The whole of a function's answer.
    #[must_use]
    pub fn whole(self, function: &str, value: Value) -> Self {
        self.answers(function, "", value)
    }

    /// A function's whole body; it must leave an address on the stack, or not return.
    #[must_use]
    pub fn body(mut self, function: &str, wat: &str) -> Self {
        self.bodies.insert(function.to_owned(), wat.to_owned());
        self
    }

    /// What a function does before it answers.
    #[must_use]
    pub fn first(mut self, function: &str, wat: &str) -> Self {
        self.before.insert(function.to_owned(), wat.to_owned());
        self
    }

    /// Several answers of a function; which one, the host says by the number at `offset` of what it passes in.
    #[must_use]
    pub fn chosen(mut self, function: &str, offset: usize, answers: Vec<Value>) -> Self {
        self.choices.insert(function.to_owned(), (offset, answers));
        self
    }

    /// What a function answers where nothing else is said, with `value` at `path`.
    #[must_use]
    pub fn answer_with(&self, function: &str, path: &str, value: Value) -> Value {
        let (resolve, world) = self.resolved();
        let function = Self::functions(&resolve, world).find(|found| found.name == function).expect("it is exported");
        self.value(&resolve, function).with(path, value)
    }

    /// What `describe` answers, out of JSON: [`Value::from_json`].
    #[must_use]
    pub fn described_as(self, manifest: &serde_json::Value) -> Self {
        let value = {
            let (resolve, world) = self.resolved();
            let describe = Self::functions(&resolve, world).find(|found| found.name == "describe").expect("exported");
            Value::from_json(&resolve, &describe.result.expect("it answers"), manifest)
        };
        self.whole("describe", value)
    }

    /// A function's answer as it lies in the memory of a plugin, from [`ANSWERS_AT`] on.
    #[must_use]
    pub fn answer_in_memory(&self, function: &str) -> Vec<u8> {
        let (resolve, world) = self.resolved();
        let function = Self::functions(&resolve, world).find(|found| found.name == function).expect("it is exported");
        let mut memory = Memory::from(&resolve, ANSWERS_AT);
        memory.put(&function.result.expect("every function of the contract answers"), &self.value(&resolve, function));
        memory.bytes
    }

    /// Keeps a value of one of the contract's types, such as `("http", "request")`, in its memory; the global `$name` says where.
    #[must_use]
    pub fn holds(mut self, name: &str, (interface, ty): (&str, &str), value: Value) -> Self {
        self.holds.push((name.to_owned(), (interface.to_owned(), ty.to_owned()), value));
        self
    }

    /// A gateway's `pay-now` that runs `first` and then shows the bytes at `$at`, of length `$bytes`, as its waiting text.
    #[must_use]
    pub fn showing(self, first: &str) -> Self {
        // result<step, error> at 2048: ok(step { next: wait(plain(string)), … none }).
        let body = format!(
            "(local $at i32) (local $bytes i32) {first}
            (i32.store8 (i32.const 2048) (i32.const 0))
            (i32.store8 (i32.const 2052) (i32.const 3))
            (i32.store8 (i32.const 2056) (i32.const 1))
            (i32.store (i32.const 2060) (local.get $at)) (i32.store (i32.const 2064) (local.get $bytes))
            (i32.const 2048)"
        );
        self.body("pay-now", &body)
    }

    /// Fields of the core module: globals, tables, functions.
    #[must_use]
    pub fn outside(mut self, wat: &str) -> Self {
        self.outside.push_str(wat);
        self
    }

    /// Imports a function of one of the contract's interfaces, with its core signature.
    #[must_use]
    pub fn imports(self, interface: &str, function: &str, signature: &str) -> Self {
        let version = self.version.clone();
        self.imports_from(&format!("tollgate:plugin/{interface}@{version}"), function, signature)
    }

    #[must_use]
    pub fn imports_from(mut self, interface: &str, function: &str, signature: &str) -> Self {
        let import = format!("(import \"{interface}\" \"{function}\" (func ${function} {signature}))\n");
        self.outside.insert_str(0, &import);
        self
    }

    /// How the guest gives the host room for what it passes in: parameters `$old`, `$old_size`, `$align`, `$size`.
    #[must_use]
    pub fn realloc(mut self, wat: &str) -> Self {
        wat.clone_into(&mut self.realloc);
        self
    }

    /// Of another version of the contract, or of one with more imports: the WIT files are in `directory`.
    #[must_use]
    pub fn of_contract(mut self, directory: &Path, version: &str) -> Self {
        directory.clone_into(&mut self.wit);
        version.clone_into(&mut self.version);
        self
    }

    /// The file.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let (resolve, world) = self.resolved();
        let text = self.wat(&resolve, world);
        let mut module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("it is a module");
        let encoder = ComponentEncoder::default().validate(true).module(&module).expect("it is of the world");
        let mut encoder = encoder;
        encoder.encode().unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The contract, read once for each folder.
    fn resolved(&self) -> (Resolve, WorldId) {
        static READ: Mutex<BTreeMap<PathBuf, (Resolve, PackageId)>> = Mutex::new(BTreeMap::new());
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let (resolve, package) = read.entry(self.wit.clone()).or_insert_with(|| {
            let mut resolve = Resolve::default();
            let (package, _) = resolve.push_dir(&self.wit).expect("the contract is readable");
            (resolve, package)
        });
        let world = resolve.select_world(&[*package], Some(self.world)).expect("the contract has the world");
        (resolve.clone(), world)
    }

    fn wat(&self, resolve: &Resolve, world: WorldId) -> String {
        let mut memory = Memory::from(resolve, ANSWERS_AT);
        let mut functions = String::new();
        for function in Self::functions(resolve, world) {
            let body = match self.bodies.get(&function.name) {
                Some(body) => body.clone(),
                None => self.answer(resolve, &mut memory, function),
            };
            let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
            assert_eq!(signature.results, [WasmType::Pointer], "{}", function.name);
            let params: Vec<&str> = signature.params.iter().copied().map(core_type).collect();
            let (interface, version, name) = (self.interface, &self.version, &function.name);
            writeln!(
                functions,
                "(func (export \"tollgate:plugin/{interface}@{version}#{name}\") (param {}) (result i32) {body})",
                params.join(" ")
            )
            .unwrap();
        }
        let held = self.held(resolve, &mut memory);
        let heap = (ANSWERS_AT + memory.bytes.len()).next_multiple_of(PAGE_BYTES);
        let data: String = memory.bytes.iter().fold(String::new(), |mut data, byte| {
            write!(data, "\\{byte:02x}").unwrap();
            data
        });
        format!(
            "(module {}
                {held}
                (memory $memory (export \"memory\") {})
                (global $heap (mut i32) (i32.const {heap}))
                (func (export \"cabi_realloc\") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32)
                    (result i32) {})
                (data (i32.const {ANSWERS_AT}) \"{data}\")
                {functions})",
            self.outside,
            heap / PAGE_BYTES + HEAP_PAGES,
            self.realloc,
        )
    }

    fn held(&self, resolve: &Resolve, memory: &mut Memory<'_>) -> String {
        let mut globals = String::new();
        for (name, (interface, ty), value) in &self.holds {
            let named = |found: &&wit_parser::Interface| found.name.as_ref() == Some(interface);
            let (_, interface) =
                resolve.interfaces.iter().find(|(_, found)| named(found)).expect("the contract has the interface");
            let at = memory.put(&Type::Id(interface.types[ty.as_str()]), value);
            writeln!(globals, "(global ${name} i32 (i32.const {at}))").unwrap();
        }
        globals
    }

    fn functions(resolve: &Resolve, world: WorldId) -> impl Iterator<Item = &Function> {
        let exported = resolve.worlds[world].exports.values().find_map(|item| match item {
            WorldItem::Interface { id, .. } => Some(*id),
            _ => None,
        });
        resolve.interfaces[exported.expect("a world exports one interface")].functions.values()
    }

    fn value(&self, resolve: &Resolve, function: &Function) -> Value {
        let value = nothing(resolve, &function.result.expect("every function of the contract answers"));
        let set = self.values.get(&function.name).into_iter().flatten();
        set.fold(value, |value, (path, set)| value.with(path, set.clone()))
    }

    fn answer(&self, resolve: &Resolve, memory: &mut Memory<'_>, function: &Function) -> String {
        let ty = function.result.expect("every function of the contract answers");
        if let Some((offset, answers)) = self.choices.get(&function.name) {
            let answers: Vec<usize> = answers.iter().map(|answer| memory.put(&ty, answer)).collect();
            let table = memory.put_addresses(&answers);
            let number = format!("(i32.load offset={offset} (local.get 0))");
            return format!("(i32.load (i32.add (i32.const {table}) (i32.shl {number} (i32.const 2))))");
        }
        let address = memory.put(&ty, &self.value(resolve, function));
        format!("{} (i32.const {address})", self.before.get(&function.name).map_or("", String::as_str))
    }
}

fn core_type(ty: WasmType) -> &'static str {
    match ty {
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
        _ => "i32",
    }
}
