//! Decimals as a JSON text writes them.

use anyhow::{Context, Result, bail};
use std::fmt;

/// Digits that count: what lies beyond them in the list is the noise of a float.
const SIGNIFICANT: usize = 15;

/// `coefficient × 10^exponent`, never negative, without trailing zeros in the coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    coefficient: u128,
    exponent: i32,
}

impl Decimal {
    /// Reads a JSON number and rounds it, half to even, to 15 significant digits.
    pub(crate) fn parse(text: &str) -> Result<Decimal> {
        let fault = || format!("`{text}` is no price");
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().with_context(fault)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let places = i32::try_from(fraction.len()).with_context(fault)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            bail!(fault());
        }
        let digits = digits.trim_start_matches('0');
        let coefficient = match digits {
            "" => 0,
            _ => digits.parse::<u128>().with_context(fault)?,
        };
        let exponent = exponent.checked_sub(places).with_context(fault)?;
        let beyond = digits.len().saturating_sub(SIGNIFICANT);
        Decimal {
            coefficient,
            exponent,
        }
        .without(u32::try_from(beyond).with_context(fault)?)
        .with_context(fault)
    }

    /// Rounds the last `digits` digits away.
    fn without(self, digits: u32) -> Option<Decimal> {
        let unit = 10_u128.checked_pow(digits)?;
        let (kept, rest) = (
            self.coefficient.checked_div(unit)?,
            self.coefficient.checked_rem(unit)?,
        );
        let up = match rest.checked_mul(2)?.cmp(&unit) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => kept & 1 == 1,
            std::cmp::Ordering::Greater => true,
        };
        Decimal {
            coefficient: kept.checked_add(u128::from(up))?,
            exponent: self.exponent.checked_add(i32::try_from(digits).ok()?)?,
        }
        .trimmed()
    }

    fn trimmed(mut self) -> Option<Decimal> {
        if self.coefficient == 0 {
            self.exponent = 0;
        }
        while self.coefficient != 0 && self.coefficient.checked_rem(10) == Some(0) {
            self.coefficient = self.coefficient.checked_div(10)?;
            self.exponent = self.exponent.checked_add(1)?;
        }
        Some(self)
    }

    /// A price per token as a price per million tokens.
    pub(crate) fn per_million(self) -> Result<Decimal> {
        self.times(Decimal {
            coefficient: 1,
            exponent: 6,
        })
    }

    /// The number, where it is whole.
    pub(crate) fn whole(self) -> Option<u64> {
        let factor = 10_u128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        u64::try_from(self.coefficient.checked_mul(factor)?).ok()
    }

    /// The exact product.
    pub(crate) fn times(self, other: Decimal) -> Result<Decimal> {
        let product = || {
            Decimal {
                coefficient: self.coefficient.checked_mul(other.coefficient)?,
                exponent: self.exponent.checked_add(other.exponent)?,
            }
            .trimmed()
        };
        product().context("a price too large")
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient.to_string();
        let places = usize::try_from(self.exponent.unsigned_abs()).map_err(|_| fmt::Error)?;
        if self.exponent >= 0 {
            return write!(f, "{digits}{}", "0".repeat(places));
        }
        let width = places.checked_add(1).ok_or(fmt::Error)?;
        let padded = format!("{digits:0>width$}");
        let point = padded.len().checked_sub(places).ok_or(fmt::Error)?;
        let (whole, fraction) = padded.split_at_checked(point).ok_or(fmt::Error)?;
        write!(f, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let price = Decimal::parse(text).unwrap().per_million().unwrap();
        assert_eq!(price.to_string(), expected, "{text}");
    }

    #[test]
    fn a_price_is_exact() {
        check("5e-06", "5");
        check("1.25e-07", "0.125");
        check("0.00001", "10");
        check("2.5E-6", "2.5");
        check("0.0", "0");
        check("0.00971", "9710");
    }

    #[test]
    fn the_noise_of_a_float_vanishes() {
        check("5.0000000000000004e-08", "0.05");
        check("2.0000000000000002e-07", "0.2");
        check("1.9999999999999998e-07", "0.2");
    }

    #[test]
    fn a_half_goes_to_even() {
        check("1.000000000000005e-06", "1");
        check("1.000000000000015e-06", "1.00000000000002");
    }

    #[test]
    fn an_uplift_multiplies_exactly() {
        let price = Decimal::parse("2.25e-05").unwrap();
        let uplift = Decimal::parse("1.1").unwrap();
        let uplifted = price.per_million().unwrap().times(uplift).unwrap();
        assert_eq!(uplifted.to_string(), "24.75");
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["-1e-06", "true", "\"1\"", "1e", "1e-99999999999"] {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
    }
}
