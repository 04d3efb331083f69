//! `first_refusal`: work in scope is offered to the holder before anybody else.
//!
//! For each request the right is discharged when every deployment of the model that the holder has is barred by law or
//! residency, or fails for a reason in `refuses_by`. A missing capability flag is no evidence that the holder cannot
//! support a need. While the right stands, the holder's deployments come first; where one of them could still serve but
//! not now, for a reason that does not discharge the right, nobody else may be tried.
//!
//! For the acts `host` and `train` the right is over *blocks* of capacity, not over a request. A block is unnoticed until
//! its holder has had notice of it; noticed until the holder answers or the window ends; then taken, or free until the
//! free window ends, when the right revives. While it is free the block may be contracted with somebody else on terms no
//! better for them than those that were refused: a higher price or a longer time is a new offer, and so may a piece be.
//! Contracted in time, it is free for good.
//!
//! A rule of the operator that keeps work from the holder contradicts the right unless the rule `overrides` it.

use alloc::vec::Vec;

use crate::condition::Condition;
use crate::model::vocabulary::{NameIx, Refusal};
use crate::money::Ratio;
use crate::time::Period;

/// Whom to offer first.
#[derive(Clone, Debug)]
pub struct FirstRefusal {
    /// Who is offered first.
    pub holder: NameIx,
    /// What counts as a refusal; sorted.
    pub refuses_by: Vec<Refusal>,
    /// How many of the holder's deployments must be offered before anybody else; all where absent. At least 1.
    pub offer: Option<usize>,
    /// What holds for blocks of capacity.
    pub blocks: BlockTerms,
    /// How much dearer than the best other offer the holder may be before [`Refusal::PriceAboveMatch`].
    pub tolerance: Ratio,
}

/// What holds for blocks of capacity: notice, silence, how long a refused block is open, and what opens the right anew.
#[derive(Clone, Debug, Default)]
pub struct BlockTerms {
    /// How long the holder has to answer; for ever where absent.
    pub window: Option<Period>,
    /// Which moment of a notice counts.
    pub effective: Effective,
    /// What silence at the end of the window means.
    pub silence: Silence,
    /// How long a block that was refused may be contracted with somebody else; for ever where absent.
    pub free: Option<Period>,
    /// Whether a block that was not contracted in time is the holder's to refuse again.
    pub lapses_for_good: bool,
    /// Whether a part of a block that was refused needs no notice of its own.
    pub pieces_are_free: bool,
    /// Where this holds, the holder has no right, such as in default.
    pub void_when: Option<Condition>,
    /// Where this holds, nothing can be done, such as while an event beyond the parties' control lasts.
    pub suspended_when: Option<Condition>,
}

/// Which moment of a notice counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effective {
    /// When it was received.
    #[default]
    Received,
    /// When it was sent.
    Sent,
}

/// What silence at the end of a window means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Silence {
    /// The holder does not want the block.
    #[default]
    Refusal,
    /// The holder takes it.
    Acceptance,
}

impl FirstRefusal {
    /// Whether a failure for this reason discharges the right.
    #[must_use]
    pub fn accepts(&self, refusal: Refusal) -> bool {
        self.refuses_by.binary_search(&refusal).is_ok()
    }
}
