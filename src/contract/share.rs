//! `share`: a part of the work goes to some deployments, at least or at most.
//!
//! With *N* the work in scope that was admitted in the window and *n* what of it went to the target: a minimum *s* of
//! requests is in deficit when ⌈s·(N+1)⌉ > n, a maximum is reached when n + 1 > ⌈s·(N+1)⌉. Tokens and spend are tested
//! before the request: n < s·N, n > s·N. A maximum bars; a minimum in deficit puts its target first, and is reported, never
//! forced, where no target is eligible.

use crate::condition::Condition;
use crate::model::state::ClauseState;
use crate::money::Ratio;

/// A part of the work.
#[derive(Clone, Debug)]
pub struct Share {
    /// The deployments it is about: a condition on the deployment.
    pub target: Condition,
    /// At least or at most.
    pub bound: Bound,
    /// What is counted.
    pub of: Counted,
}

/// At least or at most a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// At least this part.
    Min(Ratio, Enforcement),
    /// At most this part.
    Max(Ratio),
}

/// How strictly something is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// Before all that is soft.
    #[default]
    Hard,
    /// As far as what is hard allows.
    Soft,
}

/// What a share counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Requests.
    #[default]
    Requests,
    /// Tokens.
    Tokens,
    /// Spend, in pico-USD.
    Spend,
}

impl Counted {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Counted::Requests => "requests",
            Counted::Tokens => "tokens",
            Counted::Spend => "spend",
        }
    }
}

impl Share {
    /// The share itself.
    #[must_use]
    pub const fn ratio(&self) -> Ratio {
        match self.bound {
            Bound::Min(ratio, _) | Bound::Max(ratio) => ratio,
        }
    }

    /// How much must have gone to the target before the request (a minimum of requests: ⌈s·(N+1)⌉), and how much has.
    /// `None` where a product does not fit 128 bits.
    #[must_use]
    pub fn quota(&self, state: &ClauseState) -> Option<Quota> {
        let share = self.ratio();
        let scaled = |count: i128| count.checked_mul(share.numerator());
        let (due, counted) = match self.of {
            // Whole requests: rounded up, the request itself included.
            Counted::Requests => {
                let due = ceiling(scaled(state.total.checked_add(1)?)?, share.denominator())?;
                (due, state.drawn)
            }
            // Compared as products with the denominator, so that nothing is rounded.
            Counted::Tokens | Counted::Spend => (
                scaled(state.total)?,
                state.drawn.checked_mul(share.denominator())?,
            ),
        };
        Some(Quota { due, counted })
    }

    /// Whether a minimum is in deficit. A product that cannot be held is no deficit.
    #[must_use]
    pub fn in_deficit(&self, state: &ClauseState) -> bool {
        let lacking = |quota: Quota| match self.of {
            Counted::Requests | Counted::Tokens | Counted::Spend => quota.counted < quota.due,
        };
        match self.bound {
            Bound::Min(..) => self.quota(state).is_some_and(lacking),
            Bound::Max(_) => false,
        }
    }

    /// Whether a maximum keeps one more request away. A product that cannot be held keeps it away.
    #[must_use]
    pub fn is_reached(&self, state: &ClauseState) -> bool {
        let full = |quota: Quota| match self.of {
            Counted::Requests => quota
                .counted
                .checked_add(1)
                .is_none_or(|next| next > quota.due),
            Counted::Tokens | Counted::Spend => quota.counted > quota.due,
        };
        match self.bound {
            Bound::Min(..) => false,
            Bound::Max(_) => self.quota(state).is_none_or(full),
        }
    }
}

/// What is due and what was counted, in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What is due.
    pub due: i128,
    /// What was counted.
    pub counted: i128,
}

fn ceiling(value: i128, divisor: i128) -> Option<i128> {
    let floor = value.checked_div_euclid(divisor)?;
    if value.checked_rem_euclid(divisor)? == 0 {
        Some(floor)
    } else {
        floor.checked_add(1)
    }
}
