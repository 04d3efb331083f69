//! From the policy as written to the checked policy, and what is asked of it.
//!
//! Data flows one way: [`Sources`] → [`written`] → [`Policy`]; requests, states and moments are read against a policy.
//! A stage never reaches back.

pub mod answers;
mod ask;
mod contracts;
mod deployments;
mod digest;
mod load;
mod precedence;
mod prices;
pub mod schema;
pub mod suite;
mod terms;
mod values;
mod variables;
pub mod written;

pub use load::{LANGUAGE_VERSION, Loaded, load, sheet_sources};
pub use suite::{Report, TestReport};

use crate::document::{Diagnostics, Limits, Sources};
use crate::model::policy::Policy;

impl Policy {
    /// Reads and checks a policy. The first source that is neither a price sheet (`.csv`) nor a file of tests
    /// (`.test.yaml`, `.test.json`) is the policy; sheets are found by the names that it gives them.
    ///
    /// # Errors
    /// Everything that is wrong with the sources, in one pass.
    ///
    /// ```
    /// use wayleave::{document::Sources, model::{Policy, State, When}, time::At};
    ///
    /// let mut sources = Sources::new();
    /// sources.add("policy.yaml", r#"
    /// wayleave: 1
    /// deployments:
    ///   azure-gpt:   { provider: azure, model: gpt-5.5, price: { input: 5.00, output: 30.00 } }
    ///   bedrock-gpt: { provider: aws,   model: gpt-5.5, price: { input: 4.00, output: 24.00 } }
    /// contracts:
    ///   microsoft:
    ///     term: { from: 2026-04-27, through: 2032-12-31 }
    ///     clauses:
    ///       - { id: azure-first, kind: first_refusal, holder: azure }
    /// "#);
    /// let policy = Policy::parse(sources).expect("the policy is sound");
    /// let request = policy.request("{ model: gpt-5.5, input_tokens: 1000 }").expect("the request is sound");
    /// let when = When::at(At::parse("2026-11-22T10:00:00Z").expect("an instant"));
    /// let decision = policy.decide(&request, &State::default(), &when);
    /// assert_eq!(decision.attempts[0].deployment, "azure-gpt");
    /// assert_eq!(decision.attempts[0].because, ["microsoft/azure-first"]);
    /// ```
    pub fn parse(sources: Sources) -> Result<Policy, Diagnostics> {
        let loaded = load(sources, &Limits::DEFAULT);
        match loaded.policy {
            Some(policy) => Ok(policy),
            None => Err(loaded.diagnostics),
        }
    }
}
