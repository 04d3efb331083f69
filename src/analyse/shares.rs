//! Shares of the same work that cannot be kept together.
//!
//! A minimum asks for a part for its target; a maximum leaves a part, what it does not allow, to everybody else. Parts for
//! deployments that have none in common add up, and to more than the whole nobody can keep them.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{condition_on, unended};
use super::period::Period;
use super::places::ClauseView;
use super::study::{Findings, Study};
use super::worlds::Frame;
use crate::authoring::written::ClauseKindDoc;
use crate::condition::{Condition, Satisfiable, Tri, Unproved, Witness};
use crate::contract::{Bound, ClauseKind, Share};
use crate::decide::DeploymentWorld;
use crate::document::{Diagnostic, codes};
use crate::list::List;
use crate::model::policy::{Deployment, Policy};
use crate::model::vocabulary::{Act, Acts};
use crate::money::Ratio;

/// The most sets of shares that are told.
const MOST: usize = 50;

/// A part of the work that is for some deployments at least.
struct Part<'s, 'a> {
    view: &'s ClauseView<'a>,
    share: &'s Share,
    part: Ratio,
    /// For each deployment of the policy, whether it may be for it.
    is_for: Vec<bool>,
}

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    let parts: Vec<Part<'_, '_>> = study
        .clauses
        .iter()
        .filter_map(|view| part(study, view))
        .list();
    // Sets of parts that add up to no more than the whole, the smaller first; and those that are settled, to which
    // nothing need be added.
    let mut sets: Vec<Vec<&Part<'_, '_>>> = parts.iter().map(|part| Vec::from([part])).list();
    let mut settled: Vec<Vec<&Part<'_, '_>>> = Vec::new();
    let mut next = 0_usize;
    let mut told = 0_usize;
    while let Some(set) = sets.get(next).cloned() {
        next = next.saturating_add(1);
        let last = set.last().map(|part| part.view.index);
        for added in parts.iter().filter(|part| Some(part.view.index) > last) {
            if found.is_spent() || told >= MOST {
                found.leave_out(1, || {
                    String::from("whether more shares can be kept together")
                });
                return;
            }
            found.steps = found.steps.saturating_sub(1);
            if !set.iter().all(|part| part.adds_to(added)) {
                continue;
            }
            let mut set = set.clone();
            set.push(added);
            let has = |part: &&Part<'_, '_>| {
                let mut all = set.iter();
                all.any(|other| other.view.index == part.view.index)
            };
            if settled.iter().any(|known| known.iter().all(has)) {
                continue;
            }
            let sum = set
                .iter()
                .try_fold(Ratio::ZERO, |sum, part| sum.plus(part.part));
            match sum {
                Some(sum) if sum.compare(Ratio::ONE) == Some(core::cmp::Ordering::Greater) => {
                    if together(study, &set, sum, found) {
                        told = told.saturating_add(1);
                    }
                    settled.push(set);
                }
                Some(_) => sets.push(set),
                None => {}
            }
        }
    }
}

/// What a share that is in force asks for; nothing where that is nothing, or where a permit may set it aside.
fn part<'s, 'a>(study: &'s Study<'a>, view: &'s ClauseView<'a>) -> Option<Part<'s, 'a>> {
    let policy = study.policy;
    let ClauseKind::Share(share) = &view.clause.kind else {
        return None;
    };
    let (part, outside) = match share.bound {
        Bound::Min(part, _) => (part, Tri::False),
        Bound::Max(part) => (Ratio::ONE.minus(part)?, Tri::True),
    };
    let may_set_aside = |other: &ClauseView<'_>| {
        matches!(&other.clause.kind, ClauseKind::Permit(permit)
            if permit.carves.contains(&view.index) || other.clause.contract == view.clause.contract)
    };
    let is_firm = outside == Tri::False || !study.clauses.iter().any(may_set_aside);
    if view.period.is_empty() || part.numerator() <= 0 || !is_firm {
        return None;
    }
    let is_for = |deployment: &Deployment| {
        condition_on(policy, view.index, deployment).is_some()
            && share
                .target
                .evaluate(&DeploymentWorld::alone(policy, deployment))
                != outside
    };
    Some(Part {
        view,
        share,
        part,
        is_for: policy.deployments.iter().map(is_for).list(),
    })
}

impl Part<'_, '_> {
    /// Whether two parts are of the same measure and for deployments that have none in common.
    fn adds_to(&self, other: &Part<'_, '_>) -> bool {
        let mut both = self.is_for.iter().zip(&other.is_for);
        self.share.of == other.share.of
            && self.view.period.meets(other.view.period)
            && !both.any(|(one, two)| *one && *two)
    }

    /// What of the work on a deployment it is about.
    fn scope<'p>(
        &self,
        policy: &'p Policy,
        deployment: &'p Deployment,
    ) -> Option<Cow<'p, Condition>> {
        let condition = condition_on(policy, self.view.index, deployment)?;
        Some(unended(policy, self.view.index, condition))
    }

    fn text(&self) -> String {
        let bound = match self.share.bound {
            Bound::Min(..) => "at least",
            Bound::Max(_) => "at most",
        };
        let reference = &self.view.clause.reference;
        format!("`{reference}` ({bound} {})", percent(self.share.ratio()))
    }
}

