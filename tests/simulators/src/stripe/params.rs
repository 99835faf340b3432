//! Parameters against the published contract: what is unknown, missing or of the wrong type is refused.

use std::collections::BTreeMap;

use super::form::{Fields, Node};
use super::problem::Problem;

const METADATA_KEYS_MAX: usize = 50;
const METADATA_KEY_CHARS_MAX: usize = 40;
const METADATA_VALUE_CHARS_MAX: usize = 500;
/// Free text without a limit of its own.
const TEXT_CHARS_MAX: usize = 5_000;

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// At most so many characters.
    Short(usize),
    Integer,
    Boolean,
    Email,
    Url,
    Choice(&'static [&'static str]),
    /// Sent empty, it takes back what was said before.
    Revocable(&'static [&'static str]),
    Texts,
    Choices(&'static [&'static str]),
    Metadata,
    Object(&'static [Field]),
    /// Published, but beyond the simulator: refused in words that say so.
    Beyond,
}

/// One parameter of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    name: &'static str,
    kind: Kind,
    is_required: bool,
}

#[must_use]
pub const fn need(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: true }
}

#[must_use]
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: false }
}

/// Checked parameters. Asking for one that the endpoint does not have answers nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Fields);

impl Params {
    /// Checks a request's fields against an endpoint's.
    ///
    /// # Errors
    /// The first that is unknown, missing or of another type.
    pub fn checked(fields: Fields, endpoint: &[Field]) -> Result<Self, Problem> {
        check_fields("", &fields, endpoint)?;
        Ok(Self(fields))
    }

    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// An absent one is not set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.map(name);
        let mut numbered: Vec<(usize, String)> =
            items.into_iter().filter_map(|(at, text)| Some((at.parse().ok()?, text))).collect();
        numbered.sort();
        numbered.into_iter().map(|(_, text)| text).collect()
    }

    #[must_use]
    pub fn map(&self, name: &str) -> BTreeMap<String, String> {
        let Some(Node::Map(map)) = self.0.get(name) else { return BTreeMap::new() };
        let pair = |(key, node): (&String, &Node)| match node {
            Node::Text(text) => Some((key.clone(), text.clone())),
            Node::Map(_) => None,
        };
        map.iter().filter_map(pair).collect()
    }

    /// The parameters inside `name[…]`.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        match self.0.get(name) {
            Some(Node::Map(map)) => Some(Self(map.clone())),
            _ => None,
        }
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

fn check_fields(prefix: &str, fields: &Fields, endpoint: &[Field]) -> Result<(), Problem> {
    let full = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") };
    for name in fields.keys() {
        if !endpoint.iter().any(|field| field.name == name) {
            let param = full(name);
            return Err(Problem::parameter(
                "parameter_unknown",
                &param,
                format!("Received unknown parameter: {param}"),
            ));
        }
    }
    for field in endpoint {
        let param = full(field.name);
        match fields.get(field.name) {
            Some(node) => check(&param, node, field.kind)?,
            None if field.is_required => {
                return Err(Problem::parameter(
                    "parameter_missing",
                    &param,
                    format!("Missing required param: {param}."),
                ));
            }
            None => {}
        }
    }
    Ok(())
}

fn check(param: &str, node: &Node, kind: Kind) -> Result<(), Problem> {
    match (kind, node) {
        (Kind::Beyond, _) => Err(Problem::parameter(
            "simulator_unsupported",
            param,
            format!("{param} is a parameter of the API that this simulator does not play"),
        )),
        (Kind::Metadata, Node::Map(map)) => check_metadata(param, map),
        (Kind::Texts | Kind::Choices(_), Node::Map(map)) => check_list(param, map, kind),
        (Kind::Object(fields), Node::Map(map)) => check_fields(param, map, fields),
        (Kind::Texts | Kind::Choices(_), Node::Text(_)) => Err(wrong(param, "Invalid array")),
        (Kind::Metadata | Kind::Object(_), Node::Text(_)) => Err(wrong(param, "Invalid object")),
        (_, Node::Map(_)) => Err(wrong(param, "Invalid string: a map was given")),
        (_, Node::Text(text)) => check_text(param, text, kind),
    }
}

fn check_text(param: &str, text: &str, kind: Kind) -> Result<(), Problem> {
    if text.is_empty() && matches!(kind, Kind::Revocable(_)) {
        return Ok(());
    }
    if text.is_empty() {
        let message = format!("{param} was sent empty; leave it out where it is not meant");
        return Err(Problem::parameter("parameter_invalid_empty", param, message));
    }
    let chars_max = if let Kind::Short(chars_max) = kind { chars_max } else { TEXT_CHARS_MAX };
    if text.chars().count() > chars_max {
        return Err(wrong(param, &format!("Invalid string: {param} has at most {chars_max} characters")));
    }
    match kind {
        Kind::Integer if !is_integer(text) => {
            Err(Problem::parameter("parameter_invalid_integer", param, format!("Invalid integer: {text}")))
        }
        Kind::Boolean if !matches!(text, "true" | "false") => Err(wrong(param, &format!("Invalid boolean: {text}"))),
        Kind::Email if !is_email(text) => {
            Err(Problem::parameter("email_invalid", param, format!("Invalid email address: {text}")))
        }
        Kind::Url if !is_url(text) => Err(Problem::parameter("url_invalid", param, format!("Not a valid URL: {text}"))),
        Kind::Choice(choices) | Kind::Revocable(choices) if !choices.contains(&text) => {
            Err(no_choice(param, text, choices))
        }
        _ => Ok(()),
    }
}

