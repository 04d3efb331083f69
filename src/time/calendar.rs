//! Business days, and periods counted in days.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Day, Instant, TimeZone, Weekday};

/// The most days in a period.
pub const MAX_DAYS: u32 = 10_000;

/// Which days are business days, and when they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    weekend: Vec<Weekday>,
    /// How many days of the week are on no weekend; at least one.
    in_week: usize,
    /// Ascending, and none on a weekend.
    holidays: Vec<Day>,
    day_ends: Option<i64>,
}

impl Calendar {
    /// A calendar for the local days of a zone, or `None` where every day of the week is a weekend or the holidays do
    /// not ascend.
    ///
    /// `day_ends` is the time, in milliseconds after midnight, from which on an event counts as of the next business
    /// day; without it, days end at midnight.
    #[must_use]
    pub fn new(
        zone: TimeZone,
        weekend: Vec<Weekday>,
        mut holidays: Vec<Day>,
        day_ends: Option<i64>,
    ) -> Option<Calendar> {
        let in_week = Weekday::ALL
            .iter()
            .filter(|weekday| !weekend.contains(weekday))
            .count();
        if in_week == 0 || !holidays.is_sorted_by(|one, next| one < next) {
            return None;
        }
        holidays.retain(|day| !weekend.contains(&day.weekday()));
        Some(Calendar {
            zone,
            weekend,
            in_week,
            holidays,
            day_ends,
        })
    }

    /// Whether a day is neither on a weekend nor a holiday.
    #[must_use]
    pub fn is_business_day(&self, day: Day) -> bool {
        !self.weekend.contains(&day.weekday()) && self.holidays.binary_search(&day).is_err()
    }

    /// The `count`th business day after a day; the day itself for 0. `None` after the year 9999.
    fn business_day(&self, day: Day, count: u32) -> Option<Day> {
        let until = |end: Day| self.holidays.partition_point(|holiday| *holiday <= end);
        let before = until(day);
        let mut skipped = 0_usize;
        // Every turn but the last passes another holiday.
        loop {
            let end = self.working_day(day, usize::try_from(count).ok()?.checked_add(skipped)?)?;
            let passed = until(end).saturating_sub(before);
            if passed == skipped {
                return Some(end);
            }
            skipped = passed;
        }
    }

    /// The same as if there were no holidays.
    fn working_day(&self, day: Day, count: usize) -> Option<Day> {
        let Some(before_last) = count.checked_sub(1) else {
            return Some(day);
        };
        let weeks = i64::try_from(before_last.checked_div(self.in_week)?).ok()?;
        let mut left = before_last.checked_rem(self.in_week)?;
        let mut day = day.plus(weeks.checked_mul(7)?)?;
        loop {
            day = day.next()?;
            if self.weekend.contains(&day.weekday()) {
                continue;
            }
            match left.checked_sub(1) {
                Some(fewer) => left = fewer,
                None => return Some(day),
            }
        }
    }

    /// The business day as of which a day counts: itself or the next.
    fn counts_as(&self, day: Day) -> Option<Day> {
        if self.is_business_day(day) {
            Some(day)
        } else {
            self.business_day(day, 1)
        }
    }

    /// The business day as of which an event counts: its own, unless that has ended, or the next.
    fn day_of(&self, event: Instant) -> Option<Day> {
        let day = self.zone.day_of(event);
        let ended = self
            .day_ends
            .and_then(|ms| self.zone.first_at(day, ms))
            .is_some_and(|end| end <= event);
        if ended {
            self.business_day(day, 1)
        } else {
            self.counts_as(day)
        }
    }

    fn end_of(&self, day: Day) -> Option<Instant> {
        match self.day_ends {
            Some(ms) => self.zone.first_at(day, ms),
            None => self.zone.start_of(day.next()?),
        }
    }
}

/// A length of time in days, counted from the day after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Period {
    /// Days of the calendar, in a time zone.
    Days {
        /// How many, [`MAX_DAYS`] at most.
        days: u32,
        /// Where the days are counted.
        zone: Arc<TimeZone>,
    },
    /// Business days.
    BusinessDays {
        /// How many, [`MAX_DAYS`] at most.
        days: u32,
        /// Which days count.
        calendar: Arc<Calendar>,
    },
}

