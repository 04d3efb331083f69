//! Any bytes as a provider's report of the tokens it counted.

use crate::asks::{READ, as_json};
use crate::findings::check_findings;
use crate::seen::Seen;
use wayleave::money::{Money, Ratio};
use wayleave::time::{At, Instant};
use wayleave::usage::{Format, Options, normalise};

/// Reads any bytes as a report in every format, and prices what it counts.
pub(crate) fn usage(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(input);
    let json = as_json(&text);
    for format in Format::ALL {
        for input_includes_cached in [None, Some(false), Some(true)] {
            let options = Options {
                input_includes_cached,
            };
            let read = normalise(&text, *format, options);
            if let Some(json) = &json {
                let again = normalise(json, *format, options);
                assert!(
                    again.as_ref().ok() == read.as_ref().ok(),
                    "{text} is read otherwise as JSON: {json}"
                );
            }
            match read {
                Err(findings) => {
                    assert!(findings.has_errors(), "refused without a reason: {text}");
                    check_findings(&findings, &mut seen);
                }
                Ok(usage) => {
                    seen.note("format", &format.to_string());
                    check_usage(&usage, &mut seen);
                }
            }
        }
    }
    seen
}

/// Meters are disjoint, written usages are read again, and the lines of a price are its sum.
fn check_usage(usage: &wayleave::model::Usage, seen: &mut Seen) {
    let (mut input, mut output) = (0_u128, 0_u128);
    for (meter, count) in usage.counts() {
        seen.note("meter", &meter.to_string());
        assert!(count > 0, "{meter} counts nothing");
        let side = if meter.is_input() {
            &mut input
        } else {
            &mut output
        };
        *side += u128::from(count);
    }
    assert!(
        (input, output) == (usage.input().into(), usage.output().into()),
        "the sides of {usage:?} are not the sums of their meters"
    );
    let written = usage.to_json().canonical();
    let again = normalise(&written, Format::Meters, Options::default());
    assert!(again.ok().as_ref() == Some(usage), "{written} is another");

    let Some(policy) = &*READ else { return };
    let at = At::Instant(Instant::from_millis(1_780_000_000_000).unwrap_or(Instant::MIN));
    for deployment in policy.deployment_ids() {
        let Some(priced) = policy.price(deployment, usage, at) else {
            seen.note("price", "none");
            continue;
        };
        seen.note("price", "known");
        let cash = priced.cost.cash;
        assert!(cash >= Money::ZERO, "{cash} is below nothing");
        let lines = priced
            .lines
            .iter()
            .try_fold(Ratio::ZERO, |sum, line| sum.plus(line.amount));
        // Sums beyond 128 bits prove nothing.
        let difference = lines
            .and_then(|lines| lines.times(Ratio::whole(1_000_000_000_000)))
            .and_then(|pico| pico.minus(Ratio::whole(cash.pico())));
        if let Some(difference) = difference {
            assert!(
                difference.numerator().unsigned_abs() * 2
                    <= difference.denominator().unsigned_abs(),
                "{deployment}: the lines of {cash} are {difference} off"
            );
        }
    }
}
