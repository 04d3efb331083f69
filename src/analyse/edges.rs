//! The values at which something begins or ends that no halving would find: edges of terms, constants of conditions, bands of
//! prices, steps of ladders.

use alloc::string::String;
use alloc::vec::Vec;

use crate::analyse::bench::Bench;
use crate::analyse::variable::{Count, Part, What};
use crate::condition::{self, Condition, Slot, Value, World};
use crate::contract::{ClauseKind, Effect};
use crate::decide::{Ask, clause_indices, may};
use crate::model::meter::Usage;
use crate::model::policy::{Deployment, Rule};
use crate::model::term::{Edge, Term};
use crate::time::{At, DAY_MS, Instant};

/// Points on the way of a variable, and whether all of them are known.
pub(crate) struct Edges {
    /// Unordered.
    pub(crate) points: Vec<i128>,
    /// Whether a condition uses the variable in a way that cannot be told apart.
    pub(crate) open: bool,
}

impl Bench<'_> {
    /// Where the answer may change because something begins or ends there. Between two of these everything that the answer
    /// turns on changes evenly.
    pub(crate) fn edges(&mut self, what: &What) -> Edges {
        let mut edges = Edges {
            points: Vec::new(),
            open: false,
        };
        match what {
            What::At => {
                instants(&self.ask(), &mut edges.points);
                let slot = Slot(self.policy.variables.at);
                self.constants(slot, &mut edges);
                // What a condition compares the instant with may be a fact, which has another value after each edge.
                if self.reads_facts_too(slot) {
                    let mut points = edges.points.clone();
                    points.sort_unstable();
                    points.dedup();
                    for point in points {
                        let at = i64::try_from(point).ok().and_then(Instant::from_millis);
                        if let Some(at) = at {
                            self.when.at = At::Instant(at);
                            self.constants(slot, &mut edges);
                        }
                    }
                    self.reset();
                }
            }
            What::Slot(slot) => {
                self.constants(*slot, &mut edges);
                self.shipped(*slot, &mut edges.points);
            }
            What::Tokens(count, slot) => {
                self.constants(*slot, &mut edges);
                self.steps(what, *count, &mut edges.points);
            }
            What::Clause(index, Part::Drawn) => {
                let clause = self.policy.clause(*index);
                if let Some(ClauseKind::Ladder(ladder)) = clause.map(|clause| &clause.kind) {
                    let usages = self.usages();
                    let counts = usages.iter().map(|usage| usage.count(ladder.meter));
                    let counts: Vec<u64> = core::iter::once(0).chain(counts).collect();
                    let ends = ladder.steps.iter().filter_map(|step| step.up_to);
                    for end in ends {
                        let after = |count: &u64| {
                            i128::from(end)
                                .checked_sub(i128::from(*count))?
                                .checked_add(1)
                        };
                        edges.points.extend(counts.iter().filter_map(after));
                    }
                }
            }
            What::Revenue
            | What::Provider
            | What::Pin
            | What::Price(_)
            | What::Deployment(..)
            | What::Counter(..)
            | What::Clause(..) => {}
        }
        edges
    }

    /// Whether anything but what begins or ends at an edge depends on a variable.
    pub(crate) fn changes_between(&self, what: &What) -> bool {
        match what {
            // The line that a commitment is measured by.
            What::At => self.policy.clauses.iter().any(|clause| {
                matches!(&clause.kind, ClauseKind::Commitment(terms) if matches!(terms.effect, Effect::Precedence(_)))
            }),
            What::Slot(_) => false,
            What::Tokens(..)
            | What::Revenue
            | What::Provider
            | What::Pin
            | What::Price(_)
            | What::Deployment(..)
            | What::Counter(..)
            | What::Clause(..) => true,
        }
    }

    /// The values of a field of the request or a fact that conditions tell apart; `None` where they cannot be told.
    pub(crate) fn cells(&self, slot: Slot) -> Option<Vec<Option<Value>>> {
        let ask = self.ask();
        let zones = &self.policy.zones;
        let within =
            |zone: &str, area: &str| Some(zones.within(zones.find(zone)?, zones.find(area)?));
        let names: Vec<String> = zones.names().map(String::from).collect();
        let deployments = ask.deployments().map(|(_, one)| one);
        let deployments: Vec<&Deployment> = deployments
            .filter(|one| self.request.models.contains(&one.model))
            .collect();
        let own = self.policy.variables.deployment.clone();
        let mut known: Vec<Condition> = Vec::new();
        for condition in conditions(self) {
            let variables = condition.variables();
            if !variables.contains(&slot) {
                continue;
            }
            // What says nothing of deployments says the same of all of them.
            let each = variables.iter().any(|variable| own.contains(&variable.0));
            let count = if each { deployments.len() } else { 1 };
            for deployment in deployments.iter().take(count) {
                let world = Without {
                    world: &ask.world(deployment),
                    slot,
                };
                let left = condition.specialise(&world, &|other| other != slot);
                if left.constant().is_none() && !known.contains(&left) {
                    known.push(left);
                }
            }
        }
        condition::cells(&known, slot, self.kind(slot)?, &within, &names)
    }

    fn constants(&self, slot: Slot, edges: &mut Edges) {
        let Some(cells) = self.cells(slot) else {
            edges.open = true;
            return;
        };
        let numbers = cells.into_iter().filter_map(|value| match value? {
            Value::Int(value) => Some(i128::from(value)),
            Value::Timestamp(instant) => Some(i128::from(instant.millis())),
            Value::Bool(_)
            | Value::Decimal(_)
            | Value::String(_)
            | Value::Duration(_)
            | Value::List(_) => None,
        });
        edges.points.extend(numbers);
    }

    fn reads_facts_too(&self, slot: Slot) -> bool {
        let facts = &self.policy.variables.facts;
        conditions(self).any(|condition| {
            let variables = condition.variables();
            variables.contains(&slot) && variables.iter().any(|other| facts.contains(&other.0))
        })
    }

    /// Where a fact that says when a product shipped opens it for others.
    fn shipped(&self, slot: Slot, points: &mut Vec<i128>) {
        let now = match self.when.at {
            At::Instant(instant) => [Some(instant), None],
            At::Day(day) => [Some(day.start()), day.next().map(|next| next.start())],
        };
        let rights = self.policy.clauses.iter().filter_map(|clause| {
            if let ClauseKind::ShipFirst(right) = &clause.kind {
                Some(right).filter(|right| right.shipped == slot)
            } else {
                None
            }
        });
        for right in rights {
            let lag = i128::from(right.lag_days).saturating_mul(i128::from(DAY_MS));
            for now in now.into_iter().flatten() {
                let ms = i128::from(now.millis());
                points.extend([Some(ms), ms.checked_add(1)].into_iter().flatten());
                // With a lag, the day counts: the first that is too late.
                let day = ms.checked_sub(lag).and_then(|ms| {
                    let day = ms.checked_div_euclid(i128::from(DAY_MS))?.checked_add(1)?;
                    day.checked_mul(i128::from(DAY_MS))
                });
                points.extend(day);
            }
        }
    }

    /// Where the size of a request enters the next band of a price, and where a meter enters the next step of a ladder.
    fn steps(&mut self, what: &What, count: Count, points: &mut Vec<i128>) {
        if count == Count::Input {
            let rows = self.policy.deployments.iter();
            let above = rows.flat_map(|deployment| deployment.price.rows());
            points.extend(above.filter_map(|row| i128::from(row.above).checked_add(1)));
        }
        let Some((first, _)) = crate::analyse::bench::span(&self.request.tokens, count) else {
            return;
        };
        // A count changes with the variable by one token for each, up, down or not at all.
        let mut usage_at = |number: i128| {
            self.set(what, &crate::analyse::Point::Count(number))?;
            Some(self.request.tokens.priced.clone())
        };
        let usages = usage_at(first).zip(first.checked_add(1).and_then(&mut usage_at));
        self.reset();
        let Some((one, next)) = usages else { return };
        for (index, clause) in clause_indices(self.policy) {
            let ClauseKind::Ladder(ladder) = &clause.kind else {
                continue;
            };
            let of = |usage: &Usage| i128::from(usage.count(ladder.meter));
            let state = self.ask().clause_state(index);
            for end in ladder.steps.iter().filter_map(|step| step.up_to) {
                let point = || {
                    let left = i128::from(end).checked_sub(state.drawn)?;
                    let way = left.checked_sub(of(&one))?;
                    let slope = of(&next).checked_sub(of(&one))?;
                    first.checked_add(way.checked_mul(slope)?)
                };
                if let Some(point) = point() {
                    points.extend([Some(point), point.checked_add(1)].into_iter().flatten());
                }
            }
        }
    }

    /// The counts of tokens, of each model whose tokenizer differs too.
    fn usages(&self) -> Vec<Usage> {
        let request = &self.request;
        let others = request.tokens_by_model.iter().map(|(_, tokens)| tokens);
        core::iter::once(&request.tokens)
            .chain(others)
            .map(|tokens| tokens.priced.clone())
            .collect()
    }
}

