//! The order of the attempts: rights, shares in deficit, commitments behind plan, preferences, soft budgets, splits; then the
//! objective, band by band; then affinity and the bytes of the ids; at last what spills to what.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use crate::condition::{Tri, Value};
use crate::contract::{Bound, ClauseKind, Commitment, Effect, Enforcement, Share, SpendCap};
use crate::decide::Ask;
use crate::decide::first::{self, Right};
use crate::decide::plan::Candidate;
use crate::model::decision::{Cost, Question};
use crate::model::policy::{
    Arm, Clause, ClauseIx, Deployment, DeploymentIx, Measure, Objective, Rule, RuleKind,
};
use crate::money::{Money, Ratio};
use crate::order;

/// One eligible deployment on its way into the order.
struct Ranked {
    index: DeploymentIx,
    /// How many holders of rights, one behind the other, come before it at least.
    layer: u32,
    key: Vec<usize>,
    /// Routing cost, and the list cost its band is measured by; unknown sorts last.
    cost: Option<(Money, Money)>,
    latency_ms: Option<u64>,
    affinity: u64,
}

impl Ranked {
    fn place(&self) -> (u32, &[usize], DeploymentIx) {
        (self.layer, &self.key, self.index)
    }
}

/// What question 4 asks for beside rights, in the order in which it counts.
pub(crate) struct Demands<'a> {
    demands: Vec<Demand<'a>>,
}

/// One thing that puts some deployments before others.
struct Demand<'a> {
    /// The clause or rule, as it is cited.
    reference: &'a str,
    source: Source<'a>,
}

enum Source<'a> {
    /// A minimum share in deficit.
    Share(ClauseIx, &'a Clause, Tri, &'a Share),
    /// A commitment behind plan, with the most that an eligible deployment may cost to come first.
    Commitment(ClauseIx, &'a Clause, Tri, &'a Commitment, Option<Ratio>),
    /// A preference, by its position among the rules.
    Prefer(usize, &'a Rule),
    /// A soft budget.
    SoftCap(ClauseIx, &'a Clause, Tri, &'a SpendCap),
    /// A split, by its position among the rules, with its arms in the order they were drawn.
    Split(usize, &'a Rule, Vec<usize>),
}

impl<'a> Demands<'a> {
    /// What is asked for in this decision. `least` is the least routing cost of any eligible deployment.
    pub(crate) fn of(ask: &Ask<'a>, least: Option<Money>) -> Demands<'a> {
        let mut clauses: Vec<(ClauseIx, &Clause, Tri)> = ask.active_clauses().collect();
        order::sort_by_key(&mut clauses, |(index, clause, _)| {
            (Reverse(clause.rank), *index)
        });
        let mut demands = Vec::new();
        let mut put = |reference, source| demands.push(Demand { reference, source });
        for wanted in [Enforcement::Hard, Enforcement::Soft] {
            for (index, clause, active) in &clauses {
                if let ClauseKind::Share(share) = &clause.kind
                    && matches!(share.bound, Bound::Min(_, enforcement) if enforcement == wanted)
                    && share.in_deficit(&ask.clause_state(*index))
                {
                    let source = Source::Share(*index, clause, *active, share);
                    put(clause.reference.as_str(), source);
                }
            }
        }
        for (index, clause, active) in &clauses {
            if let ClauseKind::Commitment(commitment) = &clause.kind
                && let Effect::Precedence(premium) = commitment.effect
                && commitment.is_behind(&ask.clause_state(*index), ask.when.at.start())
            {
                let ceiling = premium.and_then(|premium| {
                    Ratio::ONE.plus(premium)?.times(Ratio::whole(least?.pico()))
                });
                // A premium that nothing can be compared with lets nobody come first.
                let ceiling = premium.map(|_| ceiling.unwrap_or(Ratio::whole(i128::MIN)));
                let source = Source::Commitment(*index, clause, *active, commitment, ceiling);
                put(clause.reference.as_str(), source);
            }
        }
        for (position, rule) in ask.policy.rules.iter().enumerate() {
            if matches!(rule.kind, RuleKind::Prefer(_)) && rule.acts.contains(ask.request.act) {
                put(rule.reference.as_str(), Source::Prefer(position, rule));
            }
        }
        for (index, clause, active) in &clauses {
            if let ClauseKind::SpendCap(cap) = &clause.kind
                && cap.enforcement == Enforcement::Soft
            {
                let source = Source::SoftCap(*index, clause, *active, cap);
                put(clause.reference.as_str(), source);
            }
        }
        for (position, rule) in ask.policy.rules.iter().enumerate() {
            if let RuleKind::Split(arms) = &rule.kind
                && rule.acts.contains(ask.request.act)
            {
                let source = Source::Split(position, rule, draws(ask, rule, arms));
                put(rule.reference.as_str(), source);
            }
        }
        Demands { demands }
    }

    /// The clauses and rules that ask for something, in the order in which they count.
    pub(crate) fn references(&self) -> impl Iterator<Item = &'a str> {
        self.demands.iter().map(|demand| demand.reference)
    }

    /// The place of a deployment by each demand: the less, the earlier.
    pub(crate) fn places(
        &self,
        ask: &Ask<'_>,
        deployment: &Deployment,
        cost: Option<Cost>,
    ) -> Vec<usize> {
        self.demands
            .iter()
            .map(|demand| demand.source.place(ask, deployment, cost))
            .collect()
    }

    /// The clauses and rules that put a deployment before others.
    pub(crate) fn serving<'b>(
        &'b self,
        ask: &'b Ask<'_>,
        deployment: &'b Deployment,
        cost: Option<Cost>,
    ) -> impl Iterator<Item = &'a str> {
        self.demands
            .iter()
            .filter(move |demand| demand.source.serves(ask, deployment, cost))
            .map(|demand| demand.reference)
    }

    /// The minimum shares in deficit that apply to some candidate and that no eligible deployment could serve.
    pub(crate) fn infeasible(&self, ask: &Ask<'_>, candidates: &[Candidate]) -> Vec<&'a str> {
        let parties = || {
            candidates
                .iter()
                .zip(ask.deployments())
                .filter(|(candidate, _)| !candidate.is_elsewhere())
        };
        self.demands
            .iter()
            .filter(|demand| {
                let Source::Share(index, clause, active, _) = demand.source else {
                    return false;
                };
                let applies = parties().any(|(_, (_, deployment))| {
                    ask.applies(index, clause, active, deployment) == Tri::True
                });
                let served = parties().any(|(candidate, (_, deployment))| {
                    candidate.is_eligible() && demand.source.serves(ask, deployment, None)
                });
                applies && !served
            })
            .map(|demand| demand.reference)
            .collect()
    }
}

