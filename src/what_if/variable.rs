//! What may be varied: the variables, their paths, and their values.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::condition::{Slot, Type, Value};
use crate::decide::clause_indices;
use crate::json::{Json, MAX_SAFE_INTEGER};
use crate::model::policy::{ClauseIx, DeploymentIx, Policy};
use crate::model::request::Offer;
use crate::money::{Money, scale_decimal};
use crate::time::{At, Instant};

/// Something that a decision depends on and that can be varied.
///
/// Each has a path:
///
/// - `at`: the moment;
/// - `request/<field>`: a count of tokens, `revenue_usd`, `model`, `tier`, `zone`, `needs`, `new_customer`, or an attribute
///   that the policy declares;
/// - `fact/<name>`;
/// - `deployments/<id>/price`: what its price list asks for the request in all, in USD. Discounts and whatever else clauses
///   make of a price apply to it; where a ladder takes the place of a price list it is not looked at;
/// - `deployments/<id>/used/tokens`, `…/used/requests`, `…/in_flight`, `…/health`, `…/cooldown_until`, `…/signal`;
/// - `counters/<name>/tokens`, `counters/<name>/requests`: what deployments count together;
/// - `clauses/<contract>/<clause>/drawn`, `…/total`, `…/accrued`, `…/held`: what a clause counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub(crate) what: What,
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    At,
    /// A field of the request, or a fact.
    Slot(Slot),
    Tokens(Count, Slot),
    Revenue,
    /// The provider that the request is pinned to.
    Provider,
    /// The deployment that it is pinned to.
    Pin,
    Price(DeploymentIx),
    Deployment(DeploymentIx, Field),
    /// A shared counter: of requests, or of tokens.
    Counter(String, bool),
    Clause(ClauseIx, Part),
}

/// A count of tokens in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Input,
    Cached,
    Written,
    MaxOutput,
    ExpectedOutput,
    Reasoning,
}

impl Count {
    const ALL: [(&'static str, Count); 6] = [
        ("request.input_tokens", Count::Input),
        ("request.cached_input_tokens", Count::Cached),
        ("request.cache_write_tokens", Count::Written),
        ("request.max_output_tokens", Count::MaxOutput),
        ("request.expected_output_tokens", Count::ExpectedOutput),
        ("request.expected_reasoning_tokens", Count::Reasoning),
    ];
}

/// Part of the state of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    UsedTokens,
    UsedRequests,
    InFlight,
    Health,
    Cooldown,
    Signal,
}

impl Field {
    pub(crate) const ALL: [(&'static str, Field); 6] = [
        ("used/tokens", Field::UsedTokens),
        ("used/requests", Field::UsedRequests),
        ("in_flight", Field::InFlight),
        ("health", Field::Health),
        ("cooldown_until", Field::Cooldown),
        ("signal", Field::Signal),
    ];
}

/// Part of the state of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Drawn,
    Total,
    Accrued,
    Held,
}

impl Part {
    pub(crate) const ALL: [(&'static str, Part); 4] = [
        ("drawn", Part::Drawn),
        ("total", Part::Total),
        ("accrued", Part::Accrued),
        ("held", Part::Held),
    ];
}

/// A value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// Not stated: nothing is known, or nothing is there.
    Unstated,
    /// An instant.
    Instant(Instant),
    /// A number of tokens, of requests, or the value of a whole number.
    Count(i128),
    /// An amount in USD.
    Usd(Money),
    /// Any other value.
    Value(Value),
}

impl Point {
    /// The value as JSON: instants and amounts as strings, counts as numbers, `null` for what is not stated.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Point::Unstated => Json::Null,
            Point::Instant(instant) => Json::text(instant.to_string()),
            Point::Count(count) => match i64::try_from(*count) {
                Ok(count) if count.abs() <= MAX_SAFE_INTEGER => Json::Int(count),
                Ok(_) | Err(_) => Json::text(count.to_string()),
            },
            Point::Usd(amount) => Json::text(amount.to_string()),
            Point::Value(value) => value.to_json(),
        }
    }

    /// The place among the values of an ordered variable: milliseconds, a count, pico-USD.
    pub(crate) fn number(&self) -> Option<i128> {
        match self {
            Point::Instant(instant) => Some(i128::from(instant.millis())),
            Point::Count(count) => Some(*count),
            Point::Usd(amount) => Some(amount.pico()),
            Point::Value(Value::Int(value)) => Some(i128::from(*value)),
            Point::Value(Value::Timestamp(instant)) => Some(i128::from(instant.millis())),
            Point::Unstated | Point::Value(_) => None,
        }
    }
}

/// What the numbers of an ordered variable count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    One,
    Pico,
}

impl Unit {
    pub(crate) fn point(self, number: i128) -> Point {
        match self {
            Unit::Millis => i64::try_from(number)
                .ok()
                .and_then(Instant::from_millis)
                .map_or(Point::Unstated, Point::Instant),
            Unit::One => Point::Count(number),
            Unit::Pico => Point::Usd(Money::from_pico(number)),
        }
    }
}

/// The values that a variable may have.
pub(crate) enum Domain {
    /// From the first to the last number, both included.
    Ordered(Unit, i128, i128),
    Listed(Vec<Point>),
}

