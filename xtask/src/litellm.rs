//! `cargo xtask litellm FOLDER`: LiteLLM's own costs as an oracle of ours.
//!
//! The folder holds LiteLLM's price list, and vectors of what its cost code says: model, tier, token counts, USD for the
//! input and for the output. Every vector is put to the engine as a request to a policy whose cells come from the list
//! ([`rules`]); a policy holds many deployments, one for each model and tier. Neither file is part of the project.
//!
//! LiteLLM computes with floats. Its texts are read to 15 significant digits, which removes the noise of a float, and then
//! to whole pico-USD, half to even; ours may differ from that by one pico-USD.
//!
//! LiteLLM's code knows three things that its list does not say. Each is a [`Quirk`]: which rows it concerns follows from
//! provider, model and boundary alone, and what it does is repriced, so that a row which differs in any other way fails
//! the step.

mod rules;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde_json::Value;
use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};
use wayleave::model::{Policy, State};
use wayleave::money::{Money, PICO_PER_USD, Ratio};

use crate::prices::FILE;
use crate::prices::list::{Entry, List};
use rules::{Cell, Quirk};

const VECTORS: &str = "litellm_cost_oracle.jsonl.gz";

/// Deployments in one policy.
const DEPLOYMENTS: usize = 64;

/// How far ours may be from theirs, in pico-USD.
const TOLERANCE: u128 = 1;

/// One vector.
struct Row {
    model: String,
    provider: String,
    tier: Option<String>,
    prompt_tokens: u64,
    cached_tokens: u64,
    completion_tokens: u64,
    theirs: Cost,
}

/// USD for the input and for the output, in pico-USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    input: i128,
    output: i128,
}

/// What came of the rows.
#[derive(Default)]
struct Tally {
    rows: usize,
    agree: usize,
    quirks: BTreeMap<Quirk, Vec<String>>,
    others: Vec<String>,
    largest: u128,
}

/// Prices every vector and fails where one differs by anything but a quirk.
pub(crate) fn litellm(folder: &Path) -> Result<()> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let list = List::parse(&text)?;
    let rows = rows(&folder.join(VECTORS))?;
    if rows.is_empty() {
        bail!("{VECTORS} has no rows");
    }
    let mut by_deployment: BTreeMap<(&str, Option<&str>), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        by_deployment
            .entry((&row.model, row.tier.as_deref()))
            .or_default()
            .push(row);
    }
    let groups: Vec<_> = by_deployment.into_iter().collect();
    let mut tally = Tally::default();
    for chunk in groups.chunks(DEPLOYMENTS) {
        compare(&list, chunk, &mut tally)?;
    }
    tally.print();
    if !tally.others.is_empty() {
        bail!(
            "{} rows differ by nothing that is known",
            tally.others.len()
        );
    }
    Ok(())
}

/// A row with the deployment of its cells, and that of a quirk which concerns it.
struct Planned<'a> {
    row: &'a Row,
    plain: String,
    quirk: Option<(Quirk, String)>,
}

type Group<'a> = ((&'a str, Option<&'a str>), Vec<&'a Row>);

