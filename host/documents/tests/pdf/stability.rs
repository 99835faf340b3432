use std::sync::Arc;

use crate::sample::{add_funds, make, paid, pdf, typesetter, typesetter_with, unpaid};

#[test]
fn the_same_document_is_the_same_bytes_whoever_makes_it() {
    for document in [unpaid(), paid(), add_funds("5000", "JPY", "ja")] {
        assert!(pdf(&document) == make(&typesetter(), &document).unwrap(), "two typesetters differ");
    }
}

#[test]
fn a_document_asked_for_again_comes_from_memory() {
    let typesetter = typesetter();
    let first = make(&typesetter, &unpaid()).unwrap();
    let again = make(&typesetter, &unpaid()).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    let mut row_changed = unpaid();
    row_changed.invoice.version += 1;
    assert!(
        Arc::ptr_eq(&first, &make(&typesetter, &row_changed).unwrap()),
        "what is not shown makes no other document"
    );
    let mut other = unpaid();
    other.invoice.number = "INV-000043".to_owned();
    assert!(first != make(&typesetter, &other).unwrap());
}

#[test]
fn a_changed_template_makes_another_document_and_the_old_one_the_first_again() {
    let dir = tempfile::tempdir().unwrap();
    let template = dir.path().join("invoice.typ");
    let typesetter = typesetter_with(dir.path());
    std::fs::write(&template, "#let data = json(\"data.json\")\n#data.number one").unwrap();
    let one = make(&typesetter, &unpaid()).unwrap();
    std::fs::write(&template, "#let data = json(\"data.json\")\n#data.number two").unwrap();
    let two = make(&typesetter, &unpaid()).unwrap();
    assert!(one != two);
    std::fs::write(&template, "#let data = json(\"data.json\")\n#data.number one").unwrap();
    assert!(one == make(&typesetter, &unpaid()).unwrap());
}

#[test]
fn many_at_once_are_all_made() {
    let typesetter = Arc::new(typesetter());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
    let made = runtime.block_on(async {
        let tasks: Vec<_> = (0..8)
            .map(|index| {
                let typesetter = Arc::clone(&typesetter);
                let mut document = unpaid();
                document.invoice.number = format!("INV-{}", index % 4);
                tokio::spawn(async move {
                    tollgate_billing::ports::Documents::invoice_pdf(&*typesetter, Arc::new(document)).await
                })
            })
            .collect();
        let mut made = Vec::new();
        for task in tasks {
            made.push(task.await.unwrap().unwrap());
        }
        made
    });
    for index in 0..4 {
        assert!(made[index] == made[index + 4]);
    }
}
