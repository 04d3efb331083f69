//! Prices as documents and as answers: what may be written, what is refused, and how a cost explains itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong should stop"
)]

use proptest::prelude::*;
use proptest::sample::select;
use wayleave::authoring::answers::{CostExplanationDoc, ExplanationDoc};
use wayleave::authoring::load;
use wayleave::document::{Context, Decode, Diagnostics, Limits, Node, Sources};
use wayleave::json::Json;
use wayleave::model::{Meter, Policy, State, Usage};
use wayleave::money::{Ratio, divide_half_even};
use wayleave::time::At;

fn loaded(policy: &str, sheet: Option<&str>) -> wayleave::authoring::Loaded {
    let mut sources = Sources::new();
    sources.add("policy.yaml", policy);
    if let Some(sheet) = sheet {
        sources.add("s.csv", sheet);
    }
    load(sources, &Limits::DEFAULT)
}

fn policy(text: &str) -> Policy {
    let loaded = loaded(text, None);
    assert!(
        loaded.diagnostics.is_empty(),
        "{}",
        loaded.diagnostics.render()
    );
    loaded.policy.unwrap()
}

fn lines(findings: &Diagnostics) -> Vec<String> {
    let line = |item: &wayleave::document::Diagnostic| {
        let underlined = item.span.and_then(|span| findings.sources.text(span));
        format!(
            "{} {} @ {}",
            item.code,
            item.message,
            underlined.unwrap_or("nowhere")
        )
    };
    findings.items.iter().map(line).collect()
}

#[track_caller]
fn refused(deployment: &str, expected: &[&str]) {
    let text =
        format!("wayleave: 1\ndeployments:\n  a: {{ provider: p, model: m, {deployment} }}\n");
    assert_eq!(lines(&loaded(&text, None).diagnostics), expected);
}

const AT: &str = "2026-11-22T10:00:00Z";

fn at(text: &str) -> At {
    At::parse(text).unwrap()
}

fn usage(counts: &[(&str, u64)]) -> Usage {
    let meter = |name| Meter::parse(name).unwrap();
    Usage::new(counts.iter().map(|(name, count)| (meter(*name), *count))).unwrap()
}

#[test]
fn a_multiplier_is_a_positive_number_that_leaves_rates_exact() {
    refused(
        "price: { input: 5 }, price_multiplier: 0",
        &["W0106 a price multiplier is above 0 @ 0"],
    );
    refused(
        "price: { input: 5 }, price_multiplier: -10%",
        &["W0106 a price multiplier is above 0 @ -10%"],
    );
    refused(
        "price: { input: 5 }, price_multiplier: twice",
        &["W0106 `twice` is not a share such as `2%` or `0.02` @ twice"],
    );
    refused(
        "price: { input: 5 }, price_multiplier: 1.0000000000000000001",
        &[
            "W0107 the price times the multiplier has more digits than can be held exactly @ 1.0000000000000000001",
        ],
    );
    refused(
        "price_multiplier: 1.1",
        &["W0217 `price_multiplier` multiplies nothing: the deployment has no price @ 1.1"],
    );
}

#[test]
fn a_time_to_live_is_written_once_and_with_its_unit() {
    refused(
        "price: { input: 5, cache_write: { 5min: 6, 0h: 7, 1h: 8, 60m: 9 } }",
        &[
            "W0103 `5min` is no time that a cache keeps what is written to it @ 5min",
            "W0103 `0h` is no time that a cache keeps what is written to it @ 0h",
            "W0004 `60m` is written twice: it is `1h` @ 60m",
        ],
    );
    refused(
        "price: { input: 5, cache_write: { 5m: -6 } }",
        &["W0107 the price `-6` is negative @ -6"],
    );
}

#[test]
fn parts_of_a_request_are_no_more_than_their_whole() {
    let policy = policy("wayleave: 1\ndeployments: { a: { provider: p, model: m } }\n");
    let refused = |request: &str, expected: &[&str]| {
        assert_eq!(lines(&policy.request(request).unwrap_err()), expected);
    };
    refused(
        "{ model: m, input_tokens: 100, cached_input_tokens: 50, cache_write_tokens: { 5m: 30, 1h: 21 } }",
        &["W0223 50 cached and 51 written tokens are more than the input of 100 @ 50"],
    );
    refused(
        "{ model: m, input_tokens: 1, cache_write_tokens: { 5m: '18446744073709551615', 1h: 1 } }",
        &[
            "W0223 0 cached and too many written tokens are more than the input of 1 @ '18446744073709551615'",
        ],
    );
    refused(
        "{ model: m, max_output_tokens: 100, expected_output_tokens: 40, expected_reasoning_tokens: 41 }",
        &["W0223 41 tokens of reasoning are more than the output of 40 @ 41"],
    );
    refused(
        "{ model: m, expected_reasoning_tokens: 1 }",
        &["W0223 1 tokens of reasoning are more than the output of 0 @ 1"],
    );
    let whole = "{ model: m, max_output_tokens: 100, expected_reasoning_tokens: 100 }";
    assert!(policy.request(whole).is_ok());
}