impl Source<'_> {
    /// Whether it puts a deployment before others.
    fn serves(&self, ask: &Ask<'_>, deployment: &Deployment, cost: Option<Cost>) -> bool {
        match self {
            Source::Share(..) | Source::Commitment(..) | Source::Prefer(..) => {
                self.place(ask, deployment, cost) == 0
            }
            // Not passing a budget is nothing that a reader looks for among the reasons.
            Source::SoftCap(..) => false,
            Source::Split(_, _, order) => self.place(ask, deployment, cost) < order.len(),
        }
    }

    fn place(&self, ask: &Ask<'_>, deployment: &Deployment, cost: Option<Cost>) -> usize {
        let behind = |first: bool| usize::from(!first);
        match self {
            Source::Share(index, clause, active, share) => behind(
                ask.applies(*index, clause, *active, deployment)
                    .and(ask.evaluate(&share.target, deployment))
                    == Tri::True,
            ),
            Source::Commitment(index, clause, active, commitment, ceiling) => {
                let cheap_enough = ceiling.is_none_or(|ceiling| {
                    cost.is_some_and(|cost| {
                        Ratio::whole(cost.routing.pico())
                            .compare(ceiling)
                            .is_some_and(Ordering::is_le)
                    })
                });
                behind(
                    deployment.provider == commitment.provider
                        && ask.applies(*index, clause, *active, deployment) == Tri::True
                        && cheap_enough,
                )
            }
            Source::Prefer(position, rule) => {
                let (when, wish) = ask.rule_holds(*position, rule, deployment, 0);
                behind(when.and(wish) == Tri::True)
            }
            Source::SoftCap(index, clause, active, cap) => {
                let applies = ask.applies(*index, clause, *active, deployment).and(
                    cap.target
                        .as_ref()
                        .map_or(Tri::True, |target| ask.evaluate(target, deployment)),
                );
                let passed =
                    cost.is_some_and(|cost| cap.is_passed(&ask.clause_state(*index), cost.cash));
                usize::from(applies == Tri::True && passed)
            }
            Source::Split(position, rule, order) => {
                let is_in = |arm: &usize| {
                    let (when, arm) = ask.rule_holds(*position, rule, deployment, *arm);
                    when.and(arm) == Tri::True
                };
                order.iter().position(is_in).unwrap_or(order.len())
            }
        }
    }
}

