//! What if: where answers change, why a deployment is not chosen, and what would change it — against documents that were
//! changed by hand.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

#[path = "what_if/breakpoints.rs"]
mod breakpoints;
#[path = "what_if/changes.rs"]
mod changes;
#[path = "what_if/docs.rs"]
mod docs;
#[path = "what_if/figures.rs"]
mod figures;
#[allow(
    dead_code,
    reason = "the generator serves several tests, and not each of them uses all of it"
)]
#[path = "properties/generate.rs"]
mod generate;
#[path = "what_if/reasons.rs"]
mod reasons;
#[path = "what_if/scenarios.rs"]
mod scenarios;

use generate::Case;
use generate::rich::rich_cases;
use proptest::test_runner::{Config, TestRng, TestRunner};
use std::cell::RefCell;
use wayleave::model::{Outcome, Policy, Request, State, When};
use wayleave::money::Money;
use wayleave::time::Instant;
use wayleave::what_if::Point;

fn number(point: &Point) -> i128 {
    match point {
        Point::Instant(instant) => i128::from(instant.millis()),
        Point::Count(count) => *count,
        Point::Usd(amount) => amount.pico(),
        Point::Unstated | Point::Value(_) => panic!("{point:?}"),
    }
}

/// A number as a value like another.
fn like(point: &Point, number: i128) -> Point {
    match point {
        Point::Instant(_) => {
            let ms = i64::try_from(number).unwrap();
            Point::Instant(Instant::from_millis(ms).unwrap())
        }
        Point::Count(_) => Point::Count(number),
        Point::Usd(_) => Point::Usd(Money::from_pico(number)),
        Point::Unstated | Point::Value(_) => panic!("{point:?}"),
    }
}

/// What comes of a request at a moment.
fn answer(
    policy: &Policy,
    request: &Request,
    state: &State,
    when: &When,
) -> (Outcome, Vec<String>) {
    let decision = policy.decide(request, state, when);
    let attempts = decision
        .attempts
        .into_iter()
        .map(|attempt| attempt.deployment);
    (decision.outcome, attempts.collect())
}

/// Whether everything is tried: a thousand policies, a hundred probes between neighbours.
fn is_full() -> bool {
    std::env::var("WAYLEAVE_WHAT_IF").is_ok_and(|word| word == "full")
}

/// How many policies are generated.
fn cases() -> u32 {
    if is_full() { 1000 } else { 100 }
}

/// Generated cases, each with a source of chance.
fn run_cases(check: impl Fn(&Case, &mut TestRng)) {
    let config = Config {
        cases: cases(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let rng = RefCell::new(runner.new_rng());
    let ran = runner.run(&rich_cases(), |case| {
        check(&case, &mut rng.borrow_mut());
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}
