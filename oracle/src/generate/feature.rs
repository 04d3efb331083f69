//! The parts of the language that can be read or left unread, for comparing with an engine that lacks some.

/// A part of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Contracts in IANA time zones.
    Places,
    /// Edges with an hour are compared with a day by the local day they lie on.
    LocalDays,
    /// Comparisons of `at` with constants on a day without an hour.
    AtOnDays,
    /// Days of change are read once for every way in which contracts change.
    Readings,
    /// Covenants, and what deployments hold.
    Covenants,
    /// Suspensions, cures and calendars.
    Suspensions,
    /// Lifecycles of deployments, new customers, warnings.
    Lifecycles,
    /// Requests for `launch`.
    Launch,
    /// Requests for `host` and `train`, with offers and notices.
    Offers,
    /// The evidence of facts counts.
    FactEvidence,
    /// Deployments that spill to others.
    Spills,
    /// Reasoning tokens, caches by time to live.
    Meters,
    /// Deployments with a price multiplier.
    Multipliers,
    /// Launches that ship first, shares, budgets, splits, what clauses make of prices, the clock of notices.
    Economics,
}

impl Feature {
    /// Every part.
    pub const ALL: [Feature; 14] = [
        Feature::Places,
        Feature::LocalDays,
        Feature::AtOnDays,
        Feature::Readings,
        Feature::Covenants,
        Feature::Suspensions,
        Feature::Lifecycles,
        Feature::Launch,
        Feature::Offers,
        Feature::FactEvidence,
        Feature::Spills,
        Feature::Meters,
        Feature::Multipliers,
        Feature::Economics,
    ];
}

/// Parts of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features(Vec<Feature>);

impl Features {
    /// All parts.
    #[must_use]
    pub fn all() -> Features {
        Features(Feature::ALL.to_vec())
    }

    /// These parts only.
    #[must_use]
    pub fn of(features: &[Feature]) -> Features {
        Features(features.to_vec())
    }

    /// The parts that the engine reads.
    #[must_use]
    pub fn of_engine() -> Features {
        Features::all()
    }

    /// Whether a part is read.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }
}
