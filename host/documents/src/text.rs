//! Other people's words, made safe to print. They reach the template as data, so markup in them means nothing; what is
//! left to mend is what a page cannot show or what would mislead its reader.

/// Characters of any single text; a longer one is cut. Far above every limit of billing, it bounds what a plugin's slip
/// or a configuration may put on a page.
const TEXT_CHARS_MAX: usize = 1_000;

/// A word wider than this gets places to break, so that it stays inside its column. In halves of a small letter, of
/// which a capital has three and the rest two: the longest IBANs, which people copy, stay whole.
const WORD_WIDTH_MAX: usize = 76;

/// Where a line may break though nothing is printed there.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// One line of text: no control characters, no overrides of the writing direction, bounded, breakable.
pub fn printable(text: &str) -> String {
    breakable(&plain(text))
}

/// As [`printable`], but without added places to break: for titles and metadata, which are read by programs too.
pub fn plain(text: &str) -> String {
    let shown: String = text.chars().filter_map(shown).collect();
    let words: Vec<&str> = shown.split(' ').filter(|word| !word.is_empty()).collect();
    bounded(&words.join(" "))
}

/// What is printed for a character: itself, a space for what separates, nothing for what only steers a terminal or
/// turns the reading order of what follows.
fn shown(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' => None,
        c if c.is_control() || is_noncharacter(c) || is_tag(c) => None,
        c => Some(c),
    }
}

/// Invisible letters that once marked languages.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e0fff}')
}

fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn breakable(text: &str) -> String {
    text.split(' ').map(breakable_word).collect::<Vec<_>>().join(" ")
}

/// Breaks are offered between any two letters or digits, never before a combining mark or inside a joined sequence.
fn breakable_word(word: &str) -> String {
    let width = |c: char| if c.is_uppercase() { 3 } else { 2 };
    if word.chars().map(width).sum::<usize>() <= WORD_WIDTH_MAX {
        return word.to_owned();
    }
    let mut broken = String::with_capacity(word.len() * 2);
    let mut previous: Option<char> = None;
    for c in word.chars() {
        if previous.is_some_and(|previous| may_part(previous) && may_part(c)) {
            broken.push(ZERO_WIDTH_SPACE);
        }
        broken.push(c);
        previous = Some(c);
    }
    broken
}

/// Only scripts whose letters stand alone; Arabic letters join, and Chinese breaks by itself.
fn may_part(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{a1}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_or_the_reading_order_is_not_printed() {
        let cases = [
            ("  two\twords\r\n", "two words"),
            ("a\u{0}b\u{7}c\u{1b}[31m", "abc[31m"),
            ("EUR \u{202e}00.1\u{202c}", "EUR 00.1"),
            ("\u{2067}x\u{2069}\u{feff}", "x"),
            ("a\u{ffff}b\u{fdd0}c", "abc"),
            ("tag\u{e0041}", "tag"),
            ("שלום", "שלום"),
            ("東京", "東京"),
            ("#panic() $x$ *b*", "#panic() $x$ *b*"),
        ];
        for (given, expected) in cases {
            assert_eq!(plain(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_text_has_an_end() {
        let long = "x ".repeat(5_000);
        assert_eq!(plain(&long).chars().count(), TEXT_CHARS_MAX + 1);
        assert!(plain(&long).ends_with('…'));
    }

    #[test]
    fn only_a_word_that_is_too_long_gets_places_to_break() {
        let whole = ["MT84MALT011000012345MTLCAST001S", "https://example.com/a-path-of-it", "two words"];
        for text in whole {
            assert_eq!(printable(text), text);
        }
        assert_eq!(printable(&"a".repeat(39)).matches(ZERO_WIDTH_SPACE).count(), 38);
        assert_eq!(printable(&"W".repeat(26)).matches(ZERO_WIDTH_SPACE).count(), 25);
        assert!(!printable(&"ا".repeat(40)).contains(ZERO_WIDTH_SPACE), "joined letters are not parted");
        assert!(!printable(&"e\u{301}".repeat(20)).contains("\u{200b}\u{301}"), "an accent stays on its letter");
    }
}
