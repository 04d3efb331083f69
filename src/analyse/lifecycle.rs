//! Deployments that serve nobody any more, or soon will not, and what is left of their models.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::ends::horizon;
use super::period::Period;
use super::study::{Findings, Study, day, list};
use crate::document::{Diagnostic, codes};
use crate::list::List;
use crate::model::policy::Deployment;
use crate::model::vocabulary::NameIx;
use crate::order;
use crate::time::Instant;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    if study.period == Period::ALWAYS {
        return;
    }
    let as_of = study.period.from;
    let horizon = horizon(study);
    // What retires at one instant makes one finding; what is retired already is one, whenever that was.
    let mut gone: Vec<&Deployment> = Vec::new();
    let mut going: Vec<(Instant, Vec<&Deployment>)> = Vec::new();
    for deployment in &study.policy.deployments {
        let Some(at) = retires(deployment) else {
            continue;
        };
        if at <= as_of {
            gone.push(deployment);
        } else if at <= horizon {
            match going.iter_mut().find(|(other, _)| *other == at) {
                Some((_, deployments)) => deployments.push(deployment),
                None => going.push((at, Vec::from([deployment]))),
            }
        }
    }
    if let Some(first) = gone.first() {
        let verb = if gone.len() == 1 { "is" } else { "are" };
        let message = format!("{} {verb} retired by {}", names(&gone), day(as_of));
        let finding = Diagnostic::warning(codes::RETIRED, message).help(left(study, &gone, as_of));
        found.report(study.point_at_deployment(finding, first));
    }
    order::sort_by_key(&mut going, |(at, _)| *at);
    for (at, deployments) in going {
        let Some(first) = deployments.first() else {
            continue;
        };
        let verb = if deployments.len() == 1 {
            "retires"
        } else {
            "retire"
        };
        let message = format!("{} {verb} on {}", names(&deployments), day(at));
        let finding = Diagnostic::note(codes::RETIRES, message).help(left(study, &deployments, at));
        found.report(study.point_at_deployment(finding, first));
    }
}

fn retires(deployment: &Deployment) -> Option<Instant> {
    Some(deployment.lifecycle.retired?.instant)
}

fn names(deployments: &[&Deployment]) -> String {
    let ids: Vec<String> = deployments.iter().map(|one| one.id.clone()).list();
    list(&ids)
}

/// Which of the models of some deployments nobody serves from an instant on.
fn left(study: &Study<'_>, deployments: &[&Deployment], at: Instant) -> String {
    let stays = |model: NameIx| {
        let mut all = study.policy.deployments.iter();
        all.any(|other| other.model == model && retires(other).is_none_or(|end| at < end))
    };
    let mut orphans: Vec<String> = Vec::new();
    for deployment in deployments {
        let model = study.policy.models.name(deployment.model).to_string();
        if !stays(deployment.model) && !orphans.contains(&model) {
            orphans.push(model);
        }
    }
    if orphans.is_empty() {
        return "others of the same models are left".to_string();
    }
    let are = if orphans.len() == 1 { "is" } else { "are" };
    format!("no deployment of {} {are} left then", list(&orphans))
}
