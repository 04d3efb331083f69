//! Question 5: what does it cost?

use crate::ask::Tokens;
use crate::case::Case;
use crate::deployment::{Deployment, Row};
use crate::money::{self, Exact};

/// The tokens of one meter.
#[derive(Clone, Debug)]
pub struct Line {
    /// The meter.
    pub meter: String,
    /// How many.
    pub tokens: u64,
    /// What the cells say that they cost, in pico-USD; nothing where they have no price.
    pub price: Option<Exact>,
    /// The day on which that price was read.
    pub as_of: Option<i64>,
}

/// What the cells say of the request at a deployment, meter by meter; nothing where no quantity is stated.
#[must_use]
pub fn lines(case: &Case<'_>, deployment: &Deployment) -> Option<Vec<Line>> {
    let tokens = case.request.tokens_for(&deployment.model);
    if !tokens.stated() {
        return None;
    }
    let input = tokens.input.unwrap_or(0);
    let multiplier = deployment.price_multiplier.clone();
    let multiplier = multiplier.unwrap_or_else(|| money::whole(1));
    let lines = counted(tokens).into_iter().map(|(meter, tokens)| {
        let priced = rate(case, deployment, &meter, input);
        Line {
            tokens,
            price: priced
                .as_ref()
                .map(|priced| &priced.rate * money::whole(tokens) * &multiplier),
            as_of: priced.and_then(|priced| priced.as_of),
            meter,
        }
    });
    Some(lines.collect())
}

/// The oldest day on which one of the prices that count was read.
#[must_use]
pub fn oldest_price(case: &Case<'_>, deployment: &Deployment) -> Option<i64> {
    let lines = lines(case, deployment).unwrap_or_default();
    lines.into_iter().filter_map(|line| line.as_of).min()
}

/// The meters that count a token.
fn counted(tokens: &Tokens) -> Vec<(String, u64)> {
    let input = tokens.input.unwrap_or(0);
    let uncached = input
        .saturating_sub(tokens.cached_input)
        .saturating_sub(tokens.written());
    let output = tokens.priced_output();
    let reasoning = tokens.reasoning.unwrap_or(0).min(output);
    let mut meters = vec![
        ("input".to_owned(), uncached),
        ("cached_input".to_owned(), tokens.cached_input),
        ("reasoning".to_owned(), reasoning),
        ("output".to_owned(), output - reasoning),
    ];
    meters.extend(tokens.cache_write.iter().cloned());
    meters.retain(|(_, count)| *count > 0);
    meters
}

/// A rate as far as it is settled.
#[derive(Clone, Debug)]
struct Priced {
    rate: Exact,
    /// The band of the row.
    above: u64,
    as_of: Option<i64>,
    /// Whether one of the rows it comes from is surely in force.
    settled: bool,
}

/// The dearer of two rates, either of which may hold; of equal ones that of the higher band, then the first.
fn dearer(first: Option<Priced>, second: Option<Priced>) -> Option<Priced> {
    match (first, second) {
        (Some(first), Some(second))
            if (&second.rate, second.above) > (&first.rate, first.above) =>
        {
            Some(second)
        }
        (first, second) => first.or(second),
    }
}

/// The rate of a meter, or of the meter that stands in for it; the dearer of both where the meter may have no rate yet.
fn rate(case: &Case<'_>, deployment: &Deployment, meter: &str, input: u64) -> Option<Priced> {
    let own = banded(case, deployment, meter, input);
    if own.as_ref().is_some_and(|own| own.settled) {
        return own;
    }
    let instead = |meter: &str| rate(case, deployment, meter, input);
    let fallback = match meter {
        "cached_input" => instead("input"),
        "cache_write" => any_time(case, deployment, input),
        "reasoning" => instead("output"),
        _ if meter.starts_with("cache_write_") => {
            let any = banded(case, deployment, "cache_write", input);
            if any.as_ref().is_some_and(|any| any.settled) {
                any
            } else {
                dearer(any, instead("input"))
            }
        }
        _ => None,
    };
    dearer(own, fallback)
}

/// The rate of a write to a cache for a time that nobody states: the dearest of the times that are priced, else that of
/// the input.
fn any_time(case: &Case<'_>, deployment: &Deployment, input: u64) -> Option<Priced> {
    let times = deployment
        .price
        .iter()
        .filter(|row| row.meter.starts_with("cache_write_"));
    let mut times: Vec<&str> = times.map(|row| row.meter.as_str()).collect();
    times.sort_unstable();
    times.dedup();
    let rates: Vec<Priced> = times
        .into_iter()
        .filter_map(|meter| banded(case, deployment, meter, input))
        .collect();
    let settled = rates.iter().any(|priced| priced.settled);
    let dearest = rates
        .into_iter()
        .fold(None, |dearest, priced| dearer(dearest, Some(priced)));
    if settled {
        return dearest;
    }
    dearer(dearest, rate(case, deployment, "input", input))
}

/// The rate of a meter: of the highest band that the whole input exceeds and that prices it, the row that began last, of
/// these the last one written. On a day of change the dearest of those that it may be.
fn banded(case: &Case<'_>, deployment: &Deployment, meter: &str, input: u64) -> Option<Priced> {
    let reached = deployment
        .price
        .iter()
        .filter(|row| row.meter == meter && (row.above == 0 || input > row.above))
        .map(|row| (row, case.holds(&row.term, "price")));
    let (sure, open): (Vec<_>, Vec<_>) = reached
        .filter(|(_, holds)| !holds.is_no())
        .partition(|(_, holds)| holds.is_yes());
    let place = |row: &Row| {
        let began = row.term.from.map_or(i64::MIN, |edge| edge.instant);
        (row.above, began)
    };
    let settled = sure
        .into_iter()
        .map(|(row, _)| row)
        .max_by_key(|row| place(row));
    // What is surely in force leaves nothing to rows that began before it.
    let open = open.into_iter().map(|(row, _)| row);
    let open = open.filter(|row| settled.is_none_or(|settled| place(row) >= place(settled)));
    let priced = |row: &Row| Priced {
        rate: row.rate.clone(),
        above: row.above,
        as_of: row.as_of,
        settled: settled.is_some(),
    };
    let possible = settled.into_iter().chain(open).map(priced);
    possible.fold(None, |dearest, row| dearer(dearest, Some(row)))
}
