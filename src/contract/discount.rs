//! `discount`: a share off the price.
//!
//! Inside one contract all discounts multiply, in document order. Of several contracts the one whose discounts take most
//! off counts alone, with those of others that a `stacks_with` of either side joins to it.

use alloc::vec::Vec;

use crate::model::policy::ClauseIx;
use crate::model::vocabulary::NameIx;
use crate::money::Ratio;

/// A share off the price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Whose deployments; all where absent.
    pub provider: Option<NameIx>,
    /// The share.
    pub rate: Ratio,
    /// Discounts of other contracts that it adds to.
    pub stacks_with: Vec<ClauseIx>,
}
