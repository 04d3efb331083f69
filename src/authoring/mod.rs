//! From the policy as written to the checked policy, and what is asked of it.
//!
//! Data flows one way: [`Sources`] → [`written`] → [`Policy`]; requests, states and moments are read against a policy.
//! A stage never reaches back.

pub mod answers;
mod ask;
pub mod by_ttl;
mod calendars;
mod clauses;
mod contracts;
mod counted;
mod deployments;
pub(crate) mod digest;
mod economics;
mod limits;
mod load;
mod offers;
mod precedence;
mod prices;
mod rules;
pub mod schema;
mod spills;
pub mod suite;
mod terms;
mod tokens;
mod values;
pub(crate) mod variables;
mod what_if;
mod words;
pub mod written;

pub(crate) use prices::METERS;

pub use load::{LANGUAGE_VERSION, Loaded, load, sheet_sources};
pub use suite::{Report, TestReport};

use alloc::string::String;

use crate::condition::{Slot, Type, Value};
use crate::document::{Diagnostics, Limits, Sources};
use crate::json::Json;
use crate::list::List;
use crate::model::limits::LimitKind;
use crate::model::policy::{Policy, Variable};

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

    /// The deployments as JSON: `[{ id, provider, hosted_by, model, zone, tier }]`.
    #[must_use]
    pub fn deployment_summaries(&self) -> Json {
        let text = |text: &str| Json::text(String::from(text));
        Json::Array(
            self.deployments()
                .iter()
                .map(|deployment| {
                    Json::object([
                        ("id", text(&deployment.id)),
                        ("provider", text(self.providers.name(deployment.provider))),
                        ("hosted_by", text(self.providers.name(deployment.hosted_by))),
                        ("model", text(self.models.name(deployment.model))),
                        (
                            "zone",
                            deployment
                                .zone
                                .map_or(Json::Null, |zone| text(self.zones.name(zone))),
                        ),
                        ("tier", text(self.tiers.name(deployment.tier))),
                        (
                            "tokens_per_minute",
                            deployment
                                .rules()
                                .find(|rule| rule.kind == LimitKind::TokensPerMinute)
                                .map_or(Json::Null, |rule| Json::count(rule.amount)),
                        ),
                    ])
                })
                .list(),
        )
    }

    /// The words that a request to this policy may use, as JSON:
    /// `{ models, zones, tiers, capabilities, attributes: { name: { type, one_of, default } }, facts: … }`.
    #[must_use]
    pub fn vocabulary(&self) -> Json {
        let texts = |names: &mut dyn Iterator<Item = &str>| Json::texts(names.map(String::from));
        let declared = |variable: &Variable| {
            let (word, one_of) = describe_type(&variable.kind);
            let default = variable.default.as_ref().map_or(Json::Null, Value::to_json);
            Json::object([
                ("type", Json::text(word)),
                ("one_of", one_of),
                ("default", default),
            ])
        };
        let range = |range: &core::ops::Range<u16>| {
            let members = range.clone().filter_map(|slot| {
                let variable = self.variables.get(Slot(slot))?;
                Some((variable.name.clone().into(), declared(variable)))
            });
            Json::Object(members.list())
        };
        let facts = self.variables.facts.clone();
        Json::object([
            ("models", texts(&mut self.model_names())),
            ("zones", texts(&mut self.zones.names())),
            ("tiers", texts(&mut self.tiers.iter())),
            ("capabilities", texts(&mut self.capability_names())),
            ("attributes", range(&self.variables.attributes)),
            ("facts", range(&facts)),
        ])
    }
}

fn describe_type(kind: &Type) -> (&'static str, Json) {
    match kind {
        Type::Bool => ("bool", Json::Null),
        Type::Int => ("int", Json::Null),
        Type::Decimal => ("decimal", Json::Null),
        Type::String => ("string", Json::Null),
        Type::OneOf(words) => ("string", Json::texts(words.iter().cloned())),
        Type::Timestamp => ("timestamp", Json::Null),
        Type::Duration => ("duration", Json::Null),
        Type::List(_) => ("strings", Json::Null),
    }
}
