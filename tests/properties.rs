//! The invariants of the design, each as a property of generated policies, requests and states.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

#[allow(
    dead_code,
    reason = "the generator serves several tests, and not each of them uses all of it"
)]
#[path = "properties/generate.rs"]
mod generate;

use generate::{CUSTOMERS, Case, Known, PROVIDERS, cases};
use proptest::prelude::*;
use proptest::sample::select;
use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};
use wayleave::model::decision::VerdictKind;
use wayleave::model::vocabulary::Refusal;
use wayleave::model::{Decision, Outcome, Policy, State, When};
use wayleave::signal::{Meaning, Next};
use wayleave::time::{At, Instant};

fn parse(text: &str) -> Policy {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    let loaded = load(sources, &Limits::DEFAULT);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{}\n{text}",
        loaded.diagnostics.render()
    );
    loaded.policy.unwrap()
}

fn decide(policy: &Policy, case: &Case) -> Decision {
    let request = policy
        .request(&case.request())
        .unwrap_or_else(|found| panic!("{}", found.render()));
    let state = policy
        .state(&case.state())
        .unwrap_or_else(|found| panic!("{}", found.render()));
    let when = policy
        .when(&case.when())
        .unwrap_or_else(|found| panic!("{}", found.render()));
    policy.decide(&request, &state, &when)
}

fn rank(decision: &Decision, id: &str) -> usize {
    decision
        .attempts
        .iter()
        .position(|attempt| attempt.deployment == id)
        .unwrap_or(usize::MAX)
}

