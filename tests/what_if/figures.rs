//! What if, in figures.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use wayleave::authoring::answers::{BreakpointsDoc, PlanDoc, WhyNotDoc};
use wayleave::authoring::load;
use wayleave::document::{Context, Decode, Limits, Node, Sources};
use wayleave::model::{Outcome, Policy, Request, State, When};
use wayleave::time::{At, Instant};
use wayleave::what_if::{Answer, Breakpoints, Effort, PlanOptions, Point, Sweep, WhyNot};

use crate::docs::parse;

fn breakpoints(policy: &Policy, request: &str, state: &str, at: &str, sweep: &str) -> Breakpoints {
    let request = policy.request(request).unwrap();
    let state = policy.state(state).unwrap();
    let when = policy.when(&format!("{{ at: {at} }}")).unwrap();
    let sweep = policy.sweep(sweep).unwrap();
    policy.breakpoints(&request, &state, &when, &sweep)
}

/// Each breakpoint as `value: attempts`, the first value first.
fn lines(found: &Breakpoints) -> Vec<String> {
    assert!(found.incomplete.is_empty(), "{:?}", found.incomplete);
    let line = |point: &Point, answer: &Answer| {
        let json = point.to_json();
        let value = json.as_str().map_or_else(|| json.canonical(), String::from);
        let seen = if answer.attempts.is_empty() {
            answer.outcome.name().to_string()
        } else {
            answer.attempts.join(" ")
        };
        format!("{value}: {seen}")
    };
    let first = found.from.iter().zip(&found.first);
    let points = found.points.iter().map(|point| (&point.at, &point.after));
    let values = found.values.iter().map(|(value, answer)| (value, answer));
    first
        .chain(points)
        .chain(values)
        .map(|(point, answer)| line(point, answer))
        .collect()
}

fn why_not(policy: &Policy, request: &str, state: &str, at: &str, deployment: &str) -> WhyNot {
    let request = policy.request(request).unwrap();
    let state = policy.state(state).unwrap();
    let when = policy.when(&format!("{{ at: {at} }}")).unwrap();
    policy.why_not(&request, &state, &when, deployment).unwrap()
}

/// Each change as `kind variable: from -> to`.
fn changes(why: &WhyNot) -> Vec<String> {
    assert!(why.incomplete.is_empty(), "{:?}", why.incomplete);
    let text = |point: &Point| point.to_json().canonical().replace('"', "");
    why.changes
        .iter()
        .map(|change| {
            let (from, to) = (text(&change.from), text(&change.to));
            format!("{} {}: {from} -> {to}", change.kind.name(), change.variable)
        })
        .collect()
}

const TWO: &str = "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 5, output: 30 }, limits: { tokens_per_minute: 1000, in_flight: 2 } }
  b: { provider: aws, model: gpt, price: { input: 4.5, output: 31 } }
";

#[test]
fn equal_costs_are_a_breakpoint_of_their_own() {
    // 5,000,000 n + 30,000,000 × 5 against 4,500,000 n + 31,000,000 × 5: equal at n = 10, where the id decides for `a`.
    let found = breakpoints(
        &parse(TWO),
        "{ model: gpt, expected_output_tokens: 5 }",
        "{}",
        "2026-06-01T00:00:00Z",
        "{ variable: request/input_tokens, from: 1, to: 2000 }",
    );
    assert_eq!(lines(&found), ["1: a b", "11: b a", "996: b"]);
}

#[test]
fn a_counter_has_room_up_to_the_limit() {
    let found = breakpoints(
        &parse(TWO),
        "{ model: gpt, input_tokens: 100 }",
        "{}",
        "2026-06-01T00:00:00Z",
        "{ variable: deployments/a/used/tokens }",
    );
    assert_eq!(lines(&found), ["0: b a", "901: b"]);
    let found = breakpoints(
        &parse(TWO),
        "{ model: gpt, provider: azure }",
        "{ deployments: { a: { used: { resets_at: 2026-06-01T00:00:30Z, tokens: 2000 } } } }",
        "2026-06-01T00:00:00Z",
        "{ variable: at, from: 2026-06-01, to: 2026-06-02 }",
    );
    assert_eq!(
        lines(&found),
        ["2026-06-01T00:00:00Z: hold", "2026-06-01T00:00:30Z: a"]
    );
}

