//! The five questions, asked in the same order of every deployment, a module each: `can`, `may`, `room`, `first`, `cost`;
//! then `plan` orders what is left and [`explain`] says why.
//!
//! Nothing here knows of text, JSON or JavaScript. The answer depends on the arguments alone.

pub(crate) mod can;
pub(crate) mod cost;
pub(crate) mod economics;
pub mod explain;
pub(crate) mod finding;
pub(crate) mod first;
pub mod itemise;
pub(crate) mod may;
pub(crate) mod plan;
pub(crate) mod ranking;
pub(crate) mod room;
pub(crate) mod trace;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::{Condition, Slot, Tri, Value, World};
use crate::model::decision::Decision;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Policy, Rule};
use crate::model::request::{Offer, Request, When};
use crate::model::state::{ClauseState, DeploymentState, FactState, State, Used};
use crate::model::term::DayOfChange;
use crate::model::vocabulary::{Act, Evidence};
use crate::money::Money;
use crate::order;
use crate::time::{At, Instant};

impl Policy {
    /// Decides where `request` may go at a moment, who comes first, and what it costs.
    ///
    /// The answer is a function of the arguments: the same policy, request, state and moment give the same decision in
    /// every runtime. It never fails: what cannot be settled is pending, and nothing is attempted that is not eligible.
    #[must_use]
    pub fn decide(&self, request: &Request, state: &State, when: &When) -> Decision {
        plan::decide(self, request, state, when)
    }
}

/// How a decision is asked for, beside its arguments.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asking<'a> {
    /// Leaves one clause out, to see whether it matters.
    pub(crate) without: Option<ClauseIx>,
    /// Leaves room out, but for hard budgets: what is asked for is a quantity over a period, not one request.
    pub(crate) at_large: bool,
    /// What the price list of one candidate is taken to ask for the request, in place of what it says.
    pub(crate) price: Option<(DeploymentIx, Money)>,
    /// What is taken to be so, whatever the state says.
    pub(crate) instead: Option<&'a Instead>,
}

/// A part of a state.
pub(crate) enum Instead {
    Deployment(DeploymentIx, DeploymentState),
    Counter(String, Used),
    Clause(ClauseIx, ClauseState),
    /// A fact, by its position.
    Fact(usize, FactState),
}

/// One question put to the policy, with what does not depend on the deployment worked out once.
pub(crate) struct Ask<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) request: &'a Request,
    pub(crate) state: &'a State,
    pub(crate) when: &'a When,
    pub(crate) asking: Asking<'a>,
    /// The values of the variables, by slot, but for those of the deployment.
    values: Vec<Option<Value>>,
    /// How well each fact's value is attested, by position; absent for a default and where nothing is known.
    fact_evidence: Vec<Option<Evidence>>,
    /// Which terms hold on a day of change, by contract.
    ties: Vec<DayOfChange>,
    /// Whether each clause binds the act and is in force.
    active: Vec<Tri>,
    /// For a day on which contracts change at an hour that nobody has stated: one for every way in which each of them
    /// stands on old or on new terms, at last all on new ones. Empty where none changes, or too many do.
    readings: Vec<Ask<'a>>,
}

/// The most contracts that may change on one day for their terms to be tried one by one.
const MAX_CHANGES: usize = 4;