impl Period {
    /// The first instant after the period that an event begins, or `None` where that would lie after the year 9999.
    ///
    /// Day 1 is the first day, or business day, after the day as of which the event counts; the period ends with the
    /// last day. In business days an event after the end of its day, or on a day that is none, counts as of the next.
    #[must_use]
    pub fn ends(&self, event: Instant) -> Option<Instant> {
        self.ends_from(match self {
            Period::Days { zone, .. } => zone.day_of(event),
            Period::BusinessDays { calendar, .. } => calendar.day_of(event)?,
        })
    }

    /// The zone whose days it counts.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        match self {
            Period::Days { zone, .. } => zone,
            Period::BusinessDays { calendar, .. } => &calendar.zone,
        }
    }

    /// The same for an event of which nobody said the hour: it is taken for one before the end of its local day.
    #[must_use]
    pub fn ends_from(&self, day: Day) -> Option<Instant> {
        match self {
            Period::Days { days, zone } => {
                zone.start_of(day.plus(i64::from(*days).checked_add(1)?)?)
            }
            Period::BusinessDays { days, calendar } => {
                let first = calendar.counts_as(day)?;
                calendar.end_of(calendar.business_day(first, *days)?)
            }
        }
    }
}

#[cfg(feature = "authoring")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY_MS;
    use alloc::string::ToString;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn calendar(zone: &str, holidays: &[&str], day_ends: Option<i64>) -> Calendar {
        let weekend = Vec::from([Weekday::Saturday, Weekday::Sunday]);
        let holidays = holidays.iter().map(|text| day(text)).collect();
        Calendar::new(TimeZone::parse(zone).unwrap(), weekend, holidays, day_ends).unwrap()
    }

    fn business(days: u32, calendar: &Calendar) -> Period {
        let calendar = Arc::new(calendar.clone());
        Period::BusinessDays { days, calendar }
    }

    fn days(days: u32, zone: &str) -> Period {
        let zone = Arc::new(TimeZone::parse(zone).unwrap());
        Period::Days { days, zone }
    }

    #[track_caller]
    fn ends(period: &Period, event: &str, expected: &str) {
        let end = period.ends(Instant::parse(event).unwrap()).unwrap();
        assert_eq!(end.to_string(), expected, "{event}");
    }

    #[test]
    fn the_first_business_day_is_the_one_after_the_event() {
        let ten = business(10, &calendar("UTC", &[], None));
        for event in ["2026-03-02T00:00:00Z", "2026-03-02T23:59:59.999Z"] {
            ends(&ten, event, "2026-03-17T00:00:00Z");
        }
        // An event on a weekend counts as of Monday.
        ends(&ten, "2026-02-28T12:00:00Z", "2026-03-17T00:00:00Z");
        ends(&ten, "2026-03-01T12:00:00Z", "2026-03-17T00:00:00Z");
        ends(&ten, "2026-02-27T12:00:00Z", "2026-03-14T00:00:00Z");
    }

    #[test]
    fn the_day_of_an_event_is_that_of_the_zone() {
        // Still Sunday in New York, and Monday in London.
        let event = "2026-03-02T04:59:59.999Z";
        ends(&days(1, "America/New_York"), event, "2026-03-03T05:00:00Z");
        ends(&days(1, "Europe/London"), event, "2026-03-04T00:00:00Z");
    }

    #[test]
    fn days_of_23_and_25_hours_are_days() {
        let zone = "America/New_York";
        ends(
            &days(3, zone),
            "2026-03-05T12:00:00-05:00",
            "2026-03-09T04:00:00Z",
        );
        ends(
            &days(1, zone),
            "2026-10-31T12:00:00-04:00",
            "2026-11-02T05:00:00Z",
        );
        let three = business(3, &calendar(zone, &[], None));
        ends(&three, "2026-03-05T12:00:00-05:00", "2026-03-11T04:00:00Z");
        ends(&three, "2026-10-29T12:00:00-04:00", "2026-11-04T05:00:00Z");
    }

    #[test]
    fn an_event_after_the_end_of_its_day_counts_as_of_the_next_business_day() {
        let one = business(1, &calendar("America/New_York", &[], Some(17 * 3_600_000)));
        ends(
            &one,
            "2026-03-02T16:59:59.999-05:00",
            "2026-03-03T22:00:00Z",
        );
        ends(&one, "2026-03-02T17:00:00-05:00", "2026-03-04T22:00:00Z");
        // On Friday as of Monday; on Saturday too, and not once more for the hour.
        ends(&one, "2026-03-06T17:00:00-05:00", "2026-03-10T21:00:00Z");
        ends(&one, "2026-03-07T18:00:00-05:00", "2026-03-10T21:00:00Z");
        // Nobody said the hour.
        let end = one.ends_from(day("2026-03-02")).unwrap();
        assert_eq!(end.to_string(), "2026-03-03T22:00:00Z");
        let end = one.ends_from(day("2026-03-07")).unwrap();
        assert_eq!(end.to_string(), "2026-03-10T21:00:00Z");
    }

    #[test]
    fn a_day_that_ends_in_a_gap_ends_with_it() {
        let zone = TimeZone::parse("America/New_York").unwrap();
        let half_past_two = Some(150 * 60_000);
        let calendar = Calendar::new(zone, Vec::new(), Vec::new(), half_past_two).unwrap();
        let one = business(1, &calendar);
        ends(&one, "2026-03-07T01:00:00-05:00", "2026-03-08T07:00:00Z");
    }

    #[test]
    fn holidays_are_no_business_days() {
        let easter = ["2026-04-03", "2026-04-06"];
        let two = business(2, &calendar("Europe/London", &easter, None));
        ends(&two, "2026-04-01T12:00:00Z", "2026-04-07T23:00:00Z");
        // On Good Friday as of Tuesday.
        ends(&two, "2026-04-03T12:00:00Z", "2026-04-09T23:00:00Z");
    }

    #[test]
    fn a_weekend_is_any_days_of_the_week() {
        let zone = TimeZone::parse("Asia/Riyadh").unwrap();
        let weekend = Vec::from([Weekday::Friday, Weekday::Saturday]);
        let calendar = Calendar::new(zone, weekend, Vec::new(), None).unwrap();
        let one = business(1, &calendar);
        ends(&one, "2026-03-05T12:00:00+03:00", "2026-03-08T21:00:00Z");
        ends(&one, "2026-03-06T12:00:00+03:00", "2026-03-09T21:00:00Z");
        let never = Calendar::new(TimeZone::UTC, Weekday::ALL.to_vec(), Vec::new(), None);
        assert_eq!(never, None);
    }

    #[test]
    fn business_days_are_those_that_one_counts_one_by_one() {
        for mask in 0..127_u32 {
            let weekend = Weekday::ALL
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| mask & (1 << bit) != 0)
                .map(|(_, weekday)| weekday)
                .collect();
            let first = day("2026-01-01");
            // A row of holidays, and one now and then; some of them on weekends.
            let holidays: Vec<Day> = [3, 4, 5, 6, 7, 8, 9, 15, 31, 33, 64, 65]
                .into_iter()
                .filter_map(|days| first.plus(days))
                .collect();
            let calendar = Calendar::new(TimeZone::UTC, weekend, holidays, None).unwrap();
            for start in 0..10 {
                let start = first.plus(start).unwrap();
                let mut end = start;
                for count in 0..40 {
                    assert_eq!(
                        calendar.business_day(start, count),
                        Some(end),
                        "{calendar:?}"
                    );
                    end = end.next().unwrap();
                    while !calendar.is_business_day(end) {
                        end = end.next().unwrap();
                    }
                }
            }
        }
    }

    #[test]
    fn what_ends_after_the_last_year_does_not_end() {
        let long = business(MAX_DAYS, &calendar("UTC", &[], None));
        assert_eq!(long.ends(Instant::MAX), None);
        assert_eq!(days(MAX_DAYS, "UTC").ends(Instant::MAX), None);
        let start = day("2026-01-01").start();
        let weeks = i64::from(MAX_DAYS) / 5;
        let end = start.plus_millis((weeks * 7 + 1) * DAY_MS);
        assert_eq!(long.ends(start), end);
    }
}
