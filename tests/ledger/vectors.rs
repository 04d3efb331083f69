//! What vendors document, to the digit, as data: `tests/vectors/*.json`, which every runtime puts to its ledger, and prints one
//! line of, `tests/suite/vectors.mjs`.
//!
//! `WAYLEAVE_GOLDEN=write cargo test --test ledger` writes the number of answers and their digest anew.

use std::path::{Path, PathBuf};
use std::{fs, iter};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use wayleave::document::Node;
use wayleave::ledger::Ledger;
use wayleave::model::Policy;

use crate::support::{at, policy, state};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn node(value: &Value) -> Node {
    serde_json::from_value(value.clone()).unwrap()
}

/// A ledger under a policy, as a host in another language has it.
struct Host {
    policy: Policy,
    ledger: Ledger,
}

impl Host {
    fn call(&mut self, call: Value) -> Value {
        let answer = self.ledger.call_from(&self.policy, &node(&call));
        let answer = answer.unwrap_or_else(|found| panic!("{call}: {}", found.render()));
        serde_json::from_str(&answer.canonical()).unwrap()
    }

    /// What comes of a step, and what is expected of it.
    fn take(&mut self, step: &Value, suffix: &str) -> (Value, Value) {
        let at = &step["at"];
        let outcome = some(&[("refused", &step["refused"])]);
        let done = |answer: &Value| some(&[("refused", &answer["refused"])]);
        let admission = |id: &str, deployment: &Value| {
            let expires_at = if step["expires_at"].is_null() {
                json!(ten_minutes_after(at.as_str().unwrap()))
            } else {
                step["expires_at"].clone()
            };
            json!({ "at": at, "admit": { "id": format!("{id}{suffix}"), "deployment": deployment,
                "request": step["request"], "expires_at": expires_at } })
        };
        if let Some(id) = step["admit"].as_str() {
            let answer = self.call(admission(id, &step["deployment"]));
            return (done(&answer), outcome);
        }
        if let Some(id) = step["send"].as_str() {
            let decision = self.decide(step);
            let first = &decision["attempts"][0]["deployment"];
            if first.is_null() {
                let hold = &decision["hold"];
                let until = [("reason", &hold["reason"]), ("until", &hold["until"])];
                let hold = if hold.is_null() {
                    Value::Null
                } else {
                    some(&until)
                };
                let found = some(&[("outcome", &decision["outcome"]), ("hold", &hold)]);
                let expected = if step["hold"].is_null() {
                    json!({ "outcome": step["outcome"].as_str().unwrap() })
                } else {
                    some(&[("outcome", &json!("hold")), ("hold", &step["hold"])])
                };
                return (found, expected);
            }
            let answer = self.call(admission(id, first));
            let found = [
                ("outcome", &decision["outcome"]),
                ("deployment", first),
                ("refused", &answer["refused"]),
            ];
            let expected = [
                ("outcome", &json!("route")),
                ("deployment", &step["deployment"]),
                ("refused", &step["refused"]),
            ];
            return (some(&found), some(&expected));
        }
        if let Some(id) = step["settle"].as_str() {
            let used = some(&[("report", &step["usage"]), ("format", &step["format"])]);
            let settle = some(&[
                ("id", &json!(id)),
                ("used", &used),
                ("request", &step["request"]),
            ]);
            let answer = self.call(json!({ "at": at, "settle": settle }));
            return (done(&answer), outcome);
        }
        if let Some(id) = step["cancel"].as_str() {
            let answer = self.call(json!({ "at": at, "cancel": id }));
            return (done(&answer), outcome);
        }
        if step["expire"].is_null() {
            let mut answer = self.call(json!({ "at": at, "state": true }));
            return (answer["state"].take(), step["state"].clone());
        }
        let mut answer = self.call(json!({ "at": at, "expire": true }));
        (answer["expired"].take(), step["expire"].clone())
    }

