//! What a check finds in policies that are sound, and what it leaves alone: each finding with its code, its message and
//! the text that is underlined.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

#[cfg(not(target_arch = "wasm32"))]
#[path = "analyse/claims.rs"]
mod claims;
#[cfg(not(target_arch = "wasm32"))]
#[path = "analyse/gallery.rs"]
mod gallery;
#[path = "analyse/order.rs"]
mod order;
#[cfg(not(target_arch = "wasm32"))]
#[path = "analyse/properties.rs"]
mod properties;

use wayleave::analyse::{CheckOptions, check};
use wayleave::authoring::{Loaded, load};
use wayleave::document::{Context, Diagnostic, Limits, Severity, Sources};
use wayleave::time::At;

fn read(files: &[(&str, &str)]) -> Loaded {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(*name, *text);
    }
    let loaded = load(sources, &Limits::DEFAULT);
    assert!(
        loaded.diagnostics.is_empty(),
        "{}",
        loaded.diagnostics.render()
    );
    loaded
}

fn as_of(day: &str) -> CheckOptions {
    CheckOptions {
        as_of: Some(At::parse(day).unwrap()),
        ..CheckOptions::default()
    }
}

fn line(loaded: &Loaded, item: &Diagnostic) -> String {
    let sources = &loaded.diagnostics.sources;
    let underlined = item
        .span
        .and_then(|span| sources.text(span))
        .unwrap_or("nowhere");
    format!("{} {} @ {underlined}", item.code, item.message)
}

#[track_caller]
fn expect_in(files: &[(&str, &str)], options: &CheckOptions, expected: &[&str]) -> Vec<Diagnostic> {
    let loaded = read(files);
    let found = check(&loaded, options);
    let lines: Vec<String> = found.iter().map(|item| line(&loaded, item)).collect();
    assert_eq!(lines, expected, "\n{}", loaded.check(options).render());
    found
}

#[track_caller]
fn expect_with(options: &CheckOptions, text: &str, expected: &[&str]) -> Vec<Diagnostic> {
    expect_in(&[("policy.yaml", text)], options, expected)
}

/// Over all of time.
#[track_caller]
fn expect(text: &str, expected: &[&str]) -> Vec<Diagnostic> {
    expect_with(&CheckOptions::default(), text, expected)
}

fn help(found: &[Diagnostic]) -> Vec<&str> {
    found
        .iter()
        .map(|item| item.help.as_deref().unwrap_or_default())
        .collect()
}

/// Finds nothing of one code, whatever else there is.
#[track_caller]
fn expect_none(code: &str, text: &str) {
    let loaded = read(&[("policy.yaml", text)]);
    let found = loaded.check(&CheckOptions::default());
    assert!(
        found.items.iter().all(|item| item.code != code),
        "{}",
        found.render()
    );
}

const TWO: &str = "wayleave: 1
attributes: { product: { one_of: [chat, voice, code], default: chat }, tokens: { type: int } }
facts: { over: { type: bool } }
deployments:
  azure-gpt: { provider: azure, model: gpt, zone: eu }
  aws-gpt: { provider: aws, model: gpt, zone: us }
";

#[track_caller]
fn expect_after_two(text: &str, expected: &[&str]) -> Vec<Diagnostic> {
    expect(&format!("{TWO}{text}"), expected)
}

#[test]
fn exclusivities_that_nothing_settles_are_shown_with_a_request() {
    let found = expect_after_two(
        r#"contracts:
  one: { clauses: [ { id: azure, kind: exclusivity, only: [azure], when: 'request.product in ["chat", "voice"]' } ] }
  two:
    clauses:
      - { id: aws, kind: exclusivity, only: [aws], when: 'request.product in ["voice", "code"] && request.tokens > 500' }
"#,
        &[
            "W0301 `one/azure` and `two/aws` contradict each other for `serve`, and neither gives way @ azure",
        ],
    );
    assert_eq!(
        help(&found),
        [
            "where request.product = \"voice\", request.tokens = 501, `aws-gpt` is allowed by one and barred by the other; \
          give one a higher `rank`, keep its `when` within the other's, or let it supersede the other"
        ]
    );
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].path, "/contracts/one/clauses/0");
    assert_eq!(found[0].related.len(), 1);
}

