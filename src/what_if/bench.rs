//! A question laid out so that one thing of it can be changed at a time.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::condition::{Slot, Tri, Type, Value};
use crate::contract::ClauseKind;
use crate::decide::first::candidate_at;
use crate::decide::plan::{Evaluation, evaluate};
use crate::decide::{Ask, Asking, Instead};
use crate::json::MAX_SAFE_INTEGER;
use crate::list::List;
use crate::model::meter::{Meter, Usage};
use crate::model::policy::{DeploymentIx, Policy};
use crate::model::request::{Request, Tokens, When};
use crate::model::state::{DeploymentState, FactState, Health, Signal, SignalKind, State};
use crate::model::vocabulary::Evidence;
use crate::money::{Money, PICO_PER_USD};
use crate::order;
use crate::time::{At, DAY_MS, Instant};
use crate::what_if::variable::{Count, Domain, Field, Part, Point, Unit, What};

/// The largest count that is tried: the largest whole number that every JSON reader holds exactly.
const MOST: i128 = MAX_SAFE_INTEGER as i128;

/// The largest amount that is tried: 10¹² USD.
const DEAREST: i128 = PICO_PER_USD * PICO_PER_USD;

/// A question whose parts can be changed one at a time.
pub(crate) struct Bench<'a> {
    pub(crate) policy: &'a Policy,
    asked: &'a Request,
    pub(crate) request: Request,
    state: &'a State,
    moment: &'a When,
    pub(crate) when: When,
    price: Option<(DeploymentIx, Money)>,
    instead: Option<Instead>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(
        policy: &'a Policy,
        request: &'a Request,
        state: &'a State,
        when: &'a When,
    ) -> Bench<'a> {
        Bench {
            policy,
            asked: request,
            request: request.clone(),
            state,
            moment: when,
            when: *when,
            price: None,
            instead: None,
        }
    }

    /// Puts everything back.
    pub(crate) fn reset(&mut self) {
        *self = Bench::new(self.policy, self.asked, self.state, self.moment);
    }

    fn asking(&self) -> Asking<'_> {
        Asking {
            price: self.price,
            instead: self.instead.as_ref(),
            ..Asking::default()
        }
    }

    pub(crate) fn ask(&self) -> Ask<'_> {
        let asking = self.asking();
        Ask::new(self.policy, &self.request, self.state, &self.when, asking)
    }

    pub(crate) fn evaluate(&self) -> Evaluation<'_> {
        let asking = self.asking();
        evaluate(self.policy, &self.request, self.state, &self.when, asking)
    }

    /// The type of a variable that conditions name.
    pub(crate) fn kind(&self, slot: Slot) -> Option<&'a Type> {
        self.policy
            .variables
            .get(slot)
            .map(|variable| &variable.kind)
    }

    /// The values that a variable may have; `None` where they cannot be told apart.
    pub(crate) fn domain(&self, what: &What) -> Option<Domain> {
        let Some(unit) = self.policy.unit(what) else {
            return Some(Domain::Listed(self.listed(what)?));
        };
        let (first, last) = match (what, unit) {
            (What::Price(index), _) if self.is_laddered(*index) => return None,
            (What::Tokens(count, _), _) => span(&self.request.tokens, *count)?,
            (What::Slot(_), Unit::One) => (i128::from(i64::MIN), i128::from(i64::MAX)),
            (_, Unit::Millis) => {
                let (first, last) = (Instant::MIN.millis(), Instant::MAX.millis());
                (i128::from(first), i128::from(last))
            }
            (What::Clause(index, part), _) => {
                let kind = &self.policy.clause(*index)?.kind;
                let most = if unit == Unit::Pico { DEAREST } else { MOST };
                let stated = order::find(&self.state.clauses, index);
                let (drawn, total) = stated.map_or((0, 0), |state| (state.drawn, state.total));
                let is_share = matches!(kind, ClauseKind::Share(_));
                // Only a share knows the whole. What went to a part is no more than that, save where credits count.
                match part {
                    Part::Total if !is_share => return None,
                    Part::Drawn | Part::Total if unit == Unit::Pico => {
                        (DEAREST.checked_neg()?, most)
                    }
                    Part::Drawn if is_share => (0, total),
                    Part::Total => (drawn, most),
                    Part::Drawn | Part::Accrued | Part::Held => (0, most),
                }
            }
            (_, Unit::One) => (0, MOST),
            (_, Unit::Pico) => (0, DEAREST),
        };
        Some(Domain::Ordered(unit, first, last))
    }

    /// Whether affinity goes by a variable.
    pub(crate) fn is_affine(&self, what: &What) -> bool {
        matches!(what, What::Slot(slot) if self.policy.affinity == Some(*slot))
    }

    /// The values of a variable that have no order.
    fn listed(&self, what: &What) -> Option<Vec<Point>> {
        let listed: Vec<Point> = match what {
            What::Slot(slot) => return self.values(*slot),
            What::Deployment(_, Field::Health) => return Some(["up", "down"].map(name).into()),
            What::Deployment(index, Field::Cooldown) => {
                // It is over, or it is not.
                let now = self.when.at.start();
                let stated = self.state_of(*index).and_then(|state| state.cooldown_until);
                let later = now.plus_millis(DAY_MS);
                let lasting = stated.filter(|until| *until > now).or(later);
                lasting.map(Point::Instant).into_iter().list()
            }
            What::Deployment(..) => SignalKind::ALL.map(|kind| name(kind.name())).into(),
            What::Provider => self.policy.providers.iter().map(name).list(),
            What::Pin => self
                .ask()
                .deployments()
                .map(|(_, one)| name(&one.id))
                .list(),
            What::At
            | What::Tokens(..)
            | What::Revenue
            | What::Price(_)
            | What::Counter(..)
            | What::Clause(..) => return None,
        };
        Some(core::iter::once(Point::Unstated).chain(listed).list())
    }

    /// The values of a listed field of the request or of a fact.
    fn values(&self, slot: Slot) -> Option<Vec<Point>> {
        let list = |names: &[&str]| {
            let texts = names.iter().map(|name| Value::String((*name).to_string()));
            Point::Value(Value::List(texts.list()))
        };
        let policy = self.policy;
        Some(match policy.variables.path(slot) {
            "request.model" => policy.models.iter().map(name).list(),
            "request.tier" => policy.tiers.iter().map(|tier| list(&[tier])).list(),
            // Without one of them, and without any.
            "request.needs" => {
                let needs = || self.request.needs.iter().map(|need| need.name.as_str());
                let without = needs().enumerate().map(|(left, _)| {
                    let others = needs().enumerate().filter(|(other, _)| *other != left);
                    list(&others.map(|(_, need)| need).collect::<Vec<&str>>())
                });
                without.chain([list(&[])]).list()
            }
            _ => {
                let fact = policy.variables.facts.contains(&slot.0);
                self.cells(slot)?
                    .into_iter()
                    .filter(|value| value.is_some() || !fact)
                    .map(|value| value.map_or(Point::Unstated, Point::Value))
                    .list()
            }
        })
    }

    /// Whether a ladder may take the place of what a price list asks.
    fn is_laddered(&self, index: DeploymentIx) -> bool {
        let ask = self.ask();
        let Some(deployment) = ask.deployment(index) else {
            return false;
        };
        let usage = &self.request.tokens_for(deployment.model).priced;
        ask.active_clauses().any(|(clause_ix, clause, active)| {
            let ClauseKind::Ladder(terms) = &clause.kind else {
                return false;
            };
            terms.provider.is_none_or(|own| own == deployment.provider)
                && usage.count(terms.meter) > 0
                && ask.applies(clause_ix, clause, active, deployment) != Tri::False
        })
    }

    fn state_of(&self, index: DeploymentIx) -> Option<&DeploymentState> {
        self.state.deployments.get(usize::try_from(index.0).ok()?)
    }

    /// What a variable is.
    pub(crate) fn get(&mut self, what: &What) -> Point {
        let point = self.read(what);
        self.reset();
        point
    }

    fn read(&mut self, what: &What) -> Point {
        if let (Some(unit), Some(place)) = (self.policy.unit(what), self.place(what)) {
            return unit.point(place.read());
        }
        let pinned = |known: Option<&str>| name(known.unwrap_or_default());
        let point = match what {
            What::At => Some(match self.when.at {
                At::Instant(instant) => Point::Instant(instant),
                At::Day(_) => name(&self.when.at.to_string()),
            }),
            What::Slot(slot) | What::Tokens(_, slot) => {
                let ask = self.ask();
                let value = ask.value(*slot).cloned().map(Point::Value);
                // Numbers and instants are points of their own.
                let unit = self.policy.unit(what);
                value.map(|value| match (unit, value.number()) {
                    (Some(unit), Some(number)) => unit.point(number),
                    (Some(_) | None, _) => value,
                })
            }
            What::Revenue => self.request.revenue.map(Point::Usd),
            // A pin to what nobody knows is one too.
            What::Provider => self
                .request
                .provider
                .map(|provider| pinned(provider.map(|index| self.policy.provider(index)))),
            What::Pin => {
                let ask = self.ask();
                self.request.deployment.map(|index| {
                    let known = index.and_then(|index| ask.deployment(index));
                    pinned(known.map(|one| one.id.as_str()))
                })
            }
            What::Price(index) => {
                let evaluation = self.evaluate();
                let candidate = candidate_at(&evaluation.candidates, *index);
                let costing = candidate.and_then(|candidate| candidate.costing.as_ref());
                costing.map(|costing| Point::Usd(costing.list))
            }
            What::Deployment(index, field) => {
                let state = self.state_of(*index).cloned().unwrap_or_default();
                match field {
                    Field::Health => Some(name(match state.health {
                        Health::Up => "up",
                        Health::Down => "down",
                    })),
                    Field::Signal => state.signal.map(|signal| name(signal.kind.name())),
                    Field::Cooldown => state.cooldown_until.map(Point::Instant),
                    Field::UsedTokens | Field::UsedRequests | Field::InFlight => None,
                }
            }
            What::Counter(..) | What::Clause(..) => None,
        };
        point.unwrap_or(Point::Unstated)
    }

    /// Changes a variable. `None` where it cannot have the value.
    pub(crate) fn set(&mut self, what: &What, point: &Point) -> Option<()> {
        let text = if let Point::Value(Value::String(text)) = point {
            Some(text.as_str())
        } else {
            None
        };
        if let Some(place) = self.place(what) {
            return place.write(point.number()?);
        }
        match what {
            What::At => {
                let ms = i64::try_from(point.number()?).ok()?;
                self.when.at = At::Instant(Instant::from_millis(ms)?);
            }
            What::Slot(slot) => self.set_value(*slot, point)?,
            What::Tokens(count, slot) => {
                let value = u64::try_from(point.number()?).ok()?;
                self.request.tokens = recount(&self.asked.tokens, *count, value)?;
                self.put(*slot, i64::try_from(value).ok().map(Value::Int));
            }
            What::Revenue => self.request.revenue = Some(Money::from_pico(point.number()?)),
            What::Provider => {
                self.request.provider = text.map(|name| self.policy.providers.find(name));
            }
            What::Pin => {
                let pinned = text.map(|id| {
                    let ask = self.ask();
                    let found = ask.deployments().find(|(_, one)| one.id == id);
                    found.map(|(index, _)| index)
                });
                self.request.deployment = pinned;
            }
            What::Price(index) => {
                self.price = Some((*index, Money::from_pico(point.number()?)));
            }
            What::Deployment(index, field) => {
                let mut state = self.state_of(*index).cloned().unwrap_or_default();
                match field {
                    Field::Health => {
                        state.health = match text {
                            Some("down") => Health::Down,
                            Some(_) | None => Health::Up,
                        };
                    }
                    Field::Signal => {
                        let mut kinds = SignalKind::ALL.into_iter();
                        let kind = text.and_then(|text| kinds.find(|kind| kind.name() == text));
                        state.signal = kind.map(|kind| Signal { kind, until: None });
                    }
                    Field::Cooldown => {
                        state.cooldown_until = if let Point::Instant(until) = point {
                            Some(*until)
                        } else {
                            None
                        };
                    }
                    Field::UsedTokens | Field::UsedRequests | Field::InFlight => return None,
                }
                self.instead = Some(Instead::Deployment(*index, state));
            }
            What::Counter(..) | What::Clause(..) => return None,
        }
        Some(())
    }

    /// Where a number of the state stands.
    fn place(&mut self, what: &What) -> Option<Place<'_>> {
        if self.instead.is_none() {
            self.instead = Some(match what {
                What::Deployment(index, _) => {
                    let stated = self.state_of(*index).cloned();
                    Instead::Deployment(*index, stated.unwrap_or_default())
                }
                What::Counter(name, _) => {
                    let stated = order::find(&self.state.counters, name).cloned();
                    Instead::Counter(name.clone(), stated.unwrap_or_default())
                }
                What::Clause(index, _) => {
                    let stated = order::find(&self.state.clauses, index).cloned();
                    Instead::Clause(*index, stated.unwrap_or_default())
                }
                What::At
                | What::Slot(_)
                | What::Tokens(..)
                | What::Revenue
                | What::Provider
                | What::Pin
                | What::Price(_) => return None,
            });
        }
        Some(match (self.instead.as_mut()?, what) {
            (Instead::Deployment(_, own), What::Deployment(_, field)) => {
                Place::Count(match field {
                    Field::UsedTokens => &mut own.used.tokens,
                    Field::UsedRequests => &mut own.used.requests,
                    Field::InFlight => &mut own.in_flight,
                    Field::Health | Field::Cooldown | Field::Signal => return None,
                })
            }
            (Instead::Counter(_, used), What::Counter(_, true)) => Place::Count(&mut used.requests),
            (Instead::Counter(_, used), _) => Place::Count(&mut used.tokens),
            (Instead::Clause(_, own), What::Clause(_, part)) => match part {
                Part::Drawn => Place::Wide(&mut own.drawn),
                Part::Total => Place::Wide(&mut own.total),
                Part::Accrued => Place::Money(&mut own.accrued),
                Part::Held => Place::Money(&mut own.held),
            },
            (Instead::Deployment(..) | Instead::Clause(..) | Instead::Fact(..), _) => return None,
        })
    }

    fn set_value(&mut self, slot: Slot, point: &Point) -> Option<()> {
        let value = match point {
            Point::Unstated => None,
            Point::Instant(instant) => Some(Value::Timestamp(*instant)),
            Point::Count(count) => Some(Value::Int(i64::try_from(*count).ok()?)),
            Point::Usd(_) => return None,
            Point::Value(value) => Some(value.clone()),
        };
        let policy = self.policy;
        if let Some(position) = slot.0.checked_sub(policy.variables.facts.start)
            && policy.variables.facts.contains(&slot.0)
        {
            let fact = FactState {
                value: value?,
                as_of: None,
                evidence: Evidence::Stated,
            };
            self.instead = Some(Instead::Fact(usize::from(position), fact));
            return Some(());
        }
        let texts: Vec<&str> = match &value {
            Some(Value::String(text)) => Vec::from([text.as_str()]),
            Some(Value::List(items)) => items.iter().filter_map(Value::text).list(),
            Some(_) | None => Vec::new(),
        };
        match policy.variables.path(slot) {
            "request.model" => {
                self.request.models = texts
                    .iter()
                    .filter_map(|model| policy.models.find(model))
                    .list();
            }
            "request.tier" => {
                let tiers = texts.iter().filter_map(|tier| policy.tiers.find(tier));
                self.request.tiers = tiers.list();
            }
            "request.needs" => self
                .request
                .needs
                .retain(|need| texts.contains(&need.name.as_str())),
            "request.new_customer" => {
                self.request.new_customer = value.as_ref().map(|value| *value == Value::Bool(true));
            }
            _ => {}
        }
        self.put(slot, value);
        Some(())
    }

    fn put(&mut self, slot: Slot, value: Option<Value>) {
        if let Some(cell) = self.request.values.get_mut(usize::from(slot.0)) {
            *cell = value;
        }
    }
}

