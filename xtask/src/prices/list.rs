//! LiteLLM's list: a JSON object of entries whose keys name the model and, for clouds, the place.

use super::decimal::Decimal;
use super::{Cell, TIERS};
use anyhow::{Context, Result};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Flags about LiteLLM's own translation to Bedrock, not about the model.
const CLIENT_FLAGS: &str = "bedrock_";

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meter {
    Input,
    CachedInput,
    CacheWrite,
    Output,
}

impl Meter {
    const ALL: [Meter; 4] = [
        Meter::Input,
        Meter::CachedInput,
        Meter::CacheWrite,
        Meter::Output,
    ];

    /// The name in price sheets.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Meter::Input => "input",
            Meter::CachedInput => "cached_input",
            Meter::CacheWrite => "cache_write",
            Meter::Output => "output",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Meter::Input => "input_cost_per_token",
            Meter::CachedInput => "cache_read_input_token_cost",
            Meter::CacheWrite => "cache_creation_input_token_cost",
            Meter::Output => "output_cost_per_token",
        }
    }
}

/// The list. Numbers stay the text they are: no price goes through a float.
pub(crate) struct List(BTreeMap<String, BTreeMap<String, Box<RawValue>>>);

/// One entry.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a>(&'a BTreeMap<String, Box<RawValue>>);

impl List {
    pub(crate) fn parse(text: &str) -> Result<List> {
        serde_json::from_str(text)
            .map(List)
            .context("this is not the price list")
    }

    pub(crate) fn entry(&self, key: &str) -> Option<Entry<'_>> {
        self.0.get(key).map(Entry)
    }
}

impl<'a> Entry<'a> {
    /// A whole number; absent where the list is silent.
    pub(crate) fn count(self, key: &str) -> Result<Option<u64>> {
        self.0
            .get(key)
            .map(|value| value.get().parse().with_context(|| key.to_string()))
            .transpose()
    }

    pub(crate) fn decimal(self, key: &str) -> Result<Option<Decimal>> {
        self.0
            .get(key)
            .filter(|value| value.get() != "null")
            .map(|value| Decimal::parse(value.get()).with_context(|| key.to_string()))
            .transpose()
    }

    /// The keys, in the order of their bytes.
    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str)
    }

    /// The objects of a list; none where the entry is silent.
    pub(crate) fn objects(self, key: &str) -> Result<Vec<BTreeMap<String, Box<RawValue>>>> {
        match self.0.get(key).map(|value| value.get()) {
            None | Some("null") => Ok(Vec::new()),
            Some(text) => serde_json::from_str(text).with_context(|| key.to_string()),
        }
    }

    /// The capabilities whose flag is `value`, by name.
    pub(crate) fn flags(self, value: bool) -> Vec<String> {
        let text = value.to_string();
        self.0
            .iter()
            .filter(|(_, flag)| flag.get() == text)
            .filter_map(|(key, _)| key.strip_prefix("supports_"))
            .filter(|name| !name.starts_with(CLIENT_FLAGS))
            .map(str::to_owned)
            .collect()
    }

    /// The prices of a tier, by meter and then by the size of the request.
    pub(crate) fn cells(self, tier_suffix: &str) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for meter in Meter::ALL {
            let mut of_meter = Vec::new();
            for (key, value) in self.0 {
                let Some((above, suffix)) = key.strip_prefix(meter.key()).and_then(band) else {
                    continue;
                };
                if suffix == tier_suffix {
                    let price = Decimal::parse(value.get()).and_then(Decimal::per_million);
                    of_meter.push(Cell {
                        meter,
                        above,
                        usd_per_mtok: price.with_context(|| key.clone())?,
                    });
                }
            }
            of_meter.sort_by_key(|cell| cell.above);
            cells.append(&mut of_meter);
        }
        Ok(cells)
    }
}

/// What follows the meter in a key: `_above_272k_tokens`, then the tier. `None` for what a sheet has no column for,
/// such as writes to a cache that lasts longer.
fn band(rest: &str) -> Option<(u64, &str)> {
    let (above, suffix) = match rest.strip_prefix("_above_") {
        None => (0, rest),
        Some(rest) => {
            let (thousands, suffix) = rest.split_once("k_tokens")?;
            (thousands.parse::<u64>().ok()?.checked_mul(1000)?, suffix)
        }
    };
    TIERS
        .iter()
        .any(|(_, known)| *known == suffix)
        .then_some((above, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_to_its_end() {
        assert_eq!(band(""), Some((0, "")));
        assert_eq!(band("_above_272k_tokens_flex"), Some((272_000, "_flex")));
        assert_eq!(band("_above_12hr"), None);
        assert_eq!(band("_above_12hr_above_272k_tokens"), None);
        assert_eq!(band("_ultrafast"), None);
    }
}
