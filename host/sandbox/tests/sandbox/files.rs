//! Files that are no plugin are rows with a sentence, and leave the others alone.

use std::path::Path;

use tempfile::TempDir;
use tollgate_billing::plugin::{Manifest, PluginState};
use tollgate_billing::ports::Plugins;
use tollgate_sandbox::{Limits, LoadError, inspect};

use crate::guest::{contract, gateway, module};
use crate::host::{FakeMemory, Host, patient};
use crate::value::text;

async fn refused(bytes: &[u8]) -> String {
    inspect(bytes).await.expect_err("it is no plugin").to_string()
}

fn component(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).expect("it is WebAssembly text")
}

/// The contract's files with changes, as another host might publish them.
fn changed_contract(changes: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for entry in std::fs::read_dir(contract()).unwrap() {
        let path = entry.unwrap().path();
        let mut wit = std::fs::read_to_string(&path).unwrap();
        for (from, to) in changes {
            wit = wit.replace(from, to);
        }
        std::fs::write(directory.path().join(path.file_name().unwrap()), wit).unwrap();
    }
    directory
}

fn add_wasi(directory: &Path) {
    let wasi = directory.join("deps/cli");
    std::fs::create_dir_all(&wasi).unwrap();
    let wit = "package wasi:cli@0.2.3; interface environment { initial-cwd: func() -> option<string>; }";
    std::fs::write(wasi.join("environment.wit"), wit).unwrap();
}

#[tokio::test]
async fn each_kind_of_wrong_file_has_its_own_sentence() {
    let table: [(&[u8], &str); 9] = [
        (b"", "the file is empty"),
        (b"#!/bin/sh\necho", "the file is not WebAssembly"),
        (b"\x7fELF\x02\x01\x01\0\0", "the file is not WebAssembly"),
        (b"\0as", "the file ends too early"),
        (b"\0asm\x0d\0", "the file ends too early"),
        (b"\0asm\x01\0\0\0", "is a core WebAssembly module, not a component"),
        (b"\0asm\x07\0\x01\0", "of a format that this host does not know"),
        (b"\0asm\x0d\0\x01\0", "exports neither `gateway` nor `module`"),
        (b"\0asm\x0d\0\x01\0\x7f\x01\0", "the file is damaged"),
    ];
    for (bytes, expected) in table {
        let sentence = refused(bytes).await;
        assert!(sentence.contains(expected), "{bytes:?}: {sentence}");
    }
}

