//! Broken documents: every fault is found in one pass, with its code and its place, and nothing panics.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong should stop"
)]

use wayleave::authoring::load;
use wayleave::document::{Diagnostics, Limits, Severity, Sources};

fn findings(text: &str) -> Diagnostics {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    let loaded = load(sources, &Limits::DEFAULT);
    assert_eq!(loaded.policy.is_none(), loaded.diagnostics.has_errors());
    loaded.diagnostics
}

/// Each finding as `code message @ underlined text`, in the order of the source.
fn lines(findings: &Diagnostics) -> Vec<String> {
    findings
        .items
        .iter()
        .map(|item| {
            let underlined = item
                .span
                .and_then(|span| findings.sources.text(span))
                .unwrap_or("nowhere");
            format!("{} {} @ {underlined}", item.code, item.message)
        })
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let findings = findings(text);
    assert_eq!(lines(&findings), expected, "\n{}", findings.render());
}

const HEAD: &str = "wayleave: 1\ndeployments:\n  azure-gpt: { provider: azure, model: gpt-5.5 }\n";

#[track_caller]
fn check_after_head(text: &str, expected: &[&str]) {
    check(&format!("{HEAD}{text}"), expected);
}

#[test]
fn an_unknown_key_is_an_error_with_the_likely_one() {
    let text = "wayleave: 1\ndeployments:\n  a: { providr: azure, model: gpt }\n";
    check(
        text,
        &[
            "W0102 missing key `provider` @ a",
            "W0103 unknown key `providr` @ providr",
        ],
    );
    assert!(findings(text).render().contains("did you mean `provider`?"));
}

#[test]
fn a_wrong_type_is_named_with_what_was_found() {
    check(
        "wayleave: 1\ndeployments:\n  a: { provider: [azure], model: 5.5, max_input_tokens: many }\n",
        &[
            "W0101 expected a name, found a list @ [azure]",
            "W0101 expected a name, found the number `5.5` @ 5.5",
            "W0101 expected a whole number, found the text `many` @ many",
        ],
    );
}

#[test]
fn an_unknown_provider_is_found_in_the_clause() {
    let text = format!(
        "{HEAD}contracts:\n  m: {{ clauses: [ {{ id: c, kind: first_refusal, holder: azurre }} ] }}\n"
    );
    check(&text, &["W0202 unknown provider `azurre` @ azurre"]);
    assert!(findings(&text).render().contains("did you mean `azure`?"));
}

#[test]
fn a_dangling_field_in_a_condition_is_underlined_where_it_stands() {
    check_after_head(
        "rules:\n  - { id: r, deny: 'deployment.provider == \"azure\" && request.custmer == \"x\"' }\n",
        &["W0212 `request` has no field `custmer` @ request.custmer"],
    );
}

#[test]
fn a_bad_date_is_no_date() {
    check_after_head(
        "contracts:\n  m:\n    term: { from: 2026-02-30, through: soon }\n    clauses: []\n",
        &[
            "W0108 there is no day `2026-02-30` in the years 1 to 9999 @ 2026-02-30",
            "W0108 `soon` is not a date or an instant @ soon",
        ],
    );
}

#[test]
fn a_duplicate_id_points_at_both() {
    let text = format!(
        "{HEAD}contracts:\n  m:\n    clauses:\n      - {{ id: c, kind: recital, states: one }}\n      - {{ id: c, kind: recital, states: two }}\n"
    );
    check(&text, &["W0211 a second clause `m/c` @ c"]);
    assert_eq!(findings(&text).items[0].related.len(), 1);
}

#[test]
fn a_duplicate_key_is_an_error() {
    check(
        "wayleave: 1\ndeployments:\n  a: { provider: azure, model: gpt, model: gpt }\n",
        &["W0004 duplicate key `model` @ model"],
    );
}

