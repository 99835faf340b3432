//! Mails to whomever, about whatever: a JSON object of `email`, `name`, `subject`, `text` and `html`. They go over a socket to a mail
//! server that takes only what RFC 5321 and 5322 allow.

use std::sync::OnceLock;

use serde_json::Value;
use tollgate_billing::mail::{Letter, Recipient};
use tollgate_billing::ports::{Mail as _, MailError};
use tollgate_mail::{MailServer, Security, Smtp};
use tollgate_simulators::mail::{PostOffice, Received, Security as Line};
use tollgate_simulators::serve::listen;

use super::hold;
use crate::work::{apart, wait};

const FROM: &str = "billing@example.com";
const HEADERS: [&str; 8] =
    ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
/// A line of a mail has no more, its end not counted (RFC 5322, 2.1.1).
const LINE_BYTES_MAX: usize = 998;

fn office() -> &'static (PostOffice, Smtp) {
    static OFFICE: OnceLock<(PostOffice, Smtp)> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let socket = wait(listen("127.0.0.1:0".parse().expect("an address"))).expect("a socket");
        let port = socket.local_addr().expect("a port").port();
        let office = PostOffice::new(None);
        apart(office.clone().serve(socket, Line::Never));
        let server = MailServer {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
            login: None,
            from: format!("Example Hosting <{FROM}>").parse().expect("an address"),
            hello: "localhost".to_owned(),
            also_trusted: Vec::new(),
        };
        (office, Smtp::new(server).expect("a client"))
    })
}

/// # Errors
/// Where a mail reaches somebody else, or says in its headers what it was not given.
pub fn run(input: &[u8]) -> Result<String, String> {
    let Ok(json) = serde_json::from_slice::<Value>(input) else { return Ok("no mail".to_owned()) };
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let to = Recipient { email: text("email"), name: text("name"), locale: "en".to_owned() };
    let letter = Letter { to, subject: text("subject"), text: text("text"), html: text("html") };
    let (office, smtp) = office();
    let sent = wait(smtp.send("7-1", &letter));
    let mut came = office.collect();
    match sent {
        Err(MailError::Never(why)) => {
            hold(came.is_empty(), || format!("a mail came that was refused: {why}"))?;
            Ok(why.chars().filter(char::is_ascii_alphabetic).take(60).collect())
        }
        Err(error) => Err(format!("a mail to {:?} cannot be sent: {error}", letter.to.email)),
        Ok(_) => {
            hold(came.len() == 1, || format!("{} mails came of one", came.len()))?;
            is_right(&letter, &came.remove(0))
        }
    }
}

fn is_right(letter: &Letter, mail: &Received) -> Result<String, String> {
    let (head, _) = mail.raw.split_once("\r\n\r\n").unwrap_or_default();
    let own = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<String> =
        own.map(|line| line.split(':').next().unwrap_or_default().to_ascii_lowercase()).collect();
    names.sort();
    hold(names == HEADERS, || format!("it has the headers {names:?}"))?;
    hold(mail.to.len() == 1 && mail.from == FROM, || format!("it is from {:?} to {:?}", mail.from, mail.to))?;
    let envelope = mail.to.first().map_or("", String::as_str);
    hold(same_mailbox(envelope, &letter.to.email), || format!("{:?} is written to at {envelope:?}", letter.to.email))?;
    let to = mail.header("To").unwrap_or_default();
    hold(to.contains(envelope), || format!("its To is {to:?}"))?;
    let bare = mail.raw.replace("\r\n", "");
    hold(!bare.contains(['\r', '\n']), || "a line ends with half a line end".to_owned())?;
    hold(mail.raw.split("\r\n").all(|line| line.len() <= LINE_BYTES_MAX), || "a line is too long".to_owned())?;
    hold(mail.raw.is_ascii(), || "it is not ASCII, which not every server takes".to_owned())?;
    let has = |what: &str| if what.is_empty() { "none " } else { "some " };
    let kind = if letter.text.is_ascii() { "plain" } else { "encoded" };
    Ok(format!("{}{}{}{kind}", has(&letter.to.name), has(&letter.subject), has(&letter.html)))
}

/// Names of hosts may be written in capitals, or in letters that mail has no room for.
fn same_mailbox(envelope: &str, typed: &str) -> bool {
    let parts = |text: &str| text.rsplit_once('@').map(|(user, host)| (user.to_owned(), host.to_owned()));
    match (parts(envelope), parts(typed)) {
        (Some((user, host)), Some((typed, wanted))) => {
            user == typed && (host.eq_ignore_ascii_case(&wanted) || !wanted.is_ascii())
        }
        _ => false,
    }
}
