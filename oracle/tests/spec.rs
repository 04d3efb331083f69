//! The examples of `SPEC.md`, decided by the oracle: each meets every expectation that it states.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that goes wrong should stop"
)]

use serde_json::Value;
use wayleave_oracle::document::Node;
use wayleave_oracle::policy::Policy;
use wayleave_oracle::zones::Zones;
use wayleave_oracle::{decide, money};

/// The texts of a value.
fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).cloned().unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// What is expected and does not come. What is not mentioned is not tested.
fn unmet(expect: &Node, decision: &Value) -> Vec<String> {
    let mut failures = Vec::new();
    let mut check = |what: &str, met: bool| {
        if !met {
            failures.push(what.to_owned());
        }
    };
    let at = |path: &str| decision.pointer(path);
    let attempts: Vec<Value> = at("/attempts")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let routed: Vec<String> = attempts
        .iter()
        .filter_map(|attempt| Some(attempt.get("deployment")?.as_str()?.to_owned()))
        .collect();
    let attempt = |id: &str| {
        attempts
            .iter()
            .find(|attempt| attempt.get("deployment").and_then(Value::as_str) == Some(id))
    };
    let holds_all = |key: &str, expect: &Node, found: &[String]| {
        let wanted = expect.texts_of(key);
        wanted.iter().all(|wanted| found.contains(wanted))
            && (!wanted.is_empty() || found.is_empty())
    };
    for (key, wanted) in expect.entries() {
        match key.as_str() {
            "outcome" => check(key, at("/outcome").and_then(Value::as_str) == wanted.text()),
            "attempts" => check(key, expect.texts_of(key) == routed),
            "route" => check(key, routed.starts_with(&expect.texts_of(key))),
            "because" => {
                check(
                    key,
                    holds_all(
                        key,
                        expect,
                        &texts(attempts.first().and_then(|first| first.get("because"))),
                    ),
                );
            }
            "eligible" | "barred" | "pending" => {
                let bare = expect.texts_of(key).into_iter();
                let bare = bare.map(|id| (id, Vec::new()));
                let cited = wanted.entries().iter();
                let cited = cited.map(|(id, _)| (id.clone(), wanted.texts_of(id)));
                let expected: Vec<(String, Vec<String>)> = bare.chain(cited).collect();
                for (id, cites) in expected {
                    let verdict = decision
                        .get("verdicts")
                        .and_then(|verdicts| verdicts.get(&id))
                        .unwrap_or(&Value::Null);
                    let mut found = texts(verdict.get("also"));
                    let cite = verdict
                        .get("cite")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    if cites.len() == 1 {
                        found.clear();
                    }
                    found.push(cite.to_owned());
                    let kind = verdict.get("verdict").and_then(Value::as_str) == Some(key);
                    check(
                        &format!("{key} {id}"),
                        kind && cites.iter().all(|cite| found.contains(cite)),
                    );
                }
            }
            "cost" | "routing" => {
                let part = if key == "cost" { "cash" } else { "routing" };
                for (id, usd) in wanted.entries() {
                    let cash = attempt(id)
                        .and_then(|attempt| attempt.pointer(&format!("/cost/{part}"))?.as_str());
                    check(
                        &format!("cost of {id}"),
                        cash.and_then(money::decimal) == usd.text().and_then(money::decimal),
                    );
                }
            }
            "next_if" => {
                for (id, _) in wanted.entries() {
                    let found = texts(attempt(id).and_then(|attempt| attempt.get("next_if")));
                    check(&format!("next_if of {id}"), found == wanted.texts_of(id));
                }
            }
            "hold" => {
                for (part, _) in wanted.entries() {
                    let found = at(&format!("/hold/{part}"));
                    let found = match found.and_then(Value::as_str) {
                        Some(text) => vec![text.to_owned()],
                        None => texts(found),
                    };
                    check(&format!("hold {part}"), holds_all(part, wanted, &found));
                }
            }
            "conflict" => check(key, holds_all(key, expect, &texts(at("/conflict/between")))),
            "assumed" => check(key, holds_all(key, expect, &texts(at("/assumed")))),
            "confidence" => check(
                key,
                at("/confidence").and_then(Value::as_str) == wanted.text(),
            ),
            "warnings" | "duties" => {
                let list = at(&format!("/{key}"))
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                for (kind, _) in wanted.entries() {
                    let own = list
                        .iter()
                        .filter(|item| item.get("kind").and_then(Value::as_str) == Some(kind));
                    let named: Vec<String> = own
                        .flat_map(|item| ["cite", "clause", "deployment"].map(|key| item.get(key)))
                        .filter_map(|name| Some(name?.as_str()?.to_owned()))
                        .collect();
                    check(&format!("{key} {kind}"), holds_all(kind, wanted, &named));
                }
            }
            other => panic!("nothing is known of the expectation `{other}`"),
        }
    }
    failures
}

#[test]
fn every_example_decides_as_the_text_says() {
    let zones = Zones::parse(include_str!("../zones.tsv")).unwrap();
    let text = include_str!("../../SPEC.md");
    let mut count = 0;
    let mut unread = Vec::new();
    for block in text.split("```yaml\n").skip(1) {
        let (example, _) = block.split_once("```").unwrap();
        // The oracle knows no plans.
        if example.contains("plan:") {
            unread.push(example);
            continue;
        }
        let policy = Policy::read(example, &|_| None, &zones)
            .unwrap_or_else(|fault| panic!("{fault}\n{example}"));
        let node = Node::parse(example).unwrap();
        for test in node.get("tests").map(Node::items).unwrap_or_default() {
            let name = test.text_of("name").unwrap_or_default();
            let state = test.get("state").unwrap_or(&Node::Null);
            let decision = decide(&policy, test.get("request").unwrap(), state, test)
                .unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let failures = unmet(test.get("expect").unwrap(), &decision);
            assert!(
                failures.is_empty(),
                "{name}: {}\n{decision:#}",
                failures.join(", ")
            );
            count += 1;
        }
    }
    assert_eq!(unread.len(), 1, "examples that the oracle does not read");
    assert!(count >= 20, "only {count} tests were found");
}
