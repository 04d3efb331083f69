//! Question 3: has it room?

use crate::ask::{Health, LimitUsed};
use crate::case::Case;
use crate::deployment::Deployment;
use crate::finding::{Finding, Frees, Question, Says};
use crate::limits::{Limit, Pace};
use crate::money::{self, Exact};

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
    let own = &health.used;
    let shared = match &limits.counter {
        None => own.clone(),
        Some(name) => {
            let shared = case.state.counters.iter().find(|(known, _)| known == name);
            shared.map(|(_, used)| used.clone()).unwrap_or_default()
        }
    };
    let tokens = case.request.tokens_for(&deployment.model);
    let output = tokens
        .max_output
        .or(deployment.max_output_tokens)
        .or(tokens.expected_output)
        .unwrap_or(0);
    for limit in &limits.all {
        let counted = match limit.name {
            "in_flight" => LimitUsed {
                used: health.in_flight,
                ..LimitUsed::default()
            },
            // Units are a deployment's own.
            "provisioned" => own.of(limit.name),
            _ => shared.of(limit.name),
        };
        let usable = limits.usable(limit, case.request.priority.as_deref());
        let needed = limit.needed(tokens, output);
        let used = stands(limit, counted, case.at().start());
        if limit.fits(&usable, &used, &needed) {
            continue;
        }
        let frees = if limit.fits(&usable, &money::whole(0), &needed) {
            frees(limit, counted, &used, &usable, &needed, case.at().start())
        } else {
            Frees::Never
        };
        let cite = format!("limit/{}", limit.name);
        found.push(full(&cite, Says::Refusal("quota"), frees));
    }
    found
}

/// What a counter stands at: nothing once it has started again, less where it has drained since.
fn stands(limit: &Limit, counted: LimitUsed, at: i64) -> Exact {
    let used = money::whole(counted.used);
    match (limit.pace, counted.as_of) {
        _ if counted.resets_at.is_some_and(|end| at >= end) => money::whole(0),
        (Pace::Drain, Some(as_of)) => {
            let elapsed = u64::try_from(at.saturating_sub(as_of)).unwrap_or(0);
            let drained = &limit.amount * money::whole(elapsed) / money::whole(60_000);
            (used - drained.floor()).max(money::whole(0))
        }
        _ => used,
    }
}

/// When time alone makes room for a request that fits in at all.
fn frees(
    limit: &Limit,
    counted: LimitUsed,
    used: &Exact,
    usable: &Exact,
    needed: &Exact,
    at: i64,
) -> Frees {
    match (limit.pace, counted.resets_at, counted.as_of) {
        (Pace::Held, _, _) => Frees::Sometime,
        (Pace::Window | Pace::Drain, Some(end), _) => Frees::At(end),
        // Without an instant nobody knows what it has drained since.
        (Pace::Window, None, _) | (Pace::Drain, None, None) => Frees::Sometime,
        (Pace::Drain, None, Some(_)) => {
            let room = usable
                - if limit.post_check {
                    money::whole(1)
                } else {
                    needed.clone()
                };
            let wait = (used - room) * money::whole(60_000) / &limit.amount;
            let wait = i64::try_from(wait.ceil().to_integer());
            let freed = wait.ok().and_then(|wait| at.checked_add(wait));
            freed.map_or(Frees::Sometime, Frees::At)
        }
    }
}
