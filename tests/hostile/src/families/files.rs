//! Files that are no plugins, or pretend to be somebody else's.

use tollgate_billing::plugin::PluginState;
use tollgate_billing::ports::Plugins;
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, plain, record, text};

use super::rooms_stand;
use crate::attack::{Attack, says};
use crate::rooms::{Plan, Rooms};

pub fn attacks() -> Vec<Attack> {
    let mut attacks = vec![
        file("core-module", "is a core module, which no contract binds", "core WebAssembly module", || {
            wat::parse_str("(module)").expect("it is WebAssembly text")
        }),
        file("half-a-file", "is cut off in the middle", "", || {
            let whole = gateway().build();
            whole[..whole.len() / 2].to_vec()
        }),
        file("files-of-the-system", "imports the file system of WASI", "wasi:filesystem", || {
            wasi("wasi:filesystem/preopens@0.2.0")
        }),
        file("sockets-of-the-system", "imports the sockets of WASI", "wasi:sockets", || wasi("wasi:sockets/tcp@0.2.0")),
        file("import-of-an-older-name", "imports an interface that the contract does not name", "env", || wasi("env")),
        file("contract-of-tomorrow", "exports a contract that there is not yet", "9.0.0", || {
            component("(instance $i) (export \"tollgate:plugin/gateway@9.0.0\" (instance $i))")
        }),
        file("two-worlds", "is a gateway and a module at once", "", || {
            let two = "(instance $i) (export \"tollgate:plugin/gateway@1.0.0\" (instance $i))
                (export \"tollgate:plugin/module@1.0.0\" (instance $i))";
            component(two)
        }),
        file("shared-memory", "brings a memory that threads share", "", || {
            component(
                "(core module (memory 1 1 shared)) (instance $i) (export \"tollgate:plugin/gateway@1.0.0\" (instance $i))",
            )
        }),
        manifest("manifest-of-many-fields", "asks for a form of ten thousand fields", "at most 50", || {
            many_fields(10_000)
        }),
        manifest("manifest-of-a-huge-script", "brings a script of a megabyte", "longer than", || {
            let script = record(&[("name", text("a")), ("source", text("x".repeat(1 << 20)))]);
            gateway().answers("describe", "scripts", Value::List(vec![script]))
        }),
        manifest("manifest-of-a-wild-host", "asks for every host by an asterisk", "is no host name", || {
            asks("*.example.com")
        }),
        manifest("manifest-of-an-address", "asks for the cloud's metadata by its number", "is no host name", || {
            asks("169.254.169.254")
        }),
        manifest(
            "manifest-with-a-policy-in-it",
            "writes a rule of the page's policy into an origin",
            "is no origin",
            || {
                let uses = Value::List(vec![text("script")]);
                let origin = record(&[
                    ("origin", text("https://js.example.com; script-src *")),
                    ("environment", bare("both")),
                    ("uses", uses),
                    ("purpose", plain("pay")),
                ]);
                gateway().answers("describe", "browser-origins", Value::List(vec![origin]))
            },
        ),
        manifest("id-that-is-a-path", "calls itself by a path", "identity.id", || gateway().id("../etc")),
        manifest("describe-that-calls-out", "sends a request while it is only described", "nothing to call", || {
            let send = "(call $send (i32.const 128) (i32.const 512))";
            gateway().imports("http", "send", "(param i32 i32)").first("describe", send)
        }),
        file("module-that-calls-out", "is a module that imports requests", "http", || {
            component(
                "(import \"tollgate:plugin/http@1.0.0\" (instance)) (instance $i)
                (export \"tollgate:plugin/module@1.0.0\" (instance $i))",
            )
        }),
    ];
    attacks.push(impostor());
    attacks
}

fn component(inner: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {inner})")).expect("it is WebAssembly text")
}

fn wasi(name: &str) -> Vec<u8> {
    component(&format!(
        "(import \"{name}\" (instance)) (instance $i) (export \"tollgate:plugin/gateway@1.0.0\" (instance $i))"
    ))
}

fn asks(host: &str) -> Guest {
    let host = record(&[("host", text(host)), ("environment", bare("both")), ("purpose", plain("api"))]);
    gateway().answers("describe", "hosts", Value::List(vec![host]))
}

fn many_fields(fields: usize) -> Guest {
    let field = |index: usize| {
        record(&[
            ("key", text(format!("f{index}"))),
            ("label", plain("Label")),
            ("help", bare("none")),
            ("kind", case("line", Value::Int(1))),
            ("required", Value::Bool(false)),
            ("required-when", bare("none")),
            ("initial", bare("none")),
        ])
    };
    let group = record(&[
        ("key", text("")),
        ("label", plain("Label")),
        ("help", bare("none")),
        ("entries-max", Value::Int(1)),
        ("fields", Value::List((0..fields).map(field).collect())),
    ]);
    gateway().answers("describe", "configuration", Value::List(vec![group]))
}

fn manifest(name: &'static str, tries: &'static str, words: &'static str, guest: fn() -> Guest) -> Attack {
    file(name, tries, words, move || guest().build())
}

fn file(
    name: &'static str,
    tries: &'static str,
    words: &'static str,
    bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static,
) -> Attack {
    Attack::new("files", name, tries, move |ground| {
        let bytes = bytes();
        async move {
            let rooms = Rooms::open(Plan::of_file(ground.patient(), bytes)).await;
            let how = says(rooms.refused()?, words)?;
            rooms_stand(&rooms, how).await
        }
    })
}

fn impostor() -> Attack {
    Attack::new("files", "impostor", "says that it is a plugin which is installed already", |ground| async move {
        // The one that is there first stands; the impostor comes after it.
        let files = vec![("acme.wasm", gateway().id("first").build()), ("zz.wasm", gateway().id("first").build())];
        let rooms = Rooms::open(Plan { files, ..Plan::of_file(ground.patient(), Vec::new()) }).await;
        let rows = rooms.sandbox.rows();
        let last = rows.into_iter().find(|row| row.file == "zz.wasm").map(|row| row.state);
        match last {
            Some(PluginState::Broken(why)) => rooms_stand(&rooms, says(why, "acme.wasm")?).await,
            other => Err(format!("{other:?}")),
        }
    })
}