#[test]
fn what_has_no_order_is_a_table() {
    let policy = parse(&format!(
        "{TWO}attributes: {{ customer: {{ one_of: [x, y, z] }}, tag: {{ type: string }} }}\nrules:\n  - {{ id: r, deny: 'deployment.provider == \"azure\"', when: 'request.customer == \"y\"' }}\n  - {{ id: s, require: 'deployment.provider == \"azure\"', when: 'request.tag == \"t\"' }}\n"
    ));
    let table = |variable: &str| {
        let sweep = format!("{{ variable: {variable} }}");
        let request = "{ model: gpt, customer: x, tag: u }";
        lines(&breakpoints(
            &policy,
            request,
            "{}",
            "2026-06-01T00:00:00Z",
            &sweep,
        ))
    };
    assert_eq!(table("request/customer"), ["x: a b", "y: b"]);
    assert_eq!(table("request/tag"), ["t: a", "t-other: a b"]);
    assert_eq!(table("deployments/a/health"), ["up: a b", "down: b"]);
    assert_eq!(table("deployments/b/signal").first().unwrap(), "null: a b");
    assert_eq!(table("request/tier"), ["[\"standard\"]: a b"]);
}

#[test]
fn a_commitment_falls_behind_at_the_millisecond() {
    let policy = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 5 } }
  b: { provider: aws, model: gpt, price: { input: 4 } }
contracts:
  ours:
    clauses:
      - { id: macc, kind: commitment, provider: azure, amount: 1000, effect: precedence, term: { from: 2026-01-01, through: 2026-01-10 } }
",
    );
    let at = |drawn: &str| {
        let state = format!("{{ clauses: {{ ours/macc: {{ drawn: {drawn} }} }} }}");
        let sweep = "{ variable: at, from: 2025-12-31, to: 2026-01-20 }";
        lines(&breakpoints(
            &policy,
            "{ model: gpt, input_tokens: 1 }",
            &state,
            "2026-01-05",
            sweep,
        ))
    };
    // 1,000 USD in 10 days: 864,000 ms for each USD. On the line it is on plan, a millisecond later behind.
    assert_eq!(
        at("250"),
        [
            "2025-12-31T00:00:00Z: b a",
            "2026-01-03T12:00:00.001Z: a b",
            "2026-01-11T00:00:00Z: b a"
        ]
    );
    let drawn = breakpoints(
        &policy,
        "{ model: gpt, input_tokens: 1 }",
        "{}",
        "2026-01-03T12:00:00Z",
        "{ variable: clauses/ours/macc/drawn, from: 0, to: 1000 }",
    );
    assert_eq!(lines(&drawn), ["0: a b", "250: b a"]);
}

#[test]
fn a_fact_opens_a_launch_by_the_day() {
    let policy = parse(
        "wayleave: 1
facts: { ga: { type: timestamp } }
deployments: { a: { provider: azure, model: x }, b: { provider: aws, model: x } }
contracts:
  deal:
    clauses:
      - { id: first, kind: ship_first, acts: launch, holder: azure, milestone: ga, shipped: ga, lag_days: 14 }
",
    );
    let found = |at: &str, sweep: &str| {
        let sweep = format!("{{ {sweep}, from: 2026-09-01, to: 2026-10-31 }}");
        let state = "{ facts: { ga: { value: 2026-09-22T10:00:00Z } } }";
        lines(&breakpoints(
            &policy,
            "{ act: launch, model: x }",
            state,
            at,
            &sweep,
        ))
    };
    assert_eq!(
        found("2026-10-06T09:00:00Z", "variable: fact/ga"),
        ["2026-09-01T00:00:00Z: a b", "2026-09-23T00:00:00Z: a"]
    );
    assert_eq!(
        found("2026-09-30", "variable: at"),
        ["2026-09-01T00:00:00Z: a", "2026-10-06T00:00:00Z: a b"]
    );
}

