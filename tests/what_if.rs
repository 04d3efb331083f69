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
    reason = "a test that goes wrong should stop"
)]
#![allow(
    dead_code,
    reason = "the generator serves several tests, and not each of them uses all of it"
)]

#[path = "what_if/docs.rs"]
mod docs;
#[path = "properties/generate.rs"]
mod generate;

use docs::{Docs, parse};
use generate::{Case, rich_cases};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use std::cell::RefCell;
use wayleave::analyse::{Point, Sweep};
use wayleave::model::Policy;
use wayleave::money::Money;
use wayleave::time::Instant;

/// The ordered variables of a case.
fn variables(case: &Case, policy: &Policy) -> Vec<String> {
    let mut paths: Vec<String> = [
        "at",
        "request/input_tokens",
        "request/max_output_tokens",
        "request/expected_output_tokens",
        "request/size",
        "request/revenue_usd",
        "counters/shared/tokens",
    ]
    .map(String::from)
    .into();
    for deployment in &case.deployments {
        for part in ["price", "used/tokens", "used/requests", "in_flight"] {
            paths.push(format!("deployments/{}/{part}", deployment.id));
        }
    }
    for (position, counting) in case.more.counting.iter().enumerate() {
        for part in ["drawn", "total", "held", "accrued"] {
            if counting.counts() {
                paths.push(format!("clauses/n/n{position}/{part}"));
            }
        }
    }
    paths.retain(|path| policy.variable(path).is_some());
    paths
}

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

/// The values that are looked at: a few years, a few thousand tokens or requests, a few cents.
fn sweep(policy: &Policy, path: &str) -> Sweep {
    let variable = policy.variable(path).unwrap();
    let bounds = [("2025-06-01", "2027-12-31"), ("-20", "4000"), ("0", "0.05")];
    let bound = |text: &str| policy.point(&variable, text);
    let (from, to) = bounds
        .iter()
        .filter(|(from, to)| bound(from).is_some() && bound(to).is_some())
        .find(|(from, _)| match bound(from) {
            Some(Point::Instant(_)) => from.contains("2025"),
            Some(Point::Count(_)) => *from == "-20",
            _ => *from == "0",
        })
        .unwrap();
    Sweep {
        from: bound(from),
        to: bound(to),
        ..Sweep::over(variable.clone())
    }
}

#[derive(Default, Debug)]
struct Counts {
    cases: usize,
    sweeps: usize,
    points: usize,
    probes: usize,
    incomplete: std::collections::BTreeMap<String, usize>,
    by_kind: std::collections::BTreeMap<String, (usize, usize)>,
}

/// The path without the names.
fn kind_of(path: &str) -> String {
    match path.split('/').collect::<Vec<&str>>().as_slice() {
        ["deployments", _, rest @ ..] => format!("deployments/…/{}", rest.join("/")),
        ["clauses", _, _, rest @ ..] => format!("clauses/…/{}", rest.join("/")),
        other => other.join("/"),
    }
}

/// At each breakpoint the answer changes as it says, and between neighbours it is one.
fn check_breakpoints(case: &Case, rng: &mut TestRng, counts: &mut Counts) {
    let docs = Docs::of(case);
    let policy = parse(&docs.policy);
    let asked = docs.read(&policy);
    counts.cases += 1;
    for path in variables(case, &policy) {
        let sweep = sweep(&policy, &path);
        let found = policy.breakpoints(&asked.request, &asked.state, &asked.when, &sweep);
        counts.sweeps += 1;
        if !found.incomplete.is_empty() {
            *counts.incomplete.entry(found.incomplete.join(", ")).or_default() += 1;
            continue;
        }
        let (Some(from), Some(to)) = (&found.from, &found.to) else {
            continue;
        };
        if path.ends_with("/price") && !docs.can_be_repriced() {
            continue;
        }
        let mut starts = vec![(number(from), found.first.clone().unwrap())];
        for point in &found.points {
            assert_ne!(point.before, point.after);
            assert_eq!(point.before, starts.last().unwrap().1);
            starts.push((number(&point.at), point.after.clone()));
        }
        counts.points += found.points.len();
        let of_kind = counts.by_kind.entry(kind_of(&path)).or_default();
        of_kind.0 += 1;
        of_kind.1 += found.points.len();
        // A few where nothing changes, many where something does.
        let share = if found.points.is_empty() { 3 } else { 100_usize.div_ceil(starts.len()).max(3) };
        for (position, (start, expected)) in starts.iter().enumerate() {
            let next = starts.get(position + 1);
            let end = next.map_or(number(to), |(next, _)| next - 1);
            let mut probes = vec![*start, end];
            probes.extend((2..share).map(|_| rng.random_range(*start..=end)));
            for at in probes {
                counts.probes += 1;
                let point = like(from, at);
                assert_eq!(
                    &docs.with(&path, &point).answer(&policy),
                    expected,
                    "{path} = {point:?}\n{docs:?}\n{found:#?}"
                );
            }
        }
    }
}

#[test]
fn answers_change_at_breakpoints_and_nowhere_else() {
    let counts = RefCell::new(Counts::default());
    let config = Config {
        cases: std::env::var("CASES").map_or(1000, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let rng = RefCell::new(runner.new_rng());
    runner
        .run(&rich_cases(), |case| {
            check_breakpoints(&case, &mut rng.borrow_mut(), &mut counts.borrow_mut());
            Ok(())
        })
        .unwrap();
    println!("breakpoints: {:#?}", counts.into_inner());
}
