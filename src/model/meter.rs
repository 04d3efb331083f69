//! What is paid for: the meters, and how many tokens each of them counts.

use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

/// How long a cache keeps what is written to it: whole seconds, from 1 to 2³² − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ttl(NonZeroU32);

/// The units of a time to live with their seconds, the longest first.
const UNITS: [(char, u32); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

impl Ttl {
    /// `seconds` seconds; `None` for 0.
    #[must_use]
    pub fn from_seconds(seconds: u32) -> Option<Ttl> {
        NonZeroU32::new(seconds).map(Ttl)
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0.get()
    }

    /// Reads a whole number with its unit: `30s`, `5m`, `12h`, `1d`. What lasts equally long is equal: `60m` is `1h`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Ttl> {
        let (_, seconds, number) = UNITS
            .iter()
            .find_map(|(unit, seconds)| Some((unit, seconds, text.strip_suffix(*unit)?)))?;
        if number.starts_with('0') || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Ttl::from_seconds(number.parse::<u32>().ok()?.checked_mul(*seconds)?)
    }
}

/// Writes the number in the longest unit in which it is whole: 300 seconds are `5m`, 5400 are `90m`.
impl fmt::Display for Ttl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find_map(|(unit, seconds)| {
            (self.seconds().checked_rem(*seconds) == Some(0))
                .then(|| Some((self.seconds().checked_div(*seconds)?, *unit)))?
        });
        let (number, unit) = whole.unwrap_or((self.seconds(), 's'));
        write!(out, "{number}{unit}")
    }
}

/// What is paid for. Meters are disjoint: a token is counted by one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    /// Input tokens that are neither read from nor written to a cache.
    Input,
    /// Input tokens read from a cache.
    CachedInput,
    /// Input tokens written to a cache, for a time that is not stated.
    CacheWrite,
    /// Input tokens written to a cache that keeps them for this long.
    CacheWriteFor(Ttl),
    /// Output tokens that can be seen.
    Output,
    /// Output tokens of reasoning.
    Reasoning,
}

impl Meter {
    /// The meters but for those of a time to live, of which there are as many as there are times.
    pub const PLAIN: [Meter; 5] = [
        Meter::Input,
        Meter::CachedInput,
        Meter::CacheWrite,
        Meter::Output,
        Meter::Reasoning,
    ];

    /// Reads the name in price sheets and usage reports: `input`, `cached_input`, `cache_write`, `cache_write_5m`,
    /// `output`, `reasoning`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Meter> {
        match text.strip_prefix("cache_write_") {
            Some(ttl) => Ttl::parse(ttl).map(Meter::CacheWriteFor),
            None => Meter::PLAIN
                .into_iter()
                .find(|meter| meter.plain_name() == text),
        }
    }

    /// The name but for the time to live.
    const fn plain_name(self) -> &'static str {
        match self {
            Meter::Input => "input",
            Meter::CachedInput => "cached_input",
            Meter::CacheWrite | Meter::CacheWriteFor(_) => "cache_write",
            Meter::Output => "output",
            Meter::Reasoning => "reasoning",
        }
    }

    /// Whether it counts input.
    #[must_use]
    pub const fn is_input(self) -> bool {
        match self {
            Meter::Input | Meter::CachedInput | Meter::CacheWrite | Meter::CacheWriteFor(_) => true,
            Meter::Output | Meter::Reasoning => false,
        }
    }

    /// Whether it counts what is written to a cache.
    #[must_use]
    pub const fn is_cache_write(self) -> bool {
        match self {
            Meter::CacheWrite | Meter::CacheWriteFor(_) => true,
            Meter::Input | Meter::CachedInput | Meter::Output | Meter::Reasoning => false,
        }
    }

    /// The meter whose rate holds where this one has none. It counts input where this one does, and output where this
    /// one does.
    #[must_use]
    pub const fn fallback(self) -> Option<Meter> {
        match self {
            Meter::CacheWriteFor(_) => Some(Meter::CacheWrite),
            Meter::CachedInput | Meter::CacheWrite => Some(Meter::Input),
            Meter::Reasoning => Some(Meter::Output),
            Meter::Input | Meter::Output => None,
        }
    }
}

/// Writes the name in price sheets and usage reports, equal for equal times: `cache_write_1h`.
impl fmt::Display for Meter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.plain_name())?;
        match self {
            Meter::CacheWriteFor(ttl) => write!(out, "_{ttl}"),
            Meter::Input
            | Meter::CachedInput
            | Meter::CacheWrite
            | Meter::Output
            | Meter::Reasoning => Ok(()),
        }
    }
}