fn percent(ratio: Ratio) -> String {
    let hundredfold = ratio.times(Ratio::whole(100)).unwrap_or(ratio);
    format!("{}%", hundredfold.decimal())
}

/// Tells of shares that add up to more than the whole, where some request is in the scope of all; whether it does.
fn together(study: &Study<'_>, set: &[&Part<'_, '_>], sum: Ratio, found: &mut Findings) -> bool {
    let Some(first) = set.first() else {
        return false;
    };
    let mut period = Period::ALWAYS;
    let mut acts = Acts::of(&[Act::Serve, Act::Launch, Act::Sell]);
    for part in set {
        period = period.and(part.view.period);
        acts = acts.and(part.view.clause.scope.acts);
    }
    let texts: Vec<String> = set.iter().map(|part| part.text()).list();
    let all = texts.join(" and ");
    let (witness, deployment) = match met(study, set, acts, period, found) {
        Ok(Some(met)) => met,
        Ok(None) => return false,
        Err(why) => {
            found.leave(
                study,
                &format!("whether {all} are about the same work"),
                why,
            );
            return false;
        }
    };
    let mut pairs = set.iter().zip(set.iter().skip(1));
    let is_same = pairs.all(|(one, other)| are_about_the_same(study, one, other, period, found));
    let rest = if set
        .iter()
        .any(|part| matches!(part.share.bound, Bound::Max(_)))
    {
        "with what is left to others they take up"
    } else {
        "they take up"
    };
    let condition = if is_same {
        ""
    } else {
        " where there is no other work"
    };
    let message = format!(
        "{all} cannot be kept together{condition}: {rest} {} of the {}",
        percent(sum),
        first.share.of.name()
    );
    let of_model = set
        .iter()
        .any(|part| part.view.clause.scope.models.is_some());
    let model = of_model.then(|| study.policy.model(deployment.model));
    let help = format!(
        "{}; lower one of them, or keep their `when` apart",
        study.met_where(&witness, model, period)
    );
    let finding = if is_same {
        Diagnostic::warning(codes::SHARES_EXCEED_ALL, message)
    } else {
        Diagnostic::note(codes::SHARES_EXCEED_ALL, message)
    };
    let mut finding = if let ClauseKindDoc::Share(doc) = &first.view.written.kind {
        let (key, written) = match &doc.min {
            Some(min) => ("min", Some(min)),
            None => ("max", doc.max.as_ref()),
        };
        let span = written.map(|share| share.span);
        first.view.place.point(finding.help(help), key, span)
    } else {
        finding.help(help)
    };
    for part in set.iter().skip(1) {
        finding = finding.related(part.view.place.id, "it is about the same work");
    }
    found.report(finding);
    true
}

/// A request in the scope of all, on a deployment of the policy.
fn met<'s>(
    study: &'s Study<'_>,
    set: &[&Part<'_, '_>],
    acts: Acts,
    period: Period,
    found: &mut Findings,
) -> Result<Option<(Witness, &'s Deployment)>, Unproved> {
    if acts == Acts::of(&[]) {
        return Ok(None);
    }
    let mut open = Ok(None);
    let mut asked: Vec<Vec<Cow<'_, Condition>>> = Vec::new();
    for deployment in &study.policy.deployments {
        let scopes: Vec<Cow<'_, Condition>> = set
            .iter()
            .filter_map(|part| part.scope(study.policy, deployment))
            .list();
        let is_known = !study.known.asks_of_deployment() && asked.contains(&scopes);
        if scopes.len() < set.len() || is_known {
            continue;
        }
        let frame = Frame::new(study, acts, Some(deployment), None, period);
        let all: Vec<&Condition> = scopes.iter().map(|scope| &**scope).list();
        match frame.meet(&all, &[], found) {
            Satisfiable::Yes(witness) => return Ok(Some((witness, deployment))),
            Satisfiable::No | Satisfiable::Undecided => {}
            Satisfiable::Unproved(why) => open = Err(why),
        }
        asked.push(scopes);
    }
    open
}

/// Whether what one share is about is what the other is about, on every deployment.
fn are_about_the_same(
    study: &Study<'_>,
    one: &Part<'_, '_>,
    other: &Part<'_, '_>,
    period: Period,
    found: &mut Findings,
) -> bool {
    let acts = one.view.clause.scope.acts;
    let mut deployments = study.policy.deployments.iter();
    acts == other.view.clause.scope.acts
        && deployments.all(|deployment| {
            let scopes = [one, other].map(|part| part.scope(study.policy, deployment));
            match scopes {
                [Some(left), Some(right)] if left != right => {
                    let frame = Frame::new(study, acts, Some(deployment), None, period);
                    let mut within = |one: &Condition, other: &Condition| {
                        frame.meet(&[one], &[other], found) == Satisfiable::No
                    };
                    within(&left, &right) && within(&right, &left)
                }
                [left, right] => left.is_some() == right.is_some(),
            }
        })
}
