//! What does it cost? Price cells with bands by request size, summed exactly.
//!
//! A request is priced by the band that its whole input reaches, cached tokens included: every token of it, not only
//! those beyond the step. A meter that a band does not price keeps the rate of the band below it.

use alloc::boxed::Box;

use crate::condition::Tri;
use crate::decide::Ask;
use crate::decide::economics::Effects;
use crate::model::decision::Cost;
use crate::model::meter::{Meter, Usage};
use crate::model::policy::{Deployment, DeploymentIx};
use crate::model::price::{CompiledRow, Price};
use crate::model::request::Tokens;
use crate::model::term::DayOfChange;
use crate::money::Money;
use crate::time::At;

/// A cost; how the cells make it is worked out where somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Costing {
    /// The total.
    pub cost: Cost,
    /// What the price lists say.
    pub list: Money,
    /// The price, before what is owed of the revenue and what a commitment covers.
    pub price: Money,
    /// What clauses make of it, where any is about prices.
    pub effects: Option<Box<Effects>>,
}

impl Costing {
    /// An amount that was stated as a whole.
    pub(crate) fn fixed(amount: Money) -> Costing {
        Costing {
            cost: Cost {
                cash: amount,
                routing: amount,
            },
            list: amount,
            price: amount,
            effects: None,
        }
    }
}

/// The cost of a request on a deployment. `None` where a token has no price, or no quantity is stated: what is not known
/// is not free.
pub(crate) fn cost(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> Option<Costing> {
    let tokens = ask.request.tokens_for(deployment.model);
    if !tokens.stated {
        return None;
    }
    let amount = flat(ask, index, deployment)
        .or_else(|| cash(&tokens.priced, tokens.input, &deployment.price, ask.when.at))?;
    Some(Costing::fixed(amount))
}

/// A price that no tokens make: the one that is assumed, and that of provisioned units, where one more request costs
/// nothing.
pub(crate) fn flat(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> Option<Money> {
    match ask.asking.price {
        Some((assumed, amount)) if assumed == index => Some(amount),
        Some(_) | None => deployment.provisioned.map(|_| Money::ZERO),
    }
}

/// What tokens cost at a price, rounded once; `input` is the size of the request, which bands are measured by.
pub(crate) fn cash(usage: &Usage, input: u64, price: &Price, at: At) -> Option<Money> {
    if price.is_empty() {
        return None;
    }
    price.total(usage, |meter| {
        rate(price, meter, input, at).map(|compiled| compiled.units)
    })
}

/// When the oldest of the rows that price tokens was read, as far as it is stated.
pub(crate) fn oldest(tokens: &Tokens, price: &Price, at: At) -> Option<At> {
    let counts = tokens.priced.counts();
    counts
        .filter_map(|(meter, _)| rate(price, meter, tokens.input, at)?.row.as_of)
        .min_by_key(|as_of| as_of.start())
}

/// The row that prices a meter for requests of a size.
///
/// Where a meter has no rate, that of its fallback holds: lists leave a rate out where it is no other. A write to a
/// cache for a time that is not stated may be any of those that are priced, so it has the dearest of them.
pub(crate) fn rate(price: &Price, meter: Meter, input: u64, at: At) -> Option<&CompiledRow> {
    let mut dearest = None;
    let mut next = Some(meter);
    while let Some(asked) = next {
        let (row, mut settled) = in_band(price, asked, input, at);
        dearest = dearer(dearest, row);
        if !settled && meter == Meter::CacheWrite && asked == meter {
            for timed in price.compiled() {
                if matches!(timed.row.meter, Meter::CacheWriteFor(_)) {
                    let (row, one_settled) = in_band(price, timed.row.meter, input, at);
                    dearest = dearer(dearest, row);
                    settled |= one_settled;
                }
            }
        }
        if settled {
            break;
        }
        next = asked.fallback();
    }
    dearest
}

/// The row of one meter, and whether some row is settled: of the rows in force, the highest band that the input
/// exceeds; in one band, the row that began last. Where it is not settled which rows are in force, the dearest of those
/// that may be.
fn in_band(price: &Price, meter: Meter, input: u64, at: At) -> (Option<&CompiledRow>, bool) {
    let reached = |truth: Tri| {
        price.compiled().iter().filter(move |compiled| {
            let row = &compiled.row;
            row.meter == meter
                && (row.above == 0 || input > row.above)
                && row.term.holds(at, DayOfChange::Unknown) == truth
        })
    };
    let place = |compiled: &CompiledRow| {
        let row = &compiled.row;
        (row.above, row.term.from.map(|edge| edge.instant))
    };
    let settled = reached(Tri::True).max_by_key(|compiled| place(compiled));
    let unsettled = reached(Tri::Unknown)
        // What began before a row that is in force does not count, be it over or not.
        .filter(|compiled| settled.is_none_or(|settled| place(compiled) >= place(settled)))
        .reduce(|left, right| if is_dearer(right, left) { right } else { left });
    (dearer(settled, unsettled), settled.is_some())
}

fn dearer<'a>(
    left: Option<&'a CompiledRow>,
    right: Option<&'a CompiledRow>,
) -> Option<&'a CompiledRow> {
    match (left, right) {
        (Some(left), Some(right)) if is_dearer(right, left) => Some(right),
        (left, right) => left.or(right),
    }
}

fn is_dearer(left: &CompiledRow, right: &CompiledRow) -> bool {
    (left.units, left.row.above) > (right.units, right.row.above)
}
