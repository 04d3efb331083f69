//! Where the answers of scenarios change in time.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};
use wayleave::model::{State, When};
use wayleave::time::{At, Instant};
use wayleave::what_if::Point;

use crate::answer;

/// Clocks of notices, rights to ship first, time zones, calendars, attestations: every test of every scenario, over years.
#[test]
fn every_scenario_changes_in_time_where_it_is_said_to() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut runner = TestRunner::new(Config::default());
    let (mut sweeps, mut points, mut probes) = (0, 0, 0);
    for file in files {
        let mut sources = Sources::new();
        sources.add("policy.yaml", std::fs::read_to_string(&file).unwrap());
        let loaded = load(sources, &Limits::DEFAULT);
        let policy = loaded.policy.unwrap();
        for test in &loaded.tests {
            let request = policy.request_from(&test.doc.request.0).unwrap();
            let state = test.doc.state.as_ref();
            let state = state.map_or_else(State::default, |raw| policy.state_from(&raw.0).unwrap());
            let when = When::at(test.doc.at.value.0);
            let sweep = policy
                .sweep("{ variable: at, from: 2024-01-01, to: 2034-01-01 }")
                .unwrap();
            let found = policy.breakpoints(&request, &state, &when, &sweep);
            let at = |ms: i64| When {
                at: At::Instant(Instant::from_millis(ms).unwrap()),
                ..when
            };
            let instant = |point: &Point| match point {
                Point::Instant(instant) => instant.millis(),
                Point::Unstated | Point::Count(_) | Point::Usd(_) | Point::Value(_) => {
                    panic!("{point:?}")
                }
            };
            assert!(found.incomplete.is_empty(), "{}", test.doc.name.value);
            sweeps += 1;
            points += found.points.len();
            let mut starts = vec![(instant(found.from.as_ref().unwrap()), found.first.unwrap())];
            starts.extend(
                found
                    .points
                    .iter()
                    .map(|point| (instant(&point.at), point.after.clone())),
            );
            let last = instant(found.to.as_ref().unwrap());
            for (position, (start, expected)) in starts.iter().enumerate() {
                let end = starts.get(position + 1).map_or(last, |(next, _)| next - 1);
                let any = (0..3).map(|_| runner.rng().random_range(*start..=end));
                for ms in any.chain([*start, end]) {
                    probes += 1;
                    let seen = answer(&policy, &request, &state, &at(ms));
                    let expected = (expected.outcome, expected.attempts.clone());
                    assert_eq!(seen, expected, "{} at {ms}", test.doc.name.value);
                }
            }
        }
    }
    println!("scenarios over time: {sweeps} sweeps, {points} breakpoints, {probes} probes");
    assert!(points > 400, "{points}");
}