#[test]
fn conditions_read_the_sum_of_the_writes_and_the_reasoning() {
    let policy = policy(
        "wayleave: 1
deployments: { a: { provider: p, model: m } }
rules:
  - { id: writes, deny: 'request.cache_write_tokens == 300' }
  - { id: reasons, deny: 'request.expected_reasoning_tokens > 10' }
",
    );
    let cited = |request: &str| {
        let when = policy.when(&format!("{{ at: {AT} }}")).unwrap();
        let request = policy.request(request).unwrap();
        let decision = policy.decide(&request, &State::default(), &when);
        let verdict = decision.verdict("a").unwrap().clone();
        (verdict.kind.name(), verdict.cite)
    };
    let (kind, cite) = cited(
        "{ model: m, input_tokens: 1000, cache_write_tokens: { 5m: 200, 1h: 100 }, expected_output_tokens: 9, expected_reasoning_tokens: 9 }",
    );
    assert_eq!((kind, cite.as_deref()), ("barred", Some("rules/writes")));
    // What is not stated is unknown, as with other counts of output.
    let (kind, cite) = cited("{ model: m, input_tokens: 1000 }");
    assert_eq!((kind, cite.as_deref()), ("pending", Some("rules/reasons")));
}

const EXPLAINED: &str = "wayleave: 1
deployments:
  a:
    provider: p
    model: m
    price_multiplier: 1.1
    price:
      - { input: 0.000005, output: 30, through: 2026-12-31, source: contract p.7, as_of: 2026-11-01 }
      - { above_input_tokens: 10, input: 0.000015, from: 2026-07-01 }
      - { cache_write: { 1h: 8 }, as_of: 2026-11-02 }
";

#[test]
fn a_cost_explains_itself_line_by_line_and_step_by_step() {
    let policy = policy(EXPLAINED);
    let used = usage(&[
        ("input", 9),
        ("cached_input", 2),
        ("cache_write_60m", 3),
        ("reasoning", 1),
    ]);
    let explained = policy.price("a", &used, at(AT)).unwrap();
    // Above 10 tokens: 11 × 15 pico-USD × 1.1 = 181.5; 3 × 8.8 and 1 × 33 millionths.
    assert_eq!(explained.cost.cash.to_string(), "0.000059400182");
    assert_eq!(
        explained.to_json().canonical(),
        Json::object([
            (
                "cost",
                Json::object([
                    ("cash", Json::text("0.000059400182")),
                    ("routing", Json::text("0.000059400182")),
                ]),
            ),
            (
                "lines",
                Json::Array(vec![
                    Json::object([
                        ("meter", Json::text("input")),
                        ("rate_of", Json::text("input")),
                        ("tokens", Json::Int(9)),
                        ("usd_per_mtok", Json::text("0.0000165")),
                        ("cell_usd_per_mtok", Json::text("0.000015")),
                        ("above_input_tokens", Json::Int(10)),
                        ("from", Json::text("2026-07-01T00:00:00Z")),
                        ("usd", Json::text("0.0000000001485")),
                    ]),
                    Json::object([
                        ("meter", Json::text("cached_input")),
                        ("rate_of", Json::text("input")),
                        ("tokens", Json::Int(2)),
                        ("usd_per_mtok", Json::text("0.0000165")),
                        ("cell_usd_per_mtok", Json::text("0.000015")),
                        ("above_input_tokens", Json::Int(10)),
                        ("from", Json::text("2026-07-01T00:00:00Z")),
                        ("usd", Json::text("0.000000000033")),
                    ]),
                    Json::object([
                        ("meter", Json::text("cache_write_1h")),
                        ("rate_of", Json::text("cache_write_1h")),
                        ("tokens", Json::Int(3)),
                        ("usd_per_mtok", Json::text("8.8")),
                        ("cell_usd_per_mtok", Json::text("8")),
                        ("above_input_tokens", Json::Int(0)),
                        ("as_of", Json::text("2026-11-02")),
                        ("usd", Json::text("0.0000264")),
                    ]),
                    Json::object([
                        ("meter", Json::text("reasoning")),
                        ("rate_of", Json::text("output")),
                        ("tokens", Json::Int(1)),
                        ("usd_per_mtok", Json::text("33")),
                        ("cell_usd_per_mtok", Json::text("30")),
                        ("above_input_tokens", Json::Int(0)),
                        ("to", Json::text("2027-01-01T00:00:00Z")),
                        ("source", Json::text("contract p.7")),
                        ("as_of", Json::text("2026-11-01")),
                        ("usd", Json::text("0.000033")),
                    ]),
                ]),
            ),
            (
                "steps",
                Json::Array(vec![
                    Json::object([
                        ("step", Json::text("cell")),
                        ("after", Json::text("0.000054000165")),
                    ]),
                    Json::object([
                        ("step", Json::text("multiplier")),
                        ("by", Json::text("1.1")),
                        ("before", Json::text("0.000054000165")),
                        ("after", Json::text("0.0000594001815")),
                    ]),
                    Json::object([
                        ("step", Json::text("rounding")),
                        ("before", Json::text("0.0000594001815")),
                        ("after", Json::text("0.000059400182")),
                    ]),
                ]),
            ),
        ])
        .canonical()
    );
    assert_eq!(explained.oldest(), Some(at("2026-11-01")));
}

