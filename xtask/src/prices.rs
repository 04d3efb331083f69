//! `cargo xtask prices FOLDER`: the price sheets and the deployments of `policies/openai-clouds`, from LiteLLM's list.
//!
//! The list is not part of the project and nothing here is needed to build or test it: the sheets are committed, and
//! this step only refreshes them. What the list does not state is not written: no price is carried over from another
//! tier, no place is guessed, and a capability without a flag is in neither `supports` nor `lacks`.

pub(crate) mod decimal;
pub(crate) mod list;
mod yaml;

use crate::shell;
use anyhow::{Context, Result, bail};
use decimal::Decimal;
use list::{List, Meter};
use std::path::Path;

pub(crate) const FILE: &str = "litellm_1.109.1_model_prices.json";
const SOURCE: &str = "LiteLLM 1.109.1, model_prices_and_context_window.json (MIT), read 2026-11-22";
const POLICY: &str = "policies/openai-clouds/policy.yaml";

/// The models of OpenAI that at least two of the three providers sell.
const MODELS: [&str; 12] = [
    "gpt-5.4",
    "gpt-5.5",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "gpt-5.6-luna",
    "gpt-5.6-cyber",
    "gpt-6-sol",
    "gpt-6-luna",
    "gpt-6-astra",
    "gpt-6.1-sol",
    "gpt-6.1-terra",
    "gpt-oss-120b",
];

const PROVIDERS: [&str; 3] = ["openai", "azure", "aws"];

/// The tiers, as the policy and as the list's keys name them.
const TIERS: [(&str, &str); 4] = [
    ("standard", ""),
    ("batch", "_batches"),
    ("flex", "_flex"),
    ("priority", "_priority"),
];

/// One place that sells a model at a tier, as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    provider: &'static str,
    model: &'static str,
    /// Absent where the list does not say where requests are processed.
    zone: Option<&'static str>,
    tier: &'static str,
    cells: Vec<Cell>,
    terms: Terms,
    /// Whether the policy has a deployment for it.
    sold: bool,
}

/// The price of one meter for requests with more input tokens than `above`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    meter: Meter,
    above: u64,
    usd_per_mtok: Decimal,
}

/// What a deployment says beside its price.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Terms {
    max_input_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    supports: Vec<String>,
    lacks: Vec<String>,
    note: Option<&'static str>,
}

/// Writes the sheets and the deployments; with `check`, fails where they differ from what is there.
pub(crate) fn prices(folder: &Path, check: bool) -> Result<()> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let offers = offers(&List::parse(&text)?)?;
    let root = shell::root();
    let policy_path = root.join(POLICY);
    let policy =
        std::fs::read_to_string(&policy_path).with_context(|| policy_path.display().to_string())?;
    let mut files = vec![(
        policy_path,
        yaml::between_markers(&policy, &yaml::deployments(&offers)?)?,
    )];
    for provider in PROVIDERS {
        let path = root.join(format!("policies/openai-clouds/prices/{provider}.csv"));
        files.push((path, sheet(provider, &offers)));
    }
    for (path, text) in files {
        let stale = std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str());
        if check && stale {
            bail!("{} is stale; run `cargo xtask prices`", path.display());
        }
        if stale {
            std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
    }
    let sold = offers.iter().filter(|offer| offer.sold).count();
    let cells: usize = offers.iter().map(|offer| offer.cells.len()).sum();
    println!("{sold} deployments, {cells} prices");
    Ok(())
}

/// Every offer of every model, in the order of [`MODELS`], then of the providers.
fn offers(list: &List) -> Result<Vec<Offer>> {
    let mut found: Vec<Offer> = Vec::new();
    for model in MODELS {
        for (provider, zone, key) in keys(model) {
            let Some(entry) = list.entry(&key) else {
                continue;
            };
            let terms = Terms {
                max_input_tokens: entry.count("max_input_tokens")?,
                max_output_tokens: entry.count("max_output_tokens")?,
                supports: entry.flags(true),
                lacks: entry.flags(false),
                note: zone.is_none().then_some("The list does not say where."),
            };
            for (tier, suffix) in TIERS {
                let Some(offer) = offer(
                    provider,
                    model,
                    zone,
                    tier,
                    entry.cells(suffix)?,
                    entry.cells("")?,
                    &terms,
                ) else {
                    continue;
                };
                found.push(offer);
            }
            if provider == "openai" {
                found.extend(regional(entry, &found, model)?);
            }
        }
        let sellers = PROVIDERS.into_iter().filter(|provider| {
            found
                .iter()
                .any(|offer| offer.model == model && offer.provider == *provider)
        });
        if sellers.count() < 2 {
            bail!("fewer than two providers sell {model}");
        }
    }
    Ok(found)
}

