//! Answers change at breakpoints, as they say, and nowhere else.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRng;
use wayleave::model::Policy;
use wayleave::what_if::{Point, Sweep};

use crate::docs::{Docs, parse};
use crate::generate::Case;
use crate::{is_full, like, number, run_cases};

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
        "fact/shipped",
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
            if counting.counts() && (part != "total" || counting.total.is_some()) {
                paths.push(format!("clauses/n/n{position}/{part}"));
            }
        }
    }
    paths.retain(|path| policy.variable(path).is_some());
    paths
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

/// How many values are looked at between two neighbouring breakpoints, both ends among them.
fn probes() -> usize {
    if is_full() { 102 } else { 12 }
}

#[derive(Default, Debug)]
struct Counts {
    cases: usize,
    sweeps: usize,
    points: usize,
    probes: usize,
    incomplete: BTreeMap<String, usize>,
    by_kind: BTreeMap<String, (usize, usize)>,
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
    let mut paths = variables(case, &policy);
    // Some of them, and those that most depends on.
    if case.more.launch.is_none() {
        paths.retain(|path| path != "fact/shipped");
    }
    while paths.len() > 8 {
        let dropped = rng.random_range(0..paths.len());
        if !["at", "request/input_tokens", "fact/shipped"].contains(&paths[dropped].as_str()) {
            paths.remove(dropped);
        }
    }
    for path in paths {
        let sweep = sweep(&policy, &path);
        let found = policy.breakpoints(&asked.request, &asked.state, &asked.when, &sweep);
        counts.sweeps += 1;
        if !found.incomplete.is_empty() {
            *counts
                .incomplete
                .entry(found.incomplete.join(", "))
                .or_default() += 1;
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
        let share = if found.points.is_empty() { 3 } else { probes() };
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
    run_cases(|case, rng| check_breakpoints(case, rng, &mut counts.borrow_mut()));
    println!("breakpoints: {:#?}", counts.into_inner());
}
