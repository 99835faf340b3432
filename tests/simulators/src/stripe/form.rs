//! Form bodies with brackets: `metadata[a]=1&expand[]=x`.

use std::collections::BTreeMap;

use super::problem::Problem;

/// Deeper nesting is refused.
const DEPTH_MAX: usize = 6;

/// A value, or values by key. What is a list is known to who reads it: its keys are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Map(Fields),
}

pub type Fields = BTreeMap<String, Node>;

/// Reads a form body or a query.
///
/// # Errors
/// Brackets that do not close, a key that is both a value and a map, nesting that is too deep, a repeated key.
pub fn parse(text: &str) -> Result<Fields, Problem> {
    let mut fields = Fields::new();
    for (key, value) in url::form_urlencoded::parse(text.as_bytes()) {
        let path =
            path_of(&key).ok_or_else(|| Problem::invalid(format!("Invalid request: the key {key} cannot be read")))?;
        put(&mut fields, &path, value.into_owned())
            .ok_or_else(|| Problem::invalid(format!("Invalid request: the key {key} does not fit the others")))?;
    }
    Ok(fields)
}

/// `a[b][]` as `a`, `b` and an empty part.
fn path_of(key: &str) -> Option<Vec<&str>> {
    let Some((first, rest)) = key.split_once('[') else {
        return (!key.is_empty() && !key.contains(']')).then(|| vec![key]);
    };
    let inside = rest.strip_suffix(']')?;
    let path: Vec<&str> = [first].into_iter().chain(inside.split("][")).collect();
    let is_clean = !first.is_empty() && path.iter().all(|part| !part.contains(['[', ']']));
    (is_clean && path.len() <= DEPTH_MAX).then_some(path)
}

fn put(fields: &mut Fields, path: &[&str], value: String) -> Option<()> {
    let (first, rest) = path.split_first()?;
    let key = if first.is_empty() { fields.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        return fields.insert(key, Node::Text(value)).is_none().then_some(());
    }
    match fields.entry(key).or_insert_with(|| Node::Map(Fields::new())) {
        Node::Map(inner) => put(inner, rest, value),
        Node::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Node {
        Node::Text(value.to_owned())
    }

    #[test]
    fn brackets_nest() {
        let fields = parse("a=1+2&m[k]=v%26&m[n][o]=w&expand[]=x&expand[]=y").unwrap();
        assert_eq!(fields["a"], text("1 2"));
        let Node::Map(map) = &fields["m"] else { panic!("a map") };
        assert_eq!(map["k"], text("v&"));
        let Node::Map(list) = &fields["expand"] else { panic!("a list") };
        assert_eq!((&list["0"], &list["1"]), (&text("x"), &text("y")));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for body in ["a=1&a=2", "a=1&a[b]=2", "a[b=1", "a]=1", "[a]=1", "a[b]c=1", "a[b][c][d][e][f][g]=1", "=1"] {
            assert!(parse(body).is_err(), "{body}");
        }
    }
}
