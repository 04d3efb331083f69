//! Money, rates and ratios, all exact: integers and rationals, never a binary float.
//!
//! Money is counted in pico-USD (10⁻¹² USD), the unit in which 15,997 of 16,005 published per-token prices are whole.
//! A sum that does not fit is `None`, never a wrapped or saturated number.

use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;

/// Pico-USD in one USD.
pub const PICO_PER_USD: i128 = 1_000_000_000_000;

/// The decimal digits kept of a number as written; what lies beyond is binary-float noise in published price lists.
pub const SIGNIFICANT_DIGITS: usize = 15;

/// An amount of money in pico-USD; negative amounts are credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// A hundredth of a USD.
    pub const CENT: Money = Money(PICO_PER_USD / 100);
    /// No money.
    pub const ZERO: Money = Money(0);

    /// `pico` pico-USD.
    #[must_use]
    pub const fn from_pico(pico: i128) -> Money {
        Money(pico)
    }

    /// The amount in pico-USD.
    #[must_use]
    pub const fn pico(self) -> i128 {
        self.0
    }

    /// Reads an amount in USD. See [`scale_decimal`] for the rounding.
    #[must_use]
    pub fn parse_usd(text: &str) -> Option<Scaled> {
        scale_decimal(text, 12)
    }

    /// The sum, or `None` where it does not fit.
    #[must_use]
    pub fn plus(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }
}

/// Writes the shortest decimal number of USD: `0.57`, `-910`, `0.000000000001`.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&unscale(self.0, 12))
    }
}

/// A price in pico-USD per token: USD per million tokens, times 10⁶.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u64);

impl Rate {
    /// The dearest rate that can be written: 10,000,000 USD per million tokens.
    pub const MAX: Rate = Rate(10_000_000_000_000);

    /// Reads USD per million tokens; `lossy` where the written price is not a whole number of pico-USD per token.
    /// `None` where the text is no decimal number, is negative, or exceeds [`Rate::MAX`].
    #[must_use]
    pub fn parse_usd_per_mtok(text: &str) -> Option<(Rate, bool)> {
        let scaled = scale_decimal(text, 6)?;
        let rate = Rate(u64::try_from(scaled.value).ok()?);
        (rate <= Rate::MAX).then_some((rate, scaled.lossy))
    }

    /// `None` above [`Rate::MAX`].
    #[must_use]
    pub fn from_pico_per_token(pico: u64) -> Option<Rate> {
        Some(Rate(pico)).filter(|rate| *rate <= Rate::MAX)
    }

    /// Pico-USD per token.
    #[must_use]
    pub const fn pico_per_token(self) -> u64 {
        self.0
    }

    /// The price of `tokens` tokens, or `None` where it does not fit.
    #[must_use]
    pub fn times(self, tokens: u64) -> Option<Money> {
        i128::from(self.0)
            .checked_mul(i128::from(tokens))
            .map(Money)
    }
}

/// Writes USD per million tokens.
impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&unscale(i128::from(self.0), 6))
    }
}

/// A decimal number read as a whole number of small units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// The number of units.
    pub value: i128,
    /// Whether rounding changed the number.
    pub lossy: bool,
}

/// Reads a decimal number and counts it in units of 10^-`places`.
///
/// The number is first rounded to [`SIGNIFICANT_DIGITS`], then to whole units, half to even both times; `lossy` says
/// whether the second rounding changed it (the first removes noise of the writer's floats, such as
/// `5.0000000000000004e-08`). Accepts a sign, digits, a point and an exponent of at most four digits;
/// nothing else.
#[must_use]
pub fn scale_decimal(text: &str, places: u32) -> Option<Scaled> {
    let decimal = Decimal::parse(text)?.rounded(SIGNIFICANT_DIGITS)?;
    let exponent = decimal.exponent.checked_add(i64::from(places))?;
    let (value, lossy) = if exponent >= 0 {
        let factor = power_of_ten(u32::try_from(exponent).ok()?)?;
        (decimal.digits.checked_mul(factor)?, false)
    } else {
        match power_of_ten(u32::try_from(exponent.checked_neg()?).ok()?) {
            Some(divisor) => {
                let value = divide_half_even(decimal.digits, divisor)?;
                (value, value.checked_mul(divisor)? != decimal.digits)
            }
            // More than 38 places below the unit: nothing is left of 15 digits.
            None => (0, decimal.digits != 0),
        }
    };
    let value = if decimal.negative {
        value.checked_neg()?
    } else {
        value
    };
    Some(Scaled { value, lossy })
}

