//! Changes of an input.

use serde_json::{Number, Value};

use crate::chance::Chance;

/// The longest input: beyond it every parser refuses by length alone, and executions get few.
pub const INPUT_BYTES_MAX: usize = 16 << 10;
/// Changes of one input at a time.
const CHANGES_MAX: usize = 4;
/// A part that is repeated stands there at most so often.
const REPEATED_MAX: usize = 40;

/// Words that have broken parsers before.
const WORDS: [&str; 48] = [
    "0",
    "-0",
    "-1",
    "1",
    "00",
    "0.1",
    ".5",
    "5.",
    "1e9",
    "1e309",
    "-1e-309",
    "1.50",
    "0x10",
    "NaN",
    "Infinity",
    "1,000",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "79228162514264337593543950335",
    "٣",
    "１",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{10ffff}",
    "e\u{301}",
    "ß",
    "ﬀ",
    "null",
    "true",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{}",
    "[]",
    "%00",
    "%ff",
    "%",
    "\r\n",
    ";",
];

/// Makes one input out of another. `others` are the pool, for parts of theirs.
pub fn mutate(input: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut changed = input.to_vec();
    for _ in 0..=chance.below(CHANGES_MAX) {
        // What is no JSON any more is refused at once: most changes leave it whole.
        changed = match chance.below(4) {
            0..3 => tree(&changed, chance).unwrap_or_else(|| bytes(&changed, others, chance)),
            _ => bytes(&changed, others, chance),
        };
        changed.truncate(INPUT_BYTES_MAX);
    }
    changed
}

fn bytes(input: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut changed = input.to_vec();
    let at = chance.below(input.len() + 1);
    let until = (at + chance.below(8)).min(input.len());
    match chance.below(8) {
        0 if at < input.len() => changed[at] = chance.byte(),
        1 if at < input.len() => changed[at] ^= 1 << chance.below(8),
        2 => drop(changed.splice(at..until, [])),
        3 => changed.truncate(at),
        4 => {
            let part = input[at..until].to_vec();
            for _ in 0..chance.below(REPEATED_MAX) {
                changed.splice(at..at, part.iter().copied());
            }
        }
        5 => {
            let other = chance.pick(others).map_or(&[][..], Vec::as_slice);
            let from = chance.below(other.len() + 1);
            let to = (from + chance.below(64)).min(other.len());
            changed.splice(at..until, other[from..to].iter().copied());
        }
        _ => {
            let word = chance.pick(&WORDS).map_or("", |word| *word);
            let until = if chance.below(2) == 0 { at } else { until };
            changed.splice(at..until, word.bytes());
        }
    }
    changed
}

/// Changes one value of the JSON that the input ends with; `None` where it ends with none.
fn tree(input: &[u8], chance: &mut Chance) -> Option<Vec<u8>> {
    let start = input.iter().position(|byte| matches!(byte, b'{' | b'['))?;
    let (before, text) = input.split_at(start);
    let mut whole: Value = serde_json::from_slice(text).ok()?;
    let mut places = Vec::new();
    collect(&whole, String::new(), &mut places);
    let place = chance.pick(&places)?.clone();
    let donor = chance.pick(&places).and_then(|place| whole.pointer(place)).cloned().unwrap_or_default();
    let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
    match chance.below(4) {
        0 => match whole.pointer_mut(parent)? {
            Value::Object(members) => drop(members.remove(&key.replace("~1", "/").replace("~0", "~"))),
            Value::Array(items) => {
                let at = key.parse().ok().filter(|at: &usize| *at < items.len())?;
                items.remove(at);
            }
            _ => return None,
        },
        1 => *whole.pointer_mut(&place)? = donor,
        _ => {
            let value = whole.pointer_mut(&place)?;
            *value = odd(value, chance);
        }
    }
    Some([before, whole.to_string().as_bytes()].concat())
}

/// The JSON pointer of every value but the outermost.
fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                collect(inner, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                collect(inner, format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

/// Something that is not expected there.
fn odd(value: &Value, chance: &mut Chance) -> Value {
    let word = chance.pick(&WORDS).map_or("", |word| *word);
    let number = word.parse::<i64>().map(Number::from).ok().or_else(|| word.parse::<u64>().map(Number::from).ok());
    match (chance.below(6), value) {
        (0, Value::String(text)) => Value::String(format!("{text}{word}")),
        (1, Value::String(text)) => Value::String(text.chars().skip(chance.below(4)).collect()),
        (2, Value::String(text)) => Value::String(text.repeat(1 + chance.below(REPEATED_MAX))),
        (0 | 1, Value::Number(number)) => number.as_i64().map_or(Value::Null, |number| (number.wrapping_neg()).into()),
        (2, Value::Number(number)) => number.to_string().into(),
        (3, _) => number.map_or_else(|| word.into(), Value::Number),
        (4, other) => Value::Array(vec![other.clone(); chance.below(REPEATED_MAX)]),
        (5, _) => {
            chance.pick(&[Value::Null, true.into(), Value::Object(serde_json::Map::new())]).cloned().unwrap_or_default()
        }
        _ => word.into(),
    }
}
