//! Has it room? Limits, requests in flight, health, cooldown and signals, as the state reports them.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{ClauseKind, Enforcement};
use crate::decide::Ask;
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::json::Json;
use crate::model::decision::{Cost, Question};
use crate::model::policy::{Deployment, DeploymentIx};
use crate::model::state::{Health, SignalKind, Used};
use crate::model::vocabulary::{Act, Admission, Refusal};
use crate::money::Money;
use crate::order;
use crate::time::{At, Instant};

/// What keeps `deployment` from taking the request at this moment.
pub(crate) fn room(
    ask: &Ask<'_>,
    index: DeploymentIx,
    deployment: &Deployment,
    cost: Option<Cost>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if ask.request.act != Act::Serve {
        return findings;
    }
    findings.extend(budgets(ask, deployment, cost));
    let Some(state) = ask.state_of(index).filter(|_| !ask.asking.at_large) else {
        return findings;
    };
    if state.health == Health::Down {
        findings.push(full("state/health", Refusal::Down, None).with("health", Json::text("down")));
    }
    if let Some(until) = state.cooldown_until
        && lasts(ask, until)
    {
        let finding = full("state/cooldown_until", Refusal::Down, Some(until));
        findings.push(finding.with("cooldown_until", Json::text(until.to_string())));
    }
    if let Some(signal) = state.signal
        && signal.until.is_none_or(|until| lasts(ask, until))
    {
        let mut finding = full("state/signal", refusal(signal.kind), signal.until);
        if signal.kind == SignalKind::SpendLimit {
            // A spend limit is raised by somebody, not by waiting for a counter.
            finding.passes = Passes::Never;
        }
        findings.push(finding.with("signal", Json::text(signal.kind.name())));
    }
    if let Some(limit) = deployment.limits.in_flight
        && state.in_flight >= limit
    {
        let finding = full("limit/in_flight", Refusal::Quota, None);
        findings.push(
            finding
                .with("limit", Json::count(limit))
                .with("used", Json::count(state.in_flight)),
        );
    }
    let used = match &deployment.limits.counter {
        Some(counter) => order::find(&ask.state.counters, counter)
            .copied()
            .unwrap_or_default(),
        None => state.used,
    };
    // A counter that has started again has counted nothing yet.
    let used = if used.resets_at.is_some_and(|reset| !lasts(ask, reset)) {
        Used::default()
    } else {
        used
    };
    findings.extend(minute_limits(ask, deployment, &used));
    findings
}

/// The hard budgets that the request does not fit in.
fn budgets(ask: &Ask<'_>, deployment: &Deployment, cost: Option<Cost>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::SpendCap(cap) = &clause.kind else {
            continue;
        };
        if cap.enforcement == Enforcement::Soft {
            continue;
        }
        let target = cap
            .target
            .as_ref()
            .map_or(Tri::True, |target| ask.evaluate(target, deployment));
        let applies = ask.applies(index, clause, active, deployment).and(target);
        let state = ask.clause_state(index);
        let passed = cost.map_or(Tri::Unknown, |cost| {
            Tri::from(cap.is_passed(&state, cost.cash))
        });
        let truth = applies.and(passed);
        if truth == Tri::False {
            continue;
        }
        let mut finding = Finding::no(Question::Room, Cite::Clause(index), Reading::Nothing)
            .with("amount", Json::text(cap.amount.to_string()))
            .with(
                "drawn",
                Json::text(Money::from_pico(state.drawn).to_string()),
            );
        if state.held != Money::ZERO {
            finding = finding.with("held", Json::text(state.held.to_string()));
        }
        if let Some(cost) = cost {
            finding = finding.with("needed", Json::text(cost.cash.to_string()));
        }
        if truth == Tri::Unknown {
            finding.pending = true;
            finding.passes = Passes::Sometime;
            if applies == Tri::Unknown {
                finding.missing = ask.missing_of(clause, deployment);
                let target = cap.target.as_ref();
                finding.missing.extend(
                    target
                        .into_iter()
                        .flat_map(|target| ask.missing_in(target, deployment)),
                );
            }
            if cost.is_none() {
                finding.missing.push(ask.field(deployment, "price"));
            }
        } else if cost.is_some_and(|cost| cost.cash <= cap.amount) {
            finding.passes = state.resets_at.map_or(Passes::Sometime, Passes::At);
        }
        findings.push(finding);
    }
    findings
}

fn minute_limits(ask: &Ask<'_>, deployment: &Deployment, used: &Used) -> Vec<Finding> {
    let tokens = ask.request.tokens_for(deployment.model);
    let output = tokens
        .max_output
        .or(deployment.max_output_tokens)
        .or(tokens.expected_output)
        .unwrap_or(0);
    let limits = [
        (
            "limit/tokens_per_minute",
            deployment.limits.tokens_per_minute,
            used.tokens,
            tokens.input.checked_add(output),
        ),
        (
            "limit/requests_per_minute",
            deployment.limits.requests_per_minute,
            used.requests,
            Some(1),
        ),
    ];
    let mut findings = Vec::new();
    for (cite, limit, used_now, needed) in limits {
        let Some(limit) = limit else { continue };
        let fits = match deployment.limits.admission {
            Admission::PreCheck => needed
                .and_then(|needed| used_now.checked_add(needed))
                .is_some_and(|total| total <= limit),
            Admission::PostCheck => used_now < limit,
        };
        if fits {
            continue;
        }
        let mut finding = full(cite, Refusal::Quota, used.resets_at);
        // What exceeds the whole limit does not fit after the counter starts again either.
        let never = deployment.limits.admission == Admission::PreCheck
            && needed.is_none_or(|needed| needed > limit);
        if never {
            finding.passes = Passes::Never;
        }
        finding = finding
            .with("limit", Json::count(limit))
            .with("used", Json::count(used_now));
        if let Some(needed) = needed {
            finding = finding.with("needed", Json::count(needed));
        }
        findings.push(finding);
    }
    findings
}

fn refusal(signal: SignalKind) -> Refusal {
    match signal {
        SignalKind::OwnQuota | SignalKind::TemporaryCut | SignalKind::SpendLimit => Refusal::Quota,
        SignalKind::SharedCapacity | SignalKind::Overloaded => Refusal::NoCapacity,
        SignalKind::NotReady => Refusal::Down,
    }
}

/// Whether something that ends at `until` still lasts; on a day without an hour it may, so it does.
fn lasts(ask: &Ask<'_>, until: Instant) -> bool {
    match ask.when.at {
        At::Instant(at) => at < until,
        At::Day(day) => day.start() < until,
    }
}

fn full(cite: &'static str, refusal: Refusal, until: Option<Instant>) -> Finding {
    Finding {
        passes: until.map_or(Passes::Sometime, Passes::At),
        ..Finding::no(Question::Room, Cite::Fixed(cite), Reading::Refusal(refusal))
    }
}