impl<'a> Ask<'a> {
    pub(crate) fn new(
        policy: &'a Policy,
        request: &'a Request,
        state: &'a State,
        when: &'a When,
        asking: Asking<'a>,
    ) -> Ask<'a> {
        let (values, fact_evidence) = variable_values(policy, request, state, when, asking.instead);
        let mut ask = Ask {
            policy,
            request,
            state,
            when,
            asking,
            values,
            fact_evidence,
            ties: policy
                .contracts
                .iter()
                .map(|contract| contract.day_of_change)
                .collect(),
            active: Vec::new(),
            readings: Vec::new(),
        };
        ask.settle_active();
        ask.readings = ask.readings();
        ask
    }

    fn settle_active(&mut self) {
        self.active = clause_indices(self.policy)
            .map(|(index, clause)| self.in_force(index, clause))
            .collect();
    }

    fn readings(&self) -> Vec<Ask<'a>> {
        let At::Day(day) = self.when.at else {
            return Vec::new();
        };
        let mut changing: Vec<usize> = self
            .policy
            .clauses
            .iter()
            .filter(|clause| {
                self.tie(clause) == DayOfChange::Unknown && clause.term.is_unsettled_on(day)
            })
            .map(|clause| usize::from(clause.contract))
            .collect();
        // The clauses of a contract stand together.
        changing.dedup();
        if changing.is_empty() || changing.len() > MAX_CHANGES {
            return Vec::new();
        }
        let mut readings = Vec::from([self.ties.clone()]);
        for contract in changing {
            readings = [DayOfChange::OldTerms, DayOfChange::NewTerms]
                .into_iter()
                .flat_map(|tie| {
                    readings.iter().cloned().map(move |mut ties| {
                        if let Some(cell) = ties.get_mut(contract) {
                            *cell = tie;
                        }
                        ties
                    })
                })
                .collect();
        }
        readings
            .into_iter()
            .map(|ties| {
                let mut ask = Ask {
                    values: self.values.clone(),
                    fact_evidence: Vec::new(),
                    ties,
                    active: Vec::new(),
                    readings: Vec::new(),
                    ..*self
                };
                ask.settle_active();
                ask
            })
            .collect()
    }

    /// Every clause that may bind, in document order, with whether it does.
    pub(crate) fn active_clauses(&self) -> impl Iterator<Item = (ClauseIx, &'a Clause, Tri)> {
        clause_indices(self.policy)
            .zip(self.active.iter())
            .filter(|(_, active)| **active != Tri::False)
            .map(|((index, clause), active)| (index, clause, *active))
    }

    /// Whether a clause binds the act and is in force.
    pub(crate) fn active_of(&self, index: ClauseIx) -> Tri {
        usize::try_from(index.0)
            .ok()
            .and_then(|index| self.active.get(index))
            .copied()
            .unwrap_or(Tri::False)
    }

    /// Whether the act is about offers of capacity instead of the policy's deployments.
    pub(crate) fn asks_for_offers(&self) -> bool {
        match self.request.act {
            Act::Host | Act::Train => true,
            Act::Serve | Act::Sell | Act::Launch => false,
        }
    }

    /// Every candidate, in the order of their ids: the deployments of the policy, or what is offered.
    pub(crate) fn deployments(&self) -> impl Iterator<Item = (DeploymentIx, &'a Deployment)> {
        let (deployments, offers): (&[Deployment], &[Offer]) = if self.asks_for_offers() {
            (&[], self.request.offers.as_ref())
        } else {
            (&self.policy.deployments, &[])
        };
        let offered = offers.iter().map(|offer| &offer.deployment);
        (0_u32..)
            .map(DeploymentIx)
            .zip(deployments.iter().chain(offered))
    }

    /// The candidate at an index.
    pub(crate) fn deployment(&self, index: DeploymentIx) -> Option<&'a Deployment> {
        if self.asks_for_offers() {
            self.offer(index).map(|offer| &offer.deployment)
        } else {
            self.policy.deployment(index)
        }
    }

    /// The offer at an index, where the act is about offers.
    pub(crate) fn offer(&self, index: DeploymentIx) -> Option<&'a Offer> {
        let offers = self.asks_for_offers().then_some(&self.request.offers)?;
        offers.get(usize::try_from(index.0).ok()?)
    }

    /// How readers name something of a candidate: `deployments/<id>/zone`, `offers/<id>/zone`.
    pub(crate) fn field(&self, deployment: &Deployment, field: &str) -> String {
        let root = if self.asks_for_offers() {
            "offers"
        } else {
            "deployments"
        };
        alloc::format!("{root}/{}/{field}", deployment.id)
    }

    pub(crate) fn state_of(&self, deployment: DeploymentIx) -> Option<&'a DeploymentState> {
        if self.asks_for_offers() {
            return None;
        }
        if let Some(Instead::Deployment(assumed, state)) = self.asking.instead
            && *assumed == deployment
        {
            return Some(state);
        }
        self.state
            .deployments
            .get(usize::try_from(deployment.0).ok()?)
    }

    /// What a counter that deployments share has counted.
    pub(crate) fn counter(&self, name: &str) -> Used {
        match self.asking.instead {
            Some(Instead::Counter(assumed, used)) if assumed == name => used.clone(),
            Some(_) | None => order::find(&self.state.counters, name)
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// Whether a clause that is in force applies to work on `deployment`.
    pub(crate) fn applies(
        &self,
        index: ClauseIx,
        clause: &Clause,
        active: Tri,
        deployment: &Deployment,
    ) -> Tri {
        if active == Tri::False || !binds_model(clause, deployment) {
            return Tri::False;
        }
        let condition = usize::try_from(index.0)
            .ok()
            .and_then(|index| deployment.clause_conditions.get(index)?.as_deref())
            .unwrap_or(&clause.scope.when);
        active.and(self.evaluate(condition, deployment))
    }

    /// Whether a rule applies to a deployment and what it denies, requires or prefers holds; for a split, whether the
    /// deployment is of the arm. What is offered was not there when the policy was read: nothing is filled in.
    pub(crate) fn rule_holds(
        &self,
        position: usize,
        rule: &Rule,
        deployment: &Deployment,
        arm: usize,
    ) -> (Tri, Tri) {
        let (when, wish) = match deployment.rule_conditions.get(position) {
            Some((when, wishes)) => (when, wishes.get(arm)),
            None => (&rule.when, rule.kind.conditions().nth(arm)),
        };
        (
            self.evaluate(when, deployment),
            wish.map_or(Tri::False, |wish| self.evaluate(wish, deployment)),
        )
    }

    /// What the world has counted for a clause. A counter that has started again has counted nothing yet.
    pub(crate) fn clause_state(&self, index: ClauseIx) -> Cow<'a, ClauseState> {
        let counted = match self.asking.instead {
            Some(Instead::Clause(assumed, state)) if *assumed == index => Some(state),
            Some(_) | None => order::find(&self.state.clauses, &index),
        };
        match counted {
            Some(state)
                if state
                    .resets_at
                    .is_some_and(|reset| begun(reset, self.when.at) == Tri::True) =>
            {
                Cow::Owned(ClauseState {
                    accrued: state.accrued,
                    forecast: state.forecast.clone(),
                    ..ClauseState::default()
                })
            }
            Some(state) => Cow::Borrowed(state),
            None => Cow::Owned(ClauseState::default()),
        }
    }

    pub(crate) fn evaluate(&self, condition: &Condition, deployment: &Deployment) -> Tri {
        condition.evaluate(&self.world(deployment))
    }

    pub(crate) fn world<'b>(&'b self, deployment: &'b Deployment) -> DeploymentWorld<'b> {
        DeploymentWorld {
            policy: self.policy,
            values: &self.values,
            at: self.when.at,
            deployment: Some(deployment),
        }
    }

    /// A condition over facts and the moment.
    pub(crate) fn evaluate_facts(&self, condition: &Condition) -> Tri {
        condition.evaluate(&self.world_without_deployment())
    }

    /// What keeps a condition over facts and the moment from being settled.
    pub(crate) fn missing_facts(&self, condition: &Condition) -> Vec<String> {
        condition
            .missing(&self.world_without_deployment())
            .into_iter()
            .map(|slot| self.policy.variables.path(slot).into())
            .collect()
    }

    /// How well the facts are attested that a clause's conditions read, at worst.
    pub(crate) fn evidence_of_facts(&self, clause: &Clause) -> Option<Evidence> {
        let facts = &self.policy.variables.facts;
        clause
            .variables()
            .filter_map(|slot| usize::from(slot.0).checked_sub(usize::from(facts.start)))
            .filter_map(|position| self.fact_evidence.get(position).copied().flatten())
            .min()
    }

    /// The value of a variable that is none of a deployment.
    pub(crate) fn value(&self, slot: Slot) -> Option<&Value> {
        self.values.get(usize::from(slot.0))?.as_ref()
    }

    fn world_without_deployment(&self) -> DeploymentWorld<'_> {
        DeploymentWorld {
            policy: self.policy,
            values: &self.values,
            at: self.when.at,
            deployment: None,
        }
    }

    fn in_force(&self, index: ClauseIx, clause: &Clause) -> Tri {
        if !self.binds(index, clause) {
            return Tri::False;
        }
        let tie = self.tie(clause);
        clause
            .term
            .holds(self.when.at, tie)
            .and(self.ended_early(clause).not())
    }

    /// Whether a licence, say, once held and holds no longer.
    pub(crate) fn has_ended(&self, index: ClauseIx, clause: &Clause) -> Tri {
        if !self.binds(index, clause) {
            return Tri::False;
        }
        let tie = self.tie(clause);
        let over = clause.term.ended(self.when.at, tie);
        let begun = clause.term.begun(self.when.at, tie);
        begun.and(over.or(self.ended_early(clause)))
    }

    fn binds(&self, index: ClauseIx, clause: &Clause) -> bool {
        self.asking.without != Some(index)
            && clause.scope.acts.contains(self.request.act)
            && self.is_known(clause)
    }

    /// Ended by a fact, or by a clause that replaces it.
    fn ended_early(&self, clause: &Clause) -> Tri {
        let by_condition = clause
            .ends_when
            .as_ref()
            .map_or(Tri::False, |condition| self.evaluate_facts(condition));
        self.successors(clause).fold(by_condition, |ended, other| {
            ended.or(other.term.begun(self.when.at, self.tie(other)))
        })
    }

    /// The clauses that replace a clause, as far as they are known.
    fn successors<'b>(&'b self, clause: &'b Clause) -> impl Iterator<Item = &'b Clause> {
        clause
            .superseded_by
            .iter()
            .filter(|index| self.asking.without != Some(**index))
            .filter_map(|index| self.policy.clause(*index))
            .filter(|other| self.is_known(other))
    }

    /// Which terms of the clause's contract hold on a day of change.
    pub(crate) fn tie(&self, clause: &Clause) -> DayOfChange {
        self.ties
            .get(usize::from(clause.contract))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn is_known(&self, clause: &Clause) -> bool {
        match (self.when.known_at, clause.provenance.known_from) {
            (Some(known_at), Some(known_from)) => known_from <= known_at,
            (Some(_) | None, None) | (None, Some(_)) => true,
        }
    }

    /// What keeps a clause from being settled on a deployment, as readers name it.
    pub(crate) fn missing_of(&self, clause: &Clause, deployment: &Deployment) -> Vec<String> {
        let mut missing = Vec::new();
        let (at, tie) = (self.when.at, self.tie(clause));
        let (begun, over) = (clause.term.begun(at, tie), clause.term.ended(at, tie));
        // Once one of them has ended the clause, the other says nothing.
        let early = match over {
            Tri::True => Tri::False,
            Tri::False | Tri::Unknown => self.ended_early(clause),
        };
        if begun == Tri::Unknown || (over == Tri::Unknown && early != Tri::True) {
            missing.push(alloc::format!("{} on {}", clause.reference, self.when.at));
        }
        if early == Tri::Unknown {
            if let Some(condition) = &clause.ends_when {
                missing.extend(self.missing_facts(condition));
            }
            for other in self.successors(clause) {
                if other.term.begun(self.when.at, self.tie(other)) == Tri::Unknown {
                    missing.push(alloc::format!("{} on {}", other.reference, self.when.at));
                }
            }
        }
        // The condition as written: what was filled in for good still has a name there.
        missing.extend(self.missing_in(&clause.scope.when, deployment));
        missing
    }

    pub(crate) fn missing_in(&self, condition: &Condition, deployment: &Deployment) -> Vec<String> {
        condition
            .missing(&self.world(deployment))
            .into_iter()
            .map(|slot| self.path(slot, deployment))
            .collect()
    }

    /// `request.customer`, `fact.agi_verified`, or `deployments/<id>/zone` for a field of the deployment.
    fn path(&self, slot: Slot, deployment: &Deployment) -> String {
        let path = self.policy.variables.path(slot);
        match path.strip_prefix("deployment.") {
            Some(field) => self.field(deployment, field),
            None => path.into(),
        }
    }
}

