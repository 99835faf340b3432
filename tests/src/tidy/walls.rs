//! The walls between rooms: what a package may depend on, and words that betray that a room knows too much.

use super::{Finding, SourceFile, Tree};

/// A room and what it may name.
struct Room {
    folder: &'static str,
    /// Our packages that it may depend on.
    ours: &'static [&'static str],
    /// Libraries that belong to another room.
    foreign: &'static [&'static str],
}

/// Everything that serves, stores, runs or draws: none of it may reach the pure middle.
const EFFECTS: [&str; 21] = [
    "axum",
    "handlebars",
    "rusqlite",
    "tokio",
    "wasmtime",
    "serde_json",
    "getrandom",
    "jiff",
    "typst",
    "clap",
    "toml",
    "fluent-bundle",
    "wit-bindgen",
    "tower",
    "tracing",
    "reqwest",
    "rustls",
    "chacha20poly1305",
    "base64",
    "lettre",
    "webauthn-rs",
];

const ROOMS: [Room; 12] = [
    Room { folder: "host/billing", ours: &[], foreign: &EFFECTS },
    Room {
        folder: "host/store",
        ours: &["tollgate-billing"],
        foreign: &[
            "axum",
            "handlebars",
            "wasmtime",
            "typst",
            "fluent-bundle",
            "clap",
            "reqwest",
            "chacha20poly1305",
            "lettre",
            "webauthn-rs",
        ],
    },
    Room {
        folder: "host/sandbox",
        ours: &["tollgate-billing"],
        foreign: &[
            "axum",
            "handlebars",
            "rusqlite",
            "typst",
            "fluent-bundle",
            "clap",
            "reqwest",
            "chacha20poly1305",
            "lettre",
            "webauthn-rs",
        ],
    },
    Room {
        folder: "host/egress",
        ours: &["tollgate-billing"],
        foreign: &[
            "axum",
            "handlebars",
            "rusqlite",
            "wasmtime",
            "typst",
            "fluent-bundle",
            "clap",
            "lettre",
            "webauthn-rs",
        ],
    },
    Room {
        folder: "host/mail",
        ours: &["tollgate-billing"],
        foreign: &["axum", "handlebars", "rusqlite", "wasmtime", "typst", "fluent-bundle", "clap", "reqwest"],
    },
    Room {
        folder: "host/passkeys",
        ours: &["tollgate-billing"],
        foreign: &["axum", "handlebars", "rusqlite", "wasmtime", "typst", "fluent-bundle", "clap", "reqwest", "lettre"],
    },
    Room {
        folder: "host/web",
        ours: &["tollgate-billing"],
        foreign: &["rusqlite", "wasmtime", "typst", "clap", "reqwest", "chacha20poly1305", "lettre", "webauthn-rs"],
    },
    Room {
        folder: "host/documents",
        ours: &["tollgate-billing"],
        foreign: &[
            "axum",
            "handlebars",
            "rusqlite",
            "wasmtime",
            "clap",
            "reqwest",
            "chacha20poly1305",
            "lettre",
            "webauthn-rs",
        ],
    },
    Room { folder: "host/builder", ours: &[], foreign: &["axum", "handlebars", "rusqlite", "wasmtime", "typst"] },
    Room { folder: "plugins/sdk", ours: &[], foreign: &["tokio", "wasmtime", "axum", "rusqlite"] },
    Room { folder: "plugins/add-funds", ours: &["tollgate-sdk"], foreign: &["tokio", "wasmtime"] },
    Room { folder: "gateways/", ours: &["tollgate-sdk"], foreign: &["tokio", "wasmtime"] },
];

/// Words that a room's own code (not its tests, not its comments) must not say, and why.
struct Silence {
    folder: &'static str,
    words: &'static [&'static str],
    rule: &'static str,
    fix: &'static str,
}

const SILENCES: [Silence; 4] = [
    Silence {
        folder: "host/billing/src/",
        words: &["SystemTime", "Instant::now", "std::fs", "std::net", "std::env"],
        rule: "billing knows no clock and no system",
        fix: "take it as an argument or through a port",
    },
    Silence {
        folder: "host/web/src/",
        words: &["SELECT ", "INSERT INTO", "DELETE FROM"],
        rule: "SQL lives in the store",
        fix: "ask the store port for it",
    },
    Silence {
        folder: "host/billing/src/",
        words: &["SELECT ", "INSERT INTO", "DELETE FROM"],
        rule: "SQL lives in the store",
        fix: "ask the store port for it",
    },
    Silence {
        folder: "host/",
        words: &["paypal", "stripe", "tollgate_bank_transfer", "tollgate_add_funds"],
        rule: "the host names no gateway: a new one changes no file under host/",
        fix: "let the plugin's manifest say it",
    },
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        findings.extend(check_manifest(manifest));
    }
    for file in tree.with_extension("rs").filter(|file| !file.is_test()) {
        findings.extend(check_words(file));
    }
    findings
}