#[test]
fn a_negative_price_is_no_price() {
    check(
        "wayleave: 1\ndeployments:\n  a: { provider: azure, model: gpt, price: { input: -5, output: 1e30 } }\n",
        &[
            "W0107 the price `-5` is negative @ -5",
            "W0107 the price `1e30` exceeds 10000000 USD per million tokens @ 1e30",
        ],
    );
}

#[test]
fn an_alias_bomb_is_defused() {
    let mut text = String::from("wayleave: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let before = level - 1;
        let repeat = vec![format!("*a{before}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{repeat}]\n"));
    }
    let found = findings(&text);
    assert!(
        found.items.iter().any(|item| item.code == "W0013"),
        "{}",
        found.render()
    );
}

#[test]
fn deep_nesting_and_brackets_without_end_are_refused_quickly() {
    for text in [
        "[".repeat(10_000_000),
        "[".repeat(100_000),
        format!("wayleave: {}1{}", "[".repeat(1000), "]".repeat(1000)),
        "- ".repeat(50_000),
        "{a: ".repeat(50_000),
    ] {
        let found = findings(&text);
        assert!(found.has_errors());
        assert!(
            found
                .items
                .iter()
                .any(|item| ["W0010", "W0011", "W0012", "W0001"].contains(&item.code)),
            "{}",
            found.render()
        );
        // Both numbers are quoted where a limit was reached.
        for item in found
            .items
            .iter()
            .filter(|item| ["W0010", "W0011"].contains(&item.code))
        {
            assert!(item.message.contains("limit is"), "{}", item.message);
        }
    }
}

#[test]
fn an_empty_file_says_so() {
    for text in ["", "\n\n", "# nothing but a comment\n", "---\n"] {
        let found = findings(text);
        assert!(found.has_errors(), "{text:?}");
    }
    check("", &["W0002 the source is empty @ "]);
}

#[test]
fn everything_that_is_wrong_is_found_in_one_pass() {
    check(
        r#"wayleave: 2
zones: { here: nowhere }
models: { all: [gpt-6] }
attributes: { model: { type: bool }, tone: { one_of: [calm] , default: loud } }
deployments:
  a: { provider: azure, model: gpt, zone: euu, supports: [tools], lacks: [tools], price: sheet.none }
  "b-{zone}": { provider: azure, model: gpt }
contracts:
  rules: { clauses: [] }
  m:
    time_zone: Europe/Lodnon
    term: { from: 2027-01-01, to: 2026-01-01 }
    clauses:
      - { id: p, kind: permit, carves: [m/r, m/x] }
      - { id: r, kind: residency, within: eu }
      - { id: s, kind: exclusivity, only: [azure], sole: true }
      - { id: k, kind: exklusivity }
rules:
  - { id: two, deny: 'true', require: 'true' }
  - { id: late, deny: 'request.tone == "calmm"', overrides: m/r }
objective: [ { minimise: cost, within: -1% } ]
affinity: request.tonne
"#,
        &[
            "W0201 unknown version 2 of the language @ 2",
            "W0205 `nowhere` is no zone @ here",
            "W0203 unknown model `gpt-6` @ gpt-6",
            "W0221 `model` is a field that every request has @ model",
            "W0225 expected one of `calm`, found the text `loud` @ loud",
            "W0204 unknown zone `euu` @ euu",
            "W0214 `tools` is both supported and lacking @ tools",
            "W0210 there is no sheet `sheet.none` @ sheet.none",
            "W0215 the key is a template, but there is no `each` @ \"b-{zone}\"",
            "W0221 `rules` cannot name a contract @ rules",
            "W0224 unknown time zone `Europe/Lodnon` @ Europe/Lodnon",
            "W0213 the term ends before it begins @ 2026-01-01",
            "W0219 a permit cannot set aside `m/r` @ m/r",
            "W0206 unknown clause `m/x` @ m/x",
            "W0102 a sole right needs the contract's `grantor` @ true",
            "W0104 unknown word `exklusivity` @ exklusivity",
            "W0218 rule `two` has not exactly one wish @ two",
            "W0212 `calmm` is not one of the values @ \"calmm\"",
            "W0219 a rule cannot override `m/r` @ m/r",
            "W0106 a band is not negative @ -1%",
            "W0208 `request.tonne` is no attribute of requests @ request.tonne",
        ],
    );
}

