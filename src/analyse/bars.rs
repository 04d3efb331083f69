//! What bars which deployment, when, and under which condition.
//!
//! A bar is read so that it bars at most what it bars in a decision: whatever may set it aside (a permit, an
//! exclusivity that it gives way to, another licence) is taken to do so wherever its own condition holds.

use crate::list::List;
use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::period::Period;
use super::places::ClauseView;
use super::study::Findings;
use super::worlds::{Frame, Known};
use crate::condition::{Condition, Satisfiable, Tri, Unproved, all_of};
use crate::contract::ClauseKind;
use crate::decide::binds_model;
use crate::model::policy::{
    ClauseIx, Deployment, Policy, Precedence, Rule, RuleIx, RuleKind, Source,
};
use crate::model::vocabulary::Act;

/// A bar on the deployments of a group.
pub(super) struct Bar<'a> {
    pub(super) source: Source,
    pub(super) period: Period,
    /// Whether it surely bars wherever it holds: the deployment states what it asks for, and no clause contradicts it.
    pub(super) sure: bool,
    holds: Cow<'a, Condition>,
    /// Where one of these holds while its period lasts, the bar does not.
    unless: Vec<(Period, &'a Condition)>,
}

/// Deployments that the same bars keep from an act.
pub(super) struct Group<'a> {
    pub(super) act: Act,
    pub(super) deployments: Vec<&'a Deployment>,
    /// Clauses before rules, each in document order.
    pub(super) bars: Vec<Bar<'a>>,
}

impl<'a> Group<'a> {
    /// One of its deployments, which stands for all.
    pub(super) fn first(&self) -> Option<&'a Deployment> {
        self.deployments.first().copied()
    }
}

impl<'a> Bar<'a> {
    /// A bar that nothing sets aside.
    pub(super) fn plain(source: Source, period: Period, holds: Cow<'a, Condition>) -> Bar<'a> {
        Bar {
            source,
            period,
            sure: true,
            holds,
            unless: Vec::new(),
        }
    }
}

impl Bar<'_> {
    /// Where it bars for the whole of a period in which nothing about it changes; `None` where it is not in force.
    pub(super) fn during(&self, period: Period) -> Option<Cow<'_, Condition>> {
        if !self.period.covers(period) {
            return None;
        }
        let apart: Vec<Condition> = self
            .unless
            .iter()
            .filter(|(during, _)| during.meets(period))
            .map(|(_, condition)| condition.negated())
            .list();
        if apart.is_empty() {
            return Some(Cow::Borrowed(&*self.holds));
        }
        let parts: Vec<&Condition> = core::iter::once(&*self.holds).chain(&apart).list();
        Some(Cow::Owned(all_of(&parts)))
    }

    /// Whenever it changes.
    pub(super) fn periods(&self) -> impl Iterator<Item = Period> {
        core::iter::once(self.period).chain(self.unless.iter().map(|(period, _)| *period))
    }
}

/// A clause that may bar, before any deployment is looked at.
pub(super) struct Barring {
    pub(super) clause: ClauseIx,
    pub(super) period: Period,
    /// What may set it aside, and when.
    pub(super) unless: Vec<(Period, ClauseIx)>,
    /// What contradicts it, so that neither gives way.
    against: Vec<ClauseIx>,
}

