//! Reads Fluent files that may be a stranger's: whatever is nested deeper than people write is refused before it is used.

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::deep::{LEVELS_MAX, on_deep_stack};
use crate::problem::TemplateProblem;

/// Placeables within placeables. People write one, rarely two; formatting recurses once for each.
const NESTING_MAX: u32 = 8;
/// One file, as the contract says for plugins; the host's own are far smaller.
const FILE_BYTES_MAX: usize = 64 * 1024;

/// Parses one file. `file` names it in the problem.
pub fn parse_fluent(file: &str, source: &str) -> Result<FluentResource, TemplateProblem> {
    let problem = |line, what: String| TemplateProblem { file: file.to_owned(), line, what };
    if source.len() > FILE_BYTES_MAX {
        return Err(problem(None, format!("is larger than {FILE_BYTES_MAX} bytes")));
    }
    if source.matches('{').count() > LEVELS_MAX {
        return Err(problem(None, format!("has more than {LEVELS_MAX} placeables")));
    }
    let parsed = on_deep_stack(|| {
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => resource,
            Err((_, errors)) => {
                let first = errors.first();
                let line = first.map(|error| line_of(source, error.pos.start));
                let what = first.map_or_else(|| "cannot be read".to_owned(), |error| error.kind.to_string());
                return Err(problem(line, what));
            }
        };
        if resource.entries().all(shallow_entry) {
            Ok(resource)
        } else {
            Err(problem(None, format!("nests placeables deeper than {NESTING_MAX}")))
        }
    });
    parsed.unwrap_or_else(|error| Err(problem(None, format!("cannot be read now: {error}"))))
}

fn line_of(source: &str, at: usize) -> usize {
    source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn shallow_entry(entry: &Entry<&str>) -> bool {
    match entry {
        Entry::Message(message) => {
            let attributes = message.attributes.iter().map(|attribute| &attribute.value);
            message.value.iter().chain(attributes).all(|pattern| shallow(pattern, 0))
        }
        Entry::Term(term) => {
            let attributes = term.attributes.iter().map(|attribute| &attribute.value);
            std::iter::once(&term.value).chain(attributes).all(|pattern| shallow(pattern, 0))
        }
        Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => true,
    }
}

fn shallow(pattern: &Pattern<&str>, depth: u32) -> bool {
    pattern.elements.iter().all(|element| match element {
        PatternElement::TextElement { .. } => true,
        PatternElement::Placeable { expression } => shallow_expression(expression, depth + 1),
    })
}

fn shallow_expression(expression: &Expression<&str>, depth: u32) -> bool {
    match expression {
        _ if depth > NESTING_MAX => false,
        Expression::Inline(inline) => shallow_inline(inline, depth),
        Expression::Select { selector, variants } => {
            shallow_inline(selector, depth) && variants.iter().all(|variant| shallow(&variant.value, depth))
        }
    }
}

fn shallow_inline(inline: &InlineExpression<&str>, depth: u32) -> bool {
    let arguments = match inline {
        InlineExpression::Placeable { expression } => return shallow_expression(expression, depth + 1),
        InlineExpression::FunctionReference { arguments, .. }
        | InlineExpression::TermReference { arguments: Some(arguments), .. } => arguments,
        _ => return true,
    };
    let named = arguments.named.iter().map(|argument| &argument.value);
    depth < NESTING_MAX && arguments.positional.iter().chain(named).all(|inline| shallow_inline(inline, depth + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(source: &str) -> String {
        parse_fluent("en.ftl", source).err().map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn a_file_that_people_write_is_read() {
        assert_eq!(refusal("a = words\nb = { $count ->\n    [one] one\n   *[other] { $count }\n}\n"), "");
    }

    #[test]
    fn what_is_broken_or_hostile_is_refused_by_file_and_line() {
        let deep = format!("a = {}1{}\n", "{".repeat(3_900), "}".repeat(3_900));
        let check = |source: &str, expected: &str| {
            let got = refusal(source);
            assert!(got.contains(expected), "{got:?} does not say {expected:?}");
        };
        check("a = fine\nb {", "en.ftl, line 2");
        check(&deep, "nests placeables");
        check(&format!("a = {}", "{".repeat(60_000)), "more than 4000 placeables");
        check(&format!("a = {}", "x".repeat(70_000)), "larger than");
    }
}
