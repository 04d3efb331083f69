//! Of contradicting clauses one gives way: to the higher rank, to the scope that is proved narrower, of equal scopes to
//! the later beginning.

use crate::condition::inclusion::relation;
use crate::condition::{Expr, Type, Value, Variable};
use crate::policy::{Clause, Policy};
use std::cmp::Ordering;

/// Which of two clauses prevails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The first.
    First,
    /// The second.
    Second,
    /// Neither gives way.
    Neither,
}

/// Which of two contradicting clauses prevails.
#[must_use]
pub fn precedence(policy: &Policy, first: &Clause, second: &Clause) -> Precedence {
    let by = |order: Ordering| match order {
        Ordering::Greater => Precedence::First,
        Ordering::Less => Precedence::Second,
        Ordering::Equal => Precedence::Neither,
    };
    if first.rank != second.rank {
        return by(first.rank.cmp(&second.rank));
    }
    match scopes(policy, first, second) {
        Some(Ordering::Less) => Precedence::First,
        Some(Ordering::Greater) => Precedence::Second,
        Some(Ordering::Equal) => {
            let began = |clause: &Clause| clause.term.from.map_or(i64::MIN, |edge| edge.instant);
            by(began(first).cmp(&began(second)))
        }
        None => Precedence::Neither,
    }
}

/// How the scopes of two clauses lie to each other: acts, models and conditions all have to be narrower or equal.
fn scopes(policy: &Policy, first: &Clause, second: &Clause) -> Option<Ordering> {
    let always = Expr::Literal(Value::Bool(true));
    let conditions = relation(
        first.when.as_ref().unwrap_or(&always),
        second.when.as_ref().unwrap_or(&always),
        &|variable| kind_of(policy, variable),
        &policy.zones,
    );
    let acts = subset_order(&first.acts, &second.acts);
    let models = match (&first.models, &second.models) {
        (None, None) => Some(Ordering::Equal),
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some(first), Some(second)) => subset_order(first, second),
    };
    [acts?, models?, conditions?]
        .into_iter()
        .try_fold(Ordering::Equal, |all, part| match (all, part) {
            (Ordering::Equal, other) | (other, Ordering::Equal) => Some(other),
            (all, part) if all == part => Some(all),
            _ => None,
        })
}

fn subset_order(first: &[String], second: &[String]) -> Option<Ordering> {
    let inside = first.iter().all(|item| second.contains(item));
    let around = second.iter().all(|item| first.contains(item));
    match (inside, around) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

/// The type of a variable.
fn kind_of(policy: &Policy, variable: &Variable) -> Type {
    let words = |words: &mut dyn Iterator<Item = &String>| {
        let mut words: Vec<String> = words.cloned().collect();
        words.sort();
        words.dedup();
        Type::OneOf(words)
    };
    let deployments = &policy.deployments;
    match (variable.root.as_str(), variable.field.as_str()) {
        ("at", _) => Type::Instant,
        ("request", "act") => Type::OneOf(
            ["serve", "launch", "host", "train", "sell"]
                .map(str::to_owned)
                .to_vec(),
        ),
        ("request" | "deployment", "zone" | "storage_zone" | "monitoring_zone") => {
            Type::OneOf(policy.zones.names().map(str::to_owned).collect())
        }
        ("request", "tier" | "needs") | ("deployment", "supports" | "lacks" | "holds") => {
            Type::Texts
        }
        ("request", "model") | ("deployment", "id") => Type::Text,
        ("deployment", "provider" | "hosted_by") => words(&mut policy.providers.iter()),
        ("deployment", "model") => {
            words(&mut deployments.iter().map(|deployment| &deployment.model))
        }
        ("deployment", "tier") => words(&mut deployments.iter().map(|deployment| &deployment.tier)),
        ("request", "new_customer") => Type::Bool,
        ("request", field) => {
            let attribute = policy
                .attributes
                .iter()
                .find(|attribute| attribute.name == field);
            attribute.map_or(Type::Int, |attribute| attribute.kind.clone())
        }
        ("fact", field) => {
            let fact = policy.facts.iter().find(|fact| fact.declared.name == field);
            fact.map_or(Type::Bool, |fact| fact.declared.kind.clone())
        }
        _ => Type::Int,
    }
}
