//! Instants, days, terms and periods. An instant is milliseconds since 1970 in UTC, a day is counted from 1970-01-01.

use crate::Fault;
use crate::document::Node;
use crate::truth::Truth;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// When something is, or is asked: at an instant, or on a day whose hour nobody has given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// At this instant.
    Instant(i64),
    /// On this day.
    Day(i64),
}

impl Moment {
    /// Reads `2026-04-27` or `2026-04-27T10:00:00Z`.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse(text: &str) -> Result<Moment, Fault> {
        day(text)
            .map(Moment::Day)
            .or_else(|| instant(text).map(Moment::Instant))
            .ok_or_else(|| Fault::new(format!("`{text}` is no moment")))
    }

    /// The moment under a key.
    ///
    /// # Errors
    /// Where there is something else.
    pub fn of(node: &Node, key: &str) -> Result<Option<Moment>, Fault> {
        node.text_of(key)
            .map(|text| Moment::parse(&text))
            .transpose()
    }

    /// The instant, or the first of the day in UTC.
    #[must_use]
    pub fn start(self) -> i64 {
        match self {
            Moment::Instant(instant) => instant,
            Moment::Day(day) => day * DAY,
        }
    }

    /// The day, in UTC.
    #[must_use]
    pub fn day(self) -> i64 {
        match self {
            Moment::Instant(instant) => instant.div_euclid(DAY),
            Moment::Day(day) => day,
        }
    }

    /// Whether an instant has passed: on a day, for certain where it is not after the day's first instant, for certain
    /// not where it is after the day.
    #[must_use]
    pub fn reached(self, instant: i64) -> Option<bool> {
        match self {
            Moment::Instant(now) => Some(instant <= now),
            Moment::Day(day) if instant <= day * DAY => Some(true),
            Moment::Day(day) if instant >= (day + 1) * DAY => Some(false),
            Moment::Day(_) => None,
        }
    }

    /// As it is written in decisions.
    #[must_use]
    pub fn write(self) -> String {
        match self {
            Moment::Instant(instant) => write_instant(instant),
            Moment::Day(day) => write_day(day),
        }
    }
}

/// Days from 0000-03-01, the first day of a year that ends with its leap day, to the first of March of `year`.
fn days_to_march(year: i64) -> i64 {
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)
}

/// The days before each month, counted from March.
const BEFORE: [i64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

/// 1970-01-01, in days from 0000-03-01.
const EPOCH: i64 = 719_468;

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a calendar day.
fn day(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] {
        return None;
    }
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !(1..=9999).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=days_in_month(year, month)).contains(&day)
    {
        return None;
    }
    let march = if month < 3 { year - 1 } else { year };
    let before = BEFORE.get(usize::try_from((month + 9) % 12).ok()?)?;
    Some(days_to_march(march) + before + day - 1 - EPOCH)
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Reads an offset from UTC: `Z`, `+01:00`.
#[must_use]
pub fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
    let east = (number(hours)? * 60 + number(minutes)?) * 60_000;
    Some(if text.starts_with('-') { -east } else { east })
}

fn instant(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.strip_prefix(['T', 't', ' '])?.split_at_checked(8)?;
    let parts: Vec<Option<i64>> = clock.split(':').map(number).collect();
    let [Some(hour), Some(minute), Some(second)] = parts.as_slice() else {
        return None;
    };
    let digits = rest.strip_prefix('.').map_or(0, |tail| {
        tail.bytes().take_while(u8::is_ascii_digit).count()
    });
    let (fraction, zone) = if digits == 0 {
        ("", rest)
    } else {
        rest.split_at_checked(digits + 1)?
    };
    let millis = number(format!("{:0<3}", fraction.trim_start_matches('.')).get(..3)?)?;
    Some(day(date)? * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset(zone)?)
}

/// A day as `2026-04-27`.
#[must_use]
pub fn write_day(day: i64) -> String {
    let shifted = day + EPOCH;
    let mut year = shifted.div_euclid(366);
    while days_to_march(year + 1) <= shifted {
        year += 1;
    }
    let rest = shifted - days_to_march(year);
    let (month, before) = (0..)
        .zip(BEFORE)
        .filter(|(_, before)| *before <= rest)
        .last()
        .unwrap_or((0, 0));
    let calendar_year = if month > 9 { year + 1 } else { year };
    format!(
        "{calendar_year:04}-{:02}-{:02}",
        (month + 2) % 12 + 1,
        rest - before + 1
    )
}