#[test]
fn exclusivities_that_something_settles_are_left_alone() {
    for clauses in [
        // A narrower scope, a rank, a later date of an equal scope.
        "{ id: a, kind: exclusivity, only: [azure] }, { id: b, kind: exclusivity, only: [aws], when: 'request.product == \"code\"' }",
        "{ id: a, kind: exclusivity, only: [azure] }, { id: b, kind: exclusivity, only: [aws], rank: 1 }",
        "{ id: a, kind: exclusivity, only: [azure] }, { id: b, kind: exclusivity, only: [aws], term: { from: 2026-01-01 } }",
        // Scopes and terms that do not meet, acts in common that there are none of, providers in common.
        "{ id: a, kind: exclusivity, only: [azure], when: 'request.product == \"chat\"' }, { id: b, kind: exclusivity, only: [aws], when: 'request.product == \"code\"' }",
        "{ id: a, kind: exclusivity, only: [azure], when: 'request.product != \"code\"', term: { to: 2026-01-01 } }, { id: b, kind: exclusivity, only: [aws], when: 'request.product != \"chat\"', term: { from: 2026-01-01 } }",
        "{ id: a, kind: exclusivity, only: [azure], acts: sell }, { id: b, kind: exclusivity, only: [aws], acts: host }",
        "{ id: a, kind: exclusivity, only: [azure] }, { id: b, kind: exclusivity, only: [azure, aws] }",
        // A permit that carves one of them wherever both apply.
        "{ id: a, kind: exclusivity, only: [azure], when: 'request.product != \"code\"' }, { id: b, kind: exclusivity, only: [aws], when: 'request.product != \"chat\"' }, { id: p, kind: permit, carves: [c/a], when: 'request.product == \"voice\"' }",
        // Replaced before the other begins.
        "{ id: a, kind: exclusivity, only: [azure], when: 'request.product != \"code\"' }, { id: b, kind: exclusivity, only: [aws], when: 'request.product != \"chat\"', term: { from: 2026-01-01 }, supersedes: [c/a] }",
    ] {
        let text = format!("{TWO}contracts: {{ c: {{ clauses: [ {clauses} ] }} }}\n");
        expect_none("W0301", &text);
    }
}

#[test]
fn a_contradiction_is_dated_by_the_terms_and_permits_around_it() {
    let text = format!(
        "{TWO}{}",
        r#"contracts:
  c:
    clauses:
      - { id: a, kind: exclusivity, only: [azure], when: 'request.product != "code"', term: { to: 2028-01-01 } }
      - { id: b, kind: exclusivity, only: [aws], when: 'request.product != "chat"' }
      - { id: p, kind: permit, carves: [c/b], term: { from: 2027-01-01 } }
"#
    );
    let message =
        "W0301 `c/a` and `c/b` contradict each other for `serve`, and neither gives way @ a";
    let found = expect(&text, &[message]);
    assert!(
        help(&found)[0].contains("\"voice\", until 2027-01-01, "),
        "{:?}",
        help(&found)
    );
    // From then on nothing is left of it.
    expect_with(&as_of("2027-01-01"), &text, &[]);
    let found = expect_with(&as_of("2026-06-01"), &text, &[message]);
    assert!(
        help(&found)[0].contains(", from 2026-06-01 on, until 2027-01-01, "),
        "{:?}",
        help(&found)
    );
}

#[test]
fn contradictions_over_capacity_need_no_deployment() {
    let found = expect_after_two(
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], acts: [host, train] }, { id: b, kind: exclusivity, only: [aws], acts: host } ] } }\n",
        &[],
    );
    assert!(found.is_empty());
    expect_after_two(
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], acts: host, when: 'request.product != \"code\"' }, { id: b, kind: exclusivity, only: [aws], acts: host, when: 'request.product != \"chat\"' } ] } }\n",
        &["W0301 `c/a` and `c/b` contradict each other for `host`, and neither gives way @ a"],
    );
}

