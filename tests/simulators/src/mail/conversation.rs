//! What is said, without any socket: a line comes in, an answer goes out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::received::{Received, fault};

/// Octets of a command, its end included (RFC 5321, 4.5.3.1.4).
const COMMAND_BYTES_MAX: usize = 512;
/// Octets of a line of a mail, its end included (4.5.3.1.6).
const LINE_BYTES_MAX: usize = 1_000;
/// Octets of a mail.
const MAIL_BYTES_MAX: usize = 1 << 20;
const RECIPIENTS_MAX: usize = 100;

/// Where a test may have the server refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Login,
    Sender,
    Recipient,
    /// After the whole mail.
    Mail,
}

/// What comes after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    Go,
    StartTls,
    Close,
    /// The mail is taken.
    Taken(Received),
}

/// What stands at the beginning of a conversation.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub login: Option<(String, String)>,
    /// `STARTTLS` can be had, and must come first.
    pub offers_tls: bool,
    /// The line is hidden already.
    pub hidden: bool,
}

#[derive(Debug, Default)]
pub struct Conversation {
    rules: Rules,
    greeted: bool,
    user: Option<String>,
    sender: Option<String>,
    eight_bit: bool,
    recipients: Vec<String>,
    /// The mail's lines so far, while it comes.
    data: Option<Vec<u8>>,
}

