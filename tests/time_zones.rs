//! Time zones against a second implementation: the crate jiff, with the data that our table is made from.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::{self, TimeZoneDatabase};
use wayleave::time::{DAY_MS, Day, Instant, TimeZone};

/// 2000-01-01T00:00:00Z and a hundred years later, in milliseconds.
const YEARS: Range<i64> = 946_684_800_000..4_102_444_800_000;
/// The same for some of the last years there are.
const LAST_YEARS: Range<i64> = 252_455_616_000_000..252_550_310_400_000;

/// Every zone by name, as both have it.
fn zones() -> Vec<(&'static str, TimeZone, tz::TimeZone)> {
    let database = TimeZoneDatabase::bundled();
    let mut zones: Vec<_> = TimeZone::names()
        .map(|name| {
            let theirs = database.get(name).unwrap();
            (name, TimeZone::parse(name).unwrap(), theirs)
        })
        .collect();
    zones.sort_by_key(|(name, _, _)| *name);
    zones
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn offset(zone: &tz::TimeZone, ms: i64) -> i64 {
    i64::from(zone.to_offset(timestamp(ms)).seconds()) * 1000
}

/// The local day, counted from 1970-01-01.
fn day(zone: &tz::TimeZone, ms: i64) -> i64 {
    (ms + offset(zone, ms)).div_euclid(DAY_MS)
}

/// When the zone changes in these years.
fn changes(zone: &tz::TimeZone) -> Vec<i64> {
    let within = |range: &Range<i64>| -> Vec<i64> {
        zone.following(timestamp(range.start))
            .map(|change| change.timestamp().as_millisecond())
            .take_while(|change| *change < range.end)
            .collect()
    };
    [within(&YEARS), within(&LAST_YEARS)].concat()
}

fn number(day: Day) -> i64 {
    day.start().millis() / DAY_MS
}

fn day_at(number: i64) -> Day {
    Instant::from_millis(number * DAY_MS).unwrap().day()
}

/// SplitMix64.
struct Seeded(u64);

impl Seeded {
    fn within(&mut self, range: &Range<i64>) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let length = u64::try_from(range.end - range.start).unwrap();
        range.start + i64::try_from(mixed % length).unwrap()
    }
}

#[test]
fn every_name_is_known_and_no_other() {
    let ours: Vec<String> = zones()
        .into_iter()
        .map(|(name, _, _)| name.into())
        .collect();
    let mut theirs: Vec<String> = TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.to_string())
        .collect();
    theirs.sort();
    assert_eq!(ours, theirs);
    assert!(ours.len() >= 590, "{}", ours.len());
}

#[test]
fn offsets_agree_at_every_change_and_at_seeded_instants() {
    let mut seeded = Seeded(1);
    let mut asked = 0;
    for (name, ours, theirs) in zones() {
        let mut instants: Vec<i64> = (0..200).map(|_| seeded.within(&YEARS)).collect();
        instants.extend((0..20).map(|_| seeded.within(&LAST_YEARS)));
        instants.push(YEARS.start);
        for change in changes(&theirs) {
            instants.extend([change - 1, change]);
        }
        asked += instants.len();
        for ms in instants {
            let instant = Instant::from_millis(ms).unwrap();
            let expected = offset(&theirs, ms);
            assert_eq!(ours.offset_ms(instant), expected, "{name} at {instant}");
            assert_eq!(
                number(ours.day_of(instant)),
                day(&theirs, ms),
                "{name} at {instant}"
            );
        }
    }
    assert!(asked >= 150_000, "{asked}");
}

/// A day begins where the clocks have it or a later one, and had none such before: between two changes they only go
/// forward, so it is enough to look at the last millisecond of each stretch.
#[test]
fn days_begin_at_the_first_instant_that_is_not_before_them() {
    let mut seeded = Seeded(2);
    let mut asked = 0;
    let mut skipped_midnights = 0;
    for (name, ours, theirs) in zones() {
        let within = changes(&theirs);
        let mut days: Vec<i64> = (0..20)
            .map(|_| seeded.within(&YEARS).div_euclid(DAY_MS))
            .collect();
        days.extend((0..5).map(|_| seeded.within(&LAST_YEARS).div_euclid(DAY_MS)));
        for change in &within {
            let day = change.div_euclid(DAY_MS);
            days.extend(day - 1..=day + 2);
        }
        days.sort_unstable();
        days.dedup();
        asked += days.len();
        for number in days {
            let start = ours.start_of(day_at(number)).unwrap().millis();
            let shown = day(&theirs, start);
            assert!(shown >= number, "{name}: {}", day_at(number));
            let near = |change: &&i64| (start - 2 * DAY_MS..start).contains(*change);
            for end in within.iter().filter(near).chain([&start]) {
                assert!(day(&theirs, end - 1) < number, "{name}: {}", day_at(number));
            }
            let clock = start + offset(&theirs, start);
            if clock.rem_euclid(DAY_MS) != 0 || shown > number {
                skipped_midnights += 1;
            }
        }
    }
    assert!(asked >= 100_000, "{asked}");
    assert!(skipped_midnights >= 500, "{skipped_midnights}");
}