/// Where the list keeps a model: the place is in the key.
fn keys(model: &str) -> Vec<(&'static str, Option<&'static str>, String)> {
    // Open weights are not sold by OpenAI; the clouds list them under keys of their own.
    if model == "gpt-oss-120b" {
        return vec![
            ("azure", None, format!("azure_ai/{model}")),
            // The price list behind it is that of us-east-1.
            ("aws", Some("us-east-1"), format!("openai.{model}-1:0")),
            ("aws", Some("us-gov"), format!("us-gov.openai.{model}-1:0")),
        ];
    }
    let mut keys = vec![("openai", Some("global"), model.to_string())];
    keys.push(("azure", Some("global"), format!("azure/{model}")));
    for zone in ["eu", "us", "apac"] {
        keys.push(("azure", Some(zone), format!("azure/{zone}/{model}")));
    }
    for zone in ["global", "us", "eu", "apac"] {
        keys.push(("aws", Some(zone), format!("{zone}.openai.{model}")));
    }
    for region in ["us-gov-west-1", "us-gov-east-1"] {
        let key = format!("bedrock_mantle/{region}/openai.{model}");
        keys.push(("aws", Some(region), key));
    }
    if model == "gpt-5.6-cyber" {
        // Sold in single regions only, which the list does not name.
        keys.push(("aws", None, format!("bedrock_mantle/openai.{model}")));
    }
    keys
}

/// A tier that the list prices: input and output, both.
fn offer(
    provider: &'static str,
    model: &'static str,
    zone: Option<&'static str>,
    tier: &'static str,
    cells: Vec<Cell>,
    standard: Vec<Cell>,
    terms: &Terms,
) -> Option<Offer> {
    let prices = |meter| {
        cells
            .iter()
            .any(|cell| cell.meter == meter && cell.above == 0)
    };
    if !prices(Meter::Input) || !prices(Meter::Output) {
        return None;
    }
    let step = |cells: &[Cell]| {
        cells
            .iter()
            .filter(|cell| cell.meter == Meter::Input)
            .map(|cell| cell.above)
            .find(|above| *above > 0)
    };
    let mut terms = terms.clone();
    if let (None, Some(above)) = (step(&cells), step(&standard)) {
        terms.max_input_tokens = Some(above);
        terms.note = Some("The list has no price for longer input at this tier.");
    }
    Some(Offer {
        provider,
        model,
        zone,
        tier,
        cells,
        terms,
        // Microsoft's documentation: no priority processing in the European data zone. The list has prices for it.
        sold: (provider, zone, tier) != ("azure", Some("eu"), "priority"),
    })
}

/// Processing in one region at OpenAI: the global standard price times the uplift that the list states for the model.
/// It states none for other tiers.
fn regional(entry: list::Entry<'_>, found: &[Offer], model: &str) -> Result<Vec<Offer>> {
    let Some(global) = found
        .iter()
        .find(|offer| (offer.provider, offer.model, offer.tier) == ("openai", model, "standard"))
    else {
        return Ok(Vec::new());
    };
    let mut regional = Vec::new();
    for zone in ["eu", "us"] {
        let key = format!("regional_processing_uplift_multiplier_{zone}");
        let Some(uplift) = entry.decimal(&key)? else {
            continue;
        };
        let mut offer = global.clone();
        offer.zone = Some(zone);
        for cell in &mut offer.cells {
            cell.usd_per_mtok = cell.usd_per_mtok.times(uplift)?;
        }
        regional.push(offer);
    }
    Ok(regional)
}

