//! Looks at JSON text without building it: the data of a page must be an object, and no deeper than the contract says.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::checks::Breach;

/// The contract's numbers for `page.data`.
const DATA_BYTES_MAX: usize = 64 << 10;
const DATA_LEVELS_MAX: u32 = 16;

/// A JSON object within the contract's bounds.
///
/// # Errors
/// What is wrong with it, and where.
pub fn data(field: &str, text: String) -> Result<String, Breach> {
    if text.len() > DATA_BYTES_MAX {
        return Err(Breach::new(field, format_args!("is longer than {} kB", DATA_BYTES_MAX >> 10)));
    }
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Breach::new(field, "is no JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_str(&text);
    let read = Levels { left: DATA_LEVELS_MAX }.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| Breach::new(field, format_args!("is no JSON object of {DATA_LEVELS_MAX} levels: {error}")))?;
    Ok(text)
}

/// Reads one value and forgets it; an object or a list uses up a level.
#[derive(Clone, Copy)]
struct Levels {
    left: u32,
}

impl Levels {
    fn below<E: Error>(self) -> Result<Self, E> {
        self.left.checked_sub(1).map(|left| Self { left }).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let below = self.below()?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(below)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let below = self.below()?;
        while list.next_element_seed(below)?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn an_object_within_the_bounds_passes_unchanged() {
        for good in ["{}", " {\"a\": [1, -2, 1.5, true, null, \"\\u00e9\"]}", &nested(16)] {
            assert_eq!(data("data", good.to_owned()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let lists = format!("{{\"a\":{}{}}}", "[".repeat(100_000 / 4), "]".repeat(100_000 / 4));
        let open = format!("{{\"a\":{}", "[".repeat(60_000));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(64 << 10));
        let bad =
            ["", "1", "[]", "null", "{", "{\"a\":}", "{} {}", "{\"a\":1,}", "{'a':1}", "{\"a\":\"\n\"}", "{\"a\":NaN}"];
        for bad in bad.into_iter().chain([nested(17).as_str(), &lists, &open, &long]) {
            assert!(data("data", bad.to_owned()).is_err(), "{}", bad.chars().take(40).collect::<String>());
        }
    }
}
