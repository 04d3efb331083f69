//! Spans of time, half-open.

use alloc::vec::Vec;

use crate::model::policy::Deployment;
use crate::model::term::Term;
use crate::order::insert;
use crate::time::Instant;

/// From an instant until another; the least and the last instant stand for no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Instant,
    pub(super) to: Instant,
}

impl Period {
    /// All of time.
    pub(super) const ALWAYS: Period = Period {
        from: Instant::MIN,
        to: Instant::MAX,
    };

    pub(super) fn of(term: &Term) -> Period {
        Period {
            from: term.from.map_or(Instant::MIN, |edge| edge.instant),
            to: term.to.map_or(Instant::MAX, |edge| edge.instant),
        }
    }

    /// While a deployment serves.
    pub(super) fn of_life(deployment: &Deployment) -> Period {
        let life = &deployment.lifecycle;
        Period {
            from: life.launched.map_or(Instant::MIN, |edge| edge.instant),
            to: life.retired.map_or(Instant::MAX, |edge| edge.instant),
        }
    }

    pub(super) fn from(from: Instant) -> Period {
        Period {
            from,
            to: Instant::MAX,
        }
    }

    pub(super) fn and(self, other: Period) -> Period {
        Period {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.to <= self.from
    }

    /// Whether it has all of another.
    pub(super) fn covers(self, other: Period) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    pub(super) fn meets(self, other: Period) -> bool {
        !self.and(other).is_empty()
    }

    /// The parts between which one of the others begins or ends.
    pub(super) fn cut(self, others: impl Iterator<Item = Period>) -> Vec<Period> {
        let mut edges = Vec::from([self.from]);
        for edge in others.flat_map(|other| [other.from, other.to]) {
            if self.from < edge && edge < self.to {
                insert(&mut edges, edge);
            }
        }
        if !self.is_empty() {
            edges.push(self.to);
        }
        edges
            .iter()
            .zip(edges.iter().skip(1))
            .map(|(from, to)| Period {
                from: *from,
                to: *to,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i64, to: i64) -> Period {
        let instant = |ms| Instant::from_millis(ms).unwrap();
        Period {
            from: instant(from),
            to: instant(to),
        }
    }

    #[test]
    fn a_period_is_cut_where_others_begin_and_end() {
        let others = [period(2, 5), period(-1, 3), period(9, 10)];
        let parts = period(0, 9).cut(others.into_iter());
        assert_eq!(
            parts,
            [period(0, 2), period(2, 3), period(3, 5), period(5, 9)]
        );
        assert!(period(3, 3).cut(others.into_iter()).is_empty());
    }

    #[test]
    fn periods_are_half_open() {
        assert!(!period(0, 2).meets(period(2, 4)));
        assert!(period(0, 3).meets(period(2, 4)));
        assert!(period(0, 4).covers(period(2, 4)));
        assert!(!period(0, 4).covers(period(2, 5)));
    }
}