/// The arms of a split in the order they are drawn, without replacement.
///
/// Draw number *i* hashes `wayleave/split/1`, the rule, the key (the seed where there is none) and *i*, with a zero byte
/// between them; of the arms that are left, the one is drawn whose part of the weights holds the hash.
fn draws(ask: &Ask<'_>, rule: &Rule, arms: &[Arm]) -> Vec<usize> {
    let id = rule
        .reference
        .strip_prefix("rules/")
        .unwrap_or(&rule.reference);
    let seed = ask.when.seed.to_string();
    let key = ask.request.key.as_deref().unwrap_or(&seed);
    let mut left: Vec<usize> = (0..arms.len()).collect();
    let mut drawn = Vec::with_capacity(arms.len());
    let weight = |arm: usize| arms.get(arm).map_or(0, |arm| u64::from(arm.weight));
    while !left.is_empty() {
        let total = left
            .iter()
            .fold(0_u64, |total, arm| total.saturating_add(weight(*arm)));
        let number = drawn.len().to_string();
        let hash = hash(&["wayleave/split/1", id, key, &number]);
        let scaled = u128::from(hash)
            .checked_mul(u128::from(total))
            .map_or(0, |product| product >> 64);
        let mut below = 0_u128;
        let mut chosen = 0;
        for (position, arm) in left.iter().enumerate() {
            let weight = u128::from(weight(*arm));
            let Some(end) = below.checked_add(weight) else {
                break;
            };
            if total == 0 || scaled < end {
                chosen = position;
                break;
            }
            below = end;
        }
        drawn.push(left.remove(chosen));
    }
    drawn
}

