//! The kinds of clauses, one file each: what it holds, and what it means.
//!
//! Adding a kind is one file here, one variant of [`ClauseKind`], one entry in the document's schema and one folder in
//! the gallery; the compiler points at every place that must answer for it.

pub mod commitment;
pub mod covenant;
pub mod discount;
pub mod exclusivity;
pub mod first_refusal;
pub mod ladder;
pub mod license;
pub mod permit;
pub mod price_match;
pub mod recital;
pub mod residency;
pub mod revenue_share;
pub mod share;
pub mod ship_first;
pub mod spend_cap;
pub mod suspension;

pub use commitment::{Commitment, CommitmentModel, Counts, Effect};
pub use covenant::Covenant;
pub use discount::Discount;
pub use exclusivity::Exclusivity;
pub use first_refusal::{BlockTerms, Effective, FirstRefusal, Silence};
pub use ladder::{Ladder, LadderMode, LadderStep};
pub use license::License;
pub use permit::Permit;
pub use price_match::{PriceMatch, Settlement};
pub use recital::Recital;
pub use residency::{Copies, Residency};
pub use revenue_share::RevenueShare;
pub use share::{Bound, Counted, Enforcement, Share};
pub use ship_first::{Excuse, Milestone, ShipFirst};
pub use spend_cap::SpendCap;
pub use suspension::{Cause, Suspension};

/// What a clause says.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// Only these providers.
    Exclusivity(Exclusivity),
    /// Carves named clauses.
    Permit(Permit),
    /// Only while a licence is active.
    License(License),
    /// Only within an area.
    Residency(Residency),
    /// Only where covenants are kept.
    Covenant(Covenant),
    /// Not for a while.
    Suspension(Suspension),
    /// Whom to offer first.
    FirstRefusal(FirstRefusal),
    /// With whom a product ships first.
    ShipFirst(ShipFirst),
    /// A part of the work.
    Share(Share),
    /// A budget.
    SpendCap(SpendCap),
    /// An amount to be spent.
    Commitment(Commitment),
    /// A price by volume.
    Ladder(Ladder),
    /// A share off the price.
    Discount(Discount),
    /// No more than others charge.
    PriceMatch(PriceMatch),
    /// A share of revenue.
    RevenueShare(RevenueShare),
    /// On record, and decides nothing.
    Recital(Recital),
}

/// Which clauses prevail over which: a higher stratum is never set aside by a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// Prices and budgets.
    Price,
    /// The operator's rules.
    Rule,
    /// Contracts.
    Contract,
    /// Suspensions: what a contract allows is not to be had for a while.
    Suspension,
    /// Law: residency and covenants.
    Law,
}

impl ClauseKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            ClauseKind::Exclusivity(_) => "exclusivity",
            ClauseKind::Permit(_) => "permit",
            ClauseKind::License(_) => "license",
            ClauseKind::Residency(_) => "residency",
            ClauseKind::Covenant(_) => "covenant",
            ClauseKind::Suspension(_) => "suspension",
            ClauseKind::FirstRefusal(_) => "first_refusal",
            ClauseKind::ShipFirst(_) => "ship_first",
            ClauseKind::Share(_) => "share",
            ClauseKind::SpendCap(_) => "spend_cap",
            ClauseKind::Commitment(_) => "commitment",
            ClauseKind::Ladder(_) => "ladder",
            ClauseKind::Discount(_) => "discount",
            ClauseKind::PriceMatch(_) => "price_match",
            ClauseKind::RevenueShare(_) => "revenue_share",
            ClauseKind::Recital(_) => "recital",
        }
    }

    /// The stratum it ranks in.
    #[must_use]
    pub const fn stratum(&self) -> Stratum {
        match self {
            ClauseKind::Residency(_) | ClauseKind::Covenant(_) => Stratum::Law,
            ClauseKind::Suspension(_) => Stratum::Suspension,
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::Recital(_) => Stratum::Contract,
            ClauseKind::SpendCap(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_) => Stratum::Price,
        }
    }

    /// Whether what it counts is money, in pico-USD; else requests or tokens. `None` where it counts nothing.
    #[must_use]
    pub const fn counts_money(&self) -> Option<bool> {
        match self {
            ClauseKind::Share(share) => Some(matches!(share.of, Counted::Spend)),
            ClauseKind::Ladder(_) => Some(false),
            ClauseKind::SpendCap(_) | ClauseKind::Commitment(_) | ClauseKind::RevenueShare(_) => {
                Some(true)
            }
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::Recital(_) => None,
        }
    }

    /// Whether it can bar a deployment by itself.
    #[must_use]
    pub const fn is_bar(&self) -> bool {
        match self {
            ClauseKind::Exclusivity(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::ShipFirst(_) => true,
            ClauseKind::Share(share) => matches!(share.bound, Bound::Max(_)),
            ClauseKind::Permit(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_) => false,
        }
    }
}
