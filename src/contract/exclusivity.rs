//! `exclusivity`: only these providers, for these acts, within a scope and a term.
//!
//! It bars every provider it is `against` that is not among `only`. For `sell` the seller is tested, for `host` and
//! `train` the host, for `serve` both: work sold by an allowed provider but run by another is still carried by another.
//!
//! *Sole* is not *exclusive*: under a sole right the grantor may still compete, so the grantor is among the allowed.
//! An exclusivity that names a class ("exclusive third-party distributor") is `against` that class only; whoever is
//! outside it is neither allowed nor barred.

use crate::model::policy::{Deployment, Providers};
use crate::model::vocabulary::{Act, NameIx};

/// Only these providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusivity {
    /// Who is allowed; with `sole`, the grantor is among them. Sorted.
    pub only: Providers,
    /// Who is excluded; everybody else where absent. Sorted.
    pub against: Option<Providers>,
}

impl Exclusivity {
    /// Whether it bars `deployment` from `act`, in scope and in force.
    #[must_use]
    pub fn bars(&self, act: Act, deployment: &Deployment) -> bool {
        match act {
            Act::Sell | Act::Launch => self.excludes(deployment.provider),
            Act::Host | Act::Train => self.excludes(deployment.hosted_by),
            Act::Serve => self.excludes(deployment.provider) || self.excludes(deployment.hosted_by),
        }
    }

    fn excludes(&self, provider: NameIx) -> bool {
        self.only.binary_search(&provider).is_err()
            && self
                .against
                .as_ref()
                .is_none_or(|against| against.binary_search(&provider).is_ok())
    }

    /// Whether nobody is allowed by both: the two cannot be kept together.
    #[must_use]
    pub fn contradicts(&self, other: &Exclusivity) -> bool {
        self.only.iter().all(|provider| other.excludes(*provider))
            && other.only.iter().all(|provider| self.excludes(*provider))
    }
}
