//! Mail through the real binary, to a mail server of the tests' own.

use anyhow::Context;
use tollgate_simulators::mail::{PostOffice, Security, Step};
use tollgate_simulators::serve::listen;
use tollgate_tests::server::Installation;

/// A mail server, and an installation that sends there.
async fn stage(login: Option<(&str, &str)>) -> anyhow::Result<(Installation, PostOffice)> {
    let office = PostOffice::new(login);
    let socket = listen("127.0.0.1:0".parse()?).await?;
    let port = socket.local_addr()?.port();
    tokio::spawn(office.clone().serve(socket, Security::Never));
    let own = Installation::furnished()?;
    let (user, file) = if login.is_some() { ("user", "mail-password") } else { ("", "") };
    let text = std::fs::read_to_string(own.path("tollgate.toml"))?;
    let (before, mail) = text.split_once("[mail]").context("the example speaks of mail")?;
    let mail = mail.replace("server = \"\"", "server = \"127.0.0.1\"").replace("port = 587", &format!("port = {port}"));
    let mail = mail.replace("security = \"starttls\"", "security = \"none\"");
    let mail = mail.replace("username = \"\"", &format!("username = \"{user}\""));
    let mail = mail.replace("password-file = \"\"", &format!("password-file = \"{file}\""));
    let mail = mail.replace("from = \"\"", "from = \"Example Hosting <billing@example.com>\"");
    std::fs::write(own.path("tollgate.toml"), format!("{before}[mail]{mail}"))?;
    Ok((own, office))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_arrives_and_the_check_says_that_it_would() -> anyhow::Result<()> {
    let (own, office) = stage(Some(("user", "a mail password"))).await?;
    let said = own.refused(&["mail", "test", "you@example.com"], "")?;
    assert!(said.contains("mail.password-file") && said.contains("cannot be read"), "{said}");
    std::fs::write(own.path("mail-password"), "a mail password\n")?;
    let said = own.done(&["mail", "test", "you@example.com"], "")?;
    assert_eq!(said, "127.0.0.1 took the mail for you@example.com: 250 Taken\n");
    let mails = office.received();
    assert_eq!(
        (mails[0].to.as_slice(), mails[0].subject()),
        (&["you@example.com".to_owned()][..], "Mail from Example Hosting works".to_owned())
    );
    assert!(mails[0].text().starts_with("Hello,\n\nThis is the test"), "{}", mails[0].text());
    assert!(mails[0].html().contains("<p>This is the test"), "{}", mails[0].html());
    let checked = own.run(&["check"], "")?;
    let said = String::from_utf8(checked.stdout)?;
    assert!(said.contains("ok    mail: 127.0.0.1 answers, port "), "{said}");
    assert!(said.contains("FAULT mail: mail.password-file: everybody on this machine may read"), "{said}");
    assert_eq!(office.received().len(), 1, "the check sends nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_mail_server_refuses_is_said_in_one_sentence() -> anyhow::Result<()> {
    let (own, office) = stage(None).await?;
    office.refuse(Step::Recipient, "550 no such mailbox", 1);
    let said = own.refused(&["mail", "test", "you@example.com"], "")?;
    assert!(said.contains("does not take this mail") && said.contains("no such mailbox"), "{said}");
    office.refuse(Step::Greeting, "421 closing down", 2);
    let said = own.refused(&["mail", "test", "you@example.com"], "")?;
    assert!(said.contains("127.0.0.1 cannot be used") && said.lines().count() == 1, "{said}");
    let checked = own.run(&["check"], "")?;
    assert!(String::from_utf8(checked.stdout)?.contains("FAULT mail: 127.0.0.1 cannot be used"));
    Ok(())
}

#[test]
fn without_a_mail_server_the_command_says_what_to_configure() -> anyhow::Result<()> {
    let own = Installation::empty()?;
    let said = own.refused(&["mail", "test", "you@example.com"], "")?;
    assert!(said.contains("no mail server is configured"), "{said}");
    assert!(own.done(&["check"], "")?.contains("ok    mail: no server is configured"));
    Ok(())
}
