//! A quantity over a period instead of one request, and the values at which its best route changes.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::contract::{ClauseKind, Commitment, RevenueShare};
use crate::decide::cost::Costing;
use crate::decide::economics::Effects;
use crate::decide::explain::{AnswerVerdict, DeploymentExplanation, Explanation};
use crate::decide::first::candidate_at;
use crate::decide::itemise::StepKind;
use crate::decide::plan::{Evaluation, evaluate};
use crate::decide::{Ask, Asking, clause_indices};
use crate::json::Json;
use crate::list::List;
use crate::model::meter::Meter;
use crate::model::policy::{ClauseIx, Deployment, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::money::{Money, PICO_PER_USD, Ratio};

/// What a plan is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// The length of the period, from 1 on; what is paid by the hour is compared, and sized, where it is stated.
    pub hours: Option<u64>,
    /// The input of each of the requests that make up the quantity: what the bands of prices, the limits of a context and
    /// conditions on `request.input_tokens` are asked with. Where absent, prices are those of the lowest band, no context
    /// is too short, and conditions on the size of a request are unknown.
    pub request_input_tokens: Option<u64>,
}

/// A quantity over a period, put to the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it is for.
    pub options: PlanOptions,
    /// The decision, and the five answers for every deployment that takes part, with the steps of its cost.
    pub explanation: Explanation,
    /// The units that the quantity needs of each provisioned deployment that takes part, by their ids.
    pub sizings: Vec<Sizing>,
    /// Where the best route changes.
    pub break_evens: Vec<BreakEven>,
}

/// The units that a quantity needs where it comes evenly over its period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizing {
    /// The deployment.
    pub deployment: String,
    /// Input that no cache has a part in, plus output by its weight, a minute.
    pub normalised_tokens_per_minute: Ratio,
    /// The units that carry them, exactly.
    pub needed: Ratio,
    /// The units that can be had and carry them: at least the minimum, in multiples of the increment.
    pub units: u64,
    /// What these cost for the period, where the price of a unit is stated.
    pub cost: Option<Money>,
}

/// A value at which two deployments cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakEven {
    /// What it is a value of: `clauses/<contract>/<clause>/recover`, `request/revenue_usd`,
    /// `deployments/<id>/usd_per_unit_hour`.
    pub variable: String,
    /// The deployment that is better below the value, and the one that is better above it.
    pub between: [String; 2],
    /// The value, exactly; amounts in USD.
    pub at: Ratio,
}

impl Policy {
    /// Decides for a quantity over a period instead of one request: `request` states it as its counts of tokens.
    ///
    /// Room is not asked, but for hard budgets: limits are of a minute, and the period has many. Counts in conditions are
    /// unknown, and so is what is not stated of the requests that make up the quantity.
    ///
    /// Where the length of the period is stated, provisioned units are sized: for the quantity as it comes evenly. What comes
    /// in bursts is sized by the quantity of its busiest hour.
    ///
    /// Break-evens, each exact and only where there is one:
    ///
    /// - `clauses/<contract>/<clause>/recover`: for a commitment with a projected shortfall, the share of it that would have
    ///   to come back as credit for the best deployment that counts and the best other to cost the same in the order;
    /// - `request/revenue_usd`: the revenue, quantities growing with it, from which on it is better to use the cap of a share
    ///   of revenue up, though each request alone costs less elsewhere. None where a ladder, a commitment or another cap has
    ///   a part in the cost, which do not grow with it;
    /// - `deployments/<id>/usd_per_unit_hour`: the price of a provisioned unit for an hour at which the cheapest deployment
    ///   of the same model by the token costs the same for the period.
    ///
    /// ```
    /// # use wayleave::{what_if::PlanOptions, document::Sources, model::{Policy, State}};
    /// # let mut sources = Sources::new();
    /// # sources.add("policy.yaml", "
    /// # wayleave: 1
    /// # deployments:
    /// #   ptu: { provider: azure, model: gpt, provisioned: { units: 110, tokens_per_unit_minute: 3400, output_weight: 8 } }
    /// #   paygo: { provider: azure, model: gpt, price: { input: 1.75, output: 14 } }
    /// # ");
    /// # let policy = Policy::parse(sources).expect("the policy is sound");
    /// let month = "{ model: gpt, input_tokens: 8760000000, max_output_tokens: 876000000 }";
    /// let request = policy.request(month).expect("the request is sound");
    /// let when = policy.when("{ at: 2026-11-01 }").expect("a day");
    /// let options = PlanOptions { hours: Some(730), ..PlanOptions::default() };
    /// let plan = policy.plan(&request, &State::default(), &when, &options);
    /// assert_eq!(plan.explanation.deployment("paygo").unwrap().cost.unwrap().cash.to_string(), "27594");
    /// assert_eq!(plan.sizings[0].units, 106); // (8,760 M + 8 × 876 M) ÷ 43,800 minutes ÷ 3,400 = 105.9
    /// assert_eq!(plan.break_evens[0].at.to_string(), "189/550"); // 27,594 ÷ (110 × 730) = 0.3436
    /// ```
    #[must_use]
    pub fn plan(
        &self,
        request: &Request,
        state: &State,
        when: &When,
        options: &PlanOptions,
    ) -> Plan {
        let request = self.at_large(request, options);
        let asking = Asking {
            at_large: true,
            ..Asking::default()
        };
        let evaluation = evaluate(self, &request, state, when, asking);
        let mut explanation = Explanation::of(&evaluation);
        explanation.deployments.retain(|explained| {
            let mut answers = explained.answers.iter();
            answers.all(|answer| answer.verdict != AnswerVerdict::NotAsked)
        });
        Plan {
            options: *options,
            sizings: sizings(&evaluation.ask, &explanation, options.hours),
            explanation,
            break_evens: break_evens(&evaluation, options.hours),
        }
    }

