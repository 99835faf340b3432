//! The command line through the real binary: help, examples, and what it refuses.

use tollgate_tests::server::{CLIENT, Installation, STAFF, run_in};

/// A minisign key, and its signature of the bytes `a plugin`.
const PUBLISHER: &str = "RWTsdce8sAGVKqGuKukIjZ2pSaLF8olOQmM7XkxzPWdeab2pwgSe+7qp";
const SIGNATURE: &str = "untrusted comment: signature of a plugin\n\
    RUTsdce8sAGVKraiLguxljLXtWGYUfg8uq40GnFHhQCrVHbFBrRNWbeAEOUCo7XQywlOza3unN3UkwlNY1P8F7eyDVNaoE4yTAA=\n\
    trusted comment: v1\n\
    /ykWULKPN7j4kmesexFseXUFkGCB/SOElnZ5XcgPopNE5HiZALV4thPJk3jvJD28ZnUhIl+Ef7AEV0tsTCBJDA==\n";

/// Every command.
const COMMANDS: [&[&str]; 32] = [
    &["init"],
    &["serve"],
    &["plugin", "build"],
    &["plugin", "list"],
    &["plugin", "set"],
    &["plugin", "info"],
    &["plugin", "install"],
    &["plugin", "upgrade"],
    &["plugin", "grant"],
    &["plugin", "rollback"],
    &["plugin", "disable"],
    &["plugin", "remove"],
    &["plugin", "export"],
    &["plugin", "trust"],
    &["plugin", "distrust"],
    &["plugin", "verify"],
    &["secrets", "rotate"],
    &["client", "add"],
    &["client", "password"],
    &["client", "sign-out"],
    &["client", "second-step-off"],
    &["staff", "add"],
    &["staff", "password"],
    &["staff", "sign-out"],
    &["staff", "second-step-off"],
    &["staff", "role"],
    &["staff", "list"],
    &["invoice", "create"],
    &["audit", "list"],
    &["audit", "check"],
    &["mail", "test"],
    &["check"],
];

#[test]
fn every_command_explains_itself_with_examples() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for command in COMMANDS {
        let output = run_in(folder.path(), &[command, &["--help"]].concat(), "")?;
        let help = String::from_utf8(output.stdout)?;
        assert!(output.status.success() && help.contains("Usage: tollgate"), "{command:?}: {help}");
        let example = format!("\n  tollgate {}", command.join(" "));
        assert!(help.contains("Examples:") && help.contains(&example), "{command:?} shows no example:\n{help}");
    }
    Ok(())
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_expected() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let table: [(&[&str], &str); 9] = [
        (&["serv"], "serve"),
        (&["serve", "--port", "1"], "--port"),
        (&["client", "add"], "EMAIL"),
        (&["client", "add", "nobody", "--name", "A", "--currency", "EUR"], "e-mail address"),
        (&["client", "add", CLIENT.0, "--name", "A", "--currency", "EURO"], "ISO 4217"),
        (&["client", "add", CLIENT.0, "--name", "A", "--currency", "EUR", "--country", "de"], "capital letters"),
        (&["invoice", "create", CLIENT.0, "--line", "Hosting"], "DESCRIPTION=AMOUNT"),
        (&["staff", "role", "staff@example.com", "admin"], "there are owner, billing"),
        (&["plugin", "set", "add-funds", "--enable", "--disable"], "cannot be used with"),
    ];
    for (arguments, expected) in table {
        let output = run_in(folder.path(), arguments, "")?;
        let said = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?} said:\n{said}");
    }
    Ok(())
}

#[test]
fn init_never_overwrites() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    std::fs::write(installation.path("tollgate.toml"), "precious")?;
    let said = installation.refused(&["init", "."], "")?;
    assert!(said.contains("exists already"), "{said}");
    assert_eq!(std::fs::read_to_string(installation.path("tollgate.toml"))?, "precious");
    Ok(())
}

