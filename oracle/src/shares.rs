//! Shares of the work: minimums put their target first while they are in deficit, maximums bar it once they are
//! reached.

use crate::Fault;
use crate::case::Case;
use crate::condition::Expr;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind, condition};
use crate::truth::Truth;

/// A part of the work for some deployments.
#[derive(Clone, Debug)]
pub struct Share {
    /// Whose deployments.
    pub target: Expr,
    /// At least this part of it.
    pub min: Option<Exact>,
    /// At most this part of it.
    pub max: Option<Exact>,
    /// Whether requests are counted; else tokens or spend.
    pub of_requests: bool,
    /// Whether the minimum comes after what is hard.
    pub soft: bool,
}

impl Share {
    /// Reads the terms of a share.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<Share, Fault> {
        let part = |key: &str| match doc.text_of(key) {
            None => Ok(None),
            Some(text) => money::share(&text)
                .map(Some)
                .ok_or_else(|| Fault::new(format!("no {key}"))),
        };
        let of = doc.text_of("of");
        Ok(Share {
            target: condition(doc, "for")?.ok_or_else(|| Fault::new("a share for nobody"))?,
            min: part("min")?,
            max: part("max")?,
            of_requests: of.is_none_or(|of| of == "requests"),
            soft: doc.text_of("enforcement").as_deref() == Some("soft"),
        })
    }

    /// What part of the work, the next request included where requests are counted, is a whole number of them.
    fn part(&self, share: &Exact, counted: &Counted) -> Exact {
        if self.of_requests {
            (share * (&counted.total + money::whole(1))).ceil()
        } else {
            share * &counted.total
        }
    }

    /// Whether the target has had too little.
    #[must_use]
    pub fn in_deficit(&self, counted: &Counted) -> bool {
        let part = self.min.as_ref().map(|min| self.part(min, counted));
        part.is_some_and(|part| counted.drawn < part)
    }

    /// Whether the target may have no more.
    #[must_use]
    pub fn reached(&self, counted: &Counted) -> bool {
        let next = if self.of_requests {
            &counted.drawn + money::whole(1)
        } else {
            counted.drawn.clone()
        };
        let part = self.max.as_ref().map(|max| self.part(max, counted));
        part.is_some_and(|part| next > part)
    }
}

/// Whether a maximum is reached and the deployment is its target.
#[must_use]
pub fn bars(case: &Case<'_>, clause: &Clause, share: &Share, deployment: &Deployment) -> Truth {
    if share.reached(&Counted::of(case, &clause.cite)) {
        case.truth(&share.target, Some(deployment))
    } else {
        Truth::No
    }
}

/// Whether a minimum of that strictness is in deficit, and the deployment surely its target.
#[must_use]
pub fn puts_first(case: &Case<'_>, clause: &Clause, soft: bool, deployment: &Deployment) -> bool {
    let Kind::Share(share) = &clause.kind else {
        return false;
    };
    share.soft == soft
        && share.in_deficit(&Counted::of(case, &clause.cite))
        && case.applies(clause, deployment).is_yes()
        && case.truth(&share.target, Some(deployment)).is_yes()
}

/// Whether a minimum in deficit applies to the request and no eligible deployment could make it up.
#[must_use]
pub fn is_infeasible(
    case: &Case<'_>,
    clause: &Clause,
    asked: &[&Deployment],
    eligible: &[&Deployment],
) -> bool {
    let Kind::Share(share) = &clause.kind else {
        return false;
    };
    let makes_up = |deployment: &&Deployment| puts_first(case, clause, share.soft, deployment);
    share.in_deficit(&Counted::of(case, &clause.cite))
        && asked
            .iter()
            .any(|deployment| case.applies(clause, deployment).is_yes())
        && !eligible.iter().any(makes_up)
}
