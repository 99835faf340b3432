//! What the log of the real binary says of who came in, who did not, and who tried what they may not.

use anyhow::{Context, ensure};
use tollgate_tests::server::{CLIENT, Installation, STAFF};
use tollgate_tests::visitor::Visitor;

const READER: (&str, &str) = ("reader@example.com", "a long reader password");

#[test]
fn logins_and_what_is_refused_stand_in_the_log_without_a_password_or_a_secret() -> anyhow::Result<()> {
    let own = Installation::furnished()?;
    let hired = ["staff", "add", READER.0, "--name", "R. Reader", "--role", "read-only", "--password-stdin"];
    own.done(&hired, READER.1)?;
    let server = own.serve()?;
    let base = own.url("");
    let log = || std::fs::read_to_string(own.path("server.log")).context("the log");

    Visitor::at(&base).log_in("/login", CLIENT)?;
    Visitor::at(&base).log_in("/admin/login", STAFF)?;
    let said = log()?;
    for door in ["door=\"client\"", "door=\"staff\""] {
        let came =
            |line: &&str| line.contains("somebody logged in") && line.contains(door) && line.contains("127.0.0.1");
        ensure!(said.lines().filter(came).count() == 1, "{door}: {said}");
    }

    let mut stranger = Visitor::at(&base);
    let page = stranger.get("/login")?;
    let wrong = stranger.submit(&page, "/login", &[("email", CLIENT.0), ("password", "not the password")])?;
    ensure!(wrong.status == 422, "{}", wrong.status);
    let mut reader = Visitor::at(&base);
    reader.log_in("/admin/login", READER)?;
    let list = reader.get("/admin/gateways")?;
    let token = list.attribute("value", "").unwrap_or_default();
    let refused = reader.post("/admin/gateways/bank-transfer/enable", &[("csrf".to_owned(), token)])?;
    ensure!(refused.status == 403, "{}", refused.status);
    let forged = stranger.post("/login?next=/a-secret", &[("csrf".to_owned(), "forged".to_owned())])?;
    ensure!(forged.status == 403, "{}", forged.status);

    let said = log()?;
    ensure!(said.contains("a password was wrong"), "{said}");
    for (method, path) in [("POST", "/admin/gateways/bank-transfer/enable"), ("POST", "/login")] {
        let line = format!("method={method} path=\"{path}\" address=\"127.0.0.1\"");
        let told = |one: &&str| one.contains("somebody was refused") && one.contains(&line);
        ensure!(said.lines().filter(told).count() == 1, "{line}: {said}");
    }
    // A flood fills no disk: thirty lines a minute tell of it, of which two are above; the minute may end meanwhile.
    for _ in 0..80 {
        stranger.post("/login", &[("csrf".to_owned(), "forged".to_owned())])?;
    }
    let said = log()?;
    let lines = said.lines().filter(|line| line.contains("somebody was refused")).count();
    ensure!((30..=60).contains(&lines), "{lines} lines");
    for secret in [CLIENT.1, STAFF.1, READER.1, "not the password", "a-secret"] {
        ensure!(!said.contains(secret), "{secret} stands in the log");
    }
    server.stop()?;
    Ok(())
}