#[test]
fn the_explanation_of_a_decision_has_the_lines_and_steps_of_its_cost() {
    let policy = policy(EXPLAINED);
    let request = policy
        .request("{ model: m, input_tokens: 5, expected_output_tokens: 2, expected_reasoning_tokens: 1 }")
        .unwrap();
    let when = policy.when(&format!("{{ at: {AT} }}")).unwrap();
    let explanation = policy.explain(&request, &State::default(), &when);
    let explained = explanation.deployment("a").unwrap();
    let priced = policy
        .price(
            "a",
            &usage(&[("input", 5), ("output", 1), ("reasoning", 1)]),
            at(AT),
        )
        .unwrap();
    assert_eq!(explained.cost, Some(priced.cost));
    assert_eq!(explained.lines, priced.lines);
    assert_eq!(explained.steps, priced.steps);
    assert_eq!(explanation.decision.attempts[0].cost, Some(priced.cost));
    // Both shapes are what the schema says.
    for (json, decodes) in [
        (
            explanation.to_json(),
            decodes::<ExplanationDoc> as fn(&Node) -> bool,
        ),
        (priced.to_json(), decodes::<CostExplanationDoc>),
    ] {
        let node: Node = serde_json::from_str(&json.canonical()).unwrap();
        assert!(decodes(&node), "{}", json.pretty());
    }
}

fn decodes<T: Decode>(node: &Node) -> bool {
    let mut context = Context::new();
    T::decode(node, &mut context).is_some() && !context.has_errors()
}

#[test]
fn steps_that_change_nothing_are_left_out() {
    let policy =
        policy("wayleave: 1\ndeployments: { a: { provider: p, model: m, price: { input: 5 } } }\n");
    let explained = policy.price("a", &usage(&[("input", 7)]), at(AT)).unwrap();
    let steps: Vec<&str> = explained
        .steps
        .iter()
        .map(|step| step.kind.name())
        .collect();
    assert_eq!(steps, ["cell"]);
}

#[test]
fn an_amount_is_rounded_once_and_only_where_a_part_of_a_pico_usd_is_left() {
    let policy = policy(
        "wayleave: 1\ndeployments: { a: { provider: p, model: m, price: { input: 0.000005 } } }\n\
         contracts: { k: { clauses: [ { id: third, kind: discount, provider: p, rate: 30% } ] } }\n",
    );
    let when = policy.when(&format!("{{ at: {AT} }}")).unwrap();
    let steps = |tokens: u64| {
        let request = policy
            .request(&format!("{{ model: m, input_tokens: {tokens} }}"))
            .unwrap();
        let explanation = policy.explain(&request, &State::default(), &when);
        let explained = explanation.deployment("a").unwrap();
        let steps = explained.steps.iter();
        let steps: Vec<String> = steps
            .map(|step| format!("{} {}", step.kind.name(), step.after))
            .collect();
        steps.join(", ")
    };
    let usd = |pico: &str| Ratio::new(pico.parse().unwrap(), 1_000_000_000_000).unwrap();
    assert_eq!(
        steps(10),
        format!("cell {}, discount {}", usd("50"), usd("35"))
    );
    // 3.5 pico-USD, half to even.
    let seven = Ratio::new(7, 2_000_000_000_000).unwrap();
    assert_eq!(
        steps(1),
        format!("cell {}, discount {seven}, rounding {}", usd("5"), usd("4"))
    );
}

