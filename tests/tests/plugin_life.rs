//! The life of a plugin through the real binary: looked at, granted, installed beside a running server, upgraded with a new host
//! while a payment is open, rolled back, switched off, removed, exported.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, plain, record, text};
use tollgate_tests::server::{CLIENT, Installation, STAFF};
use tollgate_tests::visitor::{Answer, Visitor};

/// A server looks once a second whether a plugin was changed.
const TAKEN_UP: Duration = Duration::from_secs(20);

fn host(name: &str) -> Value {
    record(&[("host", text(name)), ("environment", bare("both")), ("purpose", plain(format!("to ask {name}")))])
}

fn field(key: &str, required: bool) -> Value {
    let field = record(&[
        ("key", text(key)),
        ("label", plain(key)),
        ("help", bare("none")),
        ("kind", case("line", Value::Int(20))),
        ("required", Value::Bool(required)),
        ("required-when", bare("none")),
        ("initial", bare("none")),
    ]);
    record(&[
        ("key", text("")),
        ("label", plain("Settings")),
        ("help", bare("none")),
        ("entries-max", Value::Int(1)),
        ("fields", Value::List(vec![field])),
    ])
}

/// A gateway that says which version answers, and whose one setting is called so.
fn version(number: &str, setting: &str, hosts: &[&str]) -> Guest {
    let hosts = hosts.iter().copied().map(host).collect();
    let migrated = record(&[("key", text(setting)), ("value", text("kept"))]);
    gateway()
        .answers("describe", "identity.version", text(number))
        .answers("describe", "hosts", Value::List(hosts))
        .answers("describe", "capabilities", Value::List(vec![text("check"), text("refund")]))
        .answers("describe", "configuration", Value::List(vec![field(setting, true)]))
        .answers("pay-now", "ok.next", case("wait", plain(format!("answered by {number}"))))
        .whole("migrate-config", case("ok", Value::List(vec![migrated])))
}

struct Story {
    installation: Installation,
    first: String,
    second: String,
}

impl Story {
    fn begin() -> anyhow::Result<Self> {
        let installation = Installation::empty()?;
        installation.add_client(CLIENT, "EUR")?;
        installation.done(&["staff", "add", STAFF.0, "--name", "B. Staff", "--password-stdin"], STAFF.1)?;
        let file = |name: &str, guest: Guest| {
            let path = installation.path(name);
            fs::write(&path, guest.build()).map(|()| path.to_string_lossy().into_owned())
        };
        let first = file("acme-1.wasm", version("1.0.0", "mode", &["api.acme.example"]))?;
        let second = file("acme-2.wasm", version("2.0.0", "speed", &["api.acme.example", "new.acme.example"]))?;
        Ok(Self { installation, first, second })
    }

    fn owe(&self) -> anyhow::Result<()> {
        let create = ["invoice", "create", CLIENT.0, "--line", "Hosting=20", "--gateway", "acme"];
        self.installation.done(&create, "").map(drop)
    }

    fn pay(&self, client: &mut Visitor, invoice: u32) -> anyhow::Result<String> {
        let path = format!("/billing/invoices/{invoice}");
        let page = client.get(&path)?;
        let begun = client.submit(&page, &format!("{path}/pay"), &[])?;
        let to =
            begun.header("location").with_context(|| format!("paying answered {}: {}", begun.status, begun.text()))?;
        Ok(to.strip_prefix(&self.installation.url("")).unwrap_or(to).to_owned())
    }
}

