//! `spend_cap`: a budget for a window of time.
//!
//! What was drawn, what is held for requests in flight and what the candidate would cost must fit together. A hard cap
//! takes the candidate's room; a soft one puts those that would pass it behind the others. A budget is the buyer's own, so
//! a full one is no refusal by the holder of a first right.

use crate::condition::Condition;
use crate::contract::share::Enforcement;
use crate::model::state::ClauseState;
use crate::money::Money;

/// A budget.
#[derive(Clone, Debug)]
pub struct SpendCap {
    /// How much may be spent in a window.
    pub amount: Money,
    /// Whether it bars or merely puts behind.
    pub enforcement: Enforcement,
    /// The deployments it is about: a condition on the deployment; all where absent.
    pub target: Option<Condition>,
}

impl SpendCap {
    /// Whether `cost` would pass the cap. A sum that cannot be held passes it.
    #[must_use]
    pub fn is_passed(&self, state: &ClauseState, cost: Money) -> bool {
        Money::from_pico(state.drawn)
            .plus(state.held)
            .and_then(|spent| spent.plus(cost))
            .is_none_or(|total| total > self.amount)
    }
}