#[test]
fn what_has_no_price_is_not_free() {
    let policy = policy(
        "wayleave: 1\ndeployments:\n  a: { provider: p, model: m, price: { input: 5 } }\n  b: { provider: p, model: m }\n",
    );
    assert!(
        policy
            .price("a", &usage(&[("output", 1)]), at(AT))
            .is_none()
    );
    assert!(policy.price("b", &usage(&[("input", 1)]), at(AT)).is_none());
    assert!(policy.price("c", &usage(&[("input", 1)]), at(AT)).is_none());
    let nothing = policy.price("a", &usage(&[]), at(AT)).unwrap();
    assert_eq!(nothing.cost.cash.to_string(), "0");
}

#[test]
fn a_row_of_a_sheet_says_where_and_when_it_was_read_or_the_sheet_does() {
    let sheet = "model,meter,source,as_of,usd_per_mtok\nm,input,,,5\nm,cache_write_60m,page 3,2026-10-01,10\nm,output,,soon,1\n";
    let text = |row: &str| {
        format!(
            "wayleave: 1\nsheets: {{ s: {{ from: s.csv, as_of: 2026-11-01, source: the list }} }}\ndeployments: {{ a: {{ provider: p, model: m, price: sheet.s{row} }} }}\n"
        )
    };
    let faulty = loaded(&text(""), Some(sheet));
    assert_eq!(
        lines(&faulty.diagnostics),
        ["W0216 `soon` is not a date or an instant @ soon"]
    );
    let policy = loaded(&text(""), Some(&sheet.replace("soon", "")))
        .policy
        .unwrap();
    let explained = policy
        .price("a", &usage(&[("input", 1), ("cache_write_1h", 1)]), at(AT))
        .unwrap();
    let read: Vec<(Option<&str>, Option<At>)> = explained
        .lines
        .iter()
        .map(|line| (line.source.as_deref(), line.as_of))
        .collect();
    assert_eq!(
        read,
        [
            (Some("the list"), Some(at("2026-11-01"))),
            (Some("page 3"), Some(at("2026-10-01"))),
        ]
    );
    assert_eq!(explained.oldest(), Some(at("2026-10-01")));
}

#[test]
fn a_rate_that_is_in_force_is_cited_before_one_that_only_may_be_and_is_no_dearer() {
    let text = "wayleave: 1\ndeployments:\n  a:\n    provider: p\n    model: m\n    price:\n      - { input: 5, as_of: 2026-01-01 }\n      - { input: 5, from: 2026-06-01, as_of: 2026-05-01 }\n";
    let policy = loaded(text, None).policy.unwrap();
    let read = |day: &str| {
        let explained = policy.price("a", &usage(&[("input", 1)]), at(day)).unwrap();
        explained.oldest()
    };
    assert_eq!(read("2026-06-01"), Some(at("2026-01-01")));
    assert_eq!(read("2026-06-02"), Some(at("2026-05-01")));
}

/// Decisions may warn of stale prices, so the day they were read is part of what a receipt vouches for.
#[test]
fn the_day_a_sheet_was_read_is_part_of_the_digest() {
    let digest = |as_of: &str| {
        let text = format!(
            "wayleave: 1\nsheets: {{ s: {{ from: s.csv, as_of: {as_of} }} }}\ndeployments: {{ a: {{ provider: p, model: m, price: sheet.s }} }}\n"
        );
        let loaded = loaded(&text, Some("model,meter,usd_per_mtok\nm,input,5\n"));
        loaded.policy.unwrap().digest().to_string()
    };
    assert_eq!(digest("2026-11-01"), digest("2026-11-01"));
    assert_ne!(digest("2026-11-01"), digest("2026-11-02"));
}

/// The meters of the property, each with its key in a cell and the meters whose rate it falls back to, itself first.
const METERS: [(&str, &[&str]); 6] = [
    ("input", &["input"]),
    ("cached_input", &["cached_input", "input"]),
    ("cache_write_5m", &["cache_write_5m", "input"]),
    ("cache_write_1h", &["cache_write_1h", "input"]),
    ("output", &["output"]),
    ("reasoning", &["reasoning", "output"]),
];

/// Rates in millionths of a USD per million tokens, for the band from 0 on and for that above 1,000 tokens.
type Rates = [[Option<u64>; 6]; 2];

