//! Instants and calendar days: `i64` milliseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds;
//! the days of time zones, and periods counted in days.
//!
//! There is no clock in this crate; every instant is an argument.

mod calendar;
#[cfg(feature = "authoring")]
mod tzdb;
mod window;
mod zone;

pub use calendar::{Calendar, MAX_DAYS, Period};
#[cfg(feature = "authoring")]
pub use tzdb::TZDB_VERSION;
pub use window::Window;
pub use zone::TimeZone;

use alloc::format;
use alloc::string::String;
use core::fmt;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// An instant, in milliseconds UTC. Intervals are half-open: `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// 0001-01-01T00:00:00Z, the earliest instant that can be written.
    pub const MIN: Instant = Instant(-62_135_596_800_000);
    /// 9999-12-31T23:59:59.999Z, the latest instant that can be written.
    pub const MAX: Instant = Instant(253_402_300_799_999);

    /// The instant `ms` milliseconds after the epoch, or `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_millis(ms: i64) -> Option<Instant> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&ms)
            .then_some(Instant(ms))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 (`2026-04-27T00:00:00Z`, `2026-04-27T02:00:00.5+02:00`): a time needs an offset, at most
    /// three fractional digits count, and the seconds run to 59.
    #[must_use]
    pub fn parse(text: &str) -> Option<Instant> {
        let (day, rest) = text.split_at_checked(10)?;
        let day = Day::parse(day)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (clock, rest) = rest.split_at_checked(8)?;
        let mut parts = clock.split(':');
        let mut field = |limit: i64| {
            let part = parts.next()?;
            let value = two_digits(part)?;
            (value < limit).then_some(value)
        };
        let (hour, minute, second) = (field(24)?, field(60)?, field(60)?);
        let (millis, rest) = match rest.strip_prefix('.') {
            None => (0, rest),
            Some(fraction) => {
                let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
                let (fraction, rest) = fraction.split_at_checked(digits)?;
                if digits == 0 || digits > 9 {
                    return None;
                }
                let mut padded = String::from(fraction);
                while padded.len() < 3 {
                    padded.push('0');
                }
                (padded.get(..3)?.parse::<i64>().ok()?, rest)
            }
        };
        let offset_ms = parse_offset(rest)?;
        let seconds = hour
            .checked_mul(3600)?
            .checked_add(minute.checked_mul(60)?)?
            .checked_add(second)?;
        let ms = day
            .start()
            .0
            .checked_add(seconds.checked_mul(1000)?)?
            .checked_add(millis)?
            .checked_sub(offset_ms)?;
        Instant::from_millis(ms)
    }

    /// This instant moved by `ms`, or `None` where it would leave the years 1 to 9999.
    #[must_use]
    pub fn plus_millis(self, ms: i64) -> Option<Instant> {
        Instant::from_millis(self.0.checked_add(ms)?)
    }

    /// The UTC day that holds this instant.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MS))
    }
}

/// An offset from UTC: `Z`, `+02:00` or `-05:30`, in milliseconds east of Greenwich.
#[must_use]
pub fn parse_offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1_i64, digits),
        (None, None) => return None,
    };
    parse_time_of_day(digits)?.checked_mul(sign)
}

/// A time of day in hours and minutes, `17:00`, in milliseconds after midnight; up to `23:59`.
#[must_use]
pub fn parse_time_of_day(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    hours
        .checked_mul(60)?
        .checked_add(minutes)?
        .checked_mul(60_000)
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Writes RFC 3339 in UTC, with three fractional digits unless they are zero.
impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_day = self.0.rem_euclid(DAY_MS);
        let millis = in_day.rem_euclid(1000);
        let seconds = in_day.div_euclid(1000);
        let (hour, minute, second) = (
            seconds.div_euclid(3600),
            seconds.div_euclid(60).rem_euclid(60),
            seconds.rem_euclid(60),
        );
        write!(out, "{}T{hour:02}:{minute:02}:{second:02}", self.day())?;
        if millis != 0 {
            write!(out, ".{millis:03}")?;
        }
        out.write_str("Z")
    }
}

