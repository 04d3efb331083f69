//! The variables that conditions may name, and the conditions themselves.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use crate::condition::{self, Condition, Declarations, Root, Slot, Type, Value};
use crate::document::{Context, Diagnostic, Sources, Spanned, codes};
use crate::list::List;
use crate::model::policy::{Deployment, Variable, Variables};
use crate::model::vocabulary::{Act, NameIx, Names};
use crate::model::zone::Zones;
use crate::order;

/// The fields that every request has, in the order of their slots.
pub(crate) const REQUEST_FIELDS: [&str; 12] = [
    "act",
    "model",
    "zone",
    "tier",
    "needs",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "max_output_tokens",
    "expected_output_tokens",
    "new_customer",
    "expected_reasoning_tokens",
];

/// The fields of a deployment, in the order of their slots.
const DEPLOYMENT_FIELDS: [&str; 14] = [
    "id",
    "provider",
    "hosted_by",
    "model",
    "zone",
    "storage_zone",
    "monitoring_zone",
    "tier",
    "supports",
    "lacks",
    "holds",
    "context_tokens",
    "max_input_tokens",
    "max_output_tokens",
];

/// What the variables' types refer to.
pub(crate) struct Known<'a> {
    pub(crate) providers: &'a Names,
    pub(crate) models: &'a Names,
    pub(crate) tiers: &'a Names,
    pub(crate) zones: &'a Zones,
}

/// The table of variables; `None` where there are more than 65,535.
pub(crate) fn variables(
    known: &Known<'_>,
    attributes: Vec<Variable>,
    facts: Vec<Variable>,
) -> Option<Variables> {
    let words = |names: &Names| Type::OneOf(names.iter().map(String::from).list());
    let zones = || Type::OneOf(known.zones.names().map(String::from).list());
    let strings = || Type::List(Type::String.into());
    let variable = |root: &str, name: &str, kind: Type| Variable {
        path: format!("{root}.{name}"),
        name: name.to_string(),
        kind,
        default: None,
    };
    let mut entries: Vec<Variable> = REQUEST_FIELDS
        .iter()
        .map(|name| {
            let kind = match *name {
                "act" => Type::OneOf(Act::ALL.iter().map(|act| act.name().to_string()).list()),
                "zone" => zones(),
                "tier" | "needs" => strings(),
                "model" => Type::String,
                "new_customer" => Type::Bool,
                _ => Type::Int,
            };
            variable("request", name, kind)
        })
        .list();
    let append = |entries: &mut Vec<Variable>, more: Vec<Variable>| -> Option<Range<u16>> {
        let start = u16::try_from(entries.len()).ok()?;
        entries.extend(more);
        Some(start..u16::try_from(entries.len()).ok()?)
    };
    let attributes = append(&mut entries, attributes)?;
    let fields = DEPLOYMENT_FIELDS
        .iter()
        .map(|name| {
            let kind = match *name {
                "provider" | "hosted_by" => words(known.providers),
                "model" => words(known.models),
                "zone" | "storage_zone" | "monitoring_zone" => zones(),
                "tier" => words(known.tiers),
                "supports" | "lacks" | "holds" => strings(),
                "context_tokens" | "max_input_tokens" | "max_output_tokens" => Type::Int,
                _ => Type::String,
            };
            variable("deployment", name, kind)
        })
        .list();
    let deployment = append(&mut entries, fields)?;
    let facts = append(&mut entries, facts)?;
    let at = u16::try_from(entries.len()).ok()?;
    entries.push(Variable {
        path: "at".into(),
        name: "at".into(),
        kind: Type::Timestamp,
        default: None,
    });
    let mut paths = Names::default();
    for entry in &entries {
        let known = paths.len();
        paths.intern(&entry.path);
        // A name that is taken has been reported; the next ones keep their places.
        if paths.len() == known {
            paths.intern(&format!("{} {known}", entry.path));
        }
    }
    Some(Variables {
        paths,
        entries,
        attributes,
        deployment,
        facts,
        at,
    })
}

