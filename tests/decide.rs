//! Decisions as a Rust program asks for them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that goes wrong should stop"
)]

use wayleave::document::Sources;
use wayleave::model::{Outcome, Policy, State, When};
use wayleave::time::At;

fn policy(text: &str) -> Policy {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    Policy::parse(sources).unwrap_or_else(|found| panic!("{}", found.render()))
}

fn when(text: &str) -> When {
    When::at(At::parse(text).unwrap())
}

#[test]
fn what_is_named_twice_is_told_once() {
    let policy = policy(
        "wayleave: 1\ndeployments: { a: { provider: azure, model: gpt, zone: us } }\n\
         contracts: { k: { clauses: [ { id: eu, kind: residency, within: eu, of: [processing, storage, processing] } ] } }\n",
    );
    let request = policy.request("{ model: gpt }").unwrap();
    let decision = policy.decide(&request, &State::default(), &when("2026-06-01T00:00:00Z"));
    let values = &decision.verdict("a").unwrap().values;
    let names: Vec<&str> = values.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, ["within", "processing"]);
}

#[test]
fn what_two_rights_wait_for_is_missing_once() {
    let policy = policy(
        "wayleave: 1\nattributes: { product: { one_of: [chat, video] } }\n\
         deployments: { a: { provider: azure, model: gpt }, b: { provider: aws, model: gpt } }\n\
         contracts: { k: { clauses: [\n\
           { id: video, kind: first_refusal, holder: azure, rank: 1, when: 'request.product == \"video\"' },\n\
           { id: all, kind: first_refusal, holder: aws } ] } }\n",
    );
    let request = policy.request("{ model: gpt }").unwrap();
    let explanation = policy.explain(&request, &State::default(), &when("2026-06-01T00:00:00Z"));
    let b = explanation.deployment("b").unwrap();
    let reasons = b.answers.iter().flat_map(|answer| &answer.reasons);
    let missing: Vec<&[String]> = reasons.map(|reason| reason.missing.as_slice()).collect();
    assert_eq!(missing, [["request.product"], ["request.product"]]);
}

#[test]
fn who_passes_no_state_is_bound_by_limits_all_the_same() {
    let policy = policy(
        "wayleave: 1\ndeployments: { a: { provider: azure, model: gpt, limits: { tokens_per_minute: 1000 } } }\n",
    );
    let when = when("2026-06-01T00:00:00Z");
    for (tokens, outcome) in [(1000, Outcome::Route), (1001, Outcome::Refuse)] {
        let request = policy
            .request(&format!("{{ model: gpt, input_tokens: {tokens} }}"))
            .unwrap();
        let idle = policy.state("{}").unwrap();
        let decision = policy.decide(&request, &State::default(), &when);
        assert_eq!(decision.outcome, outcome);
        assert_eq!(decision, policy.decide(&request, &idle, &when));
    }
}

#[test]
fn of_many_who_have_not_refused_eight_are_named() {
    let decided = |count: usize| {
        let holders: String = (1..=count)
            .map(|number| format!("  azure-{number:02}: {{ provider: azure, model: gpt }}\n"))
            .collect();
        let policy = policy(&format!(
            "wayleave: 1\ndeployments:\n{holders}  aws: {{ provider: aws, model: gpt, holds: [zdr] }}\n\
             contracts:\n  k: {{ clauses: [ {{ id: first, kind: first_refusal, holder: azure }}, {{ id: zdr, kind: covenant, requires: [zdr] }} ] }}\n"
        ));
        let request = policy.request("{ model: gpt }").unwrap();
        let decision = policy.decide(&request, &State::default(), &when("2026-06-01T00:00:00Z"));
        let values = &decision.verdict("aws").unwrap().values;
        let found = values.iter().find(|(name, _)| name == "unrefused");
        found.unwrap().1.canonical()
    };
    let named: Vec<String> = (1..=8)
        .map(|number| format!("\"azure-{number:02}: k/zdr\""))
        .collect();
    assert_eq!(decided(8), format!("[{}]", named.join(",")));
    assert_eq!(decided(10), format!("[{},\"and 2 more\"]", named.join(",")));
}