#[test]
fn an_unknown_time_zone_is_an_error_with_the_likely_one() {
    for (zone, help) in [
        ("Europe/Lodnon", "did you mean `Europe/London`?"),
        ("europe/london", "did you mean `Europe/London`?"),
        ("+24:00", "write `UTC`, a name such as `Europe/London`"),
    ] {
        let text = format!("{HEAD}contracts: {{ m: {{ time_zone: {zone}, clauses: [] }} }}\n");
        check(
            &text,
            &[&format!("W0224 unknown time zone `{zone}` @ {zone}")],
        );
        assert!(findings(&text).render().contains(help), "{zone}");
    }
    for zone in ["UTC", "Z", "-05:30", "GB", "America/Argentina/Ushuaia"] {
        check_after_head(
            &format!("contracts: {{ m: {{ time_zone: {zone}, clauses: [] }} }}\n"),
            &[],
        );
    }
}

#[test]
fn a_calendar_is_checked_day_by_day() {
    check_after_head(
        r#"calendars:
  a: { weekend: [sunday, sonday], holidays: [2026-12-25, 2026-01-01, 2026-12-25, 2026-02-30], time_zone: Mars/Base }
  b: { weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday] }
  c: { day_ends: 00:00 }
  d: { day_ends: 5pm, holidays: [ 2026-07-04T00:00:00Z ] }
  e: { weekend: [], holidays: [2026-01-01], day_ends: 17:30, time_zone: GB }
"#,
        &[
            "W0104 unknown word `sonday` @ sonday",
            "W0241 the holiday 2026-01-01 stands after 2026-12-25 @ 2026-01-01",
            "W0241 the holiday 2026-12-25 is listed twice @ 2026-12-25",
            "W0108 there is no day `2026-02-30` in the years 1 to 9999 @ 2026-02-30",
            "W0224 unknown time zone `Mars/Base` @ Mars/Base",
            "W0240 calendar `b` has no business days @ b",
            "W0240 a day does not end as it begins @ 00:00",
            "W0108 `5pm` is not a time of day @ 5pm",
            "W0108 `2026-07-04T00:00:00Z` is not a date @ 2026-07-04T00:00:00Z",
        ],
    );
}

#[test]
fn what_is_odd_about_holidays_is_no_error() {
    let text = format!("{HEAD}calendars: {{ a: {{ holidays: [2026-12-25, 2026-01-01] }} }}\n");
    let found = findings(&text);
    assert!(!found.has_errors());
    assert_eq!(found.items[0].severity, Severity::Warning);
    let many = vec!["2026-12-25"; 2001].join(", ");
    check_after_head(
        &format!("calendars: {{ a: {{ holidays: [{many}] }} }}\n"),
        &["W0228 2001 holidays; the limit is 2000 @ 2026-12-25"],
    );
}

#[test]
fn calendars_are_part_of_what_the_digest_covers() {
    let digest = |calendars: &str| {
        let mut sources = Sources::new();
        sources.add("policy.yaml", format!("{HEAD}{calendars}"));
        let policy = load(sources, &Limits::DEFAULT).policy.unwrap();
        policy.digest().to_string()
    };
    let one = digest("calendars: { a: { holidays: [2026-01-01] } }\n");
    assert_eq!(
        one,
        digest("calendars:\n  a:\n    holidays:\n      - 2026-01-01\n")
    );
    assert_ne!(
        one,
        digest("calendars: { a: { holidays: [2026-01-02] } }\n")
    );
    assert_ne!(one, digest(""));
}