/// Prices the rows of some models and tiers, all in one policy.
fn compare(list: &List, groups: &[Group<'_>], tally: &mut Tally) -> Result<()> {
    let mut deployments: Vec<(String, String)> = Vec::new();
    let mut plan: Vec<Planned<'_>> = Vec::new();
    for ((model, tier), rows) in groups {
        let entry = list
            .entry(model)
            .with_context(|| format!("the list has no `{model}`"))?;
        let cells = rules::cells(entry, *tier).with_context(|| (*model).to_string())?;
        let plain = add(&mut deployments, model, *tier, &cells);
        let mut quirky: BTreeMap<Quirk, String> = BTreeMap::new();
        for row in rows {
            let quirk = quirk(row, entry)?;
            if let Some(quirk) = quirk
                && !quirky.contains_key(&quirk)
            {
                let cells = quirk.applied(&cells)?;
                quirky.insert(quirk, add(&mut deployments, model, *tier, &cells));
            }
            plan.push(Planned {
                row,
                plain: plain.clone(),
                quirk: quirk.and_then(|quirk| Some((quirk, quirky.get(&quirk)?.clone()))),
            });
        }
    }
    let policy = policy(&deployments)?;
    for Planned { row, plain, quirk } in plan {
        let ours = price(&policy, &plain, row)?;
        tally.rows = tally.rows.saturating_add(1);
        if let Some(distance) = ours.and_then(|ours| ours.distance(row.theirs)) {
            tally.agree = tally.agree.saturating_add(1);
            tally.largest = tally.largest.max(distance);
            continue;
        }
        let line = difference(row, ours);
        match quirk {
            Some((quirk, deployment))
                if price(&policy, &deployment, row)?
                    .and_then(|ours| ours.distance(row.theirs))
                    .is_some() =>
            {
                tally.quirks.entry(quirk).or_default().push(line);
            }
            Some(_) | None => tally.others.push(line),
        }
    }
    Ok(())
}

/// The quirk that concerns a row, by provider, model and boundary; whether the row differs is not looked at.
fn quirk(row: &Row, entry: Entry<'_>) -> Result<Option<Quirk>> {
    if row.provider == "xai" && rules::steps(entry)?.contains(&row.prompt_tokens) {
        return Ok(Some(Quirk::XaiThreshold));
    }
    if row.provider == "fireworks_ai" && row.cached_tokens > 0 && !rules::prices_cache(entry) {
        return Ok(Some(Quirk::FireworksCache));
    }
    let experiment = row.provider == "gemini" && row.model.ends_with("gemini-exp-1206");
    Ok(experiment.then_some(Quirk::FreeExperiment))
}

/// Adds a deployment, its id and its JSON; gives the id.
fn add(
    deployments: &mut Vec<(String, String)>,
    model: &str,
    tier: Option<&str>,
    cells: &[Cell],
) -> String {
    let id = format!("d{}", deployments.len());
    let cells: Vec<String> = cells.iter().map(Cell::json).collect();
    let body = format!(
        r#"{{"provider":"listed","model":{},"tier":"{}","price":[{}]}}"#,
        Value::from(model),
        tier.unwrap_or("standard"),
        cells.join(",")
    );
    deployments.push((id.clone(), body));
    id
}

fn policy(deployments: &[(String, String)]) -> Result<Policy> {
    let members: Vec<String> = deployments
        .iter()
        .map(|(id, body)| format!("\"{id}\":{body}"))
        .collect();
    let text = format!(
        "{{\"wayleave\":1,\"deployments\":{{{}}}}}",
        members.join(",")
    );
    let mut sources = Sources::new();
    sources.add("policy.json", text);
    let loaded = load(sources, &Limits::DEFAULT);
    match loaded.policy {
        Some(policy) => Ok(policy),
        None => bail!("{}", loaded.diagnostics.render()),
    }
}

/// What the engine says a row costs on a deployment; `None` where it has no price.
fn price(policy: &Policy, deployment: &str, row: &Row) -> Result<Option<Cost>> {
    let request = format!(
        r#"{{"model":{},"deployment":"{deployment}","tier":"{}","input_tokens":{},"cached_input_tokens":{},"max_output_tokens":{}}}"#,
        Value::from(row.model.as_str()),
        row.tier.as_deref().unwrap_or("standard"),
        row.prompt_tokens,
        row.cached_tokens,
        row.completion_tokens
    );
    let request = match policy.request(&request) {
        Ok(request) => request,
        Err(findings) => bail!("{}", findings.render()),
    };
    let when = match policy.when("{ at: 2026-11-22T10:00:00Z }") {
        Ok(when) => when,
        Err(findings) => bail!("{}", findings.render()),
    };
    let explanation = policy.explain(&request, &State::default(), &when);
    let explained = explanation
        .deployment(deployment)
        .context("a deployment that is not explained")?;
    let Some(cost) = explained.cost else {
        return Ok(None);
    };
    let mut sides = [Ratio::ZERO, Ratio::ZERO];
    for line in &explained.lines {
        let side = sides.get_mut(usize::from(!line.meter.is_input()));
        let side = side.context("two sides")?;
        *side = side.plus(line.amount).context("an amount too large")?;
    }
    // A rate of the list is whole, so no line is rounded.
    let pico = |usd: Ratio| {
        let pico = usd.times(Ratio::whole(PICO_PER_USD))?;
        (pico.denominator() == 1).then_some(pico.numerator())
    };
    let [input, output] = sides.map(pico);
    let cost_of_sides = Cost {
        input: input.context("an amount that is not whole")?,
        output: output.context("an amount that is not whole")?,
    };
    let [first] = explanation.decision.attempts.as_slice() else {
        bail!(
            "{} attempts where one is pinned",
            explanation.decision.attempts.len()
        );
    };
    let sum = cost_of_sides.input.checked_add(cost_of_sides.output);
    if first.cost != Some(cost) || sum != Some(cost.cash.pico()) {
        bail!("the decision and its explanation differ for {}", row.model);
    }
    Ok(Some(cost_of_sides))
}

impl Cost {
    /// How far the two are apart, in pico-USD; `None` beyond [`TOLERANCE`].
    fn distance(self, other: Cost) -> Option<u128> {
        let distance = self
            .input
            .abs_diff(other.input)
            .max(self.output.abs_diff(other.output));
        (distance <= TOLERANCE).then_some(distance)
    }
}

fn difference(row: &Row, ours: Option<Cost>) -> String {
    let usd = |pico: i128| Money::from_pico(pico).to_string();
    let ours = ours.map_or("no price".to_string(), |ours| {
        format!("{} + {}", usd(ours.input), usd(ours.output))
    });
    format!(
        "{}, tier {}, {} tokens in ({} cached), {} out: {ours} by the list, {} + {} by LiteLLM",
        row.model,
        row.tier.as_deref().unwrap_or("standard"),
        row.prompt_tokens,
        row.cached_tokens,
        row.completion_tokens,
        usd(row.theirs.input),
        usd(row.theirs.output)
    )
}

impl Tally {
    fn print(&self) {
        let counted: Vec<String> = Quirk::ALL
            .into_iter()
            .map(|quirk| {
                let rows = self.quirks.get(&quirk).map_or(0, Vec::len);
                format!("{rows} {}", quirk.name())
            })
            .collect();
        println!(
            "{} rows: {} agree, {}, {} others",
            self.rows,
            self.agree,
            counted.join(", "),
            self.others.len()
        );
        println!(
            "those that agree differ by at most {} pico-USD; LiteLLM's texts are read to 15 digits, then to whole pico-USD, half to even",
            self.largest
        );
        for (quirk, lines) in &self.quirks {
            println!("{}: {}", quirk.name(), quirk.meaning());
            for line in lines.iter().take(2) {
                println!("  {line}");
            }
        }
        for line in self.others.iter().take(20) {
            println!("other: {line}");
        }
    }
}

fn rows(path: &Path) -> Result<Vec<Row>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| row(&line?))
        .collect()
}

