//! The examples of SPEC.md, run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that goes wrong should stop"
)]

use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};

#[test]
fn every_example_decides_as_the_text_says() {
    let text = include_str!("../SPEC.md");
    let mut tests = 0;
    for (number, block) in text.split("```yaml\n").skip(1).enumerate() {
        let (policy, _) = block.split_once("```").unwrap();
        let mut sources = Sources::new();
        sources.add("policy.yaml", policy);
        let loaded = load(sources, &Limits::DEFAULT);
        assert!(
            loaded.diagnostics.is_empty(),
            "example {number}:\n{}",
            loaded.diagnostics.render()
        );
        for test in loaded.test().unwrap().tests {
            assert!(
                test.failures.is_empty(),
                "{}: {}",
                test.name,
                test.failures.join("\n")
            );
            tests += 1;
        }
    }
    assert!(tests >= 20, "only {tests} tests were found");
}
