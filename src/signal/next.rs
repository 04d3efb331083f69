//! Which attempt may come after one, by what came of it.

use super::Meaning;
use crate::model::decision::{Attempt, Decision};
use crate::model::vocabulary::Refusal;

/// What follows an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// This one is next.
    Attempt {
        /// Its position among the attempts, from 0.
        position: usize,
        /// The attempt.
        attempt: &'a Attempt,
    },
    /// None is.
    End(End),
}

/// Why no attempt follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was served.
    Served,
    /// The client's request is at fault.
    Client,
    /// The gateway's own credentials or address are not accepted.
    Credentials,
    /// The attempt does not list the failure in its `next_if`: whoever comes behind must not be asked for this.
    NotListed(Refusal),
    /// It was the last.
    Last(Refusal),
    /// The decision has no attempt of that number.
    NoAttempt,
}

impl End {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            End::Served => "served",
            End::Client => "client",
            End::Credentials => "credentials",
            End::NotListed(_) => "not_listed",
            End::Last(_) => "last",
            End::NoAttempt => "no_attempt",
        }
    }
}

impl Decision {
    /// What follows attempt number `attempted` (from 0) by what came of it: the attempt behind it, where its `next_if`
    /// lists the failure, and nothing else. What was not among the attempts never comes to be by failures.
    ///
    /// A deployment that a [`Breaker`](super::Breaker) holds back when its turn has come counts as one that came back
    /// with the refusal in [`Entry::Wait`](super::Entry::Wait).
    #[must_use]
    pub fn follow(&self, attempted: usize, meaning: Meaning) -> Next<'_> {
        let position = attempted.saturating_add(1);
        Next::End(match (self.attempts.get(attempted), meaning) {
            (None, _) => End::NoAttempt,
            (Some(_), Meaning::Served) => End::Served,
            (Some(_), Meaning::Client) => End::Client,
            (Some(_), Meaning::Credentials) => End::Credentials,
            (Some(_), Meaning::Refused(refusal)) => match self.next(attempted, refusal) {
                Some(attempt) => return Next::Attempt { position, attempt },
                None if position >= self.attempts.len() => End::Last(refusal),
                None => End::NotListed(refusal),
            },
        })
    }
}
