//! What a check claims, held against every request that matters to a small generated policy.

#[allow(dead_code, reason = "other tests use what this one does not")]
#[path = "../properties/generate.rs"]
mod generate;

use generate::{Case, cases};
use proptest::prelude::*;
use proptest::sample::select;
use wayleave::analyse::{CheckOptions, check};
use wayleave::authoring::load;
use wayleave::decide::explain::{AnswerVerdict, Explanation};
use wayleave::document::{Diagnostic, Limits, Sources};
use wayleave::model::{Outcome, Policy, Question, Request, State, When};
use wayleave::time::At;

/// Before, between and after all edges of the generated terms.
pub(super) const INSTANTS: [&str; 5] = [
    "2025-01-01T00:00:00Z",
    "2026-03-01T00:00:00Z",
    "2026-06-01T06:00:00Z",
    "2026-09-01T00:00:00Z",
    "2027-06-01T00:00:00Z",
];

/// Every request that the generated conditions tell apart, with the fact; `unknown` leaves things out too.
fn questions(policy: &Policy, unknown: bool) -> Vec<(Request, State)> {
    let models: Vec<&str> = policy.model_names().filter(|name| *name != "any").collect();
    let some = |all: &'static [&'static str]| &all[usize::from(!unknown)..];
    let mut found = Vec::new();
    for model in models {
        for customer in some(&["", ", customer: alpha", ", customer: beta"]) {
            for input in some(&["", ", input_tokens: 0", ", input_tokens: 501"]) {
                for fact in some(&["", "settled: { value: true }", "settled: { value: false }"]) {
                    let request = format!("{{ model: {model}{customer}{input} }}");
                    let state = format!("{{ facts: {{ {fact} }} }}");
                    found.push((
                        policy.request(&request).unwrap(),
                        policy.state(&state).unwrap(),
                    ));
                }
            }
        }
    }
    found
}

fn explanations(policy: &Policy, from: Option<&str>, unknown: bool) -> Vec<Explanation> {
    let mut found = Vec::new();
    for instant in INSTANTS
        .iter()
        .filter(|instant| from.is_none_or(|from| from <= *instant))
    {
        let when = When::at(At::parse(instant).unwrap());
        for (request, state) in questions(policy, unknown) {
            found.push(policy.explain(&request, &state, &when));
        }
    }
    found
}

/// What the second question says of a deployment, where it was asked of it.
fn may(explanation: &Explanation, deployment: &str) -> Option<AnswerVerdict> {
    let explained = explanation.deployment(deployment)?;
    let answer = explained
        .answers
        .iter()
        .find(|answer| answer.question == Question::May)?;
    (answer.verdict != AnswerVerdict::NotAsked).then_some(answer.verdict)
}

fn checked(text: &str, from: Option<&str>) -> (Policy, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    let loaded = load(sources, &Limits::DEFAULT);
    let options = CheckOptions {
        as_of: from.map(|from| At::parse(from).unwrap()),
        ..CheckOptions::default()
    };
    let found = check(&loaded, &options);
    (loaded.policy.unwrap(), found)
}

/// The names in backticks of a message.
pub(super) fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn of_code<'a>(found: &'a [Diagnostic], code: &str) -> Vec<&'a Diagnostic> {
    found.iter().filter(|item| item.code == code).collect()
}

/// The case without a clause or a rule.
fn without(case: &Case, name: &str) -> String {
    let text = case.policy();
    let id = name.split_once('/').unwrap().1;
    let kept = text
        .lines()
        .filter(|line| !line.contains(&format!("{{ id: {id},")));
    let text: Vec<&str> = kept.collect();
    let text = text.join("\n");
    // A permit may have carved it.
    text.replace(&format!("{name}, "), "")
        .replace(&format!(", {name}"), "")
        .replace(name, "")
        .replace("clauses:\nrules:", "clauses: []\nrules:")
}

/// What comes of a request: the outcome, the attempts, and what the second question says of each deployment.
type Answer = (Outcome, Vec<String>, Vec<Option<AnswerVerdict>>);