    /// The decision over what the ledger says.
    fn decide(&mut self, step: &Value) -> Value {
        let state = self.call(json!({ "at": step["at"], "state": true }));
        let request = self.policy.request_from(&node(&step["request"])).unwrap();
        let state = self.policy.state_from(&node(&state["state"])).unwrap();
        let when = json!({ "at": step["at"], "seed": 0 });
        let when = self.policy.when_from(&node(&when)).unwrap();
        let decision = self.policy.decide(&request, &state, &when);
        serde_json::from_str(&decision.canonical()).unwrap()
    }
}

/// An object of what is not null.
fn some(members: &[(&str, &Value)]) -> Value {
    let members = members.iter().filter(|(_, value)| !value.is_null());
    Value::Object(
        members
            .map(|(name, value)| ((*name).to_owned(), (*value).clone()))
            .collect::<Map<String, Value>>(),
    )
}

fn ten_minutes_after(at: &str) -> String {
    let at = wayleave::time::Instant::parse(at).unwrap();
    at.plus_millis(600_000).unwrap().to_string()
}

/// Whether everything expected is there; null is nothing, and of a refusal nothing is there where none is expected.
fn holds(expected: &Value, found: &Value) -> bool {
    match expected {
        Value::Object(members) => {
            let whole = !members.contains_key("refused") && !found["refused"].is_null();
            let mut members = members.iter();
            !whole && members.all(|(key, each)| holds(each, &found[key.as_str()]))
        }
        Value::Array(elements) => found.as_array().is_some_and(|found| {
            found.len() == elements.len()
                && iter::zip(elements, found).all(|(each, found)| holds(each, found))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => expected == found,
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_ledger_answers_to_the_digit() {
    let entries = fs::read_dir(root().join("tests/vectors")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut answers = Vec::new();
    let mut failures = Vec::new();
    for path in &paths {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let file = read(path);
        let mut host = Host {
            policy: policy(&file["policy"].to_string()),
            ledger: Ledger::new(),
        };
        for (index, step) in file["steps"].as_array().unwrap().iter().enumerate() {
            for time in 0..step["times"].as_u64().unwrap_or(1) {
                let repeated = !step["times"].is_null();
                let suffix = if repeated {
                    format!("-{time}")
                } else {
                    String::new()
                };
                let (found, expected) = host.take(step, &suffix);
                if !holds(&expected, &found) {
                    failures.push(format!(
                        "{name}, step {index} ({time}): expected {expected}, found {found}"
                    ));
                }
                answers.push(found.to_string());
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let digest: String = Sha256::digest(answers.join("\n").as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let line = format!("{} {digest}", answers.len());
    println!(
        "native: {} answers of ledgers, sha256 {digest}",
        answers.len()
    );
    let committed = root().join("tests/vectors.sha256");
    if std::env::var("WAYLEAVE_GOLDEN").is_ok_and(|word| word == "write") {
        fs::write(&committed, format!("{line}\n")).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&committed).unwrap_or_default().trim(),
        line
    );
}

/// The 600 of a minute in one: ten in each second, and in the last the minute is full as well.
#[test]
fn six_hundred_a_minute_are_ten_in_each_second() {
    let document = "
wayleave: 1
deployments:
  sliced: { provider: azure, model: gpt, limits: { requests_per_minute: 600, request_slice_seconds: 1 } }
";
    let policy = policy(document);
    let mut ledger = Ledger::new();
    let request = crate::support::request(&policy, "{ model: gpt }");
    let world = state(&policy, "{}");
    for second in 0..60 {
        for number in 0..11 {
            let ms = second * 1_000 + number * 17;
            let admitted = ledger.admit(
                &policy,
                &wayleave::ledger::Admission {
                    deployment: "sliced",
                    request: &request,
                    world: &world,
                    id: &format!("{second}-{number}"),
                    at: at(ms),
                    expires_at: at(ms + 600_000),
                },
            );
            if number < 10 {
                admitted.unwrap();
            } else {
                let refused = admitted.unwrap_err();
                let limit = if second == 59 {
                    "limit/requests_per_minute"
                } else {
                    "limit/requests_per_slice"
                };
                assert_eq!(refused.cite(), limit);
                assert_eq!(refused.until(), Some(at((second + 1) * 1_000)));
            }
        }
    }
}
