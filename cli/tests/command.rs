//! The command as its users run it: what it prints, and how it exits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong should stop"
)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const AT: &str = "2026-11-22T10:00:00Z";
const REQUEST: &str = "{ model: gpt-5.5, input_tokens: 12000, max_output_tokens: 1000 }";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run_with(input: &str, words: &[&str]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wayleave"))
        .args(words)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    Ran {
        code: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

fn run(words: &[&str]) -> Ran {
    run_with("", words)
}

#[test]
fn check_says_that_a_policy_is_sound() {
    let ran = run(&["check", "policies/first-refusal"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .starts_with("policies/first-refusal: sound (2 deployments, 1 clause, "),
        "{}",
        ran.out
    );
}

#[test]
fn check_shows_where_a_policy_is_wrong() {
    let ran = run_with(
        "wayleave: 1\ndeployments:\n  a: { providr: azure, model: gpt }\n",
        &["check", "-"],
    );
    assert_eq!(ran.code, 4);
    assert!(
        ran.out.contains("error[W0103]: unknown key `providr`"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("policy.yaml:3:8"), "{}", ran.out);
    assert!(ran.out.contains("did you mean `provider`?"), "{}", ran.out);
}

#[test]
fn check_prints_its_findings_for_programs() {
    let ran = run_with("{}", &["check", "-", "--json"]);
    assert_eq!(ran.code, 4);
    let findings: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(findings[0]["code"], "W0102");
    assert_eq!(findings[0]["line"], 1);
}

#[test]
fn warnings_fail_only_when_they_are_asked_to() {
    let policy = "wayleave: 1\n";
    assert_eq!(run_with(policy, &["check", "-"]).code, 0);
    assert_eq!(run_with(policy, &["check", "-", "--strict"]).code, 1);
}

#[test]
fn check_looks_at_a_policy_from_a_day_on() {
    let check =
        |words: &[&str]| run(&[&["check", "policies/first-refusal", "--strict"], words].concat());
    let note = "note[W0309]: from 2033-01-01 on `microsoft/azure-first` no longer holds, and nothing follows it";
    let ran = check(&["--as-of", "2026-11-22"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.starts_with("policies/first-refusal: sound ("),
        "{}",
        ran.out
    );
    assert!(ran.out.contains(note), "{}", ran.out);
    assert!(!check(&["--as-of", "2033-01-01"]).out.contains(note));
    assert!(
        !check(&["--as-of", "2026-11-22", "--horizon-days", "365"])
            .out
            .contains(note)
    );
    let json = check(&["--as-of", "2026-11-22", "--json"]);
    let findings: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &findings[0]["code"]), (0, &"W0309".into()));
    assert_eq!(findings[0]["severity"], "note");
    assert_eq!(check(&["--as-of", "soon"]).code, 2);
}

#[test]
fn check_warns_of_what_is_probably_not_meant() {
    let policy = "wayleave: 1\ndeployments: { a: { provider: azure, model: gpt } }\n\
                  rules: [ { id: never, deny: 'true', when: 'request.input_tokens < 0' } ]\n";
    let ran = run_with(policy, &["check", "-"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains(
            "warning[W0302]: `rules/never` never applies: no request meets its condition"
        ),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("sound"), "{}", ran.out);
    assert_eq!(run_with(policy, &["check", "-", "--strict"]).code, 1);
    let aged = "wayleave: 1\ndeployments: { a: { provider: azure, model: gpt, price: { input: 1, output: 1, source: list, as_of: 2026-01-01 } } }\n";
    let old = |days: &str| {
        run_with(
            aged,
            &["check", "-", "--as-of", "2026-02-01", "--price-days", days],
        )
        .out
    };
    assert!(old("30").contains("warning[W0307]"));
    assert!(old("31").contains("sound"));
}

#[test]
fn decide_prints_a_sentence_and_every_deployment() {
    let ran = run(&[
        "decide",
        "policies/first-refusal",
        "--request",
        REQUEST,
        "--at",
        AT,
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.out,
        "Route to azure-gpt at 0.09 USD, because of microsoft/azure-first; then bedrock-gpt.\n\n \
         1. azure-gpt    eligible  0.09 USD  because of microsoft/azure-first\n \
         2. bedrock-gpt  eligible  0.09 USD  because of microsoft/azure-first\n\n\
         confidence: stated\n"
    );
}

#[test]
fn the_same_request_by_argument_file_and_standard_input() {
    let file = std::env::temp_dir().join(format!("wayleave-request-{}.yaml", std::process::id()));
    std::fs::write(&file, REQUEST).unwrap();
    let by_file = run(&[
        "decide",
        "policies/first-refusal",
        "-r",
        &format!("@{}", file.display()),
        "--at",
        AT,
        "--json",
    ]);
    std::fs::remove_file(&file).unwrap();
    let by_argument = run(&[
        "decide",
        "policies/first-refusal",
        "-r",
        REQUEST,
        "--at",
        AT,
        "--json",
    ]);
    let by_input = run_with(
        REQUEST,
        &[
            "decide",
            "policies/first-refusal",
            "-r",
            "-",
            "--at",
            AT,
            "--json",
        ],
    );
    assert_eq!((by_file.code, &by_file.out), (0, &by_argument.out));
    assert_eq!(by_input.out, by_argument.out);
    let decision: serde_json::Value = serde_json::from_str(&by_argument.out).unwrap();
    assert_eq!(decision["attempts"][0]["deployment"], "azure-gpt");
}

#[test]
fn each_outcome_has_an_exit_code_of_its_own() {
    let decide = |policy: &str, request: &str, state: &str| {
        run(&[
            "decide",
            policy,
            "-r",
            request,
            "-s",
            state,
            "--at",
            "2026-06-01T00:00:00Z",
        ])
        .code
    };
    assert_eq!(
        decide("tests/scenarios/room.yaml", "{ model: few }", "{}"),
        0
    );
    assert_eq!(
        decide(
            "tests/scenarios/room.yaml",
            "{ model: few }",
            "{ deployments: { few: { in_flight: 2 } } }"
        ),
        10
    );
    assert_eq!(
        decide("tests/scenarios/room.yaml", "{ model: none }", "{}"),
        11
    );
    assert_eq!(
        decide("tests/scenarios/rights-tie.yaml", "{ model: gpt }", "{}"),
        12
    );
}

#[test]
fn what_cannot_be_read_is_told_from_what_is_wrong() {
    let missing = run(&["decide", "no-such-policy.yaml", "-r", REQUEST]);
    assert_eq!(missing.code, 3);
    assert!(
        missing.err.starts_with("wayleave: no-such-policy.yaml: "),
        "{}",
        missing.err
    );
    let wrong = run(&["decide", "policies/first-refusal", "-r", "{ modle: gpt }"]);
    assert_eq!(wrong.code, 4);
    assert!(wrong.err.contains("did you mean `model`?"), "{}", wrong.err);
    assert_eq!(run(&["decide", "policies/first-refusal"]).code, 2);
    assert_eq!(run(&["frobnicate"]).code, 2);
}

#[test]
fn explain_says_why_not() {
    let ran = run(&[
        "explain",
        "policies/first-refusal",
        "-r",
        REQUEST,
        "-s",
        "{ deployments: { azure-gpt: { health: down } } }",
        "--at",
        AT,
        "--why",
        "azure",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("azure-gpt (not attempted)"), "{}", ran.out);
    assert!(ran.out.contains("state/health"), "{}", ran.out);
    assert!(!ran.out.contains("bedrock-gpt ("), "{}", ran.out);
    let unknown = run(&[
        "explain",
        "policies/first-refusal",
        "-r",
        REQUEST,
        "--at",
        AT,
        "--why",
        "oracle",
    ]);
    assert_eq!(unknown.code, 4);
}

#[test]
fn test_names_what_failed_and_what_was_found() {
    let policy = "wayleave: 1\ndeployments: { a: { provider: azure, model: gpt } }\ntests:\n  - name: somewhere else\n    at: 2026-01-01\n    request: { model: gpt }\n    expect: { route: b }\n";
    let ran = run_with(policy, &["test", "-"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FAILED somewhere else"), "{}", ran.out);
    assert!(
        ran.out.contains("route: expected b, found a"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("0 passed, 1 failed"), "{}", ran.out);
    assert_eq!(run(&["test", "policies/first-refusal"]).code, 0);
}

#[test]
fn the_schema_is_json() {
    let ran = run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert!(
        run(&["schema", "--typescript"])
            .out
            .contains("export interface Decision ")
    );
}

#[test]
fn a_decision_without_an_instant_is_for_the_present() {
    let ran = run(&["decide", "policies/first-refusal", "-r", REQUEST, "--json"]);
    let decision: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(decision["at"].as_str().unwrap() > "2026-01-01");
}

/// Who may sell OpenAI's models through Amazon, by date: the answer, and what it cites.
#[test]
fn the_deal_desks_question_by_date() {
    let rows: [(&str, &str, &str, i32, &[&str]); 9] = [
        (
            "2024-12-15",
            "api_stateless",
            "commercial",
            11,
            &["openai/C1"],
        ),
        (
            "2025-06-01",
            "api_stateless",
            "commercial",
            11,
            &["openai/C3"],
        ),
        (
            "2025-11-10",
            "api_stateless",
            "commercial",
            11,
            &["openai/C3", "openai/C5"],
        ),
        (
            "2025-11-10",
            "api_stateless",
            "us_national_security",
            0,
            &["openai/C5a"],
        ),
        (
            "2026-03-10",
            "api_stateless",
            "commercial",
            11,
            &["openai/C3", "openai/C8"],
        ),
        (
            "2026-03-10",
            "api_stateful",
            "commercial",
            10,
            &["openai/C3", "openai/C8", "openai/C8-stateful (disputed)"],
        ),
        (
            "2026-04-27",
            "api_stateless",
            "commercial",
            10,
            &["openai/C9 on 2026-04-27"],
        ),
        (
            "2026-04-27T00:00:00Z",
            "api_stateless",
            "commercial",
            0,
            &["openai/C9"],
        ),
        (
            "2026-04-28",
            "api_stateless",
            "commercial",
            0,
            &["openai/C9"],
        ),
    ];
    for (at, product, customer, code, cites) in rows {
        let request = format!(
            "{{ act: sell, model: gpt-5.5, provider: aws, product: {product}, customer: {customer} }}"
        );
        let ran = run(&[
            "decide",
            "policies/openai-clouds",
            "-r",
            &request,
            "--at",
            at,
        ]);
        assert_eq!(
            ran.code, code,
            "{at} {product} {customer}\n{}{}",
            ran.out, ran.err
        );
        for cite in cites {
            assert!(
                ran.out.contains(cite),
                "{at} {product} {customer}: {cite}\n{}",
                ran.out
            );
        }
    }
}

const PRICED: &str = "wayleave: 1
deployments:
  opus-us:
    provider: anthropic
    model: claude-opus-5.5
    price_multiplier: 1.1
    price: { input: 4.00, cache_write: { 5m: 5.00, 1h: 8.00 }, output: 20.00, from: 2026-05-01, source: the price page, as_of: 2026-11-22 }
";

const USED: &str = r#"{ "input_tokens": 1000, "output_tokens": 100, "cache_creation_input_tokens": 300,
    "cache_creation": { "ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 0 } }"#;

#[test]
fn price_says_what_was_used_and_what_it_cost() {
    let words = [
        "price",
        "-",
        "-d",
        "opus-us",
        "-f",
        "anthropic",
        "--at",
        AT,
        "--usage",
        USED,
    ];
    let ran = run_with(PRICED, &words);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.out,
        "opus-us: 0.00825 USD
      input           1000 tokens at 4.4 USD per million = 0.0044 USD (listed at 4)
      cache_write_5m  300 tokens at 5.5 USD per million = 0.00165 USD (listed at 5)
      output          100 tokens at 22 USD per million = 0.0022 USD (listed at 20)
      rates           from 2026-05-01, read in the price page on 2026-11-22
      cell            as listed: 0.0075 USD
      multiplier      times 1.1: 0.00825 USD
"
    );
    let json = run_with(PRICED, &[&words[..], &["--json"]].concat());
    let explained: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(explained["cost"]["cash"], "0.00825");
    assert_eq!(explained["steps"][1]["by"], "1.1");
}

#[test]
fn explain_says_the_same_of_the_cost() {
    let request = "{ model: claude-opus-5.5, input_tokens: 1300, cache_write_tokens: { 5m: 300 }, max_output_tokens: 100, expected_reasoning_tokens: 40 }";
    let ran = run_with(PRICED, &["explain", "-", "-r", request, "--at", AT]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for line in [
        "      cache_write_5m  300 tokens at 5.5 USD per million = 0.00165 USD (listed at 5)\n",
        "      output          60 tokens at 22 USD per million = 0.00132 USD (listed at 20)\n",
        "      reasoning       40 tokens at 22 USD per million = 0.00088 USD (the rate of output, listed at 20)\n",
        "      multiplier      times 1.1: 0.00825 USD\n",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
}

#[test]
fn a_report_is_read_from_a_file_or_refused() {
    let file = std::env::temp_dir().join(format!("wayleave-usage-{}.json", std::process::id()));
    std::fs::write(&file, USED).unwrap();
    let path = file.display().to_string();
    let price = |words: &[&str]| {
        run_with(
            PRICED,
            &[&["price", "-", "--at", AT, "-d", "opus-us"], words].concat(),
        )
    };
    assert_eq!(price(&["-f", "anthropic", "-u", &path]).code, 0);
    assert_eq!(
        price(&["-f", "anthropic", "-u", &format!("@{path}")]).code,
        0
    );
    let wrong = price(&["-f", "openai", "-u", &path]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(wrong.code, 4);
    assert!(wrong.err.contains("error[W0403]"), "{}", wrong.err);
    let unpriced = run_with(
        "wayleave: 1\ndeployments: { a: { provider: p, model: m } }\n",
        &["price", "-", "-d", "a", "-u", "{ input: 1 }", "--at", AT],
    );
    assert_eq!(unpriced.code, 1, "{}", unpriced.err);
    assert!(
        unpriced.err.contains("`a` has no price"),
        "{}",
        unpriced.err
    );
    let unknown = run_with(PRICED, &["price", "-", "-d", "b", "-u", "{ input: 1 }"]);
    assert_eq!(unknown.code, 4);
}

#[test]
fn explain_says_what_alone_would_change_it() {
    let words = |deployment: &str| {
        run(&[
            "explain",
            "policies/first-refusal",
            "-r",
            REQUEST,
            "--at",
            AT,
            "--why-not",
            deployment,
        ])
    };
    let ran = words("bedrock-gpt");
    assert_eq!(ran.code, 0, "{}", ran.err);
    for line in [
        "bedrock-gpt is attempt 2\n",
        "  first  microsoft/azure-first: first azure-gpt\n",
        "each of these alone would make it the first attempt\n",
        "  capacity  deployments/azure-gpt/health: down instead of up\n",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    let first = words("azure-gpt");
    assert_eq!(first.out, "azure-gpt is the first attempt\n");
    let unknown = words("azure");
    assert_eq!(unknown.code, 4);
    assert!(
        unknown.err.contains("unknown deployment `azure`"),
        "{}",
        unknown.err
    );
}

#[test]
fn breakpoints_are_said_in_order() {
    let ran = run(&[
        "breakpoints",
        "policies/first-refusal",
        "-r",
        "{ model: gpt-5.5, provider: aws, input_tokens: 1000 }",
        "-s",
        "{ deployments: { azure-gpt: { signal: { kind: not_ready, until: 2026-12-01 } } } }",
        "--at",
        AT,
        "--variable",
        "at",
        "--from",
        "2026-11-01",
        "--to",
        "2026-12-31",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.starts_with("at\n  from 2026-11-01T00:00:00Z"),
        "{}",
        ran.out
    );
    let json = run(&[
        "breakpoints",
        "policies/first-refusal",
        "-r",
        REQUEST,
        "--at",
        AT,
        "--variable",
        "deployments/azure-gpt/health",
        "--json",
    ]);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(found["values"][1]["answer"]["attempts"][0], "bedrock-gpt");
    let wrong = run(&[
        "breakpoints",
        "policies/first-refusal",
        "-r",
        REQUEST,
        "--variable",
        "nothing",
    ]);
    assert_eq!(wrong.code, 4);
    assert!(
        wrong.err.contains("there is no variable `nothing`"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_plan_says_where_the_best_route_changes() {
    let policy = "wayleave: 1
deployments:
  ptu: { provider: azure, model: gpt, provisioned: { units: 110, tokens_per_unit_minute: 3400, output_weight: 8, usd_per_unit_hour: 0.3 } }
  paygo: { provider: azure, model: gpt, price: { input: 1.75, output: 14 } }
";
    let words = [
        "plan",
        "-",
        "-r",
        "{ model: gpt, input_tokens: 8760000000, expected_output_tokens: 876000000 }",
        "--at",
        "2026-11-01",
        "--hours",
        "730",
    ];
    let ran = run_with(policy, &words);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for line in [
        "ptu (attempt 1)\n",
        "      provisioned  units that are paid by the hour: 0 USD\n",
        "units, for the quantity as it comes evenly\n  ptu needs 106, for 360000 normalised tokens a minute; they cost 23214 USD\n",
        "  deployments/ptu/usd_per_unit_hour at 0.343636363636 (189/550): below it ptu, above it paygo\n",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    let json = run_with(policy, &[&words[..], &["--json"]].concat());
    let plan: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(plan["break_evens"][0]["at"], "189/550");
    assert_eq!(plan["deployments"]["paygo"]["cost"]["cash"], "27594");
    assert_eq!(
        plan["sizings"],
        serde_json::json!([{ "deployment": "ptu", "normalised_tokens_per_minute": "360000", "needed": "1800/17", "units": 106, "cost": "23214" }])
    );
}