/// One and a half pico-USD for each token on either side, and a half more on one: which is less changes with the remainder.
#[test]
fn rounded_amounts_are_told_value_by_value() {
    let policy = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 0.000003, output: 0.000001 }, price_multiplier: 0.5 }
  b: { provider: aws, model: gpt, price: { input: 0.000001, output: 0 }, price_multiplier: 1.5 }
",
    );
    let request = policy
        .request("{ model: gpt, expected_output_tokens: 1 }")
        .unwrap();
    let when = policy.when("{ at: 2026-06-01 }").unwrap();
    let sweep = policy
        .sweep("{ variable: request/input_tokens, from: 0, to: 300 }")
        .unwrap();
    let found = policy.breakpoints(&request, &State::default(), &when, &sweep);
    assert!(found.incomplete.is_empty());
    let mut changes = 0;
    let mut last: Option<Vec<String>> = None;
    let mut points = found.points.iter();
    for count in 0..=300 {
        let text = format!("{{ model: gpt, expected_output_tokens: 1, input_tokens: {count} }}");
        let request = policy.request(&text).unwrap();
        let decision = policy.decide(&request, &State::default(), &when);
        let order: Vec<String> = decision
            .attempts
            .into_iter()
            .map(|attempt| attempt.deployment)
            .collect();
        if last.as_ref().is_some_and(|last| *last != order) {
            changes += 1;
            let point = points.next().unwrap();
            assert_eq!(
                (&point.at, &point.after.attempts),
                (&Point::Count(count), &order)
            );
        }
        last = Some(order);
    }
    assert!(points.next().is_none());
    assert!(changes > 3, "{changes}");
}

#[test]
fn sums_in_conditions_are_solved() {
    let policy = parse(
        "wayleave: 1
facts: { audit: { type: timestamp, values: [ { value: 2026-01-01 }, { value: 2026-09-01, from: 2026-08-01 } ] } }
attributes: { size: { type: int } }
deployments: { a: { provider: azure, model: gpt }, b: { provider: aws, model: gpt } }
rules:
  - { id: stale, deny: 'deployment.provider == \"azure\"', when: 'at - fact.audit > duration(\"240h\")' }
  - { id: sized, require: 'deployment.provider == \"azure\"', when: 'request.size + 2 - 5 == 7 || 3 < request.size - 20' }
",
    );
    let found = |sweep: &str| {
        let request = "{ model: gpt, size: 1 }";
        lines(&breakpoints(
            &policy,
            request,
            "{}",
            "2026-01-01T00:00:00Z",
            sweep,
        ))
    };
    assert_eq!(
        found("{ variable: at, from: 2025-12-31, to: 2027-01-01 }"),
        [
            "2025-12-31T00:00:00Z: a b",
            "2026-01-11T00:00:00.001Z: b",
            "2026-08-01T00:00:00Z: a b",
            "2026-09-11T00:00:00.001Z: b"
        ]
    );
    assert_eq!(
        found("{ variable: request/size, from: -9, to: 99 }"),
        ["-9: a b", "10: a", "11: a b", "24: a"]
    );
    // Beyond 64 bits a sum is unknown.
    let largest = i64::MAX;
    let (from, to) = (largest - 5, largest);
    assert_eq!(
        found(&format!(
            "{{ variable: request/size, from: {from}, to: {to} }}"
        )),
        [format!("{from}: a"), format!("{}: a", largest - 1)][..1]
    );
}

