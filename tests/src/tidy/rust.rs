//! Rust that may not be written: floats in money code, panics outside tests, `unsafe`, endless functions.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use super::{Finding, SourceFile, Tree};

/// Past this a function is two.
const FUNCTION_LINES_MAX: usize = 70;
/// The one file that may say `unsafe`: it takes compiled code back from its cache.
const UNSAFE_FILE: &str = "host/sandbox/src/compiled.rs";
/// Rooms where an amount may pass through any function.
const MONEY: [&str; 6] =
    ["host/billing/src/", "host/store/src/", "gateways/", "plugins/", "host/documents/src/", "host/web/src/"];
/// The words of a reason: shorter is an exclamation, not a proof.
const REASON_WORDS_MIN: usize = 4;

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.with_extension("rs").flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut parsed = match syn::parse_file(&file.text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let fix = format!("it does not parse: {error}");
            return vec![Finding::new(file, error.span().start().line, "Rust is Rust", fix)];
        }
    };
    let mut lengths = Lengths { file, findings: Vec::new() };
    lengths.visit_file(&parsed);
    let mut findings = lengths.findings;
    WithoutTests.visit_file_mut(&mut parsed);
    if !file.is_test() {
        Tokens { file, findings: &mut findings }.scan(parsed.to_token_stream());
    }
    findings
}

struct Lengths<'a> {
    file: &'a SourceFile,
    findings: Vec<Finding>,
}

impl Lengths<'_> {
    fn measure(&mut self, name: &syn::Ident, from: usize, block: &syn::Block) {
        let lines = block.span().end().line + 1 - from;
        if lines > FUNCTION_LINES_MAX {
            let fix = format!("{name} has {lines}; give a step of it a name of its own");
            self.findings.push(Finding::new(self.file, from, "a function has at most 70 lines", fix));
        }
    }
}

impl<'ast> Visit<'ast> for Lengths<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig.ident, function.sig.span().start().line, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig.ident, function.sig.span().start().line, &function.block);
        visit::visit_impl_item_fn(self, function);
    }
}

/// Takes test modules and test functions out.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        if file.attrs.iter().any(is_test_attribute) {
            file.items.clear();
        }
        file.items.retain(|item| !is_test_item(item));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| !is_test_item(item));
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(
            |item| !matches!(item, syn::ImplItem::Fn(function) if function.attrs.iter().any(is_test_attribute)),
        );
        visit_mut::visit_item_impl_mut(self, block);
    }
}

fn is_test_item(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_test_attribute)
}

fn is_test_attribute(attribute: &syn::Attribute) -> bool {
    let words = attribute.meta.to_token_stream().to_string().replace(' ', "");
    words == "test" || words == "cfg(test)" || words.starts_with("tokio::test")
}

struct Tokens<'a> {
    file: &'a SourceFile,
    findings: &'a mut Vec<Finding>,
}

impl Tokens<'_> {
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(word) => {
                    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
                    self.word(&word.to_string(), token, before, tokens.get(index + 1));
                }
                TokenTree::Literal(literal) if is_float(literal) => self.float(token),
                TokenTree::Literal(_) | TokenTree::Punct(_) => {}
                TokenTree::Group(group) => self.scan(group.stream()),
            }
        }
    }

    fn word(&mut self, word: &str, token: &TokenTree, before: Option<&TokenTree>, after: Option<&TokenTree>) {
        let is = |neighbour: Option<&TokenTree>, sign: char| matches!(neighbour, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
        let (method, called_macro) = (is(before, '.'), is(after, '!'));
        match word {
            "f32" | "f64" => self.float(token),
            "unsafe" if self.file.path != UNSAFE_FILE => {
                self.find(token, "no unsafe outside the sandbox's one file", "write it in safe Rust");
            }
            "unwrap" | "unwrap_err" if method => {
                self.find(token, "no unwrap outside tests", "answer an error that says what to do");
            }
            "expect" | "expect_err" if method && !gives_reason(after) => {
                let fix = "answer an error, or say in a sentence why it cannot happen";
                self.find(token, "no expect without a reason outside tests", fix);
            }
            "panic" | "unimplemented" if called_macro => {
                self.find(token, "no panic outside tests", "answer an error that says what to do");
            }
            "todo" | "dbg" if called_macro => self.find(token, "nothing unfinished", "finish it or leave it out"),
            _ => {}
        }
    }

    fn float(&mut self, token: &TokenTree) {
        if MONEY.iter().any(|room| self.file.path.starts_with(room)) {
            self.find(token, "no float where money passes", "use integers of minor units, or Decimal at an edge");
        }
    }

    fn find(&mut self, token: &TokenTree, rule: &'static str, fix: &str) {
        self.findings.push(Finding::new(self.file, token.span().start().line, rule, fix));
    }
}