fn row(line: &str) -> Result<Row> {
    let value: Value = serde_json::from_str(line)?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let needed = |key: &str| text(key).with_context(|| format!("a row without `{key}`: {line}"));
    let count = |key: &str| {
        let count = value.get(key).and_then(Value::as_u64);
        count.with_context(|| format!("a row without `{key}`: {line}"))
    };
    let pico = |key: &str| -> Result<i128> {
        let usd = needed(key)?;
        let scaled = Money::parse_usd(&usd).with_context(|| format!("`{usd}` is no amount"))?;
        Ok(scaled.value)
    };
    Ok(Row {
        model: needed("model")?,
        provider: needed("provider")?,
        tier: text("tier"),
        prompt_tokens: count("prompt_tokens")?,
        cached_tokens: count("cached_tokens")?,
        completion_tokens: count("completion_tokens")?,
        theirs: Cost {
            input: pico("input_usd")?,
            output: pico("output_usd")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{
        "xai/grok": { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_token_above_200k_tokens": 4e-06 },
        "fireworks_ai/qwen": { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 },
        "gemini/gemini-exp-1206": { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 },
        "gpt": { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": 1e-07 }
    }"#;

    fn of(model: &str, provider: &str, prompt: u64, cached: u64, input: &str) -> Row {
        row(&format!(
            r#"{{"model":"{model}","provider":"{provider}","tier":null,"prompt_tokens":{prompt},"cached_tokens":{cached},"completion_tokens":10,"input_usd":"{input}","output_usd":"2e-05"}}"#
        ))
        .unwrap()
    }

    fn tally(row: &Row) -> (usize, Vec<Quirk>, usize) {
        let list = List::parse(LIST).unwrap();
        let mut tally = Tally::default();
        compare(&list, &[((&row.model, None), vec![row])], &mut tally).unwrap();
        let quirks = tally.quirks.into_keys().collect();
        (tally.agree, quirks, tally.others.len())
    }

    #[test]
    fn a_row_agrees_to_a_pico_usd() {
        // 900 × 1 + 100 × 0.1 millionths; the noise of a float is no difference.
        let exact = of("gpt", "openai", 1000, 100, "0.0009100000000000001");
        assert_eq!(tally(&exact), (1, vec![], 0));
        let near = of("gpt", "openai", 1000, 100, "0.000910000001");
        assert_eq!(tally(&near), (1, vec![], 0));
        let off = of("gpt", "openai", 1000, 100, "0.000910000002");
        assert_eq!(tally(&off), (0, vec![], 1));
    }

    #[test]
    fn a_quirk_explains_its_own_difference_and_no_other() {
        // At the step itself xAI's code prices as above it: 200,000 × 4.
        let step = of("xai/grok", "xai", 200_000, 0, "0.8");
        assert_eq!(tally(&step), (0, vec![Quirk::XaiThreshold], 0));
        let wrong = of("xai/grok", "xai", 200_000, 0, "0.7");
        assert_eq!(tally(&wrong), (0, vec![], 1));
        let beside = of("xai/grok", "xai", 199_999, 0, "0.799996");
        assert_eq!(tally(&beside), (0, vec![], 1));
        // 900 × 1 + 100 × 0.5
        let cached = of("fireworks_ai/qwen", "fireworks_ai", 1000, 100, "0.00095");
        assert_eq!(tally(&cached), (0, vec![Quirk::FireworksCache], 0));
        let elsewhere = of("fireworks_ai/qwen", "deepinfra", 1000, 100, "0.00095");
        assert_eq!(tally(&elsewhere), (0, vec![], 1));
    }

    #[test]
    fn a_row_that_a_quirk_concerns_may_agree() {
        let full = of("fireworks_ai/qwen", "fireworks_ai", 1000, 100, "0.001");
        assert_eq!(tally(&full), (1, vec![], 0));
    }

    #[test]
    fn a_free_experiment_costs_nothing() {
        let mut free = of("gemini/gemini-exp-1206", "gemini", 1000, 0, "0.0");
        free.theirs.output = 0;
        assert_eq!(tally(&free), (0, vec![Quirk::FreeExperiment], 0));
    }
}
