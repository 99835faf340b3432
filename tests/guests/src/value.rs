//! Values of the contract's types, and how they lie in a guest's memory.

use serde_json::Value as Json;
use wit_parser::{Int, Resolve, SizeAlign, Type, TypeDefKind};

/// A value of any type; a variant, option, result or enum is a `Case`, flags are a list of texts.
#[derive(Debug, Clone)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Value>),
    Record(Vec<(String, Value)>),
    Case(String, Option<Box<Value>>),
}

pub fn text(words: impl Into<String>) -> Value {
    Value::Text(words.into())
}

pub fn case(name: &str, payload: Value) -> Value {
    Value::Case(name.to_owned(), Some(Box::new(payload)))
}

pub fn bare(name: &str) -> Value {
    Value::Case(name.to_owned(), None)
}

pub fn plain(words: impl Into<String>) -> Value {
    case("plain", text(words))
}

pub fn some(value: Value) -> Value {
    case("some", value)
}

pub fn record(fields: &[(&str, Value)]) -> Value {
    Value::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

pub fn money(minor: i64, currency: &str) -> Value {
    record(&[("minor", Value::Int(minor)), ("currency", text(currency))])
}

pub fn pair(left: &str, right: &str) -> Value {
    record(&[("0", text(left)), ("1", text(right))])
}

impl Value {
    /// The same value with another one at `path`: fields and cases, with points between them; empty for all of it.
    pub fn with(mut self, path: &str, value: Value) -> Self {
        let mut place = &mut self;
        for name in path.split('.').filter(|name| !name.is_empty()) {
            place = place.inner(name);
        }
        *place = value;
        self
    }

    fn inner(&mut self, name: &str) -> &mut Self {
        match self {
            Self::Record(fields) => {
                let found = fields.iter_mut().find(|(field, _)| field == name);
                found.map_or_else(|| panic!("no field {name}"), |(_, value)| value)
            }
            Self::Case(case, Some(payload)) if case == name => payload,
            _ => panic!("nothing called {name}"),
        }
    }
}

impl Value {
    /// A value of this type out of JSON: records are objects; variants, options and results are an object with the case's name
    /// and what is in it, or the name alone; flags are a list of names. Whatever does not fit is as [`nothing`] has it.
    pub fn from_json(resolve: &Resolve, ty: &Type, json: &Json) -> Self {
        match (ty, json) {
            (Type::Bool, Json::Bool(value)) => Self::Bool(*value),
            (Type::String, Json::String(words)) => text(words.as_str()),
            (Type::Id(id), json) => {
                Self::of_kind(resolve, &resolve.types[*id].kind, json).unwrap_or_else(|| nothing(resolve, ty))
            }
            (_, Json::Number(number)) => Self::Int(number.as_i64().unwrap_or_default()),
            (ty, _) => nothing(resolve, ty),
        }
    }

    fn of_kind(resolve: &Resolve, kind: &TypeDefKind, json: &Json) -> Option<Self> {
        let field = |name: &str, ty: &Type| {
            let value = json.get(name).map_or_else(|| nothing(resolve, ty), |json| Self::from_json(resolve, ty, json));
            (name.to_owned(), value)
        };
        let case = |name: &str, ty: Option<&Type>| {
            let inner = json.get(name);
            (inner.is_some() || json.as_str() == Some(name)).then(|| {
                let payload = ty.map(|ty| Self::from_json(resolve, ty, inner.unwrap_or(&Json::Null)));
                Self::Case(name.to_owned(), payload.map(Box::new))
            })
        };
        match kind {
            TypeDefKind::Type(ty) => Some(Self::from_json(resolve, ty, json)),
            TypeDefKind::Record(of) => {
                Some(Self::Record(of.fields.iter().map(|own| field(&own.name, &own.ty)).collect()))
            }
            TypeDefKind::Variant(of) => of.cases.iter().find_map(|own| case(&own.name, own.ty.as_ref())),
            TypeDefKind::Enum(of) => of.cases.iter().find_map(|own| case(&own.name, None)),
            TypeDefKind::Option(ty) => case("some", Some(ty)),
            TypeDefKind::Result(of) => case("ok", of.ok.as_ref()).or_else(|| case("err", of.err.as_ref())),
            TypeDefKind::List(ty) => {
                let entries = json.as_array()?.iter().map(|entry| Self::from_json(resolve, ty, entry));
                Some(Self::List(entries.collect()))
            }
            TypeDefKind::Flags(_) => {
                let names = json.as_array()?.iter().filter_map(Json::as_str).map(text);
                Some(Self::List(names.collect()))
            }
            _ => None,
        }
    }
}

/// Cases that need no more than a text to be right, and so stand where nothing else is asked for.
const PREFERRED_CASES: [&str; 2] = ["plain", "wait"];

/// Empty, zero, none, the first case.
pub fn nothing(resolve: &Resolve, ty: &Type) -> Value {
    let record = |fields: Vec<(String, &Type)>| {
        Value::Record(fields.into_iter().map(|(name, ty)| (name, nothing(resolve, ty))).collect())
    };
    match ty {
        Type::Bool => Value::Bool(false),
        Type::String => text(""),
        Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::Type(ty) => nothing(resolve, ty),
            TypeDefKind::Record(r) => record(r.fields.iter().map(|field| (field.name.clone(), &field.ty)).collect()),
            TypeDefKind::Tuple(t) => record(t.types.iter().enumerate().map(|(i, ty)| (i.to_string(), ty)).collect()),
            TypeDefKind::Option(_) => bare("none"),
            TypeDefKind::Result(r) => {
                Value::Case("ok".to_owned(), r.ok.as_ref().map(|ty| Box::new(nothing(resolve, ty))))
            }
            TypeDefKind::Variant(v) => {
                let preferred = v.cases.iter().find(|case| PREFERRED_CASES.contains(&case.name.as_str()));
                let case = preferred.unwrap_or(&v.cases[0]);
                Value::Case(case.name.clone(), case.ty.as_ref().map(|ty| Box::new(nothing(resolve, ty))))
            }
            TypeDefKind::Enum(e) => bare(&e.cases[0].name),
            _ => Value::List(Vec::new()),
        },
        _ => Value::Int(0),
    }
}