#[test]
fn a_price_sheet_is_checked_row_by_row() {
    let mut sources = Sources::new();
    sources.add(
        "policy.yaml",
        "wayleave: 1\nsheets: { s: { from: s.csv } }\ndeployments:\n  a: { provider: azure, model: gpt, price: sheet.s }\n  b: { provider: azure, model: other, price: sheet.s }\n",
    );
    sources.add(
        "s.csv",
        "# prices\nmodel,zone,tier,metre,meter,above,from,usd_per_mtok\ngpt,,,,input,,,5\ngpt,,,,output,,,free\ngpt,,,,tokens,many,2026-99-99,1\ngpt,,\n",
    );
    let found = load(sources, &Limits::DEFAULT).diagnostics;
    assert_eq!(
        lines(&found),
        [
            "W0217 sheet `s` has no price for `b` @ sheet.s",
            "W0216 unknown column `metre` @ metre",
            "W0216 `free` is no price @ free",
            "W0216 unknown meter `tokens` @ tokens",
            "W0216 `many` is no number of tokens @ many",
            "W0216 `2026-99-99` is not a date or an instant @ 2026-99-99",
            "W0216 the row has 3 fields; the header has 8 @ gpt",
        ]
    );
    assert_eq!(found.items[0].severity, Severity::Warning);
}

#[test]
fn a_price_sheet_has_the_columns_without_which_it_says_nothing() {
    let whole = ["model", "meter", "usd_per_mtok"];
    for missing in whole {
        let header: Vec<&str> = whole
            .into_iter()
            .filter(|column| *column != missing)
            .collect();
        let mut sources = Sources::new();
        sources.add(
            "policy.yaml",
            "wayleave: 1\nsheets: { s: { from: s.csv } }\ndeployments: { a: { provider: azure, model: gpt } }\n",
        );
        sources.add("s.csv", format!("{}\ngpt,5\n", header.join(",")));
        assert_eq!(
            lines(&load(sources, &Limits::DEFAULT).diagnostics),
            [format!("W0216 the sheet has no column `{missing}` @ s.csv")]
        );
    }
}

#[test]
fn every_finding_says_where_in_the_document_it_is() {
    let found = findings(
        "wayleave: 1\ndeployments:\n  a/b: { provider: azure, model: gpt, zone: euu }\ncontracts:\n  m: { clauses: [ { id: c, kind: first_refusal, holder: azurre } ] }\n",
    );
    let paths: Vec<&str> = found.items.iter().map(|item| item.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/deployments/a~1b/zone", "/contracts/m/clauses/0/holder"]
    );
}

#[test]
fn a_template_makes_one_deployment_for_every_combination_and_a_later_key_overrides_one() {
    let mut sources = Sources::new();
    sources.add(
        "policy.yaml",
        r#"wayleave: 1
deployments:
  "azure-{model}-{zone}": { each: { model: [gpt, tts], zone: [eu, us] }, provider: azure, supports: [tools] }
  azure-gpt-us: { provider: azure, model: gpt, zone: us, lacks: [tools] }
"#,
    );
    let policy = load(sources, &Limits::DEFAULT).policy.unwrap();
    let ids: Vec<&str> = policy.deployment_ids().collect();
    assert_eq!(
        ids,
        [
            "azure-gpt-eu",
            "azure-gpt-us",
            "azure-tts-eu",
            "azure-tts-us"
        ]
    );
    let overridden = policy
        .deployments()
        .iter()
        .find(|deployment| deployment.id == "azure-gpt-us")
        .unwrap();
    assert!(overridden.supports.is_empty() && overridden.lacks.len() == 1);
}

