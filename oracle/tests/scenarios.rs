//! The oracle passes the scenarios: its decisions are those whose bytes are committed, and meet every expectation of
//! `SPEC.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reads files, and stops when something goes wrong"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use wayleave_oracle::document::Node;
use wayleave_oracle::policy::Policy;
use wayleave_oracle::zones::Zones;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn zones() -> Zones {
    Zones::parse(include_str!("../zones.tsv")).unwrap()
}

/// A policy with its tests.
struct Suite {
    name: String,
    policy: Policy,
    tests: Vec<Node>,
}

fn read(name: &str, text: &str, folder: &Path, more: Option<String>) -> Suite {
    let sheet = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let policy =
        Policy::read(text, &sheet, &zones()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let documents = std::iter::once(text.to_owned()).chain(more);
    let tests = documents.flat_map(|text| {
        let node = Node::parse(&text).unwrap();
        let tests: Vec<Node> = node
            .get("tests")
            .map(Node::items)
            .unwrap_or_default()
            .into_iter()
            .cloned()
            .collect();
        tests
    });
    Suite {
        name: name.to_owned(),
        policy,
        tests: tests.collect(),
    }
}

/// What the oracle does not read: plans, which `tests/what_if` holds.
const UNREAD: [&str; 1] = ["plan"];

/// Every folder of the gallery and every scenario, save those.
fn suites() -> Vec<Suite> {
    let mut suites = Vec::new();
    for entry in fs::read_dir(root().join("policies")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            let name = format!("policies-{}", folder.file_name().unwrap().to_str().unwrap());
            let text = fs::read_to_string(folder.join("policy.yaml")).unwrap();
            let more = fs::read_to_string(folder.join("policy.test.yaml")).ok();
            suites.push(read(&name, &text, &folder, more));
        }
    }
    let mut left_out = Vec::new();
    for entry in fs::read_dir(root().join("tests/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if UNREAD.contains(&stem) {
            left_out.push(stem.to_owned());
            continue;
        }
        let name = format!("tests-scenarios-{stem}");
        suites.push(read(
            &name,
            &fs::read_to_string(&path).unwrap(),
            path.parent().unwrap(),
            None,
        ));
    }
    assert_eq!(left_out.len(), UNREAD.len(), "a scenario is gone");
    suites.sort_by(|left, right| left.name.cmp(&right.name));
    suites
}

fn decide(suite: &Suite, test: &Node) -> Value {
    let request = test.get("request").unwrap();
    let state = test.get("state").unwrap_or(&Node::Null);
    wayleave_oracle::decide(&suite.policy, request, state, test)
        .unwrap_or_else(|fault| panic!("{}: {fault}", suite.name))
}

/// The decision without what the oracle does not say.
fn compared(mut decision: Value) -> Value {
    let members = decision.as_object_mut().unwrap();
    members.remove("engine");
    members.remove("policy_digest");
    for verdict in members["verdicts"].as_object_mut().unwrap().values_mut() {
        verdict.as_object_mut().unwrap().remove("values");
    }
    decision
}

/// The members that differ, as `path: theirs, ours`.
fn differences(path: &str, golden: &Value, ours: &Value, found: &mut Vec<String>) {
    if let (Value::Object(golden), Value::Object(ours)) = (golden, ours) {
        let keys: std::collections::BTreeSet<&String> = golden.keys().chain(ours.keys()).collect();
        for key in keys {
            let (golden, ours) = (
                golden.get(key).unwrap_or(&Value::Null),
                ours.get(key).unwrap_or(&Value::Null),
            );
            differences(&format!("{path}/{key}"), golden, ours, found);
        }
    } else if golden != ours {
        found.push(format!("{path}: golden {golden}, oracle {ours}"));
    }
}

#[test]
fn every_decision_is_the_committed_one() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for suite in suites() {
        let golden = root().join(format!("tests/golden/{}.jsonl", suite.name));
        let golden = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(golden.lines().count(), suite.tests.len(), "{}", suite.name);
        for (line, test) in golden.lines().zip(&suite.tests) {
            let mut found = Vec::new();
            differences(
                "",
                &compared(serde_json::from_str(line).unwrap()),
                &decide(&suite, test),
                &mut found,
            );
            if !found.is_empty() {
                let name = test.text_of("name").unwrap_or_default();
                wrong.push(format!(
                    "{}: {name}\n    {}",
                    suite.name,
                    found.join("\n    ")
                ));
            }
            count += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} decisions differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 180, "only {count} decisions were compared");
}