fn check_list(param: &str, map: &Fields, kind: Kind) -> Result<(), Problem> {
    for at in 0..map.len() {
        match (map.get(&at.to_string()), kind) {
            (Some(Node::Text(text)), Kind::Choices(choices)) if !choices.contains(&text.as_str()) => {
                return Err(no_choice(&format!("{param}[{at}]"), text, choices));
            }
            (Some(Node::Text(text)), _) => check_text(&format!("{param}[{at}]"), text, Kind::Text)?,
            _ => return Err(wrong(param, "Invalid array")),
        }
    }
    Ok(())
}

fn check_metadata(param: &str, map: &Fields) -> Result<(), Problem> {
    if map.len() > METADATA_KEYS_MAX {
        return Err(wrong(param, &format!("Metadata has at most {METADATA_KEYS_MAX} keys")));
    }
    for (key, node) in map {
        let name = format!("{param}[{key}]");
        let Node::Text(text) = node else { return Err(wrong(&name, "Invalid string: a map was given")) };
        if key.chars().count() > METADATA_KEY_CHARS_MAX || text.chars().count() > METADATA_VALUE_CHARS_MAX {
            return Err(wrong(&name, "Metadata keys have at most 40 characters, values at most 500"));
        }
    }
    Ok(())
}

fn wrong(param: &str, message: &str) -> Problem {
    Problem { param: Some(param.to_owned()), ..Problem::invalid(message) }
}

fn no_choice(param: &str, text: &str, choices: &[&str]) -> Problem {
    wrong(param, &format!("Invalid {param}: {text} is none of {}", choices.join(", ")))
}

/// As the API reads them: no sign but a minus, no spaces.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok()
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(' ')
    })
}

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" || url.scheme() == "http")
}

#[cfg(test)]
mod tests {
    use super::super::form::parse;
    use super::*;

    const FIELDS: [Field; 6] = [
        need("amount", Kind::Integer),
        may("confirm", Kind::Boolean),
        may("types", Kind::Choices(&["card"])),
        may("expand", Kind::Texts),
        may("metadata", Kind::Metadata),
        may("card", Kind::Object(&[may("exp", Kind::Integer)])),
    ];

    fn refusal(body: &str) -> (Option<&'static str>, Option<String>) {
        let problem = Params::checked(parse(body).unwrap(), &FIELDS).unwrap_err();
        (problem.code, problem.param)
    }

    #[test]
    fn what_the_contract_does_not_say_is_refused() {
        let table = [
            ("confirm=true", Some("parameter_missing"), "amount"),
            ("amount=1&foo=2", Some("parameter_unknown"), "foo"),
            ("amount=1&card[number]=2", Some("parameter_unknown"), "card[number]"),
            ("amount=1.5", Some("parameter_invalid_integer"), "amount"),
            ("amount=%2B1", Some("parameter_invalid_integer"), "amount"),
            ("amount=99999999999999999999", Some("parameter_invalid_integer"), "amount"),
            ("amount=", Some("parameter_invalid_empty"), "amount"),
            ("amount[a]=1", None, "amount"),
            ("amount=1&confirm=yes", None, "confirm"),
            ("amount=1&types=card", None, "types"),
            ("amount=1&types[]=cash", None, "types[0]"),
            ("amount=1&expand[a]=b", None, "expand"),
            ("amount=1&metadata=a", None, "metadata"),
            ("amount=1&card=a", None, "card"),
        ];
        for (body, code, param) in table {
            assert_eq!(refusal(body), (code, Some(param.to_owned())), "{body}");
        }
        let long = format!("amount=1&metadata[a]={}", "x".repeat(501));
        assert_eq!(refusal(&long).1.as_deref(), Some("metadata[a]"));
    }

    #[test]
    fn what_it_says_is_read() {
        let body = "amount=12&confirm=true&types[0]=card&expand[]=a&expand[]=b&metadata[k]=v&card[exp]=7";
        let params = Params::checked(parse(body).unwrap(), &FIELDS).unwrap();
        assert_eq!((params.integer("amount"), params.flag("confirm")), (Some(12), true));
        assert_eq!(
            (params.texts("types"), params.texts("expand")),
            (vec!["card".to_owned()], vec!["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(params.map("metadata")["k"], "v");
        assert_eq!(params.object("card").unwrap().integer("exp"), Some(7));
    }
}
