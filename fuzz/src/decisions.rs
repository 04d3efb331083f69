//! What must hold of any decision.

use crate::findings::to_json;
use crate::seen::Seen;
use std::collections::BTreeSet;
use wayleave::document::{Context, Limits, Sources, read};
use wayleave::model::decision::{Decision, VerdictKind};
use wayleave::model::{Outcome, Policy, Request, State, When};
use wayleave::time::Instant;

/// Roots of citations that are neither a contract nor `rules`.
const ROOTS: [&str; 6] = [
    "capability",
    "lifecycle",
    "limit",
    "price",
    "state",
    "request",
];

/// Decides, and checks what must hold of the answer; gives its canonical bytes.
pub(crate) fn check_decision(
    policy: &Policy,
    request: &Request,
    state: &State,
    when: &When,
    seen: &mut Seen,
) -> String {
    let decision = policy.decide(request, state, when);
    note(policy, &decision, seen);
    attempts_are_the_eligible(&decision);
    outcome_says_what_there_is(&decision);
    citations_exist(policy, request, &decision);

    let bytes = decision.canonical();
    assert!(
        policy.decide(request, state, when).canonical() == bytes,
        "the same question has two answers"
    );
    canonical_is_read_back(&bytes);
    assert!(!decision.sentence().is_empty(), "no sentence");

    let explanation = policy.explain(request, state, when);
    assert!(
        explanation.decision == decision,
        "the explained decision is another"
    );
    for explained in &explanation.deployments {
        let place = decision
            .attempts
            .iter()
            .position(|attempt| attempt.deployment == explained.deployment);
        let rank = explained.rank.and_then(|rank| usize::try_from(rank).ok());
        assert!(
            rank == place.map(|place| place.saturating_add(1)),
            "{} is attempt {place:?} and explained as {rank:?}",
            explained.deployment
        );
    }
    canonical_is_read_back(&explanation.to_json().canonical());

    if when.known_at.is_none() {
        let knowing = When {
            known_at: Some(Instant::MAX),
            ..*when
        };
        assert!(
            policy.decide(request, state, &knowing).canonical() == bytes,
            "who knows everything decides otherwise than who leaves nothing out"
        );
    }
    bytes
}

fn note(policy: &Policy, decision: &Decision, seen: &mut Seen) {
    // Of a clause its kind tells more than its name.
    let kind = |cite: &str| {
        let clause = policy
            .clauses()
            .iter()
            .find(|clause| clause.reference == cite);
        match (clause, cite.split_once('/')) {
            (Some(clause), _) => clause.kind.name().to_owned(),
            // A request may need whatever it likes to call a capability.
            (None, Some((root @ ("capability" | "rules"), _))) => root.to_owned(),
            (None, _) => cite.to_owned(),
        }
    };
    seen.note("outcome", decision.outcome.name());
    seen.note("confidence", decision.confidence.name());
    seen.count("attempts", decision.attempts.len());
    for verdict in &decision.verdicts {
        let question = verdict.question.map_or("none", |question| question.name());
        let cite = kind(verdict.cite.as_deref().unwrap_or("nothing"));
        seen.note(&format!("{} {question}", verdict.kind.name()), &cite);
        seen.note(decision.outcome.name(), &cite);
        seen.count("also", verdict.also.len());
        for also in &verdict.also {
            seen.note(&cite, &kind(also));
        }
        for (name, _) in &verdict.values {
            seen.note("value", &kind(name));
        }
    }
    for attempt in &decision.attempts {
        seen.count("because", attempt.because.len());
        for cite in &attempt.because {
            seen.note("because", &kind(cite));
        }
        seen.count("next_if", attempt.next_if.len());
    }
    if let Some(hold) = &decision.hold {
        seen.note("hold", hold.reason.name());
        seen.count("missing", hold.missing.len());
        seen.note("until", if hold.until.is_some() { "known" } else { "not" });
    }
    if let Some(conflict) = &decision.conflict {
        seen.count("conflict", conflict.between.len());
    }
    for warning in &decision.warnings {
        seen.note("warning", warning.kind.name());
    }
    seen.count("duties", decision.duties.len());
    seen.count("assumed", decision.assumed.len());
}

