//! Why: the five answers for one deployment, in full.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::Asking;
use crate::decide::cost::Costing;
use crate::decide::finding::Finding;
use crate::decide::itemise::{CostLine, Step, StepKind, itemise, lines_json, steps_json};
use crate::decide::plan::{Candidate, Evaluation, describe, evaluate};
use crate::json::Json;
use crate::model::decision::{Cost, Decision, Question};
use crate::model::policy::{Deployment, DeploymentIx, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::money::Ratio;

/// A decision with the five answers for every deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// One for every deployment, in the order of their ids.
    pub deployments: Vec<DeploymentExplanation>,
}

/// The five answers for one deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentExplanation {
    /// The deployment.
    pub deployment: String,
    /// Its place among the attempts, from 1; absent where it is not attempted.
    pub rank: Option<u32>,
    /// One for each question, in order.
    pub answers: Vec<Answer>,
    /// What it would cost, eligible or not; absent where no price is stated.
    pub cost: Option<Cost>,
    /// What each meter adds to the cost.
    pub lines: Vec<CostLine>,
    /// What makes the price, in the order of the pipeline.
    pub steps: Vec<Step>,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// How it was answered.
    pub verdict: AnswerVerdict,
    /// What the answer rests on.
    pub reasons: Vec<Reason>,
}

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerVerdict {
    /// Nothing speaks against it.
    Yes,
    /// Something does.
    No,
    /// Something is not settled.
    Pending,
    /// The question was not asked: the deployment has no part in this request.
    NotAsked,
}

impl AnswerVerdict {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AnswerVerdict::Yes => "yes",
            AnswerVerdict::No => "no",
            AnswerVerdict::Pending => "pending",
            AnswerVerdict::NotAsked => "not_asked",
        }
    }
}

/// One thing an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is cited.
    pub cite: String,
    /// What contradicts it, where nothing settles which gives way.
    pub against: Vec<String>,
    /// What would settle it.
    pub missing: Vec<String>,
    /// The figures and words that were compared.
    pub values: Vec<(Cow<'static, str>, Json)>,
}

impl Policy {
    /// Decides, and keeps every answer to every question.
    #[must_use]
    pub fn explain(&self, request: &Request, state: &State, when: &When) -> Explanation {
        Explanation::of(&evaluate(self, request, state, when, Asking::default()))
    }
}

impl Explanation {
    /// Keeps every answer of an evaluation.
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Explanation {
        let (policy, ask) = (evaluation.ask.policy, &evaluation.ask);
        let deployments = evaluation
            .candidates
            .iter()
            .zip(evaluation.ask.deployments())
            .map(|(candidate, (index, deployment))| {
                let (lines, steps) = itemised(policy, ask.request, ask.when, deployment, candidate);
                DeploymentExplanation {
                    deployment: deployment.id.clone(),
                    rank: evaluation
                        .order
                        .iter()
                        .zip(1_u32..)
                        .find(|(placed, _)| **placed == index)
                        .map(|(_, rank)| rank),
                    answers: Question::ALL
                        .into_iter()
                        .map(|question| answer(evaluation, candidate, index, question))
                        .collect(),
                    cost: candidate.cost(),
                    lines,
                    steps,
                }
            })
            .collect();
        Explanation {
            decision: evaluation.decision(),
            deployments,
        }
    }
}

/// The lines and steps that make the cost of a candidate.
fn itemised(
    policy: &Policy,
    request: &Request,
    when: &When,
    deployment: &Deployment,
    candidate: &Candidate,
) -> (Vec<CostLine>, Vec<Step>) {
    let Some(costing) = &candidate.costing else {
        return (Vec::new(), Vec::new());
    };
    let tokens = request.tokens_for(deployment.model);
    let (lines, mut steps) = if deployment.provisioned.is_some() {
        let step = Step {
            kind: StepKind::Provisioned,
            cite: None,
            before: None,
            after: Ratio::ZERO,
        };
        (Vec::new(), Vec::from([step]))
    } else {
        let (usage, price) = (&tokens.priced, &deployment.price);
        itemise(policy, usage, tokens.input, price, when.at)
            .map_or_else(Default::default, |cells| (cells.lines, cells.steps))
    };
    if let Some(effects) = &costing.effects {
        // The pipeline rounds once, and what clauses do comes before it.
        steps.retain(|step| step.kind != StepKind::Rounding);
        steps.extend(effects.steps.iter().cloned());
    }
    (lines, steps)
}

