//! The order of the attempts: rights, shares in deficit, commitments behind plan, preferences, soft budgets, splits; then the
//! objective, band by band; then affinity and the bytes of the ids; at last what spills to what.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use crate::condition::Tri;
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
            Source::Split(position, rule, order) => {
                order.len() > 1
                    && self.place(ask, deployment, cost) < order.len()
                    && ask.rule_holds(*position, rule, deployment, 0).0 == Tri::True
            }
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
                let (when, _) = ask.rule_holds(*position, rule, deployment, 0);
                if when != Tri::True {
                    return 0;
                }
                order
                    .iter()
                    .position(|arm| {
                        ask.rule_holds(*position, rule, deployment, *arm).1 == Tri::True
                    })
                    .unwrap_or(order.len())
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
    first::layers(rights, &eligible)
        .into_iter()
        .filter_map(|(index, layer)| {
            let candidate = first::candidate_at(candidates, index)?;
            Some((index, layer, candidate, ask.deployment(index)?))
        })
        .map(|(index, layer, candidate, deployment)| Ranked {
            index,
            layer,
            key: rights
                .iter()
                .map(|right| usize::from(right.claims() && right.stands_before(index)))
                .chain(demands.places(ask, deployment, candidate.cost()))
                .collect(),
            cost: candidate
                .costing
                .as_ref()
                .map(|costing| (costing.cost.routing, costing.list)),
            latency_ms: ask.state_of(index).and_then(|state| state.latency_ms),
            affinity: ask
                .request
                .key
                .as_ref()
                .map_or(0, |key| affinity(key, &deployment.id)),
        })
        .collect()
}

/// The eligible deployments in the order they are to be tried. Bands that hold several are noted in `bands`: where each
/// begins, and how many it holds.
pub(crate) fn attempts(
    ask: &Ask<'_>,
    candidates: &[Candidate],
    rights: &[Right<'_>],
    demands: &Demands<'_>,
    bands: &mut Vec<usize>,
) -> Vec<DeploymentIx> {
    let mut ranked = ranked(ask, candidates, rights, demands);
    order::sort_by(&mut ranked, |left, right| left.place().cmp(&right.place()));
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
        spill(ask, sorted, &mut order);
        rest = others;
    }
    order
}

/// What puts one eligible deployment before another, as it is cited, and the question that asks it.
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
        .iter()
        .map(|right| right.clause.reference.as_str())
        .chain(demands.references());
    let decided = references
        .zip(before.key.iter().zip(&after.key))
        .find(|(_, (before, after))| before != after)
        .map(|(reference, _)| reference)
        .or_else(|| {
            let mut right = rights.iter().filter(|right| right.stands_before(other));
            let right = right.find(|_| before.layer != after.layer)?;
            Some(right.clause.reference.as_str())
        });
    if let Some(reference) = decided {
        return Some((Question::First, reference.to_string()));
    }
    let (layer, key) = (before.layer, before.key.clone());
    equal.retain(|item| item.layer == layer && item.key == key);
    for objective in &ask.policy.objective {
        let less = |left: &&Ranked, right: &&Ranked| compare(objective.measure, left, right);
        let least = equal.iter().min_by(less)?;
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
        Ordering::Greater => "request/key",
        Ordering::Equal if before.index < after.index => "id",
        Ordering::Equal | Ordering::Less => "spills_to",
    };
    Some((Question::Cost, cite.to_string()))
}

/// Puts each deployment that another spills to directly behind it, chains included. Nobody is left out or added.
fn spill(ask: &Ask<'_>, sorted: Vec<DeploymentIx>, order: &mut Vec<DeploymentIx>) {
    let target = |source: DeploymentIx| ask.deployment(source)?.spills_to;
    let mut left = sorted;
    while !left.is_empty() {
        // The first that none of the others spills to; there is one, because a policy with a ring is refused.
        let first = left
            .iter()
            .position(|index| left.iter().all(|source| target(*source) != Some(*index)))
            .unwrap_or(0);
        let mut next = Some(left.remove(first));
        while let Some(index) = next {
            order.push(index);
            next = target(index)
                .and_then(|target| left.iter().position(|other| *other == target))
                .map(|position| left.remove(position));
        }
    }
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
        let count = rest
            .iter()
            .take_while(|item| in_band(objective, least, item))
            .count()
            .max(1);
        let Some((band, others)) = rest.split_at_mut_checked(count) else {
            break;
        };
        if count > 1 {
            bands.extend([order.len(), count]);
        }
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
fn in_band(objective: &Objective, least: &Ranked, item: &Ranked) -> bool {
    let fits = match objective.measure {
        Measure::Cost => match (least.cost, item.cost) {
            (Some((least, _)), Some((routing, list))) => objective
                .within
                .of(list)
                .and_then(|slack| least.plus(slack))
                .is_some_and(|ceiling| routing <= ceiling),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        },
        Measure::Latency => match (least.latency_ms, item.latency_ms) {
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
    fits || least.index == item.index
}

/// Rendezvous hashing: the deployment with the highest hash of (key, id) comes first, so that a key keeps its place when
/// others come and go.
fn affinity(key: &str, id: &str) -> u64 {
    hash(&[key, id])
}

/// 64-bit FNV-1a over the parts, with a zero byte between them, finished by the mixer of SplitMix64.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |byte: u8| {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    };
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            take(0);
        }
        part.bytes().for_each(&mut take);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
