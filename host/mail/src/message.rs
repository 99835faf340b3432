//! A letter as it goes over the wire. Every header is one of the library's typed ones, which encode whatever a name or a
//! subject holds: none of it begins a header of its own.

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{Address, Message as Built};
use tollgate_billing::mail::Letter;
use tollgate_billing::ports::MailError;

use crate::server::Sender;

/// Characters of a name that are sent.
const NAME_CHARS_MAX: usize = 100;
/// Characters of a subject that are sent.
const SUBJECT_CHARS_MAX: usize = 200;

/// Says that nobody wrote this, so that no holiday message answers it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// # Errors
/// [`MailError::Never`] where the address is none, or the letter cannot be written as a mail.
pub fn message(id: &str, from: &Sender, letter: &Letter) -> Result<Built, MailError> {
    let never = |what: &str| MailError::Never(what.to_owned());
    let address: Address = letter.to.email.parse().map_err(|_| never("the address is none that mail can go to"))?;
    let name = line(&letter.to.name, NAME_CHARS_MAX);
    let to = Mailbox::new((!name.is_empty()).then_some(name), address);
    let plain = !id.is_empty() && id.len() <= 60 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain {
        return Err(never("the mail's own id is none"));
    }
    let mail = Message::builder()
        .from(from.0.clone())
        .to(to)
        .subject(line(&letter.subject, SUBJECT_CHARS_MAX))
        .message_id(Some(format!("<{id}@{}>", from.0.email.domain())))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(lines(&letter.text), lines(&letter.html)));
    mail.map_err(|error| MailError::Never(format!("it cannot be written as a mail: {error}")))
}

/// Lines that end alike. A carriage return by itself is no end of a line in mail, and servers refuse the mail for it.
fn lines(text: &str) -> String {
    let plain = |c: char| match c {
        '\r' => '\n',
        '\n' | '\t' => c,
        c if c.is_control() => ' ',
        c => c,
    };
    text.replace("\r\n", "\n").chars().map(plain).collect()
}

/// One line of bounded length: what would end a line is a space.
fn line(text: &str, chars_max: usize) -> String {
    let clean: String = text.chars().take(chars_max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use tollgate_billing::mail::Recipient;

    use super::*;

    fn letter(email: &str, name: &str, subject: &str) -> Letter {
        let to = Recipient { email: email.to_owned(), name: name.to_owned(), locale: "en".to_owned() };
        Letter { to, subject: subject.to_owned(), text: "Text".to_owned(), html: "<p>Text</p>".to_owned() }
    }

    fn written(letter: &Letter) -> Result<String, MailError> {
        let from: Sender = "Example Hosting <billing@example.com>".parse().expect("an address");
        Ok(String::from_utf8(message("7-1", &from, letter)?.formatted()).expect("mails are ASCII"))
    }

    /// The names of the headers before the first empty line, in order.
    fn headers(mail: &str) -> Vec<String> {
        let head = mail.split("\r\n\r\n").next().unwrap_or_default();
        let own = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        own.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_ascii_lowercase()).collect()
    }

    #[test]
    fn a_mail_has_the_headers_that_it_needs_and_no_other() {
        let mail = written(&letter("anna@example.org", "Anna", "A subject")).expect("a mail");
        let mut names = headers(&mail);
        names.sort();
        let expected =
            ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
        assert_eq!(names, expected, "{mail}");
        assert!(mail.contains("Message-ID: <7-1@example.com>\r\n"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
    }

    #[test]
    fn nothing_in_a_name_or_a_subject_begins_a_header() {
        let expected = headers(&written(&letter("anna@example.org", "Anna", "A subject")).expect("a mail"));
        for evil in [
            "x\r\nBcc: evil@example.net",
            "x\nBcc: evil@example.net",
            "x\rBcc: evil@example.net",
            "x\u{85}Bcc: evil@example.net",
            "x\u{2028}Bcc: evil@example.net",
            "x\r\n\r\nA body of its own",
            "\"x\" <evil@example.net>, ",
            "=?utf-8?q?=0D=0ABcc:_evil@example.net?=",
            "\0\u{7f}\u{1b}[2J",
        ] {
            let mail = written(&letter("anna@example.org", evil, evil)).expect("a mail");
            assert_eq!(headers(&mail), expected, "{evil:?}: {mail}");
            let to = mail.split("\r\n").find(|line| line.starts_with("To: ")).unwrap_or_default();
            assert!(mail.contains("<anna@example.org>") && !to.contains("<evil@example.net>,"), "{mail}");
        }
    }

    #[test]
    fn what_is_no_address_gets_no_mail() {
        for wrong in
            ["", "anna", "@example.org", "anna@", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"]
        {
            assert!(matches!(written(&letter(wrong, "Anna", "A")), Err(MailError::Never(_))), "{wrong:?}");
        }
    }

    #[test]
    fn letters_of_any_script_are_sent() {
        let mail = written(&letter("anna@example.org", "山田 太郎", "パスワード")).expect("a mail");
        assert!(mail.is_ascii() && !mail.contains("山"), "{mail}");
    }

    #[test]
    fn lines_of_a_text_end_as_lines_of_mails_do() {
        let text = Letter { text: "a\rb\r\nc\nd\0\u{1b}e".to_owned(), ..letter("anna@example.org", "Anna", "A") };
        let mail = written(&text).expect("a mail");
        assert!(mail.contains("a\r\nb\r\nc\r\nd  e\r\n"), "{mail}");
        assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "{mail}");
    }

    #[test]
    fn an_id_that_is_none_is_refused() {
        let from: Sender = "billing@example.com".parse().expect("an address");
        for wrong in ["", "a b", "a>\r\nBcc: x", &"a".repeat(61)] {
            let built = message(wrong, &from, &letter("anna@example.org", "Anna", "A"));
            assert!(matches!(built, Err(MailError::Never(_))), "{wrong:?}");
        }
    }
}