/// Every clause with its index, in document order.
pub(crate) fn clause_indices(policy: &Policy) -> impl Iterator<Item = (ClauseIx, &Clause)> {
    (0_u32..).map(ClauseIx).zip(policy.clauses.iter())
}

pub(crate) fn binds_model(clause: &Clause, deployment: &Deployment) -> bool {
    clause
        .scope
        .models
        .as_ref()
        .is_none_or(|models| models.binary_search(&deployment.model).is_ok())
}

fn variable_values(
    policy: &Policy,
    request: &Request,
    state: &State,
    when: &When,
    instead: Option<&Instead>,
) -> (Vec<Option<Value>>, Vec<Option<Evidence>>) {
    let mut values = request.values.clone();
    values.resize(policy.variables.entries.len(), None);
    let mut evidence = Vec::with_capacity(policy.facts.len());
    for (position, fact) in policy.facts.iter().enumerate() {
        let reported = match instead {
            Some(Instead::Fact(assumed, fact)) if *assumed == position => Some(fact),
            Some(_) | None => state.facts.get(position).and_then(Option::as_ref),
        };
        let slot = usize::from(policy.variables.facts.start).checked_add(position);
        let (value, attested) = match fact_value(fact, reported, when) {
            Some((value, attested)) => (Some(value), attested),
            None => (None, None),
        };
        evidence.push(attested);
        if let Some(cell) = slot.and_then(|slot| values.get_mut(slot)) {
            *cell = value;
        }
    }
    if let (At::Instant(instant), Some(cell)) =
        (when.at, values.get_mut(usize::from(policy.variables.at)))
    {
        *cell = Some(Value::Timestamp(instant));
    }
    (values, evidence)
}

