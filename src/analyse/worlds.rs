//! The requests and facts that could be: what conditions are asked of.

use crate::list::List;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::period::Period;
use super::study::{Findings, Study};
use crate::authoring::variables::Scope;
use crate::condition::{
    Condition, Satisfiable, Slot, Space, Type, Unproved, Value, Witness, parse, satisfiable,
};
use crate::model::policy::{Deployment, Policy};
use crate::model::vocabulary::{Act, Acts, NameIx};
use crate::order::insert;
use crate::time::{At, Instant};

/// The most evaluations that one question may take.
const STEPS_OF_ONE: u32 = 20_000;

pub(super) const SPENT: Unproved = Unproved {
    slot: None,
    why: "the effort that is allowed is spent",
};

/// What every question about a policy needs.
pub(super) struct Known {
    act: Option<Slot>,
    model: Option<Slot>,
    tier: Option<Slot>,
    needs: Option<Slot>,
    at: Slot,
    zones: Vec<String>,
    /// Each count of tokens with the condition that it is not negative.
    counts: Vec<(Slot, Condition)>,
    /// The attributes that some clause or rule asks for, sorted.
    asked: Vec<Slot>,
}

impl Known {
    pub(super) fn of(policy: &Policy) -> Known {
        let variables = &policy.variables;
        let slots = || (0_u16..).map(Slot).zip(&variables.entries);
        let slot = |path: &str| {
            slots()
                .find(|(_, variable)| variable.path == path)
                .map(|(slot, _)| slot)
        };
        let counts = slots()
            .take(usize::from(variables.attributes.start))
            .filter(|(_, variable)| variable.kind == Type::Int)
            .filter_map(|(slot, variable)| {
                Some((slot, read(policy, &format!("{} >= 0", variable.path))?))
            })
            .collect();
        let conditions = policy
            .clauses
            .iter()
            .flat_map(crate::model::policy::Clause::conditions)
            .chain(
                policy
                    .rules
                    .iter()
                    .flat_map(|rule| core::iter::once(&rule.when).chain(rule.kind.conditions())),
            );
        let mut asked: Vec<Slot> = Vec::new();
        for slot in conditions.flat_map(Condition::variables) {
            insert(&mut asked, slot);
        }
        Known {
            act: slot("request.act"),
            model: slot("request.model"),
            tier: slot("request.tier"),
            needs: slot("request.needs"),
            at: Slot(variables.at),
            zones: policy.zones.names().map(String::from).collect(),
            counts,
            asked,
        }
    }

    /// Whether some clause or rule asks for the model or the tier of the request, which say something of the
    /// deployment that answers it.
    pub(super) fn asks_of_deployment(&self) -> bool {
        [self.model, self.tier]
            .into_iter()
            .flatten()
            .any(|slot| self.asks(slot))
    }

    fn asks(&self, slot: Slot) -> bool {
        self.asked.binary_search(&slot).is_ok()
    }
}

fn read(policy: &Policy, text: &str) -> Option<Condition> {
    let scope = Scope {
        variables: &policy.variables,
        zones: &policy.zones,
        sight: crate::authoring::variables::Sight::All,
    };
    parse(text, &scope).ok()
}

/// The requests that are asked about: for these acts, answered by this deployment or by any, while a period lasts.
pub(super) struct Frame<'a> {
    study: &'a Study<'a>,
    deployment: Option<&'a Deployment>,
    period: Period,
    /// Whether they are to be served, so that they ask for the tier of the deployment.
    serves: bool,
    acts: Type,
    models: Type,
}

/// The models and aliases that requests to a deployment, or for some models, may name; only asked where it matters.
fn names_of_models(
    study: &Study<'_>,
    deployment: Option<&Deployment>,
    models: Option<&[NameIx]>,
) -> Vec<String> {
    let policy = study.policy;
    if study.known.model.is_none_or(|slot| !study.known.asks(slot)) {
        return Vec::new();
    }
    let own = deployment.map(|deployment| [deployment.model]);
    let wanted = own.as_ref().map(<[NameIx; 1]>::as_slice).or(models);
    let is_wanted = |model: NameIx| wanted.is_none_or(|wanted| wanted.contains(&model));
    let names = policy.models.iter().filter(|name| {
        let model = policy.models.find(name);
        model.is_some_and(is_wanted)
    });
    let aliases = policy
        .aliases
        .iter()
        .filter(|(_, models)| models.iter().any(|model| is_wanted(*model)))
        .map(|(alias, _)| alias.as_str());
    names.chain(aliases).map(String::from).collect()
}

