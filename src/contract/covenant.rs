//! `covenant`: every deployment in scope must keep what was promised, such as zero data retention or no training.
//!
//! A deployment states what it `holds`, each for a term where the attestation runs out, and what it `lacks`. A covenant in
//! neither list is unknown, and unknown is never kept: such a deployment is pending until somebody states it.
//! It ranks with law: no permit sets it aside.

use alloc::boxed::Box;

use crate::condition::Tri;
use crate::model::policy::Deployment;
use crate::model::term::DayOfChange;
use crate::model::vocabulary::NameIx;
use crate::time::At;

/// Only where covenants are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covenant {
    /// What must be kept; never empty, sorted.
    pub requires: Box<[NameIx]>,
}

impl Covenant {
    /// Whether a deployment keeps one covenant at a moment. Outside of the term of its attestation it is not kept.
    #[must_use]
    pub fn kept(covenant: NameIx, deployment: &Deployment, at: At) -> Tri {
        if deployment.breaks.binary_search(&covenant).is_ok() {
            return Tri::False;
        }
        let mut held = deployment
            .holds
            .iter()
            .filter(|held| held.covenant == covenant)
            .peekable();
        if held.peek().is_none() {
            return Tri::Unknown;
        }
        held.fold(Tri::False, |kept, held| {
            kept.or(held.term.holds(at, DayOfChange::Unknown))
        })
    }
}