#[test]
fn a_scope_that_nothing_meets_is_underlined() {
    let found = expect_after_two(
        r#"contracts:
  c:
    clauses:
      - { id: never, kind: residency, within: eu, when: 'request.tokens > 5 && request.tokens < 6' }
      - { id: negative, kind: residency, within: eu, when: 'request.input_tokens < 0' }
      - { id: late, kind: exclusivity, only: [azure], when: 'at < timestamp("2026-01-01T00:00:00Z")', term: { from: 2026-01-01 } }
      - { id: other-act, kind: exclusivity, only: [azure], acts: sell, when: 'request.act == "serve"' }
      - { id: no-such-model, kind: exclusivity, only: [azure], when: 'request.model == "gpt-7"' }
      - { id: nobody, kind: exclusivity, only: [azure], when: 'deployment.provider == "aws" && within(deployment.zone, "eu")' }
      - { id: ended, kind: exclusivity, only: [azure], when: fact.over, ends_when: fact.over }
rules:
  - { id: nowhere, deny: 'true', when: 'deployment.tier == "standard" && "vision" in deployment.supports' }
  - { id: both, deny: 'request.product == "chat"', when: 'request.product == "code"' }
  - { id: sure, require: 'request.product != "chat"', when: 'request.product == "code"' }
  - { id: none, prefer: 'request.product == "chat"', when: 'request.product == "code"' }
"#,
        &[
            "W0302 `c/never` never applies: no request meets its condition @ 'request.tokens > 5 && request.tokens < 6'",
            "W0302 `c/negative` never applies: no request meets its condition @ 'request.input_tokens < 0'",
            "W0302 `c/late` never applies: no request meets its condition @ 'at < timestamp(\"2026-01-01T00:00:00Z\")'",
            "W0302 `c/other-act` never applies: no request meets its condition @ 'request.act == \"serve\"'",
            "W0302 `c/no-such-model` never applies: no request meets its condition @ 'request.model == \"gpt-7\"'",
            "W0302 `c/nobody` never applies: no deployment meets its scope @ 'deployment.provider == \"aws\" && within(deployment.zone, \"eu\")'",
            "W0302 `c/ended` never applies: no request meets its condition @ fact.over",
            "W0302 `rules/nowhere` never applies: no deployment meets its scope @ 'deployment.tier == \"standard\" && \"vision\" in deployment.supports'",
            "W0302 `rules/both` bars nothing: what it denies can never be @ 'request.product == \"chat\"'",
            "W0302 `rules/sure` bars nothing: what it requires is always so @ 'request.product != \"chat\"'",
            "W0302 `rules/none` prefers nothing: what it prefers can never be @ 'request.product == \"chat\"'",
        ],
    );
    assert_eq!(found[0].path, "/contracts/c/clauses/0/when");
    assert_eq!(found[8].path, "/rules/1/deny");
}

#[test]
fn a_scope_that_something_meets_or_may_meet_is_left_alone() {
    expect_after_two(
        r#"contracts:
  c:
    clauses:
      - { id: rare, kind: residency, within: eu, when: 'request.tokens == 6 && request.product == "code" && fact.over' }
      - { id: offered, kind: exclusivity, only: [azure], acts: host, when: 'deployment.provider == "aws" && within(deployment.zone, "eu")' }
      - { id: sum, kind: residency, within: eu, when: 'request.tokens + 1 > 5' }
      - { id: model, kind: residency, within: eu, when: 'request.model == "gpt" && request.product == "code"' }
      - { id: absent, kind: residency, within: eu, when: '!has(request.tokens) && !has(request.zone)' }
rules:
  # A guard against deployments that may come.
  - { id: guard, deny: 'deployment.zone == "apac"' }
  - { id: other-guard, require: 'deployment.zone in ["eu", "us"]' }
"#,
        &[],
    );
}

#[test]
fn what_is_not_proved_is_counted_and_named() {
    let found = expect_after_two(
        "contracts: { c: { clauses: [ { id: odd, kind: residency, within: eu, when: 'request.tokens * 2 == 5' } ] } }\n",
        &["W0310 1 question was not examined @ nowhere"],
    );
    assert_eq!(found[0].severity, Severity::Note);
    assert_eq!(
        help(&found),
        ["whether `c/odd` ever applies: request.tokens takes part in arithmetic"]
    );
}

#[test]
fn a_default_is_never_absent() {
    expect_after_two(
        "contracts: { c: { clauses: [ { id: a, kind: residency, within: eu, when: '!has(request.product)' } ] } }\n",
        &["W0302 `c/a` never applies: no request meets its condition @ '!has(request.product)'"],
    );
}

#[test]
fn a_rule_that_bars_what_is_barred_already_has_no_effect() {
    let found = expect_after_two(
        r#"contracts:
  c: { clauses: [ { id: eu, kind: residency, within: eu, when: 'request.product != "chat"' } ] }
rules:
  - { id: no-chat-on-aws, deny: 'deployment.provider == "aws"', when: 'request.product == "chat"' }
  - { id: by-clause, deny: 'deployment.zone == "us"', when: 'request.product == "code"' }
  - { id: by-both, require: 'deployment.zone == "eu"' }
  - { id: own, deny: 'deployment.provider == "azure"', when: 'request.product == "voice"' }
  - { id: again, deny: 'deployment.provider == "azure"', when: 'request.product == "voice"' }
"#,
        &[
            "W0303 `rules/by-clause` bars nothing that `c/eu` does not bar already @ 'deployment.zone == \"us\"'",
            "W0303 `rules/by-both` bars nothing that `c/eu` and `rules/no-chat-on-aws` do not bar already @ 'deployment.zone == \"eu\"'",
            "W0303 `rules/again` bars nothing that `rules/own` does not bar already @ 'deployment.provider == \"azure\"'",
            "W0304 `aws-gpt` can never serve: `rules/by-both` keeps every request from it @ aws-gpt",
        ],
    );
    assert_eq!(found[1].related.len(), 2);
}

