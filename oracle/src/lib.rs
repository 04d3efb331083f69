//! A second, naive reading of `SPEC.md`, to compare the engine with.
//!
//! It is written from the text and shares no code with the engine. For each deployment it reads every clause and every
//! rule, one by one; there is no index, no cache and nothing is evaluated before it is asked for. One module answers
//! one question; read them beside the text: [`can`], [`may`], [`room`], [`first`], [`cost`], then [`plan`].
#![allow(
    clippy::arithmetic_side_effects,
    reason = "every profile checks overflow: a sum that does not fit stops the comparison and is looked into"
)]

pub mod ask;
pub mod blocks;
pub mod budgets;
pub mod calendar;
pub mod can;
pub mod case;
pub mod commitments;
pub mod compare;
pub mod condition;
pub mod confidence;
pub mod cost;
pub mod counted;
pub mod deployment;
pub mod discounts;
pub mod document;
pub mod finding;
pub mod first;
pub mod generate;
pub mod ladders;
pub mod launch;
pub mod law;
pub mod limits;
pub mod matches;
pub mod may;
pub mod money;
pub mod order;
pub mod plan;
pub mod policy;
pub mod precedence;
pub mod price;
pub mod revenue;
pub mod room;
pub mod shares;
pub mod split;
pub mod time;
pub mod truth;
pub mod values;
pub mod zones;

use ask::{Request, State, When};
use case::Case;
use document::Node;
use policy::Policy;
use serde_json::Value;

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(String);

impl Fault {
    /// A fault in words.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Fault {
        Fault(what.into())
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// A decision, and what its first price is made by.
#[derive(Clone, Debug)]
pub struct Answered {
    /// As the canonical decision has it, without `values`, `engine` and `policy_digest`.
    pub decision: Value,
    /// The clauses cited by a step of the price of the first attempt without which this attempt would be another, or at
    /// another cost.
    pub priced_by: Vec<String>,
}

/// The decision on a request, as the canonical decision has it, without `values`, `engine` and `policy_digest`.
///
/// # Errors
/// Where request, state or moment cannot be read.
pub fn decide(policy: &Policy, request: &Node, state: &Node, when: &Node) -> Result<Value, Fault> {
    answer(policy, request, state, when).map(|answered| answered.decision)
}

/// The decision on a request, and what its first price is made by.
///
/// # Errors
/// Where request, state or moment cannot be read.
pub fn answer(
    policy: &Policy,
    request: &Node,
    state: &Node,
    when: &Node,
) -> Result<Answered, Fault> {
    let request = Request::read(request, policy)?;
    let state = State::read(state, policy)?;
    let case = Case {
        policy,
        request: &request,
        state: &state,
        when: When::read(when)?,
        ties: Vec::new(),
    };
    let decided = plan::decide(&case);
    let confidence = confidence::confidence(&case, &decided, &plan::decide);
    let mut decision = decided.decision;
    if let Value::Object(members) = &mut decision {
        members.insert("confidence".to_owned(), Value::from(confidence));
    }
    let first = |decision: &Value| decision.pointer("/attempts/0").cloned();
    let of_first = |id: &str| {
        let first = decision.pointer("/attempts/0/deployment");
        first.and_then(Value::as_str) == Some(id)
    };
    let steps = decided.steps.into_iter().filter(|(id, _)| of_first(id));
    let mut priced_by: Vec<String> = steps.flat_map(|(_, cites)| cites).collect();
    priced_by.retain(|cite| {
        let policy = policy.without(cite);
        let without = Case {
            policy: &policy,
            ..case.clone()
        };
        first(&plan::decide(&without).decision) != first(&decision)
    });
    Ok(Answered {
        decision,
        priced_by,
    })
}