    /// A request whose counts are those of many.
    fn at_large(&self, request: &Request, options: &PlanOptions) -> Request {
        let mut request = request.clone();
        let size = options.request_input_tokens;
        let by_model = request.tokens_by_model.iter_mut().map(|(_, tokens)| tokens);
        for tokens in core::iter::once(&mut request.tokens).chain(by_model) {
            tokens.input = size.unwrap_or(0);
            tokens.max_output = None;
        }
        for (value, variable) in request.values.iter_mut().zip(&self.variables.entries) {
            if variable.path == "request.input_tokens" {
                let size = size.and_then(|size| i64::try_from(size).ok());
                *value = size.map(crate::condition::Value::Int);
            } else if variable.path.starts_with("request.") && variable.name.ends_with("_tokens") {
                *value = None;
            }
        }
        request
    }
}

fn sizings(ask: &Ask<'_>, explanation: &Explanation, hours: Option<u64>) -> Vec<Sizing> {
    let minutes = hours.and_then(|hours| hours.checked_mul(60));
    let Some(minutes) = minutes.filter(|minutes| *minutes > 0) else {
        return Vec::new();
    };
    let deployments = ask.policy.deployments.iter();
    let parties = deployments.filter(|deployment| explanation.deployment(&deployment.id).is_some());
    parties
        .filter_map(|deployment| sizing(ask.request, deployment, minutes))
        .list()
}

fn sizing(request: &Request, deployment: &Deployment, minutes: u64) -> Option<Sizing> {
    let provisioned = deployment.provisioned?;
    let tokens = request.tokens_for(deployment.model);
    if !tokens.stated {
        return None;
    }
    let count = |count: u64| Ratio::whole(i128::from(count));
    let usage = &tokens.priced;
    let cached = usage.count(Meter::CachedInput);
    let uncached = count(usage.input().checked_sub(cached)?);
    let terms = provisioned.terms;
    let whole = terms.normalised(uncached, usage.output())?;
    let each_minute = whole.divided_by(count(minutes))?;
    let needed = terms.needed(each_minute)?;
    let units = terms.to_be_had(needed)?;
    let unit_hours = crate::model::provisioned::unit_hours(units, minutes)?;
    let cost = provisioned
        .usd_per_unit_hour
        .and_then(|price| unit_hours.of(price));
    Some(Sizing {
        deployment: deployment.id.clone(),
        normalised_tokens_per_minute: each_minute,
        needed,
        units,
        cost,
    })
}

/// An eligible deployment on the way to a break-even.
#[derive(Clone, Copy)]
struct Party<'a> {
    deployment: &'a Deployment,
    costing: &'a Costing,
}

impl Party<'_> {
    fn routing(self) -> Ratio {
        whole(self.costing.cost.routing)
    }

    fn cash(self) -> Ratio {
        whole(self.costing.cost.cash)
    }

    /// What a clause makes of it: what is owed, or what is covered.
    fn amount(self, amounts: fn(&Effects) -> &Vec<(ClauseIx, Money)>, clause: ClauseIx) -> Money {
        let effects = self.costing.effects.as_deref();
        let mut amounts = effects.map(amounts).into_iter().flatten();
        let own = amounts.find(|(index, _)| *index == clause);
        own.map_or(Money::ZERO, |(_, amount)| *amount)
    }
}

