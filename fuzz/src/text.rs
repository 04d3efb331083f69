//! Any bytes as the source of a policy.

use crate::decisions::{canonical_is_read_back, check_decision};
use crate::findings::{check_findings, check_places, to_json};
use crate::seen::Seen;
use wayleave::authoring::{Loaded, load, sheet_sources};
use wayleave::document::{Context, Diagnostics, Limits, SHOWN, Sources, read};
use wayleave::model::{State, When};

/// What an input may cost: small enough that ten thousand inputs a minute can be tried, and that limits are met.
const LIMITS: Limits = Limits {
    source_bytes: 65_536,
    depth: 16,
    nodes: 5_000,
    alias_nodes: 500,
    anchors: 50,
};

/// The most verdicts that one input is asked for.
const VERDICTS: usize = 1_000;

/// Reads any bytes as a policy, shows what is wrong with it, and decides its own tests.
pub(crate) fn text(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(input);
    let loaded = load(sources(&text), &LIMITS);
    check_loaded(&loaded, &mut seen);
    same_as_json(&text, &loaded);
    let _ = sheet_sources(&text);
    if let Some(policy) = &loaded.policy {
        check_places(policy, &loaded.diagnostics);
        canonical_is_read_back(&policy.vocabulary().canonical());
        canonical_is_read_back(&policy.deployment_summaries().canonical());
        decide_tests(&loaded, &mut seen);
    }
    seen
}

fn sources(text: &str) -> Sources {
    let mut sources = Sources::new();
    let _ = sources.add("policy.yaml", text);
    sources
}

pub(crate) fn check_loaded(loaded: &Loaded, seen: &mut Seen) {
    assert!(
        loaded.policy.is_none() == loaded.diagnostics.has_errors(),
        "a policy that can be used, or what is wrong with it: {}",
        loaded.diagnostics.render()
    );
    check_findings(&loaded.diagnostics, seen);
    if let Some(policy) = &loaded.policy {
        seen.count("deployments", policy.deployments().len());
        seen.count("clauses", policy.clauses().len());
        seen.count("rules", policy.rules().len());
    }
    seen.count("tests", loaded.tests.len());
}

/// The same document as JSON, which another scanner reads, has the same faults and is the same policy.
fn same_as_json(text: &str, loaded: &Loaded) {
    let sources = sources(text);
    let mut context = Context::new();
    let Some(node) = read(&sources, 0, &LIMITS, &mut context) else {
        return;
    };
    if context.has_errors() {
        return;
    }
    // JSON needs more bytes.
    let Some(json) = to_json(&node).filter(|json| json.len() <= LIMITS.source_bytes) else {
        return;
    };
    if !json.starts_with(['{', '[']) {
        return;
    }
    let again = load(self::sources(&json), &LIMITS);
    assert!(
        again.policy.as_ref().map(|policy| policy.digest())
            == loaded.policy.as_ref().map(|policy| policy.digest()),
        "as JSON it is another policy: {json}"
    );
    // Of many findings the first are shown, and which come first depends on the text.
    if loaded.diagnostics.items.len() < SHOWN {
        let (yaml, json_lines) = (lines(&loaded.diagnostics), lines(&again.diagnostics));
        assert!(
            yaml == json_lines,
            "as JSON it has other faults: {json}\n{yaml:#?}\n{json_lines:#?}"
        );
    }
}

/// What is found, without its place in the text; sorted.
fn lines(findings: &Diagnostics) -> Vec<String> {
    let mut lines: Vec<String> = findings
        .items
        .iter()
        .map(|item| format!("{} {} {}", item.code, item.path, item.message))
        .collect();
    lines.sort();
    lines
}

fn decide_tests(loaded: &Loaded, seen: &mut Seen) {
    let Some(policy) = &loaded.policy else {
        return;
    };
    let verdicts = policy
        .deployments()
        .len()
        .saturating_mul(loaded.tests.len());
    if verdicts > VERDICTS {
        return;
    }
    let report = loaded.test();
    assert!(
        report
            .as_ref()
            .is_some_and(|report| report.tests.len() == loaded.tests.len()),
        "a test is left out"
    );
    if let Some(report) = &report {
        canonical_is_read_back(&report.to_json().canonical());
    }
    let decisions = report.into_iter().flat_map(|report| report.tests);
    for (test, reported) in loaded.tests.iter().zip(decisions) {
        let request = policy.request_from(&test.doc.request.0);
        let state = test
            .doc
            .state
            .as_ref()
            .map_or_else(|| Ok(State::default()), |state| policy.state_from(&state.0));
        for findings in [request.as_ref().err(), state.as_ref().err()]
            .into_iter()
            .flatten()
        {
            seen.note("test", "unread");
            findings
                .items
                .iter()
                .for_each(|item| seen.note(item.code, &item.message));
        }
        let (Ok(request), Ok(state)) = (request, state) else {
            assert!(reported.decision.is_none(), "a faulty test is decided");
            continue;
        };
        let when = When {
            at: test.doc.at.value.0,
            known_at: test
                .doc
                .known_at
                .as_ref()
                .map(|moment| moment.value.0.start()),
            seed: test.doc.seed.unwrap_or(0),
        };
        let bytes = check_decision(policy, &request, &state, &when, seen);
        // A plan decides without asking for room.
        let is_plan = test.doc.plan.is_some();
        assert!(
            is_plan || reported.decision.is_none_or(|reported| reported == bytes),
            "the suite decides otherwise: {bytes}"
        );
    }
}