/// An instant as `2026-04-27T10:00:00Z`, with milliseconds where there are any.
#[must_use]
pub fn write_instant(instant: i64) -> String {
    let (day, rest) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let clock = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    let fraction = if millis == 0 {
        String::new()
    } else {
        format!(".{millis:03}")
    };
    format!("{}T{clock}{fraction}Z", write_day(day))
}

/// Where days begin and end.
#[derive(Clone, Debug)]
pub enum Zone {
    /// So many milliseconds east of UTC, always.
    Offset(i64),
    /// By the rules of a place.
    Place(jiff::tz::TimeZone),
}

impl Zone {
    /// Reads `UTC`, `+01:00` or `Europe/London`.
    ///
    /// # Errors
    /// Where there is no such zone.
    pub fn parse(text: &str) -> Result<Zone, Fault> {
        if text == "UTC" {
            return Ok(Zone::Offset(0));
        }
        if let Some(offset) = offset(text) {
            return Ok(Zone::Offset(offset));
        }
        let database = jiff::tz::TimeZoneDatabase::bundled();
        let zone = database
            .get(text)
            .map_err(|_| Fault::new(format!("`{text}` is no time zone")))?;
        Ok(Zone::Place(zone))
    }

    /// Spans of time of one offset each, from two days before a day (in UTC) to three days after it: where each begins,
    /// where it ends, and the offset.
    fn around(&self, day: i64) -> Vec<(i64, i64, i64)> {
        let (start, end) = ((day - 2) * DAY, (day + 3) * DAY);
        match self {
            Zone::Offset(offset) => vec![(start, end, *offset)],
            Zone::Place(zone) => {
                let at =
                    |instant: i64| jiff::Timestamp::from_millisecond(instant).unwrap_or_default();
                let offset = |stamp| i64::from(zone.to_offset(stamp).seconds()) * 1000;
                let mut spans = vec![(start, end, offset(at(start)))];
                for change in zone.following(at(start)) {
                    let instant = change.timestamp().as_millisecond();
                    if instant >= end {
                        break;
                    }
                    if let Some(last) = spans.last_mut() {
                        last.1 = instant;
                    }
                    spans.push((instant, end, offset(change.timestamp())));
                }
                spans
            }
        }
    }

    /// The first instant whose local date is `day` or later: midnight, or the end of a gap that swallowed it.
    #[must_use]
    pub fn first_instant(&self, day: i64) -> i64 {
        let candidates = self
            .around(day)
            .into_iter()
            .filter_map(|(start, end, offset)| {
                let instant = start.max(day * DAY - offset);
                (instant < end).then_some(instant)
            });
        candidates.min().unwrap_or(day * DAY)
    }

    /// The local day of an instant.
    #[must_use]
    pub fn day_of(&self, instant: i64) -> i64 {
        self.local(instant).div_euclid(DAY)
    }

    /// Local wall-clock time, as milliseconds since the local 1970-01-01T00:00.
    #[must_use]
    pub fn local(&self, instant: i64) -> i64 {
        let spans = self.around(instant.div_euclid(DAY));
        let offset = spans
            .into_iter()
            .find(|(start, end, _)| *start <= instant && instant < *end);
        instant + offset.map_or(0, |(_, _, offset)| offset)
    }

    /// The first instant at which the wall clock of `day` shows `clock` milliseconds after midnight or more.
    #[must_use]
    pub fn at_clock(&self, day: i64, clock: i64) -> i64 {
        let candidates = self
            .around(day)
            .into_iter()
            .filter_map(|(start, end, offset)| {
                let instant = start.max(day * DAY + clock - offset);
                (instant < end).then_some(instant)
            });
        candidates.min().unwrap_or(day * DAY + clock)
    }
}

/// How an edge of a term is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As a bare day: nobody said at which hour of it the terms change.
    Day,
    /// As the day that is the last one: the day after it lies outside from its first instant.
    Through,
    /// With its hour.
    Hour,
}

