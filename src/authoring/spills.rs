//! `spills_to`: which deployment follows another directly. It never makes anything eligible, and it leads nowhere that the
//! source itself may not go: not to another model, not to a wider zone, not to fewer covenants.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::contract::Copies;
use crate::document::{Context, Diagnostic, Spanned, codes};
use crate::list::List;
use crate::model::policy::{Deployment, DeploymentIx, Held};
use crate::model::zone::Zones;
use crate::time::Instant;

/// Finds the targets by id, one or none for every deployment, and reports those that cannot be meant.
pub(crate) fn resolve(
    deployments: &mut [Deployment],
    spills: &[Option<Spanned<String>>],
    zones: &Zones,
    context: &mut Context,
) {
    // By position: whom each spills to, and whether anybody spills to it.
    let mut targets: Vec<Option<usize>> = alloc::vec![None; deployments.len()];
    let mut taken: Vec<bool> = alloc::vec![false; deployments.len()];
    for (source_at, target_id) in spills.iter().enumerate() {
        let (Some(source), Some(target_id)) = (deployments.get(source_at), target_id) else {
            continue;
        };
        let source_id = &source.id;
        let report = |context: &mut Context, code, message: String, help: Option<String>| {
            context.report(
                Diagnostic::error(code, message)
                    .at(target_id.span)
                    .maybe_help(help),
            );
        };
        let found = deployments.binary_search_by(|other| other.id.cmp(&target_id.value));
        let Ok(target_at) = found else {
            let ids = deployments.iter().map(|other| other.id.as_str());
            let help = context
                .closest(&target_id.value, ids)
                .map(|name| format!("did you mean `{name}`?"));
            let message = format!("unknown deployment `{}`", target_id.value);
            report(context, codes::UNKNOWN_DEPLOYMENT, message, help);
            continue;
        };
        let Some(target) = deployments.get(target_at) else {
            continue;
        };
        if let Some(fault) = widens(source, target, zones) {
            let message = format!(
                "`{source_id}` cannot spill to `{}`: {fault}",
                target_id.value
            );
            let help = "a spill never leads where the deployment itself does not serve".to_string();
            report(context, codes::SPILL, message, Some(help));
            continue;
        }
        let (Some(cell), Some(taken)) = (targets.get_mut(source_at), taken.get_mut(target_at))
        else {
            continue;
        };
        if *taken {
            let message = format!("a second deployment spills to `{}`", target_id.value);
            let help = "one deployment can follow directly behind one other only".to_string();
            report(context, codes::SPILL, message, Some(help));
            continue;
        }
        (*cell, *taken) = (Some(target_at), true);
    }
    for source_at in ends_of_rings(&targets, &taken) {
        if let (Some(source), Some(Some(target_id))) =
            (deployments.get(source_at), spills.get(source_at))
        {
            let message = format!("`{}` spills to `{}` in turn", target_id.value, source.id);
            context.report(Diagnostic::error(codes::SPILL, message).at(target_id.span));
        }
    }
    for (source, target) in deployments.iter_mut().zip(targets) {
        source.spills_to = target
            .and_then(|target| u32::try_from(target).ok())
            .map(DeploymentIx);
    }
}

/// The last source of every ring. Each source has one target, and each target one source: what no chain leads to from
/// its beginning is in a ring.
fn ends_of_rings(targets: &[Option<usize>], taken: &[bool]) -> Vec<usize> {
    let mut left: Vec<bool> = targets.iter().map(Option::is_some).list();
    let mut follow = |first: usize| {
        let mut next = Some(first);
        let mut is_left = false;
        while let Some(at) = next
            && let Some(left) = left.get_mut(at).filter(|left| **left)
        {
            (*left, is_left) = (false, true);
            next = targets.get(at).copied().flatten();
        }
        is_left
    };
    for (first, _) in taken.iter().enumerate().filter(|(_, taken)| !**taken) {
        follow(first);
    }
    let backwards = (0..targets.len()).rev();
    backwards.filter(|last| follow(*last)).list()
}

/// Why a target is another thing than its source, or a wider one.
fn widens(source: &Deployment, target: &Deployment, zones: &Zones) -> Option<String> {
    if source.model != target.model {
        return Some("it serves another model".to_string());
    }
    for copies in Copies::ALL {
        let Some(area) = copies.zone(source) else {
            continue;
        };
        let name = zones.name(area);
        match copies.zone(target) {
            None => {
                return Some(format!(
                    "its `{}` is not stated, and must lie within `{name}`",
                    copies.field()
                ));
            }
            Some(zone) if !zones.within(zone, area) => {
                return Some(format!(
                    "its `{}` `{}` does not lie within `{name}`",
                    copies.field(),
                    zones.name(zone)
                ));
            }
            Some(_) => {}
        }
    }
    let kept: Vec<&Held> = source.holds.iter().list();
    let missing = kept
        .into_iter()
        .any(|held| !target.holds.iter().any(|other| covers(other, held)));
    missing.then(|| "it does not hold every covenant that the deployment holds".to_string())
}

/// Whether an attestation lasts at least as long as another of the same covenant.
fn covers(long: &Held, short: &Held) -> bool {
    let from = |held: &Held| held.term.from.map_or(Instant::MIN, |edge| edge.instant);
    let to = |held: &Held| held.term.to.map_or(Instant::MAX, |edge| edge.instant);
    long.covenant == short.covenant && from(long) <= from(short) && to(short) <= to(long)
}
