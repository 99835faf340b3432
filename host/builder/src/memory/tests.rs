//! The prepared module behaves as the one it was made of.

use super::*;

/// Grows by what it is told, says how large it believes to be, and writes to the last byte of what it has.
const GUEST: &str = r#"
    (module
        (memory (export "memory") 2)
        (global $other (mut i32) (i32.const 7))
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "size") (result i32) (memory.size))
        (func (export "touch") (param i32) (i32.store8 (local.get 0) (global.get $other)))
        (func (export "peek") (param i32) (result i32) (i32.load8_u (local.get 0))))
"#;

/// The host's own bound in this test: 40 pages.
const MEMORY_BYTES_MAX: usize = 40 * 65_536;

struct Guest {
    store: wasmi::Store<wasmi::StoreLimits>,
    instance: wasmi::Instance,
}

impl Guest {
    fn new(module: &[u8]) -> Self {
        let engine = wasmi::Engine::default();
        let module = wasmi::Module::new(&engine, module).unwrap();
        let limits = wasmi::StoreLimitsBuilder::new().memory_size(MEMORY_BYTES_MAX).build();
        let mut store = wasmi::Store::new(&engine, limits);
        store.limiter(|limits| limits);
        let instance = wasmi::Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        Self { store, instance }
    }

    fn call(&mut self, name: &str, argument: i32) -> Option<i32> {
        let function = self.instance.get_func(&self.store, name).unwrap();
        let kind = function.ty(&self.store);
        let arguments = [wasmi::Val::I32(argument)];
        let mut results = vec![wasmi::Val::I32(0); kind.results().len()];
        function.call(&mut self.store, &arguments[..kind.params().len()], &mut results).ok()?;
        results.first().map_or(Some(0), wasmi::Val::i32)
    }

    fn real_pages(&self) -> u64 {
        self.instance.get_memory(&self.store, "memory").unwrap().size(&self.store)
    }
}

fn both() -> (Guest, Guest) {
    let module = wat::parse_str(GUEST).unwrap();
    (Guest::new(&module), Guest::new(&prepare(&module).unwrap()))
}

#[test]
fn a_prepared_module_sees_the_memory_that_it_would_have_seen() {
    let (mut plain, mut prepared) = both();
    for pages in [0, 1, 3, 0, 11, 2, 5, -1, 65_536, 65_537, i32::MIN, i32::MAX, 20, 16, 1] {
        assert_eq!(prepared.call("grow", pages), plain.call("grow", pages), "grow {pages}");
        assert_eq!(prepared.call("size", 0), plain.call("size", 0), "after {pages}");
    }
}

#[test]
fn the_first_pages_are_there_already_and_empty() {
    let (_, mut prepared) = both();
    let at_first = prepared.real_pages();
    assert_eq!(at_first, 2 + HEAP_PAGES);
    assert_eq!(prepared.call("grow", 16), Some(2));
    assert_eq!((prepared.real_pages(), prepared.call("peek", 18 * 65_536 - 1)), (at_first, Some(0)));
    assert_eq!(prepared.call("touch", 18 * 65_536 - 1), Some(0));
    assert_eq!(prepared.call("peek", 18 * 65_536 - 1), Some(7), "its own globals are what they were");
    assert_eq!(prepared.call("grow", 1), Some(18));
    assert_eq!(prepared.real_pages(), at_first + 1);
}

#[test]
fn the_host_s_bound_still_holds() {
    let (_, mut prepared) = both();
    assert_eq!(prepared.call("grow", 39), Some(-1));
    assert_eq!(prepared.call("grow", 38), Some(2));
    assert_eq!(prepared.call("grow", 1), Some(-1));
}

#[test]
fn a_module_of_another_shape_is_left_as_it_is() {
    let table = [
        "(module)",
        r#"(module (memory (export "memory") 1))"#,
        r"(module (memory 1 2) (global (mut i32) (i32.const 0)) (func (drop (memory.grow (i32.const 1)))))",
        r#"(module (import "a" "b" (memory 1)) (global (mut i32) (i32.const 0)) (func (drop (memory.size))))"#,
        "(module (memory i64 1) (global (mut i32) (i32.const 0)) (func (drop (memory.size))))",
    ];
    for text in table {
        let module = wat::parse_str(text).unwrap();
        assert_eq!(prepare(&module).unwrap(), module, "{text}");
    }
}

#[test]
fn how_a_module_was_made_is_left_out_and_its_world_is_kept() {
    let text = r#"(module (@custom "producers" "p") (@custom "name" "n") (@custom "target_features" "t")
        (@custom "component-type:a" "w"))"#;
    let prepared = prepare(&wat::parse_str(text).unwrap()).unwrap();
    let names: Vec<String> = Parser::new(0)
        .parse_all(&prepared)
        .filter_map(|payload| match payload.unwrap() {
            Payload::CustomSection(section) => Some(section.name().to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["component-type:a"]);
}

#[test]
fn what_is_not_a_module_is_refused() {
    let whole = wat::parse_str(GUEST).unwrap();
    for broken in [&b""[..], b"\0asm", b"<html>", &whole[..whole.len() / 2]] {
        assert!(prepare(broken).is_err(), "{broken:?}");
    }
}
