//! `ship_first`: a product ships with its holder no later than with anybody else.
//!
//! It bars a launch with somebody else until the holder has shipped, and a lag has passed where one is agreed, unless the
//! holder is excused. Whether all grounds for an excuse are needed or any is enough is written out: the two differ.
//! It binds launches only, and is silent about a product that is open.

use alloc::vec::Vec;

use crate::condition::{Condition, Slot};
use crate::model::vocabulary::NameIx;

/// No later than with anybody else.
#[derive(Clone, Debug)]
pub struct ShipFirst {
    /// With whom it ships first.
    pub holder: NameIx,
    /// Which step of a launch is meant.
    pub milestone: Milestone,
    /// The fact that says when the holder shipped.
    pub shipped: Slot,
    /// Days between the holder's and anybody else's.
    pub lag_days: u64,
    /// What excuses the holder.
    pub excuse: Option<Excuse>,
}

/// What excuses the holder of a right to ship first.
#[derive(Clone, Debug)]
pub enum Excuse {
    /// All of these together.
    AllOf(Vec<Condition>),
    /// Any of these.
    AnyOf(Vec<Condition>),
}

impl Excuse {
    /// The grounds.
    #[must_use]
    pub fn grounds(&self) -> &[Condition] {
        match self {
            Excuse::AllOf(grounds) | Excuse::AnyOf(grounds) => grounds,
        }
    }
}

/// A step of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// It is announced.
    Announce,
    /// Some may try it.
    Preview,
    /// Everybody may use it.
    Ga,
    /// Everybody in a region may use it.
    RegionGa,
}

impl Milestone {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Milestone::Announce => "announce",
            Milestone::Preview => "preview",
            Milestone::Ga => "ga",
            Milestone::RegionGa => "region_ga",
        }
    }
}
