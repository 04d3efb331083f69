//! The weakest evidence among the cited clauses without which the first attempt would be another.

use crate::case::Case;
use crate::plan::Decided;
use crate::policy::{EVIDENCE, STATED};
use serde_json::Value;

/// The grade of a decision: each cited clause is taken out of the policy in turn, and the decision made again.
#[must_use]
pub fn confidence(
    case: &Case<'_>,
    decided: &Decided,
    again: &dyn Fn(&Case<'_>) -> Decided,
) -> &'static str {
    let decision = &decided.decision;
    let first = |decision: &Value| decision.pointer("/attempts/0/deployment").cloned();
    let mut cites = Vec::new();
    for part in ["attempts", "verdicts", "hold", "conflict"] {
        collect(decision.get(part).unwrap_or(&Value::Null), &mut cites);
    }
    // The clauses by which a price is made count as cited.
    for (_, steps) in &decided.steps {
        cites.extend(steps.iter().cloned());
    }
    let mut weakest = STATED;
    for clause in &case.policy.clauses {
        let grade = case.grade(clause);
        if grade >= weakest || !cites.contains(&clause.cite) {
            continue;
        }
        let policy = case.policy.without(&clause.cite);
        let without = Case {
            policy: &policy,
            ..case.clone()
        };
        if first(&again(&without).decision) != first(decision) {
            weakest = grade;
        }
    }
    EVIDENCE.get(weakest).copied().unwrap_or("stated")
}

/// Every text in verdicts, attempts, hold and conflict.
fn collect(value: &Value, cites: &mut Vec<String>) {
    match value {
        Value::String(text) => cites.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, cites)),
        Value::Object(members) => members.values().for_each(|item| collect(item, cites)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
