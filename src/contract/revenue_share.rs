//! `revenue_share`: a share of what the request earns is owed, until a total cap is reached.
//!
//! What is owed is added to the cost of every deployment that bears it. A cap makes the cheapest choice for one request
//! the wrong one for many: work that uses the cap up makes later work cheaper. A decision says so where that may be.

use crate::model::state::ClauseState;
use crate::model::vocabulary::NameIx;
use crate::money::{Money, Ratio};

/// A share of revenue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevenueShare {
    /// Whose deployments bear it; all where absent.
    pub provider: Option<NameIx>,
    /// The share.
    pub rate: Ratio,
    /// The most that is owed in all.
    pub cap: Option<Money>,
}

impl RevenueShare {
    /// What is still to be owed under the cap; `None` without a cap.
    #[must_use]
    pub fn headroom(&self, state: &ClauseState) -> Option<Money> {
        let left = self.cap?.pico().checked_sub(state.drawn).unwrap_or(0);
        Some(Money::from_pico(left.max(0)))
    }

    /// What a revenue owes, rounded once, half to even; `None` where it does not fit.
    #[must_use]
    pub fn owed(&self, revenue: Money, state: &ClauseState) -> Option<Money> {
        let full = self.rate.of(revenue)?;
        Some(match self.headroom(state) {
            Some(headroom) => full.min(headroom),
            None => full,
        })
    }
}
