//! `ladder`: a price that falls with the volume of a period.
//!
//! *Graduated*: each step prices the units within it. *All units*: the step that the total reaches prices every unit, so
//! crossing a step makes what went before cheaper too, and the next units may cost less than nothing. A total that is
//! exactly the end of a step belongs to it.

use alloc::vec::Vec;

use crate::model::meter::Meter;
use crate::model::vocabulary::NameIx;
use crate::money::{Money, Rate};

/// A price by volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Whose deployments it prices; all where absent.
    pub provider: Option<NameIx>,
    /// What is counted and priced.
    pub meter: Meter,
    /// Each step for itself, or the reached one for everything.
    pub mode: LadderMode,
    /// The steps, ascending; the last is open.
    pub steps: Vec<LadderStep>,
}

/// Each step for itself, or the reached one for everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderMode {
    /// Each step prices the units within it.
    Graduated,
    /// The step that the total reaches prices every unit.
    AllUnits,
}

impl LadderMode {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LadderMode::Graduated => "graduated",
            LadderMode::AllUnits => "all_units",
        }
    }
}

/// One step of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderStep {
    /// The last token of the step; absent for the last step.
    pub up_to: Option<u64>,
    /// The price.
    pub rate: Rate,
}

impl Ladder {
    /// What `tokens` more cost after `drawn` in the period; less than nothing where they make the earlier ones cheaper.
    /// `None` where a sum does not fit.
    #[must_use]
    pub fn marginal(&self, drawn: u64, tokens: u64) -> Option<Money> {
        let before = self.total(drawn)?;
        let after = self.total(drawn.checked_add(tokens)?)?;
        Some(Money::from_pico(after.pico().checked_sub(before.pico())?))
    }

    /// What a whole period of `tokens` costs.
    #[must_use]
    pub fn total(&self, tokens: u64) -> Option<Money> {
        match self.mode {
            LadderMode::AllUnits => {
                let step = self
                    .steps
                    .iter()
                    .find(|step| step.up_to.is_none_or(|end| tokens <= end))?;
                step.rate.times(tokens)
            }
            LadderMode::Graduated => {
                let mut total = Money::ZERO;
                let mut start = 0_u64;
                for step in &self.steps {
                    let end = step.up_to.map_or(tokens, |end| end.min(tokens));
                    total = total.plus(step.rate.times(end.checked_sub(start)?)?)?;
                    if end == tokens {
                        return Some(total);
                    }
                    start = end;
                }
                None
            }
        }
    }
}
