//! Provisioned throughput: units that are paid by the hour, whatever passes through them.
//!
//! A unit carries so many *normalised* tokens a minute: input that no cache has a part in, plus output times a weight.
//! Units come from a least number on, in multiples of an increment.

use crate::money::{Money, Ratio};

/// Units that a deployment consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provisioned {
    /// How many; at least 1.
    pub units: u64,
    /// What a unit carries, and how units come.
    pub terms: UnitTerms,
    /// Normalised tokens are counted in windows of so many seconds; in a bucket that drains evenly where absent.
    pub window_seconds: Option<u64>,
    /// What a unit costs for an hour, where it is stated.
    pub usd_per_unit_hour: Option<Money>,
}

/// What a unit carries, and how units come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitTerms {
    /// Normalised tokens a minute; at least 1.
    pub tokens_per_unit_minute: u64,
    /// Normalised tokens that a token of output counts for; not negative.
    pub output_weight: Ratio,
    /// The least number of units; at least 1.
    pub minimum: u64,
    /// Units come in multiples of this; at least 1.
    pub increment: u64,
}

/// Requests of one size that arrive evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Requests a minute.
    pub requests_per_minute: u64,
    /// Input tokens of each, cached ones included.
    pub input_tokens: u64,
    /// The share of the input that is read from a cache: 0 to 1.
    pub cached: Ratio,
    /// Output tokens of each.
    pub output_tokens: u64,
}

/// The normalised tokens a minute of a load; `None` for a cached share outside of 0 to 1, and where a sum does not fit.
#[must_use]
pub fn normalised_tokens(terms: &UnitTerms, load: &Load) -> Option<Ratio> {
    let uncached = Ratio::ONE.minus(load.cached)?;
    if uncached.numerator() < 0 || load.cached.numerator() < 0 {
        return None;
    }
    let input = whole(load.input_tokens).times(uncached)?;
    let each = terms.normalised(input, load.output_tokens)?;
    each.times(whole(load.requests_per_minute))
}

impl UnitTerms {
    /// Normalised tokens of input that is read from no cache, and of output; `None` where a sum does not fit.
    #[must_use]
    pub fn normalised(&self, uncached_input: Ratio, output_tokens: u64) -> Option<Ratio> {
        uncached_input.plus(whole(output_tokens).times(self.output_weight)?)
    }

    /// The units that so many normalised tokens a minute need, exactly; `None` for terms of 0 tokens, and where a sum does
    /// not fit.
    #[must_use]
    pub fn needed(&self, normalised_tokens_per_minute: Ratio) -> Option<Ratio> {
        normalised_tokens_per_minute.divided_by(whole(self.tokens_per_unit_minute))
    }

    /// The units that can be had and carry what needs so many: rounded up, at least the minimum, in multiples of the
    /// increment. `None` for an increment of 0, and where a sum does not fit.
    #[must_use]
    pub fn to_be_had(&self, needed: Ratio) -> Option<u64> {
        let units = up(needed.numerator(), needed.denominator())?.max(i128::from(self.minimum));
        let increment = i128::from(self.increment);
        u64::try_from(up(units, increment)?.checked_mul(increment)?).ok()
    }
}

/// The units that carry a load: as many as its normalised tokens need, at least the minimum, in multiples of the increment.
/// `None` for a cached share outside of 0 to 1, terms of 0 tokens or increment, and where a sum does not fit.
///
/// ```
/// use wayleave::{model::{Load, UnitTerms, provisioned_units}, money::Ratio};
///
/// let terms = UnitTerms { tokens_per_unit_minute: 3_400, output_weight: Ratio::whole(8), minimum: 15, increment: 5 };
/// let load = Load { requests_per_minute: 1_000, input_tokens: 200, cached: Ratio::ZERO, output_tokens: 20 };
/// assert_eq!(provisioned_units(&terms, &load), Some(110)); // 1,000 × (200 + 8 × 20) ÷ 3,400 = 105.9
/// ```
#[must_use]
pub fn provisioned_units(terms: &UnitTerms, load: &Load) -> Option<u64> {
    terms.to_be_had(terms.needed(normalised_tokens(terms, load)?)?)
}

