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
use crate::model::vocabulary::Acts;
use crate::order::insert;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    // The deployments that the same clauses and rules bar make one finding.
    let mut barred: Vec<(Vec<Source>, Vec<&Deployment>)> = Vec::new();
    for group in &study.serving {
        let Some(serving) = always_barred(study, group, found) else {
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
                let Some(more) = always_barred(study, group, found) else {
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

/// What bars the deployments of a group in every world at every instant; `None` where something may be let through.
fn always_barred(
    study: &Study<'_>,
    group: &Group<'_>,
    found: &mut Findings,
) -> Option<Vec<Source>> {
    let deployment = group.first()?;
    let mut causes: Vec<Source> = Vec::new();
    let periods = group.bars.iter().flat_map(Bar::periods);
    for part in study.period.cut(periods) {
        let bars: Vec<(Source, Cow<'_, Condition>)> = group
            .bars
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
        let frame = Frame::new(study, Acts::of(&[group.act]), Some(deployment), None, part);
        match covers(&frame, &[], bars, true, found) {
            Covered::By(sources) => {
                for source in sources {
                    insert(&mut causes, source);
                }
            }
            Covered::No => return None,
            Covered::Unproved(why) => {
                let what = format!(
                    "whether `{}` is ever allowed to {}",
                    deployment.id,
                    group.act.name()
                );
                found.leave(study, &what, why);
                return None;
            }
        }
    }
    Some(causes)
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
