//! What a failure means for the mail, and for the ones behind it.

use lettre::transport::smtp::Error;
use tollgate_billing::ports::MailError;

/// Characters of what a server says that are kept.
const SAID_CHARS_MAX: usize = 300;

/// `password` is blacked out, should a server repeat what it was told.
pub fn why(error: &Error, password: Option<&str>) -> MailError {
    let said = clean(&error.to_string(), password);
    match error.status().map(u16::from) {
        Some(code) => by_code(code, said),
        None => MailError::Unreachable(said),
    }
}

fn by_code(code: u16, said: String) -> MailError {
    match code {
        // Closing down, or who we are is not enough: true of every mail.
        421 | 454 | 530 | 534 | 535 | 538 => MailError::Unreachable(said),
        // No such mailbox, moved, not allowed as written, takes no mail at all.
        521 | 550 | 551 | 553 | 556 => MailError::Never(said),
        // A full mailbox (552) may be emptied, and who refused for policy (554) may change it.
        _ => MailError::Later(said),
    }
}

fn clean(text: &str, password: Option<&str>) -> String {
    let text = match password {
        Some(password) if !password.is_empty() => text.replace(password, "[password]"),
        _ => text.to_owned(),
    };
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SAID_CHARS_MAX).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_whether_the_mail_waits() {
        let kind = |code| match by_code(code, String::new()) {
            MailError::Unreachable(_) => "unreachable",
            MailError::Later(_) => "later",
            MailError::Never(_) => "never",
        };
        let table = [(421, "unreachable"), (450, "later"), (451, "later"), (452, "later"), (535, "unreachable")];
        let table = table.into_iter().chain([(550, "never"), (552, "later"), (553, "never"), (554, "later")]);
        for (code, expected) in table {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn what_a_server_says_is_one_line_without_the_password() {
        let said = clean("535 no\r\n\u{1b}[2J planted-word is wrong", Some("planted-word"));
        assert_eq!(said, "535 no   [2J [password] is wrong");
        assert_eq!(clean(&"x".repeat(1_000), None).len(), SAID_CHARS_MAX);
        assert_eq!(clean("as it is", Some("")), "as it is");
    }
}
