//! The operator's rules, objectives and readings of the unknown, as written.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::ActWord;
use crate::document::{Id, OneOrMany, Share, Spanned};

record! {
    /// The operator's own wish: one of `deny`, `require`, `prefer` and `split`.
    pub struct RuleDoc as "Rule" {
        /// Its id; it is cited as `rules/id`.
        required id: Spanned<Id>,
        /// The acts it is about; `[serve]` where absent.
        optional acts: OneOrMany<ActWord>,
        /// A condition under which it applies; always where absent.
        optional when: Spanned<String>,
        /// Bars every deployment for which this holds.
        optional deny: Spanned<String>,
        /// Bars every deployment for which this does not hold.
        optional require: Spanned<String>,
        /// Puts deployments for which this holds before others that are equal so far.
        optional prefer: Spanned<String>,
        /// Spreads work over arms by weight, the same for the same key of the request.
        default split: Vec<ArmDoc>,
        /// First rights that it sets aside, each as `contract/clause`. Without it, a rule that keeps work from the
        /// holder of a right is a conflict.
        optional overrides: OneOrMany<Spanned<String>>,
        /// What it is for, for readers.
        optional note: String,
    }
}

record! {
    /// One arm of a split.
    pub struct ArmDoc as "Arm" {
        /// How often it comes first, against the sum of the weights; at most 1,000,000.
        required weight: Spanned<u64>,
        /// The deployments of the arm: a condition on `deployment`.
        required when: Spanned<String>,
    }
}

closed_enum! {
    /// What is minimised.
    pub enum MeasureWord as "Measure" {
        /// The cost of the request.
        Cost => "cost",
        /// Latency as the state reports it, in milliseconds.
        Latency => "latency",
    }
}

record! {
    /// One thing to minimise.
    pub struct ObjectiveDoc as "Objective" {
        /// What is minimised.
        required minimise: MeasureWord,
        /// What lies above the least by at most this share of its own list cost counts as equal; 0 where absent.
        optional within: Spanned<Share>,
    }
}

closed_enum! {
    /// How an unknown is read.
    pub enum SettleWord as "Settle" {
        /// As a no.
        Deny => "deny",
        /// As a yes.
        Allow => "allow",
    }
}

record! {
    /// How unknown things are read.
    pub struct UnknownDoc as "Unknown" {
        /// A capability that a deployment lists neither as supported nor as lacking; `deny` where absent.
        optional capability: SettleWord,
    }
}
