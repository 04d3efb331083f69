//! Why not, in figures.

use wayleave::model::{Policy, State, When};
use wayleave::time::At;
use wayleave::what_if::{Point, WhyNot};

use crate::docs::parse;
use crate::figures::{TWO, breakpoints};

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
    let before = parse(
        "wayleave: 1\ndeployments: { a: { provider: x, model: m }, z: { provider: y, model: m, spills_to: a } }\n",
    );
    let why = why_not(&before, "{ model: m }", "{}", "2026-06-01", "a");
    assert_eq!(why.reasons[0].reason.cite, "spills_to");
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
fn of_several_demands_the_first_that_differs_is_named() {
    let policy = parse(
        "wayleave: 1
attributes: { who: { one_of: [x, y, z, nobody], default: nobody } }
deployments:
  a: { provider: azure, model: gpt, supports: [tools] }
  b: { provider: aws, model: gpt, supports: [tools] }
  c: { provider: gcp, model: gpt }
contracts:
  deal:
    clauses:
      - { id: azure, kind: first_refusal, holder: azure, when: 'request.who == \"x\"' }
      - { id: half, kind: share, for: 'deployment.provider == \"aws\"', min: 50%, when: 'request.who == \"y\"' }
rules:
  - { id: tools, prefer: '\"tools\" in deployment.supports' }
  - { id: google, prefer: 'deployment.provider == \"gcp\"', when: 'request.who == \"z\"' }
  - { id: amazon, prefer: 'deployment.provider == \"aws\"', when: 'request.who == \"z\"' }
",
    );
    let cite = |who: &str, state: &str, deployment: &str| {
        let request = format!("{{ model: gpt, who: {who} }}");
        let why = why_not(&policy, &request, state, "2026-06-01", deployment);
        let reason = why.reasons.first().unwrap();
        (reason.question.name(), reason.reason.cite.clone())
    };
    let first = |cite: &str| ("first", cite.to_string());
    assert_eq!(cite("x", "{}", "b"), first("deal/azure"));
    let behind = "{ clauses: { deal/half: { total: 10, drawn: 0 } } }";
    assert_eq!(cite("y", behind, "a"), first("deal/half"));
    assert_eq!(cite("z", "{}", "a"), first("rules/amazon"));
    assert_eq!(cite("z", "{}", "c"), first("rules/tools"));
    assert_eq!(cite("nobody", "{}", "c"), first("rules/tools"));
    assert_eq!(cite("nobody", "{}", "b"), ("cost", "id".to_string()));
}

#[test]
fn a_right_is_named_whichever_model_it_is_read_for() {
    let policy = parse(
        "wayleave: 1
models: { smart: [gpt, claude] }
deployments:
  azure-gpt: { provider: azure, model: gpt }
  aws-gpt: { provider: aws, model: gpt }
  azure-claude: { provider: azure, model: claude }
  aws-claude: { provider: aws, model: claude }
  oracle-claude: { provider: oracle, model: claude }
contracts:
  deal:
    clauses:
      - { id: azure, kind: first_refusal, holder: azure, when: 'deployment.provider == \"aws\"' }
      - { id: oracle, kind: first_refusal, holder: oracle, models: claude, when: 'deployment.provider == \"azure\"' }
",
    );
    let cite = |deployment: &str| {
        let why = why_not(&policy, "{ model: smart }", "{}", "2026-06-01", deployment);
        why.reasons[0].reason.cite.clone()
    };
    assert_eq!(cite("azure-claude"), "deal/oracle");
    assert_eq!(cite("aws-gpt"), "deal/azure");
    assert_eq!(cite("aws-claude"), "deal/azure");
    assert_eq!(cite("oracle-claude"), "id");
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

/// Affinity by an attribute: every value has an order of its own, so that none is said to be the nearest.
#[test]
fn affinity_is_cited_by_the_attribute_and_its_values_are_not_searched() {
    let policy = parse(
        "wayleave: 1
attributes: { customer: { type: string }, urgent: { type: bool } }
affinity: request.customer
deployments:
  a: { provider: azure, model: gpt }
  b: { provider: aws, model: gpt, limits: { in_flight: 1 } }
rules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: request.urgent } ]
",
    );
    let missed = ["request/customer: affinity goes by its hash"];
    let mut behind = Vec::new();
    for customer in ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"] {
        let request = format!("{{ model: gpt, customer: {customer}, urgent: false, key: same }}");
        let whys = ["a", "b"].map(|one| why_not(&policy, &request, "{}", "2026-06-01", one));
        let second = whys.iter().find(|why| why.attempted == Some(2)).unwrap();
        let cites: Vec<&str> = second
            .reasons
            .iter()
            .map(|reason| reason.reason.cite.as_str())
            .collect();
        assert_eq!(cites, ["request/customer"]);
        assert_eq!(second.incomplete, missed);
        behind.push(second.deployment.clone());
        let sweep = "{ variable: request/customer }";
        assert_eq!(
            breakpoints(&policy, &request, "{}", "2026-06-01", sweep).incomplete,
            missed
        );
    }
    assert!(behind.contains(&"a".to_string()) && behind.contains(&"b".to_string()));
    // It makes nobody eligible, and other values have no part in it.
    let full = "{ deployments: { b: { in_flight: 1 } } }";
    let request = "{ model: gpt, customer: k0, urgent: false }";
    let why = why_not(&policy, request, full, "2026-06-01T00:00:00Z", "b");
    assert_eq!(changes(&why), ["capacity deployments/b/in_flight: 1 -> 0"]);
    let sweep = "{ variable: request/urgent }";
    let found = breakpoints(&policy, request, "{}", "2026-06-01", sweep);
    assert!(found.incomplete.is_empty());
}
