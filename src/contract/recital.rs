//! `recital`: a term on record that decides nothing by itself.
//!
//! It keeps a dated, sourced statement beside the clauses it explains, for readers and for timelines.

use alloc::string::String;

/// On record, and decides nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recital {
    /// What is stated.
    pub states: String,
}
