//! What is not a plugin is refused by what is wrong with it. The components here do nothing: only their shape counts.

use std::path::Path;

use tollgate_builder::{BuildError, World, inspect};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

/// A component of the world `guest` in `wit`, which may name the contract's interfaces.
fn component(wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/sdk/wit/1.0.0")).unwrap();
    let package = resolve.push_str("guest.wit", &format!("package test:guest; {wit}")).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

fn refusal(bytes: &[u8]) -> BuildError {
    inspect(bytes).expect_err("it is no plugin")
}

#[test]
fn both_worlds_are_known() {
    let gateway = component("world guest { include tollgate:plugin/payment-gateway@1.0.0; }");
    assert_eq!(inspect(&gateway).unwrap(), World::PaymentGateway);
    let module = component("world guest { include tollgate:plugin/add-on@1.0.0; }");
    assert_eq!(inspect(&module).unwrap(), World::AddOn);
}

#[test]
fn a_plugin_may_import_less_than_its_world() {
    let bytes = component("world guest { export tollgate:plugin/module@1.0.0; }");
    assert_eq!(inspect(&bytes).unwrap(), World::AddOn);
}

#[test]
fn an_import_outside_the_contract_is_refused_by_name() {
    let table = [
        (
            "interface disk { read: func() -> string; } world guest { import disk; include tollgate:plugin/add-on@1.0.0; }",
            "test:guest/disk",
        ),
        ("world guest { import ask: func() -> string; include tollgate:plugin/payment-gateway@1.0.0; }", "ask"),
        (
            "world guest { import tollgate:plugin/http@1.0.0; export tollgate:plugin/module@1.0.0; }",
            "tollgate:plugin/http@1.0.0",
        ),
        (
            "world guest { import tollgate:plugin/signing@1.0.0; export tollgate:plugin/module@1.0.0; }",
            "tollgate:plugin/signing@1.0.0",
        ),
    ];
    for (wit, name) in table {
        let error = refusal(&component(wit));
        assert!(matches!(&error, BuildError::ForeignImport { import } if import == name), "{error}");
        assert!(error.to_string().contains("cargo tree"), "it says how to find it: {error}");
    }
}

#[test]
fn an_export_outside_the_contract_is_refused_by_name() {
    let both = component(
        "world guest { include tollgate:plugin/add-on@1.0.0; include tollgate:plugin/payment-gateway@1.0.0; }",
    );
    let more = component("world guest { include tollgate:plugin/add-on@1.0.0; export run: func(); }");
    for (bytes, name) in [(both, "tollgate:plugin/module@1.0.0"), (more, "run")] {
        let error = refusal(&bytes);
        assert!(matches!(&error, BuildError::ForeignExport { export } if export == name), "{error}");
    }
}

#[test]
fn a_component_of_another_world_is_refused() {
    for wit in ["world guest { export run: func(); }", "world guest { import tollgate:plugin/log@1.0.0; }"] {
        assert!(matches!(refusal(&component(wit)), BuildError::NoWorld), "{wit}");
    }
}

#[test]
fn a_newer_contract_is_no_world_of_ours() {
    let mut resolve = Resolve::default();
    let newer = "package tollgate:plugin@2.0.0; interface module { describe: func() -> string; }
        world guest { export module; }";
    let package = resolve.push_str("newer.wit", newer).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let bytes = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    assert!(matches!(refusal(&bytes), BuildError::NoWorld));
}

#[test]
fn a_right_name_with_a_wrong_shape_is_refused() {
    let mut resolve = Resolve::default();
    let wrong = "package tollgate:plugin@1.0.0; interface module { describe: func() -> string; }
        world guest { export module; }";
    let package = resolve.push_str("wrong.wit", wrong).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let bytes = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    assert!(matches!(refusal(&bytes), BuildError::WrongShape { world: "add-on", .. }));
}

#[test]
fn what_is_no_component_is_refused() {
    let whole = component("world guest { include tollgate:plugin/add-on@1.0.0; }");
    let module = wat::parse_str("(module)").unwrap();
    let truncated = &whole[..whole.len() / 2];
    for broken in [&b""[..], b"hello", b"\0asm", b"\0asm\x0d\0\x01\0\xff", truncated, &module] {
        assert!(matches!(refusal(broken), BuildError::NotAComponent(_)), "{:?}", &broken[..broken.len().min(8)]);
    }
}