#[test]
fn a_rule_with_an_effect_of_its_own_is_left_alone() {
    for text in [
        // The clause ends, a permit carves it, another clause beats it, it names other acts.
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], term: { to: 2030-01-01 } } ] } }\nrules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: 'request.product == \"code\"' } ]\n",
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], when: 'request.product == \"code\"' }, { id: p, kind: permit, carves: [c/a], when: fact.over } ] } }\nrules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: 'request.product == \"code\"' } ]\n",
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], when: 'request.product == \"code\"' }, { id: b, kind: exclusivity, only: [aws], rank: 1, when: 'request.product == \"code\" && fact.over' } ] } }\nrules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: 'request.product == \"code\"' } ]\n",
        "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], acts: sell } ] } }\nrules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: 'request.product == \"code\"' } ]\n",
        // The second sets a first right aside, which the first does not.
        "contracts: { c: { clauses: [ { id: f, kind: first_refusal, holder: azure } ] } }\nrules: [ { id: q, deny: 'deployment.provider == \"azure\"', when: 'request.product == \"code\"' }, { id: r, deny: 'deployment.provider == \"azure\"', when: 'request.product == \"code\"', overrides: c/f } ]\n",
    ] {
        expect_after_two(text, &[]);
    }
}

#[test]
fn a_preference_that_makes_no_order_has_no_effect() {
    expect_after_two(
        r#"rules:
  - { id: azure, prefer: 'deployment.provider == "azure"', when: 'request.product == "code"' }
  - { id: same, prefer: 'deployment.hosted_by == "azure" || deployment.zone == "global"', when: 'request.product == "code"' }
  - { id: repeated, prefer: 'request.product == "code" && deployment.provider == "azure"' }
  - { id: all, prefer: 'deployment.tier == "standard"' }
  - { id: nobody, prefer: 'deployment.tier == "batch-2" || deployment.zone == "apac"' }
"#
        .replace("deployment.tier == \"batch-2\" || ", "")
        .as_str(),
        &[
            "W0303 `rules/all` prefers all or none of the deployments that can answer a request @ 'deployment.tier == \"standard\"'",
            "W0303 `rules/nobody` prefers no deployment of the policy @ 'deployment.zone == \"apac\"'",
            "W0303 `rules/repeated` prefers what `rules/azure` prefers already @ 'request.product == \"code\" && deployment.provider == \"azure\"'",
        ],
    );
    // Between the models of an alias there is something to prefer.
    expect(
        "wayleave: 1\nmodels: { any: [a, b] }\ndeployments: { x: { provider: azure, model: a }, y: { provider: aws, model: b } }\nrules: [ { id: r, prefer: 'deployment.model == \"b\"' } ]\n",
        &[],
    );
    expect(
        "wayleave: 1\ndeployments: { x: { provider: azure, model: a }, y: { provider: aws, model: b } }\nrules: [ { id: r, prefer: 'deployment.model == \"b\"' } ]\n",
        &[
            "W0303 `rules/r` prefers all or none of the deployments that can answer a request @ 'deployment.model == \"b\"'",
        ],
    );
}

#[test]
fn deployments_that_are_always_barred_are_named_together_with_the_cause() {
    let found = expect(
        r#"wayleave: 1
attributes: { data: { one_of: [open, closed], default: open } }
deployments:
  "aws-{zone}": { each: { zone: [us, eu] }, provider: aws, model: gpt }
  azure-eu: { provider: azure, model: gpt, zone: eu }
  gcp-eu: { provider: gcp, model: gpt, zone: eu }
  gcp-somewhere: { provider: gcp, model: gpt }
contracts:
  c:
    clauses:
      - { id: eu, kind: residency, within: eu, when: 'request.data == "closed"' }
      - { id: eu-too, kind: residency, within: eu, when: 'request.data == "open"' }
rules:
  - { id: no-aws, deny: 'deployment.provider == "aws"' }
"#,
        &[
            "W0304 `aws-eu` and `aws-us` can never serve: `rules/no-aws` keeps every request from them @ \"aws-{zone}\"",
            "W0304 `gcp-somewhere` can never serve: `c/eu` and `c/eu-too` together keep every request from it @ gcp-somewhere",
        ],
    );
    assert_eq!(
        help(&found)[1],
        "state its `zone`: a place that is not known is never inside"
    );
    assert_eq!(found[0].path, "/deployments/aws-{zone}");
}

