//! Any bytes as a price sheet.

use crate::decisions::check_decision;
use crate::findings::check_places;
use crate::seen::Seen;
use crate::text::check_loaded;
use wayleave::authoring::{Loaded, load};
use wayleave::document::{Context, Limits, Sources, read_csv};
use wayleave::model::{State, When};
use wayleave::money::{Money, Ratio};
use wayleave::time::{At, Instant};

/// Deployments that take their prices from the sheet, in every way in which a row may fit.
const POLICY: &str = r#"
wayleave: 1
sheets: { list: { from: prices.csv } }
deployments:
  "{model}-{zone}-{tier}":
    each: { model: [gpt, claude], zone: [eu, us], tier: [standard, batch] }
    provider: azure
    price: sheet.list
  gpt-anywhere: { provider: aws, model: gpt, price: sheet.list }
  gpt-priority: { provider: aws, model: gpt, zone: eu, tier: priority, price: sheet.list }
"#;

/// What an input may cost.
const LIMITS: Limits = Limits {
    source_bytes: 65_536,
    nodes: 5_000,
    ..Limits::DEFAULT
};

/// Numbers of input, cached, written and output tokens.
const TOKENS: [[u64; 4]; 5] = [
    [0, 0, 0, 0],
    [1, 0, 0, 1],
    [200_001, 100_000, 50_000, 4_000],
    [272_000, 272_000, 0, 16_777_216],
    [u64::MAX, 1, u64::MAX - 1, u64::MAX],
];

const MOMENTS: [&str; 3] = ["2026-06-01T12:00:00Z", "2026-06-01", "0001-01-01"];

/// Reads any bytes as a price sheet, and prices requests by it.
pub(crate) fn sheets(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(input);
    let loaded = load_sheet(&text);
    check_loaded(&loaded, &mut seen);
    quoted_alike(&text, &loaded);
    if let Some(policy) = &loaded.policy {
        check_places(policy, &loaded.diagnostics);
        prices(&text, &loaded, &mut seen);
    }
    seen
}

fn load_sheet(text: &str) -> Loaded {
    let mut sources = Sources::new();
    let _ = sources.add("policy.yaml", POLICY);
    let _ = sources.add("prices.csv", text);
    load(sources, &LIMITS)
}

fn fields(text: &str) -> Option<Vec<Vec<String>>> {
    let mut sources = Sources::new();
    let source = sources.add("prices.csv", text)?;
    let mut context = Context::new();
    let rows = read_csv(&sources, source, &LIMITS, &mut context);
    let texts = |row: Vec<_>| {
        row.into_iter()
            .map(|field: wayleave::document::Field| {
                assert!(
                    sources.text(field.span).is_some(),
                    "{field:?} is no part of the sheet"
                );
                field.text
            })
            .collect()
    };
    let rows = rows.into_iter().map(texts).collect();
    (!context.has_errors()).then_some(rows)
}

/// With every field in quotes it is the same sheet.
fn quoted_alike(text: &str, loaded: &Loaded) {
    let Some(rows) = fields(text) else { return };
    let quoted: String = rows
        .iter()
        .map(|row| {
            let fields: Vec<String> = row
                .iter()
                .map(|field| format!("\"{}\"", field.replace('"', "\"\"")))
                .collect();
            format!("{}\r\n", fields.join(","))
        })
        .collect();
    if quoted.len() > LIMITS.source_bytes {
        return;
    }
    let again = fields(&quoted);
    assert!(
        again.as_ref() == Some(&rows),
        "{quoted:?} is read as {again:?}"
    );
    let again = load_sheet(&quoted);
    assert!(
        again.policy.as_ref().map(|policy| policy.digest())
            == loaded.policy.as_ref().map(|policy| policy.digest()),
        "in quotes it is another sheet: {quoted:?}"
    );
}

/// No cost is negative, or above what every token would cost at the dearest rate of the sheet.
fn prices(text: &str, loaded: &Loaded, seen: &mut Seen) {
    let Some(policy) = &loaded.policy else {
        return;
    };
    let dearest = dearest(text);
    for [input, cached, written, output] in TOKENS {
        for model in ["gpt", "claude"] {
            let request = format!(
                "{{ model: {model}, tier: [standard, batch, priority], input_tokens: '{input}', \
                 cached_input_tokens: '{cached}', cache_write_tokens: '{written}', \
                 max_output_tokens: '{output}' }}"
            );
            // Small numbers stand without quotes.
            let request = plain_numbers(&request);
            let request = policy.request(&request);
            assert!(request.is_ok(), "the request is faulty");
            let Ok(request) = request else { continue };
            for moment in MOMENTS {
                let at = At::parse(moment).unwrap_or(At::Instant(Instant::MIN));
                let state = State::default();
                check_decision(policy, &request, &state, &When::at(at), seen);
                let decision = policy.decide(&request, &state, &When::at(at));
                let costs = decision.attempts.iter().map(|attempt| attempt.cost);
                for cost in costs {
                    seen.note("cost", if cost.is_some() { "known" } else { "unknown" });
                    let Some(cost) = cost else { continue };
                    let tokens = u128::from(input).saturating_add(u128::from(output));
                    bounded(cost.cash, tokens, dearest);
                }
            }
        }
    }
}

fn plain_numbers(request: &str) -> String {
    request
        .split('\'')
        .enumerate()
        .map(|(place, part)| match part {
            number if place % 2 == 1 && number.len() > 15 => format!("'{number}'"),
            other => other.to_owned(),
        })
        .collect()
}

/// The dearest rate of the sheet in pico-USD per token, rounded up.
fn dearest(text: &str) -> Option<i128> {
    let rows = fields(text)?;
    let (header, rows) = rows.split_first()?;
    let column = header.iter().position(|name| name == "usd_per_mtok")?;
    rows.iter()
        .filter_map(|row| {
            let rate = Ratio::parse(row.get(column)?.trim())?;
            let pico = rate.times(Ratio::whole(1_000_000))?;
            pico.numerator()
                .div_euclid(pico.denominator())
                .checked_add(1)
        })
        .max()
}

fn bounded(cash: Money, tokens: u128, dearest: Option<i128>) {
    assert!(cash >= Money::ZERO, "{cash} is below nothing");
    let most = dearest.and_then(|rate| rate.checked_mul(i128::try_from(tokens).ok()?));
    if let Some(most) = most {
        assert!(
            cash.pico() <= most,
            "{cash} for {tokens} tokens, of which the dearest costs {dearest:?} pico-USD"
        );
    }
}
