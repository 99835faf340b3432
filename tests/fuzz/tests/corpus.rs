//! The corpora, replayed: what was found once stays mended. Nothing is timed.

use std::collections::BTreeSet;
use std::time::Duration;

use tollgate_fuzz::corpus;
use tollgate_fuzz::run::{fuzz, once};
use tollgate_fuzz::targets::{TARGETS, Target};
use tollgate_fuzz::watch::Watch;

/// Larger files belong into a test of their own.
const FILE_BYTES_MAX: usize = 8 << 10;

#[test]
fn every_input_of_every_corpus_is_stood() -> anyhow::Result<()> {
    for target in &TARGETS {
        for (name, input) in corpus::of(target.name)? {
            assert!(input.len() <= FILE_BYTES_MAX, "{}/{name} is {} bytes long", target.name, input.len());
            let answered = once(target, &input);
            assert!(answered.is_ok(), "{}/{name}: {answered:?}", target.name);
        }
    }
    Ok(())
}

#[test]
fn every_corpus_belongs_to_a_target_and_reaches_more_than_one_answer() -> anyhow::Result<()> {
    let mut folders = BTreeSet::new();
    for entry in std::fs::read_dir(corpus::folder())? {
        folders.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    assert_eq!(folders, TARGETS.iter().map(|target| target.name.to_owned()).collect());
    for target in &TARGETS {
        let answers: BTreeSet<_> =
            corpus::of(target.name)?.iter().filter_map(|(_, input)| once(target, input).ok()).collect();
        assert!(answers.len() > 1, "{} answers everything with {answers:?}", target.name);
    }
    Ok(())
}

#[test]
fn an_answer_of_the_corpus_is_what_a_plugin_has_in_memory() -> anyhow::Result<()> {
    use tollgate_guests::guest::gateway;
    use tollgate_guests::value::{case, text};
    let answers = case("err", case("unknown", text("no answer")));
    let memory = gateway().whole("check", answers).answer_in_memory("check");
    assert_eq!(std::fs::read(corpus::folder().join("boundary/check-unknown"))?, [b"check\n", &memory[..]].concat());
    Ok(())
}

#[test]
fn a_page_is_read_as_a_browser_reads_it() {
    use tollgate_fuzz::html::{runs, tags};
    let page = "a < b <P CLASS=x onclick = 'y' title=\"a>b\"/>&lt;i&gt;</p ><img src=java&#x73;cript&colon;x alt><!-- a --><br";
    let read: Vec<String> = tags(page).iter().map(|tag| format!("{}{:?}", tag.name, tag.attributes)).collect();
    let expected = [
        r#"p[("class", "x"), ("onclick", "y"), ("title", "a>b")]"#,
        "p[]",
        r#"img[("src", "javascript:x"), ("alt", "")]"#,
        "![]",
        "br[]",
    ];
    assert_eq!(read, expected);
    for address in ["javascript:x", " JaVa\tScRiPt:x", "\u{1}data:text/html,x", "vbscript:x"] {
        assert!(runs(address), "{address:?}");
    }
    for address in ["", "/javascript:x", "https://example.com/?javascript:", "page#data:", "mailto:a@b.example"] {
        assert!(!runs(address), "{address:?}");
    }
}

/// Cannot stand a word that the fuzzer knows, nor text without any.
fn brittle(input: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(input);
    assert!(!text.contains("null"), "null");
    if text.is_empty() { Err("nothing was promised".to_owned()) } else { Ok(text.into_owned()) }
}

#[test]
fn panics_and_broken_promises_are_found_once_each() {
    let target = Target { name: "brittle", run: brittle };
    std::panic::set_hook(Box::new(|_| {}));
    let seeds = [&b"{\"a\":[1]}"[..], b"null", b"", b"null!", b""].map(<[u8]>::to_vec).to_vec();
    let outcome = fuzz(&target, seeds, 7, Duration::ZERO, &Watch::default());
    let found: BTreeSet<_> = outcome.findings.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(found, BTreeSet::from(["it panics: null", "nothing was promised"]));
    assert_eq!((outcome.executions, outcome.answers, outcome.findings.len()), (5, 1, 2));
}

#[test]
fn the_same_seed_makes_the_same_inputs() {
    use tollgate_fuzz::chance::Chance;
    use tollgate_fuzz::mutate::{INPUT_BYTES_MAX, mutate};
    let stream = |seed| {
        let (mut chance, mut pool) =
            (Chance::of(seed, "amounts"), vec![b"EUR 10.50 {\"a\":{\"b\":[1,\"x\"]}}".to_vec()]);
        for _ in 0..500 {
            let parent = chance.pick(&pool).cloned().unwrap_or_default();
            pool.push(mutate(&parent, &pool, &mut chance));
        }
        pool
    };
    assert_eq!(stream(1), stream(1));
    assert_ne!(stream(1), stream(2));
    assert!(stream(3).iter().all(|input| input.len() <= INPUT_BYTES_MAX));
}
