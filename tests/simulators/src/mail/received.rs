//! A mail that was taken, and how it reads.

use super::decode::{body, words};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Of the envelope.
    pub from: String,
    /// Of the envelope.
    pub to: Vec<String>,
    /// Whether it came over TLS.
    pub hidden: bool,
    /// Who had logged in.
    pub user: Option<String>,
    /// Headers and body as they came.
    pub raw: String,
}

impl Received {
    /// The header's value in plain letters; `None` where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let found = fields(&self.raw).into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| words(&value))
    }

    #[must_use]
    pub fn subject(&self) -> String {
        self.header("Subject").unwrap_or_default()
    }

    /// What is shown where no HTML is.
    #[must_use]
    pub fn text(&self) -> String {
        part(&self.raw, "text/plain").unwrap_or_default()
    }

    #[must_use]
    pub fn html(&self) -> String {
        part(&self.raw, "text/html").unwrap_or_default()
    }

    /// The first address in the text that begins so.
    #[must_use]
    pub fn link(&self, begins: &str) -> Option<String> {
        self.text().split_whitespace().find(|word| word.starts_with(begins)).map(str::to_owned)
    }
}

/// What is wrong with a mail's headers (RFC 5322, 3.6); `None` where nothing is.
pub fn fault(raw: &str) -> Option<&'static str> {
    let Some((head, _)) = raw.split_once("\r\n\r\n") else { return Some("There is no body") };
    let named = |line: &str| {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if head.split("\r\n").any(|line| !line.starts_with([' ', '\t']) && !named(line)) {
        return Some("A header has no name");
    }
    let fields = fields(raw);
    let count = |name: &str| fields.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).count();
    if count("From") != 1 || count("Date") != 1 {
        return Some("There must be one From and one Date");
    }
    let once = ["To", "Cc", "Bcc", "Subject", "Message-ID", "Reply-To", "Sender", "MIME-Version", "Content-Type"];
    once.iter().any(|name| count(name) > 1).then_some("A header is there twice")
}

/// Names and values, unfolded.
fn fields(raw: &str) -> Vec<(String, String)> {
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (false, _, Some((name, value))) => fields.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}

/// The first part of that type, decoded; the mail itself is one, or several between boundaries.
fn part(raw: &str, media_type: &str) -> Option<String> {
    let (_, content) = raw.split_once("\r\n\r\n")?;
    let own = fields(raw);
    let value =
        |name: &str| own.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
    let kind = value("Content-Type").unwrap_or("text/plain");
    if let Some(boundary) = kind.split("boundary=").nth(1) {
        let boundary = boundary.trim_start_matches('"').split(['"', ';']).next()?;
        let between = format!("--{boundary}");
        let mut parts = content.split(&between).skip(1).filter(|part| !part.starts_with("--"));
        return parts.find_map(|inner| part(inner.strip_prefix("\r\n")?, media_type));
    }
    let fits = kind.split(';').next()?.trim().eq_ignore_ascii_case(media_type);
    fits.then(|| body(value("Content-Transfer-Encoding").unwrap_or("7bit"), content))
}