/// The clauses that may bar an act while they are in force, in document order.
pub(super) fn barring(
    policy: &Policy,
    clauses: &[ClauseView<'_>],
    act: Act,
    looked_at: Period,
) -> Vec<Barring> {
    let of_act: Vec<&ClauseView<'_>> = clauses
        .iter()
        .filter(|view| view.clause.scope.acts.contains(act))
        .list();
    let mut found = Vec::new();
    for view in &of_act {
        let period = match &view.clause.kind {
            ClauseKind::Exclusivity(_) | ClauseKind::Residency(_) | ClauseKind::Covenant(_) => {
                view.period
            }
            // A licence bars once it is over.
            ClauseKind::License(_) => Period::from(view.ends).and(looked_at),
            // What facts, counters and launches decide bars nobody for good; a suspension is for a while.
            ClauseKind::Permit(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_) => {
                continue;
            }
        };
        if period.is_empty() {
            continue;
        }
        let mut bar = Barring {
            clause: view.index,
            period,
            unless: Vec::new(),
            against: Vec::new(),
        };
        for other in of_act.iter().filter(|other| other.period.meets(period)) {
            match meets(policy, view, other) {
                Meeting::Stands => {}
                Meeting::GivesWay => bar.unless.push((other.period, other.index)),
                Meeting::Contradicts => bar.against.push(other.index),
            }
        }
        found.push(bar);
    }
    found
}

/// What becomes of a bar where another clause applies.
enum Meeting {
    /// It stands.
    Stands,
    /// The other sets it aside, or may.
    GivesWay,
    /// Neither gives way.
    Contradicts,
}

fn meets(policy: &Policy, bar: &ClauseView<'_>, other: &ClauseView<'_>) -> Meeting {
    let settled = || match policy.precedence(other.index, bar.index) {
        Precedence::First => Meeting::GivesWay,
        Precedence::Second => Meeting::Stands,
        Precedence::Neither => Meeting::Contradicts,
    };
    match (&bar.clause.kind, &other.clause.kind) {
        (ClauseKind::Exclusivity(_) | ClauseKind::License(_), ClauseKind::Permit(permit)) => {
            if permit.carves.contains(&bar.index) {
                Meeting::GivesWay
            } else if other.clause.contract == bar.clause.contract {
                settled()
            } else {
                Meeting::Stands
            }
        }
        (ClauseKind::Exclusivity(left), ClauseKind::Exclusivity(right))
            if left.contradicts(right) =>
        {
            settled()
        }
        (ClauseKind::License(left), ClauseKind::License(right))
            if left.provider == right.provider =>
        {
            Meeting::GivesWay
        }
        (
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_),
            _,
        ) => Meeting::Stands,
    }
}

/// The condition of a clause with a deployment's values filled in.
pub(super) fn condition_on<'a>(
    policy: &'a Policy,
    clause: ClauseIx,
    deployment: &'a Deployment,
) -> Option<&'a Condition> {
    let clause_of = policy.clause(clause)?;
    if !binds_model(clause_of, deployment) {
        return None;
    }
    let own = usize::try_from(clause.0)
        .ok()
        .and_then(|index| deployment.clause_conditions.get(index)?.as_deref());
    Some(own.unwrap_or(&clause_of.scope.when))
        .filter(|condition| condition.constant() != Some(Tri::False))
}

/// Whether a clause would bar a deployment wherever its condition holds.
pub(super) fn is_against(
    policy: &Policy,
    clause: ClauseIx,
    act: Act,
    deployment: &Deployment,
) -> bool {
    policy
        .clause(clause)
        .is_some_and(|clause| match &clause.kind {
            ClauseKind::Exclusivity(terms) => terms.bars(act, deployment),
            ClauseKind::Residency(terms) => {
                // A place that is not stated keeps the deployment pending for good.
                terms.satisfied(deployment, &policy.zones) != Tri::True
            }
            ClauseKind::License(terms) => terms.provider == deployment.provider,
            // A covenant that is not stated keeps the deployment pending; one that is kept for a term bars for a while.
            ClauseKind::Covenant(terms) => terms.requires.iter().any(|required| {
                let mut holds = deployment.holds.iter();
                holds.all(|held| held.covenant != *required)
            }),
            ClauseKind::Permit(_)
            | ClauseKind::FirstRefusal(_)
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

/// Whether a bar needs nothing that a deployment does not state, and no clause contradicts it there.
fn is_sure(policy: &Policy, bar: &Barring, deployment: &Deployment) -> bool {
    let unstated = policy.clause(bar.clause).is_some_and(|clause| {
        if let ClauseKind::Residency(terms) = &clause.kind {
            terms.satisfied(deployment, &policy.zones) == Tri::Unknown
        } else if let ClauseKind::Covenant(terms) = &clause.kind {
            terms
                .requires
                .iter()
                .all(|required| !deployment.breaks.contains(required))
        } else {
            false
        }
    });
    let contradicted = || {
        bar.against
            .iter()
            .any(|other| condition_on(policy, *other, deployment).is_some())
    };
    !unstated && !contradicted()
}

/// Gives equal conditions of one clause or rule the same number.
struct Numbers<'a> {
    clauses: usize,
    known: Vec<Vec<(&'a Condition, &'a Condition)>>,
}

impl<'a> Numbers<'a> {
    fn of(policy: &Policy) -> Numbers<'a> {
        let count = policy.clauses.len().saturating_add(policy.rules.len());
        Numbers {
            clauses: policy.clauses.len(),
            known: (0..count).map(|_| Vec::new()).collect(),
        }
    }

    /// What tells the conditions of a clause, or of a rule, on a deployment from those on others.
    fn note(
        &mut self,
        source: Source,
        first: &'a Condition,
        second: &'a Condition,
        signature: &mut Vec<u32>,
    ) {
        let position = match source {
            Source::Clause(index) => usize::try_from(index.0).ok(),
            Source::Rule(index) => usize::try_from(index.0)
                .ok()
                .and_then(|index| index.checked_add(self.clauses)),
        };
        let Some((position, known)) =
            position.and_then(|position| Some((position, self.known.get_mut(position)?)))
        else {
            return;
        };
        let same =
            |left: &Condition, right: &Condition| core::ptr::eq(left, right) || left == right;
        let number = known
            .iter()
            .position(|(one, other)| same(one, first) && same(other, second));
        let number = number.unwrap_or_else(|| {
            known.push((first, second));
            known.len().saturating_sub(1)
        });
        signature.extend([position, number].map(|part| u32::try_from(part).unwrap_or(u32::MAX)));
    }
}

/// The deployments by what keeps them from an act, in the order of the first of each group.
pub(super) fn groups<'a>(
    policy: &'a Policy,
    barring: &[Barring],
    known: &Known,
    act: Act,
) -> Vec<Group<'a>> {
    let mut numbers = Numbers::of(policy);
    // Signatures in their order, each with the place of its group.
    let mut signatures: Vec<(Vec<u32>, usize)> = Vec::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for deployment in &policy.deployments {
        let signature = signature(policy, barring, known, act, deployment, &mut numbers);
        let found = signatures.binary_search_by(|(other, _)| other.cmp(&signature));
        match found {
            Ok(at) => {
                let group = signatures.get(at).map(|(_, place)| *place);
                if let Some(group) = group.and_then(|place| groups.get_mut(place)) {
                    group.deployments.push(deployment);
                }
            }
            Err(at) => {
                signatures.insert(at, (signature, groups.len()));
                groups.push(Group {
                    act,
                    deployments: Vec::from([deployment]),
                    bars: bars(policy, barring, act, deployment),
                });
            }
        }
    }
    groups
}

