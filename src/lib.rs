//! A routing-policy engine for AI traffic bound by contracts.
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

// First, because its macros declare the types of the document.
#[cfg(feature = "authoring")]
#[macro_use]
pub mod document;

#[cfg(feature = "authoring")]
pub mod authoring;
pub mod condition;
pub mod contract;
pub mod decide;
pub mod json;
pub mod model;
pub mod money;
mod text;
pub mod time;
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
pub mod wasm;