fn sheet(provider: &str, offers: &[Offer]) -> String {
    let mut out = format!(
        "# {SOURCE}.\n# Written by `cargo xtask prices`. USD per million tokens, exact.\nmodel,zone,tier,meter,above,from,usd_per_mtok\n"
    );
    for offer in offers.iter().filter(|offer| offer.provider == provider) {
        let zone = offer.zone.unwrap_or_default();
        for cell in &offer.cells {
            out.push_str(&format!(
                "{},{zone},{},{},{},,{}\n",
                offer.model,
                offer.tier,
                cell.meter.name(),
                cell.above,
                cell.usd_per_mtok
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One model as three providers have it, in the manner of the list.
    const LIST: &str = r#"{
        "gpt-5.5": {
            "input_cost_per_token": 5e-06, "input_cost_per_token_above_272k_tokens": 1e-05,
            "input_cost_per_token_priority": 1.25e-05, "output_cost_per_token_priority": 7.5e-05,
            "output_cost_per_token": 3e-05, "output_cost_per_token_above_272k_tokens": 4.5e-05,
            "input_cost_per_token_flex": 2.5e-06,
            "cache_creation_input_token_cost_above_1hr": 1,
            "max_input_tokens": 1050000, "max_output_tokens": 128000,
            "supports_vision": true, "supports_minimal_reasoning_effort": false, "supports_pdf_input": null,
            "regional_processing_uplift_multiplier_eu": 1.1
        },
        "azure/eu/gpt-5.5": {
            "input_cost_per_token": 5.5000000000000004e-06, "output_cost_per_token": 3.3e-05,
            "input_cost_per_token_priority": 1e-05, "output_cost_per_token_priority": 2e-05
        }
    }"#;

    fn of_gpt_5_5() -> Vec<Offer> {
        let list = List::parse(LIST).unwrap();
        let mut found = Vec::new();
        for (provider, zone, key) in keys("gpt-5.5") {
            let Some(entry) = list.entry(&key) else {
                continue;
            };
            let terms = Terms {
                max_input_tokens: entry.count("max_input_tokens").unwrap(),
                max_output_tokens: None,
                supports: entry.flags(true),
                lacks: entry.flags(false),
                note: None,
            };
            for (tier, suffix) in TIERS {
                let (cells, standard) = (entry.cells(suffix).unwrap(), entry.cells("").unwrap());
                found.extend(offer(
                    provider, "gpt-5.5", zone, tier, cells, standard, &terms,
                ));
            }
            if provider == "openai" {
                found.extend(regional(entry, &found, "gpt-5.5").unwrap());
            }
        }
        found
    }

    #[test]
    fn the_sheet_has_what_the_list_states() {
        let offers = of_gpt_5_5();
        let rows: Vec<String> = sheet("openai", &offers)
            .lines()
            .skip(3)
            .map(str::to_owned)
            .collect();
        assert_eq!(
            rows,
            [
                "gpt-5.5,global,standard,input,0,,5",
                "gpt-5.5,global,standard,input,272000,,10",
                "gpt-5.5,global,standard,output,0,,30",
                "gpt-5.5,global,standard,output,272000,,45",
                "gpt-5.5,global,priority,input,0,,12.5",
                "gpt-5.5,global,priority,output,0,,75",
                "gpt-5.5,eu,standard,input,0,,5.5",
                "gpt-5.5,eu,standard,input,272000,,11",
                "gpt-5.5,eu,standard,output,0,,33",
                "gpt-5.5,eu,standard,output,272000,,49.5",
            ]
        );
        assert!(sheet("azure", &offers).contains("gpt-5.5,eu,standard,input,0,,5.5\n"));
    }

    #[test]
    fn a_tier_without_a_price_for_long_input_takes_none() {
        let limits: Vec<(&str, Option<u64>)> = of_gpt_5_5()
            .iter()
            .filter(|offer| (offer.provider, offer.zone) == ("openai", Some("global")))
            .map(|offer| (offer.tier, offer.terms.max_input_tokens))
            .collect();
        assert_eq!(
            limits,
            [("standard", Some(1_050_000)), ("priority", Some(272_000))]
        );
    }

    #[test]
    fn a_flag_is_yes_no_or_unknown() {
        let offers = of_gpt_5_5();
        let terms = &offers.first().unwrap().terms;
        assert_eq!(terms.supports, ["vision"]);
        assert_eq!(terms.lacks, ["minimal_reasoning_effort"]);
    }

    #[test]
    fn what_is_documented_as_not_sold_has_no_deployment() {
        let priority = of_gpt_5_5().into_iter().find(|offer| {
            (offer.provider, offer.zone, offer.tier) == ("azure", Some("eu"), "priority")
        });
        assert!(!priority.unwrap().sold);
    }
}