#[test]
fn what_cannot_be_done_ends_with_1_and_one_sentence() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let password = CLIENT.1;
    let add = ["client", "add", CLIENT.0, "--name", "A", "--currency", "EUR", "--password-stdin"];
    let staff = ["staff", "add", "other@example.com", "--name", "A", "--password-stdin"];
    let table: [(&[&str], &str, &str); 24] = [
        (&["check", "--config", "missing.toml"], "", "tollgate init"),
        (&add, password, "already"),
        (&add, "short", "at least 12"),
        (&staff, "", "at least 12"),
        (&staff[..5], "", "--password-stdin"),
        (&staff, password, "--role owner, billing, support or read-only"),
        (&["staff", "role", STAFF.0, "read-only"], "", "the only owner"),
        (&["staff", "role", "nobody@example.com", "owner"], "", "tollgate staff list"),
        (&["staff", "password", "nobody@example.com", "--password-stdin"], password, "tollgate staff list"),
        (&["client", "password", "nobody@example.com", "--password-stdin"], password, "tollgate client add"),
        (&["client", "password", CLIENT.0, "--password-stdin"], "short", "at least 12"),
        (&["client", "password", CLIENT.0, "--password-stdin"], CLIENT.0, "is the e-mail address"),
        (&["staff", "password", STAFF.0], "", "--password-stdin"),
        (&["staff", "sign-out", CLIENT.0], "", "tollgate staff list"),
        (&["client", "sign-out", STAFF.0], "", "tollgate client add"),
        (&["staff", "second-step-off", CLIENT.0], "", "tollgate staff list"),
        (&["client", "second-step-off", STAFF.0], "", "tollgate client add"),
        (&["invoice", "create", "nobody@example.com", "--line", "Hosting=5"], "", "tollgate client add"),
        (&["invoice", "create", CLIENT.0, "--line", "Hosting=1e9"], "", "plain digits"),
        (&["invoice", "create", CLIENT.0, "--line", "Hosting=10.005"], "", "EUR has 2 decimals"),
        (&["invoice", "create", CLIENT.0, "--line", "Hosting=0"], "", "above zero"),
        (&["invoice", "create", CLIENT.0, "--line", "Hosting=5", "--gateway", "barter"], "", "not offered"),
        (&["plugin", "set", "barter", "--enable"], "", "not loaded"),
        (&["plugin", "build", "nowhere"], "", "nowhere"),
    ];
    for (arguments, input, expected) in table {
        let said = installation.refused(arguments, input)?;
        assert!(said.starts_with("tollgate: ") && said.contains(expected), "{arguments:?} said:\n{said}");
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?} said more than a sentence:\n{said}");
    }
    Ok(())
}

#[test]
fn staff_have_roles_and_there_is_always_an_owner() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    let add = |email: &str, role: &[&str]| {
        let arguments = [&["staff", "add", email, "--name", "B. Staff", "--password-stdin"], role].concat();
        installation.run(&arguments, STAFF.1)
    };
    assert!(!add(STAFF.0, &["--role", "support"])?.status.success(), "the first is an owner");
    assert!(installation.done(&["staff", "list"], "")?.contains("nobody yet"));
    assert!(add(STAFF.0, &[])?.status.success());
    assert!(add("books@example.com", &["--role", "billing"])?.status.success());
    let listed = installation.done(&["staff", "list"], "")?;
    let roles: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(roles, ["owner", "billing"]);
    installation.done(&["staff", "role", "Books@example.com", "owner"], "")?;
    let said = installation.done(&["staff", "role", STAFF.0, "read-only"], "")?;
    assert!(said.contains("is read-only from now on"), "{said}");
    let said = installation.refused(&["staff", "role", "books@example.com", "support"], "")?;
    assert!(said.contains("the only owner"), "{said}");
    Ok(())
}

#[test]
fn wrong_settings_are_refused_key_by_key_and_nothing_is_saved() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let before = installation.done(&["plugin", "list"], "")?;
    let table = [
        ("accounts.0.iban=DE89370400440532013001", "accounts.0.iban"),
        ("accounts.0.currency=EURO", "accounts.0.currency"),
        ("accounts.0.holder=", "accounts.0.holder"),
        ("days-least=many", "days-least: must be a whole number"),
        ("secret-door=open", "secret-door: is not a setting"),
    ];
    for (setting, expected) in table {
        let said = installation.refused(&["plugin", "set", "bank-transfer", setting], "")?;
        assert!(said.contains(expected), "{setting} said:\n{said}");
    }
    assert_eq!(installation.done(&["plugin", "list"], "")?, before);
    Ok(())
}

#[test]
fn a_host_is_revoked_as_it_was_granted() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    installation.install("paypal")?;
    let settings = installation.path("paypal.toml");
    std::fs::write(&settings, "client-id = \"simulated-client-id\"\nmerchant = \"TESTMERCHANT2\"\n")?;
    let settings = settings.to_string_lossy().into_owned();
    let set = ["plugin", "set", "paypal", "--from", &settings, "--secret", "client-secret=-", "--grant-all-hosts"];
    let said = installation.done(&set, "a long client secret")?;
    assert!(!said.contains("may not"), "{said}");
    let host = "api-m.sandbox.paypal.com";
    let revoke = ["plugin", "set", "paypal", "--revoke-host", host];
    let said = installation.done(&revoke, "")?;
    assert!(said.contains(&format!("{host}: it asks to call this host and may not")), "{said}");
    let said = installation.refused(&revoke, "")?;
    assert!(said.contains(&format!("{host} is not granted; granted are: none")), "{said}");
    Ok(())
}

