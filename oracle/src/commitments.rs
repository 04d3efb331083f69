//! Commitments: an amount that is to be spent with a provider by a day.

use crate::Fault;
use crate::case::Case;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind};
use crate::time::{Moment, Zone, after};

/// An amount that is to be spent.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// With whom.
    pub provider: String,
    /// How much, in pico-USD.
    pub amount: Exact,
    /// Whether it is used or lost in each interval.
    pub continuous: bool,
    /// The first instant at which the whole amount is due; the end of the term where absent.
    pub due: Option<i64>,
    /// Whether list prices count; else what is paid.
    pub list: bool,
    /// Whether it puts first while it is behind plan; else it changes the routing cost.
    pub precedence: bool,
    /// How much dearer than the least who counts towards it may be, to come first.
    pub max_premium: Option<Exact>,
    /// The share of a shortfall that comes back.
    pub recover: Exact,
    /// How much is due when, ascending.
    pub milestones: Vec<(i64, Exact)>,
}

impl Commitment {
    /// Reads the terms of a commitment; days are those of a zone.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node, zone: &Zone) -> Result<Commitment, Fault> {
        let amount = |doc: &Node| {
            money::amount(doc, "amount")?.ok_or_else(|| Fault::new("no amount".to_owned()))
        };
        let end =
            |doc: &Node, key: &str| Ok(Moment::of(doc, key)?.map(|day| after(day, zone).instant));
        let milestones = doc.get("milestones").map(Node::items).unwrap_or_default();
        let milestones = milestones.into_iter().map(|step| {
            let by = end(step, "by")?.ok_or_else(|| Fault::new("no day".to_owned()))?;
            Ok((by, amount(step)?))
        });
        let share = |doc: &Node, key: &str| doc.text_of(key).and_then(|text| money::share(&text));
        let recover = doc
            .get("shortfall")
            .and_then(|doc| share(doc, "recover"))
            .unwrap_or_else(|| money::whole(0));
        Ok(Commitment {
            provider: doc.text_of("provider").unwrap_or_default(),
            amount: amount(doc)?,
            continuous: doc.text_of("model").as_deref() == Some("continuous"),
            due: end(doc, "due")?,
            list: doc.text_of("counts").as_deref() == Some("list"),
            precedence: doc.text_of("effect").as_deref() == Some("precedence"),
            max_premium: share(doc, "max_premium"),
            recover,
            milestones: milestones.collect::<Result<_, Fault>>()?,
        })
    }

    /// What should have been spent at an instant: a straight line from nothing at the first instant of the term to each
    /// milestone in turn, the last of which is the whole amount.
    #[must_use]
    pub fn plan(&self, clause: &Clause, at: i64) -> Exact {
        let begin = clause.term.from.map_or(at, |edge| edge.instant);
        let end = self.due.or(clause.term.to.map(|edge| edge.instant));
        let mut last = (begin, money::whole(0));
        let steps = self.milestones.iter().cloned();
        for (by, amount) in steps.chain(end.map(|end| (end, self.amount.clone()))) {
            if at < by && last.0 < by {
                let passed = money::ratio(at - last.0, by - last.0);
                return &last.1 + (amount - &last.1) * passed;
            }
            last = (by, amount);
        }
        last.1
    }
}

/// What was spent of a commitment, in pico-USD: what was drawn and what has accrued.
fn spent(case: &Case<'_>, clause: &Clause) -> Exact {
    let counted = Counted::of(case, &clause.cite);
    money::pico(&(counted.drawn + counted.accrued))
}

/// Whether spend at a deployment surely counts towards a commitment.
fn counts(case: &Case<'_>, clause: &Clause, terms: &Commitment, deployment: &Deployment) -> bool {
    deployment.provider == terms.provider && case.applies(clause, deployment).is_yes()
}

/// Whether a commitment that is behind plan puts a deployment first. `routing` is what it costs, `least` the least that
/// any eligible deployment costs.
#[must_use]
pub fn puts_first(
    case: &Case<'_>,
    clause: &Clause,
    deployment: &Deployment,
    routing: Option<&Exact>,
    least: Option<&Exact>,
) -> bool {
    let Kind::Commitment(terms) = &clause.kind else {
        return false;
    };
    if !terms.precedence || !counts(case, clause, terms, deployment) {
        return false;
    }
    let spent = spent(case, clause);
    let behind = spent < terms.plan(clause, case.at().start());
    let agreed = terms.max_premium.as_ref().is_none_or(|premium| {
        routing
            .zip(least)
            .is_some_and(|(own, least)| *own <= least * (money::whole(1) + premium))
    });
    behind && agreed
}

/// What a commitment takes off.
#[derive(Clone, Debug, Default)]
pub struct Relief {
    /// Off what is paid, in pico-USD.
    pub cash: Exact,
    /// Off what the order is decided by, in pico-USD.
    pub routing: Exact,
}

/// What a commitment takes off a deployment that costs `net` and is listed for `list`, both in whole pico-USD; nothing
/// where it does not apply.
#[must_use]
pub fn relief(
    case: &Case<'_>,
    clause: &Clause,
    deployment: &Deployment,
    net: &Exact,
    list: &Exact,
) -> Option<Relief> {
    let Kind::Commitment(terms) = &clause.kind else {
        return None;
    };
    if terms.precedence || !counts(case, clause, terms, deployment) {
        return None;
    }
    let zero = money::whole(0);
    let work = if terms.list { list } else { net };
    let counted = Counted::of(case, &clause.cite);
    let left = if terms.continuous {
        &terms.amount - money::pico(&counted.drawn)
    } else {
        &terms.amount - spent(case, clause) - money::pico(&counted.forecast?)
    };
    // A price that is less than nothing covers nothing.
    let covered = work.clone().min(left).max(zero.clone());
    Some(if terms.continuous {
        Relief {
            cash: covered.clone(),
            routing: covered,
        }
    } else {
        Relief {
            cash: zero,
            routing: money::round(&(covered * (money::whole(1) - &terms.recover))),
        }
    })
}
