//! The body of a webhook as staff read it: JSON line by line, everything else as it came.

use std::iter::Peekable;
use std::str::Chars;

use serde::de::IgnoredAny;

/// Of a body; the rest is left out.
const SHOWN_BYTES_MAX: usize = 64 << 10;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct BodyText {
    pub text: String,
    pub cut: bool,
}

/// `clean` blacks secrets out, of the whole body: a secret that lies across the cut must not be shown in half.
pub(super) fn body_text(body: &[u8], clean: impl Fn(&str) -> String) -> BodyText {
    let text = clean(&String::from_utf8_lossy(body));
    let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
    let mut shown = if is_json { indented(&text) } else { text };
    let cut = shown.len() > SHOWN_BYTES_MAX;
    if cut {
        shown.truncate(shown.floor_char_boundary(SHOWN_BYTES_MAX));
    }
    BodyText { text: shown, cut }
}

/// The same JSON, its numbers and strings to the letter, on lines of its own. Ends soon after what is shown.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len().min(SHOWN_BYTES_MAX) * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next().filter(|_| out.len() <= SHOWN_BYTES_MAX) {
        if in_string {
            out.push(letter);
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                out.push(letter);
                depth += usize::from(!closed_at_once(&mut letters, &mut out, depth + 1));
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            other => {
                in_string = other == '"';
                out.push(other);
            }
        }
    }
    out
}

/// After an opening bracket: its end where nothing is inside, else a new line for what is.
fn closed_at_once(letters: &mut Peekable<Chars<'_>>, out: &mut String, depth: usize) -> bool {
    while letters.next_if(char::is_ascii_whitespace).is_some() {}
    let end = letters.next_if(|next| matches!(next, '}' | ']'));
    match end {
        Some(end) => out.push(end),
        None => new_line(out, depth),
    }
    end.is_some()
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &[u8]) -> String {
        body_text(body, str::to_owned).text
    }

    #[test]
    fn json_is_indented_and_its_values_stay_to_the_letter() {
        let json = br#" {"a": [1.10, 1e400, {}, [ ] ], "b{,:\"\\": "x, \"y\": [z]" ,"c":{"d":null}} "#;
        let expected = "{\n  \"a\": [\n    1.10,\n    1e400,\n    {},\n    []\n  ],\n  \"b{,:\\\"\\\\\": \
                        \"x, \\\"y\\\": [z]\",\n  \"c\": {\n    \"d\": null\n  }\n}";
        assert_eq!(shown(json), expected);
        assert_eq!(shown(br#""text""#), r#""text""#);
    }

    #[test]
    fn what_is_no_json_is_shown_as_it_came() {
        for text in ["", "a=1&b={", "{", "[1,]", "{\"a\":1}x"] {
            assert_eq!(shown(text.as_bytes()), text);
        }
        assert_eq!(shown(b"\xff<b>"), "\u{fffd}<b>");
    }

    #[test]
    fn a_body_of_any_shape_is_shown_in_bounds() {
        let deep = "[".repeat(1 << 20);
        let nested = format!("{}{}", "[".repeat(120), "]".repeat(120));
        let wide = format!("[{}]", vec![nested; 4_000].join(","));
        let signs = "é".repeat(SHOWN_BYTES_MAX);
        for body in [deep, wide, signs] {
            let body = body_text(body.as_bytes(), str::to_owned);
            assert!(body.cut && body.text.len() <= SHOWN_BYTES_MAX, "{}", body.text.len());
        }
        assert!(!body_text(b"{}", str::to_owned).cut);
    }

    #[test]
    fn a_secret_across_the_cut_is_blacked_out_first() {
        let body = format!("{}planted", "x".repeat(SHOWN_BYTES_MAX - 3));
        let body = body_text(body.as_bytes(), |text| text.replace("planted", "[secret]"));
        assert!(body.text.ends_with("x[se") || body.text.ends_with("x[s"), "{}", &body.text[body.text.len() - 9..]);
    }
}
