//! The policies of the gallery and the scenarios: every test of theirs passes, and every decision has the bytes that
//! are committed under `tests/golden`.
//!
//! `WAYLEAVE_GOLDEN=write cargo test --test scenarios` writes the bytes anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops when something goes wrong"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wayleave::authoring::{Loaded, Report, load, sheet_sources};
use wayleave::document::{Limits, Sources};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether the committed bytes are to be written anew.
fn writes() -> bool {
    std::env::var("WAYLEAVE_GOLDEN").is_ok_and(|word| word == "write")
}

/// Every folder of the gallery and every scenario: its name and its policy file, sorted by name.
fn policies() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("policies")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = format!("policies/{}", path.file_name().unwrap().to_str().unwrap());
            found.push((name, path.join("policy.yaml")));
        }
    }
    for entry in fs::read_dir(root().join("tests/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!(
            "tests/scenarios/{}",
            path.file_stem().unwrap().to_str().unwrap()
        );
        found.push((name, path));
    }
    found.sort();
    found
}

fn load_file(path: &Path) -> Loaded {
    let text = fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let mut sources = Sources::new();
    for sheet in sheet_sources(&text) {
        let sheet_text = fs::read_to_string(folder.join(&sheet)).unwrap();
        sources.add(sheet, sheet_text);
    }
    sources.add("policy.yaml", text);
    let tests = folder.join("policy.test.yaml");
    if tests.is_file() {
        sources.add("policy.test.yaml", fs::read_to_string(tests).unwrap());
    }
    load(sources, &Limits::DEFAULT)
}

fn report(name: &str, path: &Path) -> Report {
    let loaded = load_file(path);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{name}:\n{}",
        loaded.diagnostics.render()
    );
    loaded.test().unwrap()
}

#[test]
fn every_test_of_every_policy_passes() {
    let mut count = 0;
    for (name, path) in policies() {
        let report = report(&name, &path);
        for test in &report.tests {
            assert!(
                test.failures.is_empty(),
                "{name}: {}\n{}",
                test.name,
                test.failures.join("\n")
            );
        }
        assert!(!report.tests.is_empty(), "{name} has no tests");
        count += report.tests.len();
    }
    assert!(count >= 80, "only {count} tests were found");
}

#[test]
fn every_decision_has_its_committed_bytes() {
    let golden = root().join("tests/golden");
    let mut expected_files: Vec<PathBuf> = Vec::new();
    for (name, path) in policies() {
        let decisions = report(&name, &path).decisions();
        let file = golden.join(format!("{}.jsonl", name.replace('/', "-")));
        if writes() {
            fs::write(&file, &decisions).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        for (number, (committed, decided)) in committed.lines().zip(decisions.lines()).enumerate() {
            assert_eq!(committed, decided, "{name}, decision {number}");
        }
        assert_eq!(committed, decisions, "{name}: the number of decisions");
        expected_files.push(file);
    }
    for entry in fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            expected_files.contains(&path),
            "{} belongs to no policy",
            path.display()
        );
    }
}

/// The line that every runtime prints: how many decisions, and SHA-256 over all of them, in the order of the names.
#[test]
fn the_digest_of_all_decisions() {
    let mut count = 0;
    let mut all: Vec<String> = Vec::new();
    for (name, path) in policies() {
        let report = report(&name, &path);
        count += report.tests.len();
        all.extend(
            report
                .tests
                .iter()
                .map(|test| test.decision.clone().unwrap_or_default()),
        );
    }
    let digest: String = Sha256::digest(all.join("\n").as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("native: {count} decisions, sha256 {digest}");
    if writes() {
        fs::write(
            root().join("tests/golden.sha256"),
            format!("{count} {digest}\n"),
        )
        .unwrap();
    }
    assert_eq!(
        fs::read_to_string(root().join("tests/golden.sha256"))
            .unwrap_or_default()
            .trim(),
        format!("{count} {digest}")
    );
}

#[test]
fn the_same_policy_in_yaml_and_json_is_the_same_policy() {
    for (name, path) in policies() {
        let loaded = load_file(&path);
        let text = fs::read_to_string(&path).unwrap();
        let json = to_json(&text);
        let mut sources = Sources::new();
        for (_, source) in loaded.diagnostics.sources.iter() {
            let text = if source.name() == "policy.yaml" {
                json.clone()
            } else {
                source.text().to_string()
            };
            sources.add(source.name(), text);
        }
        let from_json = load(sources, &Limits::DEFAULT);
        assert!(
            !from_json.diagnostics.has_errors(),
            "{name} as JSON:\n{}",
            from_json.diagnostics.render()
        );
        assert_eq!(
            loaded.policy.as_ref().unwrap().digest(),
            from_json.policy.as_ref().unwrap().digest(),
            "{name}"
        );
        assert_eq!(
            loaded.test().unwrap().decisions(),
            from_json.test().unwrap().decisions(),
            "{name}"
        );
    }
}

/// A YAML document as JSON, numbers by their own text.
fn to_json(text: &str) -> String {
    use wayleave::document::{Context, Kind, Node, read};
    fn write(node: &Node, out: &mut String) {
        match node.kind() {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Kind::Number(number) => out.push_str(number),
            Kind::Text(text) => out.push_str(&serde_json::to_string(text).unwrap()),
            Kind::Sequence(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write(item, out);
                }
                out.push(']');
            }
            Kind::Mapping(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::to_string(&key.text).unwrap());
                    out.push(':');
                    write(value, out);
                }
                out.push('}');
            }
        }
    }
    let mut sources = Sources::new();
    let index = sources.add("policy.yaml", text).unwrap();
    let node = read(&sources, index, &Limits::DEFAULT, &mut Context::new()).unwrap();
    let mut out = String::new();
    write(&node, &mut out);
    out
}
