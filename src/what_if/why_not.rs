//! Why a deployment is not the first attempt, and the nearest single changes that would make it so.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::explain::Reason;
use crate::decide::first::candidate_at;
use crate::decide::plan::Evaluation;
use crate::decide::ranking::ahead;
use crate::json::Json;
use crate::list::List;
use crate::model::decision::Question;
use crate::model::policy::{DeploymentIx, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::model::vocabulary::Act;
use crate::order;
use crate::what_if::bench::Bench;
use crate::what_if::runs::{Budget, Effort, HASHED, SPENT, Seen, listed, runs};
use crate::what_if::variable::{Domain, Field, Part, Point, Unit, Variable, What, plus};

/// Why a deployment is not the first attempt, and what would change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// The deployment.
    pub deployment: String,
    /// Its place among the attempts, from 1; absent where it is not attempted.
    pub attempted: Option<u32>,
    /// What speaks against it, in the order of the questions. For an attempt that is not the first: what puts the first
    /// before it. Empty for the first.
    pub reasons: Vec<WhyNotReason>,
    /// The nearest single changes that make it eligible, or, where it is, the first attempt; by kind.
    pub changes: Vec<Change>,
    /// What was not looked at, and why; empty where nothing was left out.
    pub incomplete: Vec<String>,
}

/// One thing that speaks against a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNotReason {
    /// The question that found it.
    pub question: Question,
    /// What it rests on, what would settle it, and what was compared. Beside citations of verdicts: `price`,
    /// `state/latency_ms`, `request/key`, `id` and `spills_to` for what puts one attempt before another.
    pub reason: Reason,
}

/// One thing that, changed alone, makes the deployment eligible, or the first attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is changed.
    pub kind: ChangeKind,
    /// The path of what is changed; see [`Variable`]. `request/provider` and `request/deployment` are pins.
    pub variable: String,
    /// What it is.
    pub from: Point,
    /// The nearest value that does; for an instant, a count or an amount there is none between. A price of 10¹² USD stands for
    /// any.
    pub to: Point,
    /// What is cited against the deployment and holds no longer.
    pub removes: String,
}

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The moment: the nearest earlier and the nearest later one.
    Instant,
    /// One counter, health, cooldown or signal of the state.
    Capacity,
    /// What the price list asks in all: the highest amount that does.
    Price,
    /// One attribute or field of the request.
    Attribute,
    /// One fact.
    Fact,
}

impl ChangeKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ChangeKind::Instant => "instant",
            ChangeKind::Capacity => "capacity",
            ChangeKind::Price => "price",
            ChangeKind::Attribute => "attribute",
            ChangeKind::Fact => "fact",
        }
    }
}

impl Policy {
    /// Why a deployment (for `host` and `train`, an offer) is not the first attempt, and the nearest single changes that
    /// would make it eligible, or, where it is eligible, the first. `None` where there is no such deployment.
    ///
    /// Each change alone suffices, everything else staying as it is. Of an instant, a count or an amount the nearest value
    /// below and above is given; of anything else the first that suffices.
    ///
    /// ```
    /// # use wayleave::{document::Sources, model::{Policy, State}};
    /// # let mut sources = Sources::new();
    /// # sources.add("policy.yaml", "
    /// # wayleave: 1
    /// # deployments:
    /// #   azure-gpt: { provider: azure, model: gpt, price: { input: 5 } }
    /// #   aws-gpt: { provider: aws, model: gpt, price: { input: 4 } }
    /// # contracts:
    /// #   deal: { clauses: [ { id: azure-only, kind: exclusivity, only: [azure], term: { to: 2027-01-01 } } ] }
    /// # ");
    /// # let policy = Policy::parse(sources).expect("the policy is sound");
    /// let request = policy.request("{ model: gpt, input_tokens: 1000 }").expect("the request is sound");
    /// let when = policy.when("{ at: 2026-11-22T10:00:00Z }").expect("an instant");
    /// let why = policy.why_not(&request, &State::default(), &when, "aws-gpt").expect("a deployment");
    /// assert_eq!(why.reasons[0].reason.cite, "deal/azure-only");
    /// assert_eq!(why.changes[0].to.to_json().as_str(), Some("2027-01-01T00:00:00Z"));
    /// ```
    #[must_use]
    pub fn why_not(
        &self,
        request: &Request,
        state: &State,
        when: &When,
        deployment: &str,
    ) -> Option<WhyNot> {
        let mut bench = Bench::new(self, request, state, when);
        let evaluation = bench.evaluate();
        let (target, _) = evaluation
            .ask
            .deployments()
            .find(|(_, one)| one.id == deployment)?;
        let attempts = evaluation.order.iter().zip(1_u32..);
        let rank = attempts.clone().find(|(index, _)| **index == target);
        let (reasons, removes) = reasons(&evaluation, target);
        let mut why = WhyNot {
            deployment: String::from(deployment),
            attempted: rank.map(|(_, rank)| rank),
            reasons,
            changes: Vec::new(),
            incomplete: Vec::new(),
        };
        let Some(removes) = removes else {
            return Some(why);
        };
        let ask = &evaluation.ask;
        let offers = ask.asks_for_offers().then_some(request.offers.as_ref());
        let mut tried: Vec<Variable> = Vec::new();
        self.each_variable(offers, &mut |what, path| {
            if matters(&evaluation, target, &what) {
                tried.push(Variable::new(what, path));
            }
        });
        drop(evaluation);
        let mut search = Search {
            bench: &mut bench,
            budget: Budget::new(Effort::default()),
            target,
            first: why.attempted.is_some(),
            removes,
            changes: Vec::new(),
        };
        for variable in &tried {
            search.nearest(variable);
        }
        order::sort_by_key(&mut search.changes, |change| change.kind);
        why.changes = search.changes;
        why.incomplete = search.budget.incomplete;
        Some(why)
    }
}

