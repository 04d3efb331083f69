//! Question 3: has it room?

use crate::ask::{Health, Used};
use crate::case::Case;
use crate::deployment::Deployment;
use crate::finding::{Finding, Frees, Question, Says};

fn full(cite: &str, says: Says, frees: Frees) -> Finding {
    let mut finding = Finding::new(Question::Room, cite).saying(says);
    finding.frees = frees;
    finding
}

fn until(instant: Option<i64>) -> Frees {
    instant.map_or(Frees::Sometime, Frees::At)
}

/// What speaks against a deployment.
#[must_use]
pub fn room(case: &Case<'_>, deployment: &Deployment) -> Vec<Finding> {
    let mut found = Vec::new();
    if case.request.act != "serve" {
        return found;
    }
    let idle = Health::default();
    let health = case
        .state
        .deployments
        .iter()
        .find(|(id, _)| *id == deployment.id);
    let health = health.map_or(&idle, |(_, health)| health);
    let over = |until: i64| case.at().start() >= until;
    if health.down {
        found.push(full("state/health", Says::Refusal("down"), Frees::Sometime));
    }
    if let Some(end) = health.cooldown_until.filter(|end| !over(*end)) {
        found.push(full(
            "state/cooldown_until",
            Says::Refusal("down"),
            Frees::At(end),
        ));
    }
    if let Some((kind, end)) = health
        .signal
        .as_ref()
        .filter(|(_, end)| !end.is_some_and(over))
    {
        let says = match kind.as_str() {
            "own_quota" | "spend_limit" | "temporary_cut" => Says::Refusal("quota"),
            "shared_capacity" | "overloaded" => Says::Refusal("no_capacity"),
            _ => Says::Refusal("down"),
        };
        let frees = if kind == "spend_limit" {
            Frees::Never
        } else {
            until(*end)
        };
        found.push(full("state/signal", says, frees));
    }
    let limits = &deployment.limits;
    let counter = match &limits.counter {
        None => health.used,
        Some(name) => {
            let shared = case.state.counters.iter().find(|(known, _)| known == name);
            shared.map_or(Used::default(), |(_, used)| *used)
        }
    };
    let used = if counter.resets_at.is_some_and(over) {
        Used::default()
    } else {
        counter
    };
    let tokens = case.request.tokens_for(&deployment.model);
    let output = tokens
        .max_output
        .or(deployment.max_output_tokens)
        .or(tokens.expected_output)
        .unwrap_or(0);
    let estimate = tokens.input.unwrap_or(0).saturating_add(output);
    let resets = until(counter.resets_at);
    for (name, limit, used, needed, frees) in [
        (
            "in_flight",
            limits.in_flight,
            health.in_flight,
            1,
            Frees::Sometime,
        ),
        (
            "tokens_per_minute",
            limits.tokens_per_minute,
            used.tokens,
            estimate,
            resets,
        ),
        (
            "requests_per_minute",
            limits.requests_per_minute,
            used.requests,
            1,
            resets,
        ),
    ] {
        let Some(limit) = limit else { continue };
        let post_check = limits.post_check && name != "in_flight";
        let fits = if post_check {
            used < limit
        } else {
            used.saturating_add(needed) <= limit
        };
        let never = if post_check {
            limit == 0
        } else {
            needed > limit
        };
        if !fits {
            let frees = if never { Frees::Never } else { frees };
            found.push(full(
                &format!("limit/{name}"),
                Says::Refusal("quota"),
                frees,
            ));
        }
    }
    found
}
