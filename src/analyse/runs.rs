//! The values of one variable in runs of one answer.
//!
//! The edges divide the values into segments. In a segment every amount that the answer turns on changes by the same with
//! each step of the variable, so each choice turns once at most, and two values with one trace have one answer between them:
//! halving finds where it changes.
//!
//! Where amounts are rounded to whole pico-USD, they change by the same only over so many steps at once as make the change
//! whole (the *grain*). Then the segment is read as many interleaved ones, and where these differ value by value.

use alloc::string::String;
use alloc::vec::Vec;

use crate::analyse::bench::Bench;
use crate::analyse::variable::{Part, Unit, What};
use crate::contract::ClauseKind;
use crate::decide::plan::Evaluation;
use crate::json::Json;
use crate::model::decision::Outcome;
use crate::model::policy::{DeploymentIx, Measure, Policy};
use crate::money::{Ratio, gcd};

/// How much work a question may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Points at which something begins or ends, for each variable.
    pub points: usize,
    /// Decisions that are made, in all.
    pub evaluations: usize,
}

impl Default for Effort {
    /// 10,000 points and 100,000 decisions.
    fn default() -> Effort {
        Effort {
            points: 10_000,
            evaluations: 100_000,
        }
    }
}

/// The longest grain: more interleaved segments are not read.
const MAX_GRAIN: i128 = 1_000;

/// What comes of a request: the outcome, and where to try, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What comes of it.
    pub outcome: Outcome,
    /// Where to try, in order.
    pub attempts: Vec<String>,
}

impl Answer {
    /// The answer as JSON: `{ outcome, attempts }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::object([
            ("outcome", Json::text(self.outcome.name())),
            ("attempts", Json::texts(self.attempts.iter().cloned())),
        ])
    }
}

/// An answer by indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    outcome: Outcome,
    pub(crate) order: Vec<DeploymentIx>,
}

impl Seen {
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Seen {
        let order = evaluation.order.clone();
        let outcome = if order.is_empty() {
            evaluation.without_attempt().0
        } else {
            Outcome::Route
        };
        Seen { outcome, order }
    }

    pub(crate) fn answer(&self, bench: &Bench<'_>) -> Answer {
        let ask = bench.ask();
        let ids = self.order.iter().filter_map(|index| ask.deployment(*index));
        Answer {
            outcome: self.outcome,
            attempts: ids.map(|one| one.id.clone()).collect(),
        }
    }
}

/// Work that is left, and what was left undone.
pub(crate) struct Budget {
    points: usize,
    evaluations: usize,
    pub(crate) incomplete: Vec<String>,
}

impl Budget {
    pub(crate) fn new(effort: Effort) -> Budget {
        Budget {
            points: effort.points,
            evaluations: effort.evaluations,
            incomplete: Vec::new(),
        }
    }

    pub(crate) fn miss(&mut self, path: &str, why: &str) {
        let text = alloc::format!("{path}: {why}");
        if !self.incomplete.contains(&text) {
            self.incomplete.push(text);
        }
    }

    /// The answer as the bench stands; `None` where no work is left.
    pub(crate) fn evaluate<'a>(&mut self, bench: &'a Bench<'_>) -> Option<Evaluation<'a>> {
        self.evaluations = self.evaluations.checked_sub(1)?;
        Some(bench.evaluate())
    }
}

/// The values from one to another, both included, that have one answer.
pub(crate) struct Run {
    pub(crate) from: i128,
    pub(crate) to: i128,
    pub(crate) seen: Seen,
}

/// One value and what came of it.
#[derive(Clone)]
struct Sample {
    at: i128,
    seen: Seen,
    trace: Vec<u64>,
}

/// The values from `first` to `last` in runs. Where the work does not suffice the runs end earlier.
pub(crate) fn runs(
    bench: &mut Bench<'_>,
    (what, path): (&What, &str),
    (unit, first, last): (Unit, i128, i128),
    budget: &mut Budget,
) -> Vec<Run> {
    let edges = bench.edges(what);
    if edges.open {
        budget.miss(path, "a condition computes with it");
    }
    let mut starts: Vec<i128> = edges
        .points
        .into_iter()
        .filter(|point| first < *point && *point <= last)
        .chain([first])
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut end = last;
    if let Some(beyond) = starts.get(budget.points).filter(|_| budget.points > 0) {
        end = beyond.saturating_sub(1);
        budget.miss(path, "more points than are looked at");
        starts.truncate(budget.points);
    }
    let mut grain = grain(bench.policy, &bench.request.models, what).unwrap_or(i128::MAX);
    if grain > MAX_GRAIN {
        budget.miss(path, "amounts are rounded too finely");
        grain = 1;
    }
    let mut walk = Walk {
        between: bench.changes_between(what),
        bench,
        what,
        unit,
        budget,
        found: Vec::new(),
    };
    let ends = starts.iter().skip(1).map(|start| start.saturating_sub(1));
    let ends: Vec<i128> = ends.chain([end]).collect();
    for (start, to) in starts.into_iter().zip(ends) {
        if let Err(known) = walk.segment(start, to, grain) {
            walk.budget.miss(path, "more decisions than are made");
            end = known;
            break;
        }
    }
    let found = walk.found;
    bench.reset();
    let mut runs: Vec<Run> = Vec::new();
    for (from, seen) in found.into_iter().filter(|(from, _)| *from <= end) {
        match runs.last_mut() {
            Some(run) if run.seen == seen => continue,
            Some(run) => run.to = from.saturating_sub(1),
            None => {}
        }
        runs.push(Run {
            from,
            to: end,
            seen,
        });
    }
    runs
}

