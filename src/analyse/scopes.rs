//! Clauses and rules that no request and no deployment meet.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use super::bars::{against, condition_on, only_wish, unended};
use super::period::Period;
use super::places::{ClauseView, RuleView};
use super::study::{Findings, Study};
use super::worlds::{Frame, SPENT};
use crate::condition::{Condition, Satisfiable, Unproved};
use crate::document::{Diagnostic, codes};
use crate::model::policy::{Deployment, RuleIx, RuleKind, Source};
use crate::model::vocabulary::{Act, Acts, NameIx};

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    if study.policy.deployments.is_empty() {
        // Which has been said, and nothing else is worth saying.
        return;
    }
    for view in &study.clauses {
        if !view.period.is_empty() {
            clause(study, view, found);
        }
    }
    for view in &study.rules {
        rule(study, view, found);
    }
}

/// How far a scope reaches.
enum Reach {
    /// Some request meets it.
    Somewhere,
    /// No request does, whatever deployments there are.
    Nowhere,
    /// No deployment of the policy does.
    NoDeployment,
    Unproved(Unproved),
}

/// A condition that is to hold somewhere: as it is, and on a deployment, where `None` says that it never does.
struct Scope<'s> {
    acts: Acts,
    models: Option<&'s [NameIx]>,
    period: Period,
    free: &'s Condition,
    on: &'s dyn Fn(&'s Deployment) -> Option<Cow<'s, Condition>>,
}

impl<'s> Scope<'s> {
    fn reach(&self, study: &'s Study<'_>, found: &mut Findings) -> Reach {
        let offers = self.acts.and(Acts::of(&[Act::Host, Act::Train]));
        let answered = self
            .acts
            .and(Acts::of(&[Act::Serve, Act::Launch, Act::Sell]));
        let mut open = None;
        let mut asked: Vec<Cow<'_, Condition>> = Vec::new();
        for deployment in &study.policy.deployments {
            if answered == Acts::of(&[]) {
                break;
            }
            if found.is_spent() {
                return Reach::Unproved(SPENT);
            }
            let Some(condition) = (self.on)(deployment) else {
                continue;
            };
            // Deployments that differ in nothing that the condition asks give one answer.
            if !study.known.asks_of_deployment() && asked.contains(&condition) {
                continue;
            }
            let frame = Frame::new(study, answered, Some(deployment), None, self.period);
            match frame.meet(&[&condition], &[], found) {
                // What may apply keeps a request waiting, which is something.
                Satisfiable::Yes(_) | Satisfiable::Undecided => return Reach::Somewhere,
                Satisfiable::No => {}
                Satisfiable::Unproved(why) => open = open.or(Some(why)),
            }
            asked.push(condition);
        }
        // What holds for no deployment may hold for none that there could be. Offers of capacity are made by anybody.
        let frame = Frame::new(study, self.acts, None, self.models, self.period);
        let is_offered = offers != Acts::of(&[]);
        match (frame.meet(&[self.free], &[], found), open) {
            (Satisfiable::No, _) => Reach::Nowhere,
            (_, Some(why)) => Reach::Unproved(why),
            (Satisfiable::Unproved(why), None) if is_offered => Reach::Unproved(why),
            (_, None) if is_offered => Reach::Somewhere,
            (_, None) => Reach::NoDeployment,
        }
    }
}

/// The finding about a clause or rule that never applies; `None` where it does, or where nobody can tell.
fn never(study: &Study<'_>, name: &str, reach: &Reach, found: &mut Findings) -> Option<Diagnostic> {
    let (what, help) = match reach {
        Reach::Somewhere => return None,
        Reach::Unproved(why) => {
            found.leave(study, &format!("whether `{name}` ever applies"), *why);
            return None;
        }
        Reach::Nowhere => (
            "no request meets its condition",
            "its `when` contradicts itself, or its acts, its term or its end",
        ),
        Reach::NoDeployment => (
            "no deployment meets its scope",
            "no deployment in its scope is what its `when` asks for",
        ),
    };
    let message = format!("`{name}` never applies: {what}");
    Some(Diagnostic::warning(codes::NEVER_APPLIES, message).help(help))
}

