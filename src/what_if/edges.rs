//! The values at which something begins or ends that no halving would find: edges of terms, constants of conditions, bands of
//! prices, steps of ladders.

use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::{self, Condition, Slot, Space, Type, Value, World};
use crate::contract::{ClauseKind, Effect};
use crate::decide::{Ask, clause_indices, may, room};
use crate::list::List;
use crate::model::meter::{Meter, Usage};
use crate::model::policy::{Deployment, Rule};
use crate::model::term::{Edge, Term};
use crate::model::zone::Zones;
use crate::time::{At, DAY_MS, Instant};
use crate::what_if::bench::Bench;
use crate::what_if::variable::{Count, Part, Point, Unit, What, less, plus};

/// Points on the way of a variable.
pub(crate) struct Edges {
    /// Ascending, each once.
    pub(crate) points: Vec<i128>,
    /// The first and the last value of interest.
    span: [i128; 2],
    /// Whether a condition uses the variable in a way that cannot be told apart.
    pub(crate) open: bool,
}

impl Edges {
    #[inline(never)]
    pub(crate) fn add(&mut self, point: Option<i128>) {
        let [first, last] = self.span;
        if let Some(point) = point.filter(|point| first <= *point && *point <= last)
            && let Err(place) = self.points.binary_search(&point)
        {
            self.points.insert(place, point);
        }
    }

    #[inline(never)]
    fn instant(&mut self, instant: Option<Instant>) {
        self.add(instant.map(|instant| i128::from(instant.millis())));
    }

    #[inline(never)]
    fn edge(&mut self, edge: Option<Edge>) {
        self.instant(edge.map(|edge| edge.instant));
    }

    fn term(&mut self, term: Term) {
        self.edge(term.from);
        self.edge(term.to);
    }
}