/// A calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// Reads `2026-04-27`; years 1 to 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        let number = |part: Option<&str>| {
            let part = part?;
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse::<i64>().ok())
                .flatten()
        };
        Day::from_civil(
            number(text.get(..4))?,
            number(text.get(5..7))?,
            number(text.get(8..))?,
        )
    }

    /// The day of a year (1 to 9999), month (1 to 12) and day of month, or `None` where the calendar has none.
    ///
    /// The count of days follows Howard Hinnant's `days_from_civil`.
    #[must_use]
    pub fn from_civil(year: i64, month: i64, day: i64) -> Option<Day> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        if day < 1 || day > days_in_month(year, month) {
            return None;
        }
        let shifted = if month <= 2 {
            year.checked_sub(1)?
        } else {
            year
        };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = month.checked_add(9)?.rem_euclid(12);
        let day_of_year = month_from_march
            .checked_mul(153)?
            .checked_add(2)?
            .div_euclid(5)
            .checked_add(day)?
            .checked_sub(1)?;
        let day_of_era = year_of_era
            .checked_mul(365)?
            .checked_add(year_of_era.div_euclid(4))?
            .checked_sub(year_of_era.div_euclid(100))?
            .checked_add(day_of_year)?;
        let days = era
            .checked_mul(146_097)?
            .checked_add(day_of_era)?
            .checked_sub(719_468)?;
        Some(Day(days))
    }

    /// Year, month (1 to 12) and day of month (1 to 31).
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a Day lies within the years 1 to 9999, so every term stays below 2^32"
    )]
    pub fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    /// Midnight UTC at the start of this day.
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a Day lies within the years 1 to 9999"
    )]
    pub fn start(self) -> Instant {
        Instant(self.0 * DAY_MS)
    }

    /// The first and the last millisecond of this day in UTC.
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a Day lies within the years 1 to 9999"
    )]
    pub fn span(self) -> [Instant; 2] {
        [self.start(), Instant(self.start().0 + (DAY_MS - 1))]
    }

    /// The day after, or `None` after 9999-12-31.
    #[must_use]
    pub fn next(self) -> Option<Day> {
        self.plus(1)
    }

    /// The day that many days later, or `None` outside the years 1 to 9999.
    #[must_use]
    pub fn plus(self, days: i64) -> Option<Day> {
        let ms = self.0.checked_add(days)?.checked_mul(DAY_MS)?;
        Instant::from_millis(ms).map(Instant::day)
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match self.0.rem_euclid(7) {
            0 => Weekday::Thursday,
            1 => Weekday::Friday,
            2 => Weekday::Saturday,
            3 => Weekday::Sunday,
            4 => Weekday::Monday,
            5 => Weekday::Tuesday,
            _ => Weekday::Wednesday,
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weekday {
    /// The day after Sunday.
    Monday,
    /// The day after Monday.
    Tuesday,
    /// The day after Tuesday.
    Wednesday,
    /// The day after Wednesday.
    Thursday,
    /// The day after Thursday.
    Friday,
    /// The day after Friday.
    Saturday,
    /// The day after Saturday.
    Sunday,
}

impl Weekday {
    /// The week, from Monday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// The moment a decision is asked for: an instant, or a whole day when the hour is not known.
///
/// A day is three-valued: on a day of change nobody can say which clauses are in force. For a contract it is the day of
/// its own time zone, in conditions and for prices and facts that of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A known instant.
    Instant(Instant),
    /// Some instant of this day.
    Day(Day),
}

impl At {
    /// Reads `2026-04-27T10:00:00Z` or `2026-04-27`.
    #[must_use]
    pub fn parse(text: &str) -> Option<At> {
        Day::parse(text)
            .map(At::Day)
            .or_else(|| Instant::parse(text).map(At::Instant))
    }

    /// The instant itself, or the start of the day.
    #[must_use]
    pub fn start(self) -> Instant {
        match self {
            At::Instant(instant) => instant,
            At::Day(day) => day.start(),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Instant(instant) => instant.fmt(out),
            At::Day(day) => day.fmt(out),
        }
    }
}

/// A length of time in words: `90 s`, `4 d`.
#[must_use]
pub fn describe_millis(ms: i64) -> String {
    let units = [
        (DAY_MS, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1000, "s"),
    ];
    for (unit, name) in units {
        if ms != 0 && ms.rem_euclid(unit) == 0 {
            return format!("{} {name}", ms.div_euclid(unit));
        }
    }
    format!("{ms} ms")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn instants_round_trip_through_text() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2032-12-31T23:59:59.999Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z",
            "2024-02-29T12:00:00Z",
        ] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        let mut day = Day::parse("1999-12-30").unwrap();
        for _ in 0..146_097 {
            assert_eq!(Day::parse(&day.to_string()), Some(day));
            day = day.next().unwrap();
        }
        assert_eq!(day.to_string(), "2399-12-30");
    }

    #[test]
    fn offsets_move_the_instant() {
        assert_eq!(
            Instant::parse("2026-04-27T02:00:00+02:00"),
            Instant::parse("2026-04-27T00:00:00Z")
        );
        assert_eq!(
            Instant::parse("2026-04-26T19:30:00.25-04:30")
                .unwrap()
                .to_string(),
            "2026-04-27T00:00:00.250Z"
        );
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-04-31",
            "0000-01-01",
            "2026-4-27",
            "２026-04-27",
            "+026-04-27",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        for text in [
            "2026-04-27T00:00:00",
            "2026-04-27T24:00:00Z",
            "2026-04-27T00:60:00Z",
            "2026-04-27T00:00:60Z",
            "2026-04-27T00:00:00.Z",
            "2026-04-27T00:00:00+2:00",
            "2026-04-27T0:00:00Z",
            "2026-04-27T+1:00:00Z",
            "0001-01-01T00:00:00+00:01",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