fn whole(amount: Money) -> Ratio {
    Ratio::whole(amount.pico())
}

/// The least amount and whose it is; of equals the first.
#[derive(Default)]
struct Least<'a>(Option<(Ratio, &'a Deployment)>);

impl<'a> Least<'a> {
    fn add(&mut self, amount: Ratio, deployment: &'a Deployment) {
        let less = |(known, _): (Ratio, _)| amount.compare(known).is_some_and(Ordering::is_lt);
        if self.0.is_none_or(less) {
            self.0 = Some((amount, deployment));
        }
    }
}

fn break_evens(evaluation: &Evaluation<'_>, hours: Option<u64>) -> Vec<BreakEven> {
    // In the order of the attempts, so that of equals the one that is tried first counts.
    let mut parties: Vec<Party<'_>> = Vec::new();
    for index in &evaluation.order {
        let candidate = candidate_at(&evaluation.candidates, *index);
        let costing = candidate.and_then(|candidate| candidate.costing.as_ref());
        if let (Some(costing), Some(deployment)) = (costing, evaluation.ask.deployment(*index)) {
            parties.push(Party {
                deployment,
                costing,
            });
        }
    }
    let mut found = Vec::new();
    for (index, clause) in clause_indices(evaluation.ask.policy) {
        if let ClauseKind::Commitment(terms) = &clause.kind {
            let variable = alloc::format!("clauses/{}/recover", clause.reference);
            found.extend(recover(&parties, index, terms, variable));
        } else if let ClauseKind::RevenueShare(terms) = &clause.kind {
            found.extend(revenue(evaluation, &parties, index, terms));
        }
    }
    if let Some(hours) = hours.filter(|hours| *hours > 0) {
        for party in &parties {
            found.extend(by_the_hour(&parties, *party, hours));
        }
    }
    found
}

