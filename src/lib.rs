//! wayleave decides where AI traffic that is bound by contracts may go, who must be offered it first, and what it costs,
//! and says why.
//!
//! Every decision asks the same five questions of every deployment, in this order; a later one never overrides an
//! earlier one.
//!
//! 1. **Can it?** The model, the tier, every need, a context that is long enough.
//! 2. **May it?** Residency, exclusivity, permits, licences, the operator's rules.
//! 3. **Has it room?** Limits, requests in flight, health, signals.
//! 4. **Who is first?** First refusal, then preferences.
//! 5. **What does it cost?** Price cells, exactly; then the objective and a stable tie-break.
//!
//! [`Policy::parse`](model::Policy::parse) reads a policy, [`Policy::decide`](model::Policy::decide) decides, and
//! [`Policy::explain`](model::Policy::explain) keeps every answer.
//!
//! A [`ledger::Ledger`] counts what was admitted, so that the next decision knows what room there is.
//!
//! In reading order: [`model`] is the data, [`contract`] the kinds of clauses, [`decide`] the questions, [`condition`]
//! the language of conditions, [`ledger`] the counters, [`signal`] what providers' answers say, [`what_if`] what would be if something were
//! otherwise; [`money`], [`time`] and [`json`] are exact amounts, instants and canonical JSON. With feature `authoring` (the
//! default), [`document`] reads texts with places,
//! [`authoring`] makes policies of them, [`analyse`] finds what they probably do not mean, and [`usage`] reads what
//! providers report.
//! Without it the crate is `no_std` and has neither parser nor schema.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

// First, because its macros declare the types of the document.
#[cfg(feature = "authoring")]
#[macro_use]
pub mod document;

#[cfg(feature = "authoring")]
pub mod analyse;
#[cfg(feature = "authoring")]
pub mod authoring;
pub mod condition;
pub mod contract;
pub mod decide;
pub mod json;
pub mod ledger;
mod list;
pub mod model;
pub mod money;
mod order;
pub mod signal;
mod text;
pub mod time;
#[cfg(feature = "authoring")]
pub mod usage;
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
pub mod wasm;
pub mod what_if;

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "authoring"))]
#[doc = include_str!("../README.md")]
struct Readme;
