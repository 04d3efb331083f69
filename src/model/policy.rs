//! The checked policy: interned and immutable.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::{Condition, Slot, Type, Value};
use crate::contract::{ClauseKind, Excuse};
use crate::model::limits::Limits;
use crate::model::price::Price;
use crate::model::provisioned::Provisioned;
use crate::model::term::{DayOfChange, Edge, Term};
use crate::model::vocabulary::{Acts, Evidence, NameIx, Names, Refusal};
use crate::model::zone::{ZoneIx, Zones};
use crate::money::Ratio;
use crate::time::{Instant, TimeZone, Window};

/// A range of bytes in one of the sources the policy was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which source, counted from 0.
    pub source: u16,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A checked policy.
///
/// Deployments are sorted by the bytes of their ids, so that an index compares like an id.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) providers: Names,
    pub(crate) models: Names,
    pub(crate) capabilities: Names,
    pub(crate) covenants: Names,
    pub(crate) tiers: Names,
    pub(crate) zones: Zones,
    /// Where prices were read.
    pub(crate) price_sources: Names,
    /// Aliases with the models they stand for, sorted by name.
    pub(crate) aliases: Vec<(String, Vec<NameIx>)>,
    pub(crate) variables: Variables,
    pub(crate) facts: Vec<Fact>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) contracts: Vec<Contract>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) objective: Vec<Objective>,
    /// The attribute that affinity goes by; the key of requests where absent.
    pub(crate) affinity: Option<Slot>,
    pub(crate) unknown_capability: Settle,
    pub(crate) warn: Warn,
    /// For each clause those that can contradict it, in document order.
    pub(crate) precedence: Vec<Vec<(ClauseIx, Precedence)>>,
    pub(crate) digest: String,
}

/// The index of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentIx(pub(crate) u32);

/// The index of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseIx(pub(crate) u32);

/// The index of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleIx(pub(crate) u32);

/// How an unknown capability is read for eligibility.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settle {
    /// As a no.
    #[default]
    Deny,
    /// As a yes.
    Allow,
}

/// Which of two contradicting clauses gives way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The first clause of the pair beats the second.
    First,
    /// The second beats the first.
    Second,
    /// Neither gives way: the contradiction stands.
    Neither,
}

impl Deployment {
    /// A deployment of which nothing is known but who sells and runs what.
    #[cfg(feature = "authoring")]
    pub(crate) fn bare(
        id: String,
        provider: NameIx,
        hosted_by: NameIx,
        model: NameIx,
        tier: NameIx,
    ) -> Deployment {
        Deployment {
            id,
            provider,
            hosted_by,
            model,
            zone: None,
            storage_zone: None,
            monitoring_zone: None,
            tier,
            supports: Vec::new(),
            lacks: Vec::new(),
            holds: Vec::new(),
            breaks: Vec::new(),
            lifecycle: Lifecycle::default(),
            spills_to: None,
            spills_on: Refusal::RETRYABLE.to_vec(),
            context_tokens: None,
            max_input_tokens: None,
            max_output_tokens: None,
            limits: Limits::default(),
            price: Price::default(),
            provisioned: None,
            values: Vec::new(),
            clause_conditions: Vec::new(),
            rule_conditions: Vec::new(),
            place: None,
        }
    }
}

/// When a decision warns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warn {
    /// About an attempted deployment that retires within so many days.
    pub retiring_within_days: Option<u64>,
    /// About a price that was read more than so many days ago.
    pub price_older_than_days: Option<u64>,
}

