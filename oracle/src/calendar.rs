//! Periods of days and of business days.

use crate::Fault;
use crate::document::Node;
use crate::time::{DAY, Moment, Zone};

/// Which days are business days, and when they end.
#[derive(Clone, Debug)]
pub struct Calendar {
    name: String,
    /// Days of the week that are none, Monday being 0.
    weekend: Vec<i64>,
    holidays: Vec<i64>,
    zone: Zone,
    /// When a business day ends, in milliseconds after midnight; with the day where absent.
    day_ends: Option<i64>,
}

const WEEK: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl Calendar {
    /// Reads the calendar of a name.
    ///
    /// # Errors
    /// Where it names no zone, day or hour.
    pub fn read(name: &str, node: &Node) -> Result<Calendar, Fault> {
        let weekend = match node.get("weekend") {
            None => vec!["saturday".to_owned(), "sunday".to_owned()],
            Some(_) => node.texts_of("weekend"),
        };
        let weekend = (0..)
            .zip(WEEK)
            .filter(|(_, word)| weekend.iter().any(|day| day == word));
        let holidays = node.texts_of("holidays");
        let holidays: Result<Vec<i64>, Fault> = holidays
            .iter()
            .map(|day| Moment::parse(day).map(Moment::day))
            .collect();
        let day_ends = node.text_of("day_ends").map(|clock| {
            let minutes = clock.split_once(':').and_then(|(hours, minutes)| {
                Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
            });
            minutes
                .map(|minutes| minutes * 60_000)
                .ok_or_else(|| Fault::new(format!("`{clock}` is no hour")))
        });
        Ok(Calendar {
            name: name.to_owned(),
            weekend: weekend.map(|(index, _)| index).collect(),
            holidays: holidays?,
            zone: Zone::parse(
                &node
                    .text_of("time_zone")
                    .unwrap_or_else(|| "UTC".to_owned()),
            )?,
            day_ends: day_ends.transpose()?,
        })
    }

    /// 1970-01-01 was a Thursday.
    fn is_business_day(&self, day: i64) -> bool {
        !self.weekend.contains(&(day + 3).rem_euclid(7)) && !self.holidays.contains(&day)
    }

    fn next_business_day(&self, day: i64) -> i64 {
        let mut next = day + 1;
        while !self.is_business_day(next) {
            next += 1;
        }
        next
    }
}

/// A length of time in days.
#[derive(Clone, Debug)]
pub enum Period {
    /// Calendar days.
    Days(u64),
    /// Business days of a calendar.
    Business(u64, Calendar),
}

impl Period {
    /// Reads `{ days: 30 }` or `{ business_days: 10, calendar: office }`.
    ///
    /// # Errors
    /// Where it is neither, or there is no such calendar.
    pub fn read(node: &Node, calendars: &[Calendar]) -> Result<Period, Fault> {
        if let Some(days) = node.count_of("days")? {
            return Ok(Period::Days(days));
        }
        let days = node
            .count_of("business_days")?
            .ok_or_else(|| Fault::new("no period".to_owned()))?;
        let name = node.text_of("calendar").unwrap_or_default();
        let calendar = calendars.iter().find(|calendar| calendar.name == name);
        let calendar = calendar.ok_or_else(|| Fault::new(format!("no calendar `{name}`")))?;
        Ok(Period::Business(days, calendar.clone()))
    }

    /// The zone whose days it counts: that of the calendar, else of the contract.
    #[must_use]
    pub fn zone<'z>(&'z self, contract: &'z Zone) -> &'z Zone {
        match self {
            Period::Days(_) => contract,
            Period::Business(_, calendar) => &calendar.zone,
        }
    }

    /// The first instant after the period that begins with an event. Day 1 is the first day after the day of the event;
    /// the period ends with its last day.
    #[must_use]
    pub fn end(&self, event: Moment, zone: &Zone) -> i64 {
        match self {
            Period::Days(days) => {
                let day = match event {
                    Moment::Day(day) => day,
                    Moment::Instant(instant) => zone.day_of(instant),
                };
                zone.first_instant(day + i64::try_from(*days).unwrap_or(0) + 1)
            }
            Period::Business(days, calendar) => {
                let (mut day, late) = match event {
                    Moment::Day(day) => (day, false),
                    Moment::Instant(instant) => {
                        let local = calendar.zone.local(instant);
                        let late = calendar
                            .day_ends
                            .is_some_and(|ends| local.rem_euclid(DAY) >= ends);
                        (local.div_euclid(DAY), late)
                    }
                };
                if late || !calendar.is_business_day(day) {
                    day = calendar.next_business_day(day);
                }
                for _ in 0..*days {
                    day = calendar.next_business_day(day);
                }
                match calendar.day_ends {
                    None => calendar.zone.first_instant(day + 1),
                    Some(clock) => calendar.zone.at_clock(day, clock),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::write_instant;

    fn end(period: &str, calendar: &str, event: &str) -> String {
        let calendar = Calendar::read("office", &Node::parse(calendar).unwrap()).unwrap();
        let period = Period::read(&Node::parse(period).unwrap(), &[calendar]).unwrap();
        write_instant(period.end(Moment::parse(event).unwrap(), &Zone::Offset(0)))
    }

    const TEN: &str = "{ business_days: 10, calendar: office }";

    #[test]
    fn ten_business_days_from_a_monday_end_with_the_monday_after_next() {
        assert_eq!(
            end(TEN, "{}", "2026-03-02T10:00:00Z"),
            "2026-03-17T00:00:00Z"
        );
        assert_eq!(end(TEN, "{}", "2026-03-02"), "2026-03-17T00:00:00Z");
    }

    #[test]
    fn a_holiday_is_no_business_day() {
        assert_eq!(
            end(TEN, "{ holidays: [2026-03-10] }", "2026-03-02"),
            "2026-03-18T00:00:00Z"
        );
        assert_eq!(
            end(TEN, "{ weekend: [sunday] }", "2026-03-02"),
            "2026-03-14T00:00:00Z"
        );
    }

    #[test]
    fn an_event_on_a_weekend_or_after_hours_counts_as_of_the_next_business_day() {
        // Saturday counts as Monday the 9th: day 1 is Tuesday the 10th, day 10 Monday the 23rd.
        assert_eq!(
            end(TEN, "{}", "2026-03-07T10:00:00Z"),
            "2026-03-24T00:00:00Z"
        );
        let hours = "{ day_ends: \"17:00\" }";
        assert_eq!(
            end(TEN, hours, "2026-03-02T16:59:59Z"),
            "2026-03-16T17:00:00Z"
        );
        assert_eq!(
            end(TEN, hours, "2026-03-02T17:00:00Z"),
            "2026-03-17T17:00:00Z"
        );
    }

    #[test]
    fn calendar_days_are_counted_after_the_day_of_the_event() {
        assert_eq!(
            end("{ days: 30 }", "{}", "2026-03-02T10:00:00Z"),
            "2026-04-02T00:00:00Z"
        );
        assert_eq!(
            end("{ days: 30 }", "{}", "2026-03-02"),
            "2026-04-02T00:00:00Z"
        );
    }
}
