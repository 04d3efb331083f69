//! Exact numbers: rationals of any size. Money is counted in pico-USD.

use crate::Fault;
use crate::document::Node;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// An exact number.
pub type Exact = BigRational;

/// The decimal digits that count of a price as written.
const SIGNIFICANT_DIGITS: usize = 15;

/// Reads a decimal number; `None` where the text is none.
#[must_use]
pub fn decimal(text: &str) -> Option<Exact> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let point_alone = unsigned.contains('.') && fraction.is_empty();
    let digits_only = digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || point_alone || !digits_only || exponent.abs() > 10_000 {
        return None;
    }
    let value = BigRational::from_integer(digits.parse::<BigInt>().ok()?);
    let places = i32::try_from(fraction.len()).ok()?;
    let value = value * power_of_ten(exponent.checked_sub(places)?);
    Some(if mantissa.starts_with('-') {
        -value
    } else {
        value
    })
}

/// Reads a share: `2%` or `0.02`.
#[must_use]
pub fn share(text: &str) -> Option<Exact> {
    match text.strip_suffix('%') {
        Some(percent) => Some(decimal(percent.trim_end())? / whole(100)),
        None => decimal(text),
    }
}

/// The meter of a name: equal times to live are one meter.
#[must_use]
pub fn meter(name: &str) -> String {
    match name.strip_prefix("cache_write_") {
        Some(ttl) => format!("cache_write_{}", time_to_live(ttl)),
        None => name.to_owned(),
    }
}

/// The amount of USD under a key, in pico-USD.
///
/// # Errors
/// Where there is something else.
pub fn amount(doc: &Node, key: &str) -> Result<Option<Exact>, Fault> {
    let amount = doc.text_of(key).map(|text| {
        let usd = decimal(&text).ok_or_else(|| Fault::new(format!("`{key}` is no amount")))?;
        Ok(round(&pico(&significant(&usd))))
    });
    amount.transpose()
}

/// USD as pico-USD.
#[must_use]
pub fn pico(usd: &Exact) -> Exact {
    usd * power_of_ten(12)
}

/// One whole number over another.
#[must_use]
pub fn ratio(numerator: i64, denominator: i64) -> Exact {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// A time to live in its largest whole unit: `60m` and `3600s` are `1h`.
#[must_use]
pub fn time_to_live(text: &str) -> String {
    let units = [("s", 1_u64), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(*seconds)
    });
    let whole = seconds.and_then(|total| {
        let mut largest = units.iter().rev();
        let (unit, seconds) = largest.find(|(_, seconds)| total > 0 && total % seconds == 0)?;
        Some(format!("{}{unit}", total / seconds))
    });
    whole.unwrap_or_else(|| text.to_owned())
}

/// Pico-USD per token, from USD per million tokens: of the number as written 15 digits count, then whole pico-USD.
#[must_use]
pub fn rate(text: &str) -> Option<Exact> {
    Some(round(&(significant(&decimal(text)?) * power_of_ten(6))))
}

/// The number to 15 significant digits, half to even: so far the decimals of documents count.
#[must_use]
pub fn significant(value: &Exact) -> Exact {
    if value.is_zero() {
        return value.clone();
    }
    // The power of ten that makes the integer part exactly as long.
    let (low, high) = (power(SIGNIFICANT_DIGITS - 1), power(SIGNIFICANT_DIGITS));
    let mut scale = BigRational::one();
    while (value * &scale).abs() >= high {
        scale /= whole(10);
    }
    while (value * &scale).abs() < low {
        scale *= whole(10);
    }
    round(&(value * &scale)) / scale
}

fn power(exponent: usize) -> Exact {
    (0..exponent).fold(BigRational::one(), |power, _| power * whole(10))
}

fn power_of_ten(exponent: i32) -> Exact {
    let power = power(usize::try_from(exponent.unsigned_abs()).unwrap_or(0));
    if exponent < 0 { power.recip() } else { power }
}

/// A whole number.
#[must_use]
pub fn whole(value: u64) -> Exact {
    BigRational::from_integer(BigInt::from(value))
}

/// To the nearest whole number, a half to the even one.
#[must_use]
pub fn round(value: &Exact) -> Exact {
    let floor = value.floor();
    let rest = value - &floor;
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let even = (floor.to_integer() % BigInt::from(2)).is_zero();
    if rest > half || (rest == half && !even) {
        floor + BigRational::one()
    } else {
        floor
    }
}

/// Whole pico-USD as the shortest decimal number of USD.
#[must_use]
pub fn usd(pico: &Exact) -> String {
    let pico = round(pico).to_integer();
    let sign = if pico.is_negative() { "-" } else { "" };
    let digits = format!("{:0>13}", pico.abs().to_string());
    let (whole, fraction) = digits.split_at(digits.len() - 12);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(
            decimal("0.1").unwrap() + decimal("0.2").unwrap(),
            decimal("3e-1").unwrap()
        );
        assert_eq!(share("2%"), share("0.02"));
        for text in ["", "1.", ".5", "1,5", "2026-04-27", "x", "1e"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn halves_go_to_even() {
        for (value, rounded) in [
            ("0.5", "0"),
            ("1.5", "2"),
            ("2.5", "2"),
            ("-0.5", "0"),
            ("-1.5", "-2"),
            ("2.51", "3"),
        ] {
            assert_eq!(
                round(&decimal(value).unwrap()),
                decimal(rounded).unwrap(),
                "{value}"
            );
        }
    }

    #[test]
    fn rates_are_whole_pico_usd_and_free_of_the_noise_of_floats() {
        assert_eq!(rate("5.00"), decimal("5000000"));
        assert_eq!(rate("0.141953125"), decimal("141953"));
        assert_eq!(rate("0.050000000000000004"), decimal("50000"));
    }

    #[test]
    fn amounts_are_written_shortest() {
        for (pico, text) in [
            ("570000000000", "0.57"),
            ("1", "0.000000000001"),
            ("0", "0"),
            ("-910000000000000", "-910"),
        ] {
            assert_eq!(usd(&decimal(pico).unwrap()), text);
        }
    }
}