#[test]
fn deployments_that_something_lets_through_are_left_alone() {
    for (text, options) in [
        // Sold, though it never serves.
        (
            "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure] }, { id: s, kind: exclusivity, only: [aws, azure], acts: sell } ] } }\n",
            CheckOptions::default(),
        ),
        // Barred from the day of the check on, and not before.
        (
            "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], term: { from: 2027-01-01 } } ] } }\n",
            as_of("2026-06-01"),
        ),
        // Let through by a permit, by a fact, where nothing is stated.
        (
            "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure] }, { id: p, kind: permit, carves: [c/a], when: 'request.product == \"code\" && fact.over' } ] } }\n",
            CheckOptions::default(),
        ),
        (
            "contracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], ends_when: fact.over } ] } }\n",
            CheckOptions::default(),
        ),
        (
            "rules: [ { id: r, deny: 'deployment.provider == \"aws\"', when: 'has(request.zone) || has(request.tokens)' } ]\n",
            CheckOptions::default(),
        ),
    ] {
        let loaded = read(&[("policy.yaml", &format!("{TWO}{text}"))]);
        let found = loaded.check(&options);
        assert!(
            found.items.iter().all(|item| item.code != "W0304"),
            "{}",
            found.render()
        );
    }
}

#[test]
fn a_licence_that_is_over_bars_for_good() {
    let text = format!(
        "{TWO}{}",
        "contracts: { c: { clauses: [ { id: l, kind: license, provider: aws, term: { through: 2026-12-31 } } ] } }\n"
    );
    expect_with(
        &as_of("2027-01-01"),
        &text,
        &[
            "W0304 `aws-gpt` can never serve from 2027-01-01 on: `c/l` keeps every request from it @ aws-gpt",
        ],
    );
    let found = expect_with(
        &as_of("2026-12-31"),
        &text,
        &["W0309 from 2027-01-01 on `c/l` no longer holds, and nothing follows it @ 2026-12-31"],
    );
    assert_eq!(
        help(&found),
        ["`aws` loses its licence, which bars 1 deployment"]
    );
    // Another licence of the same licensee goes on; one of somebody else does not help.
    let renewed = text.replace(
        "clauses: [",
        "clauses: [ { id: m, kind: license, provider: aws, term: { from: 2026-06-01 } },",
    );
    expect_with(&as_of("2027-01-01"), &renewed, &[]);
    expect_with(&as_of("2026-12-31"), &renewed, &[]);
    let other = text.replace(
        "clauses: [",
        "clauses: [ { id: m, kind: license, provider: azure },",
    );
    expect_with(
        &as_of("2026-12-31"),
        &other,
        &["W0309 from 2027-01-01 on `c/l` no longer holds, and nothing follows it @ 2026-12-31"],
    );
}

#[test]
fn a_holder_without_a_deployment_in_scope_is_underlined() {
    let text = r#"wayleave: 1
providers: [openai]
deployments:
  azure-gpt: { provider: azure, model: gpt }
  azure-tts: { provider: azure, model: tts }
  aws-gpt: { provider: aws, model: gpt, hosted_by: gcp }
contracts:
  c:
    clauses:
      - { id: nobody, kind: first_refusal, holder: openai }
      - { id: host, kind: first_refusal, holder: gcp }
      - { id: other-model, kind: first_refusal, holder: aws, models: tts }
      - { id: fine, kind: first_refusal, holder: aws, models: [gpt, tts], rank: 1 }
      - { id: capacity, kind: first_refusal, holder: openai, acts: [host, train] }
      - { id: past, kind: first_refusal, holder: openai, term: { to: 2026-01-01 } }
"#;
    let found = expect_with(
        &as_of("2026-06-01"),
        text,
        &[
            "W0305 `c/nobody` never comes first: `openai` sells no deployment in its scope @ openai",
            "W0305 `c/host` never comes first: `gcp` sells no deployment in its scope @ gcp",
            "W0305 `c/other-model` never comes first: `aws` sells no deployment in its scope @ aws",
        ],
    );
    assert!(help(&found)[2].starts_with("widen its `models`"));
    assert_eq!(found[0].path, "/contracts/c/clauses/0/holder");
}

const PRICED: &str = r#"wayleave: 1
sheets:
  told: { from: told.csv, as_of: 2026-01-01, source: list }
  rows: { from: rows.csv }
  some: { from: some.csv, as_of: 2026-05-01 }
deployments:
  a: { provider: azure, model: m, price: sheet.told }
  b: { provider: azure, model: m, price: sheet.rows }
  c: { provider: azure, model: m, price: sheet.some }
  d: { provider: azure, model: m, price: { input: 1, output: 2 } }
  e: { provider: azure, model: m, price: [ { input: 1, source: list, as_of: 2026-01-15 }, { output: 2, as_of: 2026-05-01 } ] }
  f: { provider: azure, model: m, price: { input: 1, output: 2, source: list, as_of: 2026-01-15 } }
  g: { provider: azure, model: m, price: { input: 1, output: 2, source: list, to: 2026-06-01 } }
  h: { provider: azure, model: m, price: [ { input: 1, source: list, to: 2026-06-01 }, { output: 2, source: list, to: 2026-07-01 } ] }
  i: { provider: azure, model: m }