impl<'a> Frame<'a> {
    /// `models` are those that may be asked for where it is left open which deployment answers.
    pub(super) fn new(
        study: &'a Study<'a>,
        acts: Acts,
        deployment: Option<&'a Deployment>,
        models: Option<&[NameIx]>,
        period: Period,
    ) -> Frame<'a> {
        let names = Act::ALL
            .into_iter()
            .filter(|act| acts.contains(*act))
            .map(|act| act.name().to_string())
            .collect();
        Frame {
            study,
            deployment,
            period,
            serves: acts == Acts::of(&[Act::Serve]),
            acts: Type::OneOf(names),
            models: Type::OneOf(names_of_models(study, deployment, models)),
        }
    }

    /// Whether there is such a request, with facts, for which all of `all` hold and none of `none` does.
    pub(super) fn meet(
        &self,
        all: &[&Condition],
        none: &[&Condition],
        found: &mut Findings,
    ) -> Satisfiable {
        if found.is_spent() {
            return Satisfiable::Unproved(SPENT);
        }
        let assumed = self.assumptions(all.iter().chain(none).copied());
        let all: Vec<&Condition> = all.iter().copied().chain(&assumed).list();
        let mut steps = found.steps.min(STEPS_OF_ONE);
        let before = steps;
        let answer = satisfiable(&all, none, self, &mut steps);
        // Reading the conditions costs about as much as asking each once.
        let read = u32::try_from(all.len().saturating_add(none.len())).unwrap_or(u32::MAX);
        let cost = before.saturating_sub(steps).saturating_add(read);
        found.steps = found.steps.saturating_sub(cost);
        answer
    }

    /// What is true of every such request, as far as the conditions ask about it.
    fn assumptions<'b>(&self, conditions: impl Iterator<Item = &'b Condition>) -> Vec<Condition> {
        let known = &self.study.known;
        let counts = known.counts.iter().map(|(slot, _)| *slot);
        let special: Vec<Slot> = [known.tier, Some(known.at)]
            .into_iter()
            .flatten()
            .chain(counts)
            .filter(|slot| known.asks(*slot))
            .list();
        if special.is_empty() {
            return Vec::new();
        }
        let asked: Vec<Slot> = conditions.flat_map(Condition::variables).list();
        let mut assumed = Vec::new();
        for slot in special.into_iter().filter(|slot| asked.contains(slot)) {
            let policy = self.study.policy;
            if slot == known.at {
                let bounds = [(">=", self.period.from), ("<", self.period.to)];
                let texts = bounds
                    .into_iter()
                    .filter(|(_, edge)| ![Instant::MIN, Instant::MAX].contains(edge))
                    .map(|(sign, edge)| format!("at {sign} timestamp('{edge}')"));
                assumed.extend(texts.filter_map(|text| read(policy, &text)));
            } else if Some(slot) == known.tier {
                let served = self.deployment.filter(|_| self.serves);
                let text = served.map(|deployment| {
                    format!("'{}' in request.tier", policy.tiers.name(deployment.tier))
                });
                assumed.extend(text.and_then(|text| read(policy, &text)));
            } else {
                let count = known.counts.iter().find(|(known, _)| *known == slot);
                assumed.extend(count.map(|(_, condition)| condition.clone()));
            }
        }
        assumed
    }
}

impl Space for Frame<'_> {
    fn kind(&self, slot: Slot) -> Option<&Type> {
        let known = &self.study.known;
        if Some(slot) == known.act {
            Some(&self.acts)
        } else if Some(slot) == known.model {
            Some(&self.models)
        } else {
            let variable = self.study.policy.variables.get(slot)?;
            Some(&variable.kind)
        }
    }

    /// What every request has, and attributes with a default, are never absent.
    fn may_be_absent(&self, slot: Slot) -> bool {
        let known = &self.study.known;
        let variables = &self.study.policy.variables;
        let always = [known.act, known.model, known.tier, known.needs].contains(&Some(slot))
            || variables.attributes.contains(&slot.0)
                && variables
                    .get(slot)
                    .is_some_and(|variable| variable.default.is_some());
        !always
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        let zones = &self.study.policy.zones;
        Some(zones.within(zones.find(zone)?, zones.find(area)?))
    }

    fn zones(&self) -> &[String] {
        &self.study.known.zones
    }
}

/// A request and the facts it is asked under, as documents that the policy reads.
pub(super) struct Question {
    pub(super) request: String,
    pub(super) state: String,
}

/// The request that a witness is about, put to a deployment.
pub(super) fn question(
    study: &Study<'_>,
    witness: &Witness,
    act: Act,
    deployment: &Deployment,
) -> Question {
    let policy = study.policy;
    let variables = &policy.variables;
    let mut request = Vec::from([
        ("act".to_string(), quoted(act.name())),
        (
            "model".to_string(),
            quoted(policy.models.name(deployment.model)),
        ),
        (
            "tier".to_string(),
            format!("[{}]", quoted(policy.tiers.name(deployment.tier))),
        ),
    ]);
    let mut facts = Vec::new();
    for (slot, value) in &witness.values {
        let (Some(variable), Some(value)) = (variables.get(*slot), value) else {
            continue;
        };
        if variables.facts.contains(&slot.0) {
            facts.push(format!(
                "{}: {{ value: {} }}",
                quoted(&variable.name),
                plain(value)
            ));
        } else if slot.0 < variables.attributes.end {
            request.retain(|(name, _)| *name != variable.name);
            request.push((variable.name.clone(), plain(value)));
        }
    }
    let request: Vec<String> = request
        .iter()
        .map(|(name, value)| format!("{}: {value}", quoted(name)))
        .collect();
    Question {
        request: format!("{{ {} }}", request.join(", ")),
        state: format!("{{ facts: {{ {} }} }}", facts.join(", ")),
    }
}

fn quoted(text: &str) -> String {
    Value::String(text.to_string()).to_string()
}

/// A value as documents spell it.
fn plain(value: &Value) -> String {
    match value {
        Value::Timestamp(instant) => quoted(&instant.to_string()),
        Value::Duration(ms) => ms.to_string(),
        Value::List(values) => {
            let values: Vec<String> = values.iter().map(plain).list();
            format!("[{}]", values.join(", "))
        }
        Value::Bool(_) | Value::Int(_) | Value::Decimal(_) | Value::String(_) => value.to_string(),
    }
}

/// The instant a witness names, or the beginning of the period; an instant that any reader can write.
pub(super) fn instant_of(study: &Study<'_>, witness: &Witness, period: Period) -> At {
    let named = witness.values.iter().find_map(|(slot, value)| match value {
        Some(Value::Timestamp(instant)) if *slot == study.known.at => Some(*instant),
        Some(_) | None => None,
    });
    At::Instant(named.unwrap_or(period.from))
}