/// One place that can serve.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Unique among the deployments.
    pub id: String,
    /// Who sells.
    pub provider: NameIx,
    /// Who runs it.
    pub hosted_by: NameIx,
    /// What it serves.
    pub model: NameIx,
    /// Where requests are processed.
    pub zone: Option<ZoneIx>,
    /// Where data rests.
    pub storage_zone: Option<ZoneIx>,
    /// Where copies for abuse monitoring lie.
    pub monitoring_zone: Option<ZoneIx>,
    /// The service tier.
    pub tier: NameIx,
    /// Capabilities it has; sorted.
    pub supports: Vec<NameIx>,
    /// Capabilities it is known not to have; sorted.
    pub lacks: Vec<NameIx>,
    /// Covenants it keeps, each while a term lasts; several entries of one name add up.
    pub holds: Vec<Held>,
    /// Covenants it is known not to keep; sorted.
    pub breaks: Vec<NameIx>,
    /// When it opens, closes to those who come anew, and ends.
    pub lifecycle: Lifecycle,
    /// The deployment that follows it directly among equals.
    pub spills_to: Option<DeploymentIx>,
    /// The failures of an attempt after which the request spills to it.
    pub spills_on: Vec<Refusal>,
    /// The longest input plus output, in tokens.
    pub context_tokens: Option<u64>,
    /// The longest input, in tokens.
    pub max_input_tokens: Option<u64>,
    /// The longest output, in tokens.
    pub max_output_tokens: Option<u64>,
    /// What it may carry at once or in a minute.
    pub limits: Limits,
    /// What it charges.
    pub price: Price,
    /// The units it consists of, where it is paid by the hour: at the margin it costs nothing.
    pub provisioned: Option<Provisioned>,
    /// The values of the variables `deployment.*`, by position in [`Variables`]; `None` is unknown for good.
    pub(crate) values: Vec<Option<Value>>,
    /// Clause conditions with this deployment's values filled in, one for each clause.
    /// `None` where the clause's own condition says nothing of deployments.
    pub(crate) clause_conditions: Vec<Option<Box<Condition>>>,
    /// The same for rules: the condition under which the rule applies, then what it denies, requires or prefers, or its
    /// arms.
    pub(crate) rule_conditions: Vec<(Condition, Vec<Condition>)>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// A covenant that a deployment keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The covenant, such as zero data retention.
    pub covenant: NameIx,
    /// While it is attested; outside of the term it is not kept.
    pub term: Term,
}

/// The stages of a deployment's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// The first moment it serves.
    pub launched: Option<Edge>,
    /// From then on it serves nobody who comes anew.
    pub deprecated: Option<Edge>,
    /// From then on it serves nobody.
    pub retired: Option<Edge>,
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Unique among the contracts.
    pub id: String,
    /// What holds on a day of change when only the day is known.
    pub day_of_change: DayOfChange,
    /// Whether dates were read as UTC because the contract names no zone.
    pub zone_assumed: bool,
    /// The party that grants the rights.
    pub grantor: Option<String>,
    /// The zone whose days its windows follow.
    pub zone: TimeZone,
}

/// Who says so, and how well it is attested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Title or address of the source.
    pub source: Option<String>,
    /// How well it is attested.
    pub evidence: Evidence,
    /// Since when it is known; a decision as of an earlier knowledge leaves it out.
    pub known_from: Option<Instant>,
}

/// One right or duty.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The contract it belongs to, by position.
    pub contract: u16,
    /// `contract/clause`: how it is always cited.
    pub reference: String,
    /// What it is about.
    pub scope: Scope,
    /// When it is in force.
    pub term: Term,
    /// A condition that ends it, such as a fact.
    pub ends_when: Option<Condition>,
    /// Clauses that replace it from their first instant.
    pub superseded_by: Vec<ClauseIx>,
    /// Explicit rank: the higher beats the lower of contradicting clauses.
    pub rank: i64,
    /// Who says so.
    pub provenance: Provenance,
    /// The calendar window after which what it counts starts again from 0; never where absent.
    pub window: Option<Window>,
    /// The right or duty itself.
    pub kind: ClauseKind,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Clause {
    /// Every condition of the clause.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let (own, grounds) = match &self.kind {
            ClauseKind::Permit(permit) => (permit.disputed.as_ref(), None),
            ClauseKind::Suspension(suspension) => (suspension.cured_when.as_ref(), None),
            ClauseKind::ShipFirst(right) => (None, right.excuse.as_ref()),
            ClauseKind::Share(share) => (Some(&share.target), None),
            ClauseKind::SpendCap(cap) => (cap.target.as_ref(), None),
            ClauseKind::FirstRefusal(right) => (right.blocks.void_when.as_ref(), None),
            ClauseKind::Exclusivity(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_) => (None, None),
        };
        let suspended = if let ClauseKind::FirstRefusal(right) = &self.kind {
            right.blocks.suspended_when.as_ref()
        } else {
            None
        };
        core::iter::once(&self.scope.when)
            .chain(&self.ends_when)
            .chain(own)
            .chain(suspended)
            .chain(grounds.into_iter().flat_map(Excuse::grounds))
    }

    /// The variables that its conditions read, and the fact that it names outright.
    pub fn variables(&self) -> impl Iterator<Item = Slot> {
        let named = if let ClauseKind::ShipFirst(right) = &self.kind {
            Some(right.shipped)
        } else {
            None
        };
        self.conditions()
            .flat_map(Condition::variables)
            .chain(named)
    }
}