/// The units beyond a reservation in an hour, which are paid at the hourly price: a commitment that is used or lost hour by
/// hour, counted in units. `None` where the sum does not fit.
///
/// ```
/// use wayleave::model::units_beyond;
///
/// assert_eq!(units_beyond(500, &[300, 300]), Some(100));
/// ```
#[must_use]
pub fn units_beyond(reserved: u64, deployed: &[u64]) -> Option<u64> {
    let used = deployed
        .iter()
        .try_fold(0_u64, |sum, units| sum.checked_add(*units))?;
    Some(used.saturating_sub(reserved))
}

/// What units that were deployed for some minutes come to in hours of a unit; `None` where it does not fit.
#[must_use]
pub fn unit_hours(units: u64, minutes: u64) -> Option<Ratio> {
    Ratio::new(i128::from(units).checked_mul(i128::from(minutes))?, 60)
}

fn whole(count: u64) -> Ratio {
    Ratio::whole(i128::from(count))
}

/// The quotient rounded up; `None` for a divisor of 0.
fn up(value: i128, divisor: i128) -> Option<i128> {
    value
        .checked_add(divisor.checked_sub(1)?)?
        .checked_div_euclid(divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(tokens_per_unit_minute: u64, weight: i128, minimum: u64, increment: u64) -> UnitTerms {
        UnitTerms {
            tokens_per_unit_minute,
            output_weight: Ratio::whole(weight),
            minimum,
            increment,
        }
    }

    fn load(requests_per_minute: u64, input_tokens: u64, cached: &str, output_tokens: u64) -> Load {
        Load {
            requests_per_minute,
            input_tokens,
            cached: Ratio::parse_share(cached).unwrap(),
            output_tokens,
        }
    }

    #[test]
    fn microsofts_own_vector_needs_110_units_and_80_with_half_of_it_cached() {
        let gpt = terms(3_400, 8, 15, 5);
        let (plain, cached) = (load(1_000, 200, "0", 20), load(1_000, 200, "50%", 20));
        let whole = |terms, load| normalised_tokens(terms, load).unwrap();
        assert_eq!(whole(&gpt, &plain), Ratio::whole(360_000));
        assert_eq!(whole(&gpt, &cached), Ratio::whole(260_000));
        assert_eq!(provisioned_units(&gpt, &plain), Some(110));
        assert_eq!(provisioned_units(&gpt, &cached), Some(80));
    }

    #[test]
    fn units_come_from_the_minimum_on_in_multiples_of_the_increment() {
        let one = |minimum, increment| {
            provisioned_units(
                &terms(1_000, 4, minimum, increment),
                &load(1, 1_000, "0", 0),
            )
        };
        assert_eq!(one(1, 1), Some(1));
        assert_eq!(one(15, 5), Some(15));
        assert_eq!(one(25, 50), Some(50));
        let exact = provisioned_units(&terms(1_000, 4, 1, 1), &load(10, 1_000, "0", 0));
        assert_eq!(exact, Some(10));
    }

    #[test]
    fn what_makes_no_sense_has_no_answer() {
        let gpt = terms(3_400, 8, 15, 5);
        assert_eq!(provisioned_units(&gpt, &load(1, 1, "101%", 1)), None);
        assert_eq!(provisioned_units(&gpt, &load(1, 1, "-1%", 1)), None);
        assert_eq!(
            provisioned_units(&terms(0, 8, 15, 5), &load(1, 1, "0", 1)),
            None
        );
        assert_eq!(
            provisioned_units(&terms(1, 8, 15, 0), &load(1, 1, "0", 1)),
            None
        );
        let most = load(u64::MAX, u64::MAX, "0", u64::MAX);
        assert_eq!(provisioned_units(&gpt, &most), None);
        assert_eq!(units_beyond(0, &[u64::MAX, 1]), None);
    }

    #[test]
    fn azures_reservation_covers_what_is_deployed_and_the_rest_is_hourly() {
        assert_eq!(units_beyond(500, &[300, 300]), Some(100));
        assert_eq!(units_beyond(500, &[300, 200]), Some(0));
        assert_eq!(units_beyond(500, &[]), Some(0));
    }

    #[test]
    fn fifteen_minutes_are_a_quarter_of_an_hour() {
        assert_eq!(unit_hours(1, 15), Ratio::new(1, 4));
        assert_eq!(unit_hours(100, 15), Some(Ratio::whole(25)));
    }
}