fn answers(policy: &Policy, from: Option<&str>) -> Vec<Answer> {
    explanations(policy, from, false)
        .iter()
        .map(|explanation| {
            let attempts = &explanation.decision.attempts;
            let attempts = attempts
                .iter()
                .map(|attempt| attempt.deployment.clone())
                .collect();
            let verdicts = policy
                .deployment_ids()
                .map(|id| may(explanation, id))
                .collect();
            (explanation.decision.outcome, attempts, verdicts)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// A deployment is said to be unreachable where no request is let through to it, and nowhere else.
    #[test]
    fn unreachable_is_what_no_request_reaches(case in cases(), from in prop::option::of(select(&INSTANTS[..]))) {
        let mut case = case;
        // More than are named in one message.
        case.deployments.truncate(4);
        let text = case.policy();
        let (policy, found) = checked(&text, from);
        prop_assert!(of_code(&found, "W0310").is_empty(), "{text}\n{found:?}");
        let claimed: Vec<&str> = of_code(&found, "W0304")
            .iter()
            .flat_map(|item| quoted(item.message.split(" can never ").next().unwrap()))
            .collect();
        // A permit may carve the exclusivity that beats another, which the check leaves open.
        let exclusivities = case.clauses.iter().filter(|clause| clause.is_exclusivity()).count();
        let is_carved = exclusivities > 1 && case.clauses.iter().any(generate::Clause::is_permit);
        // A suspension is for a while, even where the policy does not say until when.
        let is_entangled = is_carved || case.clauses.iter().any(|clause| matches!(clause.kind, generate::Kind::Suspension(..)));
        let explanations = explanations(&policy, from, true);
        for id in policy.deployment_ids() {
            let reached = explanations.iter().any(|one| may(one, id) == Some(AnswerVerdict::Yes));
            let is_claimed = claimed.contains(&id);
            prop_assert!(!(reached && is_claimed), "{} {:?}\n{}\n{:?}", id, from, text, found);
            prop_assert!(reached || is_claimed || is_entangled, "{} {:?}\n{}\n{:?}", id, from, text, found);
        }
    }

    /// A rule or clause that is said to do nothing can be left out, and nobody is told anything else.
    #[test]
    fn what_does_nothing_can_be_left_out(case in cases(), from in prop::option::of(select(&INSTANTS[..]))) {
        let text = case.policy();
        let (policy, found) = checked(&text, from);
        let idle: Vec<&str> = ["W0302", "W0303", "W0305"]
            .iter()
            .flat_map(|code| of_code(&found, code))
            .map(|item| quoted(&item.message)[0])
            .collect();
        if idle.is_empty() {
            return Ok(());
        }
        let before = answers(&policy, from);
        for name in idle {
            let less = without(&case, name);
            let (policy, _) = checked(&less, from);
            prop_assert_eq!(&before, &answers(&policy, from), "{} {:?}\n{}\n{}", name, from, text, less);
        }
    }

    /// Exclusivities are said to contradict each other exactly where some request meets the contradiction.
    #[test]
    fn contradictions_are_those_that_a_request_meets(case in cases(), from in prop::option::of(select(&INSTANTS[..]))) {
        let text = case.policy();
        let (policy, found) = checked(&text, from);
        let mut claimed: Vec<Vec<&str>> = of_code(&found, "W0301")
            .iter()
            .map(|item| quoted(&item.message)[..2].to_vec())
            .collect();
        claimed.sort();
        let is_exclusive = |cite: &str| {
            case.clauses.iter().any(|clause| clause.is_exclusivity() && clause.reference() == cite)
        };
        let explanations = explanations(&policy, from, false);
        let mut met: Vec<Vec<&str>> = explanations
            .iter()
            .flat_map(|explanation| &explanation.deployments)
            .flat_map(|explained| &explained.answers)
            .flat_map(|answer| &answer.reasons)
            .filter(|reason| is_exclusive(&reason.cite))
            .flat_map(|reason| {
                let others = reason.against.iter().filter(|other| is_exclusive(other));
                others.map(|other| {
                    let mut pair = vec![reason.cite.as_str(), other.as_str()];
                    pair.sort_unstable();
                    pair
                })
            })
            .collect();
        met.sort();
        met.dedup();
        prop_assert_eq!(claimed, met, "{:?}\n{}", from, text);
    }

    /// First rights are said to contradict each other where some request meets the contradiction, and of two everywhere
    /// there; a holder that is said never to win is never attempted by its right.
    #[test]
    fn first_rights_contradict_and_come_to_nothing_where_requests_bear_it_out(case in cases(), from in prop::option::of(select(&INSTANTS[..]))) {
        let text = case.policy();
        let (policy, found) = checked(&text, from);
        let rights: Vec<String> = case
            .clauses
            .iter()
            .filter(|clause| matches!(clause.kind, generate::Kind::FirstRefusal(..)))
            .map(generate::Clause::reference)
            .collect();
        if rights.is_empty() {
            return Ok(());
        }
        let explanations = explanations(&policy, from, false);
        let mut met: Vec<Vec<&str>> = explanations
            .iter()
            .flat_map(|explanation| &explanation.deployments)
            .flat_map(|explained| &explained.answers)
            .flat_map(|answer| &answer.reasons)
            .filter(|reason| rights.contains(&reason.cite))
            .flat_map(|reason| {
                let others = reason.against.iter().filter(|other| rights.contains(other));
                others.map(|other| {
                    let mut pair = vec![reason.cite.as_str(), other.as_str()];
                    pair.sort_unstable();
                    pair
                })
            })
            .collect();
        met.sort();
        met.dedup();
        let mut claimed: Vec<Vec<&str>> = of_code(&found, "W0315")
            .iter()
            .map(|item| quoted(&item.message)[..2].to_vec())
            .collect();
        claimed.sort();
        for pair in &claimed {
            prop_assert!(met.contains(pair), "{:?} {:?}\n{}", pair, from, text);
        }
        // More than two may wait for each other in a ring of which no two contradict each other.
        prop_assert!(rights.len() > 2 || met == claimed, "{:?} {:?} {:?}\n{}", met, claimed, from, text);
        for item in of_code(&found, "W0316") {
            let names = quoted(&item.message);
            let (holder, right) = (names[0], names[1]);
            let won = explanations.iter().flat_map(|one| &one.decision.attempts).any(|attempt| {
                let own = case.deployments.iter().find(|own| own.id == attempt.deployment).unwrap();
                own.provider == holder && attempt.because.iter().any(|cite| cite == right)
            });
            prop_assert!(!won, "{} {:?}\n{}", item.message, from, text);
        }
    }
}
