//! `permit`: carves named clauses within a narrower scope.
//!
//! A permit sets aside the bars it `carves` wherever it applies itself, in whichever contract they stand. A bar of its
//! own contract that it does not name contradicts it; then precedence decides, and where neither clause gives way the
//! contradiction is reported. About bars of other contracts that it does not name it is silent: what one contract
//! allows, the parties of another need not.
//! A permit whose reading the parties dispute is neither given nor withheld: what it carves is pending.
//! It cannot set aside law or residency.

use alloc::vec::Vec;

use crate::condition::Condition;
use crate::model::policy::ClauseIx;

/// Carves named clauses.
#[derive(Clone, Debug)]
pub struct Permit {
    /// The bars it sets aside.
    pub carves: Vec<ClauseIx>,
    /// Where this holds, the parties read the permit differently, and whether it applies is unknown.
    pub disputed: Option<Condition>,
}