/// What speaks against a deployment, or puts the first attempt before it; and which of it is decisive.
fn reasons(
    evaluation: &Evaluation<'_>,
    target: DeploymentIx,
) -> (Vec<WhyNotReason>, Option<String>) {
    let policy = evaluation.ask.policy;
    let Some(candidate) = candidate_at(&evaluation.candidates, target) else {
        return (Vec::new(), None);
    };
    if let Some(decisive) = candidate.decisive() {
        let found = candidate.all_findings();
        let reasons = found
            .map(|finding| WhyNotReason {
                question: finding.question,
                reason: Reason::of(finding, policy),
            })
            .list();
        return (reasons, Some(decisive.cite.text(policy)));
    }
    let Some(first) = evaluation.order.first().filter(|first| **first != target) else {
        return (Vec::new(), None);
    };
    let (ask, candidates) = (&evaluation.ask, &evaluation.candidates);
    let pair = (*first, target);
    let decided = ahead(
        ask,
        candidates,
        &evaluation.rights,
        &evaluation.demands,
        pair,
    );
    let Some((question, cite)) = decided else {
        return (Vec::new(), None);
    };
    let mut values: Vec<(Cow<'static, str>, Json)> = Vec::new();
    if let Some(deployment) = ask.deployment(*first) {
        values.push((Cow::Borrowed("first"), Json::text(deployment.id.clone())));
    }
    if question == Question::Cost {
        for (name, index) in [("first_routing", *first), ("routing", target)] {
            let cost = candidate_at(candidates, index).and_then(|candidate| candidate.cost());
            let routing = cost.map_or(Json::Null, |cost| Json::text(cost.routing.to_string()));
            values.push((Cow::Borrowed(name), routing));
        }
    }
    let reason = Reason {
        cite: cite.clone(),
        against: Vec::new(),
        missing: Vec::new(),
        values,
    };
    (Vec::from([WhyNotReason { question, reason }]), Some(cite))
}

/// Whether a change of something may help a deployment. What has no part in the request is not helped by room or a price.
fn matters(evaluation: &Evaluation<'_>, target: DeploymentIx, what: &What) -> bool {
    let ask = &evaluation.ask;
    let takes_part = |index| {
        let candidate = candidate_at(&evaluation.candidates, index);
        candidate.is_some_and(|candidate| !candidate.is_elsewhere())
    };
    match what {
        What::Price(index) => *index == target && takes_part(target),
        What::Clause(index, part) => {
            let clause = ask.policy.clause(*index);
            let binds = clause.is_some_and(|clause| clause.scope.acts.contains(ask.request.act));
            binds && takes_part(target) && matches!(part, Part::Drawn | Part::Total)
        }
        What::Counter(..) => ask.request.act == Act::Serve && takes_part(target),
        What::Deployment(index, field) => {
            let serves = ask.request.act == Act::Serve && takes_part(target) && takes_part(*index);
            let Some(deployment) = ask.deployment(*index).filter(|_| serves) else {
                return false;
            };
            let limits = &deployment.limits;
            let own = limits.counter.is_none();
            match field {
                Field::UsedTokens => own && limits.tokens_per_minute.is_some(),
                Field::UsedRequests => own && limits.requests_per_minute.is_some(),
                Field::InFlight => limits.in_flight.is_some(),
                Field::Health | Field::Cooldown | Field::Signal => true,
            }
        }
        What::At
        | What::Slot(_)
        | What::Tokens(..)
        | What::Revenue
        | What::Provider
        | What::Pin => true,
    }
}

struct Search<'a, 'b> {
    bench: &'a mut Bench<'b>,
    budget: Budget,
    target: DeploymentIx,
    /// Whether it is attempted already and is to be the first.
    first: bool,
    removes: String,
    changes: Vec<Change>,
}

impl Search<'_, '_> {
    fn suffices(&self, seen: &Seen) -> bool {
        if self.first {
            seen.order.first() == Some(&self.target)
        } else {
            seen.order.contains(&self.target)
        }
    }

    /// Notes the nearest values of a variable that suffice.
    fn nearest(&mut self, variable: &Variable) {
        let (what, path) = (&variable.what, variable.path());
        let now = self.bench.get(what);
        let mut found: Vec<Point> = Vec::new();
        let kind = match what {
            What::At => ChangeKind::Instant,
            What::Price(_) => ChangeKind::Price,
            What::Deployment(..) | What::Counter(..) | What::Clause(..) => ChangeKind::Capacity,
            What::Slot(_) if path.starts_with("fact/") => ChangeKind::Fact,
            What::Slot(_) | What::Tokens(..) | What::Revenue | What::Provider | What::Pin => {
                ChangeKind::Attribute
            }
        };
        let domain = match what {
            // Pinned to it, or not pinned at all.
            What::Provider | What::Pin => Some(Domain::Listed(self.pins(what))),
            What::At
            | What::Slot(_)
            | What::Tokens(..)
            | What::Revenue
            | What::Price(_)
            | What::Deployment(..)
            | What::Counter(..)
            | What::Clause(..) => self.bench.domain(what),
        };
        // Affinity makes nobody eligible.
        if self.first && self.bench.is_affine(what) {
            self.budget.miss(path, HASHED);
        }
        match domain {
            None => {
                if let What::Slot(_) | What::Price(_) = what {
                    self.budget.miss(path, what.obstacle());
                }
            }
            Some(Domain::Listed(mut points)) => {
                // That something is not known any more is no change that anybody makes.
                let erased = matches!(what, What::Slot(_));
                points.retain(|point| *point != now && !(erased && *point == Point::Unstated));
                for point in points {
                    match listed(self.bench, what, &point, &mut self.budget) {
                        Some(seen) if self.suffices(&seen) => {
                            found.push(point);
                            break;
                        }
                        Some(_) => {}
                        None => self.budget.miss(path, SPENT),
                    }
                }
            }
            Some(Domain::Ordered(unit, first, last)) => {
                // Of a day without an hour, and of what is not stated, nothing is the value already.
                let stated = now.number();
                let pivot = stated.unwrap_or(match unit {
                    Unit::Millis => i128::from(self.bench.when.at.start().millis()),
                    Unit::One | Unit::Pico => 0,
                });
                // The highest price is looked for, below the one that is asked.
                let priced = kind == ChangeKind::Price;
                let last = stated.filter(|_| priced).unwrap_or(last);
                let pivot = if priced { plus(last, 1) } else { pivot };
                let (mut below, mut above) = (None, None);
                for run in runs(self.bench, variable, (unit, first, last), &mut self.budget) {
                    if !self.suffices(&run.seen) {
                        continue;
                    }
                    if run.from < pivot {
                        below = Some(run.to.min(plus(pivot, -1)));
                    }
                    if run.to >= pivot && above.is_none() {
                        above = Some(run.from.max(pivot));
                    }
                }
                for number in [below, above].into_iter().flatten() {
                    if stated != Some(number) {
                        found.push(unit.point(number));
                    }
                }
            }
        }
        for to in found {
            self.changes.push(Change {
                kind,
                variable: path.to_string(),
                from: now.clone(),
                to,
                removes: self.removes.clone(),
            });
        }
    }

    fn pins(&self, what: &What) -> Vec<Point> {
        let ask = self.bench.ask();
        let own = ask.deployment(self.target).map(|deployment| match what {
            What::Provider => self.bench.policy.provider(deployment.provider),
            What::Pin
            | What::At
            | What::Slot(_)
            | What::Tokens(..)
            | What::Revenue
            | What::Price(_)
            | What::Deployment(..)
            | What::Counter(..)
            | What::Clause(..) => deployment.id.as_str(),
        });
        let own = own.map(|text| Point::Value(crate::condition::Value::String(text.to_string())));
        core::iter::once(Point::Unstated).chain(own).list()
    }
}

impl WhyNot {
    /// The answer as JSON: `{ deployment, attempted, reasons: [{ question, cite, against, missing, values }], changes: [{ kind,
    /// variable, from, to, removes }], incomplete }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let reasons = self.reasons.iter().map(|reason| {
            let Json::Object(mut members) = reason.reason.to_json() else {
                return Json::Null;
            };
            let question = Json::text(reason.question.name());
            members.insert(0, (Cow::Borrowed("question"), question));
            Json::Object(members)
        });
        let changes = self.changes.iter().map(|change| {
            Json::object([
                ("kind", Json::text(change.kind.name())),
                ("variable", Json::text(change.variable.clone())),
                ("from", change.from.to_json()),
                ("to", change.to.to_json()),
                ("removes", Json::text(change.removes.clone())),
            ])
        });
        let rank = self.attempted;
        Json::object([
            ("deployment", Json::text(self.deployment.clone())),
            (
                "attempted",
                rank.map_or(Json::Null, |rank| Json::Int(i64::from(rank))),
            ),
            ("reasons", Json::Array(reasons.list())),
            ("changes", Json::Array(changes.list())),
            ("incomplete", Json::texts(self.incomplete.iter().cloned())),
        ])
    }
}
