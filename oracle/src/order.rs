//! The order of what is equal to rights: shares in deficit, commitments behind plan, preferences, soft budgets, splits.

use crate::case::Case;
use crate::deployment::Deployment;
use crate::money::Exact;
use crate::plan::Standing;
use crate::policy::{Clause, Kind, Rule, Wish};
use crate::{budgets, commitments, shares, split};

/// The clauses by rank, the highest first, then as they are written.
fn ranked<'c>(case: &Case<'c>) -> Vec<&'c Clause> {
    let mut clauses: Vec<&Clause> = case.policy.clauses.iter().collect();
    clauses.sort_by_key(|clause| std::cmp::Reverse(clause.rank));
    clauses
}

/// Whether a `prefer` rule surely prefers a deployment.
fn prefers(case: &Case<'_>, rule: &Rule, deployment: &Deployment) -> bool {
    let when = rule.when.as_ref();
    rule.wish == Wish::Prefer
        && rule.acts.contains(&case.request.act)
        && when.is_none_or(|when| case.truth(when, Some(deployment)).is_yes())
        && case.truth(&rule.condition, Some(deployment)).is_yes()
}

/// The places of a deployment by all criteria after the rights, in their order: the lesser comes first. `least` is the
/// least that any eligible deployment costs.
#[must_use]
pub fn places(case: &Case<'_>, standing: &Standing<'_>, least: Option<&Exact>) -> Vec<usize> {
    let deployment = standing.deployment;
    let costing = standing.costing.as_ref();
    let (cash, routing) = (
        costing.map(|costing| &costing.cash),
        costing.map(|costing| &costing.routing),
    );
    let clauses = ranked(case);
    let mut places = Vec::new();
    for soft in [false, true] {
        for clause in &clauses {
            places.push(usize::from(!shares::puts_first(
                case, clause, soft, deployment,
            )));
        }
    }
    for clause in &clauses {
        let first = commitments::puts_first(case, clause, deployment, routing, least);
        places.push(usize::from(!first));
    }
    for rule in &case.policy.rules {
        places.push(usize::from(!prefers(case, rule, deployment)));
    }
    for clause in &clauses {
        let behind = budgets::puts_behind(case, clause, deployment, cash);
        places.push(usize::from(behind));
    }
    for rule in &case.policy.rules {
        let applies = split::applies(case, rule, deployment);
        places.push(if applies {
            split::place(case, rule, deployment)
        } else {
            rule.arms.len()
        });
    }
    places
}

/// What puts a deployment where it stands, after rights and permits.
#[must_use]
pub fn because(case: &Case<'_>, standing: &Standing<'_>, least: Option<&Exact>) -> Vec<String> {
    let deployment = standing.deployment;
    let routing = standing.costing.as_ref().map(|costing| &costing.routing);
    let clauses = ranked(case);
    let mut because = Vec::new();
    for soft in [false, true] {
        let own = clauses
            .iter()
            .filter(|clause| shares::puts_first(case, clause, soft, deployment));
        because.extend(own.map(|clause| clause.cite.clone()));
    }
    let own = clauses
        .iter()
        .filter(|clause| commitments::puts_first(case, clause, deployment, routing, least));
    because.extend(own.map(|clause| clause.cite.clone()));
    let rules = || case.policy.rules.iter();
    because.extend(
        rules()
            .filter(|rule| prefers(case, rule, deployment))
            .chain(rules().filter(|rule| split::is_in(case, rule, deployment)))
            .map(|rule| rule.cite.clone()),
    );
    because
}

/// Clauses of which a decision warns that their minimum cannot be made up.
#[must_use]
pub fn infeasible(case: &Case<'_>, asked: &[&Deployment], eligible: &[&Deployment]) -> Vec<String> {
    let clauses = case.policy.clauses.iter();
    clauses
        .filter(|clause| matches!(clause.kind, Kind::Share(_)))
        .filter(|clause| shares::is_infeasible(case, clause, asked, eligible))
        .map(|clause| clause.cite.clone())
        .collect()
}