fn cells(rates: &Rates, multiplier: &str) -> String {
    let mut text = format!(
        "wayleave: 1\ndeployments:\n  a:\n    provider: p\n    model: m\n    price_multiplier: {multiplier}\n    price:\n"
    );
    for (band, above) in rates.iter().zip([0, 1000]) {
        let decimal = |rate: u64| format!("{}e-6", rate);
        let rate = |index: usize| band[index].map(decimal);
        let mut members = vec![format!("above_input_tokens: {above}")];
        for (key, index) in [
            ("input", 0),
            ("cached_input", 1),
            ("output", 4),
            ("reasoning", 5),
        ] {
            members.extend(rate(index).map(|rate| format!("{key}: {rate}")));
        }
        let timed: Vec<String> = [("5m", 2), ("1h", 3)]
            .into_iter()
            .filter_map(|(ttl, index)| Some(format!("{ttl}: {}", rate(index)?)))
            .collect();
        if !timed.is_empty() {
            members.push(format!("cache_write: {{ {} }}", timed.join(", ")));
        }
        text.push_str(&format!("      - {{ {} }}\n", members.join(", ")));
    }
    text
}

/// What the rules of SPEC.md say, word by word, in rationals.
fn expected(rates: &Rates, multiplier: Ratio, counts: &[u64; 6]) -> Option<i128> {
    let input: u64 = counts[..4].iter().sum();
    let rate = |name: &str| {
        let index = METERS.iter().position(|(known, _)| *known == name).unwrap();
        let above = rates[1][index].filter(|_| input > 1000);
        above.or(rates[0][index])
    };
    let mut sum = Ratio::ZERO;
    for ((_, chain), count) in METERS.iter().zip(counts) {
        if *count == 0 {
            continue;
        }
        let rate = chain.iter().find_map(|name| rate(name))?;
        let line = Ratio::whole(i128::from(rate)).times(Ratio::whole(i128::from(*count)))?;
        sum = sum.plus(line.times(multiplier)?)?;
    }
    divide_half_even(sum.numerator(), sum.denominator())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Estimate, actual and explanation are one sum: exact, multiplied, rounded once.
    #[test]
    fn a_cost_is_the_exact_sum_rounded_once_wherever_it_is_asked_for(
        rates in proptest::array::uniform2(proptest::array::uniform6(proptest::option::weighted(0.7, prop_oneof![0..30_u64, 0..80_000_000_u64]))),
        multiplier in select(&["1", "1.1", "110%", "0.5", "0.333", "1.0625"][..]),
        counts in proptest::array::uniform6(prop_oneof![Just(0_u64), 1..700_u64, 0..40_000_000_u64]),
    ) {
        let policy = policy(&cells(&rates, multiplier));
        let ratio = Ratio::parse_share(multiplier).unwrap();
        let names = METERS.iter().zip(counts).map(|((name, _), count)| (*name, count));
        let priced = policy.price("a", &usage(&names.collect::<Vec<_>>()), at(AT));
        let expected = if rates.iter().flatten().all(Option::is_none) { None } else { expected(&rates, ratio, &counts) };
        prop_assert_eq!(priced.as_ref().map(|priced| priced.cost.cash.pico()), expected);

        let [input, cached, five, hour, visible, reasoning] = counts;
        let request = format!(
            "{{ model: m, input_tokens: {}, cached_input_tokens: {cached}, cache_write_tokens: {{ 5m: {five}, 1h: {hour} }}, expected_output_tokens: {}, expected_reasoning_tokens: {reasoning} }}",
            input + cached + five + hour,
            visible + reasoning
        );
        let when = policy.when(&format!("{{ at: {AT} }}")).unwrap();
        let explanation = policy.explain(&policy.request(&request).unwrap(), &State::default(), &when);
        let explained = explanation.deployment("a").unwrap();
        prop_assert_eq!(explained.cost, priced.as_ref().map(|priced| priced.cost));
        let Some(priced) = priced else { return Ok(()) };
        prop_assert_eq!(&explained.lines, &priced.lines);
        prop_assert_eq!(&explained.steps, &priced.steps);

        // The lines add up to what is rounded, and each step begins where the one before it ended.
        let sum = priced.lines.iter().fold(Ratio::ZERO, |sum, line| sum.plus(line.amount).unwrap());
        let rounded = priced.steps.iter().rfind(|step| step.kind.name() == "rounding");
        let before = rounded.map_or(priced.steps.last().unwrap().after, |step| step.before.unwrap());
        prop_assert_eq!(sum, before);
        for (one, next) in priced.steps.iter().zip(&priced.steps[1..]) {
            prop_assert_eq!(next.before, Some(one.after));
        }
        prop_assert_eq!(priced.steps.last().unwrap().after.decimal(), priced.cost.cash.to_string());
    }
}
