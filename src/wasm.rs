//! The boundary to JavaScript: it converts, and nothing else.
//!
//! Whole objects cross by serde: policies, requests, states and moments in, decisions and explanations out. What is
//! refused is thrown as a plain object `{ diagnostics, rendered }`. Every export that returns an object is fallible:
//! an export that returns a bare reference can abort the process on Node 20 and 22.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::analyse::CheckOptions;
use crate::authoring::{Loaded, load};
use crate::document::{
    Context, Diagnostic, Diagnostics, Limits, Node, OffsetEncoding, Sources, codes,
};
use crate::json::Json;
use crate::ledger::Ledger;
use crate::ledger::edge::Edge;
use crate::ledger::lease::Terms;
use crate::model::decision::ENGINE;
use crate::model::{Policy, Request, State, When};
use crate::signal;
use crate::usage::normalise_from;

/// A policy that was read and checked.
#[wasm_bindgen]
pub struct PolicyHandle {
    loaded: Loaded,
    policy: Policy,
}

#[wasm_bindgen]
impl PolicyHandle {
    /// Reads a policy: its text, or an object of several sources by name.
    ///
    /// # Errors
    /// Everything that is wrong with the sources, as `{ diagnostics, rendered }`.
    pub fn parse(sources: JsValue) -> Result<PolicyHandle, JsValue> {
        let mut loaded = load(sources_of(sources)?, &Limits::DEFAULT);
        match loaded.policy.take() {
            Some(policy) => Ok(PolicyHandle {
                loaded: Loaded {
                    policy: Some(policy.clone()),
                    ..loaded
                },
                policy,
            }),
            None => Err(refusal(&loaded.diagnostics)),
        }
    }

    /// The decision, as an object.
    ///
    /// # Errors
    /// What is wrong with the request, the state or the moment.
    pub fn decide(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        object(&self.policy.decide(&request, &state, &when).to_json())
    }

    /// The canonical bytes of the decision, as text.
    ///
    /// # Errors
    /// What is wrong with the request, the state or the moment.
    #[wasm_bindgen(js_name = decideCanonical)]
    pub fn decide_canonical(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
    ) -> Result<String, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        Ok(self.policy.decide(&request, &state, &when).canonical())
    }

    /// The decision with the five answers for every deployment, as an object.
    ///
    /// # Errors
    /// What is wrong with the request, the state or the moment.
    pub fn explain(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        object(&self.policy.explain(&request, &state, &when).to_json())
    }

    /// The plan for a quantity over a period, `{ hours?, request_input_tokens? }`, as an object.
    ///
    /// # Errors
    /// What is wrong with the request, the state, the moment or the options.
    pub fn plan(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        let options = self
            .policy
            .plan_options_from(&node(options)?)
            .map_err(|findings| refusal(&findings))?;
        object(
            &self
                .policy
                .plan(&request, &state, &when, &options)
                .to_json(),
        )
    }

    /// Why a deployment is not the first attempt, and what would change it, as an object.
    ///
    /// # Errors
    /// What is wrong with the request, the state or the moment; or that there is no such deployment.
    #[wasm_bindgen(js_name = whyNot)]
    pub fn why_not(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
        deployment: String,
    ) -> Result<JsValue, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        let why = self
            .policy
            .why_not_or_report(&request, &state, &when, deployment)
            .map_err(|findings| refusal(&findings))?;
        object(&why.to_json())
    }

    /// Where the answer changes when `{ variable, from?, to? }` is varied, as an object.
    ///
    /// # Errors
    /// What is wrong with the request, the state, the moment or the variable.
    pub fn breakpoints(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
        sweep: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (request, state, when) = self.question(request, state, when)?;
        let sweep = self
            .policy
            .sweep_from(&node(sweep)?)
            .map_err(|findings| refusal(&findings))?;
        let found = self.policy.breakpoints(&request, &state, &when, &sweep);
        object(&found.to_json())
    }

    /// What `{ deployment, at, used: { format?, report, input_includes_cached? } }` costs, as an object; null where one of
    /// the meters has no price.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn price(&self, pricing: JsValue) -> Result<JsValue, JsValue> {
        let explained = self
            .policy
            .price_from(&node(pricing)?)
            .map_err(|findings| refusal(&findings))?;
        object(&explained.map_or(Json::Null, |explained| explained.to_json()))
    }

    /// What is allowed but probably not meant: a list of findings.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub fn check(&self, options: JsValue) -> Result<JsValue, JsValue> {
        let options =
            CheckOptions::from_node(&node(options)?).map_err(|findings| refusal(&findings))?;
        object(&self.loaded.check(&options).to_json(OffsetEncoding::Utf16))
    }

    /// Runs the policy's tests.
    ///
    /// # Errors
    /// Where the report cannot be made into an object.
    pub fn test(&self) -> Result<JsValue, JsValue> {
        object(
            &self
                .loaded
                .test()
                .map_or(Json::Null, |report| report.to_json()),
        )
    }

    /// The deployments as the policy describes them.
    ///
    /// # Errors
    /// Where the list cannot be made into an object.
    pub fn deployments(&self) -> Result<JsValue, JsValue> {
        object(&self.policy.deployment_summaries())
    }

    /// The attributes that requests may carry, the models, the zones and the capabilities: what a form offers.
    ///
    /// # Errors
    /// Where the list cannot be made into an object.
    pub fn vocabulary(&self) -> Result<JsValue, JsValue> {
        object(&self.policy.vocabulary())
    }

    /// SHA-256 of the policy's canonical form.
    #[must_use]
    pub fn digest(&self) -> String {
        String::from(self.policy.digest())
    }

    fn question(
        &self,
        request: JsValue,
        state: JsValue,
        when: JsValue,
    ) -> Result<(Request, State, When), JsValue> {
        let request = self
            .policy
            .request_from(&node(request)?)
            .map_err(|findings| refusal(&findings))?;
        let state = self
            .policy
            .state_from(&node(state)?)
            .map_err(|findings| refusal(&findings))?;
        let when = self
            .policy
            .when_from(&node(when)?)
            .map_err(|findings| refusal(&findings))?;
        Ok((request, state, when))
    }
}

