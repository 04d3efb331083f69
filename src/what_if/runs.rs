//! The values of one variable in runs of one answer.
//!
//! The edges divide the values into segments. In a segment every amount that the answer turns on changes by the same with
//! each step of the variable, so each choice turns once at most, and two values with one trace have one answer between them:
//! halving finds where it changes.
//!
//! Where amounts are rounded to whole pico-USD, they change by the same only over so many steps at once as leave the rounding
//! as it is (the *grain*). Then the segment is read as many interleaved ones, and where these differ value by value.

use alloc::string::String;
use alloc::vec::Vec;

use crate::contract::ClauseKind;
use crate::decide::itemise::StepKind;
use crate::decide::plan::Evaluation;
use crate::json::Json;
use crate::list::List;
use crate::model::decision::Outcome;
use crate::model::policy::{DeploymentIx, Measure};
use crate::money::{Ratio, gcd};
use crate::order;
use crate::what_if::bench::Bench;
use crate::what_if::variable::{Part, Point, Unit, Variable, What, less, plus};

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

/// Why something is incomplete where the work does not suffice.
pub(crate) const SPENT: &str = "more decisions than are made";

/// Why something is incomplete where every value may have an order of its own.
pub(crate) const HASHED: &str = "affinity goes by its hash";

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
            attempts: ids.map(|one| one.id.clone()).list(),
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
struct Sample {
    at: i128,
    seen: Seen,
    trace: Vec<u64>,
}

/// The values from `first` to `last` in runs. Where the work does not suffice the runs end earlier.
pub(crate) fn runs(
    bench: &mut Bench<'_>,
    variable: &Variable,
    (unit, first, last): (Unit, i128, i128),
    budget: &mut Budget,
) -> Vec<Run> {
    let (what, path) = (&variable.what, variable.path());
    let mut starts = bench.edges(what, [first, last]);
    if starts.open {
        budget.miss(path, "a condition computes with it");
    }
    starts.add(Some(first));
    let mut starts = starts.points;
    let mut end = last;
    if let Some(beyond) = starts.get(budget.points) {
        end = before(*beyond);
        budget.miss(path, "more points than are looked at");
        starts.truncate(budget.points);
    }
    let mut walk = Walk {
        between: bench.changes_between(what),
        bench,
        what,
        path,
        unit,
        budget,
        found: Vec::new(),
    };
    for (position, start) in starts.iter().enumerate() {
        let next = starts.get(position.saturating_add(1));
        if let Err(known) = walk.segment(*start, next.map_or(end, |next| before(*next))) {
            walk.budget.miss(path, SPENT);
            end = known;
            break;
        }
    }
    let found = walk.found;
    bench.reset();
    let mut runs: Vec<Run> = Vec::new();
    for (from, seen) in found {
        let last = runs.last_mut();
        if from > end || last.as_ref().is_some_and(|run| run.seen == seen) {
            continue;
        }
        if let Some(run) = last {
            run.to = before(from);
        }
        runs.push(Run {
            from,
            to: end,
            seen,
        });
    }
    runs
}

fn before(number: i128) -> i128 {
    plus(number, -1)
}

struct Walk<'a, 'b> {
    bench: &'a mut Bench<'b>,
    what: &'a What,
    path: &'a str,
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
    /// What comes of a value, and the grain there.
    fn look(&mut self, at: i128) -> Walked<(Sample, Option<i128>)> {
        let point = self.unit.point(at);
        let set = self.bench.set(self.what, &point);
        let evaluation = set.and_then(|()| self.budget.evaluate(self.bench));
        let evaluation = evaluation.ok_or_else(|| before(at))?;
        let sample = Sample {
            at,
            seen: Seen::of(&evaluation),
            trace: evaluation.trace(),
        };
        Ok((sample, grain(&evaluation, self.what)))
    }

    fn sample(&mut self, at: i128) -> Walked<Sample> {
        Ok(self.look(at)?.0)
    }

    /// Reads a segment as interleaved ones, one for each remainder of the grain.
    fn segment(&mut self, from: i128, to: i128) -> Walked<()> {
        let (first, grain) = self.look(from)?;
        if !self.between {
            self.found.push((from, first.seen));
            return Ok(());
        }
        let grain = grain
            .filter(|grain| *grain <= MAX_GRAIN)
            .unwrap_or_else(|| {
                self.budget
                    .miss(self.path, "amounts are rounded too finely");
                1
            });
        let mut marks = Vec::from([from]);
        let mut seeds: Vec<i128> = Vec::new();
        for shift in 0..grain.min(plus(less(to, from), 1)) {
            let start = plus(from, shift);
            let end = less(to, less(to, start).rem_euclid(grain));
            let mut low = self.sample(start).map_err(|_| from)?;
            let mut turns = Vec::new();
            // They turn near to where the first one does.
            for seed in &seeds {
                for way in [less(less(0, grain), grain), grain] {
                    let stop = plus(plus(*seed, shift), way);
                    if low.at < stop && stop < end {
                        low = self.turns(&low, stop, grain, &mut turns)?;
                    }
                }
            }
            self.turns(&low, end, grain, &mut turns)?;
            marks.extend(&turns);
            if shift == 0 {
                seeds = turns;
            }
        }
        order::sort(&mut marks);
        marks.dedup();
        for (position, start) in marks.iter().enumerate() {
            let next = marks.get(position.saturating_add(1));
            let end = next.map_or(to, |next| before(*next));
            // Up to the next mark the answer depends on the remainder only.
            let first = self.sample(*start)?.seen;
            let mut at = *start;
            let mut same = true;
            while same && at < before(plus(*start, grain)).min(end) {
                at = plus(at, 1);
                same = self.sample(at).map_err(|_| before(*start))?.seen == first;
            }
            self.found.push((*start, first));
            let rest = if same { *start } else { end };
            for at in plus(*start, 1)..=rest {
                let seen = self.sample(at)?.seen;
                self.found.push((at, seen));
            }
        }
        Ok(())
    }

