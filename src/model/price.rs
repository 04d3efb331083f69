//! The price of a deployment: rows as written, and the same as whole numbers over one denominator.

use alloc::vec::Vec;

use crate::model::meter::{Meter, Usage};
use crate::model::term::Term;
use crate::model::vocabulary::NameIx;
use crate::money::{Money, Rate, Ratio, divide_half_even, divide_half_even_small, gcd};
use crate::time::At;

/// Up to this many input tokens and this many output tokens a request may be summed in 64 bits.
const SMALL: u64 = 1 << 24;

/// No compiled rate is above this, so that no request is beyond 128 bits: the input costs less than 2⁶⁴ × 2⁶², and so
/// does the output.
const MAX_UNITS: u64 = 1 << 62;

/// The rate of one meter in one band of request sizes while one term lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// What is counted.
    pub meter: Meter,
    /// The row prices requests with more input tokens than this, cached tokens included.
    pub above: u64,
    /// When it is in force.
    pub term: Term,
    /// As written, in pico-USD per token.
    pub rate: Rate,
    /// Where it was read; see [`Policy::price_source`](crate::model::Policy::price_source).
    pub source: Option<NameIx>,
    /// When it was read.
    pub as_of: Option<At>,
}

/// What a deployment charges. Empty where no price is stated, which is not the same as free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    rows: Vec<CompiledRow>,
    multiplier: Ratio,
    /// Units in one pico-USD.
    denominator: u64,
    /// Whether requests up to [`SMALL`] are proved to fit 64 bits.
    fits_small: bool,
}

/// A row with its rate times the multiplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompiledRow {
    pub(crate) row: PriceRow,
    /// Units per token.
    pub(crate) units: u64,
}

impl Default for Price {
    fn default() -> Price {
        Price {
            rows: Vec::new(),
            multiplier: Ratio::ONE,
            denominator: 1,
            fits_small: true,
        }
    }
}

impl Price {
    /// Multiplies every rate. `None` where the multiplier is not positive, or has so many digits that a rate cannot be
    /// held exactly.
    #[must_use]
    pub fn new(rows: Vec<PriceRow>, multiplier: Ratio) -> Option<Price> {
        let numerator = u64::try_from(multiplier.numerator())
            .ok()
            .filter(|numerator| *numerator > 0)?;
        let whole = u64::try_from(multiplier.denominator()).ok()?;
        // What every rate and the denominator have in common cancels.
        let common = rows.iter().fold(u128::from(whole), |common, row| {
            gcd(common, u128::from(row.rate.pico_per_token()))
        });
        let common = u64::try_from(common).ok()?;
        let mut compiled = Vec::with_capacity(rows.len());
        for row in rows {
            let units = row
                .rate
                .pico_per_token()
                .checked_div(common)?
                .checked_mul(numerator)
                .filter(|units| *units <= MAX_UNITS)?;
            compiled.push(CompiledRow { row, units });
        }
        Some(Price {
            fits_small: fits_small(&compiled),
            rows: compiled,
            multiplier,
            denominator: whole.checked_div(common)?,
        })
    }

    /// The rows as written.
    pub fn rows(&self) -> impl Iterator<Item = &PriceRow> {
        self.rows.iter().map(|compiled| &compiled.row)
    }

    /// What every rate is multiplied by; 1 where nothing else is written.
    #[must_use]
    pub const fn multiplier(&self) -> Ratio {
        self.multiplier
    }

    /// Whether no price is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether amounts may have to be rounded to whole pico-USD.
    #[must_use]
    pub const fn is_rounded(&self) -> bool {
        self.denominator != 1
    }

    pub(crate) fn compiled(&self) -> &[CompiledRow] {
        &self.rows
    }

    /// A number of units in pico-USD, exactly.
    pub(crate) fn exact(&self, units: i128) -> Option<Ratio> {
        Ratio::new(units, i128::from(self.denominator))
    }

    /// The sum of tokens times rates, rounded once, half to even, to whole pico-USD; `None` where `rate` has none.
    ///
    /// Both ways of summing give the same: 64 bits are taken only where they were proved to hold every intermediate.
    pub(crate) fn total(
        &self,
        usage: &Usage,
        rate: impl Fn(Meter) -> Option<u64>,
    ) -> Option<Money> {
        if self.fits_small && usage.input() <= SMALL && usage.output() <= SMALL {
            self.total_small(usage, rate)
        } else {
            self.total_large(usage, rate)
        }
    }