/// What a clause is about.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The acts it binds.
    pub acts: Acts,
    /// The models it is about; all where absent. Sorted.
    pub models: Option<Vec<NameIx>>,
    /// The condition under which it applies.
    pub when: Condition,
}

/// The operator's own wish; below law and contract.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `rules/id`: how it is always cited.
    pub reference: String,
    /// The acts it is about.
    pub acts: Acts,
    /// The condition under which it applies.
    pub when: Condition,
    /// What it wishes.
    pub kind: RuleKind,
    /// First rights that it sets aside.
    pub overrides: Vec<ClauseIx>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// What a rule wishes.
#[derive(Clone, Debug)]
pub enum RuleKind {
    /// Bars every deployment for which the condition holds.
    Deny(Condition),
    /// Bars every deployment for which the condition does not hold.
    Require(Condition),
    /// Puts the deployments for which the condition holds before the others, among those equal so far.
    Prefer(Condition),
    /// Spreads work over arms by weight, the same for the same key.
    Split(Vec<Arm>),
}

/// One arm of a split.
#[derive(Clone, Debug)]
pub struct Arm {
    /// How often it is drawn first, against the sum of the weights.
    pub weight: u32,
    /// The deployments of the arm.
    pub when: Condition,
}

impl RuleKind {
    /// The conditions on the deployment: one, or one for each arm.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let (one, arms): (Option<&Condition>, &[Arm]) = match self {
            RuleKind::Deny(condition)
            | RuleKind::Require(condition)
            | RuleKind::Prefer(condition) => (Some(condition), &[]),
            RuleKind::Split(arms) => (None, arms),
        };
        one.into_iter().chain(arms.iter().map(|arm| &arm.when))
    }

    /// The text of the condition, for readers.
    #[must_use]
    pub fn text(&self) -> &str {
        self.conditions().next().map_or("", Condition::text)
    }
}

/// One thing to minimise, with the band inside which the next decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objective {
    /// What is minimised.
    pub measure: Measure,
    /// The band: what costs at most this share of its own list cost more than the cheapest counts as equal.
    pub within: Ratio,
}

/// What an objective minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Cost.
    Cost,
    /// Latency in state, in whole milliseconds; unknown sorts last.
    Latency,
}

/// Something true of the world, not of the request.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Dated values, in document order; the latest that holds counts.
    pub values: Vec<FactValue>,
    /// The value where no dated one holds.
    pub default: Option<Value>,
}

/// A value of a fact.
#[derive(Clone, Debug)]
pub struct FactValue {
    /// When it is true.
    pub term: Term,
    /// The value.
    pub value: Value,
    /// Who says so.
    pub provenance: Provenance,
}

/// The variables that conditions may name, each with a slot.
///
/// Slots are consecutive: the request's own fields, its declared attributes, the deployment's fields, facts, `at`.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    pub(crate) entries: Vec<Variable>,
    /// The paths, so that the index of a path is its slot.
    #[cfg(feature = "authoring")]
    pub(crate) paths: Names,
    pub(crate) attributes: core::ops::Range<u16>,
    pub(crate) deployment: core::ops::Range<u16>,
    pub(crate) facts: core::ops::Range<u16>,
    pub(crate) at: u16,
}

/// A variable of conditions.
#[derive(Clone, Debug)]
pub struct Variable {
    /// As conditions spell it: `request.customer`.
    pub path: String,
    /// The name after the root: `customer`.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// The value where a request or the facts give none.
    pub default: Option<Value>,
}

impl Variables {
    /// The variable in a slot.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Option<&Variable> {
        self.entries.get(usize::from(slot.0))
    }

    /// The slot of a name after its root, such as `request` or `fact`.
    #[cfg(feature = "authoring")]
    pub(crate) fn slot(&self, root: &str, name: &str) -> Option<Slot> {
        let path = alloc::format!("{root}.{name}");
        let slot = u16::try_from(self.paths.find(&path)?.0).ok()?;
        Some(Slot(slot))
    }

    /// How a slot is spelled in conditions.
    #[must_use]
    pub fn path(&self, slot: Slot) -> &str {
        self.get(slot).map_or("", |variable| variable.path.as_str())
    }
}