/// A ledger.
#[wasm_bindgen]
pub struct LedgerHandle(Ledger);

#[wasm_bindgen]
impl LedgerHandle {
    /// A ledger that has counted nothing, or that a snapshot was taken of.
    ///
    /// # Errors
    /// What is no snapshot of a ledger.
    pub fn restore(snapshot: JsValue) -> Result<LedgerHandle, JsValue> {
        if snapshot.is_undefined() {
            return Ok(LedgerHandle(Ledger::new()));
        }
        let ledger =
            Ledger::restore_from(&node(snapshot)?).map_err(|findings| refusal(&findings))?;
        Ok(LedgerHandle(ledger))
    }

    /// Does what is asked for.
    ///
    /// # Errors
    /// What is wrong with what is asked.
    pub fn call(&mut self, policy: &PolicyHandle, call: JsValue) -> Result<JsValue, JsValue> {
        let answer = self.0.call_from(&policy.policy, &node(call)?);
        object(&answer.map_err(|findings| refusal(&findings))?)
    }
}

/// The ledger of an edge.
#[wasm_bindgen]
pub struct EdgeHandle(Edge);

#[wasm_bindgen]
impl EdgeHandle {
    /// An edge that holds nothing.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(name: &str) -> EdgeHandle {
        EdgeHandle(Edge::new(name, Terms::default()))
    }

    /// Does what is asked for.
    ///
    /// # Errors
    /// What is wrong with what is asked.
    pub fn call(&mut self, policy: &PolicyHandle, call: JsValue) -> Result<JsValue, JsValue> {
        let answer = self.0.call_from(&policy.policy, &node(call)?);
        object(&answer.map_err(|findings| refusal(&findings))?)
    }
}

/// The engine and its version.
#[wasm_bindgen(js_name = engineVersion)]
#[must_use]
pub fn engine_version() -> String {
    String::from(ENGINE)
}

/// The meters of a provider's report, `{ format?, report, input_includes_cached? }`, as an object.
///
/// # Errors
/// What is wrong with the report.
#[wasm_bindgen(js_name = normaliseUsage)]
pub fn normalise_usage(report: JsValue) -> Result<JsValue, JsValue> {
    let usage = normalise_from(&node(report)?).map_err(|findings| refusal(&findings))?;
    object(&usage.to_json())
}

/// What an upstream's answer, `{ dialect?, status, headers?, body?, at, … }`, says, as an object.
///
/// # Errors
/// What is wrong with the shape of it; whatever the answer holds is none.
#[wasm_bindgen(js_name = readSignal)]
pub fn read_signal(reply: JsValue) -> Result<JsValue, JsValue> {
    let reading = signal::read_from(&node(reply)?).map_err(|findings| refusal(&findings))?;
    object(&reading.to_json())
}

/// One step of a breaker, `{ breaker?, cooldowns?, at, reply?, probe?, enter? }` → `{ breaker, state, reading?, entry? }`.
///
/// # Errors
/// What is wrong with it.
#[wasm_bindgen(js_name = stepBreaker)]
pub fn step_breaker(step: JsValue) -> Result<JsValue, JsValue> {
    let stepped = signal::step_from(&node(step)?).map_err(|findings| refusal(&findings))?;
    object(&stepped)
}

/// A seed for a decision: 53 bits from the platform's source of randomness.
///
/// # Errors
/// Where the platform has none, as at the top level of a Cloudflare Worker.
#[wasm_bindgen(js_name = drawSeed)]
pub fn draw_seed() -> Result<String, JsValue> {
    let drawn = getrandom::u64().map_err(|error| {
        JsValue::from(js_sys::Error::new(&alloc::format!(
            "no randomness: {error}"
        )))
    })?;
    Ok(alloc::format!("{}", drawn >> 11))
}

fn sources_of(value: JsValue) -> Result<Sources, JsValue> {
    let mut sources = Sources::new();
    if let Some(text) = value.as_string() {
        sources.add("policy.yaml", text);
        return Ok(sources);
    }
    let texts: BTreeMap<String, String> = serde_wasm_bindgen::from_value(value)
        .map_err(|_| not_data("sources are a text, or an object of texts by name"))?;
    for (name, text) in texts {
        sources.add(name, text);
    }
    Ok(sources)
}

fn node(value: JsValue) -> Result<Node, JsValue> {
    let deserializer = serde_wasm_bindgen::Deserializer::from(value);
    Node::deserialize(deserializer).map_err(|error| not_data(&alloc::format!("{error}")))
}

/// What is handed in and is no data is refused like data that is wrong.
fn not_data(message: &str) -> JsValue {
    let mut context = Context::new();
    context.report(Diagnostic::error(codes::NOT_DATA, message));
    refusal(&context.finish(Sources::new()))
}

fn object(json: &Json) -> Result<JsValue, JsValue> {
    json.serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(JsValue::from)
}

/// What is thrown: a plain object, so that the facade can tell it from a failure of the engine.
fn refusal(findings: &Diagnostics) -> JsValue {
    let json = Json::object([
        ("diagnostics", findings.to_json(OffsetEncoding::Utf16)),
        ("rendered", Json::text(findings.render())),
    ]);
    object(&json).unwrap_or_else(|error| error)
}
