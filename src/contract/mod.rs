//! The kinds of clauses, one file each: what it holds, and what it means.
//!
//! Adding a kind is one file here, one variant of [`ClauseKind`], one entry in the document's schema and one folder in
//! the gallery; the compiler points at every place that must answer for it.

pub mod covenant;
pub mod exclusivity;
pub mod first_refusal;
pub mod license;
pub mod permit;
pub mod recital;
pub mod residency;
pub mod suspension;

pub use covenant::Covenant;
pub use exclusivity::Exclusivity;
pub use first_refusal::FirstRefusal;
pub use license::License;
pub use permit::Permit;
pub use recital::Recital;
pub use residency::{Copies, Residency};
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
    /// On record, and decides nothing.
    Recital(Recital),
}

/// Which clauses prevail over which: a higher stratum is never set aside by a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
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
            | ClauseKind::Recital(_) => Stratum::Contract,
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
            | ClauseKind::Suspension(_) => true,
            ClauseKind::Permit(_) | ClauseKind::FirstRefusal(_) | ClauseKind::Recital(_) => false,
        }
    }
}