/// What differs between deployments of different groups: the bars, their conditions, and what meets them.
fn signature<'a>(
    policy: &'a Policy,
    barring: &[Barring],
    known: &Known,
    act: Act,
    deployment: &'a Deployment,
    numbers: &mut Numbers<'a>,
) -> Vec<u32> {
    let mut signature = Vec::new();
    for bar in barring {
        let Some(condition) = condition_on(policy, bar.clause, deployment) else {
            continue;
        };
        if !is_against(policy, bar.clause, act, deployment) {
            continue;
        }
        numbers.note(
            Source::Clause(bar.clause),
            condition,
            condition,
            &mut signature,
        );
        signature.push(u32::from(is_sure(policy, bar, deployment)));
        for (_, other) in &bar.unless {
            if let Some(condition) = condition_on(policy, *other, deployment) {
                let source = Source::Clause(*other);
                numbers.note(source, condition, condition, &mut signature);
            }
        }
        // What follows belongs to another bar.
        signature.push(u32::MAX);
    }
    for (index, (when, condition)) in barring_rules(policy, act, deployment) {
        numbers.note(Source::Rule(index), when, condition, &mut signature);
    }
    if known.asks_of_deployment() {
        signature.extend([deployment.model.0, deployment.tier.0]);
    }
    signature
}

/// What bars a deployment from an act: clauses before rules, each in document order.
pub(super) fn bars<'a>(
    policy: &'a Policy,
    barring: &[Barring],
    act: Act,
    deployment: &'a Deployment,
) -> Vec<Bar<'a>> {
    let of_clauses = barring.iter().filter_map(|bar| {
        let condition = condition_on(policy, bar.clause, deployment)?;
        is_against(policy, bar.clause, act, deployment).then_some(())?;
        let unless = bar
            .unless
            .iter()
            .filter_map(|(period, other)| {
                Some((*period, condition_on(policy, *other, deployment)?))
            })
            .collect();
        Some(Bar {
            source: Source::Clause(bar.clause),
            period: bar.period,
            sure: is_sure(policy, bar, deployment),
            holds: unended(policy, bar.clause, condition),
            unless,
        })
    });
    let of_rules = barring_rules(policy, act, deployment).map(|(index, (when, condition))| {
        let wish = policy.rule(index).map(|rule| &rule.kind);
        let holds = Cow::Owned(against(wish, when, condition));
        Bar::plain(Source::Rule(index), Period::ALWAYS, holds)
    });
    of_clauses.chain(of_rules).collect()
}

