//! How an entry of LiteLLM's list becomes price cells, so that the engine says what LiteLLM's cost code says.
//!
//! 1. A tier takes each key with its suffix (`input_cost_per_token_priority`), else the key without.
//! 2. Each step `input_cost_per_token_above_200k_tokens` is a cell for requests with more tokens than that; a rate that
//!    the step does not state, with the suffix or without, stays that of below.
//! 3. `tiered_pricing` replaces all flat keys: each of its tiers is a cell from the lower end of its range on, and what
//!    it does not price reading from a cache for costs what its input costs.
//! 4. A list without a rate for reading from a cache is a cell without one: the input's rate holds.
//! 5. A rate of 0 is a rate.

use anyhow::{Context, Result, bail};
use serde_json::value::RawValue;

use crate::prices::decimal::Decimal;
use crate::prices::list::Entry;

const INPUT: &str = "input_cost_per_token";
const CACHED: &str = "cache_read_input_token_cost";
const OUTPUT: &str = "output_cost_per_token";

/// Rates per million tokens for requests with more input tokens than `above`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) above: u64,
    pub(crate) input: Option<Decimal>,
    pub(crate) cached: Option<Decimal>,
    pub(crate) output: Option<Decimal>,
}

impl Cell {
    /// The cell as a policy document writes it.
    pub(crate) fn json(&self) -> String {
        let mut members = vec![format!(r#""above_input_tokens":{}"#, self.above)];
        for (name, rate) in [
            ("input", self.input),
            ("cached_input", self.cached),
            ("output", self.output),
        ] {
            members.extend(rate.map(|rate| format!(r#""{name}":"{rate}""#)));
        }
        format!("{{{}}}", members.join(","))
    }
}

/// The cells of a tier; `None` is the standard one.
pub(crate) fn cells(entry: Entry<'_>, tier: Option<&str>) -> Result<Vec<Cell>> {
    let tiers = entry.objects("tiered_pricing")?;
    if !tiers.is_empty() {
        return tiers
            .iter()
            .map(ranged)
            .collect::<Result<_>>()
            .and_then(contiguous);
    }
    let rate = |key: String| -> Result<Option<Decimal>> {
        if let Some(tier) = tier
            && let Some(rate) = entry.decimal(&format!("{key}_{tier}"))?
        {
            return rate.per_million().map(Some);
        }
        entry.decimal(&key)?.map(Decimal::per_million).transpose()
    };
    let mut cells = vec![Cell {
        above: 0,
        input: rate(INPUT.into())?,
        cached: rate(CACHED.into())?,
        output: rate(OUTPUT.into())?,
    }];
    for above in steps(entry)? {
        let thousands = above.checked_div(1000).context("a step")?;
        let at = |key: &str| rate(format!("{key}_above_{thousands}k_tokens"));
        cells.push(Cell {
            above,
            input: at(INPUT)?,
            cached: at(CACHED)?,
            output: at(OUTPUT)?,
        });
    }
    Ok(cells)
}

/// The steps of the input's rate, in ascending order.
pub(crate) fn steps(entry: Entry<'_>) -> Result<Vec<u64>> {
    let mut steps = Vec::new();
    for key in entry.keys() {
        let thousands = key
            .strip_prefix("input_cost_per_token_above_")
            .and_then(|rest| rest.strip_suffix("k_tokens"));
        if let Some(thousands) = thousands {
            let thousands: u64 = thousands.parse().with_context(|| key.to_string())?;
            steps.push(
                thousands
                    .checked_mul(1000)
                    .with_context(|| key.to_string())?,
            );
        }
    }
    steps.sort_unstable();
    Ok(steps)
}

/// Whether the list says what reading from a cache costs, at any tier.
pub(crate) fn prices_cache(entry: Entry<'_>) -> bool {
    entry.keys().any(|key| key.starts_with(CACHED))
}

/// One of the tiers of `tiered_pricing`: its cell, and where its range ends.
fn ranged(tier: &std::collections::BTreeMap<String, Box<RawValue>>) -> Result<(Cell, u64)> {
    let rate = |key: &str| -> Result<Option<Decimal>> {
        let Some(value) = tier.get(key) else {
            return Ok(None);
        };
        Decimal::parse(value.get())?.per_million().map(Some)
    };
    let range = tier.get("range").context("a tier without a range")?;
    let ends: Vec<Box<RawValue>> = serde_json::from_str(range.get())?;
    let [low, high] = ends.as_slice() else {
        bail!("a range with {} ends", ends.len());
    };
    let whole = |end: &RawValue| {
        let count = Decimal::parse(end.get()).ok().and_then(Decimal::whole);
        count.with_context(|| format!("`{}` is no count of tokens", end.get()))
    };
    let input = rate(INPUT)?;
    let cell = Cell {
        above: whole(low)?,
        input,
        cached: rate(CACHED)?.or(input),
        output: rate(OUTPUT)?,
    };
    if cell.input.is_none() || cell.output.is_none() {
        bail!("a tier that does not price both input and output");
    }
    Ok((cell, whole(high)?))
}

/// Ranges that follow each other from 0 on: the last holds beyond its end too.
fn contiguous(tiers: Vec<(Cell, u64)>) -> Result<Vec<Cell>> {
    let mut end = 0;
    for (cell, high) in &tiers {
        if cell.above != end || *high <= end {
            bail!(
                "a range begins at {}, the one before it ends at {end}",
                cell.above
            );
        }
        end = *high;
    }
    Ok(tiers.into_iter().map(|(cell, _)| cell).collect())
}

/// What LiteLLM's code knows and its list does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quirk {
    /// xAI: a request of exactly the step's size has the rates above it.
    XaiThreshold,
    /// Fireworks: reading from a cache costs half the input where the list has no rate for it.
    FireworksCache,
    /// Google's experimental model of December 2024 is free.
    FreeExperiment,
}

impl Quirk {
    pub(crate) const ALL: [Quirk; 3] = [
        Quirk::XaiThreshold,
        Quirk::FireworksCache,
        Quirk::FreeExperiment,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Quirk::XaiThreshold => "xai threshold",
            Quirk::FireworksCache => "fireworks cache default",
            Quirk::FreeExperiment => "free experiment",
        }
    }

    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Quirk::XaiThreshold => "a request of exactly the step's size has the rates above it",
            Quirk::FireworksCache => {
                "reading from a cache costs half the input where the list has no rate"
            }
            Quirk::FreeExperiment => "the model is free",
        }
    }

    /// The cells as the quirk has them.
    pub(crate) fn applied(self, cells: &[Cell]) -> Result<Vec<Cell>> {
        let mut cells = cells.to_vec();
        for cell in &mut cells {
            match self {
                Quirk::XaiThreshold => cell.above = cell.above.saturating_sub(1),
                Quirk::FireworksCache => {
                    let half = Decimal::parse("0.5")?;
                    cell.cached = cell.input.map(|input| input.times(half)).transpose()?;
                }
                Quirk::FreeExperiment => {
                    let nothing = Some(Decimal::parse("0")?);
                    (cell.input, cell.cached, cell.output) = (nothing, nothing, nothing);
                }
            }
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::list::List;

    /// Each cell as `above: input/cached/output`.
    #[track_caller]
    fn check(entry: &str, tier: Option<&str>, expected: &[&str]) {
        let list = List::parse(&format!(r#"{{ "m": {entry} }}"#)).unwrap();
        let rate = |rate: Option<Decimal>| rate.map_or("-".into(), |rate| rate.to_string());
        let found: Vec<String> = cells(list.entry("m").unwrap(), tier)
            .unwrap()
            .iter()
            .map(|cell| {
                let [input, cached, output] = [cell.input, cell.cached, cell.output].map(rate);
                format!("{}: {input}/{cached}/{output}", cell.above)
            })
            .collect();
        assert_eq!(found, expected);
    }

    fn fails(entry: &str) -> String {
        let list = List::parse(&format!(r#"{{ "m": {entry} }}"#)).unwrap();
        format!("{:#}", cells(list.entry("m").unwrap(), None).unwrap_err())
    }

    #[test]
    fn a_tier_falls_back_key_by_key() {
        let entry = r#"{ "input_cost_per_token": 5e-06, "input_cost_per_token_priority": 1.25e-05,
                         "output_cost_per_token": 3e-05, "cache_read_input_token_cost": 5e-07 }"#;
        check(entry, None, &["0: 5/0.5/30"]);
        check(entry, Some("priority"), &["0: 12.5/0.5/30"]);
        check(entry, Some("flex"), &["0: 5/0.5/30"]);
    }

    #[test]
    fn steps_ascend_and_state_what_they_change() {
        let entry = r#"{ "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": 1e-07,
                         "input_cost_per_token_above_200k_tokens": 4e-06, "output_cost_per_token_above_200k_tokens": 6e-06,
                         "input_cost_per_token_above_32k_tokens": 2e-06, "cache_read_input_token_cost_above_32k_tokens": 3e-07,
                         "input_cost_per_token_above_200k_tokens_priority": 8e-06 }"#;
        check(
            entry,
            None,
            &["0: 1/0.1/2", "32000: 2/0.3/-", "200000: 4/-/6"],
        );
        check(
            entry,
            Some("priority"),
            &["0: 1/0.1/2", "32000: 2/0.3/-", "200000: 8/-/6"],
        );
    }

    #[test]
    fn a_rate_of_nothing_is_a_rate_and_null_is_none() {
        let entry = r#"{ "input_cost_per_token": 0.0, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": null }"#;
        check(entry, None, &["0: 0/-/2"]);
    }

    #[test]
    fn ranges_replace_flat_keys_and_price_the_cache_as_their_input() {
        let entry = r#"{ "input_cost_per_token": 9e-06, "output_cost_per_token": 9e-06, "cache_read_input_token_cost": 9e-06,
                         "tiered_pricing": [
                           { "range": [0, 256000.0], "input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "cache_read_input_token_cost": 1e-08 },
                           { "range": [256000.0, 1000000.0], "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06 } ] }"#;
        check(
            entry,
            Some("flex"),
            &["0: 0.05/0.01/0.4", "256000: 0.25/0.25/2"],
        );
    }

    #[test]
    fn ranges_with_a_gap_or_without_a_rate_are_refused() {
        let gap = r#"{ "tiered_pricing": [ { "range": [1, 2], "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } ] }"#;
        assert_eq!(
            fails(gap),
            "a range begins at 1, the one before it ends at 0"
        );
        let rate =
            r#"{ "tiered_pricing": [ { "range": [0, 2], "input_cost_per_token": 1e-06 } ] }"#;
        assert_eq!(
            fails(rate),
            "a tier that does not price both input and output"
        );
        let queries = r#"{ "tiered_pricing": [ { "max_results_range": [0, 25], "input_cost_per_query": 0.001 } ] }"#;
        assert_eq!(fails(queries), "a tier without a range");
    }
}
