//! The ledger: counters, reservations, clauses and leases, against models and in simulation.

#[path = "ledger/clauses.rs"]
mod clauses;
#[path = "ledger/fleet.rs"]
mod fleet;
#[path = "ledger/interleavings.rs"]
mod interleavings;
#[path = "ledger/model.rs"]
mod model;
#[path = "ledger/support.rs"]
mod support;
#[path = "ledger/trace.rs"]
mod trace;
#[path = "ledger/vectors.rs"]
mod vectors;
