use std::path::Path;

use tollgate_billing::ports::DocumentsError;
use tollgate_documents::{Typesetter, TypesetterConfig};

use crate::sample::{make, typesetter_with, unpaid};
use crate::tools::Pdf;

fn refusal_of(template: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("invoice.typ"), template).unwrap();
    match make(&typesetter_with(dir.path()), &unpaid()) {
        Err(DocumentsError::Template(what)) => what,
        other => panic!("“{template}” was not refused as a template: {other:?}"),
    }
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let cases = [
        ("fine\n#let x = 1 +\n", "invoice.typ:2:13: expected expression"),
        ("#unknown-thing", "invoice.typ:1:2: unknown variable: unknown-thing"),
        ("\n\n  #json(\"data.json\").nothing", "invoice.typ:3:"),
        ("#panic(\"no\")", "invoice.typ:1:2: panicked with: no"),
        ("#image(\"absent.png\")", "invoice.typ:1:8: file not found"),
    ];
    for (template, expected) in cases {
        let told = refusal_of(template);
        assert!(told.starts_with(expected), "“{template}”: {told}");
    }
}

#[test]
fn a_template_reaches_nothing_but_its_own_directory() {
    let cases = [
        ("#read(\"../outside.txt\")", "path"),
        ("#read(\"/../../etc/passwd\")", "path"),
        ("#read(\"/etc/passwd\")", "file not found"),
        ("#import \"../outside.typ\": *", "path"),
        ("#import \"@preview/example:0.1.0\": *", "packages are not available"),
        ("#datetime.today()", "unable to get the current date"),
    ];
    for (template, expected) in cases {
        let told = refusal_of(template);
        assert!(told.contains(expected), "“{template}”: {told}");
        assert!(!told.contains("root:"), "{told}");
    }
}

#[test]
fn a_template_that_does_not_end_meets_a_limit() {
    for template in ["#while true {}", "#let f() = f()\n#f()", "#include \"invoice.typ\""] {
        let told = refusal_of(template);
        assert!(told.starts_with("invoice.typ:"), "“{template}”: {told}");
    }
}

#[test]
fn a_template_with_too_many_pages_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("invoice.typ"), "#for _ in range(101) { pagebreak(weak: false) }").unwrap();
    let refused = make(&typesetter_with(dir.path()), &unpaid()).unwrap_err();
    assert_eq!(refused, DocumentsError::Failed("it has 102 pages; at most 100 are allowed".to_owned()));
}

#[test]
fn a_mended_template_serves_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let write = |template: &str| std::fs::write(dir.path().join("invoice.typ"), template).unwrap();
    write("#broken(");
    let typesetter = typesetter_with(dir.path());
    assert!(make(&typesetter, &unpaid()).is_err());
    write("#import \"parts/head.typ\": head\n#head(json(\"data.json\").number)");
    assert!(make(&typesetter, &unpaid()).is_err(), "its import is not there yet");
    std::fs::create_dir(dir.path().join("parts")).unwrap();
    std::fs::write(dir.path().join("parts/head.typ"), "#let head(number) = [Our invoice #number]").unwrap();
    let made = make(&typesetter, &unpaid()).unwrap();
    assert!(Pdf::new(&made).words().contains("Our invoice INV-000042"));
}

#[test]
fn a_logo_and_words_beside_the_template_are_used() {
    let dir = tempfile::tempdir().unwrap();
    let without = make(&typesetter_with(dir.path()), &unpaid()).unwrap();
    let logo = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>"#;
    std::fs::write(dir.path().join("logo.svg"), logo).unwrap();
    std::fs::create_dir_all(dir.path().join("locales/en")).unwrap();
    std::fs::write(dir.path().join("locales/en/invoice.ftl"), "amount-due = Please pay\n").unwrap();
    let with = make(&typesetter_with(dir.path()), &unpaid()).unwrap();
    assert!(with != without);
    assert!(Pdf::new(&with).words().contains("Please pay EUR 1,306.14"));
}

#[test]
fn a_directory_that_is_not_there_is_told_at_the_start() {
    let config = TypesetterConfig { templates: Some(Path::new("/no/such/place").to_owned()), font_dirs: Vec::new() };
    let refused = Typesetter::new(config).err();
    let told = "/no/such/place is not a directory that can be read".to_owned();
    assert_eq!(refused, Some(DocumentsError::Failed(told)));
}
