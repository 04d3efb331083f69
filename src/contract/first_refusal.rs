//! `first_refusal`: work in scope is offered to the holder before anybody else.
//!
//! For each request the right is discharged when every deployment of the model that the holder has is barred by law or
//! residency, or fails for a reason in `refuses_by`. A missing capability flag is no evidence that the holder cannot
//! support a need. While the right stands, the holder's deployments come first; where one of them could still serve but
//! not now, for a reason that does not discharge the right, nobody else may be tried.
//!
//! For the acts `host` and `train` the right is over *blocks* of capacity, not over a request: a block that somebody else
//! offers is open once its holder has had notice of it and has refused or waived. Until then it is pending; once the
//! holder has exercised the right, the block is the holder's.
//!
//! A rule of the operator that keeps work from the holder contradicts the right unless the rule `overrides` it.

use alloc::vec::Vec;

use crate::model::vocabulary::{NameIx, Refusal};
use crate::money::Ratio;

/// Whom to offer first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstRefusal {
    /// Who is offered first.
    pub holder: NameIx,
    /// What counts as a refusal; sorted.
    pub refuses_by: Vec<Refusal>,
    /// How many of the holder's deployments must be offered before anybody else; all where absent. At least 1.
    pub offer: Option<usize>,
    /// How much dearer than the best other offer the holder may be before [`Refusal::PriceAboveMatch`].
    pub tolerance: Ratio,
}

impl FirstRefusal {
    /// Whether a failure for this reason discharges the right.
    #[must_use]
    pub fn accepts(&self, refusal: Refusal) -> bool {
        self.refuses_by.binary_search(&refusal).is_ok()
    }
}
