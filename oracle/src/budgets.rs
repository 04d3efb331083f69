//! Budgets: a hard one takes the room until its counter starts again, a soft one puts behind.

use crate::Fault;
use crate::case::Case;
use crate::condition::Expr;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::finding::{Finding, Frees, Question};
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind, condition};
use crate::truth::Truth;

/// An amount that may be spent in a window.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Whose deployments; all where absent.
    pub target: Option<Expr>,
    /// How much, in pico-USD.
    pub amount: Exact,
    /// Whether it merely puts behind.
    pub soft: bool,
}

impl Budget {
    /// Reads the terms of a budget.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<Budget, Fault> {
        Ok(Budget {
            target: condition(doc, "for")?,
            amount: money::amount(doc, "amount")?.ok_or_else(|| Fault::new("no amount"))?,
            soft: doc.text_of("enforcement").as_deref() == Some("soft"),
        })
    }
}

/// Whether a budget applies to a deployment.
fn concerns(case: &Case<'_>, clause: &Clause, budget: &Budget, deployment: &Deployment) -> Truth {
    let target = budget.target.as_ref();
    let target = target.map_or(Truth::Yes, |target| case.truth(target, Some(deployment)));
    case.applies(clause, deployment).and(target)
}

/// Whether a deployment that costs so much would pass a budget: open where it has no price.
fn passed(
    case: &Case<'_>,
    clause: &Clause,
    budget: &Budget,
    deployment: &Deployment,
    cash: Option<&Exact>,
) -> Truth {
    let counted = Counted::of(case, &clause.cite);
    let spent = money::pico(&(counted.drawn + counted.held));
    let passed = cash.map(|cash| spent + cash > budget.amount);
    Truth::of(passed, || format!("{}/price", deployment.path))
}

/// What hard budgets say against a deployment.
#[must_use]
pub fn room(case: &Case<'_>, deployment: &Deployment, cash: Option<&Exact>) -> Vec<Finding> {
    let mut found = Vec::new();
    for clause in &case.policy.clauses {
        let Kind::SpendCap(budget) = &clause.kind else {
            continue;
        };
        if budget.soft {
            continue;
        }
        let over = passed(case, clause, budget, deployment, cash);
        let truth = concerns(case, clause, budget, deployment).and(over);
        if truth.is_no() {
            continue;
        }
        let mut finding = Finding::new(Question::Room, clause.cite.clone());
        finding.certain = truth.is_yes();
        finding.missing = truth.missing().to_vec();
        let never = cash.is_some_and(|cash| *cash > budget.amount);
        let reported = case.state.clauses.iter();
        let mut resets = reported
            .filter(|(cite, _)| *cite == clause.cite)
            .filter_map(|(_, counted)| counted.resets_at);
        finding.frees = match resets.next() {
            _ if never => Frees::Never,
            Some(end) if cash.is_some() && end > case.at().start() => Frees::At(end),
            Some(_) | None => Frees::Sometime,
        };
        found.push(finding);
    }
    found
}

/// Whether a deployment would surely pass a soft budget.
#[must_use]
pub fn puts_behind(
    case: &Case<'_>,
    clause: &Clause,
    deployment: &Deployment,
    cash: Option<&Exact>,
) -> bool {
    let Kind::SpendCap(budget) = &clause.kind else {
        return false;
    };
    let over = passed(case, clause, budget, deployment, cash);
    budget.soft
        && concerns(case, clause, budget, deployment)
            .and(over)
            .is_yes()
}
