//! Pages: escaped output only, nothing inline, nothing from elsewhere.

use super::{Finding, SourceFile, Tree};

/// What a page must not say. Looked for without regard to case, spaces kept.
struct Forbidden {
    words: &'static str,
    rule: &'static str,
    fix: &'static str,
}

const FORBIDDEN: [Forbidden; 10] = [
    Forbidden { words: "{{{", rule: "output is escaped", fix: "write {{…}}, or a helper that escapes" },
    Forbidden { words: "{{&", rule: "output is escaped", fix: "write {{…}}, or a helper that escapes" },
    Forbidden { words: "<style", rule: "no style inline", fix: "put it into templates/assets/" },
    Forbidden { words: " style=", rule: "no style inline", fix: "put it into templates/assets/ under a class" },
    Forbidden { words: "<script>", rule: "no script inline", fix: "put it into templates/assets/" },
    Forbidden { words: "javascript:", rule: "no script inline", fix: "put it into templates/assets/" },
    Forbidden { words: "src=\"http", rule: "no request to elsewhere", fix: "serve it as an asset" },
    Forbidden { words: "src=\"//", rule: "no request to elsewhere", fix: "serve it as an asset" },
    Forbidden { words: "url(http", rule: "no request to elsewhere", fix: "serve it as an asset" },
    Forbidden { words: "@import", rule: "no request to elsewhere", fix: "one stylesheet" },
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.with_extension("hbs").chain(tree.with_extension("css")).filter(|file| !file.is_test());
    pages.flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in file.lines() {
        let small = without_values(&text.to_ascii_lowercase());
        for forbidden in FORBIDDEN.iter().filter(|forbidden| small.contains(forbidden.words)) {
            findings.push(Finding::new(file, line, forbidden.rule, forbidden.fix));
        }
        if has_handler(&small) {
            findings.push(Finding::new(file, line, "no script inline", "listen for the event in templates/assets/"));
        }
        if small.contains("<link") && small.contains("href=\"http") {
            findings.push(Finding::new(file, line, "no request to elsewhere", "serve it as an asset"));
        }
    }
    findings
}

/// The line with `{{ }}` in place of each call of a helper: what stands in it is not HTML.
fn without_values(line: &str) -> String {
    let mut rest = line;
    let mut html = String::new();
    while let Some((before, inside)) = rest.split_once("{{") {
        html.push_str(before);
        html.push_str("{{");
        html.extend(inside.chars().take_while(|c| matches!(c, '{' | '&')));
        html.push_str("}}");
        rest = inside.split_once("}}").map_or("", |(_, after)| after);
    }
    html + rest
}

/// ` onclick=` and its kin.
fn has_handler(line: &str) -> bool {
    line.match_indices(" on").any(|(at, found)| {
        let rest = &line[at + found.len()..];
        let name = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        name > 0 && rest[name..].starts_with('=')
    })
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn each_rule_finds_what_it_forbids() {
        let table = [
            ("<p>{{{name}}}</p>", "escaped"),
            ("<p>{{&name}}</p>", "escaped"),
            ("<STYLE>", "style"),
            ("<p style=\"color:red\">", "style"),
            ("<script>1</script>", "script"),
            ("<button onclick=\"a()\">", "script"),
            ("<a href=\"javascript:a()\">", "script"),
            ("<img src=\"https://example.com/a.png\">", "elsewhere"),
            ("<link rel=\"stylesheet\" href=\"https://example.com/a.css\">", "elsewhere"),
        ];
        for (text, rule) in table {
            expect::findings(check, &[("templates/portal/a.hbs", text)], &[("templates/portal/a.hbs", 1, rule)]);
        }
    }

    #[test]
    fn an_honest_page_passes() {
        let text = "<p>{{name}} on = <a href=\"https://example.com\">{{t \"x\"}}</a><script src=\"{{asset \"a.js\"}}\" defer></script>{{qr a style=\"swiss\"}}";
        expect::findings(check, &[("templates/portal/a.hbs", text)], &[]);
    }
}
