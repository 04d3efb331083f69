//! The ledger: counters, reservations, clauses and leases, against models and in simulation.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

#[path = "ledger/clause_model.rs"]
mod clause_model;
#[path = "ledger/clauses.rs"]
mod clauses;
#[path = "ledger/fleet.rs"]
mod fleet;
#[path = "ledger/interleavings.rs"]
mod interleavings;
#[path = "ledger/leases.rs"]
mod leases;
#[path = "ledger/model.rs"]
mod model;
#[path = "ledger/support.rs"]
mod support;
#[path = "ledger/trace.rs"]
mod trace;
#[path = "ledger/vectors.rs"]
mod vectors;
