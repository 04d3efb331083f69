//! A small document that uses every shape.

use super::*;

record! {
    /// One place that can serve.
    struct DeploymentDoc as "Deployment" {
        /// Who sells.
        required provider: Spanned<Name>,
        /// Who runs it; the provider where absent.
        optional hosted_by: Spanned<Name>,
        /// Capabilities it has.
        default supports: Vec<Spanned<Name>>,
        /// The price of uncached input.
        optional input: UsdPerMtok,
        /// The tier.
        default tier: Tier,
        /// What else.
        optional otherwise as "else": OneOrMany<Name>,
    }
}

closed_enum! {
    /// How fast a request must be served.
    #[derive(Default)]
    enum Tier {
        /// At once.
        #[default]
        Standard => "standard",
        /// Within a day.
        Batch => "batch",
    }
}

record! {
    /// What every clause has.
    struct ClauseCommon {
        /// Unique in its contract.
        required id: Spanned<Id>,
        /// The first day.
        optional from: Date,
    }
}

record! {
    /// Offered to its holder first.
    struct FirstRefusalDoc {
        /// Who is offered it.
        required holder: Spanned<Name>,
    }
}

record! {
    /// Ends when the other party says so.
    struct AtWill {}
}

tagged! {
    /// One right or duty.
    struct ClauseDoc as "Clause" by "kind" {
        common: ClauseCommon,
        /// What a clause says.
        kind: enum ClauseKind {
            /// Offered to its holder first.
            FirstRefusal(FirstRefusalDoc) => "first_refusal",
            /// Ends when the other party says so.
            AtWill(AtWill) => "at_will",
        }
    }
}

record! {
    /// The whole.
    struct SampleDoc as "Sample" {
        /// The version of the language.
        required wayleave: u64,
        /// Places by id.
        default deployments: Map<DeploymentDoc>,
        /// Clauses in order.
        default clauses: Vec<ClauseDoc>,
    }
}