fn is_float(literal: &Literal) -> bool {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Float(_) => true,
        syn::Lit::Int(number) => matches!(number.suffix(), "f32" | "f64"),
        _ => false,
    }
}

/// `expect("a sentence that says why")`.
fn gives_reason(arguments: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = arguments else { return false };
    let words = |literal: String| literal.starts_with('"') && literal.split_whitespace().count() >= REASON_WORDS_MIN;
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Parenthesis
        && matches!(inner.next(), Some(TokenTree::Literal(literal)) if words(literal.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::expect;
    use super::*;

    #[test]
    fn each_rule_finds_what_it_forbids() {
        let table = [
            ("host/billing/src/a.rs", "fn a(x: f64) {}", "float"),
            ("gateways/x/src/a.rs", "const A: u8 = 1.5 as u8;", "float"),
            ("host/store/src/a.rs", "fn a() { vec![2f64] }", "float"),
            ("host/src/a.rs", "fn a() { b().unwrap() }", "no unwrap"),
            ("host/src/a.rs", "fn a() { assert!(b().unwrap()) }", "no unwrap"),
            ("host/src/a.rs", "fn a() { b().expect(\"works\") }", "no expect"),
            ("host/src/a.rs", "fn a() { b().expect(&why) }", "no expect"),
            ("host/src/a.rs", "fn a() { panic!(\"no\") }", "no panic"),
            ("host/src/a.rs", "fn a() { dbg!(1) }", "unfinished"),
            ("host/src/a.rs", "fn a() { unsafe { b() } }", "no unsafe"),
            ("host/src/a.rs", "fn a() {", "Rust is Rust"),
        ];
        for (path, text, rule) in table {
            expect::findings(check, &[(path, text)], &[(path, 1, rule)]);
        }
    }

    #[test]
    fn what_is_allowed_is_not_found() {
        let table = [
            ("host/src/a.rs", "fn a() { b().expect(\"the list was checked to be filled\") }"),
            ("host/src/a.rs", "// unwrap() of 1.5\nfn a() -> &'static str { \"x.unwrap() 1.5 f64\" }"),
            ("host/src/a.rs", "#[cfg(test)]\nmod tests { fn a() { b().unwrap() } }"),
            ("host/src/a.rs", "#[test]\nfn a() { b().unwrap() }"),
            ("host/web/tests/a.rs", "fn a() { b().unwrap() }"),
            ("tests/src/a.rs", "fn a(x: f64) { b().unwrap() }"),
            ("host/billing/src/a.rs", "fn a() -> u8 { (1, 2).0 + \"1.5\".len() }"),
            (UNSAFE_FILE, "fn a() { unsafe { b() } }"),
        ];
        for file in table {
            expect::findings(check, &[file], &[]);
        }
    }

    #[test]
    fn a_long_function_is_found_wherever_it_stands() {
        let body = "    b();\n".repeat(70);
        let text = format!("struct A;\nimpl A {{\n  #[must_use]\n  fn a() {{\n{body}  }}\n}}\n");
        expect::findings(check, &[("host/src/a.rs", &text)], &[("host/src/a.rs", 4, "70 lines")]);
    }
}
