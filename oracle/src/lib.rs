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
pub mod calendar;
pub mod can;
pub mod case;
pub mod compare;
pub mod condition;
pub mod confidence;
pub mod cost;
pub mod deployment;
pub mod document;
pub mod finding;
pub mod first;
pub mod generate;
pub mod law;
pub mod may;
pub mod money;
pub mod plan;
pub mod policy;
pub mod precedence;
pub mod room;
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

/// The decision on a request, as the canonical decision has it, without `values`, `engine` and `policy_digest`.
///
/// # Errors
/// Where request, state or moment cannot be read.
pub fn decide(policy: &Policy, request: &Node, state: &Node, when: &Node) -> Result<Value, Fault> {
    let request = Request::read(request, policy)?;
    let state = State::read(state, policy)?;
    let case = Case {
        policy,
        request: &request,
        state: &state,
        when: When::read(when)?,
        ties: Vec::new(),
    };
    let mut decision = plan::decide(&case);
    let confidence = confidence::confidence(&case, &decision, &plan::decide);
    if let Value::Object(members) = &mut decision {
        members.insert("confidence".to_owned(), Value::from(confidence));
    }
    Ok(decision)
}
