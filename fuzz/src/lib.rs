//! Hostile input: what must hold for any bytes whatever.
//!
//! A target is a function of bytes that panics where something does not hold. libFuzzer calls it (`fuzz_targets/`), the
//! seeded loop of `cargo xtask fuzz` calls it, and `cargo test` calls it with every input that once broke something
//! (`crashes/`) and with every policy, scenario and example of the tree.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a harness that goes wrong should stop"
)]

mod asks;
mod calls;
mod conditions;
pub mod corpus;
mod decisions;
mod findings;
pub mod large;
pub mod mutate;
pub mod random;
mod seen;
mod sheets;
mod text;
mod usage;

pub use seen::Seen;

/// Something that takes any bytes.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, which names its folders too.
    pub name: &'static str,
    /// Panics where something does not hold; tells what the input brought to light.
    pub run: fn(&[u8]) -> Seen,
    /// The longest input that the seeded loop makes.
    pub bytes: usize,
}

/// Every target.
pub const TARGETS: [Target; 6] = [
    Target {
        name: "text",
        run: text::text,
        bytes: 16_384,
    },
    Target {
        name: "conditions",
        run: conditions::conditions,
        bytes: 2_048,
    },
    Target {
        name: "asks",
        run: asks::asks,
        bytes: 4_096,
    },
    Target {
        name: "sheets",
        run: sheets::sheets,
        bytes: 4_096,
    },
    Target {
        name: "usage",
        run: usage::usage,
        bytes: 2_048,
    },
    Target {
        name: "calls",
        run: calls::calls,
        bytes: 4_096,
    },
];

/// The source of a policy: it is read or refused with places, as YAML and as JSON alike, and its tests are decided.
pub fn text(input: &[u8]) {
    text::text(input);
}

/// Two conditions, a line each: they are evaluated, specialised and compared.
pub fn conditions(input: &[u8]) {
    conditions::conditions(input);
}

/// A request, a state and a moment, parted by lines of `---`: they are read and decided.
pub fn asks(input: &[u8]) {
    asks::asks(input);
}

/// A price sheet: it is read, and requests are priced by it.
pub fn sheets(input: &[u8]) {
    sheets::sheets(input);
}

/// A provider's report of the tokens it counted: it is read in every format, and priced.
pub fn usage(input: &[u8]) {
    usage::usage(input);
}

/// What is asked of a ledger and an edge, parted by lines of `---`: it is done or refused, and the ledger is its document.
pub fn calls(input: &[u8]) {
    calls::calls(input);
}