#[test]
fn a_webhook_that_cannot_be_set_up_says_why_and_the_settings_are_saved_all_the_same() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let said = installation.refused(&["plugin", "set", "bank-transfer", "--disable", "--set-up-webhook"], "")?;
    let why =
        "bank-transfer: the settings are saved, but the webhook is not set up: this plugin does not register webhooks";
    assert!(said.contains(why), "{said}");
    assert!(installation.done(&["plugin", "list"], "")?.contains("bank-transfer disabled"));

    installation.install("card")?;
    let keys = ["publishable-key=pk_test_simulator", "merchant=acct_1SimulatedStripe"];
    let file = installation.path("tollgate.toml");
    let text = std::fs::read_to_string(&file)?;
    let own = installation.url("");
    let set = ["plugin", "set", "card", "--secret", "secret-key=-", "--set-up-webhook", keys[0], keys[1]];
    // Nobody was granted, so nobody is asked.
    let said = installation.refused(&set, "sk_test_simulator")?;
    let why = "card: the settings are saved, but the webhook is not set up: rejected: api.stripe.com is not granted";
    assert!(said.contains(why), "{said}");
    std::fs::write(&file, text.replace(&format!("base-url = \"{own}\""), "base-url = \"http://billing.example.com\""))?;
    let said = installation.refused(&["plugin", "set", "card", "--set-up-webhook"], "")?;
    assert!(said.contains("cannot post to http://billing.example.com/hooks/card"), "{said}");
    Ok(())
}

#[test]
fn a_wrong_configuration_is_refused_by_name_and_line() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    let file = installation.path("tollgate.toml");
    let example = std::fs::read_to_string(&file)?;
    let table = [
        ("mode = \"test\"", "mode = \"fast\"", "mode: “fast” is not one of live, test"),
        ("listen = ", "lisen = ", "did you mean “listen”?"),
        ("due-days = 14", "due-days = -1", "invoices.due-days: must be a whole number from 0 to 365"),
        ("country = \"DE\"", "country = \"Germany\"", "company.country"),
    ];
    for (right, wrong, expected) in table {
        std::fs::write(&file, example.replace(right, wrong))?;
        for command in ["serve", "check"] {
            let said = installation.refused(&[command], "")?;
            assert!(said.contains("tollgate.toml line ") && said.contains(expected), "{wrong} said:\n{said}");
        }
    }
    Ok(())
}

#[test]
fn check_says_one_line_for_each_thing_and_all_is_well() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    let said = installation.done(&["check"], "")?;
    for what in ["configuration", "database", "plugin", "templates", "invoice.typ", "ledger", "audit log"] {
        assert!(said.contains(&format!("ok    {what}")), "{what}:\n{said}");
    }
    assert!(!said.contains("FAULT"), "{said}");
    Ok(())
}

#[test]
fn check_names_a_gateway_whose_page_cannot_be_drawn() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    installation.install("card")?;
    let set = ["plugin", "set", "card", "--secret", "secret-key=-", "merchant=acct_1SimulatedStripe"];
    installation.done(&[&set[..], &["publishable-key=pk_test_simulator"]].concat(), "sk_test_simulator")?;
    let file = installation.path("tollgate.toml");
    let text = std::fs::read_to_string(&file)?;
    let own = text.lines().find(|line| line.starts_with("pages-url = ")).unwrap_or_default();
    std::fs::write(&file, text.replace(own, "pages-url = \"\""))?;
    let needs = "pages: card cannot be paid with until server.pages-url names a second address";
    let said = installation.done(&["check"], "")?;
    assert!(said.contains(&format!("ok    {needs}")), "it is not offered yet:\n{said}");
    installation.done(&["plugin", "set", "card", "--enable"], "")?;
    let said = installation.run(&["check"], "")?;
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8(said.stdout)?;
    assert!(said.contains(&format!("FAULT {needs}")), "{said}");
    Ok(())
}

