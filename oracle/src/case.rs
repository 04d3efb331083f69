//! One case: a policy and what is asked of it; and whether a clause applies in it.

use crate::ask::{Request, State, When};
use crate::condition::evaluate::{Known, World, truth};
use crate::condition::{Expr, Value, Variable};
use crate::deployment::Deployment;
use crate::policy::{Clause, Dated, Evidence, Kind, Policy};
use crate::time::{Moment, Term, Tie, write_day};
use crate::truth::Truth;

/// A policy and what is asked of it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The request.
    pub request: &'a Request,
    /// The state.
    pub state: &'a State,
    /// The moment.
    pub when: When,
    /// How contracts that change on the day are read, by position; by their own rule where nothing is said.
    pub ties: Vec<(usize, Tie)>,
}

impl<'a> Case<'a> {
    /// The offers, where the request is about capacity.
    #[must_use]
    pub fn offers(&self) -> Option<&'a [Deployment]> {
        let capacity = matches!(self.request.act.as_str(), "host" | "train");
        capacity.then(|| self.request.offers.as_deref().unwrap_or_default())
    }

    /// Who could do the work: the offers for capacity, else the deployments.
    #[must_use]
    pub fn candidates(&self) -> &'a [Deployment] {
        self.offers().unwrap_or(&self.policy.deployments)
    }

    /// The moment.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.when.at
    }

    /// How the contract of a clause reads a day of change.
    #[must_use]
    pub fn tie(&self, clause: &Clause) -> Tie {
        let told = self
            .ties
            .iter()
            .find(|(contract, _)| *contract == clause.contract);
        let own = self
            .policy
            .contracts
            .get(clause.contract)
            .map_or(Tie::Unknown, |contract| contract.tie);
        told.map_or(own, |(_, tie)| *tie)
    }

    fn on_day(&self, clause: &Clause) -> String {
        format!("{} on {}", clause.cite, write_day(self.at().day()))
    }

    /// Whether the term of a clause holds.
    #[must_use]
    pub fn in_term(&self, clause: &Clause) -> Truth {
        clause
            .term
            .holds(self.at(), self.tie(clause), &self.on_day(clause))
    }

    /// Whether the term of a clause is over.
    #[must_use]
    pub fn term_over(&self, clause: &Clause) -> Truth {
        Truth::of(clause.term.over(self.at(), self.tie(clause)), || {
            self.on_day(clause)
        })
    }

    /// Whether the term of a clause has begun.
    #[must_use]
    pub fn term_begun(&self, clause: &Clause) -> Truth {
        Truth::of(clause.term.begun(self.at(), self.tie(clause)), || {
            self.on_day(clause)
        })
    }

    /// Whether a clause has ended though its term goes on: a condition over facts ended it, or another clause that has
    /// begun replaced it.
    #[must_use]
    pub fn ended_early(&self, clause: &Clause) -> Truth {
        let by_fact = clause
            .ends_when
            .as_ref()
            .map_or(Truth::No, |ends| self.truth(ends, None));
        let successors = self.policy.clauses.iter().filter(|successor| {
            successor.supersedes.contains(&clause.cite) && self.when.knows(successor.known_from)
        });
        successors.fold(by_fact, |ended, successor| {
            ended.or(self.term_begun(successor))
        })
    }

    /// Whether a clause is about the act and the model of a deployment, as far as anybody knew.
    #[must_use]
    pub fn concerns(&self, clause: &Clause, deployment: &Deployment) -> bool {
        self.when.knows(clause.known_from)
            && clause.acts.contains(&self.request.act)
            && clause.is_about(&deployment.model)
    }

    /// Whether the condition of a clause holds for a deployment.
    #[must_use]
    pub fn in_scope(&self, clause: &Clause, deployment: &Deployment) -> Truth {
        if !self.concerns(clause, deployment) {
            return Truth::No;
        }
        clause
            .when
            .as_ref()
            .map_or(Truth::Yes, |when| self.truth(when, Some(deployment)))
    }

    /// Whether a clause applies to a deployment: it is known, in force and in scope.
    #[must_use]
    pub fn applies(&self, clause: &Clause, deployment: &Deployment) -> Truth {
        if !self.concerns(clause, deployment) {
            return Truth::No;
        }
        self.in_term(clause)
            .and(self.ended_early(clause).not())
            .and(self.in_scope(clause, deployment))
    }

    /// The truth of a condition.
    #[must_use]
    pub fn truth(&self, expr: &Expr, deployment: Option<&Deployment>) -> Truth {
        truth(
            expr,
            &Sight {
                case: self,
                deployment,
            },
        )
    }

    /// The value of a fact, and the evidence for it, where it is reported or dated. What became so at some hour of the
    /// day is known on the day where it was so before.
    #[must_use]
    pub fn fact(&self, name: &str) -> (Known, Option<Evidence>) {
        let reported = self.state.facts.iter().find(|(known, _)| known == name);
        let before = self.fact_on_record(name);
        let Some((_, reported)) = reported else {
            return before;
        };
        let (value, evidence) = (Known::Value(reported.value.clone()), reported.evidence);
        match reported
            .as_of
            .map_or(Some(true), |as_of| self.at().reached(as_of))
        {
            Some(true) => (value, Some(evidence)),
            Some(false) => before,
            None if before.0 == value => {
                let weakest = before.1.map_or(evidence, |before| before.min(evidence));
                (value, Some(weakest))
            }
            None => (Known::Missing(format!("fact.{name}")), None),
        }
    }

    /// The value of a fact by the policy alone.
    fn fact_on_record(&self, name: &str) -> (Known, Option<Evidence>) {
        let unknown = (Known::Missing(format!("fact.{name}")), None);
        let fact = self
            .policy
            .facts
            .iter()
            .find(|fact| fact.declared.name == name);
        let Some(fact) = fact else {
            return unknown;
        };
        let known = |dated: &&Dated| self.when.knows(dated.known_from);
        for dated in fact.values.iter().rev().filter(known) {
            match self.holds(&dated.term, name) {
                Truth::Yes => return (Known::Value(dated.value.clone()), Some(dated.evidence)),
                Truth::No => {}
                Truth::Open(_) => return unknown,
            }
        }
        let default = fact.declared.default.clone();
        default.map_or(unknown, |default| (Known::Value(default), None))
    }

    /// How well a clause is attested: no better than the facts that its conditions name, where their values are reported
    /// or dated.
    #[must_use]
    pub fn grade(&self, clause: &Clause) -> Evidence {
        let mut conditions: Vec<&Expr> = clause.when.iter().chain(&clause.ends_when).collect();
        if let Kind::Permit {
            disputed: Some(condition),
            ..
        }
        | Kind::Suspension {
            cured_when: Some(condition),
            ..
        } = &clause.kind
        {
            conditions.push(condition);
        }
        let mut shipped = None;
        match &clause.kind {
            Kind::ShipFirst(terms) => {
                conditions.extend(&terms.grounds);
                shipped = Some(terms.shipped.clone());
            }
            Kind::FirstRefusal { blocks, .. } => {
                conditions.extend(blocks.void_when.iter().chain(&blocks.suspended_when));
            }
            Kind::Exclusivity { .. }
            | Kind::Permit { .. }
            | Kind::License { .. }
            | Kind::Residency { .. }
            | Kind::Covenant { .. }
            | Kind::Suspension { .. }
            | Kind::Share(_)
            | Kind::SpendCap(_)
            | Kind::Commitment(_)
            | Kind::Ladder(_)
            | Kind::Discount(_)
            | Kind::PriceMatch(_)
            | Kind::RevenueShare(_)
            | Kind::Recital => {}
        }
        let variables = conditions.into_iter().flat_map(Expr::variables);
        let facts = variables.filter(|variable| variable.root == "fact");
        let names = facts.map(|fact| fact.field).chain(shipped);
        let evidence = names.filter_map(|name| self.fact(&name).1);
        evidence.fold(clause.evidence, Evidence::min)
    }

    /// Whether a term without a contract holds; `what` is missing where nobody can say.
    #[must_use]
    pub fn holds(&self, term: &Term, what: &str) -> Truth {
        term.holds(self.at(), Tie::Unknown, what)
    }
}

