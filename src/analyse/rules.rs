//! Rules without effect: what they bar is barred already, or what they prefer comes first anyway.

use crate::list::List;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{Bar, Covered, Group, against, covers, only_wish};
use super::places::RuleView;
use super::study::{Findings, Study, list};
use super::worlds::Frame;
use crate::condition::{Condition, Relation, Tri, compare};
use crate::contract::{ClauseKind, Stratum};
use crate::decide::binds_model;
use crate::document::{Diagnostic, codes};
use crate::model::policy::{Deployment, RuleKind, Source};
use crate::model::vocabulary::{Act, Acts, NameIx};
use crate::order::insert;

/// The most pairs of preferences that are compared.
const MOST_PAIRS: usize = 500;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    for view in &study.rules {
        if found.idle.contains(&Source::Rule(view.index)) {
            continue;
        }
        match view.rule.kind {
            RuleKind::Deny(_) | RuleKind::Require(_) => bar(study, view, found),
            RuleKind::Prefer(_) => preference(study, view, found),
            RuleKind::Split(_) => {}
        }
    }
    repeated(study, found);
}

/// A rule that bars only what clauses or earlier rules bar for as long as the policy is looked at.
fn bar(study: &Study<'_>, view: &RuleView<'_>, found: &mut Findings) {
    let own = Source::Rule(view.index);
    // What a rule does to offers and launches is not told by the deployments that serve.
    if !view.rule.acts.is_subset(Acts::of(&[Act::Serve, Act::Sell])) {
        return;
    }
    let mut causes: Vec<Source> = Vec::new();
    let mut open = None;
    let mut holders = false;
    for group in study.serving.iter().chain(&study.selling) {
        let Some(bar) = group.bars.iter().find(|bar| bar.source == own) else {
            continue;
        };
        let Some(holds) = bar.during(study.period) else {
            continue;
        };
        holders |= group
            .deployments
            .iter()
            .any(|deployment| is_held(study, deployment));
        match covered(study, group, own, &holds, found) {
            Covered::By(sources) => {
                for source in sources {
                    insert(&mut causes, source);
                }
            }
            Covered::No => return,
            Covered::Unproved(why) => open = open.or(Some(why)),
        }
    }
    if let Some(why) = open {
        let what = format!("whether `{}` bars anything of its own", view.rule.reference);
        return found.leave(study, &what, why);
    }
    let policy = study.policy;
    let gives_up = |source: &Source| match source {
        // A rule that keeps work from the holder of a right contradicts the right; a contract's clause does not.
        Source::Clause(index) => {
            let is_law = policy
                .clause(*index)
                .is_some_and(|clause| clause.kind.stratum() == Stratum::Law);
            view.rule.overrides.is_empty() && (is_law || !holders)
        }
        Source::Rule(index) => policy.rule(*index).is_some_and(|other| {
            view.rule
                .overrides
                .iter()
                .all(|right| other.overrides.contains(right))
        }),
    };
    // What a rule does to first rights is an effect of its own.
    if causes.is_empty() || !causes.iter().all(gives_up) {
        return;
    }
    let cites: Vec<String> = causes.iter().map(|source| study.cite(*source)).list();
    let finding = Diagnostic::warning(
        codes::RULE_WITHOUT_EFFECT,
        format!(
            "`{}` bars nothing that {} {} not bar already",
            view.rule.reference,
            list(&cites),
            if cites.len() == 1 { "does" } else { "do" }
        ),
    )
    .help("remove it, or widen it to what it is meant to bar");
    let finding = view.point_at_wish(finding);
    found.report(study.relate(finding, &causes, "bars it already"));
}

/// Whether a deployment is that of the holder of a first right.
fn is_held(study: &Study<'_>, deployment: &Deployment) -> bool {
    study.clauses.iter().any(|view| match &view.clause.kind {
        ClauseKind::FirstRefusal(right) => {
            !view.period.is_empty()
                && right.holder == deployment.provider
                && binds_model(view.clause, deployment)
        }
        ClauseKind::Exclusivity(_)
        | ClauseKind::Permit(_)
        | ClauseKind::License(_)
        | ClauseKind::Residency(_)
        | ClauseKind::Covenant(_)
        | ClauseKind::Suspension(_)
        | ClauseKind::ShipFirst(_)
        | ClauseKind::Share(_)
        | ClauseKind::SpendCap(_)
        | ClauseKind::Commitment(_)
        | ClauseKind::Ladder(_)
        | ClauseKind::Discount(_)
        | ClauseKind::PriceMatch(_)
        | ClauseKind::RevenueShare(_)
        | ClauseKind::Recital(_) => false,
    })
}