/// Bytes of a guest's memory, from an address on.
pub struct Memory<'a> {
    resolve: &'a Resolve,
    sizes: SizeAlign,
    base: usize,
    pub bytes: Vec<u8>,
}

impl<'a> Memory<'a> {
    pub fn from(resolve: &'a Resolve, base: usize) -> Self {
        let mut sizes = SizeAlign::default();
        sizes.fill(resolve);
        Self { resolve, sizes, base, bytes: Vec::new() }
    }

    /// Puts a value somewhere and answers its address.
    pub fn put(&mut self, ty: &Type, value: &Value) -> usize {
        let at = self.room(self.sizes.size(ty).size_wasm32(), self.sizes.align(ty).align_wasm32());
        self.store(ty, value, at);
        at
    }

    /// Puts a table of addresses somewhere and answers where.
    pub fn put_addresses(&mut self, addresses: &[usize]) -> usize {
        let at = self.room(4 * addresses.len(), 4);
        for (index, address) in addresses.iter().enumerate() {
            self.poke(at + 4 * index, &u32::try_from(*address).unwrap().to_le_bytes());
        }
        at
    }

    fn room(&mut self, bytes: usize, align: usize) -> usize {
        let at = (self.base + self.bytes.len()).next_multiple_of(align);
        self.bytes.resize(at - self.base + bytes, 0);
        at
    }

