//! Bank details that only one country knows, as staff write them: one `Label: value` a line.

/// Most lines: a slip has 20 rows, and seven are the gateway's own.
pub const LINES_MAX: usize = 10;
/// What fits on a telephone beside its value.
pub const LABEL_CHARS_MAX: usize = 40;
pub const VALUE_CHARS_MAX: usize = 100;

/// One line, for example `Sort code` and `20-00-00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail<'a> {
    pub label: &'a str,
    pub value: &'a str,
}

/// What is wrong; lines count from 1, as staff see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailsFault {
    TooManyLines,
    /// No colon, or nothing before it.
    NoLabel {
        line: usize,
    },
    /// Nothing after the colon.
    NoValue {
        line: usize,
    },
    TooLong {
        line: usize,
    },
}

/// Reads the lines; empty ones are left out. Both the ASCII colon and the full-width one end a label.
///
/// # Errors
/// [`DetailsFault`], the first fault that is found.
pub fn read(text: &str) -> Result<Vec<Detail<'_>>, DetailsFault> {
    let mut details = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if details.len() == LINES_MAX {
            return Err(DetailsFault::TooManyLines);
        }
        details.push(detail(line, index + 1)?);
    }
    Ok(details)
}

fn detail(text: &str, line: usize) -> Result<Detail<'_>, DetailsFault> {
    let (label, value) = text.split_once([':', '：']).ok_or(DetailsFault::NoLabel { line })?;
    let (label, value) = (label.trim(), value.trim());
    if label.is_empty() {
        return Err(DetailsFault::NoLabel { line });
    }
    if value.is_empty() {
        return Err(DetailsFault::NoValue { line });
    }
    if label.chars().count() > LABEL_CHARS_MAX || value.chars().count() > VALUE_CHARS_MAX {
        return Err(DetailsFault::TooLong { line });
    }
    Ok(Detail { label, value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_labels_and_values() {
        let text = "Sort code: 20-00-00\r\n\n  Account number :55779911 \n口座番号：1234567\nNote: at: noon";
        let expected =
            [("Sort code", "20-00-00"), ("Account number", "55779911"), ("口座番号", "1234567"), ("Note", "at: noon")];
        let read = read(text).expect("four good lines");
        assert_eq!(read.iter().map(|detail| (detail.label, detail.value)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn nothing_written_is_no_detail() {
        for text in ["", " \n\t\n"] {
            assert_eq!(read(text), Ok(Vec::new()));
        }
    }

    #[test]
    fn a_line_that_would_mislead_is_refused_by_its_number() {
        let long_label = format!("{}: 1", "x".repeat(41));
        let long_value = format!("A: {}", "x".repeat(101));
        let many = "A: 1\n".repeat(11);
        let table = [
            ("20-00-00", DetailsFault::NoLabel { line: 1 }),
            ("A: 1\n\n: 2", DetailsFault::NoLabel { line: 3 }),
            ("A: 1\nSort code:", DetailsFault::NoValue { line: 2 }),
            (long_label.as_str(), DetailsFault::TooLong { line: 1 }),
            (long_value.as_str(), DetailsFault::TooLong { line: 1 }),
            (many.as_str(), DetailsFault::TooManyLines),
        ];
        for (text, fault) in table {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "(\\PC|[:\n\r]){0,60}") {
            if let Ok(details) = read(&text) {
                prop_assert!(details.len() <= LINES_MAX);
                prop_assert!(details.iter().all(|detail| !detail.label.is_empty() && !detail.value.is_empty()));
            }
        }
    }
}