struct Walk<'a, 'b> {
    bench: &'a mut Bench<'b>,
    what: &'a What,
    unit: Unit,
    budget: &'a mut Budget,
    /// Whether anything changes between edges.
    between: bool,
    /// Where an answer begins, ascending.
    found: Vec<(i128, Seen)>,
}

/// `Err` is the last value that is known where work ends.
type Walked<T> = Result<T, i128>;

impl Walk<'_, '_> {
    fn sample(&mut self, at: i128) -> Walked<Sample> {
        let before = at.saturating_sub(1);
        self.bench
            .set(self.what, &self.unit.point(at))
            .ok_or(before)?;
        let evaluation = self.budget.evaluate(self.bench).ok_or(before)?;
        Ok(Sample {
            at,
            seen: Seen::of(&evaluation),
            trace: evaluation.trace(),
        })
    }

    fn segment(&mut self, from: i128, to: i128, grain: i128) -> Walked<()> {
        let first = self.sample(from)?;
        self.found.push((from, first.seen.clone()));
        if !self.between || from == to {
            return Ok(());
        }
        if grain > 1 {
            return self.interleaved(from, to, grain);
        }
        let last = self.sample(to).map_err(|_| from)?;
        let mut turns = Vec::new();
        let walked = self.turns(&first, last, 1, &mut turns);
        let turns = turns.into_iter().map(|sample| (sample.at, sample.seen));
        self.found.extend(turns);
        walked
    }

    /// Where the trace changes from one value to another, in steps of a grain.
    fn turns(
        &mut self,
        low: &Sample,
        high: Sample,
        grain: i128,
        turns: &mut Vec<Sample>,
    ) -> Walked<()> {
        if low.trace == high.trace {
            return Ok(());
        }
        let half = high.at.saturating_sub(low.at).div_euclid(grain) / 2;
        if half == 0 {
            turns.push(high);
            return Ok(());
        }
        let middle = low.at.saturating_add(half.saturating_mul(grain));
        let middle = self.sample(middle).map_err(|_| low.at)?;
        self.turns(low, middle.clone(), grain, turns)?;
        self.turns(&middle, high, grain, turns)
    }

    /// Reads a segment as interleaved ones, one for each remainder of the grain.
    fn interleaved(&mut self, from: i128, to: i128, grain: i128) -> Walked<()> {
        let stuck = |_| from;
        let mut marks = Vec::from([from]);
        let mut seeds: Vec<i128> = Vec::new();
        for shift in 0..grain.min(to.saturating_sub(from).saturating_add(1)) {
            let start = from.saturating_add(shift);
            let end = to.saturating_sub(to.saturating_sub(start).rem_euclid(grain));
            // They turn near to where the first one does.
            let around = |seed: &i128| {
                let near = seed.saturating_add(shift);
                [
                    near.saturating_sub(grain.saturating_mul(2)),
                    near.saturating_add(grain),
                ]
            };
            let mut stops: Vec<i128> = seeds
                .iter()
                .flat_map(around)
                .filter(|stop| start < *stop && *stop < end)
                .chain([end])
                .collect();
            stops.sort_unstable();
            stops.dedup();
            let mut turns = Vec::new();
            let mut low = self.sample(start).map_err(stuck)?;
            for stop in stops {
                let high = self.sample(stop).map_err(stuck)?;
                self.turns(&low, high.clone(), grain, &mut turns)
                    .map_err(stuck)?;
                low = high;
            }
            let turns: Vec<i128> = turns.into_iter().map(|turn| turn.at).collect();
            marks.extend(&turns);
            if shift == 0 {
                seeds = turns;
            }
        }
        marks.sort_unstable();
        marks.dedup();
        let nexts: Vec<i128> = marks.iter().skip(1).copied().collect();
        let ends = nexts
            .into_iter()
            .map(|next| next.saturating_sub(1))
            .chain([to]);
        for (start, end) in marks.into_iter().zip(ends) {
            // Up to the next mark the answer depends on the remainder only.
            let whole = start.saturating_add(grain).saturating_sub(1).min(end);
            let known = start.saturating_sub(1).max(from);
            let first = self.sample(start).map_err(|_| known)?.seen;
            let mut same = true;
            for at in start.saturating_add(1)..=whole {
                same = same && self.sample(at).map_err(|_| known)?.seen == first;
            }
            self.found.push((start, first));
            let rest = if same { start } else { end };
            for at in start.saturating_add(1)..=rest {
                let seen = self.sample(at)?.seen;
                self.found.push((at, seen));
            }
        }
        Ok(())
    }
}

