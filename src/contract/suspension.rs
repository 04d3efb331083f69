//! `suspension`: a provider is not to be used for a while, whatever the contracts allow.
//!
//! It bars what the provider sells or hosts, from the notice on, or from the end of the period for cure where there is
//! one: while a breach may still be cured the obligations go on, and a decision only warns. Once it is cured nothing is
//! barred and nobody is warned. It ranks between contracts and law: no permit sets it aside.

use crate::condition::{Condition, Tri};
use crate::model::policy::Deployment;
use crate::model::term::{DayOfChange, Edge, passed};
use crate::model::vocabulary::NameIx;
use crate::time::At;

/// Not for a while.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// Whose deployments it bars, sold or hosted.
    pub provider: NameIx,
    /// Why.
    pub cause: Cause,
    /// When notice was given; nothing is barred before.
    pub noticed: Option<Edge>,
    /// The end of the period for cure; nothing is barred before.
    pub cure_ends: Option<Edge>,
    /// Where this holds it is cured.
    pub cured_when: Option<Condition>,
}

/// Why a provider is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An event beyond the control of the parties.
    ForceMajeure,
    /// A breach.
    Breach,
    /// Bills that were not paid.
    NonPayment,
    /// A use that the terms do not allow.
    AcceptableUse,
    /// A danger to security.
    Security,
    /// Something else.
    Other,
}

impl Cause {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Cause::ForceMajeure => "force_majeure",
            Cause::Breach => "breach",
            Cause::NonPayment => "non_payment",
            Cause::AcceptableUse => "acceptable_use",
            Cause::Security => "security",
            Cause::Other => "other",
        }
    }
}

impl Suspension {
    /// Whether it is about a deployment.
    #[must_use]
    pub fn targets(&self, deployment: &Deployment) -> bool {
        deployment.provider == self.provider || deployment.hosted_by == self.provider
    }

    /// Whether notice has been given.
    #[must_use]
    pub fn is_noticed(&self, at: At, tie: DayOfChange) -> Tri {
        self.noticed
            .map_or(Tri::True, |noticed| passed(noticed, at, tie))
    }

    /// Whether the time for cure, if there was any, is over.
    #[must_use]
    pub fn cure_is_over(&self, at: At, tie: DayOfChange) -> Tri {
        self.cure_ends.map_or(Tri::True, |end| passed(end, at, tie))
    }
}