#[test]
fn requests_and_states_are_checked_against_the_policy() {
    let mut sources = Sources::new();
    sources.add("policy.yaml", format!("{HEAD}attributes: {{ tone: {{ one_of: [calm, loud] }}, urgent: {{ type: bool }} }}\nfacts: {{ agi: {{ type: bool }} }}\n"));
    let policy = load(sources, &Limits::DEFAULT).policy.unwrap();
    let request = policy.request("{ model: gpt-5.5, ton: calm, urgent: 1, zone: euu, input_tokens: 5, cached_input_tokens: 6 }");
    let found = request.unwrap_err();
    assert_eq!(
        lines(&found),
        [
            "W0208 unknown attribute `ton` @ ton",
            "W0225 expected `true` or `false`, found the number `1` @ 1",
            "W0204 unknown zone `euu` @ euu",
            "W0223 6 cached and 0 written tokens are more than the input of 5 @ 6",
        ]
    );
    let lines_of = |request: &str| lines(&policy.request(request).unwrap_err());
    assert_eq!(
        lines_of("{ model: gpt-5.5, act: train }"),
        ["W0231 a request to train has no `offers` @ { model: gpt-5.5, act: train }"]
    );
    assert_eq!(
        lines_of("{ model: gpt-5.5, offers: [{ id: a, provider: azure }] }"),
        ["W0231 a request to serve has `offers` @ { id: a, provider: azure }"]
    );
    assert_eq!(
        lines_of(
            "{ model: gpt-5.5, act: host, offers: [{ id: a, provider: azure }, { id: a, provider: aws, zone: euu }, { id: b, provider: azuer }] }"
        ),
        [
            "W0211 a second offer `a` @ a",
            "W0202 unknown provider `azuer` @ azuer",
        ]
    );
    assert_eq!(
        lines_of("{ model: gpt-6, act: host, offers: [{ id: a, provider: azure }] }"),
        ["W0203 `gpt-6` is not one model that the policy knows @ gpt-6"]
    );
    let state = policy.state("{ deployments: { azure-gtp: {} }, facts: { agi: { value: 7 }, ago: { value: true } }, clauses: { m/f: { drawn: 1 } }, claused: {} }");
    let found = state.unwrap_err();
    assert_eq!(
        lines(&found),
        [
            "W0207 unknown deployment `azure-gtp` @ azure-gtp",
            "W0225 expected `true` or `false`, found the number `7` @ 7",
            "W0209 unknown fact `ago` @ ago",
            "W0206 no clause `m/f` counts anything @ m/f",
            "W0103 unknown key `claused` @ claused",
        ]
    );
    let when = policy
        .when("{ at: yesterday, seed: 9007199254740992 }")
        .unwrap_err();
    assert_eq!(
        lines(&when),
        ["W0108 `yesterday` is not a date or an instant @ yesterday"]
    );
    assert!(
        policy
            .when("{ at: 2026-01-01, seed: 9007199254740992 }")
            .is_err()
    );
}

#[test]
fn the_readme_shows_the_smallest_policy_as_it_is() {
    let readme = include_str!("../README.md");
    let policy = include_str!("../policies/first-refusal/policy.yaml");
    assert!(readme.contains(policy), "README.md shows another policy");
}

#[test]
fn a_clause_replaces_none_above_it_and_none_that_replaces_it() {
    check_after_head(
        r#"contracts:
  law: { clauses: [ { id: eu, kind: residency, within: eu } ] }
  m:
    clauses:
      - { id: a, kind: exclusivity, only: [azure], supersedes: [m/b] }
      - { id: b, kind: exclusivity, only: [azure], supersedes: [m/a] }
      - { id: c, kind: recital, states: nothing, supersedes: [law/eu] }
      - { id: d, kind: exclusivity, only: [azure], supersedes: [m/d], rank: 1000001 }
"#,
        &["W0106 the rank 1000001 exceeds 1000000 @ d"],
    );
    check_after_head(
        r#"contracts:
  law: { clauses: [ { id: eu, kind: residency, within: eu } ] }
  m:
    clauses:
      - { id: a, kind: exclusivity, only: [azure], supersedes: [m/b] }
      - { id: b, kind: exclusivity, only: [azure], supersedes: [m/a] }
      - { id: c, kind: recital, states: nothing, supersedes: [law/eu] }
      - { id: d, kind: exclusivity, only: [azure], supersedes: [m/d] }
"#,
        &[
            "W0219 `m/b` replaces this clause in turn @ m/b",
            "W0219 `m/a` replaces this clause in turn @ m/a",
            "W0219 a contract's clause cannot replace `law/eu` @ law/eu",
            "W0219 `m/d` replaces this clause in turn @ m/d",
        ],
    );
}