fn answer(
    evaluation: &Evaluation<'_>,
    candidate: &Candidate,
    index: DeploymentIx,
    question: Question,
) -> Answer {
    let policy = evaluation.ask.policy;
    if question != Question::Can && candidate.is_elsewhere() {
        return Answer {
            question,
            verdict: AnswerVerdict::NotAsked,
            reasons: Vec::new(),
        };
    }
    let found: Vec<&Finding> = candidate
        .all_findings()
        .filter(|finding| finding.question == question)
        .collect();
    let verdict = if found.is_empty() {
        AnswerVerdict::Yes
    } else if found.iter().all(|finding| finding.pending) {
        AnswerVerdict::Pending
    } else {
        AnswerVerdict::No
    };
    let mut reasons: Vec<Reason> = found
        .into_iter()
        .map(|finding| Reason::of(finding, policy))
        .collect();
    match question {
        Question::Can | Question::Room => {}
        Question::May => {
            if reasons.is_empty() {
                reasons.extend(candidate.permits.iter().filter_map(|permit| {
                    let clause = policy.clause(*permit)?;
                    Some(plain_reason(
                        clause.reference.clone(),
                        "permits",
                        Json::Bool(true),
                    ))
                }));
            }
        }
        Question::First => reasons.extend(rights_on(evaluation, index, &reasons)),
        Question::Cost => reasons.extend(candidate.costing.as_ref().map(cost_reason)),
    }
    Answer {
        question,
        verdict,
        reasons,
    }
}

fn rights_on(evaluation: &Evaluation<'_>, index: DeploymentIx, known: &[Reason]) -> Vec<Reason> {
    evaluation
        .rights
        .iter()
        .filter(|right| right.binds(index) || right.is_holder(index))
        .filter(|right| {
            known
                .iter()
                .all(|reason| reason.cite != right.clause.reference)
        })
        .map(|right| {
            let role = if right.is_holder(index) {
                "holder"
            } else {
                "after the holder"
            };
            let mut reason = plain_reason(
                right.clause.reference.clone(),
                "right",
                Json::text(describe(&right.status)),
            );
            reason.values.push(("place".into(), Json::text(role)));
            reason
        })
        .collect()
}

fn cost_reason(costing: &Costing) -> Reason {
    plain_reason(
        "price".to_string(),
        "cash",
        Json::text(costing.cost.cash.to_string()),
    )
}

fn plain_reason(cite: String, name: &'static str, value: Json) -> Reason {
    Reason {
        cite,
        against: Vec::new(),
        missing: Vec::new(),
        values: alloc::vec![(Cow::Borrowed(name), value)],
    }
}

impl Explanation {
    /// What is said of one deployment.
    #[must_use]
    pub fn deployment(&self, id: &str) -> Option<&DeploymentExplanation> {
        self.deployments
            .iter()
            .find(|explained| explained.deployment == id)
    }

    /// The explanation as JSON: `{ sentence, decision, deployments: { id: { rank, answers, cost, lines, steps } } }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let deployments = self
            .deployments
            .iter()
            .map(|explained| {
                (
                    Cow::Owned(explained.deployment.clone()),
                    explained.to_json(),
                )
            })
            .collect();
        Json::object([
            ("sentence", Json::text(self.decision.sentence())),
            ("decision", self.decision.to_json()),
            ("deployments", Json::Object(deployments)),
        ])
    }
}

impl DeploymentExplanation {
    /// The five answers as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let answers = self
            .answers
            .iter()
            .map(|answer| (Cow::Borrowed(answer.question.name()), answer.to_json()))
            .collect();
        Json::object([
            (
                "rank",
                self.rank
                    .map_or(Json::Null, |rank| Json::Int(i64::from(rank))),
            ),
            ("answers", Json::Object(answers)),
            ("cost", self.cost.map_or(Json::Null, Cost::to_json)),
            ("lines", lines_json(&self.lines)),
            ("steps", steps_json(&self.steps)),
        ])
    }
}

impl Reason {
    pub(crate) fn of(finding: &Finding, policy: &Policy) -> Reason {
        let against = finding.against.iter();
        let mut missing: Vec<String> = Vec::new();
        for one in &finding.missing {
            if !missing.contains(one) {
                missing.push(one.clone());
            }
        }
        Reason {
            cite: finding.cite.text(policy),
            against: against.map(|cite| cite.text(policy)).collect(),
            missing,
            values: finding.values.clone(),
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        Json::object([
            ("cite", Json::text(self.cite.clone())),
            ("against", Json::texts(self.against.iter().cloned())),
            ("missing", Json::texts(self.missing.iter().cloned())),
            ("values", Json::Object(self.values.clone())),
        ])
    }
}

impl Answer {
    fn to_json(&self) -> Json {
        let reasons = self.reasons.iter().map(Reason::to_json);
        Json::object([
            ("answer", Json::text(self.verdict.name())),
            ("reasons", Json::Array(reasons.collect())),
        ])
    }
}