#[test]
fn what_is_left_out_is_named() {
    let policy = parse(
        "wayleave: 1
deployments: { a: { provider: azure, model: gpt, price: { input: 5 } } }
rules: [ { id: odd, deny: 'request.input_tokens % 7 == 3' } ]
",
    );
    let request = policy.request("{ model: gpt, input_tokens: 3 }").unwrap();
    let when = policy.when("{ at: 2026-06-01 }").unwrap();
    let state = State::default();
    let sweep = policy.sweep("{ variable: request/input_tokens }").unwrap();
    let found = policy.breakpoints(&request, &state, &when, &sweep);
    assert_eq!(
        found.incomplete,
        ["request/input_tokens: a condition computes with it"]
    );
    let why = policy.why_not(&request, &state, &when, "a").unwrap();
    assert_eq!(
        why.incomplete,
        ["request/input_tokens: a condition computes with it"]
    );

    let policy = parse(TWO);
    let request = policy
        .request("{ model: gpt, expected_output_tokens: 5 }")
        .unwrap();
    let with = |effort| {
        let sweep = policy
            .sweep("{ variable: request/input_tokens, from: 1, to: 2000 }")
            .unwrap();
        policy.breakpoints(&request, &state, &when, &Sweep { effort, ..sweep })
    };
    let found = with(Effort {
        evaluations: 5,
        ..Effort::default()
    });
    assert_eq!(
        found.incomplete,
        ["request/input_tokens: more decisions than are made"]
    );
    // What it says holds all the same.
    assert!(found.points.is_empty());
    let known = found.to.map_or(0, |to| crate::number(&to));
    assert!(known < 996, "{known}");
    let found = with(Effort {
        points: 0,
        ..Effort::default()
    });
    assert_eq!(
        found.incomplete,
        ["request/input_tokens: more points than are looked at"]
    );
}

#[test]
fn a_sweep_is_of_a_variable_and_between_its_values() {
    let policy = parse(TWO);
    for (text, message) in [
        (
            "{ variable: request/inputs }",
            "there is no variable `request/inputs`",
        ),
        (
            "{ variable: deployments/c/price }",
            "there is no variable `deployments/c/price`",
        ),
        (
            "{ variable: request/act }",
            "there is no variable `request/act`",
        ),
        (
            "{ variable: request/deployment }",
            "there is no variable `request/deployment`",
        ),
        (
            "{ variable: at, from: yesterday }",
            "`from` is no value of `at`",
        ),
        (
            "{ variable: deployments/a/price, to: [1] }",
            "`to` is no value of `deployments/a/price`",
        ),
        (
            "{ variable: request/zone, to: eu }",
            "`to` is no value of `request/zone`",
        ),
    ] {
        let found = policy.sweep(text).unwrap_err();
        assert_eq!(found.items[0].message, message);
    }
    let empty = breakpoints(
        &policy,
        "{ model: gpt }",
        "{}",
        "2026-06-01",
        "{ variable: at, from: 2027-01-01, to: 2026-01-01 }",
    );
    assert_eq!((empty.from, empty.points.len()), (None, 0));
}

#[test]
fn a_dearer_deployment_is_first_at_the_price_of_the_first_and_no_pico_more() {
    let policy = parse(TWO);
    let request = "{ model: gpt, input_tokens: 100, expected_output_tokens: 1 }";
    let why = why_not(&policy, request, "{}", "2026-06-01T00:00:00Z", "a");
    assert_eq!(why.attempted, Some(2));
    let reason = &why.reasons[0];
    assert_eq!(
        (reason.question.name(), reason.reason.cite.as_str()),
        ("cost", "price")
    );
    // b costs 100 × 4.5 + 31 = 481 millionths; at the same price the id decides for a.
    assert_eq!(
        changes(&why),
        [
            "capacity deployments/b/health: up -> down",
            "capacity deployments/b/cooldown_until: null -> 2026-06-02T00:00:00Z",
            "capacity deployments/b/signal: null -> own_quota",
            "price deployments/a/price: 0.00053 -> 0.000481",
            "attribute request/provider: null -> azure",
            "attribute request/deployment: null -> a",
            "attribute request/input_tokens: 100 -> 2",
            "attribute request/expected_output_tokens: 1 -> 50",
        ]
    );
    assert!(why.changes.iter().all(|change| change.removes == "price"));
}

