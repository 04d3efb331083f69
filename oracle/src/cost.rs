//! Question 5: what does it cost?

use crate::case::Case;
use crate::deployment::{Deployment, Row};
use crate::money::{self, Exact};
use crate::truth::Truth;

/// The price of the request at a deployment, in pico-USD: the sum is exact and rounded once.
#[must_use]
pub fn cost(case: &Case<'_>, deployment: &Deployment) -> Option<Exact> {
    if case.request.offers.is_some() {
        return deployment.offered_for.as_ref().map(money::round);
    }
    let tokens = case.request.tokens_for(&deployment.model);
    if !tokens.stated() || deployment.price.is_empty() {
        return None;
    }
    let input = tokens.input.unwrap_or(0);
    let uncached = input
        .saturating_sub(tokens.cached_input)
        .saturating_sub(tokens.written());
    let output = tokens.priced_output();
    let reasoning = tokens.reasoning.unwrap_or(0).min(output);
    let mut meters = vec![
        ("input".to_owned(), uncached),
        ("cached_input".to_owned(), tokens.cached_input),
    ];
    meters.extend(tokens.cache_write.iter().cloned());
    meters.push(("reasoning".to_owned(), reasoning));
    meters.push(("output".to_owned(), output - reasoning));
    let mut sum = money::whole(0);
    for (meter, count) in meters.into_iter().filter(|(_, count)| *count > 0) {
        sum += rate(case, deployment, &meter, input)? * money::whole(count);
    }
    let multiplier = deployment
        .price_multiplier
        .clone()
        .unwrap_or_else(|| money::whole(1));
    Some(money::round(&(sum * multiplier)))
}

/// The rate of a meter, or of the meter that stands in for it.
fn rate(case: &Case<'_>, deployment: &Deployment, meter: &str, input: u64) -> Option<Exact> {
    let own = banded(case, deployment, meter, input);
    let instead = match meter {
        "cached_input" | "cache_write" => Some("input"),
        "reasoning" => Some("output"),
        _ if meter.starts_with("cache_write_") => Some("cache_write"),
        _ => None,
    };
    own.or_else(|| rate(case, deployment, instead?, input))
}

/// The rate of a meter: of the highest band that the whole input exceeds and that prices it, the row that began last.
/// On a day of change the dearer of what it may be.
fn banded(case: &Case<'_>, deployment: &Deployment, meter: &str, input: u64) -> Option<Exact> {
    let mut rows: Vec<(&Row, Truth)> = deployment
        .price
        .iter()
        .filter(|row| row.meter == meter && (row.above == 0 || input > row.above))
        .map(|row| (row, case.holds(&row.term, "price")))
        .filter(|(_, holds)| !holds.is_no())
        .collect();
    // The row that counts comes first: the highest band, in it the row that began last, of these the last one written.
    rows.reverse();
    let began = |row: &Row| row.term.from.map_or(i64::MIN, |edge| edge.instant);
    rows.sort_by_key(|(row, _)| std::cmp::Reverse((row.above, began(row))));
    let mut dearest: Option<Exact> = None;
    for (row, holds) in rows {
        if dearest.as_ref().is_none_or(|dearest| *dearest < row.rate) {
            dearest = Some(row.rate.clone());
        }
        if holds.is_yes() {
            break;
        }
    }
    dearest
}

/// The oldest day on which one of the prices in force was read.
#[must_use]
pub fn oldest_price(case: &Case<'_>, deployment: &Deployment) -> Option<i64> {
    deployment
        .price
        .iter()
        .filter(|row| !case.holds(&row.term, "price").is_no())
        .filter_map(|row| row.as_of)
        .min()
}