"#;

fn priced(policy: &str) -> Vec<(&str, &str)> {
    vec![
        ("policy.yaml", policy),
        ("told.csv", "model,meter,usd_per_mtok\nm,input,1\n"),
        (
            "rows.csv",
            "model,meter,usd_per_mtok,source\nm,input,1,list\nm,output,1,list\n",
        ),
        (
            "some.csv",
            "model,meter,usd_per_mtok,source\nm,input,1,list\nm,output,1,\n",
        ),
    ]
}

#[test]
fn prices_without_a_source_are_named_once() {
    let found = expect_in(
        &priced(PRICED),
        &CheckOptions::default(),
        &[
            "W0306 sheet `some` does not say where its prices were read @ some",
            "W0306 the price of `d` and `e` does not say where it was read @ d",
        ],
    );
    assert_eq!(found[0].path, "/sheets/some");
    assert_eq!(found[1].path, "/deployments/d/price");
    // A policy that names no source at all is a sketch.
    expect(
        "wayleave: 1\ndeployments: { a: { provider: azure, model: m, price: { input: 1, output: 2 } } }\n",
        &[],
    );
    expect(
        "wayleave: 1\ndeployments: { a: { provider: azure, model: m, price: { input: 1, output: 2 } } }\ncontracts: { c: { source: { title: Agreement }, clauses: [] } }\n",
        &["W0306 the price of `a` does not say where it was read @ a"],
    );
}

#[test]
fn old_prices_are_told_by_their_age() {
    let sources = [
        "W0306 sheet `some` does not say where its prices were read @ some",
        "W0306 the price of `d` and `e` does not say where it was read @ d",
    ];
    expect_in(&priced(PRICED), &as_of("2026-04-01"), &sources);
    let found = expect_in(
        &priced(PRICED),
        &as_of("2026-05-01"),
        &[
            sources[0],
            sources[1],
            "W0307 sheet `told` was read 120 days before 2026-05-01 @ told",
            "W0307 the price of `e` and `f` was read 106 days before 2026-05-01 @ e",
        ],
    );
    assert_eq!(
        help(&found)[2],
        "read it again; prices are trusted for 90 days"
    );
    let trusting = CheckOptions {
        price_days: 365,
        ..as_of("2026-05-01")
    };
    expect_in(&priced(PRICED), &trusting, &sources);
}

#[test]
fn prices_that_have_ended_leave_a_deployment_without() {
    let found = check(&read(&priced(PRICED)), &as_of("2026-06-30"));
    let ended: Vec<&Diagnostic> = found.iter().filter(|item| item.code == "W0308").collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(
        ended[0].message,
        "every price of `g` has ended by 2026-06-30"
    );
    assert_eq!(ended[0].path, "/deployments/g");
    let found = check(&read(&priced(PRICED)), &as_of("2026-07-01"));
    assert!(
        found
            .iter()
            .any(|item| item.message == "every price of `g` and `h` has ended by 2026-07-01")
    );
    let found = check(&read(&priced(PRICED)), &as_of("2026-05-31"));
    assert!(found.iter().all(|item| item.code != "W0308"));
}

const RETIRING: &str = r#"wayleave: 1
deployments:
  old: { provider: azure, model: m1, lifecycle: { retired: 2026-03-01 } }
  older: { provider: aws, model: m2, lifecycle: { retired: 2026-02-01 } }
  other: { provider: aws, model: m2 }
  soon: { provider: azure, model: m3, lifecycle: { launched: 2026-01-01, retired: 2026-12-01 } }
  kept: { provider: azure, model: m3, lifecycle: { deprecated: 2026-01-01 } }
  later: { provider: azure, model: m4, lifecycle: { retired: 2028-01-01 } }
"#;

#[test]
fn deployments_that_retire_are_told_with_what_is_left_of_their_models() {
    let told = |options: &CheckOptions| {
        let found = check(&read(&[("policy.yaml", RETIRING)]), options);
        let of_life = found
            .iter()
            .filter(|item| item.code == "W0311" || item.code == "W0312");
        of_life
            .map(|item| {
                let help = item.help.as_deref().unwrap_or_default();
                format!("{} {} {} ({help})", item.code, item.path, item.message)
            })
            .collect::<Vec<String>>()
    };
    let gone = "W0311 /deployments/old `old` and `older` are retired by 2026-11-22 (no deployment of `m1` is left then)";
    let soon =
        "W0312 /deployments/soon `soon` retires on 2026-12-01 (others of the same models are left)";
    let later = "W0312 /deployments/later `later` retires on 2028-01-01 (no deployment of `m4` is left then)";
    assert_eq!(told(&as_of("2026-11-22")), [gone, soon, later]);
    let near = CheckOptions {
        horizon_days: Some(30),
        ..as_of("2026-11-22")
    };
    assert_eq!(told(&near), [gone, soon]);
    assert_eq!(
        told(&as_of("2026-02-28")),
        [
            "W0311 /deployments/older `older` is retired by 2026-02-28 (others of the same models are left)",
            "W0312 /deployments/old `old` retires on 2026-03-01 (no deployment of `m1` is left then)",
            soon,
            later
        ]
    );
    assert!(told(&CheckOptions::default()).is_empty());
}