#[test]
fn the_audit_log_says_what_was_done_at_the_command_line_and_where_a_hand_was_in_it() -> anyhow::Result<()> {
    let installation = Installation::furnished()?;
    installation.done(&["plugin", "set", "bank-transfer", "--disable"], "")?;
    installation.done(&["secrets", "rotate"], "")?;
    let list = installation.done(&["audit", "list", "--limit", "2"], "")?;
    let [rotated, disabled] = list.lines().collect::<Vec<_>>()[..] else { anyhow::bail!("not two lines:\n{list}") };
    assert!(rotated.contains("Command line  secrets key rotated: "), "{list}");
    assert!(disabled.ends_with("Command line  gateway disabled: bank-transfer"), "{list}");
    let said = installation.done(&["staff", "password", STAFF.0, "--password-stdin"], "a password from now on\n")?;
    assert!(said.contains("signed out everywhere"), "{said}");
    installation.done(&["client", "password", CLIENT.0, "--password-stdin"], "a password from now on")?;
    let said = installation.done(&["staff", "sign-out", STAFF.0], "")?;
    assert!(said.contains("was signed in nowhere"), "{said}");
    let all = installation.done(&["audit", "list"], "")?;
    for address in [STAFF.0, CLIENT.0] {
        assert!(all.contains(&format!("Command line  password set: {address}")), "{all}");
    }
    assert!(!all.contains("a password from now on"), "{all}");
    assert!(all.contains("client added: ") && all.contains("staff added: "), "{all}");
    let checked = installation.done(&["audit", "check"], "")?;
    assert!(checked.starts_with(&format!("entries 1 to {} fit together", all.lines().count())), "{checked}");

    let file = rusqlite::Connection::open(installation.path("data/tollgate.sqlite"))?;
    file.execute_batch("DROP TRIGGER audit_log_no_update; UPDATE audit_log SET subject = 'nobody' WHERE seq = 2")?;
    file.close().map_err(|(_, error)| error)?;
    let said = installation.refused(&["audit", "check"], "")?;
    assert!(said.contains("entry 2 of the audit log its hash is not"), "{said}");
    let said = String::from_utf8(installation.run(&["check"], "")?.stdout)?;
    assert!(said.contains("FAULT audit log: entry 2 "), "{said}");
    Ok(())
}

#[test]
fn a_plugin_is_verified_by_the_keys_that_are_trusted_and_by_no_other() -> anyhow::Result<()> {
    let installation = Installation::empty()?;
    let (key, file) = (PUBLISHER, installation.path("plugin.wasm"));
    std::fs::write(&file, "a plugin")?;
    let verify = ["plugin", "verify", "plugin.wasm"];
    let said = installation.refused(&verify, "")?;
    assert!(said.contains("plugin.wasm is not signed: there is no plugin.wasm.minisig"), "{said}");
    std::fs::write(installation.path("plugin.wasm.minisig"), SIGNATURE)?;
    assert!(installation.refused(&verify, "")?.contains("signed by a key that nobody here trusts"));

    let trust = ["plugin", "trust", key, "--name", "Example Publisher"];
    installation.done(&trust, "")?;
    assert!(installation.refused(&trust, "")?.contains("is trusted already: Example Publisher"));
    let said = installation.done(&verify, "")?;
    assert_eq!(said, format!("plugin.wasm: signed by Example Publisher with {key}\n"));
    std::fs::write(&file, "another plugin")?;
    assert!(installation.refused(&verify, "")?.contains("it is not what Example Publisher signed"));

    assert!(installation.refused(&["plugin", "distrust", "Nobody"], "")?.contains("trusted are: Example Publisher ("));
    installation.done(&["plugin", "distrust", "Example Publisher"], "")?;
    std::fs::write(&file, "a plugin")?;
    assert!(installation.refused(&verify, "")?.contains("signed by a key that nobody here trusts"));
    let said = installation.done(&["audit", "list", "--limit", "2"], "")?;
    for words in ["publisher trusted: Example Publisher (key: ", "publisher distrusted: Example Publisher (key: "] {
        assert!(said.contains(words), "{said}");
    }
    Ok(())
}

#[test]
fn a_reader_who_went_away_is_no_failure_and_a_full_disk_is_one() -> anyhow::Result<()> {
    let own = Installation::furnished()?;
    for arguments in [["staff", "list"], ["audit", "list"], ["plugin", "list"]] {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let output = own.run_into(&arguments, writer.into())?;
        let said = String::from_utf8(output.stderr)?;
        anyhow::ensure!(output.status.success() && said.is_empty(), "{arguments:?}: {} {said}", output.status);
        let full = std::fs::File::create("/dev/full")?;
        let output = own.run_into(&arguments, full.into())?;
        let said = String::from_utf8(output.stderr)?;
        let told = said.starts_with("tollgate: the answer cannot be written: No space left on device");
        anyhow::ensure!(output.status.code() == Some(1) && told, "{arguments:?}: {} {said}", output.status);
    }
    Ok(())
}
