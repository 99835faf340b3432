//! Compares with independent generators. Each file in `vectors/` was made once with tools from `PyPI`: `ibans.tsv` and
//! `references.tsv` with python-stdnum 2.2 (and schwifty 2026.10.1 agreeing about the IBANs), `epc.jsonl` with segno
//! 1.6.6, `swiss.jsonl` with qrbill 1.2.0, whose line ends `\r\n` became `\n`: the standard allows either. EPC amounts
//! end in a digit other than 0, because segno cuts trailing zeros, which is another way to write the same amount.

use serde_json::Value;
use tollgate_bank_transfer::address::Address;
use tollgate_bank_transfer::bic::Bic;
use tollgate_bank_transfer::epc::{self, Transfer};
use tollgate_bank_transfer::iban::Iban;
use tollgate_bank_transfer::reference::Reference;
use tollgate_bank_transfer::swiss::{self, Bill};

fn table<const COLUMNS: usize>(text: &str) -> Vec<[&str; COLUMNS]> {
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').collect::<Vec<_>>().try_into().expect("every column")).collect()
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().expect(key)
}

fn iban(object: &Value) -> Iban {
    Iban::parse(text(object, "iban")).expect("a valid IBAN")
}

#[test]
fn ibans_of_every_country_are_judged_and_printed_as_python_stdnum_does() {
    let rows = table::<3>(include_str!("vectors/ibans.tsv"));
    assert!(rows.len() > 500);
    for [compact, printed, verdict] in rows {
        let read = Iban::parse(compact);
        assert_eq!(read.is_ok(), verdict == "valid", "{compact}: {read:?}");
        if let Ok(iban) = read {
            assert_eq!((iban.compact(), iban.printed().as_str()), (compact, printed));
        }
    }
}

#[test]
fn references_are_those_of_python_stdnum() {
    let rows = table::<4>(include_str!("vectors/references.tsv"));
    assert_eq!(rows.len(), 120);
    for [kind, payment, compact, printed] in rows {
        let make = if kind == "RF" { Reference::creditor } else { Reference::qr };
        let reference = make(payment).expect("a reference");
        assert_eq!((reference.compact(), reference.printed().as_str()), (compact, printed));
    }
}

#[test]
fn epc_codes_are_those_of_segno() {
    let cases = objects(include_str!("vectors/epc.jsonl"));
    assert_eq!(cases.len(), 60);
    for case in cases {
        let bic = case["bic"].as_str().map(|text| Bic::parse(text).expect("a valid BIC"));
        let structured = case["structured"] == true;
        let make = if structured { Reference::creditor } else { Reference::plain };
        let payload = epc::payload(&Transfer {
            name: text(&case, "name"),
            iban: &iban(&case),
            bic: bic.as_ref(),
            amount_cents: case["cents"].as_i64().expect("cents"),
            reference: &make(text(&case, "reference")).expect("a reference"),
        });
        assert_eq!(payload.as_deref(), Ok(text(&case, "payload")));
    }
}

#[test]
fn swiss_codes_are_those_of_qrbill() {
    let cases = objects(include_str!("vectors/swiss.jsonl"));
    assert_eq!(cases.len(), 60);
    for case in cases {
        let make = match text(&case, "kind") {
            "qr" => Reference::qr,
            "creditor" => Reference::creditor,
            _ => Reference::plain,
        };
        let payload = swiss::payload(&Bill {
            iban: &iban(&case),
            name: text(&case, "name"),
            address: Address {
                street: text(&case, "street"),
                house_number: text(&case, "house_number"),
                postcode: text(&case, "postcode"),
                town: text(&case, "town"),
                country: text(&case, "country"),
            },
            amount_minor: case["minor"].as_i64().expect("hundredths"),
            currency: text(&case, "currency"),
            reference: &make(text(&case, "reference")).expect("a reference"),
        });
        assert_eq!(payload.as_deref(), Ok(text(&case, "payload")));
    }
}