impl Policy {
    /// The digest of the policy: SHA-256 over its canonical JSON, in lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The ids of the deployments, sorted by bytes.
    pub fn deployment_ids(&self) -> impl Iterator<Item = &str> {
        self.deployments
            .iter()
            .map(|deployment| deployment.id.as_str())
    }

    /// The deployments, sorted by the bytes of their ids.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// The clauses, in document order.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The rules, in document order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Every model that a deployment serves, and every alias.
    pub fn model_names(&self) -> impl Iterator<Item = &str> {
        self.models
            .iter()
            .chain(self.aliases.iter().map(|(alias, _)| alias.as_str()))
    }

    /// The declared attributes of requests.
    pub fn attributes(&self) -> impl Iterator<Item = &Variable> {
        let range = usize::from(self.variables.attributes.start)
            ..usize::from(self.variables.attributes.end);
        self.variables.entries.get(range).unwrap_or(&[]).iter()
    }

    /// Every capability that a deployment mentions.
    pub fn capability_names(&self) -> impl Iterator<Item = &str> {
        self.capabilities
            .iter()
            .filter(|name| self.covenants.find(name).is_none())
    }

    /// Every covenant that a deployment or a clause mentions.
    pub fn covenant_names(&self) -> impl Iterator<Item = &str> {
        self.covenants.iter()
    }

    /// The name of a provider.
    #[must_use]
    pub fn provider(&self, provider: NameIx) -> &str {
        self.providers.name(provider)
    }

    /// The name of a model.
    #[must_use]
    pub fn model(&self, model: NameIx) -> &str {
        self.models.name(model)
    }

    /// Where a price was read, as its row names it.
    #[must_use]
    pub fn price_source(&self, source: NameIx) -> &str {
        self.price_sources.name(source)
    }

    /// The places.
    #[must_use]
    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    /// Where the thing is written that a verdict cites: the clause, the rule, or else the deployment whose capability,
    /// limit or state is cited.
    #[must_use]
    pub fn place_of(&self, citation: &str, deployment: &str) -> Option<Place> {
        let clause = self
            .clauses
            .iter()
            .find(|clause| clause.reference == citation);
        let rule = self.rules.iter().find(|rule| rule.reference == citation);
        match (clause, rule) {
            (Some(clause), _) => clause.place,
            (None, Some(rule)) => rule.place,
            (None, None) => {
                self.find_deployment(deployment)
                    .and_then(|index| self.deployment(index))?
                    .place
            }
        }
    }

    pub(crate) fn deployment(&self, index: DeploymentIx) -> Option<&Deployment> {
        self.deployments.get(usize::try_from(index.0).ok()?)
    }

    pub(crate) fn clause(&self, index: ClauseIx) -> Option<&Clause> {
        self.clauses.get(usize::try_from(index.0).ok()?)
    }

    pub(crate) fn rule(&self, index: RuleIx) -> Option<&Rule> {
        self.rules.get(usize::try_from(index.0).ok()?)
    }

    pub(crate) fn find_deployment(&self, id: &str) -> Option<DeploymentIx> {
        let index = self
            .deployments
            .binary_search_by(|deployment| deployment.id.as_str().cmp(id))
            .ok()?;
        u32::try_from(index).ok().map(DeploymentIx)
    }

    pub(crate) fn contract_of(&self, clause: &Clause) -> Option<&Contract> {
        self.contracts.get(usize::from(clause.contract))
    }

    /// Which of two contradicting clauses gives way.
    pub(crate) fn precedence(&self, first: ClauseIx, second: ClauseIx) -> Precedence {
        let rivals = self.rivals(first);
        rivals
            .binary_search_by_key(&second, |(rival, _)| *rival)
            .ok()
            .and_then(|at| rivals.get(at))
            .map_or(Precedence::Neither, |(_, precedence)| *precedence)
    }

    /// The clauses that can contradict a clause, in document order, each with which of the two gives way: `First` where
    /// the rival does.
    pub(crate) fn rivals(&self, clause: ClauseIx) -> &[(ClauseIx, Precedence)] {
        usize::try_from(clause.0)
            .ok()
            .and_then(|at| self.precedence.get(at))
            .map_or(&[], Vec::as_slice)
    }
}

/// A reference to a clause or a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A clause of a contract.
    Clause(ClauseIx),
    /// A rule of the operator.
    Rule(RuleIx),
}

/// Boxed names, for kinds that hold a list of providers.
pub type Providers = Box<[NameIx]>;