/// What a condition sees.
struct Sight<'c, 'a> {
    case: &'c Case<'a>,
    deployment: Option<&'c Deployment>,
}

impl Sight<'_, '_> {
    fn request(&self, field: &str) -> Option<Value> {
        let request = self.case.request;
        let texts = |texts: &[String]| {
            Some(Value::List(
                texts.iter().cloned().map(Value::Text).collect(),
            ))
        };
        match field {
            "act" => Some(Value::Text(request.act.clone())),
            "model" => Some(Value::Text(request.model.clone())),
            "zone" => request.zone.clone().map(Value::Text),
            "tier" => texts(&request.tiers),
            "needs" => texts(&request.needs),
            "new_customer" => request.new_customer.map(Value::Bool),
            "input_tokens" => count(request.tokens.input),
            "cached_input_tokens" => count(Some(request.tokens.cached_input)),
            "cache_write_tokens" => count(Some(request.tokens.written())),
            "max_output_tokens" => count(request.tokens.max_output),
            "expected_output_tokens" => count(request.tokens.expected_output),
            "expected_reasoning_tokens" => count(request.tokens.reasoning),
            _ => {
                let attribute = request.attributes.iter().find(|(name, _)| name == field);
                attribute.map(|(_, value)| value.clone())
            }
        }
    }
}

