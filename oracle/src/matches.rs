//! Matches: a provider charges no more than the best comparable price of others.

use crate::case::Case;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::Exact;
use crate::policy::{Clause, Kind};

/// A provider that matches the prices of others.
#[derive(Clone, Debug)]
pub struct Match {
    /// Who matches.
    pub provider: String,
    /// Whose prices are compared.
    pub against: Vec<String>,
    /// Whether the price follows by itself; else the difference is to be claimed.
    pub automatic: bool,
}

impl Match {
    /// Reads the terms of a match.
    #[must_use]
    pub fn read(doc: &Node) -> Match {
        Match {
            provider: doc.text_of("provider").unwrap_or_default(),
            against: doc.texts_of("against"),
            automatic: doc.text_of("settle").as_deref() == Some("automatic"),
        }
    }
}

/// The least comparable price that a clause lets a deployment be compared with; `price` gives that of each.
#[must_use]
pub fn least(
    case: &Case<'_>,
    clause: &Clause,
    deployment: &Deployment,
    price: &dyn Fn(&Deployment) -> Option<Exact>,
) -> Option<Exact> {
    let Kind::PriceMatch(terms) = &clause.kind else {
        return None;
    };
    if terms.provider != deployment.provider || !case.applies(clause, deployment).is_yes() {
        return None;
    }
    let level = |deployment: &Deployment| {
        let zone = deployment.zone.as_ref();
        zone.map(|zone| case.policy.zones.level(zone))
    };
    let comparable = case.candidates().iter().filter(|other| {
        terms.against.contains(&other.provider)
            && !other.provisioned
            && other.model == deployment.model
            && other.tier == deployment.tier
            && level(deployment).is_some()
            && level(other) == level(deployment)
    });
    comparable.filter_map(price).min()
}
