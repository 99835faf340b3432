//! Mail through the real binary, to a mail server of the tests' own: what the command line says of it, and a forgotten password
//! in a real browser.

use anyhow::{Context, ensure};
use tollgate_simulators::mail::{PostOffice, Received, Security, Step};
use tollgate_simulators::serve::listen;
use tollgate_tests::browser::Browser;
use tollgate_tests::server::{CLIENT, Installation, STAFF};
use tollgate_tests::visitor::Visitor;

const NEW_PASSWORD: &str = "another long password";

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

/// Somebody who forgot a password, at one of both doors.
struct Forgetful<'a> {
    own: &'a Installation,
    office: &'a PostOffice,
    browser: &'a Browser,
    /// `client` or `staff`: what pictures are called.
    name: &'static str,
    /// What the door's addresses begin with.
    door: &'static str,
    /// A page that is nobody's without a login.
    inside: &'static str,
    person: (&'static str, &'static str),
}

impl Forgetful<'_> {
    async fn look(&self, page: &str) -> anyhow::Result<()> {
        self.browser.look(&format!("forgot-{}-{page}", self.name)).await
    }

    /// Whether that visitor is let in.
    fn is_inside(&self, visitor: &mut Visitor) -> anyhow::Result<bool> {
        Ok(visitor.get(self.inside)?.status == 200)
    }

    async fn log_in(&self, password: &str) -> anyhow::Result<()> {
        self.browser.fill("E-mail address", self.person.0).await?;
        self.browser.fill("Password", password).await?;
        self.browser.click("Log in").await
    }

    /// Asks for a link; whose address it is nobody learns.
    async fn ask(&self) -> anyhow::Result<Received> {
        let before = self.office.received().len();
        for (typed, said) in [
            ("forgetful", "Enter your e-mail address."),
            ("stranger@example.com", "If the address is known here"),
            (self.person.0, "If the address is known here"),
        ] {
            self.browser.go(&self.own.url(&format!("{}/login", self.door))).await?;
            self.browser.click("Forgot your password?").await?;
            self.browser.fill("E-mail address", typed).await?;
            self.browser.click("Send the link").await?;
            self.browser.reads(said).await?;
            self.look(typed.split('@').next().unwrap_or_default()).await?;
        }
        let mail = self.office.wait_for(before + 1).await?.pop().context("a mail came")?;
        ensure!(mail.to == [self.person.0], "it went to {:?}", mail.to);
        ensure!(mail.subject() == "A new password for Example Hosting", "it is about {}", mail.subject());
        Ok(mail)
    }

    /// Follows the link and sets a password, after two that are refused.
    async fn follow(&self, link: &str) -> anyhow::Result<()> {
        self.browser.go(link).await?;
        self.browser.reads("Choose a new password").await?;
        ensure!(!self.browser.text().await?.contains("Code"), "the link fills the code in");
        self.look("new").await?;
        for (password, again, refusal) in [
            ("short", "short", "at least 12 characters"),
            (NEW_PASSWORD, "yet another one", "The two passwords differ."),
        ] {
            self.type_twice(password, again).await?;
            self.browser.reads(refusal).await?;
        }
        self.look("refused").await?;
        self.type_twice(NEW_PASSWORD, NEW_PASSWORD).await?;
        self.browser.reads("Your new password is set. Log in with it.").await
    }

    async fn type_twice(&self, password: &str, again: &str) -> anyhow::Result<()> {
        self.browser.fill("New password", password).await?;
        self.browser.fill("The same again", again).await?;
        self.browser.click("Set the new password").await
    }

    async fn tell(&self) -> anyhow::Result<()> {
        let mut elsewhere = Visitor::at(&self.own.url(""));
        elsewhere.log_in(&format!("{}/login", self.door), self.person)?;
        ensure!(self.is_inside(&mut elsewhere)?, "somebody is logged in elsewhere");

        let before = self.office.received().len();
        let mail = self.ask().await?;
        let begins = self.own.url(&format!("{}/new-password#", self.door));
        let link = mail.link(&begins).with_context(|| format!("no {begins} in {}", mail.text()))?;
        ensure!(mail.html().contains("Choose a new password"), "{}", mail.html());
        ensure!(self.is_inside(&mut elsewhere)?, "asking changes nothing");
        self.follow(&link).await?;

        ensure!(!self.is_inside(&mut elsewhere)?, "the new password ends every session");
        self.log_in(self.person.1).await?;
        self.browser.reads("The e-mail address or the password is not right.").await?;
        self.browser.go(&link).await?;
        self.type_twice("a third long password", "a third long password").await?;
        self.browser.reads("This link was used, replaced by a newer one, or is older than 30 minutes.").await?;
        self.look("used").await?;
        self.browser.click("Ask for a new link").await?;
        self.browser.click("Back to the login").await?;
        self.log_in(NEW_PASSWORD).await?;
        self.browser.reads("Log out").await?;

        let mails = self.office.wait_for(before + 2).await?;
        let told: Vec<String> = mails[before + 1..].iter().map(Received::subject).collect();
        ensure!(told == ["Your password for Example Hosting was changed"], "the mails are about {told:?}");
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_a_password_sets_a_new_one_by_a_link_that_works_once() -> anyhow::Result<()> {
    let (own, office) = stage(None).await?;
    let (server, browser) = (own.serve()?, Browser::open().await?);
    let common = Forgetful {
        own: &own,
        office: &office,
        browser: &browser,
        name: "client",
        door: "",
        inside: "/billing/invoices",
        person: CLIENT,
    };
    common.tell().await?;
    Forgetful { name: "staff", door: "/admin", inside: "/admin/invoices", person: STAFF, ..common }.tell().await?;
    browser.reads("Mail").await?;
    browser.click("Mail").await?;
    browser.reads("Every mail was sent.").await?;
    // A stranger was written to by neither door.
    ensure!(office.received().iter().all(|mail| mail.to != ["stranger@example.com"]));
    ensure!(own.done(&["audit", "list"], "")?.contains(STAFF.0), "the audit log has it");
    ensure!(server.stop()? == Some(0));
    browser.close().await
}