/// Where a clause applies and no fact has ended it. A licence that a fact ends is not taken to have ended.
pub(super) fn unended<'a>(
    policy: &'a Policy,
    clause: ClauseIx,
    condition: &'a Condition,
) -> Cow<'a, Condition> {
    match policy
        .clause(clause)
        .and_then(|clause| clause.ends_when.as_ref())
    {
        Some(ends) => Cow::Owned(all_of(&[condition, &ends.negated()])),
        None => Cow::Borrowed(condition),
    }
}

/// The rules that bar a deployment from an act in some world, with their conditions on it.
fn barring_rules<'a>(
    policy: &'a Policy,
    act: Act,
    deployment: &'a Deployment,
) -> impl Iterator<Item = (RuleIx, (&'a Condition, &'a Condition))> {
    (0_u32..)
        .map(RuleIx)
        .zip(policy.rules.iter().zip(&deployment.rule_conditions))
        .filter_map(|(index, (rule, conditions))| Some((index, rule, only_wish(conditions)?)))
        .filter(move |(_, rule, conditions)| may_bar(rule, act, *conditions))
        .map(|(index, _, conditions)| (index, conditions))
}

/// When a rule applies and its one wish; nothing for a split, which has an arm beside others.
pub(super) fn only_wish(
    (when, wishes): &(Condition, Vec<Condition>),
) -> Option<(&Condition, &Condition)> {
    match wishes.as_slice() {
        [wish] => Some((when, wish)),
        [] | [_, _, ..] => None,
    }
}

fn may_bar(rule: &Rule, act: Act, (when, condition): (&Condition, &Condition)) -> bool {
    let never = match rule.kind {
        RuleKind::Deny(_) => Tri::False,
        RuleKind::Require(_) => Tri::True,
        RuleKind::Prefer(_) | RuleKind::Split(_) => return false,
    };
    rule.acts.contains(act)
        && when.constant() != Some(Tri::False)
        && condition.constant() != Some(never)
}

/// Where a rule bars, or for a preference where it prefers.
pub(super) fn against(
    wish: Option<&RuleKind>,
    when: &Condition,
    condition: &Condition,
) -> Condition {
    match wish {
        Some(RuleKind::Require(_)) => all_of(&[when, &condition.negated()]),
        Some(RuleKind::Deny(_) | RuleKind::Prefer(_) | RuleKind::Split(_)) | None => {
            all_of(&[when, condition])
        }
    }
}

/// Whether some bars leave anything.
pub(super) enum Covered {
    /// They leave nothing; these of them suffice for that.
    By(Vec<Source>),
    /// They leave something.
    No,
    Unproved(Unproved),
}

/// Whether in every world where all of `all` hold one of the bars does. With `or_pending`, one that is unknown for good
/// will do: it lets nothing through either.
pub(super) fn covers(
    frame: &Frame<'_>,
    all: &[&Condition],
    mut bars: Vec<(Source, Cow<'_, Condition>)>,
    or_pending: bool,
    found: &mut Findings,
) -> Covered {
    let ask = |bars: &[(Source, Cow<'_, Condition>)], found: &mut Findings| {
        let none: Vec<&Condition> = bars.iter().map(|(_, condition)| &**condition).list();
        frame.meet(all, &none, found)
    };
    let leaves_nothing = |answer: &Satisfiable| match answer {
        Satisfiable::No => true,
        Satisfiable::Undecided => or_pending,
        Satisfiable::Yes(_) | Satisfiable::Unproved(_) => false,
    };
    let answer = ask(&bars, found);
    if !leaves_nothing(&answer) {
        return match answer {
            Satisfiable::Unproved(why) => Covered::Unproved(why),
            Satisfiable::Yes(_) | Satisfiable::No | Satisfiable::Undecided => Covered::No,
        };
    }
    // What can be left out is, the last first: the strongest are cited.
    for position in (0..bars.len()).rev() {
        let bar = bars.remove(position);
        if !leaves_nothing(&ask(&bars, found)) {
            bars.insert(position, bar);
        }
    }
    Covered::By(bars.into_iter().map(|(source, _)| source).collect())
}
