//! Where the links and pictures of a plugin's page lead: never to a script. What a page's policy forbids a browser to run is
//! not even written into it.

/// Attributes whose value is an address.
const ADDRESSES: [&str; 3] = ["href", "src", "cite"];
/// What an address may begin with, beside a path of this host.
const SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];

/// The first address on a rendered page that leads elsewhere than to a place: `javascript:`, `data:`, one that is hidden in
/// HTML's own escapes. The page's quotes were checked with its template, and values are escaped.
pub fn forbidden(html: &str) -> Option<&str> {
    html.match_indices('=').find_map(|(at, _)| {
        let (before, after) = (&html[..at], &html[at + 1..]);
        let quote = after.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        let name = ADDRESSES.iter().find_map(|name| before.strip_suffix(name))?;
        // `data-href` is no address.
        name.ends_with(|letter: char| letter.is_ascii_whitespace() || letter == '"' || letter == '\'').then_some(())?;
        let value = after[1..].split(quote).next().unwrap_or_default();
        (!leads_to_a_place(value)).then_some(value)
    })
}

fn leads_to_a_place(address: &str) -> bool {
    let first = address.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if !address[first.len()..].starts_with(':') {
        // A path. An escape in its first part could be a colon to a browser.
        return !first.contains('&');
    }
    SCHEMES.iter().any(|scheme| first.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken() {
        for good in [
            "",
            "/billing/invoices/1",
            "#top",
            "?a=1&amp;b=2",
            "page",
            "a/b:c",
            "//example.com/a",
            "https://example.com/?a:b",
            "HTTPS://example.com",
            "mailto:a@example.com",
            "tel:+123",
        ] {
            assert_eq!(forbidden(&format!("<a href=\"{good}\">a</a>")), None, "{good}");
        }
        assert_eq!(forbidden("<p data-href=\"javascript:x\" title=\"javascript:x\">href = x</p>"), None);
    }

    #[test]
    fn scripts_are_found_in_every_clothing() {
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java&#115;cript:alert(1)",
            "javascript&colon;alert(1)",
            "&#106;avascript&#58;alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://example.com/a",
        ] {
            for html in [
                format!("<a href=\"{bad}\">a</a>"),
                format!("<a title=\"a\"\n href='{bad}'>a</a>"),
                format!("<p>fine</p><img src=\"{bad}\">"),
                format!("<q cite=\"{bad}\">a</q>"),
            ] {
                assert_eq!(forbidden(&html), Some(bad), "{html}");
            }
        }
    }
}
