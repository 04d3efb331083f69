//! What does it cost? Price cells with bands by request size, summed exactly.
//!
//! A request is priced by the band that its whole input reaches, cached tokens included: every token of it, not only
//! those beyond the step. A meter that a band does not price keeps the rate of the band below it.

use alloc::vec::Vec;

use crate::condition::Tri;
use crate::model::decision::Cost;
use crate::model::policy::{Deployment, PriceRow};
use crate::model::request::Tokens;
use crate::model::term::DayOfChange;
use crate::model::vocabulary::Meter;
use crate::money::{Money, Rate};
use crate::time::At;

/// A cost and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Costing {
    /// The total.
    pub cost: Cost,
    /// One line for each meter that counts a token, in the order of [`Meter::ALL`].
    pub lines: Vec<CostLine>,
}

impl Costing {
    /// An amount that was stated as a whole.
    pub(crate) fn fixed(amount: Money) -> Costing {
        Costing {
            cost: Cost {
                cash: amount,
                routing: amount,
            },
            lines: Vec::new(),
        }
    }
}

/// What one meter adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// The meter.
    pub meter: Meter,
    /// Tokens counted.
    pub tokens: u64,
    /// The rate.
    pub rate: Rate,
    /// The band the rate is of: requests with more input tokens than this.
    pub above: u64,
    /// Tokens times rate.
    pub amount: Money,
}

/// The cost of a request on a deployment. `None` where a token has no price, or no quantity is stated: what is not known
/// is not free.
pub(crate) fn cost(tokens: Tokens, deployment: &Deployment, at: At) -> Option<Costing> {
    if deployment.price.is_empty() || !tokens.stated {
        return None;
    }
    let rates = |meter: Meter| rate(&deployment.price, meter, tokens.input, at);
    let mut lines = Vec::with_capacity(Meter::ALL.len());
    let mut total = Money::ZERO;
    for meter in Meter::ALL {
        let (count, priced) = match meter {
            Meter::Input => (tokens.uncached_input(), rates(Meter::Input)),
            // Lists leave cache rates out where the input rate holds.
            Meter::CachedInput => (
                tokens.cached_input,
                rates(Meter::CachedInput).or_else(|| rates(Meter::Input)),
            ),
            Meter::CacheWrite => (
                tokens.cache_write,
                rates(Meter::CacheWrite).or_else(|| rates(Meter::Input)),
            ),
            Meter::Output => (tokens.priced_output(), rates(Meter::Output)),
        };
        if count == 0 {
            continue;
        }
        let (rate, above) = priced?;
        let amount = rate.times(count)?;
        total = total.plus(amount)?;
        lines.push(CostLine {
            meter,
            tokens: count,
            rate,
            above,
            amount,
        });
    }
    Some(Costing {
        cost: Cost {
            cash: total,
            routing: total,
        },
        lines,
    })
}

/// The rate of a meter and its band: of the rows in force, the highest band that the input exceeds; in one band, the row
/// that began last. Where it is not settled which rows are in force, the dearest of those that may be.
fn rate(rows: &[PriceRow], meter: Meter, input: u64, at: At) -> Option<(Rate, u64)> {
    let reached = |truth: Tri| {
        rows.iter()
            .filter(move |row| row.meter == meter && (row.above == 0 || input > row.above))
            .filter(move |row| row.term.holds(at, DayOfChange::Unknown) == truth)
    };
    let settled = reached(Tri::True)
        .max_by_key(|row| (row.above, row.term.from.map(|edge| edge.instant)))
        .map(|row| (row.rate, row.above));
    let unsettled = reached(Tri::Unknown)
        .filter(|row| settled.is_none_or(|(_, band)| row.above >= band))
        .map(|row| (row.rate, row.above))
        .max();
    settled.max(unsettled)
}
