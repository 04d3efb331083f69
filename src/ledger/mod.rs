//! Counts.
mod counter;