impl Conversation {
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// A line without its end; `scripted` is what a test wants to be answered at a step.
    pub fn hear(&mut self, line: &[u8], scripted: &dyn Fn(Step) -> Option<String>) -> (String, Then) {
        if self.data.is_some() {
            return self.mail_line(line, scripted);
        }
        if line.len() + 2 > COMMAND_BYTES_MAX {
            return go("500 Line too long");
        }
        let Ok(text) = std::str::from_utf8(line) else { return go("500 Commands are ASCII") };
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest, true),
            "HELO" => self.hello(rest, false),
            "NOOP" => go("250 OK"),
            "QUIT" => ("221 Bye\r\n".to_owned(), Then::Close),
            "RSET" => {
                self.forget();
                go("250 OK")
            }
            "STARTTLS" => self.start_tls(rest),
            _ if self.rules.offers_tls => go("530 Must issue a STARTTLS command first"),
            "AUTH" => self.log_in(rest, scripted),
            "MAIL" => self.mail(rest, scripted),
            "RCPT" => self.recipient(rest, scripted),
            "DATA" => self.begin(rest),
            "VRFY" => go("252 Send some mail, and see"),
            _ => go("500 Command unrecognized"),
        }
    }

    fn hello(&mut self, name: &str, extended: bool) -> (String, Then) {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain {
            return go("501 Say who you are");
        }
        self.greeted = true;
        self.forget();
        if !extended {
            return go("250 simulator.example");
        }
        let mut lines = vec!["simulator.example".to_owned(), format!("SIZE {MAIL_BYTES_MAX}"), "8BITMIME".to_owned()];
        if self.rules.offers_tls {
            lines.push("STARTTLS".to_owned());
        } else if self.rules.login.is_some() {
            lines.push("AUTH PLAIN".to_owned());
        }
        let last = lines.len() - 1;
        let marked = lines.into_iter().enumerate();
        let marked = marked.map(|(at, line)| ["250", if at == last { " " } else { "-" }, &line, "\r\n"].concat());
        let answer: String = marked.collect();
        (answer, Then::Go)
    }

    fn start_tls(&mut self, rest: &str) -> (String, Then) {
        if !rest.is_empty() || !self.greeted {
            return go("501 STARTTLS stands alone, after EHLO");
        }
        if !self.rules.offers_tls {
            return go("502 Not offered");
        }
        // What was said in the open is forgotten (RFC 3207, 4.2).
        let rules = Rules { offers_tls: false, hidden: true, ..self.rules.clone() };
        *self = Self::new(rules);
        ("220 Go ahead\r\n".to_owned(), Then::StartTls)
    }

    fn log_in(&mut self, rest: &str, scripted: &dyn Fn(Step) -> Option<String>) -> (String, Then) {
        let Some((user, password)) = self.rules.login.clone().filter(|_| self.greeted && self.user.is_none()) else {
            return go("503 Not now");
        };
        let Some(("PLAIN", initial)) = rest.split_once(' ') else { return go("504 Only PLAIN, with its answer") };
        if let Some(refusal) = scripted(Step::Login) {
            return go(&refusal);
        }
        let told = STANDARD.decode(initial).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        if told != format!("\0{user}\0{password}") {
            return go("535 Authentication credentials invalid");
        }
        self.user = Some(user);
        go("235 Welcome")
    }

    fn mail(&mut self, rest: &str, scripted: &dyn Fn(Step) -> Option<String>) -> (String, Then) {
        if !self.greeted || self.sender.is_some() {
            return go("503 Bad sequence of commands");
        }
        if self.rules.login.is_some() && self.user.is_none() {
            return go("530 Authentication required");
        }
        if let Some(refusal) = scripted(Step::Sender) {
            return go(&refusal);
        }
        let Some((address, parameters)) = path(rest, "FROM:") else { return go("501 Bad sender address syntax") };
        for parameter in parameters.split(' ').filter(|parameter| !parameter.is_empty()) {
            match parameter.to_ascii_uppercase().split_once('=') {
                Some(("SIZE", size)) if size.parse().is_ok_and(|size: usize| size <= MAIL_BYTES_MAX) => {}
                Some(("SIZE", _)) => return go("552 Too large"),
                Some(("BODY", "8BITMIME")) => self.eight_bit = true,
                Some(("BODY", "7BIT")) => {}
                _ => return go("555 Parameter not recognized"),
            }
        }
        self.sender = Some(address);
        go("250 OK")
    }

    fn recipient(&mut self, rest: &str, scripted: &dyn Fn(Step) -> Option<String>) -> (String, Then) {
        if self.sender.is_none() {
            return go("503 Bad sequence of commands");
        }
        if let Some(refusal) = scripted(Step::Recipient) {
            return go(&refusal);
        }
        match path(rest, "TO:") {
            Some((address, "")) if !address.is_empty() && self.recipients.len() < RECIPIENTS_MAX => {
                self.recipients.push(address);
                go("250 OK")
            }
            Some((address, "")) if !address.is_empty() => go("452 Too many recipients"),
            Some((_, _)) | None => go("501 Bad recipient address syntax"),
        }
    }

    fn begin(&mut self, rest: &str) -> (String, Then) {
        if self.recipients.is_empty() || !rest.is_empty() {
            return go("503 Bad sequence of commands");
        }
        self.data = Some(Vec::new());
        go("354 Start mail input; end with <CRLF>.<CRLF>")
    }

    fn mail_line(&mut self, line: &[u8], scripted: &dyn Fn(Step) -> Option<String>) -> (String, Then) {
        let Some(data) = &mut self.data else { return go("503 Bad sequence of commands") };
        if line != b"." {
            // A dot that was doubled on its way is one again.
            data.extend_from_slice(if line.starts_with(b".") { &line[1..] } else { line });
            data.extend_from_slice(b"\r\n");
            return (String::new(), Then::Go);
        }
        let data = std::mem::take(data);
        let refusal = self.refusal(&data).or_else(|| scripted(Step::Mail));
        let mail = Received {
            from: self.sender.clone().unwrap_or_default(),
            to: self.recipients.clone(),
            hidden: self.rules.hidden,
            user: self.user.clone(),
            raw: String::from_utf8_lossy(&data).into_owned(),
        };
        self.forget();
        match refusal {
            Some(refusal) => go(&refusal),
            None => ("250 Taken\r\n".to_owned(), Then::Taken(mail)),
        }
    }

    fn refusal(&self, data: &[u8]) -> Option<String> {
        if data.len() > MAIL_BYTES_MAX {
            return Some("552 Too large".to_owned());
        }
        if data.split(|byte| *byte == b'\n').any(|line| line.len() + 1 > LINE_BYTES_MAX) {
            return Some("500 Line too long".to_owned());
        }
        if !self.eight_bit && !data.is_ascii() {
            return Some("554 Eight bits without BODY=8BITMIME".to_owned());
        }
        fault(&String::from_utf8_lossy(data)).map(|fault| format!("554 {fault}"))
    }

    /// The mail that was under way.
    fn forget(&mut self) {
        (self.sender, self.eight_bit, self.data) = (None, false, None);
        self.recipients.clear();
    }
}

fn go(answer: &str) -> (String, Then) {
    let then = if answer.starts_with("421") { Then::Close } else { Then::Go };
    (format!("{answer}\r\n"), then)
}

/// `FROM:<a@b.example> SIZE=1` as address and parameters; a missing bracket, a space or a second address is no path.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let begins = rest.get(..keyword.len())?.eq_ignore_ascii_case(keyword);
    let (address, parameters) = rest.get(keyword.len()..)?.strip_prefix('<')?.split_once('>')?;
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b',' | b';'));
    let named = address.is_empty() || address.split('@').filter(|part| !part.is_empty()).count() == 2;
    let apart = parameters.is_empty() || parameters.starts_with(' ');
    (begins && plain && named && apart).then(|| (address.to_owned(), parameters.trim_start()))
}
