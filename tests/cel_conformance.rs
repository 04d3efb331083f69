//! The tests of CEL's conformance suite that conditions can express, all of them.
//!
//! `tests/conformance/README.md` says where they come from and what was left out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that goes wrong should stop"
)]

use serde_json::Value as Json;
use wayleave::condition::{Declarations, Root, Slot, Tri, Type, Value, World, parse};
use wayleave::money::Ratio;

/// The variables of one test; the expected value is one more.
struct Bound(Vec<(String, Type, Value)>);

impl Declarations for Bound {
    fn resolve(&self, root: Root, field: &str) -> Option<(Slot, Type)> {
        let index = self
            .0
            .iter()
            .position(|(name, ..)| root == Root::Request && name == field)?;
        let (_, ty, _) = self.0.get(index)?;
        Some((Slot(u16::try_from(index).ok()?), ty.clone()))
    }

    fn fields(&self, _: Root) -> Vec<String> {
        Vec::new()
    }

    fn is_zone(&self, _: &str) -> bool {
        false
    }

    fn zones(&self) -> Vec<String> {
        Vec::new()
    }
}

impl World for Bound {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.0.get(usize::from(slot.0)).map(|(.., value)| value)
    }

    fn within(&self, _: &str, _: &str) -> Option<bool> {
        None
    }
}

fn value(json: &Json) -> (Type, Value) {
    let (kind, json) = json.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "bool" => (Type::Bool, Value::Bool(json.as_bool().unwrap())),
        "int" => (
            Type::Int,
            Value::Int(json.as_str().unwrap().parse().unwrap()),
        ),
        "decimal" => {
            let ratio = Ratio::parse(json.as_str().unwrap()).unwrap();
            (Type::Decimal, Value::Decimal(ratio))
        }
        "string" => (
            Type::String,
            Value::String(json.as_str().unwrap().to_string()),
        ),
        "list" => {
            let (types, values): (Vec<Type>, Vec<Value>) =
                json.as_array().unwrap().iter().map(value).unzip();
            let element = types.into_iter().next().unwrap_or(Type::Int);
            (Type::List(Box::new(element)), Value::List(values))
        }
        other => panic!("no type {other}"),
    }
}

/// Compares with the expected value inside the language, since a condition is a boolean.
fn compared(expr: &str) -> String {
    let binds_weaker = ["?", "&&", "||", "==", "!=", "<", ">", " in "];
    if binds_weaker.iter().any(|operator| expr.contains(operator)) {
        format!("({expr}) == request.expected")
    } else {
        format!("{expr} == request.expected")
    }
}

#[derive(Default, Debug, PartialEq)]
struct Count {
    values: usize,
    unknown: usize,
    refused: usize,
}

#[test]
fn every_selected_test_of_the_suite_passes() {
    let mut count = Count::default();
    for line in include_str!("conformance/cel.jsonl").lines() {
        let test: Json = serde_json::from_str(line).unwrap();
        let expr = test.get("expr").and_then(Json::as_str).unwrap();
        let mut bound = Bound(Vec::new());
        for (name, json) in test
            .get("bindings")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
        {
            let (ty, value) = value(json);
            bound.0.push((name.clone(), ty, value));
        }
        let expected = test.get("expected").unwrap();
        if expected.get("unknown").is_some() {
            // The expression is a boolean, or becomes one inside a comparison; both are strict.
            let compared = format!("[{expr}] == []");
            match parse(expr, &bound).or_else(|_| parse(&compared, &bound)) {
                Ok(condition) => {
                    assert_eq!(condition.evaluate(&bound), Tri::Unknown, "{line}");
                    count.unknown = count.unknown.saturating_add(1);
                }
                // A timestamp or duration out of range is refused where it is written.
                Err(faults) => {
                    let literal = |message: &str| {
                        message.ends_with("is no timestamp") || message.ends_with("is no duration")
                    };
                    let refused = faults.iter().all(|fault| literal(&fault.message));
                    assert!(refused, "{line} {faults:?}");
                    count.refused = count.refused.saturating_add(1);
                }
            }
            continue;
        }
        let (ty, value) = value(expected);
        bound.0.push(("expected".to_string(), ty, value));
        let condition = match parse(&compared(expr), &bound) {
            Ok(condition) => condition,
            Err(faults) => panic!("{line} {faults:?}"),
        };
        assert_eq!(condition.evaluate(&bound), Tri::True, "{line}");
        count.values = count.values.saturating_add(1);
    }
    let expected = Count {
        values: 368,
        unknown: 21,
        refused: 8,
    };
    assert_eq!(count, expected);
}