fn clause(study: &Study<'_>, view: &ClauseView<'_>, found: &mut Findings) {
    let policy = study.policy;
    let scope = &view.clause.scope;
    let reach = Scope {
        acts: scope.acts,
        models: scope.models.as_deref(),
        period: view.period,
        free: &unended(policy, view.index, &scope.when),
        on: &|deployment| {
            let condition = condition_on(policy, view.index, deployment)?;
            Some(unended(policy, view.index, condition))
        },
    }
    .reach(study, found);
    if let Some(finding) = never(study, &view.clause.reference, &reach, found) {
        found.idle.push(Source::Clause(view.index));
        let when = view.written.common.when.as_ref().map(|when| when.span);
        found.report(view.place.point(finding, "when", when));
    }
}

fn rule(study: &Study<'_>, view: &RuleView<'_>, found: &mut Findings) {
    let rule = view.rule;
    let scope = Scope {
        acts: rule.acts,
        models: None,
        period: study.period,
        free: &rule.when,
        on: &|deployment| Some(Cow::Borrowed(when_on(view.index, deployment)?)),
    };
    let applies = scope.reach(study, found);
    if !matches!(applies, Reach::Somewhere) {
        if let Some(finding) = never(study, &rule.reference, &applies, found) {
            found.idle.push(Source::Rule(view.index));
            let when = view.written.when.as_ref().map(|when| when.span);
            found.report(view.place.point(finding, "when", when));
        }
        return;
    }
    // A wish that comes to nothing whatever deployments there are: a guard against those that may come is none. What
    // cannot be told here is told by the deployments, or not at all.
    let mut wishes = rule.kind.conditions();
    let (Some(wish), None) = (wishes.next(), wishes.next()) else {
        // An arm of a split that nothing is in leaves the others.
        return;
    };
    let effect = against(Some(&rule.kind), &rule.when, wish);
    let frame = Frame::new(study, rule.acts, None, None, study.period);
    if frame.meet(&[&effect], &[], found) != Satisfiable::No {
        return;
    }
    // A deployment of which too little is stated is kept waiting, and that is an effect.
    let reach = Scope {
        free: &effect,
        on: &|deployment| {
            let (when, condition) = conditions_on(view.index, deployment)?;
            Some(Cow::Owned(against(Some(&rule.kind), when, condition)))
        },
        ..scope
    }
    .reach(study, found);
    if !matches!(reach, Reach::Nowhere) {
        return;
    }
    found.idle.push(Source::Rule(view.index));
    let (says, help) = match rule.kind {
        RuleKind::Deny(_) => (
            "bars nothing: what it denies can never be",
            "no request meets its `when` and its `deny` together",
        ),
        RuleKind::Require(_) => (
            "bars nothing: what it requires is always so",
            "wherever its `when` holds, its `require` does too",
        ),
        RuleKind::Prefer(_) | RuleKind::Split(_) => (
            "prefers nothing: what it prefers can never be",
            "no request meets its `when` and its `prefer` together",
        ),
    };
    let message = format!("`{}` {says}", rule.reference);
    let finding = Diagnostic::warning(codes::NEVER_APPLIES, message).help(help);
    found.report(view.point_at_wish(finding));
}

/// When a rule applies, with a deployment's values filled in.
fn when_on(rule: RuleIx, deployment: &Deployment) -> Option<&Condition> {
    let index = usize::try_from(rule.0).ok()?;
    deployment.rule_conditions.get(index).map(|(when, _)| when)
}

/// The conditions of a rule with a deployment's values filled in.
fn conditions_on(rule: RuleIx, deployment: &Deployment) -> Option<(&Condition, &Condition)> {
    let index = usize::try_from(rule.0).ok()?;
    only_wish(deployment.rule_conditions.get(index)?)
}
