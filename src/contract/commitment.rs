//! `commitment`: an amount to be spent with a provider by a day, or paid for all the same.
//!
//! Names follow the contract commitments of FOCUS 1.3: a *discontinuous* commitment is a pool over the whole term, a
//! *continuous* one is used or lost in each interval.
//!
//! With effect `price`, the shortfall that is projected (amount less what was drawn, what has accrued and the forecast)
//! makes eligible work cheaper for the order: what it covers would be paid anyway, less what the shortfall would `recover`
//! as credit. Cash stays what is paid. A continuous commitment has been paid for: what is left of its interval lowers cash
//! too. With effect `precedence`, eligible deployments come first while the spend is behind plan.

use alloc::vec::Vec;

use crate::model::state::ClauseState;
use crate::model::vocabulary::NameIx;
use crate::money::{Money, Ratio};
use crate::time::Instant;

/// An amount to be spent.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// With whom.
    pub provider: NameIx,
    /// How much: for the whole term, or in each interval.
    pub amount: Money,
    /// Over the whole term or in each interval.
    pub model: CommitmentModel,
    /// What counts towards it.
    pub counts: Counts,
    /// What it does to a decision.
    pub effect: Effect,
    /// The share of a shortfall that comes back as credit.
    pub recover: Ratio,
    /// The plan: how much by when, ascending in both, the last the amount and the day it is due. Empty where no first
    /// instant is stated.
    pub plan: Vec<(Instant, Money)>,
    /// The first instant of the plan.
    pub begins: Option<Instant>,
}

/// Over the whole term or in each interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommitmentModel {
    /// A pool over the whole term.
    #[default]
    Discontinuous,
    /// Used or lost in each interval.
    Continuous,
}

/// What counts towards a commitment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counts {
    /// What is paid.
    #[default]
    Net,
    /// List prices.
    List,
}

/// What a commitment does to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes what the order is decided by.
    Price,
    /// It puts eligible deployments first while the spend is behind plan; those that cost more than the cheapest by a
    /// larger share than this stay where they are.
    Precedence(Option<Ratio>),
}

impl Commitment {
    /// The shortfall that is projected; `None` where nobody has stated a forecast.
    #[must_use]
    pub fn shortfall(&self, state: &ClauseState) -> Option<Money> {
        let forecast = state.forecast.as_ref()?;
        let covered = self.spent(state)?.plus(forecast.amount)?;
        let left = self.amount.pico().checked_sub(covered.pico())?;
        Some(Money::from_pico(left.max(0)))
    }

    /// What is left of the interval of a continuous commitment.
    #[must_use]
    pub fn left(&self, state: &ClauseState) -> Option<Money> {
        let left = self.amount.pico().checked_sub(state.drawn)?;
        Some(Money::from_pico(left.max(0)))
    }

    fn spent(&self, state: &ClauseState) -> Option<Money> {
        Money::from_pico(state.drawn).plus(state.accrued)
    }

    /// Whether the spend is behind plan at an instant: less than the straight line from one step of the plan to the next.
    #[must_use]
    pub fn is_behind(&self, state: &ClauseState, at: Instant) -> bool {
        let (Some(begins), Some(spent)) = (self.begins, self.spent(state)) else {
            return false;
        };
        let mut last = (begins, Money::ZERO);
        for (by, amount) in &self.plan {
            if at < *by {
                return behind_line(last, (*by, *amount), at, spent);
            }
            last = (*by, *amount);
        }
        spent < last.1
    }
}

fn behind_line(
    (from, low): (Instant, Money),
    (to, high): (Instant, Money),
    at: Instant,
    spent: Money,
) -> bool {
    let line = || {
        let whole = i128::from(to.millis()).checked_sub(i128::from(from.millis()))?;
        let elapsed = i128::from(at.millis()).checked_sub(i128::from(from.millis()))?;
        let rise = high.pico().checked_sub(low.pico())?;
        // spent - low < rise × elapsed / whole, without a rounding.
        let left = spent.pico().checked_sub(low.pico())?.checked_mul(whole)?;
        Some(left < rise.checked_mul(elapsed.max(0))?)
    };
    line().unwrap_or(false)
}