/// A number of the state.
enum Place<'a> {
    Count(&'a mut u64),
    Wide(&'a mut i128),
    Money(&'a mut Money),
}

impl Place<'_> {
    fn read(self) -> i128 {
        match self {
            Place::Count(count) => i128::from(*count),
            Place::Wide(number) => *number,
            Place::Money(amount) => amount.pico(),
        }
    }

    fn write(self, number: i128) -> Option<()> {
        match self {
            Place::Count(count) => *count = u64::try_from(number).ok()?,
            Place::Wide(place) => *place = number,
            Place::Money(amount) => *amount = Money::from_pico(number),
        }
        Some(())
    }
}

fn name(text: &str) -> Point {
    Point::Value(Value::String(text.to_string()))
}

/// The parts of token counts.
fn parts(tokens: &Tokens) -> (u64, Vec<(Meter, u64)>, u64) {
    let usage = &tokens.priced;
    let writes = usage.counts().filter(|(meter, _)| meter.is_cache_write());
    (
        usage.count(Meter::CachedInput),
        writes.list(),
        usage.count(Meter::Reasoning),
    )
}

/// Token counts with one of them changed; `None` where the parts are more than their whole, and where what is written to
/// caches is stated by more than one time.
fn recount(tokens: &Tokens, count: Count, value: u64) -> Option<Tokens> {
    let (mut cached, mut writes, mut reasoning) = parts(tokens);
    let mut changed = tokens.clone();
    match count {
        Count::Input => changed.input = value,
        Count::Cached => cached = value,
        Count::Written => match writes.as_mut_slice() {
            [] => writes.push((Meter::CacheWrite, value)),
            [(_, written)] => *written = value,
            _ => return None,
        },
        Count::MaxOutput => changed.max_output = Some(value),
        Count::ExpectedOutput => changed.expected_output = Some(value),
        Count::Reasoning => reasoning = value,
    }
    let uncached = writes
        .iter()
        .try_fold(changed.input.checked_sub(cached)?, |left, (_, written)| {
            left.checked_sub(*written)
        })?;
    let output = changed.expected_output.or(changed.max_output).unwrap_or(0);
    let counts = [
        (Meter::Input, uncached),
        (Meter::CachedInput, cached),
        (Meter::Output, output.checked_sub(reasoning)?),
        (Meter::Reasoning, reasoning),
    ];
    changed.priced = Usage::new(counts.into_iter().chain(writes))?;
    changed.stated |= match count {
        Count::Input | Count::MaxOutput | Count::ExpectedOutput => true,
        Count::Cached | Count::Written | Count::Reasoning => false,
    };
    Some(changed)
}

/// The least and the largest value of a count beside the others.
pub(crate) fn span(tokens: &Tokens, count: Count) -> Option<(i128, i128)> {
    let (cached, writes, reasoning) = parts(tokens);
    let (cached, reasoning) = (i128::from(cached), i128::from(reasoning));
    if count == Count::Written && writes.len() > 1 {
        return None;
    }
    let written: i128 = writes.iter().map(|(_, count)| i128::from(*count)).sum();
    let input = i128::from(tokens.input);
    let output = i128::from(tokens.expected_output.or(tokens.max_output).unwrap_or(0));
    Some(match count {
        Count::Input => (cached.checked_add(written)?, MOST),
        Count::Cached => (0, input.checked_sub(written)?),
        Count::Written => (0, input.checked_sub(cached)?),
        Count::MaxOutput if tokens.expected_output.is_some() => (0, MOST),
        Count::MaxOutput | Count::ExpectedOutput => (reasoning, MOST),
        Count::Reasoning => (0, output),
    })
}
