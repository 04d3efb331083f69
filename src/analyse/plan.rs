//! A quantity over a period instead of one request, and the values at which its best route changes.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::contract::{ClauseKind, Commitment, RevenueShare};
use crate::decide::Asking;
use crate::decide::clause_indices;
use crate::decide::explain::{AnswerVerdict, DeploymentExplanation, Explanation};
use crate::decide::itemise::StepKind;
use crate::decide::plan::{Candidate, Evaluation, evaluate};
use crate::json::Json;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::money::{Money, PICO_PER_USD, Ratio};

/// What a plan is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// The length of the period; what is paid by the hour is compared where it is stated.
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
    /// Where the best route changes.
    pub break_evens: Vec<BreakEven>,
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
    /// # use wayleave::{analyse::PlanOptions, document::Sources, model::{Policy, State}};
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
    /// assert_eq!(plan.break_evens[0].at.to_string(), "13797/40150"); // 27,594 ÷ (110 × 730) = 0.3436
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
            explanation,
            break_evens: break_evens(&evaluation, options),
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

/// An eligible deployment on the way to a break-even.
type Party<'a> = (DeploymentIx, &'a Deployment, &'a Candidate);

fn break_evens(evaluation: &Evaluation<'_>, options: &PlanOptions) -> Vec<BreakEven> {
    // In the order of the attempts, so that of equals the one that is tried first counts.
    let candidates = evaluation.order.iter().filter_map(|index| {
        let candidate = crate::decide::first::candidate_at(&evaluation.candidates, *index)?;
        Some((*index, evaluation.ask.deployment(*index)?, candidate))
    });
    let parties: Vec<Party<'_>> = candidates.collect();
    let mut found = Vec::new();
    for (index, clause) in clause_indices(evaluation.ask.policy) {
        found.extend(match &clause.kind {
            ClauseKind::Commitment(terms) => recover(&parties, index, clause, terms),
            ClauseKind::RevenueShare(terms) => revenue(evaluation, &parties, index, terms),
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::Recital(_) => None,
        });
    }
    let hours = options.hours.filter(|hours| *hours > 0);
    if let Some(hours) = hours {
        let units = parties
            .iter()
            .filter_map(|party| by_the_hour(&parties, party, hours));
        found.extend(units);
    }
    found
}

/// What an amount of a clause is on a candidate.
fn of_clause(amounts: &[(ClauseIx, Money)], clause: ClauseIx) -> Option<Money> {
    amounts
        .iter()
        .find(|(index, _)| *index == clause)
        .map(|(_, amount)| *amount)
}

fn whole(amount: Money) -> Ratio {
    Ratio::whole(amount.pico())
}

/// The lesser amount; of equals the one that is there already.
fn least<'a>(
    amounts: impl Iterator<Item = (Ratio, &'a Deployment)>,
) -> Option<(Ratio, &'a Deployment)> {
    amounts.reduce(|known, other| {
        let less = other
            .0
            .compare(known.0)
            .is_some_and(core::cmp::Ordering::is_lt);
        if less { other } else { known }
    })
}

