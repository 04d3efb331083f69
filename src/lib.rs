//! A routing-policy engine for AI traffic bound by contracts.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod condition;
pub mod json;
pub mod money;
mod text;
pub mod time;