fn eligible(decision: &Decision) -> Vec<&str> {
    decision
        .verdicts
        .iter()
        .filter(|verdict| verdict.kind == VerdictKind::Eligible)
        .map(|verdict| verdict.deployment.as_str())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decision_is_a_function_of_its_arguments(case in cases()) {
        let text = case.policy();
        let (one, other) = (parse(&text), parse(&text));
        prop_assert_eq!(decide(&one, &case).canonical(), decide(&other, &case).canonical());
        prop_assert_eq!(one.digest(), other.digest());
    }

    /// Whatever comes of an attempt, what follows is the one behind it, or nothing.
    #[test]
    fn failures_lead_to_no_other_attempts(case in cases()) {
        let decision = decide(&parse(&case.policy()), &case);
        let failures = Refusal::ALL.into_iter().map(Meaning::Refused);
        for meaning in failures.chain([Meaning::Served, Meaning::Client, Meaning::Credentials]) {
            for attempted in 0..=decision.attempts.len() {
                let Next::Attempt { position, attempt } = decision.follow(attempted, meaning) else {
                    continue;
                };
                prop_assert_eq!(position, attempted + 1);
                prop_assert_eq!(attempt, &decision.attempts[position]);
                let verdict = decision.verdict(&attempt.deployment).unwrap();
                prop_assert_eq!(verdict.kind, VerdictKind::Eligible);
                let listed = &decision.attempts[attempted].next_if;
                let is_listed = matches!(meaning, Meaning::Refused(refusal) if listed.contains(&refusal));
                prop_assert!(is_listed);
            }
        }
    }

    /// Affinity reorders equals alone, and only the keys of a deployment that goes move: each to its own next.
    #[test]
    fn affinity_moves_only_the_keys_of_what_is_gone(
        prices in proptest::collection::vec(select(&[100_u64, 100, 101][..]), 2..7),
        key in "[a-z0-9]{1,8}",
        by_attribute in proptest::bool::ANY,
        gone in 0_usize..6,
    ) {
        let policy = |left_out: Option<usize>| {
            let mut text = String::from("wayleave: 1\nattributes: { who: { type: string } }\n");
            if by_attribute {
                text.push_str("affinity: request.who\n");
            }
            text.push_str("deployments:\n");
            for (index, price) in prices.iter().enumerate() {
                if Some(index) != left_out {
                    text.push_str(&format!("  d{index}: {{ provider: p, model: m, price: {{ input: {price}, output: 0 }} }}\n"));
                }
            }
            parse(&text)
        };
        let ids = |policy: &Policy, name: &str| {
            let request = format!(r#"{{"model":"m","input_tokens":1000000,"{name}":"{key}"}}"#);
            let at = At::Instant(Instant::parse("2026-06-01T00:00:00Z").unwrap());
            let decision = policy.decide(&policy.request(&request).unwrap(), &State::default(), &When::at(at));
            let ids = decision.attempts.iter().map(|attempt| attempt.deployment.clone());
            ids.collect::<Vec<String>>()
        };
        let (own, other) = if by_attribute { ("who", "key") } else { ("key", "who") };
        let gone = gone % prices.len();
        let all = ids(&policy(None), own);
        let rest = ids(&policy(Some(gone)), own);
        let expected: Vec<String> = all.iter().filter(|id| **id != format!("d{gone}")).cloned().collect();
        prop_assert_eq!(rest, expected);
        let price = |id: &String| prices[id.trim_start_matches('d').parse::<usize>().unwrap()];
        prop_assert!(all.is_sorted_by_key(price));
        // What the policy does not name changes nothing: the ids decide.
        let mut by_id = ids(&policy(None), other);
        let found = by_id.clone();
        by_id.sort();
        by_id.sort_by_key(price);
        prop_assert_eq!(found, by_id);
    }

    /// What is barred or pending is never attempted, whatever fails; what is eligible always is.
    #[test]
    fn the_attempts_are_exactly_the_eligible(case in cases()) {
        let decision = decide(&parse(&case.policy()), &case);
        let mut attempted: Vec<&str> = decision.attempts.iter().map(|attempt| attempt.deployment.as_str()).collect();
        attempted.sort_unstable();
        prop_assert_eq!(attempted, eligible(&decision));
        prop_assert_eq!(decision.outcome == Outcome::Route, !decision.attempts.is_empty());
        prop_assert_eq!(decision.outcome == Outcome::Hold, decision.hold.is_some());
        prop_assert_eq!(decision.outcome == Outcome::Conflict, decision.conflict.is_some());
    }

    /// Every verdict that is not eligible names a question and something that exists and has a place.
    #[test]
    fn every_no_cites_something_that_exists(case in cases()) {
        let policy = parse(&case.policy());
        let decision = decide(&policy, &case);
        prop_assert_eq!(decision.verdicts.len(), policy.deployments().len());
        for verdict in decision.verdicts.iter().filter(|verdict| verdict.kind != VerdictKind::Eligible) {
            prop_assert!(verdict.question.is_some());
            let cite = verdict.cite.as_ref().unwrap();
            prop_assert!(policy.place_of(cite, &verdict.deployment).is_some(), "{cite}");
            let known = cite.split_once('/').unwrap().0;
            let exists = policy.clauses().iter().any(|clause| &clause.reference == cite)
                || policy.rules().iter().any(|rule| &rule.reference == cite)
                || ["capability", "lifecycle", "limit", "state", "request"].contains(&known);
            prop_assert!(exists, "{cite}");
        }
    }

    /// While a first refusal stands, nobody else in its scope comes before every deployment of the holder.
    #[test]
    fn nobody_overtakes_the_holder_of_a_right(case in cases(), holder in select(PROVIDERS)) {
        let case = case.with_certain_right(holder);
        let decision = decide(&parse(&case.policy()), &case);
        for (place, attempt) in decision.attempts.iter().enumerate() {
            let deployment = case.deployment(&attempt.deployment);
            if deployment.provider == holder {
                continue;
            }
            for other in case.deployments.iter().filter(|other| other.provider == holder && other.model == deployment.model) {
                let before = rank(&decision, &other.id) < place;
                let verdict = decision.verdict(&other.id).unwrap();
                // One failure that discharges the right is enough, be something else unsettled beside it.
                let refused = verdict.kind != VerdictKind::Eligible
                    && verdict
                        .cite
                        .iter()
                        .chain(&verdict.also)
                        .any(|cite| case.is_residency(cite, other) || case.is_law(cite, other) || case.is_refusal(cite, other));
                prop_assert!(before || refused, "{} before {}\n{}\n{}", attempt.deployment, other.id, case.policy(), decision.canonical());
            }
        }
    }

    /// What is eligible while something is unknown stays eligible however it turns out.
    #[test]
    fn unknown_is_never_read_as_yes(case in cases()) {
        let policy = parse(&case.policy());
        let unknown = Case { fact: Known::Unknown, customer: None, ..case.clone() };
        let decision = decide(&policy, &unknown);
        for fact in [Known::True, Known::False] {
            for customer in CUSTOMERS {
                let settled = Case { fact, customer: Some((*customer).to_string()), ..case.clone() };
                let settled_decision = decide(&policy, &settled);
                for id in eligible(&decision) {
                    prop_assert!(
                        eligible(&settled_decision).contains(&id),
                        "{id} with {fact:?}, {customer}\n{}\n{}\n{}", case.policy(), decision.canonical(), settled_decision.canonical()
                    );
                }
            }
        }
    }

    #[test]
    fn room_never_makes_a_deployment_rank_worse(case in cases(), which in 0_usize..6) {
        let policy = parse(&case.policy());
        let which = which % case.deployments.len();
        let mut roomier = case.clone();
        // Room, not latency: a latency that is no longer known sorts last.
        let latency = roomier.states[which].latency;
        roomier.states[which] = generate::DeploymentState { latency, ..generate::DeploymentState::default() };
        let id = &case.deployments[which].id;
        let (before, after) = (decide(&policy, &case), decide(&policy, &roomier));
        prop_assert!(rank(&after, id) <= rank(&before, id), "{id}\n{}\n{}\n{}", case.policy(), before.canonical(), after.canonical());
    }

    #[test]
    fn a_lower_price_never_makes_a_deployment_rank_worse(case in cases(), which in 0_usize..6, less in 1_u64..4) {
        let which = which % case.deployments.len();
        let mut cheaper = case.clone();
        let Some((input, output)) = cheaper.deployments[which].price else { return Ok(()) };
        cheaper.deployments[which].price = Some((input.saturating_sub(less), output.saturating_sub(less)));
        let id = &case.deployments[which].id;
        let (before, after) = (decide(&parse(&case.policy()), &case), decide(&parse(&cheaper.policy()), &cheaper));
        prop_assert!(rank(&after, id) <= rank(&before, id), "{id}\n{}\n{}\n{}", case.policy(), before.canonical(), after.canonical());
    }

    /// Leaving a clause out that nobody cites changes nothing but the digest.
    #[test]
    fn what_is_not_cited_does_not_matter(case in cases()) {
        let policy = parse(&case.policy());
        let decision = decide(&policy, &case);
        let text = decision.canonical();
        for index in 0..case.clauses.len() {
            let reference = format!("\"{}\"", case.clauses[index].reference());
            let mentioned = text.contains(&reference) || text.contains(&format!("{} ", case.clauses[index].reference()));
            let precedence_may_move = case.clauses.iter().any(|clause| clause.is_permit() || clause.is_exclusivity());
            // A licence that is active stands in for one that has lapsed, and nothing is left to cite.
            let licences = case.clauses.iter().filter(|clause| clause.is_license()).count();
            if mentioned || precedence_may_move || licences > 1 || !decision.assumed.is_empty() {
                continue;
            }
            let mut without = case.clone();
            without.clauses.remove(index);
            let other = decide(&parse(&without.policy()), &without);
            prop_assert_eq!(&other.attempts, &decision.attempts, "{}\n{}", reference, case.policy());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// No text makes the engine panic; what is not a policy is refused with a place.
    #[test]
    fn no_text_panics(case in cases(), at in 0_usize..2000, junk in "[\\PC\\n\\t{}\\[\\]:,&*!|>'\"%@`#-]{0,12}", cut in 0_usize..40) {
        let mut text = case.policy();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let end = (at..=(at + cut).min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap();
        text.replace_range(at..end, &junk);
        let mut sources = Sources::new();
        sources.add("policy.yaml", text);
        let loaded = load(sources, &Limits::DEFAULT);
        let rendered = loaded.diagnostics.render();
        prop_assert!(loaded.policy.is_some() || !rendered.is_empty());
        if let Some(policy) = loaded.policy
            && let (Ok(request), Ok(state), Ok(when)) =
                (policy.request(&case.request()), policy.state(&case.state()), policy.when(&case.when()))
        {
            let _ = policy.decide(&request, &state, &when).canonical();
        }
    }

    #[test]
    fn no_request_panics(text in "\\{ ?model: ?(m1|any|7|\\[\\])(, ?[a-z_]{1,20}: ?[-0-9a-z\\[\\]{}\"'.]{0,12}){0,5} ?\\}") {
        let policy = parse("wayleave: 1\ndeployments: { d: { provider: azure, model: m1 } }\nmodels: { any: [m1] }\n");
        let _ = policy.request(&text).map(|request| {
            let when = policy.when("{ at: 2026-01-01 }").unwrap();
            policy.decide(&request, &wayleave::model::State::default(), &when).canonical()
        });
    }
}
