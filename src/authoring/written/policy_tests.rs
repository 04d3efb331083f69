//! Policy tests as written: a request, and what the decision must be.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::{EvidenceWord, PlanOptionsDoc, RefusalWord};
use crate::document::{Decimal, Map, Moment, Name, OneOrMany, Raw, Spanned};

record! {
    /// A request with the decision it must get.
    pub struct TestDoc as "Test" {
        /// What it shows.
        required name: Spanned<String>,
        /// The instant, or a day whose hour is not known.
        required at: Spanned<Moment>,
        /// Leaves out what became known later.
        optional known_at: Spanned<Moment>,
        /// Settles what chance decides; 0 where absent.
        optional seed: u64,
        /// The request.
        required request: Raw,
        /// The state of the world; idle and up where absent.
        optional state: Raw,
        /// The request is a quantity over a period: what is tested is the plan for it.
        optional plan: PlanOptionsDoc,
        /// What the decision must be.
        required expect: ExpectDoc,
    }
}

closed_enum! {
    /// What comes of a request.
    pub enum OutcomeWord as "Outcome" {
        /// Try the attempts, in order.
        Route => "route",
        /// Wait.
        Hold => "hold",
        /// Nowhere to go.
        Refuse => "refuse",
        /// Clauses contradict each other.
        Conflict => "conflict",
    }
}

record! {
    /// What a decision must be; what is not mentioned is not tested.
    pub struct ExpectDoc as "Expect" {
        /// What comes of the request.
        optional outcome: OutcomeWord,
        /// The first attempts, in order.
        optional route: OneOrMany<Spanned<Name>>,
        /// All attempts, in order.
        optional attempts: Vec<Spanned<Name>>,
        /// Citations that the first attempt rests on.
        optional because: OneOrMany<Spanned<String>>,
        /// Deployments that are eligible.
        optional eligible: OneOrMany<Spanned<Name>>,
        /// Deployments that are barred, each with what is cited: one citation is the decisive one, a list is cited
        /// in any order.
        default barred: Map<OneOrMany<Spanned<String>>>,
        /// Deployments that are pending, in the same way.
        default pending: Map<OneOrMany<Spanned<String>>>,
        /// Deployments with what they would cost in USD.
        default cost: Map<Spanned<Decimal>>,
        /// Deployments with the routing cost in USD that the order is decided by.
        default routing: Map<Spanned<Decimal>>,
        /// Attempts with the failures after which the next may be tried.
        default next_if: Map<OneOrMany<RefusalWord>>,
        /// Why the request waits.
        optional hold: HoldExpectDoc,
        /// What is owed: `send_notice`, each with the clause it follows from.
        default duties: Map<OneOrMany<Spanned<String>>>,
        /// What is warned of: `curing`, `retiring`, each with what is cited or the deployment it concerns.
        default warnings: Map<OneOrMany<Spanned<String>>>,
        /// The clauses that contradict each other.
        optional conflict: OneOrMany<Spanned<String>>,
        /// Clauses whose day of change was read by an assumption.
        optional assumed: OneOrMany<Spanned<String>>,
        /// The weakest evidence that matters.
        optional confidence: EvidenceWord,
        /// Of a plan, variables with the exact value at which the best route changes: a decimal number, a fraction such as
        /// `10/11`, or `none`.
        default break_evens: Map<Spanned<String>>,
        /// Of a plan, provisioned deployments with the units that the quantity needs.
        default units: Map<Spanned<u64>>,
    }
}

closed_enum! {
    /// What would free a deployment.
    pub enum HoldReasonWord as "HoldReason" {
        /// Room.
        Room => "room",
        /// A fact, an attribute or a date.
        Fact => "fact",
        /// A first right that its holder has not given up.
        Right => "right",
        /// A notice to the holder of a first right over capacity, or the holder's answer to it.
        Notice => "notice",
    }
}

record! {
    /// Why a request waits.
    pub struct HoldExpectDoc as "HoldExpect" {
        /// What would free a deployment.
        optional reason: HoldReasonWord,
        /// What holds it, each cited.
        optional cites: OneOrMany<Spanned<String>>,
        /// When time alone frees a deployment.
        optional until: Moment,
        /// What is missing.
        optional missing: OneOrMany<Spanned<String>>,
    }
}
