//! Discounts: those of one contract multiply, of several contracts the one that leaves least counts.

use crate::Fault;
use crate::case::Case;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind};

/// A share off the price.
#[derive(Clone, Debug)]
pub struct Discount {
    /// Whose deployments; all where absent.
    pub provider: Option<String>,
    /// The share.
    pub rate: Exact,
    /// Discounts of other contracts that it adds to.
    pub stacks_with: Vec<String>,
}

impl Discount {
    /// Reads the terms of a discount.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<Discount, Fault> {
        let rate = doc.text_of("rate").and_then(|text| money::share(&text));
        Ok(Discount {
            provider: doc.text_of("provider"),
            rate: rate.ok_or_else(|| Fault::new("no rate".to_owned()))?,
            stacks_with: doc.texts_of("stacks_with"),
        })
    }
}

/// The discounts that count for a deployment, in document order, and the part of the price that they leave.
#[must_use]
pub fn discounts(case: &Case<'_>, deployment: &Deployment) -> (Vec<String>, Exact) {
    let applying: Vec<(&Clause, &Discount)> = case
        .policy
        .clauses
        .iter()
        .filter_map(|clause| {
            if let Kind::Discount(discount) = &clause.kind {
                Some((clause, discount))
            } else {
                None
            }
        })
        .filter(|(clause, discount)| {
            let theirs = discount.provider.as_ref();
            theirs.is_none_or(|theirs| *theirs == deployment.provider)
                && case.applies(clause, deployment).is_yes()
        })
        .collect();
    let leaves = |chosen: &dyn Fn(&Clause, &Discount) -> bool| {
        let chosen = applying
            .iter()
            .filter(|(clause, discount)| chosen(clause, discount));
        chosen.fold(money::whole(1), |left, (_, discount)| {
            left * (money::whole(1) - &discount.rate)
        })
    };
    let best = (0..case.policy.contracts.len())
        .filter(|contract| {
            applying
                .iter()
                .any(|(clause, _)| clause.contract == *contract)
        })
        .min_by_key(|contract| leaves(&|clause, _| clause.contract == *contract));
    let counts = |clause: &Clause, discount: &Discount| {
        let mut own = applying
            .iter()
            .filter(|(own, _)| Some(own.contract) == best);
        Some(clause.contract) == best
            || own.any(|(own, terms)| {
                terms.stacks_with.contains(&clause.cite) || discount.stacks_with.contains(&own.cite)
            })
    };
    let cites = applying
        .iter()
        .filter(|(clause, discount)| counts(clause, discount))
        .map(|(clause, _)| clause.cite.clone());
    (cites.collect(), leaves(&counts))
}
