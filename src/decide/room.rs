//! Has it room? Limits, requests in flight, health, cooldown and signals, as the state reports them.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{ClauseKind, Enforcement};
use crate::decide::Ask;
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::json::Json;
use crate::model::decision::{Cost, Question};
use crate::model::limits::{LimitKind, Measure, output_estimate};
use crate::model::policy::{Deployment, DeploymentIx};
use crate::model::state::{DeploymentState, Health, LimitUsed, SignalKind};
use crate::model::vocabulary::{Act, Refusal};
use crate::money::Money;
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
    if ask.asking.at_large {
        return findings;
    }
    // What is not stated is idle; its limits bind all the same.
    let idle = DeploymentState::default();
    let state = ask.state_of(index).unwrap_or(&idle);
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
        let mut finding = full("state/signal", signal.kind.refusal(), signal.until);
        if signal.kind == SignalKind::SpendLimit {
            // A spend limit is raised by somebody, not by waiting for a counter.
            finding.passes = Passes::Never;
        }
        findings.push(finding.with("signal", Json::text(signal.kind.name())));
    }
    findings.extend(limits(ask, deployment, state));
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
        }
        if cost.is_some_and(|cost| cost.cash <= cap.amount) {
            finding.passes = state.resets_at.map_or(Passes::Sometime, Passes::At);
        } else if finding.pending {
            finding.passes = Passes::Sometime;
        }
        findings.push(finding);
    }
    findings
}

/// The limits that the request does not fit in.
fn limits(ask: &Ask<'_>, deployment: &Deployment, state: &DeploymentState) -> Vec<Finding> {
    let tokens = ask.request.tokens_for(deployment.model);
    let output = output_estimate(tokens, deployment);
    let free = deployment.headroom(ask.request.priority.as_deref());
    let at = ask.when.at.start();
    let shared = match &deployment.limits.counter {
        Some(counter) => ask.counter(counter),
        None => state.used.clone(),
    };
    let mut findings = Vec::new();
    for rule in deployment.rules() {
        let counted = match rule.kind {
            LimitKind::InFlight => LimitUsed {
                used: state.in_flight,
                ..LimitUsed::default()
            },
            // Units are the deployment's own.
            LimitKind::Provisioned => state.used.of(rule.kind),
            LimitKind::TokensPerMinute
            | LimitKind::InputTokensPerMinute
            | LimitKind::OutputTokensPerMinute
            | LimitKind::RequestsPerMinute
            | LimitKind::RequestsPerSlice
            | LimitKind::TokensPerDay
            | LimitKind::RequestsPerDay => shared.of(rule.kind),
        };
        let parts = rule.measure.estimate(tokens, output.tokens);
        let needed = parts.and_then(|(input, output)| input.checked_add(output));
        let usable = rule.usable(free);
        let used = counted.at(&rule, at);
        if rule.fits(usable, used, needed) {
            continue;
        }
        let until = counted.free_at(&rule, usable, needed, at);
        let mut finding = full(rule.kind.cite(), Refusal::Quota, until);
        // What exceeds the whole limit does not fit after the counter starts again either.
        if !rule.ever_fits(usable, needed) {
            finding.passes = Passes::Never;
        }
        finding = finding
            .with("limit", Json::count(rule.amount))
            .with("used", Json::count(used));
        if usable < rule.amount {
            finding = finding.with("usable", Json::count(usable));
        }
        if rule.kind == LimitKind::InFlight {
            findings.push(finding);
            continue;
        }
        if let Some(needed) = needed {
            finding = finding.with("needed", Json::count(needed));
        }
        if let Some((input, held)) = parts
            && rule.measure != Measure::Request
        {
            finding = finding
                .with("input", Json::count(input))
                .with("output", Json::count(held));
            if rule.measure.holds_output() {
                finding = finding.with("output_from", Json::text(output.from));
            }
        }
        findings.push(finding);
    }
    findings
}

/// The instants at which what drains evenly has drained as far as the request needs it to.
pub(crate) fn drained(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> Vec<Instant> {
    let tokens = ask.request.tokens_for(deployment.model);
    let output = output_estimate(tokens, deployment);
    let free = deployment.headroom(ask.request.priority.as_deref());
    let own = ask.state_of(index).map(|state| state.used.clone());
    let shared = match &deployment.limits.counter {
        Some(counter) => Some(ask.counter(counter)),
        None => own.clone(),
    };
    let mut instants = Vec::new();
    for rule in deployment.rules() {
        let used = if rule.kind == LimitKind::Provisioned {
            &own
        } else {
            &shared
        };
        let parts = rule.measure.estimate(tokens, output.tokens);
        let needed = parts.and_then(|(input, output)| input.checked_add(output));
        let counted = used.as_ref().map(|used| used.of(rule.kind));
        instants.extend(
            counted.and_then(|counted| {
                counted.free_at(&rule, rule.usable(free), needed, counted.as_of?)
            }),
        );
    }
    instants
}

/// Whether an output that the request leaves open takes room: the most that the deployment can give is held.
pub(crate) fn open_output(ask: &Ask<'_>, deployment: &Deployment) -> bool {
    let tokens = ask.request.tokens_for(deployment.model);
    ask.request.act == Act::Serve
        && tokens.max_output.is_none()
        && deployment.max_output_tokens.is_some()
        && deployment.rules().any(|rule| rule.measure.holds_output())
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
