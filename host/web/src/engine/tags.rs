//! The HTML that a plugin's template may use: words, lists, tables, pictures, fields.

pub const TAGS: [&str; 69] = [
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "button", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "h2", "h3", "h4", "h5", "hr", "i", "img", "input", "ins", "kbd", "label", "legend", "li", "mark", "ol", "optgroup", "option", "output", "p", "pre", "progress", "q", "s", "samp", "section", "select", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
];

/// Tags that have no content and are never closed.
pub const VOID_TAGS: [&str; 6] = [
    "br", "col", "hr", "img", "input", "wbr",
];

/// Not `style`, nothing that runs (`on…`), nothing that sends a form elsewhere (`action`, `formaction`, `form`).
pub const ATTRIBUTES: [&str; 54] = [
    "alt", "autocapitalize", "autocomplete", "checked", "class", "cols", "colspan", "datetime", "decoding", "dir", "disabled", "enterkeyhint", "for", "headers", "height", "hidden", "href", "id", "inputmode", "label", "lang", "list", "loading", "max", "maxlength", "min", "minlength", "multiple", "name", "open", "pattern", "placeholder", "readonly", "rel", "required", "reversed", "role", "rows", "rowspan", "scope", "selected", "size", "span", "spellcheck", "src", "start", "step", "tabindex", "title", "translate", "type", "value", "width", "wrap",
];

/// Attributes whose names are open: what assistive technology and the host's script read.
pub fn is_open_attribute(name: &str) -> bool {
    name.starts_with("aria-") || name.starts_with("data-")
}
