//! Settings on the command line from a TOML file: nested tables and arrays there, flat keys here.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow, bail};

/// A file of settings; a form of the back office is smaller.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Every setting of the file by its key, such as `accounts.0.iban`.
pub fn read_settings(file: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let unreadable = || format!("cannot read {}", file.display());
    if std::fs::metadata(file).with_context(unreadable)?.len() > FILE_BYTES_MAX {
        bail!("{} is larger than {FILE_BYTES_MAX} bytes, so it is no file of settings", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(unreadable)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line =
            error.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        anyhow!("{} line {line}: {}", file.display(), error.message())
    })?;
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        flatten(key, value, &mut settings).with_context(|| file.display().to_string())?;
    }
    Ok(settings)
}

/// `accounts = [{ iban = "…" }]` becomes `accounts.0.iban`.
fn flatten(key: String, value: toml::Value, settings: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let plain = match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        toml::Value::Table(table) => {
            return table.into_iter().try_for_each(|(inner, value)| flatten(format!("{key}.{inner}"), value, settings));
        }
        toml::Value::Array(values) => {
            let mut numbered = values.into_iter().enumerate();
            return numbered.try_for_each(|(index, value)| flatten(format!("{key}.{index}"), value, settings));
        }
        // A float would round an amount before anybody could refuse it.
        toml::Value::Float(_) => bail!("{key}: write the number in quotes, as text"),
        toml::Value::Datetime(_) => bail!("{key}: write the date in quotes, as text"),
    };
    settings.insert(key, plain);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, text)?;
        read_settings(&file)
    }

    #[test]
    fn tables_and_arrays_become_flat_keys() {
        let settings =
            flat("note = \"a\"\ndays = 3\nopen = true\n[[accounts]]\niban = \"X\"\n[[accounts]]\niban = \"Y\"\n")
                .expect("valid");
        let expected =
            [("accounts.0.iban", "X"), ("accounts.1.iban", "Y"), ("days", "3"), ("note", "a"), ("open", "true")];
        assert_eq!(settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_file_that_is_no_settings_is_refused_with_its_place() {
        for (text, expected) in [
            ("minimum = 1.5\n", "minimum: write the number in quotes"),
            ("when = 2026-01-01\n", "when: write the date in quotes"),
            ("a = 1\nb = \n", "line 2"),
        ] {
            let error = format!("{:#}", flat(text).expect_err(text));
            assert!(error.contains(expected), "{error}");
        }
    }
}
