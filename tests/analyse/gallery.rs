//! What a check finds in the gallery and in the scenarios that have something to be found: all of it, read by somebody
//! and left standing.
#![allow(
    clippy::disallowed_methods,
    reason = "a test reads files, and stops when something goes wrong"
)]

use std::fs;
use std::path::{Path, PathBuf};

use super::as_of;
use wayleave::analyse::CheckOptions;
use wayleave::authoring::{Loaded, load, sheet_sources};
use wayleave::document::{Limits, Severity, Sources};

fn policies() -> Vec<(String, PathBuf)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let entries = |folder: &str| {
        let read = fs::read_dir(root.join(folder)).unwrap();
        read.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let folders = entries("policies").into_iter().filter(|path| path.is_dir());
    let scenarios = ["contradictions", "permits-across-contracts", "time"];
    let files = scenarios.map(|name| root.join(format!("tests/scenarios/{name}.yaml")));
    let mut found: Vec<(String, PathBuf)> = folders
        .map(|path| path.join("policy.yaml"))
        .chain(files)
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            (name.replace('\\', "/"), path)
        })
        .collect();
    found.sort();
    assert!(found.len() >= 6);
    found
}

fn read(path: &Path) -> Loaded {
    let text = fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let mut sources = Sources::new();
    for sheet in sheet_sources(&text) {
        let sheet_text = fs::read_to_string(folder.join(&sheet)).unwrap();
        sources.add(sheet, sheet_text);
    }
    sources.add("policy.yaml", text);
    load(sources, &Limits::DEFAULT)
}

#[track_caller]
fn expect(options: &CheckOptions, severity: Severity, expected: &[(&str, &str)]) {
    let mut lines: Vec<(String, String)> = Vec::new();
    for (name, path) in policies() {
        let found = read(&path).check(options).items;
        let items = found.iter().filter(|item| item.severity == severity);
        lines.extend(items.map(|item| (name.clone(), format!("{} {}", item.code, item.message))));
    }
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|(name, line)| ((*name).to_string(), (*line).to_string()))
        .collect();
    assert_eq!(lines, expected);
}

/// All three are about contradictions, two of them over: the rank of an amendment settles one, a permit carves the other.
#[test]
fn nothing_is_warned_of_but_what_is_there_to_be_shown() {
    let shown = (
        "tests/scenarios/contradictions.yaml",
        "W0301 `first/azure-only` and `second/video-or-code-aws` contradict each other for `serve`, and neither gives way",
    );
    expect(&as_of("2026-11-22"), Severity::Warning, &[shown]);
    expect(
        &CheckOptions::default(),
        Severity::Warning,
        &[
            (
                "policies/two-clauses/policy.yaml",
                "W0301 `north/archive` and `south/archive-large` contradict each other for `serve`, and neither gives way",
            ),
            shown,
            (
                "tests/scenarios/permits-across-contracts.yaml",
                "W0301 `microsoft/old` and `amazon/frontier` contradict each other for `sell`, and neither gives way",
            ),
        ],
    );
}

#[test]
fn terms_that_end_are_noted_and_nothing_is_left_out() {
    expect(&CheckOptions::default(), Severity::Note, &[]);
    let soon = CheckOptions {
        horizon_days: Some(400),
        ..as_of("2026-11-22")
    };
    expect(
        &soon,
        Severity::Note,
        &[
            (
                "policies/enterprise/policy.yaml",
                "W0309 from 2026-12-01 on `microsoft/voice-on-azure` no longer holds, and nothing follows it",
            ),
            (
                "policies/missing-capability/policy.yaml",
                "W0312 `azure-old` retires on 2026-12-31",
            ),
            (
                "tests/scenarios/contradictions.yaml",
                "W0309 from 2027-01-01 on `first/azure-only`, `first/search-azure` and `first/images-azure` no longer hold, and nothing follows them",
            ),
            (
                "tests/scenarios/contradictions.yaml",
                "W0309 from 2027-01-01 on `second/voice-aws`, `second/video-or-code-aws`, `second/search-aws` and `second/images-aws` no longer hold, and nothing follows them",
            ),
            (
                "tests/scenarios/time.yaml",
                "W0309 from 2027-01-01 on `licences/first` no longer holds, and nothing follows it until `licences/renewed` begins on 2027-02-01",
            ),
        ],
    );
}