/// The eligible deployments with what their order is decided by.
fn ranked(
    ask: &Ask<'_>,
    candidates: &[Candidate],
    rights: &[Right<'_>],
    demands: &Demands<'_>,
) -> Vec<Ranked> {
    let eligible: Vec<DeploymentIx> = candidates
        .iter()
        .zip(ask.deployments())
        .filter(|(candidate, _)| candidate.is_eligible())
        .map(|(_, (index, _))| index)
        .collect();
    let begun = affine(ask);
    first::layers(rights, &eligible)
        .into_iter()
        .filter_map(|(index, layer)| {
            let candidate = first::candidate_at(candidates, index)?;
            Some((index, layer, candidate, ask.deployment(index)?))
        })
        .map(|(index, layer, candidate, deployment)| Ranked {
            index,
            layer,
            // One place for each clause, whichever model it is read for.
            key: rights
                .chunk_by(|left, right| left.index == right.index)
                .map(|same| {
                    let mut claiming = same.iter().filter(|right| right.claims());
                    usize::from(claiming.any(|right| right.stands_before(index)))
                })
                .chain(demands.places(ask, deployment, candidate.cost()))
                .collect(),
            cost: candidate
                .costing
                .as_ref()
                .map(|costing| (costing.cost.routing, costing.list)),
            latency_ms: ask.state_of(index).and_then(|state| state.latency_ms),
            affinity: begun.map_or(0, |begun| affinity(begun, &deployment.id)),
        })
        .collect()
}

/// The eligible deployments in the order they are to be tried. Bands are noted in `bands`: where each
/// begins, how many it holds, and whom.
pub(crate) fn attempts(
    ask: &Ask<'_>,
    candidates: &[Candidate],
    rights: &[Right<'_>],
    demands: &Demands<'_>,
    bands: &mut Vec<usize>,
) -> Vec<DeploymentIx> {
    let mut ranked = ranked(ask, candidates, rights, demands);
    order::sort_by(&mut ranked, |left, right| left.place().cmp(&right.place()));
    let mut spills = Spills::of(ask);
    let mut order = Vec::with_capacity(ranked.len());
    let mut rest = ranked.as_mut_slice();
    while let Some(first) = rest.first() {
        let count = rest
            .iter()
            .take_while(|other| other.layer == first.layer && other.key == first.key)
            .count();
        let Some((equal, others)) = rest.split_at_mut_checked(count) else {
            break;
        };
        let start = order.len();
        by_objective(equal, &ask.policy.objective, &mut order, bands);
        let sorted = order.split_off(start);
        spills.place(ask, &sorted, &mut order);
        rest = others;
    }
    order
}

/// What puts the first attempt before another eligible deployment, as it is cited, and the question that asks it.
pub(crate) fn ahead(
    ask: &Ask<'_>,
    candidates: &[Candidate],
    rights: &[Right<'_>],
    demands: &Demands<'_>,
    (first, other): (DeploymentIx, DeploymentIx),
) -> Option<(Question, String)> {
    let mut equal = ranked(ask, candidates, rights, demands);
    let of = |ranked: &[Ranked], index| ranked.iter().position(|item| item.index == index);
    let (before, after) = (
        equal.get(of(&equal, first)?)?,
        equal.get(of(&equal, other)?)?,
    );
    let references = rights
        .chunk_by(|left, right| left.index == right.index)
        .filter_map(|same| Some(same.first()?.clause.reference.as_str()))
        .chain(demands.references());
    let decided = references
        .zip(before.key.iter().zip(&after.key))
        .find(|(_, (before, after))| before != after);
    if let Some((reference, _)) = decided {
        return Some((Question::First, reference.to_string()));
    }
    // The first attempt waits for nobody, and neither does who has the same key.
    let key = before.key.clone();
    equal.retain(|item| item.key == key);
    for objective in &ask.policy.objective {
        let less = |left: &&Ranked, right: &&Ranked| compare(objective.measure, left, right);
        let least = equal.iter().min_by(less)?;
        let least = (least.cost, least.latency_ms, least.index);
        let inside: Vec<bool> = equal
            .iter()
            .map(|item| in_band(objective, least, item))
            .collect();
        if inside.get(of(&equal, other)?) == Some(&false) {
            let cite = match objective.measure {
                Measure::Cost => "price",
                Measure::Latency => "state/latency_ms",
            };
            return Some((Question::Cost, cite.to_string()));
        }
        let mut inside = inside.into_iter();
        equal.retain(|_| inside.next() == Some(true));
    }
    let (before, after) = (
        equal.get(of(&equal, first)?)?,
        equal.get(of(&equal, other)?)?,
    );
    let cite = match before.affinity.cmp(&after.affinity) {
        Ordering::Greater => match ask.policy.affinity {
            Some(slot) => ask.policy.variables.path(slot).replace('.', "/"),
            None => "request/key".to_string(),
        },
        Ordering::Equal if before.index < after.index => "id".to_string(),
        Ordering::Equal | Ordering::Less => "spills_to".to_string(),
    };
    Some((Question::Cost, cite))
}

/// Who spills to whom, while an order is made.
struct Spills {
    /// Who spills to each deployment: one, because a policy with two is refused.
    source: Vec<Option<DeploymentIx>>,
    /// Whether a deployment is among those that are being placed.
    left: Vec<bool>,
}

impl Spills {
    fn of(ask: &Ask<'_>) -> Spills {
        let count = ask.deployments().count();
        let mut source = alloc::vec![None; count];
        for (index, deployment) in ask.deployments() {
            if let Some(cell) = deployment
                .spills_to
                .and_then(|target| at_mut(&mut source, target))
            {
                *cell = Some(index);
            }
        }
        Spills {
            source,
            left: alloc::vec![false; count],
        }
    }

    /// Puts each deployment that another spills to directly behind it, chains included. Nobody is left out or added.
    fn place(&mut self, ask: &Ask<'_>, sorted: &[DeploymentIx], order: &mut Vec<DeploymentIx>) {
        for index in sorted {
            self.set_left(*index, true);
        }
        // What none of those left spills to begins. Everybody is in some chain: a policy with a ring is refused.
        for first in sorted {
            let source = at_mut(&mut self.source, *first).and_then(|source| *source);
            let follows = source.is_some_and(|source| self.is_left(source));
            let mut next = (!follows).then_some(*first);
            while let Some(index) = next.filter(|index| self.is_left(*index)) {
                self.set_left(index, false);
                order.push(index);
                next = ask.deployment(index).and_then(|source| source.spills_to);
            }
        }
    }

    fn is_left(&mut self, index: DeploymentIx) -> bool {
        at_mut(&mut self.left, index).is_some_and(|left| *left)
    }

    fn set_left(&mut self, index: DeploymentIx, is_left: bool) {
        if let Some(left) = at_mut(&mut self.left, index) {
            *left = is_left;
        }
    }
}

fn at_mut<T>(items: &mut [T], index: DeploymentIx) -> Option<&mut T> {
    items.get_mut(usize::try_from(index.0).ok()?)
}

/// Sorts deployments with equal keys: band by band of the first objective, inside a band by the next, at last by
/// affinity and id.
fn by_objective(
    ranked: &mut [Ranked],
    objectives: &[Objective],
    order: &mut Vec<DeploymentIx>,
    bands: &mut Vec<usize>,
) {
    let Some((objective, next)) = objectives.split_first() else {
        order::sort_by(ranked, |left, right| {
            right
                .affinity
                .cmp(&left.affinity)
                .then(left.index.cmp(&right.index))
        });
        order.extend(ranked.iter().map(|item| item.index));
        return;
    };
    order::sort_by(ranked, |left, right| {
        compare(objective.measure, left, right).then(left.index.cmp(&right.index))
    });
    let mut rest = ranked;
    while let Some(least) = rest.first() {
        // Who is listed for more is allowed more, so a band need not be what comes first.
        let least = (least.cost, least.latency_ms, least.index);
        order::sort_by_key(rest, |item| !in_band(objective, least, item));
        let count = rest
            .iter()
            .take_while(|item| in_band(objective, least, item))
            .count();
        let Some((band, others)) = rest.split_at_mut_checked(count) else {
            break;
        };
        bands.extend([order.len(), count]);
        let members = band.iter().map(|item| usize::try_from(item.index.0));
        bands.extend(members.flatten());
        by_objective(band, next, order, bands);
        rest = others;
    }
}

fn compare(measure: Measure, left: &Ranked, right: &Ranked) -> Ordering {
    fn unknown_last<T: Ord>(left: Option<T>, right: Option<T>) -> Ordering {
        match (left, right) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
    match measure {
        Measure::Cost => unknown_last(
            left.cost.map(|(routing, _)| routing),
            right.cost.map(|(routing, _)| routing),
        ),
        Measure::Latency => unknown_last(left.latency_ms, right.latency_ms),
    }
}

/// Whether `item` counts as equal to the least: what it measures more is at most the band's share of its own list cost,
/// or of its own latency.
fn in_band(
    objective: &Objective,
    (cost, latency_ms, index): (Option<(Money, Money)>, Option<u64>, DeploymentIx),
    item: &Ranked,
) -> bool {
    let fits = match objective.measure {
        Measure::Cost => match (cost, item.cost) {
            (Some((least, _)), Some((routing, list))) => objective
                .within
                // A ladder may list less than nothing, which is no room above the least.
                .of(list.max(Money::ZERO))
                .and_then(|slack| least.plus(slack))
                .is_some_and(|ceiling| routing <= ceiling),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        },
        Measure::Latency => match (latency_ms, item.latency_ms) {
            (Some(least), Some(latency)) => {
                let own = Money::from_pico(i128::from(latency));
                objective
                    .within
                    .of(own)
                    .and_then(|slack| Money::from_pico(i128::from(least)).plus(slack))
                    .is_some_and(|ceiling| own <= ceiling)
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        },
    };
    fits || index == item.index
}

/// The hash of what affinity goes by (the request's key, or the attribute that the policy names) and the zero byte after
/// it: it may be long, and is the same for all deployments.
fn affine(ask: &Ask<'_>) -> Option<u64> {
    let begin = |text: &str| take(take(START, text), "\0");
    let Some(slot) = ask.policy.affinity else {
        return ask.request.key.as_deref().map(begin);
    };
    let value = ask.value(slot)?;
    if let Value::String(text) = value {
        return Some(begin(text));
    }
    Some(begin(&value.to_string()))
}

/// Rendezvous hashing: the deployment with the highest hash of (value, id) comes first, so that a value keeps its place
/// when others come and go. `begun` has taken the value.
fn affinity(begun: u64, id: &str) -> u64 {
    finish(take(begun, id))
}

/// 64-bit FNV-1a over the parts, with a zero byte between them, finished by the mixer of SplitMix64.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut hash = START;
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            hash = take(hash, "\0");
        }
        hash = take(hash, part);
    }
    finish(hash)
}

/// The hash of nothing.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn take(hash: u64, part: &str) -> u64 {
    part.bytes().fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn finish(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::hash;

    /// FNV-1a over the parts with a zero byte between them, finished by the mixer of SplitMix64: figures of another program.
    #[test]
    fn hashes_are_those_of_the_specification() {
        assert_eq!(
            hash(&["wayleave/split/1", "canary", "user-1", "0"]),
            0xc3e4_ce84_0997_2f3c
        );
        assert_eq!(hash(&["user-1", "azure-gpt"]), 0x8b97_ed14_d6ed_2ed9);
    }
}