/// The shortest decimal text of a number as written, so that equal numbers have equal texts: `5.00`, `5` and
/// `50e-1` are all `5`. `None` where the text is no decimal number, or has more than 38 digits or places.
#[must_use]
pub fn normal_decimal(text: &str) -> Option<String> {
    let decimal = Decimal::parse(text)?;
    let (mut digits, mut exponent) = (decimal.digits, decimal.exponent);
    if digits == 0 {
        return Some("0".to_string());
    }
    while digits.checked_rem(10) == Some(0) {
        digits = digits.checked_div(10)?;
        exponent = exponent.checked_add(1)?;
    }
    let plain = if exponent >= 0 {
        digits
            .checked_mul(power_of_ten(u32::try_from(exponent).ok()?)?)?
            .to_string()
    } else {
        let places = u32::try_from(exponent.checked_neg()?).ok()?;
        if places > 38 {
            return None;
        }
        unscale(digits, places)
    };
    Some(if decimal.negative {
        format!("-{plain}")
    } else {
        plain
    })
}

/// `digits × 10^exponent`, as written.
struct Decimal {
    negative: bool,
    digits: i128,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Decimal> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if digits.is_empty()
                    || digits.len() > 4
                    || !digits.bytes().all(|byte| byte.is_ascii_digit())
                {
                    return None;
                }
                (
                    mantissa,
                    exponent
                        .strip_prefix('+')
                        .unwrap_or(exponent)
                        .parse::<i64>()
                        .ok()?,
                )
            }
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || (mantissa.contains('.') && fraction.is_empty()) {
            return None;
        }
        let mut digits: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            digits = digits.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        let places = i64::try_from(fraction.len()).ok()?;
        Some(Decimal {
            negative,
            digits,
            exponent: exponent.checked_sub(places)?,
        })
    }

    fn rounded(self, keep: usize) -> Option<Decimal> {
        let count = self.digits.to_string().len();
        let Some(excess) = count.checked_sub(keep) else {
            return Some(self);
        };
        let divisor = power_of_ten(u32::try_from(excess).ok()?)?;
        Some(Decimal {
            negative: self.negative,
            digits: divide_half_even(self.digits, divisor)?,
            exponent: self.exponent.checked_add(i64::try_from(excess).ok()?)?,
        })
    }
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// The quotient rounded to the nearest whole number, a tie to the even one. `None` for a divisor below 1.
#[must_use]
pub fn divide_half_even(value: i128, divisor: i128) -> Option<i128> {
    if divisor < 1 {
        return None;
    }
    let floor = value.checked_div_euclid(divisor)?;
    let rest = value.checked_rem_euclid(divisor)?;
    let up = match rest.cmp(&divisor.checked_sub(rest)?) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => floor.checked_rem(2)? != 0,
    };
    if up {
        floor.checked_add(1)
    } else {
        Some(floor)
    }
}

/// [`divide_half_even`] in 64 bits.
#[must_use]
pub fn divide_half_even_small(value: u64, divisor: u64) -> Option<u64> {
    let floor = value.checked_div(divisor)?;
    let rest = value.checked_rem(divisor)?;
    match rest.cmp(&divisor.checked_sub(rest)?) {
        Ordering::Less => Some(floor),
        Ordering::Equal if floor & 1 == 0 => Some(floor),
        Ordering::Equal | Ordering::Greater => floor.checked_add(1),
    }
}

