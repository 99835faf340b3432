//! What staff say to every payer: how long a transfer takes, and a note of their own.

use tollgate_sdk::{FieldErrors, Settings, Text};

/// A transfer that takes longer is lost rather than slow.
pub const DAYS_MAX: i64 = 30;
/// Working days of an ordinary transfer, where staff say nothing.
pub const DAYS_USUAL: (i64, i64) = (1, 3);
/// The host shows no longer text.
pub const NOTE_BYTES_MAX: usize = 1_000;

/// Read once, whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The fewest working days that a transfer usually takes, and the most.
    pub days: (i64, i64),
    /// Empty for none.
    pub note: &'a str,
}

impl<'a> Terms<'a> {
    /// Adds to `errors` everything that is wrong; then there are no terms.
    pub fn read(settings: &Settings<'a>, errors: &mut FieldErrors) -> Option<Self> {
        let least = errors.keep("days-least", days(settings.text("days-least"), DAYS_USUAL.0));
        let most = errors.keep("days-most", days(settings.text("days-most"), DAYS_USUAL.1));
        let note = errors.keep("note", note(settings.text("note")));
        let terms = Self { days: (least?, most?), note: note? };
        if terms.days.0 > terms.days.1 {
            errors.add("days-most", Text::msg("error-days-order"));
            return None;
        }
        Some(terms)
    }

    /// How long it takes, for the payer.
    #[must_use]
    pub fn duration(&self) -> Text {
        match self.days {
            (0, 0) => Text::msg("note-same-day"),
            (1, 1) => Text::msg("note-one-day"),
            (0, 1) => Text::msg("note-one-day-at-most"),
            (0, most) => Text::msg("note-days-at-most").arg("most", most),
            (least, most) if least == most => Text::msg("note-days").arg("days", most),
            (least, most) => Text::msg("note-days-between").arg("least", least).arg("most", most),
        }
    }
}

fn days(text: &str, usual: i64) -> Result<i64, Text> {
    if text.is_empty() {
        return Ok(usual);
    }
    let days = text.parse().ok().filter(|days| (0..=DAYS_MAX).contains(days));
    days.ok_or_else(|| Text::msg("error-days").arg("max", DAYS_MAX))
}

fn note(text: &str) -> Result<&str, Text> {
    if text.len() > NOTE_BYTES_MAX {
        return Err(Text::msg("error-note-long").arg("max", NOTE_BYTES_MAX));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use tollgate_sdk::Instance;

    use super::*;

    fn duration_id(least: &str, most: &str) -> Result<String, Vec<String>> {
        let instance = Instance::with_settings([("days-least", least), ("days-most", most)]);
        let mut errors = FieldErrors::default();
        let terms = Terms::read(&instance.settings(), &mut errors);
        match terms {
            Some(terms) => Ok(terms.duration().id().unwrap_or_default().to_owned()),
            None => Err(Vec::from(errors).into_iter().map(|error| error.field).collect()),
        }
    }

    #[test]
    fn the_duration_is_said_in_words_that_fit() {
        let table = [
            ("", "", "note-days-between"),
            ("0", "0", "note-same-day"),
            ("1", "1", "note-one-day"),
            ("0", "1", "note-one-day-at-most"),
            ("0", "3", "note-days-at-most"),
            ("2", "2", "note-days"),
            ("1", "30", "note-days-between"),
        ];
        for (least, most, id) in table {
            assert_eq!(duration_id(least, most), Ok(id.to_owned()), "{least} to {most}");
        }
    }

    #[test]
    fn days_that_are_no_span_are_refused_by_field() {
        let table: [(&str, &str, &[&str]); 6] = [
            ("3", "2", &["days-most"]),
            ("4", "", &["days-most"]),
            ("-1", "2", &["days-least"]),
            ("1", "31", &["days-most"]),
            ("one", "1.5", &["days-least", "days-most"]),
            ("１", "2", &["days-least"]),
        ];
        for (least, most, fields) in table {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            assert_eq!(duration_id(least, most), Err(fields), "{least} to {most}");
        }
    }

    #[test]
    fn a_note_longer_than_the_host_shows_is_refused() {
        let note = "あ".repeat(334);
        let instance = Instance::with_settings([("note", note.as_str())]);
        let mut errors = FieldErrors::default();
        assert_eq!(Terms::read(&instance.settings(), &mut errors), None);
        assert_eq!(Vec::from(errors)[0].field, "note");
    }
}