/// The share of a projected shortfall that would have to come back for what it covers to decide nothing.
fn recover(
    parties: &[Party<'_>],
    index: ClauseIx,
    clause: &Clause,
    terms: &Commitment,
) -> Option<BreakEven> {
    let covered = |candidate: &Candidate| {
        let covered = of_clause(&candidate.effects()?.covered, index)?;
        Some(covered).filter(|covered| *covered > Money::ZERO)
    };
    let others = parties
        .iter()
        .filter(|(_, _, candidate)| covered(candidate).is_none());
    let (other, elsewhere) = least(others.filter_map(|(_, deployment, candidate)| {
        Some((whole(candidate.cost()?.routing), *deployment))
    }))?;
    // Without the shortfall it would cost `full`; with a share of it back, full − (1 − share) × covered.
    let mut best: Option<(Ratio, &Deployment)> = None;
    for (_, deployment, candidate) in parties {
        let Some(covered) = covered(candidate) else {
            continue;
        };
        let lowered = Ratio::ONE.minus(terms.recover)?.of(covered)?;
        let full = candidate.cost()?.routing.plus(lowered)?;
        let share = Ratio::ONE.minus(whole(full).minus(other)?.divided_by(whole(covered))?)?;
        let more =
            |(known, _): (Ratio, _)| share.compare(known).is_some_and(core::cmp::Ordering::is_gt);
        if best.is_none_or(more) {
            best = Some((share, deployment));
        }
    }
    let (at, counts) = best?;
    let within = at.numerator() >= 0 && at.numerator() <= at.denominator();
    within.then(|| BreakEven {
        variable: alloc::format!("clauses/{}/recover", clause.reference),
        between: [counts.id.clone(), elsewhere.id.clone()],
        at,
    })
}

/// The revenue from which on it is better to use a cap up.
fn revenue<'a>(
    evaluation: &Evaluation<'_>,
    parties: &[Party<'a>],
    index: ClauseIx,
    terms: &RevenueShare,
) -> Option<BreakEven> {
    let ask = &evaluation.ask;
    let revenue = ask
        .request
        .revenue
        .filter(|revenue| *revenue > Money::ZERO)?;
    let headroom = terms.headroom(&ask.clause_state(index))?;
    // What a candidate costs without the share, where all of it grows with the quantity.
    let without = |party: &Party<'a>| {
        let (_, deployment, candidate) = party;
        let effects = candidate.effects()?;
        let mut cost = whole(candidate.cost()?.routing);
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
        for (clause, owed) in &effects.owed {
            let other = ask.policy.clause(*clause)?;
            if *clause == index {
                cost = cost.minus(whole(*owed))?;
            } else if let ClauseKind::RevenueShare(other) = &other.kind
                && other.cap.is_some()
            {
                return None;
            }
        }
        Some((cost, *deployment))
    };
    let bears = |party: &&Party<'a>| {
        let effects = party.2.effects();
        effects.is_some_and(|effects| of_clause(&effects.owed, index).is_some())
    };
    let (own, bearer) = least(parties.iter().filter(bears).filter_map(without))?;
    let (other, spared) = least(
        parties
            .iter()
            .filter(|party| !bears(party))
            .filter_map(without),
    )?;
    let gain = other.minus(own)?;
    let owed = terms.rate.times(whole(revenue))?;
    let dearer = gain.compare(owed).is_some_and(core::cmp::Ordering::is_lt);
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

/// The price of a unit for an hour at which the period costs the same by the token.
fn by_the_hour(parties: &[Party<'_>], party: &Party<'_>, hours: u64) -> Option<BreakEven> {
    let (_, deployment, candidate) = party;
    let units = deployment.provisioned?.units;
    let others = parties
        .iter()
        .filter(|(_, other, _)| other.model == deployment.model && other.provisioned.is_none());
    let (cash, other) = least(
        others.filter_map(|(_, other, candidate)| Some((whole(candidate.cost()?.cash), *other))),
    )?;
    let more = cash.minus(whole(candidate.cost()?.cash))?;
    let unit_hours = i128::from(units).checked_mul(i128::from(hours))?;
    let per_pico = Ratio::new(1, PICO_PER_USD.checked_mul(unit_hours)?)?;
    let at = more.times(per_pico)?;
    (at.numerator() >= 0).then(|| BreakEven {
        variable: alloc::format!("deployments/{}/usd_per_unit_hour", deployment.id),
        between: [deployment.id.clone(), other.id.clone()],
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

impl Plan {
    /// The plan as JSON: `{ sentence, decision, deployments, break_evens: [{ variable, between, at, decimal }] }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let break_evens = self.break_evens.iter().map(BreakEven::to_json).collect();
        let mut json = self.explanation.to_json();
        if let Json::Object(members) = &mut json {
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
