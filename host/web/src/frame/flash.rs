//! A message for the next page, carried by a cookie that lasts until it is shown.

use serde::Serialize;

use crate::engine::assets::hex;
use crate::texts::Words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    Success,
    Info,
    Error,
}

impl FlashKind {
    const ALL: [Self; 3] = [Self::Success, Self::Info, Self::Error];

    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Error => "error",
        }
    }
}

/// A message by the end of its id, `flash-<word>`, with at most one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub kind: FlashKind,
    pub word: String,
    /// The message's variable, whatever it is called there: `$value`, `$gateway` or `$amount`.
    pub value: Option<String>,
}

/// The message as the layout shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub kind: &'static str,
    pub message: String,
}

impl Told {
    pub(super) fn new(kind: FlashKind, message: String) -> Self {
        Self { kind: kind.word(), message }
    }
}

/// Characters of a value: an amount or a gateway's name.
const VALUE_CHARS_MAX: usize = 60;

impl Flash {
    #[must_use]
    pub fn new(kind: FlashKind, word: &str) -> Self {
        Self { kind, word: word.to_owned(), value: None }
    }

    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// As the cookie carries it: `success-credit-applied.e282ac`.
    pub(super) fn to_cookie(&self) -> String {
        let value = self.value.as_ref().map(|value| value.chars().take(VALUE_CHARS_MAX).collect::<String>());
        let value = value.map_or_else(String::new, |value| format!(".{}", hex(value.as_bytes())));
        format!("{}-{}{value}", self.kind.word(), self.word)
    }

    /// Only what a page of ours could have said: cookies can be set by hand.
    pub(super) fn from_cookie(text: &str, words: &Words) -> Option<Told> {
        let (message, value) = text.split_once('.').unwrap_or((text, ""));
        let (kind, word) = message.split_once('-')?;
        let kind = FlashKind::ALL.into_iter().find(|known| known.word() == kind)?;
        let id = format!("flash-{word}");
        let value = unhex(value)?;
        let args = [("value", value.as_str()), ("gateway", &value), ("amount", &value)];
        let message = words.say_with(&id, &args);
        (message != id).then(|| Told::new(kind, message))
    }
}

fn unhex(text: &str) -> Option<String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HostTexts;
    use std::sync::Arc;

    #[test]
    fn a_message_comes_back_as_it_was_sent_and_nothing_else_does() {
        let file = ("en".to_owned(), "en.ftl".to_owned(), "flash-paid = Paid { $amount }.".to_owned());
        let words = Words::new(Arc::new(HostTexts::load(&[file]).expect("one right file")), 0);
        let sent = Flash::new(FlashKind::Success, "paid").with("€10.00");
        let told = Flash::from_cookie(&sent.to_cookie(), &words).expect("a message of ours");
        assert_eq!((told.kind, told.message.as_str()), ("success", "Paid €10.00."));
        for wrong in
            ["", "success", "success-unknown", "evil-paid", "success-paid.zz", "success-paid.0", "success-paid.ff"]
        {
            assert_eq!(Flash::from_cookie(wrong, &words), None, "{wrong}");
        }
    }
}
