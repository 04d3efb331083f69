//! Shares of revenue that are owed, up to a cap.

use crate::Fault;
use crate::case::Case;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind};
use crate::price::Costing;

/// A share of revenue.
#[derive(Clone, Debug)]
pub struct RevenueShare {
    /// Whose deployments bear it; all where absent.
    pub provider: Option<String>,
    /// The share.
    pub rate: Exact,
    /// The most that is owed in all, in pico-USD.
    pub cap: Option<Exact>,
}

impl RevenueShare {
    /// Reads the terms of a share of revenue.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<RevenueShare, Fault> {
        let rate = doc.text_of("rate").and_then(|text| money::share(&text));
        Ok(RevenueShare {
            provider: doc.text_of("provider"),
            rate: rate.ok_or_else(|| Fault::new("no rate".to_owned()))?,
            cap: money::amount(doc, "cap")?,
        })
    }
}

/// What is left under the cap of a share of revenue; nothing where it has none.
#[must_use]
pub fn headroom(case: &Case<'_>, clause: &Clause) -> Option<Exact> {
    let Kind::RevenueShare(terms) = &clause.kind else {
        return None;
    };
    let drawn = money::pico(&Counted::of(case, &clause.cite).drawn);
    let cap = terms.cap.as_ref()?;
    Some((cap - drawn).max(money::whole(0)))
}

/// What a deployment owes under a clause, in pico-USD: one that may apply is owed. Nothing where it bears none.
#[must_use]
pub fn owed(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Option<Exact> {
    let Kind::RevenueShare(terms) = &clause.kind else {
        return None;
    };
    let theirs = terms.provider.as_ref();
    if theirs.is_some_and(|theirs| *theirs != deployment.provider)
        || case.applies(clause, deployment).is_no()
    {
        return None;
    }
    let owed = &terms.rate * case.request.revenue.as_ref()?;
    let owed = headroom(case, clause).map_or(owed.clone(), |left| owed.min(left));
    Some(money::round(&owed))
}

/// Capped shares of which the first attempt bears none, though another attempt would cost less without its part: the
/// choice is the best for this request alone, for a revenue above an amount it costs less to use up the cap.
#[must_use]
pub fn locally_optimal(case: &Case<'_>, attempts: &[Option<&Costing>]) -> Vec<(String, Exact)> {
    let mut found = Vec::new();
    let (Some(Some(first)), Some(revenue)) = (attempts.first(), &case.request.revenue) else {
        return found;
    };
    let zero = money::whole(0);
    for clause in &case.policy.clauses {
        let Some(headroom) = headroom(case, clause) else {
            continue;
        };
        let part = |costing: &Costing| {
            let own = costing.owed.iter().find(|(cite, _)| *cite == clause.cite);
            own.map(|(_, owed)| owed.clone())
                .filter(|owed| *owed > zero)
        };
        if part(first).is_some() {
            continue;
        }
        let saved = attempts.iter().flatten().filter_map(|other| {
            let without = &other.routing - part(other)?;
            Some(&first.routing - without)
        });
        if let Some(saved) = saved.filter(|saved| *saved > zero).max() {
            let cent = money::whole(10_000_000_000);
            let above = money::round(&(headroom * revenue / saved / &cent)) * cent;
            found.push((clause.cite.clone(), above));
        }
    }
    found
}
