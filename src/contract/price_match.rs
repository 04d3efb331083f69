//! `price_match`: a provider charges no more than the best comparable offer of others.
//!
//! Comparable is the same model and tier at the same level of zone; a zone that is not stated compares with nothing.
//! Settled automatically, the price becomes the other's. Else it stays and somebody has to claim the difference.

use crate::model::policy::Providers;
use crate::model::vocabulary::NameIx;

/// No more than others charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceMatch {
    /// Who matches.
    pub provider: NameIx,
    /// Whose prices are compared; sorted.
    pub against: Providers,
    /// Whether the price follows by itself.
    pub settle: Settlement,
}

/// How a better price of somebody else comes to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settlement {
    /// Somebody claims the difference.
    #[default]
    Claim,
    /// The price follows by itself.
    Automatic,
}