/// The values of `deployment.*`, in the order of their slots; `held` names the covenants that the deployment holds, be it
/// that no clause asks for them.
pub(crate) fn deployment_values(
    deployment: &Deployment,
    known: &Known<'_>,
    capabilities: &Names,
    held: &[&str],
) -> Vec<Option<Value>> {
    let text = |text: &str| Some(Value::String(text.to_string()));
    let zone = |zone: Option<_>| zone.map(|zone| Value::String(known.zones.name(zone).to_string()));
    let list = |items: &[NameIx]| {
        Some(Value::List(
            items
                .iter()
                .map(|item| Value::String(capabilities.name(*item).to_string()))
                .list(),
        ))
    };
    let count = |count: Option<u64>| {
        count
            .and_then(|count| i64::try_from(count).ok())
            .map(Value::Int)
    };
    DEPLOYMENT_FIELDS
        .iter()
        .map(|name| match *name {
            "id" => text(&deployment.id),
            "provider" => text(known.providers.name(deployment.provider)),
            "hosted_by" => text(known.providers.name(deployment.hosted_by)),
            "model" => text(known.models.name(deployment.model)),
            "zone" => zone(deployment.zone),
            "storage_zone" => zone(deployment.storage_zone),
            "monitoring_zone" => zone(deployment.monitoring_zone),
            "tier" => text(known.tiers.name(deployment.tier)),
            "supports" => list(&deployment.supports),
            "lacks" => list(&deployment.lacks),
            "holds" => {
                let mut names = held.to_vec();
                order::sort(&mut names);
                names.dedup();
                Some(Value::List(
                    names
                        .into_iter()
                        .map(|name| Value::String(name.to_string()))
                        .list(),
                ))
            }
            "context_tokens" => count(deployment.context_tokens),
            "max_input_tokens" => count(deployment.max_input_tokens),
            _ => count(deployment.max_output_tokens),
        })
        .list()
}

/// What conditions of a policy may name.
pub(crate) struct Scope<'a> {
    pub(crate) variables: &'a Variables,
    pub(crate) zones: &'a Zones,
    /// What is in sight.
    pub(crate) sight: Sight,
}

/// What a condition may name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    All,
    /// Facts and the instant.
    Facts,
    /// The deployment.
    Deployment,
}

impl Scope<'_> {
    fn range(&self, root: Root) -> Range<u16> {
        let variables = self.variables;
        match root {
            Root::Request | Root::Deployment if self.sight == Sight::Facts => 0..0,
            Root::Request | Root::Fact | Root::At if self.sight == Sight::Deployment => 0..0,
            Root::Request => 0..variables.attributes.end,
            Root::Deployment => variables.deployment.clone(),
            Root::Fact => variables.facts.clone(),
            Root::At => variables.at..variables.at.saturating_add(1),
        }
    }
}

impl Declarations for Scope<'_> {
    fn resolve(&self, root: Root, field: &str) -> Option<(Slot, Type)> {
        if root == Root::At && self.sight != Sight::Deployment {
            return Some((Slot(self.variables.at), Type::Timestamp));
        }
        let slot = self.variables.slot(root.name(), field)?;
        let variable = self.variables.get(slot)?;
        let is_seen = self.range(root).contains(&slot.0);
        is_seen.then(|| (slot, variable.kind.clone()))
    }

    fn fields(&self, root: Root) -> Vec<String> {
        self.range(root)
            .filter_map(|slot| Some(self.variables.get(Slot(slot))?.name.clone()))
            .list()
    }

    fn is_zone(&self, name: &str) -> bool {
        self.zones.find(name).is_some()
    }

    fn zones(&self) -> Vec<String> {
        self.zones.names().map(String::from).list()
    }
}

/// Reads a condition; its faults are reported where they stand in the source.
pub(crate) fn condition(
    text: &Spanned<String>,
    scope: &Scope<'_>,
    sources: &Sources,
    context: &mut Context,
) -> Option<Condition> {
    // Faults beyond those that are kept would only be counted, and finding them is dear.
    if context.is_full() && context.has_errors() {
        return None;
    }
    match condition::parse(&text.value, scope) {
        Ok(condition) => Some(condition),
        Err(faults) => {
            for fault in faults {
                let span = text
                    .span
                    .map(|span| sources.narrow(span, &text.value, fault.range));
                context.report(
                    Diagnostic::error(codes::CONDITION, fault.message)
                        .at(span)
                        .maybe_help(fault.help),
                );
            }
            None
        }
    }
}