/// Whether what a rule bars on the deployments of a group is barred by what comes before it.
fn covered(
    study: &Study<'_>,
    group: &Group<'_>,
    own: Source,
    holds: &Condition,
    found: &mut Findings,
) -> Covered {
    let lasting = |bar: &&Bar<'_>| {
        bar.periods()
            .all(|period| period.covers(study.period) || !period.meets(study.period))
    };
    let before: Vec<(Source, Cow<'_, Condition>)> = group
        .bars
        .iter()
        .take_while(|bar| bar.source != own)
        .filter(|bar| bar.sure)
        .filter(lasting)
        .filter_map(|bar| Some((bar.source, bar.during(study.period)?)))
        .list();
    let frame = Frame::new(
        study,
        Acts::of(&[group.act]),
        group.first(),
        None,
        study.period,
    );
    covers(&frame, &[holds], before, false, found)
}

/// A preference that prefers all or none of the deployments that can answer one request.
fn preference(study: &Study<'_>, view: &RuleView<'_>, found: &mut Findings) {
    let policy = study.policy;
    let Ok(index) = usize::try_from(view.index.0) else {
        return;
    };
    if !view.rule.acts.is_subset(Acts::of(&[Act::Serve, Act::Sell])) {
        return;
    }
    let conditions = |deployment: &'_ Deployment| {
        let (when, condition) = only_wish(deployment.rule_conditions.get(index)?)?;
        Some(against(Some(&view.rule.kind), when, condition))
    };
    let singly = policy
        .models
        .iter()
        .filter_map(|name| Some(Vec::from([policy.models.find(name)?])));
    let mut prefers_any = false;
    let aliases = policy.aliases.iter().map(|(_, models)| models.clone());
    for models in singly.chain(aliases) {
        let mut kinds: Vec<Condition> = Vec::new();
        for deployment in of_models(&policy.deployments, &models) {
            let Some(condition) = conditions(deployment) else {
                continue;
            };
            prefers_any |= condition.constant() != Some(Tri::False);
            if kinds.iter().all(|known| *known != condition) {
                kinds.push(condition);
            }
        }
        let mut kinds = kinds.iter();
        let Some(first) = kinds.next() else { continue };
        let frame = Frame::new(study, view.rule.acts, None, Some(&models), study.period);
        // What is not proved equal may make a difference.
        if kinds.any(|other| compare(first, other, &frame).relation != Relation::Equal) {
            return;
        }
    }
    let name = &view.rule.reference;
    let (message, help) = if prefers_any {
        (
            format!("`{name}` prefers all or none of the deployments that can answer a request"),
            "it makes no order; prefer by what differs between deployments of one model",
        )
    } else {
        (
            format!("`{name}` prefers no deployment of the policy"),
            "remove it, or prefer what a deployment is",
        )
    };
    let finding = Diagnostic::warning(codes::RULE_WITHOUT_EFFECT, message).help(help);
    found.report(view.point_at_wish(finding));
}

fn of_models<'a>(
    deployments: &'a [Deployment],
    models: &[NameIx],
) -> impl Iterator<Item = &'a Deployment> {
    deployments
        .iter()
        .filter(|deployment| models.contains(&deployment.model))
}

/// Preferences that say what an earlier one has said.
fn repeated(study: &Study<'_>, found: &mut Findings) {
    let preferences: Vec<(&RuleView<'_>, Condition)> = study
        .rules
        .iter()
        .filter(|view| matches!(view.rule.kind, RuleKind::Prefer(_)))
        .filter_map(|view| {
            let kind = &view.rule.kind;
            let wish = kind.conditions().next()?;
            Some((view, against(Some(kind), &view.rule.when, wish)))
        })
        .collect();
    let mut pairs = 0_usize;
    let mut left_out = 0_usize;
    for (position, (view, condition)) in preferences.iter().enumerate() {
        for (earlier, other) in preferences.iter().take(position) {
            if !view.rule.acts.is_subset(earlier.rule.acts) {
                continue;
            }
            pairs = pairs.saturating_add(1);
            if pairs > MOST_PAIRS {
                left_out = left_out.saturating_add(1);
                continue;
            }
            let frame = Frame::new(study, Acts::of(&Act::ALL), None, None, study.period);
            if compare(condition, other, &frame).relation != Relation::Equal {
                continue;
            }
            let message = format!(
                "`{}` prefers what `{}` prefers already",
                view.rule.reference, earlier.rule.reference
            );
            let finding = Diagnostic::warning(codes::RULE_WITHOUT_EFFECT, message)
                .help("of preferences that say the same only the first makes an order; remove one")
                .related(earlier.place.id, "it is preferred here");
            found.report(view.point_at_wish(finding));
            break;
        }
    }
    found.leave_out(left_out, || {
        format!("whether preferences repeat each other, after {MOST_PAIRS} pairs")
    });
}