const ENDING: &str = r#"wayleave: 1
attributes: { product: { one_of: [chat, voice], default: chat } }
deployments:
  azure-gpt: { provider: azure, model: gpt, zone: eu }
  aws-gpt: { provider: aws, model: gpt, zone: us }
contracts:
  c:
    term: { through: 2028-12-31 }
    clauses:
      - { id: only, kind: exclusivity, only: [azure], when: 'request.product == "voice"' }
      - { id: eu, kind: residency, within: eu, term: { to: 2027-06-01 } }
      - { id: first, kind: first_refusal, holder: azure, term: { to: 2027-06-01 } }
  other:
    clauses:
      - { id: only, kind: exclusivity, only: [azure], when: 'request.product == "chat"' }
      - { id: chat, kind: permit, carves: [other/only], term: { to: 2027-06-01 } }
      - { id: past, kind: permit, carves: [c/only], term: { to: 2030-01-01 } }
      - { id: recital, kind: recital, states: something, term: { to: 2027-06-01 } }
"#;

#[test]
fn an_end_without_a_successor_says_what_changes_and_for_whom() {
    let found = expect_with(
        &as_of("2026-06-01"),
        ENDING,
        &[
            "W0309 from 2029-01-01 on `c/only` no longer holds, and nothing follows it @ 2028-12-31",
            "W0309 from 2027-06-01 on `c/eu` and `c/first` no longer hold, and nothing follows them @ 2027-06-01",
            "W0309 from 2027-06-01 on `other/chat` no longer holds, and nothing follows it @ 2027-06-01",
        ],
    );
    assert_eq!(
        help(&found),
        [
            "`azure` no longer has the work alone; `aws` is no longer kept from it, where `request.product == \"voice\"`",
            "the work need no longer stay within `eu`; `aws` is no longer kept from it; `azure` is no longer offered the work first",
            "`other/only` bars again what it permits",
        ]
    );
    assert!(found.iter().all(|item| item.severity == Severity::Note));
    assert_eq!(found[0].path, "/contracts/c/term");
    assert_eq!(found[1].path, "/contracts/c/clauses/1/term");
    let soon = CheckOptions {
        horizon_days: Some(365),
        ..as_of("2026-06-01")
    };
    assert_eq!(check(&read(&[("policy.yaml", ENDING)]), &soon).len(), 2);
    // What is over is no matter any more, and without a day nothing is.
    assert_eq!(
        check(&read(&[("policy.yaml", ENDING)]), &as_of("2027-06-01")).len(),
        1
    );
    expect(ENDING, &[]);
}

#[test]
fn an_end_with_a_successor_is_left_alone() {
    let text = |clauses: &str| format!("{TWO}contracts: {{ c: {{ clauses: [ {clauses} ] }} }}\n");
    for clauses in [
        "{ id: a, kind: first_refusal, holder: azure, term: { to: 2027-01-01 } }, { id: b, kind: first_refusal, holder: azure, term: { from: 2027-01-01 } }",
        "{ id: a, kind: first_refusal, holder: azure, term: { through: 2026-12-31 } }, { id: b, kind: first_refusal, holder: azure, term: { from: 2026-12-01 } }",
        "{ id: a, kind: residency, within: eu, when: 'request.product == \"chat\"', term: { to: 2027-01-01 } }, { id: b, kind: residency, within: us, when: 'request.product != \"voice\"', term: { from: 2026-01-01 } }",
        // It is replaced, on the day or before it.
        "{ id: a, kind: first_refusal, holder: azure, term: { to: 2027-01-01 } }, { id: p, kind: recital, states: it is over, supersedes: [c/a], term: { from: 2026-12-01 } }",
    ] {
        let loaded = read(&[("policy.yaml", &text(clauses))]);
        let found = loaded.check(&as_of("2026-06-01"));
        assert!(
            found.items.iter().all(|item| item.code != "W0309"),
            "{}",
            found.render()
        );
    }
    // A gap is one, however short, and so is a successor for other work.
    expect_with(
        &as_of("2026-06-01"),
        &text(
            "{ id: a, kind: first_refusal, holder: azure, term: { to: 2027-01-01 } }, { id: b, kind: first_refusal, holder: azure, term: { from: 2027-01-02 } }",
        ),
        &[
            "W0309 from 2027-01-01 on `c/a` no longer holds, and nothing follows it until `c/b` begins on 2027-01-02 @ 2027-01-01",
        ],
    );
    expect_with(
        &as_of("2026-06-01"),
        &text(
            "{ id: a, kind: first_refusal, holder: azure, when: 'request.product == \"chat\"', term: { to: 2027-01-01 } }, { id: b, kind: first_refusal, holder: azure, when: 'request.product == \"code\"' }",
        ),
        &["W0309 from 2027-01-01 on `c/a` no longer holds, and nothing follows it @ 2027-01-01"],
    );
}