impl Bench<'_> {
    /// Where the answer may change because something begins or ends there. Between two of these everything that the answer
    /// turns on changes evenly.
    pub(crate) fn edges(&mut self, what: &What, span: [i128; 2]) -> Edges {
        let mut edges = Edges {
            points: Vec::new(),
            span,
            open: false,
        };
        match what {
            What::At => {
                instants(&self.ask(), &mut edges);
                let slot = Slot(self.policy.variables.at);
                self.constants(slot, &mut edges);
                // What a condition compares the instant with may be a fact, which has another value after each edge.
                if self.reads_facts_too(slot) {
                    for point in edges.points.clone() {
                        if self.set(what, &Unit::Millis.point(point)).is_some() {
                            self.constants(slot, &mut edges);
                        }
                    }
                    self.reset();
                }
            }
            What::Slot(slot) => {
                self.constants(*slot, &mut edges);
                self.shipped(*slot, &mut edges);
            }
            What::Tokens(count, slot) => {
                self.constants(*slot, &mut edges);
                if *count == Count::Input {
                    let rows = self.policy.deployments.iter();
                    for row in rows.flat_map(|deployment| deployment.price.rows()) {
                        edges.add(Some(plus(i128::from(row.above), 1)));
                    }
                }
                // A meter changes by one token for each, up, down or not at all.
                let at = |bench: &mut Self, number| {
                    bench.set(what, &Unit::One.point(number));
                    bench.request.tokens.priced.clone()
                };
                let [first, _] = span;
                let (one, next) = (at(self, first), at(self, plus(first, 1)));
                self.reset();
                for (end, meter, drawn) in self.steps() {
                    let of = |usage: &Usage| i128::from(usage.count(meter));
                    let way = less(less(end, drawn), of(&one));
                    let slope = less(of(&next), of(&one));
                    let point = way.checked_mul(slope).map(|way| plus(first, way));
                    edges.add(point);
                    edges.add(point.map(|point| plus(point, 1)));
                }
            }
            What::Clause(_, Part::Drawn) => {
                let request = &self.request;
                let others = request.tokens_by_model.iter().map(|(_, tokens)| tokens);
                for (end, meter, _) in self.steps() {
                    edges.add(Some(plus(end, 1)));
                    for tokens in core::iter::once(&request.tokens).chain(others.clone()) {
                        let count = i128::from(tokens.priced.count(meter));
                        edges.add(Some(plus(less(end, count), 1)));
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

    /// The ends of the steps of ladders, with the meter and what was drawn.
    fn steps(&self) -> Vec<(i128, Meter, i128)> {
        let ask = self.ask();
        let mut steps = Vec::new();
        for (index, clause) in clause_indices(self.policy) {
            if let ClauseKind::Ladder(ladder) = &clause.kind {
                let drawn = ask.clause_state(index).drawn;
                let ends = ladder.steps.iter().filter_map(|step| step.up_to);
                steps.extend(ends.map(|end| (i128::from(end), ladder.meter, drawn)));
            }
        }
        steps
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
        let deployments = ask.deployments().map(|(_, one)| one);
        let deployments: Vec<&Deployment> = deployments
            .filter(|one| self.request.models.contains(&one.model))
            .list();
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
        let space = Single {
            kind: self.kind(slot)?,
            zones: &self.policy.zones,
            names: self.policy.zones.names().map(String::from).list(),
        };
        condition::cells(&known, slot, &space)
    }

    fn constants(&self, slot: Slot, edges: &mut Edges) {
        let Some(cells) = self.cells(slot) else {
            edges.open = true;
            return;
        };
        for value in cells.into_iter().flatten() {
            edges.add(Point::Value(value).number());
        }
    }

    fn reads_facts_too(&self, slot: Slot) -> bool {
        let facts = &self.policy.variables.facts;
        conditions(self).any(|condition| {
            let variables = condition.variables();
            variables.contains(&slot) && variables.iter().any(|other| facts.contains(&other.0))
        })
    }

    /// Where a fact that says when a product shipped opens it for others.
    fn shipped(&self, slot: Slot, edges: &mut Edges) {
        let (now, end) = match self.when.at {
            At::Instant(instant) => (instant, None),
            At::Day(day) => (day.start(), day.next().map(|next| next.start())),
        };
        for clause in &self.policy.clauses {
            let ClauseKind::ShipFirst(right) = &clause.kind else {
                continue;
            };
            if right.shipped != slot {
                continue;
            }
            // The first instant that is not before, and the first that is after.
            edges.instant(end);
            edges.instant(now.plus_millis(1));
            // With a lag the day counts: from the next one on it is too late.
            let lag = i64::try_from(right.lag_days).ok();
            let lag = lag.and_then(|days| days.checked_mul(-DAY_MS));
            let day = lag.and_then(|lag| now.plus_millis(lag)).map(Instant::day);
            edges.instant(day.and_then(|day| day.next()).map(|next| next.start()));
        }
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

/// What one variable may be.
struct Single<'a> {
    kind: &'a Type,
    zones: &'a Zones,
    names: Vec<String>,
}

impl Space for Single<'_> {
    fn kind(&self, _: Slot) -> Option<&Type> {
        Some(self.kind)
    }

    fn may_be_absent(&self, _: Slot) -> bool {
        true
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        let (zone, area) = (self.zones.find(zone)?, self.zones.find(area)?);
        Some(self.zones.within(zone, area))
    }

    fn zones(&self) -> &[String] {
        &self.names
    }
}

/// Every instant at which something begins or ends.
fn instants(ask: &Ask<'_>, edges: &mut Edges) {
    let (policy, state) = (ask.policy, ask.state);
    for clause in &policy.clauses {
        edges.term(clause.term);
        if let ClauseKind::Suspension(terms) = &clause.kind {
            edges.edge(terms.noticed);
            edges.edge(terms.cure_ends);
        } else if let ClauseKind::Commitment(terms) = &clause.kind {
            edges.instant(terms.begins);
            for (by, _) in &terms.plan {
                edges.instant(Some(*by));
            }
        } else if let ClauseKind::ShipFirst(right) = &clause.kind {
            let position = right.shipped.0.checked_sub(policy.variables.facts.start);
            let position = usize::from(position.unwrap_or(u16::MAX));
            let mut opens = |value: Option<&Value>| {
                if let Some(Value::Timestamp(shipped)) = value {
                    edges.instant(may::opens(right, *shipped));
                }
            };
            if let Some(fact) = policy.facts.get(position) {
                opens(fact.default.as_ref());
                fact.values
                    .iter()
                    .for_each(|dated| opens(Some(&dated.value)));
            }
            if let Some(Some(reported)) = state.facts.get(position) {
                opens(Some(&reported.value));
            }
        } else if let ClauseKind::FirstRefusal(right) = &clause.kind {
            for notice in &state.notices {
                for end in may::ends(right, notice) {
                    edges.instant(end);
                }
            }
        }
    }
    for fact in &policy.facts {
        fact.values.iter().for_each(|dated| edges.term(dated.term));
    }
    for (index, deployment) in ask.deployments() {
        for instant in room::drained(ask, index, deployment) {
            edges.instant(Some(instant));
        }
        let life = &deployment.lifecycle;
        edges.edge(life.launched);
        edges.edge(life.deprecated);
        edges.edge(life.retired);
        deployment
            .holds
            .iter()
            .for_each(|held| edges.term(held.term));
        deployment.price.rows().for_each(|row| edges.term(row.term));
    }
    for notice in &state.notices {
        edges.edge(notice.sent);
        edges.edge(notice.received);
        edges.edge(notice.answer.map(|(_, answered)| answered));
        edges.edge(notice.failed);
        edges.edge(notice.contracted);
    }
    for deployment in &state.deployments {
        edges.instant(deployment.cooldown_until);
        edges.instant(deployment.signal.and_then(|signal| signal.until));
    }
    let own = state.deployments.iter().map(|deployment| &deployment.used);
    let shared = state.counters.iter().map(|(_, used)| used);
    for used in own.chain(shared) {
        edges.instant(used.resets_at);
        for (_, limit) in &used.limits {
            edges.instant(limit.resets_at);
        }
    }
    for (_, clause) in &state.clauses {
        edges.instant(clause.resets_at);
    }
    for fact in state.facts.iter().flatten() {
        edges.instant(fact.as_of);
    }
}
