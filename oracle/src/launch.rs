//! Launches: who ships first.

use crate::Fault;
use crate::case::Case;
use crate::condition::evaluate::Known;
use crate::condition::{Expr, Value};
use crate::deployment::Deployment;
use crate::document::Node;
use crate::policy::{Clause, conditions};
use crate::time::{DAY, Moment, Tie, Zone, edge};
use crate::truth::Truth;

/// With whom a product ships first.
#[derive(Clone, Debug)]
pub struct ShipFirst {
    /// With whom.
    pub holder: String,
    /// The fact that says when the holder shipped.
    pub shipped: String,
    /// Days between the holder's launch and anybody else's.
    pub lag_days: i64,
    /// Grounds that excuse the holder.
    pub grounds: Vec<Expr>,
    /// Whether all of them are needed.
    pub all: bool,
}

impl ShipFirst {
    /// Reads the terms.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<ShipFirst, Fault> {
        let excuse = doc.get("excuse").cloned().unwrap_or(Node::Null);
        let all = excuse.get("all_of").is_some();
        Ok(ShipFirst {
            holder: doc.text_of("holder").unwrap_or_default(),
            shipped: doc.text_of("shipped").unwrap_or_default(),
            lag_days: i64::try_from(doc.count_of("lag_days")?.unwrap_or(0)).unwrap_or(0),
            grounds: conditions(&excuse, if all { "all_of" } else { "any_of" })?,
            all,
        })
    }

    /// Whether the holder is excused.
    fn excused(&self, case: &Case<'_>) -> Truth {
        let grounds = self.grounds.iter().map(|ground| case.truth(ground, None));
        if self.grounds.is_empty() {
            Truth::No
        } else if self.all {
            grounds.fold(Truth::Yes, Truth::and)
        } else {
            grounds.fold(Truth::No, Truth::or)
        }
    }

    /// Whether the holder has shipped, and the lag is over.
    fn open(&self, case: &Case<'_>) -> Truth {
        let shipped = match case.fact(&self.shipped).0 {
            Known::Value(Value::Instant(instant)) => instant,
            Known::Value(_) => return Truth::No,
            Known::Missing(missing) => return Truth::Open(vec![missing]),
            Known::Day(_) => return Truth::Open(vec![format!("fact.{}", self.shipped)]),
        };
        let end = if self.lag_days == 0 {
            shipped
        } else {
            (shipped.div_euclid(DAY) + self.lag_days) * DAY
        };
        let passed = edge(Moment::Instant(end), &Zone::Offset(0)).passed(case.at(), Tie::Unknown);
        Truth::of(passed, || "at".to_owned())
    }
}

/// Whether somebody else than the holder may not launch yet.
#[must_use]
pub fn bars(case: &Case<'_>, clause: &Clause, terms: &ShipFirst, deployment: &Deployment) -> Truth {
    if case.request.act != "launch" || deployment.provider == terms.holder {
        return Truth::No;
    }
    let open = terms.open(case).or(terms.excused(case));
    case.applies(clause, deployment).and(open.not())
}