/// The share of a projected shortfall that would have to come back for what it covers to decide nothing.
fn recover(
    parties: &[Party<'_>],
    index: ClauseIx,
    terms: &Commitment,
    variable: String,
) -> Option<BreakEven> {
    let covered = |party: &Party<'_>| party.amount(|effects| &effects.covered, index);
    let mut others = Least::default();
    for party in parties {
        if covered(party) <= Money::ZERO {
            others.add(party.routing(), party.deployment);
        }
    }
    let (other, elsewhere) = others.0?;
    // Without the shortfall it would cost `full`; with a share of it back, full − (1 − share) × covered. The least of these
    // is decided by the largest share.
    let mut lost = Least::default();
    for party in parties {
        let covered = covered(party);
        if covered > Money::ZERO {
            let lowered = Ratio::ONE.minus(terms.recover)?.of(covered)?;
            let full = party.costing.cost.routing.plus(lowered)?;
            let part = whole(full).minus(other)?.divided_by(whole(covered))?;
            lost.add(part, party.deployment);
        }
    }
    let (part, counts) = lost.0?;
    let at = Ratio::ONE.minus(part)?;
    let within = at.numerator() >= 0 && at.numerator() <= at.denominator();
    within.then(|| BreakEven {
        variable,
        between: [counts.id.clone(), elsewhere.id.clone()],
        at,
    })
}

/// The revenue from which on it is better to use a cap up.
fn revenue(
    evaluation: &Evaluation<'_>,
    parties: &[Party<'_>],
    index: ClauseIx,
    terms: &RevenueShare,
) -> Option<BreakEven> {
    let ask = &evaluation.ask;
    let revenue = ask
        .request
        .revenue
        .filter(|revenue| *revenue > Money::ZERO)?;
    let headroom = terms.headroom(&ask.clause_state(index))?;
    let (mut bearers, mut spared) = (Least::default(), Least::default());
    for party in parties {
        let effects = party.costing.effects.as_deref();
        let Some((cost, bears)) = effects.and_then(|effects| without(ask, party, effects, index))
        else {
            continue;
        };
        let side = if bears { &mut bearers } else { &mut spared };
        side.add(cost, party.deployment);
    }
    let ((own, bearer), (other, spared)) = (bearers.0?, spared.0?);
    let gain = other.minus(own)?;
    let owed = terms.rate.times(whole(revenue))?;
    let dearer = gain.compare(owed).is_some_and(Ordering::is_lt);
    if gain.numerator() <= 0 || !dearer {
        return None;
    }
    let at = whole(headroom).times(whole(revenue).divided_by(gain)?)?;
    Some(BreakEven {
        variable: "request/revenue_usd".to_string(),
        between: [spared.id.clone(), bearer.id.clone()],
        at: at.divided_by(Ratio::whole(PICO_PER_USD))?,
    })
}

/// What a deployment costs without a share of revenue, and whether it bears it. `None` where something has a part in the cost
/// that does not grow with the quantity.
fn without(
    ask: &Ask<'_>,
    party: &Party<'_>,
    effects: &Effects,
    share: ClauseIx,
) -> Option<(Ratio, bool)> {
    let mut cost = party.routing();
    for step in &effects.steps {
        match step.kind {
            StepKind::Rounding => {
                let rounded = step.after.minus(step.before?)?;
                cost = cost.minus(rounded.times(Ratio::whole(PICO_PER_USD))?)?;
            }
            StepKind::Ladder { .. } | StepKind::Commitment | StepKind::ShadowPrice { .. } => {
                return None;
            }
            StepKind::Provisioned
            | StepKind::Cell
            | StepKind::Multiplier { .. }
            | StepKind::Discount { .. }
            | StepKind::PriceMatch
            | StepKind::RevenueShare => {}
        }
    }
    let mut bears = false;
    for (clause, owed) in &effects.owed {
        if *clause == share {
            bears = true;
            cost = cost.minus(whole(*owed))?;
        } else if let ClauseKind::RevenueShare(other) = &ask.policy.clause(*clause)?.kind
            && other.cap.is_some()
        {
            return None;
        }
    }
    Some((cost, bears))
}

/// The price of a unit for an hour at which the period costs the same by the token.
fn by_the_hour(parties: &[Party<'_>], party: Party<'_>, hours: u64) -> Option<BreakEven> {
    let units = party.deployment.provisioned?.units;
    let mut by_token = Least::default();
    for other in parties {
        let same = other.deployment.model == party.deployment.model;
        if same && other.deployment.provisioned.is_none() {
            by_token.add(other.cash(), other.deployment);
        }
    }
    let (cash, other) = by_token.0?;
    let unit_hours = i128::from(units).checked_mul(i128::from(hours))?;
    let unit = Ratio::new(1, PICO_PER_USD.checked_mul(unit_hours)?)?;
    let at = cash.minus(party.cash())?.times(unit)?;
    (at.numerator() >= 0).then(|| BreakEven {
        variable: alloc::format!("deployments/{}/usd_per_unit_hour", party.deployment.id),
        between: [party.deployment.id.clone(), other.id.clone()],
        at,
    })
}

impl BreakEven {
    /// The value as a decimal number with at most twelve places, the last one rounded half to even.
    #[must_use]
    pub fn decimal(&self) -> String {
        let scaled = self.at.times(Ratio::whole(PICO_PER_USD));
        scaled
            .and_then(|scaled| scaled.rounded_to(Money::from_pico(1)))
            .map_or_else(|| self.at.to_string(), |rounded| rounded.to_string())
    }

    fn to_json(&self) -> Json {
        Json::object([
            ("variable", Json::text(self.variable.clone())),
            ("between", Json::texts(self.between.iter().cloned())),
            ("at", Json::text(self.at.to_string())),
            ("decimal", Json::text(self.decimal())),
        ])
    }
}

impl Sizing {
    fn to_json(&self) -> Json {
        let mut members: Vec<(Cow<'static, str>, Json)> = Vec::new();
        let mut put = |name: &'static str, value| members.push((name.into(), value));
        put("deployment", Json::text(self.deployment.clone()));
        put(
            "normalised_tokens_per_minute",
            Json::text(self.normalised_tokens_per_minute.to_string()),
        );
        put("needed", Json::text(self.needed.to_string()));
        put("units", Json::count(self.units));
        if let Some(cost) = self.cost {
            put("cost", Json::text(cost.to_string()));
        }
        Json::Object(members)
    }
}

impl Plan {
    /// The plan as JSON: `{ sentence, decision, deployments, sizings: [{ deployment, normalised_tokens_per_minute, needed,
    /// units, cost? }], break_evens: [{ variable, between, at, decimal }] }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let break_evens = self.break_evens.iter().map(BreakEven::to_json).list();
        let sizings = self.sizings.iter().map(Sizing::to_json).list();
        let mut json = self.explanation.to_json();
        if let Json::Object(members) = &mut json {
            members.push((Cow::Borrowed("sizings"), Json::Array(sizings)));
            members.push((Cow::Borrowed("break_evens"), Json::Array(break_evens)));
        }
        json
    }

    /// What is said of one deployment.
    #[must_use]
    pub fn deployment(&self, id: &str) -> Option<&DeploymentExplanation> {
        self.explanation.deployment(id)
    }
}