fn unscale(value: i128, places: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let unit = power_of_ten(places).and_then(|unit| u128::try_from(unit).ok());
    let magnitude = value.unsigned_abs();
    let (whole, rest) = match unit {
        Some(unit) => (
            magnitude.checked_div(unit).unwrap_or(0),
            magnitude.checked_rem(unit).unwrap_or(0),
        ),
        None => (0, magnitude),
    };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!(
        "{rest:0width$}",
        width = usize::try_from(places).unwrap_or(0)
    );
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// An exact rational number in lowest terms; the denominator is positive.
///
/// Operations return `None` where a term would not fit 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Ratio = Ratio {
        numerator: 0,
        denominator: 1,
    };
    /// One.
    pub const ONE: Ratio = Ratio {
        numerator: 1,
        denominator: 1,
    };

    /// `numerator / denominator` in lowest terms; `None` for a zero denominator.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let (numerator, denominator) = (
            numerator.checked_div(divisor)?,
            denominator.checked_div(divisor)?,
        );
        if denominator < 0 {
            Some(Ratio {
                numerator: numerator.checked_neg()?,
                denominator: denominator.checked_neg()?,
            })
        } else {
            Some(Ratio {
                numerator,
                denominator,
            })
        }
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(value: i128) -> Ratio {
        Ratio {
            numerator: value,
            denominator: 1,
        }
    }

    /// Reads a decimal number exactly (`0.2`, `1e-3`); at most 38 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Ratio> {
        let decimal = Decimal::parse(text)?;
        let digits = if decimal.negative {
            decimal.digits.checked_neg()?
        } else {
            decimal.digits
        };
        if decimal.exponent >= 0 {
            let factor = power_of_ten(u32::try_from(decimal.exponent).ok()?)?;
            Some(Ratio::whole(digits.checked_mul(factor)?))
        } else {
            Ratio::new(
                digits,
                power_of_ten(u32::try_from(decimal.exponent.checked_neg()?).ok()?)?,
            )
        }
    }

    /// Reads a percentage (`2%`, `0.5%`) or a plain decimal number (`0.02`).
    #[must_use]
    pub fn parse_share(text: &str) -> Option<Ratio> {
        match text.strip_suffix('%') {
            Some(percent) => Ratio::parse(percent.trim_end())?.times(Ratio::new(1, 100)?),
            None => Ratio::parse(text),
        }
    }

    /// The numerator, which carries the sign.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, at least 1.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Ratio::new(
            left.checked_add(right)?,
            self.denominator.checked_mul(other.denominator)?,
        )
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Ratio) -> Option<Ratio> {
        self.plus(Ratio {
            numerator: other.numerator.checked_neg()?,
            denominator: other.denominator,
        })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        let left = Ratio::new(self.numerator, other.denominator)?;
        let right = Ratio::new(other.numerator, self.denominator)?;
        Ratio::new(
            left.numerator.checked_mul(right.numerator)?,
            left.denominator.checked_mul(right.denominator)?,
        )
    }

    /// The quotient; `None` for division by zero.
    #[must_use]
    pub fn divided_by(self, other: Ratio) -> Option<Ratio> {
        self.times(Ratio::new(other.denominator, other.numerator)?)
    }

    /// The share of an amount, rounded once, half to even.
    #[must_use]
    pub fn of(self, amount: Money) -> Option<Money> {
        divide_half_even(amount.0.checked_mul(self.numerator)?, self.denominator).map(Money)
    }

    /// The shortest decimal text of the number, or `numerator/denominator` where no decimal text of at most 38 places is
    /// exact.
    #[must_use]
    pub fn decimal(self) -> String {
        let scaled = |places: u32| {
            let factor = power_of_ten(places)?.checked_div(self.denominator)?;
            (factor.checked_mul(self.denominator) == power_of_ten(places))
                .then(|| self.numerator.checked_mul(factor))?
                .map(|digits| unscale(digits, places))
        };
        (0..=38)
            .find_map(scaled)
            .unwrap_or_else(|| self.to_string())
    }

    /// A number of pico-USD as money, rounded once to a multiple of `unit`, half to even. `None` for a unit below one
    /// pico-USD, and where a term does not fit.
    #[must_use]
    pub fn rounded_to(self, unit: Money) -> Option<Money> {
        let divisor = self.denominator.checked_mul(unit.0)?;
        divide_half_even(self.numerator, divisor)?
            .checked_mul(unit.0)
            .map(Money)
    }

    /// Compares by value; `None` where the products do not fit 128 bits.
    #[must_use]
    pub fn compare(self, other: Ratio) -> Option<Ordering> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(left.cmp(&right))
    }
}