#[test]
fn what_bars_is_cited_and_each_change_removes_it() {
    let policy = parse(
        "wayleave: 1
facts: { embargo: { type: bool, default: true } }
attributes: { customer: { one_of: [commercial, agency], default: commercial } }
deployments:
  a: { provider: azure, model: gpt, lacks: [vision], limits: { in_flight: 2 } }
  b: { provider: aws, model: gpt, supports: [vision] }
contracts:
  deal:
    clauses:
      - { id: only-azure, kind: exclusivity, only: [azure], when: fact.embargo, term: { to: 2026-07-01 } }
      - { id: agencies, kind: permit, carves: [deal/only-azure], when: 'request.customer == \"agency\"' }
",
    );
    let why = why_not(&policy, "{ model: gpt }", "{}", "2026-06-01T00:00:00Z", "b");
    assert_eq!((why.attempted, why.reasons.len()), (None, 1));
    assert_eq!(
        changes(&why),
        [
            "instant at: 2026-06-01T00:00:00Z -> 2026-07-01T00:00:00Z",
            "attribute request/customer: commercial -> agency",
            "fact fact/embargo: true -> false",
        ]
    );
    assert!(
        why.changes
            .iter()
            .all(|change| change.removes == "deal/only-azure")
    );

    // Two things speak against it: no single change suffices.
    let full = "{ deployments: { a: { in_flight: 2 } } }";
    let why = why_not(
        &policy,
        "{ model: gpt, needs: [vision] }",
        full,
        "2026-06-01T00:00:00Z",
        "a",
    );
    let cites: Vec<&str> = why
        .reasons
        .iter()
        .map(|reason| reason.reason.cite.as_str())
        .collect();
    assert_eq!(cites, ["capability/vision", "limit/in_flight"]);
    assert!(why.changes.is_empty());
    let why = why_not(&policy, "{ model: gpt }", full, "2026-06-01T00:00:00Z", "a");
    assert_eq!(changes(&why), ["capacity deployments/a/in_flight: 2 -> 1"]);
    let why = why_not(
        &policy,
        "{ model: gpt, needs: [vision] }",
        "{}",
        "2026-06-01T00:00:00Z",
        "a",
    );
    assert_eq!(changes(&why), ["attribute request/needs: [vision] -> []"]);
}

#[test]
fn what_decides_between_equals_is_named() {
    let policy = parse(
        "wayleave: 1
deployments:
  s: { provider: azure, model: gpt, spills_to: b }
  b: { provider: aws, model: gpt }
  a: { provider: aws, model: gpt }
objective: [ { minimise: latency } ]
",
    );
    let cite = |request: &str, state: &str, deployment: &str| {
        let why = why_not(&policy, request, state, "2026-06-01", deployment);
        why.reasons.first().map(|reason| reason.reason.cite.clone())
    };
    assert_eq!(cite("{ model: gpt }", "{}", "a"), None);
    assert_eq!(cite("{ model: gpt }", "{}", "s").unwrap(), "id");
    let slow =
        "{ deployments: { a: { latency_ms: 90 }, b: { latency_ms: 90 }, s: { latency_ms: 80 } } }";
    assert_eq!(
        cite("{ model: gpt }", slow, "a").unwrap(),
        "state/latency_ms"
    );
    assert_eq!(
        cite("{ model: gpt, key: k }", "{}", "a").unwrap(),
        "request/key"
    );
}