/// Every condition of the policy.
fn conditions<'a>(bench: &Bench<'a>) -> impl Iterator<Item = &'a Condition> + use<'a> {
    let policy = bench.policy;
    let of_clauses = policy.clauses.iter().flat_map(|clause| {
        let suspended = if let ClauseKind::FirstRefusal(right) = &clause.kind {
            right.blocks.suspended_when.as_ref()
        } else {
            None
        };
        clause.conditions().chain(suspended)
    });
    let of_rules = |rule: &'a Rule| core::iter::once(&rule.when).chain(rule.kind.conditions());
    of_clauses.chain(policy.rules.iter().flat_map(of_rules))
}

/// A world in which one variable is not known.
struct Without<'a> {
    world: &'a dyn World,
    slot: Slot,
}

impl World for Without<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.world.get(slot).filter(|_| slot != self.slot)
    }

    fn span(&self, slot: Slot) -> Option<[Instant; 2]> {
        self.world.span(slot).filter(|_| slot != self.slot)
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        self.world.within(zone, area)
    }
}

/// Every instant at which something begins or ends, in milliseconds.
fn instants(ask: &Ask<'_>, points: &mut Vec<i128>) {
    let policy = ask.policy;
    let state = ask.state;
    let mut instant = |instant: Option<Instant>| {
        points.extend(instant.map(|instant| i128::from(instant.millis())));
    };
    let term = |term: Term| [term.from, term.to];
    let mut edges: Vec<Option<Edge>> = Vec::new();
    for clause in &policy.clauses {
        edges.extend(term(clause.term));
        match &clause.kind {
            ClauseKind::Suspension(terms) => edges.extend([terms.noticed, terms.cure_ends]),
            ClauseKind::Commitment(terms) => {
                instant(terms.begins);
                terms.plan.iter().for_each(|(by, _)| instant(Some(*by)));
            }
            ClauseKind::ShipFirst(right) => {
                let shipped = |value: &Value| {
                    let shipped = if let Value::Timestamp(shipped) = value {
                        *shipped
                    } else {
                        return None;
                    };
                    may::opens(right, shipped)
                };
                let position = right.shipped.0.checked_sub(policy.variables.facts.start);
                let position = position.map(usize::from);
                let fact = position.and_then(|position| policy.facts.get(position));
                let reported = position.and_then(|position| state.facts.get(position)?.as_ref());
                let dated = fact.into_iter().flat_map(|fact| {
                    let dated = fact.values.iter().map(|dated| &dated.value);
                    dated.chain(&fact.default)
                });
                for value in dated.chain(reported.map(|reported| &reported.value)) {
                    instant(shipped(value));
                }
            }
            ClauseKind::FirstRefusal(right) => {
                for ends in state
                    .notices
                    .iter()
                    .flat_map(|notice| may::ends(right, notice))
                {
                    instant(Some(ends));
                }
            }
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_) => {}
        }
    }
    for fact in &policy.facts {
        edges.extend(fact.values.iter().flat_map(|dated| term(dated.term)));
    }
    for (_, deployment) in ask.deployments() {
        let life = &deployment.lifecycle;
        edges.extend([life.launched, life.deprecated, life.retired]);
        edges.extend(deployment.holds.iter().flat_map(|held| term(held.term)));
        edges.extend(deployment.price.rows().flat_map(|row| term(row.term)));
    }
    for notice in &state.notices {
        let answered = notice.answer.map(|(_, answered)| answered);
        let own = [
            notice.sent,
            notice.received,
            notice.failed,
            notice.contracted,
        ];
        edges.extend(own.into_iter().chain([answered]));
    }
    for deployment in &state.deployments {
        instant(deployment.cooldown_until);
        instant(deployment.signal.and_then(|signal| signal.until));
        instant(deployment.used.resets_at);
    }
    for used in state.counters.values() {
        instant(used.resets_at);
    }
    for clause in state.clauses.values() {
        instant(clause.resets_at);
    }
    for fact in state.facts.iter().flatten() {
        instant(fact.as_of);
    }
    for edge in edges.into_iter().flatten() {
        instant(Some(edge.instant));
    }
}