/// The web's tests run against the real store: a second one, in memory, would only be another thing to be wrong.
const TEST_DOORS: [(&str, &str); 6] = [
    ("host/web", "tollgate-store"),
    ("host/web", "tollgate-passkeys"),
    ("host/web", "tollgate-simulators"),
    ("host/sandbox", "tollgate-guests"),
    ("host/mail", "tollgate-simulators"),
    ("host/passkeys", "tollgate-simulators"),
];

fn check_manifest(file: &SourceFile) -> Vec<Finding> {
    let folder = file.path.trim_end_matches("Cargo.toml").trim_end_matches('/');
    let is_room = |room: &&Room| {
        if room.folder.ends_with('/') { folder.starts_with(room.folder) } else { folder == room.folder }
    };
    let Some(room) = ROOMS.iter().find(is_room) else { return Vec::new() };
    let Ok(manifest) = file.text.parse::<toml::Table>() else {
        return vec![Finding::new(file, 1, "a manifest is TOML", "mend it")];
    };
    let package = manifest.get("package").and_then(|package| package.get("name")?.as_str());
    let mut findings = Vec::new();
    // What a room's own tests use beside it stays in its tests; our own packages stay walled off even there, but for
    // the doors that are named.
    for (section, test_only) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)] {
        for (name, _) in manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
            let door = test_only && TEST_DOORS.contains(&(room.folder, name.as_str()));
            // A crate may name itself, to switch a feature on for its own tests.
            let itself = test_only && package == Some(name.as_str());
            let ours = name.starts_with("tollgate") && !room.ours.contains(&name.as_str()) && !door && !itself;
            let foreign = !test_only && room.foreign.contains(&name.as_str());
            if ours || foreign {
                let fix = format!("{} must not depend on {name}; see host/ARCHITECTURE.md", room.folder);
                findings.push(Finding::new(file, line_of(file, name), "walls between rooms", fix));
            }
        }
    }
    findings
}

fn line_of(file: &SourceFile, name: &str) -> usize {
    let starts = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    file.lines().find(|(_, line)| starts(line)).map_or(1, |(line, _)| line)
}

fn check_words(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = file.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    for (line, text) in code.filter(|(_, text)| !text.trim_start().starts_with("//")) {
        for silence in SILENCES.iter().filter(|silence| file.path.starts_with(silence.folder)) {
            if silence.words.iter().any(|word| text.contains(word)) {
                findings.push(Finding::new(file, line, silence.rule, silence.fix));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn a_dependency_through_a_wall_is_found() {
        let table = [
            ("host/billing/Cargo.toml", "[dependencies]\nserde_json = \"1\"\n", 2),
            ("host/web/Cargo.toml", "[dependencies]\ntollgate-store.workspace = true\n", 2),
            ("host/web/Cargo.toml", "[dev-dependencies]\ntollgate-sandbox.workspace = true\n", 2),
            ("host/sandbox/Cargo.toml", "[dependencies]\n\nrusqlite.workspace = true\n", 3),
            ("host/sandbox/Cargo.toml", "[dependencies]\nreqwest.workspace = true\n", 2),
            ("host/web/Cargo.toml", "[dependencies]\nlettre.workspace = true\n", 2),
            ("host/mail/Cargo.toml", "[dependencies]\ntollgate-egress.workspace = true\n", 2),
            ("host/egress/Cargo.toml", "[dev-dependencies]\ntollgate-store.workspace = true\n", 2),
            ("gateways/paypal/Cargo.toml", "[dependencies]\ntollgate-billing.workspace = true\n", 2),
        ];
        for (path, text, line) in table {
            expect::findings(check, &[(path, text)], &[(path, line, "walls")]);
        }
    }

    #[test]
    fn doors_are_open() {
        let table = [
            ("host/store/Cargo.toml", "[dependencies]\ntollgate-billing.workspace = true\nrusqlite.workspace = true\n"),
            ("host/Cargo.toml", "[dependencies]\ntollgate-store.workspace = true\n"),
            ("host/sandbox/Cargo.toml", "[dev-dependencies]\naxum.workspace = true\n"),
            ("host/web/Cargo.toml", "[dev-dependencies]\ntollgate-store.workspace = true\n"),
            (
                "host/billing/src/a.rs",
                "/// No SystemTime here\nfn a() {}\n#[cfg(test)]\nmod t { use std::time::SystemTime; }",
            ),
        ];
        for file in table {
            expect::findings(check, &[file], &[]);
        }
    }

    #[test]
    fn words_of_another_room_are_found() {
        let table = [
            ("host/billing/src/a.rs", "use std::time::SystemTime;", "no clock"),
            ("host/web/src/a.rs", "const A: &str = \"SELECT 1\";", "SQL"),
            ("host/sandbox/src/a.rs", "if id == \"paypal\" {}", "names no gateway"),
        ];
        for (path, text, rule) in table {
            expect::findings(check, &[(path, text)], &[(path, 1, rule)]);
        }
    }
}
