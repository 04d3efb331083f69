//! Where answers change, in figures.

use wayleave::authoring::answers::{BreakpointsDoc, PlanDoc, WhyNotDoc};
use wayleave::document::{Context, Decode, Node};
use wayleave::model::{Policy, State};
use wayleave::what_if::{Answer, Breakpoints, Effort, PlanOptions, Point, Sweep};

use crate::answer;
use crate::docs::parse;

pub(crate) fn breakpoints(
    policy: &Policy,
    request: &str,
    state: &str,
    at: &str,
    sweep: &str,
) -> Breakpoints {
    let request = policy.request(request).unwrap();
    let state = policy.state(state).unwrap();
    let when = policy.when(&format!("{{ at: {at} }}")).unwrap();
    let sweep = policy.sweep(sweep).unwrap();
    policy.breakpoints(&request, &state, &when, &sweep)
}

/// Each breakpoint as `value: attempts`, the first value first.
pub(crate) fn lines(found: &Breakpoints) -> Vec<String> {
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

pub(crate) const TWO: &str = "wayleave: 1
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
fn an_amount_that_bends_meets_another_twice() {
    // Of a revenue R, 10 + min(20 % of R, 100) against 30 + 10 % of R: equal at 200, where the id decides, and at 800. Both
    // are rounded to a pico-USD, so close by they are equal more than once.
    let capped = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 10 } }
  b: { provider: aws, model: gpt, price: { input: 30 } }
contracts:
  ours:
    clauses:
      - { id: capped, kind: revenue_share, provider: azure, rate: 20%, cap: 100 }
      - { id: open, kind: revenue_share, provider: aws, rate: 10% }
",
    );
    let found = breakpoints(
        &capped,
        "{ model: gpt, input_tokens: 1000000 }",
        "{}",
        "2026-06-01T00:00:00Z",
        "{ variable: request/revenue_usd, from: 0, to: 1000 }",
    );
    assert_eq!(
        lines(&found),
        [
            "0: a b",
            "200.000000000003: b a",
            "200.000000000006: a b",
            "200.000000000008: b a",
            "799.999999999995: a b"
        ]
    );
}

#[test]
fn credits_are_values_that_a_count_of_money_may_have() {
    let policy = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 5 } }
  b: { provider: aws, model: gpt, price: { input: 6 } }
contracts:
  ours:
    clauses:
      - { id: budget, kind: spend_cap, for: 'deployment.provider == \"azure\"', amount: 100 }
      - { id: spend, kind: share, for: 'deployment.provider == \"aws\"', min: 50%, of: spend }
",
    );
    let (request, at) = (
        "{ model: gpt, input_tokens: 1000000 }",
        "2026-06-01T00:00:00Z",
    );
    let state =
        "{ clauses: { ours/budget: { drawn: -983 }, ours/spend: { drawn: 1, total: -5 } } }";
    let sweep = "{ variable: clauses/ours/budget/drawn, from: -1000 }";
    let found = breakpoints(&policy, request, state, at, sweep);
    assert_eq!(lines(&found), ["-1000: a b", "95.000000000001: b"]);
    let sweep = "{ variable: clauses/ours/spend/drawn, from: -10, to: 10 }";
    let found = breakpoints(&policy, request, state, at, sweep);
    assert_eq!(lines(&found), ["-10: b a", "-2.5: a b"]);
}

#[test]
fn what_a_commitment_covers_costs_nothing_until_it_is_used_up() {
    // For n million: max(0, 4 n + 1 − 20), n + 4 and 2.5 n + 1.
    let covered = parse(
        "wayleave: 1
deployments:
  a: { provider: azure, model: gpt, price: { input: 4, output: 1 } }
  b: { provider: aws, model: gpt, price: { input: 1, output: 4 } }
  c: { provider: gcp, model: gpt, price: { input: 2.5, output: 1 } }
contracts:
  ours:
    clauses:
      - { id: macc, kind: commitment, model: continuous, provider: azure, amount: 20, interval: month, due: 2026-12-31 }
",
    );
    let found = breakpoints(
        &covered,
        "{ model: gpt, expected_output_tokens: 1000000 }",
        "{}",
        "2026-06-01T00:00:00Z",
        "{ variable: request/input_tokens, from: 1000000, to: 20000000 }",
    );
    assert_eq!(
        lines(&found),
        [
            "1000000: a c b",
            "2000000: a b c",
            "7666667: b a c",
            "13333334: b c a"
        ]
    );
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