#[test]
fn what_is_over_before_the_day_of_the_check_is_not_looked_at() {
    let text = format!(
        "{TWO}{}",
        r#"contracts:
  c:
    term: { to: 2026-01-01 }
    clauses:
      - { id: never, kind: residency, within: eu, when: 'request.product == "chat" && request.product == "code"' }
      - { id: a, kind: exclusivity, only: [azure], when: 'request.product != "code"' }
      - { id: b, kind: exclusivity, only: [aws], when: 'request.product != "chat"' }
  d:
    clauses:
      - { id: old, kind: exclusivity, only: [azure], when: 'request.product == "chat" && request.product == "code"' }
      - { id: gone, kind: recital, states: no more, supersedes: [d/old], term: { from: 2025-06-01 } }
"#
    );
    expect_with(&as_of("2026-01-01"), &text, &[]);
    assert_eq!(
        check(&read(&[("policy.yaml", &text)]), &as_of("2025-12-31")).len(),
        3
    );
    assert_eq!(
        check(&read(&[("policy.yaml", &text)]), &CheckOptions::default()).len(),
        3
    );
}

#[test]
fn a_policy_with_errors_or_without_deployments_is_not_checked_further() {
    let mut sources = Sources::new();
    sources.add(
        "policy.yaml",
        "wayleave: 1\ndeployments: { a: { provider: azure } }\n",
    );
    let loaded = load(sources, &Limits::DEFAULT);
    assert!(check(&loaded, &CheckOptions::default()).is_empty());
    assert_eq!(loaded.check(&CheckOptions::default()), loaded.diagnostics);
    let mut sources = Sources::new();
    sources.add("policy.yaml", "wayleave: 1\nproviders: [azure]\ncontracts: { c: { clauses: [ { id: a, kind: exclusivity, only: [azure], when: 'false' } ] } }\n");
    let found = load(sources, &Limits::DEFAULT).check(&CheckOptions::default());
    let codes: Vec<&str> = found.items.iter().map(|item| item.code).collect();
    assert_eq!(codes, ["W0222"]);
}

#[test]
fn findings_of_reading_and_of_checking_stand_together_in_the_order_of_the_source() {
    let mut sources = Sources::new();
    sources.add("policy.yaml", "wayleave: 1\nsheets: { s: { from: s.csv } }\ndeployments:\n  a: { provider: azure, model: m, price: sheet.s }\nrules:\n  - { id: r, deny: 'true', when: 'false' }\n");
    sources.add("s.csv", "model,meter,usd_per_mtok\nn,input,1\n");
    let found = load(sources, &Limits::DEFAULT).check(&CheckOptions::default());
    let codes: Vec<&str> = found.items.iter().map(|item| item.code).collect();
    assert_eq!(codes, ["W0217", "W0302"]);
}

#[test]
fn options_are_read_from_a_document() {
    let mut sources = Sources::new();
    let mut context = Context::new();
    sources.add("options", "{ as_of: 2026-11-22, horizon_days: 7 }");
    let node = wayleave::document::read(&sources, 0, &Limits::DEFAULT, &mut context).unwrap();
    let options = CheckOptions::from_node(&node).unwrap();
    assert_eq!(options.as_of, At::parse("2026-11-22"));
    assert_eq!((options.price_days, options.horizon_days), (90, Some(7)));
    sources.add("options", "{ as_of: soon, price_days: -1, horizon: 7 }");
    let node = wayleave::document::read(&sources, 1, &Limits::DEFAULT, &mut context).unwrap();
    let faults = CheckOptions::from_node(&node).unwrap_err();
    let codes: Vec<&str> = faults.items.iter().map(|item| item.code).collect();
    assert_eq!(codes, ["W0108", "W0106", "W0103"]);
}

#[test]
fn the_specification_lists_every_code_of_the_check() {
    let text = include_str!("../SPEC.md");
    let codes = wayleave::document::codes::TABLE
        .iter()
        .filter(|code| code.code.starts_with("W03"));
    for code in codes {
        assert!(
            text.contains(&format!("| `{}` |", code.code)),
            "{}",
            code.code
        );
    }
}
