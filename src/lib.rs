//! A routing-policy engine for AI traffic bound by contracts.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod json;
pub mod money;
pub mod time;