fn attempts_are_the_eligible(decision: &Decision) {
    let attempted: Vec<&str> = decision
        .attempts
        .iter()
        .map(|attempt| attempt.deployment.as_str())
        .collect();
    let once: BTreeSet<&str> = attempted.iter().copied().collect();
    assert!(
        once.len() == attempted.len(),
        "attempted twice: {attempted:?}"
    );
    let eligible: BTreeSet<&str> = decision
        .verdicts
        .iter()
        .filter(|verdict| verdict.kind == VerdictKind::Eligible)
        .map(|verdict| verdict.deployment.as_str())
        .collect();
    assert!(
        once == eligible,
        "attempted {once:?}, eligible {eligible:?}"
    );
    for (place, attempt) in decision.attempts.iter().enumerate() {
        let last = place.saturating_add(1) == decision.attempts.len();
        assert!(
            !last || attempt.next_if.is_empty(),
            "the last attempt has a next"
        );
        for refusal in &attempt.next_if {
            let next = decision.next(place, *refusal);
            assert!(
                next == decision.attempts.get(place.saturating_add(1)),
                "the next attempt is not the one after"
            );
        }
    }
}

fn outcome_says_what_there_is(decision: &Decision) {
    let there = [
        (Outcome::Route, !decision.attempts.is_empty()),
        (Outcome::Hold, decision.hold.is_some()),
        (Outcome::Conflict, decision.conflict.is_some()),
    ];
    for (outcome, there) in there {
        assert!(
            (decision.outcome == outcome) == there,
            "{:?} with {outcome:?} {there}",
            decision.outcome
        );
    }
    if let Some(hold) = &decision.hold {
        assert!(!hold.cites.is_empty(), "a hold cites nothing");
    }
    if let Some(conflict) = &decision.conflict {
        assert!(conflict.between.len() >= 2, "{:?}", conflict.between);
    }
}

fn citations_exist(policy: &Policy, request: &Request, decision: &Decision) {
    use wayleave::model::vocabulary::Act;
    let known: BTreeSet<&str> = policy
        .clauses()
        .iter()
        .map(|clause| clause.reference.as_str())
        .chain(policy.rules().iter().map(|rule| rule.reference.as_str()))
        .collect();
    let exists = |cite: &str| {
        known.contains(cite)
            || cite
                .split_once('/')
                .is_some_and(|(root, rest)| ROOTS.contains(&root) && !rest.is_empty())
    };
    let offers = matches!(request.act(), Act::Host | Act::Train);
    if !offers {
        let ids: Vec<&str> = policy.deployment_ids().collect();
        let judged: Vec<&str> = decision
            .verdicts
            .iter()
            .map(|verdict| verdict.deployment.as_str())
            .collect();
        assert!(ids == judged, "verdicts on {judged:?} of {ids:?}");
    }
    for verdict in &decision.verdicts {
        let eligible = verdict.kind == VerdictKind::Eligible;
        assert!(
            verdict.question.is_none() == eligible,
            "{}: {:?} by {:?}",
            verdict.deployment,
            verdict.kind,
            verdict.question
        );
        assert!(
            eligible || verdict.cite.is_some(),
            "{} cites nothing",
            verdict.deployment
        );
        for cite in verdict.cite.iter().chain(&verdict.also) {
            assert!(exists(cite), "`{cite}` does not exist");
            assert!(
                offers || policy.place_of(cite, &verdict.deployment).is_some(),
                "`{cite}` has no place"
            );
        }
    }
    let hold = decision.hold.iter().flat_map(|hold| &hold.cites);
    let conflict = decision
        .conflict
        .iter()
        .flat_map(|conflict| &conflict.between);
    let because = decision
        .attempts
        .iter()
        .flat_map(|attempt| &attempt.because);
    let duties = decision.duties.iter().map(|duty| &duty.clause);
    let warnings = decision.warnings.iter().map(|warning| &warning.cite);
    for cite in hold.chain(conflict).chain(warnings) {
        assert!(
            exists(cite) || ROOTS.contains(&cite.as_str()),
            "`{cite}` does not exist"
        );
    }
    for cite in because.chain(duties).chain(&decision.assumed) {
        assert!(known.contains(cite.as_str()), "`{cite}` does not exist");
    }
}

/// The canonical bytes are JSON without a name written twice, and nothing is lost in them.
pub(crate) fn canonical_is_read_back(bytes: &str) {
    let mut sources = Sources::new();
    let source = sources.add("decision.json", bytes).unwrap_or_default();
    let mut context = Context::new();
    let node = read(&sources, source, &Limits::DEFAULT, &mut context);
    let findings = context.finish(sources);
    assert!(findings.is_empty(), "{bytes}\n{}", findings.render());
    let again = node.as_ref().and_then(to_json);
    assert!(
        again.as_deref() == Some(bytes),
        "{bytes} is read as {again:?}"
    );
}