#[test]
fn the_first_attempt_and_what_is_not_there() {
    let policy = parse(TWO);
    let why = why_not(&policy, "{ model: gpt }", "{}", "2026-06-01", "a");
    assert_eq!(
        (why.attempted, why.reasons.len(), why.changes.len()),
        (Some(1), 0, 0)
    );
    let request = policy.request("{ model: gpt }").unwrap();
    let when = When::at(At::parse("2026-06-01").unwrap());
    assert!(
        policy
            .why_not(&request, &State::default(), &when, "c")
            .is_none()
    );
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

/// Real answers have the shapes that schema and types declare.
#[test]
fn answers_have_the_declared_shapes() {
    let policy = parse(TWO);
    let request = policy
        .request("{ model: gpt, input_tokens: 10, revenue_usd: 1 }")
        .unwrap();
    let (state, when) = (State::default(), policy.when("{ at: 2026-06-01 }").unwrap());
    let plan = policy.plan(&request, &state, &when, &PlanOptions::default());
    let why = policy.why_not(&request, &state, &when, "a").unwrap();
    let sweep = policy.sweep("{ variable: request/input_tokens }").unwrap();
    let points = policy.breakpoints(&request, &state, &when, &sweep);
    let sweep = policy.sweep("{ variable: deployments/a/signal }").unwrap();
    let table = policy.breakpoints(&request, &state, &when, &sweep);
    assert!(!why.changes.is_empty() && !points.points.is_empty() && !table.values.is_empty());
    for (json, decodes) in [
        (plan.to_json(), decodes::<PlanDoc> as fn(&Node) -> bool),
        (why.to_json(), decodes::<WhyNotDoc>),
        (points.to_json(), decodes::<BreakpointsDoc>),
        (table.to_json(), decodes::<BreakpointsDoc>),
    ] {
        let node: Node = serde_json::from_str(&json.canonical()).unwrap();
        assert!(decodes(&node), "{}", json.pretty());
    }
}

fn decodes<T: Decode>(node: &Node) -> bool {
    let mut context = Context::new();
    T::decode(node, &mut context).is_some() && !context.has_errors()
}

#[test]
fn a_price_that_a_ladder_makes_is_not_looked_at() {
    let policy = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 5, output: 5 } }
  b: { provider: aws, model: gpt, price: { input: 1, output: 1 } }
contracts:
  ours:
    clauses:
      - { id: volume, kind: ladder, provider: azure, meter: output, mode: graduated, steps: [ { usd_per_mtok: 4 } ] }
",
    );
    let missed = "deployments/a/price: a ladder takes the place of its price list";
    let request = "{ model: gpt, input_tokens: 1, max_output_tokens: 1 }";
    let why = why_not(&policy, request, "{}", "2026-06-01", "a");
    assert_eq!(why.incomplete, [missed]);
    let sweep = "{ variable: deployments/a/price }";
    assert_eq!(
        breakpoints(&policy, request, "{}", "2026-06-01", sweep).incomplete,
        [missed]
    );
    // It makes that of output, of which there is none.
    let why = why_not(
        &policy,
        "{ model: gpt, input_tokens: 1 }",
        "{}",
        "2026-06-01T00:00:00Z",
        "a",
    );
    assert!(changes(&why).contains(&"price deployments/a/price: 0.000005 -> 0.000001".to_string()));
}

/// A state that says nothing is the same read from a document and made in Rust.
#[test]
fn what_is_not_stated_is_idle() {
    let policy = parse(TWO);
    let request = policy
        .request("{ model: gpt, input_tokens: 1001 }")
        .unwrap();
    let when = policy.when("{ at: 2026-06-01T00:00:00Z }").unwrap();
    let read = policy.state("{}").unwrap();
    let (one, other) = (
        answer(&policy, &request, &State::default(), &when),
        answer(&policy, &request, &read, &when),
    );
    assert_eq!(one, other);
    assert_eq!(one.1, ["b"]);
}
