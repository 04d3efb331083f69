//! The time zones of IANA's Time Zone Database, from a table that `cargo xtask timezones` writes.
//!
//! One line for each zone: its names, `|`, and what its clocks do, in minutes. The first number is how far they are
//! ahead of UTC on 2000-01-01; what follows are changes of that. `122340+60` is one so many minutes after the last (the
//! first: after 2000-01-01T00:00Z) by so much; a change without `+` or `-` undoes the one before it.
//! `3.5.0/60/120` comes in every year after the others: the month, the week of the month (5 is the last) and the weekday
//! (0 is Sunday), the minutes after midnight UTC of that day, how far the clocks are ahead from then on.

mod table;

use alloc::vec::Vec;

pub use table::TZDB_VERSION;

use super::zone::{FIRST, Yearly};
use super::{TimeZone, Weekday, parse_offset};

impl TimeZone {
    /// Reads `UTC`, an offset from it such as `+01:00`, or a name of IANA's Time Zone Database ([`TZDB_VERSION`]) such
    /// as `Europe/London`, spelled as it is there; links such as `GB` are names too.
    ///
    /// The database is kept from 2000-01-01T00:00:00Z on. Before, a zone has the offset of that instant.
    #[must_use]
    pub fn parse(text: &str) -> Option<TimeZone> {
        if text == "UTC" {
            return Some(TimeZone::UTC);
        }
        if let Some(offset) = parse_offset(text) {
            return TimeZone::fixed(offset);
        }
        lines()
            .find(|(names, _)| names.split(' ').any(|name| name == text))
            .and_then(|(_, data)| read(data))
    }

    /// Every name of a zone that [`TimeZone::parse`] reads.
    pub fn names() -> impl Iterator<Item = &'static str> {
        lines().flat_map(|(names, _)| names.split(' '))
    }
}

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    table::ZONES.lines().filter_map(|line| line.split_once('|'))
}

fn read(data: &str) -> Option<TimeZone> {
    let mut tokens = data.split(' ');
    let mut offset = minutes(tokens.next()?)?;
    let zone = TimeZone::fixed(offset)?;
    let mut at = FIRST;
    let mut by = 0_i64;
    let mut changes = Vec::new();
    let mut yearly = Vec::new();
    for token in tokens {
        if token.contains('/') {
            yearly.push(every_year(token)?);
            continue;
        }
        let sign = token.find(['+', '-']).unwrap_or(token.len());
        let (after, change) = token.split_at_checked(sign)?;
        by = match change {
            "" => by.checked_neg()?,
            _ => minutes(change)?,
        };
        at = at.checked_add(minutes(after)?)?;
        offset = offset.checked_add(by)?;
        changes.push((at, offset));
    }
    Some(zone.with(changes, <[Yearly; 2]>::try_from(yearly).ok()))
}

fn every_year(token: &str) -> Option<Yearly> {
    let mut parts = token.split('/');
    let mut day = parts.next()?.split('.').map(str::parse::<i64>);
    let mut next = || day.next()?.ok();
    Some(Yearly {
        month: next()?,
        week: next()?,
        weekday: match next()? {
            0 => Weekday::Sunday,
            1 => Weekday::Monday,
            2 => Weekday::Tuesday,
            3 => Weekday::Wednesday,
            4 => Weekday::Thursday,
            5 => Weekday::Friday,
            _ => Weekday::Saturday,
        },
        ms: minutes(parts.next()?)?,
        offset: minutes(parts.next()?)?,
    })
}

/// Minutes as text in milliseconds.
fn minutes(text: &str) -> Option<i64> {
    text.parse::<i64>().ok()?.checked_mul(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Day, Instant};
    use alloc::string::ToString;

    #[track_caller]
    fn starts(zone: &str, day: &str, expected: &str) {
        let zone = TimeZone::parse(zone).unwrap();
        let start = zone.start_of(Day::parse(day).unwrap()).unwrap();
        assert_eq!(start.to_string(), expected);
    }

    #[test]
    fn every_line_of_the_table_reads_to_its_end() {
        for (names, data) in lines() {
            let zone = read(data).unwrap();
            let changes = data.split(' ').skip(1).filter(|token| !token.contains('/'));
            let yearly = data.contains('/');
            assert_eq!(zone.counts(), (changes.count(), yearly), "{names}");
        }
    }

    #[test]
    fn a_day_begins_when_the_clocks_of_its_zone_say_so() {
        starts("UTC", "2026-07-01", "2026-07-01T00:00:00Z");
        starts("Europe/London", "2026-07-01", "2026-06-30T23:00:00Z");
        starts("Europe/London", "2026-12-01", "2026-12-01T00:00:00Z");
        starts("GB", "9999-07-01", "9999-06-30T23:00:00Z");
        starts("Europe/Dublin", "2026-07-01", "2026-06-30T23:00:00Z");
        starts("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z");
        starts("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z");
        starts("Asia/Kathmandu", "2026-04-27", "2026-04-26T18:15:00Z");
        starts("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z");
        starts("Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30:00Z");
        starts("Antarctica/Troll", "2026-03-30", "2026-03-29T22:00:00Z");
    }

    #[test]
    fn where_midnight_is_skipped_the_day_begins_after_the_gap() {
        starts("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z");
        starts("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z");
        starts("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z");
        starts("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z");
    }

    #[test]
    fn a_day_that_is_skipped_begins_with_the_next() {
        starts("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z");
        starts("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z");
        starts("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z");
        starts("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z");
    }

    #[test]
    fn where_midnight_comes_twice_the_day_begins_with_the_first() {
        // The clocks went back from 00:01 to 23:01.
        starts("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z");
        let zone = TimeZone::parse("America/St_Johns").unwrap();
        let day = |text: &str| zone.day_of(Instant::parse(text).unwrap()).to_string();
        assert_eq!(day("2010-11-07T02:30:30Z"), "2010-11-07");
        assert_eq!(day("2010-11-07T02:31:00Z"), "2010-11-06");
        assert_eq!(day("2010-11-07T03:30:00Z"), "2010-11-07");
    }

    #[test]
    fn before_2000_a_zone_has_the_offset_of_2000() {
        starts("Europe/London", "1999-07-01", "1999-07-01T00:00:00Z");
        starts("Australia/Sydney", "0001-01-02", "0001-01-01T13:00:00Z");
        // The first instant that can be written stands for what would lie before it.
        starts("Australia/Sydney", "0001-01-01", "0001-01-01T00:00:00Z");
    }

    #[test]
    fn what_names_no_zone_is_none() {
        for text in [
            "",
            "|",
            " ",
            "London",
            "europe/london",
            "GMT+1",
            "+24:00",
            "Europe/London ",
        ] {
            assert_eq!(TimeZone::parse(text), None, "{text:?}");
        }
    }
}