    fn total_small(&self, usage: &Usage, rate: impl Fn(Meter) -> Option<u64>) -> Option<Money> {
        let mut units: u64 = 0;
        for (meter, count) in usage.counts() {
            units = units.checked_add(rate(meter)?.checked_mul(count)?)?;
        }
        let pico = divide_half_even_small(units, self.denominator)?;
        Some(Money::from_pico(i128::from(pico)))
    }

    fn total_large(&self, usage: &Usage, rate: impl Fn(Meter) -> Option<u64>) -> Option<Money> {
        let mut units: i128 = 0;
        for (meter, count) in usage.counts() {
            units = units.checked_add(i128::from(rate(meter)?).checked_mul(i128::from(count))?)?;
        }
        divide_half_even(units, i128::from(self.denominator)).map(Money::from_pico)
    }
}

/// The proof for 64 bits. Every input token is counted by one meter of input at no more than the dearest rate of input,
/// and so is every output token, because a fallback stays on its side.
fn fits_small(rows: &[CompiledRow]) -> bool {
    let dearest = |of_input: bool| {
        rows.iter()
            .filter(|compiled| compiled.row.meter.is_input() == of_input)
            .map(|compiled| compiled.units)
            .max()
            .unwrap_or(0)
    };
    dearest(true)
        .checked_add(dearest(false))
        .and_then(|both| both.checked_mul(SMALL))
        .is_some()
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "a test is in no module that is downloaded"
)]
mod tests {
    use super::*;
    use crate::model::meter::Ttl;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn row(meter: Meter, rate: u64) -> PriceRow {
        PriceRow {
            meter,
            above: 0,
            term: Term::default(),
            rate: Rate::from_pico_per_token(rate).unwrap(),
            source: None,
            as_of: None,
        }
    }

    fn price(rates: &[(Meter, u64)], multiplier: &str) -> Price {
        let rows = rates.iter().map(|(meter, rate)| row(*meter, *rate));
        Price::new(rows.collect(), Ratio::parse_share(multiplier).unwrap()).unwrap()
    }

    fn units(price: &Price, meter: Meter) -> Option<u64> {
        let mut compiled = price.compiled().iter();
        Some(compiled.find(|compiled| compiled.row.meter == meter)?.units)
    }

    fn total(price: &Price, usage: &Usage) -> Option<i128> {
        price
            .total(usage, |meter| units(price, meter))
            .map(Money::pico)
    }

    #[test]
    fn rates_share_the_least_denominator() {
        // 4 and 20 USD per million tokens times 1.1 are whole pico-USD per token.
        let opus = price(
            &[(Meter::Input, 4_000_000), (Meter::Output, 20_000_000)],
            "1.1",
        );
        assert_eq!(opus.denominator, 1);
        assert_eq!(units(&opus, Meter::Input), Some(4_400_000));
        assert_eq!(units(&opus, Meter::Output), Some(22_000_000));
        // 1 and 15 pico-USD times 1.1 are 11/10 and 165/10.
        let dust = price(&[(Meter::Input, 1), (Meter::Output, 15)], "110%");
        assert_eq!(dust.denominator, 10);
        assert_eq!(units(&dust, Meter::Output), Some(165));
    }

    #[test]
    fn a_sum_is_rounded_once_and_half_to_even() {
        let dust = price(&[(Meter::Input, 1), (Meter::Output, 1)], "0.5");
        let usage =
            |input, output| Usage::new([(Meter::Input, input), (Meter::Output, output)]).unwrap();
        // Each half alone would go to even, 0; together they are 1.
        assert_eq!(total(&dust, &usage(1, 1)), Some(1));
        assert_eq!(total(&dust, &usage(1, 0)), Some(0));
        assert_eq!(total(&dust, &usage(3, 0)), Some(2));
        assert_eq!(total(&dust, &usage(5, 0)), Some(2));
    }

    #[test]
    fn what_is_not_proved_to_fit_is_summed_wide() {
        let dearest = Rate::MAX.pico_per_token();
        let price = price(&[(Meter::Input, dearest), (Meter::Output, dearest)], "1");
        assert!(!price.fits_small);
        let most = Usage::new([(Meter::Input, SMALL), (Meter::Output, SMALL)]).unwrap();
        let expected = 2 * i128::from(dearest) * i128::from(SMALL);
        assert!(expected > i128::from(u64::MAX));
        assert_eq!(total(&price, &most), Some(expected));
    }

