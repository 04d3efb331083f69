//! Time zones: how local clocks stand against UTC at every instant, and when local days begin.

use alloc::vec::Vec;

use super::{DAY_MS, Day, Instant, Weekday};

/// Since when changes are known: 2000-01-01T00:00:00Z, in milliseconds.
pub(super) const FIRST: i64 = 946_684_800_000;

/// A time zone: the offset of its clocks from UTC at every instant, less than a day either way.
///
/// What a clock shows may jump over a midnight or over a whole day, and may show it twice. A local day or time is
/// therefore always meant as the first instant at which the clock shows it or anything later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeZone {
    /// Milliseconds east of Greenwich before the first change.
    first: i64,
    /// Instants in milliseconds, ascending, each with the offset from then on.
    changes: Vec<(i64, i64)>,
    /// Two changes in every year, after the last of `changes`.
    yearly: Option<[Yearly; 2]>,
}

/// A change of offset on the same weekday of the same month in every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Yearly {
    /// From 1.
    pub(super) month: i64,
    pub(super) weekday: Weekday,
    /// The how manieth of its weekday in the month, from 1; 5 is the last.
    pub(super) week: i64,
    /// Milliseconds from midnight UTC of that day, which may reach into the days around it.
    pub(super) ms: i64,
    /// The offset from then on, in milliseconds.
    pub(super) offset: i64,
}

impl TimeZone {
    /// The zone whose clocks show UTC.
    pub const UTC: TimeZone = TimeZone {
        first: 0,
        changes: Vec::new(),
        yearly: None,
    };

    /// The zone whose clocks are always `ms` milliseconds ahead of UTC, or `None` for a day or more.
    #[must_use]
    pub fn fixed(ms: i64) -> Option<TimeZone> {
        (-DAY_MS < ms && ms < DAY_MS).then_some(TimeZone {
            first: ms,
            ..TimeZone::UTC
        })
    }

    /// The zone with further changes: the instants in milliseconds and ascending, offsets shorter than a day.
    #[cfg(feature = "authoring")]
    pub(super) fn with(self, changes: Vec<(i64, i64)>, yearly: Option<[Yearly; 2]>) -> TimeZone {
        TimeZone {
            changes,
            yearly,
            ..self
        }
    }

    /// How many changes it has, and whether there are more in every year.
    #[cfg(all(test, feature = "authoring"))]
    pub(super) fn counts(&self) -> (usize, bool) {
        (self.changes.len(), self.yearly.is_some())
    }

    /// The local day at an instant, within the years 1 to 9999.
    #[must_use]
    pub fn day_of(&self, instant: Instant) -> Day {
        let local = instant.0.saturating_add(self.offset_ms(instant));
        Instant(local.clamp(Instant::MIN.0, Instant::MAX.0)).day()
    }

    /// How many milliseconds the clocks are ahead of UTC at an instant.
    #[must_use]
    pub fn offset_ms(&self, instant: Instant) -> i64 {
        self.stretch(instant.0).0
    }

    /// The first instant whose local day is `day` or a later one: where midnight or the whole day is skipped, the
    /// first after the gap. Not before the year 1; `None` where it would lie after the year 9999.
    #[must_use]
    pub fn start_of(&self, day: Day) -> Option<Instant> {
        self.first_at(day, 0)
    }

    /// The first instant at which the clocks show `ms` milliseconds after midnight of `day`, or anything later.
    #[must_use]
    pub fn first_at(&self, day: Day, ms: i64) -> Option<Instant> {
        let local = day.start().0.saturating_add(ms);
        // Offsets are shorter than a day: before this, the clocks show less.
        let mut from = local.saturating_sub(DAY_MS);
        loop {
            let (offset, end) = self.stretch(from);
            let reached = from.max(local.saturating_sub(offset));
            match end {
                Some(end) if end <= reached => from = end,
                Some(_) | None => return Instant::from_millis(reached.max(Instant::MIN.0)),
            }
        }
    }

    /// The offset at a time in milliseconds, and when it changes next. Before [`FIRST`] it is the offset of that time.
    fn stretch(&self, at: i64) -> (i64, Option<i64>) {
        let at = at.max(FIRST);
        let next = self.changes.partition_point(|(change, _)| *change <= at);
        let last = next
            .checked_sub(1)
            .and_then(|index| self.changes.get(index).copied());
        let (mut begun, mut offset) = last.unwrap_or((i64::MIN, self.first));
        let mut end = self.changes.get(next).map(|(change, _)| *change);
        if let (None, Some(yearly)) = (end, &self.yearly) {
            let (year, _, _) = Day(at.div_euclid(DAY_MS)).civil();
            for year in [year.saturating_sub(1), year, year.saturating_add(1)] {
                for change in yearly {
                    let Some(instant) = change.in_year(year) else {
                        continue;
                    };
                    if instant > at {
                        end = Some(end.map_or(instant, |end| end.min(instant)));
                    } else if instant > begun {
                        (begun, offset) = (instant, change.offset);
                    }
                }
            }
        }
        (offset, end)
    }
}

impl Yearly {
    /// The instant of the change in a year from 1 to 9999, in milliseconds.
    fn in_year(&self, year: i64) -> Option<i64> {
        let mut day = Day::from_civil(year, self.month, 1)?;
        while day.weekday() != self.weekday {
            day = day.next()?;
        }
        for _ in 1..self.week {
            match day.plus(7).filter(|later| later.civil().1 == self.month) {
                Some(later) => day = later,
                None => break,
            }
        }
        day.start().0.checked_add(self.ms)
    }
}
