//! `residency`: data must stay within an area.
//!
//! Processing, storage at rest and copies for abuse monitoring may lie in different places; the clause names which of
//! them it binds (processing where it names none). A place that is not stated is unknown, and unknown is never inside.

use alloc::vec::Vec;

use crate::condition::Tri;
use crate::model::policy::Deployment;
use crate::model::zone::{ZoneIx, Zones};

/// Only within an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residency {
    /// The area.
    pub within: ZoneIx,
    /// What must lie in it; never empty.
    pub of: Vec<Copies>,
}

/// A place where data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copies {
    /// Where the request is processed.
    Processing,
    /// Where data rests.
    Storage,
    /// Where copies for abuse monitoring lie.
    Monitoring,
}

impl Copies {
    /// Every place.
    pub const ALL: [Copies; 3] = [Copies::Processing, Copies::Storage, Copies::Monitoring];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Copies::Processing => "processing",
            Copies::Storage => "storage",
            Copies::Monitoring => "monitoring",
        }
    }

    /// The field of a deployment that says where.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Copies::Processing => "zone",
            Copies::Storage => "storage_zone",
            Copies::Monitoring => "monitoring_zone",
        }
    }

    /// The place, where the deployment states it.
    #[must_use]
    pub fn zone(self, deployment: &Deployment) -> Option<ZoneIx> {
        match self {
            Copies::Processing => deployment.zone,
            Copies::Storage => deployment.storage_zone,
            Copies::Monitoring => deployment.monitoring_zone,
        }
    }
}

impl Residency {
    /// Whether all it binds lies within the area.
    #[must_use]
    pub fn satisfied(&self, deployment: &Deployment, zones: &Zones) -> Tri {
        self.of.iter().fold(Tri::True, |all, copies| {
            let inside = copies.zone(deployment).map_or(Tri::Unknown, |zone| {
                Tri::from(zones.within(zone, self.within))
            });
            all.and(inside)
        })
    }
}