    #[test]
    fn a_long_request_is_summed_wide() {
        let cheap = price(&[(Meter::Input, 5_000_000)], "1");
        assert!(cheap.fits_small);
        let usage = Usage::new([(Meter::Input, u64::MAX)]).unwrap();
        let expected = 5_000_000 * i128::from(u64::MAX);
        assert_eq!(total(&cheap, &usage), Some(expected));
    }

    #[test]
    fn the_dearest_rates_of_the_longest_request_fit() {
        let units = Rate::MAX.pico_per_token();
        let multiplier = MAX_UNITS / units;
        let most = price(
            &[(Meter::Input, units), (Meter::Output, units)],
            &multiplier.to_string(),
        );
        let usage = Usage::new([(Meter::Input, u64::MAX), (Meter::Output, u64::MAX)]).unwrap();
        assert!(total(&most, &usage).is_some());
        let beyond = Ratio::whole(i128::from(multiplier) + 1);
        assert_eq!(Price::new(vec![row(Meter::Input, units)], beyond), None);
    }

    #[test]
    fn a_multiplier_is_positive() {
        for multiplier in [Ratio::ZERO, Ratio::whole(-1)] {
            assert_eq!(Price::new(Vec::new(), multiplier), None);
        }
    }

    #[test]
    fn a_price_without_a_rate_has_no_sum() {
        let input_only = price(&[(Meter::Input, 1)], "1");
        let usage = Usage::new([(Meter::Input, 1), (Meter::Output, 1)]).unwrap();
        assert_eq!(total(&input_only, &usage), None);
    }

    fn meters() -> impl Strategy<Value = Meter> {
        let ttl = |seconds| Ttl::from_seconds(seconds).map(Meter::CacheWriteFor);
        let timed = [ttl(300), ttl(3600), ttl(43_200)];
        select(
            Meter::PLAIN
                .into_iter()
                .chain(timed.into_iter().flatten())
                .collect::<Vec<_>>(),
        )
    }

    /// Rates as they are published, and as dear as they may be.
    fn rates() -> impl Strategy<Value = u64> {
        prop_oneof![
            0..50_u64,
            0..100_000_000_u64,
            0..=Rate::MAX.pico_per_token()
        ]
    }

    fn counts() -> impl Strategy<Value = u64> {
        prop_oneof![0..20_u64, 0..=SMALL, 0..=u64::MAX / 8]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The answer is the exact rational sum rounded once; 64 bits, where they may be taken, give it too.
        #[test]
        fn both_ways_of_summing_are_the_exact_sum_rounded_once(
            lines in proptest::collection::vec((meters(), rates(), counts()), 0..8),
            numerator in 1..3000_u32,
            places in 0..4_u32,
        ) {
            let mut lines = lines;
            lines.sort_by_key(|(meter, ..)| *meter);
            lines.dedup_by_key(|(meter, ..)| *meter);
            let multiplier = Ratio::new(i128::from(numerator), 10_i128.pow(places)).unwrap();
            let rows = lines.iter().map(|(meter, rate, _)| row(*meter, *rate));
            let price = Price::new(rows.collect(), multiplier).unwrap();
            let usage = Usage::new(lines.iter().map(|(meter, _, count)| (*meter, *count))).unwrap();
            let rate = |meter| units(&price, meter);

            let exact = lines.iter().fold(Ratio::ZERO, |sum, (_, rate, count)| {
                let [rate, count] = [rate, count].map(|number| Ratio::whole(i128::from(*number)));
                let line = rate.times(count).unwrap().times(multiplier).unwrap();
                sum.plus(line).unwrap()
            });
            let expected = divide_half_even(exact.numerator(), exact.denominator()).map(Money::from_pico);
            prop_assert_eq!(price.total(&usage, rate), expected);
            prop_assert_eq!(price.total_large(&usage, rate), expected);
            if price.fits_small && usage.input() <= SMALL && usage.output() <= SMALL {
                prop_assert_eq!(price.total_small(&usage, rate), expected);
            }
        }
    }
}