/// One edge of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The instant.
    pub instant: i64,
    /// The local day on which it lies.
    pub day: i64,
    /// How it is written.
    pub written: Written,
    /// Whether it is the first instant of its local day.
    pub first: bool,
}

/// What holds on a day of change when only the day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// Nobody can say.
    Unknown,
    /// The terms that begin that day.
    New,
    /// The terms that end that day: one of the readings of such a day.
    Old,
}

impl Edge {
    fn new(instant: i64, written: Written, zone: &Zone) -> Edge {
        let day = zone.day_of(instant);
        Edge {
            instant,
            day,
            written,
            first: zone.first_instant(day) == instant,
        }
    }

    /// Whether the edge has passed.
    #[must_use]
    pub fn passed(self, at: Moment, tie: Tie) -> Option<bool> {
        let Moment::Day(day) = at else {
            return at.reached(self.instant);
        };
        match self.written {
            _ if day < self.day => Some(false),
            _ if day > self.day => Some(true),
            Written::Through => Some(true),
            Written::Hour => self.first.then_some(true),
            Written::Day => match tie {
                Tie::Unknown => None,
                Tie::New => Some(true),
                Tie::Old => Some(false),
            },
        }
    }
}

/// The edge at a moment as written.
#[must_use]
pub fn edge(moment: Moment, zone: &Zone) -> Edge {
    match moment {
        Moment::Instant(instant) => Edge::new(instant, Written::Hour, zone),
        Moment::Day(day) => Edge::new(zone.first_instant(day), Written::Day, zone),
    }
}

/// The edge after a moment that is the last one: for a day the first instant after it.
#[must_use]
pub fn after(moment: Moment, zone: &Zone) -> Edge {
    match moment {
        Moment::Instant(instant) => Edge::new(instant + 1, Written::Hour, zone),
        Moment::Day(day) => Edge::new(zone.first_instant(day + 1), Written::Through, zone),
    }
}

/// Half-open: from the first edge, itself included, to the second, which is the first instant outside. An absent edge
/// is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The first instant inside.
    pub from: Option<Edge>,
    /// The first instant outside.
    pub to: Option<Edge>,
}

impl Term {
    /// Reads `from`, `through` and `to`.
    ///
    /// # Errors
    /// Where one of them is no moment.
    pub fn of(node: Option<&Node>, zone: &Zone) -> Result<Term, Fault> {
        let Some(node) = node else {
            return Ok(Term::default());
        };
        let through = Moment::of(node, "through")?.map(|moment| after(moment, zone));
        Ok(Term {
            from: Moment::of(node, "from")?.map(|moment| edge(moment, zone)),
            to: through.or(Moment::of(node, "to")?.map(|moment| edge(moment, zone))),
        })
    }

    /// What lies in both: it has begun where both have, and is over where one of them is. So of two edges at one instant
    /// the less sure one begins it, and the surer one ends it.
    #[must_use]
    pub fn within(self, outer: Term) -> Term {
        let doubt = |edge: &Edge| match edge.written {
            Written::Through => 0,
            Written::Hour if edge.first => 1,
            Written::Day => 2,
            Written::Hour => 3,
        };
        let edges = |own: Option<Edge>, outer: Option<Edge>| own.into_iter().chain(outer);
        Term {
            from: edges(self.from, outer.from).max_by_key(|edge| (edge.instant, doubt(edge))),
            to: edges(self.to, outer.to).min_by_key(|edge| (edge.instant, doubt(edge))),
        }
    }

    /// Whether the term has begun, be it over or not.
    #[must_use]
    pub fn begun(&self, at: Moment, tie: Tie) -> Option<bool> {
        self.from.map_or(Some(true), |edge| edge.passed(at, tie))
    }

    /// Whether the term is over.
    #[must_use]
    pub fn over(&self, at: Moment, tie: Tie) -> Option<bool> {
        self.to.map_or(Some(false), |edge| edge.passed(at, tie))
    }

    /// Whether the term holds; `what` is missing where nobody can say.
    #[must_use]
    pub fn holds(&self, at: Moment, tie: Tie, what: &str) -> Truth {
        let missing = || what.to_owned();
        let begun = Truth::of(self.begun(at, tie), missing);
        let over = Truth::of(self.over(at, tie), missing);
        begun.and(over.not())
    }

