//! Every change that is suggested does what it says, and none that is made by hand is nearer.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRng;
use wayleave::condition::Value;
use wayleave::money::Money;
use wayleave::time::Instant;
use wayleave::what_if::{Change, ChangeKind, Point};

use crate::docs::{Docs, parse};
use crate::generate::Case;
use crate::{is_full, number, run_cases};

/// What is tried by hand: values of one thing, around everything that is written.
fn grid(case: &Case, path: &str, rng: &mut TestRng) -> Vec<Point> {
    let text = |text: &str| Point::Value(Value::String(text.to_string()));
    let counts = |counts: &[i128]| counts.iter().copied().map(Point::Count).collect();
    match path.split('/').collect::<Vec<&str>>().as_slice() {
        ["at"] => {
            let days = [
                "2026-01-01",
                "2026-03-31",
                "2026-06-01",
                "2026-07-01",
                "2027-01-01",
                "2027-06-01",
            ];
            let hours = [
                "2026-06-01T12:00:00Z",
                "2026-06-01T06:00:00Z",
                "2026-09-01T00:00:00Z",
            ];
            let days = days.iter().map(|day| format!("{day}T00:00:00Z"));
            days.chain(hours.map(String::from))
                .flat_map(|text| {
                    let instant = Instant::parse(&text).unwrap();
                    let around = [
                        -1,
                        0,
                        1,
                        rng.random_range(-40_000_000_000..40_000_000_000_i64),
                    ];
                    around.map(|ms| Point::Instant(instant.plus_millis(ms).unwrap()))
                })
                .collect()
        }
        ["request", "customer"] => vec![text("alpha"), text("beta")],
        ["request", "new_customer"] => {
            vec![
                Point::Value(Value::Bool(false)),
                Point::Value(Value::Bool(true)),
            ]
        }
        ["request", "model"] => vec![text("m1"), text("m2")],
        ["request", "needs"] => vec![Point::Value(Value::List(Vec::new()))],
        ["request", "size"] => (-5..14).map(Point::Count).collect(),
        ["request", "expected_output_tokens" | "max_output_tokens"] => {
            let any = [(); 6].map(|()| rng.random_range(0..2500));
            counts(&[&any[..], &[0, 1, 300, 301, 400, 401, 1000, 1500]].concat())
        }
        ["request", "input_tokens"] => {
            let any = [(); 6].map(|()| rng.random_range(2..2500));
            counts(
                &[
                    &any[..],
                    &[
                        2, 301, 500, 501, 600, 601, 700, 701, 702, 900, 901, 1000, 1001, 1200,
                    ],
                ]
                .concat(),
            )
        }
        ["request", "revenue_usd"] => (0..8)
            .map(|_| Point::Usd(Money::from_pico(rng.random_range(0..40_000_000_000))))
            .collect(),
        ["request", "provider"] => {
            let own = case
                .deployments
                .iter()
                .map(|deployment| text(deployment.provider));
            own.chain([Point::Unstated]).collect()
        }
        ["request", "deployment"] => {
            let own = case
                .deployments
                .iter()
                .map(|deployment| text(&deployment.id));
            own.chain([Point::Unstated]).collect()
        }
        ["fact", "settled"] => {
            vec![
                Point::Value(Value::Bool(false)),
                Point::Value(Value::Bool(true)),
            ]
        }
        ["fact", "shipped"] => {
            let moments = ["2026-02-01T00:00:00Z", "2026-06-01T00:00:00Z", case.at];
            let moments = moments.iter().filter_map(|text| Instant::parse(text));
            moments
                .flat_map(|instant| {
                    let day = 86_400_000_i64;
                    let any = rng.random_range(-20 * day..20 * day);
                    [-day, -1, 0, 1, day, any]
                        .map(|ms| Point::Instant(instant.plus_millis(ms).unwrap()))
                })
                .collect()
        }
        ["deployments", _, "health"] => vec![text("up"), text("down")],
        ["deployments", _, "signal"] => {
            let kinds = ["own_quota", "shared_capacity", "spend_limit", "not_ready"];
            kinds
                .iter()
                .map(|kind| text(kind))
                .chain([Point::Unstated])
                .collect()
        }
        ["deployments", _, "cooldown_until"] => {
            let later = Instant::parse("2028-01-01T00:00:00Z").unwrap();
            vec![Point::Unstated, Point::Instant(later)]
        }
        ["deployments", _, "in_flight"] => counts(&[0, 1, 2, 3, 4, 5]),
        ["deployments", _, "used", "requests"] => counts(&[0, 8, 9, 10, 11]),
        ["deployments", _, "used", "tokens"] | ["counters", ..] => {
            let any = [(); 8].map(|()| rng.random_range(0..2500));
            counts(&[&any[..], &[0, 899, 900, 901, 1000, 2000, 2001]].concat())
        }
        ["deployments", _, "price"] => (0..12)
            .map(|_| Point::Usd(Money::from_pico(rng.random_range(0..12_000_000_000))))
            .chain([Point::Usd(Money::ZERO)])
            .collect(),
        ["clauses", _, position, part] => {
            let position: usize = position.strip_prefix('n').unwrap().parse().unwrap();
            let counting = &case.more.counting[position];
            (0..8)
                .map(|_| match (*part, counting.money, counting.total) {
                    ("drawn", true, _) => {
                        Point::Usd(Money::from_pico(rng.random_range(0..12_000_000_000)))
                    }
                    ("drawn", false, Some(total)) => {
                        Point::Count(rng.random_range(0..=i128::from(total)))
                    }
                    ("drawn", false, None) => Point::Count(rng.random_range(0..3000)),
                    ("total", false, Some(_)) => {
                        Point::Count(i128::from(counting.drawn) + rng.random_range(0..3000))
                    }
                    other => panic!("{other:?}"),
                })
                .collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Everything that may be changed alone, with its kind.
fn changeable(case: &Case) -> Vec<(ChangeKind, String)> {
    let mut all = vec![(ChangeKind::Instant, "at".to_string())];
    for deployment in &case.deployments {
        let parts = [
            "health",
            "signal",
            "cooldown_until",
            "in_flight",
            "used/requests",
            "used/tokens",
        ];
        let paths = parts.map(|part| format!("deployments/{}/{part}", deployment.id));
        all.extend(paths.map(|path| (ChangeKind::Capacity, path)));
    }
    for (position, counting) in case.more.counting.iter().enumerate() {
        if counting.counts() {
            let path = format!("clauses/n/n{position}");
            all.push((ChangeKind::Capacity, format!("{path}/drawn")));
            if counting.total.is_some() {
                all.push((ChangeKind::Capacity, format!("{path}/total")));
            }
        }
    }
    if case
        .more
        .keys
        .iter()
        .take(case.deployments.len())
        .any(|keys| keys.contains("shared"))
    {
        all.push((ChangeKind::Capacity, "counters/shared/tokens".to_string()));
    }
    let fields = [
        "customer",
        "new_customer",
        "model",
        "needs",
        "size",
        "input_tokens",
        "max_output_tokens",
        "expected_output_tokens",
        "revenue_usd",
        "provider",
        "deployment",
    ];
    all.extend(fields.map(|field| (ChangeKind::Attribute, format!("request/{field}"))));
    all.push((ChangeKind::Fact, "fact/settled".to_string()));
    if case.more.launch.is_some() {
        all.push((ChangeKind::Fact, "fact/shipped".to_string()));
    }
    all
}

#[derive(Default, Debug)]
struct Changes {
    cases: usize,
    already_first: usize,
    changes: BTreeMap<&'static str, usize>,
    tried: usize,
    flipped_by_hand: usize,
    incomplete: BTreeMap<String, usize>,
}

/// Every change, made to the documents, does what it says; and none that is made by hand is nearer.
fn check_changes(case: &Case, rng: &mut TestRng, counts: &mut Changes) {
    let docs = Docs::of(case);
    let policy = parse(&docs.policy);
    let asked = docs.read(&policy);
    let target = &case.deployments[rng.random_range(0..case.deployments.len())].id;
    let why = policy
        .why_not(&asked.request, &asked.state, &asked.when, target)
        .unwrap();
    counts.cases += 1;
    let before = docs.answer(&policy);
    let place = before.attempts.iter().position(|id| id == target);
    assert_eq!(
        why.attempted,
        place.map(|place| u32::try_from(place).unwrap() + 1)
    );
    if place == Some(0) {
        assert!(why.reasons.is_empty() && why.changes.is_empty());
        counts.already_first += 1;
        return;
    }
    assert!(!why.reasons.is_empty(), "{docs:?}");
    for missed in &why.incomplete {
        *counts.incomplete.entry(missed.clone()).or_default() += 1;
    }
    let suffices = |docs: &Docs| {
        let attempts = docs.answer(&policy).attempts;
        match place {
            None => attempts.contains(target),
            Some(_) => attempts.first() == Some(target),
        }
    };
    for change in &why.changes {
        assert_ne!(change.from, change.to);
        let any_price = change.to == Point::Usd(Money::from_pico(10_i128.pow(24)));
        if change.kind == ChangeKind::Price && (any_price || !docs.can_be_repriced()) {
            continue;
        }
        *counts.changes.entry(change.kind.name()).or_default() += 1;
        let changed = docs.with(&change.variable, &change.to);
        assert!(
            suffices(&changed),
            "{change:?} of {target}\n{docs:?}\n{changed:?}"
        );
    }
    let mut all = changeable(case);
    if docs.can_be_repriced() {
        all.push((ChangeKind::Price, format!("deployments/{target}/price")));
    }
    while !is_full() && all.len() > 10 {
        all.remove(rng.random_range(0..all.len()));
    }
    for (kind, path) in all {
        let of_path: Vec<&Change> = why
            .changes
            .iter()
            .filter(|change| change.variable == path)
            .collect();
        if why
            .incomplete
            .iter()
            .any(|missed| missed.starts_with(&path))
        {
            continue;
        }
        for point in grid(case, &path, rng) {
            counts.tried += 1;
            if !suffices(&docs.with(&path, &point)) {
                continue;
            }
            counts.flipped_by_hand += 1;
            let near = of_path
                .iter()
                .any(|change| is_no_nearer(change, &point, docs.moment()));
            assert!(
                near,
                "{kind:?} {path} = {point:?} suffices for {target}: {of_path:#?}\n{docs:?}\n{why:#?}"
            );
        }
    }
}

/// Whether a value that suffices is no nearer than a change.
fn is_no_nearer(change: &Change, point: &Point, moment: Instant) -> bool {
    let numbers = |point: &Point| match point {
        Point::Instant(_) | Point::Count(_) | Point::Usd(_) => Some(number(point)),
        Point::Unstated | Point::Value(_) => None,
    };
    let (Some(to), Some(by_hand)) = (numbers(&change.to), numbers(point)) else {
        return true;
    };
    if change.kind == ChangeKind::Price {
        return by_hand <= to || numbers(&change.from).is_some_and(|from| by_hand > from);
    }
    let from = match &change.from {
        // Of a day, its first instant is the nearest.
        Point::Value(Value::String(day)) => {
            let start = Instant::parse(&format!("{day}T00:00:00Z")).unwrap();
            i128::from(start.millis())
        }
        // Where no instant is stated, what is near is near to the moment.
        Point::Unstated if matches!(point, Point::Instant(_)) => i128::from(moment.millis()),
        Point::Unstated | Point::Instant(_) | Point::Count(_) | Point::Usd(_) | Point::Value(_) => {
            numbers(&change.from).unwrap_or(0)
        }
    };
    if to < from {
        by_hand <= to
    } else {
        by_hand >= to
    }
}

#[test]
fn every_change_suffices_and_none_is_nearer() {
    let counts = RefCell::new(Changes::default());
    run_cases(|case, rng| check_changes(case, rng, &mut counts.borrow_mut()));
    println!("changes: {:#?}", counts.into_inner());
}
