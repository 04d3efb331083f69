//! Splits: arms drawn by weight, without replacement.

use crate::Fault;
use crate::case::Case;
use crate::condition::Expr;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::plan::hash;
use crate::policy::{Rule, condition};

/// One arm of a split.
#[derive(Clone, Debug)]
pub struct Arm {
    /// How often it is drawn first, against the sum of the weights.
    pub weight: u64,
    /// Whose deployments.
    pub when: Expr,
}

impl Arm {
    /// Reads an arm.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(doc: &Node) -> Result<Arm, Fault> {
        Ok(Arm {
            weight: doc.count_of("weight")?.unwrap_or(0),
            when: condition(doc, "when")?.ok_or_else(|| Fault::new("an arm of nothing"))?,
        })
    }
}

/// The arms of a split in the order in which they are drawn.
fn drawn<'r>(case: &Case<'_>, rule: &'r Rule) -> Vec<&'r Arm> {
    let id = rule.cite.strip_prefix("rules/").unwrap_or_default();
    let key = case.request.key.clone();
    let key = key.unwrap_or_else(|| case.when.seed.to_string());
    let mut left: Vec<&Arm> = rule.arms.iter().collect();
    let mut drawn = Vec::new();
    for number in 0..left.len() {
        let total: u64 = left.iter().map(|arm| arm.weight).sum();
        let number = number.to_string();
        let hash = hash(&["wayleave/split/1", id, &key, &number]);
        let point = (u128::from(hash) * u128::from(total)) >> 64;
        let mut end = 0;
        // Arms of no weight have no part; they are left to the last, in the order they are written.
        let place = left.iter().position(|arm| {
            end += u128::from(arm.weight);
            point < end
        });
        drawn.push(left.remove(place.unwrap_or(0)));
    }
    drawn
}

/// The place of a deployment: that of the first of its arms; after all of them where it is in none.
#[must_use]
pub fn place(case: &Case<'_>, rule: &Rule, deployment: &Deployment) -> usize {
    let arms = drawn(case, rule);
    let own = arms
        .iter()
        .position(|arm| case.truth(&arm.when, Some(deployment)).is_yes());
    own.unwrap_or(arms.len())
}

/// Whether a deployment is in one of the arms of a split that surely applies.
#[must_use]
pub fn is_in(case: &Case<'_>, rule: &Rule, deployment: &Deployment) -> bool {
    applies(case, rule, deployment)
        && rule
            .arms
            .iter()
            .any(|arm| case.truth(&arm.when, Some(deployment)).is_yes())
}

/// Whether a split surely applies.
#[must_use]
pub fn applies(case: &Case<'_>, rule: &Rule, deployment: &Deployment) -> bool {
    let when = rule.when.as_ref();
    !rule.arms.is_empty()
        && rule.acts.contains(&case.request.act)
        && when.is_none_or(|when| case.truth(when, Some(deployment)).is_yes())
}
