//! A routing-policy engine for AI traffic bound by contracts.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

#[cfg(feature = "authoring")]
pub mod document;
pub mod json;
pub mod money;
#[cfg(feature = "authoring")]
mod text;
pub mod time;
