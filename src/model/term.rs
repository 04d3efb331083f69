//! When a clause, a price or a fact is in force: half-open intervals whose edges may be known by the day only.

use crate::condition::Tri;
use crate::time::{At, Day, Instant};

/// One edge of a term.
///
/// A contract's days are those of its time zone: a decision that is asked for a day is asked for that day there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The instant; for an edge written as a bare date, the first of that day in the contract's zone.
    pub instant: Instant,
    /// The day that the instant lies on in the contract's zone.
    pub day: Day,
    /// How it is written, which says how much of the day lies beyond it.
    pub mark: Mark,
}

/// How an edge is written; of edges at one instant the earlier mark is the surer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// By a last day, after which the edge is the first instant: all of the edge's day lies beyond it.
    AfterDay,
    /// By an hour that is the first instant of its day: so does all of this day.
    DayBreak,
    /// By a bare date: nobody said at which hour of the day the terms changed.
    Day,
    /// By an hour inside the day.
    Hour,
}

impl Edge {
    /// Whether it lies behind `at`; on a day of change nobody can say.
    #[must_use]
    pub fn is_passed(self, at: At) -> Tri {
        passed(self, at, DayOfChange::Unknown)
    }
}

/// The half-open interval `[from, to)`; an absent edge is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The first instant in force.
    pub from: Option<Edge>,
    /// The first instant no longer in force.
    pub to: Option<Edge>,
}

/// What is in force on a day of change when only the day is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayOfChange {
    /// Nobody can say.
    #[default]
    Unknown,
    /// The terms that begin that day.
    NewTerms,
    /// The terms that end that day. No policy says so; a decision tries it, beside the others, for a day without an hour.
    OldTerms,
}

impl Term {
    /// Whether the term holds at `at`.
    ///
    /// An instant is before or after an edge. A whole day is neither where the edge lies on it: the answer is unknown,
    /// unless `tie` says that a day of change belongs to the terms that begin on it.
    #[must_use]
    pub fn holds(&self, at: At, tie: DayOfChange) -> Tri {
        self.begun(at, tie).and(self.ended(at, tie).not())
    }

    /// Whether the term has begun, be it over or not.
    #[must_use]
    pub fn begun(&self, at: At, tie: DayOfChange) -> Tri {
        self.from.map_or(Tri::True, |edge| passed(edge, at, tie))
    }

    /// Whether the term is over.
    #[must_use]
    pub fn ended(&self, at: At, tie: DayOfChange) -> Tri {
        self.to.map_or(Tri::False, |edge| passed(edge, at, tie))
    }

    /// The interval common to both: it has begun where both have, and is over where one of them is.
    #[must_use]
    pub fn intersect(self, other: Term) -> Term {
        let key = |edge: Edge| (edge.instant, edge.mark);
        let later = |left, right| if key(right) > key(left) { right } else { left };
        let earlier = |left, right| if key(right) < key(left) { right } else { left };
        Term {
            from: merge(self.from, other.from, later),
            to: merge(self.to, other.to, earlier),
        }
    }

    /// Whether one of the edges was written as this day, so that nobody can say at which hour of it the terms change.
    #[must_use]
    pub fn is_unsettled_on(&self, day: Day) -> bool {
        [self.from, self.to]
            .into_iter()
            .flatten()
            .any(|edge| edge.day == day && edge.mark == Mark::Day)
    }

    /// Whether one of the edges was written as this day, or as the day before for its last.
    #[must_use]
    pub fn changes_on(&self, day: Day) -> bool {
        let written = |edge: Edge| match edge.mark {
            Mark::AfterDay | Mark::Day => edge.day == day,
            Mark::DayBreak | Mark::Hour => false,
        };
        self.from.is_some_and(written) || self.to.is_some_and(written)
    }
}

fn merge(
    left: Option<Edge>,
    right: Option<Edge>,
    choose: impl Fn(Edge, Edge) -> Edge,
) -> Option<Edge> {
    match (left, right) {
        (Some(left), Some(right)) => Some(choose(left, right)),
        (left, right) => left.or(right),
    }
}

