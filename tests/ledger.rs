//! The ledger: counters, reservations, clauses and leases, against models and in simulation.

#[path = "ledger/fleet.rs"]
mod fleet;
#[path = "ledger/support.rs"]
mod support;
