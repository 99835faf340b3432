//! The theme: what a provider may change, and what is refused at start.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tollgate_web::{PluginTexts, WebState};

use crate::house::{ANNA, House, config, theme};
use crate::plugins::Script;

/// A copy of the theme that a test may break.
pub fn copied() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_all(&theme(), copy.path());
    copy
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the theme") {
        let path = entry.expect("a file of the theme").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_all(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

#[tokio::test]
async fn a_broken_theme_is_refused_by_file_and_line() {
    let house = House::new().await;
    let cases = [
        ("portal/invoices.hbs", "a\nb\n{{#if x}}", "portal/invoices.hbs, line"),
        ("portal/invoices.hbs", "a\n{{{x}}}", "portal/invoices.hbs, line 2: “{{{”"),
        ("portal/invoices.hbs", "{{no_such_helper 1}}", "no helper “no_such_helper”"),
        ("portal/invoices.hbs", "{{> portal/no-such}}", "no template “portal/no-such”"),
        ("portal/invoices.hbs", "{{icon \"no-such\"}}", "no symbol “no-such”"),
        ("portal/invoices.hbs", "{{asset \"no-such.css\"}}", "no assets/no-such.css"),
        ("locales/en/portal.ftl", "a = {", "locales/en/portal.ftl, line 1"),
        ("locales/en/more.ftl", "error-prefix = Again", "“error-prefix” is there twice"),
    ];
    for (file, source, expected) in cases {
        let copy = copied();
        fs::write(copy.path().join(file), source).expect("a change");
        let texts = Arc::new(PluginTexts::new(Arc::new(Script::new())));
        let problem = WebState::new(house.billing.clone(), texts, config(copy.path())).err();
        let problem = problem.map_or_else(String::new, |problem| problem.to_string());
        assert!(problem.contains(expected), "{file}: {problem:?} does not say {expected:?}");
    }
}

#[tokio::test]
async fn a_missing_page_or_folder_is_refused() {
    let house = House::new().await;
    let copy = copied();
    fs::remove_file(copy.path().join("portal/pay.hbs")).expect("the page");
    let start = |dir: &Path| {
        let texts = Arc::new(PluginTexts::new(Arc::new(Script::new())));
        WebState::new(house.billing.clone(), texts, config(dir)).err().map(|problem| problem.to_string())
    };
    assert_eq!(start(copy.path()).as_deref(), Some("portal/pay.hbs: is missing; the host cannot do without it"));
    assert!(start(Path::new("/no/such/folder")).is_some_and(|problem| problem.contains("/no/such/folder")));
}

#[tokio::test]
async fn a_providers_own_version_of_a_plugins_page_wins() {
    let copy = copied();
    let folder = copy.path().join("plugins/test-bank");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("pay-now.hbs"), "<p>Our own words</p>").expect("an override");
    let house = House::with_theme(copy.path()).await;
    let mut anna = house.logged_in(ANNA).await;
    let shown = anna.get(&house.payment().await).await;
    assert!(shown.body.contains("<p>Our own words</p>"), "{}", shown.body);
}

#[tokio::test]
async fn the_theme_of_this_repository_says_everything() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let payment = house.payment().await;
    let invoice = house.invoice_url();
    let paths = ["/login", "/billing/invoices", &invoice, &payment, "/billing/credit", "/billing/terms", "/no/page"];
    for path in paths {
        let body = anna.get(path).await.body;
        assert!(body.contains("<html lang=\"en\"") && body.contains("<title>"), "{path}");
        for id in [
            ">login-",
            ">invoices-",
            ">invoice-",
            ">pay-",
            ">credit-",
            ">error-",
            ">status-",
            ">payment-",
            ">nav-",
            ">tab-",
        ] {
            assert!(!body.contains(id), "{path} shows the id of a message: {id}");
        }
    }
}
