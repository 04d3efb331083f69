//! What the tests of the ledger share.

use wayleave::document::Sources;
use wayleave::model::{Meter, Policy, Request, State, Usage};
use wayleave::time::Instant;

/// Numbers that look like chance and are the same every time: splitmix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end`, the end excluded.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

pub(crate) fn policy(text: &str) -> Policy {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text).unwrap();
    Policy::parse(sources).unwrap_or_else(|found| panic!("{text}: {found:?}"))
}

pub(crate) fn request(policy: &Policy, text: &str) -> Request {
    policy
        .request(text)
        .unwrap_or_else(|found| panic!("{text}: {found:?}"))
}

pub(crate) fn state(policy: &Policy, text: &str) -> State {
    policy
        .state(text)
        .unwrap_or_else(|found| panic!("{text}: {found:?}"))
}

pub(crate) fn at(ms: u64) -> Instant {
    // 2026-11-22T10:00:00Z, the start of a minute.
    Instant::from_millis(1_795_341_600_000 + i64::try_from(ms).unwrap()).unwrap()
}

pub(crate) fn usage(input: u64, cached: u64, output: u64) -> Usage {
    Usage::new([
        (Meter::Input, input - cached),
        (Meter::CachedInput, cached),
        (Meter::Output, output),
    ])
    .unwrap()
}
