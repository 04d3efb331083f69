//! Deployments that are barred whatever is asked, at every instant from the day of the check on.

use crate::list::List;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{Bar, Covered, Group, covers};
use super::period::Period;
use super::study::{Findings, Study, day, list};
use super::worlds::Frame;
use crate::condition::{Condition, Tri};
use crate::contract::ClauseKind;
use crate::document::{Diagnostic, codes};
use crate::model::policy::{Deployment, Source};
use crate::model::vocabulary::{Act, Acts};
use crate::order::insert;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    // The deployments that the same clauses and rules bar make one finding.
    let mut barred: Vec<(Vec<Source>, Vec<&Deployment>)> = Vec::new();
    for group in &study.serving {
        let Some(serving) = barred_group(study, group, found) else {
            continue;
        };
        for deployment in &group.deployments {
            let selling = study.selling.iter().find(|group| {
                group
                    .deployments
                    .iter()
                    .any(|other| other.id == deployment.id)
            });
            let mut causes = serving.clone();
            if let Some(group) = selling {
                let Some(more) = barred_group(study, group, found) else {
                    continue;
                };
                for cause in more {
                    insert(&mut causes, cause);
                }
            }
            match barred.iter_mut().find(|(known, _)| *known == causes) {
                Some((_, deployments)) => deployments.push(deployment),
                None => barred.push((causes, Vec::from([*deployment]))),
            }
        }
    }
    for (causes, deployments) in barred {
        finding(study, &causes, &deployments, found);
    }
}

/// The requests to a deployment of which all may be barred.
pub(super) struct Requests<'s> {
    pub(super) deployment: &'s Deployment,
    pub(super) acts: Acts,
    /// What holds for all of them, where anything does.
    pub(super) within: Option<&'s Condition>,
    pub(super) period: Period,
    /// Whether one that waits for good will do.
    pub(super) or_pending: bool,
}

/// What bars all of some requests; `None` where something may be let through. `what` is left open where nobody can tell.
pub(super) fn always_barred(
    study: &Study<'_>,
    requests: &Requests<'_>,
    bars: &[Bar<'_>],
    what: &dyn Fn() -> String,
    found: &mut Findings,
) -> Option<Vec<Source>> {
    let mut causes: Vec<Source> = Vec::new();
    let (acts, deployment) = (requests.acts, Some(requests.deployment));
    for part in requests.period.cut(bars.iter().flat_map(Bar::periods)) {
        let bars: Vec<(Source, Cow<'_, Condition>)> = bars
            .iter()
            .filter_map(|bar| Some((bar.source, bar.during(part)?)))
            .list();
        let always = bars
            .iter()
            .find(|(_, condition)| condition.constant() == Some(Tri::True));
        if let Some((source, _)) = always {
            insert(&mut causes, *source);
            continue;
        }
        let frame = Frame::new(study, acts, deployment, None, part);
        let within = requests.within.as_slice();
        match covers(&frame, within, bars, requests.or_pending, found) {
            Covered::By(sources) => {
                for source in sources {
                    insert(&mut causes, source);
                }
            }
            Covered::No => return None,
            Covered::Unproved(why) => {
                found.leave(study, &what(), why);
                return None;
            }
        }
    }
    Some(causes)
}

/// What bars a deployment from all requests for an act, or from all that are of one kind, while a period lasts.
pub(super) fn barred(
    study: &Study<'_>,
    deployment: &Deployment,
    act: Act,
    bars: &[Bar<'_>],
    (within, period): (Option<&Condition>, Period),
    found: &mut Findings,
) -> Option<Vec<Source>> {
    let requests = Requests {
        deployment,
        acts: Acts::of(&[act]),
        within,
        period,
        or_pending: true,
    };
    let what = || {
        format!(
            "whether `{}` is ever allowed to {}",
            deployment.id,
            act.name()
        )
    };
    always_barred(study, &requests, bars, &what, found)
}

/// What bars the deployments of a group in every world at every instant.
fn barred_group(study: &Study<'_>, group: &Group<'_>, found: &mut Findings) -> Option<Vec<Source>> {
    let always = (None, study.period);
    barred(study, group.first()?, group.act, &group.bars, always, found)
}

fn finding(
    study: &Study<'_>,
    causes: &[Source],
    deployments: &[&Deployment],
    found: &mut Findings,
) {
    let Some(first) = deployments.first() else {
        return;
    };
    let ids: Vec<String> = deployments
        .iter()
        .map(|deployment| deployment.id.clone())
        .list();
    let cites: Vec<String> = causes.iter().map(|source| study.cite(*source)).list();
    let verb = if study.selling.is_empty() {
        "serve"
    } else {
        "serve or be sold"
    };
    let since = if study.period == Period::ALWAYS {
        String::new()
    } else {
        format!(" from {} on", day(study.period.from))
    };
    let keeps = if cites.len() == 1 {
        "keeps"
    } else {
        "together keep"
    };
    let them = if ids.len() == 1 { "it" } else { "them" };
    let message = format!(
        "{} can never {verb}{since}: {} {keeps} every request from {them}",
        list(&ids),
        list(&cites)
    );
    let unstated = causes
        .iter()
        .find_map(|source| unstated(study, *source, first));
    let help = match unstated {
        Some(field) => format!("state its `{field}`: a place that is not known is never inside"),
        None => String::from("remove the deployment, or narrow what bars it"),
    };
    let finding = Diagnostic::warning(codes::UNREACHABLE_DEPLOYMENT, message).help(help);
    let finding = study.point_at_deployment(finding, first);
    found.report(study.relate(finding, causes, "barred here"));
}

/// The place that a residency asks for and the deployment does not state, where that alone is in its way.
fn unstated(study: &Study<'_>, source: Source, deployment: &Deployment) -> Option<&'static str> {
    let Source::Clause(index) = source else {
        return None;
    };
    let ClauseKind::Residency(terms) = &study.policy.clause(index)?.kind else {
        return None;
    };
    if terms.satisfied(deployment, &study.policy.zones) != Tri::Unknown {
        return None;
    }
    let copies = terms
        .of
        .iter()
        .find(|copies| copies.zone(deployment).is_none())?;
    Some(copies.field())
}
