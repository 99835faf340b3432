//! Broken plugins, templates and databases through the real binary: each is named, and what can go on goes on.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;
use tollgate_tests::house;
use tollgate_tests::server::{Installation, get};

#[test]
fn broken_plugins_are_rows_with_their_error_and_the_server_runs() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let whole = fs::read(house::component("bank-transfer"))?;
    let module = wat::parse_str("(module (func (export \"run\")))")?;
    let stranger = wat::parse_str("(component (core module))")?;
    let table: [(&str, &[u8], &str); 5] = [
        ("empty.wasm", b"", "empty"),
        ("text.wasm", b"this is text", "not WebAssembly"),
        ("half.wasm", &whole[..whole.len() / 2], ""),
        ("module.wasm", &module, "tollgate plugin build"),
        ("stranger.wasm", &stranger, "no plugin"),
    ];
    for (file, bytes, _) in table {
        fs::write(installation.path("plugins").join(file), bytes)?;
    }
    let server = installation.serve()?;
    assert_eq!(get(&installation.url("/login"))?.0, 200);
    let list = installation.done(&["plugin", "list"], "")?;
    for (file, _, expected) in table {
        let row = list.lines().find(|line| line.starts_with(file)).unwrap_or_default();
        assert!(row.contains("broken: ") && row.contains(expected), "{file}: {row:?} in\n{list}");
    }
    assert!(list.contains("bank-transfer enabled"), "the whole ones work:\n{list}");
    let checked = installation.run(&["check"], "")?;
    assert_eq!(checked.status.code(), Some(1), "check finds them");
    assert_eq!(server.stop()?, Some(0));
    Ok(())
}

#[test]
fn a_template_that_does_not_parse_is_named_at_start() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    // A provider's own templates are a copy of the host's.
    let own = installation.path("own");
    copy(&house::top().join("templates"), &own)?;
    let file = installation.path("tollgate.toml");
    let text = fs::read_to_string(&file)?.replace("templates = \"\"", "templates = \"own\"");
    fs::write(&file, text)?;
    installation.done(&["check"], "")?;
    fs::write(own.join("portal/invoices.hbs"), "<h1>{{#if invoices}}</h1>")?;
    let said = installation.refused(&["serve"], "")?;
    assert!(said.contains("portal/invoices.hbs"), "{said}");
    let said = installation.run(&["check"], "")?;
    assert!(String::from_utf8_lossy(&said.stdout).contains("FAULT templates: portal/invoices.hbs"));
    Ok(())
}

fn copy(from: &std::path::Path, to: &std::path::Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[test]
fn a_second_server_on_the_same_database_is_refused_and_the_first_goes_on() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    let first = installation.serve()?;
    let said = installation.refused(&["serve"], "")?;
    assert!(said.contains("another Tollgate server runs on the database"), "{said}");
    assert_eq!(get(&installation.url("/login"))?.0, 200);
    assert_eq!(first.stop()?, Some(0));
    let again = installation.serve()?;
    assert_eq!(again.stop()?, Some(0));
    Ok(())
}

#[test]
fn a_taken_port_is_said_with_what_to_do() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    let address = installation.url("");
    let _taken = std::net::TcpListener::bind(address.trim_start_matches("http://"))?;
    let said = installation.refused(&["serve"], "")?;
    assert!(said.contains("cannot listen on") && said.contains("server.listen"), "{said}");
    Ok(())
}

#[test]
fn a_broken_database_is_refused_with_what_to_do() -> anyhow::Result<()> {
    let text = b"this is a text file, not a database, and it is longer than a header is".to_vec();
    let installation = Installation::empty()?;
    installation.done(&["check"], "")?;
    let whole = fs::read(installation.path("data/tollgate.sqlite"))?;
    let half = whole[..whole.len() / 2].to_vec();
    let mut holes = whole.clone();
    holes[4096..].fill(0xAA);
    for (bytes, expected) in [(text, "is not a database"), (half, "damaged"), (holes, "damaged")] {
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(installation.path(&format!("data/tollgate.sqlite{beside}")));
        }
        fs::write(installation.path("data/tollgate.sqlite"), &bytes)?;
        for command in ["serve", "check"] {
            let said = installation.refused(&[command], "")?;
            assert!(said.contains(expected), "{expected}: {said}");
        }
        assert_eq!(fs::read(installation.path("data/tollgate.sqlite"))?, bytes, "nothing was written over it");
    }
    Ok(())
}

#[test]
fn a_locked_database_and_a_missing_folder_are_said() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    installation.done(&["check"], "")?;
    let other = Connection::open(installation.path("data/tollgate.sqlite"))?;
    other.pragma_update(None, "locking_mode", "exclusive")?;
    other.execute_batch("BEGIN EXCLUSIVE; COMMIT; BEGIN EXCLUSIVE;")?;
    let said = installation.refused(&["check"], "")?;
    assert!(said.contains("locked by another program"), "{said}");
    drop(other);
    fs::remove_dir_all(installation.path("data"))?;
    let said = installation.refused(&["serve"], "")?;
    assert!(said.contains("does not exist: create it"), "{said}");
    Ok(())
}

#[test]
fn a_read_only_database_is_said() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    installation.done(&["check"], "")?;
    let database = installation.path("data/tollgate.sqlite");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o400))?;
    for command in ["serve", "check"] {
        let said = installation.refused(&[command], "")?;
        assert!(said.contains("read-only"), "{said}");
    }
    Ok(())
}

#[test]
fn a_missing_plugins_folder_is_said() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    fs::remove_dir_all(installation.path("plugins"))?;
    let said = installation.refused(&["serve"], "")?;
    assert!(said.contains("plugins"), "{said}");
    Ok(())
}