impl What {
    /// Why values cannot be looked at.
    pub(crate) fn obstacle(&self) -> &'static str {
        match self {
            What::Price(_) => "a ladder takes the place of its price list",
            What::Slot(_) => "a condition computes with it",
            What::At
            | What::Tokens(..)
            | What::Revenue
            | What::Provider
            | What::Pin
            | What::Deployment(..)
            | What::Counter(..)
            | What::Clause(..) => "it has no single value",
        }
    }
}

impl Variable {
    pub(crate) fn new(what: What, path: String) -> Variable {
        Variable { what, path }
    }

    /// The path: `request/input_tokens`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl Policy {
    /// The variable at a path; `None` where the policy has no such. [`Variable`] lists the paths.
    #[must_use]
    pub fn variable(&self, path: &str) -> Option<Variable> {
        let mut found = None;
        self.each_variable(None, &mut |what, known| {
            let pin = what == What::Provider || what == What::Pin;
            if known == path && !pin {
                found = Some(Variable::new(what, known));
            }
        });
        found
    }

    /// Visits everything that can be varied, with its path; what is offered stands in place of deployments.
    pub(crate) fn each_variable(
        &self,
        offers: Option<&[Offer]>,
        visit: &mut dyn FnMut(What, String),
    ) {
        visit(What::At, "at".to_string());
        let (root, own) = match offers {
            Some(_) => ("offers", &[][..]),
            None => ("deployments", self.deployments.as_slice()),
        };
        let offered = offers.unwrap_or_default().iter();
        let all = own.iter().chain(offered.map(|offer| &offer.deployment));
        let mut counters: Vec<&String> = Vec::new();
        for (index, deployment) in (0_u32..).map(DeploymentIx).zip(all) {
            let mut put = |what, part: &str| {
                visit(what, alloc::format!("{root}/{}/{part}", deployment.id));
            };
            for (name, field) in Field::ALL {
                put(What::Deployment(index, field), name);
            }
            put(What::Price(index), "price");
            if let Some(counter) = &deployment.limits.counter
                && !counters.contains(&counter)
            {
                counters.push(counter);
                for (name, requests) in [("tokens", false), ("requests", true)] {
                    let what = What::Counter(counter.clone(), requests);
                    visit(what, alloc::format!("counters/{counter}/{name}"));
                }
            }
        }
        for (index, clause) in clause_indices(self) {
            if clause.kind.counts_money().is_some() {
                for (name, part) in Part::ALL {
                    let path = alloc::format!("clauses/{}/{name}", clause.reference);
                    visit(What::Clause(index, part), path);
                }
            }
        }
        visit(What::Provider, "request/provider".to_string());
        visit(What::Pin, "request/deployment".to_string());
        visit(What::Revenue, "request/revenue_usd".to_string());
        let facts = self.variables.facts.clone();
        for slot in (0..self.variables.attributes.end).chain(facts).map(Slot) {
            let path = self.variables.path(slot);
            let count = Count::ALL.iter().find(|(name, _)| *name == path);
            let what = count.map_or(What::Slot(slot), |(_, count)| What::Tokens(*count, slot));
            // Acts are asked for, not varied.
            if path != "request.act" {
                visit(what, path.replace('.', "/"));
            }
        }
    }

    /// What the numbers of a variable count; `None` where its values have no order.
    pub(crate) fn unit(&self, what: &What) -> Option<Unit> {
        match what {
            What::At => Some(Unit::Millis),
            What::Slot(slot) => match self.variables.get(*slot)?.kind {
                Type::Timestamp => Some(Unit::Millis),
                Type::Int => Some(Unit::One),
                Type::Bool
                | Type::Decimal
                | Type::String
                | Type::OneOf(_)
                | Type::Duration
                | Type::List(_) => None,
            },
            What::Deployment(_, Field::Health | Field::Cooldown | Field::Signal)
            | What::Provider
            | What::Pin => None,
            What::Tokens(..) | What::Deployment(..) | What::Counter(..) => Some(Unit::One),
            What::Revenue | What::Price(_) => Some(Unit::Pico),
            What::Clause(index, part) => match (part, self.clause(*index)?.kind.counts_money()?) {
                (Part::Drawn | Part::Total, false) => Some(Unit::One),
                (Part::Drawn | Part::Total | Part::Accrued | Part::Held, _) => Some(Unit::Pico),
            },
        }
    }
}

/// Reads a value of an ordered variable as it is written: an instant or a day, a whole number, an amount in USD.
pub(crate) fn read(unit: Unit, text: &str) -> Option<i128> {
    match unit {
        Unit::Millis => At::parse(text).map(|at| i128::from(at.start().millis())),
        Unit::One => text.parse().ok(),
        Unit::Pico => scale_decimal(text, 12)
            .filter(|scaled| !scaled.lossy)
            .map(|scaled| scaled.value),
    }
}

/// The sum of two numbers of variables. Those lie within ±10²⁵, so that it fits.
#[inline(never)]
pub(crate) fn plus(one: i128, other: i128) -> i128 {
    one.checked_add(other).unwrap_or(one)
}

/// The difference of two numbers of variables.
#[inline(never)]
pub(crate) fn less(one: i128, other: i128) -> i128 {
    one.checked_sub(other).unwrap_or(one)
}