/// After how many steps of a variable every amount has changed by whole pico-USD, however it is multiplied and rounded.
/// `None` where that is too many to say.
fn grain(
    policy: &Policy,
    models: &[crate::model::vocabulary::NameIx],
    what: &What,
) -> Option<i128> {
    // Denominators: of all discounts one after the other, of what is recovered, of bands, of shares of revenue.
    let (mut discounts, mut recovered, mut bands, mut revenue) = (1_i128, 1_i128, 1_i128, 1_i128);
    let mut rates: Vec<u64> = Vec::new();
    for clause in &policy.clauses {
        match &clause.kind {
            ClauseKind::Discount(terms) => {
                discounts = discounts.checked_mul(terms.rate.denominator())?;
            }
            ClauseKind::Commitment(terms) => {
                recovered = common(recovered, terms.recover.denominator())?;
            }
            ClauseKind::RevenueShare(terms) => {
                revenue = common(revenue, terms.rate.denominator())?;
            }
            ClauseKind::Ladder(terms) => {
                let steps = terms.steps.iter();
                rates.extend(steps.map(|step| step.rate.pico_per_token()));
            }
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::Recital(_) => {}
        }
    }
    for objective in &policy.objective {
        if objective.measure == Measure::Cost {
            bands = common(bands, objective.within.denominator())?;
        }
    }
    let paid = discounts.checked_mul(recovered)?;
    let by_tokens = || {
        let deployments = policy.deployments.iter();
        let prices = || {
            let own = deployments
                .clone()
                .filter(|one| models.contains(&one.model));
            own.map(|one| &one.price)
        };
        let whole = prices().try_fold(1_i128, |whole, price| {
            common(whole, price.exact(1)?.denominator())
        })?;
        // The most that all rates are multiples of, in parts of a pico-USD.
        let scaled = |rate: Ratio| rate.times(Ratio::whole(whole)).map(Ratio::numerator);
        let listed = prices().flat_map(|price| {
            let compiled = price.compiled().iter();
            compiled.map(|row| scaled(price.exact(i128::from(row.units))?))
        });
        let laddered = rates
            .iter()
            .map(|rate| scaled(Ratio::whole(i128::from(*rate))));
        let mut unit = 0_u128;
        for rate in listed.chain(laddered) {
            unit = gcd(unit, rate?.unsigned_abs());
        }
        let steps = common(whole.checked_mul(paid)?, whole.checked_mul(bands)?)?;
        let shared = i128::try_from(gcd(unit, steps.unsigned_abs())).ok()?;
        steps.checked_div(shared)
    };
    match what {
        What::Tokens(..) => by_tokens(),
        What::Clause(index, Part::Drawn) => match policy.clause(*index)?.kind.counts_money()? {
            false => by_tokens(),
            true => Some(recovered),
        },
        What::Clause(..) => Some(recovered),
        What::Price(_) => common(paid, bands),
        What::Revenue => Some(revenue),
        What::At
        | What::Slot(_)
        | What::Provider
        | What::Pin
        | What::Deployment(..)
        | What::Counter(..) => Some(1),
    }
}

/// The least common multiple.
fn common(one: i128, other: i128) -> Option<i128> {
    let shared = i128::try_from(gcd(one.unsigned_abs(), other.unsigned_abs())).ok()?;
    one.checked_div(shared)?.checked_mul(other)
}

/// What comes of each of some values; `None` where no work is left.
pub(crate) fn listed(
    bench: &mut Bench<'_>,
    what: &What,
    points: &[crate::analyse::Point],
    budget: &mut Budget,
) -> Option<Vec<Seen>> {
    let mut seen = Vec::with_capacity(points.len());
    for point in points {
        bench.set(what, point)?;
        let evaluation = budget.evaluate(bench);
        seen.push(Seen::of(&evaluation?));
        bench.reset();
    }
    Some(seen)
}