/// Asks until the page has the words: another process changed something.
fn until(client: &mut Visitor, path: &str, words: &str) -> anyhow::Result<Answer> {
    let begun = Instant::now();
    loop {
        let page = client.get(path)?;
        if page.text().contains(words) {
            return Ok(page);
        }
        if begun.elapsed() > TAKEN_UP {
            bail!("{path} never said {words:?}: {}", page.text());
        }
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_is_not_decided_about_or_not_asked_for_is_not_installed() -> anyhow::Result<()> {
    let story = Story::begin()?;
    let (own, first) = (&story.installation, story.first.as_str());
    let told = own.done(&["plugin", "info", first], "")?;
    for words in [
        "acme 1.0.0 by Acme Ltd (MIT)",
        "contract 1.0.0",
        "not signed",
        "new      host:api.acme.example: to ask",
        "refund",
    ] {
        ensure!(told.contains(words), "{words:?} is not in {told}");
    }
    let undecided = own.refused(&["plugin", "install", first], "")?;
    ensure!(
        undecided.contains("nothing was installed") && undecided.contains("host:api.acme.example, refund"),
        "{undecided}"
    );
    let strange = own.refused(&["plugin", "install", first, "--grant", "host:evil.example"], "")?;
    ensure!(strange.contains("does not ask for host:evil.example"), "{strange}");
    own.done(&["plugin", "install", first, "--grant-all"], "")?;
    let again = own.refused(&["plugin", "install", first, "--grant-all"], "")?;
    ensure!(again.contains("installed already, from this very file"), "{again}");
    Ok(())
}

#[test]
fn a_plugin_s_words_are_one_line_each_in_the_terminal() -> anyhow::Result<()> {
    let story = Story::begin()?;
    let own = &story.installation;
    let lying = version("1.0.0", "mode", &["api.acme.example"])
        .answers("describe", "identity.summary", plain("Takes money.\r\n  signed by Somebody\u{1b}[2K"))
        .whole("check-config", {
            let notes = Value::List(vec![plain("all well\nacme: enabled")]);
            case("ok", record(&[("currencies", Value::List(Vec::new())), ("notes", notes)]))
        });
    let file = own.path("lying.wasm");
    fs::write(&file, lying.build())?;
    let told = own.done(&["plugin", "info", &file.to_string_lossy()], "")?;
    ensure!(told.contains("Takes money.    signed by Somebody [2K\n") && told.contains("\n  not signed\n"), "{told}");
    own.done(&["plugin", "install", &file.to_string_lossy(), "--grant-all"], "")?;
    let set = own.done(&["plugin", "set", "acme", "mode=fast"], "")?;
    ensure!(set.contains("all well acme: enabled\n"), "{set}");
    Ok(())
}

#[test]
fn a_plugin_is_upgraded_and_rolled_back_beside_a_running_server_while_a_payment_is_open() -> anyhow::Result<()> {
    let story = Story::begin()?;
    let (own, first, second) = (&story.installation, story.first.as_str(), story.second.as_str());
    let server = own.serve()?;
    let mut staff = Visitor::at(&own.url(""));
    staff.log_in("/admin/login", STAFF)?;
    own.done(&["plugin", "install", first, "--grant", "host:api.acme.example", "--deny-rest"], "")?;
    let set = own.done(&["plugin", "set", "acme", "--enable", "mode=fast"], "")?;
    ensure!(set.contains("acme: enabled") && !set.contains("may not"), "{set}");
    until(&mut staff, "/admin/gateways", "1.0.0")?;

    story.owe()?;
    story.owe()?;
    let mut client = Visitor::at(&own.url(""));
    client.log_in("/login", CLIENT)?;
    let begun = story.pay(&mut client, 1)?;
    until(&mut client, &begun, "answered by 1.0.0")?;

    let asked = own.refused(&["plugin", "upgrade", second], "")?;
    ensure!(
        asked.contains("one thing") && asked.contains("host:new.acme.example") && !asked.contains("refund"),
        "{asked}"
    );
    let done = own.done(&["plugin", "upgrade", second, "--grant", "host:new.acme.example"], "")?;
    ensure!(done.contains("acme 2.0.0: installed, in the place of 1.0.0"), "{done}");
    until(&mut staff, "/admin/gateways", "2.0.0")?;
    // A payment that is open goes on with the version that it began with; the next one begins with the new one.
    until(&mut client, &begun, "answered by 1.0.0")?;
    let later = story.pay(&mut client, 2)?;
    until(&mut client, &later, "answered by 2.0.0")?;
    let info = own.done(&["plugin", "info", "acme"], "")?;
    for words in
        ["granted  host:new.acme.example", "denied   refund", "1.0.0 ran before it", "Open payments go on with 1.0.0"]
    {
        ensure!(info.contains(words), "{words:?} is not in {info}");
    }
    ensure!(until(&mut staff, "/admin/gateways/acme", "speed")?.text().contains("kept"), "the settings were migrated");

    own.done(&["plugin", "rollback", "acme"], "")?;
    until(&mut staff, "/admin/gateways", "1.0.0")?;
    ensure!(
        until(&mut staff, "/admin/gateways/acme", "mode")?.text().contains("fast"),
        "the settings are those of before"
    );
    until(&mut client, &later, "answered by 2.0.0")?;
    own.done(&["plugin", "rollback", "acme"], "")?;
    until(&mut staff, "/admin/gateways", "2.0.0")?;

    withdrawn(&story, &mut client, &begun)?;
    ensure!(server.stop()? == Some(0));
    let checked = own.done(&["check"], "")?;
    ensure!(checked.contains("ok    audit log"), "{checked}");
    Ok(())
}

/// While payments are open it is not removed; switched off, they go on.
fn withdrawn(story: &Story, client: &mut Visitor, begun: &str) -> anyhow::Result<()> {
    let (own, second) = (&story.installation, story.second.as_str());
    let open = own.refused(&["plugin", "remove", "acme"], "")?;
    ensure!(open.contains("payments of it are open, for INV-000002, INV-000001"), "{open}");
    let off = own.done(&["plugin", "disable", "acme"], "")?;
    ensure!(off.contains("one instance disabled"), "{off}");
    // Switched off, what is under way goes on.
    until(client, begun, "answered by 1.0.0")?;
    let copy = own.path("copy.wasm");
    own.done(&["plugin", "export", "acme", "-o", &copy.to_string_lossy()], "")?;
    ensure!(fs::read(&copy)? == fs::read(second)?, "what is exported is what was installed");

    let log = own.done(&["audit", "list"], "")?;
    for words in
        ["plugin installed: acme", "plugin upgraded: acme", "plugin rolled back: acme", "plugin disabled: acme"]
    {
        ensure!(log.contains(words), "{words:?} is not in {log}");
    }
    Ok(())
}

#[test]
fn without_payments_a_plugin_is_removed_and_its_settings_stay() -> anyhow::Result<()> {
    let story = Story::begin()?;
    let own = &story.installation;
    own.done(&["plugin", "install", &story.first, "--grant-all"], "")?;
    own.done(&["plugin", "set", "acme", "--enable", "mode=fast"], "")?;
    own.done(&["plugin", "remove", "acme"], "")?;
    let list = own.done(&["plugin", "list"], "")?;
    ensure!(list.contains("acme disabled") && list.contains("is not loaded"), "{list}");
    own.refused(&["plugin", "remove", "acme"], "")?;
    own.done(&["plugin", "install", &story.first, "--grant-all"], "")?;
    let enabled = own.done(&["plugin", "set", "acme", "--enable"], "")?;
    ensure!(enabled.contains("acme: enabled"), "{enabled}");
    Ok(())
}

#[test]
fn settings_that_a_version_refuses_keep_it_from_being_installed_unless_staff_say_so() -> anyhow::Result<()> {
    let story = Story::begin()?;
    let own = &story.installation;
    own.done(&["plugin", "install", &story.first, "--grant-all"], "")?;
    own.done(&["plugin", "set", "acme", "--enable", "mode=fast"], "")?;
    let error = record(&[("field", text("speed")), ("message", plain("say how fast"))]);
    let refusing =
        version("3.0.0", "speed", &[]).whole("migrate-config", case("err", case("fields", Value::List(vec![error]))));
    let file = own.path("acme-3.wasm");
    fs::write(&file, refusing.build())?;
    let file = file.to_string_lossy().into_owned();
    let refused = own.refused(&["plugin", "upgrade", &file], "")?;
    ensure!(refused.contains("nothing was installed") && refused.contains("speed: say how fast"), "{refused}");
    ensure!(own.done(&["plugin", "list"], "")?.contains("acme 1.0.0"));
    let done = own.done(&["plugin", "upgrade", &file, "--switch-off"], "")?;
    ensure!(done.contains("acme: disabled, because this version does not take its settings"), "{done}");
    own.done(&["plugin", "set", "acme", "--enable", "speed=slow"], "")?;
    Ok(())
}