#[test]
fn what_expands_is_counted_before_it_is_made() {
    let names = |prefix: &str, count: usize| {
        (0..count)
            .map(|number| format!("{prefix}{number}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = format!(
        "wayleave: 1\ndeployments:\n  '{{provider}}-{{model}}-{{tier}}': {{ each: {{ provider: [{}], model: [{}], tier: [{}] }} }}\n",
        names("p", 100),
        names("m", 100),
        names("t", 100)
    );
    check(
        &text,
        &["W0228 1000000 deployments; the limit is 50000 @ nowhere"],
    );
    let contracts: String = (0..65_537)
        .map(|number| format!("  c{number}: {{ clauses: [] }}\n"))
        .collect();
    let found = findings(&format!("{HEAD}contracts:\n{contracts}"));
    assert!(
        found.has_errors(),
        "the last contract was dropped in silence"
    );
}

#[test]
fn a_test_that_expects_nothing_fails() {
    let mut sources = Sources::new();
    sources.add("policy.yaml", format!("{HEAD}tests:\n  - {{ name: idle, at: 2026-01-01, request: {{ model: gpt-5.5 }}, expect: {{}} }}\n  - {{ name: silent, at: 2026-01-01, request: {{ model: gpt-5.5 }}, expect: {{ because: [] }} }}\n"));
    let report = load(sources, &Limits::DEFAULT).test().unwrap();
    assert_eq!(
        report.tests[0].failures,
        ["the test expects nothing, so it could not fail"]
    );
    assert!(report.tests[1].failures.is_empty());
}

#[test]
fn tests_that_would_come_to_too_many_verdicts_are_refused() {
    let deployments: String = (0..600)
        .map(|number| format!("  d{number}: {{ provider: azure, model: m }}\n"))
        .collect();
    let tests: String = (0..500)
        .map(|number| format!("  - {{ name: t{number}, at: 2026-01-01, request: {{ model: m }}, expect: {{ outcome: route }} }}\n"))
        .collect();
    let text = format!("wayleave: 1\ndeployments:\n{deployments}tests:\n{tests}");
    check(
        &text,
        &["W0228 500 tests of 600 deployments; their product may be 250000 @ nowhere"],
    );
}

#[test]
fn a_spill_leads_nowhere_that_its_source_may_not_go() {
    let policy = |target: &str, spill: &str| {
        format!(
            "wayleave: 1\nzones: {{ here: eu }}\ndeployments:\n  s: {{ provider: azure, model: gpt, zone: eu, holds: [zdr, {{ name: baa, through: 2027-06-30 }}], spills_to: {spill} }}\n  t: {{ provider: azure, {target} }}\n  u: {{ provider: azure, model: gpt }}\n"
        )
    };
    let good = "model: gpt, zone: here, holds: [baa, { name: zdr }]";
    check(&policy(good, "t"), &[]);
    check(&policy(good, "tt"), &["W0207 unknown deployment `tt` @ tt"]);
    check(
        &policy("model: gpt-6, zone: here, holds: [baa, zdr]", "t"),
        &["W0230 `s` cannot spill to `t`: it serves another model @ t"],
    );
    check(
        &policy("model: gpt, zone: us, holds: [baa, zdr]", "t"),
        &["W0230 `s` cannot spill to `t`: its `zone` `us` does not lie within `eu` @ t"],
    );
    check(
        &policy("model: gpt, holds: [baa, zdr]", "t"),
        &["W0230 `s` cannot spill to `t`: its `zone` is not stated, and must lie within `eu` @ t"],
    );
    for holds in ["[zdr]", "[zdr, { name: baa, through: 2027-06-29 }]"] {
        check(
            &policy(&format!("model: gpt, zone: here, holds: {holds}"), "t"),
            &[
                "W0230 `s` cannot spill to `t`: it does not hold every covenant that the deployment holds @ t",
            ],
        );
    }
    check(
        &policy(&format!("{good}, spills_to: s"), "t"),
        &["W0230 `t` cannot spill to `s`: its `zone` `eu` does not lie within `here` @ s"],
    );
    check(
        "wayleave: 1\ndeployments:\n  a: { provider: azure, model: gpt, spills_to: b }\n  b: { provider: azure, model: gpt, spills_to: c }\n  c: { provider: azure, model: gpt, spills_to: a }\n  d: { provider: azure, model: gpt, spills_to: b }\n  e: { provider: azure, model: gpt, spills_to: e }\n",
        &[
            "W0230 `a` spills to `c` in turn @ a",
            "W0230 a second deployment spills to `b` @ b",
            "W0230 `e` spills to `e` in turn @ e",
        ],
    );
}

#[test]
fn terms_of_law_are_checked() {
    check(
        &format!(
            "{HEAD}  more: {{ provider: azure, model: gpt-5.5, holds: [zdr], lacks: [zdr], lifecycle: {{ launched: 2026-02-01, retired: 2026-01-01 }} }}\ncontracts:\n  k:\n    clauses:\n      - {{ id: s, kind: suspension, provider: azure, cause: breach, cure: {{ days: 30 }} }}\n      - {{ id: c, kind: covenant, requires: [zdr] }}\n      - {{ id: p, kind: permit, carves: [k/s, k/c] }}\n"
        ),
        &[
            "W0214 `zdr` is both held and lacking @ zdr",
            "W0213 `retired` lies before `launched` @ 2026-01-01",
            "W0102 a time to cure needs `noticed` @ { days: 30",
            "W0219 a permit cannot set aside `k/s` @ k/s",
            "W0219 a permit cannot set aside `k/c` @ k/c",
        ],
    );
}

#[test]
fn provisioned_units_are_such_as_can_be_had() {
    let deployment = |keys: &str| {
        format!("wayleave: 1\ndeployments:\n  ptu: {{ provider: azure, model: gpt, {keys} }}\n")
    };
    let sound = "units: 100, tokens_per_unit_minute: 1200, output_weight: 6.5";
    check(
        &deployment(&format!(
            "provisioned: {{ {sound}, minimum: 15, increment: 5 }}"
        )),
        &[],
    );
    check(
        &deployment(&format!(
            "price: {{ input: 5 }}, provisioned: {{ {sound} }}"
        )),
        &[
            "W0214 `price` and `provisioned` exclude each other @ { units: 100, tokens_per_unit_minute: 1200, output_weight: 6.5",
        ],
    );
    for (keys, message) in [
        (
            "units: 100, minimum: 15, increment: 8",
            "100 units cannot be had: they come from 15 on, in multiples of 8 @ 100",
        ),
        (
            "units: 10, minimum: 15, increment: 5",
            "10 units cannot be had: they come from 15 on, in multiples of 5 @ 10",
        ),
        ("units: 0", "`units` is at least 1 @ 0"),
        ("units: 5, increment: 0", "`increment` is at least 1 @ 0"),
        (
            "units: 5, usd_per_unit_hour: -1",
            "a price is not negative @ -1",
        ),
    ] {
        check(
            &deployment(&format!(
                "provisioned: {{ tokens_per_unit_minute: 1200, output_weight: 6, {keys} }}"
            )),
            &[&format!("W0106 {message}")],
        );
    }
    check(
        &deployment("provisioned: { units: 5, tokens_per_unit_minute: 0, output_weight: -6 }"),
        &[
            "W0106 `tokens_per_unit_minute` is at least 1 @ 0",
            "W0106 a weight is not negative @ -6",
        ],
    );
}

#[test]
fn what_clauses_say_of_money_and_work_is_checked() {
    check(
        &format!(
            "{HEAD}facts: {{ shipped: {{ type: bool }} }}\ncontracts:\n  k:\n    clauses:\n      - {{ id: a, kind: share, for: 'deployment.provider == \"azure\"', min: 60%, max: 70% }}\n      - {{ id: b, kind: share, for: 'request.model == \"x\"', min: 120% }}\n      - {{ id: c, kind: ladder, meter: inptu, mode: graduated, steps: [ {{ usd_per_mtok: 5 }}, {{ up_to_mtok: 1, usd_per_mtok: 4 }} ] }}\n      - {{ id: d, kind: commitment, provider: azure, amount: 5, effect: precedence }}\n      - {{ id: e, kind: ship_first, acts: launch, holder: azure, milestone: ga, shipped: shipped, excuse: {{}} }}\n      - {{ id: f, kind: discount, rate: 10%, stacks_with: [k/a] }}\n      - {{ id: g, kind: first_refusal, holder: azure, offer: 0 }}\nrules:\n  - {{ id: r, split: [ {{ weight: 2000000, when: 'true' }} ], deny: 'true' }}\n"
        ),
        &[
            "W0102 a share needs one of `min` and `max` @ { id: a, kind: share, for: 'deployment.provider == \"azure\"', min: 60%, max: 70% }",
            "W0212 `request` has no field `model` @ request.model",
            "W0106 a share lies between 0 and 100% @ 120%",
            "W0104 unknown meter `inptu` @ inptu",
            "W0232 the steps of a ladder ascend in whole tokens, and only the last has no end @ { usd_per_mtok: 5 }",
            "W0232 the steps of a ladder ascend in whole tokens, and only the last has no end @ 1",
            "W0102 a commitment that takes precedence needs a term and a day it is due @ precedence",
            "W0209 `shipped` is no fact of type timestamp @ shipped",
            "W0214 an excuse needs one of `all_of` and `any_of`, with its grounds @ ",
            "W0219 `k/a` is no discount @ k/a",
            "W0106 an offer to no deployment is none @ 0",
            "W0218 rule `r` has not exactly one wish @ r",
        ],
    );
}

#[test]
fn limits_are_such_as_can_be_counted() {
    let head = "wayleave: 1\ndeployments:\n";
    check(
        &format!(
            "{head}  a: {{ provider: azure, model: gpt, limits: {{ request_slice_seconds: 60, output_burn: -1, headroom: {{ batch: 120% }} }} }}\n"
        ),
        &[
            "W0106 a slice of a minute has 1 to 59 seconds @ 60",
            "W0102 there are no `requests_per_minute` to spread over slices @ 60",
            "W0106 a weight is not negative @ -1",
            "W0106 a share lies between 0 and 100% @ 120%",
        ],
    );
    check(
        &format!(
            "{head}  a: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: 10, refill: continuous, counter: pool }} }}\n  b: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: 20, refill: continuous, counter: pool }} }}\n"
        ),
        &["W0214 `a` and `b` share the counter `pool` and count differently @ b"],
    );
    check(
        &format!(
            "{head}  a: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: 10, counter: pool }} }}\n  b: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: 20, counter: pool }} }}\n"
        ),
        &[],
    );
    check(
        &format!(
            "{head}  a: {{ provider: azure, model: gpt, limits: {{ tokens_per_minuet: 10 }} }}\n"
        ),
        &["W0103 unknown key `tokens_per_minuet` @ tokens_per_minuet"],
    );
}
