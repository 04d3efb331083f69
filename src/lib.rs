//! A routing-policy engine for AI traffic bound by contracts.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

#[cfg(feature = "authoring")]
#[cfg(feature = "authoring")]
#[macro_use]
pub mod authoring;
pub mod condition;
pub mod contract;
pub mod decide;
#[cfg(feature = "authoring")]
pub mod document;
pub mod json;
pub mod model;
pub mod money;
mod text;
pub mod time;
