//! What the world counts for clauses: counters, what has accrued, forecasts.

use crate::Fault;
use crate::case::Case;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::time::Moment;

/// What a state reports of a clause: whole requests or tokens, or USD, as the clause counts.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What was drawn.
    pub drawn: Exact,
    /// All work in scope, of a share.
    pub total: Exact,
    /// What has accrued and is not invoiced, in USD.
    pub accrued: Exact,
    /// What is held for requests in flight, in USD.
    pub held: Exact,
    /// What is expected for the rest of the term, in USD.
    pub forecast: Option<Exact>,
    /// When it starts again from nothing.
    pub resets_at: Option<i64>,
}

impl Counted {
    /// Reads what is reported of a clause.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(doc: &Node) -> Result<Counted, Fault> {
        let amount = |doc: &Node, key: &str| match doc.text_of(key) {
            None => Ok(money::whole(0)),
            Some(text) => money::decimal(&text)
                .map(|amount| money::significant(&amount))
                .ok_or_else(|| Fault::new(format!("no {key}"))),
        };
        let forecast = doc.get("forecast").map(|doc| amount(doc, "amount"));
        Ok(Counted {
            drawn: amount(doc, "drawn")?,
            total: amount(doc, "total")?,
            accrued: amount(doc, "accrued")?,
            held: amount(doc, "held")?,
            forecast: forecast.transpose()?,
            resets_at: Moment::of(doc, "resets_at")?.map(Moment::start),
        })
    }

    fn nothing() -> Counted {
        Counted {
            drawn: money::whole(0),
            total: money::whole(0),
            accrued: money::whole(0),
            held: money::whole(0),
            forecast: None,
            resets_at: None,
        }
    }

    /// What is counted for a clause at the moment: nothing where nothing is reported, and nothing drawn or held where the
    /// counter has started again; what has accrued and what is expected stay.
    #[must_use]
    pub fn of(case: &Case<'_>, cite: &str) -> Counted {
        let reported = case.state.clauses.iter().find(|(known, _)| known == cite);
        let Some((_, reported)) = reported else {
            return Counted::nothing();
        };
        let again = reported
            .resets_at
            .is_some_and(|end| case.at().start() >= end);
        if again {
            return Counted {
                accrued: reported.accrued.clone(),
                forecast: reported.forecast.clone(),
                ..Counted::nothing()
            };
        }
        reported.clone()
    }
}
