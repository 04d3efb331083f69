//! `license`: a provider may serve or sell the models in scope only while a licence is active.
//!
//! The term of the clause is the term of the licence. Before the first licence on record nothing is said, and what is
//! not mentioned is permitted; once a licence has ended and no other is active, the provider is barred.

use crate::model::vocabulary::NameIx;

/// Only while a licence is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    /// The licensee.
    pub provider: NameIx,
}
