//! When a clause, a price or a fact is in force: half-open intervals whose edges may be known by the day only.

use crate::condition::Tri;
use crate::time::{At, Day, Instant};

/// One edge of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The instant; for an edge written as a bare date, the first of that day in the contract's zone.
    pub instant: Instant,
    /// The day as written, where no hour was given: nobody said at which hour of it the terms changed.
    pub day: Option<Day>,
    /// Whether the whole of the day lies beyond the edge, as the day after a `through` does.
    pub certain: bool,
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

    /// The interval common to both.
    #[must_use]
    pub fn intersect(self, other: Term) -> Term {
        let later = |left: Edge, right: Edge| {
            if right.instant > left.instant {
                right
            } else {
                left
            }
        };
        let earlier = |left: Edge, right: Edge| {
            if right.instant < left.instant {
                right
            } else {
                left
            }
        };
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
            .any(|edge| edge.day == Some(day) && !edge.certain)
    }

    /// Whether one of the edges was written as this day.
    #[must_use]
    pub fn changes_on(&self, day: Day) -> bool {
        [self.from, self.to]
            .into_iter()
            .flatten()
            .any(|edge| edge.day == Some(day))
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
        At::Day(day) => match edge.day {
            Some(changed) if changed == day && edge.certain => Tri::True,
            Some(changed) if changed == day => match tie {
                DayOfChange::Unknown => Tri::Unknown,
                DayOfChange::NewTerms => Tri::True,
                DayOfChange::OldTerms => Tri::False,
            },
            Some(changed) => Tri::from(changed < day),
            None if edge.instant <= day.start() => Tri::True,
            None if day.next().is_some_and(|next| edge.instant >= next.start()) => Tri::False,
            None => Tri::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(text: &str) -> Option<Edge> {
        Some(match At::parse(text).unwrap() {
            At::Day(day) => Edge {
                instant: day.start(),
                day: Some(day),
                certain: false,
            },
            At::Instant(instant) => Edge {
                instant,
                day: None,
                certain: true,
            },
        })
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
}