/// How many tokens each meter counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Sorted by meter, one entry each, none of them 0.
    counts: Vec<(Meter, u64)>,
    input: u64,
    output: u64,
}

impl Usage {
    /// Counts by meter; those of equal meters add up. `None` where the input, or the output, is more than 2⁶⁴ − 1 tokens.
    #[must_use]
    pub fn new(counts: impl IntoIterator<Item = (Meter, u64)>) -> Option<Usage> {
        let mut usage = Usage::default();
        for (meter, count) in counts {
            let side = if meter.is_input() {
                &mut usage.input
            } else {
                &mut usage.output
            };
            *side = side.checked_add(count)?;
            if count == 0 {
                continue;
            }
            match usage
                .counts
                .binary_search_by(|(known, _)| known.cmp(&meter))
            {
                Ok(at) => {
                    let (_, known) = usage.counts.get_mut(at)?;
                    *known = known.checked_add(count)?;
                }
                Err(at) => usage.counts.insert(at, (meter, count)),
            }
        }
        Some(usage)
    }

    /// The meters that count a token, with their counts, in the order of [`Meter`].
    pub fn counts(&self) -> impl Iterator<Item = (Meter, u64)> {
        self.counts.iter().copied()
    }

    /// What one meter counts.
    #[must_use]
    pub fn count(&self, meter: Meter) -> u64 {
        self.counts()
            .find(|(known, _)| *known == meter)
            .map_or(0, |(_, count)| count)
    }

    /// All input, what is read from and written to caches included: what price bands are measured by.
    #[must_use]
    pub const fn input(&self) -> u64 {
        self.input
    }

    /// All output, reasoning included.
    #[must_use]
    pub const fn output(&self) -> u64 {
        self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn what_lasts_equally_long_is_one_meter() {
        let hour = Meter::parse("cache_write_1h").unwrap();
        assert_eq!(Meter::parse("cache_write_60m"), Some(hour));
        assert_eq!(Meter::parse("cache_write_3600s"), Some(hour));
        assert_ne!(Meter::parse("cache_write_5m"), Some(hour));
        assert_ne!(Meter::parse("cache_write"), Some(hour));
    }

    #[test]
    fn a_meter_is_written_in_the_longest_whole_unit() {
        for (read, written) in [
            ("input", "input"),
            ("cached_input", "cached_input"),
            ("cache_write", "cache_write"),
            ("cache_write_300s", "cache_write_5m"),
            ("cache_write_90m", "cache_write_90m"),
            ("cache_write_24h", "cache_write_1d"),
            ("cache_write_12h", "cache_write_12h"),
            ("cache_write_61s", "cache_write_61s"),
            ("output", "output"),
            ("reasoning", "reasoning"),
        ] {
            assert_eq!(Meter::parse(read).unwrap().to_string(), written);
        }
    }

    #[test]
    fn what_is_no_meter_is_refused() {
        for text in [
            "",
            "Input",
            "cache_write_",
            "cache_write_0m",
            "cache_write_05m",
            "cache_write_m",
            "cache_write_5",
            "cache_write_5min",
            "cache_write_-5m",
            "cache_write_1.5h",
            "cache_write_5m ",
            "cache_write_50000d",
            "image",
        ] {
            assert_eq!(Meter::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fallback_stays_on_its_side() {
        let ttl = Ttl::from_seconds(300).map(Meter::CacheWriteFor);
        for meter in Meter::PLAIN.into_iter().chain(ttl) {
            if let Some(other) = meter.fallback() {
                assert_eq!(meter.is_input(), other.is_input(), "{meter}");
            }
        }
    }

    #[test]
    fn counts_of_one_meter_add_up_and_nothing_is_counted_twice() {
        let ttl = |text| Meter::parse(text).unwrap();
        let usage = Usage::new([
            (Meter::Reasoning, 3),
            (ttl("cache_write_60m"), 5),
            (Meter::Input, 10),
            (ttl("cache_write_1h"), 2),
            (Meter::CachedInput, 0),
            (Meter::Output, 4),
        ])
        .unwrap();
        assert_eq!(
            usage.counts().collect::<Vec<_>>(),
            [
                (Meter::Input, 10),
                (ttl("cache_write_1h"), 7),
                (Meter::Output, 4),
                (Meter::Reasoning, 3)
            ]
        );
        assert_eq!((usage.input(), usage.output()), (17, 7));
        assert_eq!(usage.count(Meter::CachedInput), 0);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_none() {
        assert_eq!(
            Usage::new([(Meter::Input, u64::MAX), (Meter::CachedInput, 1)]),
            None
        );
        assert!(Usage::new([(Meter::Input, u64::MAX), (Meter::Output, u64::MAX)]).is_some());
    }
}