#[tokio::test]
async fn a_component_of_another_world_is_refused() {
    let runs = component("(component (instance $i) (export \"wasi:cli/run@0.2.3\" (instance $i)))");
    assert!(refused(&runs).await.contains("exports neither"));
    let both = component(
        "(component (instance $i)
            (export \"tollgate:plugin/gateway@1.0.0\" (instance $i))
            (export \"tollgate:plugin/module@1.0.0\" (instance $i)))",
    );
    assert!(refused(&both).await.contains("exports both"));
    let hollow = component("(component (instance $i) (export \"tollgate:plugin/gateway@1.0.0\" (instance $i)))");
    assert!(refused(&hollow).await.contains("does not fit the contract"));
}

#[tokio::test]
async fn a_file_that_was_cut_off_anywhere_is_refused() {
    let whole = gateway().build();
    assert!(inspect(&whole).await.is_ok());
    // What comes after the exports are names and the tools that built the file; without them it is whole.
    let exports = wasmparser::Parser::new(0).parse_all(&whole).filter_map(|payload| match payload.unwrap() {
        wasmparser::Payload::ComponentExportSection(section) => Some(section.range().end),
        _ => None,
    });
    let needed = exports.max().unwrap();
    for end in (0..needed).step_by(61).chain(needed - 3..needed) {
        let cut = whole.get(..end).unwrap();
        assert!(inspect(cut).await.is_err(), "cut at {end} of {}", whole.len());
    }
}

#[tokio::test]
async fn a_damaged_file_is_refused_or_still_a_plugin_but_never_a_crash() {
    let whole = gateway().build();
    for at in (8..whole.len()).step_by(whole.len() / 25) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        if let Ok(manifest) = inspect(&damaged).await {
            assert!(matches!(*manifest, Manifest::Gateway(_)));
        }
    }
}

#[tokio::test]
async fn a_newer_contract_is_refused_with_both_versions() {
    for version in ["1.1.0", "2.0.0", "0.9.0"] {
        let wit = changed_contract(&[("tollgate:plugin@1.0.0", &format!("tollgate:plugin@{version}"))]);
        let sentence = refused(&gateway().of_contract(wit.path(), version).build()).await;
        assert_eq!(sentence, format!("the plugin is made for contract {version}; this host has 1.0.0"));
    }
}

#[tokio::test]
async fn an_import_outside_the_contract_is_refused_by_name() {
    let wit = changed_contract(&[("    import log;\n", "    import log;\n    import wasi:cli/environment@0.2.3;\n")]);
    add_wasi(wit.path());
    let guest = gateway()
        .of_contract(wit.path(), "1.0.0")
        .imports_from("wasi:cli/environment@0.2.3", "initial-cwd", "(param i32)")
        .first("pay-now", "(call $initial-cwd (i32.const 8))");
    let sentence = refused(&guest.build()).await;
    assert!(sentence.contains("wasi:cli/environment@0.2.3") && sentence.contains("WASI"), "{sentence}");
}

#[tokio::test]
async fn an_add_on_may_not_import_what_only_gateways_may() {
    let wit = changed_contract(&[("world add-on {\n", "world add-on {\n    import signing;\n")]);
    let guest = module()
        .of_contract(wit.path(), "1.0.0")
        .imports("signing", "equal", "(param i32 i32 i32 i32) (result i32)")
        .first("page", "(drop (call $equal (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))");
    let sentence = refused(&guest.build()).await;
    assert!(sentence.contains("imports `tollgate:plugin/signing@1.0.0`"), "{sentence}");
}

#[tokio::test]
async fn exports_of_other_types_than_the_contracts_are_refused() {
    let wit = changed_contract(&[("invoice-revision: u32,", "invoice-revision: string,")]);
    let sentence = refused(&gateway().of_contract(wit.path(), "1.0.0").build()).await;
    assert!(sentence.contains("did not keep to the contract"), "{sentence}");
}

#[tokio::test]
async fn a_manifest_that_breaks_the_contract_is_refused() {
    let sentence = refused(&gateway().id("Acme").build()).await;
    assert!(sentence.contains("`identity.id` has other characters"), "{sentence}");
    assert!(refused(&gateway().body("describe", "unreachable").build()).await.contains("gave up in the middle"));
}

#[tokio::test]
async fn describe_reaches_no_import_of_the_host() {
    let guests = [
        gateway().imports("clock", "now", "(result i64)").first("describe", "(drop (call $now))"),
        gateway()
            .imports("log", "write", "(param i32 i32 i32)")
            .first("describe", "(call $write (i32.const 0) (i32.const 0) (i32.const 1))"),
        gateway()
            .imports("random", "bytes", "(param i32 i32)")
            .first("describe", "(call $bytes (i32.const 1) (i32.const 8))"),
    ];
    for guest in guests {
        let sentence = refused(&guest.build()).await;
        assert!(sentence.contains("where the contract gives it nothing to call"), "{sentence}");
    }
}

#[tokio::test]
async fn good_plugins_load_beside_broken_files() {
    let files = [
        ("a-broken.wasm", b"\0asm".to_vec()),
        ("b-acme.wasm", gateway().build()),
        ("c-again.wasm", gateway().answers("describe", "identity.name", text("Other")).build()),
        ("d-module.wasm", module().id("add-funds").build()),
        ("notes.txt", b"not looked at".to_vec()),
    ];
    let mut host = Host::with(patient(), FakeMemory::default(), &files).await;
    std::fs::create_dir(host.plugins.path().join("e-directory.wasm")).unwrap();
    host.sandbox.load_directory(host.plugins.path()).await.unwrap();
    let rows = host.sandbox.rows();
    let names: Vec<&str> = rows.iter().map(|row| row.file.as_str()).collect();
    assert_eq!(names, ["a-broken.wasm", "b-acme.wasm", "c-again.wasm", "d-module.wasm", "e-directory.wasm"]);
    let sentences: Vec<String> = rows
        .iter()
        .map(|row| match &row.state {
            PluginState::Loaded(identity) => identity.name.clone(),
            PluginState::Broken(reason) => reason.clone(),
        })
        .collect();
    let expected = [
        "the file ends too early; copy it again",
        "Acme",
        "the plugin acme is loaded from b-acme.wasm already; keep one of the two files",
        "Acme",
        "the file cannot be read: it is no regular file",
    ];
    assert_eq!(sentences, expected);
    assert_eq!(rows[1].sha256.len(), 64);
    assert!(host.pay_now().await.is_ok());
}

#[tokio::test]
async fn files_past_the_limits_are_rows_that_say_so() {
    let limits = Limits { file_bytes_max: 100, plugins_max: 1, ..patient() };
    let files = [("a.wasm", vec![0; 101]), ("b.wasm", gateway().build())];
    let host = Host::with(limits, FakeMemory::default(), &files).await;
    assert!(matches!(host.state(0), PluginState::Broken(reason) if reason.contains("larger than")));
    assert!(matches!(host.state(1), PluginState::Broken(reason) if reason.contains("1 files are loaded at most")));
    let large = vec![0; usize::try_from(Limits::default().file_bytes_max).unwrap() + 1];
    assert!(matches!(inspect(&large).await, Err(LoadError::TooLarge { .. })));
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_an_error_of_the_host() {
    let mut host = Host::with(patient(), FakeMemory::default(), &[]).await;
    let missing = host.plugins.path().join("missing");
    let error = host.sandbox.load_directory(&missing).await.expect_err("there is none");
    assert!(error.to_string().contains("missing cannot be read"), "{error}");
}
