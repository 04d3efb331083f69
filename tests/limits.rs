//! What a policy may not be larger than: the error quotes what was found and what may be.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong should stop"
)]

use core::fmt::Write;
use wayleave::authoring::{Loaded, load};
use wayleave::document::{Limits, Sources};
use wayleave::model::vocabulary::Evidence;
use wayleave::model::{State, When};
use wayleave::time::At;

fn read(text: &str) -> Loaded {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    load(sources, &Limits::DEFAULT)
}

/// The policy is refused for one reason.
#[track_caller]
fn refused(text: &str, expected: &str) {
    let loaded = read(text);
    assert!(loaded.policy.is_none());
    let found: Vec<&str> = loaded
        .diagnostics
        .items
        .iter()
        .map(|item| item.message.as_str())
        .collect();
    assert_eq!(found, [expected]);
}

/// Lines made of their numbers from 0.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        writeln!(text, "{}", line(at)).unwrap();
        text
    })
}

const TWO: &str =
    "wayleave: 1\ndeployments:\n  a: { provider: a, model: m }\n  b: { provider: b, model: m }\n";

fn clauses(count: usize, clause: impl Fn(usize) -> String) -> String {
    let clauses = lines(count, |at| {
        format!("      - {{ id: c{at}, {} }}", clause(at))
    });
    format!("{TWO}contracts:\n  k:\n    clauses:\n{clauses}")
}

#[test]
fn ten_thousand_clauses_may_be_written() {
    let recitals = |count| clauses(count, |_| "kind: recital, states: x".into());
    assert!(read(&recitals(10_000)).policy.is_some());
    refused(&recitals(10_001), "10001 clauses; the limit is 10000");
}

#[test]
fn a_hundred_thousand_pairs_of_clauses_may_contradict_each_other() {
    let exclusive = |count, models: bool| {
        clauses(count, |at| {
            let only = if at % 2 == 0 { "a" } else { "b" };
            let models = match at % 2 {
                _ if !models => "",
                0 => ", models: m",
                _ => ", models: n",
            };
            format!("kind: exclusivity, only: [{only}]{models}")
        })
        .replace("  b: {", "  n: { provider: a, model: n }\n  b: {")
    };
    // 316 × 316 pairs, and one clause more on either side.
    assert!(read(&exclusive(632, false)).policy.is_some());
    refused(
        &exclusive(634, false),
        "at least 100001 pairs of clauses contradict each other; the limit is 100000",
    );
    // What is never about the same work does not.
    assert!(read(&exclusive(634, true)).policy.is_some());
}

#[test]
fn conditions_beyond_a_budget_are_not_compared_and_a_rank_still_settles() {
    let long = "request.input_tokens > 0 && ".repeat(60);
    let text = clauses(40, |at| {
        let (only, rank) = if at % 2 == 0 {
            ("a", 0)
        } else {
            ("b", at / 39)
        };
        format!(
            "kind: exclusivity, only: [{only}], rank: {rank}, when: '{long} request.input_tokens > {at}'"
        )
    });
    let loaded = read(&text);
    let found: Vec<&str> = loaded
        .diagnostics
        .items
        .iter()
        .map(|item| item.message.as_str())
        .collect();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("the conditions of clauses that contradict each other come to ")
            && found[0].ends_with(" bytes; those beyond 200000 are not compared"),
        "{found:?}"
    );
    let policy = loaded.policy.unwrap();
    let request = policy.request("{ model: m, input_tokens: 100 }").unwrap();
    let when = When::at(At::parse("2026-06-01T00:00:00Z").unwrap());
    let decision = policy.decide(&request, &State::default(), &when);
    let cited = decision.verdict("a").unwrap().cite.as_deref();
    assert_eq!(cited, Some("k/c39"), "the clause of the higher rank bars");
}

#[test]
fn what_a_request_holds_is_counted() {
    let policy = read(&format!("{TWO}attributes: {{ x: {{ type: int }} }}\n"))
        .policy
        .unwrap();
    let list = |count: usize, item: &dyn Fn(usize) -> String| {
        (0..count).map(item).collect::<Vec<String>>().join(", ")
    };
    let needs = |count| {
        format!(
            "{{ model: m, needs: [{}] }}",
            list(count, &|at| format!("n{at}"))
        )
    };
    let offers = |count| {
        let offers = list(count, &|at| format!("{{ id: o{at}, provider: a }}"));
        format!("{{ act: host, model: m, offers: [{offers}] }}")
    };
    for (text, expected) in [
        (needs(100), None),
        (needs(101), Some("101 needs; the limit is 100")),
        (offers(1000), None),
        (offers(1001), Some("1001 offers; the limit is 1000")),
    ] {
        let found = policy.request(&text).err();
        let found: Option<Vec<(&str, &str)>> = found.as_ref().map(|found| {
            let items = found.items.iter();
            items
                .map(|item| (item.path.as_str(), item.message.as_str()))
                .collect()
        });
        let path = if text.contains("needs") {
            "/needs"
        } else {
            "/offers"
        };
        assert_eq!(found, expected.map(|expected| vec![(path, expected)]));
    }
}

#[test]
fn a_few_objectives_are_enough() {
    let objective = |count: usize| {
        format!(
            "{TWO}objective: [{}]\n",
            "{ minimise: cost }, ".repeat(count)
        )
    };
    assert!(read(&objective(16)).policy.is_some());
    refused(&objective(100_000), "100000 objectives; the limit is 16");
}

#[test]
fn a_split_has_a_hundred_arms_at_most() {
    let split = |count: usize| {
        let arms = lines(count, |_| {
            "      - { weight: 1, when: 'deployment.provider == \"a\"' }".into()
        });
        format!("{TWO}rules:\n  - id: s\n    split:\n{arms}")
    };
    assert!(read(&split(100)).policy.is_some());
    refused(&split(101), "101 arms; the limit is 100");
}

#[test]
fn zones_and_variables_are_counted() {
    let zones = lines(70_000, |at| format!("  z{at}: eu"));
    let count = 70_000 + wayleave::model::zone::Zones::default().names().count();
    refused(
        &format!("{TWO}zones:\n{zones}"),
        &format!("{count} zones; the limit is 65535"),
    );
    let facts = lines(10_001, |at| format!("  f{at}: {{ type: int }}"));
    refused(
        &format!("{TWO}facts:\n{facts}"),
        "10001 attributes and facts; the limit is 10000",
    );
    let chain = lines(65, |at| match at {
        0 => "  z0: global".into(),
        at => format!("  z{at}: z{}", at - 1),
    });
    refused(
        &format!("{TWO}zones:\n{chain}"),
        "`z64` lies within 65 other places; the limit is 64",
    );
}

#[test]
fn what_nobody_has_the_time_to_leave_out_counts_as_if_it_mattered() {
    let residencies = |count| {
        clauses(count, |_| {
            "kind: residency, within: eu, source: { evidence: summary }".into()
        })
        .replace("model: m }", "model: m, zone: us }")
    };
    let confidence = |count| {
        let policy = read(&residencies(count)).policy.unwrap();
        let request = policy.request("{ model: m }").unwrap();
        let when = When::at(At::parse("2026-06-01T00:00:00Z").unwrap());
        policy.decide(&request, &State::default(), &when).confidence
    };
    // Each of them bars alone: without one of them nothing else comes of it.
    assert_eq!(confidence(100), Evidence::Stated);
    assert_eq!(confidence(1500), Evidence::Summary);
}
