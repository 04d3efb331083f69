//! What no permit sets aside: residency and covenants, and suspensions between them and contracts.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Bar;
use crate::condition::Tri;
use crate::contract::{ClauseKind, Covenant};
use crate::decide::Ask;
use crate::json::Json;
use crate::model::policy::{ClauseIx, Deployment};

pub(super) fn residencies<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let zones = &ask.policy.zones;
    let mut bars = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Residency(residency) = &clause.kind else {
            continue;
        };
        let outside = residency.satisfied(deployment, zones).not();
        let truth = ask.applies(index, clause, active, deployment).and(outside);
        if truth == Tri::False {
            continue;
        }
        let mut bar = Bar::new(index, clause, truth);
        let within = Json::text(zones.name(residency.within).to_string());
        bar.values.push(("within".into(), within));
        for copies in &residency.of {
            match copies.zone(deployment) {
                Some(zone) => {
                    let name = Json::text(zones.name(zone).to_string());
                    bar.values.push((copies.name().into(), name));
                }
                // What is outside with one of its copies is outside, wherever the others lie.
                None if outside == Tri::Unknown => {
                    bar.missing.push(ask.field(deployment, copies.field()));
                }
                None => {}
            }
        }
        bars.push(bar);
    }
    bars
}

pub(super) fn covenants<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let name = |covenant| ask.policy.covenants.name(covenant).to_string();
    let mut bars = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Covenant(covenant) = &clause.kind else {
            continue;
        };
        let scope = ask.applies(index, clause, active, deployment);
        if scope == Tri::False {
            continue;
        }
        let mut broken: Vec<String> = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        let mut kept = Tri::True;
        for required in &covenant.requires {
            let own = Covenant::kept(*required, deployment, ask.when.at);
            match own {
                Tri::True => {}
                Tri::False => broken.push(name(*required)),
                Tri::Unknown => missing
                    .push(ask.field(deployment, &alloc::format!("holds/{}", name(*required)))),
            }
            kept = kept.and(own);
        }
        let truth = scope.and(kept.not());
        if truth == Tri::False {
            continue;
        }
        let mut bar = Bar::new(index, clause, truth);
        let requires = covenant.requires.iter().map(|required| name(*required));
        bar.values.push(("requires".into(), Json::texts(requires)));
        if !broken.is_empty() {
            bar.values.push(("lacks".into(), Json::texts(broken)));
        }
        if kept == Tri::Unknown {
            bar.missing = missing;
        }
        bars.push(bar);
    }
    bars
}

/// The suspensions that bar a deployment, or may. Those that may still be cured are noted in `curing`.
pub(super) fn suspensions<'a>(
    ask: &Ask<'a>,
    deployment: &Deployment,
    curing: &mut Vec<ClauseIx>,
) -> Vec<Bar<'a>> {
    let at = ask.when.at;
    let mut bars = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Suspension(suspension) = &clause.kind else {
            continue;
        };
        if !suspension.targets(deployment) {
            continue;
        }
        let tie = ask.tie(clause);
        let (noticed, over) = (
            suspension.is_noticed(at, tie),
            suspension.cure_is_over(at, tie),
        );
        let cured = suspension
            .cured_when
            .as_ref()
            .map_or(Tri::False, |condition| ask.evaluate_facts(condition));
        let open = ask
            .applies(index, clause, active, deployment)
            .and(noticed)
            .and(cured.not());
        if open != Tri::False && over == Tri::False {
            curing.push(index);
        }
        let truth = open.and(over);
        if truth == Tri::False {
            continue;
        }
        let mut bar = Bar::new(index, clause, truth);
        let cause = Json::text(suspension.cause.name());
        bar.values.push(("cause".into(), cause));
        for (name, edge) in [
            ("noticed", suspension.noticed),
            ("cure_ends", suspension.cure_ends),
        ] {
            if let Some(edge) = edge {
                bar.values
                    .push((name.into(), Json::text(edge.instant.to_string())));
            }
        }
        if noticed.and(over) == Tri::Unknown {
            bar.missing
                .push(alloc::format!("{} on {at}", clause.reference));
        }
        if let Some(condition) = &suspension.cured_when {
            bar.missing.extend(ask.missing_facts(condition));
        }
        bars.push(bar);
    }
    bars
}