/// Writes a whole number, else `numerator/denominator`.
impl fmt::Display for Ratio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(out, "{}", self.numerator)
        } else {
            write!(out, "{}/{}", self.numerator, self.denominator)
        }
    }
}

/// The greatest common divisor; 1 where both are 0.
pub(crate) fn gcd(left: u128, right: u128) -> u128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left.checked_rem(right).unwrap_or(0));
    }
    if left == 0 { 1 } else { left }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_rounded_to_a_unit_half_to_even() {
        let rounded = |pico: i128, parts: i128| {
            let amount = Ratio::new(pico, parts).unwrap();
            amount.rounded_to(Money::CENT).map(|sum| sum.to_string())
        };
        let cent = Money::CENT.pico();
        for (pico, parts, expected) in [
            (cent, 2, "0"),
            (3 * cent, 2, "0.02"),
            (-3 * cent, 2, "-0.02"),
            (7 * cent, 3, "0.02"),
            (8 * cent, 3, "0.03"),
        ] {
            assert_eq!(rounded(pico, parts).as_deref(), Some(expected));
        }
        assert_eq!(Ratio::ONE.rounded_to(Money::ZERO), None);
    }

    #[test]
    fn money_is_its_pico_usd() {
        for pico in [0, 1, -1, 7_000_000_000_000, i128::MAX] {
            assert_eq!(Money::from_pico(pico).pico(), pico);
        }
        let sum = Money::from_pico(40).plus(Money::from_pico(-42));
        assert_eq!(sum, Some(Money::from_pico(-2)));
        assert_eq!(Money::CENT.to_string(), "0.01");
    }

    #[test]
    fn money_reads_and_writes_decimal_usd() {
        for (text, written) in [
            ("0.57", "0.57"),
            ("12000000", "12000000"),
            ("-910", "-910"),
            ("5.00", "5"),
            ("1e-12", "0.000000000001"),
            ("38e9", "38000000000"),
            ("250000000000", "250000000000"),
            ("0", "0"),
            ("-0.5", "-0.5"),
        ] {
            let scaled = Money::parse_usd(text).unwrap();
            assert_eq!(Money::from_pico(scaled.value).to_string(), written);
            assert!(!scaled.lossy, "{text}");
        }
    }

    #[test]
    fn a_price_that_is_no_whole_pico_is_rounded_half_even_and_flagged() {
        // 1.41953125e-07 USD per token is 0.141953125 USD per million.
        let (rate, lossy) = Rate::parse_usd_per_mtok("0.141953125").unwrap();
        assert_eq!((rate.pico_per_token(), lossy), (141_953, true));
        assert_eq!(
            Rate::parse_usd_per_mtok("0.0000005").unwrap(),
            (Rate(0), true)
        );
        assert_eq!(
            Rate::parse_usd_per_mtok("0.0000015").unwrap(),
            (Rate(2), true)
        );
        assert_eq!(
            Rate::parse_usd_per_mtok("0.05").unwrap(),
            (Rate(50_000), false)
        );
    }

    #[test]
    fn a_price_of_many_tokens_is_exact() {
        let tokens = 1 << 40;
        assert_eq!(
            Rate(3).times(tokens),
            Some(Money::from_pico(3 * i128::from(tokens)))
        );
        assert_eq!(
            Rate::MAX.times(u64::MAX),
            Some(Money::from_pico(
                i128::from(Rate::MAX.0) * i128::from(u64::MAX)
            ))
        );
        assert_eq!(Money::from_pico(i128::MAX).plus(Money::from_pico(1)), None);
    }

    #[test]
    fn what_is_far_below_the_unit_is_nothing_and_only_nothing_is_exact() {
        for (text, lossy) in [
            ("1e-13", true),
            ("1e-60", true),
            ("0e-60", false),
            ("0", false),
        ] {
            assert_eq!(
                scale_decimal(text, 12),
                Some(Scaled { value: 0, lossy }),
                "{text}"
            );
        }
    }

    #[test]
    fn float_noise_in_a_published_price_vanishes() {
        assert_eq!(
            scale_decimal("5.0000000000000004e-08", 12),
            Some(Scaled {
                value: 50_000,
                lossy: false
            })
        );
    }

    #[test]
    fn what_is_not_a_price_is_refused() {
        for text in [
            "",
            "-1",
            "1,5",
            "1.",
            ".5",
            "1e",
            "1e+",
            "1e+-5",
            "1e5x",
            "1e00001",
            "1e99999",
            "1:5",
            "NaN",
            "10000000.1",
            "0x10",
            "1_000",
            "１",
        ] {
            assert_eq!(Rate::parse_usd_per_mtok(text), None, "{text}");
        }
    }

    #[test]
    fn equal_numbers_have_one_text() {
        for text in ["5", "5.00", "50e-1", "+5", "0.5e1"] {
            assert_eq!(normal_decimal(text).as_deref(), Some("5"));
        }
        assert_eq!(normal_decimal("-0.50").as_deref(), Some("-0.5"));
        assert_eq!(normal_decimal("-0").as_deref(), Some("0"));
        assert_eq!(normal_decimal("gpt-5.5"), None);
        assert_eq!(normal_decimal("1e0001").as_deref(), Some("10"));
        let least = format!("0.{}1", "0".repeat(37));
        assert_eq!(normal_decimal("1e-38"), Some(least));
        assert_eq!(normal_decimal("1e-39"), None);
        assert_eq!(normal_decimal("1e-40"), None);
    }

    #[test]
    fn halves_go_to_even() {
        for (value, expected) in [
            (5, 0),
            (15, 2),
            (25, 2),
            (-5, 0),
            (-15, -2),
            (14, 1),
            (16, 2),
            (-16, -2),
        ] {
            assert_eq!(divide_half_even(value, 10), Some(expected), "{value}/10");
        }
        assert_eq!(divide_half_even(7, 1), Some(7));
        for divisor in [0, -1, -10] {
            assert_eq!(divide_half_even(7, divisor), None);
        }
    }

    #[test]
    fn sixty_four_bits_round_like_128() {
        for divisor in 1_u64..12 {
            for value in 0_u64..60 {
                let wide = divide_half_even(i128::from(value), i128::from(divisor));
                let small = divide_half_even_small(value, divisor).map(i128::from);
                assert_eq!(small, wide, "{value}/{divisor}");
            }
        }
        assert_eq!(divide_half_even_small(u64::MAX, 1), Some(u64::MAX));
        assert_eq!(divide_half_even_small(1, 0), None);
    }

    #[test]
    fn a_ratio_is_written_as_a_decimal_where_that_is_exact() {
        for (numerator, denominator, text) in [
            (11, 10, "1.1"),
            (-1, 8, "-0.125"),
            (12, 4, "3"),
            (0, 7, "0"),
            (1, 3, "1/3"),
            (22, 7, "22/7"),
            (
                1,
                10_i128.pow(38),
                "0.00000000000000000000000000000000000001",
            ),
            (i128::MAX, 2, "170141183460469231731687303715884105727/2"),
        ] {
            let ratio = Ratio::new(numerator, denominator).unwrap();
            assert_eq!(ratio.decimal(), text);
        }
    }

    #[test]
    fn ratios_are_exact() {
        let two_percent = Ratio::parse_share("2%").unwrap();
        assert_eq!(two_percent, Ratio::parse_share("0.02").unwrap());
        assert_eq!(
            two_percent.of(Money::from_pico(150)),
            Some(Money::from_pico(3))
        );
        let third = Ratio::new(1, 3).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third), Some(Ratio::ONE));
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::whole(i128::MAX).times(Ratio::whole(2)), None);
    }

    #[test]
    fn ratios_compare_by_value_and_read_as_fractions() {
        let ratio = |numerator, denominator| Ratio::new(numerator, denominator).unwrap();
        assert_eq!(ratio(1, 3).compare(ratio(2, 6)), Some(Ordering::Equal));
        assert_eq!(ratio(1, 3).compare(ratio(1, 2)), Some(Ordering::Less));
        assert_eq!(ratio(-1, 3).compare(ratio(-1, 2)), Some(Ordering::Greater));
        assert_eq!(ratio(i128::MAX, 1).compare(ratio(1, 2)), None);
        assert_eq!(ratio(4, -6).to_string(), "-2/3");
        assert_eq!(ratio(4, 2).to_string(), "2");
    }
}