    /// Where the trace changes from one value to another, in steps of a grain; the other is the answer.
    fn turns(
        &mut self,
        low: &Sample,
        end: i128,
        grain: i128,
        turns: &mut Vec<i128>,
    ) -> Walked<Sample> {
        let high = self.sample(end).map_err(|_| low.at)?;
        self.halve(low, &high, grain, turns)?;
        Ok(high)
    }

    fn halve(
        &mut self,
        low: &Sample,
        high: &Sample,
        grain: i128,
        turns: &mut Vec<i128>,
    ) -> Walked<()> {
        if low.trace == high.trace && low.seen == high.seen {
            return Ok(());
        }
        let half = less(high.at, low.at).div_euclid(grain) >> 1;
        if half == 0 {
            turns.push(high.at);
            return Ok(());
        }
        let middle = half
            .checked_mul(grain)
            .map_or(low.at, |way| plus(low.at, way));
        let middle = self.sample(middle).map_err(|_| low.at)?;
        self.halve(low, &middle, grain, turns)?;
        self.halve(&middle, high, grain, turns)
    }
}

/// After how many steps of a variable every amount has changed by an even number of pico-USD, however it is multiplied: then
/// all of them are rounded as before, halves to even too. 1 where there is nothing to round. As long as the same clauses apply;
/// `None` where that is too many to say.
fn grain(evaluation: &Evaluation<'_>, what: &What) -> Option<i128> {
    match whole(evaluation, what)? {
        1 => Some(1),
        steps => steps.checked_mul(2),
    }
}

/// After how many steps of a variable every amount has changed by whole pico-USD.
fn whole(evaluation: &Evaluation<'_>, what: &What) -> Option<i128> {
    let ask = &evaluation.ask;
    let policy = ask.policy;
    let by_tokens = match what {
        What::Tokens(..) => true,
        What::Clause(index, Part::Drawn) => {
            policy.clause(*index)?.kind.counts_money() == Some(false)
        }
        What::Revenue | What::Price(_) | What::Clause(..) => false,
        What::At
        | What::Slot(_)
        | What::Provider
        | What::Pin
        | What::Deployment(..)
        | What::Counter(..) => return Some(1),
    };
    // Denominators: of what is recovered, of shares of revenue, of bands.
    let (mut recovered, mut revenue, mut bands) = (1_i128, 1_i128, 1_i128);
    let mut rates: Vec<Ratio> = Vec::new();
    for clause in &policy.clauses {
        if let ClauseKind::Commitment(terms) = &clause.kind {
            recovered = common(recovered, terms.recover.denominator())?;
        } else if let ClauseKind::RevenueShare(terms) = &clause.kind {
            revenue = common(revenue, terms.rate.denominator())?;
        } else if let ClauseKind::Ladder(terms) = &clause.kind {
            let steps = terms.steps.iter();
            let pico = steps.map(|step| i128::from(step.rate.pico_per_token()));
            rates.extend(pico.map(Ratio::whole));
        }
    }
    for objective in &policy.objective {
        if objective.measure == Measure::Cost {
            bands = common(bands, objective.within.denominator())?;
        }
    }
    if *what == What::Revenue {
        return Some(revenue);
    }
    if !by_tokens && !matches!(what, What::Price(_)) {
        // What is left of a commitment changes; the amounts stay.
        return Some(recovered);
    }
    // Of the discounts that apply, one after the other; and of prices that are multiplied.
    let (mut paid, mut listed) = (1_i128, 1_i128);
    for (candidate, (index, deployment)) in evaluation.candidates.iter().zip(ask.deployments()) {
        if matches!(what, What::Price(own) if *own != index) || candidate.costing.is_none() {
            continue;
        }
        let mut factor = Ratio::ONE;
        for step in candidate
            .effects()
            .iter()
            .flat_map(|effects| &effects.steps)
        {
            if let StepKind::Discount { by } = &step.kind {
                factor = factor.times(*by)?;
            }
        }
        paid = common(paid, factor.denominator())?;
        if by_tokens {
            let price = &deployment.price;
            listed = common(listed, price.exact(1)?.denominator())?;
            for row in price.compiled() {
                rates.push(price.exact(i128::from(row.units))?);
            }
        }
    }
    paid = paid.checked_mul(recovered)?;
    if !by_tokens {
        return common(paid, bands);
    }
    // The most that all rates are multiples of, in parts of a pico-USD.
    let mut unit = 0_u128;
    for rate in rates {
        let parts = rate.times(Ratio::whole(listed))?.numerator();
        unit = gcd(unit, parts.unsigned_abs());
    }
    let steps = common(listed.checked_mul(paid)?, listed.checked_mul(bands)?)?;
    let shared = i128::try_from(gcd(unit, steps.unsigned_abs())).ok()?;
    steps.checked_div(shared)
}

/// The least common multiple.
fn common(one: i128, other: i128) -> Option<i128> {
    let shared = i128::try_from(gcd(one.unsigned_abs(), other.unsigned_abs())).ok()?;
    one.checked_div(shared)?.checked_mul(other)
}

/// What comes of one value; `None` where no work is left.
pub(crate) fn listed(
    bench: &mut Bench<'_>,
    what: &What,
    point: &Point,
    budget: &mut Budget,
) -> Option<Seen> {
    bench.set(what, point)?;
    let seen = budget
        .evaluate(bench)
        .map(|evaluation| Seen::of(&evaluation));
    bench.reset();
    seen
}
