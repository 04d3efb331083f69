//! A trace of requests through provisioned units that spill to a standard deployment: every request is admitted, spilled or
//! refused, and no minute passes a limit.
//!
//! `WAYLEAVE_TRACE` names a trace in the format of the Azure LLM inference traces of 2023 (`TIMESTAMP,ContextTokens,
//! GeneratedTokens`), plain or compressed by gzip. Without it a trace that looks like one is made.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use wayleave::ledger::{Admission, Ledger, Settlement};
use wayleave::model::{Request, State, When};
use wayleave::time::{At, Instant};

use crate::support::{Chance, at, policy, usage};

const POLICY: &str = "
wayleave: 1
deployments:
  ptu: { provider: azure, model: gpt, zone: eu, provisioned: { units: 200, tokens_per_unit_minute: 2400, output_weight: 4 }, limits: { admission: pre_check, headroom: { batch: 25% } }, spills_to: standard }
  standard: { provider: azure, model: gpt, zone: eu, price: { input: 5, output: 30 }, limits: { tokens_per_minute: 100000, requests_per_minute: 600, request_slice_seconds: 10 } }
";

struct Row {
    ms: i64,
    input: u64,
    output: u64,
}

/// A little like the trace of conversations: five requests a second in bursts, a few with long contexts.
fn made() -> String {
    let mut chance = Chance(6);
    let mut text = String::from("TIMESTAMP,ContextTokens,GeneratedTokens\n");
    let mut ms = 0;
    for _ in 0..6_000 {
        ms += if chance.below(8) == 0 {
            chance.below(1_400)
        } else {
            chance.below(120)
        };
        let long = chance.below(10) == 0;
        let input = 100 + chance.below(if long { 6_000 } else { 1_500 });
        let wordy = chance.below(3) == 0;
        let output = 1 + chance.below(if wordy { 700 } else { 150 });
        let (second, part) = (ms / 1_000, ms % 1_000);
        let _ = writeln!(
            text,
            "2023-11-16 {:02}:{:02}:{:02}.{part:03}0000,{input},{output}",
            18 + second / 3_600,
            second / 60 % 60,
            second % 60,
        );
    }
    text
}

fn rows() -> (String, Vec<Row>) {
    let path = std::env::var("WAYLEAVE_TRACE").ok();
    let text = match &path {
        None => made(),
        Some(path) if path.ends_with(".gz") => {
            let output = Command::new("gzip").args(["-dc", path]).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        }
        Some(path) => std::fs::read_to_string(path).unwrap(),
    };
    let rows = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            let time = cells.next().unwrap();
            // Ten-millionths of a second are cut to thousandths.
            let time = format!("{}T{}Z", &time[..10], &time[11..23]);
            let mut count = || cells.next().unwrap().parse::<u64>().unwrap();
            Row {
                ms: Instant::parse(&time).unwrap().millis(),
                input: count(),
                output: count(),
            }
        })
        .collect();
    (path.unwrap_or_else(|| "a made trace".to_string()), rows)
}

#[test]
#[expect(
    clippy::disallowed_types,
    reason = "the throughput is printed, never asserted"
)]
fn every_request_is_admitted_spilled_or_refused() {
    let policy = policy(POLICY);
    let (name, rows) = rows();
    let requests: Vec<Request> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| {
            let priority = if number % 4 == 0 {
                "batch"
            } else {
                "interactive"
            };
            let text = format!(
                "{{ model: gpt, input_tokens: {}, max_output_tokens: {}, priority: {priority} }}",
                row.input,
                row.output.max(500),
            );
            policy.request(&text).unwrap()
        })
        .collect();
    let first = rows.first().unwrap().ms;
    let world = State::default();
    let mut ledger = Ledger::new();
    // When each request has been answered: the time of 20 ms a token.
    let mut answers: BTreeMap<(i64, usize), &str> = BTreeMap::new();
    let (mut admitted, mut spilled, mut refused, mut reasons) =
        (0_u64, 0_u64, 0_u64, BTreeMap::new());
    let mut minutes: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let begun = std::time::Instant::now();
    for (number, (row, request)) in rows.iter().zip(&requests).enumerate() {
        let ms = row.ms - first;
        while let Some(answer) = answers.first_entry()
            && answer.key().0 <= ms
        {
            let ((then, answered), _) = answer.remove_entry();
            let row = &rows[answered];
            let came = Settlement {
                usage: Some(usage(row.input, 0, row.output)),
                cost: None,
            };
            let then = at(u64::try_from(then).unwrap());
            ledger
                .settle(&policy, &answered.to_string(), &came, then)
                .unwrap();
        }
        let now = at(u64::try_from(ms).unwrap());
        let state = ledger.state(&policy, &world, now);
        let decision = policy.decide(request, &state, &When::at(At::Instant(now)));
        let Some(attempt) = decision.attempts.first() else {
            refused += 1;
            continue;
        };
        let asked = Admission {
            deployment: &attempt.deployment,
            request,
            world: &world,
            id: &number.to_string(),
            at: now,
            expires_at: now.plus_millis(600_000).unwrap(),
        };
        // What the decision found room for is admitted: both count alike.
        ledger.admit(&policy, &asked).unwrap();
        for (key, counter) in ledger.counters() {
            assert!(
                counter.standing() <= counter.amount + counter.overshoot,
                "{key:?}"
            );
        }
        if attempt.deployment == "ptu" {
            admitted += 1;
            answers.insert(
                (ms + i64::try_from(row.output).unwrap() * 20, number),
                "ptu",
            );
        } else {
            spilled += 1;
            let why = decision.verdict("ptu").unwrap().cite.clone().unwrap();
            *reasons.entry(why).or_insert(0_u64) += 1;
            answers.insert(
                (ms + i64::try_from(row.output).unwrap() * 20, number),
                "standard",
            );
            let minute = minutes.entry(ms / 60_000).or_default();
            minute.0 += row.input + row.output;
            minute.1 += 1;
        }
    }
    let seconds = begun.elapsed().as_millis().max(1);
    for (minute, (tokens, requests)) in &minutes {
        assert!(
            *tokens <= 100_000 && *requests <= 600,
            "minute {minute}: {tokens}, {requests}"
        );
    }
    assert_eq!(
        admitted + spilled + refused,
        u64::try_from(rows.len()).unwrap()
    );
    assert!(admitted > 0 && spilled > 0 && refused > 0);
    assert_eq!(reasons.values().sum::<u64>(), spilled);
    assert!(reasons.contains_key("limit/provisioned"));
    println!(
        "{name}: {} requests: {admitted} admitted, {spilled} spilled {reasons:?}, {refused} refused; {} a second decided, admitted and settled",
        rows.len(),
        u128::from(admitted + spilled + refused) * 1_000 / seconds,
    );
}
