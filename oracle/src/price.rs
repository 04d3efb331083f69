//! What clauses make of a price: cells, ladders, discounts, matches, rounding, shares of revenue, commitments.

use crate::case::Case;
use crate::commitments::relief;
use crate::cost::lines;
use crate::deployment::Deployment;
use crate::discounts::discounts;
use crate::ladders::priced;
use crate::matches::least;
use crate::money::{self, Exact};
use crate::policy::Kind;
use crate::revenue::owed;

/// What a request costs at a deployment. Amounts are pico-USD.
#[derive(Clone, Debug)]
pub struct Costing {
    /// What is paid.
    pub cash: Exact,
    /// What the order is decided by.
    pub routing: Exact,
    /// What the cells say.
    pub list: Exact,
    /// The price, rounded: before what is owed of the revenue, and commitments.
    pub price: Exact,
    /// What is owed of the revenue, by clause.
    pub owed: Vec<(String, Exact)>,
    /// What is to be claimed, by clause.
    pub claims: Vec<(String, Exact)>,
    /// The clauses by which a step of the price is made.
    pub cites: Vec<String>,
}

/// A price as far as discounts, not rounded yet.
struct Draft {
    list: Exact,
    price: Exact,
    cites: Vec<String>,
}

/// The price after discounts; nothing where something has no price, or no quantity is stated.
fn draft(case: &Case<'_>, deployment: &Deployment) -> Option<Draft> {
    let mut draft = Draft {
        list: money::whole(0),
        price: money::whole(0),
        cites: Vec::new(),
    };
    let mut lines = lines(case, deployment)?;
    if deployment.provisioned {
        // One more request costs nothing.
        lines.clear();
    }
    if deployment.price.is_empty() && lines.is_empty() && !deployment.provisioned {
        return None;
    }
    for line in lines {
        let cells = line.price.clone();
        let (price, ladder) = priced(case, deployment, &line.meter, line.tokens, cells.clone());
        let price = price?;
        // What no cell prices is listed for what a ladder says.
        draft.list += cells.unwrap_or_else(|| price.clone());
        draft.price += price;
        draft.cites.extend(ladder);
    }
    let (cites, left) = discounts(case, deployment);
    draft.cites.extend(cites);
    draft.price *= left;
    draft.list = money::round(&draft.list);
    Some(draft)
}

/// What a request costs at a deployment; nothing where something has no price, or no quantity is stated.
#[must_use]
pub fn cost(case: &Case<'_>, deployment: &Deployment) -> Option<Costing> {
    if case.offers().is_some() {
        let price = money::round(&deployment.terms.cost()?);
        return Some(Costing {
            cash: price.clone(),
            routing: price.clone(),
            list: price.clone(),
            price,
            owed: Vec::new(),
            claims: Vec::new(),
            cites: Vec::new(),
        });
    }
    let Draft {
        list,
        mut price,
        mut cites,
    } = draft(case, deployment)?;
    let theirs = |other: &Deployment| draft(case, other).map(|draft| draft.price);
    let mut claims = Vec::new();
    for clause in &case.policy.clauses {
        let Kind::PriceMatch(terms) = &clause.kind else {
            continue;
        };
        let least = least(case, clause, deployment, &theirs);
        let Some(least) = least.filter(|least| *least < price) else {
            continue;
        };
        if terms.automatic {
            price = least;
            cites.push(clause.cite.clone());
        } else {
            claims.push((clause.cite.clone(), money::round(&(&price - least))));
        }
    }
    let price = money::round(&price);
    let (mut cash, mut routing) = (price.clone(), price.clone());
    let mut all_owed = Vec::new();
    for clause in &case.policy.clauses {
        if let Some(owed) = owed(case, clause, deployment) {
            cash += &owed;
            routing += &owed;
            cites.push(clause.cite.clone());
            all_owed.push((clause.cite.clone(), owed));
        }
    }
    for clause in &case.policy.clauses {
        if let Some(relief) = relief(case, clause, deployment, &price, &list) {
            cash -= relief.cash;
            routing -= relief.routing;
            cites.push(clause.cite.clone());
        }
    }
    Some(Costing {
        cash,
        routing,
        list,
        price,
        owed: all_owed,
        claims,
        cites,
    })
}
