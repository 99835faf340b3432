//! The example of the README compiles, passes its own tests, and is shown as it is.

#[path = "../examples/smallest-gateway/src/lib.rs"]
mod smallest_gateway;

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let readme = include_str!("../README.md");
    let source = include_str!("../examples/smallest-gateway/src/lib.rs");
    let (shown, _) = source.split_once("\n#[cfg(test)]").expect("the tests come last");
    assert!(readme.contains(shown.trim()), "copy examples/smallest-gateway/src/lib.rs into README.md");
}