/// Whether an instant has come; on a day that holds it, nobody can say.
pub(crate) fn begun(instant: Instant, at: At) -> Tri {
    match at {
        At::Instant(at) => Tri::from(instant <= at),
        At::Day(day) if instant <= day.start() => Tri::True,
        At::Day(day) if day.next().is_some_and(|next| next.start() <= instant) => Tri::False,
        At::Day(_) => Tri::Unknown,
    }
}

/// The reported value, else the latest dated value that holds, else the default; and how well it is attested.
fn fact_value(
    fact: &crate::model::policy::Fact,
    reported: Option<&crate::model::state::FactState>,
    when: &When,
) -> Option<(Value, Option<Evidence>)> {
    if let Some(reported) = reported {
        match reported
            .as_of
            .map_or(Tri::True, |as_of| begun(as_of, when.at))
        {
            Tri::True => return Some((reported.value.clone(), Some(reported.evidence))),
            // It became so at some hour of the day: unknown, unless it was so before.
            Tri::Unknown => {
                let (before, attested) = fact_value(fact, None, when)?;
                let weaker =
                    attested.map_or(reported.evidence, |grade| grade.min(reported.evidence));
                return (before == reported.value).then_some((before, Some(weaker)));
            }
            Tri::False => {}
        }
    }
    for dated in fact.values.iter().rev() {
        let known = match (when.known_at, dated.provenance.known_from) {
            (Some(known_at), Some(known_from)) => known_from <= known_at,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        match dated.term.holds(when.at, DayOfChange::Unknown) {
            Tri::True if known => {
                return Some((dated.value.clone(), Some(dated.provenance.evidence)));
            }
            Tri::Unknown if known => return None,
            Tri::True | Tri::Unknown | Tri::False => {}
        }
    }
    fact.default.clone().map(|value| (value, None))
}

/// What conditions can see: the request, the facts, the instant, and one deployment.
pub(crate) struct DeploymentWorld<'a> {
    policy: &'a Policy,
    values: &'a [Option<Value>],
    at: At,
    deployment: Option<&'a Deployment>,
}

#[cfg(feature = "authoring")]
impl<'a> DeploymentWorld<'a> {
    /// A deployment of which something is asked that no request, no fact and no moment changes.
    pub(crate) fn alone(policy: &'a Policy, deployment: &'a Deployment) -> DeploymentWorld<'a> {
        DeploymentWorld {
            policy,
            values: &[],
            at: At::Instant(Instant::MIN),
            deployment: Some(deployment),
        }
    }
}

impl World for DeploymentWorld<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        let variables = &self.policy.variables;
        if variables.deployment.contains(&slot.0) {
            let position = slot.0.checked_sub(variables.deployment.start)?;
            return self.deployment?.values.get(usize::from(position))?.as_ref();
        }
        self.values.get(usize::from(slot.0))?.as_ref()
    }

    fn span(&self, slot: Slot) -> Option<[Instant; 2]> {
        match self.at {
            At::Day(day) if slot.0 == self.policy.variables.at => Some(day.span()),
            At::Day(_) | At::Instant(_) => None,
        }
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        let zones = &self.policy.zones;
        Some(zones.within(zones.find(zone)?, zones.find(area)?))
    }
}
