//! What no permit sets aside: residency and covenants, and suspensions.

use crate::can::on_day;
use crate::case::Case;
use crate::deployment::Deployment;
use crate::policy::{Clause, Kind};
use crate::time::{Edge, Moment, edge};
use crate::truth::Truth;

/// Whether a clause of law applies and the deployment violates it.
#[must_use]
pub fn violates(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let violated = match &clause.kind {
        Kind::Residency { within, of } => of.iter().fold(Truth::No, |violated, copies| {
            let (field, zone) = match copies.as_str() {
                "storage" => ("storage_zone", &deployment.storage_zone),
                "monitoring" => ("monitoring_zone", &deployment.monitoring_zone),
                _ => ("zone", &deployment.zone),
            };
            let inside = zone
                .as_ref()
                .map(|zone| case.policy.zones.within(zone, within));
            violated.or(Truth::of(inside, || format!("{}/{field}", deployment.path)).not())
        }),
        Kind::Covenant { requires } => requires.iter().fold(Truth::No, |violated, name| {
            violated.or(holds(case, deployment, name).not())
        }),
        Kind::Exclusivity { .. }
        | Kind::Permit { .. }
        | Kind::License { .. }
        | Kind::Suspension { .. }
        | Kind::ShipFirst(_)
        | Kind::Share(_)
        | Kind::SpendCap(_)
        | Kind::Commitment(_)
        | Kind::Ladder(_)
        | Kind::Discount(_)
        | Kind::PriceMatch(_)
        | Kind::RevenueShare(_)
        | Kind::FirstRefusal { .. }
        | Kind::Recital => return Truth::No,
    };
    case.applies(clause, deployment).and(violated)
}

/// Whether a deployment holds a covenant: while one of the terms lasts for which it is said to.
fn holds(case: &Case<'_>, deployment: &Deployment, name: &str) -> Truth {
    let missing = format!("{}/holds/{name}", deployment.path);
    let mut terms = deployment
        .holds
        .iter()
        .filter(|(held, _)| held == name)
        .peekable();
    if terms.peek().is_some() {
        return terms.fold(Truth::No, |holds, (_, term)| {
            holds.or(case.holds(term, &missing))
        });
    }
    if deployment.lacks.iter().any(|lacking| lacking == name) {
        Truth::No
    } else {
        Truth::Open(vec![missing])
    }
}

/// Where a suspension stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Whether it bars.
    pub bars: Truth,
    /// Until when it is being cured, where it would bar otherwise.
    pub curing_until: Option<i64>,
}

/// Where a suspension stands for a deployment.
#[must_use]
pub fn suspension(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Suspension {
    let nothing = Suspension {
        bars: Truth::No,
        curing_until: None,
    };
    let Kind::Suspension {
        provider,
        noticed,
        cure,
        cured_when,
    } = &clause.kind
    else {
        return nothing;
    };
    if deployment.provider != *provider && deployment.hosted_by != *provider {
        return nothing;
    }
    let Some(contract) = case.policy.contracts.get(clause.contract) else {
        return nothing;
    };
    let applies = case.applies(clause, deployment);
    let passed = |edge: Edge| {
        Truth::of(edge.passed(case.at(), case.tie(clause)), || {
            on_day(case, &clause.cite)
        })
    };
    let noticed_truth = noticed.map_or(Truth::Yes, |moment| passed(edge(moment, &contract.zone)));
    let cured = cured_when
        .as_ref()
        .map_or(Truth::No, |cured| case.truth(cured, None));
    let in_force = applies.and(noticed_truth);
    let Some(end) = cure
        .as_ref()
        .zip(*noticed)
        .map(|(cure, noticed)| cure.end(noticed, &contract.zone))
    else {
        return Suspension {
            bars: in_force.and(cured.not()),
            curing_until: None,
        };
    };
    let cure_over = passed(edge(Moment::Instant(end), &contract.zone));
    // Who may be in breach is warned.
    let curing = cure_over.is_no() && !in_force.clone().and(cured.clone().not()).is_no();
    Suspension {
        bars: in_force.and(cure_over).and(cured.not()),
        curing_until: curing.then_some(end),
    }
}