    /// The edges there are.
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        [self.from, self.to].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn starts(zone: &str, day: &str) -> String {
        write_instant(Zone::parse(zone).unwrap().first_instant(at(day).day()))
    }

    #[test]
    fn days_and_instants_round_trip() {
        for text in [
            "1970-01-01",
            "2024-02-29",
            "2024-03-01",
            "1999-12-31",
            "0001-01-01",
            "9999-12-31",
            "2100-02-28",
        ] {
            assert_eq!(at(text).write(), text);
        }
        for day in (-719_162..2_932_896).step_by(7) {
            assert_eq!(at(&write_day(day)), Moment::Day(day));
        }
        assert_eq!(
            at("2026-04-27T02:00:00.5+02:00").write(),
            "2026-04-27T00:00:00.500Z"
        );
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-4-1",
            "soon",
            "2026-04-27T10:00:00",
        ] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_local_midnight_or_where_a_gap_ends() {
        assert_eq!(starts("UTC", "2026-04-27"), "2026-04-27T00:00:00Z");
        assert_eq!(starts("+01:00", "2026-04-27"), "2026-04-26T23:00:00Z");
        assert_eq!(
            starts("Europe/London", "2026-07-01"),
            "2026-06-30T23:00:00Z"
        );
        assert_eq!(
            starts("Europe/London", "2026-01-01"),
            "2026-01-01T00:00:00Z"
        );
        // Midnight did not exist: clocks went from 24:00 to 01:00.
        assert_eq!(
            starts("America/Sao_Paulo", "2018-11-04"),
            "2018-11-04T03:00:00Z"
        );
        // The day did not exist.
        assert_eq!(starts("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00Z");
        assert_eq!(starts("Pacific/Apia", "2011-12-31"), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn a_day_of_change_is_read_by_how_its_edge_is_written() {
        let london = Zone::parse("Europe/London").unwrap();
        let term = |text: &str| Term::of(Some(&Node::parse(text).unwrap()), &london).unwrap();
        let begun = |text: &str, day: &str, tie| term(text).begun(at(day), tie);
        assert_eq!(
            begun("{ from: 2026-07-01 }", "2026-06-30", Tie::New),
            Some(false)
        );
        assert_eq!(
            begun("{ from: 2026-07-01 }", "2026-07-01", Tie::Unknown),
            None
        );
        assert_eq!(
            begun("{ from: 2026-07-01 }", "2026-07-01", Tie::New),
            Some(true)
        );
        assert_eq!(
            begun("{ from: 2026-07-01 }", "2026-07-02", Tie::Unknown),
            Some(true)
        );
        // The first instant of 1 July in London.
        assert_eq!(
            begun("{ from: 2026-06-30T23:00:00Z }", "2026-07-01", Tie::Unknown),
            Some(true)
        );
        assert_eq!(
            begun("{ from: 2026-06-30T23:00:00Z }", "2026-06-30", Tie::Unknown),
            Some(false)
        );
        // An hour inside the day, which no tie rule settles.
        assert_eq!(
            begun("{ from: 2026-07-01T09:00:00Z }", "2026-07-01", Tie::New),
            None
        );
        let over = term("{ through: 2026-06-30 }").over(at("2026-07-01"), Tie::Unknown);
        assert_eq!(over, Some(true));
        assert_eq!(
            term("{ through: 2026-06-30 }").over(at("2026-06-30"), Tie::Unknown),
            Some(false)
        );
    }

    #[test]
    fn terms_are_half_open() {
        let term = Term::of(
            Some(&Node::parse("{ from: 2026-04-27, through: 2032-12-31 }").unwrap()),
            &Zone::Offset(0),
        )
        .unwrap();
        for (text, inside) in [
            ("2026-04-26T23:59:59.999Z", false),
            ("2026-04-27T00:00:00Z", true),
            ("2032-12-31T23:59:59.999Z", true),
            ("2033-01-01T00:00:00Z", false),
        ] {
            assert_eq!(
                term.holds(at(text), Tie::Unknown, "x"),
                Truth::from(inside),
                "{text}"
            );
        }
    }
}
