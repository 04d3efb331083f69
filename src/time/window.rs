//! Calendar windows: the minute, day, month … that an instant lies in, by the clocks of a zone.

use crate::time::{Day, Instant, TimeZone, Weekday};

/// A span of the calendar after which counters start again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// Three months, from January, April, July or October on.
    Quarter,
    /// A year, from January on.
    Year,
}

impl Window {
    /// The first instant after the window that `at` lies in; `None` where that lies beyond the year 9999.
    ///
    /// Minutes and hours are those of UTC; days and longer windows begin when the zone's clocks show midnight, or first
    /// show anything later.
    #[must_use]
    pub fn end(self, zone: &TimeZone, at: Instant) -> Option<Instant> {
        let after = |ms: i64| {
            let into = at.millis().checked_rem_euclid(ms)?;
            at.plus_millis(ms.checked_sub(into)?)
        };
        let day = zone.day_of(at);
        let (year, month, _) = day.civil();
        let first_of = |months: i64| {
            let month = month.checked_sub(1)?;
            let begun = month.checked_sub(month.checked_rem_euclid(months)?)?;
            let next = begun.checked_add(months)?;
            let year = year.checked_add(next.div_euclid(12))?;
            Day::from_civil(year, next.rem_euclid(12).checked_add(1)?, 1)
        };
        let next = match self {
            Window::Minute => return after(60_000),
            Window::Hour => return after(3_600_000),
            Window::Day => day.next(),
            Window::Week => {
                let monday = |day: &Day| day.weekday() == Weekday::Monday;
                let mut next = day.next();
                while let Some(day) = next.filter(|day| !monday(day)) {
                    next = day.next();
                }
                next
            }
            Window::Month => first_of(1),
            Window::Quarter => first_of(3),
            Window::Year => first_of(12),
        };
        zone.start_of(next?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(window: Window, zone: &TimeZone, at: &str) -> alloc::string::String {
        use alloc::string::ToString;
        let at = Instant::parse(at).unwrap();
        window.end(zone, at).unwrap().to_string()
    }

    #[test]
    fn windows_end_where_the_next_begins() {
        let utc = TimeZone::UTC;
        for (window, at, ends) in [
            (
                Window::Minute,
                "2026-11-22T10:00:59.999Z",
                "2026-11-22T10:01:00Z",
            ),
            (
                Window::Minute,
                "2026-11-22T10:01:00Z",
                "2026-11-22T10:02:00Z",
            ),
            (Window::Hour, "2026-11-22T10:59:00Z", "2026-11-22T11:00:00Z"),
            (Window::Day, "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
            (Window::Week, "2026-11-22T10:00:00Z", "2026-11-23T00:00:00Z"),
            (Window::Week, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (
                Window::Month,
                "2028-02-29T10:00:00Z",
                "2028-03-01T00:00:00Z",
            ),
            (
                Window::Quarter,
                "2026-11-22T10:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            (
                Window::Quarter,
                "2026-04-01T00:00:00Z",
                "2026-07-01T00:00:00Z",
            ),
            (Window::Year, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(end(window, &utc, at), ends, "{window:?} at {at}");
        }
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let pacific = TimeZone::fixed(-8 * 3_600_000).unwrap();
        assert_eq!(
            end(Window::Month, &pacific, "2026-12-01T07:59:59Z"),
            "2026-12-01T08:00:00Z"
        );
        assert_eq!(
            end(Window::Month, &pacific, "2026-12-01T08:00:00Z"),
            "2027-01-01T08:00:00Z"
        );
    }
}