    fn poke(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at - self.base..][..bytes.len()].copy_from_slice(bytes);
    }

    fn poke_list(&mut self, at: usize, address: usize, entries: usize) {
        self.poke(at, &u32::try_from(address).unwrap().to_le_bytes());
        self.poke(at + 4, &u32::try_from(entries).unwrap().to_le_bytes());
    }

    fn store(&mut self, ty: &Type, value: &Value, at: usize) {
        match (ty, value) {
            (Type::Bool, Value::Bool(value)) => self.poke(at, &[u8::from(*value)]),
            (Type::String, Value::Text(words)) => {
                let address = self.room(words.len(), 1);
                self.poke(address, words.as_bytes());
                self.poke_list(at, address, words.len());
            }
            (Type::Id(id), value) => {
                let kind = self.resolve.types[*id].kind.clone();
                self.store_kind(&kind, value, at);
            }
            (number, Value::Int(value)) => {
                let bytes = self.sizes.size(number).size_wasm32();
                self.poke(at, &value.to_le_bytes()[..bytes]);
            }
            (ty, value) => panic!("{value:?} is no {ty:?}"),
        }
    }

    fn store_kind(&mut self, kind: &TypeDefKind, value: &Value, at: usize) {
        match (kind, value) {
            (TypeDefKind::Type(ty), value) => self.store(ty, value, at),
            (TypeDefKind::Record(record), Value::Record(fields)) => {
                let types: Vec<Type> = record.fields.iter().map(|field| field.ty).collect();
                self.store_fields(&types, fields, at);
            }
            (TypeDefKind::Tuple(tuple), Value::Record(fields)) => self.store_fields(&tuple.types, fields, at),
            (TypeDefKind::Option(ty), Value::Case(..)) => {
                self.store_case(&[("none".to_owned(), None), ("some".to_owned(), Some(*ty))], Int::U8, value, at);
            }
            (TypeDefKind::Result(result), Value::Case(..)) => {
                self.store_case(&[("ok".to_owned(), result.ok), ("err".to_owned(), result.err)], Int::U8, value, at);
            }
            (TypeDefKind::Variant(variant), Value::Case(..)) => {
                let cases: Vec<_> = variant.cases.iter().map(|case| (case.name.clone(), case.ty)).collect();
                self.store_case(&cases, variant.tag(), value, at);
            }
            (TypeDefKind::Enum(cases), Value::Case(..)) => {
                let (tag, cases) = (cases.tag(), cases.cases.iter().map(|case| (case.name.clone(), None)));
                self.store_case(&cases.collect::<Vec<_>>(), tag, value, at);
            }
            (TypeDefKind::Flags(flags), Value::List(set)) => {
                let is_set = |name: &str| set.iter().any(|flag| matches!(flag, Value::Text(flag) if flag == name));
                let bits =
                    flags.flags.iter().enumerate().filter(|(_, flag)| is_set(&flag.name)).map(|(bit, _)| 1 << bit);
                self.poke(at, &[bits.sum::<u8>()]);
            }
            (TypeDefKind::List(ty), Value::List(entries)) => {
                let (bytes, align) = (self.sizes.size(ty).size_wasm32(), self.sizes.align(ty).align_wasm32());
                let address = self.room(bytes * entries.len(), align);
                for (index, entry) in entries.iter().enumerate() {
                    self.store(ty, entry, address + index * bytes);
                }
                self.poke_list(at, address, entries.len());
            }
            (kind, value) => panic!("{value:?} is no {}", kind.as_str()),
        }
    }

    fn store_fields(&mut self, types: &[Type], fields: &[(String, Value)], at: usize) {
        let offsets: Vec<usize> =
            self.sizes.field_offsets(types).into_iter().map(|(offset, _)| offset.size_wasm32()).collect();
        for ((ty, offset), (_, value)) in types.iter().zip(offsets).zip(fields) {
            self.store(ty, value, at + offset);
        }
    }

    fn store_case(&mut self, cases: &[(String, Option<Type>)], tag: Int, value: &Value, at: usize) {
        let Value::Case(name, payload) = value else { panic!("{value:?} is no case") };
        let index = cases.iter().position(|(case, _)| case == name).unwrap_or_else(|| panic!("no case {name}"));
        self.poke(at, &[u8::try_from(index).unwrap()]);
        if let (Some(ty), Some(payload)) = (cases[index].1, payload) {
            let offset = self.sizes.payload_offset(tag, cases.iter().map(|(_, ty)| ty.as_ref())).size_wasm32();
            self.store(&ty, payload, at + offset);
        }
    }
}