/// Whether an edge lies behind `at`.
#[must_use]
pub fn passed(edge: Edge, at: At, tie: DayOfChange) -> Tri {
    match at {
        At::Instant(instant) => Tri::from(edge.instant <= instant),
        At::Day(day) if edge.day != day => Tri::from(edge.day < day),
        At::Day(_) => match (edge.mark, tie) {
            (Mark::AfterDay | Mark::DayBreak, _) | (Mark::Day, DayOfChange::NewTerms) => Tri::True,
            (Mark::Day, DayOfChange::OldTerms) => Tri::False,
            (Mark::Day, DayOfChange::Unknown) | (Mark::Hour, _) => Tri::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(text: &str) -> Option<Edge> {
        let at = At::parse(text).unwrap();
        let (instant, day) = (at.start(), at.start().day());
        let mark = match at {
            At::Day(_) => Mark::Day,
            At::Instant(instant) if instant == day.start() => Mark::DayBreak,
            At::Instant(_) => Mark::Hour,
        };
        Some(Edge { instant, day, mark })
    }

    #[track_caller]
    fn check(from: &str, to: &str, at: &str, tie: DayOfChange, expected: Tri) {
        let term = Term {
            from: edge(from),
            to: edge(to),
        };
        assert_eq!(term.holds(At::parse(at).unwrap(), tie), expected);
    }

    #[test]
    fn intervals_are_half_open() {
        let tie = DayOfChange::Unknown;
        check(
            "2026-04-27",
            "2033-01-01",
            "2026-04-26T23:59:59.999Z",
            tie,
            Tri::False,
        );
        check(
            "2026-04-27",
            "2033-01-01",
            "2026-04-27T00:00:00Z",
            tie,
            Tri::True,
        );
        check(
            "2026-04-27",
            "2033-01-01",
            "2032-12-31T23:59:59.999Z",
            tie,
            Tri::True,
        );
        check(
            "2026-04-27",
            "2033-01-01",
            "2033-01-01T00:00:00Z",
            tie,
            Tri::False,
        );
    }

    #[test]
    fn a_day_of_change_is_unknown_unless_the_tie_is_settled() {
        check(
            "2026-04-27",
            "2033-01-01",
            "2026-04-27",
            DayOfChange::Unknown,
            Tri::Unknown,
        );
        check(
            "2025-01-21",
            "2026-04-27",
            "2026-04-27",
            DayOfChange::Unknown,
            Tri::Unknown,
        );
        check(
            "2026-04-27",
            "2033-01-01",
            "2026-04-27",
            DayOfChange::NewTerms,
            Tri::True,
        );
        check(
            "2025-01-21",
            "2026-04-27",
            "2026-04-27",
            DayOfChange::NewTerms,
            Tri::False,
        );
        check(
            "2026-04-27",
            "2033-01-01",
            "2026-04-28",
            DayOfChange::Unknown,
            Tri::True,
        );
    }

    #[test]
    fn an_edge_with_an_hour_splits_its_day() {
        let tie = DayOfChange::NewTerms;
        check(
            "2026-04-27T09:00:00Z",
            "2033-01-01",
            "2026-04-27",
            tie,
            Tri::Unknown,
        );
        check(
            "2026-04-27T09:00:00Z",
            "2033-01-01",
            "2026-04-28",
            tie,
            Tri::True,
        );
        check(
            "2026-04-27T09:00:00Z",
            "2033-01-01",
            "2026-04-26",
            tie,
            Tri::False,
        );
    }

    #[test]
    fn an_hour_that_is_the_first_of_its_day_leaves_nothing_of_the_day_open() {
        let tie = DayOfChange::Unknown;
        let from = "2026-04-27T00:00:00Z";
        check(from, "2033-01-01", "2026-04-27", tie, Tri::True);
        check(from, "2033-01-01", "2026-04-26", tie, Tri::False);
    }

    #[test]
    fn of_terms_at_one_instant_the_common_one_is_begun_by_both_and_over_by_either() {
        let day = |mark| {
            let edge = edge("2026-04-27").unwrap();
            Some(Edge { mark, ..edge })
        };
        let (at, tie) = (At::parse("2026-04-27").unwrap(), DayOfChange::Unknown);
        for (one, other) in [(Mark::AfterDay, Mark::Day), (Mark::Day, Mark::DayBreak)] {
            let term = |mark| Term {
                from: day(mark),
                to: day(mark),
            };
            let both = term(one).intersect(term(other));
            assert_eq!(both, term(other).intersect(term(one)));
            assert_eq!(both.begun(at, tie), Tri::Unknown);
            assert_eq!(both.ended(at, tie), Tri::True);
        }
    }

    #[test]
    fn a_day_of_change_is_one_that_was_written() {
        let term = |text| Term {
            from: edge(text),
            to: None,
        };
        let day = Day::parse("2026-04-27").unwrap();
        assert!(term("2026-04-27").changes_on(day));
        assert!(!term("2026-04-27T00:00:00Z").changes_on(day));
        assert!(!term("2026-04-27T09:00:00Z").changes_on(day));
    }
}