fn count(count: Option<u64>) -> Option<Value> {
    count
        .and_then(|count| i64::try_from(count).ok())
        .map(Value::Int)
}

fn of_deployment(deployment: &Deployment, field: &str) -> Option<Value> {
    let text = |text: &String| Some(Value::Text(text.clone()));
    let texts = |texts: Vec<String>| {
        let mut texts = texts;
        texts.sort();
        Some(Value::List(texts.into_iter().map(Value::Text).collect()))
    };
    match field {
        "id" => text(&deployment.id),
        "provider" => text(&deployment.provider),
        "hosted_by" => text(&deployment.hosted_by),
        "model" => text(&deployment.model),
        "zone" => deployment.zone.clone().map(Value::Text),
        "storage_zone" => deployment.storage_zone.clone().map(Value::Text),
        "monitoring_zone" => deployment.monitoring_zone.clone().map(Value::Text),
        "tier" => text(&deployment.tier),
        "supports" => texts(deployment.supports.clone()),
        "lacks" => texts(deployment.lacks.clone()),
        "holds" => texts(
            deployment
                .holds
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
        ),
        "context_tokens" => count(deployment.context_tokens),
        "max_input_tokens" => count(deployment.max_input_tokens),
        "max_output_tokens" => count(deployment.max_output_tokens),
        _ => None,
    }
}

impl World for Sight<'_, '_> {
    fn get(&self, variable: &Variable) -> Known {
        let known =
            |value: Option<Value>, what: String| value.map_or(Known::Missing(what), Known::Value);
        match (variable.root.as_str(), self.deployment) {
            ("request", _) => known(self.request(&variable.field), variable.path()),
            ("deployment", Some(deployment)) => {
                let what = format!("{}/{}", deployment.path, variable.field);
                known(of_deployment(deployment, &variable.field), what)
            }
            ("fact", _) => self.case.fact(&variable.field).0,
            ("at", _) => match self.case.at() {
                Moment::Instant(instant) => Known::Value(Value::Instant(instant)),
                Moment::Day(day) => Known::Day(day),
            },
            _ => Known::Missing(variable.path()),
        }
    }

    fn within(&self, zone: &str, area: &str) -> bool {
        self.case.policy.zones.within(zone, area)
    }
}
