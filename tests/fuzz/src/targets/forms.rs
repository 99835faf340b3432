//! Form bodies and query strings, as plugins read them.

use tollgate_sdk::Form;

use super::hold;

pub fn run(input: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(input);
    let form = Form::parse(&text);
    hold(Form::parse(&text) == form, || "the same text is another form".to_owned())?;
    let fields = text.split('&').filter(|part| !part.is_empty()).count();
    let words = format!("{form:?}");
    // Every byte becomes at most an escaped replacement character.
    hold(words.len() <= 64 + 32 * fields + 12 * text.len(), || format!("{} bytes became {}", text.len(), words.len()))?;
    // Digits tell no answer from another.
    Ok(format!("{} {} {}", "field ".repeat(fields.min(9)), words.contains('\u{fffd}'), text.contains('%')))
}
